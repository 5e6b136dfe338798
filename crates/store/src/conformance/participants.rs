//! Participants: the list, marks, the flow of their cases, who read their files.

use clearance::fact::{Fact, FactKind};
use clearance::links::{MarkId, MarkKind};
use clearance::look::{FoundKind, Outcome};
use clearance::value_decision::{Basis, ValueDecision};
use clearance::{Case, CaseId, Ground, LookResult, State, trader};
use jiff::civil::date;
use risk::{Category, Lane};

use super::build::{case, insert, office, payer, roubles, second, start, step};
use super::{Place, conflicts, done};
use crate::{
    Participant, ParticipantMark, ParticipantRead, ParticipantRow, StoredResult, StoredTrader,
    StoredValueDecision, Transaction, ValueDecisionFilter,
};

fn of(declarant: u64, nth: u64) -> Case {
    Case { declarant_number: Some(payer(declarant)), ..case(nth) }
}

fn file(open: &mut dyn Transaction, case: &Case, nth: u64) -> crate::Result<()> {
    insert(open, nth, case)
}

/// Whoever is registered or known is in the list once, by number, and pages go on after a number.
pub fn participants_are_listed_by_number(place: &dyn Place) {
    let store = place.open();
    let registered = |nth| Participant {
        number: payer(nth),
        name: format!("ООО «Причал {nth}»"),
        pack: "eaeu-ru".to_owned(),
        category: Category::High,
        proposed: (nth == 3).then_some(Category::Low),
        held_until: (nth == 3).then_some(date(2026, 12, 31)),
    };
    let fact = Fact::stated(FactKind::Offence, date(2026, 11, 2), None, "duty-1", "P-1", "a protocol");
    let record = trader::Record::of([&fact]);
    let known = StoredTrader { record: record.clone(), last_fact: None };
    done(&*store, |open| {
        open.put_participant(&registered(3))?;
        open.put_participant(&registered(1))?;
        open.put_trader(&payer(2), &known)?;
        open.put_trader(&payer(3), &known)?;
        file(open, &Case { declarant: "Старое имя".to_owned(), ..of(2, 1) }, 1)?;
        file(open, &Case { declarant: "Новое имя".to_owned(), ..of(2, 2) }, 2)
    });
    let row = |nth, known: bool, declared_as: Option<&str>| ParticipantRow {
        number: payer(nth),
        registered: (nth != 2).then(|| registered(nth)),
        declared_as: declared_as.map(str::to_owned),
        record: known.then(|| record.clone()),
    };
    let whole = [row(1, false, None), row(2, true, Some("Новое имя")), row(3, true, None)];
    assert_eq!(store.participants("", 10).unwrap(), whole);
    assert_eq!(store.participants("", 2).unwrap(), whole[..2]);
    assert_eq!(store.participants(payer(1).as_str(), 10).unwrap(), whole[1..]);
    assert_eq!(store.participants(payer(3).as_str(), 10).unwrap(), []);
}

