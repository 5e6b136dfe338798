use std::collections::HashSet;

use declaration::{Declaration, Field, LeafKind, Record, Shape, catalogue};
use proptest::prelude::*;

use super::row::{CHILDREN_MAX, Convert, Fill, Fit, Holds, Node, Row, What};
use super::{table, tree};
use crate::{Completion, Target};

fn completion() -> Completion {
    Completion {
        document_id: "6b1f6f0e-6c1e-4d5e-9a2b-0f6d1c2e3a4b".into(),
        written_at: "2026-03-02T10:20:30".parse().unwrap(),
    }
}

/// The compiler leaves out rows it cannot resolve: here none may be left out.
#[test]
fn every_row_of_the_table_names_a_field_that_exists() {
    fn check(rows: &[Row], fields: &[Field], count: &mut usize) {
        for row in rows {
            *count += 1;
            let field = |name: &str| {
                let found = fields.iter().find(|field| field.name == name);
                found.unwrap_or_else(|| panic!("{}: no field {name}", row.element)).shape
            };
            match row.holds {
                Holds::Leaf(name) => assert!(field(name).leaf().is_some(), "{}: {name}", row.element),
                Holds::Record(name, below) => match field(name) {
                    Shape::One(fields) | Shape::Many(fields) => check(below, fields.all(), count),
                    _ => panic!("{}: {name} is no record", row.element),
                },
                Holds::Group(below) | Holds::Shared(below) => check(below, fields, count),
                Holds::Fixed(_) => {}
            }
        }
    }
    let mut count = 0;
    check(table::DECLARATION, Declaration::FIELDS, &mut count);
    assert!(count > 300, "{count}");
    fn widest(nodes: &[Node]) -> usize {
        nodes.iter().map(|node| widest(&node.children)).max().unwrap_or(0).max(nodes.len())
    }
    assert!(widest(tree()) <= CHILDREN_MAX);
}

#[test]
fn every_field_of_the_declaration_has_an_element() {
    fn collect(nodes: &[Node], above: &str, found: &mut HashSet<String>) {
        for node in nodes.iter().filter(|node| node.row.is_in(23)) {
            let below =
                |name: &str| if above.is_empty() { name.to_owned() } else { format!("{above}/{name}") };
            match node.what {
                What::Leaf { row, .. } => {
                    found.insert(below(row.name));
                }
                What::Record { row, .. } => {
                    found.insert(below(row.name));
                    collect(&node.children, &below(row.name), found);
                }
                What::Group => collect(&node.children, above, found),
                What::Fixed(_) => {}
            }
        }
    }
    let mut found = HashSet::new();
    collect(tree(), "", &mut found);
    // Only the parties of the carrier have drivers; the declarant is not compared with himself.
    let elsewhere = |pattern: &str| {
        (pattern.contains("/drivers") && !pattern.starts_with("carrier/"))
            || matches!(pattern, "declarant/same_as_declarant" | "carrier/same_as_declarant")
    };
    let missing: Vec<_> = catalogue()
        .iter()
        .map(|(pattern, _)| pattern.to_owned())
        .filter(|pattern| !found.contains(pattern) && !elsewhere(pattern))
        .collect();
    assert_eq!(missing, Vec::<String>::new());
}

