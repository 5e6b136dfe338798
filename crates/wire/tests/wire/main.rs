//! Documents in and out, as programs and people send them.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests may fail loudly")]

mod bytes;
mod corpus;
mod documents;
mod hostile;
