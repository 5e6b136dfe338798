//! Mutated and hostile documents: nothing panics, time and findings stay bounded. The seeds are
//! fixed, so that a failure can be run again.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use crate::bytes::{Dice, mutate};
use declaration::Severity;
use greenlane_wire::limits::{BYTES_MAX, FINDINGS_MAX};
use greenlane_wire::{Completion, Target, read, write};

/// Generous for a slow machine without optimisation; a quadratic reader would need minutes.
const TIME_MAX: Duration = Duration::from_secs(20);

/// How many mutations are tried; `GREENLANE_FUZZ_ROUNDS` asks for more.
fn rounds(usual: usize) -> usize {
    std::env::var("GREENLANE_FUZZ_ROUNDS").ok().and_then(|rounds| rounds.parse().ok()).unwrap_or(usual)
}

fn completion() -> Completion {
    Completion { document_id: "1".into(), written_at: "2026-03-02T10:20:30".parse().unwrap() }
}

/// Reads, and if that went well writes in every form: what was promised of any bytes.
fn probe(bytes: &[u8]) {
    let began = Instant::now();
    match read(bytes) {
        Ok(document) => {
            assert!(document.findings.len() <= FINDINGS_MAX + 2);
            let is_error = |finding: &&declaration::Finding| finding.severity == Severity::Error;
            // What a format allows and the declaration does not stays what it is, with its error.
            let clean = !document.findings.iter().any(|finding| is_error(&finding));
            if let Some(paper) = document.paper()
                && let Ok(text) = greenlane_wire::write_paper(paper)
            {
                read(text.as_bytes()).unwrap_or_else(|error| panic!("{error}\n{text}"));
            }
            for target in [Target::Album523, Target::Album527, Target::Json] {
                let Some(declaration) = document.declaration() else { continue };
                match write(declaration, target, &completion()) {
                    Ok(text) => {
                        let again = read(text.as_bytes()).unwrap_or_else(|error| panic!("{error}\n{text}"));
                        let wrong = again.findings.iter().find(is_error).filter(|_| clean);
                        assert_eq!(wrong, None, "{target:?}");
                    }
                    Err(findings) => assert!((1..=FINDINGS_MAX + 2).contains(&findings.len())),
                }
            }
        }
        Err(refusal) => {
            let text = refusal.to_string();
            assert!(refusal.code.starts_with("GL-00") && text.chars().count() < 600, "{text}");
        }
    }
    assert!(began.elapsed() < TIME_MAX, "{:?} for {} bytes", began.elapsed(), bytes.len());
}

fn seeds(folder: PathBuf) -> Vec<Vec<u8>> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    let mut paths: Vec<_> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
    paths.retain(|path| path.extension().is_some_and(|kind| kind == "xml" || kind == "json"));
    paths.sort();
    paths.iter().map(|path| std::fs::read(path).unwrap()).collect()
}

#[test]
fn mutated_fixtures_never_panic() {
    let here = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let seeds = seeds(here.join("fixtures"));
    assert!(seeds.len() >= 7);
    let mut dice = Dice(20_260_302);
    for round in 0..rounds(400) {
        let mut bytes = seeds[round % seeds.len()].clone();
        mutate(&mut dice, &mut bytes);
        probe(&bytes);
    }
}

#[test]
fn mutated_real_baskets_never_panic() {
    let corpus = std::env::var("GREENLANE_CORPUS").map_or_else(
        |_| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data"),
        PathBuf::from,
    );
    let mut seeds = [seeds(corpus.join("eaeu/declarations")), seeds(corpus.join("eaeu/transit"))].concat();
    seeds.retain(|bytes| bytes.len() < 40_000);
    if seeds.is_empty() {
        println!("skipped: no corpus under GREENLANE_CORPUS");
        return;
    }
    let mut dice = Dice(7);
    for round in 0..rounds(120) {
        let mut bytes = seeds[round % seeds.len()].clone();
        mutate(&mut dice, &mut bytes);
        probe(&bytes);
    }
}

