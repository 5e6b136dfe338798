//! Greenlane: risk.
