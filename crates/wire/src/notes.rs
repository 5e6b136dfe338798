//! Findings of one document, bounded.

use declaration::{Finding, Path, Severity, Text};

use crate::limits::{FINDINGS_MAX, UNKNOWN_ELEMENTS_MAX};

/// A value is not of its kind.
pub(crate) const MALFORMED: &str = "GL-1001";
/// A field is given twice.
pub(crate) const REPEATED: &str = "GL-1002";
/// Text where elements belong.
pub(crate) const STRAY_TEXT: &str = "GL-1003";
/// A part every declaration has is wholly missing.
pub(crate) const PART_MISSING: &str = "GL-1004";
/// Digits of a binary fraction: read rounded.
pub(crate) const ROUNDED: &str = "GL-1005";
/// An element of another version of the album: read all the same.
pub(crate) const OTHER_VERSION: &str = "GL-1006";
/// A text longer than one value of its field: read as several.
pub(crate) const DIVIDED: &str = "GL-1007";
/// An element out of its place.
pub(crate) const ORDER: &str = "GL-1008";
/// An element the format demands is missing.
pub(crate) const MISSING: &str = "GL-1009";
/// An attribute the format does not have.
pub(crate) const ATTRIBUTE: &str = "GL-1013";
/// An element nobody here knows.
pub(crate) const UNKNOWN_ELEMENT: &str = "GL-1010";
/// The format allows several, the declaration keeps the first.
pub(crate) const FIRST_KEPT: &str = "GL-1011";
/// More findings than are reported.
pub(crate) const MORE_FINDINGS: &str = "GL-1012";
/// A package has more documents than the one that is looked at.
pub(crate) const BESIDE: &str = "GL-1014";
/// The target format has no place for a field.
pub(crate) const NO_PLACE: &str = "GL-1020";
/// A value does not fit the target format.
pub(crate) const DOES_NOT_FIT: &str = "GL-1021";
/// The target format demands a field the declaration lacks.
pub(crate) const DEMANDED: &str = "GL-1022";
/// More values than the target format has places for.
pub(crate) const TOO_MANY: &str = "GL-1023";

/// The findings so far. Their number never passes [`FINDINGS_MAX`] by more than two.
#[derive(Debug, Default)]
pub(crate) struct Notes {
    findings: Vec<Finding>,
    left_out: usize,
    /// The gravest of what was left out.
    left_out_worst: Option<Severity>,
    unknown: usize,
    /// The gravest of the unknown elements.
    unknown_worst: Option<Severity>,
}

impl Notes {
    /// Whether another finding would be kept: if not, its text need not be made.
    pub(crate) fn has_room(&mut self, severity: Severity) -> bool {
        if self.findings.len() < FINDINGS_MAX {
            return true;
        }
        self.left_out += 1;
        self.left_out_worst = self.left_out_worst.max(Some(severity));
        false
    }

    /// Whether another unknown element is reported by itself.
    pub(crate) fn has_room_for_unknown(&mut self, severity: Severity) -> bool {
        self.unknown += 1;
        self.unknown_worst = self.unknown_worst.max(Some(severity));
        self.unknown <= UNKNOWN_ELEMENTS_MAX && self.has_room(severity)
    }

    /// Keeps a finding; ask for room first.
    pub(crate) fn add(&mut self, code: &'static str, severity: Severity, path: Path, ru: String, en: String) {
        self.findings.push(Finding::new(code, severity, path, Text::new(ru, en)));
    }

    /// Whether nothing was found.
    pub(crate) fn is_empty(&self) -> bool {
        self.findings.is_empty()
    }

    /// All findings in document order, with what was left out summed up at the end.
    pub(crate) fn finish(mut self) -> Vec<Finding> {
        if let Some(more) = self.unknown.checked_sub(UNKNOWN_ELEMENTS_MAX).filter(|more| *more > 0) {
            self.add(
                UNKNOWN_ELEMENT,
                self.unknown_worst.unwrap_or(Severity::Error),
                Path::root(),
                format!(
                    "Ещё элементов, которые здесь не читаются: {more}. Байты документа сохранены целиком."
                ),
                format!("{more} more elements are not read here. The document's bytes are kept in full."),
            );
        }
        if self.left_out > 0 {
            let left_out = self.left_out;
            self.add(
                MORE_FINDINGS,
                self.left_out_worst.unwrap_or(Severity::Hint),
                Path::root(),
                format!("Ещё замечаний: {left_out}. Исправьте показанные и подайте документ снова."),
                format!("There are {left_out} more findings. Mend the ones shown and submit again."),
            );
        }
        self.findings
    }
}
