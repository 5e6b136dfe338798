//! Whether declarations filed lately look like those a model learned from. Looked at once a day, and when asked.
//!
//! It tells: by a figure on the model's page, a metric and a warning in the log. It does nothing else.

use std::collections::VecDeque;

use clearance::scoring::{Installed, Mode};
use clearance::{CaseId, Input};
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp, ToSpan};
use score::{Drift, Recent};
use serde::{Deserialize, Serialize};
use store::{CaseFilter, ModelDrift};

use crate::error::CentreError;
use crate::{Centre, Inner};

/// Days looked back when nobody says.
const DAYS: i64 = 30;
/// Declarations looked at at most, the newest.
pub const DECLARATIONS_MAX: usize = 5_000;
/// Declarations read in one round of housekeeping: deadlines wait that long, some tens of milliseconds.
const AT_ONCE: usize = 32;
/// How long it rests where there was nothing to look at, or where it failed.
const REST: SignedDuration = SignedDuration::from_hours(1);
/// How old the last figure may be.
const EVERY: SignedDuration = SignedDuration::from_hours(24);

/// How far declarations of some days have moved from those a model learned from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DriftReport {
    /// When it was looked at.
    pub at: Timestamp,
    /// The first day of filing.
    pub from: Date,
    /// The last day of filing.
    pub to: Date,
    /// Declarations looked at: of these days the newest, at most 5 000.
    pub declarations: usize,
    /// Score and features, the farthest first; `rows` are lines of goods.
    pub drift: Drift,
}

impl DriftReport {
    /// The largest index.
    pub fn worst(&self) -> f64 {
        self.drift.moved.iter().map(|moved| moved.index).fold(0.0, f64::max)
    }
}

/// One look at what was filed lately, under way.
struct Look {
    installed: Installed,
    from: Date,
    to: Date,
    cases: VecDeque<CaseId>,
    declarations: usize,
    recent: Recent,
}

impl Look {
    fn begin(inner: &Inner, installed: Installed, from: Date, to: Date) -> Result<Self, CentreError> {
        let mut cases = VecDeque::new();
        let mut after = None;
        let zone = inner.time_zone();
        let moment = |day: Date| day.to_zoned(zone.clone()).map(|zoned| zoned.timestamp()).ok();
        let until = to.tomorrow().ok().and_then(moment);
        while cases.len() < DECLARATIONS_MAX {
            let limit = (DECLARATIONS_MAX - cases.len()).min(500);
            let filter = CaseFilter { from: moment(from), to: until, after, limit, ..CaseFilter::default() };
            let page = inner.store.list(&filter)?;
            cases.extend(page.iter().map(|case| case.id));
            match page.last() {
                Some(last) if page.len() == limit => after = Some(last.id),
                _ => break,
            }
        }
        let recent = installed.model().recent();
        Ok(Self { installed, from, to, cases, declarations: 0, recent })
    }

    /// Looks at some more; whether all were looked at.
    fn go_on(&mut self, inner: &Inner, most: usize) -> Result<bool, CentreError> {
        for _ in 0..most {
            let Some(id) = self.cases.pop_front() else { return Ok(true) };
            let Some(document) = inner.store.document(id)? else { continue };
            let records = inner.step_records(id)?;
            let filed = records.iter().find_map(|(_, record)| match &record.input {
                Input::File(filing) => Some((record, filing)),
                _ => None,
            });
            let Some((record, filing)) = filed else { continue };
            let (declaration, assessed) = inner.assess_again(&document, record, filing)?;
            let lines = score::declared::lines(&declaration, &assessed.risk.facts, assessed.day);
            self.installed.model().look_at(&mut self.recent, &lines);
            self.declarations += 1;
        }
        Ok(self.cases.is_empty())
    }

    fn report(&self, at: Timestamp) -> DriftReport {
        let drift = self.installed.model().moved(&self.recent);
        DriftReport { at, from: self.from, to: self.to, declarations: self.declarations, drift }
    }
}

/// The daily look at each model in force, a little in each round of housekeeping.
#[derive(Default)]
pub(crate) struct Watch {
    under_way: Option<Look>,
    rests_until: Option<Timestamp>,
}

