//! Rates as they are published: `5%`, `10%, но не менее 0.2 EUR за 1 кг`, `0,4 евро/шт`.
//!
//! Choices made in reading the common tariff as published (13 289 codes, all are read):
//!
//! * `None` (codes 2845908000, 7318290001, 7326909801, 7606129203) is no rate at all: it reads as
//!   [`RateText::NotStated`], and whoever computes with it says so. It is not taken for zero.
//! * `см3, мл` (headings 8701–8704, 8711) is the volume of the engine, unit 111.
//! * `за 1 1000 шт` is one thousand pieces, unit 798; `пар` is unit 715.
//! * A number without `%` that stands alone, `10`, is per cent, as the tariff prints it.
//! * Seasonal rates do not occur as text; they are rows of a rates table with days of force.

use std::fmt;
use std::str::FromStr;

use declaration::{CurrencyCode, Leaf};
use rust_decimal::Decimal;

/// The longest rate text that is read, in bytes.
pub const TEXT_BYTES_MAX: usize = 200;

/// The highest per cent, amount or count that a rate may have.
const NUMBER_MAX: i64 = 100_000_000;

/// The most digits after the point of a number in a rate.
const SCALE_MAX: u32 = 8;

/// A published rate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RateText {
    /// Free of duty, in so many words.
    Free,
    /// The source names the commodity but gives no rate.
    NotStated,
    /// Per cent of the value.
    AdValorem(Decimal),
    /// Money per quantity.
    Specific(Specific),
    /// Both, joined in one of three ways.
    Combined {
        /// Per cent of the value.
        percent: Decimal,
        /// How the two parts are joined.
        join: Join,
        /// Money per quantity.
        specific: Specific,
    },
}

/// How the two parts of a combined rate are joined.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Join {
    /// The greater of the two: "but not less than".
    AtLeast,
    /// The smaller of the two: "but not more than".
    AtMost,
    /// The sum.
    Plus,
}

/// Money per quantity: `0.2 EUR за 1 кг`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Specific {
    /// The money.
    pub amount: Decimal,
    /// Its currency.
    pub currency: CurrencyCode,
    /// For how many units, usually 1.
    pub per: Decimal,
    /// The unit.
    pub unit: RateUnit,
}

macro_rules! units {
    ($($(#[$doc:meta])* $name:ident, $code:literal, $ru:literal, $en:literal, [$($alias:literal),*];)+) => {
        /// A unit that rates are published per.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum RateUnit {
            $($(#[$doc])* $name,)+
        }

        impl RateUnit {
            /// All units.
            pub const ALL: &'static [RateUnit] = &[$(RateUnit::$name),+];

            /// The code of the union's classifier of units of measure.
            pub fn code(self) -> &'static str {
                match self { $(RateUnit::$name => $code,)+ }
            }

            /// The short name in Russian, as published.
            pub fn ru(self) -> &'static str {
                match self { $(RateUnit::$name => $ru,)+ }
            }

            /// The short name in English.
            pub fn en(self) -> &'static str {
                match self { $(RateUnit::$name => $en,)+ }
            }

            fn parse(text: &str) -> Option<Self> {
                let names: &[(&[&str], RateUnit)] = &[$((&[$ru, $en, $($alias),*], RateUnit::$name),)+];
                names.iter().find(|(names, _)| names.contains(&text)).map(|(_, unit)| *unit)
            }
        }
    };
}

