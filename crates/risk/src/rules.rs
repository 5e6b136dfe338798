//! A compiled set of profiles, and what it says of a declaration.

use std::collections::BTreeSet;

use aws_lc_rs::digest;
use declaration::{Declaration, Text};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::category::{ByCategory, Category};
use crate::draw::Draw;
use crate::error::{Fault, ProfileError};
use crate::facts::Facts;
use crate::index::{Entry, Index, codes_needed, countries_needed, joined, key_of};
use crate::lane::{Lane, LanePolicy, RandomSelection, Sampled};
use crate::language::{Asked, Compiled, Cond, Scene, Stack, Subject, all_of, on_parser_stack};
use crate::profile::{Measure, Profile, Stage};

/// The most profiles of one set.
pub const PROFILES_MAX: usize = 100_000;

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
    /// When the measures are taken.
    #[serde(default, skip_serializing_if = "Stage::is_usual")]
    pub stage: Stage,
}

/// A profile that could not be decided.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Undecided {
    /// The profile's number.
    pub profile: String,
    /// The lines of goods, by their positions counted from 1; none: the declaration as a whole.
    pub items: Vec<u32>,
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
    /// Profiles that could not be decided, on some line or on the whole, for lack of a field: of those whose codes,
    /// countries, traders and procedures the declaration meets. [`Rules::undecided`] says which.
    #[serde(default, skip_serializing_if = "is_none")]
    pub undecided: u32,
}

fn is_none(count: &u32) -> bool {
    *count == 0
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
    /// The same profiles as the engine asks them, in the same order.
    ready: Vec<Ready>,
    per_item: Index,
    per_declaration: Index,
    hash: String,
}

/// A profile as the engine asks it.
#[derive(Debug)]
pub(crate) struct Ready {
    pub(crate) area: Compiled,
    /// How many of the area's joined conditions, the first ones, ask nothing of the line of goods: they are answered
    /// once per declaration.
    whole: usize,
    /// How many of them, the last ones, the index has answered by finding the profile.
    listed: usize,
    pub(crate) exclusions: Option<Compiled>,
    term: Term,
}

/// When and for whom a profile applies: what is asked first, kept together.
#[derive(Debug, Clone, Copy)]
struct Term {
    from: Date,
    to: Date,
    categories: ByCategory<bool>,
    everywhere: bool,
}

impl Term {
    fn of(profile: &Profile) -> Self {
        let applies = |category| profile.effect(category).is_some();
        Self {
            from: profile.valid_from,
            to: profile.valid_to.unwrap_or(Date::MAX),
            categories: ByCategory {
                low: applies(Category::Low),
                medium: applies(Category::Medium),
                high: applies(Category::High),
            },
            everywhere: profile.offices.is_empty(),
        }
    }
}

impl Ready {
    pub(crate) fn of(profile: &Profile, (mut area, exclusions): (Compiled, Option<Compiled>)) -> Self {
        let key = key_of(&area.condition).filter(|_| area.per_item);
        let whole = match &mut area.condition {
            Cond::All(parts) if area.per_item => {
                if let Some(key) = key {
                    let found = parts.remove(key);
                    parts.push(found);
                }
                // Parts commute; sorting keeps the cheap ones first within each half, and the one found by last.
                parts.sort_by_key(Cond::is_of_line);
                parts.iter().take_while(|part| !part.is_of_line()).count()
            }
            _ => usize::from(area.per_item && !area.condition.is_of_line()),
        };
        Self { area, whole, listed: usize::from(key.is_some()), exclusions, term: Term::of(profile) }
    }

    /// The conditions joined by `&&` that are left to ask: of the declaration as a whole, and of a line that the
    /// index found.
    fn halves(&self) -> (&[Cond], &[Cond]) {
        let parts = joined(&self.area.condition);
        let asked = parts.len().saturating_sub(self.listed);
        let (whole, line) = parts.split_at_checked(self.whole).unwrap_or((&[], parts));
        (whole, line.get(..asked.saturating_sub(self.whole)).unwrap_or_default())
    }
}

/// What the declaration as a whole says of a profile that asks about lines of goods.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Gate {
    /// Nobody asked yet.
    Unknown,
    /// It can fire on a line.
    Open,
    /// It can fire on no line.
    Shut,
    /// It fires on no line, but might have if the declaration said more.
    Undecided,
}

