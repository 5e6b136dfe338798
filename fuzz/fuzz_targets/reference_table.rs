//! Tables of reference data in every form they are published in.

#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| fuzz::reference::table(bytes));
