//! Valid documents, spoilt: the official schema and the reader must agree on each. Where they do not,
//! `accepted-differences.tsv` says why; it holds nothing that does not happen.

use std::collections::BTreeMap;
use std::path::Path;

use quick_xml::events::Event;

use super::conformance::{corpus, errors, folder, schema, verdicts};
use super::some_document;
use crate::dice::Dice;
use crate::structure::{Root, roots};

/// One element of a document, by the places of its tags.
#[derive(Debug, Clone)]
struct Place {
    name: String,
    /// From `<` of the start tag to after `>` of the end tag.
    from: usize,
    to: usize,
    /// The end of the name in the start tag.
    named: usize,
    /// Where the content begins and ends.
    inner: (usize, usize),
    parent: Option<usize>,
    leaf: bool,
}

/// Every element, in document order.
fn places(xml: &str) -> Vec<Place> {
    let mut reader = quick_xml::Reader::from_str(xml);
    let mut all: Vec<Place> = Vec::new();
    let mut open: Vec<usize> = Vec::new();
    let position = |reader: &quick_xml::Reader<&[u8]>| usize::try_from(reader.buffer_position()).unwrap();
    loop {
        let from = position(&reader);
        let event = reader.read_event().unwrap();
        let to = position(&reader);
        match event {
            Event::Start(start) => {
                let parent = open.last().copied();
                if let Some(parent) = parent {
                    all[parent].leaf = false;
                }
                let name = start.name().0;
                let local = name.rsplit(':').next().unwrap().to_owned();
                let named = from + 1 + name.len();
                open.push(all.len());
                all.push(Place { name: local, from, to, named, inner: (to, to), parent, leaf: true });
            }
            Event::Empty(_) => {
                if let Some(parent) = open.last() {
                    all[*parent].leaf = false;
                }
            }
            Event::End(_) => {
                let at = open.pop().unwrap();
                all[at].inner.1 = from;
                all[at].to = to;
            }
            Event::Eof => return all,
            _ => {}
        }
    }
}

/// Those that only change a value.
const VALUES: [&str; 11] = [
    "other",
    "spaced",
    "lower",
    "long-number",
    "letters",
    "overlong",
    "short",
    "negative",
    "fraction",
    "zero",
    "exponent",
];

/// Whether an element belongs to a document inside a package.
fn is_packed(places: &[Place], at: usize) -> bool {
    let mut above = std::iter::successors(places[at].parent, |parent| places[*parent].parent);
    above.any(|above| places[above].name == "DocBody")
}

/// The ways to spoil a document.
const KINDS: [&str; 28] = [
    "other",
    "padded",
    "spaced",
    "old",
    "midnight",
    "zoned",
    "plus",
    "exponent",
    "lower",
    "long-number",
    "mode",
    "no-mode",
    "drop",
    "repeat",
    "swap",
    "letters",
    "date",
    "overlong",
    "short",
    "negative",
    "fraction",
    "zero",
    "empty",
    "attribute",
    "no-attribute",
    "unknown",
    "namespace",
    "stray-text",
];

