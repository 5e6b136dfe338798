//! The canonical JSON: the fields of the declaration under their own names. Decimals, codes, dates
//! and texts are strings, whole numbers are numbers, flags are booleans, lists are arrays; what is
//! empty is absent.
//!
//! The reader drives [`Record`] straight from the parser, without a tree of values in between, so
//! that its memory is bounded by what the declaration can hold.

use std::borrow::Cow;
use std::fmt;

use declaration::{
    Declaration, Field, Fields, Finding, Form, LeafKind, Path, Record, Severity, Shape, Value,
};
use serde::de::{DeserializeSeed, Deserializer, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value as Json};

use crate::limits::{ITEMS_MAX, RECORDS_MAX, TEXT_BYTES_MAX, VALUES_MAX};
use crate::mapping::declaration_map;
use crate::notes::{MALFORMED, Notes, REPEATED};
use crate::structure::{self, Root};
use crate::unreadable::{Reason, Unreadable, shown};
use crate::{Content, Paper};

/// The field that names the form.
pub(crate) const FORM_FIELD: &str = "greenlane";
/// The form of a declaration and its version.
pub(crate) const FORM: &str = "declaration/1";
/// The version of every form.
pub(crate) const VERSION: &str = "1";
/// The member that holds what stands beside a record.
pub(crate) const FURTHER: &str = "further";
/// The member of that which names its table.
pub(crate) const TABLE_FIELD: &str = "table";

/// The form of a paper: its edition, kind and version, as `album-5.23/parcels/1`.
pub(crate) fn form_of(root: &Root) -> String {
    format!("{}/{}/{VERSION}", root.edition.name, root.kind)
}

/// Writes a declaration.
pub(crate) fn write_declaration(declaration: &Declaration) -> String {
    written(FORM, declaration)
}

/// Writes a paper.
pub(crate) fn write_paper(paper: &Paper) -> String {
    written(&form_of(paper.root), &paper.form)
}

fn written(form: &str, record: &dyn Record) -> String {
    let mut object = Map::new();
    object.insert(FORM_FIELD.to_owned(), Json::from(form));
    fields(record, &mut object);
    let mut text = format!("{:#}", Json::Object(object));
    text.push('\n');
    text
}

fn fields(record: &dyn Record, object: &mut Map<String, Json>) {
    for (at, field) in record.fields().iter().enumerate() {
        let mut values: Vec<Json> = (0..record.count(at))
            .filter_map(|nth| match field.shape {
                Shape::Leaf(_) | Shape::Leaves(_) => record.value(at, nth).map(leaf),
                Shape::One(_) | Shape::Many(_) => record.record(at, nth).map(|below| {
                    let mut object = Map::new();
                    fields(below, &mut object);
                    Json::Object(object)
                }),
            })
            .collect();
        if field.shape.is_list() && !values.is_empty() {
            object.insert(field.name.to_owned(), Json::Array(values));
        } else if let Some(value) = values.pop() {
            object.insert(field.name.to_owned(), value);
        }
    }
    if let Some(form) = record.further() {
        let mut beside = Map::new();
        beside.insert(TABLE_FIELD.to_owned(), Json::from(form.table().name));
        fields(form, &mut beside);
        object.insert(FURTHER.to_owned(), Json::Object(beside));
    }
}

fn leaf(value: Value<'_>) -> Json {
    match value {
        Value::Integer(number) => Json::from(number),
        Value::Flag(flag) => Json::from(flag),
        Value::Text(text) => Json::from(text),
        Value::Decimal(number) => Json::from(number.normalize().to_string()),
        Value::Date(_) | Value::Time(_) | Value::DateTime(_) => Json::from(value.to_string()),
    }
}

/// The member that names the form, wherever it stands.
#[derive(serde::Deserialize)]
struct Head<'a> {
    #[serde(borrow)]
    greenlane: Option<Cow<'a, str>>,
}

/// Reads one JSON document.
pub(crate) fn read(text: &str) -> Result<(Content, Vec<Finding>), Box<Unreadable>> {
    // What is no object at all, or none of a known form, is said by the walk over a declaration.
    let head = serde_json::from_str::<Head<'_>>(text).ok().and_then(|head| head.greenlane);
    let root = head.and_then(|form| structure::roots().iter().find(|root| form == form_of(root)).copied());
    if let Some(root) = root
        && let Some(content) = root.content()
    {
        let mut form = Form::new(content.table);
        let mut findings = read_into(text, &form_of(root), &mut form)?;
        // A document in JSON is held to the structure of its format by writing it there.
        match crate::xml::write_form(&form, root) {
            Ok(text) if declaration_map(root).is_some() => {
                let document = crate::xml::read(&text)?;
                if let Some(declared) = document.declaration {
                    findings.extend(document.findings);
                    return Ok((Content::Declaration(Box::new(declared.declaration)), findings));
                }
            }
            Ok(_) => {}
            Err(faults) => findings.extend(faults),
        }
        return Ok((Content::Paper(Paper { root, form }), findings));
    }
    let mut declaration = Declaration::default();
    let findings = read_into(text, FORM, &mut declaration)?;
    Ok((Content::Declaration(Box::new(declaration)), findings))
}

