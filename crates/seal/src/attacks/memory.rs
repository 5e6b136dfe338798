//! What a verifier is asked in what order changes no verdict, and nothing costs more than its bytes are worth.

use std::time::{Duration, Instant};

use super::*;
use crate::xml::DSIG;

/// Every pair of moments, one asked after the other: the second verdict is that of a verifier who was asked nothing
/// before.
#[test]
fn no_verdict_depends_on_what_was_asked_before() {
    let root = Authority::generate("Test Root").unwrap();
    let signer = issued(&root, |_| ());
    let sha256 = crate::certificate::fingerprint(&signer.certificate_der);
    let day = |day: i64| at("2026-06-01T00:00:00Z") + jiff::SignedDuration::from_hours(day * 24);
    let list = |revoked: &[(&[u8], Timestamp)], from, to| {
        root.revocation_list(revoked, (day(from), day(to))).unwrap()
    };
    let delegate = issued(&root, |p| {
        p.purposes = vec![purpose::OCSP];
        p.validity = (day(2).as_second(), day(6).as_second());
    });
    let answer = |about: &Credential, revoked, from, to, by| {
        root.answer(&about.certificate_der, revoked, (day(from), day(to)), by).unwrap()
    };
    let own: &[u8] = &signer.certificate_der;
    let other = issued(&root, |_| ());
    let pem = root.certificate_pem();
    type Row<'a> = (&'a str, String, Vec<Vec<u8>>, String, Vec<Vec<u8>>);
    let table: Vec<Row<'_>> = vec![
        ("nothing", pem.clone(), vec![], String::new(), vec![]),
        ("a list", pem.clone(), vec![list(&[], 2, 4)], String::new(), vec![]),
        (
            "lists with a day between",
            pem.clone(),
            vec![list(&[], 2, 4), list(&[], 6, 8)],
            String::new(),
            vec![],
        ),
        ("lists that overlap", pem.clone(), vec![list(&[], 4, 8), list(&[], 2, 6)], String::new(), vec![]),
        ("a list that revokes", pem.clone(), vec![list(&[(own, day(5))], 6, 8)], String::new(), vec![]),
        ("an answer", pem.clone(), vec![], String::new(), vec![answer(&signer, None, 2, 4, None)]),
        (
            "an answer and a list",
            pem.clone(),
            vec![list(&[], 4, 8)],
            String::new(),
            vec![answer(&signer, None, 2, 6, None)],
        ),
        (
            "an answer that revokes",
            pem.clone(),
            vec![list(&[], 0, 9)],
            String::new(),
            vec![answer(&signer, Some(day(5)), 2, 8, None)],
        ),
        (
            "an answer by another",
            pem.clone(),
            vec![],
            String::new(),
            vec![answer(&signer, None, 0, 9, Some(&delegate))],
        ),
        (
            "about another",
            pem.clone(),
            vec![],
            String::new(),
            vec![answer(&other, None, 0, 9, Some(&delegate))],
        ),
        (
            "revoked by another",
            pem.clone(),
            vec![],
            String::new(),
            vec![answer(&signer, Some(day(8)), 0, 9, Some(&delegate))],
        ),
        ("registered", pem.clone(), vec![], format!("{sha256},1,2026-06-03,2026-06-06\n"), vec![]),
        (
            // For two at once no register can say; see `trust::tests`.
            "registered for one after the other",
            pem.clone(),
            vec![],
            format!("{sha256},1,2026-06-04,2026-06-05\n{sha256},2,2026-06-06,2026-06-08\n"),
            vec![],
        ),
        (
            "trusted on two spans that overlap",
            format!(
                "Trusted-From: 2026-06-04\nTrusted-To: 2026-06-05\n{pem}\nTrusted-From: 2026-06-02\nTrusted-To: 2026-06-08\n{pem}"
            ),
            vec![],
            String::new(),
            vec![],
        ),
    ];
    for (what, pem, lists, register, answers) in table {
        let fresh = || {
            let mut trust = Trust::from(Anchors::from_pem(&pem).unwrap());
            for list in &lists {
                trust.add_lists(list).unwrap();
            }
            trust.add_register(&format!("{REGISTER_COLUMNS}\n{register}")).unwrap();
            Verifier::new(trust)
        };
        let sealer = Sealer::new(&signer).unwrap();
        let sealer = answers.into_iter().fold(sealer, Sealer::stapling);
        let seal = sealer.seal(DOCUMENT).unwrap();
        let sealed = Sealed::Detached { document: DOCUMENT, seal };
        let ask = |verifier: &Verifier, at: Timestamp| {
            verifier.open(&sealed, at).map(|opened| (opened.signer, opened.verdict.revocation))
        };
        let moments: Vec<Timestamp> = (0..10).map(day).collect();
        for first in &moments {
            for second in &moments {
                let verifier = fresh();
                let _ = ask(&verifier, *first);
                assert_eq!(ask(&verifier, *second), ask(&fresh(), *second), "{what}: {second} after {first}");
            }
        }
    }
}

