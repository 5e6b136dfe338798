//! Greenlane: log.
