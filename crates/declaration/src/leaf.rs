//! A leaf is one value a person filled in: how it is parsed, written and compared.

use std::fmt;

use jiff::civil::{Date, DateTime, Time};
use rust_decimal::Decimal;

/// What kind of value a leaf holds, for schemas, pages and rules.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LeafKind {
    /// Free text of at most `max_chars` characters.
    Text {
        /// The longest text the official schemas allow here, in characters.
        max_chars: usize,
    },
    /// A code from a classifier, at most `max_chars` characters.
    Code {
        /// The longest code, in characters.
        max_chars: usize,
    },
    /// A whole number, not negative.
    Integer,
    /// A decimal number with at most `scale` digits after the point.
    Decimal {
        /// The most digits after the point.
        scale: u32,
    },
    /// Yes or no.
    Flag,
    /// A calendar date.
    Date,
    /// A time of day.
    Time,
    /// A date with a time of day.
    DateTime,
}

/// Why a text is not a value of its kind. It becomes a finding at the field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Malformed {
    /// What was expected, in English: "two capital letters".
    pub expected_en: String,
    /// What was expected, in Russian: «две заглавные латинские буквы».
    pub expected_ru: String,
}

impl Malformed {
    /// A malformed value, with what was expected in both languages.
    pub fn new(expected_en: impl Into<String>, expected_ru: impl Into<String>) -> Self {
        Self { expected_en: expected_en.into(), expected_ru: expected_ru.into() }
    }
}

/// A leaf's value, borrowed, as rules, pages and writers see it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Value<'a> {
    /// Text or a code.
    Text(&'a str),
    /// A whole number.
    Integer(i64),
    /// An exact decimal.
    Decimal(Decimal),
    /// Yes or no.
    Flag(bool),
    /// A calendar date.
    Date(Date),
    /// A time of day.
    Time(Time),
    /// A date with a time of day.
    DateTime(DateTime),
}

impl fmt::Display for Value<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Value::Text(text) => out.write_str(text),
            Value::Integer(number) => write!(out, "{number}"),
            Value::Decimal(number) => write!(out, "{number}"),
            Value::Flag(flag) => write!(out, "{flag}"),
            Value::Date(date) => write!(out, "{date}"),
            Value::Time(time) => write!(out, "{time}"),
            Value::DateTime(moment) => write!(out, "{moment}"),
        }
    }
}

/// A type that one element of a document can hold.
pub trait Leaf: Sized {
    /// The kind of value.
    const KIND: LeafKind;
    /// Reads the value from a document's text. Surrounding white space has been removed.
    fn parse(text: &str) -> Result<Self, Malformed>;
    /// The value as rules, pages and writers see it.
    fn value(&self) -> Value<'_>;
}

/// Free text of at most `MAX` characters, never empty.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Words<const MAX: usize>(Box<str>);

impl<const MAX: usize> Words<MAX> {
    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl<const MAX: usize> fmt::Debug for Words<MAX> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, out)
    }
}

impl<const MAX: usize> Leaf for Words<MAX> {
    const KIND: LeafKind = LeafKind::Text { max_chars: MAX };
    fn parse(text: &str) -> Result<Self, Malformed> {
        // Bytes bound characters from above: most texts need no counting.
        let fits = text.len() <= MAX || text.chars().count() <= MAX;
        if text.is_empty() || !fits || text.contains(|c: char| c.is_control() && !c.is_whitespace()) {
            return Err(Malformed::new(
                format!("text of 1 to {MAX} characters"),
                format!("текст от 1 до {MAX} знаков"),
            ));
        }
        Ok(Self(text.into()))
    }
    fn value(&self) -> Value<'_> {
        Value::Text(&self.0)
    }
}

impl Leaf for u32 {
    const KIND: LeafKind = LeafKind::Integer;
    fn parse(text: &str) -> Result<Self, Malformed> {
        let digits = text.strip_suffix(".0").unwrap_or(text);
        if digits.bytes().all(|b| b.is_ascii_digit())
            && let Ok(number) = digits.parse()
        {
            return Ok(number);
        }
        Err(Malformed::new(
            "a whole number, not negative, below 4 294 967 296",
            "целое неотрицательное число меньше 4 294 967 296",
        ))
    }
    fn value(&self) -> Value<'_> {
        Value::Integer(i64::from(*self))
    }
}

