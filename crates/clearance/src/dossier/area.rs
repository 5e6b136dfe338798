//! Where a profile reaches, and where somebody may have a hand in profiles.

use std::fmt;
use std::str::FromStr;

use risk::ProfileKind;
use serde::{Deserialize, Serialize};

/// Prefixes an area may have.
pub const AREA_PREFIXES_MAX: usize = 100;
/// The longest prefix: a whole code of an office.
const PREFIX_CHARS_MAX: usize = 8;

/// Where somebody may have a hand in profiles: offices, by their codes or how these begin. None: everywhere.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(try_from = "Vec<String>", into = "Vec<String>")]
pub struct Area(Vec<String>);

/// Why a text is no area.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{0}` is no code of an office nor how one begins; write such as 10130000 or 1013, several with commas"
)]
pub struct AreaError(String);

/// How far one text of a profile reaches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scope {
    /// National, regional, zonal or target.
    pub kind: ProfileKind,
    /// Its offices, by their codes or how these begin; none: all.
    pub offices: Vec<String>,
}

impl Area {
    /// Everywhere.
    pub const EVERYWHERE: Self = Self(Vec::new());

    /// Whether nothing is out of it.
    pub fn is_everywhere(&self) -> bool {
        self.0.is_empty()
    }

    /// The prefixes; none: everywhere.
    pub fn prefixes(&self) -> &[String] {
        &self.0
    }

    /// Whether a profile that reaches so far lies in the area: bound to offices, and all of them in it.
    pub fn covers(&self, scope: &Scope) -> bool {
        let within = |office: &String| self.0.iter().any(|prefix| office.starts_with(prefix.as_str()));
        let bound = matches!(scope.kind, ProfileKind::Regional | ProfileKind::Zonal);
        self.is_everywhere() || (bound && !scope.offices.is_empty() && scope.offices.iter().all(within))
    }

    /// Whether a profile that reaches so far applies in the area: nationally, or at an office there. Who is bound to
    /// the area may read it.
    pub fn touches(&self, scope: &Scope) -> bool {
        let begins = |one: &str, other: &str| one.starts_with(other) || other.starts_with(one);
        let there = |office: &String| self.0.iter().any(|prefix| begins(office, prefix));
        self.is_everywhere() || scope.offices.is_empty() || scope.offices.iter().any(there)
    }
}

impl TryFrom<Vec<String>> for Area {
    type Error = AreaError;

    fn try_from(prefixes: Vec<String>) -> Result<Self, AreaError> {
        let good = |prefix: &&String| {
            (1..=PREFIX_CHARS_MAX).contains(&prefix.len())
                && prefix.bytes().all(|byte| byte.is_ascii_digit() || byte.is_ascii_uppercase())
        };
        if let Some(bad) = prefixes.iter().find(|prefix| !good(prefix)) {
            return Err(AreaError(bad.clone()));
        }
        if let Some(surplus) = prefixes.get(AREA_PREFIXES_MAX) {
            return Err(AreaError(surplus.clone()));
        }
        Ok(Self(prefixes))
    }
}

impl From<Area> for Vec<String> {
    fn from(area: Area) -> Self {
        area.0
    }
}

impl FromStr for Area {
    type Err = AreaError;

    /// Prefixes with commas between; an empty text is everywhere.
    fn from_str(text: &str) -> Result<Self, AreaError> {
        let parts = text.split(',').map(str::trim).filter(|part| !part.is_empty());
        Self::try_from(parts.map(str::to_owned).collect::<Vec<_>>())
    }
}

impl fmt::Display for Area {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0.join(", "))
    }
}
