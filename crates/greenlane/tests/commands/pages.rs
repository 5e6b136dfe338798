//! Generated pages of the documentation are what the program says today.

use std::path::Path;

use crate::running::greenlane;

#[test]
fn generated_pages_are_fresh() {
    let docs = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs");
    let mut pages: Vec<(Vec<&str>, String)> = [
        ("findings", "findings.md"),
        ("lifecycle", "lifecycle.md"),
        ("notices", "notices.md"),
        ("powers", "powers.md"),
        ("profiles", "profile-lifecycle.md"),
        ("categories", "categories.md"),
        ("openapi", "openapi.json"),
        ("cli", "cli.md"),
    ]
    .map(|(page, file)| (vec![page], file.to_owned()))
    .into();
    let kinds = greenlane(["docs", "kinds"]).ended(0).out;
    pages.extend(kinds.lines().map(|kind| (vec!["schema", kind], format!("schemas/{kind}.schema.json"))));
    assert!(pages.len() > 25, "{kinds}");
    let mut schemas: Vec<_> =
        std::fs::read_dir(docs.join("schemas")).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    for (page, file) in &pages {
        let made = greenlane(["docs"].iter().chain(page).copied()).ended(0).out;
        let path = docs.join(file);
        if std::env::var_os("GREENLANE_WRITE_DOCS").is_some() {
            std::fs::write(&path, &made).unwrap();
        }
        let kept = std::fs::read_to_string(&path).unwrap_or_default();
        assert!(
            kept.trim_end() == made.trim_end(),
            "docs/{file} is stale: run the tests once with GREENLANE_WRITE_DOCS=1"
        );
        schemas.retain(|there| !file.ends_with(&*there.to_string_lossy()));
    }
    assert!(schemas.is_empty(), "schemas of kinds that are gone: {schemas:?}");
}
