//! Codes: short, well formed by construction. Whether a code *exists* is a question for
//! reference data as of a day; whether it *can* be a code is settled here.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::leaf::{Leaf, LeafKind, Malformed, Value};

macro_rules! code {
    ($(#[$doc:meta])* $name:ident, max $max:literal, |$text:ident| $rule:expr, $en:literal, $ru:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name {
            bytes: [u8; $max],
            len: u8,
        }

        impl $name {
            /// The longest code, in bytes of UTF-8.
            pub const BYTES_MAX: usize = $max;

            /// The code as text.
            pub fn as_str(&self) -> &str {
                // Built only from a whole `str`, so the bytes are UTF-8.
                std::str::from_utf8(&self.bytes[..usize::from(self.len)]).unwrap_or_default()
            }
        }

        impl Leaf for $name {
            const KIND: LeafKind = LeafKind::Code { max_chars: $max };
            fn parse($text: &str) -> Result<Self, Malformed> {
                if $text.is_empty() || $text.len() > $max || !$rule {
                    return Err(Malformed::new($en, $ru));
                }
                let mut bytes = [0; $max];
                bytes[..$text.len()].copy_from_slice($text.as_bytes());
                Ok(Self { bytes, len: $text.len() as u8 })
            }
            fn value(&self) -> Value<'_> {
                Value::Text(self.as_str())
            }
        }

        impl FromStr for $name {
            type Err = Malformed;
            fn from_str(text: &str) -> Result<Self, Malformed> {
                Self::parse(text)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                out.pad(self.as_str())
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Debug::fmt(self.as_str(), out)
            }
        }

        impl PartialEq<str> for $name {
            fn eq(&self, other: &str) -> bool {
                self.bytes.get(..usize::from(self.len)) == Some(other.as_bytes())
            }
        }

        impl PartialEq<&str> for $name {
            fn eq(&self, other: &&str) -> bool {
                *self == **other
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                to.serialize_str(self.as_str())
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                let text = std::borrow::Cow::<'de, str>::deserialize(from)?;
                Self::parse(&text).map_err(|bad| de::Error::custom(format!("«{text}» is not {}", bad.expected_en)))
            }
        }
    };
}

fn digits(text: &str) -> bool {
    text.bytes().all(|b| b.is_ascii_digit())
}

fn capitals(text: &str) -> bool {
    text.bytes().all(|b| b.is_ascii_uppercase())
}

fn capitals_or_digits(text: &str) -> bool {
    text.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit())
}

fn office_of_country(text: &str) -> bool {
    text.len() == 8 && text.get(..2).is_some_and(capitals) && capitals_or_digits(text)
}

fn printable(text: &str) -> bool {
    text.chars().all(|c| !c.is_control() && !c.is_whitespace())
}

