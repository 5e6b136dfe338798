//! Rehearsal: traffic that looks like trade, to train on, to measure with and to break things under.
//!
//! The generator ([`Generator`]) makes signed declarations in which everything agrees, but for a stated
//! share of each kind of mistake ([`MistakeKind`]). Shapes (lines per declaration, masses, prices) were
//! measured on real baskets; firms, containers and papers are fictional, with check digits that hold.
//! A declaration made without mistakes raises no finding of the control, and its payments are those
//! that are computed: a test holds this.
//!
//! Deliberately absent: any part in a decision. The centre does not know that it rehearses.

mod bench;
mod crash;
mod digits;
mod error;
mod folder;
mod generate;
mod goods;
mod live;
mod mistakes;
mod papers;
mod planted;
mod populate;
mod random;
mod trade;
mod traders;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use reference::Reference;

pub use bench::{
    AccountBench, AccountCrashes, AccountReport, BacktestBench, Below, BrokenRow, CategoriesBench,
    CategoriesReport, DigestSpeed, DrawBench, DrawReport, DutyBench, DutyReport, Fared, FormSpeed,
    GoodsPrices, Growth, ImportedAll, IntakeBench, IntakeReport, KindImported, LearningBench, LearningReport,
    LogBench, LogReport, PatternFound, PatternLearned, Peer, PlantedPrice, PlantedReport, PricesBench,
    PricesReport, RateReport, ReferenceBench, ReferenceReport, Replayed, RiskBench, RiskReport, Round,
    SealBench, SealReport, SearchReport, SignatureSpeed, Speed, SwapReport, Took, Window, WireBench,
    WireReport, WireWork, account_crashes, account_victim, render_account, render_backtest,
    render_categories, render_draw, render_duty, render_intake, render_learning, render_log, render_prices,
    render_reference, render_risk, render_seal, render_wire,
};
pub use crash::{CrashReport, CrashRounds, crash_client, crash_rounds, verify_after_crash};
pub use error::{GenerateError, RehearsalError};
pub use folder::{ACCOUNTS_FILE, AUTHORITY_FILE, PARTICIPANTS_FILE, Written, write_dir};
pub use generate::{Declarations, Generated, Generator, ITEMS_MAX, ITEMS_MEAN_USUAL, Plan};
pub use live::{LiveCounts, Officers, REHEARSAL_ACCOUNT, enrol_filers, live_trade, officers_decide};
pub use mistakes::{MistakeKind, MistakeShares, mistakes_page};
pub use populate::{HUMAN_OFFICER, Login, Population, enrol, populate};
pub use traders::{TRADERS_USUAL, Trader};

/// The calendar day of a moment where a pack applies; in UTC where there is no such pack.
pub fn today(reference: &Reference, jurisdiction: &str, now: Timestamp) -> Date {
    let zone = reference.pack(jurisdiction).and_then(|pack| TimeZone::get(&pack.time_zone).ok());
    zone.unwrap_or(TimeZone::UTC).to_datetime(now).date()
}

#[cfg(test)]
mod tests;
