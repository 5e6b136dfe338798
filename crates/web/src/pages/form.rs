//! The form: a declaration walked by the one table of fields into blocks a page can show, each finding
//! at its field. Nothing here knows a field by name but what is laid out differently.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Bound;

use askama::Template;
use declaration::{Field, Finding, Record, Shape, Value};

use super::meaning::Meanings;
use crate::figures;
use crate::language::Language;
use crate::texts::Texts;

/// A finding at its field.
pub(super) struct Mark {
    pub(super) code: String,
    pub(super) severity: &'static str,
    pub(super) text: String,
}

/// One filled or faulty field.
pub(super) struct Line {
    /// The field's path: the anchor.
    pub(super) id: String,
    /// Paths that are shown in this line, too.
    pub(super) also: Vec<String>,
    pub(super) box_number: &'static str,
    pub(super) label: &'static str,
    pub(super) value: String,
    /// Where the value is looked up.
    pub(super) href: Option<String>,
    pub(super) meaning: Option<String>,
    /// Digits that stand under each other.
    pub(super) numeric: bool,
    pub(super) marks: Vec<Mark>,
}

/// A list of records of one shape.
pub(super) struct Table {
    pub(super) id: String,
    pub(super) box_number: &'static str,
    pub(super) label: &'static str,
    pub(super) columns: Vec<Column>,
    pub(super) rows: Vec<Row>,
    pub(super) marks: Vec<Mark>,
}

pub(super) struct Column {
    pub(super) label: &'static str,
    pub(super) numeric: bool,
}

pub(super) struct Row {
    pub(super) id: String,
    pub(super) cells: Vec<Line>,
    pub(super) marks: Vec<Mark>,
}

/// One record: its fields, its lists, the records below it.
#[derive(Template)]
#[template(path = "block.html")]
pub(super) struct Block {
    pub(super) id: String,
    pub(super) box_number: &'static str,
    pub(super) label: String,
    pub(super) lines: Vec<Line>,
    pub(super) tables: Vec<Table>,
    pub(super) blocks: Vec<Block>,
    pub(super) marks: Vec<Mark>,
}

impl Block {
    fn is_empty(&self) -> bool {
        self.lines.is_empty() && self.tables.is_empty() && self.blocks.is_empty() && self.marks.is_empty()
    }
}

/// Findings by the path they lie at.
pub(super) struct Marks<'a> {
    by_path: BTreeMap<&'a str, Vec<&'a Finding>>,
    language: Language,
}

impl<'a> Marks<'a> {
    pub(super) fn new(findings: &'a [Finding], language: Language) -> Self {
        let mut by_path = BTreeMap::<&str, Vec<&Finding>>::new();
        for finding in findings {
            by_path.entry(finding.path.as_str()).or_default().push(finding);
        }
        Self { by_path, language }
    }

    fn at(&self, path: &str) -> Vec<Mark> {
        let found = self.by_path.get(path).into_iter().flatten();
        found.map(|finding| self.mark(finding)).collect()
    }

    fn mark(&self, finding: &Finding) -> Mark {
        Mark {
            code: finding.code.clone().into_owned(),
            severity: finding.severity.as_str(),
            text: self.language.pick(&finding.text).to_owned(),
        }
    }

    /// Paths with findings below a path.
    fn below<'s>(&'s self, path: &str) -> impl Iterator<Item = &'a str> + use<'a, 's> {
        let prefix = format!("{path}/");
        let from = self.by_path.range::<str, _>((Bound::Included(prefix.as_str()), Bound::Unbounded));
        from.map(|(path, _)| *path).take_while(move |path| path.starts_with(&prefix))
    }

    fn any_in(&self, path: &str) -> bool {
        self.by_path.contains_key(path) || self.below(path).next().is_some()
    }

    /// The highest position in a list that a finding names.
    fn last_position(&self, list: &str) -> usize {
        let positions = self.below(list).filter_map(|path| {
            let rest = path.strip_prefix(list)?.strip_prefix('/')?;
            rest.split('/').next()?.parse::<usize>().ok()
        });
        positions.max().unwrap_or(0).min(POSITIONS_MAX)
    }
}

/// The longest list a page makes room for where only a finding speaks of it.
const POSITIONS_MAX: usize = 1_000;
/// The most columns of a table; a record with more filled fields is shown as a block.
const COLUMNS_MAX: usize = 9;

