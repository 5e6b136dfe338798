//! Currency rates as of a day.

use declaration::{CurrencyCode, Rate};
use jiff::ToSpan;
use jiff::civil::Date;
use rust_decimal::Decimal;

use crate::content::Dataset;
use crate::table::{ImportError, read_rows, sorted};

/// How old a rate may be and still hold, in days: services that set rates monthly set none between.
pub const AGE_MAX_DAYS: i32 = 31;

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

/// The rates of one jurisdiction, by currency and day.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct ExchangeTable {
    rates: Vec<ExchangeRate>,
}

impl ExchangeTable {
    /// Adds a dataset. It replaces what was known of its currencies for the days it covers: from
    /// its first day to the last on which its last rate would hold.
    pub fn add(&mut self, dataset: &Dataset) -> Result<(), ImportError> {
        let rows = read_rows(dataset, &["date", "currency", "units", "rate"], &[], |row| {
            let units: u32 = row.leaf("units")?;
            if units == 0 {
                return Err(row.error("units", "целое число от 1", "a whole number from 1"));
            }
            let rate: Rate = row.leaf("rate")?;
            if rate == Rate::ZERO {
                return Err(row.error("rate", "число больше нуля", "a number above zero"));
            }
            let rate = ExchangeRate {
                currency: row.leaf("currency")?,
                date: row.leaf("date")?,
                units,
                rate: rate.get(),
            };
            Ok((row.line(), rate))
        })?;
        let added = sorted(dataset, "date", rows, |rate| (rate.currency, rate.date))?;
        for of_currency in added.chunk_by(|a, b| a.currency == b.currency) {
            if let [first, ..] = of_currency
                && let [.., last] = of_currency
            {
                let until = last.date.saturating_add(AGE_MAX_DAYS.days());
                self.rates.retain(|old| {
                    old.currency != first.currency || old.date < first.date || until < old.date
                });
            }
        }
        self.rates.extend(added);
        self.rates.sort_unstable_by_key(|rate| (rate.currency, rate.date));
        Ok(())
    }

    /// The last rate set for the day or one before it, at most [`AGE_MAX_DAYS`] old.
    pub fn find(&self, currency: CurrencyCode, on: Date) -> Option<ExchangeRate> {
        let after = self.rates.partition_point(|rate| (rate.currency, rate.date) <= (currency, on));
        let last = self.rates.get(after.checked_sub(1)?)?;
        let fresh = last.currency == currency && last.date.saturating_add(AGE_MAX_DAYS.days()) >= on;
        fresh.then_some(*last)
    }
}
