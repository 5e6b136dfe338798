//! From a declaration to an album's XML: the same table, walked in its order.

use std::fmt::Write;

use declaration::{CountryCode, Declaration, Finding, LeafKind, Path, Record, Severity};

use super::namespaces::MODULES;
use super::reader::ROOT;
use super::row::{Fill, Fit, Module, Node, What};
use super::tree;
use crate::Completion;
use crate::notes::{DEMANDED, DOES_NOT_FIT, NO_PLACE, Notes, TOO_MANY};
use crate::unreadable::shown;

/// The code of the electronic document, which the schema demands as an attribute of the root.
const DOCUMENT_MODE_ID: &str = "1006107E";

/// Writes `declaration` in the album 5.`version`; what the album cannot express comes back as findings.
pub(crate) fn write(
    declaration: &Declaration,
    version: u8,
    completion: &Completion,
) -> Result<String, Vec<Finding>> {
    let mut writer = Writer {
        out: String::with_capacity(16 << 10),
        notes: Notes::default(),
        version,
        completion,
        country: declaration.customs_country(),
        depth: 0,
        started: 0,
    };
    writer.out.push_str("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<");
    writer.out.push_str(ROOT);
    let _ = write!(writer.out, " DocumentModeID=\"{DOCUMENT_MODE_ID}\"");
    for module in &MODULES {
        let number = if version < 27 { module.in_523 } else { module.in_527 };
        let colon = if module.prefix.is_empty() { "" } else { ":" };
        let _ = write!(writer.out, " xmlns{colon}{}=\"{}:{number}\"", module.prefix, module.family);
    }
    writer.out.push('>');
    let mut scope = Scope { record: declaration, path: Path::root(), position: 0, written: 0 };
    writer.children(tree(), &mut scope);
    writer.left_out(&scope);
    let _ = write!(writer.out, "\n</{ROOT}>\n");
    if writer.notes.is_empty() { Ok(writer.out) } else { Err(writer.notes.finish()) }
}

/// The record being written, with the bits of the fields that found their place.
struct Scope<'r> {
    record: &'r dyn Record,
    path: Path,
    /// The place in its list, counted from 1.
    position: usize,
    written: u128,
}

impl Scope<'_> {
    fn holds(&self, field: usize) -> bool {
        self.record.count(field) > 0 && self.written & (1 << field) == 0
    }
}

struct Writer<'w> {
    out: String,
    notes: Notes,
    version: u8,
    completion: &'w Completion,
    country: Option<CountryCode>,
    depth: usize,
    /// Where the last start tag ended.
    started: usize,
}

