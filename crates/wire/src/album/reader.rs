//! From an album's XML to a declaration: one walk over the document, led by the table.

use std::borrow::Cow;

use declaration::{Declaration, Finding, LeafKind, Malformed, Path, Record, Severity};
use rust_decimal::Decimal;

use super::markup::{Markup, Next, Tag};
use super::namespaces::{Family, VERSIONS};
use super::row::{Module, Node, What};
use super::tree;
use crate::limits::{ITEMS_MAX, OTHER_DOCUMENTS_MAX, RECORDS_MAX, VALUES_MAX};
use crate::notes::{
    DIVIDED, FIRST_KEPT, MALFORMED, Notes, OTHER_VERSION, PART_MISSING, REPEATED, ROUNDED, STRAY_TEXT,
    UNKNOWN_ELEMENT,
};
use crate::unreadable::{Reason, Unreadable, shown, shown_namespace};

/// The local name of the declaration's root.
pub(super) const ROOT: &str = "ESADout_CU";

/// How far a decimal may lie from the nearest value with the digits allowed and still be that value
/// written by a program that computes in binary: 18961.969999999998 is 18961.97.
const NOISE_MAX: Decimal = Decimal::from_parts(1, 0, 0, false, 6);

/// What a document of the album holds.
pub(crate) struct Found {
    pub(crate) version: u8,
    pub(crate) declaration: Declaration,
    pub(crate) findings: Vec<Finding>,
    pub(crate) other_documents: Vec<String>,
}

/// Reads one XML document.
pub(crate) fn read(text: &str) -> Result<Found, Box<Unreadable>> {
    let mut walk = Walk {
        markup: Markup::new(text),
        notes: Notes::default(),
        path: Vec::with_capacity(8),
        version: 0,
        records: 0,
        declaration: None,
        other_documents: Vec::new(),
    };
    match walk.markup.next()? {
        Next::Start(tag) => walk.document(&tag, Place::Root)?,
        Next::Over | Next::End => return Err(Reason::Empty.nowhere()),
        Next::Text(text) => return Err(walk.markup.refuse(Reason::IllFormed(shown(&text)), "")),
    }
    match walk.markup.next()? {
        Next::Over => {}
        Next::Start(tag) => return Err(walk.after_the_end(tag.name)),
        Next::Text(text) => return Err(walk.after_the_end(&text)),
        Next::End => return Err(walk.after_the_end("")),
    }
    match walk.declaration {
        Some(declaration) => Ok(Found {
            version: walk.version,
            declaration,
            findings: walk.notes.finish(),
            other_documents: walk.other_documents,
        }),
        None => Err(Reason::NoDeclaration.nowhere()),
    }
}

/// Where a whole document is looked for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    /// The root of the bytes.
    Root,
    /// Inside a package, an envelope or a signature: documents of other kinds are listed.
    Inside,
}

/// One step of the path of the field being read.
struct Step {
    name: &'static str,
    nth: Option<usize>,
}

struct Walk<'a> {
    markup: Markup<'a>,
    notes: Notes,
    path: Vec<Step>,
    version: u8,
    records: usize,
    declaration: Option<Declaration>,
    other_documents: Vec<String>,
}

impl<'a> Walk<'a> {
    fn after_the_end(&mut self, found: &str) -> Box<Unreadable> {
        let reason =
            Reason::IllFormed(format!("после корня стоит «{0}», “{0}” after the root", shown(found)));
        self.markup.refuse(reason, "")
    }

