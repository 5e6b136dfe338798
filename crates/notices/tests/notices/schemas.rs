//! Every document is valid by its official schema, and comes back as it was.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use clearance::Event;
use declaration::Severity;
use greenlane_notices::{Notice, ROWS};
use reference::pack::NoticeFormat;
use wire::Paper;

use crate::fixtures::{Variant, assessed, every_act, every_event, number};

/// Where the schemas lie, if they are there.
fn corpus() -> Option<PathBuf> {
    let named = std::env::var_os("GREENLANE_CORPUS").map(PathBuf::from);
    let usual = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data");
    let found = named.unwrap_or(usual);
    if found.is_dir() {
        return Some(found);
    }
    println!("skipped: no schemas at GREENLANE_CORPUS");
    None
}

/// Every document of every event and act, with an official and all there is to say, and with neither.
fn documents(format: NoticeFormat) -> Vec<Paper> {
    let mut told: Vec<Notice> = Vec::new();
    for variant in [Variant::full(format), Variant::bare(format)] {
        told.extend(variant.tell(&[], &every_event()));
        for payable in ["0", "275.00"] {
            let earlier = [assessed(payable), Event::Registered { number: number() }];
            told.extend(variant.tell(&earlier, &every_event()[6..]));
        }
        told.extend(variant.tell_acts(&every_act()));
    }
    told.into_iter().filter_map(|notice| notice.document).collect()
}

/// Writes each paper and reads it back; the files, by root element.
fn written(papers: &[Paper], folder: &Path) -> BTreeMap<&'static str, Vec<PathBuf>> {
    let mut files: BTreeMap<&'static str, Vec<PathBuf>> = BTreeMap::new();
    for (at, paper) in papers.iter().enumerate() {
        let text = wire::write_paper(paper).unwrap();
        let back = wire::read(text.as_bytes()).unwrap();
        let errors: Vec<_> =
            back.findings.iter().filter(|finding| finding.severity == Severity::Error).collect();
        assert!(errors.is_empty(), "{}: {errors:?}", paper.kind());
        assert_eq!(back.paper(), Some(paper), "{}", paper.kind());
        let path = folder.join(format!("{at}-{}.xml", paper.kind()));
        std::fs::write(&path, text).unwrap();
        files.entry(paper.element()).or_default().push(path);
    }
    files
}

fn assert_valid(schema: &Path, files: &[PathBuf]) {
    let said = judged(schema, files);
    for file in files {
        assert!(said.contains(&format!("{} validates", file.display())), "{said}");
    }
    // The judge can say no.
    let broken =
        std::fs::read_to_string(&files[0]).unwrap().replace("2026-", "2026/").replace("\"304\"", "\"305\"");
    std::fs::write(&files[0], broken).unwrap();
    let said = judged(schema, &files[..1]);
    assert!(said.contains("fails to validate"), "{said}");
}

/// What xmllint says about the files.
fn judged(schema: &Path, files: &[PathBuf]) -> String {
    let output = Command::new("xmllint")
        .args(["--nonet", "--noout", "--schema"])
        .arg(schema)
        .args(files)
        .output()
        .expect("xmllint (Debian package libxml2-utils)");
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[test]
fn papers_of_the_album_come_back_and_are_valid_by_its_schemas() {
    let papers = documents(NoticeFormat::Album);
    let folder = tempfile::tempdir().unwrap();
    let files = written(&papers, folder.path());
    let mut kinds: Vec<&str> = papers.iter().map(Paper::kind).collect();
    kinds.sort_unstable();
    kinds.dedup();
    let mut wanted: Vec<&str> = ROWS.iter().map(|row| row.album).filter(|kind| !kind.is_empty()).collect();
    wanted.sort_unstable();
    wanted.dedup();
    assert_eq!(kinds, wanted);
    let Some(corpus) = corpus() else { return };
    for (element, files) in &files {
        assert_valid(&corpus.join(format!("eaeu/xsd-5.23/{element}.xsd")), files);
    }
    println!("{} papers of {} kinds are valid", papers.len(), kinds.len());
}

#[test]
fn responses_come_back_and_are_valid_by_the_wco_s_schemas() {
    let papers = documents(NoticeFormat::Wco);
    let folder = tempfile::tempdir().unwrap();
    let files: Vec<PathBuf> = written(&papers, folder.path()).into_values().flatten().collect();
    let Some(corpus) = corpus() else { return };
    let schemas = corpus.join("wco/xsd/wco/notification");
    let import = |namespace: &str, file: &str| {
        format!("<xs:import namespace=\"{namespace}\" schemaLocation=\"{}\"/>", schemas.join(file).display())
    };
    // The message lets any known response stand in it: both schemas must be at hand.
    let both = folder.path().join("both.xsd");
    let schema = format!(
        "<xs:schema xmlns:xs=\"http://www.w3.org/2001/XMLSchema\">{}{}</xs:schema>",
        import("urn:wco:datamodel:WCO:DocumentMetaData-DMS:2", "DocumentMetaData_2_DMS.xsd"),
        import("urn:wco:datamodel:WCO:RES-DMS:2", "WCO_RES_2_DMS.xsd"),
    );
    std::fs::write(&both, schema).unwrap();
    assert_valid(&both, &files);
    println!("{} responses are valid", files.len());
}