code!(
    /// A country or territory: ISO 3166-1 alpha-2; `00` several or unknown, `99` not stated; `EU`
    /// and the like for groups of countries.
    CountryCode, max 2, |text| text.len() == 2 && (capitals(text) || text == "00" || text == "99"),
    "a country code: two capital Latin letters, 00 or 99",
    "код страны: две заглавные латинские буквы, 00 или 99"
);
code!(
    /// A currency: ISO 4217, three capital letters.
    CurrencyCode, max 3, |text| text.len() == 3 && capitals(text),
    "a currency code: three capital Latin letters",
    "код валюты: три заглавные латинские буквы"
);
code!(
    /// A commodity code: 4 to 10 digits of the foreign-trade nomenclature, or 11 where a national
    /// dialect appends a digit (Armenia).
    CommodityCode, max 11, |text| digits(text) && matches!(text.len(), 4 | 6 | 8 | 9 | 10 | 11),
    "a commodity code: 4, 6, 8, 9, 10 or 11 digits",
    "код товара: 4, 6, 8, 9, 10 или 11 цифр"
);
code!(
    /// A customs office: 2, 5 or 8 digits; or its country's two letters and six letters or digits (the
    /// common reference numbers of offices in the European Union and the United Kingdom).
    OfficeCode, max 8, |text| (digits(text) && matches!(text.len(), 2 | 5 | 8)) || office_of_country(text),
    "an office code: 2, 5 or 8 digits, or a country's two letters and six letters or digits",
    "код таможенного органа: 2, 5 или 8 цифр, либо две буквы страны и шесть букв или цифр"
);
code!(
    /// A customs procedure (box 37, first and second part): two digits.
    ProcedureCode, max 2, |text| text.len() == 2 && digits(text),
    "a procedure code: two digits",
    "код таможенной процедуры: две цифры"
);
code!(
    /// A supporting document's kind (box 44): five digits, or a national code of at most five
    /// letters and digits.
    DocumentKind, max 5, |text| text.bytes().all(|b| b.is_ascii_alphanumeric()),
    "a document kind: up to five digits or Latin letters",
    "код вида документа: до пяти цифр или латинских букв"
);
code!(
    /// A unit of measure: three digits, or a national code of at most five letters and digits, where `#` may
    /// join a unit and its qualifier (`KGM#G`).
    UnitCode, max 5, |text| text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'#'),
    "a unit code: up to five digits or Latin letters",
    "код единицы измерения: до пяти цифр или латинских букв"
);
code!(
    /// A payment kind (box 47): four digits, or three digits or capital letters (`A00`, `B00`).
    PaymentKind, max 4, |text| (text.len() == 4 && digits(text)) || (text.len() == 3 && capitals_or_digits(text)),
    "a payment kind: four digits, or three digits or capital Latin letters",
    "код вида платежа: четыре цифры либо три цифры или заглавные латинские буквы"
);
code!(
    /// A mode of transport (boxes 25, 26): two digits, or the first of them alone.
    TransportMode, max 2, |text| digits(text),
    "a mode of transport: one or two digits",
    "код вида транспорта: одна или две цифры"
);
code!(
    /// Terms of delivery: a code of Incoterms, three capital letters.
    DeliveryTerms, max 3, |text| text.len() == 3 && capitals(text),
    "terms of delivery: three capital Latin letters of Incoterms",
    "код условий поставки: три заглавные латинские буквы Инкотермс"
);
code!(
    /// A tax number or another number that identifies a party; which one depends on the country.
    TaxNumber, max 20, |text| text.bytes().all(|b| b.is_ascii_alphanumeric()),
    "a tax number: up to 20 digits or Latin letters",
    "номер налогоплательщика: до 20 цифр или латинских букв"
);
code!(
    /// A container's identifier (box 31): up to 17 characters; ISO 6346 has eleven.
    ContainerNumber, max 17, |text| text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'/'),
    "a container number: up to 17 Latin letters and digits",
    "номер контейнера: до 17 латинских букв и цифр"
);
code!(
    /// A short code of a classifier that has no type of its own; letters may be Cyrillic, so the
    /// limit is in bytes of UTF-8.
    Code, max 24, |text| printable(text),
    "a code without spaces, up to 24 bytes",
    "код без пробелов, до 24 байт"
);

impl CommodityCode {
    /// The first `count` digits, or all there are: `8539` of `8539229000`.
    pub fn prefix(&self, count: usize) -> &str {
        self.as_str().get(..count).unwrap_or(self.as_str())
    }

    /// The ten digits common to the whole union: a national eleventh digit is left off.
    pub fn common(&self) -> &str {
        self.prefix(10)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_well_formed_by_construction() {
        assert!(CountryCode::parse("AM").is_ok());
        assert!(CountryCode::parse("am").is_err());
        assert!(CountryCode::parse("00").is_ok());
        assert!(CommodityCode::parse("85392290000").is_ok());
        assert!(CommodityCode::parse("85392").is_err());
        assert!(OfficeCode::parse("10013160").is_ok());
        assert!(OfficeCode::parse("1001316").is_err());
        assert!(OfficeCode::parse("GB000060").is_ok() && OfficeCode::parse("GBBEL004").is_ok());
        assert!(OfficeCode::parse("GB00006").is_err() && OfficeCode::parse("12ABCDEF").is_err());
        assert!(PaymentKind::parse("A00").is_ok() && PaymentKind::parse("5010").is_ok());
        assert!(PaymentKind::parse("501").is_ok() && PaymentKind::parse("A000").is_err());
        assert!(TransportMode::parse("1").is_ok() && TransportMode::parse("A").is_err());
        assert!(UnitCode::parse("KGM#G").is_ok() && UnitCode::parse("KGM G").is_err());
        assert!(Code::parse("ЭД").is_ok());
        assert!(Code::parse("а б").is_err());
        assert!(Code::parse(&"Щ".repeat(13)).is_err());
    }

    #[test]
    fn a_national_eleventh_digit_is_no_part_of_the_common_code() {
        let code = CommodityCode::parse("85129090080").unwrap();
        assert_eq!(code.common(), "8512909008");
        assert_eq!(code.prefix(4), "8512");
    }
}
