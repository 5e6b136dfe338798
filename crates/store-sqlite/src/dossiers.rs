//! Dossiers of risk profiles.

use clearance::dossier::Act;
use declaration::Text;
use jiff::civil::Date;
use reference::ContentHash;
use rusqlite::{Connection, params};
use store::{NewProfileAct, ProfileFilter, ProfileHead, ProfileRead, ProfileVersion, StoredProfileAct};

use crate::failure::{Result, conflict, damaged};
use crate::row::{Columns, all, limit, micros, name, one, run, whole};
use crate::statement::statement;

const DOSSIERS: &str = include_str!("queries/dossiers.sql");

fn text(row: &mut Columns<'_>) -> Result<Text> {
    Ok(Text::new(row.text()?.to_owned(), row.text()?.to_owned()))
}

pub fn version(connection: &Connection, number: &str, version: u32) -> Result<Option<ProfileVersion>> {
    one(connection, const { statement(DOSSIERS, "version") }, params![number, version], |row| {
        Ok(ProfileVersion {
            number: row.text()?.to_owned(),
            version: row.integer()?,
            kind: row.named()?,
            lane: row.named()?,
            title: text(row)?,
            author: row.text()?.to_owned(),
            at: row.time()?,
            source: row.text()?.to_owned(),
        })
    })
}

pub fn insert_version(connection: &Connection, version: &ProfileVersion) -> Result<()> {
    let last = one(connection, const { statement(DOSSIERS, "last version") }, [&version.number], |row| {
        row.integer_or_none::<u32>()
    })?;
    if last.flatten().unwrap_or(0).checked_add(1) != Some(version.version) {
        return Err(conflict(format!(
            "version {} of {} is not the next one",
            version.version, version.number
        )));
    }
    let hash = ContentHash::of(version.source.as_bytes());
    let profile = hash.as_bytes().as_slice();
    run(connection, const { statement(DOSSIERS, "put text") }, params![profile, version.source])?;
    let row = params![
        version.number,
        version.version,
        name(&version.kind)?,
        version.lane.as_str(),
        version.title.ru,
        version.title.en,
        version.author,
        micros(version.at),
        profile
    ];
    run(connection, const { statement(DOSSIERS, "insert version") }, row)?;
    Ok(())
}

fn head(row: &mut Columns<'_>) -> Result<ProfileHead> {
    Ok(ProfileHead {
        number: row.text()?.to_owned(),
        version: row.integer()?,
        kind: row.named()?,
        lane: row.named()?,
        title: text(row)?,
        author: row.text()?.to_owned(),
        at: row.time()?,
        state: row.parsed()?,
        since: row.time()?,
        by: row.text()?.to_owned(),
        day: row.parsed_or_none()?,
    })
}

pub fn history(connection: &Connection, number: &str) -> Result<Vec<ProfileHead>> {
    all(connection, const { statement(DOSSIERS, "history") }, [number], head)
}

pub fn heads(connection: &Connection, filter: &ProfileFilter) -> Result<Vec<ProfileHead>> {
    let wanted = params![filter.after.as_deref().unwrap_or_default(), limit(filter.limit)];
    all(connection, const { statement(DOSSIERS, "heads") }, wanted, head)
}

fn act(row: &mut Columns<'_>) -> Result<StoredProfileAct> {
    let (ordinal, number) = (row.integer()?, row.text()?.to_owned());
    let act = Act {
        version: row.integer()?,
        deed: row.parsed()?,
        from: row.parsed_or_none()?,
        to: row.parsed()?,
        by: row.text()?.to_owned(),
        day: row.parsed_or_none()?,
        reason: row.text()?.to_owned(),
    };
    let (at, through, leaf) = (row.time()?, row.text()?.to_owned(), row.integer()?);
    Ok(StoredProfileAct { ordinal, number, act, at, through, leaf })
}

pub fn acts(connection: &Connection, number: &str) -> Result<Vec<StoredProfileAct>> {
    all(connection, const { statement(DOSSIERS, "acts") }, [number], act)
}

pub fn act_of_leaf(connection: &Connection, leaf: u64) -> Result<Option<StoredProfileAct>> {
    one(connection, const { statement(DOSSIERS, "of leaf") }, [whole(leaf)?], act)
}

pub fn append(connection: &Connection, new: &NewProfileAct<'_>) -> Result<u64> {
    let NewProfileAct { number, act, at, through, leaf } = *new;
    let version = params![number, act.version];
    let stands = one(connection, const { statement(DOSSIERS, "stands") }, version, |row| row.parsed())?;
    if stands != act.from {
        return Err(conflict(format!(
            "version {} of {number} does not stand where the act says",
            act.version
        )));
    }
    let row = params![
        number,
        act.version,
        act.deed.as_str(),
        act.from.map(|state| state.as_str()),
        act.to.as_str(),
        act.by,
        micros(at),
        act.day.map(|day| day.to_string()),
        act.reason,
        through,
        whole(leaf)?
    ];
    run(connection, const { statement(DOSSIERS, "append") }, row)?;
    u64::try_from(connection.last_insert_rowid()).map_err(|_| damaged("the number of an act"))
}

pub fn due(connection: &Connection, day: Date) -> Result<Vec<(String, u32)>> {
    all(connection, const { statement(DOSSIERS, "due") }, [day.to_string()], |row| {
        Ok((row.text()?.to_owned(), row.integer()?))
    })
}

pub fn add_read(connection: &Connection, read: &ProfileRead) -> Result<()> {
    let row = params![micros(read.at), read.login, read.number, read.what];
    run(connection, const { statement(DOSSIERS, "add read") }, row)?;
    Ok(())
}

pub fn reads(connection: &Connection, rows: usize) -> Result<Vec<ProfileRead>> {
    all(connection, const { statement(DOSSIERS, "reads") }, [limit(rows)], |row| {
        Ok(ProfileRead {
            at: row.time()?,
            login: row.text()?.to_owned(),
            number: row.text()?.to_owned(),
            what: row.text()?.to_owned(),
        })
    })
}
