//! Logarithm and exponential made of addition, multiplication and division only.
//!
//! Those four are rounded the same way everywhere (IEEE 754), and Rust never fuses or reorders them. The functions of
//! a system's mathematical library are not: they differ in the last bit between libraries, and even between
//! processors under the same library. One such bit in a gradient could grow another tree.

use std::f64::consts::{LN_2, LOG2_E};

/// ln 2 in two parts, so that a whole multiple of the first is exact (Cody and Waite).
const LN_2_HIGH: f64 = 0.693_147_180_369_123_8;
const LN_2_LOW: f64 = 1.908_214_929_270_587_7e-10;
/// Terms of the series of the exponential: the next one is below 2⁻⁵⁷ of the sum for |r| ≤ ln 2 / 2.
const EXP_TERMS: u32 = 14;
/// Terms of the series of the logarithm: s² ≤ 0.0295, so that the next one is below 2⁻⁵⁵ of the sum.
const LN_TERMS: u32 = 11;
/// Beyond this the logistic function is 0 or 1 to the last bit.
const LOGIT_MAX: f64 = 40.0;

/// eˣ for −700 ≤ x ≤ 700; what lies outside is taken as the bound.
pub(crate) fn exp(x: f64) -> f64 {
    let x = x.clamp(-700.0, 700.0);
    let whole = (x * LOG2_E).round();
    let rest = (x - whole * LN_2_HIGH) - whole * LN_2_LOW;
    // Horner's scheme of 1 + r + r²/2! + …
    let series = (1..EXP_TERMS).rev().fold(1.0, |sum, term| 1.0 + sum * rest / f64::from(term));
    series * power_of_two(whole)
}

/// The natural logarithm of a positive, normal number.
pub(crate) fn ln(x: f64) -> f64 {
    const MANTISSA: u64 = (1 << 52) - 1;
    let bits = x.max(f64::MIN_POSITIVE).to_bits();
    let mut exponent = f64::from(u16::try_from(bits >> 52).unwrap_or(0)) - 1023.0;
    let mut mantissa = f64::from_bits((bits & MANTISSA) | 1023 << 52);
    if mantissa > std::f64::consts::SQRT_2 {
        mantissa /= 2.0;
        exponent += 1.0;
    }
    // ln m = 2 artanh s, s = (m − 1) / (m + 1).
    let s = (mantissa - 1.0) / (mantissa + 1.0);
    let square = s * s;
    let series = (0..LN_TERMS).rev().fold(0.0, |sum, term| sum * square + 1.0 / f64::from(2 * term + 1));
    exponent * LN_2 + 2.0 * s * series
}

/// The probability that belongs to a logit: 1 / (1 + e⁻ˣ).
pub(crate) fn logistic(logit: f64) -> f64 {
    1.0 / (1.0 + exp(-logit.clamp(-LOGIT_MAX, LOGIT_MAX)))
}

/// ln(1 + e⁻ˣ): what a result costs that had the logit x on its own side.
pub(crate) fn log_loss(logit: f64) -> f64 {
    let logit = logit.clamp(-LOGIT_MAX, LOGIT_MAX);
    // Kept exact where e⁻ˣ is small.
    if logit > 18.0 { exp(-logit) } else { ln(1.0 + exp(-logit)) }
}

fn power_of_two(exponent: f64) -> f64 {
    // −1010 to 1010 by the clamp of `exp`: always a normal number.
    let biased = (exponent as i64 + 1023).unsigned_abs();
    f64::from_bits(biased << 52)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As good as the system's library, to a few units in the last place.
    #[test]
    fn values_are_those_of_the_library() {
        let mut x = -60.0;
        while x < 60.0 {
            assert!((exp(x) / x.exp() - 1.0).abs() < 1e-15, "exp {x}");
            let y = x.exp();
            assert!((ln(y) - y.ln()).abs() <= 1e-15 * y.ln().abs().max(1.0), "ln {y}");
            assert!((logistic(x) - 1.0 / (1.0 + (-x).exp())).abs() < 1e-15, "logistic {x}");
            let bounded = x.clamp(-40.0, 40.0);
            assert!((log_loss(x) - (-bounded).exp().ln_1p()).abs() < 1e-13, "loss {x}");
            x += 0.037;
        }
    }

    /// The very bits, which may be other on no machine.
    #[test]
    fn bits_are_fixed() {
        assert_eq!(exp(1.0).to_bits(), 0x4005_BF0A_8B14_576A, "{:x}", exp(1.0).to_bits());
        assert_eq!(exp(0.0), 1.0);
        assert_eq!(ln(1.0), 0.0);
        assert_eq!(logistic(0.0), 0.5);
        assert_eq!(logistic(f64::INFINITY), logistic(40.0));
        assert_eq!(logistic(-1e300), logistic(-40.0));
    }
}
