//! Cases, their documents, and the lists of them.

use clearance::{Case, CaseId, DecidedBy, OfficerId, RegistrationNumber, State};
use declaration::TaxNumber;
use jiff::{SignedDuration, Timestamp};
use log::Hash;
use rusqlite::types::Value;
use rusqlite::{Connection, params, params_from_iter};
use store::{CaseFilter, NewDocument, StoredDocument};

use crate::failure::{Result, conflict, damaged};
use crate::row::{Binder, Columns, all, json, limit, micros, one, run, uncompressed};
use crate::statement::statement;

const CASES: &str = include_str!("queries/cases.sql");

/// How far a case's filing may be from the time in its identifier. With this bound a list of a period
/// is a range of identifiers, which is the order the cases lie in; without it, it would read them all.
pub const ID_TIME_APART_MAX: SignedDuration = SignedDuration::from_hours(1);

/// Makes sure that every state there is has its row.
pub fn put_states(connection: &Connection) -> Result<()> {
    for state in State::ALL {
        run(connection, const { statement(CASES, "add state") }, [state.as_str()])?;
    }
    Ok(())
}

pub fn insert(connection: &Connection, case: &Case, document: &NewDocument<'_>) -> Result<()> {
    let apart = time_of(case.id)?.duration_until(case.filed_at).abs();
    if apart > ID_TIME_APART_MAX {
        return Err(conflict(format!("case {} was not filed when its identifier says", case.id)));
    }
    let ordinal = insert_document(connection, document.size, document.seal, document.compressed)?;
    let mut row = Binder::of(connection, const { statement(CASES, "insert") })?;
    bind(&mut row, case)?;
    row.put(document.filer)?;
    row.put(document.sha256.0.as_slice())?;
    row.put(document.format)?;
    row.put(document.identity)?;
    row.put(ordinal)?;
    row.run()?;
    put_awaited(connection, case)
}

/// Whom the case waits for, so that it is found when they pay or give security.
fn put_awaited(connection: &Connection, case: &Case) -> Result<()> {
    for number in case.awaits() {
        let row = params![case.id.as_bytes().as_slice(), number.as_str()];
        run(connection, const { statement(CASES, "await") }, row)?;
    }
    Ok(())
}

/// Keeps the bytes of a document; its place among them.
pub fn insert_document(
    connection: &Connection,
    size: u32,
    seal: Option<&[u8]>,
    compressed: &[u8],
) -> Result<i64> {
    let stored = params![size, seal, compressed];
    run(connection, const { statement(CASES, "insert document") }, stored)?;
    Ok(connection.last_insert_rowid())
}

pub fn update(connection: &Connection, case: &Case) -> Result<()> {
    let mut row = Binder::of(connection, const { statement(CASES, "update") })?;
    bind(&mut row, case)?;
    match row.run()? {
        0 => return Err(conflict(format!("there is no case {}", case.id))),
        _ => run(connection, const { statement(CASES, "await nobody") }, [case.id.as_bytes().as_slice()])?,
    };
    put_awaited(connection, case)
}

