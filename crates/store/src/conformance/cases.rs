//! Cases and their documents.

use clearance::{Case, CaseId, DecidedBy, State};
use jiff::SignedDuration;

use super::build::{case, document, id, insert, number, second, start, whole_case};
use super::{Place, conflicts, done};
use crate::{CaseFilter, StoredDocument};

/// A case is read as it was stored, every field of it, whether little or everything is known.
pub fn a_case_comes_back_as_it_was(place: &dyn Place) {
    let store = place.open();
    let bare = Case::new(id(0), second(0));
    let automatic = Case { decided_by: Some(DecidedBy::Automatic), number: number(2), ..whole_case(2) };
    for (nth, case) in [(0, &bare), (1, &whole_case(1)), (2, &automatic)] {
        done(&*store, |open| {
            insert(open, nth, case)?;
            assert_eq!(open.case(case.id)?.as_ref(), Some(case), "inside the transaction");
            Ok(())
        });
        let read = store.case(case.id).unwrap();
        assert_eq!(read.as_ref(), Some(case));
        // Equal amounts may be written differently; they must not be.
        assert_eq!(read.map(|read| read.reserved.to_string()), Some(case.reserved.to_string()));
    }
    assert_eq!(store.case(id(3)).unwrap(), None);
    done(&*store, |open| {
        assert_eq!(open.case(id(3))?, None);
        Ok(())
    });
}

/// What changed of a case is kept, also what became empty; a case that is not there cannot change.
pub fn a_case_moves_on(place: &dyn Place) {
    let store = place.open();
    done(&*store, |open| {
        insert(open, 1, &Case::new(id(1), second(1)))?;
        insert(open, 2, &whole_case(2))
    });
    let filled = Case { filed_at: second(1), ..whole_case(1) };
    let emptied = Case { state: State::Withdrawn, ..Case::new(id(2), second(2)) };
    for case in [&filled, &emptied] {
        done(&*store, |open| open.update_case(case));
        assert_eq!(store.case(case.id).unwrap().as_ref(), Some(case));
    }
    conflicts(&*store, |open| open.update_case(&case(9)));
}

/// The same bytes of the same filer cannot make a second case; of another filer they can.
pub fn the_same_bytes_of_the_same_filer_are_one_case(place: &dyn Place) {
    let store = place.open();
    let filed = document(1);
    done(&*store, |open| {
        assert_eq!(open.case_of_filing(&filed.filer, &filed.sha256())?, None);
        filed.store(open, &case(1))?;
        assert_eq!(open.case_of_filing(&filed.filer, &filed.sha256())?, Some(id(1)));
        Ok(())
    });
    conflicts(&*store, |open| filed.store(open, &case(2)));
    assert_eq!(store.case_of_filing(&filed.filer, &filed.sha256()).unwrap(), Some(id(1)));
    assert_eq!(store.case(id(2)).unwrap(), None);

    let mut again = filed.clone();
    again.filer = "another".to_owned();
    done(&*store, |open| again.store(open, &case(2)));
    assert_eq!(store.case_of_filing("another", &filed.sha256()).unwrap(), Some(id(2)));
    assert_eq!(store.case_of_filing("a third", &filed.sha256()).unwrap(), None);
    // Nor can the same identifier be given twice.
    conflicts(&*store, |open| insert(open, 7, &case(1)));
}

/// A registration number belongs to one case, which is found by it.
pub fn a_registration_number_is_given_once(place: &dyn Place) {
    let store = place.open();
    let numbered = |nth: u64, serial: u64| Case { number: number(serial), ..case(nth) };
    done(&*store, |open| {
        insert(open, 1, &numbered(1, 5))?;
        insert(open, 2, &case(2))?;
        insert(open, 3, &case(3))
    });
    assert_eq!(store.case_by_number(&number(5).unwrap()).unwrap(), Some(id(1)));
    assert_eq!(store.case_by_number(&number(6).unwrap()).unwrap(), None);
    conflicts(&*store, |open| insert(open, 4, &numbered(4, 5)));
    conflicts(&*store, |open| open.update_case(&numbered(2, 5)));
    done(&*store, |open| open.update_case(&numbered(2, 6)));
    assert_eq!(store.case_by_number(&number(6).unwrap()).unwrap(), Some(id(2)));
}

/// An identifier carries the time of the filing, within an hour: lists rest on it.
pub fn an_identifier_tells_the_time_of_filing(place: &dyn Place) {
    let store = place.open();
    let random = [7; 10];
    let late = |minutes| start() + SignedDuration::from_mins(minutes);
    conflicts(&*store, |open| insert(open, 1, &Case::new(CaseId::new(start(), &random), late(61))));
    conflicts(&*store, |open| insert(open, 1, &Case::new(CaseId::new(start(), &random), late(-61))));
    for (nth, minutes) in [(1, -60), (2, 60)] {
        let case = Case::new(CaseId::new(start(), &[nth; 10]), late(minutes));
        done(&*store, |open| insert(open, u64::from(nth), &case));
        let a_moment_later = case.filed_at + SignedDuration::from_micros(1);
        let (from, to) = (Some(case.filed_at), Some(a_moment_later));
        let listed = store.list(&CaseFilter { from, to, limit: 9, ..CaseFilter::default() }).unwrap();
        assert_eq!(listed, [case], "{minutes} minutes apart");
    }
}

/// The document of a case is what was filed: bytes, filer, format, seal.
pub fn a_document_comes_back_to_the_bit(place: &dyn Place) {
    let store = place.open();
    let mut sealed = document(1);
    sealed.seal = Some(b"-----BEGIN PKCS7-----".to_vec());
    let mut empty = document(2);
    empty.bytes = Vec::new();
    let mut large = document(3);
    large.bytes = (0..400_000u32).map(|byte| (byte % 251) as u8).collect();
    let documents = [(1, sealed), (2, empty), (3, large)];
    done(&*store, |open| documents.iter().try_for_each(|(nth, document)| document.store(open, &case(*nth))));
    for (nth, document) in documents {
        let expected = StoredDocument {
            sha256: document.sha256(),
            filer: document.filer,
            format: "album-5.23".to_owned(),
            bytes: document.bytes,
            seal: document.seal,
        };
        assert_eq!(store.document(id(nth)).unwrap(), Some(expected));
    }
    assert_eq!(store.document(id(4)).unwrap(), None);
}

/// How many cases stand in each state is known at any time, whichever way they went.
pub fn states_are_counted(place: &dyn Place) {
    let store = place.open();
    let counted = || -> Vec<(State, u64)> {
        store.state_counts().unwrap().into_iter().filter(|(_, count)| *count > 0).collect()
    };
    assert_eq!(counted(), []);
    let waiting = |nth| Case { state: State::UnderControl, ..case(nth) };
    done(&*store, |open| {
        insert(open, 1, &case(1))?;
        insert(open, 2, &waiting(2))?;
        insert(open, 3, &waiting(3))
    });
    assert_eq!(counted(), [(State::UnderControl, 2), (State::Released, 1)]);
    done(&*store, |open| open.update_case(&case(3)));
    done(&*store, |open| open.update_case(&Case { seq: 2, ..case(3) }));
    assert_eq!(counted(), [(State::UnderControl, 1), (State::Released, 2)]);
    conflicts(&*store, |open| {
        open.update_case(&case(2))?;
        insert(open, 1, &case(4))
    });
    assert_eq!(counted(), [(State::UnderControl, 1), (State::Released, 2)]);
}
