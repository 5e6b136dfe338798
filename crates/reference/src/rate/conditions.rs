//! Under what a rate stands besides code and days of force: origin, manufacturer, season, tariff quota.

use std::fmt;
use std::str::FromStr;

use declaration::CountryCode;
use jiff::civil::Date;

use crate::origin::{Origin, OriginGroup, is_of_group};

/// The longest name of a manufacturer, as box 31 has it.
pub const MANUFACTURER_CHARS_MAX: usize = 300;

/// What is known of goods when their rate is looked for.
#[derive(Debug, Clone, Copy)]
pub struct Circumstances<'a> {
    /// The country they come from.
    pub origin: Option<CountryCode>,
    /// The groups of origins that the jurisdiction knows.
    pub groups: &'a [OriginGroup],
    /// Who made them, if all were made by one.
    pub manufacturer: Option<&'a str>,
    /// On which side of a tariff quota they are.
    pub quota: QuotaSide,
    /// The day.
    pub on: Date,
}

impl Circumstances<'static> {
    /// Goods of which nothing is known on a day.
    pub fn on(on: Date) -> Self {
        Circumstances { origin: None, groups: &[], manufacturer: None, quota: QuotaSide::Over, on }
    }
}

/// On which side of a tariff quota goods are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum QuotaSide {
    /// Within it, as claimed.
    In,
    /// Over it, or outside any.
    #[default]
    Over,
}

impl QuotaSide {
    /// The word used in files.
    pub fn as_str(self) -> &'static str {
        match self {
            QuotaSide::In => "in",
            QuotaSide::Over => "over",
        }
    }
}

/// Why a text is no season, side of a quota or manufacturer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a season such as 06-01..10-31, a side of a quota (in, over) or a manufacturer's name")]
pub struct NotATerm;

impl FromStr for QuotaSide {
    type Err = NotATerm;

    fn from_str(text: &str) -> Result<Self, NotATerm> {
        [QuotaSide::In, QuotaSide::Over].into_iter().find(|side| side.as_str() == text).ok_or(NotATerm)
    }
}

/// A day of any year: month, day.
type DayOfYear = (i8, i8);

/// Any leap year: its days are all the days a year can have.
const LEAP_YEAR: i16 = 2000;

/// Days that come every year, both ends included; over the turn of the year where the last is before the
/// first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Season {
    first: DayOfYear,
    last: DayOfYear,
}

impl Season {
    /// The season from a day of a month to another.
    ///
    /// # Errors
    /// There is no such day in any year.
    pub fn new(first: (i8, i8), last: (i8, i8)) -> Result<Self, NotATerm> {
        let exists = |(month, day): DayOfYear| Date::new(LEAP_YEAR, month, day).is_ok();
        if exists(first) && exists(last) { Ok(Self { first, last }) } else { Err(NotATerm) }
    }

    /// First day: month, day.
    pub fn first(&self) -> (i8, i8) {
        self.first
    }

    /// Last day: month, day.
    pub fn last(&self) -> (i8, i8) {
        self.last
    }

    /// Whether a day is in it.
    pub fn holds(&self, on: Date) -> bool {
        self.has((on.month(), on.day()))
    }

    fn has(&self, day: DayOfYear) -> bool {
        if self.first <= self.last {
            (self.first..=self.last).contains(&day)
        } else {
            self.first <= day || day <= self.last
        }
    }

    /// Whether some day is in both.
    pub fn overlaps(&self, other: &Season) -> bool {
        self.has(other.first) || other.has(self.first)
    }
}

/// As in files: `06-01..10-31`.
impl fmt::Display for Season {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ((from, first), (to, last)) = (self.first, self.last);
        write!(out, "{from:02}-{first:02}..{to:02}-{last:02}")
    }
}

impl FromStr for Season {
    type Err = NotATerm;

