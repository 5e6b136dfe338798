//! `bench wire`: what reading and writing one document costs, beside libxml2 on the same bytes.

use std::hint::black_box;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Instant;

use declaration::Declaration;
use jiff::Timestamp;
use serde::Serialize;
use wire::{Completion, Content, Document, Format, Target};

use crate::error::{RehearsalError, system};
use crate::generate::{Generator, Plan};
use crate::mistakes::MistakeShares;

/// Generated declarations among which one of the wanted size is looked for.
const CANDIDATES: u64 = 400;
/// Lines of goods that come to the usual size.
const ITEMS_MEAN: f64 = 4.0;
/// The size the generated declaration comes nearest to, in bytes.
const BYTES_USUAL: usize = 20_000;

/// What to measure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WireBench {
    /// A document; without it a declaration of about 20 kB is generated.
    pub file: Option<PathBuf>,
    /// The XML Schema libxml2 validates against; without it libxml2 only parses.
    pub schema: Option<PathBuf>,
    /// Rounds: in each, every kind of work is measured once.
    pub rounds: usize,
    /// How often the work is done in one measurement.
    pub at_once: usize,
    /// The seed of the generated declaration.
    pub seed: u64,
}

impl Default for WireBench {
    fn default() -> Self {
        Self { file: None, schema: None, rounds: 200, at_once: 8, seed: 1 }
    }
}

/// What was measured, on one core.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct WireReport {
    /// The document: the file, or that it was generated.
    pub document: String,
    /// Its format and version.
    pub format: String,
    /// Its size in bytes.
    pub bytes: usize,
    /// Its elements; none for JSON.
    pub elements: usize,
    /// What our reading found fault with.
    pub findings: usize,
    /// Each kind of work.
    pub works: Vec<WireWork>,
    /// The version of libxml2; none where the program was built without it.
    pub libxml2: Option<String>,
    /// Whether the schema accepts the document; none where there was none to ask.
    pub schema_accepts: Option<bool>,
    /// Whether the program was built with optimisations; else the numbers say little.
    pub optimised: bool,
}

/// One kind of work on the document.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct WireWork {
    /// What is done.
    pub name: &'static str,
    /// Microseconds per document in the best measurement: what the work itself takes.
    pub best_us: f64,
    /// Microseconds per document in the middle one: with whatever else the machine does.
    pub median_us: f64,
    /// How many times as long as our reading of the document it takes, best against best.
    pub ratio: f64,
}

/// Kinds of work by name; each says whether it was done.
type Works<'b> = Vec<(&'static str, Box<dyn Fn() -> bool + 'b>)>;

impl WireBench {
    /// Measures: every kind of work in turn, round after round, so that all meet the same machine.
    ///
    /// # Errors
    /// Where the file cannot be read or holds no document, or the schema is none.
    pub fn run(&self, mut progress: impl FnMut(&str, u64, u64)) -> Result<WireReport, RehearsalError> {
        progress("generate", 0, 1);
        let (name, bytes) = self.document()?;
        let document = wire::read(&bytes).map_err(|why| RehearsalError::Invalid(format!("{name}: {why}")))?;
        let json = write_json(&document);
        let mut works: Works<'_> = vec![("read", Box::new(|| wire::read(&bytes).is_ok()))];
        if write_xml(&document).is_some() {
            works.push(("write as XML", Box::new(|| write_xml(&document).is_some())));
        }
        if let Some(json) = &json {
            works.push(("read as JSON", Box::new(|| wire::read(json.as_bytes()).is_ok())));
        }
        let is_xml = document.format != Format::Json;
        let (libxml2, schema_accepts) =
            if is_xml { self.add_libxml2(&bytes, &mut works)? } else { (None, None) };
        let mut spent: Vec<Vec<f64>> = vec![Vec::with_capacity(self.rounds); works.len()];
        let rounds = self.rounds.max(1);
        for round in 0..rounds {
            progress("measure", round as u64, rounds as u64);
            for ((_, work), spent) in works.iter().zip(&mut spent) {
                let at_once = self.at_once.max(1);
                let begun = Instant::now();
                for _ in 0..at_once {
                    black_box(work());
                }
                spent.push(begun.elapsed().as_secs_f64() * 1_000_000.0 / at_once as f64);
            }
        }
        let mut measured: Vec<WireWork> = Vec::new();
        for ((name, _), spent) in works.iter().zip(&mut spent) {
            spent.sort_by(f64::total_cmp);
            let best_us = spent.first().copied().unwrap_or_default();
            let median_us = spent.get(spent.len() / 2).copied().unwrap_or_default();
            let ratio = best_us / measured.first().map_or(best_us, |read| read.best_us);
            measured.push(WireWork { name, best_us, median_us, ratio });
        }
        Ok(WireReport {
            document: name,
            format: format!("{} {}", document.format.as_str(), document.version),
            bytes: bytes.len(),
            elements: if is_xml { elements(&bytes) } else { 0 },
            findings: document.findings.len(),
            works: measured,
            libxml2,
            schema_accepts,
            optimised: !cfg!(debug_assertions),
        })
    }

