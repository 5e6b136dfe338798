//! Papers, subscriptions to notices, and notices that wait.

use clearance::CaseId;
use log::Hash;
use rusqlite::{Connection, params};
use store::{NewPaper, PaperFilter, PendingNotice, StoredPaper, Subscription};

use crate::cases;
use crate::failure::{Result, conflict, damaged};
use crate::row::{Columns, all, limit, micros, one, run, uncompressed, whole};
use crate::statement::statement;

const PAPERS: &str = include_str!("queries/papers.sql");

/// Behind every identifier: the end of a list that begins with the newest.
const AFTER_ALL: [u8; 16] = [0xFF; 16];

fn read(row: &mut Columns<'_>) -> Result<StoredPaper> {
    Ok(StoredPaper {
        id: row.case_id()?,
        kind: row.text()?.to_owned(),
        format: row.text()?.to_owned(),
        filer: row.text()?.to_owned(),
        declarant_number: row.parsed_or_none()?,
        sha256: row.hash()?,
        at: row.time()?,
        case: row.case_id_or_none()?,
        findings: row.text()?.to_owned(),
    })
}

pub fn by_filing(connection: &Connection, filer: &str, sha256: &Hash) -> Result<Option<StoredPaper>> {
    let key = params![filer, sha256.0.as_slice()];
    one(connection, const { statement(PAPERS, "by filing") }, key, read)
}

pub fn insert(connection: &Connection, new: &NewPaper<'_>) -> Result<()> {
    let ordinal = cases::insert_document(connection, new.size, new.seal, new.compressed)?;
    let paper = new.paper;
    let row = params![
        paper.id.as_bytes().as_slice(),
        paper.kind,
        paper.format,
        paper.filer,
        paper.declarant_number.as_ref().map(|number| number.as_str()),
        paper.sha256.0.as_slice(),
        micros(paper.at),
        paper.case.as_ref().map(|case| case.as_bytes().as_slice()),
        paper.findings,
        ordinal
    ];
    run(connection, const { statement(PAPERS, "insert") }, row)?;
    for key in new.keys {
        let row = params![key, paper.id.as_bytes().as_slice()];
        run(connection, const { statement(PAPERS, "insert key") }, row)?;
    }
    Ok(())
}

pub fn give(connection: &Connection, paper: CaseId, case: CaseId) -> Result<()> {
    let row = params![paper.as_bytes().as_slice(), case.as_bytes().as_slice()];
    match run(connection, const { statement(PAPERS, "give") }, row)? {
        0 => Err(conflict(format!("paper {paper} is not there, or belongs to another case"))),
        _ => Ok(()),
    }
}

pub fn paper(connection: &Connection, id: CaseId) -> Result<Option<(StoredPaper, Vec<u8>)>> {
    one(connection, const { statement(PAPERS, "paper") }, [id.as_bytes().as_slice()], |row| {
        let paper = read(row)?;
        let size = row.integer()?;
        let bytes = uncompressed(row.bytes()?, size)?;
        // A document is evidence: what was filed to the bit, or nothing.
        if Hash::of(&bytes) != paper.sha256 {
            return Err(damaged(format!("paper {id} is not what was filed")));
        }
        Ok((paper, bytes))
    })
}

pub fn list(connection: &Connection, filter: &PaperFilter) -> Result<Vec<StoredPaper>> {
    let after = filter.after.map_or(AFTER_ALL, |after| *after.as_bytes());
    let after = after.as_slice();
    let rows = limit(filter.limit);
    match (&filter.case, &filter.visible_to) {
        (Some(case), _) => {
            let wanted = params![case.as_bytes().as_slice(), after, rows];
            all(connection, const { statement(PAPERS, "of case") }, wanted, read)
        }
        (None, Some((filer, number))) => {
            let number = number.as_ref().map(|number| number.as_str());
            let wanted = params![after, filer, number, rows];
            all(connection, const { statement(PAPERS, "visible") }, wanted, read)
        }
        (None, None) => all(connection, const { statement(PAPERS, "of all") }, params![after, rows], read),
    }
}

