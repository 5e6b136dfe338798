//! Accounts, postings and serials.

use std::collections::BTreeMap;

use jiff::civil::Date;
use rust_decimal::Decimal;

use super::build::{
    Chance, advance, case, insert, office, outside, payer, posting, reserved, roubles, start, treasury,
};
use super::{Place, conflicts, done};
use crate::{
    AccountId, AccountState, Bank, Cover, Guarantee, GuaranteeForm, GuaranteeKind, PaymentDocument, Posting,
    Purpose, Store, StoreError,
};

/// Whatever is booked in whatever order: no account of a payer or of the treasury goes below zero, what
/// would bring it there is refused and changes nothing, and all balances add up to zero. Every account
/// tells its postings, newest first.
pub fn balances_stay_above_zero_and_add_up_to_zero(place: &dyn Place) {
    let store = place.open();
    let accounts: Vec<AccountId> =
        (0..3).flat_map(|nth| [advance(nth), reserved(nth)]).chain([treasury(), outside()]).collect();
    let mut balances = BTreeMap::<AccountId, Decimal>::new();
    let mut booked = Vec::<Posting>::new();
    let (mut chance, mut refused) = (Chance(7), 0);
    for _ in 0..400 {
        let mut any = || accounts[chance.below(accounts.len() as u64) as usize].clone();
        let (from, to) = (any(), any());
        if from == to {
            continue;
        }
        let amount = Decimal::new(1 + chance.below(100_000) as i64, 2);
        let wanted = Posting { amount, ..posting(from.clone(), to.clone(), 1) };
        let covered = from.may_be_negative() || balances.get(&from).copied().unwrap_or_default() >= amount;
        match store.transact(&mut |open| open.post(&wanted)) {
            Ok(()) => {
                assert!(covered, "{} went below zero", from.name());
                *balances.entry(from).or_default() -= amount;
                *balances.entry(to).or_default() += amount;
                booked.push(wanted);
            }
            Err(StoreError::Conflict(_)) => {
                assert!(!covered, "{} had enough", from.name());
                refused += 1;
            }
            Err(other) => panic!("{other}"),
        }
        assert_eq!(store.balance_sums().unwrap(), sums(!booked.is_empty()));
    }
    assert!(refused > 20 && booked.len() > 100, "{refused} refused, {} booked", booked.len());
    for account in &accounts {
        assert_eq!(store.balance(account).unwrap(), balances.get(account).copied().unwrap_or_default());
        let touching = booked.iter().rev().filter(|one| one.from == *account || one.to == *account);
        let touching: Vec<Posting> = touching.cloned().collect();
        assert_eq!(store.postings(account, 1_000).unwrap(), touching);
        assert_eq!(store.postings(account, 3).unwrap(), touching[..3]);
    }
    assert_eq!(store.postings(&accounts[0], 0).unwrap(), []);
}

/// The sums there should be: of each currency that was ever booked, zero.
fn sums(booked: bool) -> Vec<(String, Decimal)> {
    if booked { vec![("RUB".to_owned(), Decimal::ZERO)] } else { Vec::new() }
}

/// Nothing, less than nothing, money to itself, money that changes its currency, more than an account can
/// hold: no posting.
pub fn what_is_no_posting_is_refused(place: &dyn Place) {
    let store = place.open();
    let kroner = AccountId::Advance(super::build::payer(1), "SEK".to_owned());
    let most = Posting { amount: Decimal::MAX, ..posting(outside(), advance(1), 1) };
    done(&*store, |open| open.post(&posting(outside(), advance(2), 10)));
    for wrong in [
        posting(outside(), advance(1), 0),
        posting(outside(), advance(1), -5),
        posting(outside(), outside(), 5),
        posting(outside(), kroner, 5),
        posting(treasury(), advance(1), 5),
        posting(advance(2), advance(1), 11),
        Posting { to: advance(2), ..most },
    ] {
        conflicts(&*store, |open| open.post(&wrong));
    }
    assert_eq!(store.balance(&advance(1)).unwrap(), Decimal::ZERO);
    assert_eq!(store.balance(&advance(2)).unwrap(), roubles(10));
    assert_eq!(store.postings(&advance(1), 9).unwrap(), []);
    assert_eq!(store.postings(&outside(), 9).unwrap().len(), 1);
}

