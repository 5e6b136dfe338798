//! Categories that follow from facts, as they come: stated by officials, shown by cases, lapsed, appealed against.

use crate::centre::{FactView, StandingError, StandingView};
use clearance::fact::{Fact, FactKind};
use clearance::standing::{Act, Basis, StandingRefusal};
use clearance::{Decision, Input, State};
use declaration::TaxNumber;
use jiff::Span;
use jiff::civil::Date;
use risk::{Category, ParticipantFacts};
use rust_decimal::Decimal;
use store::{Participant, StoredTrader, Transaction};

use crate::{Bureau, EVERYTHING, TRADE, import};

const PACK: &str = "eaeu-ru";

fn trader() -> TaxNumber {
    TRADE.at(0).unwrap().declarant
}

/// The figures of a trader with a long and clean record.
fn clean() -> ParticipantFacts {
    ParticipantFacts { years_active: 5, declarations_year: 400, ..ParticipantFacts::default() }
}

fn fact(kind: FactKind, day: Date, amount: Option<i64>, by: &str) -> Fact {
    Fact::stated(kind, day, amount.map(Decimal::from), by, "decree 7", "entered into force")
}

impl Bureau {
    fn enrol(&self, figures: &ParticipantFacts) -> Category {
        let row = (trader(), "ООО «Лисий мыс»".to_owned(), figures.clone());
        self.centre.enrol_participants(PACK, "heron", &[row]).unwrap()[0]
    }

    fn state(&self, kind: FactKind, amount: Option<i64>, by: &str) -> u64 {
        let fact = fact(kind, self.centre.today(), amount, by);
        self.centre.state_facts(PACK, &[(trader(), fact)]).unwrap()[0]
    }

    fn category(&self) -> Category {
        self.standing().participant.category
    }

    fn standing(&self) -> StandingView {
        self.centre.standing(&trader()).unwrap().unwrap()
    }

    /// What happened to the trader's standing, oldest first.
    fn acts(&self) -> Vec<Act> {
        let mut acts = self.centre.standing_acts(&trader(), None, true, 100).unwrap();
        acts.reverse();
        acts.into_iter().map(|stored| stored.act).collect()
    }

    fn refuses<T: std::fmt::Debug>(&self, done: Result<T, StandingError>, code: &str) {
        let Err(StandingError::Refused { why, .. }) = done else { panic!("{done:?} instead of {code}") };
        assert_eq!(why.code(), code);
    }
}

#[test]
fn a_fact_moves_the_category_and_the_next_declaration_meets_it() {
    let bureau = Bureau::open();
    assert_eq!(bureau.enrol(&clean()), Category::Low);
    let first = bureau.file(import(0)).case;
    let category_of = |case: &clearance::Case| {
        let view = bureau.centre.view(case.id).unwrap();
        view.steps.iter().find_map(|(_, record)| match &record.input {
            Input::File(filing) => Some(filing.category),
            _ => None,
        })
    };
    assert_eq!(category_of(&first), Some(Category::Low));
    let number = bureau.state(FactKind::Offence, Some(3), "heron");
    assert_eq!(bureau.category(), Category::High);
    let [.., Act::Moved { from, to, basis, reasons }] = &bureau.acts()[..] else { panic!("no move") };
    assert_eq!((*from, *to, basis), (Category::Low, Category::High, &Basis::Fact { fact: number }));
    assert_eq!(reasons.iter().filter(|reason| reason.met && reason.toward == Category::High).count(), 1);
    let mine = (1..1_000).find(|nth| TRADE.at(*nth).unwrap().declarant == trader()).unwrap();
    let second = bureau.file(import(u32::try_from(mine).unwrap())).case;
    assert_eq!(category_of(&second), Some(Category::High));
    // What was decided stays decided, whatever the facts say later.
    bureau.centre.annul_fact("tern", &trader(), number, "set aside").unwrap();
    assert_eq!(bureau.category(), Category::Low);
    assert_eq!(category_of(&second), Some(Category::High));
    assert_eq!(bureau.centre.recompute_categories().unwrap().differing, 0);
    assert_eq!(bureau.centre.recount_traders().unwrap(), (1, 0));
    let bureau = bureau.reopen();
    bureau.replays_without_a_difference();
    assert_eq!(bureau.category(), Category::Low);
}

