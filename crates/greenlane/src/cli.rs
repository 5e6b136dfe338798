//! The command line: every command, its options and an example each.

mod account;
mod bench;
mod duty;
mod model;
mod participant;
mod power;
mod profile;
mod reference;
mod risk;
mod seal;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

pub use account::*;
pub use bench::*;
pub use duty::*;
pub use model::*;
pub use participant::*;
pub use power::*;
pub use profile::*;
pub use reference::*;
pub use risk::*;
pub use seal::*;

/// An electronic declaration centre for customs.
#[derive(Debug, Parser)]
#[command(name = "greenlane", version, about, max_term_width = 100)]
#[command(
    after_help = "Exit codes: 0 done; 1 something in the input was refused; 2 usage; 3 the system failed."
)]
pub struct Cli {
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Run a centre on fresh data with simulated trade, and a page to watch it on.
    #[command(after_help = "Example:\n  greenlane demo --listen 127.0.0.1:8080 --rate 5")]
    Demo(DemoArgs),
    /// Run a centre: HTTP API and pages over one data directory.
    #[command(after_help = "Example:\n  greenlane serve --data /var/lib/greenlane --listen 127.0.0.1:8080")]
    Serve(ServeArgs),
    /// Check documents without filing them: format, control, payments. Changes nothing.
    #[command(after_help = "Example:\n  greenlane check declaration.xml --as-of 2026-03-01 --json")]
    Check(CheckArgs),
    /// What later payment costs: penalty interest, deferral, instalments.
    Duty(DutyArgs),
    /// Write the same declaration in another form, to standard output.
    #[command(after_help = "Example:\n  greenlane convert declaration.xml --to json > declaration.json")]
    Convert(ConvertArgs),
    /// File declarations: files, or directories walked for *.xml and *.json. FILE.sig beside FILE is its seal.
    #[command(
        after_help = "Examples:\n  greenlane submit declaration.xml --data ./data\n  greenlane submit ./outbox --to http://127.0.0.1:8080 --json"
    )]
    Submit(SubmitArgs),
    /// Show a case: where it stands, what happened, payments.
    #[command(after_help = "Example:\n  greenlane show 10013160/211126/0000001 --data ./data")]
    Show(ShowArgs),
    /// Write the receipt of a case to standard output: proof of what was filed and decided.
    #[command(
        after_help = "Example:\n  greenlane receipt 10013160/211126/0000001 --data ./data > receipt.txt"
    )]
    Receipt(ShowArgs),
    /// Verify receipts offline: no store, no network. Exit 0 only if all hold.
    #[command(after_help = "Example:\n  greenlane verify receipt.txt --key \"$(cat log.vkey)\"")]
    Verify(VerifyArgs),
    /// Keys: make one, ask an authority for a certificate, look at either.
    #[command(
        after_help = "Examples:\n  greenlane key new --algorithm gost-256 --out declarant.key\n  greenlane key csr --key declarant.key --name \"Polar Freight\" --tax-number 7701234567 --out declarant.csr\n  greenlane key show declarant.pem"
    )]
    Key(KeyArgs),
    /// Sign a document: beside it (detached, cms) or inside or around it (xmldsig).
    #[command(
        after_help = "Examples:\n  greenlane sign declaration.xml --key declarant.key --cert declarant.pem\n  greenlane sign declaration.xml --key declarant.key --cert declarant.pem --form xmldsig-enveloped --out signed.xml"
    )]
    Sign(SignArgs),
    /// Seals: check who signed what, and whether that holds.
    #[command(
        after_help = "Examples:\n  greenlane seal check declaration.xml --anchors authorities.pem\n  greenlane seal check evidence.json --key \"$(cat log.vkey)\""
    )]
    Seal(SealArgs),
    /// All that proves a filing in ten years, in one file: document, seal, authorities, revocation, receipt.
    #[command(
        after_help = "Example:\n  greenlane evidence 10013160/211126/0000001 --data ./data > evidence.json\n  greenlane seal check evidence.json"
    )]
    Evidence(ShowArgs),
    /// A small authority for trying out: issues certificates, revokes them. Not for production.
    #[command(
        after_help = "Examples:\n  greenlane authority new --name \"Trial authority\" --out authority.pem\n  greenlane authority certificate --authority authority.pem > anchors.pem\n  greenlane authority issue declarant.csr --authority authority.pem --days 365 > declarant.pem\n  greenlane authority revoke declarant.pem --authority authority.pem > revoked.crl"
    )]
    Authority(AuthorityArgs),
    /// Make every decision again from what was recorded and compare.
    #[command(after_help = "Example:\n  greenlane replay --data ./data")]
    Replay(ReplayArgs),
    /// Reference data: import, list, show.
    #[command(
        after_help = "Examples:\n  greenlane reference import tnved tnved.csv --data ./data\n  greenlane reference list --data ./data"
    )]
    Reference(ReferenceArgs),
    /// Risk profiles: write, agree, approve, take into force, cancel, list, show, test, try on what was filed.
    #[command(after_help = "\