/// Documents that are cheap to send and were made to be dear to read. None has a signature that holds; what it costs
/// to find out is bounded. The bound is generous: what is refused here took minutes without the limits.
#[test]
fn nothing_small_is_dear() {
    let signature = |canonical: &str, inside: &str| {
        format!(
            "<s:Signature xmlns:s=\"{DSIG}\"><s:SignedInfo><s:CanonicalizationMethod Algorithm=\"{canonical}\"/>\
             <s:SignatureMethod Algorithm=\"http://www.w3.org/2001/04/xmldsig-more#rsa-sha256\"/><s:Reference \
             URI=\"\"><s:Transforms><s:Transform \
             Algorithm=\"http://www.w3.org/2000/09/xmldsig#enveloped-signature\"/><s:Transform \
             Algorithm=\"{canonical}\"/></s:Transforms><s:DigestMethod \
             Algorithm=\"http://www.w3.org/2001/04/xmlenc#sha256\"/><s:DigestValue>AAAA</s:DigestValue></s:Reference>\
             </s:SignedInfo><s:SignatureValue>AAAA</s:SignatureValue><s:KeyInfo><s:X509Data><s:X509Certificate>AAAA\
             </s:X509Certificate></s:X509Data></s:KeyInfo>{inside}</s:Signature>"
        )
    };
    let verifier = Verifier::new(Anchors::empty());
    for (canonical, _) in crate::xml::METHODS {
        let names = |level: usize, count: usize| -> String {
            (0..count)
                .map(|nth| format!(" xmlns:p{level}-{nth}=\"u{level}-{nth}\" p{level}-{nth}:a=\"\""))
                .collect()
        };
        let nested = |levels: usize, count: usize, inside: &str| {
            let open: String = (0..levels).map(|level| format!("<a{}>", names(level, count))).collect();
            format!("<r>{}{open}{inside}{}</r>", signature(canonical, ""), "</a>".repeat(levels))
        };
        let filling = "<b/>".repeat(100_000);
        for (what, document) in [
            ("namespaces in scope of many elements", nested(90, 32, &filling)),
            ("as many as there may be", nested(2, 31, &filling)),
            (
                "namespaces declared anew",
                format!("<r>{}{}</r>", signature(canonical, ""), format!("<b{}/>", names(0, 30)).repeat(300)),
            ),
            ("many elements", nested(1, 1, &"<b/>".repeat(500_000))),
            ("text in pieces", nested(1, 1, &"a<!---->".repeat(200_000))),
            ("references", nested(1, 1, &"&#13;".repeat(500_000))),
        ] {
            let begun = Instant::now();
            let sealed = Sealed::recognise(document.as_bytes(), None).unwrap().unwrap();
            let why = verifier.open(&sealed, now()).unwrap_err();
            let took = begun.elapsed();
            println!("{what}: {} kB, {}, {took:?}", document.len() / 1024, why.code());
            assert!(took < Duration::from_secs(20), "{what}: {took:?}");
        }
    }
}
