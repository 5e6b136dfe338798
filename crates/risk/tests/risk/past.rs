//! Profiles asked of the past answer as they answer what is filed today.

use std::collections::BTreeMap;
use std::io::Cursor;

use declaration::{Declaration, Leaf, LeafKind, OfficeCode, Record, Shape};
use greenlane_risk::history::{
    Builder, Came, Damage, Directory, Filed, Found, Later, Looked, Outcome, Tally, Told, Trial, Wanted,
};
use greenlane_risk::{
    Category, Draw, Effort, Facts, HistoryFacts, Hit, ItemFacts, LOOPS_MAX, Lane, LanePolicy, Measure,
    NameKind, ParticipantFacts, PriceFacts, Profile, ProfileKind, Rules, Share, Stage, Stratum,
    check_expression, fields,
};
use jiff::Timestamp;
use proptest::prelude::*;
use rust_decimal::Decimal;

use crate::sample::{DAY, DRAW_SECRET, electronics, no_chance, profile};

/// A stream of numbers for filling records, the same for the same seed.
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % end
    }
}

/// Texts, one of which is a value of any field.
const TEXTS: [&str; 16] = [
    "CN",
    "1",
    "40",
    "8517130000",
    "7700000016",
    "10013160",
    "USD",
    "000",
    "true",
    "2026-02-03",
    "10:20:30",
    "2026-02-03T10:20:30",
    "17.50",
    "TR",
    "ИМ",
    "слово",
];

/// Fills fields at random: few texts, so that comparisons hold now and then.
fn fill(record: &mut dyn Record, dice: &mut Dice, depth: u32) {
    for (at, field) in record.fields().iter().enumerate() {
        let many = match field.shape {
            Shape::Leaf(_) => u64::from(dice.below(3) == 0),
            Shape::One(_) => u64::from(dice.below(2 + u64::from(depth)) == 0),
            Shape::Leaves(_) => dice.below(3),
            Shape::Many(_) if depth == 0 => dice.below(5),
            Shape::Many(_) => dice.below(3 + u64::from(depth)) / (1 + u64::from(depth)),
        };
        for _ in 0..many {
            match field.shape.leaf() {
                Some(_) => {
                    let from = dice.below(16) as usize;
                    let texts = TEXTS.iter().cycle().skip(from).take(TEXTS.len());
                    let _ = texts.into_iter().find(|text| record.set(at, text).is_ok());
                }
                None => {
                    if let Some(below) = record.open(at) {
                        fill(below, dice, depth + 1);
                    }
                }
            }
        }
    }
}

fn filled(seed: u64) -> Declaration {
    let mut declaration = Declaration::default();
    fill(&mut declaration, &mut Dice(seed), 0);
    declaration
}

/// Questions about a value.
fn asked(path: &str, kind: LeafKind) -> Vec<String> {
    let has = format!("has({path})");
    let other = match kind {
        LeafKind::Text { .. } | LeafKind::Code { .. } => {
            return vec![has, format!("{path} in [\"CN\", \"40\", \"слово\"]"), format!("{path} > \"2\"")];
        }
        LeafKind::Integer | LeafKind::Decimal { .. } => format!("{path} + 1 > 17.5"),
        LeafKind::Flag => path.to_owned(),
        LeafKind::Date => format!("{path} > date(\"2026-02-01\")"),
        LeafKind::DateTime => format!("date({path}) > date(\"2026-02-01\")"),
        LeafKind::Time => return vec![has],
    };
    vec![has, other]
}

