//! Receipts: they hold, and nothing changed in them does.

use greenlane_log::{
    Checkpoint, CheckpointError, Entry, Hash, NoteError, RECEIPT_BYTES_MAX, Receipt, ReceiptError,
    ReceiptStep, Verified, Vkey, cosign,
};

use crate::{Log, ORIGIN, entry, key};

const CASE: &str = "0199a1b2-0000-7000-8000-0123456789ab";
const NUMBER: &str = "10702070/210626/0000042";
const OUT_OF_LOG: &str = "{\"case\":\"x\"}";

fn document() -> Hash {
    Hash::of("<Declaration>ёж</Declaration>".as_bytes())
}

fn bodies() -> Vec<String> {
    let body = |seq: u8, events: String, state: &str| {
        format!(
            "{{\"case\":\"{CASE}\",\"seq\":{seq},\"at\":\"2026-06-21T10:00:0{seq}Z\",\"input\":{{\"input\":\"ход\"}},\
             \"events\":[{events}],\"state\":\"{state}\"}}"
        )
    };
    vec![
        body(1, format!("{{\"event\":\"filed\",\"sha256\":\"{}\"}}", document()), "filed"),
        body(
            2,
            format!(
                "{{\"event\":\"checked\",\"number\":7}},{{\"event\":\"registered\",\"number\":\"{NUMBER}\"}}"
            ),
            "registered",
        ),
        body(3, "{\"event\":\"released\"}".to_owned(), "released"),
    ]
}

/// The log of a day with the steps of one case among those of others.
fn log_with(bodies: &[String]) -> (Log, Vec<(u64, Entry)>) {
    let mut log = Log::default();
    let mut steps = Vec::new();
    for index in 0..700 {
        let own = [3, 300, 650].iter().position(|at| *at == index).and_then(|at| bodies.get(at));
        let entry = own
            .map_or_else(|| entry(index), |body| Entry { body: body.clone().into_bytes(), ..entry(index) });
        log.append(&entry);
        if own.is_some() {
            steps.push((index, entry));
        }
    }
    (log, steps)
}

fn receipt_of(bodies: &[String], number: Option<&str>) -> Receipt {
    let (log, steps) = log_with(bodies);
    let steps = steps
        .into_iter()
        .map(|(index, entry)| ReceiptStep::prove(log.source(), index, entry, log.tree.size()).unwrap())
        .collect();
    let key = key(ORIGIN, 1);
    Receipt::new(CASE, number.map(str::to_owned), document(), steps, log.checkpoint().sign(&key), key.vkey())
        .unwrap()
}

fn receipt() -> Receipt {
    receipt_of(&bodies(), Some(NUMBER))
}

/// What happens to a file given to `greenlane verify`.
fn verdict(file: &[u8], key: Option<&Vkey>) -> Result<Verified, ReceiptError> {
    let text = std::str::from_utf8(file).map_err(|_| ReceiptError::Malformed { line: 0 })?;
    Receipt::parse(text)?.verify(key)
}

/// `text` with the digest in its last line made right again.
fn with_digest(text: &[u8]) -> Vec<u8> {
    let covered = text.len() - "sha256 ".len() - 64 - 1;
    let mut text = text[..covered].to_vec();
    let digest = Hash::of(&text);
    text.extend_from_slice(format!("sha256 {digest}\n").as_bytes());
    text
}

#[test]
fn receipt_holds_and_says_what_the_log_covers() {
    let text = receipt().to_text();
    assert_eq!(Receipt::parse(&text), Ok(receipt()));
    let vkey = key(ORIGIN, 1).vkey();
    let verified = verdict(text.as_bytes(), Some(&vkey)).unwrap();
    assert_eq!((verified.case_id.as_str(), verified.number.as_deref()), (CASE, Some(NUMBER)));
    assert_eq!((verified.document_sha256, verified.state()), (document(), Some("released")));
    assert_eq!((verified.checkpoint.size, verified.key_pinned), (700, true));
    let steps: Vec<_> = verified.steps.iter().map(|s| (s.index, s.seq, s.events.join("+"))).collect();
    let expected = [(3, 1, "filed"), (300, 2, "checked+registered"), (650, 3, "released")];
    assert_eq!(steps, expected.map(|(index, seq, events)| (index, seq, events.to_owned())));
    let unpinned = verdict(text.as_bytes(), None).unwrap();
    assert_eq!((unpinned.key_pinned, &unpinned.key), (false, &vkey));
}