    fn from_str(text: &str) -> Result<Self, NotATerm> {
        let day = |text: &str| -> Option<DayOfYear> {
            let (month, day) = text.trim().split_once('-')?;
            let two = |text: &str| -> Option<i8> {
                let plain = text.len() == 2 && text.bytes().all(|b| b.is_ascii_digit());
                plain.then(|| text.parse().ok()).flatten()
            };
            Some((two(month)?, two(day)?))
        };
        let (first, last) = text.split_once("..").ok_or(NotATerm)?;
        Season::new(day(first).ok_or(NotATerm)?, day(last).ok_or(NotATerm)?)
    }
}

/// A manufacturer's name, without quotation marks and with single spaces.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Manufacturer(Box<str>);

/// Whether a character is a quotation mark: names are quoted in many ways, and it never matters how.
pub(super) fn is_quote(c: char) -> bool {
    matches!(c, '«' | '»' | '"' | '“' | '”' | '„')
}

/// The words of a name in small letters, quotation marks left off.
fn folded(name: &str) -> impl Iterator<Item = char> {
    let words = name.split(|c: char| c.is_whitespace() || is_quote(c)).filter(|word| !word.is_empty());
    words.flat_map(|word| word.chars().flat_map(char::to_lowercase).chain([' ']))
}

impl Manufacturer {
    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether a declared name is this one: neither case, spaces nor quotation marks matter.
    pub fn is(&self, declared: &str) -> bool {
        folded(&self.0).eq(folded(declared))
    }
}

impl FromStr for Manufacturer {
    type Err = NotATerm;

    fn from_str(text: &str) -> Result<Self, NotATerm> {
        let words: Vec<&str> =
            text.split(|c: char| c.is_whitespace() || is_quote(c)).filter(|word| !word.is_empty()).collect();
        let name = words.join(" ");
        let fits = !name.is_empty() && name.chars().count() <= MANUFACTURER_CHARS_MAX;
        if fits && !name.contains(char::is_control) { Ok(Self(name.into())) } else { Err(NotATerm) }
    }
}

impl fmt::Display for Manufacturer {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

/// The terms of a rate besides its origin. All that are stated must hold.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Terms {
    /// Only goods of this manufacturer.
    pub manufacturer: Option<Manufacturer>,
    /// Only on these days of any year.
    pub season: Option<Season>,
    /// Only on this side of the tariff quota.
    pub quota: Option<QuotaSide>,
}

impl Terms {
    /// What is stated, each after a space; nothing where nothing is.
    pub fn in_words(&self) -> String {
        let manufacturer = self.manufacturer.iter().map(|manufacturer| format!(" «{manufacturer}»"));
        let season = self.season.iter().map(|season| format!(" {season}"));
        let quota = self.quota.iter().map(|side| match side {
            QuotaSide::In => " in".to_owned(),
            QuotaSide::Over => " over".to_owned(),
        });
        manufacturer.chain(season).chain(quota).collect()
    }
}

/// How closely conditions fit: of all that hold, the closest counts. Manufacturer before origin, a country
/// before a group and a group before all; then season before none; then a side of a quota before none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Rank(u8);

impl Terms {
    /// Whether they hold.
    pub fn hold(&self, circumstances: &Circumstances<'_>) -> bool {
        let made_by = |manufacturer: &Manufacturer| {
            circumstances.manufacturer.is_some_and(|declared| manufacturer.is(declared))
        };
        self.quota.is_none_or(|side| side == circumstances.quota)
            && self.season.is_none_or(|season| season.holds(circumstances.on))
            && self.manufacturer.as_ref().is_none_or(made_by)
    }

    /// How closely these terms fit with an origin.
    pub fn rank(&self, origin: Option<Origin>) -> Rank {
        let of_origin = match origin {
            None => 0,
            Some(Origin::Group(_)) => 1,
            Some(Origin::Country(_)) => 2,
        };
        let stated = [self.season.is_some(), self.quota.is_some()];
        let first = u8::from(self.manufacturer.is_some()) * 3 + of_origin;
        Rank(stated.iter().fold(first, |rank, stated| (rank << 1) | u8::from(*stated)))
    }