/// Areas that between them read every field there is, through loops as deep as loops go.
fn areas() -> Vec<String> {
    let mut areas = Vec::new();
    for field in fields() {
        let parts: Vec<&str> = field.path.split("[]").collect();
        let (last, lists) = parts.split_last().unwrap();
        if lists.len() > LOOPS_MAX {
            continue;
        }
        let variables = ["a", "b"];
        let path = match lists.len() {
            0 => (*last).to_owned(),
            depth => format!("{}{last}", variables[depth - 1]),
        };
        // `has` is asked of fields, not of a loop variable itself: a list below a list ends in a field's name.
        let mut bodies = match field.kind {
            NameKind::Value(kind)
                if field.path.starts_with("declaration.") || field.path.starts_with("item.") =>
            {
                asked(&path, kind)
            }
            NameKind::Value(kind) => asked(&path, kind).split_off(1),
            NameKind::Values(kind) if lists.len() < LOOPS_MAX => {
                let through =
                    asked("x", kind).into_iter().skip(1).map(|body| format!("{path}.all(x, {body})"));
                through.chain([format!("size({path}) > 1")]).collect()
            }
            NameKind::Values(_) | NameKind::Records => vec![format!("size({path}) > 1")],
            NameKind::Record => vec![format!("has({path})")],
        };
        for (depth, list) in lists.iter().enumerate().rev() {
            let above =
                if depth == 0 { (*list).to_owned() } else { format!("{}{list}", variables[depth - 1]) };
            let walk = if depth == 0 { "exists" } else { "all" };
            bodies = bodies
                .into_iter()
                .map(|body| format!("{above}.{walk}({}, {body})", variables[depth]))
                .collect();
        }
        areas.extend(bodies);
    }
    areas
}

/// Profiles of every kind of consequence over those areas.
fn profiles() -> Vec<Profile> {
    let areas = areas();
    let compiled = |(number, area): (usize, &String)| {
        // Where a name cannot be asked so, the compiler says so and no profile is made of it.
        check_expression(area).ok()?;
        let mut made = profile(&format!("9/{number:06}"), area);
        made.share_percent = (number % 3 == 0).then(|| Share::from_parts(400_000));
        made.exclusions = (number % 5 == 0).then(|| "declaration.package_count == 1".to_owned());
        made.offices = OFFICES.get(number % 6).map(|office| vec![(*office).to_owned()]).unwrap_or_default();
        if !made.offices.is_empty() {
            made.kind = ProfileKind::Regional;
        }
        made.stage = *Stage::ALL.get(number % 9).unwrap_or(&Stage::Declaration);
        if made.stage == Stage::AfterRelease {
            (made.lane, made.measures) = (Lane::Blue, vec![Measure::Audit]);
        }
        made.categories.low.applies = number % 7 != 0;
        made.categories.high.share_percent = (number % 11 == 0).then(|| Share::from_parts(700_000));
        Some(made)
    };
    let made: Vec<Profile> = areas.iter().enumerate().filter_map(compiled).collect();
    assert!(made.len() * 20 > areas.len() * 19, "{} of {} areas compile", made.len(), areas.len());
    made
}

/// Offices of profiles: those of a third of them, by code and by its beginning.
const OFFICES: [&str; 2] = ["10013160", "107"];
/// Offices of cases.
const REGISTERED: [&str; 3] = ["10013160", "10702070", "10228010"];

/// What is known of a case; now this is missing, now that.
fn facts(nth: u64, declaration: &Declaration) -> Facts {
    let number = u32::try_from(nth % 5).unwrap();
    let known = |dice: u64| (!nth.is_multiple_of(dice)).then_some(number);
    let price = |at: u64| PriceFacts {
        median: Decimal::from(1 + at % 3),
        low: Decimal::ONE,
        high: Decimal::from(40),
        sample: number,
        ..PriceFacts::default()
    };
    let mut items = ItemFacts::of_lines(declaration);
    for (at, line) in (nth..).zip(&mut items) {
        line.price = (!at.is_multiple_of(3)).then(|| price(at));
        line.code_is_new = (!at.is_multiple_of(4)).then_some(at.is_multiple_of(2));
    }
    // Of some cases, less is known than they have lines.
    items.truncate(if nth % 8 == 7 { 1 } else { usize::MAX });
    let office = REGISTERED.get((nth % 4) as usize);
    Facts {
        category: [Category::Low, Category::Medium, Category::High][(nth % 3) as usize],
        payments_total: Decimal::from(nth),
        signed: nth.is_multiple_of(2),
        office: office.map(|office| OfficeCode::parse(office).unwrap()),
        participant: (!nth.is_multiple_of(5)).then(|| ParticipantFacts {
            years_active: number * 10,
            declarations_year: number * 20,
            offences_two_years: number,
            debt: Decimal::from(number * 30),
            corrections_percent: Decimal::from(number * 9),
            refusals_percent: Decimal::from(number * 8),
            authorised_operator: nth.is_multiple_of(2),
        }),
        history: HistoryFacts {
            declarations_total: known(2).map(|number| number * 20),
            hits_year: known(3),
            findings_year: known(4),
            days_since_last: known(6).map(|number| number * 10),
        },
        items,
        ..Facts::default()
    }
}

