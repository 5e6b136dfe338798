//! What reading a dataset found: faults, which keep it from being taken, and remarks, which do not.

use std::fmt;
use std::sync::Arc;

use declaration::Text;

use crate::content::{ContentHash, Dataset, DatasetEntry};

/// The most faults that are named; the rest is counted.
pub const FAULTS_MAX: usize = 100;

/// The most different remarks that are kept.
const REMARKS_MAX: usize = 1_000;

/// The most lines named for one remark; the rest is counted.
const LINES_MAX: usize = 10;

/// Why a dataset was not taken, at one place. Nothing of it is: a dataset counts whole or not at all.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{code} {dataset}, line {line}, {column}: {}; {}", what.en, cure.en)]
pub struct ImportError {
    /// The stable code, such as `GL-8002`.
    pub code: &'static str,
    /// Where the dataset came from.
    pub dataset: String,
    /// The line, counted from 1; 0 where the fault is in no line.
    pub line: u64,
    /// The column by its name, or the key in a pack; may be empty.
    pub column: String,
    /// What is wrong.
    pub what: Box<Text>,
    /// What cures it.
    pub cure: Box<Text>,
}

impl ImportError {
    pub(crate) fn new(
        code: &'static str,
        dataset: &Dataset,
        line: u64,
        column: &str,
        what: Text,
        cure: Text,
    ) -> Self {
        let dataset = if dataset.source.is_empty() { dataset.kind.as_str() } else { &dataset.source };
        Self {
            code,
            dataset: dataset.to_owned(),
            line,
            column: column.to_owned(),
            what: Box::new(what),
            cure: Box::new(cure),
        }
    }
}

/// Everything that is wrong in what was to be imported.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Faults {
    /// The first [`FAULTS_MAX`], in the order of datasets and lines; never empty.
    pub named: Vec<ImportError>,
    /// How many there are in all.
    pub total: usize,
}

impl From<ImportError> for Faults {
    fn from(fault: ImportError) -> Self {
        Self { named: vec![fault], total: 1 }
    }
}

impl std::error::Error for Faults {}

impl fmt::Display for Faults {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (nth, fault) in self.named.iter().enumerate() {
            if nth > 0 {
                out.write_str("\n")?;
            }
            fault.fmt(out)?;
        }
        match self.total.saturating_sub(self.named.len()) {
            0 => Ok(()),
            more => write!(out, "\nand {more} more"),
        }
    }
}

/// Something worth saying about some lines of a dataset that was taken: how an ambiguous text was read, which of
/// two lines stands, what was passed over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remark {
    /// The dataset.
    pub set: ContentHash,
    /// Where the dataset came from.
    pub dataset: String,
    /// What is to be said.
    pub what: Text,
    /// The first lines it is said of, counted from 1.
    pub lines: Vec<u64>,
    /// Of how many lines it is said.
    pub total: usize,
}

/// What reading datasets found, row by row.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Notes {
    /// The datasets read, with how many of their rows were taken.
    read: Vec<(Arc<DatasetEntry>, usize)>,
    faults: Vec<ImportError>,
    faults_total: usize,
    remarks: Vec<Remark>,
}

impl Notes {
    /// The datasets read, in order, with how many of their rows were taken.
    pub fn read(&self) -> &[(Arc<DatasetEntry>, usize)] {
        &self.read
    }

    /// What is noted from here on is noted of this dataset.
    pub(crate) fn begin(&mut self, set: &Arc<DatasetEntry>) {
        self.read.push((Arc::clone(set), 0));
    }

    /// One more row was taken.
    pub(crate) fn count(&mut self) {
        if let Some((_, rows)) = self.read.last_mut() {
            *rows += 1;
        }
    }

    /// Remarks, in the order of what they were first said of.
    pub fn remarks(&self) -> &[Remark] {
        &self.remarks
    }

    pub(crate) fn fault(&mut self, fault: ImportError) {
        self.faults_total += 1;
        if self.faults.len() < FAULTS_MAX {
            self.faults.push(fault);
        }
    }

    /// Says something of a line; the same of more lines is one remark.
    pub(crate) fn remark(&mut self, line: u64, what: Text) {
        let Some((set, _)) = self.read.last() else { return };
        let same = |said: &&mut Remark| said.set == set.hash && said.what == what;
        if let Some(said) = self.remarks.iter_mut().find(same) {
            said.total += 1;
            if said.lines.len() < LINES_MAX {
                said.lines.push(line);
            }
        } else if self.remarks.len() < REMARKS_MAX {
            let (set, dataset) = (set.hash, set.source.clone());
            self.remarks.push(Remark { set, dataset, what, lines: vec![line], total: 1 });
        }
    }

    /// Nothing is wrong, or all that is.
    pub(crate) fn verdict(&mut self) -> Result<(), Faults> {
        match self.faults_total {
            0 => Ok(()),
            total => Err(Faults { named: std::mem::take(&mut self.faults), total }),
        }
    }
}