    /// Reads a declaration, or looks for one inside a package.
    fn document(&mut self, tag: &Tag<'a>, place: Place) -> Result<(), Box<Unreadable>> {
        match (tag.namespace.family, tag.name) {
            (Family::Module(Module::Document), ROOT) => self.root(tag),
            (Family::Container, "ED_Container" | "ContainerDoc" | "DocBody")
            | (Family::Envelope, "Envelope" | "Body")
            | (Family::Signature, "Signature" | "Object") => self.package(tag.name),
            (_, _) if place == Place::Root => Err(self.unknown_root(tag)),
            // What describes the package or signs it is no document.
            (Family::Signature | Family::Envelope | Family::Container, _) => {
                self.markup.skip(tag.name).map(drop)
            }
            (Family::Module(_), _) if tag.name == "DocumentID" => self.markup.skip(tag.name).map(drop),
            (Family::Foreign, ROOT) => Err(self.unknown_root(tag)),
            _ => {
                if self.other_documents.len() < OTHER_DOCUMENTS_MAX {
                    self.other_documents.push(shown(tag.name));
                }
                self.markup.skip(tag.name).map(drop)
            }
        }
    }

    fn unknown_root(&mut self, tag: &Tag<'a>) -> Box<Unreadable> {
        let reason = if matches!(tag.name, ROOT | "ED_Container") {
            Reason::UnknownNamespace(shown_namespace(tag.namespace.uri))
        } else {
            Reason::UnknownRoot(shown(tag.name))
        };
        self.markup.refuse(reason, tag.name)
    }

    /// Goes into a package.
    fn package(&mut self, element: &str) -> Result<(), Box<Unreadable>> {
        loop {
            match self.markup.next()? {
                Next::Start(tag) => self.document(&tag, Place::Inside)?,
                Next::Text(_) => {}
                Next::End => return Ok(()),
                Next::Over => return Err(self.markup.unclosed(element)),
            }
        }
    }

    fn root(&mut self, tag: &Tag<'a>) -> Result<(), Box<Unreadable>> {
        if self.declaration.is_some() {
            return Err(self.markup.refuse(Reason::SeveralDeclarations, tag.name));
        }
        match tag.namespace.version {
            Some(version) if VERSIONS.contains(&version) => self.version = version,
            _ => {
                let found = tag.namespace.uri.rsplit(':').next().unwrap_or_default();
                let known = VERSIONS.map(|version| format!("5.{version}")).join(", ");
                let reason = Reason::UnknownVersion { found: shown(found), known };
                return Err(self.markup.refuse(reason, tag.name));
            }
        }
        let mut declaration = Declaration::default();
        self.children(tree(), ROOT, &mut declaration)?;
        self.declaration = Some(declaration);
        Ok(())
    }

    /// Reads the content of an element into `record`.
    fn children(
        &mut self,
        nodes: &'static [Node],
        element: &'static str,
        record: &mut dyn Record,
    ) -> Result<(), Box<Unreadable>> {
        let mut seen: u128 = 0;
        let mut from = 0;
        loop {
            match self.markup.next()? {
                Next::Start(tag) => match find(nodes, from, tag.name, self.version) {
                    Some(at) => {
                        from = at;
                        let again = seen & (1 << at) != 0;
                        seen |= 1 << at;
                        if let Some(node) = nodes.get(at) {
                            self.known(node, &tag, again, record)?;
                        }
                    }
                    // A signature inside the document signs it and declares nothing.
                    None if tag.namespace.family == Family::Signature => {
                        self.markup.skip(tag.name)?;
                    }
                    None => {
                        let place = self.markup.place();
                        if self.markup.skip(tag.name)? {
                            self.unknown(place, tag.name);
                        }
                    }
                },
                Next::Text(text) => {
                    if self.notes.has_room(Severity::Error) {
                        let (line, text) = (self.markup.line(), shown(text.trim()));
                        let ru = format!(
                            "Строка {line}, элемент {element}: текст «{text}» там, где место элементам."
                        );
                        let en =
                            format!("Line {line}, element {element}: text “{text}” where elements belong.");
                        self.notes.add(STRAY_TEXT, Severity::Error, self.here(), ru, en);
                    }
                }
                Next::End => break,
                Next::Over => return Err(self.markup.unclosed(element)),
            }
        }
        for (at, node) in nodes.iter().enumerate() {
            if node.row.part && seen & (1 << at) == 0 && self.notes.has_room(Severity::Error) {
                let (line, name) = (self.markup.line(), node.element);
                let path = match node.what {
                    What::Record { row, .. } => self.here().field(row.name),
                    _ => self.here(),
                };
                let ru = format!(
                    "Строка {line}, элемент {element}: нет элемента {name}, обязательного в каждой декларации."
                );
                let en = format!(
                    "Line {line}, element {element}: element {name}, which every declaration has, is missing."
                );
                self.notes.add(PART_MISSING, Severity::Error, path, ru, en);
            }
        }
        Ok(())
    }

