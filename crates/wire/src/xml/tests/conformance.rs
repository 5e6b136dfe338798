//! The official schemas are the judges of everything written, for every kind of document.

use std::path::{Path, PathBuf};
use std::process::Command;

use declaration::Severity;

use super::some_document;
use crate::structure::{Root, roots};
use crate::{Content, Document};

/// The documents and schemas of others, where they are at hand.
pub(super) fn corpus() -> Option<PathBuf> {
    let named = std::env::var_os("GREENLANE_CORPUS").map(PathBuf::from);
    let found = named.unwrap_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data"));
    if found.is_dir() && Command::new("xmllint").arg("--version").output().is_ok() {
        return Some(found);
    }
    println!("skipped: needs xmllint and the schemas under GREENLANE_CORPUS");
    None
}

/// A folder of its own, gone when the test is over.
pub(super) fn folder() -> tempfile::TempDir {
    tempfile::tempdir().unwrap()
}

/// The schema that judges documents of a root; none where there is none at hand.
pub(super) fn schema(corpus: &Path, root: &Root, folder: &Path) -> Option<PathBuf> {
    let album = |name: &str| Some(corpus.join(format!("eaeu/xsd-5.23/{name}.xsd")));
    match root.edition.name {
        "album-5.23" if root.uri.starts_with("urn:EEC:") => album(&format!("EEC_{}", root.element)),
        "album-5.23" => album(root.element),
        "wco" if root.kind == "wco_response" => {
            Some(corpus.join("wco/xsd/wco/notification/WCO_RES_2_DMS.xsd"))
        }
        "wco" => {
            // The wrapper lets only known elements in, so both schemas have to be loaded.
            let schemas = corpus.join("wco/xsd/wco/declaration");
            let import = |namespace: &str, file: &str| {
                let place = schemas.join(file);
                format!("<xs:import namespace=\"{namespace}\" schemaLocation=\"{}\"/>", place.display())
            };
            let both = format!(
                "<xs:schema xmlns:xs=\"http://www.w3.org/2001/XMLSchema\">{}{}{}</xs:schema>",
                import("urn:wco:datamodel:WCO:DocumentMetaData-DMS:2", "DocumentMetaData_2_DMS.xsd"),
                import("urn:wco:datamodel:WCO:DEC-DMS:2", "WCO_DEC_2_DMS.xsd"),
                import("urn:wco:datamodel:WCO:RES-DMS:2", "../notification/WCO_RES_2_DMS.xsd"),
            );
            let path = folder.join("both.xsd");
            std::fs::write(&path, both).unwrap();
            Some(path)
        }
        _ => None,
    }
}

/// What the schema says of each of the files `0.xml` to `count.xml` in a folder: empty where it accepts.
pub(super) fn verdicts(schema: &Path, folder: &Path, count: usize) -> Vec<String> {
    // Relative names, so that many files fit into one command line.
    let output = Command::new("xmllint")
        .args(["--nonet", "--noout", "--schema"])
        .arg(schema)
        .args((0..count).map(|at| format!("{at}.xml")))
        .current_dir(folder)
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    let mut all = vec![None; count];
    let mut pending: Vec<String> = vec![String::new(); count];
    for line in said.lines() {
        let Some((at, rest)) = line.split_once(".xml") else { continue };
        let Some(at) = at.rsplit('/').next().and_then(|at| at.parse::<usize>().ok()) else { continue };
        if at >= count {
            continue;
        }
        match rest.trim() {
            "validates" => all[at] = Some(String::new()),
            "fails to validate" => all[at] = Some(std::mem::take(&mut pending[at])),
            rest => {
                if pending[at].is_empty() {
                    pending[at] = rest.to_owned();
                }
            }
        }
    }
    all.into_iter()
        .zip(pending)
        .map(|(verdict, pending)| verdict.unwrap_or_else(|| format!("no verdict: {pending}")))
        .collect()
}

pub(super) fn errors(document: &Document) -> Vec<String> {
    let errors = document.findings.iter().filter(|finding| finding.severity == Severity::Error);
    errors.map(|finding| format!("{} {} {}", finding.code, finding.path, finding.text.en)).collect()
}

