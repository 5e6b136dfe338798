//! A small source of chance that is the same for the same seed, on every machine and in every
//! version: what is generated from a seed must not change when a dependency does.
//!
//! xoshiro256++ (Blackman and Vigna, 2019), its state filled by SplitMix64. Not for secrets.

/// A stream of numbers from a seed.
#[derive(Debug, Clone)]
pub(crate) struct Random {
    state: [u64; 4],
}

/// One number from another, well mixed: SplitMix64.
pub(crate) fn mixed(number: u64) -> u64 {
    let mut mixed = number.wrapping_add(0x9e37_79b9_7f4a_7c15);
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}

impl Random {
    /// The stream number `stream` of a seed: streams of one seed have nothing to do with each other.
    pub fn of(seed: u64, stream: u64) -> Self {
        let mut at = mixed(seed) ^ mixed(stream.wrapping_mul(0xd134_2543_de82_ef95).wrapping_add(1));
        let state = std::array::from_fn(|_| {
            at = at.wrapping_add(0x9e37_79b9_7f4a_7c15);
            mixed(at)
        });
        Self { state }
    }

    /// Any number.
    pub fn any(&mut self) -> u64 {
        let [a, b, c, d] = self.state;
        let result = a.wrapping_add(d).rotate_left(23).wrapping_add(a);
        let mut next = [a, b, c ^ a, d ^ b];
        next[1] ^= next[2];
        next[0] ^= next[3];
        next[2] ^= b << 17;
        next[3] = next[3].rotate_left(45);
        self.state = next;
        result
    }

    /// A number from 0 to `end` without `end`; 0 where `end` is 0.
    pub fn below(&mut self, end: u64) -> u64 {
        let product = u128::from(self.any()) * u128::from(end);
        u64::try_from(product >> 64).unwrap_or_default()
    }

    /// A number from `first` to `last`, both included.
    pub fn between(&mut self, first: u64, last: u64) -> u64 {
        first.saturating_add(self.below(last.saturating_sub(first).saturating_add(1)))
    }

    /// Whether something of this share, in thousandths, happens.
    pub fn happens(&mut self, per_mille: u32) -> bool {
        self.below(1_000) < u64::from(per_mille)
    }

    /// From 0 to 1, never 0.
    pub fn share(&mut self) -> f64 {
        ((self.any() >> 11) as f64 + 0.5) / (1u64 << 53) as f64
    }

    /// A number of the normal distribution (Box and Muller).
    pub fn normal(&mut self) -> f64 {
        let (radius, turn) = (self.share(), self.share());
        (-2.0 * radius.ln()).sqrt() * (std::f64::consts::TAU * turn).cos()
    }

    /// A number whose logarithm is normal about that of `median`, in whole units of `unit`, within
    /// bounds: sizes and prices of trade are spread like that.
    pub fn spread(&mut self, median: f64, deviation: f64, unit: f64, bounds: (u64, u64)) -> u64 {
        let units = median * (deviation * self.normal()).exp() / unit;
        // A cast saturates, and no number is beyond the bounds afterwards.
        (units.round() as u64).clamp(bounds.0, bounds.1)
    }

    /// One of them; none of none.
    pub fn pick<'a, T>(&mut self, from: &'a [T]) -> Option<&'a T> {
        from.get(usize::try_from(self.below(from.len() as u64)).ok()?)
    }

    /// The place of one of them, each as likely as its weight.
    pub fn weighted(&mut self, weights: impl Iterator<Item = u32> + Clone) -> usize {
        let total: u64 = weights.clone().map(u64::from).sum();
        let mut left = self.below(total);
        for (place, weight) in weights.enumerate() {
            match left.checked_sub(u64::from(weight)) {
                Some(rest) => left = rest,
                None => return place,
            }
        }
        0
    }

    /// A rank from 0 below `count` by Zipf's law with exponent `exponent` (not 1): few are often, most
    /// are rare. Drawn from the continuous law, which is close and needs no table.
    pub fn zipf(&mut self, count: u64, exponent: f64) -> u64 {
        let power = 1.0 - exponent;
        let end = (count as f64 + 1.0).powf(power);
        let rank = ((end - 1.0) * self.share() + 1.0).powf(power.recip()) - 1.0;
        (rank as u64).min(count.saturating_sub(1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_gives_the_same_numbers_for_ever() {
        let mut random = Random::of(7, 1);
        let first: Vec<u64> = (0..3).map(|_| random.below(1_000_000)).collect();
        assert_eq!(first, FIRST);
        assert_ne!(Random::of(7, 2).any(), Random::of(7, 1).any());
        assert_ne!(Random::of(8, 1).any(), Random::of(7, 1).any());
    }

    /// What seed 7 began with when this was written.
    const FIRST: [u64; 3] = [175_239, 479_666, 923_583];

    #[test]
    fn shares_come_out() {
        let mut random = Random::of(1, 1);
        let happened = (0..100_000).filter(|_| random.happens(250)).count();
        // 25 000, standard deviation 137.
        assert!((24_300..=25_700).contains(&happened), "{happened}");
        let heavy = (0..100_000).filter(|_| random.weighted([1, 3].into_iter()) == 1).count();
        assert!((74_300..=75_700).contains(&heavy), "{heavy}");
        assert_eq!(random.below(0), 0);
        assert_eq!(random.pick::<u8>(&[]), None);
    }

    #[test]
    fn few_are_often_and_most_are_rare() {
        let mut random = Random::of(1, 1);
        let ranks: Vec<u64> = (0..50_000).map(|_| random.zipf(10_000, 0.8)).collect();
        assert!(ranks.iter().all(|rank| *rank < 10_000));
        let of_the_first_tenth = ranks.iter().filter(|rank| **rank < 1_000).count();
        // (1001^0.2 - 1) / (10001^0.2 - 1) = 0.56 of 50 000.
        assert!((27_000..=29_500).contains(&of_the_first_tenth), "{of_the_first_tenth}");
    }

    #[test]
    fn spread_stays_within_its_bounds() {
        let mut random = Random::of(1, 1);
        let masses: Vec<u64> = (0..20_000).map(|_| random.spread(47.0, 1.88, 0.001, (10, 1 << 40))).collect();
        let below = masses.iter().filter(|mass| **mass < 47_000).count();
        assert!((9_700..=10_300).contains(&below), "{below}");
        assert_eq!(random.spread(f64::INFINITY, 1.0, 1.0, (1, 9)), 9);
        assert_eq!(random.spread(0.0, 1.0, 1.0, (1, 9)), 1);
    }
}
