//! The service as programs and people meet it: a real centre on a temporary store behind the router.

#![allow(clippy::unwrap_used, clippy::panic, reason = "what helps tests is no test function by name")]

mod accounts;
mod api;
mod bodies;
mod bounds;
mod decisions;
mod documents;
mod imports;
mod live;
mod looks;
mod models;
mod notices;
mod pages;
mod papers;
mod paperwork;
mod participants;
mod powers;
mod prices;
mod profiles;
mod proof;
#[path = "../../../duty/tests/recompute/mod.rs"]
mod recompute;
mod rights;
mod service;
mod standing;
mod tariff;
mod working;
