//! What is paid later: temporary admission by months, security for what is conditional, deferral and instalments,
//! interest on what is late. Pure functions; the rates of a central bank are a parameter, a row for each day from
//! which one is in force; [`annual_rates`] takes them out of a pack.

use declaration::{PaymentKind, Text};
use jiff::civil::Date;
use jiff::{ToSpan, Unit};
use reference::pack::{Interest, KeyRate, Norms, PaymentStatus, Rounding, TemporaryAdmission};
use rust_decimal::Decimal;

use crate::arithmetic::{Written, percent_of};
use crate::assessment::{Admitted, Assessment, Step};

/// A rate of the central bank, in per cent a year, over some days.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AnnualRate {
    /// The first day.
    pub from: Date,
    /// The last day that it is known to hold; none where another rate ends it.
    pub known_to: Option<Date>,
    /// Per cent a year.
    pub percent: Decimal,
}

/// The rates of a pack's central bank. The last one holds as far as the pack knows, not for ever.
pub fn annual_rates(key: &KeyRate) -> Vec<AnnualRate> {
    let count = key.rates.len();
    let rate = |(nth, set): (usize, &reference::pack::KeyRateSet)| AnnualRate {
        from: set.valid_from,
        known_to: (nth + 1 == count).then_some(key.known_to),
        percent: set.percent,
    };
    key.rates.iter().enumerate().map(rate).collect()
}

/// Why there is no interest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotCharged {
    /// No rate of the central bank is known for the day.
    NoRate(Date),
    /// The norm did not hold yet on the day.
    NoNorm(Date),
    /// There are no parts to pay in.
    NoParts,
    /// The numbers are too large, or the days out of range.
    TooLarge,
}

/// Parts a sum may be paid in: a month each, so that no schedule is longer than two years.
pub const PARTS_MAX: u32 = 24;

/// An amount and how it came about.
#[derive(Debug, Clone, PartialEq)]
pub struct Worked {
    /// The amount, rounded.
    pub amount: Decimal,
    /// Step by step; the last is the amount.
    pub steps: Vec<Step>,
}

/// One payment of a schedule.
#[derive(Debug, Clone, PartialEq)]
pub struct Due {
    /// The day it is due by.
    pub by: Date,
    /// The part of the sum.
    pub part: Decimal,
    /// Interest on it.
    pub interest: Decimal,
    /// How the interest came about.
    pub steps: Vec<Step>,
}

impl Assessment {
    /// What is secured: sums that are computed and not paid while the conditions of the procedure hold, by kind.
    /// The security of the Union's code (article 65) is their sum.
    pub fn secured(&self) -> impl Iterator<Item = (PaymentKind, Decimal)> {
        let conditional = self.totals.iter().filter(|(.., status)| *status == PaymentStatus::Conditional);
        conditional.map(|(kind, amount, _)| (*kind, *amount))
    }

    /// The sum of all that is secured.
    pub fn security_total(&self) -> Decimal {
        self.secured().fold(Decimal::ZERO, |sum, (_, amount)| sum.saturating_add(amount))
    }
}

/// Calendar months from one day to another, whole or not: 31 January to 1 February are two.
pub fn calendar_months(first: Date, last: Date) -> u32 {
    if last < first {
        return 0;
    }
    let months = |day: Date| i64::from(day.year()) * 12 + i64::from(day.month());
    u32::try_from(months(last) - months(first) + 1).unwrap_or(0)
}

/// What partial payment comes to for the months of a temporary admission: a share of what release for domestic
/// consumption would cost for each, never more than that.
///
/// None where the numbers are too large.
pub fn temporary_admission(
    whole: Decimal,
    first: Date,
    last: Date,
    terms: &TemporaryAdmission,
    rounding: Rounding,
) -> Option<Worked> {
    let norm = terms.norm.on(first).to_owned();
    let admitted = Admitted { first, last, percent_per_month: terms.percent_per_month, paid: true, norm };
    let norms = Norms::default();
    let mut written = Written { steps: Vec::with_capacity(2), norms: &norms };
    let amount = admitted.amount(whole, rounding, &mut written)?;
    Some(Worked { amount, steps: written.steps })
}

