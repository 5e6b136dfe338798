//! The arguments of `greenlane generate`, `bench` and what is rehearsed with them.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

#[derive(Debug, Args)]
pub struct GenerateArgs {
    /// How many.
    pub count: u64,
    /// Directory to write into; made where it does not exist.
    #[arg(long, value_name = "DIR")]
    pub out: PathBuf,
    /// The same seed gives the same declarations.
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
    /// Mean number of lines of goods.
    #[arg(long, default_value_t = 10.0, value_name = "MEAN")]
    pub items: f64,
    /// The day they are filled in (default today).
    #[arg(long, value_name = "DATE")]
    pub day: Option<jiff::civil::Date>,
}

#[derive(Debug, Args)]
pub struct BenchArgs {
    /// What to measure.
    pub what: BenchWhat,
    /// Declarations to file, or leaves to append (default: 20000; reference: 100000; risk: 5000 to assess; backtest and learning:
    /// 200000).
    #[arg(long)]
    pub declarations: Option<u64>,
    /// Postings to book (account; default 200000).
    #[arg(long)]
    pub postings: Option<u64>,
    /// Participants (categories; default 100000).
    #[arg(long)]
    pub participants: Option<u64>,
    /// Facts about them (categories; default 5000000).
    #[arg(long)]
    pub facts: Option<u64>,
    /// Mean number of lines of goods (risk: the number, in every declaration).
    #[arg(long, default_value_t = 10.0, value_name = "MEAN")]
    pub items: f64,
    /// Risk profiles in force (risk).
    #[arg(long, default_value_t = 10_000)]
    pub profiles: usize,
    /// Folder with tnved.csv, hs2022.csv, countries.csv and currencies.csv as they are published (reference; default:
    /// tables of their size are made).
    #[arg(long, value_name = "FOLDER")]
    pub codes: Option<PathBuf>,
    /// The document to read and write (wire; default: a generated declaration of about 20 kB); the results to learn from
    /// (score; default: invented ones).
    #[arg(long, value_name = "FILE")]
    pub file: Option<PathBuf>,
    /// The XML Schema libxml2 validates the document against (wire; built with --features libxml).
    #[arg(long, value_name = "XSD")]
    pub schema: Option<PathBuf>,
    /// Kills (crash, account-crash).
    #[arg(long, default_value_t = 200)]
    pub rounds: u32,
    /// Submissions under way at once.
    #[arg(long, default_value_t = 48)]
    pub concurrency: usize,
    /// Empty directory for the data of the run (default: a temporary one, removed at the end).
    #[arg(long, value_name = "DIR")]
    pub dir: Option<PathBuf>,
    /// One JSON object.
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum BenchWhat {
    /// The whole way of a declaration.
    Intake,
    /// Importing reference data, searching the nomenclature, and swapping worlds while declarations are filed.
    Reference,
    /// Usual prices of one half of generated trade, and what is valued too low in the other half held against them.
    Prices,
    /// Reading and writing one document, and libxml2 on the same bytes.
    Wire,
    /// Verifying seals of every kind and form, and `openssl speed` in the same run.
    Seal,
    /// Appending to the log, proofs, verification.
    Log,
    /// Learning from results: training, and rows scored per second (--file: results to learn from; default: invented ones).
    Score,
    /// Computing payments, with the working written out and without.
    Duty,
    /// Random selection: the measured rates against the set ones.
    Draw,
    /// Thousands of risk profiles against one declaration, and other evaluators in the same run.
    Risk,
    /// Profiles tried on a history with smuggling in it, put in force, and what was foretold compared with what they hit.
    Backtest,
    /// Trader categories computed from millions of facts, and moved by single ones; compared with a plain computation.
    Categories,
    /// A model that learns from what rules and chance looked at in a history with smuggling in it, and what it finds that no
    /// profile knows, in two rounds.
    Learning,
    /// Booking money, in batches.
    Account,
    /// Not speed but promises: kill -9 while money is booked; everything adds up afterwards.
    AccountCrash,
    /// The child of `account-crash`.
    #[value(hide = true)]
    AccountVictim,
    /// Not speed but promises: kill -9 at random moments under load, and see what is kept.
    Crash,
}

#[derive(Debug, Args)]
pub struct CrashArgs {
    /// Data directory.
    #[arg(long)]
    pub data: PathBuf,
    /// File the acknowledgements are appended to.
    #[arg(long)]
    pub journal: PathBuf,
    /// Seed of the declarations.
    #[arg(long)]
    pub seed: u64,
    /// File at most so many.
    #[arg(long, default_value_t = u64::MAX)]
    pub most: u64,
}
