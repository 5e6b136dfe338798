//! What can fail, for whom, and what cures it.

use clearance::Refusal;
use declaration::{Finding, Text};
use store::StoreError;

use crate::intake::Submission;

/// Why the centre cannot open or do an operator's bidding.
#[derive(Debug, thiserror::Error)]
pub enum CentreError {
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Reference data do not make a world.
    #[error("reference data: {0}")]
    Reference(String),
    /// A change of reference data that is not made, for a reason with a code.
    #[error("{code}: {}", text.en)]
    Refused {
        /// Stable code.
        code: &'static str,
        /// Why, and what cures it.
        text: Box<Text>,
    },
    /// What was to be imported is wrong.
    #[error(transparent)]
    Import(reference::Faults),
    /// Risk profiles do not compile.
    #[error("risk profile: {0}")]
    Profile(String),
    /// The file of a model is missing or not what it was.
    #[error("model {version}: {why}")]
    Model {
        /// Its version.
        version: String,
        /// What is wrong, and what cures it.
        why: String,
    },
    /// The certificates of the authorities cannot be read.
    #[error("certificates of authorities: {0}")]
    Anchors(String),
    /// A thread cannot be started.
    #[error("the system gives no thread: {0}")]
    Thread(#[from] std::io::Error),
    /// The system gives no randomness.
    #[error("the system gives no randomness")]
    Randomness,
    /// The log's key or checkpoint cannot be read.
    #[error("the log: {0}")]
    Log(String),
    /// The columns of the past cannot be made, written or read.
    #[error("the history: {0}")]
    History(String),
    /// A lock is broken because a thread died by a bug.
    #[error("a part of the centre died by a bug; restart it")]
    Broken,
    /// What was asked for does not exist.
    #[error("{0}")]
    NotFound(String),
    /// What was asked for makes no sense.
    #[error("{0}")]
    Invalid(String),
}

/// Why a filing did not become a case.
#[derive(Debug, Clone)]
pub enum SubmitError {
    /// The bytes are no declaration.
    Unreadable(Box<wire::Unreadable>),
    /// The bytes are a document of another kind than was asked for.
    NoDeclaration {
        /// The root element of the document.
        kind: String,
        /// What was handed in, to be filed as what it is: [`crate::Centre::file_paper`].
        submission: Box<Submission>,
    },
    /// The customs service makes such documents, nobody files them.
    NotTheirs {
        /// The root element of the document.
        kind: String,
    },
    /// A document besides a declaration has errors; nothing of it was kept.
    Faulty {
        /// What is wrong.
        findings: Vec<Finding>,
        /// Its format, such as `wco-2`.
        format: String,
    },
    /// The declaration has changed since the correction was made.
    Outdated,
    /// The seal does not hold.
    Seal {
        /// Stable code.
        code: String,
        /// For people.
        text: Text,
    },
    /// Too much is waiting: try again after a moment.
    Busy,
    /// The centre is stopping or the store failed: nothing of this filing was kept.
    Unavailable(String),
    /// The case cannot take the step.
    Refused(Refusal),
}

impl SubmitError {
    /// The stable code.
    pub fn code(&self) -> &str {
        match self {
            SubmitError::Unreadable(why) => why.code,
            SubmitError::NoDeclaration { .. } => "GL-6011",
            SubmitError::NotTheirs { .. } => "GL-6012",
            SubmitError::Faulty { .. } => "GL-6013",
            SubmitError::Outdated => "GL-6014",
            SubmitError::Seal { code, .. } => code,
            SubmitError::Busy => "GL-6001",
            SubmitError::Unavailable(_) => "GL-6002",
            SubmitError::Refused(why) => why.code(),
        }
    }

    /// What to tell a person.
    pub fn text(&self) -> Text {
        match self {
            SubmitError::Unreadable(why) => why.sentences(),
            SubmitError::NotTheirs { kind } => Text::new(
                format!(
                    "Документ {kind} составляет таможенный орган или подаётся иначе. Подайте свой документ."
                ),
                format!(
                    "The document {kind} is made by the customs service, or filed another way. File your own document."
                ),
            ),
            SubmitError::Faulty { findings, .. } => Text::new(
                format!("В документе ошибок: {}. Каждая названа в findings.", findings.len()),
                format!("The document has {} errors. Each is named in findings.", findings.len()),
            ),
            SubmitError::Outdated => Text::new(
                "Декларация изменилась, пока исправлялась. Подайте корректировку снова.",
                "The declaration changed while it was being corrected. File the correction again.",
            ),
            SubmitError::NoDeclaration { kind, .. } => Text::new(
                format!("Документ {kind} — не декларация. Подайте ESADout_CU или сообщение с декларацией."),
                format!(
                    "The document {kind} is no declaration. File an ESADout_CU, or a message that holds one."
                ),
            ),
            SubmitError::Seal { text, .. } => text.clone(),
            SubmitError::Busy => Text::new(
                "Слишком много деклараций ждёт приёма. Повторите через несколько секунд.",
                "Too many declarations are waiting. Try again in a few seconds.",
            ),
            SubmitError::Unavailable(why) => Text::new(
                format!("Приём остановлен, декларация не принята: {why}"),
                format!("Intake has stopped, the declaration was not taken: {why}"),
            ),
            SubmitError::Refused(why) => why.text(),
        }
    }
}

impl std::fmt::Display for SubmitError {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "{}: {}", self.code(), self.text().en)
    }
}

impl std::error::Error for SubmitError {}

/// Why an input to a case did nothing.
#[derive(Debug, thiserror::Error)]
pub enum InputError {
    /// There is no such case, or it is not for these eyes.
    #[error("there is no such case")]
    NotFound,
    /// The person may not do this.
    #[error("your role does not allow this")]
    Forbidden,
    /// The case cannot take it.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The store failed; nothing happened.
    #[error("{0}")]
    Unavailable(String),
}

impl From<StoreError> for InputError {
    fn from(why: StoreError) -> Self {
        InputError::Unavailable(why.to_string())
    }
}
