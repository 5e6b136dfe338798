//! Reading a plain rate, with remarks on what its text leaves open.

use std::str::FromStr;

use declaration::{CurrencyCode, Leaf, Text};
use rust_decimal::Decimal;

use super::{Parts, Rate, RateText, RateUnit, Specific};

/// The longest text of a plain rate that is read, in bytes: more than three sums of the longest numbers take.
pub const TEXT_BYTES_MAX: usize = 512;

/// The highest per cent, amount or count that a rate may have.
const NUMBER_MAX: i64 = 100_000_000;

/// The most digits after the point of a number in a rate.
const SCALE_MAX: u32 = 8;

/// Digits that a group of thousands has: a comma before so many may be meant to part thousands.
const THOUSANDS_DIGITS: usize = 3;

/// Why a text is not a rate.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("«{0}» is not a rate such as 5%, 0.2 EUR за 1 кг, 10%, но не менее 0.2 EUR за 1 кг")]
pub struct NotARate(pub String);

impl NotARate {
    pub(super) fn of(text: &str) -> Self {
        let start: String = text.chars().take(40).collect();
        let whole = start.len() == text.len();
        NotARate(if whole { start } else { format!("{start}…") })
    }
}

/// A plain rate as it was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reading {
    /// The rate.
    pub rate: RateText,
    /// What the text left open, each once, in the order met; empty for a text that says all.
    pub remarks: Vec<Remark>,
}

/// What a text leaves open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Remark {
    /// `None`, a dash: no rate at all.
    NoRate,
    /// A number with neither `%` nor currency.
    NoPercentSign,
    /// `см3, мл`.
    EngineVolume,
    /// `1 1000 шт`, `1000 шт`.
    Thousands,
    /// `1,234`.
    DecimalComma,
    /// `$`, `долл.`
    Dollar,
}

impl Remark {
    /// All remarks.
    pub const ALL: [Remark; 6] = [
        Remark::NoRate,
        Remark::NoPercentSign,
        Remark::EngineVolume,
        Remark::Thousands,
        Remark::DecimalComma,
        Remark::Dollar,
    ];

    /// The reading that was chosen, for people.
    pub fn text(self) -> Text {
        let (ru, en) = match self {
            Remark::NoRate => (
                "ставки нет: это не нуль, платёж без ставки не исчисляется",
                "no rate: this is not zero, a payment without a rate is not computed",
            ),
            Remark::NoPercentSign => (
                "число без знака % и без валюты прочтено как проценты стоимости",
                "a number without % or currency is read as per cent of the value",
            ),
            Remark::EngineVolume => (
                "кубические сантиметры (миллилитры) прочтены как рабочий объём двигателя, единица 111",
                "cubic centimetres (millilitres) are read as the volume of the engine, unit 111",
            ),
            Remark::Thousands => (
                "«1000» перед единицей прочтено как часть единицы: ставка за тысячу, а не за одну",
                "«1000» before a unit is read as part of the unit: the rate is per thousand, not per one",
            ),
            Remark::DecimalComma => (
                "запятая перед тремя цифрами прочтена как десятичная, не как разделитель тысяч",
                "a comma before three digits is read as a decimal one, not as parting thousands",
            ),
            Remark::Dollar => {
                ("доллар без страны прочтён как доллар США", "a dollar is read as that of the United States")
            }
        };
        Text::new(ru, en)
    }
}

/// Words that open a bound, in both languages. The one that stands first in a text counts; of two that
/// overlap that is the longer.
const BOUNDS: &[(&str, Bound)] = &[
    ("но не менее", Bound::AtLeast),
    ("but not less than", Bound::AtLeast),
    ("не менее", Bound::AtLeast),
    (" min ", Bound::AtLeast),
    ("но не более", Bound::AtMost),
    ("but not more than", Bound::AtMost),
    ("не более", Bound::AtMost),
    (" max ", Bound::AtMost),
];

/// Words between the parts of a sum.
const PLUS: &[&str] = &["плюс", "plus", "+"];

#[derive(Clone, Copy)]
enum Bound {
    AtLeast,
    AtMost,
}

impl FromStr for RateText {
    type Err = NotARate;

    fn from_str(text: &str) -> Result<Self, NotARate> {
        Self::read(text).map(|reading| reading.rate)
    }
}

impl RateText {
    /// Reads a text in Russian or English and says what it left open.
    ///
    /// # Errors
    /// It is no rate.
    pub fn read(text: &str) -> Result<Reading, NotARate> {
        if text.len() > TEXT_BYTES_MAX {
            return Err(NotARate::of(text));
        }
        let spaced = text.replace(['\u{a0}', '\u{202f}'], " ").to_lowercase();
        let mut reader = Reader::default();
        let rate = reader.rate(spaced.trim()).ok_or_else(|| NotARate::of(text))?;
        Ok(Reading { rate, remarks: reader.remarks })
    }
}

/// Reads, and keeps what there is to remark.
#[derive(Default)]
struct Reader {
    remarks: Vec<Remark>,
}

