//! Datasets, worlds and counts of outcomes.

use reference::{ContentHash, Dataset, DatasetKind};

use super::build::{put_dataset, second};
use super::{Place, conflicts, done};
use crate::{NewImport, Outcome, WorldManifest};

fn dataset(kind: DatasetKind, content: &str) -> Dataset {
    Dataset::new(kind, "eaeu-ru", "rates.csv", content.repeat(500))
}

/// A dataset is named by what it holds; keeping the same again changes nothing.
pub fn datasets_are_kept_once(place: &dyn Place) {
    let store = place.open();
    for kind in DatasetKind::ALL {
        let mut kept = dataset(*kind, "8413,насосы,5%\n");
        kept.valid_from = (*kind != DatasetKind::Rates).then(|| jiff::civil::Date::constant(2026, 3, 29));
        done(&*store, |open| put_dataset(open, &kept));
        let again = Dataset { source: "another name.csv".to_owned(), ..kept.clone() };
        done(&*store, |open| put_dataset(open, &again));
        assert_eq!(store.dataset(&kept.hash()).unwrap(), Some(kept));
    }
    let empty = Dataset { content: Vec::new(), ..dataset(DatasetKind::Rates, "") };
    done(&*store, |open| put_dataset(open, &empty));
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
        datasets: vec![rates.entry(), offices.entry()],
        profiles: vec![profile(2), profile(1), profile(2)],
        models: Vec::new(),
    };
    let second_world = WorldManifest {
        hash: ContentHash::of(b"second"),
        datasets: vec![offices.entry()],
        profiles: vec![profile(1)],
        models: Vec::new(),
    };
    let bare = WorldManifest {
        hash: ContentHash::of(b"bare"),
        datasets: Vec::new(),
        profiles: Vec::new(),
        models: Vec::new(),
    };
    conflicts(&*store, |open| open.put_world(&first, second(1)));
    done(&*store, |open| {
        put_dataset(open, &rates)?;
        put_dataset(open, &offices)?;
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

/// The world of a moment is the one made current last before it; worlds are found by how their names begin.
pub fn worlds_are_found_by_moment_and_by_name(place: &dyn Place) {
    let store = place.open();
    assert_eq!(store.world_at(second(1)).unwrap(), None);
    let names = [ContentHash::of(b"first"), ContentHash::of(b"second")];
    for (at, hash) in [(2, names[0]), (4, names[1]), (6, names[0])] {
        let world = WorldManifest { hash, datasets: Vec::new(), profiles: Vec::new(), models: Vec::new() };
        done(&*store, |open| open.put_world(&world, second(at)));
    }
    for (at, expected) in [(1, None), (2, Some(0)), (3, Some(0)), (4, Some(1)), (5, Some(1)), (9, Some(0))] {
        assert_eq!(store.world_at(second(at)).unwrap(), expected.map(|nth: usize| names[nth]), "{at}");
    }
    for hash in &names {
        assert_eq!(store.worlds_like(hash.as_bytes(), hash.as_bytes()).unwrap(), [*hash]);
    }
    assert_eq!(store.worlds_like(&[0; 32], &[0xff; 32]).unwrap().len(), 2);
}

/// Imports come back in the order of effect; one can be taken back once.
pub fn imports_are_kept_in_order_and_taken_back_once(place: &dyn Place) {
    let store = place.open();
    let (rates, offices) = (dataset(DatasetKind::Rates, "r"), dataset(DatasetKind::Offices, "o"));
    let world = ContentHash::of(b"world");
    let import = |dataset: &Dataset, undoes| NewImport {
        at: second(9),
        actor: "administrator".to_owned(),
        dataset: dataset.hash(),
        undoes,
        world,
    };
    conflicts(&*store, |open| open.put_import(&import(&rates, None)).map(|_| ()));
    let mut numbers = Vec::new();
    done(&*store, |open| {
        put_dataset(open, &rates)?;
        put_dataset(open, &offices)?;
        open.put_world(
            &WorldManifest { hash: world, datasets: Vec::new(), profiles: Vec::new(), models: Vec::new() },
            second(1),
        )?;
        numbers = vec![open.put_import(&import(&rates, None))?, open.put_import(&import(&offices, None))?];
        numbers.push(open.put_import(&import(&rates, Some(numbers[0])))?);
        Ok(())
    });
    assert!(numbers.is_sorted());
    conflicts(&*store, |open| open.put_import(&import(&rates, Some(numbers[0]))).map(|_| ()));
    let kept = store.imports().unwrap();
    let told: Vec<_> = kept.iter().map(|kept| (kept.ordinal, kept.dataset.clone(), kept.undoes)).collect();
    let expected = [
        (numbers[0], rates.entry(), None),
        (numbers[1], offices.entry(), None),
        (numbers[2], rates.entry(), Some(numbers[0])),
    ];
    assert_eq!(told, expected);
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
