//! The arguments of `greenlane profile`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::{DataArgs, PlaceArgs, SpeechArgs};

#[derive(Debug, Args)]
pub struct ProfileArgs {
    #[command(subcommand)]
    pub command: ProfileCommand,
}

#[derive(Debug, Subcommand)]
pub enum ProfileCommand {
    /// Take a profile into force at once, as the operator of the data directory; one of the same number is replaced.
    Add {
        /// The profile, TOML.
        file: PathBuf,
        #[command(flatten)]
        data: DataArgs,
    },
    /// Check a profile without keeping it: types, values, cost of its expressions; whether it ever fires, always
    /// does, is covered by another or contradicts one.
    Test {
        /// The profile, TOML or JSON.
        file: PathBuf,
        /// Data directory whose profiles in force it is compared with.
        #[arg(long, value_name = "DIR")]
        data: Option<PathBuf>,
        /// Address of a running centre whose profiles in force it is compared with.
        #[arg(long, value_name = "URL", conflicts_with = "data")]
        to: Option<String>,
        /// Bearer token (with --to).
        // One in 64 begins with a hyphen.
        #[arg(
            long,
            env = "GREENLANE_TOKEN",
            hide_env_values = true,
            allow_hyphen_values = true,
            value_name = "TOKEN"
        )]
        token: Option<String>,
        /// As JSON.
        #[arg(long)]
        json: bool,
        #[command(flatten)]
        speech: SpeechArgs,
    },
    /// Write a profile: a new draft, or the next version of the one of its number.
    Draft {
        /// The profile, TOML.
        file: PathBuf,
        /// The version it was made from (default: the newest).
        #[arg(long, value_name = "VERSION")]
        seen: Option<u32>,
        /// What changed and why.
        #[arg(long, default_value = "")]
        reason: String,
        #[command(flatten)]
        hand: ProfileHandArgs,
    },
    /// Agree to a draft.
    Agree(ProfileMoveArgs),
    /// Approve what was agreed; not by whoever wrote or agreed.
    Approve {
        /// The first day in force (default: today, at once).
        #[arg(long, value_name = "DATE")]
        from: Option<jiff::civil::Date>,
        #[command(flatten)]
        of: ProfileMoveArgs,
    },
    /// Send what was agreed or approved back to draft.
    Return {
        /// Why.
        #[arg(long)]
        reason: String,
        #[command(flatten)]
        of: ProfileMoveArgs,
    },
    /// Give a profile up, or take it out of force.
    Cancel {
        /// Why.
        #[arg(long)]
        reason: String,
        #[command(flatten)]
        of: ProfileMoveArgs,
    },
    /// The profiles: of each the version being prepared and the one in force, else the newest.
    List {
        /// Only with a version that stands so: draft, agreed, approved, in_force, replaced, cancelled.
        #[arg(long, value_name = "STATE", default_value = "")]
        state: String,
        /// As JSON, an object to a line.
        #[arg(long)]
        json: bool,
        #[command(flatten)]
        place: PlaceArgs,
    },
    /// What looking has brought: hit rates of profiles, with chance as the base line, and what should become of them.
    Effects {
        /// The first day (default: half a year back).
        #[arg(long, value_name = "DAY")]
        from: Option<jiff::civil::Date>,
        /// The last day (default: today).
        #[arg(long, value_name = "DAY")]
        until: Option<jiff::civil::Date>,
        /// As JSON.
        #[arg(long)]
        json: bool,
        #[command(flatten)]
        place: PlaceArgs,
    },
    /// One profile: its text, or with --history what was done with it.
    Show {
        /// The number.
        number: String,
        /// Another version than the one being prepared or in force.
        #[arg(long = "version", alias = "of", value_name = "VERSION")]
        of: Option<u32>,
        /// All versions and acts.
        #[arg(long)]
        history: bool,
        /// As JSON, with all versions and acts.
        #[arg(long)]
        json: bool,
        #[command(flatten)]
        place: PlaceArgs,
    },
    /// Try profiles on what was filed: hits, lanes, officers' hours, finds caught and missed (docs/backtest.md).
    #[command(
        after_help = "Example:\n  greenlane profile backtest new.toml --from 2026-03-01 --to 2026-03-31 --data ./data"
    )]
    Backtest(BacktestArgs),
}

/// Which version of which profile is moved.
#[derive(Debug, Args)]
pub struct ProfileMoveArgs {
    /// The number.
    pub number: String,
    /// The version (default: the one being prepared, else the one in force).
    #[arg(long = "version", alias = "of", value_name = "VERSION")]
    pub of: Option<u32>,
    #[command(flatten)]
    pub hand: ProfileHandArgs,
}

/// Who does it, and where.
#[derive(Debug, Args)]
pub struct ProfileHandArgs {
    /// Whose account does it, on the data directory; a running centre knows by the token.
    #[arg(long = "as", value_name = "LOGIN", conflicts_with = "to")]
    pub login: Option<String>,
    #[command(flatten)]
    pub place: PlaceArgs,
    #[command(flatten)]
    pub speech: SpeechArgs,
}

/// What is tried, on which days, against what.
#[derive(Debug, Args)]
pub struct BacktestArgs {
    /// The profiles, TOML; tried together, whatever days they are valid on.
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// The first day of filing.
    #[arg(long, value_name = "DAY")]
    pub from: jiff::civil::Date,
    /// The last day of filing.
    #[arg(long, value_name = "DAY")]
    pub to: jiff::civil::Date,
    /// Compare with these profiles instead of with what was in force when each declaration was filed.
    #[arg(long, value_name = "FILE")]
    pub against: Vec<PathBuf>,
    /// Offices and traders named.
    #[arg(long, default_value_t = 10, value_name = "N")]
    pub top: usize,
    /// Hits listed one by one.
    #[arg(long, default_value_t = 0, value_name = "N")]
    pub list: usize,
    /// Hours of work of one officer in a week (default: the pack's, else 40).
    #[arg(long, value_name = "HOURS")]
    pub hours_per_week: Option<rust_decimal::Decimal>,
    #[command(flatten)]
    pub data: DataArgs,
    /// Address of a running centre; `--to` is a day here.
    #[arg(long, env = "GREENLANE_TO", value_name = "URL", conflicts_with = "data")]
    pub centre: Option<String>,
    /// Bearer token (with --centre).
    // One in 64 begins with a hyphen.
    #[arg(
        long,
        env = "GREENLANE_TOKEN",
        hide_env_values = true,
        allow_hyphen_values = true,
        value_name = "TOKEN"
    )]
    pub token: Option<String>,
    /// As JSON.
    #[arg(long)]
    pub json: bool,
}
