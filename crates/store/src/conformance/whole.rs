//! Transactions as a whole, and the store as a whole.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};

use clearance::Officer;
use clearance::standing::Act;
use log::{FullTile, Hash};
use reference::{ContentHash, Dataset, DatasetKind};
use risk::{Category, Lane};
use rust_decimal::Decimal;

use super::build::{
    advance, case, document, id, insert, number, office, officer, outside, payer, posting, put_dataset,
    reserved, second, start, step, treasury, whole_case,
};
use super::{Place, conflicts, done};
use crate::{
    CaseFilter, NewFact, NewImport, NewStandingAct, Outcome, ReadRecord, Result, Role, Store, StoreError,
    StoredCheckpoint, StoredTrader, Transaction, User, WorldManifest,
};

/// Something of everything.
fn everything(open: &mut dyn Transaction) -> Result<()> {
    insert(open, 1, &whole_case(1))?;
    open.append_step(&step(0, Some(id(1)), 1))?;
    open.put_tiles(&[FullTile { level: 0, index: 0, hashes: vec![3; 8_192] }])?;
    open.put_checkpoint(&StoredCheckpoint { size: 1, note: "note".to_owned() })?;
    open.set_last_serial(office(1), 2026, 12)?;
    open.post(&posting(outside(), advance(1), 100))?;
    open.post(&posting(advance(1), reserved(1), 30))?;
    let on_shift = true;
    let (offices, kinds) = (Vec::new(), Vec::new());
    open.put_officer(&Officer { id: officer(1), offices, kinds, lane_max: Lane::Red, on_shift, load: 2 })?;
    open.put_user(&User {
        login: "inspector-1".to_owned(),
        name: "Inspector".to_owned(),
        role: Role::Officer,
        password_hash: "$argon2id$".to_owned(),
        participant: None,
        area: clearance::dossier::Area::EVERYWHERE,
    })?;
    open.put_session(&Hash([9; 32]), "inspector-1", second(3_600))?;
    open.put_secret("log-key", b"secret")?;
    open.put_participant(&super::standing::participant(Category::High))?;
    let fact = super::standing::offence();
    open.add_fact(&NewFact { participant: &payer(1), at: start(), previous: None, fact: &fact })?;
    let record = clearance::trader::Record::of([&fact]);
    open.put_trader(&payer(1), &StoredTrader { record, last_fact: Some(1) })?;
    let act = Act::Stated { number: 1, fact };
    open.append_standing_act(&NewStandingAct { participant: &payer(1), at: start(), act: &act, leaf: 0 })?;
    let rates = rates();
    put_dataset(open, &rates)?;
    let world =
        WorldManifest { hash: world(), datasets: vec![rates.entry()], profiles: vec!["p".to_owned()] };
    open.put_world(&world, start())?;
    let (actor, dataset, world) = ("administrator".to_owned(), rates.hash(), world.hash);
    open.put_import(&NewImport { at: start(), actor, dataset, undoes: None, world })?;
    open.add_outcomes(&[Outcome {
        minute: start(),
        office: "10013160".to_owned(),
        outcome: "routed".to_owned(),
        lane: "red".to_owned(),
        decided_by: String::new(),
        count: 1,
        milliseconds: 17,
    }])?;
    open.add_read(&ReadRecord { at: start(), login: "duty".to_owned(), case: id(1), what: "page".to_owned() })
}

fn rates() -> Dataset {
    Dataset::new(DatasetKind::Rates, "", "rates.csv", "code,rate")
}

fn world() -> ContentHash {
    ContentHash::of(b"world")
}

/// All that can be read, as text.
fn readings(store: &dyn Store) -> Vec<String> {
    let filter = CaseFilter { limit: 100, ..CaseFilter::default() };
    let (mut serial, mut due, mut unassigned) = (0, Vec::new(), Vec::new());
    done(store, |open| {
        serial = open.last_serial(office(1), 2026)?;
        due = open.due(second(10_000), 100)?;
        unassigned = open.unassigned(None, 100)?;
        Ok(())
    });
    let filed = document(1);
    vec![
        format!("{:?}", store.case(id(1)).unwrap()),
        format!("{:?}", store.case_by_number(&number(1).unwrap()).unwrap()),
        format!("{:?}", store.case_of_filing(&filed.filer, &filed.sha256()).unwrap()),
        format!("{:?}", store.document(id(1)).unwrap()),
        format!("{:?}", store.list(&filter).unwrap()),
        format!("{:?}", store.steps(id(1)).unwrap()),
        format!("{:?}", store.steps_from(0, 9).unwrap()),
        format!("{:?}", store.checkpoint().unwrap()),
        format!("{:?}", store.tile(0, 0).unwrap()),
        format!("{:?}", store.leaf_hashes(0, 9).unwrap()),
        format!("{:?}", store.balance(&advance(1)).unwrap()),
        format!("{:?}", store.postings(&advance(1), 9).unwrap()),
        format!("{:?}", store.officers().unwrap()),
        format!("{:?}", store.user("inspector-1").unwrap()),
        format!("{:?}", store.users().unwrap()),
        format!("{:?}", store.session(&Hash([9; 32]), start()).unwrap()),
        format!("{:?}", store.secret("log-key").unwrap()),
        format!("{:?}", store.participant(&payer(1)).unwrap()),
        format!("{:?}", store.trader(&payer(1)).unwrap()),
        format!("{:?}", store.facts_between(0, u64::MAX >> 1, 9).unwrap()),
        format!("{:?}", store.standing_acts(&payer(1), None, 9).unwrap()),
        format!("{:?}", store.current_world().unwrap()),
        format!("{:?}", store.world(&world()).unwrap()),
        format!("{:?}", store.dataset(&rates().hash()).unwrap()),
        format!("{:?}", store.imports().unwrap()),
        format!("{:?}", store.world_at(start()).unwrap()),
        format!("{:?}", store.outcomes(start()).unwrap()),
        format!("{:?}", store.state_counts().unwrap()),
        format!("{:?}", store.reads(9).unwrap()),
        format!("{serial} {due:?} {unassigned:?}"),
        format!("{:?}", store.balance_sums().unwrap()),
    ]
}