#[test]
fn what_cases_show_moves_the_category_in_the_same_transaction() {
    let bureau = Bureau::open();
    bureau.officer("tern");
    bureau.centre.add_profile(EVERYTHING).unwrap();
    // Twelve declarations, of which three were refused: one more makes 4 of 13, above thirty percent.
    let refusals_percent = Decimal::from(25);
    let figures = ParticipantFacts { declarations_year: 12, refusals_percent, ..ParticipantFacts::default() };
    let debt = Decimal::from(200_000);
    assert_eq!(bureau.enrol(&ParticipantFacts { debt, ..figures }), Category::Medium, "20 points of 40");
    let case = bureau.file(import(0)).case;
    assert_eq!(case.state, State::UnderControl);
    let refuse = Input::Decide {
        officer: case.officer.clone().unwrap(),
        version: Some(case.version),
        decision: Decision::Refuse,
        reason: "not as declared".to_owned(),
    };
    assert_eq!(bureau.centre.input(case.id, refuse).unwrap().state, State::ReleaseRefused);
    assert_eq!(bureau.category(), Category::High);
    let facts = bureau.centre.facts(&trader(), None, true, 100).unwrap();
    let stopped = facts.iter().find(|view| view.stored.fact.kind == FactKind::Stopped).unwrap();
    assert_eq!(stopped.stored.fact.case, Some(case.id));
    assert!(facts.iter().any(|view| view.stored.fact.kind == FactKind::Hit));
    let shown = bureau.centre.facts(&trader(), None, false, 100).unwrap();
    assert!(!shown.iter().any(|view| view.stored.fact.kind == FactKind::Hit), "a profile fired: withheld");
    bureau.replays_without_a_difference();
}

#[test]
fn impossible_facts_are_refused_with_their_place_and_none_is_kept() {
    let bureau = Bureau::open();
    let today = bureau.centre.today();
    let good = fact(FactKind::Offence, today, None, "heron");
    // A mistyped number makes no participant.
    bureau.refuses(bureau.centre.state_facts(PACK, &[(trader(), good.clone())]), "GL-6211");
    bureau.enrol(&clean());
    let before = bureau.centre.facts(&trader(), None, true, 100).unwrap();
    let tomorrow = fact(FactKind::Offence, today.tomorrow().unwrap(), None, "heron");
    let rows = [(trader(), good.clone()), (trader(), tomorrow)];
    let refused = bureau.centre.state_facts(PACK, &rows).unwrap_err();
    let StandingError::Refused { row: 1, why } = refused else { panic!("{refused:?}") };
    assert_eq!(why.to_string().split(": ").take(2).collect::<Vec<_>>(), ["GL-6202", "day"]);
    assert_eq!(bureau.centre.facts(&trader(), None, true, 100).unwrap(), before);
    let escape = Fact { reason: "clears the screen \u{1b}[2J".to_owned(), ..good.clone() };
    bureau.refuses(bureau.centre.state_facts(PACK, &[(trader(), escape)]), "GL-6204");
    let refusals_percent = Decimal::from(300);
    let figures = ParticipantFacts { refusals_percent, ..clean() };
    let row = (trader(), String::new(), figures);
    bureau.refuses(bureau.centre.enrol_participants(PACK, "heron", &[row]), "GL-6206");
    let row = (trader(), "x".repeat(151), clean());
    bureau.refuses(bureau.centre.enrol_participants(PACK, "heron", &[row]), "GL-6222");
    assert_eq!(bureau.centre.facts(&trader(), None, true, 100).unwrap(), before);
    // The same document of the same day is one fact, whoever states it, until it is annulled.
    let [number] = bureau.centre.state_facts(PACK, &[(trader(), good.clone())]).unwrap()[..] else {
        panic!()
    };
    let again = Fact { stated_by: "tern".to_owned(), ..good.clone() };
    bureau.refuses(bureau.centre.state_facts(PACK, &[(trader(), again.clone())]), "GL-6221");
    bureau.centre.annul_fact("tern", &trader(), number, "mistyped").unwrap();
    bureau.centre.state_facts(PACK, &[(trader(), again)]).unwrap();
    assert!(bureau.centre.state_facts("eaeu-xx", &[(trader(), good)]).is_err());
}