/// Binds a case in the order of the columns; [`read`] is its inverse.
fn bind(row: &mut Binder<'_>, case: &Case) -> Result<()> {
    row.put(case.id.as_bytes().as_slice())?;
    row.put(case.seq)?;
    row.put(case.state.as_str())?;
    row.put(&case.pack)?;
    row.put(case.kind.map(|kind| kind.as_str()))?;
    row.put(case.procedure.as_ref().map(|code| code.as_str()))?;
    row.put(case.office.as_ref().map(|code| code.as_str()))?;
    row.put(&case.declarant)?;
    row.put(case.declarant_number.as_ref().map(|code| code.as_str()))?;
    row.put(case.items)?;
    row.put(case.documents)?;
    row.put(case.errors)?;
    row.put(case.warnings)?;
    row.put(case.number.map(|number| number.to_string()))?;
    row.put(case.lane.map(|lane| lane.as_str()))?;
    row.put(json(&case.hits)?)?;
    row.put(case.payable.to_string())?;
    row.put(case.conditional)?;
    row.put(&case.currency)?;
    row.put(case.customs_value.to_string())?;
    row.put(case.payment_lines)?;
    row.put(case.payer.as_ref().map(|code| code.as_str()))?;
    row.put(case.reserved.to_string())?;
    row.put((!case.shortfall.is_zero()).then(|| case.shortfall.to_string()))?;
    row.put(case.officer.as_ref().map(|officer| officer.0.as_str()))?;
    row.put(case.weight)?;
    row.put(case.deadline.map(micros))?;
    row.put(case.overdue)?;
    row.put(micros(case.filed_at))?;
    row.put(case.decided_at.map(micros))?;
    row.put(case.decided_by.as_ref().map(|by| by.as_str()))?;
    row.put(match &case.decided_by {
        Some(DecidedBy::Officer(officer)) => Some(officer.0.as_str()),
        Some(DecidedBy::Automatic) | None => None,
    })?;
    row.put(case.version)?;
    row.put((!case.shares.is_empty()).then(|| json(&case.shares)).transpose()?)?;
    row.put((!case.security.is_none()).then(|| json(&case.security)).transpose()?)
}

fn read(row: &mut Columns<'_>) -> Result<Case> {
    Ok(Case {
        id: row.case_id()?,
        seq: row.integer()?,
        state: row.parsed()?,
        pack: row.text()?.to_owned(),
        kind: row.named_or_none()?,
        procedure: row.parsed_or_none()?,
        office: row.parsed_or_none()?,
        declarant: row.text()?.to_owned(),
        declarant_number: row.parsed_or_none()?,
        items: row.integer()?,
        documents: row.integer()?,
        errors: row.integer()?,
        warnings: row.integer()?,
        number: row.parsed_or_none()?,
        lane: row.named_or_none()?,
        hits: row.list()?,
        payable: row.decimal()?,
        conditional: row.flag()?,
        currency: row.text()?.to_owned(),
        customs_value: row.decimal()?,
        payment_lines: row.integer()?,
        payer: row.parsed_or_none()?,
        reserved: row.decimal()?,
        shortfall: row.parsed_or_none()?.unwrap_or_default(),
        officer: row.text_or_none()?.map(|login| OfficerId(login.to_owned())),
        weight: row.integer()?,
        deadline: row.time_or_none()?,
        overdue: row.flag()?,
        filed_at: row.time()?,
        decided_at: row.time_or_none()?,
        decided_by: match (row.text_or_none()?, row.text_or_none()?) {
            (None, _) => None,
            (Some("officer"), Some(login)) => Some(DecidedBy::Officer(OfficerId(login.to_owned()))),
            (Some(_), _) => Some(DecidedBy::Automatic),
        },
        version: row.integer()?,
        shares: row.json_or_none()?.unwrap_or_default(),
        security: row.json_or_none()?.unwrap_or_default(),
    })
}

/// The statement that reads cases under a condition.
fn select(condition: &str) -> String {
    const SELECT: &str = statement(CASES, "select");
    format!("{} {condition}", SELECT.trim_end())
}

pub fn by_id(connection: &Connection, id: CaseId) -> Result<Option<Case>> {
    one(connection, &select("id = ?1"), [id.as_bytes().as_slice()], read)
}

pub fn by_number(connection: &Connection, number: &RegistrationNumber) -> Result<Option<CaseId>> {
    one(connection, const { statement(CASES, "by number") }, [number.to_string()], |row| row.case_id())
}

pub fn by_filing(connection: &Connection, filer: &str, sha256: &Hash) -> Result<Option<CaseId>> {
    let key = params![sha256.0.as_slice(), filer];
    one(connection, const { statement(CASES, "by filing") }, key, |row| row.case_id())
}