/// A mark of one participant is one row: its span grows both ways, and its cases must be there.
pub fn a_mark_is_kept_once_with_its_first_and_last_case(place: &dyn Place) {
    let store = place.open();
    let cases: Vec<Case> = (0..4).map(|nth| of(1, nth)).collect();
    done(&*store, |open| (0..4).try_for_each(|nth| file(open, &cases[nth as usize], nth)));
    let id = |nth: usize| cases[nth].id;
    let mark = |kind, byte, number, first: CaseId, last: CaseId| ParticipantMark {
        kind,
        mark: MarkId([byte; 16]),
        number: payer(number),
        first,
        last,
    };
    use MarkKind::{Email, Phone};
    done(&*store, |open| {
        open.put_marks(&[mark(Phone, 7, 1, id(1), id(1)), mark(Phone, 7, 2, id(1), id(1))])?;
        open.put_marks(&[mark(Phone, 7, 1, id(3), id(3)), mark(Phone, 8, 1, id(2), id(2))])?;
        open.put_marks(&[mark(Phone, 7, 1, id(0), id(0)), mark(Email, 7, 1, id(1), id(2))])
    });
    let whole = mark(Phone, 7, 1, id(0), id(3));
    assert_eq!(
        store.marks_of(&payer(1), 10).unwrap(),
        [whole, mark(Phone, 8, 1, id(2), id(2)), mark(Email, 7, 1, id(1), id(2))]
    );
    assert_eq!(store.marks_of(&payer(1), 1).unwrap(), [whole, mark(Email, 7, 1, id(1), id(2))]);
    let sharers = [whole, mark(Phone, 7, 2, id(1), id(1))];
    assert_eq!(store.marked(Phone, &MarkId([7; 16]), 10).unwrap(), sharers);
    assert_eq!(store.marked(Phone, &MarkId([7; 16]), 1).unwrap(), sharers[..1]);
    assert_eq!(store.marked(Phone, &MarkId([9; 16]), 10).unwrap(), []);
    conflicts(&*store, |open| open.put_marks(&[mark(Phone, 9, 1, id(0), of(1, 99).id)]));
    assert_eq!(store.marked(Phone, &MarkId([9; 16]), 10).unwrap(), []);
}

/// Cases are counted by month, state and lane, of one declarant and since a moment.
pub fn the_flow_of_a_declarants_cases_adds_up(place: &dyn Place) {
    let store = place.open();
    // A case a day, in two months.
    let day = |nth: u64| nth * 86_400;
    let filed = |declarant, nth: u64, state, lane| Case { state, lane, ..of(declarant, day(nth)) };
    done(&*store, |open| {
        for nth in 0..12 {
            let lane = if nth % 3 == 0 { Lane::Blue } else { Lane::Green };
            file(open, &filed(1, nth, State::Released, Some(lane)), nth)?;
        }
        file(open, &filed(1, 12, State::RegistrationRefused, None), 12)?;
        file(open, &filed(2, 13, State::Released, Some(Lane::Green)), 13)
    });
    let flow = store.flow_of(&payer(1), start()).unwrap();
    let sum = |wanted: &dyn Fn(&crate::Flow) -> bool| -> u64 {
        flow.iter().filter(|row| wanted(row)).map(|row| row.count).sum()
    };
    assert_eq!(sum(&|_| true), 13);
    assert_eq!(sum(&|row| row.lane == Some(Lane::Blue)), 4);
    assert_eq!(sum(&|row| row.state == State::RegistrationRefused && row.lane.is_none()), 1);
    assert_eq!(sum(&|row| row.month == "2026-11"), 10);
    assert_eq!(sum(&|row| row.month == "2026-12"), 3);
    let later = store.flow_of(&payer(1), second(day(10))).unwrap();
    assert_eq!(later.iter().map(|row| row.count).sum::<u64>(), 3);
    assert_eq!(store.flow_of(&payer(9), start()).unwrap(), []);
}

