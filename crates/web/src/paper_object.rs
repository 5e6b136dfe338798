//! A document besides a declaration, as the API and the command line tell of it.

use centre::PaperOutcome;
use serde::Serialize;
use store::StoredPaper;
use utoipa::ToSchema;

use crate::language::Language;
use crate::submit_object::FindingObject;

/// What became of a document that is no declaration. The command line adds `file`.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct PaperObject {
    /// Its identifier, a UUID of version 7.
    pub id: String,
    /// `attached` to a case, or `kept` until its declaration comes.
    pub state: &'static str,
    /// The kind, such as `correction` or `preliminary_road`.
    pub kind: String,
    /// Format and version, such as `album-5.23`.
    pub format: String,
    /// The case it belongs to.
    pub case: Option<String>,
    /// The registration number of that case.
    pub number: Option<String>,
    /// Where that case stands.
    pub case_state: Option<&'static str>,
    /// SHA-256 of the exact bytes, hexadecimal.
    pub sha256: String,
    /// When it came, RFC 3339.
    pub at: String,
    /// What was found in it.
    pub findings: Vec<FindingObject>,
    /// From receipt to durable, in milliseconds; null for one that was there.
    pub milliseconds: Option<f64>,
}

impl PaperObject {
    /// The answer to a filing.
    pub fn new(outcome: &PaperOutcome, language: Language) -> Self {
        let case = outcome.case.as_ref();
        let told = |finding| FindingObject::new(finding, language, &outcome.paper.format);
        Self {
            number: case.and_then(|case| case.number).map(|number| number.to_string()),
            case_state: case.map(|case| case.state.outcome()),
            findings: outcome.findings.iter().map(told).collect(),
            milliseconds: Some((outcome.milliseconds * 1_000.0).round() / 1_000.0),
            ..Self::of_paper(&outcome.paper)
        }
    }

    /// A paper as it is kept.
    pub fn of_paper(paper: &StoredPaper) -> Self {
        Self {
            id: paper.id.to_string(),
            state: if paper.case.is_some() { "attached" } else { "kept" },
            kind: paper.kind.clone(),
            format: paper.format.clone(),
            case: paper.case.map(|case| case.to_string()),
            number: None,
            case_state: None,
            sha256: paper.sha256.to_string(),
            at: paper.at.to_string(),
            findings: Vec::new(),
            milliseconds: None,
        }
    }
}