/// Interest on a debt for each day from the first to the last, both counted, at the rates in force on each.
///
/// # Errors
/// Where a day has no rate or no norm, or the numbers are too large: nothing is guessed.
pub fn interest(
    debt: Decimal,
    first: Date,
    last: Date,
    rates: &[AnnualRate],
    terms: &Interest,
    rounding: Rounding,
) -> Result<Worked, NotCharged> {
    use NotCharged::TooLarge;
    let mut steps = Vec::new();
    let mut sum = Decimal::ZERO;
    let mut day = first;
    while day <= last {
        if terms.valid_from.is_some_and(|from| day < from) {
            return Err(NotCharged::NoNorm(day));
        }
        let begun = rates.iter().filter(|rate| rate.from <= day).max_by_key(|rate| rate.from);
        let rate = begun.filter(|rate| rate.known_to.is_none_or(|known| day <= known));
        let rate = rate.ok_or(NotCharged::NoRate(day))?;
        let next = rates.iter().map(|rate| rate.from).filter(|from| *from > day).min();
        let until = next.and_then(|next| next.yesterday().ok()).map_or(last, |before| before.min(last));
        let until = rate.known_to.map_or(until, |known| until.min(known));
        let days = days_between(day, until).ok_or(TooLarge)?;
        let yearly = if terms.percent_of_rate == Decimal::ONE_HUNDRED {
            rate.percent
        } else {
            percent_of(rate.percent, terms.percent_of_rate).ok_or(TooLarge)?
        };
        let product = percent_of(debt, yearly).and_then(|whole| whole.checked_mul(days.into()));
        let due = product.and_then(|product| product.checked_div(terms.days_of_year.into()));
        let due = due.ok_or(TooLarge)?;
        let charged = if terms.percent_of_rate == Decimal::ONE_HUNDRED {
            format!("{}%", rate.percent)
        } else {
            format!("{}% × {}%", rate.percent, terms.percent_of_rate)
        };
        steps.push(step(
            (&format!("проценты за дни {day} – {until}"), &format!("interest for {day} – {until}")),
            format!("{} × {charged} × {days} / {}", debt.normalize(), terms.days_of_year),
            due,
            terms.norm.on(day),
        ));
        sum = sum.checked_add(due).ok_or(TooLarge)?;
        day = until.tomorrow().map_err(|_| TooLarge)?;
    }
    let amount = rounding.of(sum);
    steps.push(step(
        ("сумма, округлённая", "the sum, rounded"),
        format!("≈ {}", sum.normalize()),
        amount,
        terms.norm.on(last),
    ));
    Ok(Worked { amount, steps })
}

/// Equal parts of a sum, one a month from the day it was due, each with interest from the day after that day to
/// the one it is due by. One part is a deferral. The last part takes what rounding leaves.
///
/// # Errors
/// Where there is no part or more than [`PARTS_MAX`], a day has no rate, or the numbers are too large.
pub fn instalments(
    sum: Decimal,
    due_on: Date,
    parts: u32,
    rates: &[AnnualRate],
    terms: &Interest,
    rounding: Rounding,
) -> Result<Vec<Due>, NotCharged> {
    use NotCharged::TooLarge;
    if parts == 0 || parts > PARTS_MAX {
        return Err(NotCharged::NoParts);
    }
    let equal = rounding.of(sum.checked_div(parts.into()).ok_or(TooLarge)?);
    let mut left = sum;
    let mut schedule = Vec::with_capacity(parts as usize);
    let first = due_on.tomorrow().map_err(|_| TooLarge)?;
    for nth in 1..=parts {
        let part = if nth == parts { left } else { equal.min(left) };
        left = left.checked_sub(part).ok_or(TooLarge)?;
        let by = due_on.checked_add(i64::from(nth).months()).map_err(|_| TooLarge)?;
        let interest = interest(part, first, by, rates, terms, rounding)?;
        schedule.push(Due { by, part, interest: interest.amount, steps: interest.steps });
    }
    Ok(schedule)
}

/// Days from one to another, both counted.
fn days_between(first: Date, last: Date) -> Option<u32> {
    let days = first.until((Unit::Day, last)).ok()?.get_days();
    u32::try_from(days).ok()?.checked_add(1)
}

fn step((ru, en): (&str, &str), formula: String, result: Decimal, norm: &str) -> Step {
    Step {
        what: Text::new(ru.to_owned(), en.to_owned()),
        formula,
        result: result.normalize(),
        norm: norm.to_owned(),
    }
}
