//! Profiles on trial over what is stored: what would they have found, and what would that have cost?
//!
//! ```text
//! log, documents, worlds ──first pass──► segments (columns) ──scan──► tally ──► report
//!                        every core, once                   every core, each time
//! ```
//!
//! A segment is a stretch of [`LEAVES_PER_SEGMENT`] leaves of the log in a file of its own, in a folder beside the
//! store. The first pass reads each filing again under its recorded circumstances, by the code a replay runs, and
//! keeps the declaration, its facts and its hits as columns ([`risk::history`]). Segments are a cache: deleted,
//! damaged or of another version, they are made again; no decision reads them.

mod pass;
mod report;
mod results;

use std::collections::HashMap;
use std::path::PathBuf;
use std::time::Instant;

use jiff::civil::Date;
use risk::history::{Outcome, PastCase, Tally, Trial, Wanted};
use risk::{Effort, LanePolicy, Profile};
use rust_decimal::Decimal;

use crate::error::CentreError;
use crate::secrets::day_of;
use crate::{Centre, Inner};

pub use pass::scan_history;
pub use report::{BacktestReport, GroupRow, Hours, ListedHit, ProfileRow};

/// Leaves of the log in a segment: of generated trade some 40 000 lines of goods and 4 MB, 980 bytes per declaration.
pub(crate) const LEAVES_PER_SEGMENT: u64 = 8_192;
/// The most days that are looked at.
const DAYS_MAX: i32 = 3_660;
/// The most rows of a list in a report.
const ROWS_MAX: usize = 100_000;

/// What is to be tried.
#[derive(Debug, Clone, PartialEq)]
pub struct Backtest {
    /// The profiles on trial. Their validity is not asked.
    pub profiles: Vec<Profile>,
    /// What they are compared with; none: what was in force when each declaration was filed.
    pub against: Option<Vec<Profile>>,
    /// The first day of filing.
    pub from: Date,
    /// The last day of filing.
    pub to: Date,
    /// Offices and traders named at most.
    pub top: usize,
    /// Hits listed one by one at most.
    pub listed_max: usize,
    /// Hours of work of one officer in a week, where not as the pack says.
    pub hours_per_week: Option<Decimal>,
}

/// What is being done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pass {
    /// Columns are made of what was filed since.
    First,
    /// The profiles are asked.
    Scan,
}

impl Centre {
    /// Tries profiles on what was filed; one trial at a time. `progress` hears how many segments of how many are
    /// done. Beside a running centre the first pass gives way to filings.
    ///
    /// # Errors
    /// Where a profile or the days make no sense, the store fails, or there is no folder for columns that can be
    /// written.
    pub fn backtest(
        &self,
        asked: &Backtest,
        mut progress: impl FnMut(Pass, u64, u64),
    ) -> Result<BacktestReport, CentreError> {
        let days = i64::from((asked.to - asked.from).get_days()) + 1;
        let days = u32::try_from(days).ok().filter(|days| (1..=DAYS_MAX as u32).contains(days));
        let days = days.ok_or_else(|| {
            CentreError::Invalid(format!(
                "--from {} --to {}: the last day must not be before the first, and there may be {DAYS_MAX} days",
                asked.from, asked.to
            ))
        })?;
        let wrong = |all: Vec<risk::ProfileError>| {
            CentreError::Invalid(all.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))
        };
        let trial = Trial::of(asked.profiles.clone(), asked.against.clone()).map_err(wrong)?;
        let folder = self.inner.options.history.as_deref();
        let folder = folder.ok_or_else(|| CentreError::Invalid("no folder for columns is set".to_owned()))?;
        let _trying = self.inner.trying.lock().map_err(|_| CentreError::Broken)?;
        let secrets = self.inner.secrets_of(asked.from, asked.to)?;
        let mut effort = self.inner.effort();
        effort.hours_per_week = asked.hours_per_week.unwrap_or(effort.hours_per_week);
        let minutes = effort.measured(&self.inner.store.recorded_minutes()?);
        effort.minutes = minutes.iter().map(|(measure, taken)| (*measure, taken.minutes)).collect();
        let policy = self.inner.lanes();
        let mut passes = || -> Result<_, CentreError> {
            let begun = Instant::now();
            let (files, made) =
                self.inner.bring_up(folder, &mut |done, all| progress(Pass::First, done, all))?;
            let first_pass_s = begun.elapsed().as_secs_f64();
            let outcomes = pass::outcomes(&files)?;
            let wanted = Wanted {
                days: (asked.from, asked.to),
                secret: &|case: &PastCase| secrets.get(&day_of(case.at)).copied(),
                outcome: &|case: &[u8; 16]| outcomes.get(case).copied(),
                policy: &policy,
                effort: &effort,
                listed_max: asked.listed_max.min(ROWS_MAX),
            };
            let begun = Instant::now();
            let tally =
                scan_history(&files, &trial, &wanted, &mut |done, all| progress(Pass::Scan, done, all))?;
            Ok((tally, files.len() as u64, made, first_pass_s, begun.elapsed().as_secs_f64()))
        };
        let (tally, segments, segments_made, first_pass_s, scan_s) = match passes() {
            // A damaged segment was forgotten on the way: it is made again, once.
            Err(CentreError::History(why)) => {
                tracing::warn!(why, "the history is read once more");
                passes()?
            }
            other => other?,
        };
        let officers = self.inner.store.officers()?.len();
        let hours = Hours::of(&tally, &effort, minutes, officers, days);
        let mut report = BacktestReport::of(asked, &trial, tally, hours, self.inner.store.as_ref())?;
        report.segments = segments;
        report.segments_made = segments_made;
        report.first_pass_s = first_pass_s;
        report.scan_s = scan_s;
        report.items_per_s = if scan_s > 0.0 { report.items as f64 / scan_s } else { 0.0 };
        Ok(report)
    }
}

impl Inner {
    /// The secrets of days, as far as they are kept. Days of secrets are of UTC: one more on either side.
    fn secrets_of(&self, from: Date, to: Date) -> Result<HashMap<Date, [u8; 32]>, CentreError> {
        let mut secrets = HashMap::new();
        let first = from.yesterday().unwrap_or(from);
        let last = to.tomorrow().unwrap_or(to);
        for day in first.series(jiff::ToSpan::day(1)).take_while(|day| *day <= last) {
            if let Some(secret) = self.known_secret(day)? {
                secrets.insert(day, secret);
            }
        }
        Ok(secrets)
    }

    /// How long measures take: as the first pack says that says anything.
    fn effort(&self) -> Effort {
        let world = self.world.load();
        let packs = world.reference().packs();
        let says = packs.into_iter().find(|pack| !pack.effort.is_empty());
        says.and_then(|pack| world.jurisdiction(pack)).map(|found| found.effort.clone()).unwrap_or_default()
    }

    /// The rates of chance: as the first pack that says anything has them.
    fn lanes(&self) -> LanePolicy {
        let world = self.world.load();
        let packs = world.reference().packs();
        let says = packs.into_iter().find(|pack| !pack.lanes.is_empty());
        says.and_then(|pack| world.jurisdiction(pack)).map(|found| found.lanes.clone()).unwrap_or_default()
    }
}

/// The files of segments, in the order of the log.
pub(crate) type Files = Vec<PathBuf>;

/// What is known of cases afterwards.
pub(crate) type Outcomes = HashMap<[u8; 16], Outcome>;

/// Adds parts together that cores counted.
fn added(parts: Vec<Tally>, listed_max: usize) -> Tally {
    let mut tally = Tally::default();
    parts.into_iter().for_each(|part| tally.merge(part, listed_max));
    tally
}
