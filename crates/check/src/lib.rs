//! Greenlane: check.