/// Walks records into blocks.
pub(super) struct Walk<'a> {
    pub(super) marks: Marks<'a>,
    pub(super) meanings: Meanings<'a>,
    pub(super) language: Language,
}

fn joined(path: &str, name: &str) -> String {
    if path.is_empty() { name.to_owned() } else { format!("{path}/{name}") }
}

impl Walk<'_> {
    fn t(&self) -> &'static Texts {
        Texts::of(self.language)
    }

    /// The label of a field.
    pub(super) fn label(&self, field: &Field) -> &'static str {
        if self.language == Language::Ru { field.ru } else { field.en }
    }

    fn written(&self, value: &Value<'_>) -> String {
        match value {
            Value::Text(text) => (*text).to_owned(),
            Value::Integer(number) => figures::number((*number).into(), self.language),
            Value::Decimal(number) => figures::number(*number, self.language),
            Value::Flag(true) => self.t().yes.to_owned(),
            Value::Flag(false) => self.t().no.to_owned(),
            Value::Date(date) => match self.language {
                Language::Ru => date.strftime("%d.%m.%Y").to_string(),
                Language::En => date.to_string(),
            },
            Value::Time(time) => time.strftime("%H:%M").to_string(),
            Value::DateTime(at) => match self.language {
                Language::Ru => at.strftime("%d.%m.%Y %H:%M").to_string(),
                Language::En => at.strftime("%Y-%m-%d %H:%M").to_string(),
            },
        }
    }

    /// The block of a record at a path; where there is no record, of what findings say is missing.
    pub(super) fn block(
        &self,
        label: String,
        box_number: &'static str,
        fields: &'static [Field],
        record: Option<&dyn Record>,
        path: &str,
        wanted: &dyn Fn(&str) -> bool,
    ) -> Block {
        let mut block = Block {
            id: path.to_owned(),
            box_number,
            label,
            lines: Vec::new(),
            tables: Vec::new(),
            blocks: Vec::new(),
            marks: if path.is_empty() { Vec::new() } else { self.marks.at(path) },
        };
        for (index, field) in fields.iter().enumerate().filter(|(_, field)| wanted(field.name)) {
            let at = joined(path, field.name);
            let box_below = if field.box_number.is_empty() { box_number } else { field.box_number };
            match field.shape {
                Shape::Leaf(_) | Shape::Leaves(_) => {
                    block.lines.extend(self.line(field, index, record, at, field.box_number));
                }
                Shape::One(below) => {
                    let record = record.and_then(|record| record.record(index, 0));
                    if record.is_some() || self.marks.any_in(&at) {
                        let label = self.label(field).to_owned();
                        let inner = self.block(label, field.box_number, below.all(), record, &at, &|_| true);
                        if !inner.is_empty() {
                            block.blocks.push(inner);
                        }
                    }
                }
                Shape::Many(below) => {
                    self.list(&mut block, field, index, record, below.all(), &at, box_below)
                }
            }
        }
        block
    }

    /// A leaf or a list of leaves in one line.
    fn line(
        &self,
        field: &Field,
        index: usize,
        record: Option<&dyn Record>,
        at: String,
        box_number: &'static str,
    ) -> Option<Line> {
        let count = record.map_or(0, |record| record.count(index));
        let values: Vec<Value<'_>> =
            (0..count).filter_map(|nth| record.and_then(|record| record.value(index, nth))).collect();
        let mut marks = self.marks.at(&at);
        let also: Vec<String> = self.marks.below(&at).map(str::to_owned).collect();
        marks.extend(also.iter().flat_map(|path| self.marks.at(path)));
        if values.is_empty() && marks.is_empty() {
            return None;
        }
        let numeric = values.iter().all(|value| matches!(value, Value::Integer(_) | Value::Decimal(_)));
        let meaning = match values.as_slice() {
            [only] => self.meanings.of(&at, only),
            _ => None,
        };
        // A long description stands in parts; other lists are lists.
        let between = if field.name == "description" { " " } else { ", " };
        let written: Vec<String> = values.iter().map(|value| self.written(value)).collect();
        Some(Line {
            id: at,
            also,
            box_number,
            label: self.label(field),
            href: self.meanings.address(field.name, &values),
            value: written.join(between),
            meaning,
            numeric: numeric && !values.is_empty(),
            marks,
        })
    }

    #[allow(clippy::too_many_arguments, reason = "what a record's field is, where it stands, where it goes")]
    fn list(
        &self,
        block: &mut Block,
        field: &Field,
        index: usize,
        record: Option<&dyn Record>,
        below: &'static [Field],
        at: &str,
        box_number: &'static str,
    ) {
        let count = record.map_or(0, |record| record.count(index)).max(self.marks.last_position(at));
        let marks = self.marks.at(at);
        if count == 0 && marks.is_empty() {
            return;
        }
        let records: Vec<Option<&dyn Record>> =
            (0..count).map(|nth| record.and_then(|record| record.record(index, nth))).collect();
        if field.name == "address"
            && count > 0
            && !self.marks.any_in(at)
            && let Some(line) = self.address_line(field, &records, at, field.box_number)
        {
            block.lines.push(line);
            return;
        }
        let used = self.used_columns(below, &records, at);
        let flat =
            used.iter().all(|column| below.get(*column).is_some_and(|field| field.shape.leaf().is_some()));
        if flat && used.len() <= COLUMNS_MAX {
            block.tables.push(self.table(field, below, &records, at, &used, marks));
            return;
        }
        let label = self.label(field);
        for (nth, record) in records.into_iter().enumerate() {
            let title = if count > 1 { format!("{label} {}", nth + 1) } else { label.to_owned() };
            let inner = self.block(title, box_number, below, record, &format!("{at}/{}", nth + 1), &|_| true);
            block.blocks.push(inner);
        }
        if !marks.is_empty() {
            let columns = Vec::new();
            let (id, rows) = (at.to_owned(), Vec::new());
            block.tables.push(Table { id, box_number: field.box_number, label, columns, rows, marks });
        }
    }

    /// Columns that some record fills or some finding names.
    fn used_columns(&self, below: &[Field], records: &[Option<&dyn Record>], at: &str) -> Vec<usize> {
        let named: BTreeSet<&str> = self
            .marks
            .below(at)
            .filter_map(|path| path.strip_prefix(at)?.trim_start_matches('/').split('/').nth(1))
            .collect();
        let filled = |column: usize| records.iter().flatten().any(|record| record.count(column) > 0);
        let columns = below.iter().enumerate();
        columns
            .filter(|(column, field)| filled(*column) || named.contains(field.name))
            .map(|(at, _)| at)
            .collect()
    }

    fn table(
        &self,
        field: &Field,
        below: &'static [Field],
        records: &[Option<&dyn Record>],
        at: &str,
        used: &[usize],
        marks: Vec<Mark>,
    ) -> Table {
        let row = |(nth, record): (usize, &Option<&dyn Record>)| {
            let id = format!("{at}/{}", nth + 1);
            let cell = |column: &usize| {
                let field = below.get(*column)?;
                let path = joined(&id, field.name);
                let line = self.line(field, *column, *record, path.clone(), "");
                let empty = || Line {
                    id: path,
                    also: Vec::new(),
                    box_number: "",
                    label: self.label(field),
                    value: String::new(),
                    href: None,
                    meaning: None,
                    numeric: false,
                    marks: Vec::new(),
                };
                Some(line.unwrap_or_else(empty))
            };
            let cells: Vec<Line> = used.iter().filter_map(cell).collect();
            Row { cells, marks: self.marks.at(&id), id }
        };
        let rows: Vec<Row> = records.iter().enumerate().map(row).collect();
        let columns = used.iter().enumerate().filter_map(|(at, column)| {
            let filled =
                rows.iter().filter_map(|row| row.cells.get(at)).filter(|cell| !cell.value.is_empty());
            let numeric = filled.clone().next().is_some() && filled.clone().all(|cell| cell.numeric);
            below.get(*column).map(|field| Column { label: self.label(field), numeric })
        });
        let columns = columns.collect();
        Table {
            id: at.to_owned(),
            box_number: field.box_number,
            label: self.label(field),
            columns,
            rows,
            marks,
        }
    }

    /// An address as people write one.
    fn address_line(
        &self,
        field: &Field,
        records: &[Option<&dyn Record>],
        at: &str,
        box_number: &'static str,
    ) -> Option<Line> {
        let mut addresses = Vec::new();
        for record in records.iter().flatten() {
            let mut parts: Vec<String> = Vec::new();
            for (index, field) in record.fields().iter().enumerate() {
                let Some(value) = record.value(index, 0) else { continue };
                // The kind is no part of an address, and the country's name says what its code says.
                let redundant = field.name == "kind"
                    || field.name == "country"
                        && record.index_of("country_name").is_some_and(|at| record.count(at) > 0);
                if !redundant {
                    parts.push(self.written(&value));
                }
            }
            addresses.push(parts.join(", "));
        }
        (!addresses.is_empty()).then(|| Line {
            id: at.to_owned(),
            also: Vec::new(),
            box_number,
            label: self.label(field),
            value: addresses.join("; "),
            href: None,
            meaning: None,
            numeric: false,
            marks: Vec::new(),
        })
    }
}

