//! What is wrong with a profile, for its author: where, what, and what cures it.

use std::fmt;

use declaration::Text;
use serde::Serialize;

/// The kinds of mistake in a profile. One row per code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub enum Fault {
    /// The document is no TOML, or a field is missing, unknown or of another kind.
    #[serde(rename = "GL-R01")]
    Document,
    /// A value out of its range.
    #[serde(rename = "GL-R02")]
    Value,
    /// Two fields that contradict each other.
    #[serde(rename = "GL-R03")]
    Conflict,
    /// Two profiles of one number.
    #[serde(rename = "GL-R04")]
    Duplicate,
    /// An expression the CEL parser does not understand.
    #[serde(rename = "GL-R11")]
    Syntax,
    /// A name that no field, fact or variable has.
    #[serde(rename = "GL-R12")]
    Name,
    /// Values of kinds that do not fit together.
    #[serde(rename = "GL-R13")]
    Type,
    /// CEL that rules do not support.
    #[serde(rename = "GL-R14")]
    Unsupported,
    /// An expression over a limit of cost.
    #[serde(rename = "GL-R15")]
    Limit,
}

impl Fault {
    /// The stable code.
    pub fn as_str(self) -> &'static str {
        match self {
            Fault::Document => "GL-R01",
            Fault::Value => "GL-R02",
            Fault::Conflict => "GL-R03",
            Fault::Duplicate => "GL-R04",
            Fault::Syntax => "GL-R11",
            Fault::Name => "GL-R12",
            Fault::Type => "GL-R13",
            Fault::Unsupported => "GL-R14",
            Fault::Limit => "GL-R15",
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.pad(self.as_str())
    }
}

/// One mistake in a profile.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, thiserror::Error)]
#[error("{code} {profile} {field} {line}:{column}: {}; {}", text.en, cure.en)]
pub struct ProfileError {
    /// What kind of mistake.
    pub code: Fault,
    /// The profile's number; empty where it could not be read.
    pub profile: String,
    /// The field, such as `area` or `categories.low.lane`; empty where it is the whole document.
    pub field: String,
    /// The line, counted from 1: of the TOML document in [`parse_profile`](crate::parse_profile), of the
    /// field's own text in [`Rules::compile`](crate::Rules::compile).
    pub line: u32,
    /// The column, in characters, counted from 1.
    pub column: u32,
    /// What is wrong.
    pub text: Box<Text>,
    /// What cures it.
    pub cure: Box<Text>,
}

/// Russian and English of one message.
pub(crate) type Bilingual<'a> = (&'a str, &'a str);

impl ProfileError {
    pub(crate) fn new(code: Fault, field: impl Into<String>, text: Bilingual, cure: Bilingual) -> Self {
        let both = |(ru, en): Bilingual| {
            Box::new(Text::new(clipped(ru, MESSAGE_CHARS_MAX), clipped(en, MESSAGE_CHARS_MAX)))
        };
        Self {
            code,
            profile: String::new(),
            field: clipped(&field.into(), FIELD_CHARS_MAX),
            line: 1,
            column: 1,
            text: both(text),
            cure: both(cure),
        }
    }

    pub(crate) fn at(mut self, (line, column): (u32, u32)) -> Self {
        (self.line, self.column) = (line, column);
        self
    }

    pub(crate) fn of_profile(mut self, number: &str) -> Self {
        self.profile = number.to_owned();
        self
    }
}

/// The longest message, in characters: it may quote what the author wrote.
const MESSAGE_CHARS_MAX: usize = 1_000;
/// The longest name of a field in an error, in characters; those that exist are shorter.
const FIELD_CHARS_MAX: usize = 80;

/// A text of at most so many characters; what is left out is marked.
fn clipped(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        None => text.to_owned(),
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
    }
}

/// Where the `offset`th character of a text stands: line and column, counted from 1.
pub(crate) fn place_of_char(text: &str, offset: usize) -> (u32, u32) {
    text.chars()
        .take(offset)
        .fold((1, 1), |(line, column), c| if c == '\n' { (line + 1, 1) } else { (line, column + 1) })
}

/// Where the byte at `offset` stands: line and column, counted from 1.
pub(crate) fn place_of_byte(text: &str, offset: usize) -> (u32, u32) {
    place_of_char(text, text.char_indices().take_while(|(at, _)| *at < offset).count())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_count_lines_and_characters_from_one() {
        assert_eq!(place_of_char("abc", 0), (1, 1));
        assert_eq!(place_of_char("яб\nвг", 4), (2, 2));
        assert_eq!(place_of_byte("яб\nвг", 7), (2, 2));
        assert_eq!(place_of_byte("a", 99), (1, 2));
    }

    #[test]
    fn a_message_is_bounded() {
        let long = "я".repeat(5_000);
        let error = ProfileError::new(Fault::Name, long.as_str(), (&long, &long), (&long, "x"));
        assert_eq!((error.text.ru.chars().count(), error.field.chars().count()), (1_001, 81));
        assert!(error.text.ru.ends_with('…') && error.cure.en == "x");
    }

    #[test]
    fn the_code_is_the_same_in_json() {
        for fault in [Fault::Document, Fault::Value, Fault::Conflict, Fault::Duplicate, Fault::Syntax] {
            assert_eq!(serde_json::to_value(fault).unwrap(), fault.as_str());
        }
        for fault in [Fault::Name, Fault::Type, Fault::Unsupported, Fault::Limit] {
            assert_eq!(serde_json::to_value(fault).unwrap(), fault.as_str());
        }
    }
}
