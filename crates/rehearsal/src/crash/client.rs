//! The child: opens the store, files at full speed, notes every answer after it came.

use std::path::Path;
use std::sync::{Arc, mpsc};

use centre::{Centre, Options, SubmitError};
use clearance::{Case, Decision, Input, State};
use store::AccountId;
use store_sqlite::SqliteStore;

use super::journal::{self, JURISDICTION, Noted, TRADERS, Writer};
use crate::error::RehearsalError;
use crate::generate::Generator;
use crate::populate::{Population, populate};
use crate::traders::Trader;

/// Filings under way at a time.
const CONCURRENCY: usize = 64;
/// Of so many routed cases one is decided, so that decisions are cut off, too.
const DECIDED_ONE_IN: u64 = 3;

/// Opens the centre of a crash rehearsal, with participants, accounts and officers the first time.
pub(super) fn open(dir: &Path, generator: &Generator) -> Result<Centre, RehearsalError> {
    let store = Arc::new(SqliteStore::open(dir)?);
    let anchors_pem = generator.authority_pem().unwrap_or_default();
    let centre = Centre::open(store, Options { anchors_pem, housekeeping: false, ..Options::default() })?;
    let first = Trader::at(0, generator.country());
    let currency = generator.currency().to_string();
    let account = first.map(|trader| AccountId::Advance(trader.number, currency));
    let is_new = match account {
        Some(account) => centre.store().postings(&account, 1)?.is_empty(),
        None => false,
    };
    if is_new {
        let jurisdiction = JURISDICTION.to_owned();
        populate(&centre, &Population { jurisdiction, traders: TRADERS, password: None, users: false })?;
    }
    Ok(centre)
}

/// Files declarations not noted in the journal yet, until `most` were filed or the process is killed.
///
/// # Errors
/// Where the store, the centre or the journal fail: also a fault to report.
pub fn crash_client(dir: &Path, journal_file: &Path, seed: u64, most: u64) -> Result<(), RehearsalError> {
    let generator = journal::generator(journal_file, seed)?;
    let centre = open(dir, &generator)?;
    let noted = journal::read(journal_file)?;
    let mut writer = Writer::open(journal_file)?;
    let (tell, told) = mpsc::channel::<(String, Result<Case, SubmitError>)>();
    let lost = |_| RehearsalError::Invalid("the centre lost an answer".to_owned());
    let (mut under_way, mut routed) = (0, 0u64);
    let mut note = |(name, answer): (String, Result<Case, SubmitError>)| -> Result<(), RehearsalError> {
        let case = match answer {
            Ok(case) => case,
            Err(SubmitError::Unavailable(why)) => return Err(RehearsalError::Invalid(why)),
            Err(why) => return writer.note(&name, &Noted::TurnedAway(why.code().to_owned())),
        };
        writer.note(&name, &Noted::of(&case))?;
        let Some(officer) = case.officer.as_ref().filter(|_| case.state == State::UnderControl) else {
            return Ok(());
        };
        routed += 1;
        if routed % DECIDED_ONE_IN == 0 {
            let decision = if routed % 2 == 0 { Decision::Release } else { Decision::Refuse };
            let reason = "Проверено в учебном режиме.".to_owned();
            let input = Input::Decide { officer: officer.clone(), decision, reason, version: None };
            match centre.input(case.id, input) {
                Ok(decided) => writer.note(&name, &Noted::of(&decided))?,
                Err(centre::InputError::Unavailable(why)) => return Err(RehearsalError::Invalid(why)),
                // Not paid yet: nothing was promised.
                Err(_) => {}
            }
        }
        Ok(())
    };
    let places = (0u64..).filter(|place| !noted.contains_key(&format!("{:06}.xml", place + 1)));
    for place in places.take(usize::try_from(most).unwrap_or(usize::MAX)) {
        let generated = generator.at(place)?;
        if under_way == CONCURRENCY {
            note(told.recv().map_err(lost)?)?;
            under_way -= 1;
        }
        let (tell, name) = (tell.clone(), generated.name.clone());
        centre.submit_then(generated.submission(), move |answer| {
            // Whoever stopped listening has failed already.
            let _ = tell.send((name, answer.map(|outcome| outcome.case)));
        });
        under_way += 1;
    }
    while under_way > 0 {
        note(told.recv().map_err(lost)?)?;
        under_way -= 1;
    }
    centre.stop();
    Ok(())
}
