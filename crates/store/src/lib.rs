//! Greenlane: store.
