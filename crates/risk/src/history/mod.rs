//! What a profile would have found: declarations of the past as columns, and profiles asked of them.
//!
//! [`Builder`] takes declarations apart, field by field, as a column store does (shredding, as Dremel calls
//! it): one column per field of the table of fields, rows of their own for every list, and beside the fields the
//! named values as they were when the declaration was filed. A [`Segment`] is a stretch of the log; only the
//! columns that a profile reads ([`Needed`]) are brought from it.
//!
//! The profile is not written again for this: the compiled tree that decides about what is filed today is
//! evaluated over the rows ([`crate::language`] has the trait both go through). A [`Trial`] does so and adds up,
//! in a [`Tally`], what would have followed; whole numbers, so that parts counted on different cores add up to
//! the same.
//!
//! Nothing here decides anything, and nothing here is needed to decide: segments can be deleted at any time and
//! are made again from documents and steps.

mod bytes;
mod column;
mod later;
mod needed;
mod segment;
mod shape;
mod tally;
mod trial;

use rust_decimal::Decimal;

pub use later::{Afterwards, Came, Looked, Told};
pub use needed::Needed;
pub use segment::{Builder, Directory, Filed, Later, PastCase, PastHit, Segment};
pub use tally::{Found, Group, Known, Moved, OfProfile, Overlap, Tally};
pub use trial::{Baseline, Trial, Wanted};

/// The most rows of a column.
const ROWS_MAX: usize = 1 << 26;

/// What is known of a case afterwards.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// An officer looked and found nothing against it.
    Nothing,
    /// Something was found.
    Found {
        /// What it was worth, in the country's currency, where that is known.
        value: Option<Decimal>,
    },
}

impl Outcome {
    /// Both together: what was found once stays found.
    pub fn and(self, other: Self) -> Self {
        match (self, other) {
            (Outcome::Nothing, other) | (other, Outcome::Nothing) => other,
            (Outcome::Found { value: one }, Outcome::Found { value: other }) => {
                let both = one.zip(other).map(|(one, other)| one.saturating_add(other));
                Outcome::Found { value: both.or(one).or(other) }
            }
        }
    }
}

/// Why a segment cannot be used; it is to be built again.
#[derive(Debug, thiserror::Error)]
pub enum Damage {
    /// The bytes are not what was written.
    #[error("the segment is damaged: {0}")]
    Content(&'static str),
    /// It was written by a program that lays columns out otherwise.
    #[error("the segment is of another version")]
    Layout,
    /// Reading or compressing failed.
    #[error(transparent)]
    Io(#[from] std::io::Error),
}
