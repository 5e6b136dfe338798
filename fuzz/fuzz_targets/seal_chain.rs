//! Certificates, lists of revoked ones, answers about them, and requests.

#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| fuzz::seals::chain(bytes));
