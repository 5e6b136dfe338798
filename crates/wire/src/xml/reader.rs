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
    fn after_the_end(&mut self, found: &str) -> Box<Unreadable> {
        let reason =
            Reason::IllFormed(format!("после корня стоит «{0}», “{0}” after the root", shown(found)));
        self.markup.refuse(reason, "")
    }

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

    fn unknown_root(&mut self, tag: &Tag<'a>) -> Box<Unreadable> {
        let same_name: Vec<&str> =
            structure::roots().iter().filter(|root| root.element == tag.name).map(|root| root.uri).collect();
        let family = |uri: &'static str| uri.rsplit_once(':').map_or(uri, |(family, _)| family);
        let reason = if same_name.iter().any(|uri| tag.namespace.uri.starts_with(family(uri))) {
            return self.unknown_version(tag);
        } else if matches!(tag.name, ROOT | "ED_Container") || !same_name.is_empty() {
            Reason::UnknownNamespace(shown_namespace(tag.namespace.uri))
        } else {
            Reason::UnknownRoot(shown(tag.name))
        };
        self.markup.refuse(reason, tag.name)
    }

    fn unknown_version(&mut self, tag: &Tag<'a>) -> Box<Unreadable> {
        let version = |uri: &'static str| uri.rsplit(':').next().unwrap_or_default();
        let mut known: Vec<String> = structure::roots()
            .iter()
            .filter(|root| root.element == tag.name)
            .map(|root| version(root.uri).trim_end_matches(".0").to_owned())
            .collect();
        if tag.name == ROOT {
            known.extend(OLDER_VERSIONS.map(|version| format!("5.{version}")));
        }
        known.sort();
        known.dedup();
        let found = tag.namespace.uri.rsplit(':').next().unwrap_or_default();
        let reason = Reason::UnknownVersion { found: shown(found), known: known.join(", ") };
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

    /// Reads the content of an element into a record, by a mapping.
    fn mapped(
        &mut self,
        kind: &'static Type,
        target: Target<'_>,
        element: &'static str,
        record: &mut dyn Record,
    ) -> Result<(), Box<Unreadable>> {
        let Target { map, base, groups, only } = target;
        if self.markup.has_attributes() || kind.attributes.iter().any(|attribute| attribute.required) {
            let mut beyond = Vec::new();
            self.attributes(kind, element, |at, text| {
                let node = map.attributes.get(at)?;
                let set = node.map(|node| match node.what {
                    What::Leaf { field, .. } => record.set(field, node.row.convert.read(text)),
                    What::Fixed(expected) if text != expected => Err(Malformed::new(expected, expected)),
                    _ => Ok(()),
                });
                // What the record does not take stays beside it.
                if !matches!(&set, Some(Ok(()))) || node.is_some_and(|node| keeps_beside(node, text)) {
                    beyond.push((at, text.to_owned()));
                }
                set
            })?;
            for (at, text) in beyond {
                if let Some(attribute) = kind.attributes.get(at)
                    && let Some(form) = further(record, base, groups)
                {
                    // The attribute's own table allowed it; what the form cannot keep was reported there.
                    let _ = form.set(attribute.field, &text);
                }
            }
        }
        if let Some(value) = &kind.value {
            return match map.text {
                Some(node) => {
                    self.mapped_leaf(node, value, &[], element, record, base, groups, kind.value_field)
                }
                None => match further(record, base, groups) {
                    Some(form) => self.form_value(value, element, kind.value_field, form),
                    None => self.markup.skip(element).map(drop),
                },
            };
        }
        let mut cursor = Cursor::default();
        loop {
            match self.markup.next()? {
                Next::Start(tag) => match self.come(kind, &mut cursor, &tag, element)? {
                    Arrival::Element(at) => {
                        let Some(below) = kind.elements.get(at) else { continue };
                        let taken = |spot: &&'static Spot| {
                            only.is_none_or(
                                |list| matches!(spot.node.what, What::Record { field, .. } if field == list),
                            )
                        };
                        match map.elements.get(at).and_then(Option::as_ref).filter(taken) {
                            Some(spot) => self.spot(below, spot, cursor.nth(), record, base, groups)?,
                            None => self.beyond(below, record, base, groups)?,
                        }
                    }
                    Arrival::Document => {}
                    Arrival::PassOver => self.markup.skip(tag.name).map(drop)?,
                },
                Next::Text(text) => self.stray(element, &text),
                Next::End => break,
                Next::Over => return Err(self.markup.unclosed(element)),
            }
        }
        self.ended(kind, cursor, element);
        Ok(())
    }

    /// Reads one element that a row of the mapping takes, the `nth` in a row.
    fn spot(
        &mut self,
        element: &'static Element,
        spot: &'static Spot,
        nth: usize,
        record: &mut dyn Record,
        base: &'static Type,
        groups: &mut Vec<(usize, usize)>,
    ) -> Result<(), Box<Unreadable>> {
        let node = spot.node;
        match (node.what, &element.holds, &spot.below) {
            (What::Leaf { .. }, Holds::Value(value), _) => {
                self.no_attributes(element.name)?;
                let rivals = &spot.rivals;
                self.mapped_leaf(node, value, rivals, element.name, record, base, groups, element.field)
            }
            (What::Fixed(text), _, _) => {
                self.no_attributes(element.name)?;
                // What stands there instead is an error of the document, and stays what it is.
                if let Some(found) = self.fixed(node, text)?
                    && let Some(form) = further(record, base, groups)
                {
                    let _ = form.set(element.field, &found);
                }
                Ok(())
            }
            (What::Group, Holds::Type(kind), Some(map)) => {
                if let Some((list, number)) = node.row.divides {
                    return self.divided(element, (kind, map), (list, number), nth, record, base, groups);
                }
                // One element is for the record, or one for each value of its list: others stand beside it,
                // each at its own place.
                let place = if node.row.repeats { first_count(node, record) } else { 0 };
                if nth != place {
                    self.count_record(element.name)?;
                    let form =
                        further(record, base, groups).and_then(|form| form.nth_or_new(element.field, nth));
                    let Some(form) = form else { return self.markup.skip(element.name).map(drop) };
                    self.path.push(Step { name: FURTHER, nth: None });
                    self.form(kind, element.name, form)?;
                    self.path.pop();
                    return Ok(());
                }
                groups.push((element.field, nth));
                self.mapped(kind, Target { map, base, groups, only: None }, element.name, record)?;
                groups.pop();
                Ok(())
            }
            (What::Record { field, row }, Holds::Type(kind), Some(map)) => {
                let depth = self.path.len();
                let record = match node.within {
                    Some((outer, holder)) => {
                        let Some(held) = record.open(outer) else {
                            return self.markup.skip(element.name).map(drop);
                        };
                        self.path.push(Step { name: holder.name, nth: None });
                        held
                    }
                    None => record,
                };
                let count = record.count(field);
                let list = row.shape.is_list();
                if list {
                    self.count_record(element.name)?;
                    if row.name == "items" && count == ITEMS_MAX {
                        return Err(self.refuse(Reason::Limit("товаров", "goods", ITEMS_MAX), element.name));
                    }
                } else if count > 0 {
                    return self.beyond(element, record, base, groups);
                }
                let nth = list.then_some(count);
                let Some(below) = record.open(field) else {
                    return self.markup.skip(element.name).map(drop);
                };
                self.path.push(Step { name: row.name, nth });
                let target = Target { map, base: kind, groups: &mut Vec::new(), only: None };
                self.mapped(kind, target, element.name, below)?;
                self.path.truncate(depth);
                if nth.is_none() && record.record(field, 0).is_some_and(Record::is_empty) {
                    record.clear(field);
                }
                Ok(())
            }
            _ => self.beyond(element, record, base, groups),
        }
    }

    /// Reads an element among several that share a list of the record, the `nth`: what the first has goes
    /// into the record, of the others only the entries of the list, with the number of the element.
    #[allow(clippy::too_many_arguments, reason = "what it is, and where it goes")]
    fn divided(
        &mut self,
        element: &'static Element,
        (kind, map): (&'static Type, &'static Map),
        (list, number): (&'static str, &'static str),
        nth: usize,
        record: &mut dyn Record,
        base: &'static Type,
        groups: &mut Vec<(usize, usize)>,
    ) -> Result<(), Box<Unreadable>> {
        let Some(list) = record.index_of(list) else { return self.markup.skip(element.name).map(drop) };
        let before = record.count(list);
        self.count_record(element.name)?;
        groups.push((element.field, nth));
        let only = (nth > 0).then_some(list);
        self.mapped(kind, Target { map, base, groups, only }, element.name, record)?;
        groups.pop();
        if nth > 0 {
            let place = (nth + 1).to_string();
            for at in before..record.count(list) {
                if let Some(entry) = record.record_mut(list, at)
                    && let Some(field) = entry.index_of(number)
                {
                    // A whole number is always taken.
                    let _ = entry.set(field, &place);
                }
            }
        }
        Ok(())
    }

    /// Reads the text of an element into a field of a record.
    #[allow(clippy::too_many_arguments, reason = "where it goes, and where it goes if not there")]
    fn mapped_leaf(
        &mut self,
        node: &'static Node,
        value: &'static Value,
        rivals: &[&'static Value],
        element: &'static str,
        record: &mut dyn Record,
        base: &'static Type,
        groups: &[(usize, usize)],
        further_field: usize,
    ) -> Result<(), Box<Unreadable>> {
        let What::Leaf { field, row } = node.what else { return self.markup.skip(element).map(drop) };
        let list = row.shape.is_list();
        let count = record.count(field);
        if !list && count > 0 {
            // The structure allows more than the record has room for: the rest stands beside it.
            return match further(record, base, groups) {
                Some(form) => self.form_value(value, element, further_field, form),
                None => self.markup.skip(element).map(drop),
            };
        }
        let place = self.markup.place();
        let (text, inside) = self.markup.leaf(element)?;
        if let Some(inside) = inside {
            self.unknown(self.markup.place(), inside, Severity::Error);
        }
        let path = |walk: &Self| {
            let path = walk.here().field(row.name);
            if list { path.at(count) } else { path }
        };
        let allowed = value.allows(&text);
        if text.is_empty() {
            if !allowed {
                self.not_allowed(place, element, path(self), &text, value);
            }
            return Ok(());
        }
        if list && count == VALUES_MAX {
            return Err(self.refuse(Reason::Limit("значений", "values", VALUES_MAX), element));
        }
        let converted = node.row.convert.read(value.plain(&text));
        let kept = match record.set(field, converted) {
            // Of several elements that take the field, the form beside it remembers which one it was.
            Ok(()) if allowed => {
                !rivals.iter().any(|rival| rival.allows(&text))
                    && node.row.convert.keeps(converted, &text)
                    && (list || zone_apart(row.shape.leaf(), converted).is_none())
            }
            Ok(()) => {
                self.not_allowed(place, element, path(self), &text, value);
                true
            }
            Err(bad) => {
                let line = self.markup.line_at(place);
                self.malformed(line, element, path(self), &text, &bad);
                !allowed
            }
        };
        // What the field cannot hold as it was written stays beside it.
        if !kept && let Some(form) = further(record, base, groups) {
            let _ = form.set(further_field, value.plain(&text));
        }
        Ok(())
    }

    /// Reads one element the record has no field for into the form beside it.
    fn beyond(
        &mut self,
        element: &'static Element,
        record: &mut dyn Record,
        base: &'static Type,
        groups: &[(usize, usize)],
    ) -> Result<(), Box<Unreadable>> {
        let Some(form) = further(record, base, groups) else {
            return self.markup.skip(element.name).map(drop);
        };
        let depth = self.path.len();
        self.path.push(Step { name: FURTHER, nth: None });
        self.form_element(element, form)?;
        self.path.truncate(depth);
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

    /// A known name in a namespace that is not its own: of another version, or foreign.
    fn foreign_module(&mut self, tag: &Tag<'a>, element: &'static Element) -> Box<Unreadable> {
        let uri = tag.namespace.uri;
        let family = |uri: &str| uri.rsplit_once(':').map(|(family, _)| family.to_owned());
        let reason = match self.edition.and_then(|edition| Some((edition, edition.module(element.module)?))) {
            Some((edition, module)) if family(module.uri) == family(uri) => {
                Reason::LaterModule { namespace: shown_namespace(uri), album: edition.name.to_owned() }
            }
            _ => Reason::UnknownModule(shown_namespace(uri)),
        };
        self.refuse(reason, tag.name)
    }

    /// Whether all came that has to.
    fn ended(&mut self, kind: &'static Type, cursor: Cursor, element: &'static str) {
        for missing in kind.content.missing(cursor) {
            let name = kind.elements.get(missing).map_or("", |element| element.name);
            self.missing(element, name, "");
        }
    }

    fn missing_attribute(&mut self, element: &str, missing: &str) {
        if self.notes.has_room(Severity::Error) {
            let line = self.markup.line();
            let ru = format!("Строка {line}, элемент {element}: нет обязательного атрибута {missing}.");
            let en = format!("Line {line}, element {element}: the attribute {missing} is missing.");
            self.notes.add(MISSING, Severity::Error, self.here(), ru, en);
        }
    }

    fn missing(&mut self, around: &str, missing: &str, before: &str) {
        if self.notes.has_room(Severity::Error) {
            let line = self.markup.line();
            let (ru, en) = if before.is_empty() {
                (
                    format!("Строка {line}, элемент {around}: нет обязательного элемента {missing}."),
                    format!("Line {line}, element {around}: the element {missing} is missing."),
                )
            } else {
                (
                    format!(
                        "Строка {line}, элемент {around}: перед {before} нет обязательного элемента {missing}."
                    ),
                    format!(
                        "Line {line}, element {around}: the element {missing} is missing before {before}."
                    ),
                )
            };
            self.notes.add(MISSING, Severity::Error, self.here(), ru, en);
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

    fn unknown_attribute(&mut self, element: &str, name: &str) {
        if self.notes.has_room(Severity::Error) {
            let (line, name) = (self.markup.line(), shown(name));
            let ru = format!("Строка {line}, элемент {element}: атрибута {name} в формате нет. Удалите его.");
            let en =
                format!("Line {line}, element {element}: the format has no attribute {name}. Remove it.");
            self.notes.add(ATTRIBUTE, Severity::Error, self.here(), ru, en);
        }
    }

    fn not_allowed(&mut self, place: usize, element: &str, path: Path, text: &str, value: &Value) {
        let (ru, en) = value.words();
        let line = self.markup.line_at(place);
        self.malformed(line, element, path, text, &Malformed::new(en, ru));
    }

    fn stray(&mut self, element: &str, text: &str) {
        if self.notes.has_room(Severity::Error) {
            let (line, text) = (self.markup.line(), shown(text.trim()));
            let ru = format!("Строка {line}, элемент {element}: текст «{text}» там, где место элементам.");
            let en = format!("Line {line}, element {element}: text “{text}” where elements belong.");
            self.notes.add(STRAY_TEXT, Severity::Error, self.here(), ru, en);
        }
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
            self.unknown(self.markup.place(), inside, unread(inside));
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

    /// Reads an element whose text is always the same; the text where it is not.
    fn fixed(
        &mut self,
        node: &'static Node,
        expected: &'static str,
    ) -> Result<Option<Cow<'a, str>>, Box<Unreadable>> {
        let (text, _) = self.markup.leaf(node.element)?;
        if text.is_empty() || text == expected {
            return Ok(None);
        }
        let line = self.markup.line();
        self.malformed(line, node.element, self.here(), &text, &Malformed::new(expected, expected));
        Ok(Some(text))
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
                What::Group | What::Fixed(_) | What::Beside => self.here(),
            };
            self.notes.add(OTHER_VERSION, Severity::Hint, path, ru, en);
        }
    }

    /// An element no table has at this place. It is never passed over in silence.
    fn unknown(&mut self, place: usize, element: &str, severity: Severity) {
        if self.notes.has_room_for_unknown(severity) {
            let (line, element) = (self.markup.line_at(place), shown(element));
            let (ru, en) = if severity == Severity::Error {
                (
                    format!(
                        "Строка {line}: элемента {element} на этом месте формат не имеет. Удалите его или исправьте имя."
                    ),
                    format!(
                        "Line {line}: the format has no element {element} at this place. Remove it or correct its name."
                    ),
                )
            } else {
                (
                    format!(
                        "Строка {line}: элемент {element} здесь не читается; он остаётся в байтах документа."
                    ),
                    format!(
                        "Line {line}: element {element} is not read here; it stays in the document's bytes."
                    ),
                )
            };
            self.notes.add(UNKNOWN_ELEMENT, severity, self.here(), ru, en);
        }
    }

    fn here(&self) -> Path {
        self.path.iter().fold(Path::root(), |path, step| {
            let path = path.field(step.name);
            step.nth.map_or(path.clone(), |nth| path.at(nth))
        })
    }
}

/// What an element weighs that an older version has and the mapping does not: one that a later album
/// knows is for an officer to look at, any other is an error.
fn unread(element: &str) -> Severity {
    let known = structure::editions().iter().any(|edition| edition.knows(element));
    if known { Severity::Warning } else { Severity::Error }
}

/// The version of an ESADout_CU whose structure is not known here.
fn older(tag: &Tag<'_>) -> Option<u8> {
    tag.namespace.version.filter(|version| OLDER_VERSIONS.contains(version))
}

/// Where an element's content goes that a mapping reads.
struct Target<'t> {
    map: &'static Map,
    /// The type of the element that stands for the record.
    base: &'static Type,
    /// The groups between that element and here: their fields in a form, and which of them.
    groups: &'t mut Vec<(usize, usize)>,
    /// The one list that is read, where the rest stands beside.
    only: Option<usize>,
}

/// Whether an attribute stays beside the record although a row has it.
fn keeps_beside(node: &Node, text: &str) -> bool {
    matches!(node.what, What::Beside) && !matches!(node.row.fill, Fill::Text(known) if known == text)
}

/// How many values the list has that an element of pure structure stands once for each of.
fn first_count(node: &Node, record: &dyn Record) -> usize {
    match node.children.first().map(|child| child.what) {
        Some(What::Leaf { field, .. }) => record.count(field),
        _ => 0,
    }
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
