//! Findings: what is wrong, doubtful or noteworthy in a declaration, at which field, in words for
//! the declarant.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use crate::path::Path;
use crate::record::catalogue;

/// How much a finding weighs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Worth knowing; nothing depends on it unless a criterion of the pack says so.
    Hint,
    /// Doubtful: an officer looks before release.
    Warning,
    /// Wrong: the declaration is not registered.
    Error,
}

impl Severity {
    /// `error`, `warning` or `hint`.
    pub fn as_str(self) -> &'static str {
        match self {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Hint => "hint",
        }
    }
}

/// One text in the two languages of the system.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Text {
    /// In Russian.
    pub ru: Cow<'static, str>,
    /// In English.
    pub en: Cow<'static, str>,
}

impl Text {
    /// A text from its two versions.
    pub fn new(ru: impl Into<Cow<'static, str>>, en: impl Into<Cow<'static, str>>) -> Self {
        Self { ru: ru.into(), en: en.into() }
    }
}

/// Something about one field of one declaration: never an error of the program.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Finding {
    /// The stable code of the check, such as `GL-2101`; documented in `docs/findings.md`.
    pub code: Cow<'static, str>,
    /// How much it weighs.
    pub severity: Severity,
    /// The field.
    pub path: Path,
    /// The number of the box on the form, such as `35`; empty where the form has none.
    #[serde(rename = "box")]
    pub box_number: Cow<'static, str>,
    /// What is wrong and what cures it.
    pub text: Text,
}

impl Finding {
    /// A finding at `path`; the box number comes from the field table.
    pub fn new(code: impl Into<Cow<'static, str>>, severity: Severity, path: Path, text: Text) -> Self {
        let box_number = catalogue().box_number(&path);
        Self { code: code.into(), severity, path, box_number: Cow::Borrowed(box_number), text }
    }
}