fn read_into(text: &str, form: &str, record: &mut dyn Record) -> Result<Vec<Finding>, Box<Unreadable>> {
    let mut walk = Walk { notes: Notes::default(), path: Vec::new(), records: 0, refusal: None, form: None };
    let mut parser = serde_json::Deserializer::from_str(text);
    let read =
        Object { walk: &mut walk, record, root: true }.deserialize(&mut parser).and_then(|()| parser.end());
    if let Err(error) = read {
        // A refusal raised inside the walk knows more than the parser does.
        let line = u64::try_from(error.line()).ok().filter(|line| *line > 0);
        return Err(match walk.refusal {
            Some((reason, path)) => reason.at(line, "", path),
            None if error.is_data() => Reason::JsonShape.at(line, "", Path::root()),
            None => Reason::IllFormed(shown(&error.to_string())).at(line, "", Path::root()),
        });
    }
    match walk.form.as_deref() {
        Some(found) if found == form => Ok(walk.notes.finish()),
        Some(other) => Err(Reason::JsonForm(shown(other)).at(None, "", Path::new(FORM_FIELD))),
        None => Err(Reason::JsonForm(String::new()).at(None, "", Path::new(FORM_FIELD))),
    }
}

/// One step of the path of the field being read.
enum Step {
    Field(&'static str),
    At(usize),
}

struct Walk {
    notes: Notes,
    path: Vec<Step>,
    records: usize,
    /// Why reading was stopped.
    refusal: Option<(Reason, Path)>,
    /// The form the document says it is of.
    form: Option<String>,
}

impl Walk {
    fn here(&self) -> Path {
        self.path.iter().fold(Path::root(), |path, step| match step {
            Step::Field(name) => path.field(name),
            Step::At(nth) => path.at(*nth),
        })
    }

    fn refuse<E: serde::de::Error>(&mut self, reason: Reason) -> E {
        self.refusal = Some((reason, self.here()));
        E::custom("")
    }

    fn malformed(&mut self, found: &str, ru: &str, en: &str) {
        if self.notes.has_room(Severity::Error) {
            let path = self.here();
            let found = shown(found);
            let ru = format!("Поле {path}: указано «{found}», ожидается {ru}.");
            let en = format!("Field {path}: found “{found}”, expected {en}.");
            self.notes.add(MALFORMED, Severity::Error, path, ru, en);
        }
    }
}

/// An object whose members are the fields of `record`.
struct Object<'w, 'r> {
    walk: &'w mut Walk,
    record: &'r mut dyn Record,
    root: bool,
}

impl<'de> DeserializeSeed<'de> for Object<'_, '_> {
    type Value = ();
    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<(), D::Error> {
        from.deserialize_any(self)
    }
}

/// What is not an object, where one belongs: a finding, or at the root a refusal.
macro_rules! not_an_object {
    ($($visit:ident: $type:ty),*) => {
        $(fn $visit<E: serde::de::Error>(self, found: $type) -> Result<(), E> {
            self.not_an_object(&found.to_string())
        })*
    };
}

impl Object<'_, '_> {
    fn not_an_object<E: serde::de::Error>(self, found: &str) -> Result<(), E> {
        if self.root {
            return Err(self.walk.refuse(Reason::JsonShape));
        }
        self.walk.malformed(found, "объект с полями", "an object with fields");
        Ok(())
    }
}

impl<'de> Visitor<'de> for Object<'_, '_> {
    type Value = ();

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("an object with the fields of a declaration")
    }

    not_an_object!(visit_bool: bool, visit_i64: i64, visit_u64: u64, visit_f64: f64, visit_str: &str);