#[test]
fn receipt_of_a_refused_case_has_no_number() {
    let bodies = &bodies()[..1];
    let receipt = receipt_of(bodies, None);
    assert!(receipt.to_text().contains("\nnumber -\n"));
    assert_eq!(verdict(receipt.to_text().as_bytes(), None).unwrap().number, None);
}

#[test]
fn every_flipped_bit_is_refused() {
    let text = receipt().to_text().into_bytes();
    for at in 0..text.len() {
        for bit in 0..8 {
            let mut flipped = text.clone();
            flipped[at] ^= 1 << bit;
            assert!(verdict(&flipped, None).is_err(), "byte {at} bit {bit}");
        }
    }
}

#[test]
fn every_flipped_bit_is_refused_even_with_the_digest_made_right() {
    let text = receipt().to_text().into_bytes();
    let trailer = text.len() - "sha256 ".len() - 64 - 1;
    for at in 0..trailer {
        for bit in [0, 3, 6] {
            let mut flipped = text.clone();
            flipped[at] ^= 1 << bit;
            assert!(verdict(&with_digest(&flipped), None).is_err(), "byte {at} bit {bit}");
        }
    }
}

#[test]
fn every_cut_and_every_doubled_line_is_refused() {
    let text = receipt().to_text();
    for end in 0..text.len() {
        assert!(verdict(&text.as_bytes()[..end], None).is_err(), "cut at {end}");
    }
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    for at in 0..lines.len() {
        let mut doubled = lines.clone();
        doubled.insert(at, lines[at]);
        assert!(verdict(&with_digest(doubled.concat().as_bytes()), None).is_err(), "doubled {at}");
        let mut without = lines.clone();
        without.remove(at);
        if at + 1 < lines.len() {
            assert!(verdict(&with_digest(without.concat().as_bytes()), None).is_err(), "without {at}");
        }
    }
    assert!(verdict(format!("{text}\n").as_bytes(), None).is_err());
    assert!(verdict(text.replace('\n', "\r\n").as_bytes(), None).is_err());
    let large = "x".repeat(RECEIPT_BYTES_MAX + 1);
    assert_eq!(Receipt::parse(&large), Err(ReceiptError::TooLarge));
}

/// Each way to lie, told apart; all have right digests, right proofs and right signatures.
#[test]
fn each_lie_has_its_own_refusal() {
    let right = receipt();
    let rebuilt = |case: &str, number: Option<&str>, document: Hash, steps: Vec<ReceiptStep>| {
        let number = number.map(str::to_owned);
        let lie =
            Receipt::new(case, number, document, steps, right.checkpoint(), right.key().clone()).unwrap();
        verdict(lie.to_text().as_bytes(), None).unwrap_err()
    };
    let steps = || right.steps().to_vec();
    assert_eq!(rebuilt("other", Some(NUMBER), document(), steps()), ReceiptError::OtherCase { step: 1 });
    assert_eq!(rebuilt(CASE, Some("1/2/3"), document(), steps()), ReceiptError::Number);
    assert_eq!(rebuilt(CASE, None, document(), steps()), ReceiptError::Number);
    assert_eq!(rebuilt(CASE, Some(NUMBER), Hash::of(b""), steps()), ReceiptError::Document);
    assert_eq!(rebuilt(CASE, Some(NUMBER), document(), vec![]), ReceiptError::Sequence { step: 1 });
    assert_eq!(
        rebuilt(CASE, Some(NUMBER), document(), steps()[1..].to_vec()),
        ReceiptError::Sequence { step: 1 }
    );
    let gap = vec![steps()[0].clone(), steps()[2].clone()];
    assert_eq!(rebuilt(CASE, Some(NUMBER), document(), gap), ReceiptError::Sequence { step: 2 });
    let twice = vec![steps()[0].clone(), steps()[1].clone(), steps()[1].clone()];
    assert_eq!(rebuilt(CASE, Some(NUMBER), document(), twice), ReceiptError::Sequence { step: 3 });
    let mut salted = steps();
    salted[1].entry.salt[0] ^= 1;
    assert_eq!(rebuilt(CASE, Some(NUMBER), document(), salted), ReceiptError::NotInLog { step: 2 });
    let mut moved = steps();
    moved[2].index -= 1;
    assert_eq!(rebuilt(CASE, Some(NUMBER), document(), moved), ReceiptError::NotInLog { step: 3 });

    // Bodies the log does hold, yet no steps of a case.
    let [first, second, third] = <[String; 3]>::try_from(bodies()).unwrap();
    for (bodies, error) in [
        (vec![first.clone(), OUT_OF_LOG.to_owned()], ReceiptError::Body { step: 2 }),
        (
            vec![first.clone(), second.replace("\"seq\":2", "\"seq\":2,\"seq\":2")],
            ReceiptError::Body { step: 2 },
        ),
        (
            vec![first.clone(), second.replace("\"number\":\"", "\"number\":\"1\",\"number\":\"")],
            ReceiptError::Body { step: 2 },
        ),
        (
            vec![first.clone(), second.clone(), third.replace("\"released\"}", "\"filed\"}")],
            ReceiptError::Document,
        ),
        (vec![first.clone(), third.replace("\"seq\":3", "\"seq\":2")], ReceiptError::Number),
    ] {
        assert_eq!(verdict(receipt_of(&bodies, Some(NUMBER)).to_text().as_bytes(), None), Err(error));
    }
}

