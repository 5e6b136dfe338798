//! The arguments of `greenlane account` and `greenlane guarantee`.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use clearance::CaseId;
use declaration::{CurrencyCode, TaxNumber};
use jiff::civil::Date;
use rust_decimal::Decimal;

use super::PlaceArgs;

pub(super) fn tax_number(text: &str) -> Result<TaxNumber, String> {
    text.parse::<TaxNumber>().map_err(|why| why.expected_en.to_string())
}

fn currency(text: &str) -> Result<CurrencyCode, String> {
    text.parse::<CurrencyCode>().map_err(|why| why.expected_en.to_string())
}

#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
pub struct AccountArgs {
    /// CSV of incoming payments: `number,currency,amount`, and optionally `document` and `date`.
    #[arg(required = true)]
    pub file: Option<PathBuf>,
    #[command(flatten)]
    pub place: PlaceArgs,
    #[command(subcommand)]
    pub command: Option<AccountCommand>,
}

#[derive(Debug, Subcommand)]
pub enum AccountCommand {
    /// Opening balance, what moved, closing balance, of every account of a payer.
    #[command(
        after_help = "Example:\n  greenlane account statement 7700000016 --from 2026-11-01 --until 2026-11-30 --data ./data"
    )]
    Statement(StatementArgs),
    /// Compare every balance with its postings, open cases and guarantees. Exit code 1 if anything differs.
    #[command(after_help = "Example:\n  greenlane account reconcile --data ./data")]
    Reconcile(ReconcileArgs),
    /// Pay advance money back to its payer, once per document.
    #[command(
        after_help = "Example:\n  greenlane account refund 7700000016 1500.00 RUB --document 41 --date 2026-11-26 --data ./data"
    )]
    Refund(MoveArgs),
    /// Return what was paid too much for a case to the payer's advances, once per decision.
    #[command(
        after_help = "Example:\n  greenlane account return 7700000016 120.50 RUB --document 7 --date 2026-11-26 \\\n    --case 019ab6a4-2c4f-7c11-8000-0123456789ab --reason \"rate corrected\" --data ./data"
    )]
    Return(ReturnArgs),
}

#[derive(Debug, Args)]
pub struct StatementArgs {
    /// Tax number of the payer.
    #[arg(value_parser = tax_number)]
    pub payer: TaxNumber,
    /// First day.
    #[arg(long, value_name = "DAY")]
    pub from: Option<Date>,
    /// Last day.
    #[arg(long, value_name = "DAY")]
    pub until: Option<Date>,
    /// The time zone days are counted in.
    #[arg(long, value_name = "ZONE", default_value = "Europe/Moscow")]
    pub zone: String,
    /// One JSON object.
    #[arg(long)]
    pub json: bool,
    #[command(flatten)]
    pub place: PlaceArgs,
}

#[derive(Debug, Args)]
pub struct ReconcileArgs {
    /// One JSON object.
    #[arg(long)]
    pub json: bool,
    #[command(flatten)]
    pub place: PlaceArgs,
}

#[derive(Debug, Args)]
pub struct MoveArgs {
    /// Tax number of the payer.
    #[arg(value_parser = tax_number)]
    pub payer: TaxNumber,
    /// How much.
    pub amount: Decimal,
    /// In which currency.
    #[arg(value_parser = currency)]
    pub currency: CurrencyCode,
    /// Number of the document it is done by.
    #[arg(long, value_name = "NUMBER")]
    pub document: String,
    /// Date of the document.
    #[arg(long, value_name = "DAY")]
    pub date: Date,
    #[command(flatten)]
    pub place: PlaceArgs,
}

#[derive(Debug, Args)]
pub struct ReturnArgs {
    #[command(flatten)]
    pub movement: MoveArgs,
    /// The case it was paid for.
    #[arg(long)]
    pub case: CaseId,
    /// Why.
    #[arg(long)]
    pub reason: String,
}

#[derive(Debug, Args)]
pub struct GuaranteeArgs {
    #[command(subcommand)]
    pub command: GuaranteeCommand,
}

#[derive(Debug, Subcommand)]
pub enum GuaranteeCommand {
    /// Take banks and their limits into the register from a CSV.
    #[command(
        after_help = "Columns: code,name,currency,single_max,total_max\n\nExample:\n  greenlane guarantee banks banks.csv --data ./data"
    )]
    Banks(RegisterFileArgs),
    /// Take guarantees into the register from a CSV; all or none.
    #[command(
        after_help = "Columns: number,kind,form,guarantor,principal,amount,currency,valid_from,valid_to\nkind: single or general; form: money, bank or surety\n\nExample:\n  greenlane guarantee give guarantees.csv --data ./data"
    )]
    Give(RegisterFileArgs),
    /// Guarantees with what they cover and can still cover.
    #[command(after_help = "Example:\n  greenlane guarantee list --principal 7700000016 --data ./data")]
    List(GuaranteeListArgs),
    /// Cover a case by a guarantee.
    #[command(
        after_help = "Example:\n  greenlane guarantee cover G-1 019ab6a4-2c4f-7c11-8000-0123456789ab 25000.00 --data ./data"
    )]
    Cover(CoverArgs),
    /// Free what guarantees cover of a case.
    #[command(
        after_help = "Example:\n  greenlane guarantee free 019ab6a4-2c4f-7c11-8000-0123456789ab --data ./data"
    )]
    Free(FreeArgs),
    /// End a guarantee that covers nothing now.
    #[command(after_help = "Example:\n  greenlane guarantee end G-1 --data ./data")]
    End(EndArgs),
}

#[derive(Debug, Args)]
pub struct RegisterFileArgs {
    /// The file.
    pub file: PathBuf,
    #[command(flatten)]
    pub place: PlaceArgs,
}

#[derive(Debug, Args)]
pub struct GuaranteeListArgs {
    /// Only of this principal.
    #[arg(long, value_parser = tax_number)]
    pub principal: Option<TaxNumber>,
    /// One JSON object.
    #[arg(long)]
    pub json: bool,
    #[command(flatten)]
    pub place: PlaceArgs,
}

#[derive(Debug, Args)]
pub struct CoverArgs {
    /// Number of the guarantee.
    pub number: String,
    /// The case.
    pub case: CaseId,
    /// How much, in the currency of the guarantee.
    pub amount: Decimal,
    #[command(flatten)]
    pub place: PlaceArgs,
}

#[derive(Debug, Args)]
pub struct FreeArgs {
    /// The case.
    pub case: CaseId,
    #[command(flatten)]
    pub place: PlaceArgs,
}

#[derive(Debug, Args)]
pub struct EndArgs {
    /// Number of the guarantee.
    pub number: String,
    #[command(flatten)]
    pub place: PlaceArgs,
}
