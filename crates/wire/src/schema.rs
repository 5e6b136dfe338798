//! The JSON Schema of the canonical JSON, made from the table of fields.

use declaration::{Declaration, Field, Fields, FormTable, LeafKind, Shape};
use serde_json::{Map, Value, json};

use crate::json::{FORM, FORM_FIELD, FURTHER, TABLE_FIELD, form_of};
use crate::limits::ITEMS_MAX;
use crate::structure;

/// The kind of document that is read into a declaration.
const DECLARATION: &str = "declaration";

/// The schema of the canonical JSON in JSON Schema 2020-12. Titles are the labels of the form.
pub fn json_schema() -> Value {
    let mut schema = object(Declaration::FIELDS);
    beside(&mut schema);
    if let Some(schema) = schema.as_object_mut() {
        schema.insert("$schema".into(), json!("https://json-schema.org/draft/2020-12/schema"));
        schema.insert("$id".into(), json!("urn:greenlane:declaration:1"));
        schema.insert("title".into(), json!("Customs declaration"));
        schema.insert("required".into(), json!([FORM_FIELD]));
        if let Some(properties) = schema.get_mut("properties").and_then(Value::as_object_mut) {
            properties.insert(FORM_FIELD.into(), json!({ "const": FORM }));
        }
    }
    schema
}

/// The schema of the canonical JSON of a kind of document, such as `parcels`, in the newest edition that
/// has it; none of an unknown kind. Each table of the format is defined once and referred to.
pub fn json_schema_of(kind: &str) -> Option<Value> {
    if kind == DECLARATION {
        return Some(json_schema());
    }
    let root = structure::roots().iter().find(|root| root.kind == kind)?;
    let table = root.content()?.table;
    let mut tables = Map::new();
    let mut schema = form(table, &mut tables);
    let members = schema.as_object_mut()?;
    members.insert("$schema".into(), json!("https://json-schema.org/draft/2020-12/schema"));
    members.insert("$id".into(), json!(format!("urn:greenlane:{}:{kind}:1", root.edition.name)));
    members.insert("title".into(), json!(root.element));
    members.insert("required".into(), json!([FORM_FIELD]));
    let properties = members.get_mut("properties").and_then(Value::as_object_mut)?;
    properties.insert(FORM_FIELD.into(), json!({ "const": form_of(root) }));
    members.insert("$defs".into(), Value::Object(tables));
    Some(schema)
}

/// The kinds of document that have a schema of their own: all but the package, which is a way to send
/// others.
pub fn json_kinds() -> Vec<&'static str> {
    let mut kinds: Vec<&'static str> = structure::roots().iter().map(|root| root.kind).collect();
    kinds.retain(|kind| *kind != "container");
    kinds.sort_unstable();
    kinds.dedup();
    kinds
}

/// A form: its fields, with the tables below it among the definitions.
fn form(table: &'static FormTable, tables: &mut Map<String, Value>) -> Value {
    let fields = table.fields.iter().zip(&table.below);
    let properties: Map<String, Value> = fields
        .map(|(field, below)| {
            let held = match (field.shape.leaf(), below) {
                (Some(kind), _) => form_value(kind),
                (None, Some(below)) => json!({ "$ref": format!("#/$defs/{}", define(below, tables)) }),
                // A field of forms always has their table.
                (None, None) => json!({ "type": "object" }),
            };
            let schema = if field.shape.is_list() { json!({ "type": "array", "items": held }) } else { held };
            (field.name.to_owned(), titled(schema, field))
        })
        .collect();
    json!({ "type": "object", "additionalProperties": false, "properties": properties })
}

