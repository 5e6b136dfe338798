//! Why somebody is to look at a case, and what came of it.

use clearance::look::{FoundKind, LookResult, Outcome};
use clearance::{Case, CaseId, Ground};
use declaration::TaxNumber;
use jiff::Timestamp;
use risk::{EffectRow, Lane, Measure, RecordedMinutes};
use rusqlite::{Connection, params};
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use serde_json::Value;
use store::StoredResult;

use crate::failure::{Result, conflict, damaged};
use crate::row::{Columns, all, limit, micros, run};
use crate::statement::statement;

const LOOKS: &str = include_str!("queries/looks.sql");

pub fn put_grounds(connection: &Connection, case: &Case, grounds: &[Ground], at: Timestamp) -> Result<()> {
    let office = case.office.map(|office| office.to_string()).unwrap_or_default();
    for ground in grounds {
        let row = params![case.id.as_bytes().as_slice(), ground.as_str(), office, micros(at)];
        run(connection, const { statement(LOOKS, "put ground") }, row)?;
    }
    Ok(())
}

pub fn grounds(connection: &Connection, case: CaseId) -> Result<Vec<Ground>> {
    let case = case.as_bytes().as_slice();
    all(connection, const { statement(LOOKS, "grounds") }, [case], |row| {
        Ok(Ground::from(row.text()?.to_owned()))
    })
}

pub fn open_grounds(connection: &Connection, case: CaseId) -> Result<Vec<Ground>> {
    let case = case.as_bytes().as_slice();
    all(connection, const { statement(LOOKS, "open grounds") }, [case], |row| {
        Ok(Ground::from(row.text()?.to_owned()))
    })
}

pub fn put_result(connection: &Connection, stored: &StoredResult) -> Result<()> {
    let StoredResult { case, at, office, officer, currency, result } = stored;
    let LookResult { ground, measure, item, outcome, minutes, remark } = result;
    let case = case.as_bytes().as_slice();
    if !matches!(outcome, Outcome::Unstated) {
        let measure = measure.map(Measure::as_str).unwrap_or_default();
        let key = params![case, ground.as_str(), measure, micros(*at)];
        run(connection, const { statement(LOOKS, "forget earlier") }, key)?;
    }
    let (kind, amount) = match outcome {
        Outcome::Found { kind, amount } => (Some(kind.as_str()), *amount),
        Outcome::Unstated | Outcome::NotApplied | Outcome::Nothing => (None, Decimal::ZERO),
    };
    let hundredths = amount.checked_mul(Decimal::ONE_HUNDRED).and_then(|amount| amount.trunc().to_i64());
    let hundredths = hundredths.ok_or_else(|| conflict(format!("{amount} is no amount to record")))?;
    let row = params![
        case,
        ground.as_str(),
        measure.map(Measure::as_str).unwrap_or_default(),
        item.unwrap_or_default(),
        micros(*at),
        office,
        officer,
        outcome.as_str(),
        kind,
        hundredths,
        currency,
        minutes,
        remark,
    ];
    run(connection, const { statement(LOOKS, "put result") }, row)?;
    Ok(())
}

/// The measure of a stable name; none for an empty text.
fn measure_of(name: &str) -> Result<Option<Measure>> {
    if name.is_empty() {
        return Ok(None);
    }
    let measure = serde_json::from_value(Value::String(name.to_owned()));
    measure.map(Some).map_err(|_| damaged(format!("there is no measure {name}")))
}

fn read(row: &mut Columns<'_>) -> Result<StoredResult> {
    let case = row.case_id()?;
    let ground = Ground::from(row.text()?.to_owned());
    let measure = measure_of(row.text()?)?;
    let item: u32 = row.integer()?;
    let (at, office, officer) = (row.time()?, row.text()?.to_owned(), row.text()?.to_owned());
    let outcome = row.text()?;
    let kind: Option<FoundKind> = row.parsed_or_none()?;
    let amount = hundredths(row.integer()?);
    let outcome = match (outcome, kind) {
        ("unstated", None) => Outcome::Unstated,
        ("not_applied", None) => Outcome::NotApplied,
        ("nothing", None) => Outcome::Nothing,
        ("found", Some(kind)) => Outcome::Found { kind, amount },
        (other, _) => return Err(damaged(format!("there is no outcome {other}"))),
    };
    let currency = row.text()?.to_owned();
    let result = LookResult {
        ground,
        measure,
        item: (item > 0).then_some(item),
        outcome,
        minutes: row.integer()?,
        remark: row.text()?.to_owned(),
    };
    Ok(StoredResult { case, at, office, officer, currency, result })
}

fn hundredths(amount: i64) -> Decimal {
    Decimal::new(amount, 2)
}

pub fn results(connection: &Connection, case: CaseId) -> Result<Vec<StoredResult>> {
    all(connection, const { statement(LOOKS, "results") }, [case.as_bytes().as_slice()], read)
}

pub fn not_applied(connection: &Connection, ground: &Ground, rows: usize) -> Result<Vec<StoredResult>> {
    let wanted = params![ground.as_str(), limit(rows)];
    all(connection, const { statement(LOOKS, "not applied") }, wanted, read)
}

pub fn withdrawn(
    connection: &Connection,
    declarant: &TaxNumber,
    since: Timestamp,
    rows: usize,
) -> Result<Vec<(CaseId, Lane)>> {
    // Identifiers sort by time: the least of the moment comes before every case filed then.
    let first = CaseId::new(since, &[0; 10]);
    let wanted = params![declarant.as_str(), first.as_bytes().as_slice(), limit(rows)];
    all(connection, const { statement(LOOKS, "withdrawn") }, wanted, |row| Ok((row.case_id()?, row.named()?)))
}

pub fn effects(connection: &Connection, from: Timestamp, to: Timestamp) -> Result<Vec<EffectRow>> {
    let span = params![micros(from), micros(to)];
    all(connection, const { statement(LOOKS, "effects") }, span, |row| {
        Ok(EffectRow {
            ground: row.text()?.to_owned(),
            version: Some(row.integer()?).filter(|version| *version > 0),
            office: row.text()?.to_owned(),
            officer: row.text()?.to_owned(),
            month: row.text()?.to_owned(),
            currency: row.text()?.to_owned(),
            tally: risk::Tally {
                fired: row.integer()?,
                found: row.integer()?,
                nothing: row.integer()?,
                not_applied: row.integer()?,
                unstated: row.integer()?,
                amount: hundredths(row.integer()?),
                minutes: row.integer()?,
            },
        })
    })
}

pub fn minutes(connection: &Connection) -> Result<Vec<RecordedMinutes>> {
    all(connection, const { statement(LOOKS, "minutes") }, [], |row| {
        let measure = measure_of(row.text()?)?.ok_or_else(|| damaged("a result without a measure"))?;
        Ok(RecordedMinutes { measure, minutes: row.integer()?, cases: row.integer()? })
    })
}
