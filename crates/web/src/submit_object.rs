//! The answer to a filing, the same over HTTP and on the command line.

use centre::Outcome;
use clearance::{Case, DecidedBy};
use declaration::Finding;
use risk::Lane;
use serde::Serialize;
use utoipa::ToSchema;

use crate::language::Language;

/// What became of a filing (contract 6.1). The command line adds `file`.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct SubmitObject {
    /// The case, a UUID of version 7. Whoever knows it may read the outcome and the receipt.
    pub id: String,
    /// `refused`, `released`, `routed`, `waiting`; later also `release_refused`, `withdrawn`.
    pub state: &'static str,
    /// The registration number `OFFICE/DDMMYY/SERIAL`; null if refused.
    pub number: Option<String>,
    /// `green`, `blue`, `yellow` or `red`.
    pub lane: Option<&'static str>,
    /// `automatic`, `officer`, or null while nobody has decided.
    pub decided_by: Option<&'static str>,
    /// What is wrong, doubtful or noteworthy.
    pub findings: Vec<FindingObject>,
    /// Risk profiles that fired; empty for those who may not know them.
    pub hits: Vec<String>,
    /// From receipt to durable decision, in milliseconds; null while the case is open.
    pub milliseconds: Option<f64>,
}

/// One finding (contract 6.1).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct FindingObject {
    /// The stable code of the check.
    pub code: String,
    /// `error`, `warning` or `hint`.
    pub severity: &'static str,
    /// The field, such as `items/3/mass_gross`; empty for the declaration itself.
    pub path: String,
    /// The number of the box on the form; empty where it has none.
    #[serde(rename = "box")]
    pub box_number: String,
    /// How the WCO's data model names the field; there for documents of that model only.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    pub pointers: Vec<PointerObject>,
    /// What is wrong and what cures it.
    pub message: String,
}

/// One step of the way to a field in a message of the WCO's data model.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct PointerObject {
    /// The section of the document, such as `67A`.
    pub section: String,
    /// Which of several, from 1; absent where there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sequence: Option<u32>,
    /// The data element, such as `137`; absent where a whole section is meant.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tag: Option<String>,
}

impl FindingObject {
    /// The finding in one language, as found in a document of `format`, such as `wco-2`.
    pub fn new(finding: &Finding, language: Language, format: &str) -> Self {
        let pointers = match format.split('-').next() {
            Some(family) if family == wire::Format::Wco.as_str() => wire::wco_pointers(&finding.path),
            _ => Vec::new(),
        };
        let pointers = pointers.into_iter().map(|pointer| PointerObject {
            section: pointer.section,
            sequence: pointer.sequence,
            tag: pointer.tag,
        });
        Self {
            pointers: pointers.collect(),
            code: finding.code.clone().into_owned(),
            severity: finding.severity.as_str(),
            path: finding.path.as_str().to_owned(),
            box_number: finding.box_number.clone().into_owned(),
            message: language.pick(&finding.text).to_owned(),
        }
    }
}

impl SubmitObject {
    /// The outcome of a filing in one language.
    pub fn new(outcome: &Outcome, language: Language) -> Self {
        let mut object = Self::of_case(&outcome.case, &outcome.findings, language, &outcome.format);
        object.milliseconds = Some(rounded(outcome.milliseconds));
        object
    }

    /// A case as it stands, in one language, its document filed in `format`.
    pub fn of_case(case: &Case, findings: &[Finding], language: Language, format: &str) -> Self {
        let took = case.decided_at.map(|at| at.duration_since(case.filed_at));
        let told = |finding| FindingObject::new(finding, language, format);
        Self {
            id: case.id.to_string(),
            state: case.state.outcome(),
            number: case.number.map(|number| number.to_string()),
            lane: case.lane.map(Lane::as_str),
            decided_by: case.decided_by.as_ref().map(DecidedBy::as_str),
            findings: findings.iter().map(told).collect(),
            hits: case.hits.clone(),
            milliseconds: took.map(|took| rounded(took.as_secs_f64() * 1_000.0)),
        }
    }

    /// The same without the risk profiles, for those who may not know them.
    #[must_use]
    pub fn without_hits(mut self) -> Self {
        self.hits.clear();
        self
    }
}

impl From<&Outcome> for SubmitObject {
    /// In Russian.
    fn from(outcome: &Outcome) -> Self {
        Self::new(outcome, Language::Ru)
    }
}

/// To the microsecond: more digits are noise.
fn rounded(milliseconds: f64) -> f64 {
    (milliseconds * 1_000.0).round() / 1_000.0
}
