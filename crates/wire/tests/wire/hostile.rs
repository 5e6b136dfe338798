//! Mutated and hostile documents: nothing panics, time and findings stay bounded. The seeds are
//! fixed, so that a failure can be run again.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use declaration::Severity;
use greenlane_wire::limits::{BYTES_MAX, FINDINGS_MAX};
use greenlane_wire::{Completion, Target, read, write};

/// Generous for a slow machine without optimisation; a quadratic reader would need minutes.
const TIME_MAX: Duration = Duration::from_secs(20);

/// A small generator of numbers.
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }
    fn below(&mut self, bound: usize) -> usize {
        (self.next() % bound.max(1) as u64) as usize
    }
}

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
                        let wrong = again.findings.iter().find(|finding| finding.severity == Severity::Error);
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

fn mutate(dice: &mut Dice, bytes: &mut Vec<u8>) {
    const SPLICES: [&[u8]; 14] = [
        b"<",
        b">",
        b"&",
        b"&amp;",
        b"&#x0;",
        b"]]>",
        b"<![CDATA[",
        b"<!--",
        b"<a>",
        b"</a>",
        b"\xD0",
        b"\"",
        b"99999999999999999999999999999999.999999999",
        b"\0",
    ];
    for _ in 0..1 + dice.below(4) {
        if bytes.is_empty() {
            return;
        }
        let at = dice.below(bytes.len());
        match dice.below(7) {
            0 => bytes[at] ^= 1 << dice.below(8),
            1 => bytes[at] = dice.next() as u8,
            2 => bytes.truncate(at),
            3 => {
                let splice = SPLICES[dice.below(SPLICES.len())];
                bytes.splice(at..at, splice.iter().copied());
            }
            4 => {
                let end = (at + dice.below(200)).min(bytes.len());
                bytes.drain(at..end);
            }
            5 => {
                // A piece of the document again somewhere else.
                let end = (at + dice.below(2_000)).min(bytes.len());
                let piece = bytes[at..end].to_vec();
                let to = dice.below(bytes.len());
                bytes.splice(to..to, piece);
            }
            _ => {
                // One whole tag again, from `<` to `>`.
                let Some(from) = bytes[at..].iter().position(|b| *b == b'<').map(|n| at + n) else {
                    continue;
                };
                let Some(to) = bytes[from..].iter().position(|b| *b == b'>').map(|n| from + n + 1) else {
                    continue;
                };
                let tag = bytes[from..to].repeat(1 + dice.below(3));
                bytes.splice(from..from, tag);
            }
        }
    }
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
