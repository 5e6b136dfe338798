//! Tiles: where the log publishes which hashes (C2SP tlog-tiles).

use std::fmt;
use std::str::FromStr;

use crate::hash::Hash;

/// Hashes in a full tile; tile levels are eight tree levels apart.
pub const TILE_WIDTH: u16 = 256;
/// Tree levels in one tile: `2^8 = 256`.
pub(crate) const TILE_HEIGHT: u32 = 8;
/// Tile levels a tree of at most `2^62` leaves can have: levels 0 to 7.
pub(crate) const TILE_LEVELS: u8 = 8;
/// The longest path this crate reads, in bytes: `tile/entries/`, six elements of `x123/`, `123.p/255`.
const PATH_BYTES_MAX: usize = 64;

/// What a tile holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Content {
    /// Hashes of this tile level; level 0 are the leaf hashes.
    Hashes(u8),
    /// The entries (leaf data) themselves, each with its length before it.
    Entries,
}

/// The place of a tile: `tile/<L>/<N>[.p/<W>]` or `tile/entries/<N>[.p/<W>]`.
///
/// Shown and read as that path, without a leading slash.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TilePath {
    /// Hashes of which level, or entries.
    pub content: Content,
    /// The tile's number within its level, from 0.
    pub index: u64,
    /// How many hashes or entries, 1 to 256; 256 is a full tile.
    pub width: u16,
}

/// A text that is no tile path.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a tile path is tile/<level>/<number>[.p/<width>], numbers in x000/000 groups of three digits")]
pub struct TilePathError;

impl TilePath {
    /// Whether a tree of `size` leaves has this many hashes here.
    pub fn exists_in(&self, size: u64) -> bool {
        let level = match self.content {
            Content::Hashes(level) => level,
            Content::Entries => 0,
        };
        self.width >= 1 && self.width <= width_in(level, self.index, size)
    }
}

/// How many hashes tile `index` of `level` has in a tree of `size` leaves, 0 to 256.
pub(crate) fn width_in(level: u8, index: u64, size: u64) -> u16 {
    if level >= TILE_LEVELS {
        return 0;
    }
    let hashes = size >> (TILE_HEIGHT * u32::from(level));
    match index.checked_mul(u64::from(TILE_WIDTH)) {
        Some(first) => hashes.saturating_sub(first).min(u64::from(TILE_WIDTH)) as u16,
        None => 0,
    }
}

/// Every hash tile a tree of `size` leaves has and a tree of `from` leaves had not: what is to be
/// published when the log grows. Full and partial tiles, lowest level first.
pub fn tiles_of(from: u64, size: u64) -> impl Iterator<Item = TilePath> {
    (0..TILE_LEVELS).flat_map(move |level| {
        let shift = TILE_HEIGHT * u32::from(level);
        let (had, has) = (from >> shift, size >> shift);
        let first = had / u64::from(TILE_WIDTH);
        let end = if has > had { has.div_ceil(u64::from(TILE_WIDTH)) } else { first };
        (first..end).map(move |index| TilePath {
            content: Content::Hashes(level),
            index,
            width: width_in(level, index, size),
        })
    })
}

/// The bytes served at `tile/entries/…`: each entry of 32 bytes after its length as big-endian `u16`.
pub fn entry_bundle(entries: &[Hash]) -> Vec<u8> {
    let mut bundle = Vec::with_capacity(entries.len() * (2 + entries.first().map_or(0, |e| e.0.len())));
    for entry in entries {
        bundle.extend_from_slice(&(entry.0.len() as u16).to_be_bytes());
        bundle.extend_from_slice(&entry.0);
    }
    bundle
}

impl fmt::Display for TilePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.content {
            Content::Hashes(level) => write!(f, "tile/{level}/")?,
            Content::Entries => write!(f, "tile/entries/")?,
        }
        let mut group = 1_u64;
        while self.index / group >= 1000 {
            group *= 1000;
        }
        while group > 1 {
            write!(f, "x{:03}/", self.index / group % 1000)?;
            group /= 1000;
        }
        write!(f, "{:03}", self.index % 1000)?;
        if self.width < TILE_WIDTH {
            write!(f, ".p/{}", self.width)?;
        }
        Ok(())
    }
}

impl FromStr for TilePath {
    type Err = TilePathError;

    fn from_str(text: &str) -> Result<Self, TilePathError> {
        let path = parse(text).ok_or(TilePathError)?;
        // One tile has one path: leading zeros, signs and widths out of range end here.
        if path.to_string() == text { Ok(path) } else { Err(TilePathError) }
    }
}

