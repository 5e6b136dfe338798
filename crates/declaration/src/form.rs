//! A record whose table of fields is data: documents of the trade that nobody decides on line by line,
//! and the rare parts of those that somebody does.
//!
//! A [`Form`] is read, written, shown, compared and turned into JSON through [`Record`], exactly as
//! [`crate::Declaration`] is. What it may hold says its [`FormTable`], made once by whoever knows the
//! format; so a document of a hundred kinds of element needs no struct of a hundred fields.

use jiff::civil::{Date, DateTime, Time};
use rust_decimal::Decimal;

use crate::leaf::{Leaf, LeafKind, Malformed, Value};
use crate::record::{Field, Record};

/// The longest text a field of a form may hold, in characters: forms carry remarks and reasons.
pub const FORM_TEXT_CHARS_MAX: usize = 100_000;

/// The table of a form: its fields, and the tables of the forms below. Lives as long as the program.
#[derive(Debug)]
pub struct FormTable {
    /// What names the table among all tables, such as `album/ExpressCargo`.
    pub name: &'static str,
    /// The fields, in the order of the format.
    pub fields: &'static [Field],
    /// For each field that holds forms, their table.
    pub below: Vec<Option<&'static FormTable>>,
}

/// Values and forms by field. Only what is there takes room.
#[derive(Clone)]
pub struct Form {
    table: &'static FormTable,
    /// What there is, by field, in the order the fields came.
    slots: Vec<(u16, Slots)>,
}

/// What one field holds: seldom more than one thing, and then any number.
#[derive(Debug, Clone, PartialEq)]
enum Slots {
    One(Slot),
    Many(Vec<Slot>),
}

impl Slots {
    fn all(&self) -> &[Slot] {
        match self {
            Self::One(slot) => std::slice::from_ref(slot),
            Self::Many(slots) => slots,
        }
    }

    fn all_mut(&mut self) -> &mut [Slot] {
        match self {
            Self::One(slot) => std::slice::from_mut(slot),
            Self::Many(slots) => slots,
        }
    }

    fn push(&mut self, slot: Slot) {
        *self = match std::mem::replace(self, Self::Many(Vec::new())) {
            Self::One(first) => Self::Many(vec![first, slot]),
            Self::Many(mut slots) => {
                slots.push(slot);
                Self::Many(slots)
            }
        };
    }
}

#[derive(Debug, Clone, PartialEq)]
enum Slot {
    Leaf(LeafValue),
    Form(Form),
}

#[derive(Debug, Clone, PartialEq)]
enum LeafValue {
    Text(Box<str>),
    Integer(u32),
    Decimal(Decimal),
    Flag(bool),
    Date(Date),
    Time(Time),
    DateTime(DateTime),
}

impl LeafValue {
    fn parse(kind: LeafKind, text: &str) -> Result<Self, Malformed> {
        // A value with a time zone stays as it was written: the zone is part of what was said.
        let zoned = |plain_chars_max: usize| text.len() > plain_chars_max && has_zone(text);
        Ok(match kind {
            LeafKind::Text { max_chars } | LeafKind::Code { max_chars } => {
                let long = text.len() > max_chars && text.chars().count() > max_chars;
                if text.is_empty() || long || text.contains(|c: char| c.is_control() && !c.is_whitespace()) {
                    return Err(Malformed::new(
                        format!("text of 1 to {max_chars} characters"),
                        format!("текст от 1 до {max_chars} знаков"),
                    ));
                }
                Self::Text(text.into())
            }
            LeafKind::Integer => Self::Integer(u32::parse(text)?),
            LeafKind::Decimal { .. } => Self::Decimal(
                Decimal::from_str_exact(text.strip_prefix('+').unwrap_or(text))
                    .map_err(|_| Malformed::new("a decimal number", "десятичное число"))?,
            ),
            LeafKind::Flag => Self::Flag(bool::parse(text)?),
            LeafKind::Date => match Date::parse(text)? {
                _ if zoned(10) => Self::Text(text.into()),
                date => Self::Date(date),
            },
            LeafKind::Time => match Time::parse(text)? {
                _ if zoned(8) => Self::Text(text.into()),
                time => Self::Time(time),
            },
            LeafKind::DateTime => match DateTime::parse(text)? {
                _ if zoned(19) => Self::Text(text.into()),
                moment => Self::DateTime(moment),
            },
        })
    }

