//! How fast this disk takes bytes through SQLite at all: the limit that intake is measured against.

use std::path::Path;
use std::time::Instant;

use rusqlite::{Connection, TransactionBehavior};
use store::{Result, StoreError};

use crate::failure::{self, Failure};
use crate::{connection, create_private, lock, unusable};

/// Rows per second that SQLite takes when they are nothing but these bytes: one table, no index, the
/// settings and syncs of the store, `batch` rows per commit. `dir` is a directory of its own.
///
/// # Errors
/// As the store itself; also if there is nothing to insert.
pub fn raw_insert_rate(dir: &Path, documents: &[Vec<u8>], batch: usize) -> Result<f64> {
    if documents.is_empty() || batch == 0 {
        return Err(StoreError::Failed("nothing to insert".to_owned()));
    }
    let place = dir.display().to_string();
    let _lock = lock(dir, &place)?;
    let file = dir.join("raw.sqlite");
    create_private(&file).map_err(|why| unusable(&place, &why))?;
    insert_all(&file, documents, batch).map_err(|failure: Failure| failure.at(&place))
}

fn insert_all(file: &Path, documents: &[Vec<u8>], batch: usize) -> failure::Result<f64> {
    let mut connection: Connection = connection::writer(file)?;
    connection
        .execute_batch("CREATE TABLE raw (ordinal INTEGER PRIMARY KEY, content BLOB NOT NULL) STRICT")?;
    let begun = Instant::now();
    for rows in documents.chunks(batch) {
        let change = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        for content in rows {
            change.prepare_cached("INSERT INTO raw (content) VALUES (?1)")?.execute([content])?;
        }
        change.commit()?;
    }
    Ok(documents.len() as f64 / begun.elapsed().as_secs_f64())
}
