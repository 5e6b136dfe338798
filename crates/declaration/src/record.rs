//! The one table of fields, and the way to walk any record by it.
//!
//! [`record!`](crate::model) declares a struct and, in the same line, each field's box number and
//! labels. From that come the typed struct that business code uses and the [`Record`] view that
//! formats, pages, rules, differences and JSON use. There is no second list to keep.

use std::collections::HashMap;
use std::sync::OnceLock;

use crate::form::Form;
use crate::leaf::{LeafKind, Malformed, Value};
use crate::path::Path;

/// How often a field stands in its record, and what it holds.
#[derive(Debug, Clone, Copy)]
pub enum Shape {
    /// At most one value.
    Leaf(LeafKind),
    /// Any number of values.
    Leaves(LeafKind),
    /// At most one record.
    One(Fields),
    /// Any number of records.
    Many(Fields),
}

/// The fields of a record below.
#[derive(Debug, Clone, Copy)]
pub enum Fields {
    /// Those of a record type; a function, because records may hold each other.
    Of(fn() -> &'static [Field]),
    /// Those of a form's table.
    Table(&'static [Field]),
}

impl Fields {
    /// The rows, in the order of the form.
    pub fn all(self) -> &'static [Field] {
        match self {
            Fields::Of(fields) => fields(),
            Fields::Table(fields) => fields,
        }
    }
}

impl Shape {
    /// The kind of value, where the field holds values.
    pub fn leaf(self) -> Option<LeafKind> {
        match self {
            Shape::Leaf(kind) | Shape::Leaves(kind) => Some(kind),
            Shape::One(_) | Shape::Many(_) => None,
        }
    }

    /// The fields below, where the field holds records.
    pub fn fields(self) -> Option<&'static [Field]> {
        match self {
            Shape::Leaf(_) | Shape::Leaves(_) => None,
            Shape::One(fields) | Shape::Many(fields) => Some(fields.all()),
        }
    }

    /// Whether the field is a list.
    pub fn is_list(self) -> bool {
        matches!(self, Shape::Leaves(_) | Shape::Many(_))
    }
}

/// One row of the table of fields.
#[derive(Debug, Clone, Copy)]
pub struct Field {
    /// The name in paths, JSON and rules: `mass_gross`.
    pub name: &'static str,
    /// What it holds.
    pub shape: Shape,
    /// The box on the form, such as `35` or `1.2`; empty where it is the box of the record above, or none.
    pub box_number: &'static str,
    /// Label in Russian.
    pub ru: &'static str,
    /// Label in English.
    pub en: &'static str,
}

/// A record seen through its table of fields. `field` is an index into [`Record::fields`].
pub trait Record {
    /// The rows of the table, in the order of the form.
    fn fields(&self) -> &'static [Field];
    /// How many values or records the field holds: 0 or 1 unless it is a list.
    fn count(&self, field: usize) -> usize;
    /// The `nth` value of a leaf field, counted from 0.
    fn value(&self, field: usize, nth: usize) -> Option<Value<'_>>;
    /// Parses and sets a leaf, or appends to a list of leaves. No effect on records.
    fn set(&mut self, field: usize, text: &str) -> Result<(), Malformed>;
    /// The `nth` record of a field, counted from 0.
    fn record(&self, field: usize, nth: usize) -> Option<&dyn Record>;
    /// The record of a field to fill in: made if absent, or appended to a list.
    fn open(&mut self, field: usize) -> Option<&mut dyn Record>;
    /// The `nth` record of a field, to change.
    fn record_mut(&mut self, field: usize, nth: usize) -> Option<&mut dyn Record>;
    /// Removes whatever the field holds.
    fn clear(&mut self, field: usize);
    /// What a format has beyond the fields of this record, under the format's own table.
    fn further(&self) -> Option<&Form>;
    /// The same, to be filled in; none for a record that has no room for it.
    fn further_mut(&mut self) -> Option<&mut Option<Box<Form>>>;

