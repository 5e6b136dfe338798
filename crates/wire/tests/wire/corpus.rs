//! Real documents: everything its own schema accepts is read, and written back to what means the same.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use declaration::Severity;
use greenlane_wire::{Completion, Content, Document, Format, Target, read, write, write_paper};

/// Where the documents of others lie, if they are there.
pub fn corpus() -> Option<PathBuf> {
    let named = std::env::var_os("GREENLANE_CORPUS").map(PathBuf::from);
    let usual = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data");
    let found = named.unwrap_or(usual);
    if found.is_dir() {
        return Some(found);
    }
    println!("skipped: no documents of others at GREENLANE_CORPUS");
    None
}

pub fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        let path = entry.path();
        if path.is_dir() {
            files(&path, found);
        } else if path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("xml")) {
            found.push(path);
        }
    }
    found.sort();
}

/// Whether the schema accepts each of the files.
pub fn accepted(schema: &Path, paths: &[PathBuf]) -> Vec<bool> {
    let output = Command::new("xmllint")
        .args(["--nonet", "--noout", "--schema"])
        .arg(schema)
        .args(paths)
        .output()
        .expect("xmllint (Debian package libxml2-utils)");
    let said = String::from_utf8_lossy(&output.stderr);
    paths.iter().map(|path| said.contains(&format!("{} validates", path.display()))).collect()
}

/// Path of an element with its attributes and text, for every element and attribute that says something.
fn facts(xml: &str) -> BTreeMap<String, Vec<String>> {
    let mut facts: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut reader = quick_xml::Reader::from_str(xml);
    let mut path: Vec<String> = Vec::new();
    let mut text = String::new();
    use quick_xml::events::Event;
    loop {
        match reader.read_event().unwrap() {
            Event::Start(start) | Event::Empty(start)
                if {
                    text.clear();
                    false
                } =>
            {
                drop(start)
            }
            Event::Start(start) => {
                path.push(local(start.name().0));
                attributes(&start, &path, &mut facts);
            }
            Event::Empty(start) => {
                path.push(local(start.name().0));
                attributes(&start, &path, &mut facts);
                path.pop();
            }
            Event::Text(piece) => text.push_str(&piece),
            Event::CData(piece) => text.push_str(&piece),
            Event::GeneralRef(name) => text.push_str(&format!("&{};", &*name)),
            Event::End(_) => {
                let said = meaning(text.trim());
                if !said.is_empty() {
                    facts.entry(path.join("/")).or_default().push(said);
                }
                text.clear();
                path.pop();
            }
            Event::Eof => return facts,
            _ => {}
        }
    }
}

fn local(name: &str) -> String {
    name.rsplit(':').next().unwrap().to_owned()
}

fn attributes(
    start: &quick_xml::events::BytesStart<'_>,
    path: &[String],
    facts: &mut BTreeMap<String, Vec<String>>,
) {
    for attribute in start.attributes().flatten() {
        let name = attribute.key.0;
        if name.starts_with("xmlns") || name.contains(':') {
            continue;
        }
        facts.entry(format!("{}@{name}", path.join("/"))).or_default().push(attribute.value.to_string());
    }
}

/// Two texts that mean the same are the same: numbers without zeros that say nothing, references as one.
fn meaning(text: &str) -> String {
    let text = text.replace("&amp;", "&").replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"");
    let text = text.replace("&apos;", "'").replace("&#13;", "").replace("&#038;", "&");
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match text.parse::<rust_decimal::Decimal>() {
        Ok(number) if text.contains('.') => number.normalize().to_string(),
        _ => text,
    }
}

fn completion() -> Completion {
    Completion { document_id: "0".into(), written_at: "2026-03-02T10:20:30".parse().unwrap() }
}

fn errors(document: &Document) -> Vec<String> {
    let errors = document.findings.iter().filter(|finding| finding.severity == Severity::Error);
    errors.map(|finding| format!("{} {}", finding.code, finding.text.en)).collect()
}

/// The document written back in its own format.
fn back(document: &Document) -> Result<String, Vec<declaration::Finding>> {
    match &document.content {
        Content::Declaration(declaration) => {
            let target = match document.format {
                Format::Wco => Target::Wco,
                _ => Target::Album523,
            };
            write(declaration, target, &completion())
        }
        Content::Paper(paper) => write_paper(paper),
    }
}

fn comes_back(path: &Path) {
    let text = std::fs::read_to_string(path).unwrap();
    let document = read(text.as_bytes()).unwrap_or_else(|why| panic!("{}: {why}", path.display()));
    assert_eq!(errors(&document), [""; 0], "{}", path.display());
    let written = back(&document).unwrap_or_else(|findings| {
        let said: Vec<_> = findings.iter().map(|f| format!("{} {} {}", f.code, f.path, f.text.en)).collect();
        panic!("{}: {}", path.display(), said.join("\n"))
    });
    let (before, after) = (facts(&text), facts(&written));
    for (place, values) in &before {
        assert_eq!(after.get(place), Some(values), "{}: {place}", path.display());
    }
    for place in after.keys() {
        assert!(before.contains_key(place), "{}: {place} was not there", path.display());
    }
}

#[test]
fn what_the_album_accepts_comes_back_as_it_was() {
    let Some(corpus) = corpus() else { return };
    let mut paths = Vec::new();
    files(&corpus.join("eaeu/transit"), &mut paths);
    files(&corpus.join("eaeu/declarations"), &mut paths);
    let accepted = accepted(&corpus.join("eaeu/xsd-5.23/ESADout_CU.xsd"), &paths);
    let valid: Vec<_> = paths.iter().zip(accepted).filter(|(_, accepted)| *accepted).collect();
    println!("{} of {} documents are valid by the album", valid.len(), paths.len());
    for (path, _) in valid {
        comes_back(path);
    }
    for path in &paths {
        let document =
            read(&std::fs::read(path).unwrap()).unwrap_or_else(|why| panic!("{}: {why}", path.display()));
        assert!(document.declaration().is_some(), "{}", path.display());
    }
}

#[test]
fn what_the_wco_s_schemas_accept_comes_back_as_it_was() {
    let Some(corpus) = corpus() else { return };
    let mut paths = Vec::new();
    files(&corpus.join("wco/samples"), &mut paths);
    let schemas = corpus.join("wco/xsd/wco");
    let both = std::env::temp_dir().join(format!("greenlane-wco-{}.xsd", std::process::id()));
    let import = |namespace: &str, file: &str| {
        format!("<xs:import namespace=\"{namespace}\" schemaLocation=\"{}\"/>", schemas.join(file).display())
    };
    let schema = format!(
        "<xs:schema xmlns:xs=\"http://www.w3.org/2001/XMLSchema\">{}{}</xs:schema>",
        import("urn:wco:datamodel:WCO:DocumentMetaData-DMS:2", "declaration/DocumentMetaData_2_DMS.xsd"),
        import("urn:wco:datamodel:WCO:DEC-DMS:2", "declaration/WCO_DEC_2_DMS.xsd"),
    );
    std::fs::write(&both, schema).unwrap();
    let accepted = accepted(&both, &paths);
    std::fs::remove_file(&both).unwrap();
    let valid: Vec<_> = paths.iter().zip(accepted).filter(|(_, accepted)| *accepted).collect();
    println!("{} of {} documents are valid by the WCO's schemas", valid.len(), paths.len());
    assert!(!valid.is_empty());
    for (path, _) in valid {
        comes_back(path);
    }
}
