//! Currency rates as of a day.

use std::sync::Arc;

use declaration::{CurrencyCode, Rate};
use jiff::ToSpan;
use jiff::civil::Date;
use rust_decimal::Decimal;

use crate::content::{Dataset, DatasetEntry};
use crate::formats::{central_bank, european_bank};
use crate::report::Notes;
use crate::table::{read_rows, twice};

/// How old a rate may be and still hold, in days: services that set rates monthly set none between.
pub const AGE_MAX_DAYS: i32 = 31;

/// What some units of a foreign currency are worth in a pack's currency.
#[derive(Debug, Clone, PartialEq)]
pub struct ExchangeRate {
    /// The foreign currency.
    pub currency: CurrencyCode,
    /// The day the rate was set for.
    pub date: Date,
    /// How many units the rate is for: a power of ten where a bank states the value of units; any number where a
    /// bank states what one of its own unit is worth.
    pub units: Decimal,
    /// The value of those units.
    pub rate: Decimal,
    /// Whether nobody set it: an example that the project comes with, so that a demonstration has some.
    pub example: bool,
    /// The dataset that says so.
    pub set: Arc<DatasetEntry>,
}

/// One rate as a line of a dataset says it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Quoted {
    pub line: u64,
    pub currency: CurrencyCode,
    pub date: Date,
    pub units: Decimal,
    pub rate: Decimal,
    pub example: bool,
}

/// The rates of one jurisdiction, by currency and day.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ExchangeTable {
    rates: Vec<ExchangeRate>,
}

fn read(dataset: &Dataset, own: CurrencyCode, notes: &mut Notes) -> Vec<Quoted> {
    if central_bank::recognises(&dataset.content) {
        return central_bank::read(dataset, own, notes);
    }
    if european_bank::recognises(&dataset.content) {
        return european_bank::read(dataset, own, notes);
    }
    let columns = ["date", "currency", "units", "rate"];
    read_rows(dataset, notes, &columns, &["example"], |row, _| {
        let units: u32 = row.leaf("units")?;
        if units == 0 {
            return Err(row.error("units", "целое число от 1", "a whole number from 1"));
        }
        let rate: Rate = row.leaf("rate")?;
        if rate == Rate::ZERO {
            return Err(row.error("rate", "число больше нуля", "a number above zero"));
        }
        let example = match row.text("example") {
            "" | "no" => false,
            "yes" => true,
            _ => return Err(row.error("example", "yes, no или пусто", "yes, no, or nothing")),
        };
        Ok(Some(Quoted {
            line: row.line(),
            currency: row.leaf("currency")?,
            date: row.leaf("date")?,
            units: units.into(),
            rate: rate.get(),
            example,
        }))
    })
}

impl ExchangeTable {
    /// Adds a dataset: for a currency and day what is said last stands. Examples give way to what is set for the
    /// days that it covers: from its first day to the last on which its last rate would hold.
    pub(crate) fn add(
        &mut self,
        dataset: &Dataset,
        set: &Arc<DatasetEntry>,
        own: CurrencyCode,
        notes: &mut Notes,
    ) {
        let mut said = read(dataset, own, notes);
        said.retain(|rate| dataset.valid_from.is_none_or(|first| first <= rate.date));
        said.sort_by_key(|rate| (rate.currency, rate.date, rate.line));
        for pair in said.windows(2) {
            if let [before, after] = pair
                && (before.currency, before.date) == (after.currency, after.date)
            {
                notes.fault(twice(dataset, before.line, after.line, "date"));
            }
        }
        // Both are sorted by currency, so that one walk over the old rates is enough: a year of files is added one by
        // one.
        let mut currencies = said.chunk_by(|a, b| a.currency == b.currency).peekable();
        self.rates.retain(|old| {
            let before =
                |of_currency: &&[Quoted]| of_currency.iter().all(|rate| rate.currency < old.currency);
            while currencies.next_if(before).is_some() {}
            let Some([of_currency @ .., last]) = currencies.peek() else { return true };
            let first = of_currency.first().unwrap_or(last);
            let covered = || first.date..=last.date.saturating_add(AGE_MAX_DAYS.days());
            let named = || {
                last.date == old.date || of_currency.binary_search_by_key(&old.date, |rate| rate.date).is_ok()
            };
            first.currency != old.currency || !(named() || (old.example && covered().contains(&old.date)))
        });
        self.rates.extend(said.into_iter().map(|rate| {
            let Quoted { currency, date, units, rate, example, .. } = rate;
            ExchangeRate { currency, date, units, rate, example, set: Arc::clone(set) }
        }));
        self.rates.sort_by_key(|rate| (rate.currency, rate.date));
    }

    /// The last rate set for the day or one before it, at most [`AGE_MAX_DAYS`] old.
    pub fn find(&self, currency: CurrencyCode, on: Date) -> Option<&ExchangeRate> {
        let after = self.rates.partition_point(|rate| (rate.currency, rate.date) <= (currency, on));
        let last = self.rates.get(after.checked_sub(1)?)?;
        let fresh = last.currency == currency && last.date.saturating_add(AGE_MAX_DAYS.days()) >= on;
        fresh.then_some(last)
    }

    /// All rates, by currency and day.
    pub fn rates(&self) -> &[ExchangeRate] {
        &self.rates
    }
}