#[cfg(test)]
mod tests {
    use declaration::{Declaration, Path, Severity, Text};

    use super::*;

    fn finding(path: &str) -> Finding {
        Finding::new("GL-2000", Severity::Error, Path::new(path), Text::new("Неверно.", "Wrong."))
    }

    fn walked(declaration: &Declaration, findings: &[Finding]) -> Block {
        let reference = reference::Reference::starter().unwrap();
        let meanings = Meanings {
            reference: &reference,
            pack: reference.pack("eaeu-ru").unwrap(),
            day: jiff::civil::date(2026, 11, 21),
            language: Language::En,
        };
        let walk = Walk { marks: Marks::new(findings, Language::En), meanings, language: Language::En };
        walk.block(String::new(), "", Declaration::FIELDS, Some(declaration), "", &|_| true)
    }

    fn declaration() -> Declaration {
        let mut declaration = Declaration::default();
        for mass in ["10", "20.5"] {
            let items = declaration.index_of("items").unwrap();
            let item = declaration.open(items).unwrap();
            item.set(item.index_of("mass_gross").unwrap(), mass).unwrap();
            for kind in ["04021", "02015"] {
                let documents = item.index_of("documents").unwrap();
                let document = item.open(documents).unwrap();
                document.set(document.index_of("kind").unwrap(), kind).unwrap();
            }
        }
        declaration
    }

