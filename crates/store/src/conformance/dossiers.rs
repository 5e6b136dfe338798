//! Dossiers of risk profiles.

use clearance::dossier::{Act, Deed, State};
use declaration::Text;
use jiff::civil::{Date, date};
use risk::{Lane, ProfileKind};

use super::build::{second, step};
use super::{Place, conflicts, done};
use crate::{
    NewProfileAct, ProfileFilter, ProfileHead, ProfileRead, ProfileVersion, Result, Store, StoredProfileAct,
    Transaction,
};

fn version(number: &str, version: u32) -> ProfileVersion {
    ProfileVersion {
        number: number.to_owned(),
        version,
        kind: ProfileKind::Regional,
        lane: Lane::Yellow,
        title: Text::new("Насосы", "Pumps"),
        author: "heron".to_owned(),
        at: second(u64::from(version)),
        source: format!("number = \"{number}\"\nversion = {version}\n"),
    }
}

fn act(version: u32, deed: Deed, from: Option<State>, to: State) -> Act {
    Act {
        version, deed, from, to, by: "heron".to_owned(), day: None, reason: "за рубежом\n".to_owned()
    }
}

fn approval(version: u32, day: Date) -> Act {
    Act { day: Some(day), ..act(version, Deed::Approve, Some(State::Agreed), State::Approved) }
}

/// Adds an act with a leaf of its own.
fn add(open: &mut dyn Transaction, leaf: u64, number: &str, act: &Act) -> Result<u64> {
    open.append_step(&step(leaf, None, 0))?;
    open.append_profile_act(&NewProfileAct { number, act, at: second(leaf), through: "page", leaf })
}

/// A version is the next of its profile, an act goes on from where its version stands; all come back as they were.
pub fn versions_and_acts_of_a_profile_are_only_added(place: &dyn Place) {
    let store = place.open();
    let (first, second_one) = (version("55/1", 1), version("55/1", 2));
    let write = |version| act(version, Deed::Write, None, State::Draft);
    let agree = act(1, Deed::Agree, Some(State::Draft), State::Agreed);
    done(&*store, |open| {
        assert_eq!(open.profile_acts("55/1")?, []);
        open.insert_profile_version(&first)?;
        add(open, 0, "55/1", &write(1))?;
        add(open, 1, "55/1", &agree)?;
        assert_eq!(open.profile_acts("55/1")?.len(), 2);
        assert_eq!(open.profile_version("55/1", 1)?.as_ref(), Some(&first));
        Ok(())
    });
    conflicts(&*store, |open| open.insert_profile_version(&first));
    conflicts(&*store, |open| open.insert_profile_version(&version("55/1", 3)));
    conflicts(&*store, |open| open.insert_profile_version(&version("55/2", 2)));
    // Not from where it stands, of no version, without a leaf, with the leaf of another.
    conflicts(&*store, |open| add(open, 2, "55/1", &agree).map(drop));
    conflicts(&*store, |open| add(open, 2, "55/1", &write(1)).map(drop));
    conflicts(&*store, |open| add(open, 2, "55/9", &write(1)).map(drop));
    let approve = approval(1, date(2026, 3, 5));
    let at = second(2);
    for leaf in [1, 7] {
        conflicts(&*store, |open| {
            open.append_profile_act(&NewProfileAct {
                number: "55/1",
                act: &approve,
                at,
                through: "api",
                leaf,
            })?;
            Ok(())
        });
    }
    done(&*store, |open| {
        add(open, 2, "55/1", &approve)?;
        open.insert_profile_version(&second_one)?;
        add(open, 3, "55/1", &write(2))?;
        Ok(())
    });
    let acts: Vec<StoredProfileAct> = (1u64..)
        .zip([write(1), agree, approve, write(2)])
        .map(|(ordinal, act)| StoredProfileAct {
            ordinal,
            number: "55/1".to_owned(),
            act,
            at: second(ordinal - 1),
            through: "page".to_owned(),
            leaf: ordinal - 1,
        })
        .collect();
    drop(store);
    let store = place.open();
    assert_eq!(store.profile_acts("55/1").unwrap(), acts);
    assert_eq!(store.profile_act_of_leaf(2).unwrap().as_ref(), acts.get(2));
    assert_eq!(store.profile_act_of_leaf(9).unwrap(), None);
    assert_eq!(store.profile_version("55/1", 2).unwrap(), Some(second_one));
    assert_eq!(store.profile_version("55/1", 3).unwrap(), None);
}

