//! Greenlane: store-sqlite.
