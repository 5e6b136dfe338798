//! Why a file is refused: what is wrong, in which line and column, and what to do.

use std::fmt;

use thiserror::Error;

use crate::limits::FAULTS_MAX;

/// One thing wrong with a CSV file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The line, counted from 1; the header is line 1.
    pub line: u64,
    /// The column by its header, or empty where the whole line is meant.
    pub column: String,
    /// What is wrong, and what is wanted instead.
    pub what: String,
}

impl Fault {
    pub(crate) fn new(line: u64, column: impl Into<String>, what: impl Into<String>) -> Self {
        Self { line, column: column.into(), what: what.into() }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "line {}", self.line)?;
        if !self.column.is_empty() {
            write!(out, ", column \"{}\"", self.column)?;
        }
        write!(out, ": {}", self.what)
    }
}

/// What is wrong with one file: the first [`FAULTS_MAX`] faults, and how many more there are.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Faults {
    told: Vec<Fault>,
    more: usize,
}

impl Faults {
    pub(crate) fn add(&mut self, fault: Fault) {
        if self.told.len() < FAULTS_MAX { self.told.push(fault) } else { self.more += 1 }
    }

    /// Whether nothing is wrong.
    pub fn is_empty(&self) -> bool {
        self.told.is_empty()
    }

    /// The first faults, in the order of lines.
    pub fn told(&self) -> &[Fault] {
        &self.told
    }

    /// `value`, unless something is wrong.
    pub(crate) fn or<T>(self, value: T) -> Result<T, ScoreError> {
        if self.is_empty() { Ok(value) } else { Err(ScoreError::Rows(self)) }
    }
}

impl From<Fault> for Faults {
    fn from(fault: Fault) -> Self {
        Self { told: vec![fault], more: 0 }
    }
}

impl fmt::Display for Faults {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, fault) in self.told.iter().enumerate() {
            if index > 0 {
                out.write_str("\n")?;
            }
            write!(out, "{fault}")?;
        }
        if self.more > 0 {
            write!(out, "\nand {} more", self.more)?;
        }
        Ok(())
    }
}

/// Why something could not be learned, read or scored.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ScoreError {
    /// A table of features cannot be used.
    #[error("the table of features: {0}")]
    Features(String),
    /// A CSV file has faults.
    #[error("{0}")]
    Rows(Faults),
    /// A setting lies outside its bounds.
    #[error("{name} is {value}; it may be {bounds}")]
    Setting {
        /// The setting.
        name: &'static str,
        /// What it was set to.
        value: String,
        /// What it may be.
        bounds: &'static str,
    },
    /// The bytes are no model, or not the model they were.
    #[error("{0}")]
    Model(String),
    /// The model was made for other features.
    #[error("the model was made for other features: {0}")]
    Foreign(String),
}

impl From<Fault> for ScoreError {
    fn from(fault: Fault) -> Self {
        Self::Rows(fault.into())
    }
}