    /// Whether no field holds anything.
    fn is_empty(&self) -> bool {
        (0..self.fields().len()).all(|field| self.count(field) == 0) && self.further().is_none()
    }

    /// The index of the field called `name`.
    fn index_of(&self, name: &str) -> Option<usize> {
        self.fields().iter().position(|field| field.name == name)
    }
}

/// The value at a path such as `items/3/mass_gross`, if the record holds one.
pub fn value_at<'r>(record: &'r dyn Record, path: &str) -> Option<Value<'r>> {
    let mut record = record;
    let mut parts = path.split('/').peekable();
    loop {
        let field = record.index_of(parts.next()?)?;
        let shape = record.fields().get(field)?.shape;
        let nth = if shape.is_list() {
            parts
                .next_if(|part| part.bytes().all(|b| b.is_ascii_digit()))
                .map_or(Some(1), |p| p.parse().ok())?
        } else {
            1usize
        };
        let nth = nth.checked_sub(1)?;
        if shape.leaf().is_some() {
            return parts.peek().is_none().then(|| record.value(field, nth))?;
        }
        record = record.record(field, nth)?;
    }
}

/// A field with the box it inherits, as the catalogue lists it.
#[derive(Debug, Clone, Copy)]
pub struct Entry {
    /// The row.
    pub field: &'static Field,
    /// Its box, or the box of the nearest record above that has one; may be empty.
    pub box_number: &'static str,
}

/// Every field of a declaration by its pattern (`items/mass_gross`), in the order of the form.
pub struct Catalogue {
    patterns: Vec<(String, Entry)>,
    by_pattern: HashMap<String, usize>,
}

impl Catalogue {
    fn of(fields: &'static [Field]) -> Self {
        let mut catalogue = Self { patterns: Vec::new(), by_pattern: HashMap::new() };
        catalogue.add(fields, "", "");
        catalogue
    }

    fn add(&mut self, fields: &'static [Field], above: &str, box_above: &'static str) {
        for field in fields {
            let pattern =
                if above.is_empty() { field.name.to_owned() } else { format!("{above}/{}", field.name) };
            let box_number = if field.box_number.is_empty() { box_above } else { field.box_number };
            self.by_pattern.insert(pattern.clone(), self.patterns.len());
            self.patterns.push((pattern.clone(), Entry { field, box_number }));
            if let Some(below) = field.shape.fields() {
                self.add(below, &pattern, box_number);
            }
        }
    }

    /// The entry of a path; positions in the path are ignored.
    pub fn entry(&self, path: &Path) -> Option<Entry> {
        let at = self.by_pattern.get(&path.pattern())?;
        self.patterns.get(*at).map(|(_, entry)| *entry)
    }

    /// The box number of a path, or an empty text.
    pub fn box_number(&self, path: &Path) -> &'static str {
        self.entry(path).map_or("", |entry| entry.box_number)
    }

    /// All fields by pattern, in the order of the form.
    pub fn iter(&self) -> impl Iterator<Item = (&str, Entry)> {
        self.patterns.iter().map(|(pattern, entry)| (pattern.as_str(), *entry))
    }
}

/// The catalogue of the declaration's fields.
pub fn catalogue() -> &'static Catalogue {
    static CATALOGUE: OnceLock<Catalogue> = OnceLock::new();
    CATALOGUE.get_or_init(|| Catalogue::of(crate::model::Declaration::FIELDS))
}

