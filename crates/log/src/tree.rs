//! The growing edge of the tree, all that must be in memory to append.

use crate::hash::{HASH_BYTES, Hash, empty_root, fold, node_hash};
use crate::proof::TileSource;
use crate::tile::{TILE_HEIGHT, TILE_LEVELS, TILE_WIDTH, width_in};

/// The most leaves a tree holds: far beyond any log, and no arithmetic on sizes overflows.
pub const SIZE_MAX: u64 = 1 << 62;

/// An append-only Merkle tree (RFC 6962), reduced to its growing edge.
///
/// Memory is that of the partial tiles, at most eight of 8 KiB. Cloning is how a batch is tried: append
/// to the clone, commit, keep the clone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tree {
    size: u64,
    /// Roots of the complete subtrees the size decomposes into, one for each bit that is set, largest first.
    peaks: Vec<Hash>,
    /// The partial tile of each level, lowest level first; never 256 wide.
    edge: Vec<Vec<u8>>,
}

/// A tile that an append has completed: never changes again, ready to be stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FullTile {
    /// Tile level; level 0 holds leaf hashes.
    pub level: u8,
    /// Number of the tile in its level.
    pub index: u64,
    /// 256 hashes, 8192 bytes.
    pub hashes: Vec<u8>,
}

impl Default for Tree {
    fn default() -> Self {
        Self::new()
    }
}

impl Tree {
    /// The tree without leaves.
    pub fn new() -> Self {
        Self { size: 0, peaks: Vec::new(), edge: Vec::new() }
    }

    /// The tree of `size` leaves whose [`Tree::frontier`] is given; `None` if the count of hashes does
    /// not fit the size, or the size is over [`SIZE_MAX`].
    ///
    /// A wrong hash cannot be told here: compare [`Tree::root`] with the last checkpoint.
    pub fn restore(size: u64, frontier: impl IntoIterator<Item = Hash>) -> Option<Self> {
        if size > SIZE_MAX {
            return None;
        }
        let mut frontier = frontier.into_iter();
        let mut edge = Vec::new();
        for level in (0..TILE_LEVELS).rev() {
            let width = (size >> (TILE_HEIGHT * u32::from(level))) as usize % usize::from(TILE_WIDTH);
            let mut hashes = Vec::with_capacity(width * HASH_BYTES);
            for _ in 0..width {
                hashes.extend_from_slice(&frontier.next()?.0);
            }
            edge.push(hashes);
        }
        if frontier.next().is_some() {
            return None;
        }
        let peaks = edge.iter().flat_map(|tile| peaks_of(tile)).collect();
        edge.reverse();
        while edge.last().is_some_and(Vec::is_empty) {
            edge.pop();
        }
        Some(Self { size, peaks, edge })
    }

    /// The tree of `size` leaves rebuilt from what a store keeps at the least: full tiles and the hashes
    /// of the leaves after the last full tile of level 0.
    ///
    /// Reads at most 255 full tiles for each level above 0. `Ok(None)` when tiles or leaves do not fit.
    ///
    /// # Errors
    /// Whatever `full(level, index)` fails with.
    pub fn recover<E>(
        size: u64,
        mut full: impl FnMut(u8, u64) -> Result<Vec<u8>, E>,
        leaves: impl IntoIterator<Item = Hash>,
    ) -> Result<Option<Self>, E> {
        let mut frontier = Vec::new();
        for level in (1..TILE_LEVELS).rev() {
            let hashes = size >> (TILE_HEIGHT * u32::from(level));
            // A hash of this level is the root of the full tile of its number one level below.
            for index in hashes - hashes % u64::from(TILE_WIDTH)..hashes {
                let tile = full(level - 1, index)?;
                match fold(&tile) {
                    Some(root) if tile.len() == usize::from(TILE_WIDTH) * HASH_BYTES => frontier.push(root),
                    _ => return Ok(None),
                }
            }
        }
        frontier.extend(leaves);
        Ok(Self::restore(size, frontier))
    }

