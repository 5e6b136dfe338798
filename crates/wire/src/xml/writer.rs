//! From documents to XML: the structure of the document, walked in its order.
//!
//! What the record has is written where the mapping says; what stands in the form beside it, where the
//! structure says. Every element is checked against the content and the values of the structure, so
//! what comes out is valid, or comes back as findings.

use std::fmt::Write;

use declaration::{
    CountryCode, CurrencyCode, Declaration, Finding, Form, FormTable, LeafKind, Path, Record, Severity,
};

use super::reader::MODE;
use crate::Completion;
use crate::mapping::{Fill, Map, Node, Spot, What, declaration_map, spread, zone_apart};
use crate::notes::{DEMANDED, DOES_NOT_FIT, NO_PLACE, Notes, TOO_MANY};
use crate::structure::content::Cursor;
use crate::structure::value::Value;
use crate::structure::{Element, Holds, Root, Type};
use crate::unreadable::shown;

mod form;
mod parts;
mod text;

use form::short_name;
use parts::{OneOf, PartOf, place_of};

/// Writes `declaration` as a document of `root`; what that cannot express comes back as findings.
pub(crate) fn write_declaration(
    declaration: &Declaration,
    root: &'static Root,
    completion: &Completion,
) -> Result<String, Vec<Finding>> {
    let mut writer = Writer::new(root, Some(completion), declaration.customs_country());
    writer.value_currency = declaration.customs_value_currency;
    writer.invoice_currency = declaration.invoice_currency;
    match (root.content(), declaration_map(root)) {
        (Some(content), Some(map)) => {
            let declaration = spread(root, declaration);
            let mut scope = writer.scope(declaration.as_ref(), Path::root(), 0, content);
            writer.mapped(content, map, content, &mut Vec::new(), &mut scope);
            writer.left_out(&scope);
        }
        // A format no mapping reads has a place for nothing.
        _ => writer.no_place(Path::root()),
    }
    writer.finish()
}

/// Writes a form as a document of `root`, whose type it must be of.
pub(crate) fn write_form(form: &Form, root: &'static Root) -> Result<String, Vec<Finding>> {
    let mut writer = Writer::new(root, None, None);
    if let Some(content) = root.content() {
        match writer.cast(form, content, &Path::root()) {
            Some(cast) => writer.form(content, &cast, &Path::root()),
            None => writer.no_place(Path::root()),
        }
    }
    writer.finish()
}

/// The record being written.
struct Scope<'r> {
    record: &'r dyn Record,
    /// What stands beside it, under the table of the type being written.
    further: Option<Form>,
    path: Path,
    /// The place in its list, counted from 1.
    position: usize,
    /// The bits of the fields that found their place.
    written: u128,
}

impl Scope<'_> {
    fn holds(&self, field: usize) -> bool {
        self.record.count(field) > 0 && self.written & (1 << field) == 0
    }

    /// What stands beside the record at the place of the groups gone into.
    fn beside(&self, groups: &[(usize, usize)]) -> Option<&Form> {
        groups.iter().try_fold(self.further.as_ref()?, |form, (field, nth)| form.form(*field, *nth))
    }
}

struct Writer<'w> {
    root: &'static Root,
    /// The content of the root.
    out: String,
    notes: Notes,
    completion: Option<&'w Completion>,
    country: Option<CountryCode>,
    value_currency: Option<CurrencyCode>,
    invoice_currency: Option<CurrencyCode>,
    /// A field that the place of its record says: that of entries divided among elements.
    said_by_place: Option<&'static str>,
    depth: usize,
    /// Where the last start tag ended.
    started: usize,
    /// The bits of the modules whose elements were written.
    modules: u128,
}

impl<'w> Writer<'w> {
    fn new(root: &'static Root, completion: Option<&'w Completion>, country: Option<CountryCode>) -> Self {
        Self {
            root,
            out: String::with_capacity(16 << 10),
            notes: Notes::default(),
            completion,
            country,
            value_currency: None,
            invoice_currency: None,
            said_by_place: None,
            depth: 0,
            started: 0,
            modules: 0,
        }
    }

