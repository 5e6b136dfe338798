//! Whole profiles on whole declarations.

use declaration::Declaration;
use greenlane_risk::*;
use jiff::civil::date;

use crate::sample::{DAY, DRAW_SECRET, assess, declaration, electronics, no_chance, profile, set};

fn fixtures() -> Vec<Profile> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures");
    let mut paths: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths
        .iter()
        .map(|path| {
            let toml = std::fs::read_to_string(path).unwrap();
            parse_profile(&toml).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
        })
        .collect()
}

/// Numbers of the profiles that fired, short, with the line.
fn fired(rules: &Rules, declaration: &Declaration, facts: &Facts) -> Vec<String> {
    let hits = assess(rules, declaration, facts).hits;
    let short = |hit: &Hit| hit.profile.rsplit('/').next().unwrap().trim_start_matches('0').to_owned();
    hits.iter()
        .map(|hit| format!("{}@{}", short(hit), hit.item.map_or("-".into(), |item| item.to_string())))
        .collect()
}

/// The fixtures firing on all their cases, so that a test sees areas and not draws.
fn always() -> Rules {
    let mut profiles = fixtures();
    for profile in &mut profiles {
        profile.share_percent = None;
        for adjustment in
            [&mut profile.categories.low, &mut profile.categories.medium, &mut profile.categories.high]
        {
            adjustment.share_percent = None;
        }
    }
    Rules::compile(profiles).unwrap()
}

#[test]
fn each_profile_fires_where_it_should_and_not_beside() {
    let rules = always();
    let medium = Facts::default();
    let of = |category| Facts { category, ..Facts::default() };
    let with = |fields: &[(&str, &str)]| {
        let mut declaration = electronics();
        fields.iter().for_each(|(path, text)| set(&mut declaration, path, text));
        declaration
    };
    let line = |fields: &[(&str, &str)]| {
        let base = [("direction", "ИМ"), ("procedure", "40")];
        declaration(&base.iter().chain(fields).copied().collect::<Vec<_>>())
    };
    let cases: Vec<(&str, Declaration, Facts, &[&str])> = vec![
        ("cheap telephones", electronics(), medium.clone(), &["1@1"]),
        ("dear telephones", with(&[("items/1/customs_value", "2002.01")]), medium.clone(), &[]),
        ("method 6", with(&[("items/1/valuation_method", "6")]), medium.clone(), &[]),
        ("small low-risk trader", electronics(), of(Category::Low), &[]),
        ("exported", with(&[("direction", "ЭК")]), medium.clone(), &[]),
        (
            "clothing by a detour",
            line(&[
                ("dispatch_country", "AE"),
                ("items/1/commodity_code", "6203423100"),
                ("items/1/origin_country", "BD"),
            ]),
            medium.clone(),
            &["2@1"],
        ),
        (
            "clothing straight",
            line(&[
                ("dispatch_country", "BD"),
                ("items/1/commodity_code", "6203423100"),
                ("items/1/origin_country", "BD"),
            ]),
            medium.clone(),
            &[],
        ),
        ("fish, no certificate", line(&[("items/1/commodity_code", "0303140000")]), medium.clone(), &["3@1"]),
        (
            "fish, certificate by code",
            line(&[("items/1/commodity_code", "0303140000"), ("items/1/documents/1/kind", "01041")]),
            medium.clone(),
            &[],
        ),
        (
            "packed, weighing nothing",
            line(&[
                ("items/1/commodity_code", "9403609000"),
                ("items/1/packaging/package_count", "40"),
                ("items/1/mass_gross", "1000"),
                ("items/1/mass_net", "999.5"),
            ]),
            medium.clone(),
            &["4@1"],
        ),
        (
            "ore weighs nothing more",
            line(&[
                ("items/1/commodity_code", "2601110000"),
                ("items/1/packaging/package_count", "40"),
                ("items/1/mass_gross", "1000"),
                ("items/1/mass_net", "999.5"),
            ]),
            medium.clone(),
            &[],
        ),
        ("high risk, unsigned", line(&[]), of(Category::High), &["5@-"]),
        ("high risk, signed", line(&[]), Facts { signed: true, ..of(Category::High) }, &[]),
        (
            "high risk, signed, large",
            line(&[]),
            Facts { signed: true, payments_total: "1000000.01".parse().unwrap(), ..of(Category::High) },
            &["5@-"],
        ),
        (
            "watched consignee",
            line(&[("consignee/inn", "5000000024"), ("items/1/commodity_code", "8703231940")]),
            medium.clone(),
            &["6@-"],
        ),
        (
            "another consignee",
            line(&[("consignee/inn", "5000000031"), ("items/1/commodity_code", "8703231940")]),
            medium.clone(),
            &[],
        ),
        (
            "document out of date",
            line(&[
                ("items/1/documents/1/valid_to", "2026-03-19"),
                ("items/2/documents/1/valid_to", "2026-03-20"),
            ]),
            medium.clone(),
            &["7@1"],
        ),
        (
            "relief on equipment",
            line(&[
                ("items/1/commodity_code", "8457101000"),
                ("items/1/customs_value", "500000.01"),
                ("items/1/preference/duty", "ЛС"),
            ]),
            medium.clone(),
            &["8@1"],
        ),
        (
            "relief, low-risk trader",
            line(&[
                ("items/1/commodity_code", "8457101000"),
                ("items/1/customs_value", "500000.01"),
                ("items/1/preference/duty", "ЛС"),
            ]),
            of(Category::Low),
            &[],
        ),
    ];
    let mut unseen: Vec<String> = (1..=8).map(|number| format!("{number}@")).collect();
    for (name, declaration, facts, expected) in cases {
        let found = fired(&rules, &declaration, &facts);
        assert_eq!(found, expected, "{name}");
        unseen.retain(|start| !found.iter().any(|hit| hit.starts_with(start)));
    }
    assert!(unseen.is_empty(), "never seen to fire: {unseen:?}");
}

