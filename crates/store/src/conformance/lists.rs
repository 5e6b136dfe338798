//! Lists of cases, and the queues of those that wait.

use clearance::security::{Covered, Security};
use clearance::share::{Part, Share};
use clearance::{Case, State};
use jiff::SignedDuration;
use risk::Lane;
use rust_decimal::Decimal;

use super::build::{
    Chance, Document, case, document, id, insert, office, officer, payer, roubles, second, whole_case,
};
use super::{Place, conflicts, done};
use crate::{CaseFilter, Store};

/// More rows than any of these tests has.
const ALL: usize = 1_000;

/// A case of any kind, whose filing may be a little before or after its identifier.
fn any_case(chance: &mut Chance, nth: u64) -> (Case, Document) {
    let pick = |chance: &mut Chance, end| chance.once_in(2).then(|| chance.below(end));
    let states = [State::RegistrationRefused, State::WaitingForPayment, State::UnderControl, State::Released];
    let lanes = [Lane::Green, Lane::Blue, Lane::Yellow, Lane::Red];
    let case = Case {
        state: states[chance.below(4) as usize],
        office: pick(chance, 3).map(office),
        lane: pick(chance, 4).map(|lane| lanes[lane as usize]),
        officer: pick(chance, 3).map(officer),
        declarant_number: pick(chance, 3).map(payer),
        filed_at: second(nth) + SignedDuration::from_secs(chance.below(5) as i64 - 2),
        ..case(nth)
    };
    let mut document = document(nth);
    document.filer = format!("broker-{}", chance.below(3));
    (case, document)
}

/// What the filter says, in plain words.
fn passes(filter: &CaseFilter, case: &Case, filer: &str) -> bool {
    let waits = matches!(case.state, State::WaitingForPayment | State::UnderControl);
    filter.state.is_none_or(|state| case.state == state)
        && filter.office.is_none_or(|office| case.office == Some(office))
        && filter.lane.is_none_or(|lane| case.lane == Some(lane))
        && filter.officer.as_ref().is_none_or(|login| case.officer.as_ref().is_some_and(|id| id.0 == *login))
        && filter.declarant.is_none_or(|number| case.declarant_number == Some(number))
        && filter.visible_to.as_ref().is_none_or(|(login, number)| {
            filer == login || number.is_some_and(|number| case.declarant_number == Some(number))
        })
        && filter.from.is_none_or(|from| case.filed_at >= from)
        && filter.to.is_none_or(|to| case.filed_at < to)
        && filter.after.is_none_or(|after| case.id < after)
        && (waits || !filter.open)
}

/// Every filter, and any filters together, give exactly the cases they name, newest first, and no more
/// than were asked for.
pub fn filters_select_what_they_say(place: &dyn Place) {
    let store = place.open();
    let mut chance = Chance(1);
    let mut cases: Vec<(Case, Document)> = (0..120).map(|nth| any_case(&mut chance, nth)).collect();
    done(&*store, |open| cases.iter().try_for_each(|(case, document)| document.store(open, case)));
    cases.sort_by_key(|(case, _)| std::cmp::Reverse(case.id));
    let mut met = 0;
    for round in 0..600 {
        let every = |chance: &mut Chance| chance.once_in(6);
        let filter = CaseFilter {
            state: every(&mut chance).then_some(State::UnderControl),
            office: every(&mut chance).then(|| office(1)),
            lane: every(&mut chance).then_some(Lane::Yellow),
            officer: every(&mut chance).then(|| officer(1).0),
            declarant: every(&mut chance).then(|| payer(1)),
            visible_to: every(&mut chance)
                .then(|| ("broker-1".to_owned(), chance.once_in(2).then(|| payer(2)))),
            from: every(&mut chance).then(|| second(chance.below(120))),
            to: every(&mut chance).then(|| second(chance.below(120))),
            after: every(&mut chance).then(|| id(chance.below(120))),
            open: every(&mut chance),
            limit: if chance.once_in(2) { ALL } else { chance.below(12) as usize },
        };
        let expected: Vec<&Case> = cases
            .iter()
            .filter(|(case, document)| passes(&filter, case, &document.filer))
            .map(|(case, _)| case)
            .take(filter.limit)
            .collect();
        let listed = store.list(&filter).unwrap();
        assert_eq!(listed.iter().collect::<Vec<_>>(), expected, "round {round}: {filter:?}");
        met += listed.len();
    }
    assert!(met > 5_000, "the filters leave something over: {met}");
}

/// Turning pages shows each case once that was there at the first page, however many come in meanwhile.
pub fn pages_neither_repeat_nor_miss_while_cases_come_in(place: &dyn Place) {
    let store = place.open();
    done(&*store, |open| (0..25).try_for_each(|nth| insert(open, nth, &case(nth))));
    let mut seen = Vec::new();
    let mut filter = CaseFilter { limit: 4, ..CaseFilter::default() };
    for page in 0.. {
        let cases = store.list(&filter).unwrap();
        if cases.is_empty() {
            break;
        }
        filter.after = cases.last().map(|case| case.id);
        seen.extend(cases.into_iter().map(|case| case.id));
        let newer = 100 + page;
        done(&*store, |open| insert(open, newer, &case(newer)));
    }
    assert_eq!(seen, (0..25).rev().map(id).collect::<Vec<_>>());
}