/// What was said of declarations when they were filed.
#[derive(Debug, PartialEq, Eq, Default)]
struct Said {
    hits: Vec<Found>,
    /// Declarations where a profile could not be decided, by its number.
    undecided: BTreeMap<String, u64>,
}

/// Files declarations in memory; gives what was said and the segment made of it.
fn filed(rules: &Rules, declarations: &[Declaration]) -> (Said, Vec<u8>) {
    let (mut builder, mut said) = (Builder::default(), Said::default());
    for (nth, declaration) in (0u64..).zip(declarations) {
        let (mut case, mut digest) = ([0; 16], [1; 32]);
        case[8..].copy_from_slice(&nth.to_be_bytes());
        digest[..8].copy_from_slice(&nth.to_be_bytes());
        let draw = Draw::of(&DRAW_SECRET, &digest);
        let facts = facts(nth, declaration);
        let assessment = rules.assess(declaration, &facts, &LanePolicy::default(), &draw, DAY);
        let undecided = rules.undecided(declaration, &facts, DAY);
        assert_eq!(undecided.len(), assessment.undecided as usize);
        undecided.into_iter().for_each(|one| *said.undecided.entry(one.profile).or_default() += 1);
        let hit = |hit: &Hit| Found { case, profile: hit.profile.clone(), item: hit.item };
        said.hits.extend(assessment.hits.iter().map(hit));
        let (at, day, registered) = (Timestamp::UNIX_EPOCH, DAY, true);
        let office = facts.office.as_ref().map_or("", |office| office.as_str());
        let (declarant, name) = ("7700000016", "ООО «Проба»");
        let assessment = &assessment;
        builder.add(&Filed {
            declaration,
            case,
            at,
            digest,
            day,
            office,
            declarant,
            name,
            registered,
            assessment,
        });
    }
    said.hits.sort_unstable();
    (said, builder.write(0..declarations.len() as u64).unwrap())
}

fn tried(trial: &Trial, bytes: &[u8]) -> Tally {
    let mut from = Cursor::new(bytes);
    let segment = Directory::read(&mut from).unwrap().load(&mut from, &trial.needed()).unwrap();
    let (mut tally, effort, policy) = (Tally::default(), Effort::default(), LanePolicy::default());
    let wanted = Wanted {
        days: (DAY, DAY),
        secret: &|_| Some(DRAW_SECRET),
        outcome: &|_| None,
        policy: &policy,
        effort: &effort,
        listed_max: usize::MAX,
    };
    trial.over(&segment, &wanted, &mut tally);
    tally.listed.sort_unstable();
    tally
}

/// The same out of a trial.
fn said(tally: &Tally) -> Said {
    let undecided = tally.profiles.iter().filter(|(_, sums)| sums.undecided > 0);
    Said {
        hits: tally.listed.clone(),
        undecided: undecided.map(|(number, sums)| (number.clone(), sums.undecided)).collect(),
    }
}

