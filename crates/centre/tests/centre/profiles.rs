//! The life of risk profiles: by two people, bound to areas, in force from a day, and never denied.

use clearance::dossier::{Area, Deed, Right, State, Wish};

use greenlane_centre::{DossierError, Identity, ProfileAsk, ProfileFile};
use jiff::ToSpan;
use store::Role;

use crate::{Bureau, import};

const NUMBER: &str = "55/20260101/00777";

/// A profile that fires on what weighs more than so much.
fn profile(number: &str, kilograms: u32) -> String {
    format!(
        "number = \"{number}\"\nkind = \"national\"\nstage = \"declaration\"\n\
         area = 'item.mass_gross > {kilograms}'\nvalid_from = 2026-01-01\n\
         lane = \"yellow\"\nmeasures = [\"documents\"]\nauthor = \"risk unit\"\nversion = 1\n\
         [title]\nru = \"Тяжёлое\"\nen = \"Heavy\"\n[instruction]\nru = \"Взвесить.\"\nen = \"Weigh.\"\n"
    )
}

fn regional(number: &str, office: &str) -> String {
    let text = profile(number, 1).replace("national", "regional");
    text.replace("lane = ", &format!("offices = [\"{office}\"]\nlane = "))
}

fn somebody(bureau: &Bureau, login: &str, role: Role, area: &str) -> Identity {
    let area: Area = area.parse().unwrap();
    bureau.centre.put_user_of_area(login, login, role, "correct horse", None, area).unwrap();
    bureau.centre.login(login, "correct horse").unwrap().1
}

/// What became of a wish: the code of the refusal, or how the newest version stands.
fn told(done: Result<ProfileFile, DossierError>) -> String {
    match done {
        Ok(file) => file.state(file.dossier.last()).unwrap().as_str().to_owned(),
        Err(DossierError::Refused(why)) => why.code().to_owned(),
        Err(DossierError::Faulty(all)) => all.first().unwrap().code.to_string(),
        Err(why) => panic!("{why}"),
    }
}

struct Unit<'b> {
    bureau: &'b Bureau,
}

impl Unit<'_> {
    fn write(&self, who: &Identity, source: &str, seen: Option<u32>) -> String {
        let number = seen.map(|_| NUMBER);
        told(self.bureau.centre.write_profile(who, "page", source, number, seen, ""))
    }

    fn go(&self, who: &Identity, wish: Wish) -> String {
        told(self.bureau.centre.move_profile(who, "page", NUMBER, &wish))
    }

    fn in_force(&self) -> Option<u32> {
        self.bureau.centre.profile_file(NUMBER).unwrap().and_then(|file| file.dossier.in_force())
    }

    fn decides(&self) -> bool {
        self.bureau.centre.world().rules().profiles().iter().any(|profile| profile.number == NUMBER)
    }
}

fn why() -> String {
    "the risk is gone".to_owned()
}