    fn visit_unit<E: serde::de::Error>(self) -> Result<(), E> {
        self.not_an_object("null")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        if self.root {
            return Err(self.walk.refuse(Reason::JsonShape));
        }
        while list.next_element::<IgnoredAny>()?.is_some() {}
        self.not_an_object("[…]")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<(), A::Error> {
        let Object { walk, record, root } = self;
        let mut seen: u128 = 0;
        while let Some(Name(name)) = members.next_key()? {
            if root && name == FORM_FIELD {
                walk.form = Some(match members.next_value::<Json>()? {
                    Json::String(form) => form,
                    other => other.to_string(),
                });
                continue;
            }
            if name == FURTHER && record.further_mut().is_some() {
                walk.path.push(Step::Field(FURTHER));
                members.next_value_seed(Beside { walk: &mut *walk, record: &mut *record })?;
                walk.path.pop();
                continue;
            }
            let Some((at, field)) =
                record.index_of(&name).and_then(|at| Some((at, record.fields().get(at)?)))
            else {
                return Err(walk.refuse(Reason::UnknownField(shown(&name))));
            };
            walk.path.push(Step::Field(field.name));
            if seen & (1 << at) != 0 {
                if walk.notes.has_room(Severity::Error) {
                    let path = walk.here();
                    let ru = format!("Поле {path} повторено; оставлено первое. Удалите лишнее.");
                    let en = format!("Field {path} is repeated; the first is kept. Remove the other.");
                    walk.notes.add(REPEATED, Severity::Error, path, ru, en);
                }
                members.next_value::<IgnoredAny>()?;
            } else {
                seen |= 1 << at;
                let (walk, record) = (&mut *walk, &mut *record);
                if field.shape.is_list() {
                    members.next_value_seed(List { walk, record, at, field })?;
                } else {
                    members.next_value_seed(Single { walk, record, at, field })?;
                }
            }
            walk.path.pop();
        }
        Ok(())
    }
}

/// What stands beside a record: an object whose first member names its table.
struct Beside<'w, 'r> {
    walk: &'w mut Walk,
    record: &'r mut dyn Record,
}

impl<'de> DeserializeSeed<'de> for Beside<'_, '_> {
    type Value = ();
    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<(), D::Error> {
        from.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Beside<'_, '_> {
    type Value = ();

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("an object that names its table first")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<(), A::Error> {
        let Beside { walk, record } = self;
        let named = match members.next_key::<Name<'_>>()? {
            Some(Name(name)) if name == TABLE_FIELD => {
                let name: String = members.next_value()?;
                structure::table_called(&name).ok_or(name)
            }
            _ => Err(String::new()),
        };
        let table = match named {
            Ok(table) => table,
            Err(name) => {
                return Err(walk.refuse(Reason::UnknownField(shown(&format!("{TABLE_FIELD}: {name}")))));
            }
        };
        let Some(slot) = record.further_mut() else { return Ok(()) };
        let form = slot.insert(Box::new(Form::new(table)));
        Object { walk, record: form.as_mut(), root: false }.visit_map(members)
    }
}

/// A member's name, borrowed where it can be.
struct Name<'de>(Cow<'de, str>);

impl<'de> serde::Deserialize<'de> for Name<'de> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Names;
        impl<'de> Visitor<'de> for Names {
            type Value = Name<'de>;
            fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                out.write_str("a name")
            }
            fn visit_borrowed_str<E>(self, name: &'de str) -> Result<Name<'de>, E> {
                Ok(Name(Cow::Borrowed(name)))
            }
            fn visit_str<E>(self, name: &str) -> Result<Name<'de>, E> {
                Ok(Name(Cow::Owned(name.to_owned())))
            }
        }
        from.deserialize_str(Names)
    }
}

/// One value or record of a field, or one entry of its list.
struct Single<'w, 'r> {
    walk: &'w mut Walk,
    record: &'r mut dyn Record,
    at: usize,
    field: &'static Field,
}

impl<'de> DeserializeSeed<'de> for Single<'_, '_> {
    type Value = ();
    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<(), D::Error> {
        let Single { walk, record, at, field } = self;
        let Some(kind) = field.shape.leaf() else {
            walk.records += 1;
            if walk.records > RECORDS_MAX {
                return Err(walk.refuse(Reason::Limit("записей", "records", RECORDS_MAX)));
            }
            let Some(record) = record.open(at) else { return Err(D::Error::custom(field.name)) };
            return Object { walk, record, root: false }.deserialize(from);
        };
        from.deserialize_any(Scalar { walk, record, at, kind })
    }
}

/// A list of a field.
struct List<'w, 'r> {
    walk: &'w mut Walk,
    record: &'r mut dyn Record,
    at: usize,
    field: &'static Field,
}

impl<'de> DeserializeSeed<'de> for List<'_, '_> {
    type Value = ();
    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<(), D::Error> {
        from.deserialize_any(self)
    }
}

macro_rules! not_a_list {
    ($($visit:ident: $type:ty),*) => {
        $(fn $visit<E: serde::de::Error>(self, found: $type) -> Result<(), E> {
            self.not_a_list(&found.to_string())
        })*
    };
}

impl List<'_, '_> {
    fn not_a_list<E>(self, found: &str) -> Result<(), E> {
        self.walk.malformed(found, "список", "a list");
        Ok(())
    }
}

