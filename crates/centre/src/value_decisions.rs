//! Preliminary decisions on customs value: recorded by officials with a leaf of the log each, found by what declarations
//! name in box 44.

use clearance::value_decision::{self, Impossible, ValueDecision};
use declaration::{Declaration, Finding};
use jiff::Timestamp;
use jiff::civil::Date;
use log::Hash;
use serde::{Deserialize, Serialize};
use store::{StoredStep, StoredValueDecision, ValueDecisionFilter};

use crate::error::CentreError;
use crate::people::Identity;
use crate::{Centre, Inner, acts};

/// Why a decision was not recorded.
#[derive(Debug, thiserror::Error)]
pub enum ValueDecisionError {
    /// It is not what it should be.
    #[error(transparent)]
    Refused(#[from] Impossible),
    /// The centre failed.
    #[error(transparent)]
    Centre(#[from] CentreError),
}

/// The word by which a leaf says that it is one of these.
const SYSTEM: &str = "value_decision";

/// The leaf of a decision: its number, who decided when, and the hash of what it says. Whose it is stands behind that.
fn body(stored: &StoredValueDecision) -> Result<Vec<u8>, CentreError> {
    let failed = |why: serde_json::Error| CentreError::Log(why.to_string());
    let StoredValueDecision { decision, at, decided_by, .. } = stored;
    let text = serde_json::to_vec(decision).map_err(failed)?;
    let body = Body {
        system: SYSTEM.to_owned(),
        number: decision.number.clone(),
        by: decided_by.clone(),
        at: *at,
        sha256: Hash::of(&text).to_string(),
    };
    serde_json::to_vec(&body).map_err(failed)
}

#[derive(Serialize, Deserialize)]
struct Body {
    system: String,
    number: String,
    by: String,
    at: Timestamp,
    sha256: String,
}

impl Inner {
    /// Compares a leaf with the decision it covers; says what differs, if anything.
    pub(crate) fn value_decision_differs(&self, step: &StoredStep) -> Result<Option<String>, CentreError> {
        if !acts::is_of(step, SYSTEM) {
            return Ok(None);
        }
        let read = serde_json::from_slice::<Body>(&step.body).ok();
        let kept = read.map(|read| self.store.value_decision(&read.number)).transpose()?.flatten();
        let same = match &kept {
            Some(kept) => kept.leaf == step.leaf && body(kept)? == step.body,
            None => false,
        };
        Ok((!same).then(|| "a decision on value is not what the log covers".to_owned()))
    }
}

impl Centre {
    /// Records a decision on value, with a leaf of the log: its number, and the hash of what it says.
    ///
    /// # Errors
    /// [`ValueDecisionError`]; then nothing was recorded. Whether somebody may decide, whoever calls has to ask.
    pub fn decide_value(
        &self,
        who: &Identity,
        decision: ValueDecision,
    ) -> Result<StoredValueDecision, ValueDecisionError> {
        decision.check()?;
        if self.world().reference().pack(&decision.pack).is_none() {
            return Err(Impossible::Pack.into());
        }
        let inner = &self.inner;
        if inner.store.value_decision(&decision.number).map_err(CentreError::from)?.is_some() {
            return Err(Impossible::Taken.into());
        }
        let at = inner.now();
        let mut stored = StoredValueDecision { decision, at, decided_by: who.login.clone(), leaf: 0 };
        let covered = body(&stored)?;
        let mut journal = inner.journal.lock().map_err(|_| CentreError::Broken)?;
        let mut page = journal.page();
        let kept = inner.store.transact(&mut |tx| {
            page = journal.page();
            stored.leaf = page.add_system(tx, at, covered.clone())?;
            tx.add_value_decision(&stored)?;
            page.close(tx)
        });
        kept.map_err(CentreError::from)?;
        journal.turn(page);
        Ok(stored)
    }

    /// Decisions that pass the filter, by number.
    ///
    /// # Errors
    /// Where the store fails.
    pub fn value_decisions(
        &self,
        filter: &ValueDecisionFilter,
    ) -> Result<Vec<StoredValueDecision>, CentreError> {
        Ok(self.inner.store.value_decisions(filter)?)
    }

    /// The decisions that a declaration names in box 44.
    ///
    /// # Errors
    /// Where the store fails.
    pub fn value_decisions_named(
        &self,
        declaration: &Declaration,
    ) -> Result<Vec<StoredValueDecision>, CentreError> {
        self.inner.value_decisions_named(declaration)
    }
}

impl Inner {
    fn value_decisions_named(
        &self,
        declaration: &Declaration,
    ) -> Result<Vec<StoredValueDecision>, CentreError> {
        // Most stores have none, and a declaration has hundreds of documents.
        let any = ValueDecisionFilter { limit: 1, ..ValueDecisionFilter::default() };
        if self.store.value_decisions(&any)?.is_empty() {
            return Ok(Vec::new());
        }
        let mut found = Vec::new();
        for number in value_decision::numbers(declaration) {
            found.extend(self.store.value_decision(&number)?);
        }
        Ok(found)
    }

    /// What there is to say of the decisions a declaration names: told whenever somebody looks, no part of what was
    /// decided.
    pub(crate) fn value_decision_findings(
        &self,
        declaration: &Declaration,
        on: Date,
    ) -> Result<Vec<Finding>, CentreError> {
        let decisions: Vec<ValueDecision> =
            self.value_decisions_named(declaration)?.into_iter().map(|stored| stored.decision).collect();
        Ok(value_decision::findings(declaration, &decisions, on))
    }
}
