//! Declarations of customs value read from both documents, with the arithmetic written out.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a failed test is a panic")]

mod fixture;

use declaration::Form;
use duty::stated::{StatedValue, stated_values};
use duty::value::NotValued;
use fixture::{DAY, reference};
use greenlane_duty as duty;

fn form(kind: &str, fields: &[(&str, &str)]) -> Form {
    let mut paper = wire::Paper::new(kind).unwrap();
    for (path, text) in fields {
        paper.form.fill(path, text).unwrap_or_else(|bad| panic!("{path} = {text}: {}", bad.expected_en));
    }
    paper.form
}

/// One line of a document of a kind, at 100 roubles a euro, 90 a dollar and 60 for a hundred yen.
fn line(kind: &str, fields: &[(&str, &str)]) -> StatedValue {
    let pack = reference().pack("eaeu-ru").unwrap();
    let mut values = stated_values(kind, &form(kind, fields), reference(), pack, DAY.parse().unwrap());
    assert_eq!(values.len(), 1, "{kind}");
    values.remove(0)
}

/// The formula of the last step.
fn formula(value: &StatedValue) -> String {
    value.worked.as_ref().unwrap().as_ref().unwrap().steps.last().unwrap().formula.clone()
}

#[test]
fn by_the_price_in_both_documents() {
    // 1 000 EUR × 100 + freight 300 USD × 90 + royalties 2 000 - carriage after arrival 5 000 = 124 000. The album's
    // form states freight in roubles too; the foreign amount counts, at the rate of the day.
    let album = line(
        "customs_value",
        &[
            ("goods_values/declaration_item_number", "2"),
            ("goods_values/customs_value_national", "124000.00"),
            ("goods_values/valuation_method", "1"),
            ("goods_values/calculation/method_1_calculation/basis/price_foreign", "1000"),
            ("goods_values/calculation/method_1_calculation/basis/price_currency", "EUR"),
            ("goods_values/calculation/method_1_calculation/basis/price_national", "100000"),
            ("goods_values/calculation/method_1_calculation/additions/royalties", "2000"),
            ("goods_values/calculation/method_1_calculation/additions/border_transport_costs", "27000"),
            ("goods_values/calculation/method_1_calculation/deductions/union_transport_costs", "5000"),
            ("goods_values/currency_payments/box", "17"),
            ("goods_values/currency_payments/amount", "300"),
            ("goods_values/currency_payments/currency", "USD"),
        ],
    );
    let commission = line(
        "eec_value",
        &[
            ("items/item_number", "2"),
            ("items/valuation_method/value", "1"),
            ("items/customs_value/currency", "RUB"),
            ("items/customs_value/value", "124000.00"),
            ("items/method_1_calculation/basis/invoice_price/value", "1000"),
            ("items/method_1_calculation/basis/invoice_price/currency", "EUR"),
            ("items/method_1_calculation/additions/royalty_amount/value", "2000"),
            ("items/method_1_calculation/additions/transport_costs/value", "27000"),
            ("items/method_1_calculation/deductions/transport_costs/value", "5000"),
            ("items/currency_conversions/box", "17"),
            ("items/currency_conversions/value/value", "300"),
            ("items/currency_conversions/value/currency", "USD"),
        ],
    );
    for value in [&album, &commission] {
        assert_eq!(value.item, Some(2));
        assert_eq!(value.stated, Some("124000".parse().unwrap()));
        assert_eq!(formula(value), "100000 + 2000 + 27000 - 5000");
    }
    assert_eq!(album.path.as_str(), "goods_values/1/customs_value_national");
    assert_eq!(commission.path.as_str(), "items/1/customs_value");
}

#[test]
fn by_every_other_method() {
    let album = |method: &str, calculation: &[(&str, &str)]| {
        let fields: Vec<(String, &str)> = calculation
            .iter()
            .map(|(path, text)| (format!("goods_values/calculation/{path}"), *text))
            .collect();
        let mut all =
            vec![("goods_values/declaration_item_number", "1"), ("goods_values/valuation_method", method)];
        all.extend(fields.iter().map(|(path, text)| (path.as_str(), *text)));
        line("customs_value", &all)
    };
    // Method 3: (50 000 + 1 000 carriage - 2 000 quantity) × 30 / 70 = 21 000
    let comparable = album(
        "3",
        &[
            ("method_236_calculation/basis/similar_deal_value_national", "50000"),
            ("method_236_calculation/adjustments/border_transport_plus", "1000"),
            ("method_236_calculation/adjustments/quantity_minus", "2000"),
            ("method_236_calculation/identical_goods_quantity/quantity", "70"),
            ("method_236_calculation/imported_quantity/quantity", "30"),
        ],
    );
    assert_eq!(formula(&comparable), "(50000 + 1000 - 2000) × 30 / 70");
    // Method 4: (150 - 30 - 5) × 100: the form deducts from the price of one unit.
    let resale = album(
        "4",
        &[
            ("method_46_calculation/basis/unit_price_national", "150"),
            ("method_46_calculation/deductions/agent_commission", "30"),
            ("method_46_calculation/deductions/union_taxes_amount", "5"),
            ("method_46_calculation/imported_quantity/quantity", "100"),
        ],
    );
    assert_eq!(formula(&resale), "15000 - 3000 - 500");
    // Method 5: 40 000 + 9 000 + 4 500
    let costs = album(
        "5",
        &[
            ("method_56_calculation/basis/production_costs", "40000"),
            ("method_56_calculation/basis/profit_and_expenses", "9000"),
            ("method_56_calculation/basis/border_transport_costs", "4500"),
        ],
    );
    assert_eq!(formula(&costs), "40000 + 9000 + 4500");
    // A line without a calculation states its value and no more.
    assert!(album("1", &[]).worked.is_none());
    // A currency without a rate: nothing is guessed.
    let basis = "method_1_calculation/basis";
    let (price, currency) = (format!("{basis}/price_foreign"), format!("{basis}/price_currency"));
    let francs = album("1", &[(&price, "10"), (&currency, "CHF")]);
    assert_eq!(francs.worked, Some(Err(NotValued::NoRate("CHF".parse().unwrap()))));
    let pack = reference().pack("eaeu-ru").unwrap();
    let others = stated_values("inventory", &form("inventory", &[]), reference(), pack, DAY.parse().unwrap());
    assert!(others.is_empty(), "other papers state no values");
}

/// Every element the table of boxes names is one of the document's.
#[test]
fn every_box_is_an_element_of_both_documents() {
    let elements = |kind: &str| {
        let mut all = std::collections::BTreeSet::new();
        fn walk(
            record: &mut dyn declaration::Record,
            path: &str,
            all: &mut std::collections::BTreeSet<String>,
        ) {
            let fields = record.fields();
            for (at, field) in fields.iter().enumerate() {
                let here = format!("{path}/{}", field.name);
                all.insert(here.clone());
                if field.shape.leaf().is_none() && here.matches('/').count() < 6 && record.open(at).is_some()
                {
                    walk(record.record_mut(at, 0).unwrap(), &here, all);
                }
            }
        }
        walk(&mut wire::Paper::new(kind).unwrap().form, "", &mut all);
        all
    };
    let (album, commission) = (elements("customs_value"), elements("eec_value"));
    for (of_album, of_commission) in duty::stated::elements() {
        assert!(album.contains(&format!("/goods_values/calculation/{of_album}")), "{of_album}");
        assert!(commission.contains(&format!("/items/{of_commission}")), "{of_commission}");
    }
}
