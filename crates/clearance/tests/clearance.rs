//! The decision core by its properties: whatever comes in whatever order, money, numbers and
//! deadlines stay right, and every step can be made again.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::sync::{Arc, LazyLock};

use greenlane_clearance as clearance;

use clearance::act::{Act, Arrival, DocumentRequest, WantedDocument};
use clearance::assess::Circumstances;
use clearance::dispatch::Candidate;
use clearance::step::{Setting, Supply, step};
use clearance::{
    Assessed, Case, CaseId, Decision, Event, Filing, Input, OfficerId, Refusal, RouteReason, Standing, State,
    StepRecord, World, assess, lifecycle,
};
use declaration::{Declaration, Finding, Kind, Path, Severity, Text};
use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;
use reference::Reference;
use risk::{Category, Draw, Lane, Rules};
use rust_decimal::Decimal;

static WORLD: LazyLock<World> =
    LazyLock::new(|| World::new(Arc::new(Reference::starter().unwrap()), Arc::new(Rules::empty())).unwrap());

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_second(1_800_000_000 + seconds).unwrap()
}

fn id() -> CaseId {
    CaseId::new(at(0), &[7; 10])
}

fn officer() -> OfficerId {
    OfficerId("petrel".into())
}

/// An assessment with the traits that decide where a filing goes.
fn assessed(errors: usize, route: bool, payable: i64) -> Assessed {
    let draw = Draw::of(&[1; 32], b"x");
    let circumstances = Circumstances {
        now: at(0),
        category: Category::Low,
        signed: true,
        standing: Standing::Operator,
        power: None,
        act: clearance::power::PowerAct::File,
        draw: &draw,
    };
    let mut assessed = assess(&Declaration::default(), &[], &WORLD, &circumstances);
    let error = || Finding::new("GL-0000", Severity::Error, Path::root(), Text::new("ошибка", "error"));
    assessed.findings = std::iter::repeat_with(error).take(errors).collect();
    assessed.payer = Some("7700000016".parse().unwrap());
    assessed.payments.payable_total = Decimal::from(payable);
    assessed.risk.lane = if route { Lane::Red } else { Lane::Green };
    assessed.route = if route { vec![RouteReason::Lane] } else { Vec::new() };
    assessed
}

fn filing() -> Input {
    Input::File(Filing {
        sha256: "ab".repeat(32),
        filer: "local".into(),
        format: "album-5.23".into(),
        category: Category::Low,
        standing: Standing::Operator,
        signer: None,
        power: None,
    })
}

#[test]
fn what_was_recorded_before_there_were_powers_reads_and_writes_as_it_was() {
    let old = r#"{"input":"file","sha256":"ab","filer":"seal:7700000016","format":"album-5.23","category":"low","standing":{"participant":"7700000016"}}"#;
    let input: Input = serde_json::from_str(old).unwrap();
    assert!(matches!(&input, Input::File(filing) if filing.power.is_none()));
    assert_eq!(serde_json::to_string(&input).unwrap(), old);
    let old = r#"{"input":"withdraw","reason":"mistake"}"#;
    let input: Input = serde_json::from_str(old).unwrap();
    assert_eq!(serde_json::to_string(&input).unwrap(), old);
}

fn supply(serial: u32, available: i64, officers: usize) -> Supply {
    let candidates = (0..officers).map(|n| Candidate(OfficerId(format!("o{n}")), 3)).collect();
    Supply { serial: Some(serial), duplicate: None, available: Some(Decimal::from(available)), candidates }
}

fn file(errors: usize, route: bool, payable: i64, supply: &Supply) -> (Case, Vec<Event>) {
    let assessed = assessed(errors, route, payable);
    let draw = Draw::of(&[1; 32], id().as_bytes());
    let setting = Setting { world: &WORLD, now: at(0), draw: &draw, supply, assessed: Some(&assessed) };
    let mut case = Case::new(id(), at(0));
    let stepped = step(&case, &filing(), &setting).unwrap();
    case.take(&stepped.events, at(0));
    (case, stepped.events)
}

