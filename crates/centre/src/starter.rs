//! The risk profiles a fresh store begins with: few, public, and meant to be replaced.

/// Sources of the starter profiles, TOML.
const PROFILES: [&str; 6] = [
    include_str!("../../../packs/profiles/value-per-kilogram.toml"),
    include_str!("../../../packs/profiles/clothing-origin.toml"),
    include_str!("../../../packs/profiles/food-without-certificate.toml"),
    include_str!("../../../packs/profiles/high-risk-trader.toml"),
    include_str!("../../../packs/profiles/mass-without-packaging.toml"),
    include_str!("../../../packs/profiles/duty-relief-audit.toml"),
];

/// The starter profiles.
pub(crate) fn profiles() -> Vec<String> {
    PROFILES.iter().map(|source| (*source).to_owned()).collect()
}
