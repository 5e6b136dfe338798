//! Documents spoilt byte by byte, from a seed, so that a failure can be run again.

/// A small generator of numbers.
pub struct Dice(pub u64);

impl Dice {
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }
    pub fn below(&mut self, bound: usize) -> usize {
        (self.next() % bound.max(1) as u64) as usize
    }
}

/// Spoils bytes in one to four ways.
pub fn mutate(dice: &mut Dice, bytes: &mut Vec<u8>) {
    const SPLICES: [&[u8]; 14] = [
        b"<",
        b">",
        b"&",
        b"&amp;",
        b"&#x0;",
        b"]]>",
        b"<![CDATA[",
        b"<!--",
        b"<a>",
        b"</a>",
        b"\xD0",
        b"\"",
        b"99999999999999999999999999999999.999999999",
        b"\0",
    ];
    for _ in 0..1 + dice.below(4) {
        if bytes.is_empty() {
            return;
        }
        let at = dice.below(bytes.len());
        match dice.below(7) {
            0 => bytes[at] ^= 1 << dice.below(8),
            1 => bytes[at] = dice.next() as u8,
            2 => bytes.truncate(at),
            3 => {
                let splice = SPLICES[dice.below(SPLICES.len())];
                bytes.splice(at..at, splice.iter().copied());
            }
            4 => {
                let end = (at + dice.below(200)).min(bytes.len());
                bytes.drain(at..end);
            }
            5 => {
                // A piece of the document again somewhere else.
                let end = (at + dice.below(2_000)).min(bytes.len());
                let piece = bytes[at..end].to_vec();
                let to = dice.below(bytes.len());
                bytes.splice(to..to, piece);
            }
            _ => {
                // One whole tag again, from `<` to `>`.
                let Some(from) = bytes[at..].iter().position(|b| *b == b'<').map(|n| at + n) else {
                    continue;
                };
                let Some(to) = bytes[from..].iter().position(|b| *b == b'>').map(|n| from + n + 1) else {
                    continue;
                };
                let tag = bytes[from..to].repeat(1 + dice.below(3));
                bytes.splice(from..from, tag);
            }
        }
    }
}
