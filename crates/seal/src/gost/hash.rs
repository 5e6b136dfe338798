//! GOST R 34.11-2012, "Streebog" (RFC 6986), its HMAC (RFC 7836, section 4.1), and the numbers drawn with it.

use digest::Digest;
use streebog::{Streebog256, Streebog512};
use zeroize::Zeroizing;

use super::Size;

/// Bytes of a block, in both sizes.
const BLOCK: usize = 64;

/// The digest of 256 bits (RFC 6986).
pub(crate) fn streebog256(message: &[u8]) -> [u8; 32] {
    Streebog256::digest(message).into()
}

/// The digest of 512 bits (RFC 6986).
pub(crate) fn streebog512(message: &[u8]) -> [u8; 64] {
    Streebog512::digest(message).into()
}

/// A digest of either size of a message that comes in pieces.
#[derive(Clone)]
pub(crate) enum Streebog {
    /// 256 bits.
    Bits256(Box<Streebog256>),
    /// 512 bits.
    Bits512(Box<Streebog512>),
}

impl Streebog {
    /// Of the empty message so far.
    pub(crate) fn new(size: Size) -> Self {
        match size {
            Size::Bits256 => Self::Bits256(Box::default()),
            Size::Bits512 => Self::Bits512(Box::default()),
        }
    }

    /// The message goes on.
    pub(crate) fn update(&mut self, piece: &[u8]) {
        match self {
            Self::Bits256(hash) => hash.update(piece),
            Self::Bits512(hash) => hash.update(piece),
        }
    }

    /// The digest, 32 or 64 bytes.
    pub(crate) fn finish(self) -> Vec<u8> {
        match self {
            Self::Bits256(hash) => hash.finalize().to_vec(),
            Self::Bits512(hash) => hash.finalize().to_vec(),
        }
    }
}

/// The digest of a message in `pieces`.
pub(super) fn digest(size: Size, pieces: &[&[u8]]) -> Vec<u8> {
    let mut hash = Streebog::new(size);
    pieces.iter().for_each(|piece| hash.update(piece));
    hash.finish()
}

/// HMAC (RFC 2104, RFC 7836, section 4.1) of a message in `pieces` with a key of a digest's size.
pub(super) fn hmac(size: Size, key: &[u8], pieces: &[&[u8]]) -> Zeroizing<Vec<u8>> {
    let pad = |filling: u8| {
        let mut block = Zeroizing::new([filling; BLOCK]);
        block.iter_mut().zip(key).for_each(|(byte, key)| *byte ^= key);
        block
    };
    let (inner, outer) = (pad(0x36), pad(0x5c));
    let inner = Zeroizing::new(digest(size, &[&[inner.as_slice()], pieces].concat()));
    Zeroizing::new(digest(size, &[outer.as_slice(), &inner]))
}

/// The generator of RFC 6979, section 3.2, with HMAC-Streebog: what it draws is determined by what it is
/// seeded with and cannot be told from random without all of that.
pub(super) struct Draws {
    size: Size,
    key: Zeroizing<Vec<u8>>,
    value: Zeroizing<Vec<u8>>,
}

impl Draws {
    /// Steps b to g, the seed in `pieces`.
    pub(super) fn new(size: Size, pieces: &[&[u8]]) -> Self {
        let filled = |byte| Zeroizing::new(vec![byte; size.bytes()]);
        let mut draws = Self { size, key: filled(0), value: filled(1) };
        draws.stir(0, pieces);
        draws.stir(1, pieces);
        draws
    }

    fn stir(&mut self, step: u8, pieces: &[&[u8]]) {
        self.key = hmac(self.size, &self.key, &[&[self.value.as_slice(), &[step]], pieces].concat());
        self.value = hmac(self.size, &self.key, &[&self.value]);
    }

    /// The first of the draws, each of a digest's size, of which `take` makes something (step h).
    pub(super) fn first<T>(mut self, take: impl Fn(&[u8]) -> Option<T>) -> T {
        loop {
            self.value = hmac(self.size, &self.key, &[&self.value]);
            if let Some(found) = take(&self.value) {
                return found;
            }
            self.stir(0, &[]);
        }
    }
}