units! {
    /// Kilogram of net mass.
    Kilogram, "166", "кг", "kg", ["килограмм"];
    /// Gram.
    Gram, "163", "г", "g", ["гр"];
    /// Tonne of net mass.
    Tonne, "168", "т", "t", ["тонна", "тонну"];
    /// Litre.
    Litre, "112", "л", "l", ["литр"];
    /// Litre of pure (100 %) alcohol.
    LitreOfAlcohol, "831", "л 100% спирта", "l of pure alcohol", ["л безводного спирта", "л спирта"];
    /// Cubic metre.
    CubicMetre, "113", "м3", "m3", ["м³", "m³"];
    /// Thousand cubic metres.
    ThousandCubicMetres, "114", "1000 м3", "1000 m3", ["тыс. м3"];
    /// Square metre.
    SquareMetre, "055", "м2", "m2", ["м²", "m²", "кв. м"];
    /// Metre.
    Metre, "006", "м", "m", [];
    /// Cubic centimetre, in practice of engine volume.
    CubicCentimetre, "111", "см3, мл", "cm3", ["см3", "см³", "cm³", "мл", "см3 объема двигателя"];
    /// Piece.
    Piece, "796", "шт", "pcs", ["шт.", "штука", "штуку", "pc"];
    /// A thousand pieces.
    ThousandPieces, "798", "1000 шт", "1000 pcs", ["1000 шт.", "тыс. шт", "тыс. шт."];
    /// Pair.
    Pair, "715", "пар", "pairs", ["пара", "пару", "pair"];
    /// Horsepower of the engine.
    Horsepower, "251", "л.с.", "hp", ["л. с.", "лс"];
    /// Carat.
    Carat, "162", "кар", "ct", ["карат"];
    /// Thousand kilowatt-hours.
    MegawattHour, "246", "1000 кВт·ч", "MWh", ["1000 квт·ч", "1000 квт*ч", "mwh"];
}

/// Why a text is not a rate.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("«{0}» is not a rate such as 5%, 0.2 EUR за 1 кг, 10%, но не менее 0.2 EUR за 1 кг")]
pub struct NotARate(pub String);

/// Joining words in both languages, longest first where one contains another.
const JOINS: &[(&str, Join)] = &[
    ("но не менее", Join::AtLeast),
    ("but not less than", Join::AtLeast),
    ("не менее", Join::AtLeast),
    ("но не более", Join::AtMost),
    ("but not more than", Join::AtMost),
    ("не более", Join::AtMost),
    ("плюс", Join::Plus),
    ("plus", Join::Plus),
    ("+", Join::Plus),
];

impl FromStr for RateText {
    type Err = NotARate;

    fn from_str(text: &str) -> Result<Self, NotARate> {
        if text.len() > TEXT_BYTES_MAX {
            let start: String = text.chars().take(40).collect();
            return Err(NotARate(format!("{start}…")));
        }
        let spaced = text.replace(['\u{a0}', '\u{202f}'], " ").to_lowercase();
        read(spaced.trim()).ok_or_else(|| NotARate(text.to_owned()))
    }
}

fn read(text: &str) -> Option<RateText> {
    match text {
        "беспошлинно" | "free" => return Some(RateText::Free),
        "none" | "-" | "–" => return Some(RateText::NotStated),
        _ => {}
    }
    for (words, join) in JOINS {
        if let Some((left, right)) = text.split_once(words) {
            let percent = percent(left.trim().trim_end_matches(','))?;
            return Some(RateText::Combined { percent, join: *join, specific: specific(right)? });
        }
    }
    percent(text).map(RateText::AdValorem).or_else(|| specific(text).map(RateText::Specific))
}

/// `5%`, `5 %` or `5`.
fn percent(text: &str) -> Option<Decimal> {
    number(text.strip_suffix('%').unwrap_or(text))
}

/// `0.2 eur за 1 кг`, `0,2 евро/кг`, `2 eur за 1 1000 шт`, `3 usd per t`.
fn specific(text: &str) -> Option<Specific> {
    let (money, quantity) = ["/", " за ", " per "].iter().find_map(|mark| text.split_once(mark))?;
    let money = money.trim();
    let at = money.find(|c: char| !(c.is_ascii_digit() || c == '.' || c == ','))?;
    let (amount, currency) = money.split_at(at);
    let quantity = quantity.trim();
    // `1 1000 шт` is one thousand pieces, `1000 шт` as well: the unit is tried first.
    let (per, unit) = match RateUnit::parse(quantity) {
        Some(unit) => (Decimal::ONE, unit),
        None => {
            let (per, unit) = quantity.split_once(' ')?;
            (number(per)?, RateUnit::parse(unit.trim())?)
        }
    };
    if per.is_zero() {
        return None;
    }
    Some(Specific { amount: number(amount)?, currency: currency_of(currency.trim())?, per, unit })
}

