//! Greenlane: clearance.
