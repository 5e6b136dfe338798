//! Connections: how they are tuned, and who gets one to read.

use std::path::{Path, PathBuf};
use std::sync::{Condvar, Mutex, PoisonError};
use std::time::Duration;

use rusqlite::{Connection, OpenFlags};

use crate::failure::Result;

// Measured with `examples/insert_rate.rs`, 60 000 cases, 64 per commit.
/// Size of a database page; settled when the file is created. 4 KiB gives the same rate, but a
/// declaration then takes a page of its own.
const PAGE_BYTES: i64 = 8_192;
/// Pages of the write-ahead log after which the commit that passed them copies them into the database:
/// the backstop behind `copier.rs`. A commit that copies 8 192 pages takes 35 ms.
const CHECKPOINT_PAGES: i64 = 32_768;
/// What the write-ahead log may keep on disk once it was copied.
const WAL_BYTES_KEPT_MAX: i64 = 256 << 20;
/// Cache of the writing connection. More is slower: every commit walks the whole table of the cache,
/// and what falls out of it is in the system's page cache still. 256 MiB takes a tenth of the rate.
const WRITER_CACHE_KIB: i64 = 32 << 10;
/// Cache of each reading connection.
const READER_CACHE_KIB: i64 = 16 << 10;
/// How much of the database readers map into memory.
const READER_MAP_BYTES: i64 = 1 << 30;
/// How long to wait for another program that reads or copies the database, such as a backup.
const BUSY_WAIT: Duration = Duration::from_secs(5);
/// Prepared statements kept per connection; there are fewer in all but for the variants of lists.
const STATEMENTS_MAX: usize = 128;
/// Reading connections at most; who comes when all are lent waits.
const READERS_MAX: usize = 8;

/// Opens the connection that writes.
pub fn writer(file: &Path) -> Result<Connection> {
    let connection = open(file, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    // The page size counts only while the file is empty, and only before the mode is WAL.
    connection.pragma_update(None, "page_size", PAGE_BYTES)?;
    connection.pragma_update(None, "journal_mode", "WAL")?;
    // FULL: a commit returns when its frames are on the disk, not just on their way.
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.pragma_update(None, "foreign_keys", true)?;
    connection.pragma_update(None, "temp_store", "MEMORY")?;
    connection.pragma_update(None, "cache_size", -WRITER_CACHE_KIB)?;
    connection.pragma_update(None, "wal_autocheckpoint", CHECKPOINT_PAGES)?;
    connection.pragma_update(None, "journal_size_limit", WAL_BYTES_KEPT_MAX)?;
    Ok(connection)
}

fn reader(file: &Path) -> Result<Connection> {
    let connection = open(file, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    connection.pragma_update(None, "query_only", true)?;
    connection.pragma_update(None, "temp_store", "MEMORY")?;
    connection.pragma_update(None, "cache_size", -READER_CACHE_KIB)?;
    connection.pragma_update(None, "mmap_size", READER_MAP_BYTES)?;
    Ok(connection)
}

fn open(file: &Path, access: OpenFlags) -> Result<Connection> {
    // Each connection is used by one thread at a time, so SQLite needs no locks of its own for it.
    let connection = Connection::open_with_flags(file, access | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    connection.busy_timeout(BUSY_WAIT)?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS_MAX);
    Ok(connection)
}

/// Reading connections, opened when they are first needed and lent one user at a time.
#[derive(Debug)]
pub struct Readers {
    file: PathBuf,
    shelf: Mutex<Shelf>,
    returned: Condvar,
}

#[derive(Debug, Default)]
struct Shelf {
    free: Vec<Connection>,
    lent: usize,
}

impl Readers {
    /// Readers of a database that exists.
    pub fn of(file: PathBuf) -> Self {
        Self { file, shelf: Mutex::default(), returned: Condvar::new() }
    }

    /// Runs `work` on a connection nobody else has meanwhile.
    pub fn lend<T>(&self, work: impl FnOnce(&Connection) -> Result<T>) -> Result<T> {
        let loan = self.take()?;
        match &loan.connection {
            Some(connection) => work(connection),
            None => Err(crate::failure::damaged("a reader was lent without its connection")),
        }
    }

    fn take(&self) -> Result<Loan<'_>> {
        let mut shelf = self.shelf.lock().unwrap_or_else(PoisonError::into_inner);
        while shelf.free.is_empty() && shelf.lent >= READERS_MAX {
            shelf = self.returned.wait(shelf).unwrap_or_else(PoisonError::into_inner);
        }
        shelf.lent += 1;
        let free = shelf.free.pop();
        drop(shelf);
        let mut loan = Loan { readers: self, connection: free };
        if loan.connection.is_none() {
            // Should this fail, dropping the loan gives its place back.
            loan.connection = Some(reader(&self.file)?);
        }
        Ok(loan)
    }
}

/// A connection that goes back when its user is done, or has panicked.
struct Loan<'r> {
    readers: &'r Readers,
    connection: Option<Connection>,
}

impl Drop for Loan<'_> {
    fn drop(&mut self) {
        let mut shelf = self.readers.shelf.lock().unwrap_or_else(PoisonError::into_inner);
        shelf.lent = shelf.lent.saturating_sub(1);
        shelf.free.extend(self.connection.take());
        self.readers.returned.notify_one();
    }
}
