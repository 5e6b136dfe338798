//! The log as its users and foreign verifiers see it.

// The lint knows functions marked as tests, not what they share.
#![allow(clippy::unwrap_used, clippy::panic)]

mod foreign;
mod golden;
mod receipts;
mod trees;

use std::collections::HashMap;
use std::convert::Infallible;

use greenlane_log::{
    Checkpoint, Content, Entry, FullTile, HASH_BYTES, Hash, LogKey, TileSource, Tree, TreeSource, empty_root,
    node_hash,
};

pub(crate) const ORIGIN: &str = "customs.example/log";

/// A key made of one repeated byte: the same in every run.
pub(crate) fn key(name: &str, seed: u8) -> LogKey {
    // PKCS#8 version 1 around a 32-byte seed (RFC 8410 section 7).
    let mut pkcs8 =
        vec![0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20];
    pkcs8.extend_from_slice(&[seed; 32]);
    LogKey::from_pkcs8(name, &pkcs8).unwrap()
}

/// The entry of leaf `index`: reproducible, each its own salt.
pub(crate) fn entry(index: u64) -> Entry {
    let mut salt = [0; 16];
    salt[8..].copy_from_slice(&index.to_be_bytes());
    Entry { salt, body: format!("{{\"leaf\":{index}}}").into_bytes() }
}

/// A log with its full tiles, as a store keeps them.
#[derive(Default)]
pub(crate) struct Log {
    pub(crate) tree: Tree,
    pub(crate) leaves: Vec<Hash>,
    pub(crate) full: HashMap<(u8, u64), Vec<u8>>,
}

impl Log {
    pub(crate) fn of(size: u64) -> Self {
        let mut log = Self::default();
        (0..size).for_each(|index| log.append(&entry(index)));
        log
    }

    pub(crate) fn append(&mut self, entry: &Entry) {
        let leaf = entry.leaf();
        self.leaves.push(leaf);
        for FullTile { level, index, hashes } in self.tree.append(leaf) {
            assert!(self.full.insert((level, index), hashes).is_none(), "a tile is completed once");
        }
    }

    pub(crate) fn source(&self) -> TreeSource<'_, impl Fn(u8, u64) -> Result<Vec<u8>, Infallible>> {
        self.tree.source(|level, index| Ok(self.full[&(level, index)].clone()))
    }

    pub(crate) fn checkpoint(&self) -> Checkpoint {
        Checkpoint { origin: ORIGIN.to_owned(), size: self.tree.size(), root: self.tree.root() }
    }
}

/// The Merkle tree hash as RFC 6962 section 2.1 defines it, by recursion.
pub(crate) fn root_of(leaves: &[Hash]) -> Hash {
    match leaves {
        [] => empty_root(),
        [leaf] => *leaf,
        more => {
            let (left, right) = more.split_at(more.len().next_power_of_two() / 2);
            node_hash(&root_of(left), &root_of(right))
        }
    }
}

/// A tile by its definition, straight from all leaves.
pub(crate) fn tile_of(leaves: &[Hash], level: u8, index: u64) -> Vec<u8> {
    let span = 256_usize.pow(u32::from(level));
    leaves
        .chunks_exact(span)
        .skip(index as usize * 256)
        .take(256)
        .flat_map(|subtree| root_of(subtree).0)
        .collect()
}

/// Tiles by definition, counting the reads.
pub(crate) struct Naive<'a> {
    pub(crate) leaves: &'a [Hash],
    pub(crate) reads: std::cell::Cell<usize>,
}

impl TileSource for Naive<'_> {
    type Error = Infallible;

    fn tile(&self, level: u8, index: u64, width: u16) -> Result<Vec<u8>, Infallible> {
        self.reads.set(self.reads.get() + 1);
        let mut tile = tile_of(self.leaves, level, index);
        tile.truncate(usize::from(width) * HASH_BYTES);
        Ok(tile)
    }
}

/// The level of a tile of hashes.
pub(crate) fn level(content: Content) -> u8 {
    match content {
        Content::Hashes(level) => level,
        Content::Entries => panic!("no tile of hashes"),
    }
}
