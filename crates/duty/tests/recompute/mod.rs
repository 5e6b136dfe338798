//! Reckons the formulas of a working again, as a reader with a calculator would: from their text alone.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a failed test is a panic")]

use rust_decimal::{Decimal, RoundingStrategy};

/// One step as it is written.
pub struct Written<'s> {
    /// The formula.
    pub formula: &'s str,
    /// What is said to come out.
    pub result: Decimal,
}

/// Whether every formula gives its result, and the last the amount to the cent; what is wrong, if anything is.
pub fn check(steps: &[Written<'_>], amount: Decimal) -> Result<(), String> {
    for step in steps {
        let Written { formula, result } = step;
        let holds = match formula.split_once(" ≤ ") {
            // A band: the value lies in it, and the result is what the table says.
            Some((value, bound)) => bound == "∞" || number(value) <= number(bound),
            None => match formula.strip_prefix("≈ ") {
                Some(exact) => hundredths(reckoned(exact)) == *result,
                None => reckoned(formula).normalize() == result.normalize(),
            },
        };
        if !holds {
            return Err(format!("{formula} is not {result}"));
        }
    }
    match steps.last() {
        Some(last) if last.result == amount => Ok(()),
        Some(last) => Err(format!("the last step is {}, the amount {amount}", last.result)),
        None => Err("no steps".to_owned()),
    }
}

fn hundredths(value: Decimal) -> Decimal {
    value.round_dp_with_strategy(2, RoundingStrategy::MidpointAwayFromZero)
}

fn number(text: &str) -> Decimal {
    text.parse().unwrap_or_else(|_| panic!("{text} is no number"))
}

/// What a formula comes to.
fn reckoned(formula: &str) -> Decimal {
    for (name, join) in [
        ("max(", Decimal::max as fn(Decimal, Decimal) -> Decimal),
        ("min(", Decimal::min),
        ("sum(", |one: Decimal, other: Decimal| one + other),
    ] {
        if let Some(inner) = formula.strip_prefix(name) {
            let (one, other) = inner.strip_suffix(')').unwrap().split_once("; ").unwrap();
            return join(number(one), number(other));
        }
    }
    // From left to right; a sum or difference has no products in it.
    let mut value = Decimal::ZERO;
    let (mut sign, mut filled) = ('+', false);
    for word in formula.split(' ') {
        match word {
            "+" | "-" | "×" | "/" => (sign, filled) = (word.chars().next().unwrap(), false),
            // A unit, a currency, the kind of a payment; or the second number of a unit such as "1000 шт".
            _ if filled || !word.starts_with(|c: char| c.is_ascii_digit()) => {}
            _ => {
                filled = true;
                let (operand, percent) = word.strip_suffix('%').map_or((word, false), |word| (word, true));
                let operand = number(operand);
                value = match sign {
                    '+' => value + operand,
                    '-' => value - operand,
                    '×' => value * operand,
                    _ => value / operand,
                };
                if percent {
                    value /= Decimal::ONE_HUNDRED;
                }
            }
        }
    }
    value
}
