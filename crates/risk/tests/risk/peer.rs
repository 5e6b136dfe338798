//! The `cel` crate's own evaluator, asked the same questions where the meanings coincide.

use std::collections::HashMap;

use cel::{Context, Program, Value as Peer};
use declaration::{Record, Shape, Value};
use greenlane_risk::*;

use crate::sample::{assess, electronics, profile};

/// A record as the peer sees it: what is absent is not there.
fn peer(record: &dyn Record) -> Peer {
    let leaf = |value: Value| match value {
        Value::Text(text) => Peer::from(text.to_owned()),
        Value::Integer(number) => Peer::from(number),
        // Exact in the sample's numbers, which the peer holds as binary floats.
        Value::Decimal(number) => Peer::from(number.to_string().parse::<f64>().unwrap()),
        Value::Flag(flag) => Peer::from(flag),
        other => Peer::from(other.to_string()),
    };
    let mut map: HashMap<String, Peer> = HashMap::new();
    for (at, field) in record.fields().iter().enumerate() {
        let count = record.count(at);
        if count == 0 {
            continue;
        }
        let value = match field.shape {
            Shape::Leaf(_) => leaf(record.value(at, 0).unwrap()),
            Shape::One(_) => peer(record.record(at, 0).unwrap()),
            Shape::Leaves(_) => {
                Peer::from((0..count).map(|nth| leaf(record.value(at, nth).unwrap())).collect::<Vec<_>>())
            }
            Shape::Many(_) => {
                Peer::from((0..count).map(|nth| peer(record.record(at, nth).unwrap())).collect::<Vec<_>>())
            }
        };
        map.insert(field.name.to_owned(), value);
    }
    Peer::from(map)
}

#[test]
fn the_peer_agrees() {
    let declaration = electronics();
    for expression in [
        "true || 1 > 2",
        "item.mass_net > 100.0",
        "item.mass_net > 100.5",
        "item.mass_gross - item.mass_net > 4.0",
        "item.mass_gross * 2.0 >= 208.8",
        r#"item.commodity_code == "8517130000""#,
        r#"item.commodity_code != "8517130000""#,
        r#"item.commodity_code.startsWith("8517") && item.origin_country in ["CN", "TR"]"#,
        r#"item.commodity_code < "8518" ? item.mass_net > 1.0 : false"#,
        r#"declaration.consignee.name.contains("Северный")"#,
        r#"declaration.consignee.inn.endsWith("16")"#,
        r#"item.documents.exists(d, d.kind == "01191")"#,
        r#"item.documents.exists(d, d.number == "INV-77")"#,
        r#"item.documents.exists(d, d.number == "INV-78")"#,
        r#"item.documents.all(d, d.number == "INV-77")"#,
        r#"item.documents.all(d, size(d.kind) == 5)"#,
        r#"item.description.exists(t, t.contains("розничной"))"#,
        r#"["84", "85"].exists(c, item.commodity_code.startsWith(c))"#,
        r#"["84", "86"].all(c, item.commodity_code.startsWith(c))"#,
        r#"declaration.items.exists(i, i.documents.exists(d, d.kind == "04021"))"#,
        r#"declaration.items.all(i, i.mass_net > 0.1)"#,
        r#"declaration.items.all(i, i.origin_country == "CN")"#,
        r#""A-2" in declaration.seals"#,
        "size(item.documents) == 2",
        "size(declaration.consignee.inn) == 10",
        "declaration.package_count == 12",
        "declaration.package_count in [1, 12]",
        "has(item.mass_net) && !has(item.quota)",
        // What is absent.
        r#"item.valuation_method == "1""#,
        r#"item.valuation_method != "1""#,
        r#"!(item.valuation_method == "1")"#,
        r#"item.valuation_method == "1" || item.mass_net > 1.0"#,
        r#"item.mass_net > 1.0 || item.valuation_method == "1""#,
        r#"item.valuation_method == "1" && item.mass_net < 1.0"#,
        r#"item.mass_net > 1.0 && item.valuation_method == "1""#,
        r#"item.valuation_method == "1" ? true : true"#,
        r#"has(item.valuation_method) && item.valuation_method == "1""#,
    ] {
        let mut context = Context::default();
        context.add_variable_from_value("declaration", peer(&declaration));
        context.add_variable_from_value("item", peer(&declaration.items[0]));
        let theirs = match Program::compile(expression).unwrap().execute(&context) {
            Ok(Peer::Bool(answer)) => Some(answer),
            Ok(other) => panic!("{expression}: {other:?}"),
            Err(_) => None,
        };
        let fires = |area: &str| {
            let rules = Rules::compile(vec![profile("1", area)]).unwrap();
            let hits = assess(&rules, &declaration, &Facts::default()).hits;
            hits.iter().any(|hit| hit.item.is_none_or(|item| item == 1))
        };
        let ours = match (fires(expression), fires(&format!("!({expression})"))) {
            (true, _) => Some(true),
            (_, true) => Some(false),
            _ => None,
        };
        assert_eq!(ours, theirs, "{expression}");
    }
}
