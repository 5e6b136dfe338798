//! What happens to a case besides its events, as far as the declarant is told: requests, examination,
//! decisions on changes, the end of a transit.

use declaration::{OfficeCode, Path};
use jiff::Timestamp;
use jiff::civil::Date;

use crate::Subject;

/// One act.
#[derive(Debug, Clone, PartialEq)]
pub enum Act {
    /// Documents are wanted, one by one.
    DocumentsWanted(DocumentRequest),
    /// The documents already named are wanted on paper.
    PapersWanted {
        /// What for, for the declarant.
        reason: String,
    },
    /// The examination began.
    ExaminationStarted {
        /// When.
        at: Timestamp,
        /// What is examined.
        remark: String,
    },
    /// The examination ended.
    ExaminationFinished {
        /// When.
        at: Timestamp,
        /// What came of it, for the declarant.
        remark: String,
    },
    /// An instruction, or a decision the trade has no document of its own for.
    Instructed {
        /// What is to be done.
        text: String,
        /// Where the goods lie, if at another office.
        goods_office: Option<OfficeCode>,
    },
    /// A request of the declarant came in and waits for a decision.
    RequestReceived(Request),
    /// The declaration is changed: at the declarant's request or by the service.
    ChangeAllowed(ChangeDecision),
    /// A request to change the declaration is refused.
    ChangeRefused {
        /// Why.
        reason: String,
    },
    /// A transit arrived at its office of destination.
    TransitArrived(Arrival),
}

impl Act {
    /// The stable name.
    pub fn name(&self) -> &'static str {
        match self {
            Act::DocumentsWanted(_) => "documents_wanted",
            Act::PapersWanted { .. } => "papers_wanted",
            Act::ExaminationStarted { .. } => "examination_started",
            Act::ExaminationFinished { .. } => "examination_finished",
            Act::Instructed { .. } => "instructed",
            Act::RequestReceived(_) => "request_received",
            Act::ChangeAllowed(_) => "change_allowed",
            Act::ChangeRefused { .. } => "change_refused",
            Act::TransitArrived(_) => "transit_arrived",
        }
    }
}

/// A request for documents.
#[derive(Debug, Clone, PartialEq)]
pub struct DocumentRequest {
    /// The number of the request within the case, 1 to 99999.
    pub number: u32,
    /// Until when they are to be presented.
    pub deadline: Option<Timestamp>,
    /// What is wanted; at least one.
    pub documents: Vec<WantedDocument>,
}

/// One document that is wanted.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct WantedDocument {
    /// Its kind: five digits, as in box 44.
    pub kind: String,
    /// Its name.
    pub name: String,
    /// Its number, where known.
    pub number: Option<String>,
    /// Its date, where known.
    pub date: Option<Date>,
    /// The line of goods it is about, from 1.
    pub item: Option<u32>,
    /// What it is wanted for.
    pub purpose: String,
}

/// What a declarant asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Request {
    /// To change the declaration.
    Change,
    /// To withdraw it.
    Withdrawal,
}

impl Request {
    /// `change` or `withdrawal`.
    pub fn as_str(self) -> &'static str {
        match self {
            Request::Change => "change",
            Request::Withdrawal => "withdrawal",
        }
    }
}

/// A decision to change a declaration.
#[derive(Debug, Clone, PartialEq)]
pub struct ChangeDecision {
    /// The number of the decision.
    pub number: Option<String>,
    /// Whether the goods were released before.
    pub after_release: bool,
    /// Why.
    pub grounds: String,
    /// What changes.
    pub changes: Vec<Change>,
}

/// One changed field.
#[derive(Debug, Clone, PartialEq)]
pub struct Change {
    /// The field.
    pub path: Path,
    /// What it said; empty where it is new.
    pub before: String,
    /// What it says now; empty where it is gone.
    pub after: String,
}

/// A correction that was taken before release, as the decision that allows it.
pub(crate) fn corrected(subject: &Subject<'_>) -> ChangeDecision {
    ChangeDecision {
        number: None,
        after_release: false,
        grounds: String::new(),
        changes: subject.setting.changes.to_vec(),
    }
}

/// The arrival of a transit.
#[derive(Debug, Clone, PartialEq)]
pub struct Arrival {
    /// When the service was told.
    pub at: Timestamp,
    /// The office of destination.
    pub office: OfficeCode,
    /// The means of transport that arrived.
    pub means: Vec<Means>,
    /// A remark.
    pub remark: String,
}

/// A means of transport.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Means {
    /// What identifies it: a registration plate, a wagon number, up to 40 characters.
    pub identifier: String,
    /// Where it is registered: two capital letters.
    pub nationality: Option<String>,
}
