//! What holds for every declaration.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a failed test is a panic")]

mod fixture;
mod recompute;

use declaration::{Declaration, Item};
use duty::{PaymentStatus, compute};
use fixture::{DAY, reference};
use greenlane_duty as duty;
use proptest::prelude::*;
use rust_decimal::Decimal;

fn item() -> impl Strategy<Value = Item> {
    let codes = prop::sample::select(vec![
        "9000000001",
        "9000000002",
        "9000000003",
        "9000000004",
        "9000000005",
        "9000000006",
        "9000000007",
        "9000000008",
        "9000000009",
        "9000000011",
        "9000000012",
        "9000000013",
        "0401100000",
        "1234567890",
        "90000000010",
        "9000",
    ]);
    let value = prop_oneof![
        Just(String::new()),
        (0u64..10_000_000_000).prop_map(|n| format!("{}.{:02}", n / 100, n % 100)),
        Just("999999999999999999".to_owned())
    ];
    let mass = prop_oneof![
        Just(String::new()),
        (0u32..1_000_000).prop_map(|n| format!("{}.{:03}", n / 1000, n % 1000))
    ];
    let relief = prop::sample::select(vec!["", "ОО", "OO", "ПП", "СТ", "ВЗ"]);
    let origin = prop::sample::select(vec!["", "CN", "VN", "RS", "DE", "00"]);
    let unit = prop::sample::select(vec!["", "112", "796", "798", "111", "166"]);
    let procedure = prop::sample::select(vec!["", "40", "53", "70", "99"]);
    let term = prop::sample::select(vec!["", "2026-03-02", "2026-09-30", "2030-01-01", "2026-01-01"]);
    (codes, value, mass, relief, origin, unit, procedure, term).prop_map(
        |(code, value, mass, relief, origin, unit, procedure, term)| {
            fixture::good(
                code,
                &[
                    ("customs_value", &value),
                    ("invoice_value", "10"),
                    ("invoice_currency", "USD"),
                    ("mass_net", &mass),
                    ("preference/duty", relief),
                    ("preference/vat", relief),
                    ("origin_country", origin),
                    ("supplementary/quantity", if unit.is_empty() { "" } else { "12.5" }),
                    ("supplementary/unit", unit),
                    ("procedure/requested", procedure),
                    ("documents/+/term", term),
                ],
            )
        },
    )
}

fn declarations() -> impl Strategy<Value = Declaration> {
    (prop::collection::vec(item(), 0..8), prop::bool::ANY)
        .prop_map(|(items, import)| if import { fixture::import(&items) } else { fixture::export(&items) })
}

fn sum<'l>(amounts: impl Iterator<Item = &'l Decimal>) -> Decimal {
    amounts.copied().sum()
}

proptest! {
    #[test]
    fn sums_agree_nothing_is_negative_and_the_working_recomputes(declaration in declarations()) {
        let reference = reference();
        for pack in reference.packs() {
            let assessment = compute(&declaration, reference, pack, DAY.parse().unwrap());
            let lines = &assessment.lines;
            prop_assert!(lines.iter().all(|line| line.amount >= Decimal::ZERO && line.base >= Decimal::ZERO));
            let by_line = sum(lines.iter().map(|line| &line.amount));
            prop_assert_eq!(by_line, sum(assessment.totals.iter().map(|(_, amount, _)| amount)));
            let payable = lines.iter().filter(|line| line.status == PaymentStatus::Payable);
            prop_assert_eq!(assessment.payable_total, sum(payable.map(|line| &line.amount)));
            for line in lines {
                let trace = line.trace(&assessment.norms);
                let steps: Vec<recompute::Written<'_>> = trace
                    .iter()
                    .map(|step| recompute::Written { formula: &step.formula, result: step.result })
                    .collect();
                prop_assert_eq!(recompute::check(&steps, line.amount), Ok(()));
                prop_assert_eq!(line.amount.scale(), duty::AMOUNT_SCALE);
            }
            prop_assert_eq!(assessment.complete, !assessment.notes.iter().any(|note| {
                ["GL-4002", "GL-4003", "GL-4004", "GL-4005", "GL-4008"].contains(&note.code.as_ref())
            }));
        }
    }

    #[test]
    fn the_order_of_goods_does_not_matter(items in prop::collection::vec(item(), 1..8)) {
        let reference = reference();
        let pack = reference.pack("eaeu-ru").unwrap();
        // One procedure for all: the fee follows that of the first line.
        let items: Vec<Item> = items.into_iter().map(|item| Item { procedure: None, ..item }).collect();
        let backwards: Vec<Item> = items.iter().rev().cloned().collect();
        let of = |items: &[Item]| compute(&fixture::import(items), reference, pack, DAY.parse().unwrap());
        let (one, other) = (of(&items), of(&backwards));
        prop_assert_eq!(one.totals, other.totals);
        prop_assert_eq!(one.customs_value_total, other.customs_value_total);
        prop_assert_eq!(one.complete, other.complete);
    }
}
