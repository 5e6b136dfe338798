//! The embedded store: one SQLite file in a data directory.
//!
//! One writer, many readers. [`store::Store::transact`] takes the one writing connection, and its commit
//! is one sync of the write-ahead log, so a batch of cases costs what one case would. Reads run beside
//! it on connections of their own and see the last commit. The statements live in `queries/*.sql`, the
//! wanted schema in `schema.sql`; `migrations/` lead there and are never changed.
//!
//! Deliberately absent: decisions, clocks, randomness; and threads but for the one that copies the log.

mod cases;
mod connection;
mod copier;
mod dossiers;
mod failure;
mod guarantees;
mod journal;
mod ledger;
mod looks;
mod models;
mod papers;
mod participants;
mod people;
mod powers;
mod rate;
mod reader;
mod row;
mod schema;
mod standing;
mod statement;
mod transaction;
mod worlds;

use std::fs::{DirBuilder, File, OpenOptions, TryLockError};
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use rusqlite::{Connection, TransactionBehavior};
use store::{Result, StoreError, Transaction};

pub use rate::raw_insert_rate;

use crate::connection::Readers;
use crate::copier::Copier;
use crate::transaction::SqliteTransaction;

/// The database in the data directory.
const DATABASE: &str = "greenlane.sqlite";
/// The file whose lock says that a process has the directory.
const LOCK: &str = "lock";

/// A store in one SQLite file.
///
/// ```no_run
/// # use greenlane_store_sqlite as store_sqlite;
/// # fn main() -> store::Result<()> {
/// use store::Store as _;
/// let store = store_sqlite::SqliteStore::open(std::path::Path::new("data"))?;
/// println!("{} users", store.users()?.len());
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct SqliteStore {
    /// The data directory, for messages.
    place: String,
    writer: Mutex<Writer>,
    readers: Readers,
    /// Held as long as the store is open; the last to be dropped.
    _lock: File,
}

/// The one connection that writes, and who copies what it wrote.
#[derive(Debug)]
struct Writer {
    connection: Connection,
    copier: Copier,
}

impl SqliteStore {
    /// Opens the store in `dir`, which it creates if it is not there, readable for its owner only.
    ///
    /// # Errors
    /// [`StoreError::Held`] if another process has it, [`StoreError::Damaged`] if the database there is
    /// not one of this program or of a later version of it.
    pub fn open(dir: &Path) -> Result<Self> {
        let place = dir.display().to_string();
        let lock = lock(dir, &place)?;
        let file = dir.join(DATABASE);
        create_private(&file).map_err(|why| unusable(&place, &why))?;
        let opened = || -> failure::Result<Writer> {
            let mut connection = connection::writer(&file)?;
            schema::prepare(&mut connection)?;
            let copier = Copier::start(&file)?;
            Ok(Writer { connection, copier })
        };
        let writer = opened().map_err(|failure| failure.at(&place))?;
        Ok(Self { place, writer: Mutex::new(writer), readers: Readers::of(file), _lock: lock })
    }

    /// Runs `work` on a reading connection.
    fn read<T>(&self, work: impl FnOnce(&Connection) -> failure::Result<T>) -> Result<T> {
        self.readers.lend(work).map_err(|failure| failure.at(&self.place))
    }

    fn write(&self, work: &mut dyn FnMut(&mut dyn Transaction) -> Result<()>) -> failure::Result<()> {
        // A panic in `work` rolled its transaction back while it unwound; the connection is as before.
        let mut writer = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
        let open = writer.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let mut transaction = SqliteTransaction::of(&open, &self.place);
        work(&mut transaction)?;
        transaction.finish()?;
        open.commit()?;
        writer.copier.committed();
        Ok(())
    }
}

/// Takes the directory for this process, and creates it first where it is not there.
fn lock(dir: &Path, place: &str) -> Result<File> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(dir).map_err(|why| unusable(place, &why))?;
    let lock = create_private(&dir.join(LOCK)).map_err(|why| unusable(place, &why))?;
    match lock.try_lock() {
        Ok(()) => Ok(lock),
        Err(TryLockError::WouldBlock) => Err(StoreError::Held { place: place.to_owned() }),
        Err(TryLockError::Error(why)) => Err(unusable(place, &why)),
    }
}

/// Creates a file only its owner reads, or opens the one that is there.
fn create_private(file: &Path) -> std::io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(file)
}

fn unusable(place: &str, why: &std::io::Error) -> StoreError {
    match why.kind() {
        std::io::ErrorKind::StorageFull => StoreError::Full,
        _ => StoreError::Failed(format!("{place}: {why}")),
    }
}

#[cfg(test)]
mod tests;