impl Leaf for bool {
    const KIND: LeafKind = LeafKind::Flag;
    fn parse(text: &str) -> Result<Self, Malformed> {
        match text {
            "true" | "1" => Ok(true),
            "false" | "0" => Ok(false),
            _ => Err(Malformed::new("true or false", "true или false")),
        }
    }
    fn value(&self) -> Value<'_> {
        Value::Flag(*self)
    }
}

/// The years a date in a declaration may lie in: earlier or later is a slip of the pen, and dates
/// far away would let arithmetic overflow.
pub const YEARS: std::ops::RangeInclusive<i16> = 1900..=2200;

/// An `xs:date` may carry a time zone; the trade means the calendar day, so the zone is left off.
fn without_zone(text: &str) -> &str {
    if let Some(plain) = text.strip_suffix('Z') {
        return plain;
    }
    match text.len().checked_sub(6).and_then(|at| text.split_at_checked(at)) {
        Some((plain, zone)) if zone.starts_with(['+', '-']) && zone.as_bytes().get(3) == Some(&b':') => plain,
        _ => text,
    }
}

impl Leaf for Date {
    const KIND: LeafKind = LeafKind::Date;
    fn parse(text: &str) -> Result<Self, Malformed> {
        let plain = if text.len() > 10 { without_zone(text) } else { text };
        match plain.parse::<Date>() {
            Ok(date) if plain.len() == 10 && YEARS.contains(&date.year()) => Ok(date),
            _ => Err(Malformed::new("a date as YYYY-MM-DD, 1900 to 2200", "дата вида ГГГГ-ММ-ДД, 1900–2200")),
        }
    }
    fn value(&self) -> Value<'_> {
        Value::Date(*self)
    }
}

impl Leaf for Time {
    const KIND: LeafKind = LeafKind::Time;
    fn parse(text: &str) -> Result<Self, Malformed> {
        without_zone(text)
            .parse::<Time>()
            .map_err(|_| Malformed::new("a time of day as hh:mm:ss", "время вида чч:мм:сс"))
    }
    fn value(&self) -> Value<'_> {
        Value::Time(*self)
    }
}

impl Leaf for DateTime {
    const KIND: LeafKind = LeafKind::DateTime;
    fn parse(text: &str) -> Result<Self, Malformed> {
        match without_zone(text).parse::<DateTime>() {
            Ok(moment) if YEARS.contains(&moment.year()) => Ok(moment),
            _ => Err(Malformed::new(
                "a date and time as YYYY-MM-DDThh:mm:ss, 1900 to 2200",
                "дата и время вида ГГГГ-ММ-ДДTчч:мм:сс, 1900–2200",
            )),
        }
    }
    fn value(&self) -> Value<'_> {
        Value::DateTime(*self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_may_carry_a_zone_but_must_be_days_of_our_time() {
        assert_eq!(Date::parse("2026-03-01").unwrap().to_string(), "2026-03-01");
        assert_eq!(Date::parse("2026-03-01+03:00").unwrap().to_string(), "2026-03-01");
        assert_eq!(Date::parse("2026-03-01Z").unwrap().to_string(), "2026-03-01");
        for bad in ["2026-02-30", "0001-01-01", "9999-01-01", "01.03.2026", "", "2026-03-01T00:00:00"] {
            assert!(Date::parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn text_is_counted_in_characters_not_bytes() {
        assert!(Words::<3>::parse("три").is_ok());
        assert!(Words::<3>::parse("четыре").is_err());
        assert!(Words::<3>::parse("").is_err());
        assert!(Words::<9>::parse("a\u{0}b").is_err());
    }

    #[test]
    fn whole_numbers_refuse_signs_and_overflow() {
        assert_eq!(u32::parse("14").unwrap(), 14);
        for bad in ["-1", "+1", "4294967296", "1e3", "", "1.5", "٣"] {
            assert!(u32::parse(bad).is_err(), "{bad}");
        }
    }
}
