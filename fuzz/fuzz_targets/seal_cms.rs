//! CMS beside a document, certificates and time-stamps in it.

#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| fuzz::seals::cms(bytes));
