//! Money, mass, quantities and rates: exact decimals with the digits the official forms allow.

use std::fmt;
use std::iter::Sum;
use std::ops::{Add, Sub};

use rust_decimal::Decimal;

use crate::leaf::{Leaf, LeafKind, Malformed, Value};

/// The most digits before the point that any quantity may have (`AmountType` allows 18).
pub const INTEGER_DIGITS_MAX: usize = 18;

/// Reads an exact decimal: digits, one point or comma, no exponent; a sign only where allowed.
fn decimal(text: &str, scale_max: u32, signed: bool) -> Option<Decimal> {
    let (negative, digits) = match text.strip_prefix('-') {
        Some(rest) if signed => (true, rest),
        Some(_) => return None,
        None => (false, text),
    };
    let (whole, fraction) = digits.split_once(['.', ',']).unwrap_or((digits, ""));
    let well_formed = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
    if whole.is_empty() || whole.len() > INTEGER_DIGITS_MAX || !well_formed(whole) || !well_formed(fraction) {
        return None;
    }
    if digits.len() > whole.len() && fraction.is_empty() {
        return None;
    }
    // Zeros at the end say nothing: 8727.280000 is 8727.28.
    let fraction = fraction.trim_end_matches('0');
    if fraction.len() > scale_max as usize {
        return None;
    }
    let mut mantissa: i128 = 0;
    for digit in whole.bytes().chain(fraction.bytes()) {
        mantissa = mantissa * 10 + i128::from(digit - b'0');
    }
    let number = Decimal::try_from_i128_with_scale(mantissa, u32::try_from(fraction.len()).ok()?).ok()?;
    Some(if negative { -number } else { number })
}

macro_rules! quantity {
    ($(#[$doc:meta])* $name:ident, scale $scale:literal, signed $signed:literal, $en:literal, $ru:literal) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
        pub struct $name(Decimal);

        impl $name {
            /// The most digits after the point.
            pub const SCALE_MAX: u32 = $scale;

            /// Zero.
            pub const ZERO: Self = Self(Decimal::ZERO);

            /// The exact number.
            pub fn get(self) -> Decimal {
                self.0
            }

            /// A computed number taken as it is; rounding is the caller's business and norm.
            pub fn from_decimal(number: Decimal) -> Self {
                Self(number)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(&self.0, out)
            }
        }

        impl Leaf for $name {
            const KIND: LeafKind = LeafKind::Decimal { scale: $scale };
            fn parse(text: &str) -> Result<Self, Malformed> {
                decimal(text, $scale, $signed).map(Self).ok_or_else(|| Malformed::new($en, $ru))
            }
            fn value(&self) -> Value<'_> {
                Value::Decimal(self.0)
            }
        }

        impl Add for $name {
            type Output = Self;
            fn add(self, other: Self) -> Self {
                Self(self.0.saturating_add(other.0))
            }
        }

        impl Sub for $name {
            type Output = Self;
            fn sub(self, other: Self) -> Self {
                Self(self.0.saturating_sub(other.0))
            }
        }

        impl Sum for $name {
            fn sum<I: Iterator<Item = Self>>(parts: I) -> Self {
                parts.fold(Self::ZERO, Add::add)
            }
        }
    };
}

quantity!(
    /// An amount of money in the currency its field names; at most two digits after the point
    /// (`AmountType` of the album of formats).
    Amount, scale 2, signed false,
    "an amount such as 8727.28: at most 18 digits and 2 after the point, no sign",
    "сумма вида 8727.28: не более 18 цифр и 2 знаков после точки, без знака"
);
quantity!(
    /// A mass in kilograms, to the milligram (`QuantityBasisType`).
    Mass, scale 6, signed false,
    "a mass in kilograms such as 384.5: at most 6 digits after the point, no sign",
    "масса в килограммах вида 384.5: не более 6 знаков после точки, без знака"
);
quantity!(
    /// A quantity in the unit its field names.
    Quantity, scale 6, signed false,
    "a quantity such as 13534.2: at most 6 digits after the point, no sign",
    "количество вида 13534.2: не более 6 знаков после точки, без знака"
);
quantity!(
    /// A rate: of a payment, or of a currency.
    Rate, scale 6, signed false,
    "a rate such as 7.5: at most 6 digits after the point, no sign",
    "ставка вида 7.5: не более 6 знаков после точки, без знака"
);

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn amounts_are_exact_and_bounded() {
        assert_eq!(Amount::parse("8727.28").unwrap().to_string(), "8727.28");
        assert_eq!(Amount::parse("8727,2800").unwrap().to_string(), "8727.28");
        assert_eq!(Amount::parse("0").unwrap(), Amount::ZERO);
        for bad in ["", ".", "1.", ".5", "-1", "1.005", "1e9", "1 000", "1234567890123456789", "NaN", "١"] {
            assert!(Amount::parse(bad).is_err(), "{bad}");
        }
    }

    proptest! {
        #[test]
        fn what_is_written_reads_back(units in 0i64..1_000_000_000_000, scale in 0u32..=6) {
            let mass = Mass::from_decimal(Decimal::new(units, scale));
            prop_assert_eq!(Mass::parse(&mass.to_string()).unwrap(), mass);
        }

        #[test]
        fn nothing_panics_on_any_text(text in ".{0,60}") {
            let _ = Amount::parse(&text);
            let _ = Rate::parse(&text);
        }
    }
}
