//! The hashes of the log: entry, leaf, node.

use std::fmt;
use std::str::FromStr;

use aws_lc_rs::digest::{Context, SHA256, digest};
use data_encoding::HEXLOWER;

/// Length of every hash, in bytes (SHA-256).
pub const HASH_BYTES: usize = 32;
/// Length of the salt of an entry, in bytes. 128 bits, so that nobody finds a step's body by trial.
pub const SALT_BYTES: usize = 16;

/// A SHA-256 hash. Shown and read as 64 lower-case hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Hash(pub [u8; HASH_BYTES]);

/// A text that is no hash.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a hash is 64 lower-case hexadecimal digits")]
pub struct HashError;

impl Hash {
    /// SHA-256 of `bytes`.
    pub fn of(bytes: &[u8]) -> Self {
        Self::from_digest(&digest(&SHA256, bytes))
    }

    /// The hash in `bytes`; `None` unless there are exactly 32 of them.
    pub fn from_slice(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(Self)
    }

    fn from_digest(digest: &aws_lc_rs::digest::Digest) -> Self {
        let mut hash = [0; HASH_BYTES];
        hash.copy_from_slice(digest.as_ref());
        Self(hash)
    }
}

impl fmt::Display for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        HEXLOWER.encode_write(&self.0, f)
    }
}

impl fmt::Debug for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for Hash {
    type Err = HashError;

    fn from_str(text: &str) -> Result<Self, HashError> {
        let bytes = HEXLOWER.decode(text.as_bytes()).map_err(|_| HashError)?;
        Self::from_slice(&bytes).ok_or(HashError)
    }
}

/// What a leaf stands for: the body of one step, and the salt that hides it.
///
/// The log publishes neither; it publishes [`Entry::hash`]. A receipt carries both.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Random, drawn once per step and kept with it.
    pub salt: [u8; SALT_BYTES],
    /// The step's canonical JSON, exactly as stored.
    pub body: Vec<u8>,
}

impl Entry {
    /// The data of this entry's leaf.
    pub fn hash(&self) -> Hash {
        entry_hash(&self.salt, &self.body)
    }

    /// The hash of this entry's leaf in the tree.
    pub fn leaf(&self) -> Hash {
        leaf_hash(&self.hash())
    }
}

/// The data of a leaf: `SHA-256(salt || body)`.
pub fn entry_hash(salt: &[u8; SALT_BYTES], body: &[u8]) -> Hash {
    let mut context = Context::new(&SHA256);
    context.update(salt);
    context.update(body);
    Hash::from_digest(&context.finish())
}

/// The hash of a leaf whose data is `entry`: `SHA-256(0x00 || entry)` (RFC 6962 section 2.1).
pub fn leaf_hash(entry: &Hash) -> Hash {
    let mut bytes = [0; 1 + HASH_BYTES];
    bytes[1..].copy_from_slice(&entry.0);
    Hash::of(&bytes)
}

/// The hash of an inner node: `SHA-256(0x01 || left || right)` (RFC 6962 section 2.1).
pub fn node_hash(left: &Hash, right: &Hash) -> Hash {
    let mut bytes = [1; 1 + 2 * HASH_BYTES];
    bytes[1..=HASH_BYTES].copy_from_slice(&left.0);
    bytes[1 + HASH_BYTES..].copy_from_slice(&right.0);
    Hash::of(&bytes)
}

/// The root of the tree without leaves: SHA-256 of nothing (RFC 6962 section 2.1).
pub fn empty_root() -> Hash {
    Hash::of(&[])
}

/// The root of the complete subtree over `hashes`, whose count is a power of two; `None` of nothing.
pub(crate) fn fold(hashes: &[u8]) -> Option<Hash> {
    let mut row: Vec<Hash> = hashes.chunks_exact(HASH_BYTES).filter_map(Hash::from_slice).collect();
    while row.len() > 1 {
        row = row
            .chunks(2)
            .map(|pair| match pair {
                [left, right] => node_hash(left, right),
                rest => rest.first().copied().unwrap_or_default(),
            })
            .collect();
    }
    row.pop()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hash_reads_only_what_it_writes() {
        let hash = Hash::of(b"greenlane");
        assert_eq!(hash.to_string().parse(), Ok(hash));
        for bad in ["", "00", &hash.to_string().to_uppercase(), &format!("{hash}0"), &format!(" {hash}")] {
            assert_eq!(bad.parse::<Hash>(), Err(HashError), "{bad}");
        }
    }

    #[test]
    fn entry_is_salt_then_body() {
        let salt = [7; SALT_BYTES];
        let mut joined = salt.to_vec();
        joined.extend_from_slice(b"body");
        assert_eq!(entry_hash(&salt, b"body"), Hash::of(&joined));
        assert_ne!(entry_hash(&[8; SALT_BYTES], b"body"), Hash::of(&joined));
    }

    #[test]
    fn empty_root_is_that_of_rfc_6962() {
        assert_eq!(
            empty_root().to_string(),
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
        );
    }
}
