//! What is traded: groups of chapters with their share of trade, price and mass, and the commodities
//! of the reference data in them.
//!
//! The orders of magnitude were measured on real baskets (916 lines of 38 declarations: median net mass
//! 47 kg, deviation of its logarithm 1.9; gross 10 % above net; 4.5 packages) and, for chapters rare
//! there, set by hand.

use std::sync::{Arc, OnceLock};

use declaration::{CommodityCode, CountryCode};
use jiff::civil::Date;
use reference::rate::RateUnit;
use reference::{Pack, Published, RateKind, Reference};

use crate::random::Random;

/// Chapters of the nomenclature that are traded alike.
#[derive(Debug)]
pub(crate) struct Group {
    first: u32,
    last: u32,
    /// Share of imported lines.
    import: u32,
    /// Share of exported lines.
    export: u32,
    /// Median price, US dollars per kilogram.
    pub usd_per_kg: f64,
    /// Deviation of its logarithm.
    pub price_deviation: f64,
    /// Median net mass of a line that is alone, kilograms.
    pub net_kg: f64,
    /// How a package is called by recommendation 21 of the UNECE.
    pub package: &'static str,
    /// What one package holds, kilograms.
    pub package_kg: f64,
    /// Countries the goods come from, the usual ones first.
    pub origins: &'static [&'static str],
    /// A feature that a description of such goods names.
    pub feature: &'static str,
}

impl Group {
    /// The chapters.
    pub fn chapters(&self) -> std::ops::RangeInclusive<u32> {
        self.first..=self.last
    }
}

const fn group(
    (first, last): (u32, u32),
    (import, export): (u32, u32),
    (usd_per_kg, price_deviation): (f64, f64),
    net_kg: f64,
    (package, package_kg): (&'static str, f64),
    origins: &'static [&'static str],
    feature: &'static str,
) -> Group {
    Group {
        first,
        last,
        import,
        export,
        usd_per_kg,
        price_deviation,
        net_kg,
        package,
        package_kg,
        origins,
        feature,
    }
}

const FOOD: &[&str] = &["TR", "BR", "CN", "RS", "AR", "IN", "VN"];
const RAW: &[&str] = &["CN", "TR", "IN", "UZ", "TH"];
const WEAR: &[&str] = &["CN", "TR", "BD", "VN", "IN", "UZ"];
const MACHINES: &[&str] = &["CN", "CN", "CN", "TR", "KR", "IT", "DE", "JP", "IN"];