/// What comes of asking a profile, before its share is drawn; nothing where its area does not hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Answer {
    /// In the area and meant.
    Fires,
    /// In the area, but excluded.
    Excluded,
    /// Nobody can say for lack of a field.
    Undecided,
}

impl Rules {
    /// Compiles a set of profiles, in any order. All that is wrong is reported at once, one error
    /// per profile; lines and columns are those of the field's own text.
    ///
    /// # Errors
    /// Every profile that does not compile; then there are no rules.
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
        let all = |stack: Stack| profiles.iter().map(|profile| profile.compile(stack)).collect::<Vec<_>>();
        // One stack for all of them; should the parser break off over one, each gets its own, to find out which.
        let all = on_parser_stack(|| all(Stack::Here)).unwrap_or_else(|| all(Stack::Apart));
        let mut errors = Vec::new();
        let mut ready = Vec::with_capacity(profiles.len());
        for (profile, compiled) in profiles.iter().zip(all) {
            match compiled {
                Ok(both) => ready.push(Ready::of(profile, both)),
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
        let listed = |per_item: bool| {
            let numbered = (0u32..).zip(profiles.iter().zip(&ready));
            let asked = numbered.filter(move |(_, (_, ready))| ready.area.per_item == per_item);
            asked.map(|(at, (profile, ready))| Entry {
                profile: at,
                area: &ready.area.condition,
                listed: ready.listed > 0,
                offices: &profile.offices,
            })
        };
        let (per_item, per_declaration) = (Index::of(listed(true)), Index::of(listed(false)));
        Ok(Self { profiles, ready, per_item, per_declaration, hash })
    }

    /// No profiles at all.
    pub fn empty() -> Self {
        let hash = hex_sha256(&[]);
        let (per_item, per_declaration) = (Index::default(), Index::default());
        Self { profiles: Vec::new(), ready: Vec::new(), per_item, per_declaration, hash }
    }

    /// The profiles, by number.
    pub fn profiles(&self) -> &[Profile] {
        &self.profiles
    }

    /// What the profiles need of goods and countries to fire at all, by number.
    pub fn needs(&self) -> impl Iterator<Item = Needs<'_>> {
        self.profiles.iter().zip(&self.ready).map(|(profile, ready)| Needs {
            profile,
            codes: codes_needed(&ready.area.condition),
            countries: countries_needed(&ready.area.condition),
        })
    }

