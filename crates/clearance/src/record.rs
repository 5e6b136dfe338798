//! The record of a step: what the store keeps, what the log's leaf covers, what a replay starts from.
//!
//! A record is kept as two sheets. The *body* is what a leaf of the log covers and a receipt shows. What
//! the declarant must not learn (which profiles fired, what was known of the trader, which measures an official ordered without one, whether chance selected the case, how loaded which
//! officers were) stands on the *withheld* sheet; the body carries only its hash, so that it can be
//! neither changed nor denied later.

use jiff::Timestamp;
use reference::ContentHash;
use serde::{Deserialize, Serialize};

use crate::case::CaseId;
use crate::event::Event;
use crate::input::Input;
use crate::step::Supply;
use crate::trader::Known;

/// Bytes of salt before the withheld sheet: without it, its few possible contents could be guessed.
pub const SALT_BYTES: usize = 16;

/// One step of one case.
#[derive(Debug, Clone, PartialEq)]
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
    pub supply: Supply,
    /// What happened.
    pub events: Vec<Event>,
}

/// A record as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sheets {
    /// What the log covers and a receipt shows: canonical JSON.
    pub body: Vec<u8>,
    /// What is withheld: the salt, then canonical JSON. None where there is nothing to withhold.
    pub withheld: Option<Vec<u8>>,
}

/// Why sheets are no record.
#[derive(Debug, thiserror::Error)]
pub enum RecordError {
    /// The JSON is not that of a record.
    #[error("the step cannot be read: {0}")]
    Json(#[from] serde_json::Error),
    /// The withheld sheet is not the one the body names.
    #[error("what was withheld is not what the log covers")]
    Withheld,
}

#[derive(Serialize, Deserialize)]
struct Body {
    case: CaseId,
    seq: u32,
    at: Timestamp,
    world: ContentHash,
    /// None where it is withheld itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    input: Option<Input>,
    events: Vec<Event>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    withheld: Option<ContentHash>,
}

#[derive(Serialize, Deserialize)]
struct Withheld {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    input: Option<Input>,
    #[serde(default, skip_serializing_if = "Supply::is_empty")]
    supply: Supply,
    /// What was known of the declarant: it belongs to the filing, which is not withheld itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    known: Option<Box<Known>>,
    /// Events with their places among all events of the step.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    events: Vec<(usize, Event)>,
}

impl StepRecord {
    /// The sheets of the record; the same record and salt give the same bytes.
    ///
    /// # Errors
    /// None that a record built by this crate can meet; the signature is that of the writer.
    pub fn write(&self, salt: &[u8; SALT_BYTES]) -> Result<Sheets, serde_json::Error> {
        let mut events = Vec::with_capacity(self.events.len());
        let mut kept_back = Vec::new();
        for (place, event) in self.events.iter().enumerate() {
            if event.is_withheld() {
                kept_back.push((place, event.clone()))
            } else {
                events.push(event.clone())
            }
        }
        let (input, input_kept_back) = if self.input.is_withheld() {
            (None, Some(self.input.clone()))
        } else {
            (Some(self.input.clone()), None)
        };
        let mut input = input;
        let known = input.as_mut().and_then(Input::known_mut).and_then(Option::take);
        let nothing = kept_back.is_empty() && input_kept_back.is_none() && known.is_none();
        let withheld = if self.supply.is_empty() && nothing {
            None
        } else {
            let mut sheet = salt.to_vec();
            let supply = self.supply.clone();
            serde_json::to_writer(
                &mut sheet,
                &Withheld { input: input_kept_back, supply, known, events: kept_back },
            )?;
            Some(sheet)
        };
        let body = serde_json::to_vec(&Body {
            case: self.case,
            seq: self.seq,
            at: self.at,
            world: self.world,
            input,
            events,
            withheld: withheld.as_deref().map(ContentHash::of),
        })?;
        Ok(Sheets { body, withheld })
    }

    /// Reads the sheets again.
    ///
    /// # Errors
    /// Where they are no record, or do not belong together.
    pub fn read(body: &[u8], withheld: Option<&[u8]>) -> Result<Self, RecordError> {
        let body: Body = serde_json::from_slice(body)?;
        if body.withheld != withheld.map(ContentHash::of) {
            return Err(RecordError::Withheld);
        }
        let (mut input, mut events, mut supply) = (body.input, body.events, Supply::default());
        if let Some(sheet) = withheld {
            let json = sheet.get(SALT_BYTES..).ok_or(RecordError::Withheld)?;
            let sheet: Withheld = serde_json::from_slice(json)?;
            supply = sheet.supply;
            input = input.or(sheet.input);
            if sheet.known.is_some()
                && let Some(known) = input.as_mut().and_then(Input::known_mut)
            {
                *known = sheet.known;
            }
            for (place, event) in sheet.events {
                events.insert(place.min(events.len()), event);
            }
        }
        let Body { case, seq, at, world, .. } = body;
        let input = input.ok_or(RecordError::Withheld)?;
        Ok(Self { case, seq, at, world, input, supply, events })
    }
}
