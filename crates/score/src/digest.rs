//! SHA-256, and short hashes of values.

use std::fmt;

use aws_lc_rs::digest::{Context, SHA256};
use data_encoding::HEXLOWER;
use serde::{Deserialize, Serialize};

/// A SHA-256, written in hexadecimal digits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Sha256(String);

impl Sha256 {
    /// The hash of the parts, one after the other.
    pub(crate) fn of(parts: &[&[u8]]) -> Self {
        Self(HEXLOWER.encode(&hash(parts)))
    }

    /// The digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Sha256 {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

fn hash(parts: &[&[u8]]) -> [u8; 32] {
    let mut context = Context::new(&SHA256);
    for part in parts {
        context.update(part);
    }
    let mut bytes = [0; 32];
    for (byte, from) in bytes.iter_mut().zip(context.finish().as_ref()) {
        *byte = *from;
    }
    bytes
}

/// The first eight bytes of a SHA-256 as a number.
pub(crate) fn short(parts: &[&[u8]]) -> u64 {
    hash(parts).iter().take(8).fold(0, |number, byte| number << 8 | u64::from(*byte))
}
