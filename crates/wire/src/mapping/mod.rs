//! From elements to fields of the declaration: tables of rows, one per format, read in both directions.

pub(crate) mod album;
pub(crate) mod map;

use std::borrow::Cow;

use declaration::{Field, Leaf, LeafKind, Shape};
use jiff::civil::DateTime;

/// What stands in an element.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Holds {
    /// One value of the field.
    Leaf(&'static str),
    /// One record of the field, with its own rows.
    Record(&'static str, &'static [Row]),
    /// Only structure: the rows belong to the record around.
    Group(&'static [Row]),
    /// A value the declaration does not keep because it is always the same.
    Fixed(&'static str),
    /// No element of its own: rows shared by several elements.
    Shared(&'static [Row]),
}

/// What the writer puts into an element the schema demands and the declaration lacks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fill {
    /// Nothing: the element may be absent.
    Nothing,
    /// This text, which says that nothing is claimed.
    Text(&'static str),
    /// The document identifier of the completion.
    DocumentId,
    /// The moment of writing.
    WrittenAt,
    /// The day of writing.
    WrittenOn,
    /// The country whose customs the declaration is for.
    Country,
    /// The place in the list, counted from 1.
    Position,
}

/// How a value in the document differs from the value in the declaration.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Convert {
    /// Not at all.
    Same,
    /// The document has a moment, the declaration its day.
    Day,
    /// The document has a country's three digits, the declaration its two letters.
    CountryDigits,
    /// National dialects write in Latin letters what the album has in Cyrillic.
    Cyrillic,
    /// National dialects add an eleventh digit to the ten common ones.
    CommonDigits,
}

/// The members of the union by ISO 3166-1: offices are theirs alone.
const MEMBERS: [(&str, &str); 5] =
    [("AM", "051"), ("BY", "112"), ("KG", "417"), ("KZ", "398"), ("RU", "643")];

/// Box 1 and box 36 in Latin letters, as national dialects have them, and in Cyrillic.
const CYRILLIC: [(&str, &str); 6] =
    [("IM", "ИМ"), ("EX", "ЭК"), ("EK", "ЭК"), ("TT", "ТТ"), ("OO", "ОО"), ("ED", "ЭД")];

impl Convert {
    /// From the document to the declaration.
    pub(crate) fn read(self, text: &str) -> &str {
        match self {
            Convert::Same | Convert::Cyrillic | Convert::CommonDigits => text,
            Convert::Day => match text.split_once('T') {
                Some((day, _)) if DateTime::parse(text).is_ok() => day,
                _ => text,
            },
            Convert::CountryDigits => {
                MEMBERS.iter().find(|(_, digits)| *digits == text).map_or(text, |(letters, _)| letters)
            }
        }
    }

    /// Whether `text` of the document can be had again from what was read of it.
    pub(crate) fn keeps(self, read: &str, text: &str) -> bool {
        match self {
            Convert::Day => self.write(read) == text,
            Convert::Same | Convert::CountryDigits | Convert::Cyrillic | Convert::CommonDigits => true,
        }
    }

    /// From the declaration to the document.
    pub(crate) fn write(self, text: &str) -> Cow<'_, str> {
        match self {
            Convert::Same => text.into(),
            Convert::Day => format!("{text}T00:00:00").into(),
            Convert::CountryDigits => {
                MEMBERS.iter().find(|(letters, _)| *letters == text).map_or(text, |(_, digits)| digits).into()
            }
            Convert::Cyrillic => CYRILLIC
                .iter()
                .find(|(latin, _)| *latin == text)
                .map_or(text, |(_, cyrillic)| cyrillic)
                .into(),
            Convert::CommonDigits => text.get(..10).unwrap_or(text).into(),
        }
    }
}

/// A moment and its time zone, where the text has one that a field of a record, which knows none, loses.
pub(crate) fn zone_apart(kind: Option<LeafKind>, text: &str) -> Option<(&str, &str)> {
    let plain = match kind {
        Some(LeafKind::Date) => 10,
        Some(LeafKind::Time) => 8,
        Some(LeafKind::DateTime) => 19,
        _ => return None,
    };
    let at = plain + text.get(plain..)?.find(['Z', 'z', '+', '-'])?;
    text.split_at_checked(at)
}

/// One row: element ↔ field. The order of rows is the order of the schema.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Row {
    pub(crate) element: &'static str,
    pub(crate) holds: Holds,
    /// The first and last album (5.`since` to 5.`until`) that has the element.
    pub(crate) since: u8,
    pub(crate) until: u8,
    /// The schema allows more than one although the field is one, or the element is pure structure.
    pub(crate) repeats: bool,
    pub(crate) fill: Fill,
    pub(crate) convert: Convert,
    /// Several elements can take the field: this one only if the value fits it.
    pub(crate) if_fits: bool,
    /// A text too long for one value goes on in the next: the form prints it as one.
    pub(crate) continues: bool,
    /// Every declaration has this part: where it is wholly missing, reading says so.
    pub(crate) part: bool,
}