#[test]
fn the_lane_is_the_strictest_and_the_category_counts() {
    let rules = always();
    let yellow = assess(&rules, &electronics(), &Facts::default());
    assert_eq!((yellow.lane, yellow.hits[0].lane), (Lane::Yellow, Lane::Yellow));
    assert_eq!(yellow.hits[0].measures, [Measure::Documents, Measure::Value, Measure::RequestDocuments]);
    assert!(yellow.hits[0].instruction.en.starts_with("Compare the price"));
    let facts = Facts { category: Category::High, signed: true, ..Facts::default() };
    let red = assess(&rules, &electronics(), &facts);
    assert_eq!(
        (red.lane, red.hits[0].measures.as_slice()),
        (Lane::Red, &[Measure::Documents, Measure::Value, Measure::Inspect][..])
    );
    assert_eq!(assess(&Rules::empty(), &electronics(), &Facts::default()).lane, Lane::Green);
}

#[test]
fn a_share_is_taken_by_the_profiles_own_draw() {
    let mut half = profile("55/1", "true");
    half.share_percent = Share::from_percent("7.3".parse().unwrap());
    let rules =
        Rules::compile(vec![half, profile("55/2", "item.mass_net > 0"), profile("55/10", "true")]).unwrap();
    let (declaration, facts, policy) = (electronics(), Facts::default(), no_chance());
    let (cases, mut count) = (20_000u32, 0u32);
    for case in 0..cases {
        let draw = Draw::of(&DRAW_SECRET, &case.to_be_bytes());
        let hits = rules.assess(&declaration, &facts, &policy, &draw, DAY).hits;
        let taken = draw.share("55/1") < 73_000;
        count += u32::from(taken);
        let numbers: Vec<(&str, Option<u32>)> =
            hits.iter().map(|hit| (hit.profile.as_str(), hit.item)).collect();
        let rest = [("55/10", None), ("55/2", Some(1)), ("55/2", Some(2))];
        let expected: Vec<_> = taken.then_some(("55/1", None)).into_iter().chain(rest).collect();
        assert_eq!(numbers, expected);
    }
    let (expected, deviation) = (f64::from(cases) * 0.073, (f64::from(cases) * 0.073 * 0.927).sqrt());
    assert!((f64::from(count) - expected).abs() < 5.0 * deviation, "{count} for {expected}");
}

