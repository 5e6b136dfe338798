//! Any bytes: reading them never panics, findings are bounded, and what was read and can be written
//! reads back without errors.
//!
//! `cargo +nightly fuzz run read_document fuzz/corpus/read_document crates/wire/fixtures`

#![no_main]

use jiff::civil::date;
use libfuzzer_sys::fuzz_target;
use wire::{Completion, Target};

fuzz_target!(|bytes: &[u8]| {
    let Ok(document) = wire::read(bytes) else { return };
    assert!(document.findings.len() <= wire::limits::FINDINGS_MAX + 2);
    let completion =
        Completion { document_id: "1".to_owned(), written_at: date(2026, 3, 2).at(10, 20, 30, 0) };
    for target in [Target::Album523, Target::Album527, Target::Json] {
        let Ok(text) = wire::write(&document.declaration, target, &completion) else { continue };
        match wire::read(text.as_bytes()) {
            Ok(again) => assert!(again.findings.iter().all(|finding| finding.severity.as_str() != "error")),
            Err(error) => panic!("what was written in {target:?} is refused: {error}"),
        }
    }
});