fn names(events: &[Event]) -> Vec<&'static str> {
    events.iter().map(Event::name).collect()
}

#[test]
fn harmless_goods_that_are_paid_for_are_released_at_once() {
    let (case, events) = file(0, false, 100, &supply(41, 100, 0));
    assert_eq!(
        names(&events),
        ["filed", "controlled", "assessed", "registered", "payment_reserved", "payment_posted", "released"]
    );
    assert_eq!(case.state, State::Released);
    assert_eq!(case.number.unwrap().serial(), 41);
    assert_eq!(case.decided_by.unwrap().as_str(), "automatic");
    assert_eq!(case.reserved, Decimal::ZERO);
}

#[test]
fn an_error_prevents_registration_and_takes_no_number() {
    let (case, events) = file(2, true, 100, &supply(41, 100, 3));
    assert_eq!(names(&events), ["filed", "controlled", "assessed", "registration_refused"]);
    assert_eq!((case.state, case.number, case.errors), (State::RegistrationRefused, None, 2));
}

#[test]
fn who_has_not_paid_waits_and_is_released_when_the_money_comes() {
    let (mut case, _) = file(0, false, 100, &supply(1, 99, 0));
    assert_eq!((case.state, case.shortfall), (State::WaitingForPayment, Decimal::ONE));
    assert!(case.deadline.is_some());
    let draw = Draw::of(&[1; 32], id().as_bytes());
    let short = supply(2, 99, 0);
    let setting = Setting { world: &WORLD, now: at(60), draw: &draw, supply: &short, assessed: None };
    assert_eq!(step(&case, &Input::PaymentArrived, &setting), Err(Refusal::Nothing));
    let enough = supply(2, 100, 0);
    let setting = Setting { supply: &enough, ..setting };
    let stepped = step(&case, &Input::PaymentArrived, &setting).unwrap();
    assert_eq!(names(&stepped.events), ["payment_reserved", "payment_posted", "released"]);
    case.take(&stepped.events, at(60));
    assert_eq!((case.state, case.deadline), (State::Released, None));
}

#[test]
fn only_the_officer_who_has_the_case_decides_it() {
    let (mut case, _) = file(0, true, 100, &supply(1, 100, 2));
    let holder = case.officer.clone().unwrap();
    let draw = Draw::of(&[1; 32], id().as_bytes());
    let supply = supply(2, 0, 0);
    let setting = Setting { world: &WORLD, now: at(60), draw: &draw, supply: &supply, assessed: None };
    let decide = |officer: OfficerId, decision, reason: &str| Input::Decide {
        officer,
        decision,
        reason: reason.into(),
        version: None,
    };
    let stranger = step(&case, &decide(officer(), Decision::Release, ""), &setting);
    assert_eq!(stranger, Err(Refusal::NotYours { holder: Some(holder.0.clone()) }));
    let late = Input::Decide {
        officer: holder.clone(),
        decision: Decision::Release,
        reason: String::new(),
        version: Some(1),
    };
    let corrected = Case { version: 2, ..case.clone() };
    assert_eq!(step(&corrected, &late, &setting), Err(Refusal::Corrected { version: 2 }));
    let mute = step(&case, &decide(holder.clone(), Decision::Refuse, "  "), &setting);
    assert_eq!(mute, Err(Refusal::ReasonMissing));
    let refused = step(&case, &decide(holder, Decision::Refuse, "ban on import"), &setting).unwrap();
    assert_eq!(names(&refused.events), ["payment_returned", "refused"]);
    case.take(&refused.events, at(60));
    assert_eq!((case.state, case.reserved), (State::ReleaseRefused, Decimal::ZERO));
}

