//! Two foreign implementations read what this one writes.

use std::collections::HashMap;

use greenlane_log::{Checkpoint, TilePath, consistency_proof, inclusion_proof, tile, tiles_of};
use signed_note::{Note, StandardVerifier, VerifierList};
use tlog_tiles::{HashReader, Tile, TileHashReader, TileReader};

use crate::{Log, ORIGIN, key, level};

/// The tiles as published, by path.
struct Published(HashMap<String, Vec<u8>>);

impl TileReader for Published {
    fn height(&self) -> u8 {
        8
    }

    fn read_tiles(&self, tiles: &[Tile]) -> Result<Vec<Vec<u8>>, tlog_tiles::Error> {
        let read = |tile: &Tile| {
            // That crate writes the height into the path; the norm has since dropped it.
            let path = tile.path().replacen("tile/8/", "tile/", 1);
            let known: TilePath = path.parse().unwrap();
            self.0[&known.to_string()].clone()
        };
        Ok(tiles.iter().map(read).collect())
    }

    fn save_tiles(&self, _: &[Tile], _: &[Vec<u8>]) {}
}

fn foreign(hash: &greenlane_log::Hash) -> tlog_tiles::Hash {
    tlog_tiles::Hash(hash.0)
}

#[test]
fn tiles_and_proofs_hold_for_tlog_tiles() {
    let size = 66_000;
    let log = Log::of(size);
    let root = foreign(&log.tree.root());
    let mut tiles = HashMap::new();
    for path in tiles_of(0, size) {
        let hashes = tile(log.source(), level(path.content), path.index, path.width, size).unwrap();
        tiles.insert(path.to_string(), hashes);
    }
    let published = Published(tiles);
    let reader = TileHashReader::new(size, root, &published);
    for index in [0, 1, 255, 256, 511, 65_279, 65_535, 65_536, 65_999] {
        // It authenticates our tiles against the root, and its proofs are ours.
        let theirs = tlog_tiles::prove_record(size, index, &reader).unwrap();
        let ours: Vec<_> = inclusion_proof(log.source(), index, size).unwrap().iter().map(foreign).collect();
        assert_eq!(ours, theirs, "{index}");
        let leaf = foreign(&log.leaves[index as usize]);
        assert_eq!(reader.read_hashes(&[tlog_tiles::stored_hash_index(0, index)]).unwrap(), [leaf]);
        tlog_tiles::check_record(&ours, size, root, index, leaf).unwrap();
    }
    for old in [1, 2, 255, 256, 257, 65_535, 65_536, 65_537, 65_999, 66_000] {
        let ours: Vec<_> = consistency_proof(log.source(), old, size).unwrap().iter().map(foreign).collect();
        assert_eq!(ours, tlog_tiles::prove_tree(size, old, &reader).unwrap(), "{old}");
        tlog_tiles::check_tree(&ours, size, root, old, foreign(&Log::of(old).tree.root())).unwrap();
    }
}

#[test]
fn checkpoints_hold_for_signed_note() {
    let log = Log::of(1000);
    let key = key(ORIGIN, 1);
    let text = log.checkpoint().sign(&key);
    let verifier = StandardVerifier::new(&key.vkey().to_string()).unwrap();
    let note = Note::from_bytes(text.as_bytes()).unwrap();
    let (known, unknown) = note.verify(&VerifierList::new(vec![Box::new(verifier)])).unwrap();
    assert_eq!((known.len(), unknown.len()), (1, 0));
    let checkpoint = tlog_tiles::Checkpoint::from_bytes(note.text()).unwrap();
    assert_eq!((checkpoint.origin(), checkpoint.size()), (ORIGIN, 1000));
    assert_eq!(*checkpoint.hash(), foreign(&log.tree.root()));
    assert_eq!(Checkpoint::open(&text, &key.vkey()), Ok(log.checkpoint()));
}
