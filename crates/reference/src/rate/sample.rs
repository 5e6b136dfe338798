//! Rates drawn at random, for property tests.

use proptest::prelude::*;
use rust_decimal::Decimal;

use super::{
    Case, Conditions, Parts, Published, QuotaSide, Rate, RateText, RateUnit, Season, Specific, Terms,
};
use crate::origin::Origin;

fn decimal(units_max: i64) -> impl Strategy<Value = Decimal> {
    (0..units_max, 0u32..=4).prop_map(|(units, scale)| Decimal::new(units, scale).normalize())
}

fn specific() -> impl Strategy<Value = Specific> {
    let unit = prop::sample::select(RateUnit::ALL);
    let currency = prop::sample::select(vec!["EUR", "USD", "RUB", "AMD", "CNY", "GBP"]);
    // A thousand pieces are a unit of their own, so `1000 шт` reads as that.
    let per = (1u32..2000).prop_filter("thousands", |per| *per != 1000);
    (decimal(10_000_000), currency, per, unit).prop_map(|(amount, currency, per, unit)| Specific {
        amount,
        currency: currency.parse().unwrap(),
        per: per.into(),
        unit,
    })
}

fn parts() -> impl Strategy<Value = Parts> {
    prop_oneof![
        decimal(100_000).prop_map(Parts::Percent),
        specific().prop_map(Parts::Specific),
        (decimal(100_000), specific()).prop_map(|(percent, specific)| Parts::Sum(percent, specific)),
    ]
}

/// Any plain rate.
pub fn rate() -> impl Strategy<Value = RateText> {
    let bound = || prop::option::of(parts());
    prop_oneof![
        Just(RateText::Free),
        Just(RateText::NotStated),
        (parts(), bound(), bound()).prop_map(|(parts, at_least, at_most)| RateText::Stated(Rate {
            parts,
            at_least,
            at_most
        })),
    ]
}

/// Words of the language in any order.
fn jumble(words: &'static [&'static str]) -> impl Strategy<Value = String> {
    prop::collection::vec(prop::sample::select(words), 0..14).prop_map(|words| words.join(" "))
}

/// Texts that look like plain rates; few are.
pub fn near_rate() -> impl Strategy<Value = String> {
    jumble(&[
        "5%",
        "10",
        "0,25",
        "1,234",
        "EUR",
        "0.4 EUR за 1 кг",
        "за",
        "/",
        "per",
        "1",
        "1000",
        "шт",
        "м3",
        "см3, мл",
        "но не менее",
        ", но не более",
        "плюс",
        "+",
        "max",
        "min",
        "руб.",
        "$",
        "l of pure alcohol",
        ",",
        "free",
    ])
}

/// Texts that look like published rates; few are.
pub fn near_published() -> impl Strategy<Value = String> {
    jumble(&[
        "5%",
        "free",
        ";",
        "; ",
        ":",
        ",",
        "для",
        "for",
        "CN",
        "vn",
        "@ldc",
        "@",
        "и",
        "and",
        "с",
        "from",
        "1",
        "31",
        "июня",
        "October",
        "по",
        "to",
        "для производителя",
        "for manufacturer",
        "«ACME»",
        "\"",
        "«",
        "в пределах",
        "тарифной квоты",
        "over the tariff quota",
        "2 EUR за 1 кг",
    ])
}

fn season() -> impl Strategy<Value = Season> {
    let day = || (1i8..=12, 1i8..=28);
    (day(), day()).prop_map(|(first, last)| Season::new(first, last).unwrap())
}

fn terms() -> impl Strategy<Value = Terms> {
    // Whatever a name holds: separators, words of the language, marks that are left off.
    let manufacturer = "[A-Za-zА-я0-9«»\",:;&. ]{0,12}x[a-z,;: ]{0,8}".prop_map(|name| name.parse().ok());
    let quota = prop::option::of(prop::sample::select(vec![QuotaSide::In, QuotaSide::Over]));
    (prop_oneof![Just(None), manufacturer], prop::option::of(season()), quota)
        .prop_map(|(manufacturer, season, quota)| Terms { manufacturer, season, quota })
}

/// Any published rate.
pub fn published() -> impl Strategy<Value = Published> {
    let origins = vec!["CN", "VN", "RU", "@ldc", "@developing", "@free-trade"];
    let origins = prop::sample::subsequence(origins, 0..=4)
        .prop_map(|origins| origins.iter().map(|origin| origin.parse().unwrap()).collect::<Vec<Origin>>());
    let case = (origins, terms(), rate())
        .prop_map(|(origins, terms, rate)| Case { when: Conditions { origins, terms }, rate });
    prop::collection::vec(case, 1..8).prop_map(|cases| {
        // A case that says the same as an earlier one is left out.
        let mut kept: Vec<Case> = Vec::new();
        for case in cases {
            kept.push(case);
            if Published::new(kept.clone()).is_err() {
                kept.pop();
            }
        }
        Published::new(kept).unwrap()
    })
}
