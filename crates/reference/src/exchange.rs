//! Currency rates as of a day.

use declaration::CurrencyCode;
use jiff::civil::Date;
use rust_decimal::Decimal;

/// What some units of a foreign currency are worth in a pack's currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ExchangeRate {
    /// The foreign currency.
    pub currency: CurrencyCode,
    /// The day the rate was set for.
    pub date: Date,
    /// How many units the rate is for.
    pub units: u32,
    /// The value of those units.
    pub rate: Decimal,
}
