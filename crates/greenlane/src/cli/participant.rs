//! The arguments of `greenlane participants`, `participant` and `prices`: what is known of traders and of prices.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use declaration::TaxNumber;

use super::DataArgs;
use super::account::tax_number;

#[derive(Debug, Args)]
pub struct ParticipantsArgs {
    /// The file.
    pub file: PathBuf,
    /// The pack whose criteria apply.
    #[arg(long, default_value = "eaeu-ru")]
    pub pack: String,
    #[command(flatten)]
    pub data: DataArgs,
}

#[derive(Debug, Args)]
pub struct PricesArgs {
    #[command(subcommand)]
    pub command: PricesCommand,
}

#[derive(Debug, Subcommand)]
pub enum PricesCommand {
    /// Print what units of released imports were declared to cost: median, tenth and ninetieth percentile of at least
    /// 30 lines, by code, subheading and heading, origin and unit, as CSV; with the lines far below.
    #[command(
        after_help = "Examples:\n  greenlane prices compute --from 2026-01-01 --to 2026-03-31 --data ./data > prices.csv\n  greenlane prices compute --quarters --from 2025-01-01 --to 2026-03-31 --data ./data > prices.csv"
    )]
    Compute {
        /// The first day of filing that counts.
        #[arg(long, value_name = "DATE")]
        from: jiff::civil::Date,
        /// The last one; the prices hold from the day after.
        #[arg(long, value_name = "DATE")]
        to: jiff::civil::Date,
        /// Each calendar quarter by itself, so that trends can be seen: its prices hold from its end until a later quarter says them anew.
        #[arg(long)]
        quarters: bool,
        /// The pack whose declarations count.
        #[arg(long, default_value = "eaeu-ru")]
        pack: String,
        #[command(flatten)]
        data: DataArgs,
    },
}

#[derive(Debug, Args)]
pub struct ParticipantArgs {
    #[command(subcommand)]
    pub command: ParticipantCommand,
}

