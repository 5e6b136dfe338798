//! Measurements: intake from hand-over to durable, the log, and reading and writing.

mod intake;
mod log;
mod machine;
mod render;
mod spool;
mod stages;
mod wire;

pub use intake::{IntakeBench, IntakeReport};
pub use log::{LogBench, LogReport};
pub use render::{render_intake, render_log, render_wire};
pub use wire::{WireBench, WireReport, WireWork};
