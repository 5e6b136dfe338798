//! One case with everything there is to see: the declaration, findings, payments, hits, the way it went.
//!
//! What can be derived is not stored: findings in words, payment lines with their trace and hits are
//! computed again from the exact bytes, the world and the circumstances that the filing step records.
//! That is the same computation a replay makes.

use clearance::assess::Circumstances;
use clearance::power::PowerAct;
use clearance::{
    Assessed, Case, CaseId, Event, Filing, Input, RecordError, RegistrationNumber, StepRecord, assess, values,
};
use declaration::{Declaration, Finding};
use duty::stated::KINDS;
use store::{StoredDocument, StoredPaper, StoredStep};

use crate::error::CentreError;
use crate::versions::Version;
use crate::{Centre, Inner, sealing};

/// Papers shown with a case.
const PAPERS_MAX: usize = 200;

/// A case with all that belongs to it.
#[derive(Debug, Clone)]
pub struct CaseView {
    /// The case as it stands.
    pub case: Case,
    /// The document as it was filed.
    pub document: StoredDocument,
    /// What it declares: the version that counts.
    pub declaration: Declaration,
    /// How it was filed.
    pub filing: Filing,
    /// What was found, computed and hit.
    pub assessed: Assessed,
    /// Every step, with its leaf in the log.
    pub steps: Vec<(u64, StepRecord)>,
    /// The versions of the declaration, the first first.
    pub versions: Vec<Version>,
    /// The papers beside it, newest first.
    pub papers: Vec<StoredPaper>,
}

/// The record that a stored step is the sheets of.
///
/// # Errors
/// Where the stored sheets are damaged.
pub fn read_record(step: &StoredStep) -> Result<StepRecord, RecordError> {
    StepRecord::read(&step.body, step.withheld.as_deref())
}

impl Inner {
    /// The step records of a case with their leaves.
    pub(crate) fn step_records(&self, id: CaseId) -> Result<Vec<(u64, StepRecord)>, CentreError> {
        let damaged = |why: RecordError| CentreError::Log(format!("a step of case {id} is damaged: {why}"));
        let steps = self.store.steps(id)?;
        steps.iter().map(|step| Ok((step.leaf, read_record(step).map_err(damaged)?))).collect()
    }

    /// Reads and assesses a stored document again under recorded circumstances.
    pub(crate) fn assess_again(
        &self,
        document: &StoredDocument,
        filed: &StepRecord,
        filing: &Filing,
    ) -> Result<(Declaration, Assessed), CentreError> {
        let content = sealing::content_of(&document.bytes)?;
        let read = wire::read(&content).map_err(|why| {
            CentreError::Log(format!("the document of case {} is damaged: {why}", filed.case))
        })?;
        let wire::Content::Declaration(declaration) = read.content else {
            return Err(CentreError::Log(format!("the document of case {} is no declaration", filed.case)));
        };
        let world = self.world_of(&filed.world)?;
        let draw = self.draw_of_record(filed)?;
        let circumstances = Circumstances::of(filing, PowerAct::File, filed.at, &draw);
        let assessed = assess(&declaration, &read.findings, &world, &circumstances);
        Ok((*declaration, assessed))
    }

    /// What declarations of customs value beside a declaration say of its values, at the rates of its day. Found again
    /// whenever somebody looks, as everything that can be derived: it is no part of what was decided.
    fn value_findings(
        &self,
        papers: &[StoredPaper],
        declaration: &Declaration,
        assessed: &Assessed,
        world: &reference::ContentHash,
    ) -> Result<Vec<Finding>, CentreError> {
        let mut valuing = papers.iter().filter(|paper| KINDS.contains(&paper.kind.as_str())).peekable();
        if valuing.peek().is_none() {
            return Ok(Vec::new());
        }
        let world = self.world_of(world)?;
        let reference = world.reference();
        let Some(pack) = reference.pack(&assessed.pack) else { return Ok(Vec::new()) };
        let mut findings = Vec::new();
        // The newest of them counts: what came before it was replaced.
        if let Some(paper) = valuing.next()
            && let Some((stored, bytes)) = self.store.paper(paper.id)?
            && let Ok(content) = sealing::content_of(&bytes)
            && let Ok(document) = wire::read(&content)
            && let Some(paper) = document.paper()
        {
            let (kind, on) = (stored.kind.as_str(), assessed.day);
            findings.extend(values::findings(kind, &paper.form, Some(declaration), reference, pack, on));
        }
        Ok(findings)
    }
}

impl Centre {
    /// The identifier a person means: a case's UUID, or a registration number with `/` or `-`.
    ///
    /// # Errors
    /// Where the store fails.
    pub fn resolve(&self, text: &str) -> Result<Option<CaseId>, CentreError> {
        if let Ok(id) = text.parse::<CaseId>() {
            return Ok(self.inner.store.case(id)?.map(|case| case.id));
        }
        match text.parse::<RegistrationNumber>() {
            Ok(number) => Ok(self.inner.store.case_by_number(&number)?),
            Err(_) => Ok(None),
        }
    }

    /// A case with everything that belongs to it.
    ///
    /// # Errors
    /// Where there is none, or the store fails.
    pub fn view(&self, id: CaseId) -> Result<CaseView, CentreError> {
        let missing = || CentreError::NotFound(format!("there is no case {id}"));
        let case = self.inner.store.case(id)?.ok_or_else(missing)?;
        let document = self.inner.store.document(id)?.ok_or_else(missing)?;
        let steps = self.inner.step_records(id)?;
        let Some((_, filed)) = steps.first() else { return Err(missing()) };
        let Input::File(filing) = &filed.input else { return Err(missing()) };
        let filing = filing.clone();
        let records = || steps.iter().map(|(_, record)| record);
        let corrected = records().rev().find_map(|record| match &record.input {
            Input::Correct(correction) => {
                let taken = record.events.iter().any(|event| matches!(event, Event::Corrected { .. }));
                taken.then_some((record, correction))
            }
            _ => None,
        });
        let versions = self.inner.versions_of(id, records())?;
        let (declaration, mut assessed) = match (corrected, versions.last()) {
            (Some((record, correction)), Some(last)) => {
                (last.declaration.clone(), self.inner.correction_again(record, correction)?)
            }
            _ => self.inner.assess_again(&document, filed, &filing)?,
        };
        let world = corrected.map_or(filed.world, |(record, _)| record.world);
        self.inner.world_of(&world)?.models().explain(
            &mut assessed.scored,
            &declaration,
            &assessed.risk.facts,
            assessed.day,
        );
        assessed.findings.extend(filed.supply.duplicate.as_ref().map(clearance::step::Duplicate::finding));
        let papers = self.papers_of(id, PAPERS_MAX)?;
        assessed.findings.extend(self.inner.value_findings(
            &papers,
            &declaration,
            &assessed,
            &filed.world,
        )?);
        let day = assessed.day;
        assessed.findings.extend(self.inner.value_decision_findings(&declaration, day)?);
        Ok(CaseView { case, document, declaration, filing, assessed, steps, versions, papers })
    }
}
