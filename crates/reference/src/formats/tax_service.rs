//! The nomenclature as the Russian tax service publishes it: four text files, code page 866, fields parted by `|`.

use crate::content::Dataset;
use crate::dated::Said;
use crate::nomenclature::Position;
use crate::report::Notes;

/// Which of the four files one is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Part {
    /// `TNVED1`: sections.
    Sections,
    /// `TNVED2`: chapters.
    Chapters,
    /// `TNVED3`: headings.
    Headings,
    /// `TNVED4`: codes of ten digits.
    Codes,
}

impl Part {
    /// Digits of the places it names.
    pub(crate) fn digits(self) -> usize {
        match self {
            Part::Sections => 0,
            Part::Chapters => 2,
            Part::Headings => 4,
            Part::Codes => 10,
        }
    }

    /// The number in the file's name.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Part::Sections => "1",
            Part::Chapters => "2",
            Part::Headings => "3",
            Part::Codes => "4",
        }
    }
}

/// One line of a file.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Line {
    /// The place and its name.
    pub said: Said<Position, Box<str>>,
    /// Its note; may be empty.
    pub note: Box<str>,
    /// The section that a chapter belongs to.
    pub section: Option<Position>,
}

/// Which of the files content is, if one.
pub(crate) fn part(_content: &[u8]) -> Option<Part> {
    None
}

/// Reads the lines of a part.
pub(crate) fn read(_dataset: &Dataset, _part: Part, _notes: &mut Notes) -> Vec<Line> {
    Vec::new()
}