pub fn document(connection: &Connection, id: CaseId) -> Result<Option<StoredDocument>> {
    one(connection, const { statement(CASES, "document") }, [id.as_bytes().as_slice()], |row| {
        let (filer, sha256, format) = (row.text()?.to_owned(), row.hash()?, row.text()?.to_owned());
        let size = row.integer()?;
        let seal = row.bytes_or_none()?.map(<[u8]>::to_vec);
        let bytes = uncompressed(row.bytes()?, size)?;
        // A document is evidence: what was filed to the bit, or nothing.
        if Hash::of(&bytes) != sha256 {
            return Err(damaged(format!("the document of case {id} is not what was filed")));
        }
        Ok(StoredDocument { filer, sha256, format, bytes, seal })
    })
}

pub fn due(connection: &Connection, now: Timestamp, rows: usize) -> Result<Vec<CaseId>> {
    let wanted = params![micros(now), limit(rows)];
    all(connection, const { statement(CASES, "due") }, wanted, |row| row.case_id())
}

pub fn unassigned(connection: &Connection, after: Option<CaseId>, rows: usize) -> Result<Vec<CaseId>> {
    let after = after.map(|id| *id.as_bytes()).unwrap_or_default();
    let wanted = params![after.as_slice(), limit(rows)];
    all(connection, const { statement(CASES, "unassigned") }, wanted, |row| row.case_id())
}

pub fn registered_as(
    connection: &Connection,
    identity: &str,
    declarant: &TaxNumber,
) -> Result<Option<(CaseId, RegistrationNumber)>> {
    let wanted = params![identity, declarant.as_str()];
    one(connection, const { statement(CASES, "registered as") }, wanted, |row| {
        let (id, number) = (row.case_id()?, row.text()?);
        Ok((id, number.parse().map_err(|_| damaged(format!("case {id} has no proper number")))?))
    })
}

pub fn awaiting_payment(connection: &Connection, payer: &TaxNumber, rows: usize) -> Result<Vec<CaseId>> {
    let wanted = params![payer.as_str(), limit(rows)];
    all(connection, const { statement(CASES, "awaiting payment") }, wanted, |row| row.case_id())
}

pub fn state_counts(connection: &Connection) -> Result<Vec<(State, u64)>> {
    let mut counts = all(connection, const { statement(CASES, "state counts") }, [], |row| {
        Ok((row.parsed()?, row.integer()?))
    })?;
    counts.sort_unstable();
    Ok(counts)
}

pub fn list(connection: &Connection, filter: &CaseFilter) -> Result<Vec<Case>> {
    let (sql, values) = listing(filter);
    all(connection, &sql, params_from_iter(values), read)
}

