//! Officers, users with their sessions, participants, secrets, and who read what.

use clearance::dossier::AreaError;
use clearance::{Officer, OfficerId};
use jiff::Timestamp;
use log::Hash;
use rusqlite::{Connection, params};
use store::{ReadRecord, SESSIONS_PER_LOGIN_MAX, User};

use crate::failure::{Result, conflict, damaged};
use crate::row::{Columns, all, json, limit, micros, one, run};
use crate::statement::statement;

const PEOPLE: &str = include_str!("queries/people.sql");

pub fn officers(connection: &Connection) -> Result<Vec<Officer>> {
    all(connection, const { statement(PEOPLE, "officers") }, [], |row| {
        Ok(Officer {
            id: OfficerId(row.text()?.to_owned()),
            offices: row.list()?,
            kinds: row.list()?,
            lane_max: row.named()?,
            on_shift: row.flag()?,
            load: row.integer()?,
        })
    })
}

pub fn put_officer(connection: &Connection, officer: &Officer) -> Result<()> {
    let row = params![
        officer.id.0,
        json(&officer.offices)?,
        json(&officer.kinds)?,
        officer.lane_max.as_str(),
        officer.on_shift,
        officer.load
    ];
    run(connection, const { statement(PEOPLE, "put officer") }, row)?;
    Ok(())
}

pub fn set_load(connection: &Connection, officer: &OfficerId, load: u32) -> Result<()> {
    let changed = run(connection, const { statement(PEOPLE, "set load") }, params![officer.0, load])?;
    known(officer, changed)
}

pub fn set_shift(connection: &Connection, officer: &OfficerId, on_shift: bool) -> Result<()> {
    let changed = run(connection, const { statement(PEOPLE, "set shift") }, params![officer.0, on_shift])?;
    known(officer, changed)
}

fn known(officer: &OfficerId, changed: usize) -> Result<()> {
    if changed == 0 { Err(conflict(format!("there is no officer {officer}"))) } else { Ok(()) }
}

pub fn user(connection: &Connection, login: &str) -> Result<Option<User>> {
    one(connection, const { statement(PEOPLE, "user") }, [login], read_user)
}

pub fn users(connection: &Connection) -> Result<Vec<User>> {
    all(connection, const { statement(PEOPLE, "users") }, [], read_user)
}

fn read_user(row: &mut Columns<'_>) -> Result<User> {
    Ok(User {
        login: row.text()?.to_owned(),
        name: row.text()?.to_owned(),
        role: row.parsed()?,
        password_hash: row.text()?.to_owned(),
        participant: row.parsed_or_none()?,
        area: row.list::<String>()?.try_into().map_err(|why: AreaError| damaged(why.to_string()))?,
    })
}

pub fn put_user(connection: &Connection, user: &User) -> Result<()> {
    let participant = user.participant.as_ref().map(|number| number.as_str());
    let area = json(&user.area)?;
    let row = params![user.login, user.name, user.role.as_str(), user.password_hash, participant, area];
    run(connection, const { statement(PEOPLE, "put user") }, row)?;
    run(connection, const { statement(PEOPLE, "end sessions of user") }, [&user.login])?;
    Ok(())
}

pub fn session(connection: &Connection, token: &Hash, now: Timestamp) -> Result<Option<String>> {
    let key = params![token.0.as_slice(), micros(now)];
    one(connection, const { statement(PEOPLE, "session") }, key, |row| Ok(row.text()?.to_owned()))
}

pub fn put_session(connection: &Connection, token: &Hash, login: &str, until: Timestamp) -> Result<()> {
    let row = params![token.0.as_slice(), login, micros(until)];
    run(connection, const { statement(PEOPLE, "put session") }, row)?;
    let surplus = params![login, limit(SESSIONS_PER_LOGIN_MAX)];
    run(connection, const { statement(PEOPLE, "end surplus sessions") }, surplus)?;
    Ok(())
}

pub fn end_session(connection: &Connection, token: &Hash) -> Result<()> {
    run(connection, const { statement(PEOPLE, "end session") }, [token.0.as_slice()])?;
    Ok(())
}

pub fn secret(connection: &Connection, name: &str) -> Result<Option<Vec<u8>>> {
    one(connection, const { statement(PEOPLE, "secret") }, [name], |row| Ok(row.bytes()?.to_vec()))
}

pub fn secret_names(connection: &Connection, prefix: &str) -> Result<Vec<String>> {
    let wanted = params![prefix, limit(SECRET_NAMES_MAX)];
    all(connection, const { statement(PEOPLE, "secret names") }, wanted, |row| Ok(row.text()?.to_owned()))
}

/// Names of secrets read at once: a day has two, so these are a hundred years.
const SECRET_NAMES_MAX: usize = 100_000;

pub fn put_secret(connection: &Connection, name: &str, content: &[u8]) -> Result<()> {
    run(connection, const { statement(PEOPLE, "put secret") }, params![name, content])?;
    Ok(())
}

pub fn add_read(connection: &Connection, read: &ReadRecord) -> Result<()> {
    let row = params![micros(read.at), read.login, read.case.as_bytes().as_slice(), read.what];
    run(connection, const { statement(PEOPLE, "add read") }, row)?;
    Ok(())
}

pub fn reads(connection: &Connection, rows: usize) -> Result<Vec<ReadRecord>> {
    all(connection, const { statement(PEOPLE, "reads") }, [limit(rows)], |row| {
        Ok(ReadRecord {
            at: row.time()?,
            login: row.text()?.to_owned(),
            case: row.case_id()?,
            what: row.text()?.to_owned(),
        })
    })
}
