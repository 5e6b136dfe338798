//! The rehearsal of a crash: a filer that writes down every answer, a parent that kills it in the middle,
//! and a judge that opens what is left.
//!
//! `crash_client` is the child; it files as fast as it can and notes each answer *after* it came, so that
//! whatever is in its journal was promised. The parent ([`crash_rounds`]) kills it with SIGKILL at random
//! moments. [`verify_after_crash`] opens the store again and holds it to every promise.

mod client;
mod journal;
mod rounds;
mod verify;

pub use client::crash_client;
pub use rounds::{CrashRounds, crash_rounds};
pub use verify::{CrashReport, verify_after_crash};
