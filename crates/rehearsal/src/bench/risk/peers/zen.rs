//! zen-engine in its fastest form for many profiles, and its evaluator alone in a plain loop.
//!
//! The engine is given what its users draw: a decision of two tables, of which one is asked once and one in a loop over
//! the lines of goods. A profile is a row, a condition a cell under the field it is about, the hit policy is to collect.
//! Compiled so, the engine keeps an index of the cells that list values, so codes and offices that profiles name by
//! their beginnings stand under fields of their own, of so many digits.

use std::collections::BTreeMap;

use declaration::{Record, Shape, Value};
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use serde_json::json;
use zen_engine::model::DecisionContent;
use zen_engine::{Decision, DecisionEngine, Variable};
use zen_expression::compile_expression;
use zen_expression::scope::Scope;
use zen_expression::vm::VM;

use super::{Ask, Case, Condition, Hits, per_item, thread_cpu};

/// Fields of the tables, as they are written in the engine's language; the last has none: conditions that are no test
/// of one field.
const COLUMNS: [&str; 18] = [
    "item.commodity_code",
    "code.subheading",
    "code.heading",
    "item.origin_country",
    "item.procedure.requested",
    "declaration.dispatch_country",
    "declaration.consignee.tax_number",
    "declaration.declarant.tax_number",
    "office.whole",
    "office.five",
    "office.two",
    "participant.category",
    "item.customs_value",
    "item.mass_net",
    "totals.customs_value",
    "price.deviation",
    "price.sample",
    "",
];
/// The column that says which profile a row is.
const PROFILE: &str = "profile";

/// The tests of a condition: under which field, and what the cell says.
fn cells(condition: &Condition) -> Vec<(&'static str, String)> {
    let listed =
        |texts: &[String]| texts.iter().map(|text| format!("\"{text}\"")).collect::<Vec<_>>().join(", ");
    let quoted = |text: &String| format!("\"{text}\"");
    match condition {
        Condition::Codes(codes) => {
            let field = match codes.first().map_or(0, String::len) {
                4 => "code.heading",
                6 => "code.subheading",
                _ => "item.commodity_code",
            };
            vec![(field, listed(codes))]
        }
        Condition::Origins(countries) => vec![("item.origin_country", listed(countries))],
        Condition::Dispatch(country) => vec![("declaration.dispatch_country", quoted(country))],
        Condition::Consignee(number) => vec![("declaration.consignee.tax_number", quoted(number))],
        Condition::Declarant(number) => vec![("declaration.declarant.tax_number", quoted(number))],
        Condition::Procedure(code) => vec![("item.procedure.requested", quoted(code))],
        Condition::Office(office) => {
            let field = match office.len() {
                2 => "office.two",
                5 => "office.five",
                _ => "office.whole",
            };
            vec![(field, quoted(office))]
        }
        Condition::Value(above) => vec![("item.customs_value", format!("> {above}"))],
        Condition::MassAbove(above) => vec![("item.mass_net", format!("> {above}"))],
        Condition::TotalAbove(above) => vec![("totals.customs_value", format!("> {above}"))],
        Condition::HighRisk => vec![("participant.category", "\"high\"".to_owned())],
        Condition::Cheap(tenths, sample) => {
            vec![("price.deviation", format!("< 0.{tenths}")), ("price.sample", format!(">= {sample}"))]
        }
        Condition::ValuePerKg(_) | Condition::Packaging(_) | Condition::NoDocument(_) => {
            vec![("", condition.zen())]
        }
    }
}

/// A table of the profiles with these places, as the engine's JSON has it.
fn node(name: &str, conditions: &[Vec<Condition>], places: &[usize], looped: bool) -> serde_json::Value {
    let id = |field: &str| COLUMNS.iter().position(|column| *column == field).unwrap_or_default().to_string();
    let rules = places.iter().filter_map(|place| {
        let mut row: BTreeMap<String, String> = BTreeMap::new();
        for (field, cell) in conditions.get(*place)?.iter().flat_map(cells) {
            // Only the column without a field is written into twice.
            let kept = row.entry(id(field)).or_default();
            *kept = if kept.is_empty() { cell } else { format!("{kept} and {cell}") };
        }
        row.insert(PROFILE.to_owned(), place.to_string());
        Some(row)
    });
    let inputs = COLUMNS.iter().map(|field| json!({"id": id(field), "name": field, "field": field}));
    json!({
        "id": name, "name": name, "type": "decisionTableNode",
        "content": {
            "hitPolicy": "collect",
            "inputs": inputs.collect::<Vec<_>>(),
            "outputs": [{"id": PROFILE, "name": PROFILE, "field": PROFILE}],
            "rules": rules.collect::<Vec<_>>(),
            "inputField": name, "outputPath": name, "passThrough": false,
            "executionMode": if looped { "loop" } else { "single" },
        },
    })
}

