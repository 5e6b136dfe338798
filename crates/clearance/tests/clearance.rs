//! The decision core by its properties: whatever comes in whatever order, money, numbers and
//! deadlines stay right, and every step can be made again.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::sync::{Arc, LazyLock};

use greenlane_clearance as clearance;

use clearance::act::{Act, Arrival, DocumentRequest, WantedDocument};
use clearance::assess::Circumstances;
use clearance::dispatch::Candidate;
use clearance::look::{FoundKind, Ground, LookResult, Outcome, ResultFault};
use clearance::security::{Demand, Offer};
use clearance::share::{Fund, Part};
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
        withdrawn: None,
        known: None,
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
        withdrawn: None,
        known: None,
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

#[test]
fn what_was_known_of_the_trader_is_withheld_and_comes_back() {
    let Input::File(filing) = filing() else { panic!() };
    let known = r#"{"participant":{"declarations_year":4},"history":{"hits_year":3},"new_headings":[805]}"#;
    let known: Box<clearance::trader::Known> = serde_json::from_str(known).unwrap();
    let record = |known| clearance::StepRecord {
        case: id(),
        seq: 1,
        at: at(0),
        world: WORLD.hash(),
        input: Input::File(clearance::Filing { known, ..filing.clone() }),
        supply: Supply::default(),
        events: Vec::new(),
    };
    let asked = record(Some(known));
    let sheets = asked.write(&[7; 16]).unwrap();
    let body = String::from_utf8(sheets.body.clone()).unwrap();
    assert!(!body.contains("known") && !body.contains("hits_year"), "{body}");
    assert_eq!(clearance::StepRecord::read(&sheets.body, sheets.withheld.as_deref()).unwrap(), asked);
    // Where nobody asked, nothing is written that was not written before.
    let quiet = record(None);
    let sheets = quiet.write(&[7; 16]).unwrap();
    assert_eq!(sheets.withheld, None);
    assert_eq!(clearance::StepRecord::read(&sheets.body, None).unwrap(), quiet);
}

