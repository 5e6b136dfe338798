//! Learning from results: gradient-boosted trees over the features of a declaration.
//!
//! [`Table`] reads results from a CSV file, [`Model::train`] learns from them, [`Model::propose`] says of one row what
//! it would do and why, [`Model::evaluate`] what would have been found, [`Model::drift`] whether rows still look like
//! those learned from. Nothing here reads a clock, a disk or a source of randomness: bytes, days and draws are
//! parameters.
//!
//! A model proposes. Its [`Card`] says what it was made of and how good it is; [`Card::may_go_live`] refuses what was not
//! measured or is worse than the rules. Putting a model to work is a person's act, elsewhere.
//!
//! *The same bits everywhere.* Whatever is added up in a score is a whole number, and what is compared is too, so a
//! score is the same on every machine and for any number of threads; its probability comes from arithmetic that is
//! rounded alike wherever IEEE 754 holds (`arithmetic`). Training uses nothing else (`train`).

mod arithmetic;
mod binning;
mod card;
pub mod declared;
mod digest;
mod drift;
mod encode;
mod error;
mod evaluate;
mod features;
mod file;
mod forest;
mod invented;
mod keys;
pub mod limits;
mod model;
mod propose;
mod row;
mod table;
mod train;

pub use card::{Card, Comparison, Hindrance, Month, Part, Source};
pub use digest::Sha256;
pub use drift::{Drift, Moved, OTHER, Recent, SHIFTED};
pub use error::{Fault, Faults, ScoreError};
pub use evaluate::{Evaluation, Inspected, PERCENTS, Rank, Ranking, Scope, Scores};
pub use features::{DECLARED, DutyColumns, Feature, FeatureTable, IMPORTS, Kind};
pub use invented::invented;
pub use model::{Lesson, Model};
pub use propose::{LanePlan, Proposal, Reason, Score, Selection};
pub use row::{Row, Value};
pub use table::{Table, TableRow};
pub use train::Settings;