/// zen-engine: one compiled decision, asked once about a declaration.
pub(super) fn engine(conditions: &[Vec<Condition>]) -> Result<Ask<'_>, String> {
    let (of_lines, of_wholes): (Vec<usize>, Vec<usize>) =
        (0..conditions.len()).partition(|place| conditions.get(*place).is_some_and(|parts| per_item(parts)));
    let content = json!({
        "nodes": [
            {"id": "in", "name": "in", "type": "inputNode"},
            node("whole", conditions, &of_wholes, false),
            node("lines", conditions, &of_lines, true),
            {"id": "out", "name": "out", "type": "outputNode"},
        ],
        "edges": [
            {"id": "1", "sourceId": "in", "targetId": "whole"}, {"id": "2", "sourceId": "in", "targetId": "lines"},
            {"id": "3", "sourceId": "whole", "targetId": "out"}, {"id": "4", "sourceId": "lines", "targetId": "out"},
        ],
    });
    let content: DecisionContent = serde_json::from_value(content).map_err(|why| why.to_string())?;
    let decision = DecisionEngine::default().create_decision(content.into());
    let mut decision: Decision = decision.map_err(|why| why.to_string())?;
    decision.compile();
    let runtime = tokio::runtime::Builder::new_current_thread().build().map_err(|why| why.to_string())?;
    Ok(Box::new(move |case| {
        let (whole, lines) = contexts(case);
        let asked = object(vec![("whole", whole), ("lines", list(lines))]);
        let pairs = of_wholes.len() + of_lines.len() * case.declaration.items.len();
        let used = thread_cpu();
        let answer = runtime.block_on(decision.evaluate(asked));
        let took = thread_cpu().saturating_sub(used);
        let mut hits = Hits::new();
        if let Ok(answer) = &answer {
            let mut take = |rows: Option<Variable>, line: Option<u32>| {
                hits.extend(numbers(rows).into_iter().map(|profile| (profile, line)));
            };
            take(answer.result.dot("whole"), None);
            let lines = answer.result.dot("lines").and_then(|lines| lines.as_array());
            let lines = lines.map(|lines| lines.borrow().clone()).unwrap_or_default();
            (1u32..).zip(lines).for_each(|(line, rows)| take(Some(rows), Some(line)));
        }
        (took, pairs as u64, hits)
    }))
}

/// The profiles that rows of an answer name.
fn numbers(rows: Option<Variable>) -> Vec<usize> {
    let rows = rows.and_then(|rows| rows.as_array());
    let rows = rows.map(|rows| rows.borrow().clone()).unwrap_or_default();
    let number = |row: &Variable| row.dot(PROFILE).and_then(|number| number.as_number());
    rows.iter().filter_map(number).filter_map(|number| number.to_usize()).collect()
}

/// zen-expression, the evaluator that the engine runs: every condition of every line in a plain loop.
pub(super) fn evaluator(conditions: &[Vec<Condition>]) -> Result<Ask<'_>, String> {
    let mut programs = Vec::with_capacity(conditions.len());
    for parts in conditions {
        let text = parts.iter().map(Condition::zen).collect::<Vec<_>>().join(" and ");
        let program = compile_expression(&text).map_err(|why| format!("{text}: {why}"))?;
        programs.push((per_item(parts), program));
    }
    Ok(Box::new(move |case| {
        let (whole, lines) = contexts(case);
        let once = Scope::new(whole);
        let lines: Vec<Scope> = lines.into_iter().map(Scope::new).collect();
        let mut vm = VM::new();
        let (mut hits, mut evaluations) = (Hits::new(), 0);
        let used = thread_cpu();
        for (nth, (per_item, program)) in programs.iter().enumerate() {
            let mut holds = |scope: &Scope| {
                matches!(program.evaluate_with_scope(scope, &mut vm), Ok(Variable::Bool(true)))
            };
            if !per_item {
                evaluations += 1;
                if holds(&once) {
                    hits.insert((nth, None));
                }
                continue;
            }
            for (position, line) in (1u32..).zip(&lines) {
                evaluations += 1;
                if holds(line) {
                    hits.insert((nth, Some(position)));
                }
            }
        }
        (thread_cpu().saturating_sub(used), evaluations, hits)
    }))
}