    /// Appends a leaf by its leaf hash and returns the tiles this completed, of all levels, lowest first.
    ///
    /// Costs one node hash on average, and no allocation but for one leaf in 256.
    pub fn append(&mut self, leaf: Hash) -> Vec<FullTile> {
        let mut completed = Vec::new();
        let mut hash = leaf;
        let mut height = 0;
        self.push(0, hash, &mut completed);
        // A carry, as in adding one to a binary number: each set bit is a subtree that now pairs up.
        while self.size >> height & 1 == 1 {
            let Some(left) = self.peaks.pop() else { break };
            hash = node_hash(&left, &hash);
            height += 1;
            if height % TILE_HEIGHT == 0 {
                self.push((height / TILE_HEIGHT) as usize, hash, &mut completed);
            }
        }
        self.peaks.push(hash);
        self.size += 1;
        completed
    }

    /// Puts `hash` on the edge of `level`; a tile that is full leaves the edge.
    fn push(&mut self, level: usize, hash: Hash, completed: &mut Vec<FullTile>) {
        if self.edge.len() <= level {
            self.edge.resize_with(level + 1, Vec::new);
        }
        let Some(tile) = self.edge.get_mut(level) else { return };
        if tile.capacity() == 0 {
            tile.reserve_exact(usize::from(TILE_WIDTH) * HASH_BYTES);
        }
        tile.extend_from_slice(&hash.0);
        if tile.len() == usize::from(TILE_WIDTH) * HASH_BYTES {
            let index = self.size >> (TILE_HEIGHT * (level as u32 + 1));
            completed.push(FullTile { level: level as u8, index, hashes: std::mem::take(tile) });
        }
    }

    /// How many leaves.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// The root hash over all leaves.
    pub fn root(&self) -> Hash {
        self.peaks
            .iter()
            .rev()
            .copied()
            .reduce(|right, left| node_hash(&left, &right))
            .unwrap_or_else(empty_root)
    }

    /// The hashes of the partial tiles, highest level first: a decomposition of the leaves from left to
    /// right, from which [`Tree::restore`] continues. As many as the digits of the size sum up to in base 256.
    pub fn frontier(&self) -> Vec<Hash> {
        self.edge
            .iter()
            .rev()
            .flat_map(|tile| tile.chunks_exact(HASH_BYTES))
            .filter_map(Hash::from_slice)
            .collect()
    }

    /// This tree as a source of tiles: `full(level, index)` reads a stored full tile, the partial ones
    /// are here. Serves every size up to this tree's.
    pub fn source<E, F: Fn(u8, u64) -> Result<Vec<u8>, E>>(&self, full: F) -> TreeSource<'_, F> {
        TreeSource { tree: self, full }
    }
}

/// The peaks within one tile of `hashes`, largest first.
fn peaks_of(hashes: &[u8]) -> Vec<Hash> {
    let mut peaks = Vec::new();
    let mut rest = hashes;
    for height in (0..TILE_HEIGHT).rev() {
        let bytes = HASH_BYTES << height;
        if rest.len() >= bytes {
            let (subtree, right) = rest.split_at(bytes);
            peaks.extend(fold(subtree));
            rest = right;
        }
    }
    peaks
}

/// The tiles of a [`Tree`]: the stored full ones and the partial ones in memory.
#[derive(Debug, Clone, Copy)]
pub struct TreeSource<'a, F> {
    tree: &'a Tree,
    full: F,
}

impl<E, F: Fn(u8, u64) -> Result<Vec<u8>, E>> TileSource for TreeSource<'_, F> {
    type Error = E;

    fn tile(&self, level: u8, index: u64, width: u16) -> Result<Vec<u8>, E> {
        let mut hashes = if width_in(level, index, self.tree.size) == TILE_WIDTH {
            (self.full)(level, index)?
        } else if index == self.tree.size >> (TILE_HEIGHT * (u32::from(level) + 1)).min(63) {
            self.tree.edge.get(usize::from(level)).cloned().unwrap_or_default()
        } else {
            Vec::new()
        };
        hashes.truncate(usize::from(width) * HASH_BYTES);
        Ok(hashes)
    }
}
