//! Changes of a declaration, as the decision on them says.

use declaration::Path;

use crate::Subject;

/// A decision to change a declaration.
#[derive(Debug, Clone, PartialEq)]
pub struct ChangeDecision {
    /// The number of the decision.
    pub number: Option<String>,
    /// Whether the goods were released before.
    pub after_release: bool,
    /// Why.
    pub grounds: String,
    /// What changes.
    pub changes: Vec<Change>,
}

/// One changed field.
#[derive(Debug, Clone, PartialEq)]
pub struct Change {
    /// The field.
    pub path: Path,
    /// What it said; empty where it is new.
    pub before: String,
    /// What it says now; empty where it is gone.
    pub after: String,
}

/// A correction that was taken before release, as the decision that allows it.
pub(crate) fn corrected(subject: &Subject<'_>) -> ChangeDecision {
    ChangeDecision {
        number: None,
        after_release: false,
        grounds: String::new(),
        changes: subject.setting.changes.to_vec(),
    }
}
