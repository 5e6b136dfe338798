//! The norm something rests on, over the days it held: a declaration cites the law of its own day.

use jiff::civil::Date;
use serde::Deserialize;

use super::levy::Norms;

/// A norm: one text for all days, or a text for each time.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(untagged, expecting = "a text, or a list of { valid_from, valid_to, text }")]
pub enum Norm {
    /// The same on all days.
    Always(String),
    /// One after another.
    Dated(Vec<DatedNorm>),
}

/// A norm over some days.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DatedNorm {
    /// First day in force; none where it held before anything a pack knows.
    pub valid_from: Option<Date>,
    /// Last day in force, if ended.
    pub valid_to: Option<Date>,
    /// Law, article, date.
    pub text: String,
}

impl Default for Norm {
    fn default() -> Self {
        Norm::Always(String::new())
    }
}

impl Norm {
    /// The norm of a day; empty where the pack names none for it.
    pub fn on(&self, on: Date) -> &str {
        match self {
            Norm::Always(text) => text,
            Norm::Dated(norms) => {
                let in_force = |norm: &&DatedNorm| {
                    norm.valid_from.is_none_or(|first| first <= on)
                        && norm.valid_to.is_none_or(|last| on <= last)
                };
                norms.iter().find(in_force).map_or("", |norm| norm.text.as_str())
            }
        }
    }
}

/// The norms of what all payments have in common, over the days.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct DatedNorms {
    /// Of the customs value.
    pub value: Norm,
    /// Of the day whose currency rate counts.
    pub currency: Norm,
    /// Of how sums are rounded.
    pub rounding: Norm,
}

impl DatedNorms {
    /// Those of a day.
    pub fn on(&self, on: Date) -> Norms {
        let text = |norm: &Norm| norm.on(on).to_owned();
        Norms { value: text(&self.value), currency: text(&self.currency), rounding: text(&self.rounding) }
    }
}
