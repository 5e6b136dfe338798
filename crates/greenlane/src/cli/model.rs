//! The arguments of `greenlane risk model`.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

use super::{DataArgs, PlaceArgs, ProfileHandArgs};

#[derive(Debug, Args)]
pub struct ModelArgs {
    #[command(subcommand)]
    pub command: ModelCommand,
}

#[derive(Debug, Subcommand)]
pub enum ModelCommand {
    /// Propose a model by its file. It does nothing until somebody else approves it.
    Propose {
        /// The file that `greenlane risk train` wrote.
        file: PathBuf,
        /// Why.
        #[arg(long)]
        reason: String,
        #[command(flatten)]
        hand: ProfileHandArgs,
    },
    /// Put a model into the shadow, where it is recorded and moves nothing, or live; not by whoever proposed it.
    Approve {
        /// What it may do.
        #[arg(long, value_enum)]
        mode: ModelMode,
        #[command(flatten)]
        of: ModelMoveArgs,
    },
    /// Take a model out of work, or give it up.
    Withdraw(ModelMoveArgs),
    /// All models, those in force first.
    List {
        /// As JSON, an object to a line.
        #[arg(long)]
        json: bool,
        #[command(flatten)]
        place: PlaceArgs,
    },
    /// One model: its card, what stands against it, its drift, all acts.
    Show {
        /// The version.
        #[arg(value_name = "VERSION")]
        model: String,
        /// As JSON.
        #[arg(long)]
        json: bool,
        #[command(flatten)]
        place: PlaceArgs,
    },
    /// Whether declarations filed on these days look like those a model learned from; the figure is kept. Exit 1 where
    /// they are of another population.
    Drift {
        /// The version (default: the live one, else the one in the shadow).
        #[arg(value_name = "VERSION")]
        model: Option<String>,
        /// The first day of filing (default: 30 days back).
        #[arg(long, value_name = "DAY")]
        from: Option<jiff::civil::Date>,
        /// The last day of filing (default: today).
        #[arg(long, value_name = "DAY")]
        to: Option<jiff::civil::Date>,
        /// As JSON.
        #[arg(long)]
        json: bool,
        #[command(flatten)]
        data: DataArgs,
    },
}

/// What a model may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ModelMode {
    /// Its proposals are recorded and move nothing.
    Shadow,
    /// Its proposals make lanes stricter.
    Live,
}

/// Which model is moved, why, by whom.
#[derive(Debug, Args)]
pub struct ModelMoveArgs {
    /// The version.
    #[arg(value_name = "VERSION")]
    pub model: String,
    /// Why.
    #[arg(long)]
    pub reason: String,
    #[command(flatten)]
    pub hand: ProfileHandArgs,
}