/// The document written again as a document of the same root.
pub(super) fn again(document: &Document, root: &'static Root) -> String {
    let written = match &document.content {
        Content::Declaration(declaration) => {
            crate::xml::write_declaration(declaration, root, &super::completion())
        }
        Content::Paper(paper) => crate::write_paper(paper),
    };
    written.unwrap_or_else(|findings| panic!("{}: {findings:#?}", root.kind))
}

/// Whether an error is one of the accepted differences: a value of a declaration's field that the schema
/// allows and the field does not.
fn is_accepted(error: &str) -> bool {
    let rows = include_str!("../../../tests/wire/accepted-differences.tsv").lines().skip(1);
    let elements =
        rows.filter(|row| row.starts_with("declaration\t")).filter_map(|row| row.split('\t').nth(1));
    let fixed = error.contains("MeasureUnitQualifierCode") && error.contains("vehicles");
    fixed
        || error.starts_with("GL-1001")
            && elements
                .flat_map(|names| names.split(' '))
                .any(|name| error.contains(&format!("element {name}:")))
}

/// Whether a line holds text or an attribute beside the tags.
fn says(line: &str) -> bool {
    let line = line.trim();
    let text = line.split_once('>').is_some_and(|(_, rest)| !rest.is_empty() && !rest.starts_with('<'));
    text || line.split('>').next().is_some_and(|tag| tag.contains("=\""))
}

/// How many documents of each kind are made; `GREENLANE_DOCUMENTS` asks for more.
fn count() -> u64 {
    std::env::var("GREENLANE_DOCUMENTS").ok().and_then(|count| count.parse().ok()).unwrap_or(12)
}

#[test]
fn every_kind_is_valid_against_its_official_schema() {
    let Some(corpus) = corpus() else { return };
    let mut wrong = Vec::new();
    let mut judged = 0;
    for root in roots() {
        let folder = folder();
        let Some(schema) = schema(&corpus, root, folder.path()) else { continue };
        assert!(schema.is_file(), "{}", schema.display());
        for seed in 0..count() {
            let text = some_document(root, seed);
            std::fs::write(folder.path().join(format!("{seed}.xml")), text).unwrap();
        }
        let count = usize::try_from(count()).unwrap();
        for (seed, verdict) in verdicts(&schema, folder.path(), count).into_iter().enumerate() {
            judged += 1;
            if !verdict.is_empty() {
                wrong.push(format!("{} {seed}: {verdict}", root.kind));
            }
        }
    }
    println!("{judged} documents judged");
    assert!(wrong.is_empty(), "{} of {judged}:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn every_kind_reads_back_as_it_was_written() {
    let mut wrong = Vec::new();
    // A package is not a document of its own.
    for root in roots().iter().filter(|root| root.kind != "container") {
        for seed in 0..count() {
            let text = some_document(root, seed);
            let document = match crate::read(text.as_bytes()) {
                Ok(document) => document,
                Err(why) => {
                    wrong.push(format!("{} {seed}: {why}", root.kind));
                    continue;
                }
            };
            if let Some(error) = errors(&document).into_iter().find(|error| !is_accepted(error)) {
                wrong.push(format!("{} {seed}: {error}", root.kind));
                continue;
            }
            let written = again(&document, root);
            // A declaration does not keep elements that say nothing.
            let whole = document.paper().is_some();
            let said = |text: &str| {
                let says = |line: &&str| whole || !line.trim_start().starts_with('<') || says(line);
                text.lines().filter(says).map(str::to_owned).collect::<Vec<_>>()
            };
            let (before, after) = (said(&text), said(&written));
            match before.iter().zip(&after).find(|(before, after)| before != after) {
                Some((before, after)) => {
                    wrong.push(format!("{} {seed}: {before} became {after}", root.kind));
                }
                None if before.len() != after.len() => {
                    wrong.push(format!("{} {seed}: not the same length", root.kind));
                }
                None => {}
            }
            let Some(paper) = document.paper() else { continue };
            let json = crate::write_paper_json(paper);
            match crate::read(json.as_bytes()) {
                Ok(read) if read.paper() == Some(paper) && read.findings.is_empty() => {}
                Ok(read) => {
                    let said = errors(&read);
                    wrong.push(format!("{} {seed} in JSON: {said:?}", root.kind));
                }
                Err(why) => wrong.push(format!("{} {seed} in JSON: {why}", root.kind)),
            }
        }
    }
    assert!(wrong.is_empty(), "{}:\n{}", wrong.len(), wrong.join("\n"));
}
