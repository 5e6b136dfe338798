//! What goes wrong inside, and what of it the outside is told.

use rusqlite::ErrorCode;
use store::StoreError;

/// What the functions of this crate return.
pub type Result<T> = std::result::Result<T, Failure>;

/// A failure before it is known which place it happened at.
#[derive(Debug)]
pub enum Failure {
    /// SQLite failed.
    Sqlite(rusqlite::Error),
    /// The store itself has something to say.
    Store(StoreError),
}

impl From<rusqlite::Error> for Failure {
    fn from(error: rusqlite::Error) -> Self {
        Failure::Sqlite(error)
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        Failure::Store(error)
    }
}

/// A condition that must hold would be broken.
pub fn conflict(what: impl Into<String>) -> Failure {
    Failure::Store(StoreError::Conflict(what.into()))
}

/// What is stored is not what this program writes.
pub fn damaged(what: impl Into<String>) -> Failure {
    Failure::Store(StoreError::Damaged(what.into()))
}

/// Extended code of SQLite for a shared memory file that could not grow: there was no room for it.
const IOERR_SHMSIZE: i32 = rusqlite::ffi::SQLITE_IOERR_SHMSIZE;

impl Failure {
    /// The failure as the outside sees it. `place` is the data directory.
    pub fn at(self, place: &str) -> StoreError {
        let error = match self {
            Failure::Store(error) => return error,
            Failure::Sqlite(error) => error,
        };
        let text = error.to_string();
        let rusqlite::Error::SqliteFailure(cause, _) = error else { return StoreError::Failed(text) };
        match cause.code {
            ErrorCode::DiskFull => StoreError::Full,
            ErrorCode::SystemIoFailure if cause.extended_code == IOERR_SHMSIZE => StoreError::Full,
            ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked => {
                StoreError::Held { place: place.to_owned() }
            }
            ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase => StoreError::Damaged(text),
            ErrorCode::ConstraintViolation => StoreError::Conflict(text),
            _ => StoreError::Failed(text),
        }
    }
}