    fn finish(self) -> Result<String, Vec<Finding>> {
        if !self.notes.is_empty() {
            return Err(self.notes.finish());
        }
        let root = self.root;
        let mut text = String::with_capacity(self.out.len() + 1024);
        let _ = write!(text, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<{}", root.element);
        if let Some(mode) = root.mode {
            let _ = write!(text, " {MODE}=\"{mode}\"");
        }
        let _ = write!(text, " xmlns=\"{}\"", root.uri);
        for at in (0..128).filter(|at| self.modules & (1 << at) != 0) {
            if let Some(module) = root.edition.module(at)
                && module.uri != root.uri
            {
                let _ = write!(text, " xmlns:{}=\"{}\"", module.prefix, module.uri);
            }
        }
        let _ = write!(text, ">{}\n</{}>\n", self.out, root.element);
        Ok(text)
    }

    fn scope<'r>(
        &mut self,
        record: &'r dyn Record,
        path: Path,
        position: usize,
        base: &'static Type,
    ) -> Scope<'r> {
        let further = record.further().and_then(|form| {
            let beside = path.field("further");
            let cast = self.cast(form, base, &beside);
            if cast.is_none() {
                self.no_place(beside);
            }
            cast
        });
        Scope { record, further, path, position, written: 0 }
    }

    /// Writes the content of an element from a record, by a mapping.
    fn mapped(
        &mut self,
        kind: &'static Type,
        map: &'static Map,
        base: &'static Type,
        groups: &mut Vec<(usize, usize)>,
        scope: &mut Scope<'_>,
    ) {
        if let Some(value) = &kind.value {
            match map.text {
                Some(node) => {
                    let beside = scope.beside(groups).and_then(|form| text_of(form, kind.value_field, 0));
                    self.mapped_text(node, value, beside, scope);
                }
                None => match scope.beside(groups).and_then(|form| text_of(form, kind.value_field, 0)) {
                    Some(text) => self.escaped(&text),
                    None if value.allows("") => {}
                    None => self.demanded(short_name(kind), scope.path.clone()),
                },
            }
            return;
        }
        let mut cursor = Cursor::default();
        self.depth += 1;
        for (at, element) in kind.elements.iter().enumerate() {
            let spot = map.elements.get(at).and_then(Option::as_ref);
            // Of a group, what stands beside is written inside it.
            let group = spot.is_some_and(|spot| matches!(spot.node.what, What::Group));
            let beside = scope.beside(groups).filter(|form| !group && form.count(element.field) > 0).cloned();
            let mut count = match (spot, &beside) {
                (Some(spot), Some(form)) if stands_for(spot, element, form, scope) => 0,
                (Some(spot), Some(_)) if stands_beside_alone(spot, scope) => 0,
                (Some(_), None) if remembered_elsewhere(kind, map, at, groups, scope) => 0,
                (Some(spot), _) => self.spot(element, spot, base, groups, scope),
                (None, _) => 0,
            };
            if let Some(form) = beside {
                let path = scope.path.field("further");
                count += self.form_elements(element, &form, &path);
            }
            for _ in 0..count {
                self.step(kind, &mut cursor, at, &scope.path);
            }
        }
        self.ended(kind, cursor, &scope.path);
        self.depth -= 1;
    }

    /// Writes what a row of the mapping takes; how many elements came of it, with those that are missing
    /// and have been reported.
    fn spot(
        &mut self,
        element: &'static Element,
        spot: &'static Spot,
        base: &'static Type,
        groups: &mut Vec<(usize, usize)>,
        scope: &mut Scope<'_>,
    ) -> usize {
        let node = spot.node;
        match (node.what, &element.holds, &spot.below) {
            (What::Leaf { field, .. }, Holds::Value(value), _) => {
                self.leaves(element, node, field, value, scope)
            }
            (What::Fixed(text), _, _) => {
                self.element(element, text);
                1
            }
            (What::Beside, Holds::Value(value), _) => self.fill(element, node, "further", value, scope),
            (What::Group, Holds::Type(kind), Some(map)) if node.row.divides.is_some() => {
                self.divided(element, node, kind, map, base, groups, scope)
            }
            (What::Group, Holds::Type(kind), Some(map)) => {
                if node.row.repeats {
                    return self.repeated_group(element, node, kind, map, base, groups, scope);
                }
                let more = scope.beside(groups).map_or(0, |form| form.count(element.field));
                groups.push((element.field, 0));
                let wanted = element.required || carries(kind, map, scope) || scope.beside(groups).is_some();
                if wanted {
                    self.start_mapped(element, kind, map, groups, scope);
                    self.mapped(kind, map, base, groups, scope);
                    self.end(element);
                }
                groups.pop();
                // The record has room for one: the others stand beside it whole.
                let others = scope.beside(groups).filter(|_| more > 1).cloned();
                for nth in 1..more {
                    if let Some(form) = others.as_ref().and_then(|form| form.form(element.field, nth)) {
                        self.form_element(element, kind, form, &scope.path.field("further"));
                    }
                }
                usize::from(wanted) + more.saturating_sub(1)
            }
            (What::Record { field, row }, Holds::Type(kind), Some(map)) if node.within.is_some() => {
                let Some((outer, holder)) = node.within else { return 0 };
                let Some(held) = scope.record.record(outer, 0) else { return 0 };
                let path = scope.path.field(holder.name);
                let mut below = Scope { record: held, further: None, path, position: 1, written: 0 };
                let count = self.records(element, field, row.name, kind, map, &mut below);
                // The element has room for this list of it alone.
                self.left_out(&below);
                if held.further().is_some() {
                    self.no_place(below.path.field("further"));
                }
                scope.written |= 1 << outer;
                count
            }
            (What::Record { field, row }, Holds::Type(kind), Some(map)) => {
                self.records(element, field, row.name, kind, map, scope)
            }
            _ => 0,
        }
    }

    fn leaves(
        &mut self,
        element: &'static Element,
        node: &'static Node,
        field: usize,
        value: &'static Value,
        scope: &mut Scope<'_>,
    ) -> usize {
        let What::Leaf { row, .. } = node.what else { return 0 };
        if !scope.holds(field) {
            return if scope.record.count(field) == 0 {
                self.fill(element, node, row.name, value, scope)
            } else {
                0
            };
        }
        let count = scope.record.count(field);
        for nth in 0..count {
            let Some(text) = text_of(scope.record, field, nth) else { continue };
            if node.row.if_fits && !value.allows(&text) {
                return 0;
            }
            self.value(element, node, row.name, &text, value, scope);
        }
        scope.written |= 1 << field;
        count
    }

    /// Writes one value, converted, if the structure allows it.
    fn value(
        &mut self,
        element: &'static Element,
        node: &'static Node,
        name: &'static str,
        text: &str,
        value: &'static Value,
        scope: &Scope<'_>,
    ) {
        let converted = node.row.convert.write(text);
        if self.fits(&converted, value, || scope.path.field(name)) {
            self.element(element, &converted);
        }
    }

    fn fits(&mut self, text: &str, value: &'static Value, path: impl Fn() -> Path) -> bool {
        if let Some(bad) = text.chars().find(|c| !crate::is_xml_char(*c)) {
            let code = u32::from(bad);
            self.finding(
                DOES_NOT_FIT,
                path(),
                format!("символ U+{code:04X} недопустим в XML: удалите его"),
                format!("the character U+{code:04X} is not allowed in XML: remove it"),
            );
            return false;
        }
        if value.allows(text) {
            return true;
        }
        let (ru, en) = value.words();
        let (text, format) = (shown(text), self.format());
        self.finding(
            DOES_NOT_FIT,
            path(),
            format!("«{text}» не умещается в формат {format}; там {ru}: исправьте или сократите"),
            format!("“{text}” does not fit the format {format}, which has {en}: correct or shorten it"),
        );
        false
    }

    /// What the structure demands and the declaration lacks.
    fn fill(
        &mut self,
        element: &'static Element,
        node: &'static Node,
        name: &'static str,
        value: &'static Value,
        scope: &Scope<'_>,
    ) -> usize {
        if !element.required {
            return 0;
        }
        match self.filling(node.row.fill, scope) {
            Some(text) => self.value(element, node, name, &text, value, scope),
            None => self.demanded(element.name, scope.path.field(name)),
        }
        1
    }

    /// What a row fills in.
    fn filling(&self, fill: Fill, scope: &Scope<'_>) -> Option<String> {
        match fill {
            Fill::Nothing => None,
            Fill::Text(text) => Some(text.to_owned()),
            Fill::DocumentId => self.completion.map(|completion| completion.document_id.clone()),
            Fill::WrittenAt => self.completion.map(|completion| completion.written_at.to_string()),
            Fill::WrittenOn => self.completion.map(|completion| completion.written_at.date().to_string()),
            Fill::Country => self.country.map(|country| country.to_string()),
            Fill::Position => Some(scope.position.to_string()),
            Fill::ValueCurrency => self.value_currency.map(|currency| currency.to_string()),
            Fill::InvoiceCurrency => self.invoice_currency.map(|currency| currency.to_string()),
        }
    }

    fn demanded(&mut self, element: &str, path: Path) {
        let format = self.format();
        self.finding(
            DEMANDED,
            path,
            format!("формат {format} требует элемент {element}: заполните поле"),
            format!("the format {format} demands the element {element}: fill in the field"),
        );
    }

    /// One element of pure structure per value of the list inside, or per form beside it.
    #[allow(clippy::too_many_arguments, reason = "where it stands, and what stands beside")]
    fn repeated_group(
        &mut self,
        element: &'static Element,
        node: &'static Node,
        kind: &'static Type,
        map: &'static Map,
        base: &'static Type,
        groups: &mut Vec<(usize, usize)>,
        scope: &mut Scope<'_>,
    ) -> usize {
        let Some(What::Leaf { field, row }) = node.children.first().map(|child| child.what) else { return 0 };
        let beside = scope.beside(groups).map_or(0, |form| form.count(element.field));
        let count = scope.record.count(field);
        let count = if beside > count { count } else { count.max(usize::from(element.required)) };
        let all = scope.record;
        for nth in 0..count {
            groups.push((element.field, nth));
            let one = OneOf { record: all, field, nth };
            let mut part = Scope {
                record: &one,
                further: scope.further.clone(),
                path: scope.path.clone(),
                position: nth + 1,
                written: 0,
            };
            if all.count(field) == 0 {
                self.demanded(element.name, scope.path.field(row.name));
            } else {
                self.start_mapped(element, kind, map, groups, &mut part);
                self.mapped(kind, map, base, groups, &mut part);
                self.end(element);
            }
            groups.pop();
        }
        scope.written |= 1 << field;
        // Those that have no value for the list stand beside it whole.
        let others = scope.beside(groups).filter(|_| beside > count).cloned();
        for nth in count..beside {
            if let Some(form) = others.as_ref().and_then(|form| form.form(element.field, nth)) {
                self.form_element(element, kind, form, &scope.path.field("further"));
            }
        }
        count.max(beside)
    }

    /// One element for each number that the entries of a list have: the first with all the record has, the
    /// others with their entries and what stands beside.
    #[allow(clippy::too_many_arguments, reason = "where it stands, and what stands beside")]
    fn divided(
        &mut self,
        element: &'static Element,
        node: &'static Node,
        kind: &'static Type,
        map: &'static Map,
        base: &'static Type,
        groups: &mut Vec<(usize, usize)>,
        scope: &mut Scope<'_>,
    ) -> usize {
        let Some((list, number)) = node.row.divides else { return 0 };
        let all = scope.record;
        let Some(list) = all.index_of(list) else { return 0 };
        self.said_by_place = Some(number);
        let entries = || (0..all.count(list)).filter_map(|at| all.record(list, at));
        let numbered = entries().map(|entry| place_of(entry, number)).max().unwrap_or(0);
        let beside = scope.beside(groups).map_or(0, |form| form.count(element.field));
        let first = usize::from(element.required || carries(kind, map, scope));
        let count = numbered.max(beside).max(first);
        for nth in 0..count {
            groups.push((element.field, nth));
            let view = PartOf { record: all, list, number, nth };
            let mut part = Scope {
                record: &view,
                further: scope.further.clone(),
                path: scope.path.clone(),
                position: nth + 1,
                written: 0,
            };
            self.start_mapped(element, kind, map, groups, &mut part);
            self.mapped(kind, map, base, groups, &mut part);
            self.end(element);
            scope.written |= part.written;
            groups.pop();
        }
        scope.written |= 1 << list;
        count
    }

    fn records(
        &mut self,
        element: &'static Element,
        field: usize,
        name: &'static str,
        kind: &'static Type,
        map: &'static Map,
        scope: &mut Scope<'_>,
    ) -> usize {
        let list = scope.record.fields().get(field).is_some_and(|row| row.shape.is_list());
        let count = scope.record.count(field);
        let mut written = 0;
        for nth in 0..count {
            let Some(record) = scope.record.record(field, nth) else { continue };
            let path = scope.path.field(name);
            let path = if list { path.at(nth) } else { path };
            // An empty record says nothing.
            if !list && record.is_empty() && !element.required {
                continue;
            }
            let mut below = self.scope(record, path, nth + 1, kind);
            self.start_mapped(element, kind, map, &[], &mut below);
            self.mapped(kind, map, kind, &mut Vec::new(), &mut below);
            self.end(element);
            self.left_out(&below);
            written += 1;
        }
        scope.written |= 1 << field;
        if written == 0 && element.required {
            if map.is_empty_allowed(kind) {
                self.start(element);
                self.close_start();
                self.end(element);
            } else {
                self.demanded(element.name, scope.path.field(name));
            }
            written = 1;
        }
        written
    }

    /// Writes the text of an element that has attributes; `beside` is what the field could not hold.
    fn mapped_text(
        &mut self,
        node: &'static Node,
        value: &'static Value,
        beside: Option<String>,
        scope: &mut Scope<'_>,
    ) {
        let What::Leaf { field, row } = node.what else { return };
        let convert = node.row.convert;
        let text = text_of(scope.record, field, 0);
        scope.written |= 1 << field;
        let beside = beside.filter(|beside| text.as_deref().is_none_or(|text| convert.read(beside) == text));
        match beside.or(text) {
            Some(text) => {
                let converted =
                    if convert.read(&text) == text { convert.write(&text).into_owned() } else { text };
                if self.fits(&converted, value, || scope.path.field(row.name)) {
                    self.escaped(&converted);
                }
            }
            None => self.demanded(row.name, scope.path.field(row.name)),
        }
    }

    /// Every field that found no place in the target is a finding: nothing is lost in silence.
    fn left_out(&mut self, scope: &Scope<'_>) {
        for (field, row) in scope.record.fields().iter().enumerate() {
            if scope.holds(field) && self.said_by_place != Some(row.name) {
                self.no_place(scope.path.field(row.name));
            }
        }
    }

    fn no_place(&mut self, path: Path) {
        let format = self.format();
        self.finding(
            NO_PLACE,
            path,
            format!(
                "в формате {format} нет места для этого значения: очистите поле или выберите другой формат"
            ),
            format!(
                "the format {format} has no place for this value: clear the field or choose another format"
            ),
        );
    }

    /// The format as people call it: `album 5.23`.
    fn format(&self) -> String {
        self.root.edition.name.replacen('-', " ", 1)
    }

    fn finding(&mut self, code: &'static str, path: Path, ru: String, en: String) {
        if self.notes.has_room(Severity::Error) {
            let (label_ru, label_en) = declaration::catalogue()
                .entry(&path)
                .map_or((self.root.element, self.root.element), |entry| (entry.field.ru, entry.field.en));
            let (ru, en) = (format!("{label_ru}: {ru}."), format!("{label_en}: {en}."));
            self.notes.add(code, Severity::Error, path, ru, en);
        }
    }

    /// Writes a start tag with the attributes a mapping or the form beside the record has.
    fn start_mapped(
        &mut self,
        element: &'static Element,
        kind: &'static Type,
        map: &'static Map,
        groups: &[(usize, usize)],
        scope: &mut Scope<'_>,
    ) {
        self.start(element);
        for (at, attribute) in kind.attributes.iter().enumerate() {
            let (text, path) = match map.attributes.get(at).copied().flatten().map(|node| (node, node.what)) {
                Some((node, What::Leaf { field, row })) => {
                    let text = text_of(scope.record, field, 0)
                        .map(|text| node.row.convert.write(&text).into_owned());
                    scope.written |= 1 << field;
                    let beside = || scope.beside(groups).and_then(|form| text_of(form, attribute.field, 0));
                    let text = text.or_else(beside).or_else(|| self.filling(node.row.fill, scope));
                    (text, scope.path.field(row.name))
                }
                other => {
                    let beside = scope.beside(groups).and_then(|form| text_of(form, attribute.field, 0));
                    let text = beside.or_else(|| match other {
                        Some((_, What::Fixed(text))) => Some(text.to_owned()),
                        Some((node, _)) if attribute.required => self.filling(node.row.fill, scope),
                        _ => None,
                    });
                    (text, scope.path.field("further"))
                }
            };
            match text {
                Some(text) if self.fits(&text, &attribute.value, || path.clone()) => {
                    self.attribute(attribute.name, &text);
                }
                None if attribute.required => self.demanded(attribute.name, path),
                _ => {}
            }
        }
        self.close_start();
    }
}

