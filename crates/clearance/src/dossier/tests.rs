use jiff::civil::date;
use risk::ProfileKind;

use super::*;

const TODAY: Date = date(2026, 3, 1);
const ALL: &[Right] = Right::ALL;

fn person<'a>(login: &'a str, rights: &'a [Right]) -> Hand<'a> {
    static EVERYWHERE: Area = Area::EVERYWHERE;
    Hand::Person { login, rights, area: &EVERYWHERE }
}

fn written(seen: Option<u32>) -> Wish {
    Wish::Write { seen, same: false, reason: String::new() }
}

fn why() -> String {
    "the risk is gone".to_owned()
}

/// A dossier that a script of people and wishes leads to.
fn led(script: &[(&str, Wish)]) -> Dossier {
    let mut dossier = Dossier::default();
    for (login, wish) in script {
        let hand = match wish {
            Wish::Take => Hand::Operator,
            Wish::Enter { .. } | Wish::Start { .. } => Hand::Program,
            _ => person(login, ALL),
        };
        for act in decide(&dossier, wish, &hand, &[], TODAY).unwrap() {
            dossier.take(&act);
        }
    }
    dossier
}

#[test]
fn a_profile_goes_through_its_whole_life() {
    let mut dossier = Dossier::default();
    let mut way = Vec::new();
    let script = [
        ("heron", written(None)),
        ("heron", written(Some(1))),
        ("heron", Wish::Agree { version: 2 }),
        ("hawk", Wish::Return { version: 2, reason: why() }),
        ("heron", written(Some(2))),
        ("heron", Wish::Agree { version: 3 }),
        ("hawk", Wish::Approve { version: 3, from: TODAY }),
        ("heron", written(Some(3))),
        ("heron", Wish::Agree { version: 4 }),
        ("hawk", Wish::Approve { version: 4, from: date(2026, 3, 5) }),
        ("", Wish::Enter { version: 4 }),
        ("hawk", Wish::Cancel { version: 4, reason: why() }),
    ];
    for (login, wish) in script {
        let hand = if login.is_empty() { Hand::Program } else { person(login, ALL) };
        for act in decide(&dossier, &wish, &hand, &[], TODAY).unwrap() {
            way.push(format!("{} {} {}", act.version, act.deed.as_str(), act.to.as_str()));
            dossier.take(&act);
        }
    }
    assert_eq!(
        way,
        [
            "1 write draft",
            "1 replace replaced",
            "2 write draft",
            "2 agree agreed",
            "2 return draft",
            "2 replace replaced",
            "3 write draft",
            "3 agree agreed",
            "3 approve approved",
            "3 enter in_force",
            "4 write draft",
            "4 agree agreed",
            "4 approve approved",
            "3 replace replaced",
            "4 enter in_force",
            "4 cancel cancelled",
        ]
    );
    assert_eq!((dossier.last(), dossier.open(), dossier.in_force()), (4, None, None));
}

#[test]
fn whoever_wrote_or_agreed_does_not_approve() {
    let agreed =
        [("heron", written(None)), ("tern", written(Some(1))), ("plover", Wish::Agree { version: 2 })];
    let dossier = led(&agreed);
    let approve = Wish::Approve { version: 2, from: TODAY };
    for login in ["heron", "tern", "plover"] {
        let refused = decide(&dossier, &approve, &person(login, ALL), &[], TODAY);
        assert_eq!(refused, Err(Refusal::SamePerson), "{login}");
    }
    assert!(decide(&dossier, &approve, &person("hawk", ALL), &[], TODAY).is_ok());
    // Sending it back and agreeing again washes nobody's hands.
    let mut again = agreed.to_vec();
    again.push(("hawk", Wish::Return { version: 2, reason: why() }));
    again.push(("dove", Wish::Agree { version: 2 }));
    let dossier = led(&again);
    assert_eq!(decide(&dossier, &approve, &person("plover", ALL), &[], TODAY), Err(Refusal::SamePerson));
    // Once it is in force, the next version has hands of its own.
    again.push(("hawk", Wish::Approve { version: 2, from: TODAY }));
    again.push(("hawk", written(Some(2))));
    again.push(("hawk", Wish::Agree { version: 3 }));
    let dossier = led(&again);
    let approve = Wish::Approve { version: 3, from: TODAY };
    assert!(decide(&dossier, &approve, &person("heron", ALL), &[], TODAY).is_ok());
    assert_eq!(decide(&dossier, &approve, &person("hawk", ALL), &[], TODAY), Err(Refusal::SamePerson));
}