fn currency_of(text: &str) -> Option<CurrencyCode> {
    let code = match text {
        "евро" | "€" => "EUR",
        "долл. сша" | "доллар сша" | "долларов сша" | "долл." | "$" => "USD",
        "руб." | "руб" | "рублей" | "рубля" | "₽" => "RUB",
        "драм" | "драмов" => "AMD",
        other => return CurrencyCode::parse(&other.to_ascii_uppercase()).ok(),
    };
    CurrencyCode::parse(code).ok()
}

/// An exact number without sign or exponent, with a point or a comma.
fn number(text: &str) -> Option<Decimal> {
    let text = text.trim();
    let plain = text.bytes().all(|b| b.is_ascii_digit() || b == b'.' || b == b',');
    if !plain || !text.starts_with(|c: char| c.is_ascii_digit()) || text.ends_with(['.', ',']) {
        return None;
    }
    let number = Decimal::from_str_exact(&text.replace(',', ".")).ok()?.normalize();
    (number <= Decimal::from(NUMBER_MAX) && number.scale() <= SCALE_MAX).then_some(number)
}

impl Specific {
    /// The text in English: `0.2 EUR per 1 kg`.
    pub fn english(&self) -> String {
        format!("{} {} per {} {}", self.amount, self.currency, self.per, self.unit.en())
    }
}

impl fmt::Display for Specific {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{} {} за {} {}", self.amount, self.currency, self.per, self.unit.ru())
    }
}

impl Join {
    /// The joining words in Russian, as published.
    pub fn ru(self) -> &'static str {
        match self {
            Join::AtLeast => ", но не менее ",
            Join::AtMost => ", но не более ",
            Join::Plus => " плюс ",
        }
    }

    /// The joining words in English.
    pub fn en(self) -> &'static str {
        match self {
            Join::AtLeast => ", but not less than ",
            Join::AtMost => ", but not more than ",
            Join::Plus => " plus ",
        }
    }
}

impl RateText {
    /// The text in English; it reads back as the same rate.
    pub fn english(&self) -> String {
        match self {
            RateText::Free => "free".into(),
            RateText::NotStated => "–".into(),
            RateText::AdValorem(percent) => format!("{percent}%"),
            RateText::Specific(specific) => specific.english(),
            RateText::Combined { percent, join, specific } => {
                format!("{percent}%{}{}", join.en(), specific.english())
            }
        }
    }

    /// The part per quantity, if there is one.
    pub fn specific(&self) -> Option<&Specific> {
        match self {
            RateText::Specific(specific) | RateText::Combined { specific, .. } => Some(specific),
            RateText::Free | RateText::NotStated | RateText::AdValorem(_) => None,
        }
    }

    /// The per cent, if there is one.
    pub fn percent(&self) -> Option<Decimal> {
        match self {
            RateText::AdValorem(percent) | RateText::Combined { percent, .. } => Some(*percent),
            RateText::Free | RateText::NotStated | RateText::Specific(_) => None,
        }
    }
}