fn stands(store: &dyn Store, after: &str, limit: usize) -> Vec<(String, u32, State)> {
    let after = (!after.is_empty()).then(|| after.to_owned());
    let heads = store.profile_heads(&ProfileFilter { after, limit }).unwrap();
    heads.into_iter().map(|head| (head.number, head.version, head.state)).collect()
}

/// Lists show what is prepared and what is in force; housekeeping finds what is due.
pub fn profiles_are_found_by_how_they_stand(place: &dyn Place) {
    use State::{Agreed, Approved, Cancelled, Draft, InForce};
    let store = place.open();
    let mut leaf = 0;
    let mut script = |number: &str, of: u32, acts: &[Act]| {
        done(&*store, |open| {
            open.insert_profile_version(&version(number, of))?;
            for act in acts {
                add(open, leaf, number, act)?;
                leaf += 1;
            }
            Ok(())
        });
    };
    let write = |version| act(version, Deed::Write, None, Draft);
    let agree = |version| act(version, Deed::Agree, Some(Draft), Agreed);
    let cancel = |version| act(version, Deed::Cancel, Some(Draft), Cancelled);
    let enter = act(1, Deed::Enter, Some(Approved), InForce);
    script("55/1", 1, &[write(1), agree(1), approval(1, date(2026, 3, 1)), enter]);
    script("55/1", 2, &[write(2), cancel(2)]);
    script("55/1", 3, &[write(3), agree(3), approval(3, date(2026, 3, 9))]);
    script("55/2", 1, &[write(1), cancel(1)]);
    script("55/2", 2, &[write(2), cancel(2)]);
    script("55/3", 1, &[write(1), agree(1), approval(1, date(2026, 3, 5))]);
    let named = |rows: &[(&str, u32, State)]| -> Vec<(String, u32, State)> {
        rows.iter().map(|(number, version, state)| ((*number).to_owned(), *version, *state)).collect()
    };
    let all = [("55/1", 1, InForce), ("55/1", 3, Approved), ("55/2", 2, Cancelled), ("55/3", 1, Approved)];
    assert_eq!(stands(&*store, "", 100), named(&all));
    assert_eq!(stands(&*store, "", 2), named(&all[..2]));
    assert_eq!(stands(&*store, "55/1", 100), named(&all[2..]));
    let history = store.profile_history("55/1").unwrap();
    assert_eq!(history.iter().map(|head| head.state).collect::<Vec<_>>(), [InForce, Cancelled, Approved]);
    let head = ProfileHead {
        number: "55/1".to_owned(),
        version: 3,
        kind: ProfileKind::Regional,
        lane: Lane::Yellow,
        title: Text::new("Насосы", "Pumps"),
        author: "heron".to_owned(),
        at: second(3),
        state: Approved,
        since: second(8),
        by: "heron".to_owned(),
        day: Some(date(2026, 3, 9)),
    };
    assert_eq!(history.last(), Some(&head));
    let due = |day| store.profiles_due(day).unwrap();
    assert_eq!(due(date(2026, 3, 4)), []);
    assert_eq!(due(date(2026, 3, 5)), [("55/3".to_owned(), 1)]);
    // In the order in which they were approved.
    assert_eq!(due(date(2026, 4, 1)), [("55/1".to_owned(), 3), ("55/3".to_owned(), 1)]);
}

/// Who read which profile is kept, and told newest first.
pub fn who_read_a_profile_is_told_newest_first(place: &dyn Place) {
    let store = place.open();
    let read = |nth: u64| ProfileRead {
        at: second(nth),
        login: format!("auditor-{nth}"),
        number: if nth == 0 { String::new() } else { format!("55/{nth}") },
        what: "page".to_owned(),
    };
    done(&*store, |open| (0..4).try_for_each(|nth| open.add_profile_read(&read(nth))));
    assert_eq!(store.profile_reads(3).unwrap(), [read(3), read(2), read(1)]);
    assert_eq!(store.profile_reads(9).unwrap().len(), 4);
}
