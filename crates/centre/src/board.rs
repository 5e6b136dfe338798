//! The live board: what is happening now, from counts kept per minute.

use std::collections::BTreeMap;

use clearance::dossier::State as ProfileState;
use clearance::{Case, Ground, Officer, State};
use jiff::{SignedDuration, Timestamp};
use risk::Term;
use serde::Serialize;
use store::{Outcome, Result, StoredProfileAct};

use crate::Centre;
use crate::error::CentreError;
use crate::people::Identity;

/// Counts of one transaction, added to the minute's row at its end.
#[derive(Default)]
pub(crate) struct Tally {
    counts: BTreeMap<Key, Sums>,
}

/// What outcomes are counted by.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Key {
    minute: Timestamp,
    office: String,
    outcome: &'static str,
    lane: &'static str,
    decided_by: &'static str,
}

#[derive(Default)]
struct Sums {
    count: u64,
    milliseconds: u64,
}

impl Tally {
    /// Counts what a case came to.
    pub(crate) fn add(&mut self, case: &Case, now: Timestamp) {
        let key = Key {
            minute: minute_of(now),
            office: case.office.map(|office| office.to_string()).unwrap_or_default(),
            outcome: case.state.outcome(),
            lane: case.lane.map_or("", risk::Lane::as_str),
            decided_by: case.decided_by.as_ref().map_or("", clearance::DecidedBy::as_str),
        };
        let took = now.duration_since(case.filed_at).as_millis();
        let sums = self.counts.entry(key).or_default();
        sums.count += 1;
        sums.milliseconds += u64::try_from(took).unwrap_or_default();
    }

    /// The rows to add.
    pub(crate) fn into_outcomes(self) -> Vec<Outcome> {
        let row = |(key, sums): (Key, Sums)| Outcome {
            minute: key.minute,
            office: key.office,
            outcome: key.outcome.to_owned(),
            lane: key.lane.to_owned(),
            decided_by: key.decided_by.to_owned(),
            count: sums.count,
            milliseconds: sums.milliseconds,
        };
        self.counts.into_iter().map(row).collect()
    }
}

/// The start of the minute a moment lies in.
pub fn minute_of(at: Timestamp) -> Timestamp {
    let second = at.as_second();
    Timestamp::from_second(second - second.rem_euclid(60)).unwrap_or(at)
}

/// What the board shows.
#[derive(Debug, Clone, Serialize)]
pub struct Board {
    /// When it was made.
    pub at: Timestamp,
    /// Cases by state, over everything stored.
    pub states: Vec<StateCount>,
    /// The last hour, minute by minute, oldest first.
    pub minutes: Vec<Minute>,
    /// Outcomes of the last hour by lane and decider.
    pub outcomes: Vec<OutcomeSum>,
    /// Officers with shift and load.
    pub officers: Vec<Officer>,
    /// Filings that wait for assessment.
    pub intake_waiting: usize,
}

/// How many cases stand in a state.
#[derive(Debug, Clone, Serialize)]
pub struct StateCount {
    /// The state.
    pub state: State,
    /// How many.
    pub count: u64,
}

/// One minute.
#[derive(Debug, Clone, Serialize)]
pub struct Minute {
    /// Its start.
    pub minute: Timestamp,
    /// First outcomes of filings, by name.
    pub outcomes: BTreeMap<String, u64>,
}

/// Outcomes of one kind over the last hour.
#[derive(Debug, Clone, Serialize)]
pub struct OutcomeSum {
    /// What it came to.
    pub outcome: String,
    /// In which lane.
    pub lane: String,
    /// Who decided.
    pub decided_by: String,
    /// How many.
    pub count: u64,
    /// Mean milliseconds from filing to this outcome.
    pub mean_ms: u64,
}

/// How far back the board looks.
const BOARD_MINUTES: i64 = 60;

impl Centre {
    /// What every ground for looking that arose in a span of time has brought: profiles, chance, officials.
    ///
    /// # Errors
    /// Where the store fails.
    pub fn effects(&self, from: Timestamp, to: Timestamp) -> Result<Vec<risk::Effect>> {
        let rows = self.inner.store.effects(from, to)?;
        let mut terms: BTreeMap<String, Vec<Term>> = BTreeMap::new();
        for row in &rows {
            if !terms.contains_key(&row.ground) {
                let acts = self.inner.store.profile_acts(&row.ground)?;
                if !acts.is_empty() {
                    terms.insert(row.ground.clone(), terms_of(&acts));
                }
            }
        }
        Ok(risk::effects(&rows, &terms))
    }

    /// The same, as far as somebody may know of it: of profiles only those they may read.
    ///
    /// # Errors
    /// Where the store fails.
    pub fn effects_for(
        &self,
        who: &Identity,
        from: Timestamp,
        to: Timestamp,
    ) -> std::result::Result<Vec<risk::Effect>, CentreError> {
        let mut seen = Vec::new();
        for effect in self.effects(from, to)? {
            let profile = effect.ground != Ground::CHANCE && effect.ground != Ground::OFFICER;
            if !profile || self.inner.reads(&who.area, &effect.ground)? {
                seen.push(effect);
            }
        }
        Ok(seen)
    }

    /// The board as of now.
    ///
    /// # Errors
    /// Where the store fails.
    pub fn board(&self) -> Result<Board> {
        let at = self.inner.now();
        let from = minute_of(at.checked_sub(SignedDuration::from_mins(BOARD_MINUTES - 1)).unwrap_or(at));
        let rows = self.inner.store.outcomes(from)?;
        let mut minutes: BTreeMap<Timestamp, BTreeMap<String, u64>> = BTreeMap::new();
        for nth in 0..BOARD_MINUTES {
            if let Ok(minute) = from.checked_add(SignedDuration::from_mins(nth)) {
                minutes.insert(minute, BTreeMap::new());
            }
        }
        let mut sums: BTreeMap<(String, String, String), (u64, u64)> = BTreeMap::new();
        for row in rows {
            *minutes.entry(row.minute).or_default().entry(row.outcome.clone()).or_default() += row.count;
            let sum = sums.entry((row.outcome, row.lane, row.decided_by)).or_default();
            sum.0 += row.count;
            sum.1 += row.milliseconds;
        }
        let states = self.inner.store.state_counts()?;
        Ok(Board {
            at,
            states: states.into_iter().map(|(state, count)| StateCount { state, count }).collect(),
            minutes: minutes.into_iter().map(|(minute, outcomes)| Minute { minute, outcomes }).collect(),
            outcomes: sums
                .into_iter()
                .map(|((outcome, lane, decided_by), (count, milliseconds))| OutcomeSum {
                    outcome,
                    lane,
                    decided_by,
                    count,
                    mean_ms: milliseconds.checked_div(count).unwrap_or_default(),
                })
                .collect(),
            officers: self.inner.store.officers()?,
            intake_waiting: self.intake_waiting(),
        })
    }
}

/// When which version was in force, by the acts of a dossier.
fn terms_of(acts: &[StoredProfileAct]) -> Vec<Term> {
    let mut terms: Vec<Term> = Vec::new();
    for StoredProfileAct { act, at, .. } in acts {
        if act.to == ProfileState::InForce {
            terms.push(Term { version: act.version, from: *at, to: None });
        } else if act.from == Some(ProfileState::InForce)
            && let Some(term) = terms.iter_mut().find(|term| term.version == act.version)
        {
            term.to = Some(*at);
        }
    }
    terms
}
