//! Profiles as documents: both forms, offices, stages, and where mistakes stand in JSON.

use greenlane_risk::*;

use crate::sample::{assess, electronics, profile};

const TOML: &str = include_str!("../../fixtures/mass-anomaly.toml");

/// The same profile in JSON, as an author would write it.
fn json() -> String {
    serde_json::to_string_pretty(&parse_profile(TOML).unwrap()).unwrap()
}

#[test]
fn both_forms_say_the_same() {
    let profile = parse_profile(TOML).unwrap();
    assert_eq!(parse_profile(&json()).unwrap(), profile);
    assert_eq!(parse_profile(&format!("\n  {}", serde_json::to_string(&profile).unwrap())).unwrap(), profile);
}

#[test]
fn mistakes_in_json_are_placed_and_cured() {
    let good = json();
    let area = good.lines().position(|line| line.contains("\"area\"")).unwrap() as u32 + 1;
    for (from, to, code, field, text) in [
        ("\"lane\": \"red\",", "", Fault::Document, "lane", "the field lane is missing"),
        ("\"author\"", "\"auther\"", Fault::Document, "auther", "there is no field auther"),
        ("\"red\"", "\"violet\"", Fault::Document, "lane", "violet"),
        ("\"2026-01-01\"", "\"soon\"", Fault::Document, "valid_from", "date"),
        ("\"red\"", "\"yellow\"", Fault::Conflict, "lane", "cannot be taken in lane yellow"),
        ("mass_gross >= 500", "mass_gros >= 500", Fault::Name, "area", "item.mass_gros"),
    ] {
        let text_json = good.replacen(from, to, 1);
        assert_ne!(text_json, good, "{from}");
        let error = parse_profile(&text_json).expect_err(to);
        assert_eq!((error.code, error.field.as_str()), (code, field), "{to}: {error}");
        assert!(error.to_string().contains(text), "{to}: {error}");
        if code != Fault::Document {
            let line = text_json.lines().nth(error.line as usize - 1).unwrap();
            assert!(line.contains(field), "{to}: {error}: {line}");
        }
    }
    // A line break in the text is an escape in the document: the place is that of the name all the same.
    let wrong = good.replacen("mass_gross >= 500", "mass_gros >= 500", 1);
    let error = parse_profile(&wrong).unwrap_err();
    let line = wrong.lines().nth(error.line as usize - 1).unwrap();
    assert_eq!(error.line, area);
    let rest: String = line.chars().skip(error.column as usize - 1).collect();
    assert!(rest.starts_with(".mass_gros"), "{rest}");
    for broken in ["{", "{\"number\": }", "{\"number\": 1}", "{}", "[]", &"[".repeat(10_000)] {
        assert_eq!(parse_profile(broken).unwrap_err().code, Fault::Document, "{broken:.20}");
    }
}

#[test]
fn a_regional_or_zonal_profile_names_its_offices_today_and_is_read_without_them_as_recorded() {
    for kind in ["regional", "zonal"] {
        let text = TOML.replacen("\"national\"", &format!("\"{kind}\""), 1);
        assert_ne!(text, TOML);
        assert!(parse_profile(&text).unwrap().offices.is_empty());
        let error = accept_profile(&text).unwrap_err();
        assert_eq!((error.code, error.field.as_str()), (Fault::Conflict, "offices"), "{error}");
        let named = text.replacen("lane =", "offices = [\"10013\"]\nlane =", 1);
        assert_eq!(accept_profile(&named).unwrap().offices, ["10013"]);
    }
    for (offices, code) in [
        ("offices = [\"10013\"]", Fault::Conflict),
        ("offices = [\"\"]", Fault::Value),
        ("offices = [\"100131600\"]", Fault::Value),
        ("offices = [\"10 13\"]", Fault::Value),
    ] {
        let error = parse_profile(&TOML.replacen("lane =", &format!("{offices}\nlane ="), 1)).unwrap_err();
        assert_eq!((error.code, error.field.as_str()), (code, "offices"), "{offices}");
    }
}