impl Reader {
    fn remark(&mut self, remark: Remark) {
        if !self.remarks.contains(&remark) {
            self.remarks.push(remark);
        }
    }

    fn rate(&mut self, text: &str) -> Option<RateText> {
        match text {
            "беспошлинно" | "free" => return Some(RateText::Free),
            "none" | "-" | "–" => {
                self.remark(Remark::NoRate);
                return Some(RateText::NotStated);
            }
            _ => {}
        }
        let (parts, mut next) = until_bound(text);
        let mut rate = Rate { parts: self.parts(parts, true)?, at_least: None, at_most: None };
        while let Some((bound, rest)) = next {
            let (parts, after) = until_bound(rest);
            next = after;
            let parts = self.parts(parts, false)?;
            let place = match bound {
                Bound::AtLeast => &mut rate.at_least,
                Bound::AtMost => &mut rate.at_most,
            };
            if place.replace(parts).is_some() {
                return None;
            }
        }
        Some(RateText::Stated(rate))
    }

    /// One part, or two joined by "plus"; per cent may stand without its sign only at the very start.
    fn parts(&mut self, text: &str, bare: bool) -> Option<Parts> {
        let text = text.trim().trim_end_matches(',');
        let Some((left, right)) = PLUS.iter().find_map(|word| text.split_once(word)) else {
            let percent = self.percent(text, bare).map(Parts::Percent);
            return percent.or_else(|| self.specific(text).map(Parts::Specific));
        };
        if let Some(percent) = self.percent(left, bare) {
            return Some(Parts::Sum(percent, self.specific(right)?));
        }
        let specific = self.specific(left)?;
        Some(Parts::Sum(self.percent(right, false)?, specific))
    }

    /// `5%`, `5 %` or, where it may be bare, `5`.
    fn percent(&mut self, text: &str, bare: bool) -> Option<Decimal> {
        let text = text.trim();
        match text.strip_suffix('%') {
            Some(signed) => self.number(signed),
            None if bare => {
                let number = self.number(text)?;
                self.remark(Remark::NoPercentSign);
                Some(number)
            }
            None => None,
        }
    }

    /// `0.2 eur за 1 кг`, `0,2 евро/кг`, `2 eur за 1 1000 шт`, `3 usd per t`.
    fn specific(&mut self, text: &str) -> Option<Specific> {
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
                (self.number(per)?, RateUnit::parse(unit.trim())?)
            }
        };
        if per.is_zero() {
            return None;
        }
        let (per, unit) = match unit.thousand() {
            Some(thousand) if per == Decimal::ONE_THOUSAND => (Decimal::ONE, thousand),
            _ => (per, unit),
        };
        if unit == RateUnit::CubicCentimetre {
            self.remark(Remark::EngineVolume);
        }
        if unit.counts_thousands() {
            self.remark(Remark::Thousands);
        }
        Some(Specific { amount: self.number(amount)?, currency: self.currency(currency.trim())?, per, unit })
    }

    fn currency(&mut self, text: &str) -> Option<CurrencyCode> {
        let code = match text {
            "евро" | "€" => "EUR",
            "долл. сша" | "доллар сша" | "долларов сша" => "USD",
            "долл." | "$" => {
                self.remark(Remark::Dollar);
                "USD"
            }
            "руб." | "руб" | "рублей" | "рубля" | "₽" => "RUB",
            "драм" | "драмов" => "AMD",
            "£" => "GBP",
            other => return CurrencyCode::parse(&other.to_ascii_uppercase()).ok(),
        };
        CurrencyCode::parse(code).ok()
    }

    /// An exact number without sign or exponent, with a point or a comma.
    fn number(&mut self, text: &str) -> Option<Decimal> {
        let text = text.trim();
        let plain = text.bytes().all(|b| b.is_ascii_digit() || b == b'.' || b == b',');
        if !plain || !text.starts_with(|c: char| c.is_ascii_digit()) || text.ends_with(['.', ',']) {
            return None;
        }
        let number = Decimal::from_str_exact(&text.replace(',', ".")).ok()?.normalize();
        if number > Decimal::from(NUMBER_MAX) || number.scale() > SCALE_MAX {
            return None;
        }
        let thousands = |(before, after): (&str, &str)| {
            after.len() == THOUSANDS_DIGITS && before.len() <= THOUSANDS_DIGITS && !before.starts_with('0')
        };
        if text.split_once(',').is_some_and(thousands) {
            self.remark(Remark::DecimalComma);
        }
        Some(number)
    }
}

