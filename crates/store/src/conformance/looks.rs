//! Grounds for a look, and what came of it.

use clearance::look::{FoundKind, LookResult, Outcome};
use clearance::{Ground, State};
use jiff::SignedDuration;
use risk::{Lane, Measure, RecordedMinutes, Tally};
use rust_decimal::Decimal;

use super::build::{case, id, insert, payer, roubles, second, start, whole_case};
use super::{Place, done};
use crate::StoredResult;

const PROFILE: &str = "55/20260101/00001";

fn stored(nth: u64, ground: &str, measure: Measure, outcome: Outcome) -> StoredResult {
    StoredResult {
        case: id(nth),
        at: second(nth + 60),
        office: "10013160".into(),
        officer: "inspector-1".into(),
        currency: "RUB".into(),
        result: LookResult {
            ground: Ground::from(ground.to_owned()),
            measure: (outcome != Outcome::Unstated).then_some(measure),
            item: None,
            outcome,
            minutes: 30,
            remark: "why".into(),
        },
    }
}

/// A ground stays open until a result; the last result counts, and one that says something before one that says
/// that nobody said; sums count cases, not measures.
pub fn what_came_of_looks_is_kept_and_added_up(place: &dyn Place) {
    let store = place.open();
    let grounds = [Ground::profile(PROFILE), Ground::chance()];
    for nth in 0..4 {
        let mut case = case(nth);
        case.office = "10013160".parse().ok();
        done(&*store, |open| {
            insert(open, nth, &case)?;
            open.put_grounds(&case, &grounds, second(nth))?;
            // Once more changes nothing.
            open.put_grounds(&case, &grounds[..1], second(nth + 9))
        });
    }
    let open_of = |nth| {
        let mut open_grounds = Vec::new();
        done(&*store, |open| {
            open_grounds = open.open_grounds(id(nth))?;
            Ok(())
        });
        open_grounds
    };
    assert_eq!(open_of(0), grounds);
    let found = Outcome::Found { kind: FoundKind::Value, amount: Decimal::new(150_050, 2) };
    let results = [
        stored(0, PROFILE, Measure::Documents, Outcome::Nothing),
        stored(0, PROFILE, Measure::Inspect, found.clone()),
        stored(0, "chance", Measure::Documents, Outcome::Unstated),
        stored(1, PROFILE, Measure::Documents, Outcome::Unstated),
        stored(2, PROFILE, Measure::Documents, Outcome::NotApplied),
    ];
    for result in &results {
        done(&*store, |open| open.put_result(result));
    }
    assert_eq!(open_of(0), []);
    done(&*store, |open| {
        assert_eq!(open.grounds(id(0))?, grounds);
        assert_eq!(open.grounds(id(9))?, []);
        Ok(())
    });
    assert_eq!(open_of(2), [Ground::chance()]);
    // Somebody speaks after all.
    done(&*store, |open| open.put_result(&stored(1, PROFILE, Measure::Documents, Outcome::Nothing)));
    let told = store.results(id(1)).unwrap();
    assert_eq!(told, [stored(1, PROFILE, Measure::Documents, Outcome::Nothing)]);
    assert_eq!(store.results(id(0)).unwrap().len(), 3);
    assert_eq!(store.not_applied(&Ground::profile(PROFILE), 9).unwrap(), [results[4].clone()]);
    assert_eq!(store.not_applied(&Ground::chance(), 9).unwrap(), []);

    let hour = SignedDuration::from_hours(1);
    let rows = store.effects(start() - hour, start() + hour).unwrap();
    let sum = |ground: &str| {
        let mut sum = Tally::default();
        rows.iter().filter(|row| row.ground == ground).for_each(|row| sum.add(&row.tally));
        sum
    };
    let profile = sum(PROFILE);
    assert_eq!((profile.fired, profile.found, profile.nothing), (4, 1, 1));
    assert_eq!((profile.not_applied, profile.unstated, profile.open()), (1, 0, 1));
    assert_eq!((profile.amount, profile.minutes), (Decimal::new(150_050, 2), 120));
    assert_eq!((sum("chance").fired, sum("chance").unstated, sum("chance").open()), (4, 1, 3));
    assert!(rows.iter().all(|row| row.month == "2026-11" && row.office == "10013160"));
    assert_eq!(store.effects(start() + hour, start() + hour + hour).unwrap(), []);
}

