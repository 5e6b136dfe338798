//! Proofs: that a leaf is in a tree, that one tree is a prefix of another (RFC 6962 section 2.1).

use crate::hash::{HASH_BYTES, Hash, empty_root, fold, node_hash};
use crate::tile::{TILE_HEIGHT, TILE_WIDTH, width_in};
use crate::tree::SIZE_MAX;

/// The longest proof between trees of up to [`SIZE_MAX`] leaves, in hashes.
pub(crate) const PROOF_HASHES_MAX: usize = 64;

/// Where the tiles of a log are read: a store, a directory, a foreign log's pages.
pub trait TileSource {
    /// Why a read failed.
    type Error;

    /// The first `width` hashes of tile `index` of tile level `level`, joined, `32 * width` bytes.
    ///
    /// Hash `i` of level `l` is the root of the complete subtree over leaves
    /// `[i * 256^l, (i + 1) * 256^l)`; level 0 are the leaf hashes. Asked only for hashes that exist in
    /// the tree of the size the proof is for, hence in every later one: a wider tile may be cut. What is
    /// returned is checked for its length.
    ///
    /// # Errors
    /// Whatever reading fails with.
    fn tile(&self, level: u8, index: u64, width: u16) -> Result<Vec<u8>, Self::Error>;
}

impl<S: TileSource + ?Sized> TileSource for &S {
    type Error = S::Error;

    fn tile(&self, level: u8, index: u64, width: u16) -> Result<Vec<u8>, Self::Error> {
        (**self).tile(level, index, width)
    }
}

/// Why there is no proof.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ProofError<E> {
    /// The leaf or the tree asked for is not in the tree.
    #[error("{asked} is not within a tree of {size} leaves")]
    OutOfRange {
        /// Leaf, size or tile asked for.
        asked: u64,
        /// Leaves of the tree.
        size: u64,
    },
    /// The source returned a tile of the wrong length.
    #[error("tile {index} of level {level} has the wrong length: the stored log is damaged")]
    DamagedTile {
        /// Tile level.
        level: u8,
        /// Tile number.
        index: u64,
    },
    /// The source failed.
    #[error("{0}")]
    Source(E),
}

/// Reads each tile of one tree at most once.
struct Reader<S> {
    source: S,
    size: u64,
    read: Vec<(u8, u64, Vec<u8>)>,
}

impl<S: TileSource> Reader<S> {
    fn new(source: S, size: u64) -> Self {
        Self { source, size, read: Vec::new() }
    }

    /// The `count` hashes of `level` from `first` on, all in one tile.
    fn hashes(&mut self, level: u8, first: u64, count: usize) -> Result<&[u8], ProofError<S::Error>> {
        let index = first / u64::from(TILE_WIDTH);
        let damaged = ProofError::DamagedTile { level, index };
        let at = match self.read.iter().position(|(l, i, _)| (*l, *i) == (level, index)) {
            Some(at) => at,
            None => {
                let width = width_in(level, index, self.size);
                let tile = self.source.tile(level, index, width).map_err(ProofError::Source)?;
                if tile.len() != usize::from(width) * HASH_BYTES {
                    return Err(damaged);
                }
                self.read.push((level, index, tile));
                self.read.len() - 1
            }
        };
        let start = (first % u64::from(TILE_WIDTH)) as usize * HASH_BYTES;
        let tile = self.read.get(at).map(|(_, _, tile)| tile.as_slice());
        tile.and_then(|tile| tile.get(start..start + count * HASH_BYTES)).ok_or(damaged)
    }

    /// The Merkle tree hash of the leaves `[from, to)`, where `from` is aligned as in any split of the
    /// tree: complete subtrees of decreasing size.
    fn range(&mut self, from: u64, to: u64) -> Result<Hash, ProofError<S::Error>> {
        let mut subtrees = Vec::new();
        let mut at = from;
        while at < to {
            let height = (to - at).ilog2();
            subtrees.push(self.complete(height, at >> height)?);
            at += 1 << height;
        }
        Ok(subtrees
            .into_iter()
            .rev()
            .reduce(|right, left| node_hash(&left, &right))
            .unwrap_or_else(empty_root))
    }

    /// The root of the complete subtree of `2^height` leaves that is number `index` of its height.
    fn complete(&mut self, height: u32, index: u64) -> Result<Hash, ProofError<S::Error>> {
        let level = (height / TILE_HEIGHT) as u8;
        let within = height % TILE_HEIGHT;
        let hashes = self.hashes(level, index << within, 1 << within)?;
        fold(hashes).ok_or(ProofError::DamagedTile { level, index: index << within >> TILE_HEIGHT })
    }
}

/// The largest power of two below `n`, for `n` of at least 2 (the split of RFC 6962 section 2.1).
fn split(n: u64) -> u64 {
    1 << (n - 1).ilog2()
}