fn supply(serial: u32, available: i64, officers: usize) -> Supply {
    let candidates = (0..officers).map(|n| Candidate(OfficerId(format!("o{n}")), 3)).collect();
    Supply {
        serial: Some(serial),
        available: Some(Decimal::from(available)),
        candidates,
        ..Supply::default()
    }
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
        stage: risk::Stage::Declaration,
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

fn look(ground: &str, outcome: Outcome) -> LookResult {
    LookResult {
        ground: Ground::from(ground.to_owned()),
        measure: Some(risk::Measure::Documents),
        item: None,
        outcome,
        minutes: 30,
        remark: "as the instruction says".into(),
    }
}

#[test]
fn every_look_ends_in_a_result_if_only_that_nobody_said() {
    let (mut case, _) = file(0, true, 0, &supply(1, 0, 1));
    let holder = case.officer.clone().unwrap();
    let draw = Draw::of(&[1; 32], id().as_bytes());
    let open = Supply {
        open_grounds: vec![Ground::profile("55/20260101/00001"), Ground::chance()],
        grounds: vec![Ground::profile("55/20260101/00001"), Ground::chance()],
        ..supply(2, 0, 0)
    };
    let setting = Setting { world: &WORLD, now: at(60), draw: &draw, supply: &open, assessed: None };
    let record = |officer: &OfficerId, results| Input::RecordResults { officer: officer.clone(), results };
    let found = look(
        "55/20260101/00001",
        Outcome::Found { kind: FoundKind::Value, amount: Decimal::new(150_050, 2) },
    );
    let stranger = step(&case, &record(&officer(), vec![found.clone()]), &setting);
    assert!(matches!(stranger, Err(Refusal::NotYours { .. })));
    let beyond = LookResult { item: Some(case.items + 1), ..found.clone() };
    for (unclear, nth, fault) in [
        (vec![], None, ResultFault::Count),
        (vec![look("1/1", Outcome::Unstated)], Some(1), ResultFault::Outcome),
        (vec![found.clone(), look("hunch", Outcome::Nothing)], Some(2), ResultFault::Ground),
        (vec![found.clone(), beyond], Some(2), ResultFault::Line { items: case.items }),
    ] {
        let refused = step(&case, &record(&holder, unclear), &setting);
        assert_eq!(refused, Err(Refusal::UnclearResult { nth, fault }));
    }
    let foreign = Ground::profile("55/20260101/00002");
    let of_another = LookResult { ground: foreign.clone(), ..found.clone() };
    let refused = step(&case, &record(&holder, vec![of_another]), &setting);
    assert_eq!(refused, Err(Refusal::NoGround { ground: foreign }));
    let input = record(&holder, vec![found.clone()]);
    let stepped = step(&case, &input, &setting).unwrap();
    assert_eq!(names(&stepped.events), ["results_recorded"]);
    case.take(&stepped.events, at(60));

    // What came of a look names profiles: neither the input nor the event is for the declarant.
    let kept = StepRecord {
        case: case.id,
        seq: 2,
        at: at(60),
        world: WORLD.hash(),
        input,
        supply: stepped.used,
        events: stepped.events,
    };
    let sheets = kept.write(&[2; 16]).unwrap();
    let body = String::from_utf8(sheets.body.clone()).unwrap();
    for secret in ["55/20260101/00001", "1500.50", "as the instruction", "results_recorded"] {
        assert!(!body.contains(secret), "{secret} is in the body: {body}");
    }
    assert_eq!(StepRecord::read(&sheets.body, sheets.withheld.as_deref()).unwrap(), kept);

    // Whatever nobody spoke of is counted as that when the case is decided.
    let decision = Input::Decide {
        officer: holder.clone(),
        decision: Decision::Release,
        reason: String::new(),
        version: None,
    };
    let grounds = open.grounds.clone();
    let left = Supply { open_grounds: vec![Ground::chance()], grounds, ..supply(2, 0, 0) };
    let setting = Setting { supply: &left, ..setting };
    let decided = step(&case, &decision, &setting).unwrap();
    assert_eq!(names(&decided.events), ["released", "results_recorded"]);
    let Some(Event::ResultsRecorded { results, .. }) = decided.events.last() else { panic!() };
    assert_eq!((results.len(), results[0].outcome.as_str()), (1, "unstated"));
    assert_eq!(decided.used.open_grounds, left.open_grounds, "a replay needs what was open");
    case.take(&decided.events, at(120));

    // An expertise that takes weeks is recorded by whoever is competent.
    let late = step(&case, &record(&officer(), vec![found]), &setting).unwrap();
    assert_eq!(names(&late.events), ["results_recorded"]);
}

#[test]
fn a_consignment_withdrawn_from_under_a_look_is_looked_at_when_it_comes_again() {
    let draw = Draw::of(&[1; 32], b"x");
    let circumstances = |withdrawn| Circumstances {
        now: at(0),
        category: Category::Low,
        signed: true,
        standing: Standing::Operator,
        power: None,
        act: clearance::power::PowerAct::File,
        withdrawn,
        known: None,
        draw: &draw,
    };
    let again = assess(&Declaration::default(), &[], &WORLD, &circumstances(Some(Lane::Red)));
    assert_eq!(again.risk.lane, Lane::Red);
    assert!(again.route.contains(&RouteReason::Withdrawn) && again.route.contains(&RouteReason::Lane));
    let first = assess(&Declaration::default(), &[], &WORLD, &circumstances(None));
    assert!(!first.route.contains(&RouteReason::Withdrawn));
}

/// What the accounts of two payers and two guarantees have, at some moment.
#[derive(Debug, Clone)]
struct There {
    funds: [i64; 2],
    free: [i64; 2],
}

fn there() -> impl Strategy<Value = There> {
    let pair = || proptest::array::uniform2(0i64..80);
    (pair(), pair()).prop_map(|(funds, free)| There { funds, free })
}

/// Cases of one payer and of two, with security demanded and without.
fn means() -> impl Strategy<Value = (Option<[i64; 2]>, i64)> {
    (proptest::option::of(proptest::array::uniform2(1i64..60)), 0i64..60)
}

fn security_input() -> impl Strategy<Value = Input> {
    let cover = |(nth, amount): (usize, i64)| Input::Cover {
        by: "administrator".into(),
        guarantee: format!("G-{nth}"),
        amount: Decimal::from(amount),
    };
    let decide =
        |decision| Input::Decide { officer: officer(), decision, reason: "no permit".into(), version: None };
    prop_oneof![
        (0usize..2, 0i64..40).prop_map(cover),
        Just(Input::FreeCover { by: "administrator".into() }),
        Just(Input::PaymentArrived),
        Just(Input::DeadlineReached),
        Just(Input::Withdraw { reason: "mistake".into(), power: None }),
        Just(decide(Decision::Release)),
        Just(decide(Decision::Refuse)),
    ]
}

proptest! {
    /// With several payers and security: all is there or nothing is taken, what is taken is what the events of
    /// the case say, and every step can be made again from what was kept of its supply.
    #[test]
    fn all_payers_and_the_security_are_there_or_nothing_is_taken(
        route in any::<bool>(),
        (shares, demanded) in means(),
        first in there(),
        inputs in proptest::collection::vec((security_input(), there()), 0..10),
    ) {
        let payers: [declaration::TaxNumber; 2] =
            ["7700000016".parse().unwrap(), "7799999919".parse().unwrap()];
        let payable = shares.map_or(50, |parts| parts.iter().sum());
        let mut assessed = assessed(0, route, payable);
        if let Some(parts) = shares {
            let part = |(payer, amount): (_, i64)| Part { payer, amount: Decimal::from(amount) };
            assessed.parts = payers.into_iter().zip(parts).map(part).collect();
        }
        if demanded > 0 {
            let amount = Decimal::from(demanded);
            let kind = "2010".parse().unwrap();
            assessed.payments.totals.push((kind, amount, reference::pack::PaymentStatus::Conditional));
            assessed.security = Some(Demand { amount, named: vec!["G-1".into()] });
        }
        let supply = |there: &There| {
            let offer = |(nth, free): (usize, i64)| Offer {
                guarantee: format!("G-{nth}"),
                single: nth == 0,
                free: Decimal::from(free),
            };
            let fund = |(payer, available): (_, i64)| Fund { payer, available: Decimal::from(available) };
            let several = shares.is_some();
            Supply {
                serial: Some(1),
                available: (!several).then(|| Decimal::from(there.funds[0])),
                funds: if several { payers.into_iter().zip(there.funds).map(fund).collect() } else { Vec::new() },
                guarantees: there.free.into_iter().enumerate().map(offer).collect(),
                candidates: vec![Candidate(officer(), 0)],
                ..Supply::default()
            }
        };
        let draw = Draw::of(&[1; 32], id().as_bytes());
        let mut case = Case::new(id(), at(0));
        let mut events: Vec<Event> = Vec::new();
        let all = std::iter::once((filing(), first)).chain(inputs);
        for (nth, (input, there)) in all.enumerate() {
            let now = at(60 * nth as i64);
            let supply = supply(&there);
            let filed = matches!(input, Input::File(_)).then_some(&assessed);
            let setting = Setting { world: &WORLD, now, draw: &draw, supply: &supply, assessed: filed };
            let before = case.clone();
            let Ok(stepped) = step(&before, &input, &setting) else { continue };
            let again = Setting { supply: &stepped.used, ..setting };
            prop_assert_eq!(&step(&before, &input, &again).unwrap().events, &stepped.events);
            // Nothing is taken that is not there.
            for event in &stepped.events {
                match event {
                    Event::PaymentReserved { payer, amount } => {
                        let nth = usize::from(*payer == payers[1]);
                        prop_assert!(*amount <= Decimal::from(there.funds[nth]), "{:?}", event);
                    }
                    Event::SecurityTaken { guarantee, amount, .. } => {
                        let nth = usize::from(guarantee == "G-1");
                        prop_assert!(*amount <= Decimal::from(there.free[nth]), "{:?}", event);
                    }
                    _ => {}
                }
            }
            let reserved = stepped.events.iter().filter(|event| matches!(event, Event::PaymentReserved { .. }));
            let reserved = reserved.count();
            prop_assert!(reserved == 0 || reserved == assessed.parts.len().max(1), "all of them or none");
            case.take(&stepped.events, now);
            events.extend(stepped.events);
        }
        let of = |payer| move |event: &Event| match event {
            Event::PaymentReserved { payer: who, amount } if *who == payer => *amount,
            Event::PaymentPosted { payer: who, amount } | Event::PaymentReturned { payer: who, amount }
                if *who == payer => -*amount,
            _ => Decimal::ZERO,
        };
        for share in case.parts() {
            prop_assert_eq!(events.iter().map(of(share.payer)).sum::<Decimal>(), share.reserved);
        }
        let covered: Decimal = events.iter().map(|event| match event {
            Event::SecurityTaken { amount, .. } => *amount,
            Event::SecurityFreed { amount, .. } => -*amount,
            _ => Decimal::ZERO,
        }).sum();
        prop_assert_eq!(covered, case.security.covered());
        let freed_by_hand = events.iter().any(|event| matches!(event, Event::SecurityFreed { .. }));
        match case.state {
            State::ReleasedConditionally =>
                prop_assert!(freed_by_hand || case.security.missing().is_zero(), "released without security"),
            State::Released => prop_assert!(demanded == 0 && covered.is_zero()),
            State::ReleaseRefused | State::Withdrawn => prop_assert!(covered.is_zero()),
            _ => {}
        }
        if case.state.is_final() {
            prop_assert_eq!(case.reserved, Decimal::ZERO);
            prop_assert!(case.awaits().is_empty());
        }
    }
}