    /// Whether goods can be under both, and neither fits more closely than the other.
    pub(super) fn conflict(&self, other: &Terms) -> bool {
        let manufacturers = match (&self.manufacturer, &other.manufacturer) {
            (Some(one), Some(other)) => one.is(other.as_str()),
            (one, other) => one.is_none() && other.is_none(),
        };
        let seasons = match (&self.season, &other.season) {
            (Some(one), Some(other)) => one.overlaps(other),
            (one, other) => one.is_none() && other.is_none(),
        };
        manufacturers && seasons && self.quota == other.quota
    }
}

impl Origin {
    /// Whether goods come from here.
    pub fn holds(&self, circumstances: &Circumstances<'_>) -> bool {
        let Some(country) = circumstances.origin else { return false };
        match self {
            Origin::Country(own) => *own == country,
            Origin::Group(name) => is_of_group(circumstances.groups, *name, country, circumstances.on),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_season_may_turn_the_year() {
        let table = [
            ("06-01..10-31", "2026-06-01", true),
            ("06-01..10-31", "2026-10-31", true),
            ("06-01..10-31", "2026-11-01", false),
            ("11-01..03-31", "2026-01-15", true),
            ("11-01..03-31", "2026-11-01", true),
            ("11-01..03-31", "2026-07-01", false),
            ("02-01..02-29", "2026-02-28", true),
        ];
        for (season, day, holds) in table {
            let read: Season = season.parse().unwrap();
            assert_eq!(read.holds(day.parse().unwrap()), holds, "{season} {day}");
            assert_eq!(read.to_string(), season);
        }
        for no in [
            "",
            "06-01",
            "06-31..07-01",
            "13-01..02-02",
            "6-1..7-1",
            "06-01..",
            "+6-01..07-01",
            "00-00..00-00",
        ] {
            assert!(no.parse::<Season>().is_err(), "{no}");
        }
        let overlap = |a: &str, b: &str| a.parse::<Season>().unwrap().overlaps(&b.parse().unwrap());
        assert!(overlap("06-01..10-31", "10-31..12-01") && overlap("11-01..03-31", "01-01..02-01"));
        assert!(!overlap("06-01..10-31", "11-01..05-31"));
    }

    #[test]
    fn a_manufacturer_is_known_by_words_not_by_marks() {
        let table = [
            ("ACME GmbH", "«Acme  GMBH»", true),
            ("ООО «Ромашка»", "ооо \"Ромашка\"", true),
            ("ACME GmbH", "ACME GmbH & Co", false),
            ("ACME", "AC ME", false),
        ];
        for (name, declared, same) in table {
            assert_eq!(name.parse::<Manufacturer>().unwrap().is(declared), same, "{name} {declared}");
        }
        assert!("«»".parse::<Manufacturer>().is_err());
        assert!("x".repeat(MANUFACTURER_CHARS_MAX + 1).parse::<Manufacturer>().is_err());
    }

    #[test]
    fn closer_terms_rank_before_wider_ones() {
        let terms = |manufacturer: bool, season: bool, quota: bool| Terms {
            manufacturer: manufacturer.then(|| "x".parse().unwrap()),
            season: season.then(|| "06-01..10-31".parse().unwrap()),
            quota: quota.then_some(QuotaSide::In),
        };
        let (country, group) = (Some("CN".parse().unwrap()), Some("@ldc".parse().unwrap()));
        let descending = [
            terms(true, false, false).rank(country),
            terms(true, true, true).rank(None),
            terms(true, false, false).rank(None),
            terms(false, true, false).rank(country),
            terms(false, false, true).rank(country),
            terms(false, false, false).rank(country),
            terms(false, true, true).rank(group),
            terms(false, true, true).rank(None),
            terms(false, true, false).rank(None),
            terms(false, false, true).rank(None),
            terms(false, false, false).rank(None),
        ];
        assert!(descending.is_sorted_by(|a, b| a > b), "{descending:?}");
    }
}
