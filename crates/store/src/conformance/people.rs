//! Officers, users, sessions, secrets, and who read what.

use clearance::Officer;
use clearance::dossier::Area;
use declaration::Kind;
use jiff::SignedDuration;
use log::Hash;
use risk::Lane;

use super::build::{id, office, officer, payer, second, start};
use super::{Place, conflicts, done};
use crate::{ReadRecord, Role, SESSIONS_PER_LOGIN_MAX, User};

/// An officer's competence can be replaced; shift and load have their own changes.
pub fn officers_keep_shift_and_load(place: &dyn Place) {
    let store = place.open();
    let senior = Officer {
        id: officer(2),
        offices: vec![office(1), office(2)],
        kinds: vec![Kind::Import, Kind::Transit],
        lane_max: Lane::Red,
        on_shift: true,
        load: 4,
    };
    let junior = Officer {
        id: officer(1),
        offices: Vec::new(),
        kinds: Vec::new(),
        lane_max: Lane::Blue,
        on_shift: false,
        load: 0,
    };
    done(&*store, |open| {
        open.put_officer(&senior)?;
        open.put_officer(&junior)?;
        assert_eq!(open.officers()?, [junior.clone(), senior.clone()]);
        open.set_load(&junior.id, 9)?;
        open.set_shift(&junior.id, true)
    });
    let promoted = Officer { lane_max: Lane::Yellow, offices: vec![office(3)], ..junior };
    done(&*store, |open| open.put_officer(&promoted));
    assert_eq!(store.officers().unwrap(), [Officer { on_shift: true, load: 9, ..promoted }, senior]);
    conflicts(&*store, |open| open.set_load(&officer(7), 1));
    conflicts(&*store, |open| open.set_shift(&officer(7), true));
}

/// A user is found by login and replaced whole.
pub fn users_are_replaced(place: &dyn Place) {
    let store = place.open();
    let user = |login: &str, role| User {
        login: login.to_owned(),
        name: "Declarant's clerk".to_owned(),
        role,
        password_hash: "$argon2id$v=19$m=19456,t=2,p=1$c2FsdA$aGFzaA".to_owned(),
        participant: Some(payer(1)),
        area: "10130000,1070".parse().unwrap(),
    };
    let everybody: Vec<User> = Role::ALL.into_iter().map(|role| user(role.as_str(), role)).collect();
    done(&*store, |open| everybody.iter().try_for_each(|user| open.put_user(user)));
    for user in &everybody {
        assert_eq!(store.user(&user.login).unwrap().as_ref(), Some(user));
    }
    let moved = User {
        participant: None,
        area: Area::EVERYWHERE,
        name: "Clerk".to_owned(),
        ..user("duty", Role::Auditor)
    };
    done(&*store, |open| open.put_user(&moved));
    assert_eq!(store.user("duty").unwrap(), Some(moved));
    assert_eq!(store.user("nobody").unwrap(), None);
    let mut logins: Vec<&str> = everybody.iter().map(|user| user.login.as_str()).collect();
    logins.sort_unstable();
    let users = store.users().unwrap();
    assert_eq!(users.iter().map(|user| user.login.as_str()).collect::<Vec<_>>(), logins);
}

/// A session lives until its time or until it is ended, and a login has only so many.
pub fn sessions_end(place: &dyn Place) {
    let store = place.open();
    let token = |nth: usize| Hash::of(&nth.to_be_bytes());
    let until = start() + SignedDuration::from_hours(8);
    done(&*store, |open| {
        open.put_session(&token(1), "inspector-1", until)?;
        open.put_session(&token(2), "inspector-1", until)
    });
    let just_before = until - SignedDuration::from_millis(1);
    assert_eq!(store.session(&token(1), just_before).unwrap().as_deref(), Some("inspector-1"));
    assert_eq!(store.session(&token(1), until).unwrap(), None);
    assert_eq!(store.session(&token(3), start()).unwrap(), None);
    done(&*store, |open| open.end_session(&token(1)));
    done(&*store, |open| open.end_session(&token(1)));
    assert_eq!(store.session(&token(1), start()).unwrap(), None);
    assert_eq!(store.session(&token(2), start()).unwrap().as_deref(), Some("inspector-1"));

    done(&*store, |open| {
        (0..SESSIONS_PER_LOGIN_MAX).try_for_each(|nth| {
            let later = until + SignedDuration::from_secs(1 + nth as i64);
            open.put_session(&token(100 + nth), "inspector-1", later)
        })?;
        open.put_session(&token(5), "inspector-2", until)
    });
    assert_eq!(store.session(&token(2), start()).unwrap(), None, "the one that ends first gives way");
    for (nth, login) in
        [(100, "inspector-1"), (99 + SESSIONS_PER_LOGIN_MAX, "inspector-1"), (5, "inspector-2")]
    {
        assert_eq!(store.session(&token(nth), start()).unwrap().as_deref(), Some(login));
    }
}

/// A secret is never replaced.
pub fn secrets_are_kept_once(place: &dyn Place) {
    let store = place.open();
    done(&*store, |open| {
        assert_eq!(open.secret("log-key")?, None);
        open.put_secret("log-key", &[0, 159, 146, 150])?;
        assert_eq!(open.secret("log-key")?, Some(vec![0, 159, 146, 150]));
        Ok(())
    });
    conflicts(&*store, |open| open.put_secret("log-key", b"another"));
    assert_eq!(store.secret("log-key").unwrap(), Some(vec![0, 159, 146, 150]));
    assert_eq!(store.secret("log").unwrap(), None);
}

/// Who read what is kept, and told newest first.
pub fn who_read_what_is_told_newest_first(place: &dyn Place) {
    let store = place.open();
    let read = |nth: u64| ReadRecord {
        at: second(nth),
        login: format!("auditor-{nth}"),
        case: id(nth),
        what: "receipt".to_owned(),
    };
    done(&*store, |open| (0..5).try_for_each(|nth| open.add_read(&read(nth))));
    // The same may be read again: that is another read.
    done(&*store, |open| open.add_read(&read(4)));
    assert_eq!(store.reads(3).unwrap(), [read(4), read(4), read(3)]);
    assert_eq!(store.reads(100).unwrap().len(), 6);
}
