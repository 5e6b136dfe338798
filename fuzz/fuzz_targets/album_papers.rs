//! The other documents of the album: the first byte picks the kind.

#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;

static KINDS: LazyLock<Vec<(&str, &str)>> = LazyLock::new(|| {
    fuzz::kinds(|element, uri| uri.starts_with("urn:customs.ru:") && element != "ESADout_CU")
});

fuzz_target!(|bytes: &[u8]| fuzz::of_a_kind(bytes, &KINDS));
