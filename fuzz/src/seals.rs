//! What verification promises of any bytes: it never panics, what opens was covered, and only those are named
//! whom an authority vouches for.

use std::sync::LazyLock;

use jiff::Timestamp;
use seal::{Anchors, Authority, DetachedSeal, Request, SealError, Sealed, Trust, Verifier};

/// The name of the authority whose key nobody has, and of the one that made the seeds.
pub const STRANGER: &str = "Nobody";

/// Before each part of an input: the rest of the line is its kind.
const MARK: &[u8] = b"\n--8<--\n";

/// The seeds were made with these moments in mind.
fn moments() -> [Timestamp; 3] {
    ["2026-01-15T00:00:00Z", "2026-06-21T10:00:00Z", "2030-01-01T00:00:00Z"]
        .map(|text| text.parse().unwrap_or(Timestamp::UNIX_EPOCH))
}

/// Trusts one authority whose key was thrown away: nothing may open.
static CLOSED: LazyLock<Verifier> = LazyLock::new(|| {
    let stranger = Authority::generate(STRANGER).unwrap_or_else(|why| panic!("{why}"));
    Verifier::new(Anchors::from_pem(&stranger.certificate_pem()).unwrap_or_else(|why| panic!("{why}")))
});

/// The parts of an input.
pub fn parts(bytes: &[u8]) -> Vec<&[u8]> {
    let mut parts = Vec::new();
    let mut rest = bytes;
    while let Some(at) = rest.windows(MARK.len()).position(|window| window == MARK) {
        parts.push(&rest[..at]);
        rest = &rest[at + MARK.len()..];
    }
    parts.push(rest);
    parts
}

/// A verifier that trusts the authorities in `pem`, if there are some.
fn trusting(pem: &[u8]) -> Option<Verifier> {
    let text = std::str::from_utf8(pem).ok()?;
    Anchors::from_pem(text).ok().map(Verifier::new)
}

fn check(verifier: &Verifier, document: &[u8], beside: Option<&[u8]>) {
    let sealed = match Sealed::recognise(document, beside) {
        Ok(Some(sealed)) => sealed,
        Ok(None) => return,
        Err(why) => return told(&why),
    };
    for moment in moments() {
        if let Ok(opened) = CLOSED.open(&sealed, moment) {
            panic!("{} opens for nobody", opened.signer.common_name);
        }
        match verifier.open(&sealed, moment) {
            Err(why) => told(&why),
            Ok(opened) => {
                assert!(opened.verdict.chain.len() >= 2);
                assert!(opened.signer.valid_from <= opened.verdict.as_of);
                assert!(opened.verdict.as_of <= opened.signer.valid_to);
                if let Some(covered) = opened.covered {
                    // The octets say the same when they are read once more.
                    let text = std::str::from_utf8(&covered).unwrap_or_else(|why| panic!("{why}"));
                    assert!(roxmltree::Document::parse(text).is_ok(), "{text}");
                    let _ = wire::read(&covered);
                    let again = seal::content(document).unwrap_or_else(|why| panic!("{why}"));
                    assert_eq!(again.as_ref(), covered);
                }
                // Asked again, of a chain that is remembered now.
                let again = verifier.open(&sealed, moment).map(|opened| opened.signer);
                assert_eq!(again, Ok(opened.signer));
            }
        }
    }
}

fn told(why: &SealError) {
    assert!(why.code().starts_with("GL-30"));
    assert!(!why.text().en.is_empty() && why.text().en.chars().count() < 1_000, "{why}");
}

/// CMS beside a document: authorities, the document, what stands beside it.
pub fn cms(bytes: &[u8]) {
    let parts = parts(bytes);
    let (pem, document, beside) = match parts.as_slice() {
        [pem, document, beside, ..] => (*pem, *document, *beside),
        _ => (&[][..], &b"document"[..], bytes),
    };
    match trusting(pem) {
        Some(verifier) => check(&verifier, document, Some(beside)),
        None => check(&CLOSED, document, Some(beside)),
    }
}

/// A document with a signature in or around it: authorities, and the document.
pub fn xml(bytes: &[u8]) {
    let parts = parts(bytes);
    let (pem, document) = match parts.as_slice() {
        [pem, document, ..] => (*pem, *document),
        _ => (&[][..], bytes),
    };
    let _ = seal::content(document);
    match trusting(pem) {
        Some(verifier) => check(&verifier, document, None),
        None => check(&CLOSED, document, None),
    }
}

/// Paths of certificates: authorities, lists, a detached seal with its certificates and answers, a request. Verified
/// against what the input trusts and against a fixed authority.
pub fn chain(bytes: &[u8]) {
    let parts = parts(bytes);
    let [pem, lists, seal, request, ..] = parts.as_slice() else {
        let _ = (Trust::default().issuer_of_list(bytes), Request::read(bytes), DetachedSeal::parse(bytes));
        let mut anchors = Anchors::empty();
        let _ = anchors.add_der(bytes);
        return;
    };
    let _ = (Trust::default().issuer_of_list(lists), Request::read(request));
    let anchors =
        std::str::from_utf8(pem).ok().and_then(|text| Anchors::from_pem(text).ok()).unwrap_or_default();
    let mut trust = Trust::from(anchors);
    if trust.add_lists(lists).is_ok() {
        assert!(!trust.list_facts().is_empty());
        let mut again = Trust::default();
        again.add_lists(trust.lists_pem().as_bytes()).unwrap_or_else(|why| panic!("{why}"));
        assert_eq!(again.list_facts(), trust.list_facts());
    }
    check(&Verifier::new(trust), b"document", Some(seal));
}
