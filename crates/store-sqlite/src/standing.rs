//! Participants: facts, their fold, the category, the history.

use clearance::fact::Fact;
use clearance::{CaseId, Ground};
use declaration::TaxNumber;
use rusqlite::{Connection, params};
use store::{NewFact, NewStandingAct, Participant, StoredFact, StoredStandingAct, StoredTrader};

use crate::failure::{Result, damaged};
use crate::row::{Columns, all, json, limit, micros, one, run, sought, whole};
use crate::statement::statement;

const STANDING: &str = include_str!("queries/standing.sql");

pub fn participant(connection: &Connection, number: &TaxNumber) -> Result<Option<Participant>> {
    one(connection, const { statement(STANDING, "participant") }, [number.as_str()], read_participant)
}

pub fn participants_after(
    connection: &Connection,
    after: Option<&TaxNumber>,
    rows: usize,
) -> Result<Vec<Participant>> {
    let wanted = params![after.map_or("", |number| number.as_str()), limit(rows)];
    all(connection, const { statement(STANDING, "participants after") }, wanted, read_participant)
}

fn read_participant(row: &mut Columns<'_>) -> Result<Participant> {
    Ok(Participant {
        number: row.parsed()?,
        name: row.text()?.to_owned(),
        pack: row.text()?.to_owned(),
        category: row.named()?,
        proposed: row.named_or_none()?,
        held_until: row.parsed_or_none()?,
    })
}

pub fn put_participant(connection: &Connection, participant: &Participant) -> Result<()> {
    let Participant { number, name, pack, category, proposed, held_until } = participant;
    let proposed = proposed.map(|category| category.as_str());
    let held_until = held_until.map(|day| day.to_string());
    let row = params![number.as_str(), name, pack, category.as_str(), proposed, held_until];
    run(connection, const { statement(STANDING, "put participant") }, row)?;
    Ok(())
}

fn read_trader(row: &mut Columns<'_>) -> Result<StoredTrader> {
    Ok(StoredTrader { record: row.json_or_none()?.unwrap_or_default(), last_fact: row.integer_or_none()? })
}

pub fn trader(connection: &Connection, number: &TaxNumber) -> Result<Option<StoredTrader>> {
    one(connection, const { statement(STANDING, "trader") }, [number.as_str()], read_trader)
}

pub fn traders_after(
    connection: &Connection,
    after: Option<&TaxNumber>,
    rows: usize,
) -> Result<Vec<(TaxNumber, StoredTrader)>> {
    let wanted = params![after.map_or("", |number| number.as_str()), limit(rows)];
    all(connection, const { statement(STANDING, "traders after") }, wanted, |row| {
        Ok((row.parsed()?, read_trader(row)?))
    })
}

pub fn put_trader(connection: &Connection, number: &TaxNumber, trader: &StoredTrader) -> Result<()> {
    let last = trader.last_fact.map(whole).transpose()?;
    let row = params![number.as_str(), json(&trader.record)?, last];
    run(connection, const { statement(STANDING, "put trader") }, row)?;
    Ok(())
}

pub fn add_fact(connection: &Connection, new: &NewFact<'_>) -> Result<u64> {
    let NewFact { participant, at, previous, fact } = *new;
    let row = params![
        participant.as_str(),
        micros(at),
        fact.day.to_string(),
        fact.kind.as_str(),
        fact.amount.map(|amount| amount.to_string()),
        fact.case.as_ref().map(|case| case.as_bytes().as_slice()),
        fact.ground.as_ref().map(Ground::as_str),
        fact.document,
        fact.stated_by,
        fact.reason,
        fact.annuls.map(whole).transpose()?,
        previous.map(whole).transpose()?
    ];
    run(connection, const { statement(STANDING, "add fact") }, row)?;
    u64::try_from(connection.last_insert_rowid()).map_err(|_| damaged("the number of a fact"))
}

