//! A compiled set of profiles, and what it says of a declaration.

use std::collections::BTreeSet;

use aws_lc_rs::digest;
use declaration::{Declaration, Text};
use jiff::civil::Date;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::category::Category;
use crate::draw::Draw;
use crate::error::{Fault, ProfileError};
use crate::index::{Index, codes_needed, countries_needed};
use crate::lane::{Lane, LanePolicy, RandomSelection};
use crate::language::{Asked, Compiled, Cond, Ground, Scene};
use crate::profile::{Measure, Profile};

/// The most profiles of one set.
pub const PROFILES_MAX: usize = 100_000;

/// What is known of a case besides its declaration when its risk is assessed.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Facts {
    /// The trader's category.
    pub category: Category,
    /// Payments in total, in the country's currency.
    pub payments_total: Decimal,
    /// Customs value in total, in the country's currency.
    pub customs_value_total: Decimal,
    /// Warnings among the findings of the control.
    pub finding_warnings: u32,
    /// Lines of goods whose code the nomenclature does not have.
    pub codes_outside_nomenclature: u32,
    /// Whether the document bears a valid signature.
    pub signed: bool,
}

/// A profile that fired.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hit {
    /// The profile's number.
    pub profile: String,
    /// The line of goods, by its position counted from 1; none: the declaration as a whole.
    pub item: Option<u32>,
    /// What an officer is to do.
    pub measures: Vec<Measure>,
    /// The lane it leads to.
    pub lane: Lane,
    /// What the officer will see.
    pub instruction: Text,
}

/// What the risk of a declaration is, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Assessment {
    /// The profiles that fired, by number and line.
    pub hits: Vec<Hit>,
    /// The lane: the strictest of the hits' and of the selection by chance.
    pub lane: Lane,
    /// The selection by chance, if there was one.
    pub random: Option<RandomSelection>,
    /// What was known.
    pub facts: Facts,
}

/// What a profile needs to fire at all.
#[derive(Debug, Clone)]
pub struct Needs<'r> {
    /// The profile.
    pub profile: &'r Profile,
    /// Commodity codes, or beginnings of codes, one of which a line of goods must have; `None` if its area does
    /// not say.
    pub codes: Option<BTreeSet<Box<str>>>,
    /// Countries, one of which must be that of origin or of dispatch; `None` if its area does not say.
    pub countries: Option<BTreeSet<Box<str>>>,
}

/// A compiled, immutable set of profiles.
#[derive(Debug)]
pub struct Rules {
    /// By number.
    profiles: Vec<Profile>,
    /// Area and exclusions of each profile, in the same order.
    compiled: Vec<(Compiled, Option<Compiled>)>,
    per_item: Index,
    per_declaration: Index,
    hash: String,
}

impl Rules {
    /// Compiles a set of profiles, in any order. All that is wrong is reported at once, one error
    /// per profile; lines and columns are those of the field's own text.
    pub fn compile(mut profiles: Vec<Profile>) -> Result<Self, Vec<ProfileError>> {
        if profiles.len() > PROFILES_MAX {
            return Err(vec![ProfileError::new(
                Fault::Limit,
                "",
                (&format!("больше {PROFILES_MAX} профилей"), &format!("more than {PROFILES_MAX} profiles")),
                ("снимите ненужные профили", "withdraw profiles no longer needed"),
            )]);
        }
        profiles.sort_by(|one, other| one.number.cmp(&other.number));
        let mut errors = Vec::new();
        let mut compiled = Vec::with_capacity(profiles.len());
        for profile in &profiles {
            match profile.compile() {
                Ok(both) => compiled.push(both),
                Err(error) => errors.push(error.of_profile(&profile.number)),
            }
        }
        for (one, other) in profiles.iter().zip(profiles.iter().skip(1)) {
            if one.number == other.number {
                let error = ProfileError::new(
                    Fault::Duplicate,
                    "number",
                    ("два профиля с одним номером", "two profiles of one number"),
                    ("оставьте одну версию или смените номер", "keep one version or change the number"),
                );
                errors.push(error.of_profile(&one.number));
            }
        }
        if !errors.is_empty() {
            return Err(errors);
        }
        let hash = hash(&profiles).map_err(|error| vec![error])?;
        let areas = |per_item: bool| {
            let numbered = (0u32..).zip(&compiled).filter(move |(_, (area, _))| area.per_item == per_item);
            numbered.map(|(profile, (area, _))| (profile, &area.condition))
        };
        let (per_item, per_declaration) = (Index::of(areas(true)), Index::of(areas(false)));
        Ok(Self { profiles, per_item, per_declaration, compiled, hash })
    }

