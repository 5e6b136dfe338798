//! Grounds for a look, and what came of it.

use clearance::look::{FoundKind, LookResult, Outcome};
use clearance::{Ground, State};
use jiff::SignedDuration;
use risk::{Lane, Measure, Tally};
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
