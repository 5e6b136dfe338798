//! Datasets, the worlds made of them, and the counts of outcomes.

use jiff::Timestamp;
use reference::{ContentHash, Dataset, DatasetEntry};
use rusqlite::{Connection, params};
use store::{Import, NewDataset, NewImport, Outcome, WorldManifest};

use crate::failure::Result;
use crate::models;
use crate::row::{Columns, all, micros, one, run, uncompressed, whole};
use crate::statement::statement;

const WORLDS: &str = include_str!("queries/worlds.sql");

pub fn put_dataset(connection: &Connection, dataset: &NewDataset<'_>) -> Result<()> {
    let NewDataset { set: DatasetEntry { kind, jurisdiction, valid_from, source, hash }, compressed, size } =
        *dataset;
    let key = hash.as_bytes().as_slice();
    if one(connection, const { statement(WORLDS, "has dataset") }, [key], |_| Ok(()))?.is_some() {
        return Ok(());
    }
    let size = whole(size as u64)?;
    let valid_from = valid_from.map(|day| day.to_string());
    let row = params![key, kind.as_str(), jurisdiction, valid_from, source, size, compressed];
    run(connection, const { statement(WORLDS, "put dataset") }, row)?;
    Ok(())
}

pub fn dataset(connection: &Connection, hash: &ContentHash) -> Result<Option<Dataset>> {
    one(connection, const { statement(WORLDS, "dataset") }, [hash.as_bytes().as_slice()], |row| {
        let (kind, jurisdiction) = (row.named()?, row.text()?.to_owned());
        let (valid_from, source) = (row.parsed_or_none()?, row.text()?.to_owned());
        let size = row.integer()?;
        Ok(Dataset { kind, jurisdiction, valid_from, source, content: uncompressed(row.bytes()?, size)? })
    })
}

fn entry(row: &mut Columns<'_>) -> Result<DatasetEntry> {
    Ok(DatasetEntry {
        kind: row.named()?,
        jurisdiction: row.text()?.to_owned(),
        valid_from: row.parsed_or_none()?,
        source: row.text()?.to_owned(),
        hash: content_hash(row)?,
    })
}

pub fn put_world(connection: &Connection, world: &WorldManifest, now: Timestamp) -> Result<()> {
    let key = world.hash.as_bytes().as_slice();
    if run(connection, const { statement(WORLDS, "put world") }, [key])? == 1 {
        put_parts(connection, world)?;
    }
    if current_world(connection)? != Some(world.hash) {
        run(connection, const { statement(WORLDS, "change world") }, params![micros(now), key])?;
    }
    Ok(())
}

fn put_parts(connection: &Connection, world: &WorldManifest) -> Result<()> {
    let key = world.hash.as_bytes().as_slice();
    for (position, dataset) in (0i64..).zip(&world.datasets) {
        let row = params![key, position, dataset.hash.as_bytes().as_slice()];
        run(connection, const { statement(WORLDS, "put world dataset") }, row)?;
    }
    for (position, source) in (0i64..).zip(&world.profiles) {
        let hash = ContentHash::of(source.as_bytes());
        let profile = hash.as_bytes().as_slice();
        run(connection, const { statement(WORLDS, "put profile") }, params![profile, source])?;
        run(connection, const { statement(WORLDS, "put world profile") }, params![key, position, profile])?;
    }
    models::put_of_world(connection, &world.hash, &world.models)
}

pub fn current_world(connection: &Connection) -> Result<Option<ContentHash>> {
    one(connection, const { statement(WORLDS, "current world") }, [], content_hash)
}

pub fn manifest(connection: &Connection, hash: &ContentHash) -> Result<Option<WorldManifest>> {
    let key = hash.as_bytes().as_slice();
    if one(connection, const { statement(WORLDS, "world") }, [key], |_| Ok(()))?.is_none() {
        return Ok(None);
    }
    let datasets = all(connection, const { statement(WORLDS, "world datasets") }, [key], entry)?;
    let profiles = all(connection, const { statement(WORLDS, "world profiles") }, [key], |row| {
        Ok(row.text()?.to_owned())
    })?;
    let models = models::of_world(connection, hash)?;
    Ok(Some(WorldManifest { hash: *hash, datasets, profiles, models }))
}

pub fn world_at(connection: &Connection, at: Timestamp) -> Result<Option<ContentHash>> {
    one(connection, const { statement(WORLDS, "world at") }, [micros(at)], content_hash)
}

pub fn worlds_like(connection: &Connection, first: &[u8; 32], last: &[u8; 32]) -> Result<Vec<ContentHash>> {
    let ends = [first.as_slice(), last.as_slice()];
    all(connection, const { statement(WORLDS, "worlds like") }, ends, content_hash)
}

pub fn put_import(connection: &Connection, import: &NewImport) -> Result<u64> {
    let undoes = import.undoes.map(whole).transpose()?;
    let row = params![
        micros(import.at),
        import.actor,
        import.dataset.as_bytes().as_slice(),
        undoes,
        import.world.as_bytes().as_slice()
    ];
    run(connection, const { statement(WORLDS, "put import") }, row)?;
    u64::try_from(connection.last_insert_rowid()).map_err(|_| crate::failure::damaged("an import's number"))
}

pub fn imports(connection: &Connection) -> Result<Vec<Import>> {
    all(connection, const { statement(WORLDS, "imports") }, [], |row| {
        Ok(Import {
            ordinal: row.integer()?,
            at: row.time()?,
            actor: row.text()?.to_owned(),
            undoes: row.integer_or_none()?,
            world: content_hash(row)?,
            dataset: entry(row)?,
        })
    })
}

fn content_hash(row: &mut Columns<'_>) -> Result<ContentHash> {
    let hash = row.hash()?;
    // The type is read from its text only, so that nobody makes one up from bytes by accident.
    hash.to_string().parse().map_err(|_| crate::failure::damaged("a world's hash"))
}

pub fn add_outcomes(connection: &Connection, outcomes: &[Outcome]) -> Result<()> {
    for outcome in outcomes {
        let Outcome { minute, office, outcome, lane, decided_by, count, milliseconds } = outcome;
        let row = params![
            micros(*minute),
            office,
            outcome,
            lane,
            decided_by,
            whole(*count)?,
            whole(*milliseconds)?
        ];
        run(connection, const { statement(WORLDS, "add outcome") }, row)?;
    }
    Ok(())
}

pub fn outcomes(connection: &Connection, from: Timestamp) -> Result<Vec<Outcome>> {
    all(connection, const { statement(WORLDS, "outcomes") }, [micros(from)], |row| {
        Ok(Outcome {
            minute: row.time()?,
            office: row.text()?.to_owned(),
            outcome: row.text()?.to_owned(),
            lane: row.text()?.to_owned(),
            decided_by: row.text()?.to_owned(),
            count: row.integer()?,
            milliseconds: row.integer()?,
        })
    })
}