    /// The name and the bytes of the document.
    fn document(&self) -> Result<(String, Vec<u8>), RehearsalError> {
        if let Some(file) = &self.file {
            let name = file.display().to_string();
            return std::fs::read(file).map_err(system(name.clone())).map(|bytes| (name, bytes));
        }
        Ok(("generated".to_owned(), generated(self.seed)?))
    }

    #[cfg(feature = "libxml")]
    fn add_libxml2<'b>(
        &self,
        bytes: &'b [u8],
        works: &mut Works<'b>,
    ) -> Result<(Option<String>, Option<bool>), RehearsalError> {
        works.push(("libxml2: parse", Box::new(|| libxml::parse(bytes))));
        let mut accepts = None;
        if let Some(path) = &self.schema {
            let schema = libxml::Schema::load(path)
                .ok_or_else(|| RehearsalError::Invalid(format!("{}: no XML Schema", path.display())))?;
            accepts = Some(schema.accepts(bytes));
            works.push(("libxml2: parse and validate", Box::new(move || schema.accepts(bytes))));
        }
        Ok((Some(libxml::version()), accepts))
    }

    #[cfg(not(feature = "libxml"))]
    fn add_libxml2<'b>(
        &self,
        _: &'b [u8],
        _: &mut Works<'b>,
    ) -> Result<(Option<String>, Option<bool>), RehearsalError> {
        match &self.schema {
            Some(_) => Err(RehearsalError::Invalid(
                "this program was built without libxml2, which validates against the schema: build it with --features libxml"
                    .to_owned(),
            )),
            None => Ok((None, None)),
        }
    }
}

/// A generated declaration of about the usual size.
pub(crate) fn generated(seed: u64) -> Result<Vec<u8>, RehearsalError> {
    let reference =
        reference::Reference::starter().map_err(|why| RehearsalError::Invalid(why.to_string()))?;
    let usual = Plan::usual(CANDIDATES, seed, jiff::civil::Date::default());
    let day = crate::today(&reference, &usual.jurisdiction, Timestamp::now());
    let plan = Plan { items_mean: ITEMS_MEAN, mistakes: MistakeShares::none(), day, ..usual };
    let generator = Generator::new(plan, Arc::new(reference), None)?;
    let mut nearest: Option<Vec<u8>> = None;
    for generated in &generator {
        let bytes = generated?.xml.into_bytes();
        let off = |bytes: &Vec<u8>| bytes.len().abs_diff(BYTES_USUAL);
        if nearest.as_ref().is_none_or(|nearest| off(&bytes) < off(nearest)) {
            nearest = Some(bytes);
        }
    }
    Ok(nearest.unwrap_or_default())
}

/// Start tags: what begins with `<` and is no end, comment or instruction.
fn elements(bytes: &[u8]) -> usize {
    bytes.windows(2).filter(|pair| pair[0] == b'<' && !matches!(pair[1], b'/' | b'!' | b'?')).count()
}

