//! What is kept of participants besides their cases.

use clearance::links::{MarkId, MarkKind};
use clearance::value_decision::ValueDecision;
use clearance::{CaseId, Ground, State, trader};
use declaration::TaxNumber;
use jiff::Timestamp;
use risk::{Lane, Tally};

use crate::Participant;

/// That a participant's declarations bear a mark. When is what the identifiers of its cases say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ParticipantMark {
    /// What it is.
    pub kind: MarkKind,
    /// The mark, by its keyed hash.
    pub mark: MarkId,
    /// Whose.
    pub number: TaxNumber,
    /// The first declaration that bears it.
    pub first: CaseId,
    /// The last one, or one of the same month: not every declaration is written down.
    pub last: CaseId,
}

/// One participant in a list.
#[derive(Debug, Clone, PartialEq)]
pub struct ParticipantRow {
    /// Its tax number.
    pub number: TaxNumber,
    /// How it was registered, if it was.
    pub registered: Option<Participant>,
    /// How the last declaration under its number names it, where there is one.
    pub declared_as: Option<String>,
    /// What is known of it from its cases.
    pub record: Option<trader::Record>,
}

/// How many cases of a declarant came to what in one month.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Flow {
    /// The month of filing, `2026-11`.
    pub month: String,
    /// Where they stand.
    pub state: State,
    /// The lane; none of what was refused before it had one.
    pub lane: Option<Lane>,
    /// How many.
    pub count: u64,
}

/// What looking at a declarant's cases brought on one ground.
#[derive(Debug, Clone, PartialEq)]
pub struct LooksOf {
    /// The ground.
    pub ground: Ground,
    /// The currency of the amount found; empty where nothing was.
    pub currency: String,
    /// What came of it.
    pub tally: Tally,
    /// The last case.
    pub last: CaseId,
}

/// That a person read a participant's file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParticipantRead {
    /// When.
    pub at: Timestamp,
    /// Who.
    pub login: String,
    /// Whose; none of the list.
    pub number: Option<TaxNumber>,
    /// Through what: `page`, `api`, `csv`.
    pub what: String,
}

/// A preliminary decision on customs value as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredValueDecision {
    /// The decision.
    pub decision: ValueDecision,
    /// When it was recorded.
    pub at: Timestamp,
    /// Who decided: a login.
    pub decided_by: String,
    /// Its leaf of the log.
    pub leaf: u64,
}

/// Which decisions to list.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ValueDecisionFilter {
    /// Only of this participant.
    pub participant: Option<TaxNumber>,
    /// Only of goods whose code in the decision begins so; digits.
    pub code: String,
    /// Only those after this number: the next page.
    pub after: String,
    /// At most so many.
    pub limit: usize,
}