    /// No profiles at all.
    pub fn empty() -> Self {
        let hash = hex_sha256(&[]);
        let (per_item, per_declaration) = (Index::default(), Index::default());
        Self { profiles: Vec::new(), compiled: Vec::new(), per_item, per_declaration, hash }
    }

    /// The profiles, by number.
    pub fn profiles(&self) -> &[Profile] {
        &self.profiles
    }

    /// What the profiles need of goods and countries to fire at all, by number.
    pub fn needs(&self) -> impl Iterator<Item = Needs<'_>> {
        self.profiles.iter().zip(&self.compiled).map(|(profile, (area, _))| Needs {
            profile,
            codes: codes_needed(&area.condition),
            countries: countries_needed(&area.condition),
        })
    }

    /// SHA-256, in hexadecimal, of the profiles by number, each as one line of JSON: equal for equal
    /// sets, whatever the order and layout they were written in.
    pub fn hash(&self) -> &str {
        &self.hash
    }

    /// Assesses a declaration as of a day. The same input gives the same assessment.
    pub fn assess(
        &self,
        declaration: &Declaration,
        facts: &Facts,
        policy: &LanePolicy,
        draw: &Draw,
        on: Date,
    ) -> Assessment {
        let whole = Scene::new(declaration, None, facts, on);
        let lines = declaration.items.iter().map(|item| Scene { item: Some(item), ..whole });
        let mut fired: Vec<(u32, Option<u32>)> = Vec::new();
        self.candidates(whole, lines, |profile, scene, item| {
            if self.judge(profile, scene) == Judgement::Match {
                fired.push((profile, item));
            }
        });
        fired.sort_unstable();
        let mut hits = Vec::with_capacity(fired.len());
        for group in fired.chunk_by(|one, other| one.0 == other.0) {
            let profile = group.first().and_then(|(profile, _)| self.profile(*profile));
            let Some((profile, effect)) = profile.and_then(|it| Some((it, it.effect(facts.category)?)))
            else {
                continue;
            };
            // One draw per case and profile: all the lines of a declaration share its luck.
            if effect.share < crate::Share::ALL && !effect.share.takes(draw.share(&profile.number)) {
                continue;
            }
            hits.extend(group.iter().map(|(_, item)| Hit {
                profile: profile.number.clone(),
                item: *item,
                measures: effect.measures.to_vec(),
                lane: effect.lane,
                instruction: profile.instruction.clone(),
            }));
        }
        let lane = hits.iter().map(|hit| hit.lane).max().unwrap_or_default();
        let random = policy.select(lane, facts.category, draw);
        let lane = random.as_ref().map_or(lane, |selected| lane.max(selected.lane));
        Assessment { hits, lane, random, facts: facts.clone() }
    }

    /// Calls `ask` with every profile that can apply, what it is asked of and the line's position from 1.
    pub(crate) fn candidates<'a, G: Ground<'a>>(
        &self,
        whole: G,
        lines: impl Iterator<Item = G>,
        mut ask: impl FnMut(u32, &Asked<'a, G>, Option<u32>),
    ) {
        let whole = Asked::of(whole);
        self.per_declaration.open(&whole).candidates(&whole, |profile| ask(profile, &whole, None));
        if self.per_item.is_empty() {
            return;
        }
        let per_item = self.per_item.open(&whole);
        for (position, line) in (1u32..).zip(lines) {
            let line = Asked::of(line);
            per_item.candidates(&line, |profile| ask(profile, &line, Some(position)));
        }
    }

    pub(crate) fn profile(&self, at: u32) -> Option<&Profile> {
        self.profiles.get(usize::try_from(at).ok()?)
    }

    /// Areas and exclusions of all profiles.
    pub(crate) fn conditions(&self) -> impl Iterator<Item = &Cond> {
        let both = self.compiled.iter().map(|(area, exclusions)| [Some(area), exclusions.as_ref()]);
        both.flatten().flatten().map(|compiled| &compiled.condition)
    }

    /// What a profile says of what it is asked of.
    pub(crate) fn judge<'a, G: Ground<'a>>(&self, at: u32, scene: &Asked<'a, G>) -> Judgement {
        let Ok(at) = usize::try_from(at) else { return Judgement::Outside };
        let (Some(profile), Some((area, exclusions))) = (self.profiles.get(at), self.compiled.get(at)) else {
            return Judgement::Outside;
        };
        if !profile.valid_on(scene.ground.day()) || area.condition.eval(scene) != Some(true) {
            return Judgement::Outside;
        }
        match exclusions {
            Some(exclusions) if exclusions.condition.eval(scene) == Some(true) => Judgement::Excluded,
            _ => Judgement::Match,
        }
    }
}