fn read_fact(row: &mut Columns<'_>) -> Result<StoredFact> {
    let (number, participant, at) = (row.integer()?, row.parsed()?, row.time()?);
    let fact = Fact {
        day: row.parsed()?,
        kind: row.parsed()?,
        amount: row.parsed_or_none()?,
        case: row.case_id_or_none()?,
        ground: row.text_or_none()?.map(|ground| Ground::from(ground.to_owned())),
        document: row.text()?.to_owned(),
        stated_by: row.text()?.to_owned(),
        reason: row.text()?.to_owned(),
        annuls: row.integer_or_none()?,
    };
    Ok(StoredFact { number, participant, at, fact, previous: row.integer_or_none()? })
}

pub fn fact(connection: &Connection, number: u64) -> Result<Option<StoredFact>> {
    one(connection, const { statement(STANDING, "fact") }, [sought(number)], read_fact)
}

pub fn facts_back(connection: &Connection, from: Option<u64>, rows: usize) -> Result<Vec<StoredFact>> {
    let (mut found, mut next) = (Vec::new(), from);
    while let Some(number) = next.filter(|_| found.len() < rows) {
        let broken = || damaged(format!("fact {number} is missing"));
        let stored = fact(connection, number)?.ok_or_else(broken)?;
        // A chain leads back, or nowhere.
        next = stored.previous.filter(|previous| *previous < number);
        found.push(stored);
    }
    Ok(found)
}

pub fn facts_between(
    connection: &Connection,
    from: u64,
    before: u64,
    rows: usize,
) -> Result<Vec<StoredFact>> {
    let wanted = params![whole(from)?, whole(before)?, limit(rows)];
    all(connection, const { statement(STANDING, "facts between") }, wanted, read_fact)
}

pub fn last_fact(connection: &Connection) -> Result<u64> {
    let last = one(connection, const { statement(STANDING, "last fact") }, [], |row| row.integer_or_none())?;
    Ok(last.flatten().unwrap_or(0))
}

pub fn annulled_facts(connection: &Connection) -> Result<Vec<u64>> {
    all(connection, const { statement(STANDING, "annulled facts") }, [], |row| row.integer())
}

pub fn annulment_of(connection: &Connection, fact: u64) -> Result<Option<u64>> {
    one(connection, const { statement(STANDING, "annulment of") }, [sought(fact)], |row| row.integer())
}

pub fn found_facts(connection: &Connection, case: CaseId) -> Result<Vec<(u64, Ground)>> {
    let of = [case.as_bytes().as_slice()];
    all(connection, const { statement(STANDING, "found facts") }, of, |row| {
        Ok((row.integer()?, Ground::from(row.text()?.to_owned())))
    })
}

fn read_act(row: &mut Columns<'_>) -> Result<StoredStandingAct> {
    let (number, participant, at) = (row.integer()?, row.parsed()?, row.time()?);
    let act = row.json_or_none()?.ok_or_else(|| damaged(format!("act {number} on a participant")))?;
    Ok(StoredStandingAct { number, participant, at, act, leaf: row.integer()? })
}

pub fn append_act(connection: &Connection, new: &NewStandingAct<'_>) -> Result<u64> {
    let NewStandingAct { participant, at, act, leaf } = *new;
    let answers = act.answers().map(whole).transpose()?;
    let row = params![participant.as_str(), micros(at), act.name(), answers, json(act)?, whole(leaf)?];
    run(connection, const { statement(STANDING, "append act") }, row)?;
    u64::try_from(connection.last_insert_rowid()).map_err(|_| damaged("the number of an act"))
}

pub fn acts(
    connection: &Connection,
    participant: &TaxNumber,
    before: Option<u64>,
    rows: usize,
) -> Result<Vec<StoredStandingAct>> {
    let before = before.map_or(Ok(i64::MAX), whole)?;
    let wanted = params![participant.as_str(), before, limit(rows)];
    all(connection, const { statement(STANDING, "acts") }, wanted, read_act)
}

pub fn act_of_leaf(connection: &Connection, leaf: u64) -> Result<Option<StoredStandingAct>> {
    one(connection, const { statement(STANDING, "act of leaf") }, [whole(leaf)?], read_act)
}

pub fn open_appeals(connection: &Connection, rows: usize) -> Result<Vec<StoredStandingAct>> {
    all(connection, const { statement(STANDING, "open appeals") }, [limit(rows)], read_act)
}