#[test]
fn only_the_officer_who_has_the_case_acts_on_it_and_says_what_is_wanted() {
    let (mut case, _) = file(0, true, 100, &supply(1, 100, 2));
    let holder = case.officer.clone().unwrap();
    let draw = Draw::of(&[1; 32], id().as_bytes());
    let supply = supply(2, 0, 0);
    let setting = Setting { world: &WORLD, now: at(60), draw: &draw, supply: &supply, assessed: None };
    let invoice = WantedDocument { kind: "04021".into(), ..WantedDocument::default() };
    let request = |documents| Act::DocumentsWanted(DocumentRequest { number: 1, deadline: None, documents });
    let measures = |measures: &[risk::Measure], reason: &str, item| Act::MeasureOrdered {
        measures: measures.to_vec(),
        reason: reason.into(),
        item,
    };
    let by = |officer: &OfficerId, act: &Act| Input::Act { officer: officer.clone(), act: act.clone() };

    let wanted = request(vec![invoice.clone()]);
    let stranger = step(&case, &by(&officer(), &wanted), &setting);
    assert_eq!(stranger, Err(Refusal::NotYours { holder: Some(holder.0.clone()) }));
    for unclear in [
        request(vec![]),
        request(vec![WantedDocument::default()]),
        request(vec![invoice; 101]),
        Act::PapersWanted { reason: " ".into() },
        Act::Instructed { text: "x".repeat(2_001), goods_office: None },
        measures(&[], "smells of smoke", None),
        measures(&[risk::Measure::Inspect], "", None),
        measures(&[risk::Measure::Inspect, risk::Measure::Inspect], "smells of smoke", None),
        measures(&[risk::Measure::Inspect], "smells of smoke", Some(0)),
        measures(&[risk::Measure::Inspect], "smells of smoke", Some(case.items + 1)),
    ] {
        assert_eq!(step(&case, &by(&holder, &unclear), &setting), Err(Refusal::UnclearAct));
    }
    let before = case.clone();
    for (act, name) in [
        (wanted, "documents_wanted"),
        (Act::PapersWanted { reason: "originals".into() }, "papers_wanted"),
        (Act::ExaminationStarted { at: at(60), remark: String::new() }, "examination_started"),
        (Act::ExaminationFinished { at: at(60), remark: String::new() }, "examination_finished"),
        (Act::Instructed { text: "to the warehouse".into(), goods_office: None }, "instructed"),
        (Act::ChangeRefused { reason: "no grounds".into() }, "change_refused"),
        (measures(&[risk::Measure::Weigh], "smells of smoke", None), "measure_ordered"),
    ] {
        let input = by(&holder, &act);
        let stepped = step(&case, &input, &setting).unwrap();
        assert_eq!((names(&stepped.events), input.name()), (vec![name], name));
        // What the log keeps reads back as what happened.
        let kept = serde_json::to_string(&stepped.events).unwrap();
        assert!(kept.contains(&format!(r#""event":"{name}""#)), "{kept}");
        assert_eq!(serde_json::from_str::<Vec<Event>>(&kept).unwrap(), stepped.events);
        assert_eq!(serde_json::from_str::<Input>(&serde_json::to_string(&input).unwrap()).unwrap(), input);
        case.take(&stepped.events, at(60));
    }
    assert_eq!(case, Case { seq: before.seq + 7, ..before });
}

#[test]
fn only_a_released_transit_arrives() {
    let draw = Draw::of(&[1; 32], id().as_bytes());
    let nothing = supply(2, 0, 0);
    let setting = Setting { world: &WORLD, now: at(60), draw: &draw, supply: &nothing, assessed: None };
    let arrival =
        Arrival { at: at(60), office: "10131020".parse().unwrap(), means: Vec::new(), remark: String::new() };
    let input = Input::Act { officer: officer(), act: Act::TransitArrived(arrival) };
    let (released, _) = file(0, false, 0, &supply(1, 0, 0));
    assert_eq!(released.state, State::Released);
    let of = |kind| Case { kind: Some(kind), ..released.clone() };
    let arrived = step(&of(Kind::Transit), &input, &setting).unwrap();
    assert_eq!(names(&arrived.events), ["transit_arrived"]);
    for refused in [
        step(&of(Kind::Import), &input, &setting),
        step(&Case { state: State::Withdrawn, ..of(Kind::Transit) }, &input, &setting),
    ] {
        assert!(matches!(refused, Err(Refusal::Final { .. })), "{refused:?}");
    }
    let under_control = Case { state: State::UnderControl, officer: Some(officer()), ..of(Kind::Transit) };
    assert!(matches!(step(&under_control, &input, &setting), Err(Refusal::NotNow { .. })));
}

#[test]
fn an_officer_cannot_release_what_is_not_paid() {
    let (case, events) = file(0, true, 100, &supply(1, 30, 1));
    assert_eq!(names(&events).last(), Some(&"payment_awaited"));
    assert_eq!(case.state, State::UnderControl);
    let draw = Draw::of(&[1; 32], id().as_bytes());
    let supply = supply(2, 30, 0);
    let setting = Setting { world: &WORLD, now: at(60), draw: &draw, supply: &supply, assessed: None };
    let input = Input::Decide {
        officer: case.officer.clone().unwrap(),
        decision: Decision::Release,
        reason: String::new(),
        version: None,
    };
    let refusal = step(&case, &input, &setting).unwrap_err();
    assert_eq!(refusal.code(), "GL-5005");
    assert_eq!(
        refusal.to_string(),
        "70 RUB is not covered by the payer's account; release is possible once it is paid"
    );
}

#[test]
fn what_selected_a_case_is_withheld_and_cannot_be_exchanged() {
    let mut assessed = assessed(0, true, 0);
    let hit = risk::Hit {
        profile: "55/20260101/00001".into(),
        item: None,
        measures: Vec::new(),
        lane: Lane::Red,
        instruction: Text::new("Досмотреть.", "Inspect."),
    };
    assessed.risk.hits = vec![hit.clone(), hit];
    let supply = supply(1, 0, 2);
    let draw = Draw::of(&[1; 32], id().as_bytes());
    let setting =
        Setting { world: &WORLD, now: at(0), draw: &draw, supply: &supply, assessed: Some(&assessed) };
    let mut case = Case::new(id(), at(0));
    let stepped = step(&case, &filing(), &setting).unwrap();
    case.take(&stepped.events, at(0));
    assert_eq!(case.hits, ["55/20260101/00001"]);
    let record = StepRecord {
        case: case.id,
        seq: 1,
        at: at(0),
        world: WORLD.hash(),
        input: filing(),
        supply: stepped.used,
        events: stepped.events,
    };
    let sheets = record.write(&[1; 16]).unwrap();
    let body = String::from_utf8(sheets.body.clone()).unwrap();
    for secret in ["55/20260101/00001", "selected", "candidates", "\"o1\",3"] {
        assert!(!body.contains(secret), "{secret} is in the body: {body}");
    }
    let withheld = sheets.withheld.clone().unwrap();
    assert_eq!(StepRecord::read(&sheets.body, Some(&withheld)).unwrap(), record);
    let mut altered = withheld.clone();
    altered[20] ^= 1;
    for wrong in [None, Some(altered.as_slice()), Some(&withheld[..8])] {
        assert!(matches!(StepRecord::read(&sheets.body, wrong), Err(clearance::RecordError::Withheld)));
    }
}

#[test]
fn the_page_of_the_lifecycle_is_fresh() {
    let page = lifecycle::page(&WORLD);
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/lifecycle.md");
    if std::env::var_os("GREENLANE_WRITE_DOCS").is_some() {
        std::fs::write(path, &page).unwrap();
    }
    let kept = std::fs::read_to_string(path).unwrap_or_default();
    assert!(kept == page, "docs/lifecycle.md is stale: run the tests once with GREENLANE_WRITE_DOCS=1");
}

#[derive(Debug, Clone)]
enum Coming {
    Release(bool),
    Refuse(bool),
    Withdraw,
    Payment,
    Assign,
    Deadline,
}

fn coming() -> impl Strategy<Value = (Coming, i64, usize)> {
    let input = prop_oneof![
        any::<bool>().prop_map(Coming::Release),
        any::<bool>().prop_map(Coming::Refuse),
        Just(Coming::Withdraw),
        Just(Coming::Payment),
        Just(Coming::Assign),
        Just(Coming::Deadline),
    ];
    (input, 0i64..200, 0usize..3)
}

proptest! {
    #[test]
    fn in_any_order_of_inputs_money_and_states_stay_right(
        errors in 0usize..2,
        route in any::<bool>(),
        payable in 0i64..150,
        available in 0i64..200,
        officers in 0usize..4,
        inputs in proptest::collection::vec(coming(), 0..12),
    ) {
        let (mut case, first) = file(errors, route, payable, &supply(1, available, officers));
        let draw = Draw::of(&[1; 32], id().as_bytes());
        let mut events = first;
        for (nth, (input, available, officers)) in inputs.into_iter().enumerate() {
            let now = at(60 * (nth as i64 + 1));
            let holder = |own: bool| match (&case.officer, own) {
                (Some(holder), true) => holder.clone(),
                _ => officer(),
            };
            let input = match input {
                Coming::Release(own) =>
                    Input::Decide { officer: holder(own), decision: Decision::Release, reason: String::new(), version: None },
                Coming::Refuse(own) =>
                    Input::Decide { officer: holder(own), decision: Decision::Refuse, reason: "no permit".into(), version: None },
                Coming::Withdraw => Input::Withdraw { reason: "mistake".into(), power: None },
                Coming::Payment => Input::PaymentArrived,
                Coming::Assign => Input::Assign,
                Coming::Deadline => Input::DeadlineReached,
            };
            let supply = supply(9, available, officers);
            let setting = Setting { world: &WORLD, now, draw: &draw, supply: &supply, assessed: None };
            let before = case.clone();
            match step(&case, &input, &setting) {
                Err(refusal) => {
                    prop_assert!(!refusal.text().ru.is_empty());
                    prop_assert_eq!(&case, &before);
                }
                Ok(stepped) => {
                    prop_assert!(!before.state.is_final(), "{:?} changed a decided case", input);
                    // Made again from what was kept, it comes out the same.
                    let again = Setting { supply: &stepped.used, ..setting };
                    prop_assert_eq!(&step(&before, &input, &again).unwrap().events, &stepped.events);
                    case.take(&stepped.events, now);
                    let record = StepRecord {
                        case: case.id,
                        seq: case.seq,
                        at: now,
                        world: WORLD.hash(),
                        input,
                        supply: stepped.used,
                        events: stepped.events.clone(),
                    };
                    let sheets = record.write(&[3; 16]).unwrap();
                    let read = StepRecord::read(&sheets.body, sheets.withheld.as_deref()).unwrap();
                    prop_assert_eq!(&read, &record);
                    prop_assert_eq!(read.write(&[3; 16]).unwrap(), sheets);
                    events.extend(stepped.events);
                }
            }
        }
        // Every kopeck set aside was posted, returned, or is still set aside.
        let sum = |pick: fn(&Event) -> Option<Decimal>| -> Decimal { events.iter().filter_map(pick).sum() };
        let reserved = sum(|e| match e { Event::PaymentReserved { amount, .. } => Some(*amount), _ => None });
        let ended = sum(|e| match e {
            Event::PaymentPosted { amount, .. } | Event::PaymentReturned { amount, .. } => Some(*amount),
            _ => None,
        });
        prop_assert_eq!(reserved - ended, case.reserved);
        let released = matches!(case.state, State::Released | State::ReleasedConditionally);
        let posted = events.iter().any(|event| matches!(event, Event::PaymentPosted { .. }));
        prop_assert_eq!(posted, released && payable > 0, "released exactly when paid");
        if case.state.is_final() {
            prop_assert_eq!(case.reserved, Decimal::ZERO);
            prop_assert_eq!(case.deadline, None);
            prop_assert!(case.decided_at.is_some());
        } else {
            prop_assert!(case.number.is_some());
        }
        prop_assert!(case.decided_at.is_none_or(|decided| decided.duration_since(case.filed_at) >= SignedDuration::ZERO));
    }
}