/// The text up to the next bound, and that bound with what follows it.
fn until_bound(text: &str) -> (&str, Option<(Bound, &str)>) {
    let places = BOUNDS.iter().filter_map(|(words, bound)| Some((text.find(words)?, *words, *bound)));
    let Some((at, words, bound)) = places.min_by_key(|(at, words, _)| (*at, usize::MAX - words.len())) else {
        return (text, None);
    };
    let (before, rest) = text.split_at(at);
    (before, Some((bound, rest.get(words.len()..).unwrap_or_default())))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::sample;
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
            ("0.08 EUR за 1 кг плюс 10%", "10% плюс 0.08 EUR за 1 кг"),
            ("20%, но не более 3 USD за 1 л", "20%, но не более 3 USD за 1 л"),
            ("3 USD за 1 л, но не менее 20%", "3 USD за 1 л, но не менее 20%"),
            ("0,4 евро/шт", "0.4 EUR за 1 шт"),
            ("2 EUR за 1 1000 шт", "2 EUR за 1 1000 шт"),
            ("2 EUR за 1000 шт", "2 EUR за 1 1000 шт"),
            ("250 USD за 1 т", "250 USD за 1 т"),
            ("740 руб./л 100% спирта", "740 RUB за 1 л 100% спирта"),
            ("1.25 EUR за 1 пар", "1.25 EUR за 1 пар"),
            ("5 EUR за 100 кг", "5 EUR за 100 кг"),
            ("10%, but not less than 0.2 EUR per 1 kg", "10%, но не менее 0.2 EUR за 1 кг"),
            (
                "10%, но не менее 0.2 EUR за 1 кг, но не более 0.5 EUR за 1 кг",
                "10%, но не менее 0.2 EUR за 1 кг, но не более 0.5 EUR за 1 кг",
            ),
            ("10%, но не более 0.5 EUR/кг и не менее 0.2 EUR/кг", ""),
            (
                "9% + 12.1 EUR / 100 kg MAX 18.7% + 9.4 EUR / 100 kg",
                "9% плюс 12.1 EUR за 100 кг, но не более 18.7% плюс 9.4 EUR за 100 кг",
            ),
            ("6.5% MIN £0.4/kg", ""),
            ("10 % MAX 9.7 £ / 100 kg", "10%, но не более 9.7 GBP за 100 кг"),
        ];
        for (text, normal) in table {
            let read = text.parse::<RateText>().map(|rate| rate.to_string());
            assert_eq!(read.unwrap_or_default(), normal, "{text}");
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
            "10%, но не менее 5",
            "10%, но не менее 5%, но не менее 4%",
            "5% плюс 5%",
            "5% плюс 1 EUR/кг плюс 1 EUR/шт",
            "100000001%",
            &long,
        ] {
            assert!(text.parse::<RateText>().is_err(), "{text}");
        }
    }

    #[test]
    fn what_a_text_leaves_open_is_remarked() {
        use Remark::*;
        let table: &[(&str, &[Remark])] = &[
            ("5%", &[]),
            ("0,25 EUR/кг", &[]),
            ("None", &[NoRate]),
            ("–", &[NoRate]),
            ("10", &[NoPercentSign]),
            ("0.4 EUR за 1 см3, мл", &[EngineVolume]),
            ("10, но не менее 0,36 EUR за 1 мл", &[NoPercentSign, EngineVolume]),
            ("2 EUR за 1 1000 шт", &[Thousands]),
            ("2 EUR за 1000 шт", &[Thousands]),
            ("1,234 EUR за 1 т", &[DecimalComma]),
            ("0,234 EUR за 1 т", &[]),
            ("1234,5 EUR за 1 т", &[]),
            ("3 $/л плюс 5%", &[Dollar]),
            ("3 долл. США за 1 л", &[]),
        ];
        for (text, remarks) in table {
            let reading = RateText::read(text).unwrap_or_else(|error| panic!("{error}"));
            assert_eq!(reading.remarks, *remarks, "{text}");
        }
        assert!(
            Remark::ALL.iter().all(|remark| !remark.text().ru.is_empty() && !remark.text().en.is_empty())
        );
    }

    #[test]
    fn the_longest_rate_reads_back() {
        let specific = Specific {
            amount: "12345678.12345678".parse().unwrap(),
            currency: "EUR".parse().unwrap(),
            per: "12345678.12345678".parse().unwrap(),
            unit: RateUnit::LitreOfAlcohol,
        };
        let parts = Parts::Sum(specific.amount, specific);
        let rate = RateText::Stated(Rate { parts, at_least: Some(parts), at_most: Some(parts) });
        for text in [rate.to_string(), rate.english()] {
            assert_eq!(text.parse(), Ok(rate), "{} bytes", text.len());
        }
    }

    proptest! {
        #[test]
        fn both_languages_read_back(rate in sample::rate()) {
            prop_assert_eq!(rate.to_string().parse::<RateText>(), Ok(rate));
            prop_assert_eq!(rate.english().parse::<RateText>(), Ok(rate));
        }

        #[test]
        fn nothing_panics_on_any_text(text in ".{0,80}") {
            let _ = text.parse::<RateText>();
        }

        #[test]
        fn whatever_is_read_prints_as_what_reads_the_same(text in sample::near_rate()) {
            if let Ok(rate) = text.parse::<RateText>() {
                prop_assert_eq!(rate.to_string().parse::<RateText>(), Ok(rate));
                prop_assert_eq!(rate.english().parse::<RateText>(), Ok(rate));
            }
        }
    }
}
