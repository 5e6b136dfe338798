//! The record of a step: what the store keeps, what the log's leaf covers, what a replay starts from.

use jiff::Timestamp;
use reference::ContentHash;
use serde::{Deserialize, Serialize};

use crate::case::CaseId;
use crate::event::Event;
use crate::input::Input;
use crate::step::Supply;

/// One step of one case. Its bytes ([`StepRecord::to_bytes`]) are canonical: the same record is
/// always the same bytes, and those bytes are what a leaf of the log covers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StepRecord {
    /// The case.
    pub case: CaseId,
    /// The number of the step, from 1.
    pub seq: u32,
    /// When.
    pub at: Timestamp,
    /// The world it was decided in.
    pub world: ContentHash,
    /// What came.
    pub input: Input,
    /// What was scarce and counted.
    #[serde(default, skip_serializing_if = "Supply::is_empty")]
    pub supply: Supply,
    /// What happened.
    pub events: Vec<Event>,
}

impl StepRecord {
    /// The canonical bytes: JSON with the fields in the order above.
    ///
    /// # Errors
    /// None that a record built by this crate can meet; the signature is that of the writer.
    pub fn to_bytes(&self) -> Result<Vec<u8>, serde_json::Error> {
        serde_json::to_vec(self)
    }

    /// Reads the bytes again.
    ///
    /// # Errors
    /// Where they are not a record.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, serde_json::Error> {
        serde_json::from_slice(bytes)
    }
}
