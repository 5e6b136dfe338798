//! Messages of the WCO's data model, in and out.

#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;

static KINDS: LazyLock<Vec<(&str, &str)>> =
    LazyLock::new(|| fuzz::kinds(|_, uri| uri.starts_with("urn:wco:")));

fuzz_target!(|bytes: &[u8]| fuzz::of_a_kind(bytes, &KINDS));
