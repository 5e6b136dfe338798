//! A CSV file of results, read and learned from.

#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| fuzz::scores::table(bytes));