/// Declares a record: the struct, its row of labels per field, and the [`Record`] view.
///
/// `leaf name: Type, box, ru, en;` is an `Option<Type>`, `leaves` a `Vec<Type>` of values; `one` is
/// an `Option<Type>` and `many` a `Vec<Type>` of records.
macro_rules! record {
    ($(#[$doc:meta])* pub struct $name:ident { $($kind:ident $field:ident : $type:ty, $box:literal, $ru:literal, $en:literal;)+ }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Default)]
        pub struct $name {
            $(#[doc = concat!($en, " (", $ru, "); box \"", $box, "\".")]
            pub $field: record!(@type $kind $type),)+
            /// What the document's format has beyond these fields, under that format's own table.
            pub further: Option<Box<$crate::form::Form>>,
        }

        impl $name {
            /// The rows of the table of fields, in the order of the form.
            pub const FIELDS: &'static [$crate::record::Field] = &[
                $($crate::record::Field {
                    name: stringify!($field),
                    shape: record!(@shape $kind $type),
                    box_number: $box,
                    ru: $ru,
                    en: $en,
                },)+
            ];
        }

        impl $crate::record::Record for $name {
            fn fields(&self) -> &'static [$crate::record::Field] {
                Self::FIELDS
            }
            fn count(&self, field: usize) -> usize {
                let mut at = 0..;
                $(if at.next() == Some(field) { return record!(@count $kind self.$field); })+
                let _ = at;
                0
            }
            #[allow(unused_variables)]
            fn value(&self, field: usize, nth: usize) -> Option<$crate::leaf::Value<'_>> {
                let mut at = 0..;
                $(if at.next() == Some(field) { return record!(@value $kind self.$field, nth); })+
                let _ = at;
                None
            }
            #[allow(unused_variables)]
            fn set(&mut self, field: usize, text: &str) -> Result<(), $crate::leaf::Malformed> {
                let mut at = 0..;
                $(if at.next() == Some(field) { record!(@set $kind $type, self.$field, text); return Ok(()); })+
                let _ = at;
                Ok(())
            }
            #[allow(unused_variables)]
            fn record(&self, field: usize, nth: usize) -> Option<&dyn $crate::record::Record> {
                let mut at = 0..;
                $(if at.next() == Some(field) { return record!(@record $kind self.$field, nth); })+
                let _ = at;
                None
            }
            fn open(&mut self, field: usize) -> Option<&mut dyn $crate::record::Record> {
                let mut at = 0..;
                $(if at.next() == Some(field) { return record!(@open $kind $type, self.$field); })+
                let _ = at;
                None
            }
            #[allow(unused_variables)]
            fn record_mut(&mut self, field: usize, nth: usize) -> Option<&mut dyn $crate::record::Record> {
                let mut at = 0..;
                $(if at.next() == Some(field) { return record!(@record_mut $kind self.$field, nth); })+
                let _ = at;
                None
            }
            fn clear(&mut self, field: usize) {
                let mut at = 0..;
                $(if at.next() == Some(field) { self.$field = Default::default(); return; })+
                let _ = at;
            }
            fn further(&self) -> Option<&$crate::form::Form> {
                self.further.as_deref()
            }
            fn further_mut(&mut self) -> Option<&mut Option<Box<$crate::form::Form>>> {
                Some(&mut self.further)
            }
        }
    };
    (@type leaf $type:ty) => { Option<$type> };
    (@type leaves $type:ty) => { Vec<$type> };
    (@type one $type:ty) => { Option<$type> };
    (@type many $type:ty) => { Vec<$type> };
    (@shape leaf $type:ty) => { $crate::record::Shape::Leaf(<$type as $crate::leaf::Leaf>::KIND) };
    (@shape leaves $type:ty) => { $crate::record::Shape::Leaves(<$type as $crate::leaf::Leaf>::KIND) };
    (@shape one $type:ty) => { $crate::record::Shape::One($crate::record::Fields::Of(|| <$type>::FIELDS)) };
    (@shape many $type:ty) => { $crate::record::Shape::Many($crate::record::Fields::Of(|| <$type>::FIELDS)) };
    (@count leaf $at:expr) => { usize::from($at.is_some()) };
    (@count one $at:expr) => { usize::from($at.is_some()) };
    (@count leaves $at:expr) => { $at.len() };
    (@count many $at:expr) => { $at.len() };
    (@value leaf $at:expr, $nth:ident) => {
        if $nth == 0 { $at.as_ref().map($crate::leaf::Leaf::value) } else { None }
    };
    (@value leaves $at:expr, $nth:ident) => { $at.get($nth).map($crate::leaf::Leaf::value) };
    (@value one $at:expr, $nth:ident) => { None };
    (@value many $at:expr, $nth:ident) => { None };
    (@set leaf $type:ty, $at:expr, $text:ident) => { $at = Some(<$type as $crate::leaf::Leaf>::parse($text)?) };
    (@set leaves $type:ty, $at:expr, $text:ident) => { $at.push(<$type as $crate::leaf::Leaf>::parse($text)?) };
    (@set one $type:ty, $at:expr, $text:ident) => {};
    (@set many $type:ty, $at:expr, $text:ident) => {};
    (@record one $at:expr, $nth:ident) => {
        if $nth == 0 { $at.as_ref().map(|record| record as &dyn $crate::record::Record) } else { None }
    };
    (@record many $at:expr, $nth:ident) => { $at.get($nth).map(|record| record as &dyn $crate::record::Record) };
    (@record leaf $at:expr, $nth:ident) => { None };
    (@record leaves $at:expr, $nth:ident) => { None };
    (@record_mut one $at:expr, $nth:ident) => {
        if $nth == 0 { $at.as_mut().map(|record| record as &mut dyn $crate::record::Record) } else { None }
    };
    (@record_mut many $at:expr, $nth:ident) => {
        $at.get_mut($nth).map(|record| record as &mut dyn $crate::record::Record)
    };
    (@record_mut leaf $at:expr, $nth:ident) => { None };
    (@record_mut leaves $at:expr, $nth:ident) => { None };
    (@open one $type:ty, $at:expr) => { Some($at.get_or_insert_with(<$type>::default)) };
    (@open many $type:ty, $at:expr) => {{
        $at.push(<$type>::default());
        $at.last_mut().map(|record| record as &mut dyn $crate::record::Record)
    }};
    (@open leaf $type:ty, $at:expr) => { None };
    (@open leaves $type:ty, $at:expr) => { None };
}
pub(crate) use record;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Declaration, Item};
    use crate::quantity::Mass;

    #[test]
    fn every_field_has_a_name_of_its_own_and_both_labels() {
        let mut seen = std::collections::HashSet::new();
        for (pattern, entry) in catalogue().iter() {
            assert!(seen.insert(pattern.to_owned()), "{pattern} twice");
            assert!(!entry.field.ru.is_empty() && !entry.field.en.is_empty(), "{pattern} lacks a label");
            assert!(
                entry.field.ru.chars().any(|c| ('а'..='я').contains(&c.to_ascii_lowercase())),
                "{pattern}"
            );
        }
        assert!(seen.len() > 150, "only {} fields", seen.len());
    }

    #[test]
    fn a_record_is_walked_by_name_and_position() {
        let mut declaration = Declaration::default();
        let items = declaration.index_of("items").unwrap();
        for mass in ["10", "20.5"] {
            let item = declaration.open(items).unwrap();
            let at = item.index_of("mass_gross").unwrap();
            item.set(at, mass).unwrap();
        }
        assert_eq!(declaration.items.len(), 2);
        assert_eq!(value_at(&declaration, "items/2/mass_gross").unwrap().to_string(), "20.5");
        assert_eq!(value_at(&declaration, "items/3/mass_gross"), None);
        assert_eq!(value_at(&declaration, "items/0/mass_gross"), None);
        assert_eq!(value_at(&declaration, "items/2/no_such_field"), None);
        assert_eq!(
            declaration.items[1],
            Item { mass_gross: Some(Mass::parse("20.5").unwrap()), ..Item::default() }
        );
    }

    use crate::leaf::Leaf;

    #[test]
    fn boxes_are_inherited_from_the_record_above() {
        assert_eq!(catalogue().box_number(&Path::new("items/3/mass_gross")), "35");
        assert_eq!(catalogue().box_number(&Path::new("consignee/address/1/country")), "8");
        assert_eq!(catalogue().box_number(&Path::new("nothing/of/the/kind")), "");
    }
}