fn parse(text: &str) -> Option<TilePath> {
    if text.len() > PATH_BYTES_MAX {
        return None;
    }
    let (level, rest) = text.strip_prefix("tile/")?.split_once('/')?;
    let content = match level {
        "entries" => Content::Entries,
        // The norm bounds levels by 63; which of them exist is the tree's matter.
        level => Content::Hashes(level.parse().ok().filter(|level| *level < 64)?),
    };
    let (number, width) = match rest.split_once(".p/") {
        Some((number, width)) => (number, width.parse().ok().filter(|w| (1..TILE_WIDTH).contains(w))?),
        None => (rest, TILE_WIDTH),
    };
    let mut index = 0_u64;
    for group in number.split('/') {
        let digits = group.strip_prefix('x').unwrap_or(group);
        if digits.len() != 3 {
            return None;
        }
        index = index.checked_mul(1000)?.checked_add(digits.parse().ok()?)?;
    }
    Some(TilePath { content, index, width })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_those_of_the_norm() {
        for (content, index, width, path) in [
            (Content::Hashes(0), 0, 256, "tile/0/000"),
            (Content::Hashes(0), 999, 256, "tile/0/999"),
            (Content::Hashes(0), 1000, 256, "tile/0/x001/000"),
            (Content::Hashes(1), 1234, 17, "tile/1/x001/234.p/17"),
            (Content::Hashes(63), 1_234_067, 255, "tile/63/x001/x234/067.p/255"),
            (Content::Entries, 5, 1, "tile/entries/005.p/1"),
            (Content::Hashes(0), u64::MAX, 256, "tile/0/x018/x446/x744/x073/x709/x551/615"),
        ] {
            let tile = TilePath { content, index, width };
            assert_eq!(tile.to_string(), path);
            assert_eq!(path.parse(), Ok(tile));
        }
    }

    #[test]
    fn other_spellings_are_no_paths() {
        for bad in [
            "",
            "tile",
            "tile/",
            "tile/0",
            "tile/0/",
            "/tile/0/000",
            "tile/0/0",
            "tile/0/0000",
            "tile/0/x000/000",
            "tile/0/001/000",
            "tile/0/x001",
            "tile/00/000",
            "tile/64/000",
            "tile/+1/000",
            "tile/0/+01",
            "tile/0/000.p/0",
            "tile/0/000.p/256",
            "tile/0/000.p/01",
            "tile/0/000.p/",
            "tile/0/000.p/1/",
            "tile/data/000",
            "tile/0/x018/x446/x744/x073/x709/x551/616",
            "tile/0/../000",
        ] {
            assert_eq!(bad.parse::<TilePath>(), Err(TilePathError), "{bad}");
        }
    }

    #[test]
    fn a_tree_of_seventy_thousand_has_the_tiles_the_norm_counts() {
        let tiles: Vec<TilePath> = tiles_of(0, 70_000).collect();
        let count = |level, full: bool| {
            tiles
                .iter()
                .filter(|t| t.content == Content::Hashes(level) && (t.width == TILE_WIDTH) == full)
                .count()
        };
        assert_eq!([count(0, true), count(0, false), count(1, true), count(1, false)], [273, 1, 1, 1]);
        let partial: Vec<u16> = tiles.iter().map(|t| t.width).filter(|w| *w < TILE_WIDTH).collect();
        assert_eq!(partial, [112, 17, 1]);
        assert!(tiles.iter().all(|t| t.exists_in(70_000)));
        assert!(!TilePath { content: Content::Hashes(0), index: 273, width: 113 }.exists_in(70_000));
        assert!(!TilePath { content: Content::Hashes(9), index: 0, width: 1 }.exists_in(70_000));
    }

    #[test]
    fn growth_publishes_only_what_is_new() {
        let new: Vec<String> = tiles_of(255, 256).map(|t| t.to_string()).collect();
        assert_eq!(new, ["tile/0/000", "tile/1/000.p/1"]);
        assert_eq!(tiles_of(300, 300).count(), 0);
        assert_eq!(tiles_of(0, 0).count(), 0);
        let new: Vec<String> = tiles_of(300, 301).map(|t| t.to_string()).collect();
        assert_eq!(new, ["tile/0/001.p/45"]);
    }

    #[test]
    fn bundles_carry_lengths() {
        let bundle = entry_bundle(&[Hash([1; 32]), Hash([2; 32])]);
        assert_eq!(bundle.len(), 68);
        assert_eq!(bundle[..3], [0, 32, 1]);
        assert_eq!(bundle[34..37], [0, 32, 2]);
    }
}
