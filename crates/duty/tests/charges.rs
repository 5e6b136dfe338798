//! Customs values worked out from price, additions and deductions, with the arithmetic written out.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a failed test is a panic")]

mod fixture;

use std::sync::OnceLock;

use declaration::{Declaration, Item};
use duty::Assessment;
use fixture::set;
use greenlane_duty as duty;
use proptest::prelude::*;
use reference::{Dataset, DatasetKind, Reference};
use rust_decimal::Decimal;

/// The pack of Great Britain at 80 pence a dollar and a duty of 10 %.
fn reference() -> &'static Reference {
    static REFERENCE: OnceLock<Reference> = OnceLock::new();
    REFERENCE.get_or_init(|| {
        let mut datasets = Reference::starter_datasets();
        datasets.retain(|set| !matches!(set.kind, DatasetKind::Rates | DatasetKind::Exchange));
        let rates = "code,origin,kind,rate\n90000000,,duty,10%\n";
        datasets.push(Dataset::new(DatasetKind::Rates, "gb", "fixture", rates));
        let exchange = "date,currency,units,rate\n2026-03-02,USD,1,0.8\n";
        datasets.push(Dataset::new(DatasetKind::Exchange, "gb", "fixture", exchange));
        Reference::build(&datasets).unwrap()
    })
}

/// A line of goods at a price, changed as said.
fn good(price: &str, changes: &[(&str, &str)]) -> Item {
    let mut item = Item::default();
    let plain = [
        ("commodity_code", "9000000001"),
        ("invoice_value", price),
        ("invoice_currency", "GBP"),
        ("procedure/requested", "40"),
    ];
    for (path, text) in plain.iter().chain(changes) {
        set(&mut item, path, text);
    }
    item
}

fn declaration(items: &[Item], charges: &[(&str, &str, &str)]) -> Declaration {
    let mut declaration = Declaration { items: items.to_vec(), ..Declaration::default() };
    set(&mut declaration, "direction", "IMA");
    for (kind, amount, currency) in charges {
        set(&mut declaration, "charges/+/kind", kind);
        set(&mut declaration, "charges/=/amount", amount);
        set(&mut declaration, "charges/=/currency", currency);
    }
    declaration
}

fn assess(declaration: &Declaration) -> Assessment {
    let pack = reference().pack("gb").unwrap();
    duty::compute(declaration, reference(), pack, "2026-03-02".parse().unwrap())
}

/// The formulas of the duty of a line of goods, up to its customs value.
fn value_of(assessment: &Assessment, item: u32) -> Vec<String> {
    let line = assessment.lines.iter().find(|line| line.item == Some(item)).unwrap();
    let trace = line.trace(&assessment.norms);
    let steps = trace.iter().take_while(|step| !step.formula.contains('%'));
    steps.map(|step| format!("{} = {}", step.formula, step.result)).collect()
}

fn codes(assessment: &Assessment) -> Vec<String> {
    assessment.notes.iter().map(|note| note.code.to_string()).collect()
}

#[test]
fn additions_are_added_and_deductions_deducted() {
    // 1 000 + commissions 50 + materials 100 USD × 0.8 = 80 - carriage after arrival 30.01 = 1 099.99
    let changes = [
        ("charges/+/kind", "AB"),
        ("charges/=/amount", "50"),
        ("charges/=/currency", "GBP"),
        ("charges/+/kind", "AE"),
        ("charges/=/amount", "100"),
        ("charges/=/currency", "USD"),
        ("charges/+/kind", "BA"),
        ("charges/=/amount", "30.01"),
        ("charges/=/currency", "GBP"),
        ("valuation_method", "1"),
    ];
    let assessment = assess(&declaration(&[good("1000", &changes)], &[]));
    assert_eq!(
        value_of(&assessment, 1),
        [
            "≈ 1000 GBP × 1 = 1000",
            "≈ 50 GBP = 50",
            "≈ 100 USD × 0.8 = 80",
            "≈ 30.01 GBP = 30.01",
            "1000 + 50 + 80 - 30.01 = 1099.99",
        ]
    );
    // Duty 1 099.99 × 10 % = 109.999 ≈ 110; VAT (1 099.99 + 110) × 20 % = 241.998 ≈ 242
    let amounts: Vec<String> = assessment.lines.iter().map(|line| line.amount.to_string()).collect();
    assert_eq!(amounts, ["110.00", "242.00"]);
    assert_eq!(assessment.customs_value_total, "1099.99".parse().unwrap());
    assert!(assessment.complete);
    assert_eq!(codes(&assessment), ["GL-4015"]);
}

