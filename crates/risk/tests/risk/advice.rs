//! What an author is advised, and that it is true.

use greenlane_risk::*;

use crate::generate::{Chance, Mode, a_condition, a_declaration, some_facts};
use crate::sample::{DAY, assess, profile};

fn advised(own: &Profile, others: Vec<Profile>) -> Vec<Advice> {
    let known = |named: Named<'_>| match named {
        Named::Commodity(code) => ["8501", "8517130000", "6203"].iter().any(|known| known.starts_with(code)),
        Named::Country(country) => ["CN", "TR"].contains(&country),
    };
    advise(own, &Rules::compile(others).unwrap(), DAY, &known).unwrap()
}

fn codes(advice: &[Advice]) -> Vec<&'static str> {
    advice.iter().map(|advice| advice.code.as_str()).collect()
}

#[test]
fn what_can_never_fire_is_said_with_its_place() {
    for (area, exclusions, place) in [
        ("item.mass_net > 5 && false", None, ("area", 1, 1)),
        (
            "item.mass_net > 5 &&\n item.commodity_code.startsWith(\"85\") && item.commodity_code in [\"6203\"]",
            None,
            ("area", 2, 2),
        ),
        ("item.mass_net > 5 && item.mass_net < 5", None, ("area", 1, 1)),
        ("item.mass_net > 5 && item.mass_net == 5", None, ("area", 1, 1)),
        ("item.mass_net in [1, 2] && item.mass_net > 2", None, ("area", 1, 1)),
        ("!has(item.mass_net) && item.mass_net > 2", None, ("area", 1, 6)),
        ("filing.signed && !filing.signed && item.mass_net > 2", None, ("area", 1, 1)),
        ("item.mass_net / item.mass_gross > 2 && item.mass_net / item.mass_gross < 1", None, ("area", 1, 1)),
        ("item.origin_country == \"CN\" && item.origin_country != \"CN\"", None, ("area", 1, 1)),
        ("item.origin_country == \"CN\" && !(item.origin_country in [\"TR\", \"CN\"])", None, ("area", 1, 1)),
        ("item.documents.exists(d, d.kind == \"1\" && d.kind == \"2\")", None, ("area", 1, 1)),
        (
            "item.commodity_code.startsWith(\"8517130000\")",
            Some("item.commodity_code.startsWith(\"85\")"),
            ("exclusions", 1, 1),
        ),
    ] {
        let mut own = profile("1", area);
        own.exclusions = exclusions.map(str::to_owned);
        let advice = advised(&own, Vec::new());
        assert_eq!(advice[0].code, AdviceKind::Never, "{area}: {advice:?}");
        assert_eq!((advice[0].field.as_str(), advice[0].line, advice[0].column), place, "{area}");
    }
    let mut none = profile("1", "item.mass_net > 5");
    none.share_percent = Some(Share::NONE);
    assert_eq!(codes(&advised(&none, Vec::new())), ["GL-R21"]);
    let mut ended = profile("1", "item.mass_net > 5");
    ended.valid_to = Some(DAY.yesterday().unwrap());
    assert_eq!(advised(&ended, Vec::new())[0].field, "valid_to");
}

#[test]
fn what_always_fires_is_said() {
    for area in ["true", "true || item.mass_net > 5", "has(item.mass_net) || !has(item.mass_net)"] {
        assert_eq!(codes(&advised(&profile("1", area), Vec::new())), ["GL-R22"], "{area}");
    }
    for area in ["item.mass_net > 5", "item.mass_net > 5 || item.mass_net <= 5", "has(item.mass_net)"] {
        assert!(advised(&profile("1", area), Vec::new()).is_empty(), "{area}");
    }
}

#[test]
fn what_another_covers_is_said_and_what_it_does_not_is_not() {
    let wide = "item.commodity_code.startsWith(\"85\") && item.mass_net > 5";
    for (area, covered) in [
        ("item.commodity_code.startsWith(\"8501\") && item.mass_net > 5", true),
        ("item.commodity_code in [\"8501\", \"8517130000\"] && item.mass_net >= 6 && filing.signed", true),
        ("[\"8501\", \"851713\"].exists(c, item.commodity_code.startsWith(c)) && item.mass_net == 7", true),
        ("item.commodity_code.startsWith(\"8\") && item.mass_net > 5", false),
        ("item.commodity_code.startsWith(\"8501\") && item.mass_net >= 5", false),
        ("item.commodity_code.startsWith(\"8501\") || item.mass_net > 5", false),
        ("item.commodity_code.startsWith(\"8501\")", false),
    ] {
        let advice = advised(&profile("1", area), vec![profile("2", wide)]);
        assert_eq!(codes(&advice).contains(&"GL-R23"), covered, "{area}: {advice:?}");
        if covered {
            assert_eq!(advice[0].other.as_deref(), Some("2"));
        }
    }
    // Covered in the area, but not in what follows, when, where, or for whom.
    let narrow = profile("1", "item.commodity_code.startsWith(\"8501\") && item.mass_net > 5");
    let other = |change: &dyn Fn(&mut Profile)| {
        let mut other = profile("2", wide);
        change(&mut other);
        codes(&advised(&narrow, vec![other])).contains(&"GL-R23")
    };
    assert!(other(&|_| {}));
    assert!(other(&|other| other.lane = Lane::Red));
    assert!(!other(&|other| other.measures = vec![Measure::Value]));
    assert!(!other(&|other| other.share_percent = Some(Share::from_parts(999_999))));
    assert!(!other(&|other| other.valid_to = Some(DAY)));
    assert!(!other(&|other| other.valid_from = DAY.tomorrow().unwrap()));
    assert!(!other(&|other| other.categories.low.applies = false));
    assert!(!other(&|other| {
        other.kind = ProfileKind::Zonal;
        other.offices = vec!["10013".into()];
    }));
    assert!(!other(&|other| other.exclusions = Some("filing.signed".into())));
    assert!(other(&|other| other.exclusions = Some("item.commodity_code.startsWith(\"84\")".into())));
    // The version it replaces is no other profile.
    assert!(!other(&|other| other.number = "1".into()));
}

