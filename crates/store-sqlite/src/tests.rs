//! The conformance suite, and what only this store has: a file, a lock, a disk that fills.

use std::path::PathBuf;

use clearance::{Case, CaseId, State};
use jiff::Timestamp;
use log::Hash;
use rusqlite::Connection;
use store::conformance::Place;
use store::{CaseFilter, NewDocument, Store, StoreError, Transaction};
use tempfile::TempDir;

use crate::{DATABASE, SqliteStore, cases, powers, raw_insert_rate};

/// A directory for one store.
struct Directory(TempDir);

impl Directory {
    fn fresh() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    /// Not there yet: the store makes it.
    fn path(&self) -> PathBuf {
        self.0.path().join("data/greenlane")
    }

    fn store(&self) -> SqliteStore {
        SqliteStore::open(&self.path()).unwrap()
    }

    /// The database, past the store.
    fn database(&self) -> Connection {
        Connection::open(self.path().join(DATABASE)).unwrap()
    }
}

impl Place for Directory {
    fn open(&self) -> Box<dyn Store> {
        Box::new(self.store())
    }
}

mod money;

mod conformance {
    use super::Directory;
    store::conformance!(Directory::fresh());
}

fn id(nth: u64) -> CaseId {
    let at = Timestamp::from_millisecond(1_795_262_400_000 + nth as i64).unwrap();
    CaseId::new(at, &[nth as u8; 10])
}

/// Stores a case whose document takes `bytes`, as noise that no page saves on.
fn insert(open: &mut dyn Transaction, nth: u64, bytes: usize) -> store::Result<()> {
    let content: Vec<u8> =
        (0..bytes as u64 / 32 + 1).flat_map(|part| Hash::of(&(nth << 32 | part).to_be_bytes()).0).collect();
    let compressed = zstd::bulk::compress(&content, 1).unwrap();
    let at = Timestamp::from_millisecond(1_795_262_400_000 + nth as i64).unwrap();
    let case = Case { state: State::Released, ..Case::new(id(nth), at) };
    open.insert_case(
        &case,
        &NewDocument {
            filer: "broker",
            identity: &nth.to_string(),
            sha256: &Hash::of(&content),
            format: "album-5.23",
            compressed: &compressed,
            size: content.len() as u32,
            seal: None,
        },
    )
}

#[test]
fn a_directory_belongs_to_one_process() {
    let directory = Directory::fresh();
    let store = directory.store();
    let second = SqliteStore::open(&directory.path()).unwrap_err();
    assert_eq!(second, StoreError::Held { place: directory.path().display().to_string() });
    assert!(second.to_string().contains("--to URL"));
    drop(store);
    directory.store();
}

#[cfg(unix)]
#[test]
fn only_its_owner_reads_it() {
    use std::os::unix::fs::PermissionsExt;
    let directory = Directory::fresh();
    let store = directory.store();
    store.transact(&mut |open| insert(open, 1, 10)).unwrap();
    let mode = |path: PathBuf| path.metadata().unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(directory.path()), 0o700);
    let files: Vec<PathBuf> =
        directory.path().read_dir().unwrap().map(|entry| entry.unwrap().path()).collect();
    assert_eq!(files.len(), 4, "database, log, index of the log, lock: {files:?}");
    for file in files {
        assert_eq!(mode(file.clone()), 0o600, "{}", file.display());
    }
}

#[test]
fn a_full_disk_undoes_the_batch_and_no_more() {
    let directory = Directory::fresh();
    let store = directory.store();
    store.transact(&mut |open| insert(open, 1, 10)).unwrap();
    let room = |pages: i64| {
        let writer = store.writer.lock().unwrap();
        writer.connection.pragma_update(None, "max_page_count", pages).unwrap();
    };
    let pages: i64 = directory.database().query_row("PRAGMA page_count", [], |row| row.get(0)).unwrap();
    room(pages + 40);
    let batch = |open: &mut dyn Transaction| (2..66).try_for_each(|nth| insert(open, nth, 20_000));
    assert_eq!(store.transact(&mut |open| batch(open)), Err(StoreError::Full));
    // The same where the work makes nothing of the failure.
    assert_eq!(
        store.transact(&mut |open| {
            let _ = batch(open);
            insert(open, 99, 10).ok();
            Ok(())
        }),
        Err(StoreError::Full)
    );
    let all = CaseFilter { limit: 100, ..CaseFilter::default() };
    assert_eq!(store.list(&all).unwrap().iter().map(|case| case.id).collect::<Vec<_>>(), [id(1)]);
    assert_eq!(store.document(id(1)).unwrap().map(|document| document.filer), Some("broker".to_owned()));

    // What still fits is taken, and all of it when there is room again.
    store.transact(&mut |open| insert(open, 70, 100)).unwrap();
    room(1_000_000);
    store.transact(&mut |open| batch(open)).unwrap();
    assert_eq!(store.list(&all).unwrap().len(), 66);
    let sound: String =
        directory.database().query_row("PRAGMA integrity_check", [], |row| row.get(0)).unwrap();
    assert_eq!(sound, "ok");
}