#[test]
fn a_profile_of_an_office_fires_there_and_nowhere_else() {
    for area in ["true", "item.mass_net > 0", "item.commodity_code.startsWith(\"85\")"] {
        let mut zonal = profile("1", area);
        zonal.kind = ProfileKind::Zonal;
        zonal.offices = vec!["10013".into(), "10013160".into(), "10702".into()];
        let rules = Rules::compile(vec![zonal]).unwrap();
        for (office, fires, undecided) in [
            (Some("10013160"), true, 0),
            (Some("10013"), true, 0),
            (Some("10014160"), false, 0),
            (None, false, 1),
        ] {
            let office = office.map(|office| office.parse().unwrap());
            let facts = Facts { office, ..Facts::default() };
            let found = assess(&rules, &electronics(), &facts);
            assert_eq!(!found.hits.is_empty(), fires, "{area} {facts:?}");
            assert_eq!(found.undecided, undecided, "{area} {facts:?}");
            // Once per place, though two beginnings meet.
            let places: std::collections::BTreeSet<_> = found.hits.iter().map(|hit| hit.item).collect();
            assert_eq!(places.len(), found.hits.len(), "{area}");
        }
    }
}

#[test]
fn every_stage_is_read_and_a_hit_says_its_own() {
    for (name, stage) in [
        ("before_registration", Stage::BeforeRegistration),
        ("registration", Stage::Registration),
        ("declaration", Stage::Declaration),
        ("before_release", Stage::Declaration),
    ] {
        let text = TOML.replacen("stage = \"declaration\"", &format!("stage = \"{name}\""), 1);
        assert_eq!(parse_profile(&text).unwrap().stage, stage, "{name}");
        let mut early = profile("1", "true");
        early.stage = stage;
        let hits = assess(&Rules::compile(vec![early]).unwrap(), &electronics(), &Facts::default()).hits;
        assert_eq!(hits[0].stage, stage);
    }
    for stage in Stage::ALL {
        assert_eq!(serde_json::to_value(stage).unwrap(), stage.as_str());
    }
    for kind in ProfileKind::ALL {
        assert_eq!(serde_json::to_value(kind).unwrap(), kind.as_str());
    }
    for measure in Measure::ALL {
        assert_eq!(serde_json::to_value(measure).unwrap(), measure.as_str());
        assert!(!measure.title().ru.is_empty() && !measure.title().en.is_empty());
    }
}

#[test]
fn what_could_not_be_decided_is_counted_and_named() {
    let rules = Rules::compile(vec![
        profile("1", "item.valuation_method == \"1\""),
        profile("2", "item.valuation_method == \"1\" && item.mass_net > 1000000"),
        profile("3", "declaration.deal_nature == \"010\""),
        profile("4", "item.mass_net > 0"),
        profile("5", "item.origin_country == \"CN\" && item.valuation_method == \"1\""),
        profile("6", "item_value.per_kg > 0"),
    ]);
    let rules = rules.unwrap_or_else(|errors| panic!("{errors:?}"));
    let (declaration, facts) = (electronics(), Facts::default());
    let found = assess(&rules, &declaration, &facts);
    let undecided = rules.undecided(&declaration, &facts, crate::sample::DAY);
    let named: Vec<(&str, &[u32])> =
        undecided.iter().map(|undecided| (undecided.profile.as_str(), undecided.items.as_slice())).collect();
    // The second is false whatever the method is; the fifth is listed by origin, which only the first line has.
    assert_eq!(named, [("1", &[1, 2][..]), ("3", &[]), ("5", &[1]), ("6", &[1, 2])]);
    assert_eq!(found.undecided, 4);
}

#[test]
fn an_assessment_recorded_before_is_still_read() {
    let rules = Rules::compile(vec![profile("1", "true")]).unwrap();
    let assessment = assess(&rules, &electronics(), &Facts::default());
    let json = serde_json::to_value(&assessment).unwrap();
    let mut keys: Vec<&String> = json.as_object().unwrap().keys().collect();
    keys.sort();
    assert_eq!(keys, ["facts", "hits", "lane", "random"]);
    assert_eq!(serde_json::from_value::<Assessment>(json).unwrap(), assessment);
}