/// A transaction whose work fails at its very end keeps nothing of it, and tells why it failed.
pub fn work_that_fails_keeps_nothing(place: &dyn Place) {
    let store = place.open();
    let before = readings(&*store);
    let why = StoreError::Failed("changed its mind".to_owned());
    let result = store.transact(&mut |open| {
        everything(open)?;
        Err(why.clone())
    });
    assert_eq!(result, Err(why));
    assert_eq!(readings(&*store), before);
    // Nothing is in the way of doing it after all.
    done(&*store, everything);
    let after = readings(&*store);
    let unchanged: Vec<_> = before.iter().zip(&after).filter(|(before, after)| before == after).collect();
    assert!(unchanged.is_empty(), "everything leaves its mark: {unchanged:?}");
}

/// Work that goes on after an operation failed, as if nothing were, still keeps nothing.
pub fn a_failure_that_is_ignored_fails_the_transaction(place: &dyn Place) {
    let store = place.open();
    done(&*store, |open| insert(open, 1, &case(1)));
    let before = readings(&*store);
    conflicts(&*store, |open| {
        open.post(&posting(outside(), advance(1), 100))?;
        assert!(insert(open, 1, &case(2)).is_err());
        open.post(&posting(outside(), advance(1), 100)).ok();
        open.put_secret("kept", b"no").ok();
        Ok(())
    });
    assert_eq!(readings(&*store), before);
    assert_eq!(store.secret("kept").unwrap(), None);
}

/// A panic in the work is a panic of its caller; the store is as before, and serves the next one.
pub fn work_that_panics_keeps_nothing_and_the_store_goes_on(place: &dyn Place) {
    let store = place.open();
    let before = readings(&*store);
    let panicked = catch_unwind(AssertUnwindSafe(|| {
        store.transact(&mut |open| {
            everything(open)?;
            // Not a panic with a message: the test's output stays clean.
            std::panic::resume_unwind(Box::new("the work is broken"))
        })
    }));
    assert!(panicked.is_err());
    assert_eq!(readings(&*store), before);
    done(&*store, everything);
    assert_ne!(readings(&*store), before);
}

/// Ends what goes on while it is true, also when it is dropped by a panic.
struct Ends<'a>(&'a AtomicBool);

impl Drop for Ends<'_> {
    fn drop(&mut self) {
        self.0.store(false, Ordering::Relaxed);
    }
}

/// Who reads while others write sees a transaction whole or not at all.
pub fn readers_see_whole_transactions_only(place: &dyn Place) {
    let store = place.open();
    done(&*store, |open| open.post(&posting(outside(), advance(1), 1_000)));
    let writing = AtomicBool::new(true);
    std::thread::scope(|threads| {
        let _until_the_writer_is_done_or_fails = Ends(&writing);
        for _ in 0..3 {
            threads.spawn(|| {
                while writing.load(Ordering::Relaxed) {
                    assert_eq!(store.balance_sums().unwrap(), [("RUB".to_owned(), Decimal::ZERO)]);
                    let moved = store.postings(&treasury(), 100).unwrap().len();
                    assert_eq!(moved % 2, 0, "two postings make one transaction");
                }
            });
        }
        for _ in 0..40 {
            done(&*store, |open| {
                open.post(&posting(advance(1), treasury(), 2))?;
                open.post(&posting(advance(1), treasury(), 3))
            });
        }
    });
    assert_eq!(store.postings(&treasury(), 100).unwrap().len(), 80);
}

/// What was committed is there when the store is opened again, and is gone on with.
pub fn reopening_gives_the_same(place: &dyn Place) {
    let store = place.open();
    done(&*store, everything);
    let before = readings(&*store);
    drop(store);
    let store = place.open();
    assert_eq!(readings(&*store), before);
    done(&*store, |open| {
        open.append_step(&step(1, Some(id(1)), 2))?;
        open.post(&posting(reserved(1), treasury(), 30))
    });
    assert_eq!(store.steps(id(1)).unwrap().len(), 2);
    assert_eq!(store.balance_sums().unwrap(), [("RUB".to_owned(), Decimal::ZERO)]);
}
