//! What a step says about whether there was anything to be found in a case.
//!
//! The one place where that is decided: a new event that tells a result of a check becomes a row here.

use clearance::case::DecidedBy;
use clearance::look::{LookResult, Outcome as Look};
use clearance::{Event, StepRecord};
use risk::history::{Came, Looked, Outcome, Told};

use crate::Inner;
use crate::error::CentreError;

/// What a step, with its leaf of the log, tells of its case, if anything. Results of looks say it themselves; release
/// refused by an officer, or data corrected while an officer had the case, is a find as well; an officer's release is
/// none.
pub(super) fn told_by(inner: &Inner, record: &StepRecord, leaf: u64) -> Result<Vec<Told>, CentreError> {
    let mut all = Vec::new();
    for event in &record.events {
        match event {
            Event::Refused { by: DecidedBy::Officer(_), .. } => {
                all.push(Told::Came(Outcome::Found { value: None }));
            }
            Event::Released { by: DecidedBy::Officer(_), .. } => all.push(Told::Came(Outcome::Nothing)),
            Event::ResultsRecorded { results, .. } => {
                all.extend(results.iter().filter_map(|result| looked(result, leaf)).map(Told::Looked));
            }
            Event::Corrected { .. } if under_control(inner, record)? => {
                all.push(Told::Came(Outcome::Found { value: None }));
            }
            _ => {}
        }
    }
    Ok(all)
}

/// A result as the history keeps it; that nobody said anything is none.
fn looked(result: &LookResult, step: u64) -> Option<Looked> {
    let came = match &result.outcome {
        Look::Unstated => return None,
        Look::NotApplied => Came::NotApplied,
        Look::Nothing => Came::Nothing,
        Look::Found { kind, amount } => Came::Found { kind: kind.as_str().to_owned(), amount: *amount },
    };
    let ground = result.ground.as_str().to_owned();
    Some(Looked { step, ground, measure: result.measure, item: result.item, came })
}

/// Whether an official had the case before a step. Corrections are rare enough to read a case's steps for.
fn under_control(inner: &Inner, record: &StepRecord) -> Result<bool, CentreError> {
    let steps = inner.step_records(record.case)?;
    let before = steps.iter().map(|(_, step)| step).take_while(|step| step.seq < record.seq);
    Ok(before.flat_map(|step| &step.events).any(|event| matches!(event, Event::Routed { .. })))
}