    /// Reads an element of the table.
    fn known(
        &mut self,
        node: &'static Node,
        tag: &Tag<'a>,
        again: bool,
        record: &mut dyn Record,
    ) -> Result<(), Box<Unreadable>> {
        self.check_module(tag)?;
        if !node.row.is_in(self.version) {
            self.other_version(node);
        }
        match node.what {
            What::Leaf { field, row } => self.leaf(node, field, row.name, row.shape.is_list(), record),
            What::Fixed(text) => self.fixed(node, text),
            What::Group => {
                if again && !node.row.repeats {
                    self.repeated(node.element, self.here());
                    return self.markup.skip(node.element).map(drop);
                }
                self.children(&node.children, node.element, record)
            }
            What::Record { field, row } => {
                let count = record.count(field);
                if row.shape.is_list() {
                    self.records += 1;
                    if self.records > RECORDS_MAX {
                        let limit = Reason::Limit("записей", "records", RECORDS_MAX);
                        return Err(self.markup.refuse(limit, node.element));
                    }
                    if row.name == "items" && count == ITEMS_MAX {
                        let limit = Reason::Limit("товаров", "goods", ITEMS_MAX);
                        return Err(self.markup.refuse(limit, node.element));
                    }
                } else if again {
                    self.repeated(node.element, self.here().field(row.name));
                    return self.markup.skip(node.element).map(drop);
                }
                let nth = row.shape.is_list().then_some(count);
                let Some(below) = record.open(field) else {
                    return self.markup.skip(node.element).map(drop);
                };
                self.path.push(Step { name: row.name, nth });
                self.children(&node.children, node.element, below)?;
                self.path.pop();
                // An empty element says nothing: its record is as absent as if it were not there.
                if nth.is_none() && record.record(field, 0).is_some_and(Record::is_empty) {
                    record.clear(field);
                }
                Ok(())
            }
        }
    }

    /// A known name must stand in a module of the album, and none later than the document's.
    fn check_module(&mut self, tag: &Tag<'a>) -> Result<(), Box<Unreadable>> {
        let uri = tag.namespace.uri;
        match (tag.namespace.family, tag.namespace.version) {
            (Family::Module(_), Some(version)) if version <= self.version => Ok(()),
            (Family::Module(_), _) => {
                let album = format!("5.{}", self.version);
                Err(self.refuse(Reason::LaterModule { namespace: shown_namespace(uri), album }, tag.name))
            }
            _ => Err(self.refuse(Reason::UnknownModule(shown_namespace(uri)), tag.name)),
        }
    }

    fn refuse(&mut self, reason: Reason, element: &str) -> Box<Unreadable> {
        let mut refusal = self.markup.refuse(reason, element);
        refusal.path = self.here();
        refusal
    }

