//! Greenlane: centre.
