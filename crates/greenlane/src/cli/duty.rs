//! The arguments of `greenlane duty`.

use clap::{Args, Subcommand};
use jiff::civil::Date;
use rust_decimal::Decimal;

use super::{DataArgs, SpeechArgs};

#[derive(Debug, Args)]
pub struct DutyArgs {
    #[command(subcommand)]
    pub command: DutyCommand,
}

#[derive(Debug, Subcommand)]
pub enum DutyCommand {
    /// Penalty interest on what is paid late, day by day at the central bank's rates, with the working.
    #[command(
        after_help = "Example:\n  greenlane duty interest 100000 --from 2025-06-07 --to 2025-06-11 --pack eaeu-ru"
    )]
    Interest(InterestArgs),
    /// The schedule of a deferral or of instalments: equal parts a month apart, with interest on each.
    #[command(
        after_help = "Example:\n  greenlane duty instalments 120000 --due 2025-06-09 --parts 3 --pack eaeu-ru\n\nOne part is a deferral."
    )]
    Instalments(InstalmentsArgs),
}

#[derive(Debug, Args)]
pub struct InterestArgs {
    /// The debt, in the currency of the pack.
    pub amount: Decimal,
    /// First day of the delay.
    #[arg(long, value_name = "DAY")]
    pub from: Date,
    /// Last day, counted too.
    #[arg(long, value_name = "DAY")]
    pub to: Date,
    #[command(flatten)]
    pub terms: TermsArgs,
}

#[derive(Debug, Args)]
pub struct InstalmentsArgs {
    /// The sum, in the currency of the pack.
    pub amount: Decimal,
    /// The day it was due; interest runs from the next.
    #[arg(long, value_name = "DAY")]
    pub due: Date,
    /// Parts, one a month.
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=24))]
    pub parts: u32,
    #[command(flatten)]
    pub terms: TermsArgs,
}

/// Whose terms and rates.
#[derive(Debug, Args)]
pub struct TermsArgs {
    /// The pack whose terms and rates of the central bank count.
    #[arg(long, default_value = "eaeu-ru")]
    pub pack: String,
    #[command(flatten)]
    pub data: DataArgs,
    /// One JSON object.
    #[arg(long)]
    pub json: bool,
    #[command(flatten)]
    pub speech: SpeechArgs,
}
