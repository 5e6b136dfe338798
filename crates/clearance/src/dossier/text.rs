//! The text of a version: what it says, and how far it reaches.

use risk::{Profile, ProfileError, accept_profile, parse_profile};

use super::Scope;

/// A text that was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// What it says.
    pub profile: Profile,
    /// How far it reaches.
    pub scope: Scope,
}

impl From<Profile> for Written {
    fn from(profile: Profile) -> Self {
        let scope = Scope { kind: profile.kind, offices: profile.offices.clone() };
        Self { profile, scope }
    }
}

/// Reads the text of a profile that is kept, and checks it whole.
///
/// # Errors
/// The first thing wrong, with its place.
pub fn read(source: &str) -> Result<Written, ProfileError> {
    parse_profile(source).map(Written::from)
}

/// Reads the text of a profile that is new: what is kept was not asked everything that is asked today.
///
/// # Errors
/// The first thing wrong, with its place.
pub fn accept(source: &str) -> Result<Written, ProfileError> {
    accept_profile(source).map(Written::from)
}
