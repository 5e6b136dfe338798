//! Measurements: intake from hand-over to durable, and the log.

mod intake;
mod log;
mod machine;
mod render;
mod spool;
mod stages;

pub use intake::{IntakeBench, IntakeReport};
pub use log::{LogBench, LogReport};
pub use render::{render_intake, render_log};