    /// The profiles with what they compiled to, by number.
    pub(crate) fn compiled(&self) -> impl Iterator<Item = (&Profile, &Ready)> {
        self.profiles.iter().zip(&self.ready)
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
        let mut fired: Vec<(u32, Option<u32>)> = Vec::new();
        let mut undecided: Vec<u32> = Vec::new();
        self.ask_live(declaration, facts, on, |profile, item, answer| match answer {
            Answer::Fires => fired.push((profile, item)),
            Answer::Undecided => undecided.push(profile),
            Answer::Excluded => {}
        });
        undecided.sort_unstable();
        undecided.dedup();
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
                stage: profile.stage,
            }));
        }
        let lane = hits.iter().map(|hit| hit.lane).max().unwrap_or_default();
        let codes: Vec<&str> = declaration
            .items
            .iter()
            .filter_map(|item| Some(item.commodity_code.as_ref()?.as_str()))
            .collect();
        let sampled = Sampled {
            category: facts.category,
            office: facts.office.as_ref().map(|office| office.as_str()),
            kind: declaration.kind().map(|kind| kind.as_str()),
            codes: &codes,
        };
        let random = policy.select(lane, &sampled, draw);
        let lane = random.as_ref().map_or(lane, |selected| lane.max(selected.lane));
        let undecided = u32::try_from(undecided.len()).unwrap_or(u32::MAX);
        Assessment { hits, lane, random, facts: facts.clone(), undecided }
    }

    /// The profiles that could not be decided for lack of a field, by number: what
    /// [`Assessment::undecided`] counts.
    pub fn undecided(&self, declaration: &Declaration, facts: &Facts, on: Date) -> Vec<Undecided> {
        let mut found: Vec<(u32, Option<u32>)> = Vec::new();
        self.ask_live(declaration, facts, on, |profile, item, answer| {
            if answer == Answer::Undecided {
                found.push((profile, item));
            }
        });
        found.sort_unstable();
        let groups = found.chunk_by(|one, other| one.0 == other.0);
        let undecided = groups.filter_map(|group| {
            let profile = self.profile(group.first()?.0)?;
            let items = group.iter().filter_map(|(_, item)| *item).collect();
            Some(Undecided { profile: profile.number.clone(), items })
        });
        undecided.collect()
    }

    /// Asks every profile that can apply to a declaration as it is filed.
    fn ask_live(
        &self,
        declaration: &Declaration,
        facts: &Facts,
        on: Date,
        say: impl FnMut(u32, Option<u32>, Answer),
    ) {
        let whole = Scene::new(declaration, None, facts, on);
        let lines = declaration.items.iter().enumerate();
        let lines = lines.map(|(at, item)| Scene { item: Some(item), ..whole }.at_line(facts.items.get(at)));
        self.ask(whole, lines, say);
    }

    /// Asks every profile that can apply, and says of the whole and of each line, by its position from 1, which
    /// fire, which would but for their exclusions, and which cannot be decided.
    pub(crate) fn ask<'a, S: Subject<'a>>(
        &self,
        whole: S,
        lines: impl Iterator<Item = S>,
        mut say: impl FnMut(u32, Option<u32>, Answer),
    ) {
        let whole = Asked::of(whole);
        let applies = |profile| self.applies(profile, &whole) != Gate::Shut;
        let opened = self.per_declaration.open(&whole, applies);
        opened.candidates(&whole, |profile| {
            if let Some(answer) = self.answer(profile, self.applies(profile, &whole), &whole) {
                say(profile, None, answer);
            }
        });
        if self.per_item.is_empty() {
            return;
        }
        let mut gates = vec![Gate::Unknown; self.profiles.len()];
        let mut gate = |profile: u32| -> Gate {
            let slot = usize::try_from(profile).ok().and_then(|at| gates.get_mut(at));
            let Some(slot) = slot else { return Gate::Shut };
            if *slot == Gate::Unknown {
                *slot = self.gate(profile, &whole);
            }
            *slot
        };
        let opened = self.per_item.open(&whole, |profile| gate(profile) != Gate::Shut);
        for (position, line) in (1u32..).zip(lines) {
            let line = Asked::of(line);
            opened.candidates(&line, |profile| {
                let gate = gate(profile);
                if gate != Gate::Shut
                    && let Some(answer) = self.answer(profile, gate, &line)
                {
                    say(profile, Some(position), answer);
                }
            });
        }
    }

    pub(crate) fn profile(&self, at: u32) -> Option<&Profile> {
        self.profiles.get(usize::try_from(at).ok()?)
    }

    /// Areas and exclusions of all profiles.
    pub(crate) fn conditions(&self) -> impl Iterator<Item = &Cond> {
        let both = self.ready.iter().map(|ready| [Some(&ready.area), ready.exclusions.as_ref()]);
        both.flatten().flatten().map(|compiled| &compiled.condition)
    }

    fn ready(&self, at: u32) -> Option<&Ready> {
        self.ready.get(usize::try_from(at).ok()?)
    }

    /// Whether a profile applies at all: its term, its offices, the trader's category.
    fn applies<'a, S: Subject<'a>>(&self, at: u32, scene: &Asked<'a, S>) -> Gate {
        let Some(term) = self.ready(at).map(|ready| ready.term) else { return Gate::Shut };
        let day = scene.subject.day();
        let lasts = term.from <= day && day <= term.to;
        let left_out = |category| !*term.categories.of(category);
        if !lasts || scene.subject.asked_category().is_some_and(left_out) {
            return Gate::Shut;
        }
        if term.everywhere {
            return Gate::Open;
        }
        match self.profile(at).and_then(|profile| profile.reaches(scene.subject.office())) {
            Some(true) => Gate::Open,
            Some(false) => Gate::Shut,
            None => Gate::Undecided,
        }
    }

    /// The same with what its area asks of the declaration as a whole.
    fn gate<'a, S: Subject<'a>>(&self, at: u32, whole: &Asked<'a, S>) -> Gate {
        let applies = self.applies(at, whole);
        let Some(ready) = self.ready(at).filter(|_| applies != Gate::Shut) else { return Gate::Shut };
        match all_of(ready.halves().0, whole) {
            Some(true) => applies,
            Some(false) => Gate::Shut,
            None => Gate::Undecided,
        }
    }

    /// What a profile behind a gate says; nothing where its area does not hold.
    fn answer<'a, S: Subject<'a>>(&self, at: u32, gate: Gate, scene: &Asked<'a, S>) -> Option<Answer> {
        let ready = self.ready(at)?;
        let holds = all_of(ready.halves().1, scene);
        if holds == Some(false) || gate == Gate::Shut {
            return None;
        }
        let excluded = ready.exclusions.as_ref().is_some_and(|it| it.condition.eval(scene) == Some(true));
        match (excluded, gate, holds) {
            (true, Gate::Open, Some(true)) => Some(Answer::Excluded),
            (true, ..) => None,
            (false, Gate::Open, Some(true)) => Some(Answer::Fires),
            (false, ..) => Some(Answer::Undecided),
        }
    }
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
    use rust_decimal::Decimal;

    use super::*;
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
            fiscal: true,
            offices: Vec::new(),
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
        LanePolicy { random_rate: ByCategory::default(), audit_rate: Share::NONE, ..LanePolicy::default() }
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
            code.clone().prop_map(|code| format!("\"{code}\" == item.commodity_code")),
            (code.clone(), code).prop_map(|(a, b)| {
                format!("(item.commodity_code == \"{a}\" || item.commodity_code.startsWith(\"{b}\"))")
            }),
            select(COUNTRIES.to_vec()).prop_map(|country| format!("item.origin_country == \"{country}\"")),
            select(COUNTRIES.to_vec()).prop_map(|country| format!("item.origin_country != \"{country}\"")),
            select(COUNTRIES.to_vec())
                .prop_map(|country| format!("declaration.dispatch_country == \"{country}\"")),
            select(TRADERS.to_vec())
                .prop_map(|trader| format!("declaration.consignee.tax_number == \"{trader}\"")),
            select(vec!["40", "51"]).prop_map(|code| format!("item.procedure.requested == \"{code}\"")),
            (0i64..20).prop_map(|mass| format!("item.mass_net > {mass}")),
            (0i64..20).prop_map(|mass| format!("{mass} >= item.mass_net")),
            (0i64..20).prop_map(|mass| format!("item.mass_net == {mass}")),
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
        #![proptest_config(ProptestConfig::with_cases(512))]

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
                let (mut plain, mut undecided) = (Vec::new(), 0);
                for (profile, ready) in rules.compiled() {
                    let lines = (1u32..).zip(&declaration.items).map(|(position, item)| (Some(position), Some(item)));
                    let places: Vec<_> = if ready.area.per_item { lines.collect() } else { vec![(None, None)] };
                    for (position, item) in places {
                        let scene = Asked::of(Scene::new(declaration, item, &facts, DAY));
                        match ready.area.condition.eval(&scene) {
                            Some(true) => plain.push((profile.number.clone(), position)),
                            Some(false) => {}
                            None => undecided += 1,
                        }
                    }
                }
                let draw = Draw::of(&[0; 32], b"");
                let indexed = rules.assess(declaration, &facts, &no_chance(), &draw, DAY);
                prop_assert!(indexed.undecided <= undecided);
                let named = rules.undecided(declaration, &facts, DAY);
                prop_assert_eq!(named.len(), indexed.undecided as usize);
                let indexed = indexed.hits;
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
        let facts = Facts::default();
        let whole = Asked::of(Scene::new(&declaration, None, &facts, DAY));
        let opened = rules.per_item.open(&whole, |profile| rules.gate(profile, &whole) != Gate::Shut);
        let mut asked = Vec::new();
        for (at, item) in declaration.items.iter().enumerate() {
            let scene = Asked::of(Scene::new(&declaration, Some(item), &facts, DAY));
            opened.candidates(&scene, |profile| asked.push((profile, at)));
        }
        asked.sort_unstable();
        // Only the one whose heading is declared, and the one of mass, whose mass is not known.
        assert_eq!(asked, [(500, 0), (501, 0), (501, 1)]);
    }
}
