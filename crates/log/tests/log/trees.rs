//! Trees, tiles and proofs against their definitions.

use std::cell::Cell;

use greenlane_log::{
    Hash, ProofError, SIZE_MAX, TileSource, Tree, consistency_proof, inclusion_proof, leaf_hash, tile,
    tiles_of, verify_consistency, verify_inclusion,
};
use proptest::prelude::*;

use crate::{Log, Naive, level, root_of, tile_of};

/// Roots of the eight-leaf example tree that Certificate Transparency implementations test with. Its
/// leaves are not hashes, so the leaf hash is taken of the bytes themselves.
#[test]
fn roots_are_those_of_the_certificate_transparency_example() {
    let leaves: [&[u8]; 8] = [
        &[],
        &[0x00],
        &[0x10],
        &[0x20, 0x21],
        &[0x30, 0x31],
        &[0x40, 0x41, 0x42, 0x43],
        &[0x50, 0x51, 0x52, 0x53, 0x54, 0x55, 0x56, 0x57],
        &[0x60, 0x61, 0x62, 0x63, 0x64, 0x65, 0x66, 0x67, 0x68, 0x69, 0x6a, 0x6b, 0x6c, 0x6d, 0x6e, 0x6f],
    ];
    let roots = [
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
        "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
        "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    ];
    let mut tree = Tree::new();
    for (leaf, root) in leaves.iter().zip(roots) {
        let mut data = vec![0];
        data.extend_from_slice(leaf);
        tree.append(Hash::of(&data));
        assert_eq!(tree.root().to_string(), root, "{} leaves", tree.size());
    }
    let entry = Hash([7; 32]);
    let mut data = vec![0];
    data.extend_from_slice(&entry.0);
    assert_eq!(leaf_hash(&entry), Hash::of(&data));
}

#[test]
fn every_size_up_to_six_hundred_has_the_defined_root_and_restores() {
    let mut log = Log::default();
    for size in 0..=600_u64 {
        assert_eq!(log.tree.root(), root_of(&log.leaves), "{size}");
        let restored = Tree::restore(size, log.tree.frontier());
        assert_eq!(restored.as_ref(), Some(&log.tree), "{size}");
        let tail = log.leaves[size as usize - size as usize % 256..].to_vec();
        let recovered =
            Tree::recover(size, |level, index| log.full.get(&(level, index)).cloned().ok_or(()), tail);
        assert_eq!(recovered, Ok(restored), "{size}");
        log.append(&crate::entry(size));
    }
}

#[test]
fn large_tree_has_the_defined_tiles_and_recovers() {
    // Over 256 * 256 leaves, so that a tile of level 1 is full and level 2 begins.
    let size = 66_000;
    let log = Log::of(size);
    assert_eq!(log.tree.root(), root_of(&log.leaves));
    let mut full = 0;
    for path in tiles_of(0, size) {
        let level = level(path.content);
        let defined = tile_of(&log.leaves, level, path.index);
        assert_eq!(defined.len(), usize::from(path.width) * 32);
        assert_eq!(tile(log.source(), level, path.index, path.width, size), Ok(defined.clone()), "{path}");
        if path.width == 256 {
            full += 1;
            assert_eq!(log.full[&(level, path.index)], defined);
        }
    }
    assert_eq!(full, log.full.len());
    let tail = log.leaves[size as usize - size as usize % 256..].to_vec();
    let read = Cell::new(0);
    let full = |level, index| {
        read.set(read.get() + 1);
        log.full.get(&(level, index)).cloned().ok_or((level, index))
    };
    assert_eq!(Tree::recover(size, full, tail).unwrap().as_ref(), Some(&log.tree));
    assert_eq!(read.get(), 2, "one full tile of each lower level");

    for index in [0, 255, 256, 65_535, 65_536, 65_999] {
        let naive = Naive { leaves: &log.leaves, reads: Cell::default() };
        let proof = inclusion_proof(&naive, index, size).unwrap();
        assert!(naive.reads.get() <= 6, "two tiles of each of three levels, not {}", naive.reads.get());
        assert_eq!(inclusion_proof(log.source(), index, size).unwrap(), proof);
        assert!(verify_inclusion(&log.leaves[index as usize], index, size, &proof, &log.tree.root()));
    }
}

#[test]
fn restoring_refuses_what_does_not_fit() {
    let tree = Log::of(300).tree;
    let frontier = tree.frontier();
    assert_eq!(frontier.len(), 1 + 44);
    assert_eq!(Tree::restore(299, frontier.clone()), None);
    assert_eq!(Tree::restore(301, frontier.clone()), None);
    assert_eq!(Tree::restore(SIZE_MAX + 1, [Hash::default(); 64]), None);
    assert!(Tree::restore(SIZE_MAX, [Hash::default(); 64]).is_some());
    assert_eq!(Tree::restore(u64::MAX, frontier), None);
    assert_eq!(Tree::recover(300, |_, _| Ok::<_, ()>(vec![0; 32]), []), Ok(None), "a tile that is not full");
    assert_eq!(Tree::recover(300, |_, _| Err("disk"), []), Err("disk"));
}

/// A source of tiles of the wrong length.
struct Damaged;

impl TileSource for Damaged {
    type Error = &'static str;

    fn tile(&self, level: u8, _: u64, _: u16) -> Result<Vec<u8>, &'static str> {
        if level == 0 { Ok(vec![0; 31]) } else { Err("unreadable") }
    }
}