/// The inclusion proof of leaf `index` in the tree of `size` leaves (RFC 6962 section 2.1.1), from the
/// leaf upwards. Reads at most two tiles of each tile level.
///
/// # Errors
/// The leaf is not in the tree, the tiles are damaged, or the source fails.
pub fn inclusion_proof<S: TileSource>(
    source: S,
    index: u64,
    size: u64,
) -> Result<Vec<Hash>, ProofError<S::Error>> {
    if index >= size || size > SIZE_MAX {
        return Err(ProofError::OutOfRange { asked: index, size });
    }
    let mut reader = Reader::new(source, size);
    let mut proof = Vec::new();
    let (mut from, mut to) = (0, size);
    while to - from > 1 {
        let middle = from + split(to - from);
        if index < middle {
            proof.push(reader.range(middle, to)?);
            to = middle;
        } else {
            proof.push(reader.range(from, middle)?);
            from = middle;
        }
    }
    proof.reverse();
    Ok(proof)
}

/// The consistency proof between the trees of `old` and of `new` leaves (RFC 6962 section 2.1.2). Empty
/// when `old` is 0 or equal to `new`.
///
/// # Errors
/// `old` is larger than `new`, the tiles are damaged, or the source fails.
pub fn consistency_proof<S: TileSource>(
    source: S,
    old: u64,
    new: u64,
) -> Result<Vec<Hash>, ProofError<S::Error>> {
    if old > new || new > SIZE_MAX {
        return Err(ProofError::OutOfRange { asked: old, size: new });
    }
    if old == 0 {
        return Ok(Vec::new());
    }
    let mut reader = Reader::new(source, new);
    let mut proof = Vec::new();
    let (mut from, mut to) = (0, new);
    while to != old {
        let middle = from + split(to - from);
        if old <= middle {
            proof.push(reader.range(middle, to)?);
            to = middle;
        } else {
            proof.push(reader.range(from, middle)?);
            from = middle;
        }
    }
    // A subtree that starts at the first leaf is the old tree itself: its root is known to the verifier.
    if from != 0 {
        proof.push(reader.range(from, to)?);
    }
    proof.reverse();
    Ok(proof)
}

/// The bytes of the tile at `level` and `index` with `width` hashes, as published.
///
/// # Errors
/// No such tile in a tree of `size` leaves, the stored one is damaged, or the source fails.
pub fn tile<S: TileSource>(
    source: S,
    level: u8,
    index: u64,
    width: u16,
    size: u64,
) -> Result<Vec<u8>, ProofError<S::Error>> {
    if width == 0 || width > width_in(level, index, size) {
        return Err(ProofError::OutOfRange { asked: index, size });
    }
    let hashes = source.tile(level, index, width).map_err(ProofError::Source)?;
    if hashes.len() == usize::from(width) * HASH_BYTES {
        Ok(hashes)
    } else {
        Err(ProofError::DamagedTile { level, index })
    }
}

/// Whether `proof` shows that the leaf hash `leaf` is leaf `index` of the tree of `size` leaves and this
/// `root` (RFC 9162 section 2.1.3.2).
pub fn verify_inclusion(leaf: &Hash, index: u64, size: u64, proof: &[Hash], root: &Hash) -> bool {
    if index >= size || proof.len() > PROOF_HASHES_MAX {
        return false;
    }
    let (mut node, mut last) = (index, size - 1);
    let mut hash = *leaf;
    for sibling in proof {
        if last == 0 {
            return false;
        }
        if node & 1 == 1 || node == last {
            hash = node_hash(sibling, &hash);
            while node & 1 == 0 && node != 0 {
                node >>= 1;
                last >>= 1;
            }
        } else {
            hash = node_hash(&hash, sibling);
        }
        node >>= 1;
        last >>= 1;
    }
    last == 0 && hash == *root
}

/// Whether `proof` shows that the tree of `old` leaves and `old_root` is a prefix of the tree of `new`
/// leaves and `new_root` (RFC 9162 section 2.1.4.2).
pub fn verify_consistency(old: u64, old_root: &Hash, new: u64, new_root: &Hash, proof: &[Hash]) -> bool {
    if old > new || proof.len() > PROOF_HASHES_MAX {
        return false;
    }
    if old == new {
        return proof.is_empty() && old_root == new_root;
    }
    if old == 0 {
        return proof.is_empty() && *old_root == empty_root();
    }
    let (mut node, mut last) = (old - 1, new - 1);
    while node & 1 == 1 {
        node >>= 1;
        last >>= 1;
    }
    let mut rest = proof.iter();
    // A complete old tree is its own starting point; else the proof names one.
    let start = if old.is_power_of_two() { Some(old_root) } else { rest.next() };
    let Some(start) = start else { return false };
    let (mut old_hash, mut new_hash) = (*start, *start);
    for sibling in rest {
        if last == 0 {
            return false;
        }
        if node & 1 == 1 || node == last {
            old_hash = node_hash(sibling, &old_hash);
            new_hash = node_hash(sibling, &new_hash);
            while node & 1 == 0 && node != 0 {
                node >>= 1;
                last >>= 1;
            }
        } else {
            new_hash = node_hash(&new_hash, sibling);
        }
        node >>= 1;
        last >>= 1;
    }
    last == 0 && old_hash == *old_root && new_hash == *new_root
}