#[derive(Debug, Subcommand)]
pub enum ParticipantCommand {
    /// Take facts that officials state about traders from a CSV: added to what is known, all rows or none.
    #[command(
        after_help = "Columns: number,day,kind,amount,document,reason\nKinds: offence, debt_due, debt_paid (with an amount of money), registered, corrected, stopped, offence (an amount is how many), authorised, authorisation_ended, known_since (without)\n\nExample of a file:\n  number,day,kind,amount,document,reason\n  7700000016,2026-02-10,offence,,decree 10130000-17/2026,entered into force\n  7700000016,2026-02-01,debt_due,1500.50,notice 10130000/U2026/17,not paid in time\n\nExample:\n  greenlane participant facts facts.csv --data ./data"
    )]
    Facts {
        /// The file.
        file: PathBuf,
        /// The pack whose criteria apply to whoever was not known before.
        #[arg(long, default_value = "eaeu-ru")]
        pack: String,
        #[command(flatten)]
        data: DataArgs,
    },
    /// Annul a fact that is wrong: the row stays, a later one says why it no longer counts.
    #[command(
        after_help = "Example:\n  greenlane participant annul 7700000016 42 --reason \"the decree was set aside\" --data ./data"
    )]
    Annul {
        /// The tax number.
        #[arg(value_parser = tax_number)]
        number: TaxNumber,
        /// The number of the fact.
        fact: u64,
        /// Why.
        #[arg(long)]
        reason: String,
        #[command(flatten)]
        data: DataArgs,
    },
    /// Show the category of a trader, why it is that, and what happened to it.
    #[command(after_help = "Example:\n  greenlane participant category 7700000016 --data ./data")]
    Category {
        /// The tax number.
        #[arg(value_parser = tax_number)]
        number: TaxNumber,
        #[command(flatten)]
        data: DataArgs,
    },
    /// File the appeal of a trader against a fact, or against its category.
    #[command(
        after_help = "Example:\n  greenlane participant appeal 7700000016 --fact 42 --text \"the debt was paid in time\" --data ./data"
    )]
    Appeal {
        /// The tax number.
        #[arg(value_parser = tax_number)]
        number: TaxNumber,
        /// The number of the fact; left out, the category.
        #[arg(long)]
        fact: Option<u64>,
        /// What is wrong, in at most 2000 characters.
        #[arg(long)]
        text: String,
        #[command(flatten)]
        data: DataArgs,
    },
    /// List appeals that nobody has decided.
    #[command(after_help = "Example:\n  greenlane participant appeals --data ./data")]
    Appeals {
        #[command(flatten)]
        data: DataArgs,
    },
    /// Decide an appeal in the name of an official who did not state the fact.
    #[command(
        after_help = "Examples:\n  greenlane participant decide 7700000016 7 upheld --reason \"paid in time\" --by duty --data ./data\n  greenlane participant decide 7700000016 8 upheld --category low --until 2026-12-31 --reason \"one-off\" --by duty --data ./data"
    )]
    Decide {
        /// The tax number.
        #[arg(value_parser = tax_number)]
        number: TaxNumber,
        /// The number of the appeal.
        appeal: u64,
        /// What came of it.
        outcome: AppealOutcome,
        /// Why.
        #[arg(long)]
        reason: String,
        /// The category from now on, where the appeal was against that.
        #[arg(long)]
        category: Option<CategoryWord>,
        /// Its last day.
        #[arg(long)]
        until: Option<jiff::civil::Date>,
        /// The login of the official.
        #[arg(long)]
        by: String,
        #[command(flatten)]
        data: DataArgs,
    },
    /// Confirm the category that the criteria propose, where the pack leaves that to an official.
    #[command(
        after_help = "Example:\n  greenlane participant confirm 7700000016 high --reason \"as proposed\" --by duty --data ./data"
    )]
    Confirm {
        /// The tax number.
        #[arg(value_parser = tax_number)]
        number: TaxNumber,
        /// The category.
        category: CategoryWord,
        /// Why.
        #[arg(long)]
        reason: String,
        /// The login of the official.
        #[arg(long)]
        by: String,
        #[command(flatten)]
        data: DataArgs,
    },
    /// Compute what is known of every trader from all facts, and every category from that.
    #[command(after_help = "Example:\n  greenlane participant recompute --data ./data")]
    Recompute {
        #[command(flatten)]
        data: DataArgs,
    },
    /// Show everything known of a participant, and what profiles would know of it today.
    #[command(
        after_help = "Examples:\n  greenlane participant show 7700000016 --data ./data\n  greenlane participant show 7700000016 --json --data ./data | jq .links"
    )]
    Show {
        /// The tax number.
        #[arg(value_parser = tax_number)]
        number: TaxNumber,
        /// Print the file as one JSON object, the one that the API gives.
        #[arg(long)]
        json: bool,
        /// The pack whose calendar day counts.
        #[arg(long, default_value = "eaeu-ru")]
        pack: String,
        #[command(flatten)]
        data: DataArgs,
    },
    /// Make what links participants (addresses, telephones, mailboxes, signatories, representatives) of all registered
    /// cases: for cases from before it was kept.
    #[command(after_help = "Example:\n  greenlane participant links --data ./data")]
    Links {
        #[command(flatten)]
        data: DataArgs,
    },
    /// Count what is known of all traders anew from every step and document; facts that are missing are added.
    #[command(after_help = "Example:\n  greenlane participant recount --data ./data")]
    Recount {
        #[command(flatten)]
        data: DataArgs,
    },
}

/// What came of an appeal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum AppealOutcome {
    /// It was right.
    Upheld,
    /// It was not.
    Dismissed,
}

/// A category of traders.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum CategoryWord {
    /// Low risk.
    Low,
    /// Medium risk.
    Medium,
    /// High risk.
    High,
}

impl From<CategoryWord> for ::risk::Category {
    fn from(word: CategoryWord) -> Self {
        match word {
            CategoryWord::Low => ::risk::Category::Low,
            CategoryWord::Medium => ::risk::Category::Medium,
            CategoryWord::High => ::risk::Category::High,
        }
    }
}
