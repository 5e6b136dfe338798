//! The command line: every command, its options and an example each.

mod account;
mod duty;
mod model;
mod profile;
mod reference;
mod risk;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use declaration::TaxNumber;

use account::tax_number;
pub use account::*;
pub use duty::*;
pub use model::*;
pub use profile::*;
pub use reference::*;
pub use risk::*;

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
pub struct KeyArgs {
    #[command(subcommand)]
    pub command: KeyCommand,
}

#[derive(Debug, Subcommand)]
pub enum KeyCommand {
    /// Make a private key (PKCS#8, PEM). The file is readable by you alone, and never overwritten.
    New {
        /// ecdsa-p256-sha256, ecdsa-p384-sha384, ed25519, rsa-sha256, gost-256 or gost-512.
        #[arg(long, default_value = "ecdsa-p256-sha256", value_name = "ALGORITHM")]
        algorithm: String,
        /// Where to write it.
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
    },
    /// Ask an authority for a certificate: a request (PKCS#10, PEM) signed with the key.
    Csr {
        /// The private key.
        #[arg(long, value_name = "FILE")]
        key: PathBuf,
        /// Who signs: a person's or a firm's name.
        #[arg(long, value_name = "NAME")]
        name: String,
        /// The firm, where the name is a person's.
        #[arg(long, value_name = "NAME")]
        organisation: Option<String>,
        /// The tax number.
        #[arg(long, value_name = "NUMBER")]
        tax_number: Option<String>,
        /// Where to write it; standard output without.
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
    },
    /// Show what a key, certificate or request file holds; nothing secret is shown.
    Show {
        /// The file.
        file: PathBuf,
    },
}

/// Forms of signatures.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum SealForm {
    /// The form of this program, FILE.sig.
    Detached,
    /// CMS beside the document (CAdES-BES), FILE.sig.
    Cms,
    /// An XML signature around the document.
    XmldsigEnveloping,
    /// An XML signature inside the document's root element.
    XmldsigEnveloped,
}

#[derive(Debug, Args)]
pub struct SignArgs {
    /// The document.
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// The private key, PKCS#8 in PEM.
    #[arg(long, value_name = "FILE")]
    pub key: PathBuf,
    /// The signer's certificate, then those between it and the trusted authority, PEM.
    #[arg(long, value_name = "FILE")]
    pub cert: PathBuf,
    /// The form of the signature.
    #[arg(long, default_value = "detached")]
    pub form: SealForm,
    /// Another algorithm of the same kind of key, such as rsa-pss-sha256.
    #[arg(long, value_name = "ALGORITHM")]
    pub algorithm: Option<String>,
    /// An answer of the authority about revocation (OCSP response, DER) to staple to it.
    #[arg(long, value_name = "FILE")]
    pub answer: Option<PathBuf>,
    /// Where to write it: FILE.sig, or FILE with .signed before its ending.
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub struct SealArgs {
    #[command(subcommand)]
    pub command: SealCommand,
}

#[derive(Debug, Subcommand)]
pub enum SealCommand {
    /// Who signed, through which authorities, when, and each step of the verdict. Exit 0 only if it holds.
    Check(SealCheckArgs),
}

#[derive(Debug, Args)]
pub struct SealCheckArgs {
    /// The document, or an evidence file.
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// The seal beside it (default: FILE.sig where there is one, else the signature inside).
    #[arg(long, value_name = "FILE")]
    pub seal: Option<PathBuf>,
    /// Certificates of the authorities you trust, PEM.
    #[arg(long, env = "GREENLANE_ANCHORS", value_name = "FILE")]
    pub anchors: Option<PathBuf>,
    /// Lists of revoked certificates, DER or PEM.
    #[arg(long, value_name = "FILE")]
    pub revocation: Vec<PathBuf>,
    /// Take authorities, lists and registered certificates from this data directory.
    #[command(flatten)]
    pub data: DataArgs,
    /// As of when (default: now; of evidence: when it was filed).
    #[arg(long, value_name = "TIME")]
    pub at: Option<jiff::Timestamp>,
    /// The key of the log as you know it from elsewhere (for evidence).
    #[arg(long, value_name = "VKEY")]
    pub key: Option<String>,
    /// As JSON.
    #[arg(long)]
    pub json: bool,
    #[command(flatten)]
    pub speech: SpeechArgs,
}

#[derive(Debug, Args)]
pub struct AuthorityArgs {
    #[command(subcommand)]
    pub command: AuthorityCommand,
}

#[derive(Debug, Subcommand)]
pub enum AuthorityCommand {
    /// Make an authority: its key and certificate in one file, readable by you alone, never overwritten.
    New {
        /// Its name.
        #[arg(long, value_name = "NAME")]
        name: String,
        /// The algorithm of its key.
        #[arg(long, default_value = "ecdsa-p256-sha256", value_name = "ALGORITHM")]
        algorithm: String,
        /// Where to write it.
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
    },
    /// Print the certificate to be trusted, PEM.
    Certificate {
        /// The authority.
        #[arg(long, value_name = "FILE")]
        authority: PathBuf,
    },
    /// Print a certificate for whoever asks with a request, PEM.
    Issue {
        /// The request.
        request: PathBuf,
        /// The authority.
        #[arg(long, value_name = "FILE")]
        authority: PathBuf,
        /// For how many days.
        #[arg(long, default_value_t = 365)]
        days: u16,
    },
    /// Print the list of revoked certificates (CRL, PEM): those given, from the moment given.
    Revoke {
        /// Certificates.
        certificates: Vec<PathBuf>,
        /// The authority.
        #[arg(long, value_name = "FILE")]
        authority: PathBuf,
        /// From when they are revoked (default: now).
        #[arg(long, value_name = "TIME")]
        at: Option<jiff::Timestamp>,
        /// For how many days the list holds.
        #[arg(long, default_value_t = 7)]
        days: u16,
    },
    /// Print an answer about one certificate (OCSP response, DER), to be stapled: good, unless --revoked.
    Answer {
        /// The certificate.
        certificate: PathBuf,
        /// The authority.
        #[arg(long, value_name = "FILE")]
        authority: PathBuf,
        /// From when it is revoked.
        #[arg(long, value_name = "TIME")]
        revoked: Option<jiff::Timestamp>,
        /// For how many hours the answer holds.
        #[arg(long, default_value_t = 24)]
        hours: u16,
    },
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
pub struct DocsArgs {
    /// findings, lifecycle, notices, powers, profiles, categories, openapi, cli, kinds or schema.
    pub page: String,
    /// The kind of document whose schema it is; `docs kinds` lists them.
    pub kind: Option<String>,
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
