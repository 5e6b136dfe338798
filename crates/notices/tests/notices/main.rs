//! What is told, to whom, and in which document.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod fixtures;
mod schemas;
mod telling;
