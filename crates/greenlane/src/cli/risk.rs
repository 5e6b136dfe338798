//! The arguments of `greenlane risk`.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};
use rust_decimal::Decimal;

use super::{DataArgs, ModelArgs};

#[derive(Debug, Args)]
pub struct RiskArgs {
    #[command(subcommand)]
    pub command: RiskCommand,
}

#[derive(Debug, Subcommand)]
pub enum RiskCommand {
    /// Learn from results in a CSV file or in the store, and write a model. It goes live only where a person puts it to work.
    #[command(after_help = "\
Examples:
  greenlane risk train results.csv --valid later.csv --out imports.model
  greenlane risk train results.csv --features lines.toml --label found --duty duty --out lines.model
  greenlane risk train --data ./data --from 2026-01-01 --to 2026-03-31 --valid-from 2026-03-01 --out lines.model")]
    Train(Box<RiskTrainArgs>),
    /// Write what looks have taught as CSV: a row for each line of goods of what was filed in some days, with what was known
    /// of it then, and what came of looking. What nobody looked at is sampled; its result is empty.
    #[command(after_help = "\
Examples:
  greenlane risk rows --data ./data --from 2026-01-01 --to 2026-03-31 --out results.csv
  greenlane risk train results.csv --features declared --out lines.model")]
    Rows(RiskRowsArgs),
    /// Score the rows of a CSV file: probability, lane and the strongest reasons of each.
    #[command(after_help = "Example:\n  greenlane risk score today.csv --model imports.model --json")]
    Score(RiskScoreArgs),
    /// What would have been found in a file of results at 1, 2, 5 and 10 % inspected, beside a look-up table.
    #[command(after_help = "\
Each table is made for all rows and for novel rows, whose key is in no row the model learned from; by probability, and
by probability times duty.

Examples:
  greenlane risk evaluate later.csv --model imports.model
  greenlane risk evaluate later.csv --model imports.model --beside xgboost=probabilities.txt")]
    Evaluate(RiskEvaluateArgs),
    /// Whether rows still look like those learned from: the stability index of the score and of every feature. Exit 1
    /// where one is of another population.
    #[command(after_help = "Example:\n  greenlane risk drift today.csv --model imports.model")]
    Drift(RiskModelArgs),
    /// The card of a model: what it was made of, how good it is, whether it may go live.
    #[command(after_help = "Example:\n  greenlane risk card imports.model")]
    Card {
        /// The model.
        model: PathBuf,
        /// As JSON.
        #[arg(long)]
        json: bool,
    },
    /// Models in decisions: propose, approve into the shadow or live, withdraw, list, show, watch for drift (docs/models.md).
    Model(ModelArgs),
    /// Print a table of features, TOML: what a file of results must have.
    #[command(after_help = "\
Examples:
  greenlane risk features > imports.toml
  greenlane risk features declared > lines.toml")]
    Features {
        /// imports (the published example, used for CSV files unless another is given) or declared (lines of declarations, as
        /// the store has them).
        #[arg(default_value = "imports")]
        table: FeaturesOf,
    },
}

/// A table of features that is built in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum FeaturesOf {
    /// The published example.
    Imports,
    /// Lines of declarations, as the store has them.
    Declared,
}

/// What of the store is learned from.
#[derive(Debug, Args)]
pub struct FiledArgs {
    /// The first day of filing that counts.
    #[arg(long, value_name = "DATE")]
    pub from: Option<jiff::civil::Date>,
    /// The last one.
    #[arg(long, value_name = "DATE")]
    pub to: Option<jiff::civil::Date>,
    /// The pack whose declarations count.
    #[arg(long, default_value = "eaeu-ru")]
    pub pack: String,
    /// Of declarations that nobody looked at, take one in so many; 0: none of them.
    #[arg(long, default_value_t = 10, value_name = "N")]
    pub unseen: u32,
    #[command(flatten)]
    pub data: DataArgs,
}

#[derive(Debug, Args)]
pub struct RiskRowsArgs {
    #[command(flatten)]
    pub filed: FiledArgs,
    /// Where to write them.
    #[arg(long, value_name = "CSV")]
    pub out: PathBuf,
}

/// What rows are ranked by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum RankBy {
    /// The probability that something is found.
    Probability,
    /// That probability times the duty at stake.
    ExpectedDuty,
}