#[test]
fn a_profile_goes_through_its_life_by_two_people_and_a_third_is_refused_at_each_step() {
    let bureau = Bureau::open();
    let unit = Unit { bureau: &bureau };
    let heron = somebody(&bureau, "heron", Role::Analyst, "");
    let hawk = somebody(&bureau, "hawk", Role::RiskChief, "");
    let tern = somebody(&bureau, "tern", Role::Officer, "");
    let wren = somebody(&bureau, "wren", Role::Analyst, "1070");
    let admin = somebody(&bureau, "admin", Role::Administrator, "");
    let today = bureau.centre.today();
    let before = bureau.centre.world().hash();
    // What each third person may do is nothing, whatever comes next.
    let refused = |wishes: &[Wish]| {
        for wish in wishes {
            for who in [&tern, &admin] {
                assert_eq!(unit.go(who, wish.clone()), "GL-R42", "{} {wish:?}", who.login);
            }
            let other_region = unit.go(&wren, wish.clone());
            assert!(["GL-R42", "GL-R43"].contains(&other_region.as_str()), "{wish:?}: {other_region}");
        }
    };
    let wishes = |version| {
        [
            Wish::Agree { version },
            Wish::Approve { version, from: today },
            Wish::Return { version, reason: why() },
            Wish::Cancel { version, reason: why() },
        ]
    };

    for who in [&tern, &admin, &hawk] {
        assert_eq!(unit.write(who, &profile(NUMBER, 1), None), "GL-R42", "{}", who.login);
    }
    assert_eq!(unit.write(&wren, &profile(NUMBER, 1), None), "GL-R43");
    assert_eq!(unit.write(&heron, "number = ", None), "GL-R01");
    assert_eq!(unit.write(&heron, &profile(NUMBER, 1), None), "draft");
    assert_eq!(unit.write(&heron, &profile(NUMBER, 1), None), "GL-R48");
    assert_eq!(unit.write(&heron, &profile(NUMBER, 1), Some(1)), "GL-R50");
    refused(&wishes(1));
    assert_eq!(unit.write(&wren, &regional(NUMBER, "10702070"), Some(1)), "GL-R43");
    assert_eq!(unit.go(&heron, Wish::Agree { version: 1 }), "agreed");
    refused(&wishes(1));
    assert_eq!(unit.go(&heron, Wish::Approve { version: 1, from: today }), "GL-R42");
    assert_eq!(unit.go(&hawk, Wish::Return { version: 1, reason: String::new() }), "GL-R45");
    assert_eq!(unit.go(&hawk, Wish::Return { version: 1, reason: why() }), "draft");
    assert_eq!(unit.go(&heron, Wish::Agree { version: 1 }), "agreed");
    assert_eq!(bureau.centre.world().hash(), before, "nothing of this decides yet");
    assert_eq!(unit.go(&hawk, Wish::Approve { version: 1, from: today }), "in_force");
    assert!(unit.decides());
    assert!(bureau.file(import(1)).case.hits.contains(&NUMBER.to_owned()));
    refused(&wishes(1));

    // Changed: the version in force decides until the next one is approved.
    assert_eq!(unit.write(&heron, &profile(NUMBER, 900_000_000), Some(1)), "draft");
    assert_eq!(unit.go(&heron, Wish::Agree { version: 2 }), "agreed");
    assert_eq!(unit.in_force(), Some(1));
    assert_eq!(unit.go(&hawk, Wish::Approve { version: 2, from: today }), "in_force");
    assert_eq!(unit.in_force(), Some(2));
    assert!(!bureau.file(import(2)).case.hits.contains(&NUMBER.to_owned()));
    refused(&wishes(2));
    assert_eq!(unit.go(&heron, Wish::Cancel { version: 2, reason: why() }), "GL-R42");
    assert_eq!(unit.go(&hawk, Wish::Cancel { version: 2, reason: why() }), "cancelled");
    assert!(!unit.decides());
    assert_eq!(bureau.centre.world().hash(), before);

    let file = bureau.centre.profile_file(NUMBER).unwrap().unwrap();
    let way: Vec<_> =
        file.acts.iter().map(|act| (act.act.deed, act.act.by.as_str(), act.act.version)).collect();
    assert_eq!(
        way,
        [
            (Deed::Write, "heron", 1),
            (Deed::Agree, "heron", 1),
            (Deed::Return, "hawk", 1),
            (Deed::Agree, "heron", 1),
            (Deed::Approve, "hawk", 1),
            (Deed::Enter, "", 1),
            (Deed::Write, "heron", 2),
            (Deed::Agree, "heron", 2),
            (Deed::Approve, "hawk", 2),
            (Deed::Replace, "hawk", 1),
            (Deed::Enter, "", 2),
            (Deed::Cancel, "hawk", 2),
        ]
    );
    // Every act is a leaf of the log; what is secret is not in what the log covers.
    for stored in &file.acts {
        let leaf = bureau.centre.store().steps_from(stored.leaf, 1).unwrap().remove(0);
        let body = String::from_utf8(leaf.body).unwrap();
        assert!(body.contains(NUMBER) && body.contains(stored.act.deed.as_str()), "{body}");
        assert!(!body.contains("mass_gross") && !body.contains(&why()), "{body}");
        let withheld = String::from_utf8_lossy(&leaf.withheld.unwrap()).into_owned();
        assert!(withheld.contains(&stored.act.reason) && !withheld.contains("mass_gross"), "{withheld}");
    }
    let first = bureau.centre.profile_version(NUMBER, 1).unwrap().unwrap();
    assert_eq!((first.source, first.author.as_str()), (profile(NUMBER, 1), "heron"));
    bureau.replays_without_a_difference();
    let bureau = bureau.reopen();
    assert_eq!(bureau.centre.profile_file(NUMBER).unwrap(), Some(file));
}

