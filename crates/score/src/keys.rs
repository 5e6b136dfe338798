//! The rows learned from, as a look-up table: how often a key was seen, and how often something was found.
//!
//! It says which rows are *novel*, and it is the opponent of a model: where results repeat, a dictionary is as good as
//! any learning, and a figure that does not stand beside it proves nothing.

use std::collections::BTreeMap;

use data_encoding::BASE64;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::limits::ROWS_MAX;

/// Bytes of one entry in a file.
const ENTRY_BYTES: usize = 16;

/// What was found under each key.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Keys(BTreeMap<u64, Seen>);

/// How often a key was seen, and how often something was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Seen {
    pub(crate) rows: u32,
    pub(crate) found: u32,
}

impl Keys {
    pub(crate) fn of(rows: impl Iterator<Item = (u64, bool)>) -> Self {
        let mut keys = Self::default();
        for (key, found) in rows {
            let seen = keys.0.entry(key).or_default();
            seen.rows = seen.rows.saturating_add(1);
            seen.found = seen.found.saturating_add(u32::from(found));
        }
        keys
    }

    pub(crate) fn get(&self, key: u64) -> Option<Seen> {
        self.0.get(&key).copied()
    }

    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }
}

impl Serialize for Keys {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let mut bytes = Vec::with_capacity(self.0.len() * ENTRY_BYTES);
        for (key, seen) in &self.0 {
            bytes.extend(key.to_be_bytes());
            bytes.extend(seen.rows.to_be_bytes());
            bytes.extend(seen.found.to_be_bytes());
        }
        to.serialize_str(&BASE64.encode(&bytes))
    }
}

impl<'de> Deserialize<'de> for Keys {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = String::deserialize(from)?;
        let bytes = BASE64.decode(text.as_bytes()).map_err(de::Error::custom)?;
        let (entries, rest) = bytes.as_chunks::<ENTRY_BYTES>();
        if !rest.is_empty() || entries.len() > ROWS_MAX {
            return Err(de::Error::custom("the keys are cut off, or too many"));
        }
        let number = |bytes: &[u8]| bytes.iter().fold(0u64, |number, byte| number << 8 | u64::from(*byte));
        let count = |bytes: &[u8]| u32::try_from(number(bytes)).unwrap_or(u32::MAX);
        let mut keys = Self::default();
        for entry in entries {
            let seen = Seen { rows: count(&entry[8..12]), found: count(&entry[12..]) };
            if seen.rows == 0 || seen.found > seen.rows || keys.0.insert(number(&entry[..8]), seen).is_some()
            {
                return Err(de::Error::custom("a key says what cannot be"));
            }
        }
        Ok(keys)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_come_back_and_spoilt_ones_do_not() {
        let keys = Keys::of([(7, true), (7, false), (u64::MAX, false)].into_iter());
        assert_eq!(keys.get(7), Some(Seen { rows: 2, found: 1 }));
        assert_eq!((keys.get(8), keys.len()), (None, 2));
        let json = serde_json::to_string(&keys).unwrap();
        assert_eq!(serde_json::from_str::<Keys>(&json).unwrap(), keys);
        let spoilt = |bytes: &[u8]| serde_json::from_str::<Keys>(&format!("\"{}\"", BASE64.encode(bytes)));
        assert!(spoilt(&[0; 15]).is_err() && spoilt(&[0; 16]).is_err());
        let mut more_found_than_seen = [0; 16];
        more_found_than_seen[11] = 1;
        more_found_than_seen[15] = 2;
        assert!(spoilt(&more_found_than_seen).is_err());
    }
}
