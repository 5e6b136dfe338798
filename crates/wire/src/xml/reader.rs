//! From XML to documents: one walk, led by the tables.
//!
//! A document whose structure is known ([`crate::structure`]) is held to it: order, number and values of
//! its elements. What a mapping has a field for goes there, everything else into the form beside it, so
//! that nothing is lost. Older versions of ESADout_CU, which come in national dialects, are read by the
//! mapping alone, as they are.

use std::borrow::Cow;

use declaration::{Declaration, Finding, Form, LeafKind, Malformed, Path, Record, Severity};
use rust_decimal::Decimal;

use super::markup::{Markup, Next, Tag};
use super::namespaces::{Family, OLDER_VERSIONS};
use crate::limits::{DOCUMENTS_MAX, ITEMS_MAX, OTHER_DOCUMENTS_MAX, RECORDS_MAX, VALUES_MAX};
use crate::mapping::{Fill, Map, Node, Spot, What, album_nodes, declaration_map, gather, zone_apart};
use crate::notes::{
    ATTRIBUTE, DIVIDED, FIRST_KEPT, MALFORMED, MISSING, Notes, ORDER, OTHER_VERSION, PART_MISSING, REPEATED,
    ROUNDED, STRAY_TEXT, UNKNOWN_ELEMENT,
};
use crate::structure::content::{Came, Cursor};
use crate::structure::value::Value;
use crate::structure::{self, Edition, Element, Holds, Root, Shorthand, Type};
use crate::unreadable::{Reason, Unreadable, shown, shown_namespace};

mod complaints;
mod mapped;

use complaints::unread;
use mapped::{Target, find};

/// The local name of the declaration's root.
pub(super) const ROOT: &str = "ESADout_CU";
/// The attribute of the root that carries the code of the electronic document.
pub(super) const MODE: &str = "DocumentModeID";
/// The field of the answers in a message of the WCO's data model.
const RESPONSES: &str = "responses";
/// The name of the form beside a record, in paths.
const FURTHER: &str = "further";

/// How far a decimal may lie from the nearest value with the digits allowed and still be that value
/// written by a program that computes in binary: 18961.969999999998 is 18961.97.
const NOISE_MAX: Decimal = Decimal::from_parts(1, 0, 0, false, 6);

