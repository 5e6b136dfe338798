//! Documents of every kind, spoilt byte by byte, in XML and in JSON: nothing panics, what is refused says
//! why, and what is read without errors comes back.

use std::time::{Duration, Instant};

use super::bytes::{Dice, mutate};
use super::conformance::errors;
use super::some_document;
use crate::limits::FINDINGS_MAX;
use crate::structure::roots;

/// Generous for a slow machine without optimisation.
const TIME_MAX: Duration = Duration::from_secs(20);

/// Reads the bytes; whether they were a document.
fn probe(bytes: &[u8]) -> bool {
    let began = Instant::now();
    let read = crate::read(bytes);
    assert!(began.elapsed() < TIME_MAX, "{:?} for {} bytes", began.elapsed(), bytes.len());
    let document = match read {
        Ok(document) => document,
        Err(refusal) => {
            let text = refusal.to_string();
            assert!(refusal.code.starts_with("GL-00") && text.chars().count() < 600, "{text}");
            return false;
        }
    };
    assert!(document.findings.len() <= FINDINGS_MAX + 2);
    let Some(paper) = document.paper() else { return true };
    let json = crate::write_paper_json(paper);
    let again = crate::read(json.as_bytes()).unwrap_or_else(|error| panic!("{error}\n{json}"));
    assert_eq!(again.paper(), Some(paper), "{json}");
    let Ok(text) = crate::write_paper(paper) else { return true };
    let again = crate::read(text.as_bytes()).unwrap_or_else(|error| panic!("{error}\n{text}"));
    assert_eq!(errors(&again), [""; 0], "{text}");
    true
}

/// Other characters for some digits: values change, tags do not.
fn other_digits(dice: &mut Dice, bytes: &mut [u8]) {
    let digits: Vec<usize> = (0..bytes.len()).filter(|at| bytes[*at].is_ascii_digit()).collect();
    for _ in 0..1 + dice.below(6) {
        let at = digits[dice.below(digits.len())];
        bytes[at] = b"0123456789-+.eZT:"[dice.below(17)];
    }
}

#[test]
fn spoilt_documents_of_every_kind_never_panic() {
    let rounds = std::env::var("GREENLANE_FUZZ_ROUNDS").ok().and_then(|rounds| rounds.parse().ok());
    let rounds: usize = rounds.unwrap_or(20);
    let mut dice = Dice(20_261_125);
    let (mut tried, mut read) = (0, 0);
    for root in roots() {
        for round in 0..rounds {
            let text = some_document(root, (round % 5) as u64);
            let document = crate::read(text.as_bytes()).unwrap();
            let json = match (document.paper(), document.declaration()) {
                (Some(paper), _) => crate::write_paper_json(paper),
                (None, declaration) => crate::json::write_declaration(declaration.unwrap()),
            };
            for seed in [text, json] {
                let mut bytes = seed.into_bytes();
                if round % 2 == 0 {
                    mutate(&mut dice, &mut bytes);
                } else {
                    other_digits(&mut dice, &mut bytes);
                }
                read += usize::from(probe(&bytes));
                tried += 1;
            }
        }
    }
    println!("{tried} tried, {read} read");
    assert!(read > tried / 20, "{read} of {tried}: the mutations are too coarse");
}
