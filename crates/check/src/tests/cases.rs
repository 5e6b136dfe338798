//! The cases: baseline, changes to it, and every finding that follows as `code path`.

/// The name of a baseline, with ` excerpt` where only part of the nomenclature is loaded; the changes; the findings.
pub(super) type Case = (&'static str, &'static str, &'static str);

pub(super) const CASES: &[Case] = &[
];
