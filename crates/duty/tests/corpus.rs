//! Real baskets: the Armenian declarations of the corpus, read just far enough to compute with.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a failed test is a panic")]

mod fixture;

use std::path::PathBuf;

use declaration::{Declaration, Item};
use duty::compute;
use greenlane_duty as duty;
use reference::{Dataset, DatasetKind, Reference};

/// Element of a line of goods, field.
const FIELDS: &[(&str, &str)] = &[
    ("GoodsTNVEDCode", "commodity_code"),
    ("InvoicedCost", "invoice_value"),
    ("CustomsCost", "customs_value"),
    ("NetWeightQuantity", "mass_net"),
    ("OriginCountryCode", "origin_country"),
    ("GoodsQuantity", "supplementary/quantity"),
    ("MeasureUnitQualifierCode", "supplementary/unit"),
    ("CustomsDuty", "preference/duty"),
];

fn corpus() -> Option<PathBuf> {
    let beside = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data");
    let path = PathBuf::from(std::env::var("GREENLANE_CORPUS").unwrap_or_else(|_| beside.to_owned()));
    path.is_dir().then_some(path)
}

/// The text of the first element of a local name.
fn text<'x>(xml: &'x str, name: &str) -> Option<&'x str> {
    let close = xml.find(&format!(":{name}>"))? + name.len() + 2;
    xml.get(close..)?.split_once('<').map(|(text, _)| text.trim())
}

fn read(xml: &str) -> Declaration {
    let mut declaration = fixture::import(&[]);
    for (element, field) in
        [("ContractCurrencyCode", "invoice_currency"), ("ContractCurrencyRate", "exchange_rate")]
    {
        if let Some(text) = text(xml, element) {
            fixture::set(&mut declaration, field, text);
        }
    }
    for goods in xml.split(":ESADout_CUGoods>").skip(1).step_by(2) {
        let mut item = Item::default();
        for (element, field) in FIELDS {
            if let Some(text) = text(goods, element) {
                fixture::set(&mut item, field, text);
            }
        }
        declaration.items.push(item);
    }
    declaration
}

#[test]
fn real_baskets_are_computed_whole_with_the_whole_nomenclature() {
    let Some(corpus) = corpus() else {
        println!("skipped: no corpus; set GREENLANE_CORPUS");
        return;
    };
    let mut datasets = Reference::starter_datasets();
    let content = std::fs::read(corpus.join("codes/tnved.csv")).unwrap();
    datasets.push(Dataset::new(DatasetKind::Tnved, "", "tnved.csv", content));
    let reference = Reference::build(&datasets).unwrap();
    let pack = reference.pack("eaeu-am").unwrap();
    let on = "2026-03-02".parse().unwrap();
    let (mut items, mut complete, mut files) = (0, 0, 0);
    for entry in std::fs::read_dir(corpus.join("eaeu/declarations")).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|extension| extension != "xml") {
            continue;
        }
        let declaration = read(&std::fs::read_to_string(&path).unwrap());
        assert!(!declaration.items.is_empty(), "{}", path.display());
        let assessment = compute(&declaration, &reference, pack, on);
        files += 1;
        items += declaration.items.len();
        complete += usize::from(assessment.complete);
        for line in &assessment.lines {
            assert_eq!(line.trace(&assessment.norms).last().map(|step| step.result), Some(line.amount));
        }
        for note in &assessment.notes {
            // Codes that ended since, quantities left out: what can be missing in real life.
            assert!(
                ["GL-4001", "GL-4002", "GL-4003"].contains(&note.code.as_ref()),
                "{}: {note:?}",
                path.display()
            );
        }
    }
    println!("{files} declarations, {items} lines of goods, {complete} computed whole");
    assert!(files > 30 && items > 800 && complete > 0, "{files} {items} {complete}");
}
