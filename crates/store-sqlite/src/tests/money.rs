//! Money from several threads at once: whatever the order, none is made, none is lost.

use std::collections::BTreeMap;

use jiff::Timestamp;
use proptest::prelude::*;
use rusqlite::Connection;
use rust_decimal::Decimal;
use store::{AccountId, Posting, Purpose, Store, StoreError};

use super::Directory;

const PAYERS: u64 = 4;
const GUARANTEES: u64 = 3;

/// What one thread does, one after another.
#[derive(Debug, Clone, Copy)]
enum Deed {
    Credit,
    Refund,
    Reserve,
    Post,
    Release,
    Pay,
    ReturnOverpaid,
    Give,
    TakeBack,
    Cover,
    Free,
}

impl Deed {
    const ALL: [Deed; 11] = [
        Deed::Credit,
        Deed::Refund,
        Deed::Reserve,
        Deed::Post,
        Deed::Release,
        Deed::Pay,
        Deed::ReturnOverpaid,
        Deed::Give,
        Deed::TakeBack,
        Deed::Cover,
        Deed::Free,
    ];

    fn posting(self, nth: u64, cents: i64) -> Posting {
        let currency = || "RUB".to_owned();
        let payer = format!("77{:08}", nth % PAYERS).parse().unwrap();
        let guarantee = format!("G-{}", nth % GUARANTEES);
        let (advance, reserved) =
            (AccountId::Advance(payer, currency()), AccountId::Reserved(payer, currency()));
        let (cover, covered) =
            (AccountId::Cover(guarantee.clone(), currency()), AccountId::Covered(guarantee, currency()));
        let (outside, treasury) = (AccountId::Outside(currency()), AccountId::Treasury(currency()));
        let bank = AccountId::Bank("B".to_owned(), currency());
        let (from, to, purpose) = match self {
            Deed::Credit => (outside, advance, Purpose::AdvanceReceived),
            Deed::Refund => (advance, outside, Purpose::AdvanceRefunded),
            Deed::Reserve => (advance, reserved, Purpose::Reserved),
            Deed::Post => (reserved, treasury, Purpose::Posted),
            Deed::Release => (reserved, advance, Purpose::Released),
            Deed::Pay => (advance, treasury, Purpose::Paid),
            Deed::ReturnOverpaid => (treasury, advance, Purpose::OverpaidReturned),
            Deed::Give => (bank, cover, Purpose::GuaranteeGiven),
            Deed::TakeBack => (cover, bank, Purpose::GuaranteeEnded),
            Deed::Cover => (cover, covered, Purpose::CoverTaken),
            Deed::Free => (covered, cover, Purpose::CoverFreed),
        };
        let amount = Decimal::new(cents, 2);
        let what = String::new();
        Posting { at: Timestamp::UNIX_EPOCH, from, to, amount, case: None, purpose, what }
    }
}

/// The bank's limit: all guarantees together never exceed it.
const LIMIT_CENTS: i64 = 50_000;

/// A few, because each opens a store; `GREENLANE_LEDGER_CASES` asks for more.
fn cases() -> u32 {
    std::env::var("GREENLANE_LEDGER_CASES").ok().map_or(12, |text| text.parse().unwrap())
}

fn deed() -> impl Strategy<Value = (usize, u64, i64)> {
    (0..Deed::ALL.len(), 0_u64..12, 1_i64..20_000)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(cases()))]

    /// Three threads, each with batches of deeds: a batch whose deed is not covered is undone whole, the
    /// others are kept whole, and what is kept adds up.
    #[test]
    fn no_order_of_events_makes_or_loses_money(
        threads in prop::collection::vec(prop::collection::vec(prop::collection::vec(deed(), 1..4), 1..12), 3)
    ) {
        let directory = Directory::fresh();
        let store = directory.store();
        let promised = AccountId::Promised("RUB".to_owned());
        let limit = Posting {
            from: promised,
            amount: Decimal::new(LIMIT_CENTS, 2),
            to: AccountId::Bank("B".to_owned(), "RUB".to_owned()),
            ..Deed::Credit.posting(0, 1)
        };
        store.transact(&mut |open| open.post(&limit)).unwrap();
        let kept: Vec<Posting> = std::thread::scope(|scope| {
            let store = &store;
            let running: Vec<_> = threads
                .iter()
                .map(|batches| scope.spawn(move || {
                    let mut kept = Vec::new();
                    for batch in batches {
                        let postings: Vec<Posting> = batch
                            .iter()
                            .map(|(what, nth, cents)| Deed::ALL[*what].posting(*nth, *cents))
                            .collect();
                        match store.transact(&mut |open| postings.iter().try_for_each(|one| open.post(one))) {
                            Ok(()) => kept.extend(postings),
                            Err(StoreError::Conflict(_)) => {}
                            Err(other) => panic!("{other}"),
                        }
                        // Somebody else's moment is as good as ours.
                        for (currency, sum) in store.balance_sums().unwrap() {
                            assert!(sum.is_zero(), "{sum} {currency} at a moment in between");
                        }
                    }
                    kept
                }))
                .collect();
            running.into_iter().flat_map(|thread| thread.join().unwrap()).collect()
        });
        let mut expected = BTreeMap::<AccountId, Decimal>::new();
        for posting in kept.iter().chain([&limit]) {
            *expected.entry(posting.from.clone()).or_default() -= posting.amount;
            *expected.entry(posting.to.clone()).or_default() += posting.amount;
        }
        let mut promised_in_all = Decimal::ZERO;
        let states = store.accounts().unwrap();
        prop_assert_eq!(states.len(), expected.len());
        for state in states {
            prop_assert_eq!(state.kept, state.recomputed, "{}", state.account.name());
            prop_assert_eq!(Some(&state.kept), expected.get(&state.account), "{}", state.account.name());
            prop_assert!(state.account.may_be_negative() || state.kept >= Decimal::ZERO);
            if matches!(state.account, AccountId::Cover(..) | AccountId::Covered(..)) {
                promised_in_all += state.kept;
            }
        }
        prop_assert!(promised_in_all <= limit.amount, "{} over the limit", promised_in_all);
    }
}

