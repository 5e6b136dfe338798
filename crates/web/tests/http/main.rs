//! The service as programs and people meet it: a real centre on a temporary store behind the router.

#![allow(clippy::unwrap_used, clippy::panic, reason = "what helps tests is no test function by name")]

mod api;
mod bodies;
mod bounds;
mod documents;
mod imports;
mod live;
mod notices;
mod pages;
mod papers;
mod paperwork;
mod powers;
mod profiles;
mod proof;
mod rights;
mod service;
mod tariff;