impl Writer<'_> {
    fn children(&mut self, nodes: &'static [Node], scope: &mut Scope<'_>) {
        let mut chosen: Option<&'static str> = None;
        self.depth += 1;
        let version = self.version;
        for node in nodes.iter().filter(|node| node.row.is_in(version)) {
            let before = self.out.len();
            match node.what {
                What::Leaf { field, .. } => self.leaf(node, field, scope),
                What::Fixed(text) => self.element(node, text),
                What::Group if node.row.repeats => self.repeated_group(node, scope),
                What::Group => {
                    if node.row.fill == Fill::Empty || self.carries(node, scope) {
                        self.start(node);
                        self.children(&node.children, scope);
                        self.end(node);
                    }
                }
                What::Record { field, row } => self.records(node, field, row.name, scope),
            }
            if node.row.choice && self.out.len() > before {
                if let Some(other) = chosen {
                    let path = scope.path.clone();
                    let element = node.element;
                    self.finding(
                        TOO_MANY,
                        path,
                        format!(
                            "указаны и {other}, и {element}; альбом допускает одно: \
                             оставьте номера одной страны"
                        ),
                        format!(
                            "there are both {other} and {element}; the album allows one: \
                             keep the numbers of one country"
                        ),
                    );
                }
                chosen = Some(node.element);
            }
        }
        self.depth -= 1;
    }

    /// Whether anything the record holds would stand in the element.
    fn carries(&self, node: &Node, scope: &Scope<'_>) -> bool {
        node.children.iter().filter(|child| child.row.is_in(self.version)).any(|child| match child.what {
            What::Leaf { field, row } => {
                scope.holds(field)
                    && (!child.row.if_fits || {
                        let text = text_of(scope.record, field, 0, row.shape.leaf());
                        text.is_some_and(|text| child.row.fit.allows(&text))
                    })
            }
            What::Record { field, .. } => scope.holds(field),
            What::Group => self.carries(child, scope),
            What::Fixed(_) => false,
        })
    }

    fn leaf(&mut self, node: &'static Node, field: usize, scope: &mut Scope<'_>) {
        let What::Leaf { row, .. } = node.what else { return };
        if !scope.holds(field) {
            if scope.record.count(field) == 0 {
                self.fill(node, row.name, scope);
            }
            return;
        }
        let count = scope.record.count(field);
        if count > node.row.count_max {
            let max = node.row.count_max;
            self.finding(
                TOO_MANY,
                scope.path.field(row.name),
                format!("значений {count}, альбом допускает {max}: сократите или объедините их"),
                format!("there are {count} values, the album allows {max}: shorten or join them"),
            );
        }
        for nth in 0..count {
            let Some(text) = text_of(scope.record, field, nth, row.shape.leaf()) else { continue };
            if node.row.if_fits && !node.row.fit.allows(&text) {
                return;
            }
            self.value(node, row.name, &text, scope);
        }
        scope.written |= 1 << field;
    }

    /// Writes one value, converted, if the schema allows it.
    fn value(&mut self, node: &'static Node, name: &'static str, text: &str, scope: &Scope<'_>) {
        let converted = node.row.convert.write(text);
        if let Some(bad) = converted.chars().find(|c| !crate::is_xml_char(*c)) {
            let code = u32::from(bad);
            self.finding(
                DOES_NOT_FIT,
                scope.path.field(name),
                format!("символ U+{code:04X} недопустим в XML: удалите его"),
                format!("the character U+{code:04X} is not allowed in XML: remove it"),
            );
        } else if node.row.fit.allows(&converted) {
            self.element(node, &converted);
        } else {
            self.does_not_fit(node.row.fit, scope.path.field(name), &converted);
        }
    }

    fn does_not_fit(&mut self, fit: Fit, path: Path, text: &str) {
        let (ru, en) = fit.words();
        let (text, version) = (shown(text), self.version);
        self.finding(
            DOES_NOT_FIT,
            path,
            format!("«{text}» не умещается в альбом 5.{version}; там {ru}: исправьте или сократите"),
            format!("“{text}” does not fit the album 5.{version}, which has {en}: correct or shorten it"),
        );
    }

    /// What the schema demands and the declaration lacks.
    fn fill(&mut self, node: &'static Node, name: &'static str, scope: &Scope<'_>) {
        let text = match node.row.fill {
            Fill::Nothing | Fill::Empty => return,
            Fill::Demand => None,
            Fill::Text(text) => Some(text.to_owned()),
            Fill::DocumentId => Some(self.completion.document_id.clone()),
            Fill::WrittenAt => Some(self.completion.written_at.to_string()),
            Fill::WrittenOn => Some(self.completion.written_at.date().to_string()),
            Fill::Country => self.country.map(|country| country.to_string()),
            Fill::Position => Some(scope.position.to_string()),
        };
        match text {
            Some(text) => self.value(node, name, &text, scope),
            None => {
                let (element, version) = (node.element, self.version);
                self.finding(
                    DEMANDED,
                    scope.path.field(name),
                    format!("альбом 5.{version} требует элемент {element}: заполните поле"),
                    format!("the album 5.{version} demands the element {element}: fill in the field"),
                );
            }
        }
    }

    /// One element of pure structure per value of the list inside.
    fn repeated_group(&mut self, node: &'static Node, scope: &mut Scope<'_>) {
        let Some(child) = node.children.first() else { return };
        let What::Leaf { field, row } = child.what else { return };
        for nth in 0..scope.record.count(field) {
            let Some(text) = text_of(scope.record, field, nth, row.shape.leaf()) else { continue };
            self.start(node);
            self.depth += 1;
            self.value(child, row.name, &text, scope);
            self.depth -= 1;
            self.end(node);
        }
        if scope.record.count(field) == 0 {
            self.fill(node, row.name, scope);
        }
        scope.written |= 1 << field;
    }

    fn records(&mut self, node: &'static Node, field: usize, name: &'static str, scope: &mut Scope<'_>) {
        let list = scope.record.fields().get(field).is_some_and(|row| row.shape.is_list());
        let count = scope.record.count(field);
        for nth in 0..count {
            let Some(record) = scope.record.record(field, nth) else { continue };
            let path = scope.path.field(name);
            let path = if list { path.at(nth) } else { path };
            let mut below = Scope { record, path, position: nth + 1, written: 0 };
            // An empty record says nothing.
            if !list && record.is_empty() && node.row.fill != Fill::Empty {
                continue;
            }
            self.start(node);
            self.children(&node.children, &mut below);
            self.end(node);
            self.left_out(&below);
        }
        if count == 0 && node.row.fill == Fill::Empty {
            self.start(node);
            self.end(node);
        }
        if count == 0 && node.row.part {
            let (element, version) = (node.element, self.version);
            self.finding(
                DEMANDED,
                scope.path.field(name),
                format!("альбом 5.{version} требует элемент {element}: заполните хотя бы один"),
                format!("the album 5.{version} demands the element {element}: give at least one"),
            );
        }
        scope.written |= 1 << field;
    }

    /// Every field that found no place in the target is a finding: nothing is lost in silence.
    fn left_out(&mut self, scope: &Scope<'_>) {
        for (field, row) in scope.record.fields().iter().enumerate() {
            if scope.holds(field) {
                let version = self.version;
                self.finding(
                    NO_PLACE,
                    scope.path.field(row.name),
                    format!(
                        "в альбоме 5.{version} нет места для этого значения: очистите поле \
                         или выберите другой формат"
                    ),
                    format!(
                        "the album 5.{version} has no place for this value: clear the field \
                         or choose another format"
                    ),
                );
            }
        }
    }

    fn finding(&mut self, code: &'static str, path: Path, ru: String, en: String) {
        if self.notes.has_room(Severity::Error) {
            let (label_ru, label_en) = declaration::catalogue()
                .entry(&path)
                .map_or((ROOT, ROOT), |entry| (entry.field.ru, entry.field.en));
            let (ru, en) = (format!("{label_ru}: {ru}."), format!("{label_en}: {en}."));
            self.notes.add(code, Severity::Error, path, ru, en);
        }
    }

    fn indent(&mut self) {
        self.out.push('\n');
        for _ in 0..self.depth {
            self.out.push_str("  ");
        }
    }

    fn name(&mut self, node: &Node) {
        let prefix = prefix(node.row.module);
        if !prefix.is_empty() {
            self.out.push_str(prefix);
            self.out.push(':');
        }
        self.out.push_str(node.element);
    }

    fn start(&mut self, node: &Node) {
        self.indent();
        self.out.push('<');
        self.name(node);
        self.out.push('>');
        self.started = self.out.len();
    }

    fn end(&mut self, node: &Node) {
        // An element without content stays on its line.
        if self.out.len() != self.started {
            self.indent();
        }
        self.out.push_str("</");
        self.name(node);
        self.out.push('>');
    }

    fn element(&mut self, node: &Node, text: &str) {
        self.start(node);
        for c in text.chars() {
            match c {
                '&' => self.out.push_str("&amp;"),
                '<' => self.out.push_str("&lt;"),
                '>' => self.out.push_str("&gt;"),
                // A bare carriage return would be read as a line feed.
                '\r' => self.out.push_str("&#13;"),
                _ => self.out.push(c),
            }
        }
        self.out.push_str("</");
        self.name(node);
        self.out.push('>');
    }
}

fn prefix(module: Module) -> &'static str {
    MODULES.iter().find(|row| row.module == module).map_or("", |row| row.prefix)
}

/// The value's text as the schemas write it.
fn text_of(record: &dyn Record, field: usize, nth: usize, kind: Option<LeafKind>) -> Option<String> {
    let text = record.value(field, nth)?.to_string();
    // Decimals are written without zeros at the end, so that equal values are equal texts.
    Some(match kind {
        Some(LeafKind::Decimal { .. }) if text.contains('.') => {
            text.trim_end_matches('0').trim_end_matches('.').to_owned()
        }
        _ => text,
    })
}
