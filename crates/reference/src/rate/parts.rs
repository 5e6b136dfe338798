//! What a rate consists of: per cent of the value, money per quantity, or their sum.

use std::fmt;

use declaration::CurrencyCode;
use rust_decimal::Decimal;

use super::RateUnit;

/// Money per quantity: `0.2 EUR за 1 кг`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Specific {
    /// The money.
    pub amount: Decimal,
    /// Its currency.
    pub currency: CurrencyCode,
    /// For how many units, usually 1.
    pub per: Decimal,
    /// The unit.
    pub unit: RateUnit,
}

/// The parts of a rate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Parts {
    /// Per cent of the value.
    Percent(Decimal),
    /// Money per quantity.
    Specific(Specific),
    /// The sum of both.
    Sum(Decimal, Specific),
}

impl Parts {
    /// The per cent, if there is one.
    pub fn percent(&self) -> Option<Decimal> {
        match self {
            Parts::Percent(percent) | Parts::Sum(percent, _) => Some(*percent),
            Parts::Specific(_) => None,
        }
    }

    /// The part per quantity, if there is one.
    pub fn specific(&self) -> Option<&Specific> {
        match self {
            Parts::Specific(specific) | Parts::Sum(_, specific) => Some(specific),
            Parts::Percent(_) => None,
        }
    }

    /// The text in English.
    pub fn english(&self) -> String {
        match self {
            Parts::Percent(percent) => format!("{percent}%"),
            Parts::Specific(specific) => specific.english(),
            Parts::Sum(percent, specific) => format!("{percent}% plus {}", specific.english()),
        }
    }
}

/// The text in Russian.
impl fmt::Display for Parts {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Parts::Percent(percent) => write!(out, "{percent}%"),
            Parts::Specific(specific) => write!(out, "{specific}"),
            Parts::Sum(percent, specific) => write!(out, "{percent}% плюс {specific}"),
        }
    }
}

impl Specific {
    /// The text in English: `0.2 EUR per 1 kg`.
    pub fn english(&self) -> String {
        format!("{} {} per {} {}", self.amount, self.currency, self.per, self.unit.en())
    }
}

impl fmt::Display for Specific {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{} {} за {} {}", self.amount, self.currency, self.per, self.unit.ru())
    }
}
