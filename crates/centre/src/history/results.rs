//! What a step says about whether there was anything to be found in a case.
//!
//! The one place where that is decided: a new event that tells a result of a check becomes a row here.

use clearance::case::DecidedBy;
use clearance::{Event, StepRecord};
use risk::history::Outcome;

use crate::Inner;
use crate::error::CentreError;

/// What a step tells of its case, if anything: release refused by an officer, or data corrected while an officer
/// had the case, is a find; an officer's release is none.
pub(super) fn result_of(inner: &Inner, record: &StepRecord) -> Result<Option<Outcome>, CentreError> {
    let mut found: Option<Outcome> = None;
    for event in &record.events {
        let told = match event {
            Event::Refused { by: DecidedBy::Officer(_), .. } => Some(Outcome::Found { value: None }),
            Event::Released { by: DecidedBy::Officer(_), .. } => Some(Outcome::Nothing),
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

/// Whether an official had the case before a step. Corrections are rare enough to read a case's steps for.
fn under_control(inner: &Inner, record: &StepRecord) -> Result<bool, CentreError> {
    let steps = inner.step_records(record.case)?;
    let before = steps.iter().map(|(_, step)| step).take_while(|step| step.seq < record.seq);
    Ok(before.flat_map(|step| &step.events).any(|event| matches!(event, Event::Routed { .. })))
}
