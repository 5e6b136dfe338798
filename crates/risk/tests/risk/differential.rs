//! The compiled engine against the `cel` crate's own evaluator, over generated conditions and declarations. What is
//! not generated because the two mean different things stands in the documentation of the rule language.

use std::collections::HashMap;
use std::sync::Arc;

use cel::{Context, Program, Value as Peer};
use declaration::{Declaration, Record, Shape, Value};
use greenlane_risk::*;
use rust_decimal::Decimal;

use crate::generate::{Chance, Mode, a_condition, a_declaration, some_facts};
use crate::sample::{DAY, assess, electronics, profile};

/// Declarations each condition is asked of.
const DECLARATIONS: usize = 10;

fn leaf(value: Value) -> Peer {
    match value {
        Value::Text(text) => Peer::from(text.to_owned()),
        Value::Integer(number) => Peer::from(number),
        Value::Decimal(number) => float(number),
        Value::Flag(flag) => Peer::from(flag),
        // Dates compare as their texts do.
        other => Peer::from(other.to_string()),
    }
}

fn float(number: Decimal) -> Peer {
    Peer::from(number.to_string().parse::<f64>().unwrap())
}

/// A record as the peer sees it: what is absent is not there, but an empty list is.
fn record(of: &dyn Record) -> Peer {
    let mut map: HashMap<String, Peer> = HashMap::new();
    for (at, field) in of.fields().iter().enumerate() {
        let all = 0..of.count(at);
        let value = match field.shape {
            Shape::Leaf(_) => of.value(at, 0).map(leaf),
            Shape::One(_) => of.record(at, 0).map(record),
            Shape::Leaves(_) => {
                Some(Peer::from(all.map(|nth| leaf(of.value(at, nth).unwrap())).collect::<Vec<_>>()))
            }
            Shape::Many(_) => {
                Some(Peer::from(all.map(|nth| record(of.record(at, nth).unwrap())).collect::<Vec<_>>()))
            }
        };
        map.extend(value.map(|value| (field.name.to_owned(), value)));
    }
    Peer::from(map)
}

fn group<const N: usize>(values: [(&str, Option<Peer>); N]) -> Peer {
    let present = values.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?)));
    Peer::from(present.collect::<HashMap<_, _>>())
}

/// What the peer says of every line, or once of the whole.
fn theirs(program: &Program, mode: Mode, declaration: &Declaration, facts: &Facts) -> Vec<Option<bool>> {
    let mut root = Context::default();
    root.add_function("date", |text: Arc<String>| text.to_string()).unwrap();
    root.add_variable_from_value("declaration", record(declaration));
    root.add_variable_from_value("today", Peer::from(DAY.to_string()));
    root.add_variable_from_value(
        "participant",
        group([("category", Some(Peer::from(facts.category.as_str().to_owned())))]),
    );
    root.add_variable_from_value("totals", group([("payments", Some(float(facts.payments_total)))]));
    root.add_variable_from_value(
        "findings",
        group([("warnings", Some(Peer::from(i64::from(facts.finding_warnings))))]),
    );
    root.add_variable_from_value("filing", group([("signed", Some(Peer::from(facts.signed)))]));
    let total = facts.history.declarations_total.map(|count| Peer::from(i64::from(count)));
    let ask = |context: &Context| match program.execute(context) {
        Ok(Peer::Bool(answer)) => Some(answer),
        Ok(other) => panic!("neither yes nor no: {other:?}"),
        Err(_) => None,
    };
    if mode == Mode::Whole {
        root.add_variable_from_value("history", group([("declarations_total", total)]));
        return vec![ask(&root)];
    }
    let lines = declaration.items.iter().zip(&facts.items);
    let answers = lines.map(|(item, known)| {
        let mut line = root.new_inner_scope();
        line.add_variable_from_value("item", record(item));
        line.add_variable_from_value(
            "history",
            group([
                ("declarations_total", total.clone()),
                ("code_is_new", known.code_is_new.map(Peer::from)),
            ]),
        );
        let price = known.price;
        line.add_variable_from_value(
            "price",
            group([
                ("median", price.map(|price| float(price.median))),
                ("sample", price.map(|price| Peer::from(i64::from(price.sample)))),
            ]),
        );
        line.add_variable_from_value("item_value", group([("per_kg", known.value_per_kg.map(float))]));
        ask(&line)
    });
    answers.collect()
}

