//! Dossiers of risk profiles: versions whose texts never change, and acts that are only ever added.

use clearance::dossier::{Act, State};
use declaration::Text;
use jiff::Timestamp;
use jiff::civil::Date;
use risk::{Lane, ProfileKind};

/// A version of a profile, as it was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProfileVersion {
    /// The number of the profile.
    pub number: String,
    /// Counted from 1.
    pub version: u32,
    /// How far it reaches, as its text says.
    pub kind: ProfileKind,
    /// The lane it leads to, as its text says.
    pub lane: Lane,
    /// What it is about, as its text says.
    pub title: Text,
    /// Who wrote it: a login, or a word for the program itself.
    pub author: String,
    /// When.
    pub at: Timestamp,
    /// The text, TOML.
    pub source: String,
}

/// A version without its text, and how it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProfileHead {
    /// The number of the profile.
    pub number: String,
    /// Counted from 1.
    pub version: u32,
    /// How far it reaches.
    pub kind: ProfileKind,
    /// The lane it leads to.
    pub lane: Lane,
    /// What it is about.
    pub title: Text,
    /// Who wrote it.
    pub author: String,
    /// When it was written.
    pub at: Timestamp,
    /// Where it stands.
    pub state: State,
    /// Since when.
    pub since: Timestamp,
    /// Who did what led there; empty where the day did.
    pub by: String,
    /// Of what is approved: the day from which it will be in force.
    pub day: Option<Date>,
}

/// An act to be recorded.
#[derive(Debug, Clone, Copy)]
pub struct NewProfileAct<'a> {
    /// The number of the profile.
    pub number: &'a str,
    /// What was done.
    pub act: &'a Act,
    /// When.
    pub at: Timestamp,
    /// Through what: `page`, `api`, `command`, `system`.
    pub through: &'a str,
    /// Its leaf in the log.
    pub leaf: u64,
}

/// An act as it is recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredProfileAct {
    /// Its number among all acts; they rise.
    pub ordinal: u64,
    /// The number of the profile.
    pub number: String,
    /// What was done.
    pub act: Act,
    /// When.
    pub at: Timestamp,
    /// Through what: `page`, `api`, `command`, `system`.
    pub through: String,
    /// Its leaf in the log.
    pub leaf: u64,
}

/// Which heads to list.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ProfileFilter {
    /// Only numbers after this one: the next page.
    pub after: Option<String>,
    /// At most so many heads.
    pub limit: usize,
}

/// That a person read a profile.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProfileRead {
    /// When.
    pub at: Timestamp,
    /// Who.
    pub login: String,
    /// The number of the profile; empty: the list.
    pub number: String,
    /// Through what: `page`, `api`, `csv`.
    pub what: String,
}
