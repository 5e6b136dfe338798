//! What every reader promises of any bytes, and how targets keep the fuzzer at one reader.

pub mod reference;
pub mod risk;
pub mod scores;
pub mod seals;

use declaration::Severity;
use jiff::civil::date;
use wire::limits::FINDINGS_MAX;
use wire::{Completion, Content, Document, Format, Target};

/// The kinds whose root element and namespace begin as wanted.
pub fn kinds(wanted: impl Fn(&str, &str) -> bool) -> Vec<(&'static str, &'static str)> {
    let all = wire::kinds().into_iter();
    all.map(|(_, element, uri, _)| (element, uri)).filter(|(element, uri)| wanted(element, uri)).collect()
}

/// Reads a document of one of `kinds`. Where the bytes do not begin with a root element, the first byte
/// picks the kind and the rest is its content: so no time is lost on guessing namespaces.
pub fn of_a_kind(bytes: &[u8], kinds: &[(&str, &str)]) {
    if bytes.first() == Some(&b'<') || bytes.first() == Some(&0xEF) {
        return promised(bytes);
    }
    let Some((pick, content)) = bytes.split_first() else { return };
    let Some((element, uri)) = kinds.get(usize::from(*pick) % kinds.len().max(1)) else { return };
    let mut text = format!("<{element} xmlns=\"{uri}\"").into_bytes();
    // The content may begin with attributes, such as namespaces, up to its first `>`.
    text.extend_from_slice(content);
    text.extend_from_slice(format!("</{element}>").as_bytes());
    promised(&text);
}

/// Reading never panics, findings are bounded, and a refusal says why in a few words.
pub fn promised(bytes: &[u8]) {
    match wire::read(bytes) {
        Ok(document) => assert!(document.findings.len() <= FINDINGS_MAX + 2),
        Err(refusal) => {
            assert!(refusal.code.starts_with("GL-00"));
            assert!(refusal.to_string().chars().count() < 600);
        }
    }
}

fn errors(document: &Document) -> Vec<String> {
    let errors = document.findings.iter().filter(|finding| finding.severity == Severity::Error);
    errors.map(|finding| format!("{} {}", finding.path, finding.text.en)).collect()
}

/// What was read without errors and can be written is read again without errors; written again it is the
/// same text. What a format allows and the declaration does not stays beside it with its error, so of a
/// document with errors only that it can be read again is promised.
pub fn comes_back(bytes: &[u8]) {
    let Ok(document) = wire::read(bytes) else { return };
    let clean = errors(&document).is_empty();
    let completion =
        Completion { document_id: "1".to_owned(), written_at: date(2026, 3, 2).at(10, 20, 30, 0) };
    match &document.content {
        Content::Paper(paper) => {
            let json = wire::write_paper_json(paper);
            let again = read_back(&json, "JSON", clean);
            assert_eq!(again.paper(), Some(paper), "{json}");
            let Ok(text) = wire::write_paper(paper) else { return };
            let again = read_back(&text, "XML", clean);
            let Some(read) = again.paper() else { return };
            assert_eq!(wire::write_paper(read).ok(), Some(text));
        }
        Content::Declaration(declaration) => {
            for target in [
                Target::Album523,
                Target::Album527,
                Target::Wco,
                Target::EecGoods,
                Target::EecTransit,
                Target::Json,
            ] {
                let Ok(text) = wire::write(declaration, target, &completion) else { continue };
                // In JSON what stands beside a declaration says nothing of the errors it came with.
                let clean = clean && (target == Target::Json || document.format != Format::Json);
                let again = read_back(&text, target_name(target), clean);
                let Some(read) = again.declaration() else { continue };
                let twice = wire::write(read, target, &completion);
                assert_eq!(twice.ok().as_deref(), Some(text.as_str()), "{target:?}");
            }
        }
    }
}

fn target_name(target: Target) -> &'static str {
    match target {
        Target::Album523 => "album 5.23",
        Target::Album527 => "album 5.27",
        Target::Wco => "WCO",
        Target::EecGoods => "EEC goods",
        Target::EecTransit => "EEC transit",
        Target::Json => "JSON",
    }
}

fn read_back(text: &str, form: &str, clean: bool) -> Document {
    match wire::read(text.as_bytes()) {
        Ok(document) => {
            if !clean {
                return document;
            }
            assert_eq!(errors(&document), [""; 0], "what was written in {form} has errors: {text}");
            document
        }
        Err(refusal) => panic!("what was written in {form} is refused: {refusal}\n{text}"),
    }
}