/// What is said anew of a ground and measure takes the place of what was said of it before, whatever lines that was of;
/// another measure is another look, and one breach on one line is worth what was said of it last.
pub fn what_is_recorded_anew_counts_once(place: &dyn Place) {
    let store = place.open();
    let value = |amount: i64| Outcome::Found { kind: FoundKind::Value, amount: Decimal::from(amount) };
    let mut at = 60;
    let mut said = |measure: Option<Measure>, item: Option<u32>, outcome: Outcome| {
        at += 1;
        let mut result = stored(0, PROFILE, Measure::Documents, outcome);
        (result.at, result.result.measure, result.result.item) = (second(at), measure, item);
        result
    };
    let (documents, inspect) = (Some(Measure::Documents), Some(Measure::Inspect));
    let case = case(0);
    done(&*store, |open| {
        insert(open, 0, &case)?;
        open.put_grounds(&case, &[Ground::profile(PROFILE)], second(0))
    });
    let hour = SignedDuration::from_hours(1);
    let sums_after = |result: StoredResult| {
        done(&*store, |open| open.put_result(&result));
        let rows = store.effects(start() - hour, start() + hour).unwrap();
        let mut sum = Tally::default();
        rows.iter().for_each(|row| sum.add(&row.tally));
        assert_eq!(sum.fired, 1);
        (sum.found, sum.nothing, sum.not_applied, sum.amount, sum.minutes)
    };
    let amount = Decimal::from;
    assert_eq!(sums_after(said(documents, None, value(100))), (1, 0, 0, amount(100), 30));
    assert_eq!(sums_after(said(documents, Some(2), value(120))), (1, 0, 0, amount(120), 30));
    assert_eq!(sums_after(said(inspect, Some(2), value(90))), (1, 0, 0, amount(90), 60));
    assert_eq!(sums_after(said(inspect, None, Outcome::Nothing)), (1, 0, 0, amount(120), 60));
    assert_eq!(sums_after(said(documents, None, Outcome::Nothing)), (0, 1, 0, amount(0), 60));
    assert_eq!(sums_after(said(None, None, Outcome::NotApplied)), (0, 0, 1, amount(0), 30));
    assert_eq!(sums_after(said(inspect, None, value(5))), (1, 0, 0, amount(5), 30));
    // Two lines of one record stand beside each other.
    let mut other = said(inspect, Some(3), value(7));
    other.at = store.results(id(0)).unwrap()[0].at;
    assert_eq!(sums_after(other), (1, 0, 0, amount(12), 60));
    let told = store.recorded_minutes().unwrap();
    assert_eq!(told, [RecordedMinutes { measure: Measure::Inspect, minutes: 60, cases: 1 }]);
}

/// What a declarant took back from under a look is found, newest first, as far back as asked.
pub fn what_was_withdrawn_from_under_a_look_is_found(place: &dyn Place) {
    let store = place.open();
    for (nth, lane, state) in [
        (0, Lane::Red, State::Withdrawn),
        (1, Lane::Green, State::Withdrawn),
        (2, Lane::Yellow, State::Withdrawn),
        (3, Lane::Red, State::Released),
    ] {
        let mut case = whole_case(nth);
        (case.lane, case.state) = (Some(lane), state);
        (case.payable, case.reserved) = (roubles(0), roubles(0));
        done(&*store, |open| insert(open, nth, &case));
    }
    let found = store.withdrawn(&payer(1), start(), 9).unwrap();
    assert_eq!(found, [(id(2), Lane::Yellow), (id(0), Lane::Red)]);
    assert_eq!(store.withdrawn(&payer(1), second(1), 9).unwrap(), [(id(2), Lane::Yellow)]);
    assert_eq!(store.withdrawn(&payer(1), start(), 1).unwrap().len(), 1);
    assert_eq!(store.withdrawn(&payer(9), start(), 9).unwrap(), []);
}