#[test]
fn freight_of_the_consignment_is_shared_out_by_price_and_the_last_takes_the_rest() {
    // 100 over prices of 100, 100 and 100: 33.33, 33.33 and 33.34
    let items = [good("100", &[]), good("100", &[]), good("100", &[])];
    let assessment = assess(&declaration(&items, &[("AK", "100", "GBP")]));
    let share =
        |formula: &str| ["≈ 100 GBP × 1 = 100".to_owned(), "≈ 100 GBP = 100".to_owned(), formula.to_owned()];
    let of = |item| value_of(&assessment, item);
    assert_eq!(of(1)[..3], share("≈ 100 × 100 / 300 = 33.33"));
    assert_eq!(of(2)[..3], share("≈ 100 × 100 / 300 = 33.33"));
    assert_eq!(of(3)[..3], share("100 - 66.66 = 33.34"));
    assert_eq!(of(3)[3], "100 + 33.34 = 133.34");
    assert_eq!(assessment.customs_value_total, "400".parse().unwrap());
    // One line of goods bears it all, whatever it weighs: 1 000 + 50 USD × 0.8 = 1 040.
    let one = assess(&declaration(&[good("1000", &[])], &[("AK", "50", "USD")]));
    assert_eq!(value_of(&one, 1).last().unwrap(), "1000 + 40 = 1040");
}

#[test]
fn what_cannot_be_told_is_not_guessed() {
    let of_item = |kind, amount, currency| {
        let charge =
            [("charges/+/kind", kind), ("charges/=/amount", amount), ("charges/=/currency", currency)];
        assess(&declaration(&[good("1000", &charge)], &[]))
    };
    let cases = [
        ("a code of the service's own", of_item("AV", "10", "GBP")),
        ("no currency", of_item("AB", "10", "")),
        ("a currency without a rate", of_item("AB", "10", "CHF")),
        ("more deducted than there is", of_item("BA", "1000.01", "GBP")),
        (
            "another method",
            assess(&declaration(&[good("1000", &[("valuation_method", "4")])], &[("AK", "1", "GBP")])),
        ),
        ("a code for all", assess(&declaration(&[good("1000", &[])], &[("AV", "1", "GBP")]))),
        (
            "a line without a price to share by",
            assess(&declaration(
                &[good("1000", &[]), good("", &[("customs_value", "5")])],
                &[("AK", "1", "GBP")],
            )),
        ),
    ];
    for (name, assessment) in cases {
        assert!(!assessment.complete && !assessment.values_complete, "{name}");
        assert!(codes(&assessment).contains(&"GL-4014".to_owned()), "{name}: {:?}", codes(&assessment));
        assert!(!assessment.lines.iter().any(|line| line.item == Some(1)), "{name}");
    }
    // A value that is stated stands: what is in it is the declarant's.
    let stated = [("customs_value", "777"), ("charges/+/kind", "AV")];
    let stated = assess(&declaration(&[good("1000", &stated)], &[]));
    assert!(stated.complete);
    assert_eq!(stated.customs_value_total, "777".parse().unwrap());
}

proptest! {
    #[test]
    fn nothing_is_lost_in_sharing_out(
        prices in prop::collection::vec(1u32..1_000_000, 1..12), pence in 0u32..10_000_000,
    ) {
        let price = |pence: u32| Decimal::new(pence.into(), 2).to_string();
        let items: Vec<Item> = prices.iter().map(|pence| good(&price(*pence), &[])).collect();
        let freight = price(pence);
        let assessment = assess(&declaration(&items, &[("AK", &freight, "GBP")]));
        let pence = u64::from(pence) + prices.iter().copied().map(u64::from).sum::<u64>();
        prop_assert_eq!(assessment.customs_value_total, Decimal::from(pence) / Decimal::ONE_HUNDRED);
        prop_assert!(assessment.complete);
        for line in &assessment.lines {
            let last = line.trace(&assessment.norms).last().map(|step| step.result);
            prop_assert_eq!(last, Some(line.amount));
        }
    }
}
