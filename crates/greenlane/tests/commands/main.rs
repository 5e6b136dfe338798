//! The binary as its users meet it: whole commands, their words and exit codes; and what holds for
//! the project as a whole.

#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod accounts;
mod browser;
mod crash;
mod distribution;
mod filing;
mod layers;
mod learning;
mod models;
mod pages;
mod papers;
#[path = "../../../web/tests/http/paperwork.rs"]
mod paperwork;
mod payments;
mod powers;
mod profiles;
mod receiver;
mod reference;
mod running;
mod seals;
mod trials;
mod words;
