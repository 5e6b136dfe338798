//! Greenlane: duty.
