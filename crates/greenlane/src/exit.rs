//! Exit codes and the way failures are told.

use std::process::ExitCode;

/// Everything was done.
pub const DONE: u8 = 0;
/// Something in the input was refused; it was said which.
pub const REFUSED: u8 = 1;
/// The command was misused.
pub const USAGE: u8 = 2;
/// The system failed.
pub const FAILED: u8 = 3;

/// Why a command ends without having done its work.
#[derive(Debug)]
pub struct Failure {
    code: u8,
    message: String,
    hint: Option<String>,
}

impl Failure {
    /// The command was misused.
    pub fn usage(message: impl Into<String>) -> Self {
        Self { code: USAGE, message: message.into(), hint: None }
    }

    /// The input is refused as a whole.
    pub fn refused(message: impl Into<String>) -> Self {
        Self { code: REFUSED, message: message.into(), hint: None }
    }

    /// The system failed.
    pub fn failed(message: impl Into<String>) -> Self {
        Self { code: FAILED, message: message.into(), hint: None }
    }

    /// Adds what the user can do about it.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// Tells it on standard error and gives the exit code.
    pub fn report(&self) -> ExitCode {
        eprintln!("error: {}", self.message);
        if let Some(hint) = &self.hint {
            eprintln!("hint: {hint}");
        }
        ExitCode::from(self.code)
    }
}

impl From<centre::CentreError> for Failure {
    fn from(why: centre::CentreError) -> Self {
        match why {
            centre::CentreError::NotFound(_)
            | centre::CentreError::Invalid(_)
            | centre::CentreError::Profile(_)
            | centre::CentreError::Anchors(_)
            | centre::CentreError::Reference(_)
            | centre::CentreError::Refused { .. }
            | centre::CentreError::Import(_) => Failure::refused(why.to_string()),
            centre::CentreError::Store(_)
            | centre::CentreError::Thread(_)
            | centre::CentreError::Randomness
            | centre::CentreError::Log(_)
            | centre::CentreError::History(_)
            | centre::CentreError::Model { .. }
            | centre::CentreError::Broken => Failure::failed(why.to_string()),
        }
    }
}

impl From<store::StoreError> for Failure {
    fn from(why: store::StoreError) -> Self {
        Failure::failed(why.to_string())
    }
}
