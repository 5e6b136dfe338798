//! Greenlane: wire.
