//! `bench prices`: trade with goods valued too low in it. Usual prices are made of the first half, as they would be of
//! released declarations; the lines of the second half are held against them. How much of what was planted lies below
//! each threshold, and how many honest lines do.
//!
//! Planted are the patterns whose goods are cheap, and ordinary consignments declared at 30, 50 and 70 % of what they
//! cost. In the first half they are part of what prices are made of: nobody had found them yet.

use std::collections::BTreeMap;
use std::sync::Arc;

use declaration::{Amount, Declaration, Item, Kind};
use jiff::civil::Date;
use reference::prices::{Distribution, SAMPLE_MIN, THRESHOLDS};
use reference::{Dataset, DatasetKind, PricedUnit, Reference};
use risk::ItemFacts;
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use serde::Serialize;

use super::render::{number, table};
use crate::error::RehearsalError;
use crate::generate::{Generator, Plan};
use crate::goods::GROUPS;
use crate::mistakes::MistakeShares;
use crate::planted::{PATTERNS, Planting};

/// Of so many declarations one is valued too low without following a pattern.
const MILD_ONE_IN: u64 = 40;
/// At what share of what the goods cost, in percent.
const MILD: [u64; 3] = [30, 50, 70];
/// Thresholds reported: the lower bound itself, then those that samples count.
const COUNTED: usize = 1 + THRESHOLDS.len();

/// What to measure.
#[derive(Debug, Clone, PartialEq)]
pub struct PricesBench {
    /// Declarations, half to make prices of and half to judge.
    pub declarations: u64,
    /// Mean number of lines of goods.
    pub items_mean: f64,
    /// The seed.
    pub seed: u64,
    /// The day.
    pub day: Date,
}

impl Default for PricesBench {
    fn default() -> Self {
        Self { declarations: 60_000, items_mean: 10.0, seed: 23, day: Date::constant(2026, 3, 2) }
    }
}

/// How many of some lines lie below each threshold.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Below {
    /// Lines.
    pub lines: u64,
    /// Of them, those whose usual price is known.
    pub priced: u64,
    /// Of these, those below −1, −1.5, −2 and −3.
    pub below: [u64; COUNTED],
}

impl Below {
    fn take(&mut self, index: Option<Decimal>) {
        self.lines += 1;
        let Some(index) = index else { return };
        self.priced += 1;
        let thresholds = [Decimal::NEGATIVE_ONE].into_iter().chain(THRESHOLDS);
        for (count, threshold) in self.below.iter_mut().zip(thresholds) {
            *count += u64::from(index < threshold);
        }
    }

    /// The share of priced lines below each threshold, in percent.
    pub fn percent(&self) -> [f64; COUNTED] {
        self.below.map(|count| 100.0 * count as f64 / self.priced.max(1) as f64)
    }
}

/// What was planted, and how much of it was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PlantedPrice {
    /// What: `patterns`, or the share of what the goods cost.
    pub what: String,
    /// How it fared.
    pub below: Below,
}

/// Goods that are traded alike, by the chapters of the nomenclature.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct GoodsPrices {
    /// The first and the last chapter.
    pub chapters: (u32, u32),
    /// By what factor prices of one code are spread, one standard deviation either way: that of the generated trade.
    pub spread: f64,
    /// Honest lines.
    pub honest: Below,
    /// The index below which one honest line in a hundred lies.
    pub at_one_percent: f64,
    /// At what percent of the usual price that is, in the middle of these goods.
    pub share_at_one_percent: f64,
}

/// What came of it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PricesReport {
    /// Declarations, both halves.
    pub declarations: u64,
    /// Prices made of the first half, by digits of the code: 10, 6, 4.
    pub prices: [u64; 3],
    /// Judged honest lines by the level of their price; the last: those without one.
    pub levels: [u64; 4],
    /// Honest lines of the second half.
    pub honest: Below,
    /// What was planted in the second half.
    pub planted: Vec<PlantedPrice>,
    /// The index below which one honest line in a hundred lies, over all goods.
    pub at_one_percent: f64,
    /// Goods with at least 1 000 honest priced lines, by chapter.
    pub goods: Vec<GoodsPrices>,
}

