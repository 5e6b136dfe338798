//! What happens by itself: deadlines that pass, cases nobody has yet, secrets of days that ended.

use std::time::Duration;

use clearance::{CaseId, Input};

use crate::Inner;
use crate::error::InputError;

/// How often it looks.
const EVERY: Duration = Duration::from_millis(500);
/// Cases looked at in one round.
const AT_ONCE: usize = 256;

/// The work of the housekeeping thread, until the centre stops.
pub(crate) fn watch(inner: &Inner) {
    while !inner.is_stopping() {
        if let Err(why) = round(inner) {
            tracing::error!(%why, "housekeeping failed; it tries again");
        }
        std::thread::park_timeout(EVERY);
    }
}

fn round(inner: &Inner) -> Result<(), Box<dyn std::error::Error>> {
    let now = inner.now();
    let (mut due, mut unassigned) = (Vec::new(), Vec::new());
    let somebody_on_shift = inner.store.officers()?.iter().any(|officer| officer.on_shift);
    inner.store.transact(&mut |tx| {
        due = tx.due(now, AT_ONCE)?;
        unassigned = if somebody_on_shift { tx.unassigned(AT_ONCE)? } else { Vec::new() };
        Ok(())
    })?;
    give(inner, due, &Input::DeadlineReached)?;
    give(inner, unassigned, &Input::Assign)?;
    inner.reveal_past_days()?;
    Ok(())
}

/// Gives each case the input; a case that changed in between says no, and that is fine.
fn give(inner: &Inner, cases: Vec<CaseId>, input: &Input) -> Result<(), InputError> {
    for case in cases {
        match inner.input(case, input.clone()) {
            Ok(_) | Err(InputError::Refused(_) | InputError::NotFound) => {}
            Err(why) => return Err(why),
        }
    }
    Ok(())
}
