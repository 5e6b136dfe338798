//! Greenlane: reference.
