//! Documents in and out, as programs and people send them.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests may fail loudly")]

mod amendments;
mod bytes;
mod commission;
mod corpus;
mod documents;
mod hostile;
mod wco;
