//! The register of guarantees: banks, guarantees, and what they cover now. Amounts are booked in the ledger.

use clearance::CaseId;
use declaration::TaxNumber;
use jiff::Timestamp;
use jiff::civil::Date;
use rusqlite::{Connection, params};
use store::{Bank, Cover, Guarantee};

use crate::failure::{Result, conflict};
use crate::row::{Columns, all, limit, micros, one, run};
use crate::statement::statement;

const GUARANTEES: &str = include_str!("queries/guarantees.sql");

fn read_bank(row: &mut Columns<'_>) -> Result<Bank> {
    Ok(Bank {
        code: row.text()?.to_owned(),
        name: row.text()?.to_owned(),
        currency: row.text()?.to_owned(),
        single_max: row.decimal()?,
        total_max: row.decimal()?,
    })
}

pub fn bank(connection: &Connection, code: &str) -> Result<Option<Bank>> {
    one(connection, const { statement(GUARANTEES, "bank") }, [code], read_bank)
}

pub fn banks(connection: &Connection) -> Result<Vec<Bank>> {
    all(connection, const { statement(GUARANTEES, "banks") }, [], read_bank)
}

pub fn put_bank(connection: &Connection, bank: &Bank) -> Result<()> {
    let Bank { code, name, currency, single_max, total_max } = bank;
    let row = params![code, name, currency, single_max.to_string(), total_max.to_string()];
    match run(connection, const { statement(GUARANTEES, "put bank") }, row)? {
        0 => Err(conflict(format!("bank {code} has its limits in another currency than {currency}"))),
        _ => Ok(()),
    }
}

fn read(row: &mut Columns<'_>) -> Result<Guarantee> {
    Ok(Guarantee {
        number: row.text()?.to_owned(),
        kind: row.parsed()?,
        form: row.parsed()?,
        guarantor: row.text()?.to_owned(),
        principal: row.parsed()?,
        amount: row.decimal()?,
        currency: row.text()?.to_owned(),
        valid_from: row.parsed()?,
        valid_to: row.parsed()?,
        given_at: row.time()?,
        ended_at: row.time_or_none()?,
    })
}

pub fn guarantee(connection: &Connection, number: &str) -> Result<Option<Guarantee>> {
    one(connection, const { statement(GUARANTEES, "guarantee") }, [number], read)
}

pub fn list(connection: &Connection, principal: Option<&TaxNumber>) -> Result<Vec<Guarantee>> {
    match principal {
        None => all(connection, const { statement(GUARANTEES, "guarantees") }, [], read),
        Some(principal) => {
            let wanted = [principal.as_str()];
            all(connection, const { statement(GUARANTEES, "guarantees of principal") }, wanted, read)
        }
    }
}

/// Those of a principal in one currency that can be used on a day, by number.
pub fn in_force(
    connection: &Connection,
    principal: &TaxNumber,
    currency: &str,
    day: Date,
    rows: usize,
) -> Result<Vec<Guarantee>> {
    let wanted = params![principal.as_str(), day.to_string(), currency, limit(rows)];
    all(connection, const { statement(GUARANTEES, "guarantees in force") }, wanted, read)
}

pub fn insert(connection: &Connection, guarantee: &Guarantee) -> Result<()> {
    if self::guarantee(connection, &guarantee.number)?.is_some() {
        return Err(conflict(format!("guarantee {} is in the register", guarantee.number)));
    }
    let row = params![
        guarantee.number,
        guarantee.kind.as_str(),
        guarantee.form.as_str(),
        guarantee.guarantor,
        guarantee.principal.as_str(),
        guarantee.amount.to_string(),
        guarantee.currency,
        guarantee.valid_from.to_string(),
        guarantee.valid_to.to_string(),
        micros(guarantee.given_at),
    ];
    run(connection, const { statement(GUARANTEES, "insert guarantee") }, row)?;
    Ok(())
}

pub fn end(connection: &Connection, number: &str, at: Timestamp) -> Result<()> {
    match run(connection, const { statement(GUARANTEES, "end guarantee") }, params![number, micros(at)])? {
        0 => Err(conflict(format!("guarantee {number} is not there, or has ended"))),
        _ => Ok(()),
    }
}

fn read_cover(row: &mut Columns<'_>) -> Result<Cover> {
    Ok(Cover {
        guarantee: row.text()?.to_owned(),
        case: row.case_id()?,
        amount: row.decimal()?,
        currency: row.text()?.to_owned(),
    })
}

pub fn covers(connection: &Connection) -> Result<Vec<Cover>> {
    all(connection, const { statement(GUARANTEES, "covers") }, [], read_cover)
}

pub fn covers_of(connection: &Connection, case: CaseId) -> Result<Vec<Cover>> {
    let case = case.as_bytes().as_slice();
    all(connection, const { statement(GUARANTEES, "covers of case") }, [case], read_cover)
}

pub fn put_cover(connection: &Connection, cover: &Cover) -> Result<()> {
    let case = cover.case.as_bytes().as_slice();
    let row = params![case, cover.guarantee, cover.amount.to_string(), cover.currency];
    run(connection, const { statement(GUARANTEES, "put cover") }, row)?;
    Ok(())
}

pub fn drop_cover(connection: &Connection, case: CaseId, guarantee: &str) -> Result<()> {
    let which = params![case.as_bytes().as_slice(), guarantee];
    run(connection, const { statement(GUARANTEES, "drop cover") }, which)?;
    Ok(())
}
