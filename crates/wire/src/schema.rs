//! The JSON Schema of the canonical JSON, made from the table of fields.

use declaration::{Declaration, Field, Fields, LeafKind, Shape};
use serde_json::{Map, Value, json};

use crate::json::{FORM, FORM_FIELD, FURTHER, TABLE_FIELD, form_of};
use crate::limits::ITEMS_MAX;
use crate::structure;

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

/// The schema of the canonical JSON of a kind of paper, such as `parcels`; none of an unknown kind.
pub fn json_schema_of(kind: &str) -> Option<Value> {
    let root = structure::roots().iter().find(|root| root.kind == kind)?;
    let mut schema = object(root.content()?.table.fields);
    let members = schema.as_object_mut()?;
    members.insert("$schema".into(), json!("https://json-schema.org/draft/2020-12/schema"));
    members.insert("$id".into(), json!(format!("urn:greenlane:{}:{kind}:1", root.edition.name)));
    members.insert("title".into(), json!(root.element));
    members.insert("required".into(), json!([FORM_FIELD]));
    let properties = members.get_mut("properties").and_then(Value::as_object_mut)?;
    properties.insert(FORM_FIELD.into(), json!({ "const": form_of(root) }));
    Some(schema)
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
    let mut schema = match field.shape {
        Shape::Leaf(kind) => value(kind),
        Shape::Leaves(kind) => json!({ "type": "array", "items": value(kind) }),
        Shape::One(fields) => record(fields),
        Shape::Many(fields) if field.name == "items" => {
            json!({ "type": "array", "maxItems": ITEMS_MAX, "items": record(fields) })
        }
        Shape::Many(fields) => json!({ "type": "array", "items": record(fields) }),
    };
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