/// Grounds of one declarant's cases are counted with the best of what came of each.
pub fn what_came_of_looks_at_a_declarant_adds_up(place: &dyn Place) {
    let store = place.open();
    let ground = Ground::from("11/10131010/21112026/00001".to_owned());
    let result = |case: &Case, measure, outcome| StoredResult {
        case: case.id,
        at: second(100),
        office: office(1).to_string(),
        officer: "inspector-1".to_owned(),
        currency: "RUB".to_owned(),
        result: LookResult {
            ground: ground.clone(),
            measure,
            item: None,
            outcome,
            minutes: 10,
            remark: String::new(),
        },
    };
    let cases = [of(1, 1), of(1, 2), of(1, 3), of(2, 4)];
    let found = Outcome::Found { kind: FoundKind::ALL[0], amount: roubles(25) };
    done(&*store, |open| {
        for (nth, case) in (1..).zip(&cases) {
            file(open, case, nth)?;
            open.put_grounds(case, std::slice::from_ref(&ground), second(90))?;
        }
        open.put_result(&result(&cases[0], Some(risk::Measure::Documents), Outcome::Nothing))?;
        open.put_result(&result(&cases[0], Some(risk::Measure::Inspect), found.clone()))?;
        open.put_result(&result(&cases[1], None, Outcome::Nothing))
    });
    let rows = store.looks_of(&payer(1), start()).unwrap();
    let fired: u64 = rows.iter().map(|row| row.tally.fired).sum();
    let found: u64 = rows.iter().map(|row| row.tally.found).sum();
    let nothing: u64 = rows.iter().map(|row| row.tally.nothing).sum();
    assert_eq!((fired, found, nothing), (3, 1, 1));
    assert_eq!(rows.iter().map(|row| row.tally.amount).max(), Some(roubles(25)));
    assert!(rows.iter().all(|row| row.ground == ground));
    assert_eq!(rows.iter().map(|row| row.last).max(), Some(cases[2].id));
    assert_eq!(store.looks_of(&payer(9), start()).unwrap(), []);
}

/// Who read whose file is kept, and told newest first.
pub fn who_read_a_participants_file_is_told_newest_first(place: &dyn Place) {
    let store = place.open();
    let read = |nth: u64| ParticipantRead {
        at: second(nth),
        login: format!("analyst-{nth}"),
        number: (nth != 2).then(|| payer(nth)),
        what: "page".to_owned(),
    };
    done(&*store, |open| (0..4).try_for_each(|nth| open.add_participant_read(&read(nth))));
    assert_eq!(store.participant_reads(2).unwrap(), [read(3), read(2)]);
    assert_eq!(store.participant_reads(10).unwrap().len(), 4);
}

/// A decision on value is recorded once, found however its number is written, and listed by number.
pub fn a_decision_on_value_is_recorded_once(place: &dyn Place) {
    let store = place.open();
    let decision = |number: &str, participant, code: &str, leaf| StoredValueDecision {
        decision: ValueDecision {
            number: number.to_owned(),
            participant: payer(participant),
            pack: "eaeu-ru".to_owned(),
            code: code.to_owned(),
            origin: "CN".parse().ok(),
            basis: Basis::PerKilogram { amount: roubles(100) },
            valid_from: date(2026, 1, 1),
            valid_to: date(2026, 12, 31),
            reason: "price list".to_owned(),
        },
        at: second(leaf),
        decided_by: "inspector-1".to_owned(),
        leaf,
    };
    let all = [
        decision("ПР-2026/1", 1, "8517", 0),
        decision("ПР-2026/2", 2, "0303", 1),
        decision("ПР-2026/3", 1, "851713", 2),
    ];
    done(&*store, |open| {
        (0..3).try_for_each(|leaf| open.append_step(&step(leaf, None, 0)))?;
        all.iter().try_for_each(|one| open.add_value_decision(one))
    });
    assert_eq!(store.value_decision("пр 2026-1").unwrap().as_ref(), Some(&all[0]));
    assert_eq!(store.value_decision("ПР-2026/9").unwrap(), None);
    let list = |participant: Option<u64>, code: &str, after: &str, limit| {
        let filter = ValueDecisionFilter {
            participant: participant.map(payer),
            code: code.to_owned(),
            after: after.to_owned(),
            limit,
        };
        store.value_decisions(&filter).unwrap()
    };
    assert_eq!(list(None, "", "", 10), all);
    assert_eq!(list(None, "", "ПР-2026/1", 1), all[1..2]);
    assert_eq!(list(Some(1), "", "", 10), [all[0].clone(), all[2].clone()]);
    assert_eq!(list(None, "85", "", 10), [all[0].clone(), all[2].clone()]);
    conflicts(&*store, |open| open.add_value_decision(&decision("пр-2026-1", 3, "8517", 2)));
    conflicts(&*store, |open| open.add_value_decision(&decision("ПР-2026/4", 3, "8517", 99)));
}
