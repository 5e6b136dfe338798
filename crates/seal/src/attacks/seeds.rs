//! What the fuzzer begins with: honest seals of every form, with what they need to open.

use std::path::PathBuf;

use super::*;

/// Between the parts of an input, as the fuzz targets divide it.
const MARK: &[u8] = b"\n--8<--\n";
const XML: &[u8] = b"<?p?><n:a xmlns:n=\"urn:d\" Id=\"it\" xml:lang=\"ru\"><n:b xmlns=\"urn:e\" c=\"1\">7&amp;<d/></n:b></n:a>";

/// Writes the seeds where `GREENLANE_FUZZ_SEEDS` says, a folder for each target.
#[test]
fn every_fuzz_target_has_seals_to_begin_with() {
    let aside = tempfile::tempdir().unwrap();
    let folder = std::env::var_os("GREENLANE_FUZZ_SEEDS").map_or(aside.path().to_owned(), PathBuf::from);
    let mut written = std::collections::BTreeMap::new();
    let mut keep = |target: &'static str, name: String, parts: &[&[u8]]| {
        let folder = folder.join(target);
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(folder.join(name), parts.join(MARK)).unwrap();
        *written.entry(target).or_insert(0) += 1;
    };
    let document: &[u8] = b"document";
    for algorithm in Algorithm::SIGNING {
        let root = Authority::generate_with("Test Root", algorithm).unwrap();
        let middle = root.intermediate("Test Issuing").unwrap();
        let signer = middle.issue("Declarant 7", None, Some("7701234567"), algorithm, year()).unwrap();
        let clock = middle.issue_for_stamps("Clock", year()).unwrap();
        let responder = middle.issue_for_answers("Responder", year()).unwrap();
        let pem = root.certificate_pem().into_bytes();
        let good = middle.answer(&signer.certificate_der, None, year(), None).unwrap();
        let delegated = middle.answer(&signer.certificate_der, None, year(), Some(&responder)).unwrap();
        let list = middle.revocation_list(&[(&clock.certificate_der, now())], year()).unwrap();
        let key = SigningKey::from_pkcs8(&signer.key_pkcs8).unwrap();
        let request = Request::write(&key, "Declarant 8", Some("Firm"), Some("VATRU-7701234567")).unwrap();
        let plain = Sealer::new(&signer).unwrap();
        let stapled = Sealer::new(&signer).unwrap().stapling(good.clone());
        let stamper = |signature: &[u8]| stamp(signature, &clock, at("2026-05-01T00:00:00Z"));
        for (what, cms) in [
            ("plain", plain.cms(document, now(), None).unwrap()),
            ("stapled", stapled.cms(document, now(), None).unwrap()),
            ("stamped", plain.cms(document, now(), Some(&stamper)).unwrap()),
        ] {
            keep("seal_cms", format!("{algorithm}-{what}"), &[&pem, document, &cms]);
            keep("seal_cms", format!("{algorithm}-{what}-bare"), &[&cms]);
        }
        for (what, sealer) in [("plain", &plain), ("stapled", &stapled)] {
            let (inside, around) = (sealer.enveloped(XML).unwrap(), sealer.enveloping(XML).unwrap());
            for (form, signed) in [("enveloped", &inside), ("enveloping", &around)] {
                keep("seal_xml", format!("{algorithm}-{what}-{form}"), &[&pem, signed]);
                keep("seal_xml", format!("{algorithm}-{what}-{form}-bare"), &[signed]);
            }
        }
        let with = |answer: &[u8]| {
            plain.seal(document).map(|seal| DetachedSeal { answers: vec![answer.to_vec()], ..seal })
        };
        for (what, seal) in [
            ("plain", plain.seal(document).unwrap()),
            ("answered", with(&good).unwrap()),
            ("delegated", with(&delegated).unwrap()),
        ] {
            let text = seal.to_text();
            keep("seal_chain", format!("{algorithm}-{what}"), &[&pem, &list, text.as_bytes(), &request]);
        }
        for (what, bytes) in
            [("list", &list), ("request", &request), ("certificate", &signer.certificate_der)]
        {
            keep("seal_chain", format!("{algorithm}-{what}"), &[bytes]);
        }
    }
    let targets: Vec<_> = written.keys().copied().collect();
    assert_eq!(targets, ["seal_chain", "seal_cms", "seal_xml"]);
    assert!(written.values().all(|count| *count >= 30), "{written:?}");
}