#[test]
fn every_truncation_is_answered() {
    let text = std::fs::read(format!("{}/fixtures/import-5.23.xml", env!("CARGO_MANIFEST_DIR"))).unwrap();
    let end = text.len() - 1;
    for at in (0..end).step_by(7) {
        assert!(read(&text[..at]).is_err(), "{at}");
    }
    let json = std::fs::read(format!("{}/fixtures/export.json", env!("CARGO_MANIFEST_DIR"))).unwrap();
    for at in (0..json.len() - 2).step_by(3) {
        assert!(read(&json[..at]).is_err(), "{at}");
    }
}

#[test]
fn documents_made_to_exhaust_are_answered_in_time() {
    const OPEN: &str = "<ESADout_CU xmlns='urn:customs.ru:Information:CustomsDocuments:ESADout_CU:5.23.0' \
                        xmlns:f='urn:customs.ru:CUESADCommonAggregateTypesCust:5.22.0'>";
    let fill = |piece: &str, bytes: usize| piece.repeat(bytes / piece.len());
    let large = BYTES_MAX / 8;
    let hostile = [
        fill("<a>", large),
        format!("{OPEN}{}", fill("<a>", large)),
        format!("{OPEN}{}</ESADout_CU>", fill("<a/>\n", large)),
        format!("{OPEN}{}</ESADout_CU>", fill("<CustomsModeCode>x</CustomsModeCode>\n", large)),
        format!("{OPEN}{}</ESADout_CU>", fill("text <!-- c --> &amp; ", large)),
        format!("{OPEN}{}</ESADout_CU>", fill("<SealId>1</SealId>", large)),
        format!("{OPEN}<CustomsModeCode>{}</CustomsModeCode></ESADout_CU>", fill("&lt;", large)),
        format!("{OPEN}<CustomsModeCode>{}</CustomsModeCode></ESADout_CU>", fill("<!-- -->1", large)),
        format!("{OPEN}<a {}/></ESADout_CU>", fill("b='c' ", large)),
        format!("{OPEN}<{}/></ESADout_CU>", fill("abc", large)),
        format!("{OPEN}<!--{}", fill("-", large)),
        format!("{OPEN}<![CDATA[{}", fill("]", large)),
        format!("<?xml {}", fill("?", large)),
        format!("<!DOCTYPE {}", fill("<!ENTITY a 'b'>", large)),
        format!("{OPEN}&{};</ESADout_CU>", fill("a", large)),
        format!(
            "{OPEN}<ESADout_CUGoodsShipment><ESADout_CUGoods>{}</ESADout_CUGoods></ESADout_CUGoodsShipment></ESADout_CU>",
            fill("<ESADout_CUPresentedDocument/>", large)
        ),
        fill("[", large),
        fill("{\"a\":", large),
        format!("{{\"greenlane\":\"declaration/1\",\"seals\":[{}\"1\"]}}", fill("\"1\",", large)),
        format!(
            "{{\"greenlane\":\"declaration/1\",\"items\":[{{\"documents\":[{}{{}}]}}]}}",
            fill("{},", large)
        ),
        format!("{{\"greenlane\":\"declaration/1\",\"items\":[{{\"number\":[{}1]}}]}}", fill("1,", large)),
        format!("{{\"greenlane\":{}1", fill("[", large)),
    ];
    for text in &hostile {
        let began = Instant::now();
        let start: String = text.chars().skip(OPEN.len().min(text.len())).take(40).collect();
        match read(text.as_bytes()) {
            Ok(document) => assert!(document.findings.len() <= FINDINGS_MAX + 2, "{start}"),
            Err(refusal) => assert!(refusal.to_string().chars().count() < 600, "{start}"),
        }
        assert!(began.elapsed() < TIME_MAX, "{start}: {:?}", began.elapsed());
    }
}
