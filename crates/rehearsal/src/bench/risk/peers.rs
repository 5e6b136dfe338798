//! The others: evaluators asked every condition of every profile of every line in a plain loop, and an engine that is
//! given all profiles as a decision. A declaration is converted to what the other reads before the clock runs.

use std::collections::{BTreeSet, HashMap};
use std::time::Duration;

use cel::{Context, Program, Value as Cel};
use declaration::{Record, Shape, Value};

use super::super::machine::thread_cpu;
use super::Case;
use super::conditions::Condition;

/// Pairs of profile and line that fire; no line where the profile asks about the declaration as a whole.
type Hits = BTreeSet<(usize, Option<u32>)>;
/// What asking about a case gives: the time, how many pairs of profile and line were asked about, the hits.
type Ask<'c> = Box<dyn Fn(&Case) -> (Duration, u64, Hits) + 'c>;
/// Compiles the conditions, to be asked.
type Compile = for<'c> fn(&'c [Vec<Condition>]) -> Result<Ask<'c>, String>;

/// The peers by name; none where it is not built in.
pub(super) fn all() -> [(&'static str, Option<Compile>); 3] {
    #[cfg(feature = "peers")]
    let (engine, evaluator): (Option<Compile>, Option<Compile>) = (Some(zen::engine), Some(zen::evaluator));
    #[cfg(not(feature = "peers"))]
    let (engine, evaluator): (Option<Compile>, Option<Compile>) = (None, None);
    [("cel", Some(cel)), ("zen-engine", engine), ("zen-expression", evaluator)]
}

/// Whether a profile asks about lines of goods.
fn per_item(parts: &[Condition]) -> bool {
    parts.iter().any(|part| {
        !matches!(
            part,
            Condition::Dispatch(_)
                | Condition::Consignee(_)
                | Condition::Declarant(_)
                | Condition::Office(_)
                | Condition::TotalAbove(_)
                | Condition::HighRisk
        )
    })
}

fn cel(conditions: &[Vec<Condition>]) -> Result<Ask<'_>, String> {
    let mut programs = Vec::with_capacity(conditions.len());
    for parts in conditions {
        let text = parts.iter().map(Condition::plain_cel).collect::<Vec<_>>().join(" && ");
        let program = Program::compile(&text).map_err(|why| format!("{text}: {why}"))?;
        programs.push((per_item(parts), program));
    }
    Ok(Box::new(move |case| {
        let mut root = Context::default();
        root.add_variable_from_value("declaration", with_tax_numbers(case));
        root.add_variable_from_value(
            "office",
            case.facts.office.map_or(String::new(), |office| office.to_string()),
        );
        let named = |name: &str, value: Cel| Cel::from(HashMap::from([(name.to_owned(), value)]));
        root.add_variable_from_value("totals", named("customs_value", float(case.facts.customs_value_total)));
        root.add_variable_from_value(
            "participant",
            named("category", Cel::from(case.facts.category.as_str().to_owned())),
        );
        let lines: Vec<Context> = case
            .declaration
            .items
            .iter()
            .zip(&case.facts.items)
            .map(|(item, facts)| {
                let mut line = root.new_inner_scope();
                line.add_variable_from_value("item", record(item));
                let mut price: HashMap<String, Cel> = HashMap::new();
                if let (Some(known), Some(value)) = (facts.price, facts.value_per_kg) {
                    price.insert("sample".to_owned(), Cel::from(i64::from(known.sample)));
                    let deviation = value.checked_div(known.median).map(float);
                    price.extend(deviation.map(|deviation| ("deviation".to_owned(), deviation)));
                }
                line.add_variable_from_value("price", Cel::from(price));
                line
            })
            .collect();
        let holds =
            |program: &Program, context: &Context| matches!(program.execute(context), Ok(Cel::Bool(true)));
        let (mut hits, mut evaluations) = (Hits::new(), 0);
        let used = thread_cpu();
        for (nth, (per_item, program)) in programs.iter().enumerate() {
            if !per_item {
                evaluations += 1;
                if holds(program, &root) {
                    hits.insert((nth, None));
                }
                continue;
            }
            for (position, line) in (1u32..).zip(&lines) {
                evaluations += 1;
                if holds(program, line) {
                    hits.insert((nth, Some(position)));
                }
            }
        }
        (thread_cpu().saturating_sub(used), evaluations, hits)
    }))
}

fn float(number: rust_decimal::Decimal) -> Cel {
    Cel::from(number.to_string().parse::<f64>().unwrap_or(f64::NAN))
}

/// The declaration without its lines, and with the numbers its parties are taxed under.
fn with_tax_numbers(case: &Case) -> Cel {
    let declaration = &case.declaration;
    let mut map = fields(declaration, &["items", "consignee", "declarant"]);
    for (name, party) in [("consignee", &declaration.consignee), ("declarant", &declaration.declarant)] {
        let Some(party) = party else { continue };
        let mut known = fields(party, &[]);
        if let Some(number) = party.tax_number() {
            known.insert("tax_number".to_owned(), Cel::from(number.to_string()));
        }
        map.insert(name.to_owned(), Cel::from(known));
    }
    Cel::from(map)
}

/// A record as the peer reads it: what is absent is not there, but lists are, empty.
fn record(of: &dyn Record) -> Cel {
    Cel::from(fields(of, &[]))
}

fn fields(of: &dyn Record, without: &[&str]) -> HashMap<String, Cel> {
    let leaf = |value: Value| match value {
        Value::Text(text) => Cel::from(text.to_owned()),
        Value::Integer(number) => Cel::from(number),
        Value::Decimal(number) => float(number),
        Value::Flag(flag) => Cel::from(flag),
        other => Cel::from(other.to_string()),
    };
    let mut map: HashMap<String, Cel> = HashMap::new();
    for (at, field) in of.fields().iter().enumerate().filter(|(_, field)| !without.contains(&field.name)) {
        let all = 0..of.count(at);
        let value = match field.shape {
            Shape::Leaf(_) => of.value(at, 0).map(leaf),
            Shape::One(_) => of.record(at, 0).map(record),
            Shape::Leaves(_) => {
                Some(Cel::from(all.filter_map(|nth| of.value(at, nth)).map(leaf).collect::<Vec<_>>()))
            }
            Shape::Many(_) => {
                Some(Cel::from(all.filter_map(|nth| of.record(at, nth)).map(record).collect::<Vec<_>>()))
            }
        };
        map.extend(value.map(|value| (field.name.to_owned(), value)));
    }
    map
}

#[cfg(feature = "peers")]
mod zen;