/// What a profile says before categories and shares are looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Judgement {
    /// Not in the area, or the profile does not apply that day.
    Outside,
    /// In the area, but excluded.
    Excluded,
    /// In the area and meant.
    Match,
}

fn hash(profiles: &[Profile]) -> Result<String, ProfileError> {
    let mut lines = Vec::new();
    for profile in profiles {
        serde_json::to_writer(&mut lines, profile).map_err(|error| {
            let text = (
                format!("профиль не записывается: {error}"),
                format!("the profile cannot be written: {error}"),
            );
            let cure = ("сообщите разработчикам", "tell the developers");
            ProfileError::new(Fault::Document, "", (&text.0, &text.1), cure).of_profile(&profile.number)
        })?;
        lines.push(b'\n');
    }
    Ok(hex_sha256(&lines))
}

fn hex_sha256(bytes: &[u8]) -> String {
    data_encoding::HEXLOWER.encode(digest::digest(&digest::SHA256, bytes).as_ref())
}

#[cfg(test)]
mod tests {
    use declaration::{
        CommodityCode, CountryCode, Item, ItemProcedure, Leaf, Mass, Party, ProcedureCode, TaxNumber,
    };
    use jiff::civil::date;
    use proptest::prelude::*;
    use proptest::sample::select;

    use super::*;
    use crate::category::ByCategory;
    use crate::profile::{ProfileKind, Stage};
    use crate::share::Share;

    const DAY: Date = date(2026, 3, 20);
    const CODES: [&str; 7] =
        ["8501", "850110", "8501101000", "85011010009", "8471300000", "0303140000", "6203423100"];
    const COUNTRIES: [&str; 4] = ["CN", "TR", "BD", "AM"];
    const TRADERS: [&str; 3] = ["7700000016", "5000000024", "5000000031"];

    fn profile(number: usize, area: String) -> Profile {
        Profile {
            number: format!("1/{number:06}"),
            title: Text::new("Проба", "Trial"),
            kind: ProfileKind::National,
            stage: Stage::Declaration,
            area,
            exclusions: None,
            valid_from: date(2026, 1, 1),
            valid_to: None,
            share_percent: None,
            categories: ByCategory::default(),
            measures: vec![Measure::Documents],
            lane: Lane::Yellow,
            instruction: Text::new("Проверьте", "Check"),
            author: String::new(),
            version: 1,
        }
    }

    fn no_chance() -> LanePolicy {
        LanePolicy { random_rate: ByCategory::default(), audit_rate: Share::NONE }
    }

    fn parsed<T: Leaf>(text: &str) -> Option<T> {
        T::parse(text).ok()
    }

    fn item() -> impl Strategy<Value = Item> {
        let code = proptest::option::weighted(0.9, select(CODES.to_vec()));
        let country = proptest::option::of(select(COUNTRIES.to_vec()));
        let procedure = proptest::option::of(select(vec!["40", "51"]));
        (code, country, procedure, proptest::option::of(0i64..20)).prop_map(
            |(code, country, procedure, mass)| Item {
                commodity_code: code.and_then(parsed::<CommodityCode>),
                origin_country: country.and_then(parsed::<CountryCode>),
                procedure: procedure.map(|code| ItemProcedure {
                    requested: parsed::<ProcedureCode>(code),
                    ..ItemProcedure::default()
                }),
                mass_net: mass.map(|mass| Mass::from_decimal(Decimal::from(mass))),
                ..Item::default()
            },
        )
    }

    fn a_declaration() -> impl Strategy<Value = Declaration> {
        let trader = proptest::option::of(select(TRADERS.to_vec()));
        let country = proptest::option::of(select(COUNTRIES.to_vec()));
        (proptest::collection::vec(item(), 0..6), trader, country).prop_map(|(items, trader, country)| {
            Declaration {
                items,
                consignee: trader.map(|inn| Party { inn: parsed::<TaxNumber>(inn), ..Party::default() }),
                dispatch_country: country.and_then(parsed::<CountryCode>),
                procedure: parsed::<ProcedureCode>("40"),
                ..Declaration::default()
            }
        })
    }