/// The text in Russian, in one normal form; it reads back as the same rate.
impl fmt::Display for RateText {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            RateText::Free => out.write_str("беспошлинно"),
            RateText::NotStated => out.write_str("–"),
            RateText::AdValorem(percent) => write!(out, "{percent}%"),
            RateText::Specific(specific) => write!(out, "{specific}"),
            RateText::Combined { percent, join, specific } => {
                write!(out, "{percent}%{}{specific}", join.ru())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn published_texts_are_read_as_the_trade_reads_them() {
        let table = [
            ("5%", "5%"),
            ("7.50 %", "7.5%"),
            ("10", "10%"),
            ("0", "0%"),
            ("беспошлинно", "беспошлинно"),
            ("None", "–"),
            ("15%, но не менее 0.36 EUR за 1 см3, мл", "15%, но не менее 0.36 EUR за 1 см3, мл"),
            ("10, но не менее 0,2 евро/кг", "10%, но не менее 0.2 EUR за 1 кг"),
            ("10 % плюс 0,08 евро за 1 кг", "10% плюс 0.08 EUR за 1 кг"),
            ("20%, но не более 3 USD за 1 л", "20%, но не более 3 USD за 1 л"),
            ("0,4 евро/шт", "0.4 EUR за 1 шт"),
            ("2 EUR за 1 1000 шт", "2 EUR за 1 1000 шт"),
            ("2 EUR за 1000 шт", "2 EUR за 1 1000 шт"),
            ("250 USD за 1 т", "250 USD за 1 т"),
            ("740 руб./л 100% спирта", "740 RUB за 1 л 100% спирта"),
            ("1.25 EUR за 1 пар", "1.25 EUR за 1 пар"),
            ("5 EUR за 100 кг", "5 EUR за 100 кг"),
            ("10%, but not less than 0.2 EUR per 1 kg", "10%, но не менее 0.2 EUR за 1 кг"),
        ];
        for (text, normal) in table {
            let rate: RateText = text.parse().unwrap_or_else(|error| panic!("{error}"));
            assert_eq!(rate.to_string(), normal, "{text}");
        }
    }

    #[test]
    fn what_is_no_rate_is_refused() {
        let long = "5".repeat(TEXT_BYTES_MAX + 1);
        for text in [
            "",
            "%",
            "-5%",
            "5%%",
            "1e3%",
            "5 EUR",
            "5 за кг",
            "5 EUR за 0 кг",
            "но не менее 5%",
            "5.%",
            &long,
        ] {
            assert!(text.parse::<RateText>().is_err(), "{text}");
        }
    }

    fn specific() -> impl Strategy<Value = Specific> {
        let unit = prop::sample::select(RateUnit::ALL);
        let currency = prop::sample::select(vec!["EUR", "USD", "RUB", "AMD", "CNY"]);
        // A thousand pieces are a unit of their own, so `1000 шт` reads as that.
        let per = (1u32..2000).prop_filter("thousands", |per| *per != 1000);
        (0i64..10_000_000, 0u32..=4, currency, per, unit).prop_map(|(amount, scale, currency, per, unit)| {
            Specific {
                amount: Decimal::new(amount, scale).normalize(),
                currency: currency.parse().unwrap(),
                per: per.into(),
                unit,
            }
        })
    }

    fn rate() -> impl Strategy<Value = RateText> {
        let percent =
            (0i64..100_000, 0u32..=4).prop_map(|(units, scale)| Decimal::new(units, scale).normalize());
        let join = prop::sample::select(vec![Join::AtLeast, Join::AtMost, Join::Plus]);
        prop_oneof![
            Just(RateText::Free),
            Just(RateText::NotStated),
            percent.clone().prop_map(RateText::AdValorem),
            specific().prop_map(RateText::Specific),
            (percent, join, specific()).prop_map(|(percent, join, specific)| RateText::Combined {
                percent,
                join,
                specific
            }),
        ]
    }

    proptest! {
        #[test]
        fn both_languages_read_back(rate in rate()) {
            prop_assert_eq!(rate.to_string().parse::<RateText>(), Ok(rate));
            prop_assert_eq!(rate.english().parse::<RateText>(), Ok(rate));
        }

        #[test]
        fn nothing_panics_on_any_text(text in ".{0,80}") {
            let _ = text.parse::<RateText>();
        }
    }
}