/// Writes the document in its own format, or of an older version in the one it is continued in; none
/// where that cannot be.
fn write_xml(document: &Document) -> Option<String> {
    let declaration = match &document.content {
        Content::Declaration(declaration) => declaration,
        Content::Paper(paper) => return wire::write_paper(paper).ok(),
    };
    let targets: &[Target] = match (document.format, document.version.as_str()) {
        (Format::Wco, _) => &[Target::Wco],
        (Format::Eec, _) => &[Target::EecGoods, Target::EecTransit],
        (Format::Album, "5.27") => &[Target::Album527],
        (Format::Album | Format::Json, _) => &[Target::Album523],
    };
    targets.iter().find_map(|target| write(declaration, *target))
}

/// Writes the document as canonical JSON.
fn write_json(document: &Document) -> Option<String> {
    match &document.content {
        Content::Declaration(declaration) => write(declaration, Target::Json),
        Content::Paper(paper) => Some(wire::write_paper_json(paper)),
    }
}

fn write(declaration: &Declaration, target: Target) -> Option<String> {
    let document_id = "00000000-0000-0000-0000-000000000000".to_owned();
    let written_at = declaration.created_at.unwrap_or_default();
    wire::write(declaration, target, &Completion { document_id, written_at }).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_generated_declaration_is_measured() {
        let bench = WireBench { rounds: 3, at_once: 1, ..WireBench::default() };
        let report = bench.run(|_, _, _| {}).unwrap();
        assert_eq!((report.format.as_str(), report.findings), ("album 5.23", 0));
        assert!(report.bytes.abs_diff(BYTES_USUAL) < 1_000, "{}", report.bytes);
        assert!(report.elements > 200, "{}", report.elements);
        let names: Vec<&str> = report.works.iter().map(|work| work.name).collect();
        assert_eq!(names[..3], ["read", "write as XML", "read as JSON"]);
        for work in &report.works {
            assert!(work.best_us > 0.0 && work.best_us <= work.median_us, "{work:?}");
        }
        assert_eq!(report.libxml2.is_some(), cfg!(feature = "libxml"));
    }

    #[test]
    fn what_is_no_document_is_no_measurement() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("letter.txt");
        std::fs::write(&file, "Dear customs office").unwrap();
        let bench = WireBench { file: Some(file), ..WireBench::default() };
        assert!(bench.run(|_, _, _| {}).unwrap_err().to_string().contains("letter.txt"));
    }

    #[cfg(not(feature = "libxml"))]
    #[test]
    fn a_schema_without_libxml2_is_refused_with_the_cure() {
        let bench = WireBench { schema: Some("any.xsd".into()), rounds: 1, ..WireBench::default() };
        assert!(bench.run(|_, _, _| {}).unwrap_err().to_string().contains("--features libxml"));
    }

    #[cfg(feature = "libxml")]
    #[test]
    fn libxml2_parses_and_validates() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("seal.xsd");
        let schema = r#"<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">
            <xs:element name="seal"><xs:simpleType><xs:restriction base="xs:token">
            <xs:pattern value="[A-Z]{2}[0-9]{4}"/></xs:restriction></xs:simpleType></xs:element></xs:schema>"#;
        std::fs::write(&path, schema).unwrap();
        let schema = libxml::Schema::load(&path).unwrap();
        assert!(schema.accepts(b"<seal>AB1234</seal>"));
        assert!(!schema.accepts(b"<seal>AB123</seal>"));
        assert!(!schema.accepts(b"<seal>AB1234"));
        assert!(schema.accepts(b"<seal>CD5678</seal>"), "a fault leaves nothing behind");
        assert!(libxml::parse(b"<a><b/></a>") && !libxml::parse(b"<a><b></a>") && !libxml::parse(b""));
        std::fs::write(&path, "<xs:schema/>").unwrap();
        assert!(libxml::Schema::load(&path).is_none());
        assert!(libxml::Schema::load(&dir.path().join("none.xsd")).is_none());
    }
}
