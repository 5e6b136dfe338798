//! ESADout_CU of every version, alone or in a package.

#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;

static KINDS: LazyLock<Vec<(&str, &str)>> =
    LazyLock::new(|| fuzz::kinds(|element, _| matches!(element, "ESADout_CU" | "ED_Container")));

fuzz_target!(|bytes: &[u8]| fuzz::of_a_kind(bytes, &KINDS));