    fn area() -> impl Strategy<Value = String> {
        let code = select(CODES.to_vec());
        let leaf = prop_oneof![
            (code.clone(), 0usize..=10).prop_map(|(code, count)| {
                format!("item.commodity_code.startsWith(\"{}\")", code.get(..count).unwrap_or(code))
            }),
            (code.clone(), code.clone())
                .prop_map(|(a, b)| format!("item.commodity_code in [\"{a}\", \"{b}\"]")),
            code.prop_map(|code| format!("\"{code}\" == item.commodity_code")),
            select(COUNTRIES.to_vec()).prop_map(|country| format!("item.origin_country == \"{country}\"")),
            select(COUNTRIES.to_vec()).prop_map(|country| format!("item.origin_country != \"{country}\"")),
            select(COUNTRIES.to_vec())
                .prop_map(|country| format!("declaration.dispatch_country == \"{country}\"")),
            select(TRADERS.to_vec())
                .prop_map(|trader| format!("declaration.consignee.tax_number == \"{trader}\"")),
            select(vec!["40", "51"]).prop_map(|code| format!("item.procedure.requested == \"{code}\"")),
            (0i64..20).prop_map(|mass| format!("item.mass_net > {mass}")),
            Just("has(item.origin_country)".to_owned()),
            Just("declaration.procedure == \"40\"".to_owned()),
            Just("[\"85\", \"0303\"].exists(p, item.commodity_code.startsWith(p))".to_owned()),
        ];
        leaf.prop_recursive(3, 12, 3, |inner| {
            prop_oneof![
                3 => (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("({a} && {b})")),
                2 => (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("({a} || {b})")),
                1 => inner.clone().prop_map(|a| format!("!({a})")),
                1 => (inner.clone(), inner.clone(), inner).prop_map(|(a, b, c)| format!("({a} ? {b} : {c})")),
            ]
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        /// The index leaves out only what would not have fired: the plain loop over every profile and
        /// every line finds the same.
        #[test]
        fn the_index_changes_nothing(
            areas in proptest::collection::vec(area(), 1..12),
            declarations in proptest::collection::vec(a_declaration(), 1..12),
        ) {
            let profiles = areas.into_iter().enumerate().map(|(number, area)| profile(number, area)).collect();
            let rules = Rules::compile(profiles).unwrap();
            let facts = Facts::default();
            for declaration in &declarations {
                let mut plain = Vec::new();
                for (at, (area, _)) in (0u32..).zip(&rules.compiled) {
                    let lines = (1u32..).zip(&declaration.items).map(|(position, item)| (Some(position), Some(item)));
                    let places: Vec<_> = if area.per_item { lines.collect() } else { vec![(None, None)] };
                    for (position, item) in places {
                        let scene = Asked::of(Scene::new(declaration, item, &facts, DAY));
                        if rules.judge(at, &scene) == Judgement::Match {
                            plain.push((rules.profiles()[at as usize].number.clone(), position));
                        }
                    }
                }
                let draw = Draw::of(&[0; 32], b"");
                let indexed = rules.assess(declaration, &facts, &no_chance(), &draw, DAY).hits;
                let indexed: Vec<_> = indexed.into_iter().map(|hit| (hit.profile, hit.item)).collect();
                prop_assert_eq!(indexed, plain);
            }
        }
    }

    #[test]
    fn profiles_that_cannot_apply_are_not_asked() {
        let areas = (0..500).map(|number| match number % 5 {
            0 => format!("item.commodity_code.startsWith(\"{:04}\") && item.mass_net > 1", 1000 + number),
            1 => format!("item.commodity_code in [\"{:04}\", \"{:06}\"]", 1000 + number, 100_000 + number),
            2 => format!("declaration.consignee.tax_number == \"78{number:08}\" && item.mass_net > 1"),
            3 => "item.origin_country == \"KP\" && item.mass_net > 1".to_owned(),
            _ => "false && item.mass_net > 1".to_owned(),
        });
        let others =
            ["item.commodity_code.startsWith(\"8501\") && item.mass_net > 100", "item.mass_net > 100"];
        let areas = areas.chain(others.map(str::to_owned)).enumerate();
        let rules = Rules::compile(areas.map(|(number, area)| profile(number, area)).collect()).unwrap();
        let line = |code, country| Item {
            commodity_code: parsed(code),
            origin_country: parsed(country),
            ..Item::default()
        };
        let declaration = Declaration {
            items: vec![line("8501101000", "CN"), line("9403609000", "TR")],
            consignee: Some(Party { inn: parsed("7700000016"), ..Party::default() }),
            ..Declaration::default()
        };
        let mut asked = Vec::new();
        let facts = Facts::default();
        let whole = Scene::new(&declaration, None, &facts, DAY);
        let lines = declaration.items.iter().map(|item| Scene { item: Some(item), ..whole });
        rules.candidates(whole, lines, |profile, _, item| asked.push((profile, item)));
        asked.sort_unstable();
        // Only the one whose heading is declared, and the one that names nothing to list it by.
        assert_eq!(asked, [(500, Some(1)), (501, Some(1)), (501, Some(2))]);
    }
}
