//! The arguments of `greenlane reference`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::{DataArgs, PlaceArgs, SpeechArgs};

#[derive(Debug, Args)]
pub struct ReferenceArgs {
    #[command(subcommand)]
    pub command: ReferenceCommand,
}

#[derive(Debug, Subcommand)]
pub enum ReferenceCommand {
    /// Take files into force: whole or not at all.
    #[command(after_help = "\
Examples:
  greenlane reference import tnved tnved.csv --valid-from 2026-03-29 --data data
  greenlane reference import exchange rates/2026/ --data data
  greenlane reference import exchange rates.xml --to http://127.0.0.1:8080 --token TOKEN
  greenlane reference import rates measures.csv --dry-run --data data")]
    Import(ReferenceImportArgs),
    /// Take an import back: what earlier imports say holds again.
    #[command(after_help = "Example: greenlane reference undo 17 --data data")]
    Undo {
        /// The number of the import, as `imports` lists it; several are taken back in one step.
        #[arg(required = true)]
        import: Vec<u64>,
        /// Only say what it would change.
        #[arg(long)]
        dry_run: bool,
        /// As JSON.
        #[arg(long)]
        json: bool,
        #[command(flatten)]
        place: PlaceArgs,
        #[command(flatten)]
        speech: SpeechArgs,
    },
    /// What was imported and taken back, in order.
    Imports {
        /// As JSON, an object to a line.
        #[arg(long)]
        json: bool,
        #[command(flatten)]
        place: PlaceArgs,
    },
    /// The datasets in force.
    List {
        #[command(flatten)]
        data: DataArgs,
        /// As JSON.
        #[arg(long)]
        json: bool,
    },
    /// What is in force for a commodity code on a day, and what was before.
    #[command(after_help = "Example: greenlane reference show 8517130000 --as-of 2026-01-31 --data data")]
    Show {
        /// The code; spaces and points in it count for nothing.
        code: String,
        /// The day (default today).
        #[arg(long, value_name = "DATE")]
        as_of: Option<jiff::civil::Date>,
        /// As it was known at a moment, such as 2026-03-29T12:00:00Z (default now).
        #[arg(long, value_name = "MOMENT", requires = "data")]
        known_at: Option<jiff::Timestamp>,
        #[command(flatten)]
        data: DataArgs,
    },
    /// Commodity codes by words in Russian or English, mistyped or not, or by digits; ended codes too.
    #[command(after_help = "\
Examples:
  greenlane reference search смартфоны --data data
  greenlane reference search \"roasted cofee\" --data data
  greenlane reference search 8517.13 --data data")]
    Search {
        /// What is sought.
        query: String,
        /// The day whose duties are shown (default today).
        #[arg(long, value_name = "DATE")]
        as_of: Option<jiff::civil::Date>,
        /// The most codes shown.
        #[arg(long, default_value_t = 10)]
        limit: usize,
        /// As JSON, an object to a line.
        #[arg(long)]
        json: bool,
        #[command(flatten)]
        data: DataArgs,
    },
    /// What differs between two worlds, and which open cases and risk profiles it touches.
    #[command(after_help = "Example: greenlane reference diff 2026-03-28T12:00:00Z now --data data")]
    Diff {
        /// A world: the first digits of its hash, a moment, or `now`.
        before: String,
        /// Another.
        #[arg(default_value = "now")]
        after: String,
        /// As JSON, with every row.
        #[arg(long)]
        json: bool,
        #[command(flatten)]
        data: DataArgs,
    },
}

#[derive(Debug, Args)]
pub struct ReferenceImportArgs {
    /// What it holds: tnved, hs, chapters, rates, exchange, countries, currencies, offices, classifiers, pack,
    /// anchors, revocation, certificates.
    pub kind: String,
    /// The files, or folders of files; several are taken in one step.
    #[arg(required = true)]
    pub file: Vec<PathBuf>,
    /// The jurisdiction it belongs to, for rates, exchange, offices and classifiers.
    #[arg(long, default_value = reference::DEFAULT_PACK)]
    pub jurisdiction: String,
    /// The first day it speaks for: before it what was imported earlier holds (default: for all days).
    #[arg(long, value_name = "DATE")]
    pub valid_from: Option<jiff::civil::Date>,
    /// Only say what it would change, and which open cases and profiles it touches.
    #[arg(long)]
    pub dry_run: bool,
    /// As JSON, with every row that changes.
    #[arg(long)]
    pub json: bool,
    #[command(flatten)]
    pub place: PlaceArgs,
    #[command(flatten)]
    pub speech: SpeechArgs,
}