    fn value(&self) -> Value<'_> {
        match self {
            Self::Text(text) => Value::Text(text),
            Self::Integer(number) => Value::Integer(i64::from(*number)),
            Self::Decimal(number) => Value::Decimal(*number),
            Self::Flag(flag) => Value::Flag(*flag),
            Self::Date(date) => Value::Date(*date),
            Self::Time(time) => Value::Time(*time),
            Self::DateTime(moment) => Value::DateTime(*moment),
        }
    }
}

fn has_zone(text: &str) -> bool {
    text.ends_with('Z')
        || text
            .len()
            .checked_sub(6)
            .and_then(|at| text.get(at..))
            .is_some_and(|zone| zone.starts_with(['+', '-']) && zone.as_bytes().get(3) == Some(&b':'))
}

impl Form {
    /// An empty form under a table.
    pub fn new(table: &'static FormTable) -> Self {
        Self { table, slots: Vec::new() }
    }

    /// Its table.
    pub fn table(&self) -> &'static FormTable {
        self.table
    }

    fn of(&self, field: usize) -> &[Slot] {
        let slots = self.slots.iter().find(|(at, _)| usize::from(*at) == field);
        slots.map_or(&[], |(_, slots)| slots.all())
    }

    fn of_mut(&mut self, field: usize) -> &mut [Slot] {
        let slots = self.slots.iter_mut().find(|(at, _)| usize::from(*at) == field);
        slots.map_or(&mut [], |(_, slots)| slots.all_mut())
    }

    fn add(&mut self, field: usize, slot: Slot) -> Option<&mut Slot> {
        let at = u16::try_from(field).ok()?;
        match self.slots.iter_mut().find(|(there, _)| *there == at) {
            Some((_, slots)) => slots.push(slot),
            None => self.slots.push((at, Slots::One(slot))),
        }
        self.of_mut(field).last_mut()
    }

    /// Takes the last thing of a field away.
    fn pop(&mut self, field: usize) {
        match self.slots.iter_mut().find(|(at, _)| usize::from(*at) == field) {
            Some((_, Slots::Many(slots))) if slots.len() > 1 => drop(slots.pop()),
            _ => self.clear(field),
        }
    }

    /// The `nth` form of a field below, counted from 0; those before it are made too where they lack.
    pub fn nth_or_new(&mut self, field: usize, nth: usize) -> Option<&mut Form> {
        let table = (*self.table.below.get(field)?)?;
        for _ in self.count(field)..=nth {
            self.add(field, Slot::Form(Form::new(table)));
        }
        self.form_mut(field, nth)
    }

    /// One more form of a field below, or the one there is where the field is no list.
    pub fn open_form(&mut self, field: usize) -> Option<&mut Form> {
        let row = self.table.fields.get(field)?;
        if !row.shape.is_list() && self.count(field) > 0 {
            return self.form_mut(field, 0);
        }
        let table = (*self.table.below.get(field)?)?;
        match self.add(field, Slot::Form(Form::new(table)))? {
            Slot::Form(form) => Some(form),
            Slot::Leaf(_) => None,
        }
    }

    /// The `nth` form of a field below.
    pub fn form(&self, field: usize, nth: usize) -> Option<&Form> {
        match self.of(field).get(nth)? {
            Slot::Form(form) => Some(form),
            Slot::Leaf(_) => None,
        }
    }

    fn form_mut(&mut self, field: usize, nth: usize) -> Option<&mut Form> {
        match self.of_mut(field).get_mut(nth)? {
            Slot::Form(form) => Some(form),
            Slot::Leaf(_) => None,
        }
    }

    /// Every form of a field called `name`, in order.
    pub fn forms(&self, name: &str) -> impl Iterator<Item = &Form> {
        let field = self.index_of(name).unwrap_or(usize::MAX);
        self.of(field).iter().filter_map(|slot| match slot {
            Slot::Form(form) => Some(form),
            Slot::Leaf(_) => None,
        })
    }

    /// Sets the leaf at a path such as `identity/number` or `lines/2/number`, and makes the forms on
    /// the way that are not there yet. Positions count from 1 and may be left out: then it is the first
    /// form of a list of forms, and one more value of a list of values.
    ///
    /// # Errors
    /// Where no field is called so, a position leaves a gap in a list, or the text does not fit the
    /// leaf; the form keeps what it had.
    pub fn fill(&mut self, path: &str, text: &str) -> Result<(), Malformed> {
        let unknown = || {
            Malformed::new(
                format!("a field of {}, not {path}", self.table.name),
                format!("поле таблицы {}, а не {path}", self.table.name),
            )
        };
        let (name, rest) = path.split_once('/').unwrap_or((path, ""));
        let field = self.index_of(name).ok_or_else(unknown)?;
        let shape = self.table.fields.get(field).ok_or_else(unknown)?.shape;
        let (position, rest) = match rest.split_once('/').unwrap_or((rest, "")) {
            (digits, below) if shape.is_list() && digits.parse::<usize>().is_ok() => {
                (digits.parse::<usize>().ok(), below)
            }
            _ => (None, rest),
        };
        let there = self.count(field);
        if position.is_some_and(|position| position == 0 || position > there + 1) {
            return Err(unknown());
        }
        if shape.leaf().is_some() {
            // A list of values only grows: its values have no names of their own.
            if !rest.is_empty() || position.is_some_and(|position| position <= there) {
                return Err(unknown());
            }
            return self.set(field, text);
        }
        let nth = position.map_or(0, |position| position - 1);
        let made = nth >= there;
        let filled = match self.nth_or_new(field, nth) {
            Some(form) => form.fill(rest, text),
            None => return Err(unknown()),
        };
        if made && filled.is_err() {
            self.pop(field);
        }
        filled
    }

    /// The text of the leaf at a path such as `identity/number`, if there is one.
    pub fn text(&self, path: &str) -> Option<String> {
        crate::record::value_at(self, path).map(|value| value.to_string())
    }
}

