//! The control over real declarations of others, where they are at hand: an Armenian dialect and
//! transits. What a dialect leaves out by habit is switched in its pack; what is wrong stays.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use declaration::{Declaration, Finding, Purpose, Severity};
use jiff::civil::Date;
use reference::Reference;

use super::{ON, change};
use crate::check;

fn root() -> PathBuf {
    std::env::var_os("GREENLANE_CORPUS").map_or_else(
        || PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data")),
        PathBuf::from,
    )
}

/// The declarations in a folder of the corpus, by file name; none where the corpus is absent.
fn declarations(folder: &str) -> Vec<(String, Declaration)> {
    let root = root();
    let Ok(entries) = std::fs::read_dir(root.join(folder)) else {
        println!("skipped: no corpus at {}", root.display());
        return Vec::new();
    };
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    files.retain(|path| path.extension().is_some_and(|extension| extension == "xml"));
    files.sort();
    let name = |path: &PathBuf| path.file_name().unwrap().to_string_lossy().into_owned();
    files
        .iter()
        .map(|path| {
            let document = wire::read(&std::fs::read(path).unwrap()).unwrap();
            (name(path), document.declaration().unwrap().clone())
        })
        .collect()
}

/// Findings by file; printed as a table, code by code, for whoever runs with `--nocapture`.
fn findings(folder: &str, on: Date) -> Vec<(String, Vec<Finding>)> {
    findings_of(declarations(folder), on)
}

fn findings_of(declarations: Vec<(String, Declaration)>, on: Date) -> Vec<(String, Vec<Finding>)> {
    let reference = Reference::starter().unwrap_or_else(|error| panic!("{error}"));
    let found: Vec<_> = declarations
        .into_iter()
        .map(|(file, declaration)| {
            let pack = reference.pack_for(&declaration);
            (file, check(&declaration, &reference, pack, on))
        })
        .collect();
    let mut by_code = BTreeMap::<_, (usize, String)>::new();
    for (file, findings) in &found {
        for finding in findings {
            let row = by_code.entry((finding.code.as_ref(), finding.severity)).or_default();
            row.0 += 1;
            row.1 = format!("{file} {} {}", finding.path, finding.text.ru);
        }
    }
    for ((code, severity), (count, example)) in by_code {
        println!("{code} {} ×{count}: {example}", severity.as_str());
    }
    found
}

/// The codes found at a severity, with how many files have them.
fn files_with(found: &[(String, Vec<Finding>)], severity: Severity) -> BTreeMap<String, usize> {
    let mut files = BTreeMap::new();
    for (_, findings) in found {
        let codes: BTreeSet<_> =
            findings.iter().filter(|one| one.severity == severity).map(|one| one.code.to_string()).collect();
        for code in codes {
            *files.entry(code).or_default() += 1;
        }
    }
    files
}

#[test]
fn armenian_habits_are_no_errors() {
    let found = findings("eaeu/declarations", ON);
    let errors = files_with(&found, Severity::Error);
    assert!(errors.is_empty(), "{errors:?}");
    // What is doubtful is rare: goods without origin, consignors without a country.
    for (code, files) in files_with(&found, Severity::Warning) {
        assert!(files * 10 <= found.len(), "{code} in {files} of {} files", found.len());
    }
}

#[test]
fn a_mistake_in_an_armenian_declaration_is_an_error() {
    let reference = Reference::starter().unwrap_or_else(|error| panic!("{error}"));
    for (file, mut declaration) in declarations("eaeu/declarations") {
        change(
            &mut declaration,
            "item_count=1; invoice_total=0.01; package_count=0; items/2/mass_net=9999999",
        );
        let found = check(&declaration, &reference, reference.pack_for(&declaration), ON);
        let errors: Vec<&str> =
            found.iter().filter(|one| one.severity == Severity::Error).map(|one| one.code.as_ref()).collect();
        assert_eq!(errors, ["GL-2301", "GL-2302", "GL-2303", "GL-2306"], "{file}");
    }
}

#[test]
fn transits_have_hints_only() {
    let found = findings("eaeu/transit", ON);
    let doubtful = [Severity::Warning, Severity::Error].map(|severity| files_with(&found, severity));
    assert!(doubtful.iter().all(BTreeMap::is_empty), "{doubtful:?}");
}

/// Declarations in the WCO's data model that the wire finds whole, by path.
fn british() -> Vec<(PathBuf, Declaration)> {
    fn files(folder: &Path, found: &mut Vec<PathBuf>) {
        let Ok(entries) = std::fs::read_dir(folder) else { return };
        for path in entries.map(|entry| entry.unwrap().path()) {
            match path.is_dir() {
                true => files(&path, found),
                false => found.push(path),
            }
        }
    }
    let mut paths = Vec::new();
    files(&root().join("wco/samples"), &mut paths);
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "xml"));
    paths.sort();
    let read = |path: PathBuf| {
        let document = wire::read(&std::fs::read(&path).unwrap()).ok()?;
        let whole = document.findings.iter().all(|finding| finding.severity != Severity::Error);
        let declaration = document.declaration().filter(|_| whole && document.format == wire::Format::Wco)?;
        Some((path, declaration.clone()))
    };
    paths.into_iter().filter_map(read).collect()
}