    /// Every anchor of a block and what is below it.
    fn anchors(block: &Block, into: &mut Vec<String>) {
        into.push(block.id.clone());
        for line in &block.lines {
            into.push(line.id.clone());
            into.extend(line.also.iter().cloned());
        }
        for table in &block.tables {
            into.push(table.id.clone());
            for row in &table.rows {
                into.push(row.id.clone());
                for cell in &row.cells {
                    into.push(cell.id.clone());
                    into.extend(cell.also.iter().cloned());
                }
            }
        }
        for inner in &block.blocks {
            anchors(inner, into);
        }
    }

    #[test]
    fn wherever_a_finding_lies_there_is_an_anchor() {
        let declaration = declaration();
        for path in [
            "direction",
            "consignee",
            "consignee/name",
            "consignee/address/1/country",
            "consignee/emails/2",
            "items/2/mass_gross",
            "items/2/documents/1/number",
            "items/2/documents/5/kind",
            "items/2/documents",
            "items/7/procedure/requested",
            "transport_border/means/1/identifier",
            "guarantees",
        ] {
            let block = walked(&declaration, &[finding(path)]);
            let mut found = Vec::new();
            anchors(&block, &mut found);
            assert!(found.iter().any(|id| id == path), "{path} in {found:?}");
        }
    }

    #[test]
    fn a_finding_stands_at_its_field_once_and_nowhere_else() {
        let page = walked(&declaration(), &[finding("items/2/mass_gross")]).render().unwrap();
        assert_eq!(page.matches("GL-2000").count(), 1, "{page}");
        let (before, _) = page.split_once("GL-2000").unwrap();
        assert!(before.rfind("items/2/mass_gross").unwrap() > before.rfind("items/1/mass_gross").unwrap());
    }

    #[test]
    fn lists_of_flat_records_are_tables() {
        let block = walked(&declaration(), &[]);
        let first = &block.blocks[0];
        assert_eq!(first.tables[0].rows.len(), 2);
        assert_eq!(first.tables[0].columns.len(), 1);
        assert_eq!(first.lines[0].value, "10");
        assert_eq!(first.lines[0].box_number, "35");
    }

    #[test]
    fn an_empty_declaration_is_an_empty_block() {
        assert!(walked(&Declaration::default(), &[]).is_empty());
    }
}
