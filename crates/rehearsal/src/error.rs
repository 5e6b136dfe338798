//! What can fail in a rehearsal.

use std::path::{Path, PathBuf};

use declaration::Finding;
use jiff::civil::Date;

/// Why declarations cannot be generated.
#[derive(Debug, thiserror::Error)]
pub enum GenerateError {
    /// No such pack, or one whose tax numbers are not known here.
    #[error("nothing can be generated for the jurisdiction {0}; name one such as eaeu-ru")]
    Jurisdiction(String),
    /// The mean of lines is out of bounds.
    #[error("a mean of {0} lines of goods is out of bounds; choose 1 to 100")]
    Mean(f64),
    /// There is nothing to trade.
    #[error("no goods can be declared as of {0}; import the nomenclature and currency rates of that day")]
    NoGoods(Date),
    /// The document cannot be written.
    #[error("a generated declaration cannot be written: {0}")]
    Written(String),
    /// A certificate or seal cannot be made.
    #[error(transparent)]
    Seal(#[from] seal::IssueError),
    /// A file cannot be written.
    #[error("{path}: {why}")]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        why: std::io::Error,
    },
    /// A thread died by a bug.
    #[error("a part of the generator died by a bug")]
    Broken,
}

/// The first finding in words.
pub(crate) fn first(findings: &[Finding]) -> String {
    findings
        .first()
        .map_or_else(String::new, |finding| format!("{} {}: {}", finding.code, finding.path, finding.text.en))
}

/// Says which file an error is about.
pub(crate) fn at(path: &Path) -> impl FnOnce(std::io::Error) -> GenerateError {
    let path = path.to_owned();
    move |why| GenerateError::File { path, why }
}

/// Why a rehearsal cannot go on.
#[derive(Debug, thiserror::Error)]
pub enum RehearsalError {
    /// Generation failed.
    #[error(transparent)]
    Generate(#[from] GenerateError),
    /// The centre failed.
    #[error(transparent)]
    Centre(#[from] centre::CentreError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] store::StoreError),
    /// A file or process failed.
    #[error("{what}: {why}")]
    System {
        /// What was tried.
        what: String,
        /// Why.
        why: std::io::Error,
    },
    /// Something that has to hold does not.
    #[error("{0}")]
    Invalid(String),
}

/// Says what an error of the system is about.
pub(crate) fn system(what: impl Into<String>) -> impl FnOnce(std::io::Error) -> RehearsalError {
    let what = what.into();
    move |why| RehearsalError::System { what, why }
}
