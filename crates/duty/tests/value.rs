//! Customs values by each method, with the arithmetic written out, and freight shared out.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a failed test is a panic")]

mod fixture;

use declaration::CurrencyCode;
use duty::Conversion;
use duty::value::{
    Addition, Cost, Deduction, Difference, FromResale, Money, NotValued, Terms, Valuation, Valued,
    customs_value, distribute,
};
use greenlane_duty as duty;
use proptest::prelude::*;
use reference::pack::Rounding;
use rust_decimal::Decimal;

fn number(text: &str) -> Decimal {
    text.parse().unwrap()
}

/// `1000 EUR`.
fn money(text: &str) -> Money {
    let (amount, currency) = text.split_once(' ').unwrap();
    Money { amount: number(amount), currency: currency.parse().unwrap() }
}

/// At 100 roubles a euro, 90 a dollar and 60 for a hundred yen.
fn value(valuation: &Valuation) -> Result<Valued, NotValued> {
    let reference = fixture::reference();
    let pack = reference.pack("eaeu-ru").unwrap();
    let rate = |currency: CurrencyCode| {
        let set = reference.exchange_rate(pack, currency, fixture::DAY.parse().unwrap())?;
        Some(Conversion { currency, rate: set.rate, units: set.units, date: Some(set.date) })
    };
    let norms = pack.payments.norms.on(fixture::DAY.parse().unwrap());
    let terms =
        Terms { currency: pack.currency, rate: &rate, rounding: pack.payments.rounding, norms: &norms };
    customs_value(valuation, &terms)
}

/// The formula of the last step and the value.
fn worked(valuation: &Valuation) -> (String, String) {
    let valued = value(valuation).unwrap();
    let last = valued.steps.last().unwrap();
    assert_eq!(last.result, valued.amount, "the working ends in the value");
    (last.formula.clone(), valued.amount.to_string())
}

#[test]
fn the_price_with_what_is_added_and_deducted() {
    let valuation = Valuation::Transaction {
        price: vec![money("1000.55 EUR")],
        additions: vec![
            (Addition::Freight, money("333.333 USD")), // 29 999.97
            (Addition::Insurance, money("1001 JPY")),  // 1 001 × 60 / 100 = 600.60
            (Addition::Royalties, money("2000 RUB")),
        ],
        deductions: vec![(Deduction::Inland, money("50 EUR"))],
    };
    // 100 055 + 29 999.97 + 600.60 + 2 000 - 5 000 = 127 655.57
    assert_eq!(
        worked(&valuation),
        ("100055 + 29999.97 + 600.6 + 2000 - 5000".to_owned(), "127655.57".to_owned())
    );
    let steps = value(&valuation).unwrap().steps;
    assert_eq!(steps[1].formula, "333.333 USD × 90");
    assert_eq!(steps[1].what.ru, "перевозка до места прибытия (графа ДТС 17)");
    assert_eq!(steps[2].formula, "1001 JPY × 60 / 100");
}

#[test]
fn the_other_methods() {
    // (50 000 + 1 000 - 2 000) × 30 / 70 = 21 000
    let comparable = |identical| Valuation::Comparable {
        identical,
        value: money("500 EUR"),
        quantity: number("70"),
        wanted: number("30"),
        additions: vec![(Difference::Carriage, money("10 EUR"))],
        deductions: vec![(Difference::Quantity, money("2000 RUB"))],
    };
    let (formula, amount) = worked(&comparable(true));
    assert_eq!((formula.as_str(), amount.as_str()), ("(50000 + 1000 - 2000) × 30 / 70", "21000.00"));
    assert_eq!((comparable(true).method(), comparable(false).method()), (2, 3));
    // 150 × 100 = 15 000; - 3 000 - 500 - 2 705 = 8 795
    let deductive = Valuation::Deductive {
        unit_price: money("150 RUB"),
        quantity: number("100"),
        deductions: vec![
            (FromResale::Margin, money("3000 RUB")),
            (FromResale::Inland, money("500 RUB")),
            (FromResale::Levies, money("2705 RUB")),
        ],
    };
    assert_eq!(worked(&deductive), ("15000 - 3000 - 500 - 2705".to_owned(), "8795.00".to_owned()));
    // 40 000 + 9 000 + 4 500
    let computed = Valuation::Computed {
        costs: vec![
            (Cost::Production, money("400 EUR")),
            (Cost::Profit, money("100 USD")),
            (Cost::Carriage, money("50 USD")),
        ],
    };
    assert_eq!(worked(&computed), ("40000 + 9000 + 4500".to_owned(), "53500.00".to_owned()));
    let fall_back = Valuation::FallBack(Box::new(computed));
    assert_eq!((worked(&fall_back).1.as_str(), fall_back.method()), ("53500.00", 6));
    assert_eq!(value(&fall_back).unwrap().steps.last().unwrap().what.en, "customs value by method 6");
}