/// What stands at a place.
enum Planted {
    Nothing,
    Pattern,
    Mild(usize),
}

impl PricesBench {
    /// Makes prices of the first half and judges the second.
    ///
    /// # Errors
    /// Where nothing can be generated, or the prices cannot be read.
    pub fn run(&self, mut progress: impl FnMut(&str, u64, u64)) -> Result<PricesReport, RehearsalError> {
        let invalid = |why: String| RehearsalError::Invalid(why);
        let reference = Arc::new(Reference::starter().map_err(|why| invalid(why.to_string()))?);
        let plan = Plan {
            items_mean: self.items_mean,
            mistakes: MistakeShares::none(),
            ..Plan::usual(self.declarations, self.seed, self.day)
        };
        let jurisdiction = plan.jurisdiction.clone();
        let generator = Generator::new(plan, reference, None).map_err(|why| invalid(why.to_string()))?;
        let half = self.declarations / 2;

        let mut distribution = Distribution::default();
        for place in 0..half {
            let (declaration, _) = self.at(&generator, place)?;
            if declaration.kind() == Some(Kind::Import) {
                take(&mut distribution, &declaration);
            }
            if place.is_multiple_of(500) {
                progress("prices of the first half", place, half);
            }
        }
        let usual = distribution.usual(SAMPLE_MIN);
        let mut prices = [0; 3];
        for (goods, _) in &usual {
            match goods.prefix.digits() {
                10 => prices[0] += 1,
                6 => prices[1] += 1,
                _ => prices[2] += 1,
            }
        }
        // Read as anybody's prices are: through an import.
        let rows = centre::prices::rows(&[(self.day, usual)]);
        let csv = format!("{}\n{}\n", centre::prices::COLUMNS, rows.join("\n"));
        let set = Dataset::new(
            DatasetKind::Prices,
            jurisdiction.clone(),
            "prices.csv".to_owned(),
            csv.into_bytes(),
        );
        let mut datasets = Reference::starter_datasets();
        datasets.push(set);
        let reference = Reference::build(&datasets).map_err(|why| invalid(format!("{why:?}")))?;
        let pack = reference.pack(&jurisdiction).ok_or_else(|| invalid("the pack is unknown".to_owned()))?;
        let known = reference.prices(pack).ok_or_else(|| invalid("there are no prices".to_owned()))?;

        let mut honest = Below::default();
        let mut levels = [0; 4];
        let mut planted: BTreeMap<String, Below> = BTreeMap::new();
        let mut by_group: Vec<(Below, Vec<(Decimal, Decimal)>)> =
            GROUPS.iter().map(|_| Default::default()).collect();
        let mut all = Vec::new();
        for place in half..self.declarations {
            if place.is_multiple_of(500) {
                progress("the second half judged", place - half, self.declarations - half);
            }
            let (declaration, what) = self.at(&generator, place)?;
            if declaration.kind() != Some(Kind::Import) {
                continue;
            }
            for (nth, item) in declaration.items.iter().enumerate() {
                let Some(code) = &item.commodity_code else { continue };
                let origin = item.origin_country.or(declaration.origin_country);
                let unit = item.supplementary.as_ref().and_then(|quantity| quantity.unit);
                let row = known.find(code, origin, unit, self.day);
                let value = row.and_then(|row| {
                    let facts = ItemFacts::of(item);
                    match row.key.unit {
                        PricedUnit::Kilogram => facts.value_per_kg,
                        PricedUnit::Supplementary(_) => facts.value_per_unit,
                    }
                });
                let index = row.zip(value).and_then(|(row, value)| row.value.range().index(value));
                let what = match &what {
                    Planted::Pattern if nth == 0 => Some("patterns".to_owned()),
                    Planted::Mild(share) => MILD.get(*share).map(|percent| format!("{percent} %")),
                    Planted::Pattern | Planted::Nothing => None,
                };
                if let Some(what) = what {
                    planted.entry(what).or_default().take(index);
                    continue;
                }
                honest.take(index);
                let level = match row.map(|row| row.key.prefix.digits()) {
                    Some(10) => 0,
                    Some(6) => 1,
                    Some(_) => 2,
                    None => 3,
                };
                if let Some(count) = levels.get_mut(level) {
                    *count += 1;
                }
                let chapter: u32 = code.prefix(2).parse().unwrap_or_default();
                let group = GROUPS.iter().position(|group| group.chapters().contains(&chapter));
                if let Some((below, seen)) = group.and_then(|group| by_group.get_mut(group)) {
                    below.take(index);
                    if let (Some(index), Some(row), Some(value)) = (index, row, value) {
                        let share = value.checked_div(row.value.median).unwrap_or_default();
                        seen.push((index, share));
                        all.push((index, share));
                    }
                }
            }
        }
        let goods = GROUPS.iter().zip(&mut by_group).filter(|(_, (below, _))| below.priced >= 1_000);
        let goods = goods.map(|(group, (below, seen))| {
            let (at_one_percent, share) = hundredth(seen);
            GoodsPrices {
                chapters: (*group.chapters().start(), *group.chapters().end()),
                spread: group.price_deviation.exp(),
                honest: below.clone(),
                at_one_percent,
                share_at_one_percent: share,
            }
        });
        let goods: Vec<GoodsPrices> = goods.collect();
        Ok(PricesReport {
            declarations: self.declarations,
            prices,
            levels,
            honest,
            planted: planted.into_iter().map(|(what, below)| PlantedPrice { what, below }).collect(),
            at_one_percent: hundredth(&mut all).0,
            goods,
        })
    }

