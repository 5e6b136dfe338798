//! Steps, tiles and checkpoints.

use log::{FullTile, Hash, Tree};

use super::build::{case, id, insert, step};
use super::{Place, conflicts, done};
use crate::StoredCheckpoint;

/// Leaves are stored without gap or repetition, and so are the steps of a case; both are read in order.
pub fn steps_follow_one_another(place: &dyn Place) {
    let store = place.open();
    done(&*store, |open| {
        insert(open, 1, &case(1))?;
        insert(open, 2, &case(2))?;
        open.append_step(&step(0, Some(id(1)), 1))?;
        open.append_step(&step(1, Some(id(2)), 1))
    });
    done(&*store, |open| {
        open.append_step(&step(2, Some(id(1)), 2))?;
        open.append_step(&step(3, Some(id(1)), 3))
    });
    let wrong = [
        step(5, Some(id(2)), 2),
        step(3, Some(id(2)), 2),
        step(4, Some(id(2)), 1),
        step(4, Some(id(2)), 3),
        step(4, Some(id(1)), 3),
        step(4, Some(id(2)), 0),
        step(4, Some(id(9)), 1),
    ];
    for wrong in wrong {
        conflicts(&*store, |open| open.append_step(&wrong));
    }
    let expected =
        [step(0, Some(id(1)), 1), step(1, Some(id(2)), 1), step(2, Some(id(1)), 2), step(3, Some(id(1)), 3)];
    let [first, other, second, third] = expected.clone();
    assert_eq!(store.steps(id(1)).unwrap(), [first, second, third]);
    assert_eq!(store.steps(id(2)).unwrap(), [other]);
    assert_eq!(store.steps(id(3)).unwrap(), []);
    assert_eq!(store.steps_from(0, 100).unwrap(), expected);
    assert_eq!(store.steps_from(1, 2).unwrap(), expected[1..3]);
    assert_eq!(store.steps_from(4, 2).unwrap(), []);
    assert_eq!(store.steps_from(u64::MAX, 2).unwrap(), []);
    let hashes: Vec<Hash> = expected.iter().map(|step| step.leaf_hash).collect();
    assert_eq!(store.leaf_hashes(0, 100).unwrap(), hashes);
    assert_eq!(store.leaf_hashes(2, 1).unwrap(), hashes[2..3]);
    assert_eq!(store.leaf_hashes(4, 100).unwrap(), []);
}

/// The system's own steps have no case and no number, as many as there are.
pub fn steps_of_the_system_have_no_case(place: &dyn Place) {
    let store = place.open();
    done(&*store, |open| (0..3).try_for_each(|leaf| open.append_step(&step(leaf, None, 0))));
    conflicts(&*store, |open| open.append_step(&step(3, None, 1)));
    assert_eq!(store.steps_from(0, 9).unwrap(), [step(0, None, 0), step(1, None, 0), step(2, None, 0)]);
}

/// The tree goes on from its newest checkpoint, which never covers less than the one before, nor what is
/// not stored.
pub fn a_checkpoint_is_replaced_by_a_larger_one(place: &dyn Place) {
    let store = place.open();
    assert_eq!(store.checkpoint().unwrap(), None);
    let mut tree = Tree::new();
    (0..5).for_each(|leaf| drop(tree.append(step(leaf, None, 0).leaf_hash)));
    let of_size =
        |size: u64| StoredCheckpoint { size, note: format!("log.example\n{size}\n\n— log.example x\n") };
    let (empty, two, five) = (of_size(0), of_size(2), of_size(5));
    done(&*store, |open| open.put_checkpoint(&empty));
    assert_eq!(store.checkpoint().unwrap(), Some(empty));
    done(&*store, |open| {
        (0..5).try_for_each(|leaf| open.append_step(&step(leaf, None, 0)))?;
        open.put_checkpoint(&five)?;
        assert_eq!(open.checkpoint()?.as_ref(), Some(&five));
        Ok(())
    });
    conflicts(&*store, |open| open.put_checkpoint(&two));
    conflicts(&*store, |open| open.put_checkpoint(&StoredCheckpoint { size: 6, ..five.clone() }));
    let stored = store.checkpoint().unwrap().unwrap();
    assert_eq!(stored, five);
    let full = |level, index| store.tile(level, index).map(Option::unwrap_or_default);
    let leaves = store.leaf_hashes(0, 256).unwrap();
    let restored = Tree::recover(stored.size, full, leaves).unwrap().unwrap();
    assert_eq!(restored.root(), tree.root());
}

/// A full tile is stored once and read by level and number.
pub fn tiles_are_stored_once(place: &dyn Place) {
    let store = place.open();
    let tile = |level, index, byte| FullTile { level, index, hashes: vec![byte; 8_192] };
    done(&*store, |open| open.put_tiles(&[tile(0, 0, 1), tile(0, 1, 2), tile(1, 0, 3)]));
    done(&*store, |open| open.put_tiles(&[]));
    assert_eq!(store.tile(0, 1).unwrap(), Some(tile(0, 1, 2).hashes));
    assert_eq!(store.tile(1, 0).unwrap(), Some(tile(1, 0, 3).hashes));
    assert_eq!(store.tile(1, 1).unwrap(), None);
    assert_eq!(store.tile(63, u64::MAX).unwrap(), None);
    conflicts(&*store, |open| open.put_tiles(&[tile(0, 2, 4), tile(0, 1, 5)]));
    assert_eq!(store.tile(0, 1).unwrap(), Some(tile(0, 1, 2).hashes));
    assert_eq!(store.tile(0, 2).unwrap(), None);
}
