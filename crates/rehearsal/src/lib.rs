//! Greenlane: rehearsal.
