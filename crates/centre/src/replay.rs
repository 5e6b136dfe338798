//! Replay: every decision made again from what was recorded, and compared.

use std::collections::HashMap;

use clearance::step::{Setting, step};
use clearance::{Case, CaseId, Input, StepRecord};

use crate::error::CentreError;
use crate::{Centre, Inner, sealing};

/// What a replay found.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Report {
    /// Steps made again.
    pub steps: u64,
    /// Of them, filings decided.
    pub filings: u64,
    /// Steps that came out otherwise: leaf, case, what differs.
    pub differing: Vec<Difference>,
    /// Whether the tree over all steps has the root of the signed checkpoint.
    pub root_matches: bool,
}

/// A step that came out otherwise.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// Its leaf.
    pub leaf: u64,
    /// The case.
    pub case: Option<CaseId>,
    /// What differs.
    pub why: String,
}

/// Steps read at a time.
const STEPS_AT_ONCE: usize = 512;
/// Differences listed at most; more are counted as one.
const DIFFERENCES_MAX: usize = 1_000;

impl Centre {
    /// Makes every step again and compares; `progress` hears how many of how many are done.
    ///
    /// # Errors
    /// Where the store fails. A difference is no error: it is in the report.
    pub fn replay(&self, mut progress: impl FnMut(u64, u64)) -> Result<Report, CentreError> {
        let store = &self.inner.store;
        let checkpoint = store.checkpoint()?;
        let total = checkpoint.as_ref().map_or(0, |checkpoint| checkpoint.size);
        let mut report = Report::default();
        let mut open: HashMap<CaseId, Case> = HashMap::new();
        let mut tree = log::Tree::new();
        let mut next = 0;
        while next < total {
            let steps = store.steps_from(next, STEPS_AT_ONCE)?;
            if steps.is_empty() {
                break;
            }
            for stored in steps {
                if stored.leaf >= total {
                    next = total;
                    break;
                }
                next = stored.leaf + 1;
                report.steps += 1;
                let mut differs = |why: String| {
                    if report.differing.len() < DIFFERENCES_MAX {
                        report.differing.push(Difference { leaf: stored.leaf, case: stored.case, why });
                    }
                };
                let leaf_hash = log::leaf_hash(&log::entry_hash(&stored.salt, &stored.body));
                if leaf_hash != stored.leaf_hash {
                    differs("the body is not what the log covers".to_owned());
                }
                tree.append(leaf_hash);
                let Some(id) = stored.case else {
                    let acts = [
                        self.inner.profile_act_differs(&stored)?,
                        self.inner.standing_act_differs(&stored)?,
                        self.inner.model_act_differs(&stored)?,
                        self.inner.value_decision_differs(&stored)?,
                    ];
                    acts.into_iter().flatten().for_each(&mut differs);
                    continue;
                };
                let record = match crate::view::read_record(&stored) {
                    Ok(record) => record,
                    Err(why) => {
                        differs(format!("the body cannot be read: {why}"));
                        continue;
                    }
                };
                let before = match open.remove(&id) {
                    Some(case) => case,
                    // Papers still come to a case that is decided: those are not kept at hand.
                    None => self.inner.case_before(id, &record)?,
                };
                match self.inner.again(&before, &record) {
                    Ok(None) => {}
                    Ok(Some(why)) => differs(why),
                    Err(why) => differs(why.to_string()),
                }
                report.filings += u64::from(matches!(record.input, Input::File(_)));
                let mut after = before;
                after.take(&record.events, record.at);
                if !after.state.is_final() {
                    open.insert(id, after);
                }
            }
            progress(report.steps, total);
        }
        report.root_matches = match checkpoint {
            None => total == 0,
            Some(stored) => log::Checkpoint::open(&stored.note, &self.vkey()?)
                .is_ok_and(|signed| signed.size == tree.size() && signed.root == tree.root()),
        };
        Ok(report)
    }

    /// The key that verifies the log.
    ///
    /// # Errors
    /// Where the journal is broken.
    pub fn vkey(&self) -> Result<log::Vkey, CentreError> {
        Ok(self.inner.journal.lock().map_err(|_| CentreError::Broken)?.vkey())
    }
}

impl Inner {
    /// The case as it stood before a step.
    pub(crate) fn case_before(&self, id: CaseId, record: &StepRecord) -> Result<Case, CentreError> {
        if record.seq <= 1 {
            return Ok(Case::new(id, record.at));
        }
        let records = self.step_records(id)?;
        let mut case = Case::new(id, records.first().map_or(record.at, |(_, first)| first.at));
        for (_, earlier) in records.iter().take_while(|(_, earlier)| earlier.seq < record.seq) {
            case.take(&earlier.events, earlier.at);
        }
        Ok(case)
    }

    /// Makes one step again; says what differs, if anything.
    fn again(&self, before: &Case, record: &StepRecord) -> Result<Option<String>, CentreError> {
        let world = self.world_of(&record.world)?;
        let draw = self.draw_of_record(record)?;
        let assessed = match &record.input {
            Input::File(filing) => {
                let document = self
                    .store
                    .document(record.case)?
                    .ok_or_else(|| CentreError::NotFound("the document is missing".to_owned()))?;
                if log::Hash::of(&document.bytes).to_string() != filing.sha256 {
                    return Ok(Some("the document is not the one that was filed".to_owned()));
                }
                if let Some(why) =
                    sealing::comes_out_otherwise(world.verifier(), &document, filing, record.at)
                {
                    return Ok(Some(why));
                }
                Some(self.assess_again(&document, record, filing)?.1)
            }
            Input::Correct(correction) => Some(self.correction_again(record, correction)?),
            Input::Decide { .. }
            | Input::Withdraw { .. }
            | Input::Attach(_)
            | Input::Act { .. }
            | Input::RecordResults { .. }
            | Input::PaymentArrived
            | Input::Cover { .. }
            | Input::FreeCover { .. }
            | Input::Assign
            | Input::DeadlineReached => None,
        };
        let setting = Setting {
            world: &world,
            now: record.at,
            draw: &draw,
            supply: &record.supply,
            assessed: assessed.as_ref(),
        };
        match step(before, &record.input, &setting) {
            Err(refusal) => Ok(Some(format!("now refused: {refusal}"))),
            Ok(again) if again.events != record.events => {
                let position =
                    again.events.iter().zip(&record.events).take_while(|(new, old)| new == old).count();
                let name = record.events.get(position).map_or("(none)", |event| event.name());
                Ok(Some(format!("event {} ({name}) comes out otherwise", position + 1)))
            }
            Ok(_) => Ok(None),
        }
    }
}