#[test]
fn what_is_approved_for_a_day_waits_for_it() {
    let bureau = Bureau::open();
    let unit = Unit { bureau: &bureau };
    let (heron, hawk) =
        (somebody(&bureau, "heron", Role::Analyst, ""), somebody(&bureau, "hawk", Role::RiskChief, ""));
    let today = bureau.centre.today();
    let from = today.checked_add(3.days()).unwrap();
    unit.write(&heron, &profile(NUMBER, 1), None);
    unit.go(&heron, Wish::Agree { version: 1 });
    assert_eq!(unit.go(&hawk, Wish::Approve { version: 1, from: today.yesterday().unwrap() }), "GL-R46");
    assert_eq!(unit.go(&hawk, Wish::Approve { version: 1, from }), "approved");
    for day in [today, from.yesterday().unwrap()] {
        bureau.centre.enter_due_profiles(day).unwrap();
        assert!(!unit.decides());
    }
    // The day comes while the centre rests.
    bureau.centre.enter_due_profiles(from).unwrap();
    assert!(unit.decides());
    assert_eq!(unit.in_force(), Some(1));
    // Once is enough.
    bureau.centre.enter_due_profiles(from).unwrap();
    assert_eq!(bureau.centre.profile_file(NUMBER).unwrap().unwrap().acts.len(), 4);
    bureau.replays_without_a_difference();
}

#[test]
fn a_regional_analyst_keeps_to_the_region() {
    let bureau = Bureau::open();
    let wren = somebody(&bureau, "wren", Role::Analyst, "1070");
    let write = |source: &str, number: Option<&str>, seen| {
        told(bureau.centre.write_profile(&wren, "api", source, number, seen, ""))
    };
    let own = "10/20260101/00001";
    assert_eq!(write(&regional(own, "10702070"), None, None), "draft");
    assert_eq!(write(&regional(own, "10013160"), Some(own), Some(1)), "GL-R43");
    assert_eq!(write(&profile(own, 5), Some(own), Some(1)), "GL-R43");
    // Nobody takes a national profile over by writing a regional text under its number.
    let starter = bureau.centre.world().rules().profiles().first().unwrap().number.clone();
    assert_eq!(write(&regional(&starter, "10702070"), Some(&starter), Some(1)), "GL-R43");
    let national = bureau.centre.profile_file(&starter).unwrap().unwrap();
    assert_eq!(bureau.centre.possible(&wren, &national).unwrap(), []);
    let file = bureau.centre.profile_file(own).unwrap().unwrap();
    let possible = bureau.centre.possible(&wren, &file).unwrap();
    assert_eq!(possible, [(1, Deed::Write), (1, Deed::Agree), (1, Deed::Cancel)]);
    let office = regional(own, "10702070").replace(own, "10/20260101/00002");
    assert_eq!(write(&office, Some(own), Some(1)), "GL-R51");
}

