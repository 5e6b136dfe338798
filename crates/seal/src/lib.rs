//! Greenlane: seal.