Examples:
  greenlane profile test profile.toml
  greenlane profile draft profile.toml --to http://127.0.0.1:8080 --token TOKEN
  greenlane profile approve 55/20260301/00017 --from 2026-03-01 --as hawk --data ./data
  greenlane profile add profile.toml --data ./data")]
    Profile(ProfileArgs),
    /// Learning from results: train a model, score, evaluate, watch drift. A model proposes; it never goes live by itself.
    #[command(
        after_help = "Examples:\n  greenlane risk train results.csv --valid later.csv --out imports.model\n  greenlane risk evaluate later.csv --model imports.model\n  greenlane risk score today.csv --model imports.model --json"
    )]
    Risk(RiskArgs),
    /// Add a person with an account. The password is read from standard input.
    #[command(
        after_help = "Example:\n  greenlane user officer1 --role officer --name \"First officer\" --data ./data < password.txt"
    )]
    User(UserArgs),
    /// Bring in participants from a CSV with the facts their risk category follows from.
    #[command(
        after_help = "Columns: number,name,years_active,declarations_year,offences_two_years,debt,corrections_percent,refusals_percent,authorised_operator\n\nExample:\n  greenlane participants participants.csv --data ./data"
    )]
    Participants(ParticipantsArgs),
    /// Usual prices of goods from what was declared, as a file to import.
    #[command(
        after_help = "Example:\n  greenlane prices compute --from 2026-01-01 --to 2026-03-31 --data ./data > prices.csv\n  greenlane reference import prices prices.csv --data ./data"
    )]
    Prices(PricesArgs),
    /// Facts about traders, the categories that follow from them, and appeals.
    #[command(
        after_help = "Examples:\n  greenlane participant facts facts.csv --data ./data\n  greenlane participant category 7700000016 --data ./data\n  greenlane participant recompute --data ./data\n  greenlane participant links --data ./data"
    )]
    Participant(ParticipantArgs),
    /// Payers' accounts: book incoming payments from a CSV, each document once; statements, refunds, reconciliation.
    #[command(
        after_help = "Examples:\n  greenlane account payments.csv --data ./data\n  greenlane account statement 7700000016 --data ./data"
    )]
    Account(AccountArgs),
    /// Guarantees of payments: banks and their limits, guarantees, what they cover.
    #[command(
        after_help = "Examples:\n  greenlane guarantee banks banks.csv --data ./data\n  greenlane guarantee list --data ./data"
    )]
    Guarantee(GuaranteeArgs),
    /// Powers of attorney: make, file, revoke, list, show.
    #[command(
        after_help = "Examples:\n  greenlane power new --number 2026-17 --principal-name \"Importer Ltd\" --principal-number 7700000016 \\\n    --attorney-name \"Broker Ltd\" --attorney-number 7800000015 --valid-from 2026-01-01 --valid-to 2026-12-31 > power.json\n  greenlane power file power.json --data ./data --anchors authority.pem"
    )]
    Power(PowerArgs),
    /// Generate realistic signed declarations.
    #[command(
        after_help = "Example:\n  greenlane generate 1000 --out ./outbox --seed 7 --items 10\n  greenlane submit ./outbox --data ./data --anchors ./outbox/authority.pem"
    )]
    Generate(GenerateArgs),
    /// Measure: intake (the whole way of a declaration), reference (importing, searching and swapping reference
    /// data), wire (reading and writing), seal (verifying), log,
    /// score (learning from results), duty (computing payments), risk (asking profiles), draw (random selection),
    /// backtest (profiles on trial),
    /// account (booking), or crash and account-crash (200 times kill -9).
    #[command(after_help = "\
Examples:
  greenlane bench intake --declarations 20000 --json
  greenlane bench reference --codes ./codes
  greenlane bench seal
  greenlane bench risk --profiles 10000 --items 50")]
    Bench(BenchArgs),
    /// Print a generated page of the documentation.
    #[command(hide = true)]
    Docs(DocsArgs),
    /// File generated declarations until killed, and journal what was acknowledged.
    #[command(hide = true)]
    RehearseCrash(CrashArgs),
}

