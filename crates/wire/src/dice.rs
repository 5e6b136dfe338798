//! A small generator of numbers for tests, so that a failing seed can be run again.

/// Numbers from a seed.
pub(crate) struct Dice(pub(crate) u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }
    pub(crate) fn below(&mut self, bound: usize) -> usize {
        (self.next() % bound as u64) as usize
    }
    pub(crate) fn digits(&mut self, count: usize) -> String {
        (0..count).map(|_| char::from(b'0' + self.below(10) as u8)).collect()
    }
    pub(crate) fn words(&mut self, max: usize) -> String {
        const LETTERS: [char; 16] =
            ['С', 'е', 'в', 'р', 'ы', 'й', ' ', '&', '<', '>', '"', '\'', ']', 'A', 'z', '9'];
        let count = 1 + self.below(max.min(60));
        let text: String = (0..count).map(|_| LETTERS[self.below(LETTERS.len())]).collect();
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        if text.is_empty() { "я".into() } else { text }
    }
    pub(crate) fn decimal(&mut self, whole: usize, scale: usize) -> String {
        let count = 1 + self.below(whole);
        let whole = self.digits(count);
        if self.below(2) == 0 || scale == 0 { whole } else { format!("{whole}.{}", self.digits(scale)) }
    }
}
