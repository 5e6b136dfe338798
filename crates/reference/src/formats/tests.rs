//! What the tests of all readers share, and what holds for each of them.

use std::path::PathBuf;
use std::sync::Arc;

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