#[test]
fn what_a_fresh_store_decides_by_has_dossiers() {
    let bureau = Bureau::open();
    let page = bureau.centre.profiles(&ProfileAsk { limit: 100, ..ProfileAsk::default() }).unwrap();
    let rules = bureau.centre.world();
    assert_eq!(page.profiles.len(), rules.rules().profiles().len());
    assert!(page.profiles.len() > 3 && page.next.is_none());
    for (heads, profile) in page.profiles.iter().zip(rules.rules().profiles()) {
        let [head] = heads.as_slice() else { panic!("{heads:?}") };
        assert_eq!((head.number.as_str(), head.state), (profile.number.as_str(), State::InForce));
        assert_eq!((head.author.as_str(), head.version), ("starter", 1));
    }
    // Taken by the operator: recorded as such; the same again changes nothing.
    for _ in 0..2 {
        bureau.centre.add_profile(&profile(NUMBER, 1)).unwrap();
    }
    bureau.centre.add_profile(&profile(NUMBER, 2)).unwrap();
    let file = bureau.centre.profile_file(NUMBER).unwrap().unwrap();
    let way: Vec<_> =
        file.acts.iter().map(|act| (act.act.deed, act.act.by.as_str(), act.through.as_str())).collect();
    let by_operator = |deed| (deed, "operator:", "command");
    assert_eq!(way, [by_operator(Deed::Take), by_operator(Deed::Replace), by_operator(Deed::Take)]);
    let asked = |text: &str, state| {
        let ask = ProfileAsk { text: text.into(), state, limit: 3, ..ProfileAsk::default() };
        bureau.centre.profiles(&ask).unwrap().profiles.len()
    };
    assert_eq!((asked("ТЯЖЁЛ", None), asked("00777", None), asked("heavy", Some(State::Draft))), (1, 1, 0));
    let first = bureau.centre.profiles(&ProfileAsk { limit: 3, ..ProfileAsk::default() }).unwrap();
    let rest = ProfileAsk { after: first.next.clone(), limit: 100, ..ProfileAsk::default() };
    assert_eq!(
        first.profiles.len() + bureau.centre.profiles(&rest).unwrap().profiles.len(),
        page.profiles.len() + 1
    );
    let bureau = bureau.reopen();
    assert_eq!(bureau.centre.profile_file(NUMBER).unwrap(), Some(file));
}

/// A decision holds the set it was made with: ten changes of the rules between declarations change none.
#[test]
fn replay_after_ten_rule_changes_in_between_finds_no_difference() {
    let bureau = Bureau::open();
    let unit = Unit { bureau: &bureau };
    let (heron, hawk) =
        (somebody(&bureau, "heron", Role::Analyst, ""), somebody(&bureau, "hawk", Role::RiskChief, ""));
    let today = bureau.centre.today();
    let mut worlds = std::collections::BTreeSet::new();
    let mut fired = 0;
    for nth in 0..10 {
        // Every other version fires on everything.
        let kilograms = if nth % 2 == 0 { 0 } else { 900_000_000 + nth };
        let seen = (nth > 0).then_some(nth);
        let text = profile(NUMBER, kilograms).replace("version = 1", &format!("version = {}", nth + 1));
        assert_eq!(unit.write(&heron, &text, seen), "draft");
        assert_eq!(unit.go(&heron, Wish::Agree { version: nth + 1 }), "agreed");
        assert_eq!(unit.go(&hawk, Wish::Approve { version: nth + 1, from: today }), "in_force");
        worlds.insert(bureau.centre.world().hash());
        fired += bureau.file(import(nth)).case.hits.iter().filter(|hit| *hit == NUMBER).count();
    }
    assert_eq!((worlds.len(), fired), (10, 5));
    assert_eq!(unit.go(&hawk, Wish::Cancel { version: 10, reason: why() }), "cancelled");
    let bureau = bureau.reopen();
    bureau.replays_without_a_difference();
}

/// What cannot be in force leaves everything as it was: no version, no act, no leaf, the same world.
#[test]
fn a_broken_profile_changes_nothing() {
    let bureau = Bureau::open();
    let heron = somebody(&bureau, "heron", Role::Analyst, "");
    let state = || {
        let centre = &bureau.centre;
        (centre.world().hash(), centre.checkpoint().unwrap(), centre.profile_file(NUMBER).unwrap())
    };
    let before = state();
    for broken in [
        profile(NUMBER, 1).replace("mass_gross", "mass_gros"),
        profile(NUMBER, 1).replace("\"yellow\"", "\"green\""),
        profile(NUMBER, 1).replace("number =", "nomber ="),
        "x".repeat(70_000),
    ] {
        let Err(DossierError::Faulty(faults)) =
            bureau.centre.write_profile(&heron, "api", &broken, None, None, "")
        else {
            panic!("{broken}")
        };
        assert!(faults.iter().all(|fault| fault.line >= 1 && !fault.cure.en.is_empty()));
        assert!(bureau.centre.add_profile(&broken).is_err());
        assert_eq!(bureau.centre.check_profile(&broken).errors, faults);
        assert_eq!(state(), before);
    }
    assert!(heron.rights().contains(&Right::Write));
    assert_eq!(bureau.centre.check_profile(&profile(NUMBER, 1)).errors, []);
}
