//! What the fuzzer begins with: documents of every kind, sorted by the target that reads them.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::some_document;
use crate::structure::{Root, roots};

/// The fuzz target of a kind.
fn target(root: &Root) -> &'static str {
    match root.kind {
        "declaration" | "container" => "album_declaration",
        _ if root.uri.starts_with("urn:EEC:") => "eec",
        _ if root.uri.starts_with("urn:wco:") => "wco",
        _ => "album_papers",
    }
}

/// Writes the seeds where `GREENLANE_FUZZ_SEEDS` says, a folder for each target.
#[test]
fn every_fuzz_target_has_documents_to_begin_with() {
    let aside = tempfile::tempdir().unwrap();
    let folder = std::env::var_os("GREENLANE_FUZZ_SEEDS").map_or(aside.path().to_owned(), PathBuf::from);
    let mut written: BTreeMap<&str, usize> = BTreeMap::new();
    let mut keep = |target: &'static str, name: String, text: &str| {
        let folder = folder.join(target);
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(folder.join(name), text).unwrap();
        *written.entry(target).or_default() += 1;
    };
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    for entry in std::fs::read_dir(fixtures).unwrap() {
        let path = entry.unwrap().path();
        let Ok(text) = std::fs::read_to_string(&path) else { continue };
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        keep(if name.ends_with(".json") { "json" } else { "album_declaration" }, name.clone(), &text);
        keep("read_write_read", name, &text);
    }
    for root in roots() {
        for seed in 0..4 {
            let name = format!("{}-{}-{seed}", root.edition.name, root.kind);
            let text = some_document(root, seed);
            keep(target(root), name.clone(), &text);
            keep("read_write_read", name.clone(), &text);
            let document = crate::read(text.as_bytes()).unwrap();
            let json = match (document.paper(), document.declaration()) {
                (Some(paper), _) => crate::write_paper_json(paper),
                (None, declaration) => crate::json::write_declaration(declaration.unwrap()),
            };
            keep("json", name, &json);
        }
    }
    let targets: Vec<_> = written.keys().copied().collect();
    assert_eq!(targets, ["album_declaration", "album_papers", "eec", "json", "read_write_read", "wco"]);
    assert!(written.values().all(|count| *count >= 12), "{written:?}");
}
