//! What is kept of participants: facts that are only ever added, their fold, the category, and the history of acts.
//!
//! Facts stand one after another in the order they came, so that a declaration adds to the end of a table and nowhere
//! else. Each names the one before it of the same participant, and the fold names the last: a participant's facts are
//! found along that chain, everybody's by reading the table from end to end.

use clearance::fact::Fact;
use clearance::standing::Act;
use clearance::trader;
use declaration::TaxNumber;
use jiff::Timestamp;
use jiff::civil::Date;
use risk::Category;

/// A participant of foreign trade, as far as decisions rest on it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Participant {
    /// Tax number.
    pub number: TaxNumber,
    /// Name.
    pub name: String,
    /// The pack whose criteria apply to it; empty of what was kept before packs were.
    pub pack: String,
    /// Risk category.
    pub category: Category,
    /// The category the criteria lead to, where an official has to confirm it.
    pub proposed: Option<Category>,
    /// The last day of a category that does not follow from facts.
    pub held_until: Option<Date>,
}

/// What is known of a trader.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct StoredTrader {
    /// The fold of its facts.
    pub record: trader::Record,
    /// Its last fact.
    pub last_fact: Option<u64>,
}

/// A fact to be added.
#[derive(Debug, Clone, Copy)]
pub struct NewFact<'a> {
    /// Whose.
    pub participant: &'a TaxNumber,
    /// When it became known.
    pub at: Timestamp,
    /// The one before it of the same participant.
    pub previous: Option<u64>,
    /// The fact.
    pub fact: &'a Fact,
}

/// A fact as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredFact {
    /// Its number, in the order all facts came.
    pub number: u64,
    /// Whose.
    pub participant: TaxNumber,
    /// When it became known.
    pub at: Timestamp,
    /// The one before it of the same participant.
    pub previous: Option<u64>,
    /// The fact.
    pub fact: Fact,
}

/// An act to be recorded.
#[derive(Debug, Clone, Copy)]
pub struct NewStandingAct<'a> {
    /// Whose standing.
    pub participant: &'a TaxNumber,
    /// When.
    pub at: Timestamp,
    /// The act.
    pub act: &'a Act,
    /// Its leaf of the log.
    pub leaf: u64,
}

/// An act as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredStandingAct {
    /// Its number, in the order all acts came.
    pub number: u64,
    /// Whose standing.
    pub participant: TaxNumber,
    /// When.
    pub at: Timestamp,
    /// The act.
    pub act: Act,
    /// Its leaf of the log.
    pub leaf: u64,
}