/// Within one transaction each posting sees the one before, and so does who asks for a balance.
pub fn money_moves_as_often_as_it_likes_in_one_transaction(place: &dyn Place) {
    let store = place.open();
    let filed = case(1);
    let set_aside = Posting { case: Some(filed.id), ..posting(advance(1), reserved(1), 60) };
    done(&*store, |open| {
        insert(open, 1, &filed)?;
        assert_eq!(open.balance(&advance(1))?, Decimal::ZERO);
        open.post(&posting(outside(), advance(1), 100))?;
        assert_eq!(open.balance(&advance(1))?, roubles(100));
        open.post(&set_aside)?;
        assert_eq!(open.balance(&advance(1))?, roubles(40));
        open.post(&posting(reserved(1), treasury(), 60))?;
        open.post(&posting(advance(1), outside(), 40))
    });
    assert_eq!(store.balance(&reserved(1)).unwrap(), Decimal::ZERO);
    assert_eq!(store.balance(&treasury()).unwrap(), roubles(60));
    assert_eq!(store.balance(&outside()).unwrap(), roubles(-60));
    assert_eq!(store.postings(&reserved(1), 9).unwrap(), [posting(reserved(1), treasury(), 60), set_aside]);
    done(&*store, |open| {
        assert_eq!(open.balance(&treasury())?, roubles(60));
        open.post(&posting(treasury(), advance(1), 60))
    });
    assert_eq!(store.balance_sums().unwrap(), sums(true));
}

/// Serials run per office and year, from none, and never go back.
pub fn serials_only_rise(place: &dyn Place) {
    let store = place.open();
    done(&*store, |open| {
        assert_eq!(open.last_serial(office(1), 2026)?, 0);
        open.set_last_serial(office(1), 2026, 7)?;
        assert_eq!(open.last_serial(office(1), 2026)?, 7);
        assert_eq!(open.last_serial(office(1), 2027)?, 0);
        assert_eq!(open.last_serial(office(2), 2026)?, 0);
        open.set_last_serial(office(1), 2026, 9)?;
        open.set_last_serial(office(2), 2026, 1)
    });
    conflicts(&*store, |open| open.set_last_serial(office(1), 2026, 8));
    done(&*store, |open| {
        assert_eq!(open.last_serial(office(1), 2026)?, 9);
        assert_eq!(open.last_serial(office(2), 2026)?, 1);
        Ok(())
    });
}

/// A payment document moves money once for its purpose, however its amount is written; another number, date,
/// payer or amount is another document.
pub fn a_payment_document_is_booked_once(place: &dyn Place) {
    let document = PaymentDocument {
        payer: payer(1),
        number: "17".to_owned(),
        date: Some(Date::constant(2026, 11, 20)),
        amount: roubles(100),
        currency: "RUB".to_owned(),
    };
    let books = |store: &dyn Store, document: &PaymentDocument, purpose: Purpose| {
        let (from, to) = match purpose {
            Purpose::AdvanceReceived => (outside(), advance(1)),
            _ => (advance(1), outside()),
        };
        let entry = Posting { amount: document.amount, purpose, ..posting(from, to, 1) };
        let mut booked = false;
        done(store, |open| {
            booked = open.post_once(&entry, document)?;
            Ok(())
        });
        booked
    };
    let store = place.open();
    assert!(books(&*store, &document, Purpose::AdvanceReceived));
    assert!(!books(&*store, &document, Purpose::AdvanceReceived));
    let shorter = PaymentDocument { amount: Decimal::from(100), ..document.clone() };
    assert!(!books(&*store, &shorter, Purpose::AdvanceReceived));
    assert!(books(&*store, &document, Purpose::AdvanceRefunded));
    assert!(!books(&*store, &document, Purpose::AdvanceRefunded));
    for other in [
        PaymentDocument { number: "18".to_owned(), ..document.clone() },
        PaymentDocument { date: None, ..document.clone() },
        PaymentDocument { amount: roubles(101), ..document.clone() },
        PaymentDocument { payer: payer(2), ..document.clone() },
    ] {
        assert!(books(&*store, &other, Purpose::AdvanceReceived), "{other:?}");
        assert!(!books(&*store, &other, Purpose::AdvanceReceived), "{other:?}");
    }
    drop(store);
    let store = place.open();
    assert!(!books(&*store, &document, Purpose::AdvanceReceived));
    assert_eq!(store.balance(&advance(1)).unwrap(), roubles(401));
    // What it says and what is booked are the same amount.
    let entry = posting(outside(), advance(1), 5);
    conflicts(&*store, |open| open.post_once(&entry, &document).map(drop));
}

/// Every account tells what is kept and what its postings come to; a transaction sees its own postings.
pub fn accounts_are_recomputed_from_their_postings(place: &dyn Place) {
    let store = place.open();
    assert_eq!(store.accounts().unwrap(), []);
    done(&*store, |open| {
        open.post(&posting(outside(), advance(1), 100))?;
        assert_eq!(open.postings(&advance(1), 9)?, [posting(outside(), advance(1), 100)]);
        open.post(&posting(advance(1), reserved(1), 60))?;
        assert_eq!(open.postings(&advance(1), 1)?, [posting(advance(1), reserved(1), 60)]);
        assert_eq!(open.postings(&advance(1), 9)?.len(), 2);
        Ok(())
    });
    let state = |account, amount| AccountState { account, kept: amount, recomputed: amount };
    let (free, set_aside) = (state(advance(1), roubles(40)), state(reserved(1), roubles(60)));
    let states = [free, state(outside(), roubles(-100)), set_aside];
    assert_eq!(store.accounts().unwrap(), states);
}

