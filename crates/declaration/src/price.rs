//! How far a price lies from what is usual, in a measure that is the same for all goods.

use rust_decimal::prelude::ToPrimitive;
use rust_decimal::{Decimal, RoundingStrategy};

/// What units of some goods usually cost: few less than `low`, half of them less than `median`, few more than `high`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PriceRange {
    /// Usually the tenth percentile.
    pub low: Decimal,
    /// The middle.
    pub median: Decimal,
    /// Usually the ninetieth percentile.
    pub high: Decimal,
}

/// Digits after the point of an index.
pub const INDEX_DECIMALS: u32 = 4;
/// Binary digits after the point of a logarithm.
const LOG_BITS: u32 = 40;
/// Halvings of the largest quotient of two decimals of 28 digits, and more.
const HALVINGS_MAX: u32 = 200;
/// How much the middle at least exceeds a bound: goods all sold at one price would otherwise be outliers at a percent.
const SPREAD_MIN: Decimal = Decimal::from_parts(105, 0, 0, false, 2);

impl PriceRange {
    /// Where a price lies: 0 in the middle, −1 at the lower bound and +1 at the upper, and in proportion to the
    /// logarithm on either side, `−ln(median ÷ value) ÷ ln(median ÷ low)` below and
    /// `ln(value ÷ median) ÷ ln(high ÷ median)` above, to four digits. At −2.3 a price lies 2.3 times as far below the
    /// middle as the lower bound does. A bound nearer than 5 % counts as 5 % away. None of what is no price.
    ///
    /// Prices are spread by factors, not by sums: half and double are equally far from the middle. The quotient makes
    /// goods of a narrow and of a wide spread comparable. Whole numbers only: the same on every machine.
    pub fn index(&self, value: Decimal) -> Option<Decimal> {
        let Self { low, median, high } = *self;
        if [low, median, high, value].iter().any(|price| *price <= Decimal::ZERO) {
            return None;
        }
        let (distance, spread) = if value < median {
            (median.checked_div(value)?, median.checked_div(low)?)
        } else {
            (value.checked_div(median)?, high.checked_div(median)?)
        };
        let spread = logarithm(spread.max(SPREAD_MIN))?;
        let index = Decimal::from(logarithm(distance)?).checked_div(Decimal::from(spread))?;
        let index = index.round_dp_with_strategy(INDEX_DECIMALS, RoundingStrategy::MidpointAwayFromZero);
        Some(if value < median { -index } else { index }.normalize())
    }
}

/// The logarithm to the base 2 of a quotient of at least 1, in units of 2⁻⁴⁰: one binary digit for each squaring.
fn logarithm(quotient: Decimal) -> Option<u64> {
    let two = Decimal::TWO;
    let (mut rest, mut whole) = (quotient.max(Decimal::ONE), 0u64);
    for _ in 0..HALVINGS_MAX {
        if rest < two {
            break;
        }
        rest = rest.checked_div(two)?;
        whole += 1;
    }
    // From 1 to 2, in units of 2⁻⁶².
    let mut digits = rest.checked_mul(Decimal::from(1u64 << 62))?.trunc().to_u64()?;
    let mut logarithm = whole;
    for _ in 0..LOG_BITS {
        let square = (u128::from(digits) * u128::from(digits)) >> 62;
        logarithm <<= 1;
        // Below 4 in units of 2⁻⁶²: it fits 64 bits, halved in any case.
        let doubled = square >> 63 != 0;
        logarithm |= u64::from(doubled);
        digits = u64::try_from(if doubled { square >> 1 } else { square }).ok()?;
    }
    Some(logarithm)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn range(low: &str, median: &str, high: &str) -> PriceRange {
        let price = |text: &str| text.parse().unwrap();
        PriceRange { low: price(low), median: price(median), high: price(high) }
    }

    #[test]
    fn an_index_is_zero_in_the_middle_and_one_at_either_bound() {
        let usual = range("5", "10", "40");
        for (value, index) in [
            ("10", "0"),
            ("5", "-1"),
            ("40", "1"),
            ("2.5", "-2"),
            ("1.25", "-3"),
            ("20", "0.5"),
            ("160", "2"),
            // ln(10/7)/ln 2
            ("7", "-0.5146"),
            ("0.000001", "-23.2535"),
        ] {
            assert_eq!(usual.index(value.parse().unwrap()), Some(index.parse().unwrap()), "{value}");
        }
        for value in ["0", "-1"] {
            assert_eq!(usual.index(value.parse().unwrap()), None);
        }
        assert_eq!(range("0", "1", "2").index(Decimal::ONE), None);
    }

    #[test]
    fn a_narrow_spread_counts_as_five_percent() {
        let usual = range("100", "100", "100");
        // ln(100/99)/ln 1.05
        assert_eq!(usual.index("99".parse().unwrap()), Some("-0.206".parse().unwrap()));
        assert_eq!(usual.index("105".parse().unwrap()), Some(Decimal::ONE));
        assert_eq!(usual.index("50".parse().unwrap()), Some("-14.2067".parse().unwrap()));
    }

    #[test]
    fn it_is_the_quotient_of_logarithms_over_eleven_powers_of_ten() {
        let usual = range("731.45", "1000.7", "1999.99");
        let float = |value: Decimal| value.to_f64().unwrap();
        let mut before = None;
        for nth in 1..2_000i64 {
            // From a ten-thousandth to ten million, by factors.
            let value = Decimal::new(nth * nth * nth, 4);
            let index = usual.index(value).unwrap();
            let (value, median) = (float(value), float(usual.median));
            let expected = if value < median {
                -(median / value).ln() / (median / float(usual.low)).ln()
            } else {
                (value / median).ln() / (float(usual.high) / median).ln()
            };
            assert!((float(index) - expected).abs() < 0.000_06, "{value}: {index} {expected}");
            assert!(before.is_none_or(|before| before <= index), "it rises with the price");
            before = Some(index);
        }
        assert!(usual.index(Decimal::MAX).is_some());
        assert!(
            range("0.0000000000000000000000000001", "1", "79228162514264337593543950335")
                .index(Decimal::MAX)
                .is_some()
        );
    }
}
