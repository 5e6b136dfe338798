//! Risk profiles, TOML or JSON, with their conditions.

#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| fuzz::risk::profile(bytes));