/// Whether the element at `at` would take a field that the form beside the record remembers from another
/// element.
fn remembered_elsewhere(
    kind: &'static Type,
    map: &'static Map,
    at: usize,
    groups: &[(usize, usize)],
    scope: &Scope<'_>,
) -> bool {
    let Some(form) = scope.beside(groups) else { return false };
    /// The field an element takes if it fits, and the element's place in the form of its type.
    fn ambiguous(spot: &'static Spot, element: &'static Element) -> Vec<(usize, Option<usize>)> {
        match (spot.node.what, &element.holds, &spot.below) {
            (What::Leaf { field, .. }, _, _) if spot.has_rivals() => vec![(field, None)],
            (What::Group, Holds::Type(held), Some(map)) => {
                let inner = held.elements.iter().zip(&map.elements);
                let inner = inner.filter_map(|(element, spot)| Some((element, spot.as_ref()?)));
                let inner = inner.filter(|(_, spot)| spot.has_rivals());
                let field = |spot: &'static Spot| match spot.node.what {
                    What::Leaf { field, .. } => Some(field),
                    _ => None,
                };
                inner.filter_map(|(element, spot)| Some((field(spot)?, Some(element.field)))).collect()
            }
            _ => Vec::new(),
        }
    }
    // A group that carries more than fields of several elements is needed in any case.
    let needed = |spot: &'static Spot| {
        spot.below.as_ref().is_some_and(|map| {
            map.elements.iter().flatten().any(|inner| match inner.node.what {
                What::Leaf { field, .. } => !inner.has_rivals() && scope.holds(field),
                _ => false,
            })
        })
    };
    if map.elements.get(at).and_then(Option::as_ref).is_some_and(needed) {
        return false;
    }
    let spots = || {
        kind.elements
            .iter()
            .zip(&map.elements)
            .enumerate()
            .filter_map(|(at, (element, spot))| Some((at, element, spot.as_ref()?)))
    };
    let own: Vec<usize> = spots()
        .filter(|(there, ..)| *there == at)
        .flat_map(|(_, element, spot)| ambiguous(spot, element))
        .map(|(field, _)| field)
        .collect();
    !own.is_empty()
        && spots().filter(|(there, ..)| *there != at).any(|(_, element, spot)| {
            ambiguous(spot, element).iter().any(|(field, inner)| {
                own.contains(field)
                    && match inner {
                        None => text_of(form, element.field, 0),
                        Some(inner) => form.form(element.field, 0).and_then(|form| text_of(form, *inner, 0)),
                    }
                    .is_some_and(|beside| text_of(scope.record, *field, 0) == Some(beside))
            })
        })
}