#[test]
fn what_another_contradicts_is_said() {
    let area = "item.commodity_code.startsWith(\"85\") && item.origin_country == \"CN\"";
    let same = "\"CN\" == item.origin_country && item.commodity_code.startsWith(\"85\")";
    let own = profile("1", area);
    let other = |change: &dyn Fn(&mut Profile)| {
        let mut other = profile("2", same);
        change(&mut other);
        let advice = advised(&own, vec![other]);
        advice.into_iter().find(|advice| advice.code == AdviceKind::Contradicts).map(|advice| advice.field)
    };
    assert_eq!(other(&|_| {}), None);
    let audit = |other: &mut Profile| {
        (other.lane, other.measures) = (Lane::Red, vec![Measure::Inspect]);
    };
    assert_eq!(other(&audit).as_deref(), Some("lane"));
    assert_eq!(other(&|other| other.measures = vec![Measure::Origin]).as_deref(), Some("measures"));
    let excluding = |other: &mut Profile| {
        other.area = "item.commodity_code.startsWith(\"85\")".into();
        other.exclusions = Some("item.origin_country in [\"CN\", \"TR\"]".into());
    };
    assert_eq!(other(&excluding).as_deref(), Some("exclusions"));
}

#[test]
fn costs_and_unknown_codes_are_said() {
    let many = (0..60).map(|nth| format!("item.description.exists(t, t.contains(\"{nth}\"))"));
    let costly = many.collect::<Vec<_>>().join(" || ");
    assert_eq!(codes(&advised(&profile("1", &costly), Vec::new())), ["GL-R25"]);
    let listed = format!("item.commodity_code.startsWith(\"8501\") && ({costly})");
    assert_eq!(codes(&advised(&profile("1", &listed), Vec::new())), Vec::<&str>::new());
    let area = "item.commodity_code.startsWith(\"85\") &&\n item.commodity_code != \"8599\" && \
                item.origin_country in [\"CN\", \"XX\"]";
    let advice = advised(&profile("1", area), Vec::new());
    assert_eq!(codes(&advice), ["GL-R26", "GL-R26"]);
    assert_eq!((advice[0].line, advice[0].column), (2, 25), "{:?}", advice[0]);
    assert!(advice[1].text.en.contains("XX") && advice[1].text.ru.contains("XX"));
}

/// Whatever is advised holds over generated declarations: what never fires does not, what always does does, and what
/// is covered by another does not fire without it.
#[test]
fn advice_is_true() {
    let mut chance = Chance(7);
    let mut said = std::collections::BTreeMap::new();
    for round in 0..600 {
        let mode = if round % 4 == 0 { Mode::Whole } else { Mode::Line };
        let part = |chance: &mut Chance| {
            let depth = chance.below(3);
            a_condition(chance, mode, depth)
        };
        let (one, two, three) = (part(&mut chance), part(&mut chance), part(&mut chance));
        // Related as profiles of one author are: narrower, wider, the same turned round.
        let (own, other) = match chance.below(6) {
            0 => (format!("{one} && {two}"), one.clone()),
            1 => (format!("{one} && {two}"), format!("{two} || {three}")),
            2 => (format!("({one} || {two}) && {three}"), format!("{three} && ({two} || {one})")),
            3 => (format!("{one} && !({one})"), three),
            4 => (format!("{one} || true"), two),
            _ => (one, two),
        };
        let own = profile("1", &own);
        let mut other = profile("2", &other);
        if chance.one_in(3) {
            other.exclusions = Some(part(&mut chance));
        }
        let advice = advised(&own, vec![other.clone()]);
        let rules = Rules::compile(vec![own, other]).unwrap();
        for kind in codes(&advice) {
            *said.entry(kind).or_insert(0usize) += 1;
        }
        let is_said = |kind: AdviceKind| advice.iter().any(|advice| advice.code == kind);
        for _ in 0..10 {
            let declaration = a_declaration(&mut chance);
            let facts = some_facts(&mut chance, declaration.items.len());
            let hits = assess(&rules, &declaration, &facts).hits;
            let of = |number: &'static str| {
                hits.iter().filter(move |hit| hit.profile == number).map(|hit| hit.item)
            };
            let about = format!("{:?}\n{advice:?}\n{declaration:?}", rules.profiles());
            if is_said(AdviceKind::Never) {
                assert_eq!(of("1").count(), 0, "{about}");
            }
            if is_said(AdviceKind::Always) {
                let places = if of("1").all(|item| item.is_none()) { 1 } else { declaration.items.len() };
                assert_eq!(of("1").count(), places, "{about}");
            }
            if is_said(AdviceKind::Covered) {
                let both = of("1").all(|item| of("2").any(|other| other.is_none() || other == item));
                assert!(both, "{about}");
            }
        }
    }
    // Each kind was said often enough to be tried.
    for kind in [AdviceKind::Never, AdviceKind::Always, AdviceKind::Covered] {
        assert!(said.get(kind.as_str()).is_some_and(|count| *count >= 40), "{said:?}");
    }
}