    /// The declaration at a place with what is planted there.
    fn at(&self, generator: &Generator, place: u64) -> Result<(Declaration, Planted), RehearsalError> {
        let planting = Planting::of(self.declarations);
        let (_, mut declaration, pattern) = generator.with_patterns(place, planting)?;
        if let Some(pattern) = pattern {
            let cheap = PATTERNS.get(pattern).is_some_and(crate::planted::Pattern::is_cheap);
            return Ok((declaration, if cheap { Planted::Pattern } else { Planted::Nothing }));
        }
        if place % MILD_ONE_IN != 1 {
            return Ok((declaration, Planted::Nothing));
        }
        let share = usize::try_from(place / MILD_ONE_IN % MILD.len() as u64).unwrap_or_default();
        let percent = MILD.get(share).copied().unwrap_or(100);
        for item in &mut declaration.items {
            undervalue(item, percent);
        }
        Ok((declaration, Planted::Mild(share)))
    }
}

/// Declares a line at a share of its value.
fn undervalue(item: &mut Item, percent: u64) {
    let share = Decimal::from(percent).checked_div(Decimal::ONE_HUNDRED).unwrap_or(Decimal::ONE);
    for amount in [&mut item.customs_value, &mut item.invoice_value, &mut item.statistical_value] {
        if let Some(value) = amount {
            let less = crate::trade::rounded(value.get().saturating_mul(share));
            *amount = Some(Amount::from_decimal(less.max(Decimal::new(1, 2))));
        }
    }
}

/// Takes the lines of a declaration as `prices compute` does.
fn take(distribution: &mut Distribution, declaration: &Declaration) {
    for item in &declaration.items {
        let (Some(code), Some(value)) = (&item.commodity_code, &item.customs_value) else { continue };
        let origin = item.origin_country.or(declaration.origin_country);
        if let Some(mass) = item.mass_net {
            distribution.take(code, origin, PricedUnit::Kilogram, value.get(), mass.get());
        }
        if let Some(units) = &item.supplementary
            && let (Some(unit), Some(quantity)) = (units.unit, units.quantity)
        {
            distribution.take(code, origin, PricedUnit::Supplementary(unit), value.get(), quantity.get());
        }
    }
}

