//! The language in which rates are published: `5%`, `10%, но не менее 0.2 EUR за 1 кг`,
//! `5%; для CN: 20%`. `docs/rates.md` describes it; its examples are executed.
//!
//! Three layers. A [`RateText`] is one plain rate. A [`Reading`] is a plain rate with remarks on what was
//! ambiguous in its text and which reading was chosen. A [`Published`] is all that a line of a tariff
//! says: plain rates with the conditions under which each stands.
//!
//! Every value prints in one normal form, in Russian and in English, and reads back as itself.

mod conditions;
mod parts;
mod published;
mod read;
#[cfg(test)]
pub(crate) mod sample;
mod scan;
mod unit;
mod wording;

use std::fmt;

use rust_decimal::Decimal;

pub use conditions::{
    Circumstances, MANUFACTURER_CHARS_MAX, Manufacturer, NotATerm, QuotaSide, Rank, Season, Terms,
};
pub use parts::{Parts, Specific};
pub use published::{CASES_MAX, Case, Conditions, NotPublished, ORIGINS_MAX, PUBLISHED_BYTES_MAX, Published};
pub use read::{NotARate, Reading, Remark, TEXT_BYTES_MAX};
pub use unit::RateUnit;

/// A plain rate, as published.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RateText {
    /// Free of duty, in so many words.
    Free,
    /// The source names the commodity but gives no rate. It is not zero.
    NotStated,
    /// A rate in numbers.
    Stated(Rate),
}

/// A rate in numbers: its parts, and between which bounds their sum is kept. The lower bound is applied
/// first, then the upper.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    /// What is due.
    pub parts: Parts,
    /// "But not less than".
    pub at_least: Option<Parts>,
    /// "But not more than".
    pub at_most: Option<Parts>,
}

impl Rate {
    /// The rate and its bounds.
    fn all(&self) -> impl Iterator<Item = &Parts> {
        [Some(&self.parts), self.at_least.as_ref(), self.at_most.as_ref()].into_iter().flatten()
    }
}

impl From<Parts> for RateText {
    fn from(parts: Parts) -> Self {
        RateText::Stated(Rate { parts, at_least: None, at_most: None })
    }
}

impl RateText {
    /// A rate by value alone.
    pub fn percent_of_value(percent: Decimal) -> Self {
        Parts::Percent(percent).into()
    }

    /// The rate in numbers, if it is one.
    pub fn stated(&self) -> Option<&Rate> {
        match self {
            RateText::Stated(rate) => Some(rate),
            RateText::Free | RateText::NotStated => None,
        }
    }

    /// All parts per quantity, those of the bounds last.
    pub fn specifics(&self) -> impl Iterator<Item = &Specific> {
        self.stated().into_iter().flat_map(Rate::all).filter_map(Parts::specific)
    }

    /// Whether the value counts: some part, or some part of a bound, is per cent of it.
    pub fn is_by_value(&self) -> bool {
        self.stated().is_some_and(|rate| rate.all().any(|parts| parts.percent().is_some()))
    }

    /// The text in English; it reads back as the same rate.
    pub fn english(&self) -> String {
        match self {
            RateText::Free => "free".into(),
            RateText::NotStated => "–".into(),
            RateText::Stated(rate) => {
                let mut text = rate.parts.english();
                for (words, bound) in
                    [(", but not less than ", rate.at_least), (", but not more than ", rate.at_most)]
                {
                    if let Some(bound) = bound {
                        text += words;
                        text += &bound.english();
                    }
                }
                text
            }
        }
    }
}

/// The text in Russian, in one normal form; it reads back as the same rate.
impl fmt::Display for RateText {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            RateText::Free => out.write_str("беспошлинно"),
            RateText::NotStated => out.write_str("–"),
            RateText::Stated(rate) => {
                write!(out, "{}", rate.parts)?;
                if let Some(bound) = rate.at_least {
                    write!(out, ", но не менее {bound}")?;
                }
                if let Some(bound) = rate.at_most {
                    write!(out, ", но не более {bound}")?;
                }
                Ok(())
            }
        }
    }
}
