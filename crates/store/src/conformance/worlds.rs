//! Datasets, worlds and counts of outcomes.

use reference::{ContentHash, Dataset, DatasetKind};

use super::build::second;
use super::{Place, conflicts, done};
use crate::{Outcome, WorldManifest};

fn dataset(kind: DatasetKind, content: &str) -> Dataset {
    Dataset {
        kind,
        jurisdiction: "eaeu-ru".to_owned(),
        source: "rates.csv".to_owned(),
        content: content.repeat(500).into_bytes(),
    }
}

/// A dataset is named by what it holds; keeping the same again changes nothing.
pub fn datasets_are_kept_once(place: &dyn Place) {
    let store = place.open();
    let kinds = [
        DatasetKind::Pack,
        DatasetKind::Tnved,
        DatasetKind::Commodities,
        DatasetKind::Rates,
        DatasetKind::Exchange,
        DatasetKind::Countries,
        DatasetKind::Currencies,
        DatasetKind::Offices,
    ];
    for kind in kinds {
        let kept = dataset(kind, "8413,насосы,5%\n");
        done(&*store, |open| open.put_dataset(&kept));
        let again = Dataset { source: "another name.csv".to_owned(), ..kept.clone() };
        done(&*store, |open| open.put_dataset(&again));
        assert_eq!(store.dataset(&kept.hash()).unwrap(), Some(kept));
    }
    let empty = Dataset { content: Vec::new(), ..dataset(DatasetKind::Rates, "") };
    done(&*store, |open| open.put_dataset(&empty));
    assert_eq!(store.dataset(&empty.hash()).unwrap(), Some(empty));
    assert_eq!(store.dataset(&ContentHash::of(b"unknown")).unwrap(), None);
}

/// The world that was put last is the current one; every world is kept, made of what it was made of.
pub fn a_world_is_kept_and_current(place: &dyn Place) {
    let store = place.open();
    assert_eq!(store.current_world().unwrap(), None);
    let (rates, offices) = (dataset(DatasetKind::Rates, "r"), dataset(DatasetKind::Offices, "o"));
    let profile = |nth: u8| format!("[[profile]]\nname = \"P-{nth}\"\narea = \"items.exists(i, true)\"\n");
    let first = WorldManifest {
        hash: ContentHash::of(b"first"),
        datasets: vec![rates.hash(), offices.hash()],
        profiles: vec![profile(2), profile(1), profile(2)],
    };
    let second_world = WorldManifest {
        hash: ContentHash::of(b"second"),
        datasets: vec![offices.hash()],
        profiles: vec![profile(1)],
    };
    let bare = WorldManifest { hash: ContentHash::of(b"bare"), datasets: Vec::new(), profiles: Vec::new() };
    conflicts(&*store, |open| open.put_world(&first, second(1)));
    done(&*store, |open| {
        open.put_dataset(&rates)?;
        open.put_dataset(&offices)?;
        open.put_world(&first, second(1))
    });
    for (at, world) in [(2, &second_world), (3, &bare), (4, &first), (4, &first)] {
        done(&*store, |open| open.put_world(world, second(at)));
        assert_eq!(store.current_world().unwrap(), Some(world.hash));
    }
    for world in [&first, &second_world, &bare] {
        assert_eq!(store.world(&world.hash).unwrap().as_ref(), Some(world));
    }
    assert_eq!(store.world(&ContentHash::of(b"unknown")).unwrap(), None);
    // A name stands for one content: kept again it only becomes current, as when an import is taken back.
    done(&*store, |open| open.put_world(&WorldManifest { hash: bare.hash, ..first.clone() }, second(5)));
    assert_eq!(store.current_world().unwrap(), Some(bare.hash));
    assert_eq!(store.world(&bare.hash).unwrap().as_ref(), Some(&bare));
}

/// Counts of the same minute, office, outcome, lane and decider are added up, others stay apart.
pub fn outcomes_add_up(place: &dyn Place) {
    let store = place.open();
    let outcome = |minute: u64, office: &str, outcome: &str, count| Outcome {
        minute: second(minute * 60),
        office: office.to_owned(),
        outcome: outcome.to_owned(),
        lane: "green".to_owned(),
        decided_by: "automatic".to_owned(),
        count,
        milliseconds: 10 * count,
    };
    done(&*store, |open| {
        open.add_outcomes(&[outcome(1, "10013160", "released", 3), outcome(0, "10013160", "released", 1)])?;
        open.add_outcomes(&[])
    });
    done(&*store, |open| {
        open.add_outcomes(&[
            outcome(1, "10013160", "released", 4),
            outcome(1, "10013160", "refused", 1),
            outcome(1, "10702070", "released", 2),
            outcome(1, "10013160", "released", 5),
        ])
    });
    let mut expected = vec![
        outcome(0, "10013160", "released", 1),
        outcome(1, "10013160", "refused", 1),
        outcome(1, "10013160", "released", 12),
        outcome(1, "10702070", "released", 2),
    ];
    let in_order = |mut outcomes: Vec<Outcome>| {
        assert!(outcomes.is_sorted_by_key(|outcome| outcome.minute), "oldest first");
        outcomes.sort_by(|one, other| {
            (one.minute, &one.office, &one.outcome).cmp(&(other.minute, &other.office, &other.outcome))
        });
        outcomes
    };
    assert_eq!(in_order(store.outcomes(second(0)).unwrap()), expected);
    expected.remove(0);
    assert_eq!(in_order(store.outcomes(second(1)).unwrap()), expected);
    assert_eq!(store.outcomes(second(61)).unwrap(), []);
}
