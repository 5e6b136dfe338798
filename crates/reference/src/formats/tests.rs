//! What the tests of all readers share, and what holds for each of them.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;

use proptest::prelude::*;

use super::*;
use crate::content::{Dataset, DatasetKind};
use crate::report::{ImportError, Notes};

/// What reading some content gave.
pub(super) struct Outcome<T> {
    pub read: Vec<T>,
    pub faults: Vec<ImportError>,
    pub remarks: Vec<String>,
    /// How many rows were counted as taken.
    pub taken: usize,
}

/// Reads content; every fault must say in both languages what is wrong and what cures it.
pub(super) fn outcome<T>(content: &[u8], read: impl Fn(&Dataset, &mut Notes) -> Vec<T>) -> Outcome<T> {
    let dataset = Dataset::new(DatasetKind::Tnved, "", "file", content);
    let mut notes = Notes::default();
    notes.begin(&Arc::new(dataset.entry()));
    let read = read(&dataset, &mut notes);
    let remarks = notes.remarks().iter().map(|said| format!("{:?}: {}", said.lines, said.what.en)).collect();
    let taken = notes.read()[0].1;
    let faults = notes.verdict().err().map_or_else(Vec::new, |faults| faults.named);
    for fault in &faults {
        let texts = [&fault.what.ru, &fault.what.en, &fault.cure.ru, &fault.cure.en];
        assert!(texts.iter().all(|text| !text.is_empty()), "{fault}");
    }
    Outcome { read, faults, remarks, taken }
}

/// The code, line and column of each fault.
pub(super) fn places<T>(outcome: &Outcome<T>) -> Vec<(&str, u64, &str)> {
    outcome.faults.iter().map(|fault| (fault.code, fault.line, fault.column.as_str())).collect()
}

pub(super) fn currency(code: &str) -> declaration::CurrencyCode {
    code.parse().unwrap()
}

/// A file of the tables that tests are run over where they are at hand.
pub(super) fn corpus(file: &str) -> Option<Vec<u8>> {
    let beside = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data");
    let path = PathBuf::from(std::env::var("GREENLANE_CORPUS").unwrap_or_else(|_| beside.to_owned()));
    let content = std::fs::read(path.join("codes").join(file)).ok();
    if content.is_none() {
        println!("skipped: no {file}; set GREENLANE_CORPUS");
    }
    content
}

/// One good input for each form.
const GOOD: &[&str] = &[
    tax_service::tests::CODES,
    tax_service::tests::CHAPTERS,
    central_bank::tests::DAY,
    central_bank::tests::PERIOD,
    european_bank::tests::ALL_DAYS,
    european_bank::tests::PORTAL,
    harmonized_system::tests::PUBLISHED,
    iso::tests::COUNTRIES,
    iso::tests::CURRENCIES,
];

/// Runs every reader over content, whatever form it is in.
fn read_as_everything(content: &[u8]) {
    let parts = [
        tax_service::Part::Sections,
        tax_service::Part::Chapters,
        tax_service::Part::Headings,
        tax_service::Part::Codes,
    ];
    tax_service::part(content);
    for part in parts {
        outcome(content, |dataset, notes| tax_service::read(dataset, part, notes));
    }
    for own in ["RUB", "EUR", "USD"].map(currency) {
        central_bank::recognises(content);
        outcome(content, |dataset, notes| central_bank::read(dataset, own, notes));
        european_bank::recognises(content);
        outcome(content, |dataset, notes| european_bank::read(dataset, own, notes));
    }
    outcome(content, harmonized_system::read);
    iso::lists_countries(content);
    outcome(content, iso::read_countries);
    iso::lists_currencies(content);
    let currencies = outcome(content, iso::read_currencies);
    let codes: BTreeSet<_> = currencies.read.iter().map(|said| said.key).collect();
    assert_eq!(codes.len(), currencies.read.len(), "a currency is said once");
}

proptest! {
    #[test]
    fn no_reader_panics_on_any_bytes(content in prop::collection::vec(any::<u8>(), 0..400)) {
        read_as_everything(&content);
    }

    #[test]
    fn no_reader_panics_on_what_was_damaged(
        nth in 0..GOOD.len(),
        damage in prop::collection::vec((any::<prop::sample::Index>(), 0usize..12, "[\\PC|,;<>&\"'\r\n\\-0-9]{0,8}"), 1..5),
    ) {
        let mut text: Vec<u8> = GOOD[nth].into();
        for (at, length, with) in damage {
            let at = at.index(text.len() + 1);
            let end = (at + length).min(text.len());
            text.splice(at..end, with.bytes());
        }
        read_as_everything(&text);
    }

    #[test]
    fn no_reader_panics_where_bytes_are_flipped(nth in 0..GOOD.len(), at in any::<prop::sample::Index>(), byte in any::<u8>()) {
        let mut text: Vec<u8> = GOOD[nth].into();
        let at = at.index(text.len());
        text[at] = byte;
        read_as_everything(&text);
    }
}

#[test]
fn a_form_is_taken_for_no_other() {
    let recognised: Vec<String> = GOOD
        .iter()
        .map(|text| {
            let content = text.as_bytes();
            let part = tax_service::part(content).map(tax_service::Part::as_str);
            let mut forms: Vec<&str> = part.into_iter().collect();
            let known = [
                ("ru", central_bank::recognises(content)),
                ("eu", european_bank::recognises(content)),
                ("countries", iso::lists_countries(content)),
                ("currencies", iso::lists_currencies(content)),
            ];
            forms.extend(known.iter().filter(|(_, is)| *is).map(|(name, _)| *name));
            forms.join(" ")
        })
        .collect();
    assert_eq!(recognised, ["TNVED4", "TNVED2", "ru", "ru", "eu", "eu", "", "countries", "currencies"]);
}

#[test]
fn what_is_too_large_is_not_read() {
    let content = vec![b' '; crate::table::DATASET_BYTES_MAX + 1];
    let own = currency("RUB");
    let codes = |found: Vec<ImportError>| found.iter().map(|fault| fault.code).collect::<Vec<_>>();
    let part = tax_service::Part::Codes;
    assert_eq!(
        codes(outcome(&content, |dataset, notes| tax_service::read(dataset, part, notes)).faults),
        ["GL-8001"]
    );
    assert_eq!(
        codes(outcome(&content, |dataset, notes| central_bank::read(dataset, own, notes)).faults),
        ["GL-8001"]
    );
    assert_eq!(codes(outcome(&content, harmonized_system::read).faults), ["GL-8001"]);
}