/// An annulment outlives counting anew, and what is done about a withheld fact is withheld.
#[test]
fn what_an_official_annulled_of_a_case_stays_annulled_and_a_withheld_fact_stays_withheld() {
    let bureau = Bureau::open();
    bureau.officer("tern");
    bureau.centre.add_profile(EVERYTHING).unwrap();
    bureau.enrol(&clean());
    bureau.file(import(0));
    let facts = || bureau.centre.facts(&trader(), None, true, 100).unwrap();
    let of = |kind| {
        let found = |view: &&FactView| view.stored.fact.kind == kind && view.stored.fact.case.is_some();
        facts().iter().find(found).unwrap().stored.number
    };
    let before = bureau.centre.trader(&trader()).unwrap().facts_on(bureau.centre.today());
    for kind in [FactKind::Registered, FactKind::Hit] {
        bureau.centre.annul_fact("heron", &trader(), of(kind), "filed by mistake").unwrap();
    }
    let after = bureau.centre.trader(&trader()).unwrap().facts_on(bureau.centre.today());
    assert_eq!(after.0.declarations_year + 1, before.0.declarations_year);
    assert_eq!(bureau.centre.recount_traders().unwrap(), (1, 0));
    assert_eq!(bureau.centre.trader(&trader()).unwrap().facts_on(bureau.centre.today()), after);
    let told = |withheld| {
        let acts = bureau.centre.standing_acts(&trader(), None, withheld, 100).unwrap();
        acts.iter().filter(|act| act.act.name() == "stated").count()
    };
    assert_eq!((told(true), told(false)), (2, 1), "of the profile that fired the trader learns nothing");
    bureau.replays_without_a_difference();
}

#[test]
fn a_register_brought_in_again_counts_once() {
    let bureau = Bureau::open();
    bureau.enrol(&clean());
    let count = || bureau.centre.facts(&trader(), None, true, 100).unwrap().len();
    let before = count();
    assert_eq!(bureau.enrol(&clean()), Category::Low);
    assert_eq!(count(), before, "nothing new");
    assert_eq!(bureau.enrol(&ParticipantFacts { declarations_year: 90, ..clean() }), Category::Medium);
    let (facts, _) = bureau.centre.trader(&trader()).unwrap().facts_on(bureau.centre.today());
    assert_eq!((facts.declarations_year, facts.years_active), (90, 5));
    let near = bureau.standing().explanation.near;
    assert_eq!(near.len(), 1, "ten more make it low: {near:?}");
}