/// The document spoilt at a place; none where that way does not suit the place.
fn spoilt(xml: &str, places: &[Place], at: usize, kind: &str) -> Option<String> {
    let place = &places[at];
    let with = |from: usize, to: usize, new: &str| format!("{}{new}{}", &xml[..from], &xml[to..]);
    let whole = &xml[place.from..place.to];
    let text = &xml[place.inner.0..place.inner.1];
    let value =
        |new: &str| (place.leaf && text.trim() != new).then(|| with(place.inner.0, place.inner.1, new));
    let number = text.trim().starts_with(|c: char| c.is_ascii_digit());
    match kind {
        "mode" => {
            (at == 0 && xml.contains("ModeID=\"1")).then(|| xml.replacen("ModeID=\"1", "ModeID=\"2", 1))
        }
        "no-mode" => {
            let from = xml.find(" DocumentModeID=\"").filter(|_| at == 0)?;
            let to = from + 17 + xml[from + 17..].find('"')?;
            Some(with(from, to + 1, ""))
        }
        _ if at == 0 && kind != "attribute" => None,
        "drop" => Some(with(place.from, place.to, "")),
        "repeat" => Some(with(place.to, place.to, whole)),
        "swap" => {
            let next = places[at + 1..].iter().find(|next| next.parent == place.parent)?;
            let between = &xml[place.to..next.from];
            let swapped = format!("{}{between}{whole}", &xml[next.from..next.to]);
            (next.name != place.name).then(|| with(place.from, next.to, &swapped))
        }
        "letters" => number.then(|| value("12abc"))?,
        "date" => text.contains('-').then(|| value("2026-02-30"))?,
        "overlong" => value(&format!("{}{}", text.trim(), "7".repeat(300))),
        "short" => value("7"),
        // Other characters of the same classes: whatever a pattern allows and a table of codes may not.
        "other" => {
            (!text.contains('&')).then(|| value(&text.trim().chars().rev().map(other).collect::<String>()))?
        }
        "padded" => value(&format!("  {text}\n ")),
        "spaced" => value(&text.trim().replacen(' ', "  ", 1).replacen("  ", "\t ", 1)),
        "lower" => value(&text.trim().to_lowercase()),
        "old" => text.contains('-').then(|| value(&text.replace("20", "18")))?,
        "midnight" => value(&format!("{}24:00:00{}", text.split_once(':')?.0.get(..11)?, text.get(19..)?)),
        "zoned" => (number && text.contains('-')).then(|| value(&format!("{}+14:00", text.trim())))?,
        "plus" => number.then(|| value(&format!("+{}", text.trim())))?,
        "exponent" => number.then(|| value("1e3"))?,
        "long-number" => number.then(|| value("123456789012345678901234567890"))?,
        "negative" => number.then(|| value("-1"))?,
        "fraction" => number.then(|| value("1.234567891"))?,
        "zero" => value("0"),
        "empty" => value(""),
        "attribute" => Some(with(place.named, place.named, " wrong=\"1\"")),
        "no-attribute" => {
            let tag = &xml[place.named..place.inner.0 - 1];
            (tag.contains('=') && !tag.contains("xmlns")).then(|| with(place.named, place.inner.0 - 1, ""))
        }
        "unknown" => Some(with(place.to, place.to, "<Unknown/>")),
        "namespace" => {
            let attributes = &xml[place.named..place.inner.0];
            let new = format!("<o:{0} xmlns:o=\"urn:other\"{attributes}{text}</o:{0}>", place.name);
            Some(with(place.from, place.to, &new))
        }
        "stray-text" => (!place.leaf).then(|| with(place.inner.0, place.inner.0, "stray")),
        _ => None,
    }
}

/// Another character of the same class.
fn other(c: char) -> char {
    match c {
        '0'..='8' | 'a'..='y' | 'A'..='Y' | 'а'..='ю' | 'А'..='Ю' => {
            char::from_u32(u32::from(c) + 1).unwrap_or(c)
        }
        _ => c,
    }
}

/// A difference somebody decided on.
struct Accepted {
    kind: String,
    element: String,
    mutation: String,
    refuses: String,
    happened: usize,
}

impl Accepted {
    fn covers(&self, kind: &str, element: &str, mutation: &str, refuses: &str) -> bool {
        let suits = |pattern: &str, text: &str| {
            let one = |one: &str| one == text || one == "value" && VALUES.contains(&text);
            pattern == "*" || pattern.split(' ').any(one)
        };
        suits(&self.kind, kind)
            && suits(&self.element, element)
            && suits(&self.mutation, mutation)
            && self.refuses == refuses
    }
}

fn accepted() -> Vec<Accepted> {
    let rows = include_str!("../../../tests/wire/accepted-differences.tsv").lines().skip(1);
    let accepted = rows.map(|row| {
        let columns: Vec<&str> = row.split('\t').collect();
        let [kind, element, mutation, refuses, reason] = columns[..] else { panic!("{row}") };
        assert!(matches!(refuses, "schema" | "here") && reason.len() > 20, "{row}");
        let own = |text: &str| text.to_owned();
        let (kind, element, mutation) = (own(kind), own(element), own(mutation));
        Accepted { kind, element, mutation, refuses: own(refuses), happened: 0 }
    });
    accepted.collect()
}