#[test]
fn what_makes_no_value() {
    let costs = |text| Valuation::Computed { costs: vec![(Cost::Production, money(text))] };
    assert_eq!(value(&costs("1 TRY")).unwrap_err(), NotValued::NoRate("TRY".parse().unwrap()));
    let price = |deducted| Valuation::Transaction {
        price: vec![money("1 RUB")],
        additions: vec![],
        deductions: vec![(Deduction::Levies, money(deducted))],
    };
    assert_eq!(value(&price("2 RUB")).unwrap_err(), NotValued::BelowZero);
    assert!(value(&price("1 RUB")).is_ok());
    let comparable = Valuation::Comparable {
        identical: true,
        value: money("1 RUB"),
        quantity: Decimal::ZERO,
        wanted: Decimal::ONE,
        additions: vec![],
        deductions: vec![],
    };
    assert_eq!(value(&comparable).unwrap_err(), NotValued::NoQuantity);
    assert_eq!(value(&costs("79228162514264337593543950335 EUR")).unwrap_err(), NotValued::TooLarge);
}

#[test]
fn freight_is_shared_out_by_mass() {
    let shares = |amount: &str, weights: &[&str]| -> Option<Vec<String>> {
        let weights: Vec<Decimal> = weights.iter().map(|weight| number(weight)).collect();
        Some(
            distribute(number(amount), &weights, Rounding::default())?
                .iter()
                .map(Decimal::to_string)
                .collect(),
        )
    };
    let said = |shares: &[&str]| Some(shares.iter().map(|share| (*share).to_owned()).collect::<Vec<_>>());
    // 100 × 10 / 30 = 33.33 twice; the last takes 33.34
    assert_eq!(shares("100.00", &["10", "10", "10"]), said(&["33.33", "33.33", "33.34"]));
    assert_eq!(shares("100.00", &["10", "30", "0"]), said(&["25.00", "75.00", "0.00"]));
    // 0.005 each is rounded up to 0.01 until nothing is left
    assert_eq!(shares("0.02", &["1", "1", "1", "1"]), said(&["0.01", "0.01", "0.00", "0.00"]));
    assert_eq!(shares("1", &["0", "0"]), None);
    assert_eq!(shares("1", &[]), None);
    assert_eq!(shares("1", &["-1", "2"]), None);
}

proptest! {
    #[test]
    fn shares_sum_up_to_the_amount_and_none_is_negative(
        kopecks in 0i64..10_000_000_000, grams in prop::collection::vec(0i64..100_000_000, 1..60),
    ) {
        let amount = Decimal::new(kopecks, 2);
        let weights: Vec<Decimal> = grams.iter().map(|grams| Decimal::new(*grams, 3)).collect();
        match distribute(amount, &weights, Rounding::default()) {
            None => prop_assert!(weights.iter().all(Decimal::is_zero)),
            Some(shares) => {
                prop_assert_eq!(shares.len(), weights.len());
                prop_assert!(shares.iter().all(|share| *share >= Decimal::ZERO));
                prop_assert_eq!(shares.iter().sum::<Decimal>(), amount);
                for (share, weight) in shares.iter().zip(&weights) {
                    prop_assert!(!weight.is_zero() || share.is_zero());
                }
            }
        }
    }

    #[test]
    fn a_value_is_the_sum_of_its_steps(
        prices in prop::collection::vec((0i64..1_000_000_000, 0usize..3), 1..5),
        added in prop::collection::vec((0i64..1_000_000, 0usize..3, 0usize..12), 0..5),
    ) {
        let of = |amount: i64, currency: usize| {
            Money { amount: Decimal::new(amount, 3), currency: ["RUB", "EUR", "JPY"][currency].parse().unwrap() }
        };
        let valuation = Valuation::Transaction {
            price: prices.iter().map(|(amount, currency)| of(*amount, *currency)).collect(),
            additions: added.iter().map(|(amount, currency, what)| (Addition::ALL[*what], of(*amount, *currency))).collect(),
            deductions: vec![],
        };
        let valued = value(&valuation).unwrap();
        let (last, boxes) = valued.steps.split_last().unwrap();
        prop_assert_eq!(last.result, valued.amount);
        prop_assert_eq!(boxes.iter().map(|step| step.result).sum::<Decimal>(), valued.amount);
    }
}