/// A small generator of numbers, so that a failing seed can be run again.
pub(super) struct Dice(pub(super) u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }
    pub(super) fn below(&mut self, bound: usize) -> usize {
        (self.next() % bound as u64) as usize
    }
    fn digits(&mut self, count: usize) -> String {
        (0..count).map(|_| char::from(b'0' + self.below(10) as u8)).collect()
    }
    fn words(&mut self, max: usize) -> String {
        const LETTERS: [char; 16] =
            ['С', 'е', 'в', 'р', 'ы', 'й', ' ', '&', '<', '>', '"', '\'', ']', 'A', 'z', '9'];
        let count = 1 + self.below(max.min(60));
        let text: String = (0..count).map(|_| LETTERS[self.below(LETTERS.len())]).collect();
        if text.trim().is_empty() { "я".into() } else { text.trim().into() }
    }
    fn decimal(&mut self, whole: usize, scale: usize) -> String {
        let count = 1 + self.below(whole);
        let whole = self.digits(count);
        if self.below(2) == 0 || scale == 0 { whole } else { format!("{whole}.{}", self.digits(scale)) }
    }

    /// Texts that the field or the schema may take; the caller tries them in turn.
    fn texts(&mut self, kind: LeafKind, fit: Fit) -> Vec<String> {
        let mut texts = Vec::new();
        match fit {
            Fit::Digits(counts) => {
                let count = counts[self.below(counts.len())];
                texts.push(self.digits(count));
            }
            Fit::Chars(min, max) => {
                let count = min + self.below(max.min(12) + 1 - min);
                texts.push(self.digits(count));
                texts.push("Ж".repeat(count));
                if max > 12 {
                    texts.push(self.words(max));
                }
            }
            Fit::Country => texts.push(["AM", "RU", "KZ", "CN", "00"][self.below(5)].into()),
            Fit::Shape(shapes) => {
                let shapes: Vec<_> = shapes.split('|').collect();
                let shape = shapes[self.below(shapes.len())];
                texts.push(shape.replace('A', "Q").replace('0', "7"));
            }
            Fit::Number(total, scale) => texts.push(self.decimal(total - scale, scale)),
            Fit::Positive(total, scale) => {
                texts.push(format!("1{}", self.decimal((total - scale - 1).min(8), scale)));
            }
            Fit::Any => {}
        }
        match kind {
            LeafKind::Text { max_chars } => texts.push(self.words(max_chars)),
            LeafKind::Code { .. } => texts.extend(
                ["8539229000", "EUR", "05100010", "AM", "1010", "FCA", "22", "TCLU1234567", "01011", "R.036"]
                    .map(str::to_owned),
            ),
            LeafKind::Integer => texts.push(self.below(999).to_string()),
            LeafKind::Decimal { scale } => texts.push(self.decimal(9, scale as usize)),
            LeafKind::Flag => texts.push(["true", "false"][self.below(2)].into()),
            LeafKind::Date => texts.push(format!("2026-0{}-1{}", 1 + self.below(9), self.below(10))),
            LeafKind::Time => texts.push(format!("1{}:4{}:00", self.below(10), self.below(10))),
            LeafKind::DateTime => texts.push(format!("2026-03-0{}T10:20:30", 1 + self.below(9))),
        }
        texts
    }
}

/// Fills `record` with values the album 5.23 can carry.
fn fill(nodes: &[Node], record: &mut dyn Record, dice: &mut Dice, depth: usize) {
    let mut chosen = false;
    for node in nodes.iter().filter(|node| node.row.is_in(23)) {
        let must = node.row.fill != Fill::Nothing || node.row.part;
        if !must && dice.below(3) == 0 {
            continue;
        }
        if node.row.choice && std::mem::replace(&mut chosen, true) {
            continue;
        }
        match node.what {
            What::Group => fill(&node.children, record, dice, depth),
            What::Fixed(_) => {}
            What::Leaf { field, row } => {
                let kind = row.shape.leaf().unwrap();
                let times = if row.shape.is_list() { 1 + dice.below(3) } else { 1 };
                if !row.shape.is_list() && record.count(field) > 0 {
                    continue;
                }
                for _ in 0..times {
                    let texts = dice.texts(kind, node.row.fit);
                    let set = texts.iter().any(|text| {
                        node.row.fit.allows(&node.row.convert.write(text))
                            && (node.row.convert != Convert::CountryDigits || text == "RU")
                            && record.set(field, text).is_ok()
                    });
                    let member = node.row.convert == Convert::CountryDigits;
                    assert!(
                        set || (member && record.set(field, "KZ").is_ok()),
                        "{}: {texts:?}",
                        node.element
                    );
                }
            }
            What::Record { field, row } => {
                let times =
                    if row.shape.is_list() { 1 + dice.below(if depth == 0 { 3 } else { 2 }) } else { 1 };
                for _ in 0..times {
                    if let Some(below) = record.open(field) {
                        fill(&node.children, below, dice, depth + 1);
                    }
                }
                if !row.shape.is_list() && record.record(field, 0).is_some_and(Record::is_empty) {
                    record.clear(field);
                }
            }
        }
    }
}

