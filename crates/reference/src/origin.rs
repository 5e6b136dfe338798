//! Where goods come from: a country, or a group of countries that a jurisdiction's pack names.

use std::fmt;
use std::str::FromStr;

use declaration::{Code, CountryCode, Leaf, Text};
use jiff::civil::Date;
use serde::Deserialize;

/// The sign before a group's name in texts and tables: `@ldc`.
const GROUP_SIGN: char = '@';

/// The name of a group of origins: small Latin letters, digits and hyphens, from a letter on, at most 24.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(try_from = "String")]
pub struct GroupName(Code);

/// Why a text is no origin.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not an origin: two Latin letters of a country, or @ and a group's name")]
pub struct NotAnOrigin;

impl GroupName {
    /// The name without its sign.
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }
}

impl FromStr for GroupName {
    type Err = NotAnOrigin;

    fn from_str(text: &str) -> Result<Self, NotAnOrigin> {
        let letters = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
        if !text.starts_with(|c: char| c.is_ascii_lowercase()) || !text.bytes().all(letters) {
            return Err(NotAnOrigin);
        }
        Code::parse(text).map(GroupName).map_err(|_| NotAnOrigin)
    }
}

impl TryFrom<String> for GroupName {
    type Error = NotAnOrigin;

    fn try_from(text: String) -> Result<Self, NotAnOrigin> {
        text.parse()
    }
}

/// With its sign: `@ldc`.
impl fmt::Display for GroupName {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{GROUP_SIGN}{}", self.as_str())
    }
}

/// A country, or a group of countries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Origin {
    /// All countries of a group, as the pack lists them on the day.
    Group(GroupName),
    /// One country.
    Country(CountryCode),
}

impl FromStr for Origin {
    type Err = NotAnOrigin;

    /// Countries are read in small letters as well.
    fn from_str(text: &str) -> Result<Self, NotAnOrigin> {
        match text.strip_prefix(GROUP_SIGN) {
            Some(name) => name.to_ascii_lowercase().parse().map(Origin::Group),
            None => {
                CountryCode::parse(&text.to_ascii_uppercase()).map(Origin::Country).map_err(|_| NotAnOrigin)
            }
        }
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Origin::Group(name) => write!(out, "{name}"),
            Origin::Country(country) => write!(out, "{country}"),
        }
    }
}

/// A group of origins over some days. A group that changed stands in a pack several times under one name,
/// once for each time.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OriginGroup {
    /// Its name, such as `ldc`.
    pub name: GroupName,
    /// Its title, for people.
    pub title: Text,
    /// The countries.
    pub origins: Vec<CountryCode>,
    /// First day, if known.
    pub valid_from: Option<Date>,
    /// Last day, if ended.
    pub valid_to: Option<Date>,
    /// The norm.
    pub norm: String,
}

impl OriginGroup {
    /// Whether the list counts on a day.
    pub fn in_force(&self, on: Date) -> bool {
        self.valid_from.is_none_or(|first| first <= on) && self.valid_to.is_none_or(|last| on <= last)
    }
}

/// Whether a country is of a group on a day.
pub fn is_of_group(groups: &[OriginGroup], name: GroupName, country: CountryCode, on: Date) -> bool {
    let mut lists = groups.iter().filter(|group| group.name == name && group.in_force(on));
    lists.any(|group| group.origins.contains(&country))
}