/// Whether what stands beside is what the field was read from, and is written in its stead.
fn stands_for(spot: &'static Spot, element: &'static Element, form: &Form, scope: &mut Scope<'_>) -> bool {
    let node = spot.node;
    let What::Leaf { field, row } = node.what else { return matches!(node.what, What::Fixed(_)) };
    if row.shape.is_list() {
        return false;
    }
    if scope.record.count(field) == 0 {
        return true;
    }
    let same = match (text_of(scope.record, field, 0), text_of(form, element.field, 0)) {
        (Some(text), Some(beside)) => {
            let read = node.row.convert.read(&beside);
            let moment = zone_apart(row.shape.leaf(), read).map(|(moment, _)| moment);
            let fraction =
                |moment: &str| moment.contains('.').then(|| moment.trim_end_matches('0').to_owned());
            match moment {
                Some(moment) => moment == text || fraction(moment).is_some_and(|moment| moment == text),
                None => (spot.has_rivals() || !node.row.convert.keeps(&text, &beside)) && read == text,
            }
        }
        _ => false,
    };
    if same {
        scope.written |= 1 << field;
    }
    same
}

/// Whether the record has nothing for an element of which something stands beside it.
fn stands_beside_alone(spot: &'static Spot, scope: &Scope<'_>) -> bool {
    match spot.node.what {
        What::Beside => true,
        What::Record { field, .. } => spot.node.within.is_none() && scope.record.count(field) == 0,
        _ => false,
    }
}