    fn leaf(
        &mut self,
        node: &'static Node,
        field: usize,
        name: &'static str,
        is_list: bool,
        record: &mut dyn Record,
    ) -> Result<(), Box<Unreadable>> {
        let line_at_start = self.markup.place();
        let (text, inside) = self.markup.leaf(node.element)?;
        if let Some(inside) = inside {
            self.unknown(self.markup.place(), inside);
        }
        // An empty element says nothing.
        if text.is_empty() {
            return Ok(());
        }
        let count = record.count(field);
        if is_list && count == VALUES_MAX {
            return Err(self.refuse(Reason::Limit("значений", "values", VALUES_MAX), node.element));
        }
        if !is_list && count > 0 {
            if node.row.repeats {
                self.first_kept(node.element, name);
            } else {
                self.repeated(node.element, self.here().field(name));
            }
            return Ok(());
        }
        let text = node.row.convert.read(&text);
        let Err(bad) = record.set(field, text) else { return Ok(()) };
        let kind = record.fields().get(field).and_then(|row| row.shape.leaf());
        let path = if is_list { self.here().field(name).at(count) } else { self.here().field(name) };
        let line = self.markup.line_at(line_at_start);
        if let Some(LeafKind::Text { max_chars }) = kind
            && node.row.continues
            && text.chars().nth(max_chars).is_some()
        {
            let parts = divided(text, max_chars);
            if parts.iter().all(|part| record.set(field, part).is_ok()) {
                if self.notes.has_room(Severity::Hint) {
                    let (element, count) = (node.element, parts.len());
                    let ru = format!(
                        "Строка {line}, элемент {element}: текст длиннее {max_chars} знаков, прочитан частями, числом {count}."
                    );
                    let en = format!(
                        "Line {line}, element {element}: the text has more than {max_chars} characters and is read as {count} parts."
                    );
                    self.notes.add(DIVIDED, Severity::Hint, path, ru, en);
                }
                return Ok(());
            }
        }
        if let Some(rounded) = without_noise(text, kind)
            && record.set(field, &rounded).is_ok()
        {
            if self.notes.has_room(Severity::Hint) {
                let (element, text) = (node.element, shown(text));
                let ru = format!("Строка {line}, элемент {element}: «{text}» прочитано как {rounded}.");
                let en = format!("Line {line}, element {element}: “{text}” is read as {rounded}.");
                self.notes.add(ROUNDED, Severity::Hint, path, ru, en);
            }
            return Ok(());
        }
        self.malformed(line, node.element, path, text, &bad);
        Ok(())
    }

    fn fixed(&mut self, node: &'static Node, expected: &'static str) -> Result<(), Box<Unreadable>> {
        let (text, _) = self.markup.leaf(node.element)?;
        if !text.is_empty() && text != expected {
            let line = self.markup.line();
            self.malformed(line, node.element, self.here(), &text, &Malformed::new(expected, expected));
        }
        Ok(())
    }

    fn malformed(&mut self, line: u64, element: &str, path: Path, text: &str, bad: &Malformed) {
        if self.notes.has_room(Severity::Error) {
            let text = shown(text);
            let ru =
                format!("Строка {line}, элемент {element}: указано «{text}», ожидается {}.", bad.expected_ru);
            let en = format!("Line {line}, element {element}: found “{text}”, expected {}.", bad.expected_en);
            self.notes.add(MALFORMED, Severity::Error, path, ru, en);
        }
    }

    fn repeated(&mut self, element: &str, path: Path) {
        if self.notes.has_room(Severity::Error) {
            let line = self.markup.line();
            let ru = format!("Строка {line}: элемент {element} повторён; оставлен первый. Удалите лишний.");
            let en =
                format!("Line {line}: element {element} is repeated; the first is kept. Remove the other.");
            self.notes.add(REPEATED, Severity::Error, path, ru, en);
        }
    }

    fn first_kept(&mut self, element: &str, name: &str) {
        if self.notes.has_room(Severity::Hint) {
            let line = self.markup.line();
            let ru = format!("Строка {line}: из нескольких элементов {element} здесь читается первый.");
            let en = format!("Line {line}: of several elements {element} the first is read here.");
            self.notes.add(FIRST_KEPT, Severity::Hint, self.here().field(name), ru, en);
        }
    }

