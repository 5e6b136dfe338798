//! Who may use whom: the crates form layers, wide and not a chain.

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

use serde_json::Value;

/// What each crate may use of the project's own crates; tests of a crate may use more.
const MAY_USE: [(&str, &[&str]); 15] = [
    ("declaration", &[]),
    ("wire", &["declaration"]),
    ("seal", &["declaration"]),
    ("log", &["declaration"]),
    ("reference", &["declaration"]),
    ("risk", &["declaration"]),
    ("check", &["declaration", "reference"]),
    ("duty", &["declaration", "reference"]),
    ("clearance", &["declaration", "reference", "check", "duty", "risk"]),
    ("store", &["declaration", "reference", "risk", "clearance", "log"]),
    ("store-sqlite", &["declaration", "reference", "risk", "clearance", "log", "store"]),
    (
        "centre",
        &["declaration", "wire", "seal", "reference", "check", "duty", "risk", "clearance", "log", "store"],
    ),
    (
        "web",
        &[
            "declaration",
            "wire",
            "seal",
            "reference",
            "check",
            "duty",
            "risk",
            "clearance",
            "log",
            "store",
            "centre",
        ],
    ),
    (
        "rehearsal",
        &[
            "declaration",
            "wire",
            "seal",
            "reference",
            "check",
            "duty",
            "risk",
            "clearance",
            "log",
            "store",
            "store-sqlite",
            "centre",
        ],
    ),
    (
        "greenlane",
        &[
            "declaration",
            "wire",
            "seal",
            "reference",
            "check",
            "duty",
            "risk",
            "clearance",
            "log",
            "store",
            "store-sqlite",
            "centre",
            "web",
            "rehearsal",
        ],
    ),
];

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
    let allowed: BTreeMap<&str, BTreeSet<&str>> =
        MAY_USE.iter().map(|(name, below)| (*name, below.iter().copied().collect())).collect();
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