/// The name of a table's definition, which is made on first use.
fn define(table: &'static FormTable, tables: &mut Map<String, Value>) -> &'static str {
    let name = table.name.split_once('/').map_or(table.name, |(_, name)| name);
    if !tables.contains_key(name) {
        // Tables may hold each other: the name stands before the content does.
        tables.insert(name.to_owned(), Value::Null);
        let schema = form(table, tables);
        tables.insert(name.to_owned(), schema);
    }
    name
}

/// A value of a form: moments keep their time zone, numbers their sign.
fn form_value(kind: LeafKind) -> Value {
    const ZONE: &str = "(Z|[+-][0-9]{2}:[0-9]{2})?$";
    const DAY: &str = "[0-9]{4}-[0-9]{2}-[0-9]{2}";
    const TIME: &str = "[0-9]{2}:[0-9]{2}:[0-9]{2}([.][0-9]+)?";
    let like = |pattern: String| json!({ "type": "string", "pattern": pattern });
    match kind {
        LeafKind::Decimal { .. } => like("^-?[0-9]{1,28}([.][0-9]{1,28})?$".to_owned()),
        LeafKind::Date => like(format!("^{DAY}{ZONE}")),
        LeafKind::Time => like(format!("^{TIME}{ZONE}")),
        LeafKind::DateTime => like(format!("^{DAY}T{TIME}{ZONE}")),
        kind => value(kind),
    }
}

fn object(fields: &'static [Field]) -> Value {
    let properties: Map<String, Value> =
        fields.iter().map(|field| (field.name.to_owned(), property(field))).collect();
    json!({ "type": "object", "additionalProperties": false, "properties": properties })
}

/// A record: its fields, and for those of a declaration what a format may have beside them.
fn record(fields: Fields) -> Value {
    let mut schema = object(fields.all());
    if let Fields::Of(_) = fields {
        beside(&mut schema);
    }
    schema
}

fn beside(schema: &mut Value) {
    if let Some(properties) = schema.get_mut("properties").and_then(Value::as_object_mut) {
        let table = json!({ "type": "string", "description": "the table of the format, such as album-5.23/cat_ru.Contact" });
        properties.insert(
            FURTHER.into(),
            json!({ "type": "object", "required": [TABLE_FIELD], "properties": { TABLE_FIELD: table } }),
        );
    }
}

fn property(field: &Field) -> Value {
    let schema = match field.shape {
        Shape::Leaf(kind) => value(kind),
        Shape::Leaves(kind) => json!({ "type": "array", "items": value(kind) }),
        Shape::One(fields) => record(fields),
        Shape::Many(fields) if field.name == "items" => {
            json!({ "type": "array", "maxItems": ITEMS_MAX, "items": record(fields) })
        }
        Shape::Many(fields) => json!({ "type": "array", "items": record(fields) }),
    };
    titled(schema, field)
}

/// The labels and the box of a field beside its schema.
fn titled(mut schema: Value, field: &Field) -> Value {
    if let Some(schema) = schema.as_object_mut() {
        schema.insert("title".into(), json!(field.en));
        schema.insert("description".into(), json!(field.ru));
        if !field.box_number.is_empty() {
            schema.insert("x-box".into(), json!(field.box_number));
        }
    }
    schema
}

fn value(kind: LeafKind) -> Value {
    match kind {
        LeafKind::Text { max_chars } | LeafKind::Code { max_chars } => {
            json!({ "type": "string", "minLength": 1, "maxLength": max_chars })
        }
        LeafKind::Integer => json!({ "type": "integer", "minimum": 0, "maximum": u32::MAX }),
        LeafKind::Decimal { scale } => {
            json!({ "type": "string", "pattern": format!("^[0-9]{{1,18}}([.,][0-9]{{1,{scale}}}0*)?$") })
        }
        LeafKind::Flag => json!({ "type": "boolean" }),
        LeafKind::Date => json!({ "type": "string", "format": "date" }),
        LeafKind::Time => {
            json!({ "type": "string", "pattern": "^[0-9]{2}:[0-9]{2}(:[0-9]{2}(\\.[0-9]+)?)?" })
        }
        LeafKind::DateTime => json!({ "type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ]" }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::limits::DEPTH_MAX;

    /// Why a JSON value is not what a schema says: the words of JSON Schema used here, and no others.
    fn wrong(schema: &Value, value: &Value, defs: &Value, at: &str) -> Option<String> {
        let schema = match schema.get("$ref").and_then(Value::as_str) {
            Some(name) => &defs[name.strip_prefix("#/$defs/").unwrap()],
            None => schema,
        };
        if let Some(only) = schema.get("const") {
            return (only != value).then(|| format!("{at}: {value} is not {only}"));
        }
        let kind = schema["type"].as_str().unwrap_or_else(|| panic!("{at}: no type in {schema}"));
        match (kind, value) {
            ("object", Value::Object(members)) => members.iter().find_map(|(name, value)| {
                let below = format!("{at}/{name}");
                match schema["properties"].get(name) {
                    Some(schema) => wrong(schema, value, defs, &below),
                    None => Some(format!("{below}: unknown")),
                }
            }),
            ("array", Value::Array(values)) => values
                .iter()
                .enumerate()
                .find_map(|(nth, value)| wrong(&schema["items"], value, defs, &format!("{at}/{nth}"))),
            ("string", Value::String(text)) => {
                let chars = text.chars().count() as u64;
                let fits = chars <= schema["maxLength"].as_u64().unwrap_or(u64::MAX)
                    && chars >= schema["minLength"].as_u64().unwrap_or(0)
                    && schema["pattern"].as_str().is_none_or(|pattern| {
                        let pattern = pattern.trim_start_matches('^').trim_end_matches('$').to_owned();
                        let notation = format!("text, like {pattern}");
                        structure::value::Value::parse(notation.leak()).unwrap().allows(text)
                    });
                (!fits).then(|| format!("{at}: {text} is not {schema}"))
            }
            ("integer", Value::Number(number)) if number.is_u64() => None,
            ("boolean", Value::Bool(_)) => None,
            _ => Some(format!("{at}: {value} is no {kind}")),
        }
    }

    #[test]
    fn papers_are_what_their_schema_says() {
        for kind in json_kinds().into_iter().filter(|kind| *kind != DECLARATION) {
            let schema = json_schema_of(kind).unwrap();
            let root = structure::roots().iter().find(|root| root.kind == kind).unwrap();
            let mut papers = 0;
            for seed in 0..6 {
                let text = crate::xml::some_document(root, seed);
                let document = crate::read(text.as_bytes()).unwrap();
                let Some(paper) = document.paper() else { continue };
                let json: Value = serde_json::from_str(&crate::write_paper_json(paper)).unwrap();
                assert_eq!(wrong(&schema, &json, &schema["$defs"], kind), None);
                papers += 1;
                let mut other = json.clone();
                other["unheard_of"] = json!(1);
                assert!(wrong(&schema, &other, &schema["$defs"], kind).is_some());
            }
            let mapped = crate::mapping::declaration_map(root).is_some();
            assert!(papers > 0 || mapped, "{kind}");
        }
        assert_eq!(
            json_schema_of("container").map(|schema| schema["title"].clone()),
            Some(json!("ED_Container"))
        );
        assert_eq!(json_schema_of("unheard_of"), None);
    }

    /// Every field of the catalogue is in the schema, under its own path.
    #[test]
    fn the_schema_has_every_field() {
        let schema = json_schema();
        for (pattern, entry) in declaration::catalogue().iter() {
            let mut at = &schema;
            for name in pattern.split('/') {
                at = at.get("items").unwrap_or(at);
                at = &at["properties"][name];
            }
            assert_eq!(at["title"], entry.field.en, "{pattern}");
        }
        assert_eq!(schema["properties"]["items"]["maxItems"], ITEMS_MAX);
        assert_eq!(schema["properties"]["items"]["items"]["properties"]["mass_gross"]["x-box"], "35");
        assert_eq!(schema["properties"][FORM_FIELD]["const"], FORM);
        const { assert!(DEPTH_MAX < 128) };
    }
}