/// What conditions are asked of: the declaration as a whole, and each of its lines.
fn contexts(case: &Case) -> (Variable, Vec<Variable>) {
    let declaration = &case.declaration;
    let mut whole = fields(declaration, &["items", "consignee", "declarant"]);
    for (name, party) in [("consignee", &declaration.consignee), ("declarant", &declaration.declarant)] {
        let number = party.as_ref().and_then(|party| party.tax_number());
        let number = number.map_or(Variable::Null, |number| text(number.as_str()));
        whole.push((name, object(vec![("tax_number", number)])));
    }
    let whole = object(whole);
    let office = case.facts.office.map_or(String::new(), |office| office.to_string());
    let offices = object(vec![
        ("whole", text(&office)),
        ("five", beginning(&office, 5)),
        ("two", beginning(&office, 2)),
    ]);
    let root = |item: Variable, code: Variable, price: Variable| {
        object(vec![
            ("declaration", whole.clone()),
            ("office", offices.clone()),
            ("totals", object(vec![("customs_value", Variable::Number(case.facts.customs_value_total))])),
            ("participant", object(vec![("category", text(case.facts.category.as_str()))])),
            ("item", item),
            ("code", code),
            ("price", price),
        ])
    };
    let lines = declaration.items.iter().zip(&case.facts.items).map(|(item, facts)| {
        let deviation =
            facts.price.and_then(|price| Some((price, facts.value_per_kg?.checked_div(price.median)?)));
        let price = deviation.map_or(Variable::Null, |(price, deviation)| {
            object(vec![
                ("sample", Variable::Number(Decimal::from(price.sample))),
                ("deviation", Variable::Number(deviation)),
            ])
        });
        let code = item.commodity_code.as_ref().map(ToString::to_string).unwrap_or_default();
        let code = object(vec![("subheading", beginning(&code, 6)), ("heading", beginning(&code, 4))]);
        root(object(fields(item, &[])), code, price)
    });
    let lines = lines.collect();
    (root(Variable::Null, Variable::Null, Variable::Null), lines)
}

/// So many first digits of a code; nothing where it is shorter.
fn beginning(code: &str, digits: usize) -> Variable {
    code.get(..digits).map_or(Variable::Null, text)
}

fn text(text: &str) -> Variable {
    Variable::String(text.into())
}

fn object(fields: Vec<(&str, Variable)>) -> Variable {
    let object = Variable::empty_object();
    for (name, value) in fields {
        object.dot_insert(name, value);
    }
    object
}

fn fields<'n>(of: &dyn Record, without: &[&'n str]) -> Vec<(&'n str, Variable)> {
    let leaf = |value: Value| match value {
        Value::Text(words) => text(words),
        Value::Integer(number) => Variable::Number(Decimal::from(number)),
        Value::Decimal(number) => Variable::Number(number),
        Value::Flag(flag) => Variable::Bool(flag),
        other => text(&other.to_string()),
    };
    let mut all = Vec::new();
    for (at, field) in of.fields().iter().enumerate().filter(|(_, field)| !without.contains(&field.name)) {
        let nths = 0..of.count(at);
        let value = match field.shape {
            Shape::Leaf(_) => of.value(at, 0).map(leaf),
            Shape::One(_) => of.record(at, 0).map(|record| object(fields(record, &[]))),
            Shape::Leaves(_) => Some(list(nths.filter_map(|nth| of.value(at, nth)).map(leaf).collect())),
            Shape::Many(_) => {
                let records = nths.filter_map(|nth| of.record(at, nth));
                Some(list(records.map(|record| object(fields(record, &[]))).collect()))
            }
        };
        all.extend(value.map(|value| (field.name, value)));
    }
    all
}

fn list(of: Vec<Variable>) -> Variable {
    Variable::from_array(of)
}