pub(crate) static GROUPS: &[Group] = &[
    group((1, 5), (20, 25), (4.0, 0.4), 4_000.0, ("BX", 15.0), FOOD, "в потребительской упаковке"),
    group((6, 6), (5, 0), (4.0, 0.4), 600.0, ("BX", 10.0), &["NL", "EC", "KE", "TR"], "в горшках и без"),
    group((7, 8), (30, 10), (1.2, 0.4), 8_000.0, ("BX", 12.0), FOOD, "урожай текущего года"),
    group((9, 9), (8, 1), (5.0, 0.5), 800.0, ("BG", 50.0), &["IN", "VN", "BR", "LK", "CN"], "сорт первый"),
    group((10, 14), (10, 70), (0.6, 0.4), 15_000.0, ("BG", 50.0), FOOD, "насыпью и в мешках"),
    group((15, 21), (42, 60), (3.0, 0.5), 1_500.0, ("CT", 10.0), FOOD, "срок годности 12 месяцев"),
    group(
        (22, 24),
        (26, 15),
        (3.0, 0.6),
        4_000.0,
        ("CT", 9.0),
        &["IT", "FR", "ES", "GE", "CL", "TR"],
        "в бутылках",
    ),
    group((25, 27), (20, 140), (0.5, 0.6), 12_000.0, ("BG", 1_000.0), RAW, "техническое назначение"),
    group((28, 29), (25, 60), (3.0, 0.7), 600.0, ("DR", 200.0), RAW, "чистота не менее 98 процентов"),
    group(
        (30, 30),
        (25, 10),
        (120.0, 0.9),
        150.0,
        ("CT", 8.0),
        &["IN", "DE", "CH", "CN", "SI"],
        "для розничной продажи",
    ),
    group((31, 38), (70, 100), (3.0, 0.6), 350.0, ("CT", 18.0), RAW, "для промышленного применения"),
    group((39, 39), (120, 70), (2.6, 0.5), 90.0, ("CT", 14.0), MACHINES, "из пластмассы"),
    group((40, 40), (35, 40), (5.0, 0.5), 180.0, ("PK", 25.0), MACHINES, "из вулканизованной резины"),
    group((41, 43), (15, 5), (40.0, 0.8), 60.0, ("CT", 12.0), WEAR, "из кожи"),
    group((44, 46), (25, 130), (1.5, 0.6), 3_000.0, ("PK", 500.0), RAW, "влажность не более 20 процентов"),
    group(
        (47, 49),
        (30, 40),
        (2.0, 0.6),
        400.0,
        ("RO", 40.0),
        RAW,
        "плотность 80 граммов на квадратный метр",
    ),
    group((50, 60), (35, 12), (7.0, 0.6), 300.0, ("RO", 30.0), WEAR, "отбелённая или окрашенная"),
    group((61, 63), (90, 8), (22.0, 0.6), 70.0, ("CT", 11.0), WEAR, "размеры в ассортименте"),
    group((64, 67), (35, 3), (25.0, 0.6), 120.0, ("CT", 9.0), WEAR, "размеры в ассортименте"),
    group((68, 70), (35, 30), (2.5, 0.6), 500.0, ("PX", 600.0), MACHINES, "для строительства"),
    group((71, 71), (5, 8), (900.0, 1.0), 2.0, ("CT", 1.0), &["IT", "TR", "IN", "TH"], "с пробой"),
    group((72, 73), (55, 110), (3.0, 0.6), 600.0, ("PK", 800.0), MACHINES, "из чёрных металлов"),
    group((74, 81), (18, 70), (9.0, 0.6), 200.0, ("PK", 300.0), MACHINES, "из цветных металлов"),
    group((82, 83), (50, 6), (11.0, 0.7), 80.0, ("CT", 15.0), MACHINES, "из недрагоценного металла"),
    group((84, 84), (170, 70), (14.0, 1.1), 120.0, ("CS", 60.0), MACHINES, "для гражданского применения"),
    group((85, 85), (190, 35), (45.0, 1.2), 60.0, ("CT", 8.0), MACHINES, "напряжение 220 вольт"),
    group((86, 89), (70, 20), (13.0, 0.8), 300.0, ("CS", 90.0), MACHINES, "для наземного транспорта"),
    group((90, 92), (55, 12), (150.0, 1.2), 20.0, ("CT", 4.0), MACHINES, "с электронным блоком"),
    group((93, 93), (1, 0), (60.0, 0.6), 40.0, ("CT", 10.0), &["TR", "IT"], "для спорта и охоты"),
    group((94, 96), (95, 20), (6.0, 0.7), 80.0, ("CT", 13.0), MACHINES, "для быта"),
    group((97, 99), (1, 1), (60.0, 1.0), 10.0, ("CS", 10.0), &["CN", "AE"], "в единственном экземпляре"),
];

/// Import or export: what a generated declaration is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Way {
    Import,
    Export,
}

/// One commodity that can be traded.
#[derive(Debug)]
pub(crate) struct Good {
    pub code: CommodityCode,
    /// What it is called, without the code.
    pub name: String,
    pub group: &'static Group,
    /// The unit besides kilograms that its rates need.
    pub unit: Option<RateUnit>,
    /// Whether a declaration of it alone is clean and its payments computable: import, export.
    clean: [OnceLock<bool>; 2],
}

/// The commodities in force, by group.
#[derive(Debug)]
pub(crate) struct Goods {
    by_group: Vec<Vec<Good>>,
}

/// The longest name taken into a description, in characters: the rest of the 250 is for features.
const NAME_CHARS_MAX: usize = 120;

impl Goods {
    /// The commodities of `reference` that are in force on a day.
    pub fn of(reference: &Reference, pack: &Pack, on: Date) -> Self {
        let mut by_group: Vec<Vec<Good>> = GROUPS.iter().map(|_| Vec::new()).collect();
        for commodity in reference.commodities(on) {
            let Ok(code) = commodity.code.to_string().parse::<CommodityCode>() else { continue };
            let chapter: u32 = code.prefix(2).parse().unwrap_or_default();
            let place = GROUPS.iter().position(|group| (group.first..=group.last).contains(&chapter));
            let Some((place, group)) = place.and_then(|place| Some((place, GROUPS.get(place)?))) else {
                continue;
            };
            let Some(list) = by_group.get_mut(place) else { continue };
            let unit = unit_of(reference, pack, &code, commodity.duty, on);
            let name = short(commodity.name);
            list.push(Good { code, name, group, unit, clean: Default::default() });
        }
        Self { by_group }
    }

