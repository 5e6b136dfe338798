//! Greenlane: declaration.
