//! A case as the API shows it: the submit object, and for those who may see it everything else.

use std::collections::BTreeMap;

use centre::{CaseView, Identity, Version};
use clearance::{Case, StepRecord};
use declaration::Kind;
use serde::Serialize;
use serde_json::Value;
use store::Role;
use utoipa::ToSchema;

use crate::account_object::{PayerObject, SecurityObject};
use crate::language::Language;
use crate::model_object::ScoredObject;
use crate::paper_object::PaperObject;
use crate::payment_object::PaymentObject;
use crate::power_object::RepresentationObject;
use crate::submit_object::SubmitObject;

/// A row of the list of cases.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CaseRow {
    /// The case.
    id: String,
    /// The registration number.
    number: Option<String>,
    /// As the outside sees it: `released`, `routed`, `waiting`, `refused`, `release_refused`, `withdrawn`.
    state: &'static str,
    /// Where exactly it stands, such as `released_conditionally`.
    status: &'static str,
    /// The lane.
    lane: Option<&'static str>,
    /// `automatic` or `officer`.
    decided_by: Option<&'static str>,
    /// `import`, `export` or `transit`.
    kind: Option<&'static str>,
    /// The procedure.
    procedure: Option<String>,
    /// The registering office.
    office: Option<String>,
    /// The declarant's name.
    declarant: String,
    /// Lines of goods.
    items: u32,
    /// Errors found.
    errors: u32,
    /// Warnings found.
    warnings: u32,
    /// What is payable, a decimal.
    payable: String,
    /// The total customs value, a decimal.
    customs_value: String,
    /// The currency of both.
    currency: String,
    /// The officer who has it.
    officer: Option<String>,
    /// When something has to have happened, RFC 3339.
    deadline: Option<String>,
    /// Whether a deadline passed.
    overdue: bool,
    /// When it was filed, RFC 3339.
    filed_at: String,
    /// When it was decided, RFC 3339.
    decided_at: Option<String>,
}

impl CaseRow {
    pub(crate) fn new(case: &Case) -> Self {
        Self {
            id: case.id.to_string(),
            number: case.number.map(|number| number.to_string()),
            state: case.state.outcome(),
            status: case.state.as_str(),
            lane: case.lane.map(risk::Lane::as_str),
            decided_by: case.decided_by.as_ref().map(clearance::DecidedBy::as_str),
            kind: case.kind.map(Kind::as_str),
            procedure: case.procedure.map(|code| code.to_string()),
            office: case.office.map(|code| code.to_string()),
            declarant: case.declarant.clone(),
            items: case.items,
            errors: case.errors,
            warnings: case.warnings,
            payable: case.payable.to_string(),
            customs_value: case.customs_value.to_string(),
            currency: case.currency.clone(),
            officer: case.officer.as_ref().map(|officer| officer.0.clone()),
            deadline: case.deadline.map(|at| at.to_string()),
            overdue: case.overdue,
            filed_at: case.filed_at.to_string(),
            decided_at: case.decided_at.map(|at| at.to_string()),
        }
    }

    /// Names and values in the order of the columns, for CSV. One list with the JSON: its own.
    pub(crate) fn cells(&self) -> Vec<(String, String)> {
        let Ok(Value::Object(members)) = serde_json::to_value(self) else { return Vec::new() };
        let text = |value: Value| match value {
            Value::Null => String::new(),
            Value::String(text) => text,
            other => other.to_string(),
        };
        members.into_iter().map(|(name, value)| (name, text(value))).collect()
    }
}

/// A page of the list.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CasePage {
    /// Newest first.
    pub(crate) declarations: Vec<CaseRow>,
    /// What to give as `after` for the next page; null on the last.
    pub(crate) next: Option<String>,
}

/// A case for those who may see it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CaseObject {
    /// The submit object.
    #[serde(flatten)]
    submit: SubmitObject,
    /// Where exactly it stands.
    status: &'static str,
    /// The jurisdiction.
    pack: String,
    /// `import`, `export` or `transit`.
    kind: Option<&'static str>,
    /// The procedure.
    procedure: Option<String>,
    /// The registering office.
    office: Option<String>,
    /// The declarant's name.
    declarant: String,
    /// The declarant's tax number.
    declarant_number: Option<String>,
    /// By what power somebody else filed it for the declarant, as it was at that moment.
    representation: Option<RepresentationObject>,
    /// Format and version of the document.
    format: String,
    /// SHA-256 of its exact bytes.
    sha256: String,
    /// Lines of goods.
    items: u32,
    /// Supporting documents.
    documents: u32,
    /// The officer who has it.
    officer: Option<String>,
    /// When something has to have happened, RFC 3339.
    deadline: Option<String>,
    /// Whether a deadline passed.
    overdue: bool,
    /// When it was filed, RFC 3339.
    filed_at: String,
    /// When it was decided, RFC 3339.
    decided_at: Option<String>,
    /// The total customs value, a decimal.
    customs_value: String,
    /// What is payable, a decimal.
    payable: String,
    /// What is missing on the payers' accounts, a decimal.
    shortfall: String,
    /// Who pays which part.
    payers: Vec<PayerObject>,
    /// What must be secured and what covers it; null where nothing is.
    security: Option<SecurityObject>,
    /// The currency of all amounts.
    currency: String,
    /// Payments line by line.
    payments: Vec<PaymentObject>,
    /// Sums by payment kind, decimals.
    totals: BTreeMap<String, String>,
    /// What models in force say of it; empty for whoever may not know.
    scored: Vec<ScoredObject>,
    /// The version of the declaration that counts, from 1.
    version: u32,
    /// What each version changed.
    versions: Vec<VersionObject>,
    /// The documents that came to the case, newest first.
    papers: Vec<PaperObject>,
}