#[test]
fn every_field_there_is_answers_out_of_columns_as_it_answers_live() {
    let profiles = profiles();
    let rules = Rules::compile(profiles.clone()).unwrap();
    let trial = Trial::of(profiles, None).unwrap();
    let declarations: Vec<Declaration> = (1..=40).map(filled).collect();
    let (then, bytes) = filed(&rules, &declarations);
    let tally = tried(&trial, &bytes);
    assert_eq!(tally.listed.len(), then.hits.len());
    assert_eq!(said(&tally), then);
    let found = then.hits;
    assert!(then.undecided.len() * 2 > tally.profiles.len(), "{}", then.undecided.len());
    assert_eq!((tally.declarations, tally.unregistered), (40, 0));
    assert_eq!(
        tally.items,
        declarations.iter().map(|declaration| declaration.items.len() as u64).sum::<u64>()
    );
    // Most questions are answered with yes somewhere, or the test would say little.
    let hit = tally.profiles.values().filter(|profile| profile.hits > 0).count();
    assert!(hit * 10 > tally.profiles.len() * 6, "{hit} of {}", tally.profiles.len());
    // Whatever hit now is what was recorded: nothing is new, and every profile overlaps with itself.
    assert_eq!((tally.hits, tally.hits_before, tally.new), (tally.hits, tally.hits, 0));
    assert_eq!(tally.lanes(), []);
    for (number, sum) in &tally.profiles {
        let cases = |found: &&Found| found.profile == *number;
        let mut cases: Vec<_> = found.iter().filter(cases).map(|found| found.case).collect();
        cases.dedup();
        assert_eq!((sum.hits, sum.undrawn), (cases.len() as u64, 0), "{number}");
        assert!(
            sum.area >= sum.excluded + sum.category_out + sum.matches && sum.matches >= sum.hits,
            "{number}"
        );
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn any_declarations_do(seed in any::<u64>()) {
        use std::sync::OnceLock;
        static BOTH: OnceLock<(Rules, Trial)> = OnceLock::new();
        let (rules, trial) = BOTH.get_or_init(|| {
            let profiles: Vec<Profile> = profiles().into_iter().step_by(5).collect();
            (Rules::compile(profiles.clone()).unwrap(), Trial::of(profiles, None).unwrap())
        });
        let declarations: Vec<Declaration> = (0..6).map(|nth| filled(seed ^ nth << 17)).collect();
        let (then, bytes) = filed(rules, &declarations);
        prop_assert_eq!(said(&tried(trial, &bytes)), then);
    }

    #[test]
    fn a_damaged_segment_is_refused_and_never_misread(at in any::<proptest::sample::Index>(), bit in 0u8..8) {
        let trial = Trial::of(vec![profile("1", "item.mass_net > 1")], None).unwrap();
        let rules = Rules::compile(vec![profile("1", "item.mass_net > 1")]).unwrap();
        let (then, mut bytes) = filed(&rules, &[electronics(), filled(3), filled(4)]);
        let at = at.index(bytes.len());
        bytes[at] ^= 1 << bit;
        let mut from = Cursor::new(&bytes);
        if let Ok(segment) = Directory::read(&mut from).and_then(|it| it.load(&mut from, &trial.needed())) {
            // What was hit lies in a block that nobody asked for.
            drop(segment);
            prop_assert_eq!(said(&tried(&trial, &bytes)), then);
        }
        bytes.truncate(at);
        let mut from = Cursor::new(&bytes);
        let _ = Directory::read(&mut from).and_then(|directory| directory.load(&mut from, &trial.needed()));
    }
}

#[test]
fn only_what_a_profile_reads_is_read() {
    let trial =
        Trial::of(vec![profile("1", "item.mass_net > 1 && item.documents.exists(d, d.kind == \"1\")")], None);
    // The code and the movement, the mass, how many documents there are, and their kinds.
    assert_eq!(trial.unwrap().needed().len(), 5);
}

#[test]
fn what_is_found_later_counts_and_a_profile_replaces_the_one_of_its_number() {
    let red =
        Profile { lane: Lane::Red, measures: vec![Measure::Inspect], ..profile("1", "item.mass_net > 1") };
    let rules = Rules::compile(vec![profile("1", "true")]).unwrap();
    let (_, bytes) = filed(&rules, &[electronics(), Declaration::default()]);
    let trial = Trial::of(vec![red], None).unwrap();
    let mut from = Cursor::new(&bytes);
    let segment = Directory::read(&mut from).unwrap().load(&mut from, &trial.needed()).unwrap();
    let (effort, policy) = (Effort::default(), LanePolicy::default());
    let worth = Decimal::ONE_HUNDRED;
    let value = Some(worth);
    let wanted = Wanted {
        days: (DAY, DAY),
        secret: &|_| None,
        outcome: &|case| Some(if case[15] == 0 { Outcome::Found { value } } else { Outcome::Nothing }),
        policy: &policy,
        effort: &effort,
        listed_max: 0,
    };
    let mut tally = Tally::default();
    trial.over(&segment, &wanted, &mut tally);
    // The profile of that number made both yellow; replaced, one is red and the other nobody's.
    let moved: Vec<_> =
        tally.lanes().iter().map(|moved| (moved.from, moved.to, moved.declarations)).collect();
    assert_eq!(moved, [(Lane::Yellow, Lane::Green, 1), (Lane::Yellow, Lane::Red, 1)]);
    assert_eq!((tally.known.found, tally.known.nothing), (1, 1));
    assert_eq!((tally.caught.found, tally.caught.nothing, tally.caught.value), (1, 0, worth));
    assert_eq!((tally.minutes, tally.minutes_new, tally.minutes_before), (120, 120, 30));
    assert_eq!(tally.offices["10013160"].caught.found, 1);
    assert_eq!(Tally::top(&tally.traders, 1)[0].1.name, "ООО «Проба»");
    // A share whose day's secret is gone can only be expected.
    let half =
        Profile { share_percent: Some(Share::from_parts(500_000)), ..profile("2", "item.mass_net > 1") };
    let trial = Trial::of(vec![half], Some(vec![profile("3", "item.mass_net > 1")])).unwrap();
    let mut tally = Tally::default();
    trial.over(&segment, &wanted, &mut tally);
    let sum = tally.profiles["2"];
    assert_eq!((sum.matches, sum.hits, sum.undrawn, sum.expected().to_string()), (1, 0, 1, "0.5".to_owned()));
    assert_eq!(tally.hits_before, 1, "against another profile, what was recorded is not asked");
}

#[test]
fn chance_is_asked_again_where_a_trial_takes_a_look_away() {
    let rules = Rules::compile(vec![profile("1", "true")]).unwrap();
    let (_, bytes) = filed(&rules, &[electronics(), electronics()]);
    let trial = Trial::of(vec![profile("1", "false")], None).unwrap();
    // Whoever imports telephones at the office of the first case is inspected.
    let stratum = Stratum {
        offices: vec![REGISTERED[0].to_owned()],
        kinds: vec!["import".to_owned()],
        codes: vec!["8517".to_owned()],
        red: Share::ALL,
        ..Stratum::default()
    };
    let (policy, effort) = (LanePolicy { strata: vec![stratum], ..no_chance() }, Effort::default());
    let lanes = |secret: Option<[u8; 32]>| {
        let mut from = Cursor::new(&bytes);
        let segment = Directory::read(&mut from).unwrap().load(&mut from, &trial.needed()).unwrap();
        let wanted = Wanted {
            days: (DAY, DAY),
            secret: &|_| secret,
            policy: &policy,
            outcome: &|_| None,
            effort: &effort,
            listed_max: 0,
        };
        let mut tally = Tally::default();
        trial.over(&segment, &wanted, &mut tally);
        tally.lanes().iter().map(|moved| (moved.from, moved.to, moved.declarations)).collect::<Vec<_>>()
    };
    assert_eq!(lanes(Some(DRAW_SECRET)), [(Lane::Yellow, Lane::Green, 1), (Lane::Yellow, Lane::Red, 1)]);
    assert_eq!(lanes(None), [(Lane::Yellow, Lane::Green, 2)], "nobody can draw without the secret");
}

#[test]
fn a_segment_of_another_layout_is_no_segment() {
    let rules = Rules::empty();
    let (_, bytes) = filed(&rules, &[electronics()]);
    assert!(matches!(Directory::read(&mut Cursor::new(&bytes[..3])), Err(Damage::Io(_))));
    let mut other = bytes.clone();
    other[0] = b'X';
    assert!(matches!(Directory::read(&mut Cursor::new(&other)), Err(Damage::Content(_))));
    let directory = Directory::read(&mut Cursor::new(&bytes)).unwrap();
    assert_eq!((directory.from, directory.to, directory.declarations, directory.items), (0, 1, 1, 2));
    assert_eq!(directory.days, Some((DAY, DAY)));
}

#[test]
fn what_came_later_reads_back_as_it_was_told() {
    let look = |measure, item, came| {
        Told::Looked(Looked { step: 70_000, ground: "55/20260101/00017".into(), measure, item, came })
    };
    let found = Came::Found { kind: "value".into(), amount: Decimal::new(150_050, 2) };
    let all: Vec<Later> = [
        Told::Came(Outcome::Nothing),
        Told::Came(Outcome::Found { value: None }),
        Told::Came(Outcome::Found { value: Some(Decimal::new(5, 1)) }),
        look(Some(Measure::Audit), None, Came::Nothing),
        look(Measure::ALL.last().copied(), Some(999), found),
        look(None, None, Came::NotApplied),
    ]
    .into_iter()
    .map(|told| Later { case: [7; 16], told })
    .collect();
    let mut builder = Builder::default();
    all.iter().cloned().for_each(|later| builder.add_later(later));
    let mut bytes = Cursor::new(builder.write(0..6).unwrap());
    assert_eq!(Directory::read(&mut bytes).unwrap().later(&mut bytes).unwrap(), all);
}
