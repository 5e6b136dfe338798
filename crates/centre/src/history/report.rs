//! What a backtest says, for people and programs.

use std::collections::BTreeMap;

use declaration::Text;
use jiff::civil::Date;
use risk::history::{Found, Group, Known, Moved, OfProfile, Overlap, Tally, Trial};
use risk::{Effort, Measure, MeasureMinutes};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use store::Store;

use super::Backtest;
use crate::error::CentreError;
use clearance::CaseId;

/// What profiles on trial would have done.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct BacktestReport {
    /// The first day of filing.
    pub from: Date,
    /// The last day of filing.
    pub to: Date,
    /// Numbers of the profiles it is compared with; none: what was in force when each declaration was filed.
    pub against: Option<Vec<String>>,
    /// Declarations looked at.
    pub declarations: u64,
    /// Of them not registered: no lane, and nobody's time.
    pub unregistered: u64,
    /// Of them filed without a record of what was known of the trader's history: there, conditions on it are undecided.
    #[serde(default)]
    pub history_unknown: u64,
    /// Lines of goods looked at.
    pub items: u64,
    /// The profiles on trial, by number.
    pub profiles: Vec<ProfileRow>,
    /// Declarations hit by any of them.
    pub hits: u64,
    /// Of them not hit by what it is compared with.
    pub new: u64,
    /// Declarations hit by what it is compared with.
    pub hits_before: u64,
    /// Profiles compared with that hit the same declarations.
    pub overlap: Vec<Overlap>,
    /// Registered declarations that would have gone through another lane.
    pub lanes: Vec<Moved>,
    /// Officers' hours.
    pub hours: Hours,
    /// Known results of all that was looked at.
    pub known: Known,
    /// Of the hits.
    pub caught: Known,
    /// Of the hits that what it is compared with did not make.
    pub caught_new: Known,
    /// Of the hits of what it is compared with.
    pub caught_before: Known,
    /// Finds among the declarations that were not hit.
    pub missed: u64,
    /// By office.
    pub offices: Vec<GroupRow>,
    /// By declarant.
    pub traders: Vec<GroupRow>,
    /// Hits one by one, as far as asked for.
    pub listed: Vec<ListedHit>,
    /// Segments read, or looked into for their days.
    pub segments: u64,
    /// Of them made for this.
    pub segments_made: u64,
    /// Seconds it took to make them.
    pub first_pass_s: f64,
    /// Seconds it took to ask the profiles.
    pub scan_s: f64,
    /// Lines of goods a second.
    pub items_per_s: f64,
}

/// One profile on trial.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ProfileRow {
    /// Its number.
    pub number: String,
    /// What it is about.
    pub title: Text,
    /// Whether a profile of this number is among what it is compared with, and so would be replaced.
    pub replaces: bool,
    /// What it would have done.
    #[serde(flatten)]
    pub sums: OfProfile,
    /// Hits that its shares lead one to expect.
    pub expected: Decimal,
}

/// Officers' hours: what is needed against what there is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Hours {
    /// For the measures of the hits.
    pub needed: Decimal,
    /// Of them for measures that were not to be taken anyway.
    pub new: Decimal,
    /// For the measures of what it is compared with.
    pub before: Decimal,
    /// What all officers work in these days.
    pub available: Decimal,
    /// Officers on the roster.
    pub officers: u64,
    /// Hours of work of each in a week.
    pub hours_per_week: Decimal,
    /// Minutes that measures are taken to last, and where those come from.
    pub minutes: BTreeMap<Measure, MeasureMinutes>,
}

/// An office or a declarant.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct GroupRow {
    /// Its code or tax number.
    pub code: String,
    /// What there is of it.
    #[serde(flatten)]
    pub group: Group,
}

/// A hit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListedHit {
    /// The case.
    pub case: CaseId,
    /// The profile.
    pub profile: String,
    /// The line of goods, from 1; none: the declaration as a whole.
    pub item: Option<u32>,
}

fn hours(minutes: u64) -> Decimal {
    Decimal::from(minutes).checked_div(Decimal::from(60)).unwrap_or_default().round_dp(1).normalize()
}

impl Hours {
    /// The hours of a tally made with these minutes, for so many officers and days.
    pub fn of(
        tally: &Tally,
        effort: &Effort,
        minutes: BTreeMap<Measure, MeasureMinutes>,
        officers: usize,
        days: u32,
    ) -> Self {
        Self {
            needed: hours(tally.minutes),
            new: hours(tally.minutes_new),
            before: hours(tally.minutes_before),
            available: effort.hours(officers, days),
            officers: officers as u64,
            hours_per_week: effort.hours_per_week,
            minutes,
        }
    }

    /// Hours needed of a hundred that there are; none where there are none.
    pub fn percent(&self) -> Option<Decimal> {
        let percent = self.needed.checked_mul(Decimal::ONE_HUNDRED)?.checked_div(self.available)?;
        Some(percent.round_dp(1).normalize())
    }
}

impl BacktestReport {
    pub(super) fn of(
        asked: &Backtest,
        trial: &Trial,
        tally: Tally,
        hours: Hours,
        store: &dyn Store,
    ) -> Result<Self, CentreError> {
        let replaced: Vec<String> = match &asked.against {
            Some(profiles) => profiles.iter().map(|profile| profile.number.clone()).collect(),
            None => match store.current_world()? {
                None => Vec::new(),
                Some(hash) => {
                    let sources = store.world(&hash)?.map(|world| world.profiles).unwrap_or_default();
                    let parsed = sources.iter().filter_map(|source| risk::parse_profile(source).ok());
                    parsed.map(|profile| profile.number).collect()
                }
            },
        };
        let profiles = trial.profiles().iter().map(|profile| {
            let sums = tally.profiles.get(&profile.number).copied().unwrap_or_default();
            ProfileRow {
                number: profile.number.clone(),
                title: profile.title.clone(),
                replaces: replaced.contains(&profile.number),
                expected: sums.expected(),
                sums,
            }
        });
        let rows = |groups| {
            let top = Tally::top(groups, asked.top).into_iter();
            top.map(|(code, group)| GroupRow { code, group }).collect()
        };
        let listed = |found: &Found| ListedHit {
            case: CaseId::from_bytes(found.case),
            profile: found.profile.clone(),
            item: found.item,
        };
        Ok(Self {
            from: asked.from,
            to: asked.to,
            against: asked.against.as_ref().map(|_| replaced.clone()),
            declarations: tally.declarations,
            unregistered: tally.unregistered,
            history_unknown: tally.history_unknown,
            items: tally.items,
            profiles: profiles.collect(),
            hits: tally.hits,
            new: tally.new,
            hits_before: tally.hits_before,
            overlap: tally.overlaps(),
            lanes: tally.lanes(),
            hours,
            known: tally.known,
            caught: tally.caught,
            caught_new: tally.caught_new,
            caught_before: tally.caught_before,
            missed: tally.known.found.saturating_sub(tally.caught.found),
            offices: rows(&tally.offices),
            traders: rows(&tally.traders),
            listed: tally.listed.iter().map(listed).collect(),
            segments: 0,
            segments_made: 0,
            first_pass_s: 0.0,
            scan_s: 0.0,
            items_per_s: 0.0,
        })
    }
}