    /// Whether nothing can be traded.
    pub fn is_empty(&self) -> bool {
        self.by_group.iter().all(Vec::is_empty)
    }

    /// Everything that can be traded.
    pub fn all(&self) -> impl Iterator<Item = &Good> {
        self.by_group.iter().flatten()
    }

    /// A group of goods, as likely as it is traded.
    pub fn draw_group(&self, random: &mut Random, way: Way) -> usize {
        let weights = GROUPS.iter().zip(&self.by_group).map(|(group, goods)| match way {
            _ if goods.is_empty() => 0,
            Way::Import => group.import,
            Way::Export => group.export,
        });
        random.weighted(weights)
    }

    /// A commodity of a group for which `is_clean` holds; asked once for each commodity and way.
    pub fn draw(
        &self,
        random: &mut Random,
        group: usize,
        way: Way,
        is_clean: impl Fn(&Good) -> bool,
    ) -> Option<&Good> {
        /// Draws before the group is given up.
        const TRIES: u32 = 24;
        let goods = self.by_group.get(group)?;
        for _ in 0..TRIES {
            let good = random.pick(goods)?;
            if *good.clean[way as usize].get_or_init(|| is_clean(good)) {
                return Some(good);
            }
        }
        None
    }
}

/// The one unit besides mass that the rates of a commodity are published per.
fn unit_of(
    reference: &Reference,
    pack: &Pack,
    code: &CommodityCode,
    duty: &Published,
    on: Date,
) -> Option<RateUnit> {
    let kinds = [RateKind::Duty, RateKind::Excise, RateKind::ExportDuty, RateKind::Antidumping];
    let tables = kinds.iter().filter_map(|kind| reference.rate(pack, *kind, code, None, on));
    // The rates table may know a rate for some origins only; the unit is the same as for all.
    let origins = ["FR", "CN", "US"].iter().filter_map(|origin| {
        let origin: CountryCode = origin.parse().ok()?;
        reference.rate(pack, RateKind::Duty, code, Some(origin), on)
    });
    let of_mass = |unit: &RateUnit| matches!(unit, RateUnit::Kilogram | RateUnit::Gram | RateUnit::Tonne);
    tables
        .chain(origins)
        .chain(duty.cases().iter().map(|case| &case.rate))
        .find_map(|rate| rate.specifics().map(|specific| specific.unit).find(|unit| !of_mass(unit)))
}

/// A name without the code the starter's names end in, and not too long.
fn short(name: &str) -> String {
    // The tariff as published marks its levels with arrows.
    let plain = name.split(", код ").next().unwrap_or(name).replace(" 🠺", "");
    plain.trim().chars().take(NAME_CHARS_MAX).collect::<String>().trim().to_owned()
}

/// The reference data a generator draws from, with what was worked out of them.
#[derive(Debug, Clone)]
pub(crate) struct Market {
    pub reference: Arc<Reference>,
    pub pack: Arc<Pack>,
    pub goods: Arc<Goods>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_chapter_belongs_to_one_group() {
        for chapter in 1..=97 {
            let groups = GROUPS.iter().filter(|group| (group.first..=group.last).contains(&chapter)).count();
            assert_eq!(groups, 1, "chapter {chapter}");
        }
    }

    #[test]
    fn the_starter_has_goods_for_most_groups() {
        let reference = Reference::starter().unwrap();
        let pack = reference.pack("eaeu-ru").unwrap();
        let goods = Goods::of(&reference, pack, Date::constant(2026, 3, 2));
        let empty = goods.by_group.iter().filter(|list| list.is_empty()).count();
        assert!(empty <= 3, "{empty} groups without goods");
        let wine = goods.by_group.iter().flatten().find(|good| good.code.prefix(4) == "2204").unwrap();
        assert_eq!(wine.unit, Some(RateUnit::Litre));
        assert!(!wine.name.contains("код"), "{}", wine.name);
    }
}
