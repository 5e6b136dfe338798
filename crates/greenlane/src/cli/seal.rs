//! The arguments of `greenlane key`, `sign`, `seal` and `authority`.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

use super::{DataArgs, SpeechArgs};

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