/// The data directory.
#[derive(Debug, Args)]
pub struct DataArgs {
    /// Data directory; made where it does not exist.
    #[arg(long, env = "GREENLANE_DATA", value_name = "DIR")]
    pub data: Option<PathBuf>,
}

/// Where cases are: a data directory, or a running centre.
#[derive(Debug, Args)]
pub struct PlaceArgs {
    #[command(flatten)]
    pub data: DataArgs,
    /// Address of a running centre.
    #[arg(long, env = "GREENLANE_TO", value_name = "URL", conflicts_with = "data")]
    pub to: Option<String>,
    /// Bearer token (with --to).
    // One in 64 begins with a hyphen.
    #[arg(
        long,
        env = "GREENLANE_TOKEN",
        hide_env_values = true,
        allow_hyphen_values = true,
        value_name = "TOKEN"
    )]
    pub token: Option<String>,
}

/// How people are spoken to.
#[derive(Debug, Clone, Copy, Args)]
pub struct SpeechArgs {
    /// Language of messages.
    #[arg(long, env = "GREENLANE_LANGUAGE", default_value = "en")]
    pub language: Language,
}

#[derive(Debug, Args)]
pub struct DemoArgs {
    /// Address to listen on.
    #[arg(long, default_value = "127.0.0.1:8080", value_name = "ADDR")]
    pub listen: String,
    /// Generated declarations per second.
    #[arg(long, default_value_t = 4.0)]
    pub rate: f64,
    /// Keep the data here instead of in a directory that is removed at the end.
    #[arg(long, value_name = "DIR")]
    pub data: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub struct ServeArgs {
    /// Configuration file, TOML; every key is also an option and an environment variable.
    #[arg(long, env = "GREENLANE_CONFIG", value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Data directory.
    #[arg(long, env = "GREENLANE_DATA", value_name = "DIR")]
    pub data: Option<PathBuf>,
    /// Address to listen on (default 127.0.0.1:8080).
    #[arg(long, env = "GREENLANE_LISTEN", value_name = "ADDR")]
    pub listen: Option<String>,
    /// PEM certificates of the authorities whose seals are accepted.
    #[arg(long, env = "GREENLANE_ANCHORS", value_name = "FILE")]
    pub anchors: Option<PathBuf>,
    /// The name of the log, as checkpoints carry it.
    #[arg(long, env = "GREENLANE_LOG_ORIGIN", value_name = "NAME")]
    pub log_origin: Option<String>,
    /// Accept unsealed filings without login (default: only when listening on a loopback address).
    #[arg(long, env = "GREENLANE_ANONYMOUS_FILING", value_name = "BOOL")]
    pub anonymous_filing: Option<bool>,
    /// Send session cookies over HTTPS only (default: false on a loopback address, else true).
    #[arg(long, env = "GREENLANE_SECURE_COOKIES", value_name = "BOOL")]
    pub secure_cookies: Option<bool>,
    /// Name the risk profiles that fired in the answer to a filing (default: only on a loopback address).
    #[arg(long, env = "GREENLANE_HITS_TO_FILERS", value_name = "BOOL")]
    pub hits_to_filers: Option<bool>,
    /// Push notices to receivers on private and loopback addresses and without TLS, too (default: only
    /// when listening on a loopback address).
    #[arg(long, env = "GREENLANE_PRIVATE_RECEIVERS", value_name = "BOOL")]
    pub private_receivers: Option<bool>,
    /// The zone whose clock pages show (default Europe/Moscow).
    #[arg(long, env = "GREENLANE_TIME_ZONE", value_name = "ZONE")]
    pub time_zone: Option<String>,
    /// Log lines as JSON.
    #[arg(long, env = "GREENLANE_LOG_JSON", value_name = "BOOL")]
    pub log_json: Option<bool>,
    /// Follow the node at this address: have the reference data in force that it has, and import none here.
    /// Risk profiles and models stay this node's own.
    #[arg(long, env = "GREENLANE_FOLLOW", value_name = "URL")]
    pub follow: Option<String>,
    /// The key of its log, as `/log/vkey` there shows it: nothing is taken over that it did not sign.
    #[arg(long, env = "GREENLANE_FOLLOW_KEY", value_name = "VKEY")]
    pub follow_key: Option<String>,
    /// The account of this node there; any that is no trader's.
    #[arg(long, env = "GREENLANE_FOLLOW_LOGIN", value_name = "LOGIN")]
    pub follow_login: Option<String>,
    /// A file with the password of that account.
    #[arg(long, env = "GREENLANE_FOLLOW_PASSWORD_FILE", value_name = "FILE")]
    pub follow_password_file: Option<PathBuf>,
    /// The password itself; give it as a variable, where other users do not see it.
    #[arg(
        long,
        env = "GREENLANE_FOLLOW_PASSWORD",
        hide = true,
        hide_env_values = true,
        value_name = "PASSWORD"
    )]
    pub follow_password: Option<String>,
}

