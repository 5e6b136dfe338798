//! The text of a version: what it says, and how far it reaches.

use risk::{Profile, ProfileError, parse_profile};
use serde::Deserialize;
use toml::Spanned;

use super::Scope;

/// A text that was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// What it says.
    pub profile: Profile,
    /// How far it reaches.
    pub scope: Scope,
}

/// Reads the text of a profile and checks it whole; the one place that knows where a profile's offices stand.
///
/// # Errors
/// The first thing wrong, with its place.
pub fn read(source: &str) -> Result<Written, ProfileError> {
    let offices = offices(source);
    let profile = match parse_profile(source) {
        // A reader of profiles that has no offices yet reads what is left without them, line by line as it was.
        Err(_) if offices.is_some() => parse_profile(&without(source, &offices)),
        read => read,
    }?;
    let offices = offices.map(Spanned::into_inner).unwrap_or_default();
    let scope = Scope { kind: profile.kind, offices };
    Ok(Written { profile, scope })
}

/// What of a document is asked for here.
#[derive(Deserialize)]
struct Bound {
    offices: Option<Spanned<Vec<String>>>,
}

fn offices(source: &str) -> Option<Spanned<Vec<String>>> {
    toml::from_str::<Bound>(source).ok()?.offices
}

/// The document with blanks in the place of its offices, so that lines and columns stay.
fn without(source: &str, offices: &Option<Spanned<Vec<String>>>) -> String {
    let Some(span) = offices.as_ref().map(Spanned::span) else { return source.to_owned() };
    let before = source.get(..span.start).unwrap_or_default();
    let start = before.rfind('\n').map_or(0, |at| at + 1);
    if !before.get(start..).is_some_and(|line| line.trim_start().starts_with("offices")) {
        return source.to_owned();
    }
    let blank = |(at, c): (usize, char)| if (start..span.end).contains(&at) && c != '\n' { ' ' } else { c };
    source.char_indices().map(blank).collect()
}
