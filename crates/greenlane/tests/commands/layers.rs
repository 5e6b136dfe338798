//! Who may use whom: the crates form layers, wide and not a chain.

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

use serde_json::Value;

/// What each crate may use of the project's own crates, and with each of them what that one may use.
/// Tests of a crate may use more.
const MAY_USE: [(&str, &[&str]); 18] = [
    ("declaration", &[]),
    ("wire", &["declaration"]),
    ("seal", &["declaration"]),
    ("log", &["declaration"]),
    ("reference", &["declaration"]),
    ("risk", &["declaration"]),
    ("score", &["risk"]),
    ("check", &["reference"]),
    ("duty", &["reference"]),
    ("clearance", &["check", "duty", "score", "seal"]),
    ("notices", &["clearance", "wire"]),
    ("store", &["clearance", "log"]),
    ("store-sqlite", &["store"]),
    ("centre", &["store", "notices", "seal"]),
    ("web", &["centre"]),
    ("libxml", &[]),
    ("rehearsal", &["centre", "store-sqlite", "libxml", "score"]),
    ("greenlane", &["web", "rehearsal", "score"]),
];

/// Everything each crate may use. A crate stands after those it uses, so there is no circle.
fn allowed() -> BTreeMap<&'static str, BTreeSet<&'static str>> {
    let mut allowed: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for (name, below) in MAY_USE {
        let mut all: BTreeSet<&str> = below.iter().copied().collect();
        for used in below {
            all.extend(&allowed[used]);
        }
        allowed.insert(name, all);
    }
    allowed
}

fn own_name(package: &str) -> Option<&str> {
    if package == "greenlane" { Some(package) } else { package.strip_prefix("greenlane-") }
}

#[test]
fn every_crate_uses_only_what_lies_below_it() {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--no-deps", "--format-version", "1", "--offline"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    let metadata: Value = serde_json::from_slice(&output.stdout).unwrap();
    let allowed = allowed();
    let packages = metadata["packages"].as_array().unwrap();
    assert_eq!(packages.len(), allowed.len(), "a crate is missing in the list above");
    for package in packages {
        let name = own_name(package["name"].as_str().unwrap()).unwrap();
        for dependency in package["dependencies"].as_array().unwrap() {
            let Some(used) = own_name(dependency["name"].as_str().unwrap()) else { continue };
            if dependency["kind"].as_str() != Some("dev") {
                assert!(allowed[name].contains(used), "{name} may not use {used}");
            }
        }
    }
}
