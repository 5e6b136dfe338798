//! Models that score declarations: files that never change, and acts that are only ever added.

use clearance::scoring::life::Act;
use jiff::Timestamp;
use reference::ContentHash;

/// The file of a model, as it was proposed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ModelFile {
    /// The version of the model.
    pub version: String,
    /// The hash of the file.
    pub sha256: ContentHash,
    /// The file.
    pub content: Vec<u8>,
}

/// An act on a model to be recorded.
#[derive(Debug, Clone, Copy)]
pub struct NewModelAct<'a> {
    /// What was done.
    pub act: &'a Act,
    /// When.
    pub at: Timestamp,
    /// Through what: `page`, `api`, `command`.
    pub through: &'a str,
    /// Its leaf in the log.
    pub leaf: u64,
}

/// An act on a model as it is recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredModelAct {
    /// Its number among all acts on models; they rise.
    pub ordinal: u64,
    /// What was done.
    pub act: Act,
    /// When.
    pub at: Timestamp,
    /// Through what: `page`, `api`, `command`.
    pub through: String,
    /// Its leaf in the log.
    pub leaf: u64,
}

/// How far declarations filed lately have moved from those a model learned from; of each model the last figure is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ModelDrift {
    /// The version of the model.
    pub model: String,
    /// When it was looked at.
    pub at: Timestamp,
    /// What was found, JSON.
    pub drift: String,
}
