//! What a step says about whether there was anything to be found in a case.
//!
//! The one place where that is decided: a new event that tells a result of a check becomes a row here.

use std::collections::BTreeMap;

use clearance::case::DecidedBy;
use clearance::look::{FoundKind, LookResult, Outcome as Look};
use clearance::{Event, StepRecord};
use risk::history::Outcome;
use rust_decimal::Decimal;

use crate::Inner;
use crate::error::CentreError;

/// What a step tells of its case, if anything. Results of looks say it themselves; release refused by an officer, or
/// data corrected while an officer had the case, is a find as well; an officer's release is none.
pub(super) fn result_of(inner: &Inner, record: &StepRecord) -> Result<Option<Outcome>, CentreError> {
    let mut found: Option<Outcome> = None;
    for event in &record.events {
        let told = match event {
            Event::Refused { by: DecidedBy::Officer(_), .. } => Some(Outcome::Found { value: None }),
            Event::Released { by: DecidedBy::Officer(_), .. } => Some(Outcome::Nothing),
            Event::ResultsRecorded { results, .. } => told_by(results),
            Event::Corrected { .. } if under_control(inner, record)? => Some(Outcome::Found { value: None }),
            _ => None,
        };
        found = match (found, told) {
            (Some(one), Some(other)) => Some(one.and(other)),
            (one, other) => one.or(other),
        };
    }
    Ok(found)
}

/// What results of looks tell. The same breach on the same line, stated for several grounds, is worth what it is
/// worth once.
fn told_by(results: &[LookResult]) -> Option<Outcome> {
    let mut breaches: BTreeMap<(Option<u32>, FoundKind), Decimal> = BTreeMap::new();
    for result in results {
        if let Look::Found { kind, amount } = &result.outcome {
            let worth = breaches.entry((result.item, *kind)).or_default();
            *worth = (*worth).max(*amount);
        }
    }
    if breaches.is_empty() {
        let looked = results.iter().any(|result| result.outcome == Look::Nothing);
        return looked.then_some(Outcome::Nothing);
    }
    let worth = breaches.values().fold(Decimal::ZERO, |sum, worth| sum.saturating_add(*worth));
    Some(Outcome::Found { value: (worth > Decimal::ZERO).then_some(worth) })
}

/// Whether an official had the case before a step. Corrections are rare enough to read a case's steps for.
fn under_control(inner: &Inner, record: &StepRecord) -> Result<bool, CentreError> {
    let steps = inner.step_records(record.case)?;
    let before = steps.iter().map(|(_, step)| step).take_while(|step| step.seq < record.seq);
    Ok(before.flat_map(|step| &step.events).any(|event| matches!(event, Event::Routed { .. })))
}