/// A store of the version before keeps every account and posting, and its entries get their purposes.
#[test]
fn postings_of_before_keep_their_chain_and_get_a_purpose() {
    let directory = Directory::fresh();
    std::fs::create_dir_all(directory.path()).unwrap();
    let before = directory.database();
    before.execute_batch("PRAGMA journal_mode = WAL").unwrap();
    for migration in &crate::schema::MIGRATIONS[..4] {
        before.execute_batch(migration).unwrap();
    }
    let setup = |connection: &Connection| {
        connection.execute_batch(&format!(
            "PRAGMA application_id = {}; PRAGMA user_version = 4;
             INSERT INTO accounts VALUES
                (1, 'outside:RUB', 'outside', NULL, 'RUB', '-100.00', NULL),
                (2, 'advance:7700000001:RUB', 'advance', '7700000001', 'RUB', '40.00', NULL),
                (3, 'reserved:7700000001:RUB', 'reserved', '7700000001', 'RUB', '0.00', NULL),
                (4, 'treasury:RUB', 'treasury', NULL, 'RUB', '60.00', NULL);
             INSERT INTO postings VALUES
                (1, 5, 1, 2, '100.00', NULL, 'PP 1', NULL, NULL),
                (2, 6, 2, 3, '50.00', NULL, 'payment_reserved', 1, NULL),
                (3, 7, 3, 4, '50.00', NULL, 'payment_posted', 2, NULL),
                (4, 8, 2, 4, '10.00', NULL, 'payment_reserved', 2, 3);
             UPDATE accounts SET last_posting = CASE ordinal WHEN 1 THEN 1 WHEN 3 THEN 3 ELSE 4 END;",
            crate::schema::APPLICATION_ID
        ))
    };
    setup(&before).unwrap();
    drop(before);
    let store = directory.store();
    for state in store.accounts().unwrap() {
        assert_eq!(state.kept, state.recomputed, "{}", state.account.name());
    }
    let advance = AccountId::Advance("7700000001".parse().unwrap(), "RUB".to_owned());
    let purposes: Vec<Purpose> =
        store.postings(&advance, 9).unwrap().iter().map(|posting| posting.purpose).collect();
    assert_eq!(purposes, [Purpose::Paid, Purpose::Reserved, Purpose::AdvanceReceived]);
    let treasury = store.postings(&AccountId::Treasury("RUB".to_owned()), 9).unwrap();
    assert_eq!(treasury[1].purpose, Purpose::Posted);
    assert_eq!(treasury[1].what, "payment_posted");
}

/// A balance that was changed past the ledger is found.
#[test]
fn a_balance_that_does_not_come_from_postings_is_told() {
    let directory = Directory::fresh();
    let store = directory.store();
    store.transact(&mut |open| open.post(&Deed::Credit.posting(1, 500))).unwrap();
    let change = "UPDATE accounts SET balance = '6.00' WHERE kind = 'advance'";
    directory.database().execute_batch(change).unwrap();
    let states = store.accounts().unwrap();
    let wrong: Vec<_> = states.iter().filter(|state| state.kept != state.recomputed).collect();
    assert_eq!(wrong.len(), 1);
    assert_eq!((wrong[0].kept, wrong[0].recomputed), (Decimal::new(600, 2), Decimal::new(500, 2)));
}