#[test]
fn british_declarations_have_no_errors_before_and_after_they_are_amended() {
    let all = british();
    let name = |path: &Path| path.file_name().unwrap().to_string_lossy().into_owned();
    let (new, changes): (Vec<_>, Vec<_>) =
        all.into_iter().partition(|(_, one)| one.purpose() == Purpose::New);
    let amendments = changes.into_iter().filter(|(_, one)| one.purpose() == Purpose::Amendment);
    // A scenario has its declaration in the same folder.
    let amended = amendments.filter_map(|(path, amendment)| {
        let (_, original) = new.iter().find(|(other, _)| other.parent() == path.parent())?;
        Some((name(&path), wire::amend(original, &amendment).declaration))
    });
    let amended: Vec<_> = amended.collect();
    println!("{} new declarations, {} amended", new.len(), amended.len());
    let new = new.iter().map(|(path, declaration)| (name(path), declaration.clone())).collect();
    for declarations in [new, amended] {
        let found = findings_of(declarations, ON);
        let errors = files_with(&found, Severity::Error);
        assert!(errors.is_empty(), "{errors:?}");
        // What an officer looks at is rare.
        for (code, files) in files_with(&found, Severity::Warning) {
            assert!(files * 10 <= found.len(), "{code} in {files} of {} files", found.len());
        }
    }
}

/// The project's own messages, and what is said of each when something in it is wrong.
#[test]
fn a_sound_british_declaration_has_no_errors_and_a_mistake_is_one() {
    let reference = Reference::starter().unwrap_or_else(|error| panic!("{error}"));
    let read = |name: &str| {
        let path = format!("{}/../wire/fixtures/gb-{name}.xml", env!("CARGO_MANIFEST_DIR"));
        wire::read(&std::fs::read(path).unwrap()).unwrap().declaration().unwrap().clone()
    };
    let codes = |declaration: &Declaration, severity: Severity| {
        let pack = reference.pack_for(declaration);
        assert_eq!(pack.name, "gb");
        let found = check(declaration, &reference, pack, ON);
        let found = found.into_iter().filter(|one| one.severity == severity);
        found.map(|one| format!("{} {}", one.code, one.path)).collect::<Vec<_>>()
    };
    for name in ["import", "export"] {
        let declaration = read(name);
        assert_eq!(codes(&declaration, Severity::Error), [""; 0], "{name}");
        assert_eq!(codes(&declaration, Severity::Warning), [""; 0], "{name}");
    }
    let amended = wire::amend(&read("import"), &read("amendment")).declaration;
    assert_eq!(codes(&amended, Severity::Error), [""; 0]);
    let mistakes = [
        ("import", "item_count=3", "GL-2301 item_count"),
        ("import", "package_count=40", "GL-2302 package_count"),
        ("import", "items/2/mass_net=400", "GL-2306 items/2/mass_net"),
        ("import", "items/1/valuation_method=7", "GL-2413 items/1/valuation_method"),
        ("import", "items/1/packages/1/code=box", "GL-2518 items/1/packages/1/code"),
        ("import", "transport_border/mode=0", "GL-2901 transport_border/mode"),
        ("import", "container_indicator=0", "GL-2907 container_indicator"),
        ("import", "deal_nature=010", "GL-2508 deal_nature"),
        ("import", "items/1/procedure/previous=40", "GL-2505 items/1/procedure/previous"),
        ("export", "items/1/procedure/requested=45", "GL-2502 items/1/procedure/requested"),
    ];
    for (name, mistake, expected) in mistakes {
        let mut declaration = read(name);
        change(&mut declaration, mistake);
        let mut found = codes(&declaration, Severity::Error);
        found.extend(codes(&declaration, Severity::Warning));
        assert!(found.iter().any(|one| one == expected), "{mistake}: {found:?}");
    }
    let mut export = read("export");
    export.border_offices.clear();
    assert_eq!(codes(&export, Severity::Error), ["GL-2123 border_offices"]);
    // The same is nothing to an import, and a declaration in full must say what it declares.
    let mut import = read("import");
    import.items[0].commodity_code = None;
    assert_eq!(codes(&import, Severity::Error), ["GL-2129 items/1/commodity_code"]);
    import.direction = "IMC".parse().ok();
    assert_eq!(codes(&import, Severity::Error), [""; 0]);
}