#[derive(Debug, Args)]
pub struct CheckArgs {
    /// Documents, or directories of them.
    #[arg(required = true, value_name = "FILE|DIR")]
    pub files: Vec<PathBuf>,
    #[command(flatten)]
    pub data: DataArgs,
    /// The day the control is made for (default today).
    #[arg(long, value_name = "DATE")]
    pub as_of: Option<jiff::civil::Date>,
    /// One JSON object per document and line.
    #[arg(long)]
    pub json: bool,
    #[command(flatten)]
    pub speech: SpeechArgs,
}

/// Language of messages to people.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Language {
    /// Russian.
    Ru,
    /// English.
    En,
}

impl Language {
    /// The text in this language.
    pub fn of(self, text: &declaration::Text) -> &str {
        match self {
            Language::Ru => &text.ru,
            Language::En => &text.en,
        }
    }
}

#[derive(Debug, Args)]
pub struct ConvertArgs {
    /// The document.
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// The form to write.
    #[arg(long, value_name = "FORM")]
    pub to: Form,
}

/// Forms a declaration can be written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Form {
    /// Album of formats 5.23, ESADout_CU.
    #[value(name = "album-5.23")]
    Album523,
    /// Album of formats 5.27, ESADout_CU.
    #[value(name = "album-5.27")]
    Album527,
    /// A message of the WCO's data model, as the United Kingdom takes it.
    Wco,
    /// The commission's structure R.055, GoodsDeclaration.
    EecGoods,
    /// The commission's structure R.048, TransitDeclaration.
    EecTransit,
    /// Canonical JSON.
    Json,
}

#[derive(Debug, Args)]
pub struct SubmitArgs {
    /// Documents, or directories of them.
    #[arg(required = true, value_name = "FILE|DIR")]
    pub paths: Vec<PathBuf>,
    #[command(flatten)]
    pub place: PlaceArgs,
    /// PEM certificates of the authorities whose seals are accepted (with --data).
    #[arg(long, env = "GREENLANE_ANCHORS", value_name = "FILE")]
    pub anchors: Option<PathBuf>,
    /// One JSON object per file and line, printed the moment it is durable.
    #[arg(long)]
    pub json: bool,
    #[command(flatten)]
    pub speech: SpeechArgs,
}

#[derive(Debug, Args)]
pub struct ShowArgs {
    /// Case identifier or registration number.
    #[arg(value_name = "ID|NUMBER")]
    pub case: String,
    #[command(flatten)]
    pub place: PlaceArgs,
    /// As JSON.
    #[arg(long)]
    pub json: bool,
    #[command(flatten)]
    pub speech: SpeechArgs,
}

#[derive(Debug, Args)]
pub struct VerifyArgs {
    /// Receipts.
    #[arg(required = true, value_name = "RECEIPT")]
    pub receipts: Vec<PathBuf>,
    /// The log's key as you know it from elsewhere; without it the receipt's own is used, and said so.
    #[arg(long, value_name = "VKEY")]
    pub key: Option<String>,
}

#[derive(Debug, Args)]
pub struct ReplayArgs {
    #[command(flatten)]
    pub data: DataArgs,
    /// As JSON.
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Args)]
pub struct UserArgs {
    /// The login.
    pub login: String,
    /// declarant, officer, analyst, risk_chief, duty, auditor or administrator.
    #[arg(long)]
    pub role: String,
    /// Bind their hand in risk profiles to offices: codes or how these begin, with commas between (default:
    /// everywhere).
    #[arg(long, value_name = "OFFICES", default_value = "")]
    pub area: String,
    /// The name to show.
    #[arg(long)]
    pub name: String,
    /// Tax number of the participant a declarant files for.
    #[arg(long)]
    pub participant: Option<String>,
    #[command(flatten)]
    pub data: DataArgs,
}

#[derive(Debug, Args)]
pub struct DocsArgs {
    /// findings, lifecycle, notices, powers, profiles, categories, openapi, cli, kinds or schema.
    pub page: String,
    /// The kind of document whose schema it is; `docs kinds` lists them.
    pub kind: Option<String>,
}