const fn row(element: &'static str, holds: Holds) -> Row {
    Row {
        element,
        holds,
        since: 0,
        until: u8::MAX,
        repeats: false,
        fill: Fill::Nothing,
        convert: Convert::Same,
        if_fits: false,
        continues: false,
        part: false,
    }
}

/// An element that holds one value of `field`.
pub(crate) const fn leaf(element: &'static str, field: &'static str) -> Row {
    row(element, Holds::Leaf(field))
}

/// An element that holds one record of `field`.
pub(crate) const fn record(element: &'static str, field: &'static str, rows: &'static [Row]) -> Row {
    row(element, Holds::Record(field, rows))
}

/// An element that is only structure.
pub(crate) const fn group(element: &'static str, rows: &'static [Row]) -> Row {
    row(element, Holds::Group(rows))
}

/// An element whose value is always `text`.
pub(crate) const fn fixed(element: &'static str, text: &'static str) -> Row {
    row(element, Holds::Fixed(text))
}

/// Rows shared by several elements.
pub(crate) const fn shared(rows: &'static [Row]) -> Row {
    row("", Holds::Shared(rows))
}

impl Row {
    pub(crate) const fn since(self, since: u8) -> Self {
        Self { since, ..self }
    }
    pub(crate) const fn until(self, until: u8) -> Self {
        Self { until, ..self }
    }
    pub(crate) const fn repeats(self) -> Self {
        Self { repeats: true, ..self }
    }
    pub(crate) const fn fill(self, fill: Fill) -> Self {
        Self { fill, ..self }
    }
    pub(crate) const fn convert(self, convert: Convert) -> Self {
        Self { convert, ..self }
    }
    pub(crate) const fn if_fits(self) -> Self {
        Self { if_fits: true, ..self }
    }
    pub(crate) const fn continues(self) -> Self {
        Self { continues: true, ..self }
    }
    pub(crate) const fn part(self) -> Self {
        Self { part: true, ..self }
    }

    /// Whether the album 5.`version` has the element.
    pub(crate) fn is_in(&self, version: u8) -> bool {
        (self.since..=self.until).contains(&version)
    }
}

/// What an element of the compiled tree holds, with fields resolved to indices.
#[derive(Debug, Clone, Copy)]
pub(crate) enum What {
    Leaf { field: usize, row: &'static Field },
    Record { field: usize, row: &'static Field },
    Group,
    Fixed(&'static str),
}

/// One element of the compiled tree.
#[derive(Debug)]
pub(crate) struct Node {
    pub(crate) element: &'static str,
    pub(crate) row: &'static Row,
    pub(crate) what: What,
    pub(crate) children: Vec<Node>,
}

/// The most children one element may have in the table: what was seen is kept in the bits of a number.
pub(crate) const CHILDREN_MAX: usize = 128;

pub(crate) use map::{Map, Spot, album_nodes, declaration_map};

/// Compiles rows that belong to a record with `fields`. A row whose field does not exist is left out;
/// a test holds that there is none.
pub(crate) fn compile(rows: &'static [Row], fields: &'static [Field]) -> Vec<Node> {
    let mut nodes = Vec::new();
    add(&mut nodes, rows, fields);
    nodes.truncate(CHILDREN_MAX);
    nodes
}

fn add(nodes: &mut Vec<Node>, rows: &'static [Row], fields: &'static [Field]) {
    let find = |name: &str| {
        let at = fields.iter().position(|field| field.name == name)?;
        fields.get(at).map(|row| (at, row))
    };
    for row in rows {
        let (what, children) = match row.holds {
            Holds::Shared(rows) => {
                add(nodes, rows, fields);
                continue;
            }
            Holds::Leaf(name) => match find(name) {
                Some((field, row)) if row.shape.leaf().is_some() => (What::Leaf { field, row }, Vec::new()),
                _ => continue,
            },
            Holds::Record(name, rows) => match find(name).map(|(field, row)| (field, row, row.shape)) {
                Some((field, row, Shape::One(below) | Shape::Many(below))) => {
                    (What::Record { field, row }, compile(rows, below.all()))
                }
                _ => continue,
            },
            Holds::Group(rows) => (What::Group, compile(rows, fields)),
            Holds::Fixed(text) => (What::Fixed(text), Vec::new()),
        };
        nodes.push(Node { element: row.element, row, what, children });
    }
}
