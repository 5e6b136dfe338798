//! The arguments of `greenlane power`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::{PlaceArgs, SpeechArgs};

#[derive(Debug, Args)]
pub struct PowerArgs {
    #[command(subcommand)]
    pub command: PowerCommand,
}

#[derive(Debug, Subcommand)]
pub enum PowerCommand {
    /// Print a power of attorney: JSON, for its principal to seal as it is.
    #[command(
        after_help = "Example:\n  greenlane power new --number 2026-17 --principal-name \"Importer Ltd\" --principal-number 7700000016 \\\n    --attorney-name \"Broker Ltd\" --attorney-number 7800000015 --valid-from 2026-01-01 --valid-to 2026-12-31 \\\n    --procedure 40 --value-limit \"5000000 RUB\" --may-delegate > power.json"
    )]
    New(NewPowerArgs),
    /// File a power of attorney. FILE.sig beside FILE is the seal of its principal.
    #[command(after_help = "Example:\n  greenlane power file power.json --to http://127.0.0.1:8080")]
    File(PowerFileArgs),
    /// Print the revocation of a power: JSON, for its principal to seal as it is.
    #[command(
        after_help = "Example:\n  greenlane power revocation 2026-17 --reason \"the contract ended\" > revocation.json"
    )]
    Revocation(RevocationArgs),
    /// Revoke a power of attorney by such a document. FILE.sig beside FILE is its seal.
    #[command(
        after_help = "Example:\n  greenlane power revoke revocation.json --data ./data --anchors authority.pem"
    )]
    Revoke(PowerFileArgs),
    /// Powers of attorney, newest first; those of one principal, or for one attorney.
    #[command(after_help = "Example:\n  greenlane power list --attorney 7800000015 --data ./data")]
    List(PowerListArgs),
    /// One power of attorney.
    #[command(after_help = "Example:\n  greenlane power show 2026-17 --data ./data")]
    Show(PowerShowArgs),
}

#[derive(Debug, Args)]
pub struct NewPowerArgs {
    /// What to call it: Latin letters, digits, '-', '_' and '.'; a UUID, for example.
    #[arg(long)]
    pub number: String,
    /// Name of who gives it.
    #[arg(long, value_name = "NAME")]
    pub principal_name: String,
    /// Tax number of who gives it: the one in the certificate that seals the power.
    #[arg(long, value_name = "NUMBER")]
    pub principal_number: String,
    /// Name of who may act.
    #[arg(long, value_name = "NAME")]
    pub attorney_name: String,
    /// Tax number of who may act: the one in the certificate that seals declarations.
    #[arg(long, value_name = "NUMBER")]
    pub attorney_number: String,
    /// The first day.
    #[arg(long, value_name = "DATE")]
    pub valid_from: jiff::civil::Date,
    /// The last day.
    #[arg(long, value_name = "DATE")]
    pub valid_to: jiff::civil::Date,
    /// What the attorney may do: file, correct, withdraw. Several times for several; default all.
    #[arg(long = "act", value_name = "ACT")]
    pub acts: Vec<String>,
    /// Only under this procedure; several times for several.
    #[arg(long = "procedure", value_name = "CODE")]
    pub procedures: Vec<String>,
    /// Only at this registering office; several times for several.
    #[arg(long = "office", value_name = "CODE")]
    pub offices: Vec<String>,
    /// The highest customs value of one declaration, in the currency of customs values there.
    #[arg(long, value_name = "AMOUNT CURRENCY")]
    pub value_limit: Option<String>,
    /// The attorney may pass it on, once.
    #[arg(long)]
    pub may_delegate: bool,
    /// The number of the power this one passes on.
    #[arg(long, value_name = "NUMBER")]
    pub delegates: Option<String>,
}

#[derive(Debug, Args)]
pub struct RevocationArgs {
    /// The power.
    pub number: String,
    /// Why, for whoever looks at the power later.
    #[arg(long)]
    pub reason: String,
}

#[derive(Debug, Args)]
pub struct PowerFileArgs {
    /// The document.
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    #[command(flatten)]
    pub place: PlaceArgs,
    /// PEM certificates of the authorities whose seals are accepted (with --data).
    #[arg(long, env = "GREENLANE_ANCHORS", value_name = "FILE")]
    pub anchors: Option<PathBuf>,
    /// As JSON.
    #[arg(long)]
    pub json: bool,
    #[command(flatten)]
    pub speech: SpeechArgs,
}

#[derive(Debug, Args)]
pub struct PowerListArgs {
    /// Only of the principal with this tax number.
    #[arg(long, value_name = "NUMBER")]
    pub principal: Option<String>,
    /// Only for the attorney with this tax number.
    #[arg(long, value_name = "NUMBER")]
    pub attorney: Option<String>,
    /// Only those filed before this one: the next page.
    #[arg(long, value_name = "NUMBER")]
    pub after: Option<String>,
    #[command(flatten)]
    pub place: PlaceArgs,
    /// One JSON object per power and line.
    #[arg(long)]
    pub json: bool,
    #[command(flatten)]
    pub speech: SpeechArgs,
}

#[derive(Debug, Args)]
pub struct PowerShowArgs {
    /// What its principal calls it.
    pub number: String,
    #[command(flatten)]
    pub place: PlaceArgs,
    /// As JSON.
    #[arg(long)]
    pub json: bool,
    #[command(flatten)]
    pub speech: SpeechArgs,
}