impl Watch {
    pub(crate) fn go_on(&mut self, inner: &Inner) -> Result<(), CentreError> {
        let now = inner.now();
        if self.rests_until.is_some_and(|until| now < until) {
            return Ok(());
        }
        if self.under_way.is_none() {
            let Some(installed) = inner.unwatched()? else { return Ok(()) };
            let today = inner.today();
            let from = today.checked_sub(DAYS.days()).unwrap_or(today);
            self.under_way = Some(Look::begin(inner, installed, from, today)?);
        }
        let Some(look) = &mut self.under_way else { return Ok(()) };
        match look.go_on(inner, AT_ONCE) {
            Ok(false) => Ok(()),
            Ok(true) => {
                let report = look.report(now);
                self.under_way = None;
                if report.drift.rows == 0 {
                    self.rests_until = now.checked_add(REST).ok();
                }
                inner.keep_drift(&report)
            }
            Err(why) => {
                self.under_way = None;
                self.rests_until = now.checked_add(REST).ok();
                Err(why)
            }
        }
    }
}

impl Inner {
    /// A model in force whose last figure is older than a day.
    fn unwatched(&self) -> Result<Option<Installed>, CentreError> {
        let world = self.world.load();
        if world.models().is_empty() {
            return Ok(None);
        }
        let (now, drifts) = (self.now(), self.store.model_drifts()?);
        let fresh = |version: &str| {
            drifts.iter().any(|kept| kept.model == version && now.duration_since(kept.at) < EVERY)
        };
        let found = world.models().all().find(|(_, installed)| !fresh(installed.model().version()));
        Ok(found.map(|(_, installed)| installed.clone()))
    }

    /// Keeps a figure, and warns where declarations are of another population. Where nothing was filed there is none.
    fn keep_drift(&self, report: &DriftReport) -> Result<(), CentreError> {
        if report.drift.rows == 0 {
            return Ok(());
        }
        let drift = serde_json::to_string(report).map_err(|why| CentreError::Invalid(why.to_string()))?;
        let kept = ModelDrift { model: report.drift.model.clone(), at: report.at, drift };
        self.store.transact(&mut |tx| tx.put_model_drift(&kept))?;
        if report.drift.alarming() {
            tracing::warn!(
                model = report.drift.model,
                drift = report.worst(),
                lines = report.drift.rows,
                "declarations filed lately are of another population than those the model learned from; train anew"
            );
        }
        Ok(())
    }

    /// The last figure of a model.
    pub(super) fn last_drift(&self, version: &str) -> Result<Option<DriftReport>, CentreError> {
        let kept = self.store.model_drifts()?.into_iter().find(|kept| kept.model == version);
        let read = |kept: ModelDrift| {
            serde_json::from_str(&kept.drift)
                .map_err(|why| CentreError::Log(format!("a drift is damaged: {why}")))
        };
        kept.map(read).transpose()
    }
}

impl Centre {
    /// Looks at the models in force whose last figure is older than a day; housekeeping does it by itself, a little at a
    /// time.
    ///
    /// # Errors
    /// Where the store fails, or a declaration cannot be read again.
    pub fn watch_models(&self) -> Result<(), CentreError> {
        let mut watch = Watch::default();
        while watch.rests_until.is_none() && self.inner.unwatched()?.is_some() {
            watch.go_on(&self.inner)?;
        }
        Ok(())
    }

    /// Compares declarations filed on these days with those a model learned from, now; the figure is kept as its last, unless nothing was filed.
    ///
    /// # Errors
    /// There is no such model, or the store fails.
    pub fn look_at_drift(&self, version: &str, from: Date, to: Date) -> Result<DriftReport, CentreError> {
        let none = || CentreError::NotFound(format!("GL-R60: there is no model {version}"));
        let installed = self.inner.installed(version)?.ok_or_else(none)?;
        let mut look = Look::begin(&self.inner, installed, from, to)?;
        while !look.go_on(&self.inner, AT_ONCE)? {}
        let report = look.report(self.inner.now());
        self.inner.keep_drift(&report)?;
        Ok(report)
    }

    /// The last drift of each model in force: version, mode, the largest index.
    ///
    /// # Errors
    /// Where the store fails.
    pub fn drifts_in_force(&self) -> Result<Vec<(String, Mode, f64)>, CentreError> {
        let world = self.inner.world.load();
        let mut figures = Vec::new();
        for (mode, installed) in world.models().all() {
            let version = installed.model().version();
            if let Some(report) = self.inner.last_drift(version)? {
                figures.push((version.to_owned(), mode, report.worst()));
            }
        }
        Ok(figures)
    }
}
