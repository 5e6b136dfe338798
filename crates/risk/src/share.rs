//! A share of cases, exact to a ten-thousandth of a percent.

use std::fmt;

use rust_decimal::Decimal;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::draw::PARTS;

/// A share of cases, written in percent (`2.5`), held in parts per million.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Share(u32);

impl Share {
    /// None of the cases.
    pub const NONE: Self = Self(0);
    /// All of the cases.
    pub const ALL: Self = Self(PARTS);

    /// A share from parts per million; more than all is all.
    pub const fn from_parts(parts: u32) -> Self {
        Self(if parts > PARTS { PARTS } else { parts })
    }

    /// A share from percent: 0 to 100, at most four digits after the point.
    pub fn from_percent(percent: Decimal) -> Option<Self> {
        let parts = percent.checked_mul(Decimal::from(PARTS / 100))?;
        let whole = u32::try_from(parts).ok().filter(|_| parts.is_integer())?;
        (whole <= PARTS).then_some(Self(whole))
    }

    /// Parts per million.
    pub const fn parts(self) -> u32 {
        self.0
    }

    /// Percent, without zeros at the end.
    pub fn percent(self) -> Decimal {
        Decimal::new(i64::from(self.0), 4).normalize()
    }

    /// Whether a draw out of [`PARTS`] falls into the share.
    pub fn takes(self, drawn: u64) -> bool {
        drawn < u64::from(self.0)
    }
}

impl fmt::Display for Share {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{} %", self.percent())
    }
}

impl Serialize for Share {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(&self.percent())
    }
}

impl<'de> Deserialize<'de> for Share {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Percent;
        impl de::Visitor<'_> for Percent {
            type Value = Share;
            fn expecting(&self, out: &mut fmt::Formatter) -> fmt::Result {
                out.write_str("a percentage from 0 to 100 with at most four digits after the point")
            }
            fn visit_str<E: de::Error>(self, text: &str) -> Result<Share, E> {
                let percent = Decimal::from_str_exact(text.trim()).ok();
                let share = percent.and_then(Share::from_percent);
                share.ok_or_else(|| E::invalid_value(de::Unexpected::Str(text), &self))
            }
            fn visit_i64<E: de::Error>(self, number: i64) -> Result<Share, E> {
                let share = Share::from_percent(Decimal::from(number));
                share.ok_or_else(|| E::invalid_value(de::Unexpected::Signed(number), &self))
            }
            fn visit_u64<E: de::Error>(self, number: u64) -> Result<Share, E> {
                let share = Share::from_percent(Decimal::from(number));
                share.ok_or_else(|| E::invalid_value(de::Unexpected::Unsigned(number), &self))
            }
            // TOML writes 2.5 as a float; its shortest text is what the author wrote.
            fn visit_f64<E: de::Error>(self, number: f64) -> Result<Share, E> {
                self.visit_str(&number.to_string())
            }
        }
        from.deserialize_any(Percent)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percent_is_exact_and_bounded() {
        let of = |text: &str| Share::from_percent(text.parse().unwrap());
        assert_eq!(of("2.5").unwrap().parts(), 25_000);
        assert_eq!(of("0.0001").unwrap().parts(), 1);
        assert_eq!(of("100").unwrap(), Share::ALL);
        for bad in ["100.0001", "-1", "0.00001", "79228162514264337593543950335"] {
            assert_eq!(of(bad), None, "{bad}");
        }
        assert_eq!(of("2.50").unwrap().to_string(), "2.5 %");
    }

    #[test]
    fn toml_writes_it_as_a_number_or_a_text_and_json_as_a_text() {
        #[derive(Deserialize)]
        struct Row {
            share: Share,
        }
        for text in ["share = 7.3", "share = \"7.3\""] {
            assert_eq!(toml::from_str::<Row>(text).unwrap().share.parts(), 73_000, "{text}");
        }
        assert_eq!(toml::from_str::<Row>("share = 7").unwrap().share.parts(), 70_000);
        assert!(toml::from_str::<Row>("share = 101").is_err());
        assert!(toml::from_str::<Row>("share = nan").is_err());
        let json = serde_json::to_string(&Share::from_parts(73_000)).unwrap();
        assert_eq!(json, "\"7.3\"");
        assert_eq!(serde_json::from_str::<Share>(&json).unwrap().parts(), 73_000);
    }
}
