//! Acts: what an official does about a case short of deciding it. Each is an event of its own, and the
//! declarant is told of it.

use std::collections::BTreeSet;

use declaration::OfficeCode;
use jiff::Timestamp;
use jiff::civil::Date;
use risk::{MEASURES_MAX, Measure};
use serde::{Deserialize, Serialize};

use crate::event::Event;
use crate::step::{REASON_CHARS_MAX, REASON_CHARS_MIN};

/// One act.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum Act {
    /// Documents are wanted, one by one (EAEU customs code, article 325).
    DocumentsWanted(DocumentRequest),
    /// The documents already named are wanted on paper.
    PapersWanted {
        /// What for, for the declarant.
        reason: String,
    },
    /// The examination began (EAEU customs code, article 328).
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
        #[serde(default, skip_serializing_if = "Option::is_none")]
        goods_office: Option<OfficeCode>,
    },
    /// A request to change the declaration is refused.
    ChangeRefused {
        /// Why.
        reason: String,
    },
    /// A transit arrived at its office of destination.
    TransitArrived(Arrival),
    /// Measures are taken that no profile asks for (EAEU customs code, article 310). The declarant is not told: what
    /// the declarant has to know of them are acts of their own.
    MeasureOrdered {
        /// What is to be done, each once.
        measures: Vec<Measure>,
        /// Why, for those who look at the case later.
        reason: String,
        /// The line of goods, from 1; none: the declaration as a whole.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        item: Option<u32>,
    },
}

/// Documents one request may ask for.
pub const WANTED_MAX: usize = 100;
/// Means of transport one arrival may name.
pub const MEANS_MAX: usize = 50;

impl Act {
    /// The stable name, as JSON has it.
    pub fn name(&self) -> &'static str {
        match self {
            Act::DocumentsWanted(_) => "documents_wanted",
            Act::PapersWanted { .. } => "papers_wanted",
            Act::ExaminationStarted { .. } => "examination_started",
            Act::ExaminationFinished { .. } => "examination_finished",
            Act::Instructed { .. } => "instructed",
            Act::ChangeRefused { .. } => "change_refused",
            Act::TransitArrived(_) => "transit_arrived",
            Act::MeasureOrdered { .. } => "measure_ordered",
        }
    }

    /// Whether it is kept from the declarant: it stands in no receipt, only its hash does.
    pub fn is_withheld(&self) -> bool {
        Event::WITHHELD.contains(&self.name())
    }

    /// Whether it says what the declarant has to know, within its bounds.
    pub fn says_enough(&self) -> bool {
        let short = |text: &str| text.chars().count() <= REASON_CHARS_MAX;
        let said = |text: &str| short(text) && text.trim().chars().count() >= REASON_CHARS_MIN;
        match self {
            Act::DocumentsWanted(request) => {
                let clear = |wanted: &WantedDocument| {
                    // Without its kind there is no place for it in a request.
                    !wanted.kind.trim().is_empty()
                        && [&wanted.kind, &wanted.name, &wanted.purpose].into_iter().all(|text| short(text))
                };
                (1..=WANTED_MAX).contains(&request.documents.len()) && request.documents.iter().all(clear)
            }
            Act::PapersWanted { reason } | Act::ChangeRefused { reason } => said(reason),
            Act::Instructed { text, .. } => said(text),
            Act::ExaminationStarted { remark, .. } | Act::ExaminationFinished { remark, .. } => short(remark),
            Act::TransitArrived(arrival) => short(&arrival.remark) && arrival.means.len() <= MEANS_MAX,
            Act::MeasureOrdered { measures, reason, item } => {
                let once = measures.iter().collect::<BTreeSet<_>>().len() == measures.len();
                said(reason) && once && (1..=MEASURES_MAX).contains(&measures.len()) && *item != Some(0)
            }
        }
    }
}

/// A request for documents.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DocumentRequest {
    /// The number of the request within the case, 1 to 99999.
    pub number: u32,
    /// Until when they are to be presented.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deadline: Option<Timestamp>,
    /// What is wanted; at least one.
    pub documents: Vec<WantedDocument>,
}

/// One document that is wanted.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct WantedDocument {
    /// Its kind: five digits, as in box 44.
    pub kind: String,
    /// Its name.
    pub name: String,
    /// Its number, where known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub number: Option<String>,
    /// Its date, where known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub date: Option<Date>,
    /// The line of goods it is about, from 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub item: Option<u32>,
    /// What it is wanted for.
    pub purpose: String,
}

/// The arrival of a transit.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
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
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Means {
    /// What identifies it: a registration plate, a wagon number, up to 40 characters.
    pub identifier: String,
    /// Where it is registered: two capital letters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nationality: Option<String>,
}
