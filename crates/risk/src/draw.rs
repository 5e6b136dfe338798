//! Draws that nobody can foresee and everybody can check.
//!
//! The centre commits to a secret in the morning and reveals it the day after. Whatever is left to
//! chance for a case is HMAC-SHA256 (RFC 2104) of that secret and the case: fixed once the case is
//! named, unknown to whoever files it, recomputable by whoever doubts it.

use std::fmt;

use aws_lc_rs::hmac;

/// Shares are drawn out of this many parts.
pub const PARTS: u32 = 1_000_000;

/// The chance of one case on one day.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Draw([u8; 32]);

impl Draw {
    /// The draw of a case: HMAC-SHA256(secret of the day, case id).
    pub fn of(secret: &[u8; 32], case_id: &[u8]) -> Self {
        Self(hmac_sha256(secret, case_id))
    }

    /// A number from 0 to [`PARTS`] − 1, uniform, independent of every other label's. Scaling a
    /// 64-bit number favours none of the parts by more than 2⁻⁴⁴.
    pub fn share(&self, label: &str) -> u64 {
        self.below(label, u64::from(PARTS))
    }

    /// One of `count` equal candidates, counted from 0; none if there are none. Labels of `pick`
    /// and of [`share`](Self::share) are independent too.
    pub fn pick(&self, label: &str, count: usize) -> Option<usize> {
        let candidates = u64::try_from(count).ok().filter(|count| *count > 0)?;
        usize::try_from(self.below(&format!("pick:{label}"), candidates)).ok()
    }

    fn below(&self, label: &str, bound: u64) -> u64 {
        let hash = hmac_sha256(&self.0, label.as_bytes());
        let drawn = hash.iter().take(8).fold(0u64, |number, byte| number << 8 | u64::from(*byte));
        let scaled = (u128::from(drawn) * u128::from(bound)) >> 64;
        u64::try_from(scaled).unwrap_or_default()
    }
}

impl fmt::Debug for Draw {
    // Today's draws are secret until the day's secret is revealed: keep them out of the logs.
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("Draw(…)")
    }
}

fn hmac_sha256(key: &[u8], message: &[u8]) -> [u8; 32] {
    let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, key), message);
    let mut bytes = [0; 32];
    for (byte, from) in bytes.iter_mut().zip(tag.as_ref()) {
        *byte = *from;
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_draw_is_plain_hmac_sha256() {
        // Computed with `openssl dgst -sha256 -mac HMAC -macopt hexkey:` and 64 zeros.
        let draw = Draw::of(&[0; 32], b"case-1");
        let hex = data_encoding::HEXLOWER.encode(&draw.0);
        assert_eq!(hex, "6b7867eddbad06df53bd6b72ba6e08e50508defb5b4170b3bf4dd7bad3ac2a9a");
    }

    #[test]
    fn labels_are_independent_and_cover_the_range() {
        // Two coins of one case fall alike in half of the cases.
        let (mut alike, mut low, cases) = (0u32, 0u32, 20_000u32);
        for case in 0..cases {
            let draw = Draw::of(&[7; 32], &case.to_be_bytes());
            let (a, b) = (draw.share("random"), draw.share("audit"));
            assert!(a < 1_000_000 && b < 1_000_000);
            alike += u32::from((a < 500_000) == (b < 500_000));
            low += u32::from(a < 500_000);
        }
        for count in [alike, low] {
            // Five standard deviations of a fair coin: sqrt(20 000 / 4) = 71.
            assert!(count.abs_diff(cases / 2) < 355, "{count}");
        }
    }

    #[test]
    fn pick_takes_every_candidate_and_none_of_none() {
        let draw = Draw::of(&[1; 32], b"x");
        assert_eq!(draw.pick("officer", 0), None);
        assert_eq!(draw.pick("officer", 1), Some(0));
        let mut seen = [0u32; 7];
        for case in 0u32..7_000 {
            seen[Draw::of(&[1; 32], &case.to_be_bytes()).pick("officer", 7).unwrap()] += 1;
        }
        assert!(seen.iter().all(|count| (850..1150).contains(count)), "{seen:?}");
    }

    #[test]
    fn a_draw_does_not_show_itself() {
        assert_eq!(format!("{:?}", Draw([42; 32])), "Draw(…)");
    }
}
