//! Greenlane: web.