/// What the engine says: an error makes neither the condition nor its negation fire.
fn ours(rules: &Rules, mode: Mode, declaration: &Declaration, facts: &Facts) -> Vec<Option<bool>> {
    let hits = assess(rules, declaration, facts).hits;
    let places: Vec<Option<u32>> = match mode {
        Mode::Whole => vec![None],
        Mode::Line => (1..=declaration.items.len() as u32).map(Some).collect(),
    };
    let says = |place: Option<u32>, profile: &str| {
        // A condition of lines that happens to name none is asked once.
        hits.iter().any(|hit| hit.profile == profile && (hit.item.is_none() || hit.item == place))
    };
    let answer = |place: Option<u32>| match (says(place, "1"), says(place, "2")) {
        (true, false) => Some(true),
        (false, true) => Some(false),
        (false, false) => None,
        (true, true) => panic!("both true and false"),
    };
    places.into_iter().map(answer).collect()
}

/// Compares so many conditions, each with its declarations; counts the answers.
fn compare(conditions: usize, seed: u64) -> [usize; 3] {
    let mut chance = Chance(seed);
    let mut counts = [0; 3];
    let mut nth = 0;
    while nth < conditions {
        let mode = if nth % 3 == 0 { Mode::Whole } else { Mode::Line };
        let depth = 1 + chance.below(4);
        let condition = a_condition(&mut chance, mode, depth);
        let profiles = vec![profile("1", &condition), profile("2", &format!("!({condition})"))];
        let rules = match Rules::compile(profiles) {
            Ok(rules) => rules,
            // Longer than rules may be: another is drawn.
            Err(errors) if errors.iter().all(|error| error.code == Fault::Limit) => continue,
            Err(errors) => panic!("{condition}: {errors:?}"),
        };
        nth += 1;
        let program = Program::compile(&condition).unwrap();
        for _ in 0..DECLARATIONS {
            let declaration = a_declaration(&mut chance);
            let facts = some_facts(&mut chance, declaration.items.len());
            let (ours, theirs) =
                (ours(&rules, mode, &declaration, &facts), theirs(&program, mode, &declaration, &facts));
            assert_eq!(ours, theirs, "{condition}\n{facts:?}\n{declaration:?}");
            for answer in ours {
                counts[answer.map_or(2, usize::from)] += 1;
            }
        }
    }
    counts
}

/// Each kind of answer is a good part of all, or the comparison would show little.
fn all_kinds_occur(counts: [usize; 3]) {
    let total: usize = counts.iter().sum();
    assert!(counts.iter().all(|count| *count > total / 10), "{counts:?}");
}

/// Conditions as people write them.
#[test]
fn the_peer_agrees() {
    let declaration = electronics();
    let facts = Facts { items: vec![ItemFacts::default(); declaration.items.len()], ..Facts::default() };
    for condition in [
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
        let program = Program::compile(condition).unwrap();
        let profiles = vec![profile("1", condition), profile("2", &format!("!({condition})"))];
        let rules = Rules::compile(profiles).unwrap();
        assert_eq!(
            ours(&rules, Mode::Line, &declaration, &facts),
            theirs(&program, Mode::Line, &declaration, &facts),
            "{condition}"
        );
    }
}

/// 5 000 pairs of condition and declaration.
#[test]
fn the_engine_agrees_with_cel() {
    all_kinds_occur(compare(500, 1));
}

/// 100 000 pairs: `./test risk-differential`.
#[test]
#[ignore = "the long form, ./test risk-differential"]
fn the_engine_agrees_with_cel_100_000_times() {
    all_kinds_occur(compare(10_000, 2));
}