/// Every wish about a version, from every state, with every set of rights: what the table has and nothing else.
#[test]
fn what_is_possible_is_what_the_table_has() {
    let states: [(&[(&str, Wish)], State); 6] = [
        (&[("a", written(None))], State::Draft),
        (&[("a", written(None)), ("a", Wish::Agree { version: 1 })], State::Agreed),
        (
            &[
                ("a", written(None)),
                ("a", Wish::Agree { version: 1 }),
                ("b", Wish::Approve { version: 1, from: date(2026, 4, 1) }),
            ],
            State::Approved,
        ),
        (&[("", Wish::Take)], State::InForce),
        (&[("", Wish::Take), ("", Wish::Take)], State::Replaced),
        (&[("a", written(None)), ("a", Wish::Cancel { version: 1, reason: why() })], State::Cancelled),
    ];
    let wishes = [
        Wish::Agree { version: 1 },
        Wish::Return { version: 1, reason: why() },
        Wish::Approve { version: 1, from: date(2026, 4, 1) },
        Wish::Cancel { version: 1, reason: why() },
        Wish::Enter { version: 1 },
    ];
    let hands: [&[Right]; 5] = [&[], &[Right::Write], &[Right::Agree], &[Right::Approve], ALL];
    let mut allowed = 0;
    for (script, state) in states {
        let dossier = led(script);
        assert_eq!(dossier.state(1), Some(state));
        for wish in &wishes {
            let row = row_of(wish.deed(), Some(state));
            for rights in hands {
                let said = decide(&dossier, wish, &person("c", rights), &[], TODAY);
                let may = row.is_some_and(|row| row.rights.iter().any(|right| rights.contains(right)));
                assert_eq!(said.is_ok(), may, "{wish:?} from {state:?} with {rights:?}: {said:?}");
                allowed += usize::from(may);
                if let Ok(acts) = said {
                    assert_eq!(acts.first().map(|act| act.to), row.map(|row| row.to));
                } else if rights.is_empty() {
                    assert!(said.is_err_and(|why| why.is_of_rights()));
                }
            }
            let by_program = decide(&dossier, wish, &Hand::Program, &[], TODAY);
            assert_eq!(by_program.is_ok(), wish.deed() == Deed::Enter && state == State::Approved);
            assert!(decide(&dossier, wish, &Hand::Operator, &[], TODAY).is_err());
        }
    }
    assert!(allowed > 10, "{allowed}");
}

#[test]
fn an_area_binds_to_its_offices() {
    let area: Area = "10130000, 1070".parse().unwrap();
    let scope =
        |kind, offices: &[&str]| Scope { kind, offices: offices.iter().map(|o| (*o).to_owned()).collect() };
    use ProfileKind::{National, Regional, Target, Zonal};
    for (said, covered) in [
        (scope(Regional, &["10130000"]), true),
        (scope(Zonal, &["10702070"]), true),
        (scope(Zonal, &["10702070", "10130000"]), true),
        (scope(Zonal, &["10702070", "10005030"]), false),
        (scope(Regional, &["1013"]), false),
        (scope(Regional, &[]), false),
        (scope(National, &["10130000"]), false),
        (scope(Target, &["10130000"]), false),
    ] {
        assert_eq!(area.covers(&said), covered, "{said:?}");
        assert!(Area::EVERYWHERE.covers(&said) && Area::EVERYWHERE.touches(&said));
        assert!(area.touches(&said) || !area.covers(&said), "what lies in the area applies there");
    }
    let hand = Hand::Person { login: "wren", rights: ALL, area: &area };
    let (own, national) = (scope(Regional, &["10130000"]), scope(National, &[]));
    assert!(decide(&Dossier::default(), &written(None), &hand, std::slice::from_ref(&own), TODAY).is_ok());
    // Nobody takes a national profile over by writing a regional text under its number.
    let dossier = led(&[("", Wish::Take)]);
    let refused = decide(&dossier, &written(Some(1)), &hand, &[own, national], TODAY).unwrap_err();
    assert_eq!((refused.code(), refused.place()), ("GL-R43", "offices"));
    for bad in ["10-13", "moscow", "101300001"] {
        assert!(bad.parse::<Area>().is_err(), "{bad}");
    }
    assert_eq!("".parse::<Area>().unwrap(), Area::EVERYWHERE);
}