/// A version of a declaration.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct VersionObject {
    /// Its number, from 1.
    number: u32,
    /// When it became the one that counts, RFC 3339.
    at: String,
    /// The document that made it; null for the first.
    paper: Option<String>,
    /// What differs from the one before.
    changes: Vec<ChangeObject>,
}

/// A field that changed.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ChangeObject {
    /// The field.
    path: String,
    /// What it said; null where it is new.
    before: Option<String>,
    /// What it says; null where it is gone.
    after: Option<String>,
}

impl VersionObject {
    fn new(version: &Version) -> Self {
        let change = |change: &declaration::Change| ChangeObject {
            path: change.path.as_str().to_owned(),
            before: change.before.clone(),
            after: change.after.clone(),
        };
        Self {
            number: version.number,
            at: version.at.to_string(),
            paper: version.paper.as_ref().map(|mark| mark.paper.clone()),
            changes: version.changes.iter().map(change).collect(),
        }
    }
}

impl CaseObject {
    pub(crate) fn new(view: &CaseView, who: &Identity, language: Language) -> Self {
        let (case, assessed) = (&view.case, &view.assessed);
        let submit = SubmitObject::of_case(case, &assessed.findings, language, &view.filing.format);
        let computed = &assessed.payments;
        let mut totals = BTreeMap::<String, rust_decimal::Decimal>::new();
        for (kind, amount, _) in &computed.totals {
            let sum = totals.entry(kind.to_string()).or_default();
            *sum = sum.saturating_add(*amount);
        }
        Self {
            submit: if knows_profiles(who) { submit } else { submit.without_hits() },
            status: case.state.as_str(),
            scored: match knows_profiles(who) {
                true => ScoredObject::all(&assessed.scored, language),
                false => Vec::new(),
            },
            version: case.version,
            versions: view.versions.iter().map(VersionObject::new).collect(),
            papers: view.papers.iter().map(PaperObject::of_paper).collect(),
            pack: case.pack.clone(),
            kind: case.kind.map(Kind::as_str),
            procedure: case.procedure.map(|code| code.to_string()),
            office: case.office.map(|code| code.to_string()),
            declarant: case.declarant.clone(),
            declarant_number: case.declarant_number.map(|number| number.to_string()),
            representation: view.filing.power.as_deref().map(RepresentationObject::from),
            format: view.document.format.clone(),
            sha256: view.document.sha256.to_string(),
            items: case.items,
            documents: case.documents,
            officer: case.officer.as_ref().map(|officer| officer.0.clone()),
            deadline: case.deadline.map(|at| at.to_string()),
            overdue: case.overdue,
            filed_at: case.filed_at.to_string(),
            decided_at: case.decided_at.map(|at| at.to_string()),
            customs_value: case.customs_value.to_string(),
            payable: case.payable.to_string(),
            shortfall: case.shortfall.to_string(),
            payers: PayerObject::of(case),
            security: SecurityObject::of(case),
            currency: case.currency.clone(),
            payments: PaymentObject::all(computed, language),
            totals: totals.into_iter().map(|(kind, sum)| (kind, sum.to_string())).collect(),
        }
    }
}

/// Whether somebody may know which risk profiles fired: everybody on the side of the service.
pub(crate) fn knows_profiles(who: &Identity) -> bool {
    who.role != Role::Declarant
}

/// One step of a case.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct StepObject {
    /// Its place in the log.
    leaf: u64,
    /// Its number in the case, from 1.
    seq: u32,
    /// When, RFC 3339.
    at: String,
    /// The world it was decided in: hash of reference data and rules.
    world: String,
    /// What came, by name.
    input: &'static str,
    /// What happened, in order; each with its name in `event`.
    #[schema(value_type = Vec<Object>)]
    events: Vec<Value>,
}

impl StepObject {
    pub(crate) fn new(leaf: u64, record: &StepRecord, who: &Identity) -> Self {
        // A trader is not told by which profiles and whether by chance they were selected.
        let told = record.events.iter().filter(|event| knows_profiles(who) || !event.is_withheld());
        Self {
            leaf,
            seq: record.seq,
            at: record.at.to_string(),
            world: record.world.to_string(),
            input: record.input.name(),
            events: told.filter_map(|event| serde_json::to_value(event).ok()).collect(),
        }
    }
}