impl PartialEq for Form {
    /// The same table, and for each field the same values in the same order.
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self.table, other.table)
            && self.slots.len() == other.slots.len()
            && self.slots.iter().all(|(field, slots)| slots.all() == other.of(usize::from(*field)))
    }
}

impl std::fmt::Debug for Form {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let name = |at: &u16| self.table.fields.get(usize::from(*at)).map_or("?", |field| field.name);
        out.debug_map().entries(self.slots.iter().map(|(at, slots)| (name(at), slots.all()))).finish()
    }
}

impl Record for Form {
    fn fields(&self) -> &'static [Field] {
        self.table.fields
    }
    fn count(&self, field: usize) -> usize {
        self.of(field).len()
    }
    fn value(&self, field: usize, nth: usize) -> Option<Value<'_>> {
        match self.of(field).get(nth)? {
            Slot::Leaf(leaf) => Some(leaf.value()),
            Slot::Form(_) => None,
        }
    }
    fn set(&mut self, field: usize, text: &str) -> Result<(), Malformed> {
        let Some(row) = self.table.fields.get(field) else { return Ok(()) };
        let Some(kind) = row.shape.leaf() else { return Ok(()) };
        let leaf = LeafValue::parse(kind, text)?;
        if !row.shape.is_list() {
            self.clear(field);
        }
        self.add(field, Slot::Leaf(leaf));
        Ok(())
    }
    fn record(&self, field: usize, nth: usize) -> Option<&dyn Record> {
        self.form(field, nth).map(|form| form as &dyn Record)
    }
    fn open(&mut self, field: usize) -> Option<&mut dyn Record> {
        self.open_form(field).map(|form| form as &mut dyn Record)
    }
    fn record_mut(&mut self, field: usize, nth: usize) -> Option<&mut dyn Record> {
        self.form_mut(field, nth).map(|form| form as &mut dyn Record)
    }
    fn clear(&mut self, field: usize) {
        self.slots.retain(|(at, _)| usize::from(*at) != field);
    }
    fn further(&self) -> Option<&Form> {
        None
    }
    fn further_mut(&mut self) -> Option<&mut Option<Box<Form>>> {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::{Fields, Shape};

    fn table() -> &'static FormTable {
        let field = |name, shape| Field { name, shape, box_number: "", ru: "поле", en: "field" };
        let below: &'static [Field] =
            Box::leak(Box::new([field("number", Shape::Leaf(LeafKind::Text { max_chars: 5 }))]));
        let lines = Box::leak(Box::new(FormTable { name: "test/line", fields: below, below: vec![None] }));
        let fields: &'static [Field] = Box::leak(Box::new([
            field("at", Shape::Leaf(LeafKind::DateTime)),
            field("mass_gross", Shape::Leaf(LeafKind::Decimal { scale: 3 })),
            field("lines", Shape::Many(Fields::Table(below))),
        ]));
        Box::leak(Box::new(FormTable { name: "test", fields, below: vec![None, None, Some(lines)] }))
    }

    #[test]
    fn a_form_is_a_record_like_any_other() {
        let mut form = Form::new(table());
        form.set(0, "2026-03-01T10:00:00+03:00").unwrap();
        form.set(1, "12.50").unwrap();
        form.open(2).unwrap().set(0, "A1").unwrap();
        form.open(2).unwrap().set(0, "A2").unwrap();
        assert_eq!(form.text("at").unwrap(), "2026-03-01T10:00:00+03:00");
        assert_eq!(form.text("lines/2/number").unwrap(), "A2");
        assert_eq!(form.text("lines/3/number"), None);
        assert_eq!((form.count(1), form.count(2)), (1, 2));
        form.set(1, "13").unwrap();
        assert_eq!(form.text("mass_gross").unwrap(), "13");
        assert!(form.set(1, "x").is_err() && form.set(0, "yesterday").is_err());
        assert!(form.record_mut(2, 0).unwrap().set(0, "too long").is_err());
        let mut other = Form::new(form.table());
        other.open(2).unwrap().set(0, "A1").unwrap();
        assert_ne!(form, other);
        assert_eq!(form, form.clone());
    }

    #[test]
    fn a_form_is_filled_by_path_and_keeps_what_it_had_when_that_fails() {
        let mut form = Form::new(table());
        form.fill("mass_gross", "12.5").unwrap();
        form.fill("lines/number", "A1").unwrap();
        form.fill("lines/2/number", "A2").unwrap();
        form.fill("lines/1/number", "A3").unwrap();
        let said = |path| form.text(path).unwrap();
        assert_eq!([said("lines/1/number"), said("lines/2/number")], ["A3", "A2"]);
        let before = form.clone();
        for (path, text) in [
            ("weight", "1"),
            ("lines/4/number", "A4"),
            ("lines/0/number", "A0"),
            ("lines/3/number", "too long"),
            ("lines/3/name", "A"),
            ("lines", "A"),
            ("mass_gross/unit", "kg"),
            ("mass_gross", "heavy"),
        ] {
            assert!(form.fill(path, text).is_err(), "{path}");
            assert_eq!(form, before, "{path}");
        }
    }
}