impl<'de> Visitor<'de> for List<'_, '_> {
    type Value = ();

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("a list")
    }

    not_a_list!(visit_bool: bool, visit_i64: i64, visit_u64: u64, visit_f64: f64, visit_str: &str);

    fn visit_unit<E: serde::de::Error>(self) -> Result<(), E> {
        self.not_a_list("null")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<(), A::Error> {
        while members.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        self.not_a_list("{…}")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        let List { walk, record, at, field } = self;
        let records = field.shape.leaf().is_none();
        let (max, ru, en) = match (records, field.name, field.shape) {
            (true, "items", Shape::Many(Fields::Of(_))) => (ITEMS_MAX, "товаров", "goods"),
            (true, ..) => (RECORDS_MAX, "записей", "records"),
            (false, ..) => (VALUES_MAX, "значений", "values"),
        };
        let mut nth = 0;
        loop {
            walk.path.push(Step::At(nth));
            let (entry_walk, entry_record) = (&mut *walk, &mut *record);
            let entry = Bounded {
                full: nth == max,
                limit: (ru, en, max),
                single: Single { walk: entry_walk, record: entry_record, at, field },
            };
            let more = list.next_element_seed(entry)?.is_some();
            walk.path.pop();
            if !more {
                return Ok(());
            }
            nth += 1;
        }
    }
}

/// An entry of a list that may be one too many.
struct Bounded<'w, 'r> {
    full: bool,
    limit: (&'static str, &'static str, usize),
    single: Single<'w, 'r>,
}

impl<'de> DeserializeSeed<'de> for Bounded<'_, '_> {
    type Value = ();
    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<(), D::Error> {
        if self.full {
            let (ru, en, max) = self.limit;
            return Err(self.single.walk.refuse(Reason::Limit(ru, en, max)));
        }
        self.single.deserialize(from)
    }
}

/// One value of a leaf.
struct Scalar<'w, 'r> {
    walk: &'w mut Walk,
    record: &'r mut dyn Record,
    at: usize,
    kind: LeafKind,
}

impl Scalar<'_, '_> {
    fn set<E: serde::de::Error>(self, text: &str) -> Result<(), E> {
        let text = text.trim();
        if text.len() > TEXT_BYTES_MAX {
            return Err(self.walk.refuse(Reason::Limit("байт текста", "bytes of text", TEXT_BYTES_MAX)));
        }
        if let Err(bad) = self.record.set(self.at, text) {
            self.walk.malformed(text, &bad.expected_ru, &bad.expected_en);
        }
        Ok(())
    }

    fn wrong_type<E>(self, found: &str) -> Result<(), E> {
        let (ru, en) = match self.kind {
            LeafKind::Integer => ("число", "a number"),
            LeafKind::Flag => ("true или false", "true or false"),
            LeafKind::Decimal { .. } => ("десятичное число строкой", "a decimal as a string"),
            LeafKind::Text { .. } | LeafKind::Code { .. } => ("строка", "a string"),
            LeafKind::Date => ("дата строкой", "a date as a string"),
            LeafKind::Time => ("время строкой", "a time as a string"),
            LeafKind::DateTime => ("дата и время строкой", "a date and time as a string"),
        };
        self.walk.malformed(found, ru, en);
        Ok(())
    }
}

impl<'de> Visitor<'de> for Scalar<'_, '_> {
    type Value = ();

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("a value")
    }

    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<(), E> {
        match self.kind {
            LeafKind::Integer | LeafKind::Flag => self.wrong_type(text),
            _ => self.set(text),
        }
    }

    fn visit_bool<E: serde::de::Error>(self, flag: bool) -> Result<(), E> {
        match self.kind {
            LeafKind::Flag => self.set(if flag { "true" } else { "false" }),
            _ => self.wrong_type(if flag { "true" } else { "false" }),
        }
    }

    fn visit_u64<E: serde::de::Error>(self, number: u64) -> Result<(), E> {
        match self.kind {
            LeafKind::Integer => self.set(&number.to_string()),
            _ => self.wrong_type(&number.to_string()),
        }
    }

    fn visit_i64<E: serde::de::Error>(self, number: i64) -> Result<(), E> {
        self.wrong_type(&number.to_string())
    }

    fn visit_f64<E: serde::de::Error>(self, number: f64) -> Result<(), E> {
        self.wrong_type(&number.to_string())
    }

    fn visit_unit<E: serde::de::Error>(self) -> Result<(), E> {
        self.wrong_type("null")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        while list.next_element::<IgnoredAny>()?.is_some() {}
        self.wrong_type("[…]")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<(), A::Error> {
        while members.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        self.wrong_type("{…}")
    }
}

#[cfg(test)]
mod tests;