#[test]
fn what_counted_for_a_time_lapses_and_the_category_follows() {
    let bureau = Bureau::open();
    let today = bureau.centre.today();
    // Two years ago to the day: it counts no longer; a day later it does.
    let ago = today.checked_sub(Span::new().months(24)).unwrap();
    bureau.enrol(&clean());
    let stated = |day| {
        let row = (trader(), fact(FactKind::Offence, day, Some(3), "heron"));
        bureau.centre.state_facts(PACK, &[row]).unwrap();
    };
    stated(ago);
    assert_eq!(bureau.category(), Category::Low);
    stated(ago.tomorrow().unwrap());
    assert_eq!(bureau.category(), Category::High);
    // The record alone says what it comes to tomorrow.
    let record = bureau.centre.trader(&trader()).unwrap();
    let tomorrow = record.figures_on(today.tomorrow().unwrap());
    assert_eq!(tomorrow.two_years.offences_two_years, 0);
    // A category that is not as the facts have it by today is moved by the round of the night.
    let store = bureau.centre.store();
    let mut participant = store.participant(&trader()).unwrap().unwrap();
    participant.category = Category::Medium;
    store.transact(&mut |tx| tx.put_participant(&participant)).unwrap();
    assert_eq!(bureau.centre.recompute_categories().unwrap().moved, 1);
    assert_eq!(bureau.category(), Category::High);
    assert!(matches!(bureau.acts().last(), Some(Act::Moved { basis: Basis::Time, .. })));
    assert_eq!(bureau.centre.recompute_categories().unwrap().moved, 0);
    bureau.replays_without_a_difference();
}

#[test]
fn an_upheld_appeal_annuls_the_fact_and_whoever_stated_it_does_not_decide() {
    let bureau = Bureau::open();
    bureau.enrol(&clean());
    let debt = bureau.state(FactKind::DebtDue, Some(10), "heron");
    assert_eq!(bureau.category(), Category::Medium);
    let centre = &bureau.centre;
    let appeal = |text: &str| centre.appeal("trader", &trader(), Some(debt), text);
    bureau.refuses(appeal(" "), "GL-6214");
    bureau.refuses(appeal(&"слово ".repeat(400)), "GL-6214");
    bureau.refuses(centre.appeal("trader", &trader(), Some(debt + 99), "not ours"), "GL-6212");
    let filed = appeal("the debt was paid in time").unwrap();
    bureau.refuses(appeal("once more"), "GL-6215");
    let open = centre.open_appeals().unwrap();
    assert_eq!(open.iter().map(|act| act.number).collect::<Vec<_>>(), [filed]);
    let Act::Appealed { due, .. } = open[0].act else { panic!() };
    assert_eq!(due, bureau.centre.today().checked_add(Span::new().days(30)).unwrap());
    let decide =
        |by: &str, upheld| centre.decide_appeal(by, &trader(), filed, upheld, "paid in time", None, None);
    bureau.refuses(decide("heron", true), "GL-6218");
    decide("tern", true).unwrap();
    bureau.refuses(decide("petrel", true), "GL-6217");
    assert_eq!(bureau.category(), Category::Low);
    assert_eq!(centre.open_appeals().unwrap(), []);
    let view = centre.facts(&trader(), None, false, 100).unwrap();
    let appealed = view.iter().find(|view| view.stored.number == debt).unwrap();
    assert_eq!(appealed.annulled_by, Some(debt + 1));
    bureau.refuses(appeal("again"), "GL-6213");
    let names: Vec<&str> = bureau.acts().iter().map(Act::name).collect();
    assert_eq!(names, ["moved", "stated", "moved", "appealed", "decided", "stated", "moved"]);
    bureau.replays_without_a_difference();
    // The log shows nobody: neither who appealed nor why.
    let steps = centre.store().steps_from(0, 100).unwrap();
    let bodies: String = steps.iter().map(|step| String::from_utf8_lossy(&step.body).into_owned()).collect();
    assert!(
        bodies.contains("appealed")
            && !bodies.contains(trader().as_str())
            && !bodies.contains("paid in time")
    );
}

