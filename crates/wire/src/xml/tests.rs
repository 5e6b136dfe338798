#[path = "../../tests/wire/bytes.rs"]
mod bytes;
mod conformance;
mod hostile;
mod mutations;
mod seeds;

use std::collections::HashSet;

use declaration::{Declaration, Field, Form, Record, Shape, catalogue};
use proptest::prelude::*;

use crate::dice::Dice;
use crate::mapping::{CHILDREN_MAX, Holds as RowHolds, Node, Row, What, album, album_nodes};
use crate::structure::{Holds, Root, Type, roots};
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
                RowHolds::Leaf(name) => assert!(field(name).leaf().is_some(), "{}: {name}", row.element),
                RowHolds::Record(name, below) => match field(name) {
                    Shape::One(fields) | Shape::Many(fields) => check(below, fields.all(), count),
                    _ => panic!("{}: {name} is no record", row.element),
                },
                RowHolds::Group(below) | RowHolds::Shared(below) => check(below, fields, count),
                RowHolds::Fixed(_) => {}
            }
        }
    }
    let mut count = 0;
    check(album::DECLARATION, Declaration::FIELDS, &mut count);
    assert!(count > 300, "{count}");
    fn widest(nodes: &[Node]) -> usize {
        nodes.iter().map(|node| widest(&node.children)).max().unwrap_or(0).max(nodes.len())
    }
    assert!(widest(album_nodes()) <= CHILDREN_MAX);
}

#[test]
fn every_field_of_the_declaration_has_an_element() {
    fn collect(nodes: &[Node], above: &str, found: &mut HashSet<String>) {
        for node in nodes.iter().filter(|node| node.row.until == u8::MAX) {
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
    collect(album_nodes(), "", &mut found);
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

/// Fills a form with values its type allows.
fn fill(kind: &'static Type, form: &mut Form, dice: &mut Dice, depth: usize) {
    let often = [60, 45, 30, 25, 20].get(depth).copied().unwrap_or(10);
    for attribute in &kind.attributes {
        if attribute.required || dice.below(2) == 0 {
            form.set(attribute.field, &attribute.value.sample(dice)).unwrap();
        }
    }
    if let Some(value) = &kind.value {
        form.set(kind.value_field, &value.sample(dice)).unwrap();
    }
    for at in kind.content.sample(dice, often) {
        let element = &kind.elements[at];
        match &element.holds {
            Holds::Value(value) => {
                let text = value.sample(dice);
                form.set(element.field, &text)
                    .unwrap_or_else(|bad| panic!("{}: {text}: {bad:?}", element.name));
            }
            Holds::Type(below) => {
                let below_form = form
                    .open_form(element.field)
                    .unwrap_or_else(|| panic!("{}: a second {}", kind.name, element.name));
                fill(below, below_form, dice, depth + 1);
            }
        }
    }
}

/// A document of any kind, with whatever its structure allows.
pub(crate) fn some_document(root: &'static Root, seed: u64) -> String {
    let content = root.content().unwrap();
    let mut form = Form::new(content.table);
    fill(content, &mut form, &mut Dice(seed), 0);
    let text =
        super::write_form(&form, root).unwrap_or_else(|findings| panic!("{}: {findings:#?}", root.kind));
    if root.kind != "container" {
        return text;
    }
    // What is packed is a document of some kind in each place for one.
    let mut parts = text.split("<DocBody></DocBody>");
    let mut packed = parts.next().unwrap_or_default().to_owned();
    for (part, nth) in parts.zip(seed..) {
        let kinds = ["inventory", "customs_value", "registered", "parcels"];
        let kind = if nth == seed { "declaration" } else { kinds[(nth % 4) as usize] };
        let inside = some_document(root_of(root.edition.name, kind), nth);
        let (_, inside) = inside.split_once('\n').unwrap();
        packed.push_str(&format!("<DocBody>{inside}</DocBody>{part}"));
    }
    packed
}

fn root_of(edition: &str, kind: &str) -> &'static Root {
    roots().iter().find(|root| root.edition.name == edition && root.kind == kind).unwrap()
}

/// A declaration that the album 5.23 carries whole.
pub(crate) fn declaration_for_the_album(seed: u64) -> Declaration {
    let text = some_document(root_of("album-5.23", "declaration"), seed);
    let document = crate::read(text.as_bytes()).unwrap();
    document.declaration().unwrap().clone()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn what_is_written_in_the_album_reads_back(seed: u64) {
        let declaration = declaration_for_the_album(seed);
        let text = crate::write(&declaration, Target::Album523, &completion()).unwrap();
        let read = crate::read(text.as_bytes()).unwrap();
        prop_assert_eq!(&read.version, "5.23");
        prop_assert_eq!(read.declaration().unwrap(), &declaration);
    }

    #[test]
    fn what_is_written_in_json_reads_back(seed: u64) {
        let declaration = declaration_for_the_album(seed);
        let text = crate::write(&declaration, Target::Json, &completion()).unwrap();
        let read = crate::read(text.as_bytes()).unwrap();
        prop_assert_eq!(&read.findings, &vec![]);
        prop_assert_eq!(read.declaration().unwrap(), &declaration);
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
        if document.declaration().is_none() {
            continue;
        }
        let name = source.file_stem().unwrap().to_string_lossy().into_owned();
        match crate::write(document.declaration().unwrap(), Target::Album523, &completion()) {
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
