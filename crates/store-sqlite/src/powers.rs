//! Powers of attorney.

use clearance::power::PowerNumber;
use declaration::TaxNumber;
use jiff::Timestamp;
use jiff::civil::Date;
use rusqlite::{Connection, params};
use store::{NewRevocation, PowerFilter, StoredPower, StoredRevocation};

use crate::failure::{Result, conflict};
use crate::row::{Columns, all, limit, micros, one, run};
use crate::statement::statement;

const POWERS: &str = include_str!("queries/powers.sql");

fn read(row: &mut Columns<'_>) -> Result<StoredPower> {
    Ok(StoredPower {
        number: row.parsed()?,
        principal: row.parsed()?,
        attorney: row.parsed()?,
        declarant: row.parsed()?,
        delegates: row.parsed_or_none()?,
        valid_from: row.parsed()?,
        valid_to: row.parsed()?,
        revoked_at: row.time_or_none()?,
        sha256: row.hash()?,
        document: row.bytes()?.to_vec(),
        filed_at: row.time()?,
        filer: row.text()?.to_owned(),
    })
}

pub fn power(connection: &Connection, number: &PowerNumber) -> Result<Option<StoredPower>> {
    one(connection, const { statement(POWERS, "power") }, [number.as_str()], read)
}

pub fn seal(connection: &Connection, number: &PowerNumber) -> Result<Option<Vec<u8>>> {
    let seal = |row: &mut Columns<'_>| Ok(row.bytes()?.to_vec());
    one(connection, const { statement(POWERS, "seal") }, [number.as_str()], seal)
}

pub fn between(
    connection: &Connection,
    declarant: &TaxNumber,
    attorney: &TaxNumber,
    rows: usize,
) -> Result<Vec<StoredPower>> {
    let wanted = params![declarant.as_str(), attorney.as_str(), limit(rows)];
    all(connection, const { statement(POWERS, "between") }, wanted, read)
}

pub fn in_force(
    connection: &Connection,
    declarant: &TaxNumber,
    attorney: &TaxNumber,
    day: Date,
) -> Result<usize> {
    let wanted = params![declarant.as_str(), attorney.as_str(), day.to_string()];
    let count = one(connection, const { statement(POWERS, "in force") }, wanted, |row| row.integer())?;
    Ok(count.unwrap_or_default())
}

pub fn insert(connection: &Connection, power: &StoredPower, seal: &[u8]) -> Result<()> {
    if self::power(connection, &power.number)?.is_some() {
        return Err(conflict(format!("power {} is there", power.number)));
    }
    let row = params![
        power.number.as_str(),
        power.principal.as_str(),
        power.attorney.as_str(),
        power.declarant.as_str(),
        power.delegates.as_ref().map(PowerNumber::as_str),
        power.valid_from.to_string(),
        power.valid_to.to_string(),
        power.sha256.0.as_slice(),
        power.document,
        seal,
        micros(power.filed_at),
        power.filer
    ];
    run(connection, const { statement(POWERS, "insert") }, row)?;
    Ok(())
}

pub fn revoke(connection: &Connection, revocation: &NewRevocation<'_>) -> Result<()> {
    let NewRevocation { power, at, sha256, document, seal, filer } = revocation;
    let at: Timestamp = *at;
    if run(connection, const { statement(POWERS, "revoke") }, params![power.as_str(), micros(at)])? == 0 {
        return Err(conflict(format!("power {power} is not there, or was revoked")));
    }
    let row = params![power.as_str(), sha256.0.as_slice(), document, seal, micros(at), filer];
    run(connection, const { statement(POWERS, "insert revocation") }, row)?;
    Ok(())
}

pub fn revocation(connection: &Connection, number: &PowerNumber) -> Result<Option<StoredRevocation>> {
    one(connection, const { statement(POWERS, "revocation") }, [number.as_str()], |row| {
        Ok(StoredRevocation {
            power: row.parsed()?,
            sha256: row.hash()?,
            document: row.bytes()?.to_vec(),
            seal: row.bytes()?.to_vec(),
            at: row.time()?,
            filer: row.text()?.to_owned(),
        })
    })
}

pub fn list(connection: &Connection, filter: &PowerFilter) -> Result<Vec<StoredPower>> {
    let before: i64 = match &filter.after {
        None => i64::MAX,
        Some(after) => {
            let place = one(connection, const { statement(POWERS, "ordinal") }, [after.as_str()], |row| {
                row.integer::<i64>()
            })?;
            // After one that is not there comes nothing.
            place.unwrap_or(i64::MIN)
        }
    };
    let rows = limit(filter.limit);
    let text = |number: &Option<TaxNumber>| number.as_ref().map(|number| number.as_str().to_owned());
    match (text(&filter.party), text(&filter.principal), text(&filter.attorney)) {
        (Some(party), _, _) => {
            all(connection, const { statement(POWERS, "of party") }, params![party, before, rows], read)
        }
        (None, Some(principal), Some(attorney)) => {
            let wanted = params![principal, attorney, before, rows];
            all(connection, const { statement(POWERS, "of both") }, wanted, read)
        }
        (None, Some(principal), None) => all(
            connection,
            const { statement(POWERS, "of principal") },
            params![principal, before, rows],
            read,
        ),
        (None, None, Some(attorney)) => {
            all(connection, const { statement(POWERS, "of attorney") }, params![attorney, before, rows], read)
        }
        (None, None, None) => {
            all(connection, const { statement(POWERS, "of all") }, params![before, rows], read)
        }
    }
}

/// How SQLite goes about a statement of this file; for the test that it goes along an index.
#[cfg(test)]
pub fn plan(connection: &Connection, name: &str) -> Result<String> {
    let part = POWERS.split("-- :").find(|part| part.starts_with(&format!("{name}\n"))).unwrap_or_default();
    let sql = part.split_once('\n').map_or("", |(_, sql)| sql);
    let mut statement = connection.prepare(&format!("EXPLAIN QUERY PLAN {sql}"))?;
    let count = statement.parameter_count();
    let values: Vec<i64> = (0..count).map(|_| 1).collect();
    let rows = statement.query_map(rusqlite::params_from_iter(values), |row| row.get::<_, String>(3))?;
    Ok(rows.collect::<rusqlite::Result<Vec<_>>>()?.join("\n"))
}
