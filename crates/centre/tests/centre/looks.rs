//! What came of looks: recorded, kept from the declarant, added up; and no way past a look by filing anew.

use clearance::look::{FoundKind, LookResult, Outcome};
use clearance::{Decision, Event, Ground, Input, OfficerId, State};
use jiff::SignedDuration;
use risk::{Lane, Measure};
use rust_decimal::Decimal;

use crate::forms::withdrawal;
use crate::{Bureau, import, payable, routed};

const PROFILE: &str = "55/20260101/00990";

fn look(ground: Ground, measure: Measure, outcome: Outcome) -> LookResult {
    LookResult { ground, measure: Some(measure), item: None, outcome, minutes: 60, remark: "seen".into() }
}

fn release(officer: &OfficerId) -> Input {
    Input::Decide {
        officer: officer.clone(),
        decision: Decision::Release,
        reason: String::new(),
        version: None,
    }
}

#[test]
fn what_came_of_looks_is_recorded_and_added_up() {
    let bureau = Bureau::open();
    bureau.officer("tern");
    let mut cases = Vec::new();
    let mut nth = 0;
    for _ in 0..3 {
        nth = payable(nth);
        let outcome = routed(&bureau, nth);
        nth += 1;
        bureau.pay(&outcome);
        cases.push(outcome.case);
    }
    let officer = cases[0].officer.clone().unwrap();
    let found = Outcome::Found { kind: FoundKind::Value, amount: Decimal::new(150_050, 2) };
    let record = |case: &clearance::Case, results: Vec<LookResult>| {
        bureau.centre.input(case.id, Input::RecordResults { officer: officer.clone(), results }).unwrap()
    };
    record(&cases[0], vec![look(Ground::profile(PROFILE), Measure::Documents, found)]);
    record(
        &cases[1],
        vec![
            look(Ground::profile(PROFILE), Measure::Documents, Outcome::NotApplied),
            look(Ground::officer(), Measure::Inspect, Outcome::Nothing),
        ],
    );
    for case in &cases {
        assert_eq!(bureau.centre.input(case.id, release(&officer)).unwrap().state, State::Released);
    }
    assert_eq!(bureau.way(cases[0].id).last(), Some(&"released"));
    assert_eq!(bureau.way(cases[2].id).last(), Some(&"results_recorded"), "nobody said anything");
    // An expertise that came weeks later.
    record(&cases[2], vec![look(Ground::profile(PROFILE), Measure::Sample, Outcome::Nothing)]);

    let now = bureau.centre.now();
    let day = SignedDuration::from_hours(24);
    let effects = bureau.centre.effects(now - day, now + day).unwrap();
    let of = |ground: &str| effects.iter().find(|effect| effect.ground == ground).unwrap();
    let total = of(PROFILE).total;
    assert_eq!((total.fired, total.found, total.nothing), (3, 1, 1));
    assert_eq!((total.not_applied, total.unstated, total.open()), (1, 0, 0));
    assert_eq!((total.amount, total.minutes), (Decimal::new(150_050, 2), 180));
    assert_eq!((of("officer").total.fired, of("officer").total.nothing), (1, 1));
    let why = bureau.centre.store().not_applied(&Ground::profile(PROFILE), 9).unwrap();
    assert_eq!((why.len(), why[0].result.remark.as_str()), (1, "seen"));
    bureau.replays_without_a_difference();
    cases.iter().for_each(|case| bureau.is_proven(case.id));
    // A receipt is for the declarant: which profile it was stands on no sheet of it.
    let receipt = bureau.centre.receipt(cases[0].id).unwrap();
    let receipt = format!("{:?}", receipt.verify(None).unwrap());
    assert!(!receipt.contains(PROFILE) && !receipt.contains("150050"), "{receipt}");
}

#[test]
fn who_withdraws_from_under_a_look_is_looked_at_when_he_comes_again() {
    let bureau = Bureau::open();
    bureau.officer("tern");
    let nth = payable(0);
    let first = routed(&bureau, nth).case;
    let filed = bureau.paper(withdrawal(1, first.number.unwrap(), "Ошибка"));
    assert_eq!(filed.case.unwrap().state, State::Withdrawn);
    // The same goods with another identifier, after the profile that caught them is gone.
    let world = bureau.centre.world();
    assert_eq!(world.rules().profiles().iter().filter(|profile| profile.number == PROFILE).count(), 1);
    bureau
        .centre
        .add_profile(
            &crate::EVERYTHING.replace("declaration.item_count > 0", "declaration.item_count > 999999"),
        )
        .unwrap();
    let text = import(nth);
    let id = first_id(&text);
    let again = bureau.file(text.replace(&id, "0A1B2C3D-0000-4000-8000-00000000AAAA")).case;
    assert_ne!(again.id, first.id);
    assert_eq!((again.state, again.lane), (State::UnderControl, Some(Lane::Yellow)));
    let view = bureau.centre.view(again.id).unwrap();
    let routed_for = view.steps.iter().flat_map(|(_, record)| &record.events).find_map(|event| match event {
        Event::Routed { reasons, .. } => Some(reasons.clone()),
        _ => None,
    });
    assert!(routed_for.unwrap().contains(&clearance::RouteReason::Withdrawn));
    // Other goods of the same declarant are nobody's business.
    let other = bureau.file(import(nth + 1)).case;
    let view = bureau.centre.view(other.id).unwrap();
    assert!(!view.assessed.route.contains(&clearance::RouteReason::Withdrawn));
    bureau.replays_without_a_difference();
}

/// The identifier of a document of the album.
fn first_id(text: &str) -> String {
    let at = text.find("DocumentID>").unwrap() + "DocumentID>".len();
    let end = text[at..].find('<').unwrap();
    text[at..at + end].to_owned()
}