/// Documents both sides accept: generated, our own fixtures, and those of others.
fn documents(root: &'static Root, corpus: &Path, count: usize) -> Vec<String> {
    let here = |text: &String| crate::read(text.as_bytes()).is_ok_and(|read| errors(&read).is_empty());
    let mut all: Vec<String> =
        (0..60).map(|seed| some_document(root, seed)).filter(here).take(count).collect();
    let folders = match root.kind {
        "container" => vec![(Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures"), "-5.23.xml")],
        "declaration" => vec![
            (Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures"), "-5.23.xml"),
            (corpus.join("eaeu/transit"), ".xml"),
        ],
        "wco_message" => vec![(corpus.join("wco/samples"), ".xml")],
        _ => Vec::new(),
    };
    for (folder, ending) in folders {
        let mut found = Vec::new();
        files(&folder, ending, &mut found);
        let texts = found.iter().filter_map(|path| std::fs::read_to_string(path).ok());
        let own = |text: &String| places(text)[0].name == root.element;
        all.extend(texts.filter(here).filter(own).take(12));
    }
    all
}

fn files(folder: &Path, ending: &str, found: &mut Vec<std::path::PathBuf>) {
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            files(&path, ending, found);
        } else if path.to_string_lossy().ends_with(ending) {
            found.push(path);
        }
    }
    found.sort();
}

/// What was tried on one document.
struct Mutant {
    element: String,
    mutation: &'static str,
    text: String,
}

#[test]
fn the_reader_and_the_schema_agree_on_spoilt_documents() {
    let Some(corpus) = corpus() else { return };
    let wanted = std::env::var("GREENLANE_MUTANTS").ok().and_then(|wanted| wanted.parse().ok());
    let wanted: usize = wanted.unwrap_or(12_000);
    let judged_roots: Vec<_> = roots().iter().filter(|root| root.edition.name != "album-5.27").collect();
    let each = wanted / judged_roots.len();
    let mut accepted = accepted();
    let (mut bases, mut mutants, mut agreeing, mut refused) = (0, 0, 0, 0);
    let mut by_kind: BTreeMap<&str, usize> = BTreeMap::new();
    let mut unexpected: BTreeMap<String, (usize, String)> = BTreeMap::new();
    for root in judged_roots {
        let folder = folder();
        let schema = schema(&corpus, root, folder.path()).unwrap();
        let valid = documents(root, &corpus, 6 + wanted / 8_000);
        let mut tried: Vec<Mutant> = valid
            .iter()
            .map(|text| Mutant { element: "-".to_owned(), mutation: "none", text: text.clone() })
            .collect();
        bases += valid.len();
        let shapes: Vec<_> = valid.iter().map(|text| places(text)).collect();
        let mut dice = Dice(0x5EED ^ root.kind.len() as u64);
        // What is decided on line by line is tried more.
        let each = if matches!(root.kind, "declaration" | "wco_message") { each * 5 } else { each };
        let mut throws = 0;
        while tried.len() < each + valid.len() && throws < each * 8 {
            throws += 1;
            let which = dice.below(valid.len());
            let (text, places) = (&valid[which], &shapes[which]);
            if places.len() < 2 {
                continue;
            }
            let mutation = KINDS[dice.below(KINDS.len())];
            let at = if mutation.ends_with("mode") { 0 } else { dice.below(places.len()) };
            // No schema looks at what is packed.
            if root.kind == "container" && is_packed(places, at) {
                continue;
            }
            if let Some(text) = spoilt(text, places, at, mutation) {
                tried.push(Mutant { element: places[at].name.clone(), mutation, text });
            }
        }
        for (at, mutant) in tried.iter().enumerate() {
            std::fs::write(folder.path().join(format!("{at}.xml")), &mutant.text).unwrap();
        }
        let verdicts = verdicts(&schema, folder.path(), tried.len());
        for (mutant, verdict) in tried.iter().zip(verdicts) {
            assert!(!verdict.starts_with("no verdict"), "{} {}: {verdict}", root.kind, mutant.mutation);
            let ours = match crate::read(mutant.text.as_bytes()) {
                Ok(document) => errors(&document).into_iter().next().unwrap_or_default(),
                Err(why) => why.to_string(),
            };
            mutants += 1;
            if verdict.is_empty() == ours.is_empty() {
                agreeing += 1;
                refused += usize::from(!ours.is_empty());
                continue;
            }
            let refuses = if verdict.is_empty() { "here" } else { "schema" };
            let covers =
                |row: &&mut Accepted| row.covers(root.kind, &mutant.element, mutant.mutation, refuses);
            if let Some(row) = accepted.iter_mut().find(covers) {
                row.happened += 1;
                *by_kind.entry(refuses).or_default() += 1;
                continue;
            }
            let what = format!("{}\t{}\t{}\t{refuses}", root.kind, mutant.element, mutant.mutation);
            let said = if ours.is_empty() { verdict } else { ours };
            unexpected.entry(what).or_insert((0, said)).0 += 1;
        }
    }
    println!(
        "{bases} documents, {mutants} mutants: {agreeing} agreed on ({refused} refused), \
         accepted differences by who refuses: {by_kind:?}"
    );
    let unexpected: Vec<_> =
        unexpected.into_iter().map(|(what, (count, said))| format!("{what}\t{count} × {said}")).collect();
    assert!(unexpected.is_empty(), "{} kinds:\n{}", unexpected.len(), unexpected.join("\n"));
    let idle = accepted.iter().filter(|row| row.happened == 0);
    let idle: Vec<_> = idle.map(|row| format!("{} {} {}", row.kind, row.element, row.mutation)).collect();
    assert_eq!(idle, [""; 0], "accepted differences that do not happen");
}
