//! The tables beside readable trees of the official schemas: every path, how often it stands and what it
//! holds is what the compiled edition has, and nothing more.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::{Holds, Type, roots};

/// A path of element names, and what is said of it.
type Tree = BTreeMap<String, String>;

/// Reads a tree: two spaces for each level, `Name [times] base{facets}  // title`.
fn tree(text: &str) -> Tree {
    let mut tree = Tree::new();
    let mut path: Vec<&str> = Vec::new();
    for line in text.lines() {
        let said = line.split("  //").next().unwrap_or_default();
        let depth = (said.len() - said.trim_start().len()) / 2;
        let said = said.trim();
        // Groups have no level of their own; attributes and the root are not compared here.
        if said.starts_with(['<', '@']) || depth == 0 {
            continue;
        }
        let (name, rest) = said.split_once(' ').unwrap_or((said, ""));
        path.truncate(depth - 1);
        path.push(name);
        let (times, rest) = rest.split_once(']').unwrap();
        let times = times.trim_start_matches('[');
        let base = match rest.split_once("CategoryCust:") {
            Some((_, base)) => match base.split_once("CategoriesCust").unwrap().0 {
                "Code" | "Identifier" => "Token",
                "Numeric" | "Quantity" => "Decimal",
                base => base,
            },
            None => "",
        };
        let facets = rest.split_once('{').and_then(|(_, facets)| facets.strip_suffix('}')).unwrap_or("");
        add(&mut tree, path.join("/"), format!("{times} {base} {}", facets_of(facets)));
    }
    tree
}

/// Facets in an order of their own. A pattern may hold commas, so facets are cut at their names.
fn facets_of(text: &str) -> String {
    const NAMES: [&str; 8] = [
        "fractionDigits:",
        "length:",
        "maxLength:",
        "minInclusive:",
        "minLength:",
        "pattern:",
        "totalDigits:",
        "maxInclusive:",
    ];
    let mut facets: Vec<String> = Vec::new();
    for piece in text.split(',') {
        match facets.last_mut() {
            Some(last) if !piece.starts_with('=') && !NAMES.iter().any(|name| piece.starts_with(name)) => {
                last.push(',');
                last.push_str(piece);
            }
            _ if piece.is_empty() => {}
            _ => facets.push(piece.to_owned()),
        }
    }
    facets.sort();
    facets.join(" ")
}

/// The same name may stand at several places of one element.
fn add(tree: &mut Tree, path: String, said: String) {
    let there = tree.entry(path).or_default();
    if !there.is_empty() {
        there.push_str(" | ");
    }
    there.push_str(&said);
}

fn compiled(kind: &'static Type, above: &str, tree: &mut Tree) {
    for element in &kind.elements {
        let path =
            if above.is_empty() { element.name.to_owned() } else { format!("{above}/{}", element.name) };
        let times = match (element.times.min, element.times.max) {
            (1, 1) => "1".to_owned(),
            (0, 1) => "?".to_owned(),
            (0, u32::MAX) => "*".to_owned(),
            (1, u32::MAX) => "+".to_owned(),
            (min, max) => format!("{min}..{max}"),
        };
        match &element.holds {
            Holds::Value(value) => {
                let (base, facets) = value.as_a_schema_says();
                add(tree, path, format!("{times} {base} {facets}"));
            }
            Holds::Type(below) => {
                add(tree, path.clone(), format!("{times}  "));
                compiled(below, &path, tree);
            }
        }
    }
}

/// What a tree says of a value of a built-in type: how often it stands, and no category.
fn bare(said: &str) -> &str {
    match said.trim().split_once(' ') {
        Some((times, "Text" | "Duration")) => times,
        _ => said,
    }
}

fn corpus() -> Option<PathBuf> {
    let named = std::env::var_os("GREENLANE_CORPUS").map(PathBuf::from);
    let found = named.unwrap_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data"));
    if found.is_dir() {
        return Some(found);
    }
    println!("skipped: no trees under GREENLANE_CORPUS");
    None
}

#[test]
fn each_edition_is_its_official_tree_and_nothing_more() {
    let Some(corpus) = corpus() else { return };
    let mut compared = 0;
    for root in roots() {
        let Some(version) = root.edition.name.strip_prefix("album-") else { continue };
        if root.uri.starts_with("urn:EEC:") {
            // The trees of the commission's structures name bases otherwise; their schemas judge them.
            continue;
        }
        let file = corpus.join(format!("eaeu/trees/{}.{version}.tree.txt", root.element));
        let Ok(text) = std::fs::read_to_string(&file) else { continue };
        let official = tree(&text);
        let mut ours = Tree::new();
        compiled(root.content().unwrap(), "", &mut ours);
        let mut differences = Vec::new();
        for (path, said) in &official {
            match ours.get(path) {
                Some(there) if there.trim() == said.trim() || bare(there) == said.trim() => {}
                there => differences.push(format!("{path}: {said}, here {there:?}")),
            }
        }
        for (path, there) in ours.iter().filter(|(path, _)| !official.contains_key(*path)) {
            differences.push(format!("{path}: only here, {there}"));
        }
        let count = differences.len();
        differences.truncate(40);
        assert!(
            differences.is_empty(),
            "{} {version}: {count} differences\n{}",
            root.element,
            differences.join("\n")
        );
        assert!(official.len() > 3, "{}", file.display());
        compared += 1;
    }
    println!("{compared} trees compared");
    assert!(compared >= 20, "{compared} trees");
}