#[test]
fn profiles_apply_from_their_first_day_to_their_last() {
    let mut dated = profile("1", "true");
    (dated.valid_from, dated.valid_to) = (date(2026, 3, 1), Some(date(2026, 3, 31)));
    let rules = Rules::compile(vec![dated]).unwrap();
    for (day, hits) in
        [(date(2026, 2, 28), 0), (date(2026, 3, 1), 1), (date(2026, 3, 31), 1), (date(2026, 4, 1), 0)]
    {
        let draw = Draw::of(&DRAW_SECRET, b"case");
        let found = rules.assess(&electronics(), &Facts::default(), &no_chance(), &draw, day);
        assert_eq!(found.hits.len(), hits, "{day}");
    }
}

#[test]
fn chance_never_lowers_a_lane_and_raises_only_the_unlooked_at() {
    let everyone = RandomRate { yellow: Share::NONE, red: Share::ALL };
    let policy = LanePolicy {
        random_rate: ByCategory { low: everyone, medium: everyone, high: everyone },
        audit_rate: Share::NONE,
        ..LanePolicy::default()
    };
    let draw = Draw::of(&DRAW_SECRET, b"case");
    let declaration = electronics();
    let drawn = Rules::empty().assess(&declaration, &Facts::default(), &policy, &draw, DAY);
    assert_eq!((drawn.lane, drawn.random.map(|selected| selected.lane)), (Lane::Red, Some(Lane::Red)));
    let rules = Rules::compile(vec![profile("1", "true")]).unwrap();
    let hit = rules.assess(&declaration, &Facts::default(), &policy, &draw, DAY);
    assert_eq!((hit.lane, hit.random), (Lane::Yellow, None));
}

#[test]
fn the_hash_is_of_the_content_not_of_its_order() {
    let rules = Rules::compile(fixtures()).unwrap();
    let mut reversed = fixtures();
    reversed.reverse();
    assert_eq!(rules.hash(), Rules::compile(reversed).unwrap().hash());
    assert_eq!(rules.hash().len(), 64);
    assert_ne!(rules.hash(), Rules::empty().hash());
    let mut changed = fixtures();
    changed[0].instruction.ru = "Иначе".into();
    assert_ne!(rules.hash(), Rules::compile(changed).unwrap().hash());
    // Through JSON and back, the set is the same.
    let json = serde_json::to_string(rules.profiles()).unwrap();
    let again: Vec<Profile> = serde_json::from_str(&json).unwrap();
    assert_eq!(rules.hash(), Rules::compile(again).unwrap().hash());
}

#[test]
fn an_assessment_reads_back_from_json() {
    let rules = always();
    let assessment = assess(&rules, &electronics(), &Facts { category: Category::High, ..Facts::default() });
    assert!(assessment.hits.len() > 1);
    let json = serde_json::to_string(&assessment).unwrap();
    assert_eq!(serde_json::from_str::<Assessment>(&json).unwrap(), assessment);
}

/// What old worlds were recorded under: a field added later must not change what they hash to.
#[test]
fn profiles_written_before_keep_their_hash() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../packs/profiles");
    let mut starter = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        starter.push(parse_profile(&std::fs::read_to_string(entry.unwrap().path()).unwrap()).unwrap());
    }
    for (profiles, hash) in [
        (starter, "5c93ec2bf0806c3b7a300a713c94631e6d677e16a3ded0996673b464e25f1118"),
        (fixtures(), "9b26ecfa1b76e30d575d8f531c8e31fe84ac17a3e790ce45fcd2726908255c1c"),
    ] {
        assert_eq!(Rules::compile(profiles).unwrap().hash(), hash);
    }
}