/// Cases whose time has come are due, the most urgent first; those decided are not.
pub fn the_most_urgent_is_due_first(place: &dyn Place) {
    let store = place.open();
    let until = |nth, state, deadline| Case { state, deadline: Some(second(deadline)), ..case(nth) };
    done(&*store, |open| {
        insert(open, 0, &until(0, State::UnderControl, 900))?;
        insert(open, 1, &until(1, State::WaitingForPayment, 700))?;
        insert(open, 2, &until(2, State::UnderControl, 800))?;
        insert(open, 3, &until(3, State::Released, 100))?;
        insert(open, 4, &Case { state: State::UnderControl, deadline: None, ..case(4) })
    });
    let due = |now, limit| {
        let mut found = Vec::new();
        done(&*store, |open| {
            found = open.due(second(now), limit)?;
            Ok(())
        });
        found
    };
    assert_eq!(due(699, ALL), []);
    assert_eq!(due(700, ALL), [id(1)]);
    assert_eq!(due(899, ALL), [id(1), id(2)]);
    assert_eq!(due(900, 2), [id(1), id(2)]);
    assert_eq!(due(10_000, ALL), [id(1), id(2), id(0)]);
    let overdue = Case { deadline: None, overdue: true, ..until(2, State::UnderControl, 800) };
    done(&*store, |open| open.update_case(&overdue));
    done(&*store, |open| open.update_case(&case(1)));
    assert_eq!(due(10_000, ALL), [id(0)]);
}

/// Cases under control that nobody has wait in the order they came.
pub fn the_oldest_is_assigned_first(place: &dyn Place) {
    let store = place.open();
    let routed = |nth| Case { state: State::UnderControl, ..case(nth) };
    done(&*store, |open| {
        insert(open, 3, &routed(3))?;
        insert(open, 1, &routed(1))?;
        insert(open, 2, &Case { officer: Some(officer(1)), ..routed(2) })?;
        insert(open, 4, &case(4))?;
        insert(open, 5, &Case { state: State::WaitingForPayment, ..case(5) })
    });
    let unassigned_after = |after, limit| {
        let mut found = Vec::new();
        done(&*store, |open| {
            found = open.unassigned(after, limit)?;
            Ok(())
        });
        found
    };
    let unassigned = |limit| unassigned_after(None, limit);
    assert_eq!(unassigned(ALL), [id(1), id(3)]);
    assert_eq!(unassigned(1), [id(1)]);
    assert_eq!(unassigned_after(Some(id(1)), ALL), [id(3)]);
    // What a transaction did not keep changes nothing.
    conflicts(&*store, |open| {
        open.update_case(&Case { officer: Some(officer(1)), ..routed(1) })?;
        insert(open, 3, &routed(6))
    });
    assert_eq!(unassigned(ALL), [id(1), id(3)]);
    done(&*store, |open| open.update_case(&Case { officer: Some(officer(1)), ..routed(1) }));
    assert_eq!(unassigned(ALL), [id(3)]);
}

/// When a payer's money comes, the open cases that miss some of it are found, the oldest first.
pub fn money_wakes_the_payers_cases(place: &dyn Place) {
    let store = place.open();
    let short = |nth, state, missing| Case {
        state,
        payer: Some(payer(1)),
        shortfall: missing,
        deadline: Some(second(nth) + SignedDuration::from_hours(4)),
        shares: Vec::new(),
        security: Security::default(),
        ..whole_case(nth)
    };
    done(&*store, |open| {
        insert(open, 3, &short(3, State::WaitingForPayment, roubles(5)))?;
        insert(open, 1, &short(1, State::UnderControl, Decimal::new(1, 2)))?;
        insert(open, 2, &short(2, State::UnderControl, Decimal::ZERO))?;
        insert(open, 4, &Case { payer: Some(payer(2)), ..short(4, State::WaitingForPayment, roubles(5)) })?;
        insert(open, 5, &short(5, State::ReleaseRefused, roubles(5)))?;
        insert(open, 6, &Case { payer: None, ..short(6, State::WaitingForPayment, roubles(5)) })
    });
    let awaiting = |store: &dyn Store, limit| {
        let mut found = Vec::new();
        done(store, |open| {
            found = open.awaiting_payment(&payer(1), limit)?;
            Ok(())
        });
        found
    };
    assert_eq!(awaiting(&*store, ALL), [id(1), id(3)]);
    assert_eq!(awaiting(&*store, 1), [id(1)]);
    done(&*store, |open| open.update_case(&short(1, State::UnderControl, Decimal::ZERO)));
    assert_eq!(awaiting(&*store, ALL), [id(3)]);

    // Any of several payers who is short wakes it, and who could give the security that is missing.
    let share =
        |nth, shortfall| Share { shortfall, ..Share::of(Part { payer: payer(nth), amount: roubles(9) }) };
    let shares = vec![share(2, Decimal::ZERO), share(1, roubles(1))];
    let several = Case { payer: Some(payer(2)), shares, ..short(7, State::WaitingForPayment, roubles(1)) };
    let demanded = Security { demanded: roubles(1), ..Security::default() };
    let secured = |nth, security, declarant| Case {
        security,
        declarant_number: Some(payer(declarant)),
        payer: Some(payer(2)),
        ..short(nth, State::WaitingForPayment, Decimal::ZERO)
    };
    done(&*store, |open| {
        insert(open, 7, &several)?;
        insert(open, 8, &secured(8, demanded.clone(), 1))?;
        insert(open, 9, &secured(9, demanded.clone(), 4))?;
        insert(open, 10, &secured(10, Security::default(), 1))
    });
    assert_eq!(awaiting(&*store, ALL), [id(3), id(7), id(8)]);
    let covers = vec![Covered { guarantee: "G".to_owned(), amount: roubles(1) }];
    let covered = Security { covers, ..demanded };
    done(&*store, |open| open.update_case(&secured(8, covered.clone(), 1)));
    assert_eq!(awaiting(&*store, ALL), [id(3), id(7)]);
}
