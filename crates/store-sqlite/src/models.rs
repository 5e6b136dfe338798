//! Models that score declarations, and what was done with them.

use clearance::scoring::Mode;
use clearance::scoring::life::Act;
use reference::ContentHash;
use rusqlite::{Connection, params};
use store::{ModelDrift, ModelFile, NewModelAct, StoredModelAct};

use crate::failure::{Result, conflict, damaged};
use crate::row::{Columns, all, micros, one, run, whole};
use crate::statement::statement;

const MODELS: &str = include_str!("queries/models.sql");

pub fn file(connection: &Connection, version: &str) -> Result<Option<ModelFile>> {
    one(connection, const { statement(MODELS, "model") }, [version], |row| {
        let version = row.text()?.to_owned();
        let sha256 = row.hash()?.to_string().parse().map_err(|_| damaged("the hash of a model"))?;
        Ok(ModelFile { version, sha256, content: row.bytes()?.to_vec() })
    })
}

pub fn insert(connection: &Connection, file: &ModelFile) -> Result<()> {
    let row = params![file.version, file.sha256.as_bytes().as_slice(), file.content];
    run(connection, const { statement(MODELS, "put model") }, row)?;
    Ok(())
}

fn act(row: &mut Columns<'_>) -> Result<StoredModelAct> {
    let ordinal = row.integer()?;
    let act = Act {
        model: row.text()?.to_owned(),
        deed: row.parsed()?,
        from: row.parsed_or_none()?,
        to: row.parsed()?,
        by: row.text()?.to_owned(),
        reason: row.text()?.to_owned(),
    };
    let (at, through, leaf) = (row.time()?, row.text()?.to_owned(), row.integer()?);
    Ok(StoredModelAct { ordinal, act, at, through, leaf })
}

pub fn acts(connection: &Connection) -> Result<Vec<StoredModelAct>> {
    all(connection, const { statement(MODELS, "acts") }, [], act)
}

pub fn act_of_leaf(connection: &Connection, leaf: u64) -> Result<Option<StoredModelAct>> {
    one(connection, const { statement(MODELS, "of leaf") }, [whole(leaf)?], act)
}

pub fn append(connection: &Connection, new: &NewModelAct<'_>) -> Result<u64> {
    let NewModelAct { act, at, through, leaf } = *new;
    let stands = one(connection, const { statement(MODELS, "stands") }, [&act.model], |row| row.parsed())?;
    if stands != act.from {
        return Err(conflict(format!("model {} does not stand where the act says", act.model)));
    }
    let row = params![
        act.model,
        act.deed.as_str(),
        act.from.map(|state| state.as_str()),
        act.to.as_str(),
        act.by,
        micros(at),
        act.reason,
        through,
        whole(leaf)?
    ];
    run(connection, const { statement(MODELS, "append") }, row)?;
    u64::try_from(connection.last_insert_rowid()).map_err(|_| damaged("the number of an act"))
}

pub fn put_of_world(connection: &Connection, world: &ContentHash, models: &[(Mode, String)]) -> Result<()> {
    for (mode, model) in models {
        let row = params![world.as_bytes().as_slice(), mode.as_str(), model];
        run(connection, const { statement(MODELS, "put world model") }, row)?;
    }
    Ok(())
}

pub fn of_world(connection: &Connection, world: &ContentHash) -> Result<Vec<(Mode, String)>> {
    let key = world.as_bytes().as_slice();
    all(connection, const { statement(MODELS, "world models") }, [key], |row| {
        Ok((row.parsed()?, row.text()?.to_owned()))
    })
}

pub fn put_drift(connection: &Connection, drift: &ModelDrift) -> Result<()> {
    let row = params![drift.model, micros(drift.at), drift.drift];
    run(connection, const { statement(MODELS, "put drift") }, row)?;
    Ok(())
}

pub fn drifts(connection: &Connection) -> Result<Vec<ModelDrift>> {
    all(connection, const { statement(MODELS, "drifts") }, [], |row| {
        Ok(ModelDrift { model: row.text()?.to_owned(), at: row.time()?, drift: row.text()?.to_owned() })
    })
}
