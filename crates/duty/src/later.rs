//! What is paid later: temporary admission by months, security for what is conditional, deferral and instalments,
//! interest on what is late. Pure functions; the rates of a central bank are a parameter, a row for each day from
//! which one is in force.

use declaration::{PaymentKind, Text};
use jiff::civil::Date;
use jiff::{ToSpan, Unit};
use reference::pack::{Interest, PaymentStatus, Rounding, TemporaryAdmission};
use rust_decimal::Decimal;

use crate::arithmetic::percent_of;
use crate::assessment::{Assessment, Step};

/// A rate of the central bank, in per cent a year, from a day on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AnnualRate {
    /// The first day.
    pub from: Date,
    /// Per cent a year.
    pub percent: Decimal,
}

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
    let months = calendar_months(first, last);
    let percent = terms.percent_per_month.checked_mul(months.into())?;
    let due = percent_of(whole, percent)?;
    let amount = rounding.of(due.min(whole));
    let (whole, per_month) = (whole.normalize(), terms.percent_per_month);
    let steps = vec![
        step(
            ("доля за месяцы, полные и неполные", "share for the months, whole or not"),
            format!("{whole} × {per_month}% × {months}"),
            due,
            &terms.norm,
        ),
        step(
            ("не больше суммы при выпуске для внутреннего потребления", "not more than release would cost"),
            format!("≈ min({}; {whole})", due.normalize()),
            amount,
            &terms.norm,
        ),
    ];
    Some(Worked { amount, steps })
}

/// Interest on a debt for each day from the first to the last, both counted, at the rates in force on each.
///
/// None where a day has no rate, or the numbers are too large.
pub fn interest(
    debt: Decimal,
    first: Date,
    last: Date,
    rates: &[AnnualRate],
    terms: &Interest,
    rounding: Rounding,
) -> Option<Worked> {
    let mut steps = Vec::new();
    let mut sum = Decimal::ZERO;
    let mut day = first;
    while day <= last {
        let rate = rates.iter().filter(|rate| rate.from <= day).max_by_key(|rate| rate.from)?;
        let next = rates.iter().map(|rate| rate.from).filter(|from| *from > day).min();
        let until = next.and_then(|next| next.yesterday().ok()).map_or(last, |before| before.min(last));
        let days = days_between(day, until)?;
        let product = percent_of(debt, rate.percent)?.checked_mul(days.into())?;
        let due = product.checked_div(terms.days_of_year.into())?;
        steps.push(step(
            ("проценты за дни", "interest for the days"),
            format!("{} × {}% × {days} / {}", debt.normalize(), rate.percent, terms.days_of_year),
            due,
            &terms.norm,
        ));
        sum = sum.checked_add(due)?;
        day = until.tomorrow().ok()?;
    }
    let amount = rounding.of(sum);
    steps.push(step(
        ("сумма, округлённая", "the sum, rounded"),
        format!("≈ {}", sum.normalize()),
        amount,
        &terms.norm,
    ));
    Some(Worked { amount, steps })
}

/// Equal parts of a sum, one a month from the day it was due, each with interest from the day after that day to
/// the one it is due by. One part is a deferral. The last part takes what rounding leaves.
///
/// None where there is no part, a day has no rate, or the numbers are too large.
pub fn instalments(
    sum: Decimal,
    due_on: Date,
    parts: u32,
    rates: &[AnnualRate],
    terms: &Interest,
    rounding: Rounding,
) -> Option<Vec<Due>> {
    let equal = rounding.of(sum.checked_div(parts.into())?);
    let mut left = sum;
    let mut schedule = Vec::with_capacity(parts as usize);
    for nth in 1..=parts {
        let part = if nth == parts { left } else { equal.min(left) };
        left = left.checked_sub(part)?;
        let by = due_on.checked_add(i64::from(nth).months()).ok()?;
        let interest = interest(part, due_on.tomorrow().ok()?, by, rates, terms, rounding)?.amount;
        schedule.push(Due { by, part, interest });
    }
    Some(schedule)
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
