//! Measurements: intake from hand-over to durable, the ledger, the log, reading and writing, and seals.

mod account;
mod intake;
mod log;
mod machine;
mod render;
mod seal;
mod spool;
mod stages;
mod wire;

pub use account::{
    AccountBench, AccountCrashes, AccountReport, account_crashes, account_victim, render_account,
};
pub use intake::{IntakeBench, IntakeReport};
pub use log::{LogBench, LogReport};
pub use render::{render_intake, render_log, render_seal, render_wire};
pub use seal::{DigestSpeed, FormSpeed, SealBench, SealReport, SignatureSpeed, Speed};
pub use wire::{WireBench, WireReport, WireWork};
