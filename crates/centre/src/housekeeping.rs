//! What happens by itself: deadlines that pass, cases nobody has yet, profiles whose day has come, categories of
//! traders that lapse, secrets of days that ended.

use std::time::Duration;

use clearance::dispatch::candidates_for;
use clearance::{CaseId, Input};

use crate::Inner;
use crate::error::InputError;
use crate::standing::Nightly;

/// How often it looks.
const EVERY: Duration = Duration::from_millis(500);
/// Cases looked at in one round.
const AT_ONCE: usize = 256;

/// The work of the housekeeping thread, until the centre stops.
pub(crate) fn watch(inner: &Inner) {
    let mut queue = Queue::default();
    let mut nightly = Nightly::default();
    while !inner.is_stopping() {
        // Each duty by itself: what stops one must not stop the others.
        for (duty, done) in [
            ("deadlines", deadlines(inner)),
            ("unassigned cases", queue.assign(inner)),
            ("profiles whose day has come", inner.enter_due_profiles(inner.today()).map_err(Into::into)),
            ("categories that lapse", nightly.look(inner).map_err(Into::into)),
            ("secrets of past days", inner.reveal_past_days().map_err(Into::into)),
        ] {
            if let Err(why) = done {
                tracing::error!(%why, duty, "housekeeping failed; it tries again");
            }
        }
        std::thread::park_timeout(EVERY);
    }
}

type Done = Result<(), Box<dyn std::error::Error>>;

fn deadlines(inner: &Inner) -> Done {
    let now = inner.now();
    let mut due = Vec::new();
    inner.store.transact(&mut |tx| {
        due = tx.due(now, AT_ONCE)?;
        Ok(())
    })?;
    give(inner, due, &Input::DeadlineReached)
}

/// Where the round through unassigned cases stands: cases nobody can take must not hide those after them.
#[derive(Default)]
struct Queue {
    after: Option<CaseId>,
}

impl Queue {
    fn assign(&mut self, inner: &Inner) -> Done {
        let officers = inner.store.officers()?;
        if !officers.iter().any(|officer| officer.on_shift) {
            return Ok(());
        }
        let after = self.after;
        let mut unassigned = Vec::new();
        inner.store.transact(&mut |tx| {
            unassigned = tx.unassigned(after, AT_ONCE)?;
            Ok(())
        })?;
        self.after = if unassigned.len() < AT_ONCE { None } else { unassigned.last().copied() };
        let mut takeable = Vec::new();
        for id in unassigned {
            let case = inner.store.case(id)?;
            if case.is_some_and(|case| !candidates_for(&officers, &case).is_empty()) {
                takeable.push(id);
            }
        }
        give(inner, takeable, &Input::Assign)
    }
}

/// Gives each case the input; a case that changed in between says no, and that is fine. One that fails
/// is told of and does not keep the others.
fn give(inner: &Inner, cases: Vec<CaseId>, input: &Input) -> Done {
    let mut failed = None;
    for case in cases {
        match inner.input(case, input.clone()) {
            Ok(_) | Err(InputError::Refused(_) | InputError::NotFound) => {}
            Err(why) => failed = Some(format!("case {case}: {why}")),
        }
    }
    failed.map_or(Ok(()), |why| Err(why.into()))
}
