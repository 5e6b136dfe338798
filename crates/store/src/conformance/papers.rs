//! Papers, subscriptions, and notices that wait.

use jiff::Timestamp;
use log::Hash;

use super::build::{case, id, insert};
use super::{Place, conflicts, done};
use crate::{NewPaper, PaperFilter, PendingNotice, StoredPaper, Subscription};

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_780_000_000 + second).unwrap()
}

fn bytes(nth: u8) -> Vec<u8> {
    format!("<AutoPreliminary nth='{nth}'/>").into_bytes()
}

fn paper(nth: u8) -> StoredPaper {
    StoredPaper {
        id: id(u64::from(nth) + 100),
        kind: "preliminary_road".to_owned(),
        format: "album-5.23".to_owned(),
        filer: format!("account:{}", nth % 2),
        declarant_number: "7700000016".parse().ok().filter(|_| nth % 2 == 1),
        sha256: Hash::of(&bytes(nth)),
        at: at(i64::from(nth)),
        case: None,
        findings: "[]".to_owned(),
    }
}

fn put(store: &dyn crate::Store, paper: &StoredPaper, nth: u8, keys: &[String]) {
    let content = bytes(nth);
    let compressed = super::build::stored_frame(&content);
    let size = u32::try_from(content.len()).unwrap();
    done(store, |open| {
        open.insert_paper(&NewPaper { paper, keys, compressed: &compressed, size, seal: None })
    });
}

/// A paper comes back to the bit, is filed once, and is found by what names it until it has a case.
pub fn a_paper_waits_for_its_declaration(place: &dyn Place) {
    let store = place.open();
    assert!(!store.papers_wait().unwrap());
    let keys = ["container:CSQU3054383".to_owned(), "transport:CMR-1".to_owned()];
    let (first, second) = (paper(1), paper(2));
    put(&*store, &first, 1, &keys);
    put(&*store, &second, 2, &keys[1..]);
    assert_eq!(store.paper(first.id).unwrap(), Some((first.clone(), bytes(1))));
    assert_eq!(store.paper(id(1)).unwrap(), None);
    conflicts(&*store, |open| {
        let (compressed, again) =
            (super::build::stored_frame(&bytes(1)), StoredPaper { id: id(150), ..first.clone() });
        open.insert_paper(&NewPaper {
            paper: &again,
            keys: &[],
            compressed: &compressed,
            size: 9,
            seal: None,
        })
    });
    done(&*store, |open| {
        assert_eq!(open.paper_of_filing(&first.filer, &first.sha256)?, Some(first.clone()));
        assert_eq!(open.paper_of_filing("account:9", &first.sha256)?, None);
        Ok(())
    });
    assert!(store.papers_wait().unwrap());
    let named = |keys: &[String]| {
        let mut found = Vec::new();
        done(&*store, |open| {
            found = open.papers_named(keys)?.into_iter().map(|(paper, count)| (paper.id, count)).collect();
            Ok(())
        });
        found
    };
    assert_eq!(named(&keys), [(first.id, 2), (second.id, 1)]);
    assert_eq!(named(&keys[..1]), [(first.id, 1)]);
    assert_eq!(named(&["container:X".to_owned()]), []);

    done(&*store, |open| {
        insert(open, 1, &case(1))?;
        insert(open, 2, &case(2))?;
        open.give_paper(first.id, id(1))
    });
    done(&*store, |open| open.give_paper(first.id, id(1)));
    conflicts(&*store, |open| open.give_paper(first.id, id(2)));
    conflicts(&*store, |open| open.give_paper(id(77), id(2)));
    assert_eq!(named(&keys), [(second.id, 1)]);

    let list = |filter: PaperFilter| -> Vec<_> {
        store
            .papers(&PaperFilter { limit: 10, ..filter })
            .unwrap()
            .into_iter()
            .map(|paper| paper.id)
            .collect()
    };
    let none = PaperFilter::default;
    assert_eq!(list(none()), [second.id, first.id]);
    assert_eq!(list(PaperFilter { after: Some(second.id), ..none() }), [first.id]);
    assert_eq!(list(PaperFilter { case: Some(id(1)), ..none() }), [first.id]);
    assert_eq!(list(PaperFilter { visible_to: Some(("account:0".into(), None)), ..none() }), [second.id]);
    let number = "7700000016".parse().ok();
    assert_eq!(list(PaperFilter { visible_to: Some(("nobody".into(), number)), ..none() }), [first.id]);
}

/// A subscription remembers how far it has come; its waiting notices go with it.
pub fn subscriptions_remember_how_far_they_are(place: &dyn Place) {
    let store = place.open();
    let of = |nth: u64, login: &str| Subscription {
        id: id(nth),
        login: login.to_owned(),
        url: "https://declarant.example/notices".to_owned(),
        secret: vec![7; 32],
        created_at: at(0),
        next_leaf: 5,
        failures: 0,
        wait_until: None,
    };
    let (mut one, two) = (of(1, "anna"), of(2, "boris"));
    done(&*store, |open| {
        open.put_subscription(&one)?;
        open.put_subscription(&two)
    });
    one = Subscription { next_leaf: 9, failures: 2, wait_until: Some(at(60)), ..one };
    done(&*store, |open| open.put_subscription(&one));
    assert_eq!(store.subscriptions(None).unwrap(), [one.clone(), two.clone()]);
    assert_eq!(store.subscriptions(Some("boris")).unwrap(), std::slice::from_ref(&two));

    let pending = |leaf: u64, failures: u32| PendingNotice {
        subscription: id(1),
        leaf,
        case: id(9),
        at: at(1),
        failures,
        wait_until: at(i64::from(failures) * 10),
    };
    done(&*store, |open| {
        open.put_pending_notice(&pending(7, 0))?;
        open.put_pending_notice(&pending(6, 0))?;
        open.put_pending_notice(&pending(7, 1))
    });
    assert_eq!(store.pending_notices(id(1), 10).unwrap(), [pending(6, 0), pending(7, 1)]);
    assert_eq!(store.pending_notices(id(1), 1).unwrap(), [pending(6, 0)]);
    done(&*store, |open| open.drop_pending_notice(id(1), 6));
    assert_eq!(store.pending_notices(id(1), 10).unwrap(), [pending(7, 1)]);
    done(&*store, |open| open.end_subscription(id(1)));
    assert_eq!(store.pending_notices(id(1), 10).unwrap(), []);
    assert_eq!(store.subscriptions(None).unwrap(), [two]);
    conflicts(&*store, |open| open.end_subscription(id(1)));
}