#[test]
fn what_makes_no_sense_is_refused_with_its_place() {
    let draft = led(&[("a", written(None))]);
    let agreed = led(&[("a", written(None)), ("a", Wish::Agree { version: 1 })]);
    let hand = person("b", ALL);
    let empty = Dossier::default();
    let cancel = |reason: &str| Wish::Cancel { version: 1, reason: reason.to_owned() };
    let same = Wish::Write { seen: Some(1), same: true, reason: String::new() };
    for (dossier, wish, code, place) in [
        (&draft, Wish::Agree { version: 7 }, "GL-R40", "version"),
        (&draft, Wish::Approve { version: 1, from: TODAY }, "GL-R41", ""),
        (&agreed, written(Some(1)), "GL-R41", ""),
        (&draft, cancel(""), "GL-R45", "reason"),
        (&draft, cancel("  no "), "GL-R45", "reason"),
        (&draft, cancel(&"x".repeat(2_001)), "GL-R45", "reason"),
        (&agreed, Wish::Approve { version: 1, from: date(2026, 2, 28) }, "GL-R46", "from"),
        (&agreed, Wish::Approve { version: 1, from: date(2028, 3, 1) }, "GL-R47", "from"),
        (&draft, written(None), "GL-R48", "number"),
        (&draft, written(Some(2)), "GL-R49", "version"),
        (&empty, written(Some(1)), "GL-R49", "version"),
        (&draft, same, "GL-R50", ""),
    ] {
        let refused = decide(dossier, &wish, &hand, &[], TODAY).unwrap_err();
        assert_eq!((refused.code(), refused.place()), (code, place), "{wish:?}");
        let (text, cure) = (refused.text(), refused.cure());
        for words in [text, cure] {
            assert!(!words.en.is_empty() && words.en.is_ascii(), "{}", words.en);
            assert!(words.ru.chars().any(|c| ('а'..='я').contains(&c)), "{}", words.ru);
        }
    }
}

#[test]
fn the_operator_takes_a_profile_into_force_whatever_is_prepared() {
    let mut dossier = led(&[("", Wish::Take), ("a", written(Some(1)))]);
    let acts = decide(&dossier, &Wish::Take, &Hand::Operator, &[], TODAY).unwrap();
    let told: Vec<_> = acts.iter().map(|act| (act.version, act.deed, act.by.as_str())).collect();
    assert_eq!(told, [(2, Deed::Replace, OPERATOR), (1, Deed::Replace, OPERATOR), (3, Deed::Take, OPERATOR)]);
    acts.iter().for_each(|act| dossier.take(act));
    assert_eq!((dossier.open(), dossier.in_force()), (None, Some(3)));
    assert!(decide(&dossier, &Wish::Take, &person("a", ALL), &[], TODAY).is_err());
}

#[test]
fn offices_are_read_where_they_stand_and_errors_keep_their_lines() {
    let head = "number = \"55/1\"\nkind = \"regional\"\nstage = \"declaration\"\n";
    let tail = "valid_from = 2026-01-01\nlane = \"yellow\"\nmeasures = [\"documents\"]\nauthor = \"a\"\nversion = 1\n\
                title = { ru = \"а\", en = \"a\" }\ninstruction = { ru = \"а\", en = \"a\" }\n";
    let offices = "offices = [\n  \"10130000\", # Смоленск\n  \"10131000\",\n]\n";
    let source = format!("{head}{offices}area = 'item.mass_net > 1'\n{tail}");
    let read_well = read(&source).unwrap();
    assert_eq!(
        read_well.scope,
        Scope { kind: ProfileKind::Regional, offices: vec!["10130000".into(), "10131000".into()] }
    );
    let wrong = read(&source.replace("item.mass_net", "item.mass_nett")).unwrap_err();
    assert_eq!((wrong.field.as_str(), wrong.line), ("area", 8));
    assert_eq!(
        read(&format!("{head}area = 'item.mass_net > 1'\n{tail}")).unwrap().scope.offices,
        Vec::<String>::new()
    );
}