#[test]
fn a_commit_is_synced_and_the_schema_is_held_to() {
    let directory = Directory::fresh();
    let store = directory.store();
    let writer = store.writer.lock().unwrap();
    let setting =
        |name: &str| writer.connection.pragma_query_value(None, name, |row| row.get::<_, i64>(0)).unwrap();
    assert_eq!(setting("synchronous"), 2, "FULL");
    assert_eq!(setting("foreign_keys"), 1);
    let mode: String = writer.connection.pragma_query_value(None, "journal_mode", |row| row.get(0)).unwrap();
    assert_eq!(mode, "wal");
}

#[test]
fn a_database_of_somebody_else_is_damaged_and_left_alone() {
    let directory = Directory::fresh();
    std::fs::create_dir_all(directory.path()).unwrap();
    directory.database().execute_batch("CREATE TABLE recipes (name)").unwrap();
    assert!(matches!(SqliteStore::open(&directory.path()), Err(StoreError::Damaged(_))));
    std::fs::write(directory.path().join(DATABASE), "this is a letter".repeat(1_000)).unwrap();
    assert!(matches!(SqliteStore::open(&directory.path()), Err(StoreError::Damaged(_))));
}

#[test]
fn damage_is_found_where_it_is_read() {
    let directory = Directory::fresh();
    let store = directory.store();
    store.transact(&mut |open| (1..=3).try_for_each(|nth| insert(open, nth, 100))).unwrap();
    let damaged = |change: &str| {
        directory.database().execute_batch(change).unwrap();
    };
    // Another document, a size it does not have, a name no lane has, an amount that is none.
    damaged(
        "UPDATE documents SET content = (SELECT content FROM documents WHERE ordinal = 2) WHERE ordinal = 1",
    );
    assert!(matches!(store.document(id(1)), Err(StoreError::Damaged(_))));
    damaged("UPDATE documents SET size = size - 1 WHERE ordinal = 2");
    assert!(matches!(store.document(id(2)), Err(StoreError::Damaged(_))));
    assert!(store.document(id(3)).unwrap().is_some());
    damaged("UPDATE cases SET lane = 'violet'");
    assert_eq!(
        store.case(id(3)),
        Err(StoreError::Damaged("column lane: greenlane_risk::lane::Lane was expected".to_owned()))
    );
    damaged("UPDATE cases SET lane = NULL, payable = 'much'");
    assert!(matches!(store.case(id(3)), Err(StoreError::Damaged(_))));
}

/// A list that reads every case to find a few is found out here, not by the first million.
#[test]
fn lists_of_few_among_many_go_along_an_index() {
    let directory = Directory::fresh();
    let store = directory.store();
    let writer = store.writer.lock().unwrap();
    let (office, number) = ("10013160".parse().unwrap(), "7712345678".parse().unwrap());
    let at = Timestamp::from_second(1_795_262_400).unwrap();
    let page = CaseFilter { limit: 50, office: Some(office), after: Some(id(9)), ..CaseFilter::default() };
    let filters = [
        ("PRIMARY KEY", CaseFilter { from: Some(at), to: Some(at), ..page.clone() }),
        ("cases_open", CaseFilter { open: true, ..page.clone() }),
        ("cases_open", CaseFilter { state: Some(State::UnderControl), ..page.clone() }),
        ("cases_of_officer", CaseFilter { officer: Some("inspector".to_owned()), ..page.clone() }),
        ("cases_of_declarant", CaseFilter { declarant: Some(number), ..page.clone() }),
        ("cases_by_filing", CaseFilter { visible_to: Some(("broker".to_owned(), None)), ..page.clone() }),
        (
            "cases_of_declarant",
            CaseFilter { visible_to: Some(("broker".to_owned(), Some(number))), ..page.clone() },
        ),
    ];
    for (index, filter) in filters {
        let plan = cases::plan(&writer.connection, &filter).unwrap();
        assert!(plan.contains(index), "{filter:?}\n{plan}");
        assert!(!plan.contains("SCAN cases"), "{filter:?}\n{plan}");
    }
}

/// Intake asks for a power at every filing of an attorney, and traders page through theirs.
#[test]
fn powers_are_looked_up_along_an_index() {
    let directory = Directory::fresh();
    let store = directory.store();
    let writer = store.writer.lock().unwrap();
    for (index, name) in [
        ("powers_between", "between"),
        ("powers_between", "in force"),
        ("powers_of_principal", "of principal"),
        ("powers_of_attorney", "of attorney"),
        ("powers_of_both", "of both"),
        ("powers_of_declarant", "of party"),
    ] {
        let plan = powers::plan(&writer.connection, name).unwrap();
        assert!(plan.contains(index), "{name}\n{plan}");
        assert!(!plan.contains("SCAN powers"), "{name}\n{plan}");
        assert!(name == "of party" || !plan.contains("TEMP B-TREE FOR ORDER BY"), "{name}\n{plan}");
    }
}

#[test]
fn the_bare_rate_is_measured_with_the_stores_settings() {
    let directory = Directory::fresh();
    let documents: Vec<Vec<u8>> = (0..100).map(|nth| vec![nth; 3_000]).collect();
    let rate = raw_insert_rate(&directory.path(), &documents, 16).unwrap();
    assert!(rate > 1.0 && rate.is_finite(), "{rate}");
    assert!(raw_insert_rate(&directory.path(), &[], 16).is_err());
    assert!(raw_insert_rate(&directory.path(), &documents, 0).is_err());
}
