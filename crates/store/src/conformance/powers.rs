//! Powers of attorney.

use clearance::power::PowerNumber;
use declaration::TaxNumber;
use jiff::civil::{Date, date};
use log::Hash;

use super::build::{payer, second};
use super::{Place, conflicts, done};
use crate::{NewRevocation, PowerFilter, Store, StoredPower, StoredRevocation};

fn called(nth: u64) -> PowerNumber {
    format!("power-{nth}").parse().unwrap()
}

fn power(nth: u64, principal: u64, attorney: u64, valid_to: Date) -> StoredPower {
    let document = format!("{{\"number\":\"power-{nth}\"}}").into_bytes();
    StoredPower {
        number: called(nth),
        principal: payer(principal),
        attorney: payer(attorney),
        declarant: payer(principal),
        delegates: None,
        valid_from: date(2026, 1, 1),
        valid_to,
        revoked_at: None,
        sha256: Hash::of(&document),
        document,
        filed_at: second(nth),
        filer: "login:broker".to_owned(),
    }
}

fn put(store: &dyn Store, power: &StoredPower) {
    done(store, |open| open.insert_power(power, b"seal"));
}

/// A power comes back to the bit, its number is given once, and it is revoked once.
pub fn a_power_is_kept_once_and_revoked_once(place: &dyn Place) {
    let store = place.open();
    let first = power(1, 1, 2, date(2026, 12, 31));
    put(&*store, &first);
    assert_eq!(store.power(&first.number).unwrap().as_ref(), Some(&first));
    assert_eq!(store.power(&called(9)).unwrap(), None);
    assert_eq!(store.power_seal(&first.number).unwrap(), Some(b"seal".to_vec()));
    conflicts(&*store, |open| open.insert_power(&power(1, 3, 4, date(2027, 1, 1)), b"other"));

    let revocation = |number: PowerNumber, at: u64| {
        move |open: &mut dyn crate::Transaction| {
            open.revoke_power(&NewRevocation {
                power: &number,
                at: second(at),
                sha256: &Hash::of(b"revoked"),
                document: b"revoked",
                seal: b"its seal",
                filer: "local",
            })
        }
    };
    assert_eq!(store.power_revocation(&first.number).unwrap(), None);
    done(&*store, revocation(first.number.clone(), 60));
    conflicts(&*store, revocation(first.number.clone(), 70));
    conflicts(&*store, revocation(called(9), 70));
    let kept = store.power(&first.number).unwrap().unwrap();
    assert_eq!(kept, StoredPower { revoked_at: Some(second(60)), ..first.clone() });
    let expected = StoredRevocation {
        power: first.number.clone(),
        at: second(60),
        sha256: Hash::of(b"revoked"),
        document: b"revoked".to_vec(),
        seal: b"its seal".to_vec(),
        filer: "local".to_owned(),
    };
    assert_eq!(store.power_revocation(&first.number).unwrap(), Some(expected));
    drop(store);
    assert_eq!(place.open().power(&first.number).unwrap(), Some(kept));
}

/// Intake asks for what leads from a declarant to an attorney; people list what they have a part in.
pub fn powers_are_found_by_who_has_a_part_in_them(place: &dyn Place) {
    let store = place.open();
    let (early, late) = (date(2026, 6, 30), date(2026, 12, 31));
    for filed in [power(1, 1, 2, early), power(2, 1, 2, late), power(3, 1, 3, late), power(4, 5, 2, late)] {
        put(&*store, &filed);
    }
    // The attorney of the second passes it on.
    let passed_on = StoredPower { declarant: payer(1), delegates: Some(called(2)), ..power(5, 2, 6, late) };
    put(&*store, &passed_on);
    let between = |declarant: u64, attorney: u64, limit: usize| -> Vec<PowerNumber> {
        let found = store.powers_between(&payer(declarant), &payer(attorney), limit).unwrap();
        found.into_iter().map(|power| power.number).collect()
    };
    assert_eq!(between(1, 2, 9), [called(2), called(1)], "those that end last first");
    assert_eq!(between(1, 2, 1), [called(2)]);
    assert_eq!(between(1, 6, 9), [called(5)], "passed on");
    assert_eq!(between(2, 6, 9), []);
    assert_eq!(between(2, 1, 9), []);
    // What was revoked never crowds out what was not, however late it would have ended.
    put(&*store, &power(6, 8, 9, late));
    put(&*store, &power(7, 8, 9, early));
    done(&*store, |open| {
        open.revoke_power(&NewRevocation {
            power: &called(6),
            at: second(60),
            sha256: &Hash::of(b"revoked"),
            document: b"revoked",
            seal: b"its seal",
            filer: "local",
        })
    });
    assert_eq!(between(8, 9, 1), [called(7)]);
    assert_eq!(between(8, 9, 9), [called(7), called(6)]);

    done(&*store, |open| {
        assert_eq!(open.power(&called(5))?, Some(passed_on.clone()));
        assert_eq!(open.powers_in_force(&payer(1), &payer(2), early)?, 2);
        assert_eq!(open.powers_in_force(&payer(1), &payer(2), date(2026, 7, 1))?, 1);
        assert_eq!(open.powers_in_force(&payer(1), &payer(2), date(2027, 1, 1))?, 0);
        Ok(())
    });

    let list = |filter: PowerFilter| -> Vec<PowerNumber> {
        let filter = PowerFilter { limit: if filter.limit == 0 { 10 } else { filter.limit }, ..filter };
        store.powers(&filter).unwrap().into_iter().map(|power| power.number).collect()
    };
    let none = PowerFilter::default;
    let who = |nth: u64| -> Option<TaxNumber> { Some(payer(nth)) };
    assert_eq!(list(none()), [7, 6, 5, 4, 3, 2, 1].map(called));
    assert_eq!(list(PowerFilter { limit: 2, ..none() }), [7, 6].map(called));
    assert_eq!(list(PowerFilter { after: Some(called(4)), ..none() }), [3, 2, 1].map(called));
    assert_eq!(list(PowerFilter { after: Some(called(99)), ..none() }), []);
    assert_eq!(list(PowerFilter { principal: who(1), ..none() }), [3, 2, 1].map(called));
    assert_eq!(list(PowerFilter { attorney: who(2), ..none() }), [4, 2, 1].map(called));
    assert_eq!(list(PowerFilter { principal: who(1), attorney: who(2), ..none() }), [2, 1].map(called));
    assert_eq!(list(PowerFilter { party: who(2), ..none() }), [5, 4, 2, 1].map(called));
    assert_eq!(
        list(PowerFilter { party: who(1), ..none() }),
        [5, 3, 2, 1].map(called),
        "and whose is passed on"
    );
    let page = PowerFilter { party: who(2), after: Some(called(4)), limit: 1, ..none() };
    assert_eq!(list(page), [called(2)]);
    assert_eq!(list(PowerFilter { party: who(4), ..none() }), []);
}