#[derive(Debug, Args)]
pub struct RiskTrainArgs {
    /// The results to learn from; without a file, those in the store (--data).
    #[arg(value_name = "CSV", conflicts_with_all = ["from", "to", "valid_from"])]
    pub file: Option<PathBuf>,
    #[command(flatten)]
    pub filed: FiledArgs,
    /// What was filed from this day on is not learned from but measured on (of the store).
    #[arg(long, value_name = "DATE", conflicts_with = "valid")]
    pub valid_from: Option<jiff::civil::Date>,
    /// Later results to measure on. A model that was measured on nothing may not go live.
    #[arg(long, value_name = "CSV")]
    pub valid: Option<PathBuf>,
    /// Where to write the model.
    #[arg(long, value_name = "MODEL")]
    pub out: PathBuf,
    /// The table of features, TOML, or `imports` or `declared` for those that are built in (default: imports; of the store:
    /// declared).
    #[arg(long, value_name = "FILE")]
    pub features: Option<PathBuf>,
    /// The column of results, 1 and 0, in the place of the table's.
    #[arg(long, value_name = "COLUMN")]
    pub label: Option<String>,
    /// The column of the duty at stake, in the place of the table's.
    #[arg(long, value_name = "COLUMN")]
    pub duty: Option<String>,
    /// The column of what the rules in force selected, 1 and 0: the model must not be worse.
    #[arg(long, value_name = "COLUMN")]
    pub rules: Option<String>,
    /// The day it is trained (default today).
    #[arg(long, value_name = "DATE")]
    pub on: Option<jiff::civil::Date>,
    /// What rows are ranked by.
    #[arg(long, default_value = "probability")]
    pub rank: RankBy,
    /// Per cent of all rows whose goods are inspected.
    #[arg(long, default_value = "2", value_name = "PERCENT")]
    pub red: Decimal,
    /// Per cent of all rows whose documents are checked.
    #[arg(long, default_value = "8", value_name = "PERCENT")]
    pub yellow: Decimal,
    /// Per cent of those looked at that chance selects.
    #[arg(long, default_value = "10", value_name = "PERCENT")]
    pub explored: Decimal,
    #[command(flatten)]
    pub grow: GrowArgs,
    /// The card as JSON.
    #[arg(long)]
    pub json: bool,
}

/// How trees are grown.
#[derive(Debug, Args)]
#[command(next_help_heading = "How trees are grown")]
pub struct GrowArgs {
    /// Trees.
    #[arg(long, default_value_t = score::Settings::default().rounds)]
    pub rounds: u32,
    /// Levels of a tree.
    #[arg(long, default_value_t = score::Settings::default().depth)]
    pub depth: u32,
    /// The part of each tree that is added.
    #[arg(long, default_value_t = score::Settings::default().rate)]
    pub rate: f64,
    /// The most bins of a feature.
    #[arg(long, default_value_t = score::Settings::default().bins)]
    pub bins: u16,
    /// The least weight of a leaf.
    #[arg(long, default_value_t = score::Settings::default().leaf_weight_min)]
    pub leaf_weight: f64,
    /// What holds leaves back.
    #[arg(long, default_value_t = score::Settings::default().l2)]
    pub l2: f64,
    /// The share of features each tree may look at.
    #[arg(long, default_value_t = score::Settings::default().features_share)]
    pub features_share: f64,
    /// Where the choice of those features begins.
    #[arg(long, default_value_t = score::Settings::default().seed)]
    pub seed: u64,
    /// Stop when so many trees have not lowered the loss on the rows measured on (default: grow all).
    #[arg(long)]
    pub patience: Option<u32>,
}

#[derive(Debug, Args)]
pub struct RiskModelArgs {
    /// The rows.
    #[arg(value_name = "CSV")]
    pub file: PathBuf,
    /// The model.
    #[arg(long)]
    pub model: PathBuf,
    /// Refuse the model unless it was made for this table of features: a file, `imports` or `declared`.
    #[arg(long, value_name = "FILE")]
    pub features: Option<PathBuf>,
    /// As JSON.
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Args)]
pub struct RiskScoreArgs {
    #[command(flatten)]
    pub of: RiskModelArgs,
    /// The column that names a row, for the draw and the output (default: the number of the line).
    #[arg(long, value_name = "COLUMN")]
    pub id: Option<String>,
    /// The secret of the day, 64 hexadecimal digits: exploration is drawn from it and the row's name. Without it the
    /// score alone decides.
    #[arg(long, env = "GREENLANE_DRAW_SECRET", hide_env_values = true, value_name = "HEX")]
    pub secret: Option<String>,
}

#[derive(Debug, Args)]
pub struct RiskEvaluateArgs {
    #[command(flatten)]
    pub of: RiskModelArgs,
    /// Probabilities of another model beside it, one to a line in the order of the rows; several times for several.
    #[arg(long, value_name = "NAME=FILE")]
    pub beside: Vec<String>,
}
