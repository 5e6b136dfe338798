//! Building a [`Reference`] from datasets, and its look-ups.