    fn other_version(&mut self, node: &'static Node) {
        if self.notes.has_room(Severity::Hint) {
            let (line, element, version) = (self.markup.line(), node.element, self.version);
            let ru = format!(
                "Строка {line}: элемента {element} нет в альбоме 5.{version}; прочитан как в других."
            );
            let en = format!(
                "Line {line}: album 5.{version} has no element {element}; it is read as \
                     in others."
            );
            let path = match node.what {
                What::Leaf { row, .. } | What::Record { row, .. } => self.here().field(row.name),
                What::Group | What::Fixed(_) => self.here(),
            };
            self.notes.add(OTHER_VERSION, Severity::Hint, path, ru, en);
        }
    }

    fn unknown(&mut self, place: usize, element: &str) {
        if self.notes.has_room_for_unknown() {
            let (line, element) = (self.markup.line_at(place), shown(element));
            let ru = format!(
                "Строка {line}: элемент {element} здесь не читается; он остаётся в байтах документа."
            );
            let en = format!(
                "Line {line}: element {element} is not read here; it stays in the \
                     document's bytes."
            );
            self.notes.add(UNKNOWN_ELEMENT, Severity::Hint, self.here(), ru, en);
        }
    }

    fn here(&self) -> Path {
        self.path.iter().fold(Path::root(), |path, step| {
            let path = path.field(step.name);
            step.nth.map_or(path.clone(), |nth| path.at(nth))
        })
    }
}

/// The child called `name`: in the document's own version if there is one, else in any. Elements
/// come in the order of the table, so the search begins where the last one was found.
#[inline]
fn find(nodes: &[Node], from: usize, name: &str, version: u8) -> Option<usize> {
    let mut other = None;
    for at in (from..nodes.len()).chain(0..from) {
        let Some(node) = nodes.get(at) else { continue };
        if node.element == name {
            if node.row.is_in(version) {
                return Some(at);
            }
            other = Some(at);
        }
    }
    other
}

/// Parts of at most `max_chars` characters, divided at white space where there is any.
fn divided(text: &str, max_chars: usize) -> Vec<&str> {
    let mut parts = Vec::new();
    let mut rest = text.trim();
    while let Some((limit, _)) = rest.char_indices().nth(max_chars) {
        let (head, _) = rest.split_at(limit);
        // A part that would end in the middle of a word ends before the word.
        let ends_whole = rest[limit..].starts_with(char::is_whitespace);
        let end = if ends_whole { limit } else { head.rfind(char::is_whitespace).unwrap_or(limit) };
        let (part, after) = rest.split_at(end);
        parts.push(part.trim_end());
        rest = after.trim_start();
    }
    parts.push(rest);
    parts
}

/// The decimal a program meant that wrote the digits of a binary fraction.
fn without_noise(text: &str, kind: Option<LeafKind>) -> Option<Cow<'static, str>> {
    let Some(LeafKind::Decimal { scale }) = kind else { return None };
    let number = Decimal::from_str_exact(text).ok()?;
    let rounded = number.round_dp(scale);
    let off = number.checked_sub(rounded)?.abs();
    (off < NOISE_MAX && number.scale() > scale).then(|| rounded.normalize().to_string().into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_text_is_divided_between_words() {
        assert_eq!(divided("синий кит плывёт", 9), ["синий кит", "плывёт"]);
        assert_eq!(divided("синий  китобой", 9), ["синий", "китобой"]);
        assert_eq!(divided("абвгдежзик", 4), ["абвг", "дежз", "ик"]);
        assert_eq!(divided("абв", 4), ["абв"]);
    }

    #[test]
    fn only_noise_is_rounded_away() {
        let amount = Some(LeafKind::Decimal { scale: 2 });
        assert_eq!(without_noise("18961.969999999998", amount).as_deref(), Some("18961.97"));
        assert_eq!(without_noise("210.35000000000002", amount).as_deref(), Some("210.35"));
        for kept in ["10.005", "10.0001", "10.25", "-1", "1e-9", "x"] {
            assert_eq!(without_noise(kept, amount), None, "{kept}");
        }
        assert_eq!(without_noise("18961.969999999998", Some(LeafKind::Integer)), None);
    }
}