/// Whether anything the record holds would stand in an element of this type.
fn carries(kind: &'static Type, map: &'static Map, scope: &Scope<'_>) -> bool {
    let leaf = |node: &'static Node, value: &'static Value| match node.what {
        What::Leaf { field, .. } => {
            scope.holds(field)
                && (!node.row.if_fits
                    || text_of(scope.record, field, 0).is_some_and(|text| value.allows(&text)))
        }
        _ => false,
    };
    let text = kind.value.as_ref().zip(map.text).is_some_and(|(value, node)| leaf(node, value));
    text || kind.elements.iter().zip(&map.elements).any(|(element, spot)| {
        let Some(spot) = spot else { return false };
        match (spot.node.what, &element.holds, &spot.below) {
            (What::Leaf { .. }, Holds::Value(value), _) => leaf(spot.node, value),
            (What::Record { field, .. }, _, _) => {
                scope.holds(spot.node.within.map_or(field, |(outer, _)| outer))
            }
            (What::Group, Holds::Type(kind), Some(map)) => carries(kind, map, scope),
            _ => false,
        }
    })
}

/// The value's text as the formats write it.
fn text_of(record: &dyn Record, field: usize, nth: usize) -> Option<String> {
    let text = record.value(field, nth)?.to_string();
    let kind = record.fields().get(field)?.shape.leaf();
    // Decimals are written without zeros at the end, so that equal values are equal texts.
    Some(match kind {
        Some(LeafKind::Decimal { .. }) if text.contains('.') => {
            text.trim_end_matches('0').trim_end_matches('.').to_owned()
        }
        _ => text,
    })
}