/// What XML holds.
pub(crate) struct Found {
    pub(crate) declaration: Option<Declared>,
    pub(crate) papers: Vec<(&'static Root, Form)>,
    pub(crate) findings: Vec<Finding>,
    pub(crate) other_documents: Vec<String>,
}

/// A declaration, and the form it came in.
pub(crate) struct Declared {
    pub(crate) origin: Origin,
    pub(crate) declaration: Declaration,
}

/// What a declaration was read by.
#[derive(Clone, Copy)]
pub(crate) enum Origin {
    /// A document of known structure.
    Root(&'static Root),
    /// ESADout_CU of the album 5.`version`, before its structure is known here.
    Older(u8),
}

/// Reads one XML document.
pub(crate) fn read(text: &str) -> Result<Found, Box<Unreadable>> {
    match read_as(text, false)? {
        Some(found) => Ok(found),
        // A message of the WCO's data model that answers declares nothing: it is kept as it is.
        None => read_as(text, true)?.ok_or_else(|| Reason::NoDeclaration.nowhere()),
    }
}

/// Reads the document; none where it turns out to be a message that answers and was read as if it declared.
fn read_as(text: &str, answers: bool) -> Result<Option<Found>, Box<Unreadable>> {
    let mut walk = Walk {
        answers,
        answered: false,
        markup: Markup::new(text),
        notes: Notes::default(),
        path: Vec::with_capacity(8),
        edition: None,
        version: 0,
        records: 0,
        declared: None,
        papers: Vec::new(),
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
    if walk.answered {
        return Ok(None);
    }
    if walk.declared.is_none() && walk.papers.is_empty() {
        return Err(Reason::NoDeclaration.nowhere());
    }
    Ok(Some(Found {
        declaration: walk.declared,
        papers: walk.papers,
        findings: walk.notes.finish(),
        other_documents: walk.other_documents,
    }))
}

/// What a start tag inside an element means.
enum Arrival {
    /// The element of the type with this index.
    Element(usize),
    /// A whole document, which has been read.
    Document,
    /// Nothing that is read here.
    PassOver,
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
    /// Messages that may declare or answer are read as answers.
    answers: bool,
    /// One that answers was met while they were read as declarations.
    answered: bool,
    markup: Markup<'a>,
    notes: Notes,
    path: Vec<Step>,
    /// The edition of the document being read, where its structure is known.
    edition: Option<&'static Edition>,
    /// The version of an older one.
    version: u8,
    records: usize,
    declared: Option<Declared>,
    papers: Vec<(&'static Root, Form)>,
    other_documents: Vec<String>,
}

impl<'a> Walk<'a> {
    /// Reads a document, or looks for some inside a package.
    fn document(&mut self, tag: &Tag<'a>, place: Place) -> Result<(), Box<Unreadable>> {
        let known = structure::root(tag.namespace.uri, tag.name);
        match (tag.namespace.family, tag.name) {
            (Family::Container, _) if known.is_some() => {}
            (Family::Container, "ED_Container" | "ContainerDoc" | "DocBody")
            | (Family::Envelope, "Envelope" | "Body")
            | (Family::Signature, "Signature" | "Object") => return self.package(tag.name),
            (Family::Declaration, ROOT) if older(tag).is_some() => return self.older(tag),
            _ => {}
        }
        if let Some(root) = known {
            return self.known_document(root, tag);
        }
        match (tag.namespace.family, tag.name) {
            (Family::Declaration, ROOT) => Err(self.unknown_version(tag)),
            (_, _) if place == Place::Root => Err(self.unknown_root(tag)),
            // What describes the package or signs it is no document.
            (Family::Signature | Family::Envelope | Family::Container, _) => {
                self.markup.skip(tag.name).map(drop)
            }
            (Family::Module, _) if tag.name == "DocumentID" => self.markup.skip(tag.name).map(drop),
            (Family::Foreign, ROOT) => Err(self.unknown_root(tag)),
            _ => {
                if self.other_documents.len() < OTHER_DOCUMENTS_MAX {
                    self.other_documents.push(shown(tag.name));
                }
                self.markup.skip(tag.name).map(drop)
            }
        }
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

    /// Reads an ESADout_CU of a version whose structure is not known here.
    fn older(&mut self, tag: &Tag<'a>) -> Result<(), Box<Unreadable>> {
        self.version = older(tag).unwrap_or_default();
        let mut declaration = Declaration::default();
        self.children(album_nodes(), ROOT, &mut declaration)?;
        self.declare(Origin::Older(self.version), declaration, tag.name)
    }

    /// Reads a document by its structure.
    fn known_document(&mut self, root: &'static Root, tag: &Tag<'a>) -> Result<(), Box<Unreadable>> {
        let Some(content) = root.content() else { return Err(self.unknown_root(tag)) };
        self.edition = Some(root.edition);
        self.mode(root)?;
        // A message that holds no declaration is kept as it is.
        if let Some(map) = declaration_map(root).filter(|_| !self.answers) {
            let mut declaration = Declaration::default();
            let target = Target { map, base: content, groups: &mut Vec::new(), only: None };
            self.mapped(content, target, root.element, &mut declaration)?;
            let answers =
                declaration.further.as_ref().is_some_and(|form| form.forms(RESPONSES).next().is_some());
            if answers {
                self.answered = true;
                return Ok(());
            }
            gather(root, &mut declaration);
            return self.declare(Origin::Root(root), declaration, tag.name);
        }
        let mut form = Form::new(content.table);
        self.form(content, root.element, &mut form)?;
        // A package is held to its structure; what is kept is what it holds.
        if tag.namespace.family == Family::Container {
            return Ok(());
        }
        if self.papers.len() == DOCUMENTS_MAX {
            let limit = Reason::Limit("документов в пакете", "documents in the package", DOCUMENTS_MAX);
            return Err(self.refuse(limit, tag.name));
        }
        self.papers.push((root, form));
        Ok(())
    }

    fn declare(
        &mut self,
        origin: Origin,
        declaration: Declaration,
        element: &str,
    ) -> Result<(), Box<Unreadable>> {
        if self.declared.is_some() {
            return Err(self.markup.refuse(Reason::SeveralDeclarations, element));
        }
        self.declared = Some(Declared { origin, declaration });
        Ok(())
    }

    /// The code of the electronic document, which the structure fixes.
    fn mode(&mut self, root: &'static Root) -> Result<(), Box<Unreadable>> {
        let attributes = self.markup.take_attributes()?;
        let mut found = None;
        for (name, value) in &attributes {
            if *name == MODE && root.mode.is_some() {
                found = Some(value.clone());
            } else {
                self.unknown_attribute(root.element, name);
            }
        }
        match (root.mode, found) {
            (Some(mode), Some(found)) if found != mode => {
                let line = self.markup.line();
                self.malformed(line, MODE, Path::root(), &found, &Malformed::new(mode, mode));
            }
            (Some(_), None) => self.missing_attribute(root.element, MODE),
            _ => {}
        }
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
                            self.unknown(place, tag.name, unread(tag.name));
                        }
                    }
                },
                Next::Text(text) => self.stray(element, &text),
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
            What::Fixed(text) => self.fixed(node, text).map(drop),
            What::Beside => self.markup.skip(node.element).map(drop),
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
                    self.count_record(node.element)?;
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

    /// Reads the content of an element into a form of its type.
    fn form(
        &mut self,
        kind: &'static Type,
        element: &'static str,
        form: &mut Form,
    ) -> Result<(), Box<Unreadable>> {
        self.attributes(kind, element, |at, text| {
            kind.attributes.get(at).map(|attribute| form.set(attribute.field, text))
        })?;
        if let Some(value) = &kind.value {
            let field = kind.value_field;
            return self.form_value(value, element, field, form);
        }
        let mut cursor = Cursor::default();
        let mut documents = 0;
        loop {
            match self.markup.next()? {
                Next::Start(tag) => match self.come(kind, &mut cursor, &tag, element)? {
                    Arrival::Element(at) => {
                        if let Some(below) = kind.elements.get(at) {
                            self.form_element(below, form)?;
                        }
                    }
                    Arrival::Document => documents += 1,
                    Arrival::PassOver => self.markup.skip(tag.name).map(drop)?,
                },
                Next::Text(text) => self.stray(element, &text),
                Next::End => break,
                Next::Over => return Err(self.markup.unclosed(element)),
            }
        }
        if let Some(times) = kind.any {
            if documents < times.min {
                self.missing(element, "*", "");
            } else if documents > times.max {
                self.repeated("*", self.here());
            }
        }
        self.ended(kind, cursor, element);
        Ok(())
    }

    /// Reads one element into the form of the type around it.
    fn form_element(&mut self, element: &'static Element, form: &mut Form) -> Result<(), Box<Unreadable>> {
        let Some(row) = form.table().fields.get(element.field) else {
            return self.markup.skip(element.name).map(drop);
        };
        let nth = row.shape.is_list().then(|| form.count(element.field));
        match &element.holds {
            Holds::Value(value) => {
                if nth.is_some_and(|nth| nth >= VALUES_MAX) {
                    return Err(self.refuse(Reason::Limit("значений", "values", VALUES_MAX), element.name));
                }
                self.path.push(Step { name: row.name, nth });
                self.no_attributes(element.name)?;
                self.form_value(value, element.name, element.field, form)?;
                self.path.pop();
            }
            Holds::Type(kind) => {
                self.count_record(element.name)?;
                self.path.push(Step { name: row.name, nth });
                match form.open_form(element.field) {
                    Some(below) => self.form(kind, element.name, below)?,
                    None => self.markup.skip(element.name).map(drop)?,
                }
                self.path.pop();
            }
        }
        Ok(())
    }

    /// Reads the text of an element into a field of a form; the path says the field already.
    fn form_value(
        &mut self,
        value: &'static Value,
        element: &'static str,
        field: usize,
        form: &mut Form,
    ) -> Result<(), Box<Unreadable>> {
        let place = self.markup.place();
        let (text, inside) = self.markup.leaf(element)?;
        if let Some(inside) = inside {
            self.unknown(self.markup.place(), inside, Severity::Error);
        }
        if !value.allows(&text) {
            self.not_allowed(place, element, self.here(), &text, value);
        } else if !text.is_empty()
            && let Err(bad) = form.set(field, value.plain(&text))
        {
            let line = self.markup.line_at(place);
            self.malformed(line, element, self.here(), &text, &bad);
        }
        Ok(())
    }

    /// What comes next in an element, by its content.
    #[inline]
    fn come(
        &mut self,
        kind: &'static Type,
        cursor: &mut Cursor,
        tag: &Tag<'a>,
        around: &'static str,
    ) -> Result<Arrival, Box<Unreadable>> {
        let shorthand = Shorthand::of(tag.name);
        let is = |at: usize| kind.is_called(at, shorthand, tag.name, tag.namespace.id);
        if let Some(at) = kind.content.find(*cursor, is) {
            kind.content.advance(cursor, at);
            return Ok(Arrival::Element(at));
        }
        if kind.any.is_some() {
            let (path, edition) = (std::mem::take(&mut self.path), self.edition);
            self.document(tag, Place::Inside)?;
            (self.path, self.edition) = (path, edition);
            return Ok(Arrival::Document);
        }
        // A signature inside the document signs it and declares nothing.
        if tag.namespace.family == Family::Signature {
            return Ok(Arrival::PassOver);
        }
        let Some(at) = (0..kind.elements.len()).find(|at| is(*at)) else {
            if let Some(element) = kind.elements.iter().find(|element| element.name == tag.name) {
                return Err(self.foreign_module(tag, element));
            }
            self.unknown(self.markup.place(), tag.name, Severity::Error);
            return Ok(Arrival::PassOver);
        };
        let name = |at: usize| kind.elements.get(at).map_or("", |element| element.name);
        match kind.content.misplaced(*cursor, at) {
            Came::InOrder => {}
            Came::Without(missing) => self.missing(around, name(missing), name(at)),
            Came::TooOften => {
                self.repeated(name(at), self.here());
                return Ok(Arrival::PassOver);
            }
            Came::TooLate => {
                if self.notes.has_room(Severity::Error) {
                    let (line, element) = (self.markup.line(), name(at));
                    let ru = format!(
                        "Строка {line}, элемент {around}: {element} стоит не на своём месте. Соблюдайте порядок элементов формата."
                    );
                    let en = format!(
                        "Line {line}, element {around}: {element} is out of its place. Keep the order of the format."
                    );
                    self.notes.add(ORDER, Severity::Error, self.here(), ru, en);
                }
                return Ok(Arrival::PassOver);
            }
        }
        kind.content.advance(cursor, at);
        Ok(Arrival::Element(at))
    }

    /// Whether all came that has to.
    fn ended(&mut self, kind: &'static Type, cursor: Cursor, element: &'static str) {
        for missing in kind.content.missing(cursor) {
            let name = kind.elements.get(missing).map_or("", |element| element.name);
            self.missing(element, name, "");
        }
    }

    /// Reads the attributes of the element whose start tag was just read; `set` takes one by its index.
    fn attributes(
        &mut self,
        kind: &'static Type,
        element: &'static str,
        mut set: impl FnMut(usize, &str) -> Option<Result<(), Malformed>>,
    ) -> Result<(), Box<Unreadable>> {
        if !self.markup.has_attributes() && kind.attributes.is_empty() {
            return Ok(());
        }
        let mut seen: u64 = 0;
        for (name, text) in self.markup.take_attributes()? {
            let found = kind.attributes.iter().position(|attribute| attribute.name == name);
            let Some((at, attribute)) = found.and_then(|at| Some((at, kind.attributes.get(at)?))) else {
                // The root's own code was looked at already.
                if name != MODE {
                    self.unknown_attribute(element, name);
                }
                continue;
            };
            seen |= 1 << at.min(63);
            let text = text.trim();
            if !attribute.value.allows(text) {
                self.not_allowed(self.markup.place(), name, self.here(), text, &attribute.value);
            } else if let Some(Err(bad)) = set(at, text) {
                let line = self.markup.line();
                self.malformed(line, name, self.here(), text, &bad);
            }
        }
        for (at, attribute) in kind.attributes.iter().enumerate() {
            if attribute.required && seen & (1 << at.min(63)) == 0 {
                self.missing_attribute(element, attribute.name);
            }
        }
        Ok(())
    }

    fn no_attributes(&mut self, element: &'static str) -> Result<(), Box<Unreadable>> {
        if self.markup.has_attributes() {
            for (name, _) in self.markup.take_attributes()? {
                self.unknown_attribute(element, name);
            }
        }
        Ok(())
    }

    fn count_record(&mut self, element: &'static str) -> Result<(), Box<Unreadable>> {
        self.records += 1;
        if self.records > RECORDS_MAX {
            return Err(self.refuse(Reason::Limit("записей", "records", RECORDS_MAX), element));
        }
        Ok(())
    }

    /// A known name must stand in a module of the album, and none later than the document's.
    fn check_module(&mut self, tag: &Tag<'a>) -> Result<(), Box<Unreadable>> {
        let uri = tag.namespace.uri;
        match (tag.namespace.family, tag.namespace.version) {
            (Family::Module | Family::Declaration, Some(version)) if version <= self.version => Ok(()),
            (Family::Module | Family::Declaration, _) => {
                let album = format!("5.{}", self.version);
                Err(self.refuse(Reason::LaterModule { namespace: shown_namespace(uri), album }, tag.name))
            }
            _ => Err(self.refuse(Reason::UnknownModule(shown_namespace(uri)), tag.name)),
        }
    }
}

/// The version of an ESADout_CU whose structure is not known here.
fn older(tag: &Tag<'_>) -> Option<u8> {
    tag.namespace.version.filter(|version| OLDER_VERSIONS.contains(version))
}

/// The form beside a record, at the place of the groups gone into.
pub(crate) fn further<'r>(
    record: &'r mut dyn Record,
    base: &'static Type,
    groups: &[(usize, usize)],
) -> Option<&'r mut Form> {
    let slot = record.further_mut()?;
    let mut form: &mut Form = slot.get_or_insert_with(|| Box::new(Form::new(base.table)));
    for (field, nth) in groups {
        form = form.nth_or_new(*field, *nth)?;
    }
    Some(form)
}