#[test]
fn an_upheld_appeal_against_the_category_sets_another_until_a_day() {
    let bureau = Bureau::open();
    bureau.enrol(&ParticipantFacts { offences_two_years: 4, ..clean() });
    assert_eq!(bureau.category(), Category::High);
    let centre = &bureau.centre;
    let filed = centre.appeal("trader", &trader(), None, "one lorry, four papers").unwrap();
    let until = centre.today().checked_add(Span::new().days(90)).unwrap();
    let decide =
        |category, until| centre.decide_appeal("tern", &trader(), filed, true, "one event", category, until);
    bureau.refuses(decide(None, None), "GL-6219");
    bureau.refuses(decide(Some(Category::High), Some(until)), "GL-6219");
    decide(Some(Category::Medium), Some(until)).unwrap();
    let standing = bureau.standing();
    assert_eq!(
        (standing.participant.category, standing.participant.held_until),
        (Category::Medium, Some(until))
    );
    assert_eq!(standing.explanation.category, Category::High, "what the criteria say stays to be seen");
    // Facts do not move it before that day.
    bureau.state(FactKind::Offence, Some(5), "heron");
    assert_eq!(bureau.category(), Category::Medium);
    assert_eq!(bureau.centre.recompute_categories().unwrap().moved, 0);
    bureau.replays_without_a_difference();
}

#[test]
fn a_pack_may_have_an_official_confirm_every_change() {
    let bureau = Bureau::open();
    let pack = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../../packs/eaeu-ru/pack.toml"));
    let by_hand = pack.unwrap().replace("[categories]\nautomatic = true", "[categories]\nautomatic = false");
    let set = reference::Dataset::new(reference::DatasetKind::Pack, PACK, "pack.toml", by_hand);
    bureau.centre.import(set).unwrap();
    assert_eq!(bureau.enrol(&clean()), Category::Medium, "proposed only");
    assert_eq!(bureau.standing().participant.proposed, Some(Category::Low));
    let confirm = |to| bureau.centre.confirm_category("tern", &trader(), to, "as proposed");
    bureau.refuses(confirm(Category::High), "GL-6220");
    confirm(Category::Low).unwrap();
    assert_eq!((bureau.category(), bureau.standing().participant.proposed), (Category::Low, None));
    bureau.refuses(confirm(Category::Low), "GL-6220");
    let offence = bureau.state(FactKind::Offence, Some(3), "heron");
    assert_eq!(
        (bureau.category(), bureau.standing().participant.proposed),
        (Category::Low, Some(Category::High))
    );
    bureau.centre.annul_fact("tern", &trader(), offence, "set aside").unwrap();
    assert_eq!(bureau.standing().participant.proposed, None);
    let refusal = StandingRefusal::NothingProposed;
    assert_eq!(refusal.code(), "GL-6220");
    bureau.replays_without_a_difference();
}

#[test]
fn what_was_kept_before_facts_is_taken_over_once() {
    let bureau = Bureau::open();
    let before = r#"{"total":0,"months":[],"headings":[805],"stated":{"offences_two_years":4,"debt":"10.50","authorised_operator":true}}"#;
    let trader = StoredTrader { record: serde_json::from_str(before).unwrap(), last_fact: None };
    let participant = Participant {
        number: self::trader(),
        name: "ООО «Лисий мыс»".to_owned(),
        pack: String::new(),
        category: Category::Low,
        proposed: None,
        held_until: None,
    };
    let keep = |tx: &mut dyn Transaction| {
        tx.put_participant(&participant)?;
        tx.put_trader(&participant.number, &trader)
    };
    bureau.centre.store().transact(&mut |tx| keep(tx)).unwrap();
    let bureau = bureau.reopen();
    let standing = bureau.standing();
    let in_a_year = bureau.centre.today().checked_add(Span::new().years(1)).unwrap();
    assert_eq!(
        (standing.participant.category, standing.participant.held_until),
        (Category::Low, Some(in_a_year))
    );
    assert_eq!(standing.explanation.category, Category::High);
    let facts = bureau.centre.facts(&self::trader(), None, false, 9).unwrap();
    let kinds: Vec<FactKind> = facts.iter().map(|view| view.stored.fact.kind).collect();
    assert_eq!(kinds, [FactKind::Authorised, FactKind::DebtDue, FactKind::Offence]);
    let bureau = bureau.reopen();
    assert_eq!(bureau.centre.facts(&self::trader(), None, false, 9).unwrap(), facts);
    assert_eq!(bureau.centre.recompute_categories().unwrap().differing, 0);
    bureau.replays_without_a_difference();
}
