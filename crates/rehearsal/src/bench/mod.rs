//! Measurements: intake from hand-over to durable, payments, risk profiles, profiles on trial, the ledger, reference
//! data, the log, reading and writing, seals.

mod account;
mod backtest;
mod categories;
mod draw;
mod duty;
mod intake;
mod learning;
mod log;
mod machine;
mod prices;
mod reference;
mod render;
mod risk;
mod seal;
mod spool;
mod stages;
mod wire;

pub use account::{
    AccountBench, AccountCrashes, AccountReport, account_crashes, account_victim, render_account,
};
pub use backtest::{BacktestBench, PatternFound, PlantedReport, render_backtest};
pub use categories::{CategoriesBench, CategoriesReport, render_categories};
pub use draw::{DrawBench, DrawReport, RateReport, render_draw};
pub use duty::{DutyBench, DutyReport, render_duty};
pub use intake::{IntakeBench, IntakeReport};
pub use learning::{LearningBench, LearningReport, PatternLearned, Round, render_learning};
pub use log::{LogBench, LogReport};
pub use prices::{Below, GoodsPrices, PlantedPrice, PricesBench, PricesReport, render_prices};
pub use reference::{
    BrokenRow, Fared, ImportedAll, KindImported, ReferenceBench, ReferenceReport, Replayed, SearchReport,
    SwapReport, Took, Window,
};
pub use render::{render_intake, render_log, render_reference, render_seal, render_wire};
pub use risk::{Growth, Peer, RiskBench, RiskReport, render_risk};
pub use seal::{DigestSpeed, FormSpeed, SealBench, SealReport, SignatureSpeed, Speed};
pub use wire::{WireBench, WireReport, WireWork};
