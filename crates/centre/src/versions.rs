//! Versions of a declaration: what was filed is the first; each correction that was taken makes the next.
//!
//! A version is not stored: it is made again from the exact bytes of the declaration and of the
//! corrections, by the same code that made it the first time.

use std::sync::Arc;

use clearance::assess::Circumstances;
use clearance::power::PowerAct;
use clearance::{
    Assessed, Case, CaseId, Correction, Event, Filing, Input, PaperMark, StepRecord, World, assess,
};
use declaration::{Alteration, Change, Declaration, Finding, Path, Severity, Text, difference};
use jiff::Timestamp;
use wire::Content;

use crate::error::{CentreError, SubmitError};
use crate::intake::Filer;
use crate::participants::Marks;
use crate::powers::Represented;
use crate::{Centre, Inner, sealing};

/// One version of a declaration.
#[derive(Debug, Clone)]
pub struct Version {
    /// Its number, from 1.
    pub number: u32,
    /// When it became the one that counts.
    pub at: Timestamp,
    /// The document that made it; none for the first.
    pub paper: Option<PaperMark>,
    /// What it says.
    pub declaration: Declaration,
    /// What the reader found in the first.
    pub findings: Vec<Finding>,
    /// What differs from the one before, field by field.
    pub changes: Vec<Change>,
}

impl Centre {
    /// The versions of a case's declaration, the first first.
    ///
    /// # Errors
    /// Where there is no such case, or the store fails.
    pub fn versions(&self, id: CaseId) -> Result<Vec<Version>, CentreError> {
        let records = self.inner.step_records(id)?;
        self.inner.versions_of(id, records.iter().map(|(_, record)| record))
    }
}

/// A correction as it was filed.
pub(crate) struct CorrectionAsked<'a> {
    /// What it says.
    pub(crate) content: &'a Content,
    /// The paper it stands in.
    pub(crate) mark: PaperMark,
    /// Who filed it.
    pub(crate) filer: &'a Filer,
    /// Whether they filed the declaration, or speak for its declarant without a power.
    pub(crate) own: bool,
    /// Format and version of the paper.
    pub(crate) format: String,
}