/// A declaration that the album 5.23 carries whole.
pub(crate) fn declaration_for_the_album(seed: u64) -> Declaration {
    let mut declaration = Declaration::default();
    fill(tree(), &mut declaration, &mut Dice(seed), 0);
    declaration
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn what_is_written_in_the_album_reads_back(seed: u64) {
        let declaration = declaration_for_the_album(seed);
        let text = crate::write(&declaration, Target::Album523, &completion()).unwrap();
        let read = crate::read(text.as_bytes()).unwrap();
        prop_assert_eq!(&read.findings, &vec![]);
        prop_assert_eq!(read.version, "5.23");
        prop_assert_eq!(read.declaration, declaration);
    }

    #[test]
    fn what_is_written_in_json_reads_back(seed: u64) {
        let declaration = declaration_for_the_album(seed);
        let text = crate::write(&declaration, Target::Json, &completion()).unwrap();
        let read = crate::read(text.as_bytes()).unwrap();
        prop_assert_eq!(&read.findings, &vec![]);
        prop_assert_eq!(read.declaration, declaration);
    }

    #[test]
    fn a_fit_of_numbers_counts_digits_as_the_schema_does(whole in 0u32..1_000_000, cents in 0u32..100) {
        let text = format!("{whole}.{cents:02}");
        let digits = text.trim_matches('0').len() - 1;
        prop_assert_eq!(Fit::Number(8, 2).allows(&text), digits <= 8);
        let finer = Fit::Number(8, 2).allows(&format!("{}.001", whole));
        prop_assert!(!finer);
        prop_assert_eq!(Fit::Positive(8, 2).allows(&text), whole + cents > 0);
    }
}

/// The official schema is the judge of everything written, generated or converted.
#[test]
fn what_is_written_is_valid_against_the_official_schema() {
    let corpus = std::env::var("GREENLANE_CORPUS")
        .unwrap_or_else(|_| format!("{}/../../../shared/data", env!("CARGO_MANIFEST_DIR")));
    let schema = std::path::Path::new(&corpus).join("eaeu/xsd-5.23/ESADout_CU.xsd");
    let linter = std::process::Command::new("xmllint").arg("--version").output();
    if !schema.is_file() || linter.is_err() {
        println!("skipped: needs xmllint and the schemas under GREENLANE_CORPUS");
        return;
    }
    let folder = std::env::temp_dir().join(format!("greenlane-wire-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let mut written = Vec::new();
    let mut keep = |name: String, text: &str| {
        let path = folder.join(name);
        std::fs::write(&path, text).unwrap();
        written.push(path);
    };
    for seed in 0..40 {
        let declaration = declaration_for_the_album(seed);
        let text = crate::write(&declaration, Target::Album523, &completion()).unwrap();
        keep(format!("generated-{seed}.xml"), &text);
    }
    let mut sources = Vec::new();
    for place in [
        format!("{corpus}/eaeu/declarations"),
        format!("{corpus}/eaeu/transit"),
        format!("{}/fixtures", env!("CARGO_MANIFEST_DIR")),
    ] {
        for entry in std::fs::read_dir(place).unwrap() {
            let path = entry.unwrap().path();
            if path.extension().is_some_and(|kind| kind == "xml" || kind == "json") {
                sources.push(path);
            }
        }
    }
    assert!(sources.len() >= 40);
    for source in sources {
        let Ok(document) = crate::read(&std::fs::read(&source).unwrap()) else { continue };
        let name = source.file_stem().unwrap().to_string_lossy().into_owned();
        match crate::write(&document.declaration, Target::Album523, &completion()) {
            Ok(text) => keep(format!("{name}.xml"), &text),
            Err(findings) => panic!("{name}: {findings:#?}"),
        }
    }
    let verdict = std::process::Command::new("xmllint")
        .args(["--noout", "--nonet", "--schema"])
        .arg(&schema)
        .args(&written)
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&verdict.stderr).into_owned();
    assert!(
        verdict.status.success(),
        "{}",
        said.lines().filter(|l| !l.ends_with("validates")).take(20).collect::<Vec<_>>().join("\n")
    );
    assert_eq!(said.lines().filter(|line| line.ends_with("validates")).count(), written.len());
    std::fs::remove_dir_all(&folder).unwrap();
}
