//! XML signatures in and around a document.

#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| fuzz::seals::xml(bytes));
