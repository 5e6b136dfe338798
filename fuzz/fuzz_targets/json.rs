//! The canonical JSON of declarations and papers: what is read without errors is written and read as
//! the same.

#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    fuzz::promised(bytes);
    if !bytes.starts_with(b"<") {
        fuzz::comes_back(bytes);
    }
});
