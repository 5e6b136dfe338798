//! Participants: the list, what links them, how their cases flow, who read their files.

use clearance::links::{MarkId, MarkKind};
use clearance::value_decision::key_of;
use clearance::{CaseId, Ground};
use declaration::TaxNumber;
use jiff::Timestamp;
use risk::Tally;
use rusqlite::{Connection, params};
use rust_decimal::Decimal;
use store::{
    Flow, LooksOf, Participant, ParticipantMark, ParticipantRead, ParticipantRow, StoredValueDecision,
    ValueDecisionFilter,
};

use crate::failure::{Result, damaged};
use crate::row::{Columns, all, json, limit, micros, one, run, whole};
use crate::statement::statement;

const PARTICIPANTS: &str = include_str!("queries/participants.sql");

pub fn list(connection: &Connection, after: &str, rows: usize) -> Result<Vec<ParticipantRow>> {
    let wanted = params![after, limit(rows)];
    all(connection, const { statement(PARTICIPANTS, "participants") }, wanted, |row| {
        let number: TaxNumber = row.parsed()?;
        let name = row.text_or_none()?.map(str::to_owned);
        let (category, pack) = (row.named_or_none()?, row.text_or_none()?.map(str::to_owned));
        let (proposed, held_until) = (row.named_or_none()?, row.parsed_or_none()?);
        let registered = match (name, category, pack) {
            (None, None, None) => None,
            (Some(name), Some(category), Some(pack)) => {
                Some(Participant { number, name, pack, category, proposed, held_until })
            }
            _ => return Err(damaged("a participant without name, category or pack")),
        };
        let declared_as = row.text_or_none()?.filter(|name| !name.is_empty()).map(str::to_owned);
        Ok(ParticipantRow { number, registered, declared_as, record: row.json_or_none()? })
    })
}

pub fn put_marks(connection: &Connection, marks: &[ParticipantMark]) -> Result<()> {
    for ParticipantMark { kind, mark, number, first, last } in marks {
        let (first, last) = (first.as_bytes().as_slice(), last.as_bytes().as_slice());
        let row = params![kind.as_str(), mark.0.as_slice(), number.as_str(), first, last];
        run(connection, const { statement(PARTICIPANTS, "put mark") }, row)?;
    }
    Ok(())
}

fn mark(row: &mut Columns<'_>) -> Result<ParticipantMark> {
    Ok(ParticipantMark {
        kind: row.named()?,
        mark: MarkId(row.array()?),
        number: row.parsed()?,
        first: row.case_id()?,
        last: row.case_id()?,
    })
}

pub fn marks_of(connection: &Connection, number: &TaxNumber, rows: usize) -> Result<Vec<ParticipantMark>> {
    let mut marks = Vec::new();
    for kind in MarkKind::ALL {
        let wanted = params![number.as_str(), kind.as_str(), limit(rows)];
        marks.extend(all(connection, const { statement(PARTICIPANTS, "marks of") }, wanted, mark)?);
    }
    Ok(marks)
}

pub fn marked(
    connection: &Connection,
    kind: MarkKind,
    id: &MarkId,
    rows: usize,
) -> Result<Vec<ParticipantMark>> {
    let wanted = params![kind.as_str(), id.0.as_slice(), limit(rows)];
    all(connection, const { statement(PARTICIPANTS, "marked") }, wanted, mark)
}

/// The least identifier of a case filed at a moment.
fn floor(since: Timestamp) -> CaseId {
    CaseId::new(since.max(Timestamp::UNIX_EPOCH), &[0; 10])
}

pub fn flow_of(connection: &Connection, declarant: &TaxNumber, since: Timestamp) -> Result<Vec<Flow>> {
    let first = floor(since);
    let wanted = params![declarant.as_str(), first.as_bytes().as_slice()];
    all(connection, const { statement(PARTICIPANTS, "flow of") }, wanted, |row| {
        Ok(Flow {
            month: row.text()?.to_owned(),
            state: row.named()?,
            lane: row.named_or_none()?,
            count: row.integer()?,
        })
    })
}

pub fn looks_of(connection: &Connection, declarant: &TaxNumber, since: Timestamp) -> Result<Vec<LooksOf>> {
    let first = floor(since);
    let wanted = params![declarant.as_str(), first.as_bytes().as_slice()];
    all(connection, const { statement(PARTICIPANTS, "looks of") }, wanted, |row| {
        Ok(LooksOf {
            ground: Ground::from(row.text()?.to_owned()),
            currency: row.text()?.to_owned(),
            tally: Tally {
                fired: row.integer()?,
                found: row.integer()?,
                nothing: row.integer()?,
                not_applied: row.integer()?,
                unstated: row.integer()?,
                amount: Decimal::new(row.integer()?, 2),
                minutes: row.integer()?,
            },
            last: row.case_id()?,
        })
    })
}

fn value(row: &mut Columns<'_>) -> Result<StoredValueDecision> {
    let decision = row.json_or_none()?.ok_or_else(|| damaged("a decision on value without words"))?;
    Ok(StoredValueDecision {
        decision,
        at: row.time()?,
        decided_by: row.text()?.to_owned(),
        leaf: row.integer()?,
    })
}

pub fn value_decision(connection: &Connection, number: &str) -> Result<Option<StoredValueDecision>> {
    one(connection, const { statement(PARTICIPANTS, "value decision") }, [key_of(number)], value)
}

pub fn value_decisions(
    connection: &Connection,
    filter: &ValueDecisionFilter,
) -> Result<Vec<StoredValueDecision>> {
    let participant = filter.participant.as_ref().map_or("", |number| number.as_str());
    let wanted = params![participant, filter.code, key_of(&filter.after), limit(filter.limit)];
    all(connection, const { statement(PARTICIPANTS, "value decisions") }, wanted, value)
}

pub fn add_value_decision(connection: &Connection, stored: &StoredValueDecision) -> Result<()> {
    let StoredValueDecision { decision, at, decided_by, leaf } = stored;
    let row = params![
        key_of(&decision.number),
        decision.participant.as_str(),
        decision.code,
        decision.valid_to.to_string(),
        micros(*at),
        decided_by,
        json(decision)?,
        whole(*leaf)?
    ];
    run(connection, const { statement(PARTICIPANTS, "add value decision") }, row)?;
    Ok(())
}

pub fn add_read(connection: &Connection, read: &ParticipantRead) -> Result<()> {
    let number = read.number.as_ref().map(|number| number.as_str());
    let row = params![micros(read.at), read.login, number, read.what];
    run(connection, const { statement(PARTICIPANTS, "add read") }, row)?;
    Ok(())
}

pub fn reads(connection: &Connection, rows: usize) -> Result<Vec<ParticipantRead>> {
    all(connection, const { statement(PARTICIPANTS, "reads") }, [limit(rows)], |row| {
        Ok(ParticipantRead {
            at: row.time()?,
            login: row.text()?.to_owned(),
            number: row.parsed_or_none()?,
            what: row.text()?.to_owned(),
        })
    })
}