/// The index below which a hundredth lies, and the share of the usual price there.
fn hundredth(seen: &mut [(Decimal, Decimal)]) -> (f64, f64) {
    seen.sort_unstable();
    let place = seen.len() / 100;
    seen.get(place).map_or((0.0, 0.0), |(index, share)| {
        (index.to_f64().unwrap_or_default(), 100.0 * share.to_f64().unwrap_or_default())
    })
}

/// The tables of it.
pub fn render_prices(report: &PricesReport) -> String {
    let row = |name: &str, below: &Below| {
        let cells: Vec<String> = below.percent().iter().map(|share| format!("{share:>8.2} %")).collect();
        format!("{name:22} {:>9} {:>9} {}\n", below.lines, below.priced, cells.join(""))
    };
    let mut out = format!(
        "{:22} {:>9} {:>9} {:>10}{:>10}{:>10}{:>10}\n",
        "lines", "all", "priced", "below -1", "-1.5", "-2", "-3"
    );
    out.push_str(&row("honest (false alarms)", &report.honest));
    for one in &report.planted {
        out.push_str(&row(&format!("planted: {}", one.what), &one.below));
    }
    out.push_str("\nchapters   spread    priced   -1.5      -2      -3   1 % of honest lines lie below\n");
    for one in &report.goods {
        let percent = one.honest.percent();
        out.push_str(&format!(
            "{:02}-{:02}      x {:4.1} {:>9} {:>5.2} % {:>5.2} % {:>5.2} %   {:.2}: {:.0} % of the usual price\n",
            one.chapters.0,
            one.chapters.1,
            one.spread,
            one.honest.priced,
            percent.get(1).copied().unwrap_or_default(),
            percent.get(2).copied().unwrap_or_default(),
            percent.get(3).copied().unwrap_or_default(),
            one.at_one_percent,
            one.share_at_one_percent,
        ));
    }
    out.push('\n');
    let [ten, six, four] = report.prices;
    let [by_ten, by_six, by_four, none] = report.levels;
    out.push_str(&table([
        ("declarations", number(report.declarations as f64)),
        ("prices of 10, 6, 4 digits", format!("{ten}, {six}, {four}")),
        ("lines priced by 10, 6, 4 digits, not", format!("{by_ten}, {by_six}, {by_four}, {none}")),
        ("1 % of honest lines lie below", format!("{:.2}", report.at_one_percent)),
    ]));
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_valued_far_too_low_lies_below_and_what_is_honest_does_not() {
        let bench = PricesBench { declarations: 3_000, items_mean: 8.0, ..PricesBench::default() };
        let report = bench.run(|_, _, _| {}).unwrap();
        assert!(report.honest.priced > 4_000 && report.levels.iter().sum::<u64>() == report.honest.lines);
        let [at_low, at_half, at_two, at_three] = report.honest.percent();
        // A tenth lies below the lower bound by its making; samples of thirty lines are coarse.
        assert!((7.0..14.0).contains(&at_low), "{at_low}");
        assert!(at_half < 5.0 && at_two < 2.0 && at_three < 0.7, "{at_half} {at_two} {at_three}");
        let found = |what: &str| report.planted.iter().find(|one| one.what == what).unwrap().below.percent();
        // Of so few declarations one in eight follows a pattern, each with a code of its own: half of what its price is
        // made of is planted as well, and still the rest stands out.
        assert!(found("patterns")[1] > 3.0 * at_half, "{:?}", found("patterns"));
        let [third, half, most] = ["30 %", "50 %", "70 %"].map(|what| found(what)[1]);
        assert!(third > half && half > most && most > at_half, "{third} {half} {most} {at_half}");
        assert!(report.at_one_percent < -1.5 && report.at_one_percent > -3.5, "{}", report.at_one_percent);
        assert!(!render_prices(&report).is_empty());
    }
}