/// Banks keep the currency of their limits; a guarantee stands once in the register and ends once; covers
/// are told by case. Amounts are booked like money: a promise may be negative, its use may not.
pub fn guarantees_are_registered_once_and_end_once(place: &dyn Place) {
    let store = place.open();
    let bank = Bank {
        code: "044525000".to_owned(),
        name: "Банк «Причал»".to_owned(),
        currency: "RUB".to_owned(),
        single_max: roubles(100),
        total_max: roubles(150),
    };
    let given = Guarantee {
        number: "Г-1".to_owned(),
        kind: GuaranteeKind::General,
        form: GuaranteeForm::Bank,
        guarantor: bank.code.clone(),
        principal: payer(1),
        amount: roubles(100),
        currency: "RUB".to_owned(),
        valid_from: Date::constant(2026, 1, 1),
        valid_to: Date::constant(2026, 12, 31),
        given_at: start(),
        ended_at: None,
    };
    let promised = AccountId::Promised("RUB".to_owned());
    let limit = given.source();
    done(&*store, |open| {
        open.put_bank(&bank)?;
        open.post(&posting(promised.clone(), limit.clone(), 150))?;
        open.insert_guarantee(&given)?;
        open.post(&posting(limit.clone(), given.cover(), 100))
    });
    conflicts(&*store, |open| open.post(&posting(limit.clone(), given.cover(), 51)));
    conflicts(&*store, |open| open.insert_guarantee(&given));
    conflicts(&*store, |open| open.put_bank(&Bank { currency: "EUR".to_owned(), ..bank.clone() }));
    let renamed = Bank { name: "Банк".to_owned(), ..bank };
    let filed = case(1);
    let cover = |amount| Cover {
        guarantee: given.number.clone(),
        case: filed.id,
        amount: roubles(amount),
        currency: "RUB".to_owned(),
    };
    done(&*store, |open| {
        open.put_bank(&renamed)?;
        assert_eq!(open.bank(&renamed.code)?.as_ref(), Some(&renamed));
        assert_eq!(open.guarantee("Г-1")?.as_ref(), Some(&given));
        assert_eq!(open.guarantee("Г-2")?, None);
        open.post(&posting(given.cover(), given.covered(), 70))?;
        open.put_cover(&cover(60))?;
        open.put_cover(&cover(70))?;
        assert_eq!(open.covers_of(filed.id)?, [cover(70)]);
        assert_eq!(open.covers_of(case(2).id)?, []);
        Ok(())
    });
    conflicts(&*store, |open| open.post(&posting(given.cover(), given.covered(), 31)));
    assert_eq!(store.covers().unwrap(), [cover(70)]);
    assert_eq!(store.banks().unwrap(), [renamed]);
    assert_eq!(store.guarantees(None).unwrap(), std::slice::from_ref(&given));
    assert_eq!(store.guarantees(Some(&payer(1))).unwrap(), std::slice::from_ref(&given));
    assert_eq!(store.guarantees(Some(&payer(2))).unwrap(), []);
    // On its first and last day it can be used, on no other; nor after it has ended, nor by others.
    let in_force = |principal, currency: &str, day| {
        let mut found = Vec::new();
        done(&*store, |open| {
            found = open.guarantees_in_force(&payer(principal), currency, day, 9)?;
            Ok(())
        });
        found
    };
    let (first, last) = (given.valid_from, given.valid_to);
    assert_eq!(in_force(1, "RUB", first), std::slice::from_ref(&given));
    assert_eq!(in_force(1, "RUB", last), std::slice::from_ref(&given));
    assert_eq!(in_force(1, "RUB", first.yesterday().unwrap()), []);
    assert_eq!(in_force(1, "RUB", last.tomorrow().unwrap()), []);
    assert_eq!(in_force(1, "EUR", first), []);
    assert_eq!(in_force(2, "RUB", first), []);
    done(&*store, |open| {
        open.drop_cover(filed.id, "Г-2")?;
        assert_eq!(open.covers_of(filed.id)?, [cover(70)]);
        open.drop_cover(filed.id, "Г-1")?;
        open.end_guarantee("Г-1", super::build::second(9))
    });
    assert_eq!(store.covers().unwrap(), []);
    conflicts(&*store, |open| open.end_guarantee("Г-1", super::build::second(9)));
    conflicts(&*store, |open| open.end_guarantee("Г-2", super::build::second(9)));
    assert_eq!(in_force(1, "RUB", first), []);
    let ended = Guarantee { ended_at: Some(super::build::second(9)), ..given };
    assert_eq!(store.guarantees(None).unwrap(), [ended]);
    assert_eq!(store.balance_sums().unwrap(), sums(true));
}