impl Inner {
    /// The versions that the steps of a case made.
    pub(crate) fn versions_of<'r>(
        &self,
        id: CaseId,
        records: impl Iterator<Item = &'r StepRecord>,
    ) -> Result<Vec<Version>, CentreError> {
        let mut versions: Vec<Version> = Vec::new();
        for record in records {
            match (&record.input, versions.last()) {
                (Input::File(_), _) => versions.push(self.first_version(id, record.at)?),
                (Input::Correct(correction), Some(last)) => {
                    let taken = record.events.iter().any(|event| matches!(event, Event::Corrected { .. }));
                    if taken {
                        let next = self.next_version(last, &correction.mark, record.at)?;
                        versions.push(next);
                    }
                }
                _ => {}
            }
        }
        Ok(versions)
    }

    fn first_version(&self, id: CaseId, at: Timestamp) -> Result<Version, CentreError> {
        let missing = || CentreError::NotFound(format!("there is no case {id}"));
        let document = self.store.document(id)?.ok_or_else(missing)?;
        let content = sealing::content_of(&document.bytes)?;
        let read = wire::read(&content)
            .map_err(|why| CentreError::Log(format!("the document of case {id} is damaged: {why}")))?;
        let Content::Declaration(declaration) = read.content else {
            return Err(CentreError::Log(format!("the document of case {id} is no declaration")));
        };
        let findings = read.findings;
        Ok(Version { number: 1, at, paper: None, declaration: *declaration, findings, changes: Vec::new() })
    }

    /// The version a correction makes of the one before.
    fn next_version(&self, last: &Version, mark: &PaperMark, at: Timestamp) -> Result<Version, CentreError> {
        let damaged = |why: String| CentreError::Log(format!("paper {}: {why}", mark.paper));
        let id: CaseId = mark.paper.parse().map_err(|why: &str| damaged(why.to_owned()))?;
        let (_, bytes) = self.store.paper(id)?.ok_or_else(|| damaged("it is missing".to_owned()))?;
        if log::Hash::of(&bytes).to_string() != mark.sha256 {
            return Err(damaged("it is not what was filed".to_owned()));
        }
        let content = sealing::content_of(&bytes)?;
        let read = wire::read(&content).map_err(|why| damaged(why.to_string()))?;
        let declaration = made_of(&last.declaration, &read.content)
            .map_err(|findings| damaged(format!("it corrects nothing now: {} findings", findings.len())))?;
        let changes = difference(&last.declaration, &declaration);
        let number = last.number.saturating_add(1);
        Ok(Version { number, at, paper: Some(mark.clone()), declaration, findings: Vec::new(), changes })
    }

    /// What a correction makes of a case, as a decision needs it.
    pub(crate) fn corrected(
        &self,
        case: &Case,
        asked: CorrectionAsked<'_>,
        world: &Arc<World>,
        now: Timestamp,
    ) -> Result<(Correction, Assessed, Marks), SubmitError> {
        let CorrectionAsked { content, mark, filer, own, format } = asked;
        let unavailable = |why: CentreError| SubmitError::Unavailable(why.to_string());
        let records = self.step_records(case.id).map_err(unavailable)?;
        let versions =
            self.versions_of(case.id, records.iter().map(|(_, record)| record)).map_err(unavailable)?;
        let Some(last) = versions.last() else {
            return Err(SubmitError::Unavailable("the case has no version".to_owned()));
        };
        let faulty = |findings| SubmitError::Faulty { findings, format: format.clone() };
        let next = made_of(&last.declaration, content).map_err(faulty)?;
        let changes = difference(&last.declaration, &next);
        if changes.is_empty() {
            return Err(faulty(vec![nothing_changes()]));
        }
        let represented = self.representation(filer, PowerAct::Correct, &next, world, now);
        let mut represented = represented.map_err(unavailable)?;
        // A power that does not reach the declaration as it stands cannot bring it within its reach.
        let before = self.representation(filer, PowerAct::Correct, &last.declaration, world, now);
        if let Some(Represented { judged: Err(why), .. }) = before.map_err(unavailable)?
            && let Some(Represented { judged, .. }) = &mut represented
            && judged.is_ok()
        {
            *judged = Err(why);
        }
        if let Some(Represented { power, judged: Err(why) }) = &represented
            && (power.sealed || !own)
        {
            return Err(faulty(vec![power.finding(why, &next)]));
        }
        let recorded = self.category_of(case.declarant_number.as_ref()).map_err(unavailable)?;
        let by_power = matches!(represented, Some(Represented { judged: Ok(()), .. }));
        let category = if filer.standing.speaks_for(case.declarant_number) || by_power {
            recorded
        } else {
            recorded.max(risk::Category::Medium)
        };
        let filing = Filing {
            sha256: mark.sha256.clone(),
            filer: filer.name.clone(),
            format,
            category,
            standing: filer.standing,
            signer: filer.signer.clone(),
            power: represented.map(|represented| represented.power),
            withdrawn: self.withdrawn_before(&next, world, now).map_err(unavailable)?,
            known: self.known_again(case, &records, &next).map_err(unavailable)?,
        };
        let draw = self.draw_at_step(now, &case.id).map_err(unavailable)?;
        let circumstances = Circumstances::of(&filing, PowerAct::Correct, now, &draw);
        let assessed = assess(&next, &[], world, &circumstances);
        let changes = u32::try_from(changes.len()).unwrap_or(u32::MAX);
        let marks = self.marks_to_keep(case.declarant_number.as_ref(), &next, now);
        Ok((Correction { mark, changes, filing }, assessed, marks))
    }

    /// The assessment of a correction's version, made again.
    pub(crate) fn correction_again(
        &self,
        record: &StepRecord,
        correction: &Correction,
    ) -> Result<Assessed, CentreError> {
        let records = self.step_records(record.case)?;
        let before = records.iter().map(|(_, record)| record).take_while(|other| other.seq < record.seq);
        let versions = self.versions_of(record.case, before)?;
        let last = versions
            .last()
            .ok_or_else(|| CentreError::Log(format!("case {} has no version", record.case)))?;
        let next = self.next_version(last, &correction.mark, record.at)?;
        let world = self.world_of(&record.world)?;
        let draw = self.draw_of_record(record)?;
        let filing = &correction.filing;
        let circumstances = Circumstances::of(filing, PowerAct::Correct, record.at, &draw);
        Ok(assess(&next.declaration, &[], &world, &circumstances))
    }
}

/// The declaration that a correcting document makes of one.
fn made_of(base: &Declaration, content: &Content) -> Result<Declaration, Vec<Finding>> {
    match content {
        Content::Paper(paper) => match wire::alteration_of(paper)? {
            Alteration::Correction(correction) => declaration::correct(base, &correction),
            Alteration::ChangeRequest(_) | Alteration::Withdrawal(_) => Ok(base.clone()),
        },
        Content::Declaration(amendment) => {
            let amended = wire::amend(base, amendment);
            match amended.refused.is_empty() {
                true => Ok(amended.declaration),
                false => Err(amended.refused.iter().map(not_amended).collect()),
            }
        }
    }
}

fn not_amended(path: &Path) -> Finding {
    Finding::new(
        "GL-6103",
        Severity::Error,
        path.clone(),
        Text::new(
            "Указатель изменения не ведёт ни к чему в декларации. Проверьте разделы, номера и элементы указателя.",
            "The pointer of the change leads to nothing in the declaration. Check its sections, numbers and tags.",
        ),
    )
}

fn nothing_changes() -> Finding {
    Finding::new(
        "GL-6102",
        Severity::Error,
        Path::root(),
        Text::new(
            "Корректировка ничего не меняет: все значения те же. Проверьте, тот ли это документ.",
            "The correction changes nothing: every value is the same. Check that this is the right document.",
        ),
    )
}
