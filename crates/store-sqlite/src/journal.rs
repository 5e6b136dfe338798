//! The steps of cases and what the log is made of.

use clearance::CaseId;
use log::{FullTile, Hash};
use rusqlite::{Connection, params};
use store::{StoredCheckpoint, StoredStep};

use crate::failure::{Result, conflict};
use crate::row::{Columns, all, limit, micros, one, run, whole};
use crate::statement::statement;

const JOURNAL: &str = include_str!("queries/journal.sql");

/// The leaf that comes next, remembered while a transaction is open.
#[derive(Debug, Default)]
pub struct NextLeaf(Option<u64>);

impl NextLeaf {
    fn get(&mut self, connection: &Connection) -> Result<u64> {
        if let Some(leaf) = self.0 {
            return Ok(leaf);
        }
        let sql = const { statement(JOURNAL, "next leaf") };
        let leaf = one(connection, sql, [], |row| row.integer())?.unwrap_or_default();
        self.0 = Some(leaf);
        Ok(leaf)
    }
}

pub fn append(connection: &Connection, next: &mut NextLeaf, step: &StoredStep) -> Result<()> {
    let leaf = next.get(connection)?;
    if step.leaf != leaf {
        return Err(conflict(format!("leaf {} was to be stored where {leaf} comes next", step.leaf)));
    }
    let case = step.case.as_ref().map(|case| case.as_bytes().as_slice());
    // A first step needs no look: the unique index refuses a second one.
    if let Some(id) = case.filter(|_| step.seq > 1) {
        let last = one(connection, const { statement(JOURNAL, "last seq") }, [id], |row| row.integer())?;
        if last.unwrap_or(0u32).checked_add(1) != Some(step.seq) {
            return Err(conflict(format!("step {} does not follow the case's last one", step.seq)));
        }
    }
    let row = params![
        whole(leaf)?,
        case,
        step.seq,
        micros(step.at),
        step.salt.as_slice(),
        step.leaf_hash.0.as_slice(),
        step.body,
        step.withheld
    ];
    run(connection, const { statement(JOURNAL, "append") }, row)?;
    next.0 = leaf.checked_add(1);
    Ok(())
}

fn read(row: &mut Columns<'_>) -> Result<StoredStep> {
    Ok(StoredStep {
        leaf: row.integer()?,
        case: row.case_id_or_none()?,
        seq: row.integer()?,
        at: row.time()?,
        salt: row.array()?,
        leaf_hash: row.hash()?,
        body: row.bytes()?.to_vec(),
        withheld: row.bytes_or_none()?.map(<[u8]>::to_vec),
    })
}

pub fn of_case(connection: &Connection, id: CaseId) -> Result<Vec<StoredStep>> {
    all(connection, const { statement(JOURNAL, "steps of case") }, [id.as_bytes().as_slice()], read)
}

pub fn steps_from(connection: &Connection, from: u64, rows: usize) -> Result<Vec<StoredStep>> {
    // No leaf is past what SQLite counts to.
    let Ok(from) = i64::try_from(from) else { return Ok(Vec::new()) };
    all(connection, const { statement(JOURNAL, "steps from") }, [from, limit(rows)], read)
}

pub fn leaf_hashes(connection: &Connection, from: u64, count: usize) -> Result<Vec<Hash>> {
    let Ok(from) = i64::try_from(from) else { return Ok(Vec::new()) };
    all(connection, const { statement(JOURNAL, "leaf hashes") }, [from, limit(count)], |row| row.hash())
}

pub fn put_tiles(connection: &Connection, tiles: &[FullTile]) -> Result<()> {
    for tile in tiles {
        let row = params![tile.level, whole(tile.index)?, tile.hashes];
        run(connection, const { statement(JOURNAL, "put tile") }, row)?;
    }
    Ok(())
}

pub fn tile(connection: &Connection, level: u8, index: u64) -> Result<Option<Vec<u8>>> {
    let Ok(index) = i64::try_from(index) else { return Ok(None) };
    one(connection, const { statement(JOURNAL, "tile") }, params![level, index], |row| {
        Ok(row.bytes()?.to_vec())
    })
}

pub fn put_checkpoint(
    connection: &Connection,
    next: &mut NextLeaf,
    checkpoint: &StoredCheckpoint,
) -> Result<()> {
    if checkpoint.size > next.get(connection)? {
        return Err(conflict(format!(
            "a checkpoint over {} leaves, not all of them stored",
            checkpoint.size
        )));
    }
    let row = params![whole(checkpoint.size)?, checkpoint.note];
    match run(connection, const { statement(JOURNAL, "put checkpoint") }, row)? {
        0 => Err(conflict(format!("a checkpoint over {} leaves after one over more", checkpoint.size))),
        _ => Ok(()),
    }
}

pub fn checkpoint(connection: &Connection) -> Result<Option<StoredCheckpoint>> {
    one(connection, const { statement(JOURNAL, "checkpoint") }, [], |row| {
        Ok(StoredCheckpoint { size: row.integer()?, note: row.text()?.to_owned() })
    })
}