pub fn named(connection: &Connection, keys: &[String]) -> Result<Vec<(StoredPaper, usize)>> {
    let mut found: Vec<(StoredPaper, usize)> = Vec::new();
    for key in keys {
        for paper in all(connection, const { statement(PAPERS, "named") }, [key], read)? {
            match found.iter_mut().find(|(there, _)| there.id == paper.id) {
                Some((_, count)) => *count += 1,
                None => found.push((paper, 1)),
            }
        }
    }
    found.sort_by_key(|(paper, _)| paper.id);
    Ok(found)
}

pub fn wait(connection: &Connection) -> Result<bool> {
    let found = one(connection, const { statement(PAPERS, "wait") }, [], |row| row.integer::<i64>())?;
    Ok(found.is_some())
}

pub fn cases_of_identity(connection: &Connection, identity: &str) -> Result<Vec<CaseId>> {
    all(connection, const { statement(PAPERS, "cases of identity") }, [identity], |row| row.case_id())
}

fn read_subscription(row: &mut Columns<'_>) -> Result<Subscription> {
    Ok(Subscription {
        id: row.case_id()?,
        login: row.text()?.to_owned(),
        url: row.text()?.to_owned(),
        secret: row.bytes()?.to_vec(),
        created_at: row.time()?,
        next_leaf: row.integer()?,
        failures: row.integer()?,
        wait_until: row.time_or_none()?,
    })
}

pub fn subscriptions(connection: &Connection, login: Option<&str>) -> Result<Vec<Subscription>> {
    match login {
        Some(login) => {
            all(connection, const { statement(PAPERS, "subscriptions of") }, [login], read_subscription)
        }
        None => all(connection, const { statement(PAPERS, "subscriptions") }, [], read_subscription),
    }
}

pub fn put_subscription(connection: &Connection, subscription: &Subscription) -> Result<()> {
    let row = params![
        subscription.id.as_bytes().as_slice(),
        subscription.login,
        subscription.url,
        subscription.secret,
        micros(subscription.created_at),
        whole(subscription.next_leaf)?,
        subscription.failures,
        subscription.wait_until.map(micros)
    ];
    run(connection, const { statement(PAPERS, "put subscription") }, row)?;
    Ok(())
}

pub fn end_subscription(connection: &Connection, id: CaseId) -> Result<()> {
    let key = id.as_bytes().as_slice();
    run(connection, const { statement(PAPERS, "forget pending of") }, [key])?;
    match run(connection, const { statement(PAPERS, "end subscription") }, [key])? {
        0 => Err(conflict(format!("there is no subscription {id}"))),
        _ => Ok(()),
    }
}

pub fn pending(connection: &Connection, subscription: CaseId, rows: usize) -> Result<Vec<PendingNotice>> {
    let wanted = params![subscription.as_bytes().as_slice(), limit(rows)];
    all(connection, const { statement(PAPERS, "pending") }, wanted, |row| {
        Ok(PendingNotice {
            subscription: row.case_id()?,
            leaf: row.integer()?,
            case: row.case_id()?,
            at: row.time()?,
            failures: row.integer()?,
            wait_until: row.time()?,
        })
    })
}

pub fn put_pending(connection: &Connection, notice: &PendingNotice) -> Result<()> {
    let row = params![
        notice.subscription.as_bytes().as_slice(),
        whole(notice.leaf)?,
        notice.case.as_bytes().as_slice(),
        micros(notice.at),
        notice.failures,
        micros(notice.wait_until)
    ];
    run(connection, const { statement(PAPERS, "put pending") }, row)?;
    Ok(())
}

pub fn drop_pending(connection: &Connection, subscription: CaseId, leaf: u64) -> Result<()> {
    let key = params![subscription.as_bytes().as_slice(), whole(leaf)?];
    run(connection, const { statement(PAPERS, "drop pending") }, key)?;
    Ok(())
}
