//! Secrets: the log's key, and the secret of each day that draws rest on.
//!
//! The day's secret is committed to the log before the first draw of the day and revealed after the
//! day has ended: unpredictable before, checkable after.

use std::collections::HashMap;
use std::sync::{Mutex, RwLock};

use aws_lc_rs::rand::{SecureRandom, SystemRandom};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use log::LogKey;
use risk::Draw;
use store::Store;

use crate::Inner;
use crate::error::CentreError;

const LOG_KEY: &str = "log-key";

/// The log's signing key, made on first use.
pub(crate) fn log_key(store: &dyn Store, origin: &str) -> Result<LogKey, CentreError> {
    let failed = |why: log::KeyError| CentreError::Log(why.to_string());
    if let Some(pkcs8) = store.secret(LOG_KEY)? {
        return LogKey::from_pkcs8(origin, &pkcs8).map_err(failed);
    }
    let pkcs8 = LogKey::generate().map_err(failed)?;
    store.transact(&mut |tx| tx.put_secret(LOG_KEY, &pkcs8))?;
    LogKey::from_pkcs8(origin, &pkcs8).map_err(failed)
}

const MARK_KEY: &str = "participant-marks";

/// The key that marks of participants are hashed with, made on first use.
pub(crate) fn mark_key(store: &dyn Store) -> Result<clearance::links::MarkKey, CentreError> {
    if let Some(secret) = store.secret(MARK_KEY)? {
        return Ok(clearance::links::MarkKey::new(&secret));
    }
    let secret = random::<32>()?;
    store.transact(&mut |tx| tx.put_secret(MARK_KEY, &secret))?;
    Ok(clearance::links::MarkKey::new(&secret))
}

/// Bytes from the system's randomness.
///
/// # Errors
/// Where the system gives none.
pub fn random<const N: usize>() -> Result<[u8; N], CentreError> {
    let mut bytes = [0; N];
    SystemRandom::new().fill(&mut bytes).map_err(|_| CentreError::Randomness)?;
    Ok(bytes)
}

/// The day whose secret a moment falls under: the calendar day in UTC.
pub(crate) fn day_of(at: Timestamp) -> Date {
    TimeZone::UTC.to_datetime(at).date()
}

fn name_of(day: Date) -> String {
    format!("day:{day}")
}

/// Secrets of days, as far as they were needed.
#[derive(Default)]
pub(crate) struct DaySecrets {
    known: RwLock<HashMap<Date, [u8; 32]>>,
    /// The day up to which past days were last looked at, so that it happens once a day.
    revealed_until: Mutex<Option<Date>>,
}

impl Inner {
    /// The draw of a filing: over the bytes filed, which neither the centre nor, not knowing the secret,
    /// the filer can choose to their liking. Makes and commits the day's secret where it is new.
    pub(crate) fn draw_at_filing(&self, at: Timestamp, sha256: &log::Hash) -> Result<Draw, CentreError> {
        Ok(Draw::of(&self.secret_of_day(day_of(at))?, &sha256.0))
    }

    /// The draw of a later step of a case: with the secret of the day of the step, which nobody knows yet
    /// when the case is filed the day before.
    pub(crate) fn draw_at_step(&self, at: Timestamp, case: &clearance::CaseId) -> Result<Draw, CentreError> {
        Ok(Draw::of(&self.secret_of_day(day_of(at))?, case.as_bytes()))
    }

    /// The draw that a recorded step rested on. Nothing is made here: a secret that is gone is damage.
    pub(crate) fn draw_of_record(&self, record: &clearance::StepRecord) -> Result<Draw, CentreError> {
        let day = day_of(record.at);
        let secret = self
            .known_secret(day)?
            .ok_or_else(|| CentreError::Log(format!("the secret of {day} is missing")))?;
        match &record.input {
            clearance::Input::File(filing) => {
                let sha256: log::Hash = filing
                    .sha256
                    .parse()
                    .map_err(|_| CentreError::Log("the digest of a filing is damaged".to_owned()))?;
                Ok(Draw::of(&secret, &sha256.0))
            }
            _ => Ok(Draw::of(&secret, record.case.as_bytes())),
        }
    }

    /// The secret of a day, where there is one; none is made.
    pub(crate) fn known_secret(&self, day: Date) -> Result<Option<[u8; 32]>, CentreError> {
        if let Some(secret) = self.secrets.known.read().map_err(|_| CentreError::Broken)?.get(&day) {
            return Ok(Some(*secret));
        }
        let damaged = || CentreError::Log(format!("the secret of {day} is damaged"));
        let stored = self.store.secret(&name_of(day))?;
        stored.map(|bytes| <[u8; 32]>::try_from(bytes).map_err(|_| damaged())).transpose()
    }

    fn secret_of_day(&self, day: Date) -> Result<[u8; 32], CentreError> {
        if let Some(secret) = self.secrets.known.read().map_err(|_| CentreError::Broken)?.get(&day) {
            return Ok(*secret);
        }
        let mut known = self.secrets.known.write().map_err(|_| CentreError::Broken)?;
        if let Some(secret) = known.get(&day) {
            return Ok(*secret);
        }
        let stored = self.store.secret(&name_of(day))?;
        let secret = match stored {
            Some(bytes) => <[u8; 32]>::try_from(bytes)
                .map_err(|_| CentreError::Log(format!("the secret of {day} is damaged")))?,
            None => {
                let secret = random::<32>()?;
                self.commit_day(day, &secret)?;
                secret
            }
        };
        known.insert(day, secret);
        Ok(secret)
    }

    /// Stores a new day's secret together with its commitment in the log.
    fn commit_day(&self, day: Date, secret: &[u8; 32]) -> Result<(), CentreError> {
        let digest = log::Hash::of(secret);
        let body = format!(r#"{{"system":"commitment","day":"{day}","sha256":"{digest}"}}"#);
        let mut journal = self.journal.lock().map_err(|_| CentreError::Broken)?;
        let mut page = journal.page();
        let now = self.now();
        self.store.transact(&mut |tx| {
            page = journal.page();
            tx.put_secret(&name_of(day), secret)?;
            page.add_system(tx, now, body.clone().into_bytes())?;
            page.close(tx)
        })?;
        journal.turn(page);
        Ok(())
    }

    /// Reveals the secrets of days that have ended, once each.
    pub(crate) fn reveal_past_days(&self) -> Result<(), CentreError> {
        let today = day_of(self.now());
        {
            let mut revealed_until = self.secrets.revealed_until.lock().map_err(|_| CentreError::Broken)?;
            if *revealed_until == Some(today) {
                return Ok(());
            }
            *revealed_until = Some(today);
        }
        // From the store, not from memory: a restart must not spare a day its revelation.
        let names = self.store.secret_names("day:")?;
        let days = names.iter().filter_map(|name| name.strip_prefix("day:")?.parse::<Date>().ok());
        for day in days.filter(|day| *day < today) {
            let mark = format!("revealed:{day}");
            if self.store.secret(&mark)?.is_some() {
                continue;
            }
            let Some(secret) = self.known_secret(day)? else { continue };
            let hex = log::Hash(secret).to_string();
            let body = format!(r#"{{"system":"revelation","day":"{day}","secret":"{hex}"}}"#);
            let mut journal = self.journal.lock().map_err(|_| CentreError::Broken)?;
            let mut page = journal.page();
            let now = self.now();
            self.store.transact(&mut |tx| {
                page = journal.page();
                tx.put_secret(&mark, b"1")?;
                page.add_system(tx, now, body.clone().into_bytes())?;
                page.close(tx)
            })?;
            journal.turn(page);
        }
        Ok(())
    }
}