#[test]
fn a_forger_with_a_key_of_his_own_is_told_from_the_log() {
    let right = receipt();
    let vkey = right.key().clone();
    let (log, _) = log_with(&bodies());
    let forger = key(ORIGIN, 9);
    let forged = |note: String, key: Vkey| {
        let number = Some(NUMBER.to_owned());
        Receipt::new(CASE, number, document(), right.steps().to_vec(), note, key).unwrap()
    };
    let own = forged(log.checkpoint().sign(&forger), forger.vkey());
    assert_eq!(own.verify(Some(&vkey)), Err(ReceiptError::OtherKey));
    assert!(!own.verify(None).unwrap().key_pinned);
    let under_our_name = forged(log.checkpoint().sign(&forger), vkey.clone());
    let not_signed = ReceiptError::Checkpoint(CheckpointError::Note(NoteError::NotSigned));
    assert_eq!(under_our_name.verify(Some(&vkey)), Err(not_signed));
    let other_root = Checkpoint { root: Hash::of(b"other"), ..log.checkpoint() };
    let split = forged(other_root.sign(&key(ORIGIN, 1)), vkey.clone());
    assert_eq!(split.verify(Some(&vkey)), Err(ReceiptError::NotInLog { step: 1 }));
    let witnessed = cosign(right.checkpoint(), &key("witness.example/w1", 2), 1_767_225_600).unwrap();
    let witnessed = forged(witnessed, vkey.clone());
    assert!(verdict(witnessed.to_text().as_bytes(), Some(&vkey)).is_ok(), "cosignatures ride along");
}

#[test]
fn parts_without_a_written_form_make_no_receipt() {
    let right = receipt();
    let with = |case: &str, number: &str, body: &[u8]| {
        let mut steps = right.steps().to_vec();
        steps[0].entry.body = body.to_vec();
        Receipt::new(
            case,
            Some(number.to_owned()),
            document(),
            steps,
            right.checkpoint(),
            right.key().clone(),
        )
    };
    assert!(with(CASE, NUMBER, b"{}").is_ok());
    for (case, number, body) in [
        ("", NUMBER, &b"{}"[..]),
        ("a b", NUMBER, b"{}"),
        (CASE, "-", b"{}"),
        (CASE, "a\nb", b"{}"),
        (CASE, NUMBER, b"{\n}"),
        (CASE, NUMBER, b"\xff"),
    ] {
        assert_eq!(with(case, number, body), Err(ReceiptError::Malformed { line: 0 }));
    }
}

#[test]
fn refusals_are_explained_in_both_languages() {
    let errors = [
        ReceiptError::TooLarge,
        ReceiptError::Malformed { line: 4 },
        ReceiptError::Changed,
        ReceiptError::OtherKey,
        ReceiptError::Checkpoint(CheckpointError::Malformed),
        ReceiptError::NotInLog { step: 2 },
        ReceiptError::Body { step: 2 },
        ReceiptError::OtherCase { step: 2 },
        ReceiptError::Sequence { step: 2 },
        ReceiptError::Number,
        ReceiptError::Document,
    ];
    let mut codes: Vec<_> = errors.iter().map(ReceiptError::code).collect();
    codes.dedup();
    assert_eq!(codes.len(), errors.len());
    for error in errors {
        for text in [error.text(), error.cure()] {
            assert!(text.ru.ends_with('.') && text.en.ends_with('.'), "{text:?}");
            assert!(text.en.is_ascii() && !text.ru.is_ascii(), "{text:?}");
        }
    }
}
