//! The life of a case as a table, made by running the one match.