/// The statement of a list and its values. Only the conditions that are wanted are in it, so that
/// SQLite sees which index serves.
fn listing(filter: &CaseFilter) -> (String, Vec<Value>) {
    let mut conditions = Conditions::default();
    conditions.equal("state", filter.state.map(|state| state.as_str()));
    conditions.equal("office", filter.office.as_ref().map(|code| code.as_str()));
    conditions.equal("lane", filter.lane.map(|lane| lane.as_str()));
    conditions.equal("officer", filter.officer.as_deref());
    conditions.equal("declarant_number", filter.declarant.as_ref().map(|code| code.as_str()));
    if let Some(from) = filter.from {
        conditions.add("filed_at >=", Value::Integer(micros(from)));
        let earliest = from.checked_sub(ID_TIME_APART_MAX).unwrap_or(Timestamp::MIN);
        conditions.add("id >=", id_floor(earliest));
    }
    if let Some(to) = filter.to {
        conditions.add("filed_at <", Value::Integer(micros(to)));
        let latest = to.checked_add(ID_TIME_APART_MAX).unwrap_or(Timestamp::MAX);
        conditions.add("id <=", id_ceiling(latest));
    }
    if let Some(after) = filter.after {
        conditions.add("id <", Value::Blob(after.as_bytes().to_vec()));
    }
    // Said in the words of the partial indexes, or SQLite would not know that they serve.
    let waiting = [State::WaitingForPayment, State::UnderControl];
    if filter.open || filter.state.is_some_and(|state| waiting.contains(&state)) {
        conditions.add_plain("state IN ('waiting_for_payment', 'under_control')");
    }
    let rows = conditions.value(Value::Integer(limit(filter.limit)));
    let newest = format!("ORDER BY id DESC LIMIT {rows}");
    let sql = match &filter.visible_to {
        None => select(&format!("{} {newest}", conditions.text())),
        Some((filer, None)) => {
            conditions.equal("filer", Some(filer));
            select(&format!("{} {newest}", conditions.text()))
        }
        Some((filer, Some(number))) => {
            // Two ordered lists, each along its own index, of which the newest are taken.
            let filer = conditions.value(Value::Text(filer.clone()));
            let number = conditions.value(Value::Text(number.as_str().to_owned()));
            let common = conditions.text();
            let of = |owner: String| {
                format!("SELECT id FROM (SELECT id FROM cases WHERE {owner} AND {common} {newest})")
            };
            let (filed, declared) =
                (of(format!("filer = {filer}")), of(format!("declarant_number = {number}")));
            select(&format!("id IN ({filed} UNION {declared}) {newest}"))
        }
    };
    (sql, conditions.values)
}

/// Conditions and the values they are about.
#[derive(Default)]
struct Conditions {
    texts: Vec<String>,
    values: Vec<Value>,
}

impl Conditions {
    /// Adds a value; the parameter that stands for it.
    fn value(&mut self, value: Value) -> String {
        self.values.push(value);
        format!("?{}", self.values.len())
    }

    fn add(&mut self, left: &str, value: Value) {
        let right = self.value(value);
        self.texts.push(format!("{left} {right}"));
    }

    fn add_plain(&mut self, condition: &str) {
        self.texts.push(condition.to_owned());
    }

    fn equal(&mut self, column: &str, value: Option<&str>) {
        if let Some(value) = value {
            self.add(&format!("{column} ="), Value::Text(value.to_owned()));
        }
    }

    fn text(&self) -> String {
        if self.texts.is_empty() { "true".to_owned() } else { self.texts.join(" AND ") }
    }
}

/// Bytes of a UUID of version 7 that hold its time, in milliseconds (RFC 9562 section 5.7).
const ID_TIME_BYTES: usize = 6;

/// The time in an identifier.
fn time_of(id: CaseId) -> Result<Timestamp> {
    let millis = id.as_bytes().iter().take(ID_TIME_BYTES).fold(0i64, |sum, byte| sum << 8 | i64::from(*byte));
    Timestamp::from_millisecond(millis)
        .map_err(|_| conflict(format!("case identifier {id} has no time in it")))
}

/// The smallest identifier of a time.
fn id_floor(at: Timestamp) -> Value {
    Value::Blob(CaseId::new(at, &[0; 10]).as_bytes().iter().take(ID_TIME_BYTES).copied().collect())
}

/// More than the greatest identifier of a time: the time alone, a millisecond later.
fn id_ceiling(at: Timestamp) -> Value {
    id_floor(at.checked_add(SignedDuration::from_millis(1)).unwrap_or(Timestamp::MAX))
}

/// How SQLite goes about a list, as it explains it.
#[cfg(test)]
pub fn plan(connection: &Connection, filter: &CaseFilter) -> Result<String> {
    let (sql, values) = listing(filter);
    let steps = all(connection, &format!("EXPLAIN QUERY PLAN {sql}"), params_from_iter(values), |row| {
        for _ in 0..3 {
            row.integer::<i64>()?;
        }
        Ok(row.text()?.to_owned())
    })?;
    Ok(steps.join("\n"))
}
