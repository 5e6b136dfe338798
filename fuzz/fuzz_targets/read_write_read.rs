//! Whatever is read and can be written is read again without errors, and written again the same.

#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| fuzz::comes_back(bytes));