#[test]
fn no_proof_from_nothing_and_damage_is_told() {
    let log = Log::of(10);
    assert_eq!(inclusion_proof(log.source(), 10, 10), Err(ProofError::OutOfRange { asked: 10, size: 10 }));
    assert!(inclusion_proof(log.source(), 0, u64::MAX).is_err());
    assert!(consistency_proof(log.source(), 11, 10).is_err());
    assert!(consistency_proof(log.source(), 1, 11).is_err(), "a larger tree than there is");
    assert!(tile(log.source(), 0, 0, 11, 10).is_err());
    assert!(tile(log.source(), 255, u64::MAX, 256, u64::MAX).is_err());
    assert_eq!(inclusion_proof(Damaged, 3, 10), Err(ProofError::DamagedTile { level: 0, index: 0 }));
    assert_eq!(inclusion_proof(Damaged, 600, 601), Err(ProofError::Source("unreadable")));
}

fn altered(proof: &[Hash], at: usize, bit: usize) -> Vec<Hash> {
    let mut proof = proof.to_vec();
    if let Some(hash) = proof.get_mut(at) {
        hash.0[bit / 8] ^= 1 << (bit % 8);
    }
    proof
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn inclusion_holds_and_nothing_altered_does(
        size in 1_u64..=600, index in any::<prop::sample::Index>(), later in 0_u64..40,
        at in any::<prop::sample::Index>(), bit in 0_usize..256,
    ) {
        let index = index.index(size as usize) as u64;
        // Proofs for an older tree come from the tiles of a later one.
        let log = Log::of(size + later);
        let leaves = &log.leaves[..size as usize];
        let (leaf, root) = (leaves[index as usize], root_of(leaves));
        let proof = inclusion_proof(log.source(), index, size).unwrap();
        prop_assert!(verify_inclusion(&leaf, index, size, &proof, &root));

        prop_assert!(!verify_inclusion(&altered(&[leaf], 0, bit)[0], index, size, &proof, &root));
        prop_assert!(!verify_inclusion(&leaf, index, size, &proof, &altered(&[root], 0, bit)[0]));
        for other in [index.wrapping_sub(1), index + 1, index ^ 1, index + size, u64::MAX] {
            if other != index {
                prop_assert!(!verify_inclusion(&leaf, other, size, &proof, &root));
            }
        }
        let mut longer = proof.clone();
        longer.push(leaf);
        prop_assert!(!verify_inclusion(&leaf, index, size, &longer, &root));
        if !proof.is_empty() {
            let spoilt = altered(&proof, at.index(proof.len()), bit);
            prop_assert!(!verify_inclusion(&leaf, index, size, &spoilt, &root));
            prop_assert!(!verify_inclusion(&leaf, index, size, &proof[1..], &root));
            prop_assert!(!verify_inclusion(&leaf, index, size, &proof[..proof.len() - 1], &root));
        }
    }

    #[test]
    fn consistency_holds_and_nothing_altered_does(
        new in 1_u64..=600, old in any::<prop::sample::Index>(), at in any::<prop::sample::Index>(), bit in 0_usize..256,
    ) {
        let old = old.index(new as usize + 1) as u64;
        let log = Log::of(new);
        let (old_root, new_root) = (root_of(&log.leaves[..old as usize]), log.tree.root());
        let proof = consistency_proof(log.source(), old, new).unwrap();
        prop_assert!(verify_consistency(old, &old_root, new, &new_root, &proof));

        prop_assert!(!verify_consistency(old, &altered(&[old_root], 0, bit)[0], new, &new_root, &proof));
        if old != 0 {
            prop_assert!(!verify_consistency(old, &old_root, new, &altered(&[new_root], 0, bit)[0], &proof));
        }
        prop_assert!(!verify_consistency(old + 1, &old_root, new, &new_root, &proof));
        let mut longer = proof.clone();
        longer.push(new_root);
        prop_assert!(!verify_consistency(old, &old_root, new, &new_root, &longer));
        if !proof.is_empty() {
            let spoilt = altered(&proof, at.index(proof.len()), bit);
            prop_assert!(!verify_consistency(old, &old_root, new, &new_root, &spoilt));
            prop_assert!(!verify_consistency(old, &old_root, new, &new_root, &proof[1..]));
            prop_assert!(!verify_consistency(old, &old_root, new, &new_root, &proof[..proof.len() - 1]));
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]

    #[test]
    fn a_restored_tree_continues_identically(size in 0_u64..70_000, more in 1_u64..600) {
        let mut tree = Tree::new();
        for index in 0..size {
            tree.append(Hash::of(&index.to_be_bytes()));
        }
        let mut restored = Tree::restore(size, tree.frontier()).unwrap();
        for index in size..size + more {
            let leaf = Hash::of(&index.to_be_bytes());
            prop_assert_eq!(restored.append(leaf), tree.append(leaf));
        }
        prop_assert_eq!(restored.root(), tree.root());
        prop_assert_eq!(restored, tree);
    }
}
