//! The one name of a field: `items/3/mass_gross`.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Names a field of one declaration: field names and, in lists, positions counted from 1.
///
/// `items/3/documents/1/kind` is the kind of the first document of the third line of goods. The
/// position is the place in the list, which is where a reader looks; the number a declarant wrote
/// into box 32 may be another.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Path(String);

impl Path {
    /// The declaration itself.
    pub fn root() -> Self {
        Self(String::new())
    }

    /// A path from its text; field names and positions joined by `/`.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The field `name` below this one.
    #[must_use]
    pub fn field(&self, name: &str) -> Self {
        if self.0.is_empty() { Self(name.into()) } else { Self(format!("{}/{name}", self.0)) }
    }

    /// The element at `index` (counted from 0) of this list; written counted from 1.
    #[must_use]
    pub fn at(&self, index: usize) -> Self {
        Self(format!("{}/{}", self.0, index + 1))
    }

    /// The text, as `items/3/mass_gross`.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The line of goods this path lies in, counted from 1.
    pub fn item(&self) -> Option<usize> {
        self.0.strip_prefix("items/")?.split('/').next()?.parse().ok()
    }

    /// The path without positions, as the field table has it: `items/mass_gross`.
    pub fn pattern(&self) -> String {
        let names = self.0.split('/').filter(|part| !part.bytes().all(|b| b.is_ascii_digit()));
        names.collect::<Vec<_>>().join("/")
    }
}

impl fmt::Display for Path {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_count_from_one_and_vanish_in_the_pattern() {
        let path = Path::root().field("items").at(2).field("documents").at(0).field("kind");
        assert_eq!(path.as_str(), "items/3/documents/1/kind");
        assert_eq!(path.pattern(), "items/documents/kind");
        assert_eq!(path.item(), Some(3));
        assert_eq!(Path::new("declarant/name").item(), None);
    }
}
