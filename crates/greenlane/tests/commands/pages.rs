//! Generated pages of the documentation are what the program says today.

use std::path::Path;

use crate::running::greenlane;

#[test]
fn generated_pages_are_fresh() {
    let docs = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs");
    for (page, file) in [
        ("findings", "findings.md"),
        ("lifecycle", "lifecycle.md"),
        ("notices", "notices.md"),
        ("openapi", "openapi.json"),
        ("cli", "cli.md"),
        ("schema", "declaration.schema.json"),
    ] {
        let made = greenlane(["docs", page]).ended(0).out;
        let path = docs.join(file);
        if std::env::var_os("GREENLANE_WRITE_DOCS").is_some() {
            std::fs::write(&path, &made).unwrap();
        }
        let kept = std::fs::read_to_string(&path).unwrap_or_default();
        assert!(
            kept.trim_end() == made.trim_end(),
            "docs/{file} is stale: run the tests once with GREENLANE_WRITE_DOCS=1"
        );
    }
}
