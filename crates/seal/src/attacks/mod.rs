//! Attacks on seals, each refused with its own code; and what must hold beside them.

use jiff::Timestamp;
use proptest::prelude::*;

use crate::issue::{authority_template, signer_template};
use crate::template::{COMMON_NAME, Template, name, purpose, usage};
use crate::*;

mod canonical;
mod cms;
mod forgeries;
mod memory;
mod seeds;
mod trust;
mod wrapping;

/// An arc of nobody in particular.
const OWN_ARC: const_oid::ObjectIdentifier = const_oid::ObjectIdentifier::new_unwrap("1.3.6.1.4.1.99999.1");
const DOCUMENT: &[u8] = b"<Declaration>1</Declaration>";

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn now() -> Timestamp {
    at("2026-06-21T10:00:00Z")
}

fn year() -> (Timestamp, Timestamp) {
    (at("2026-01-01T00:00:00Z"), at("2026-12-31T23:59:59Z"))
}

/// A trusted root, an intermediate authority below it, and signers of the firm Polar Freight.
struct Scene {
    root: Authority,
    middle: Authority,
    verifier: Verifier,
}

impl Scene {
    fn new() -> Self {
        let root = Authority::generate("Test Root").unwrap();
        let middle = root.intermediate("Test Issuing").unwrap();
        let verifier = trusting(&root);
        Self { root, middle, verifier }
    }

    fn credential(&self, algorithm: Algorithm) -> Credential {
        let firm = Some("ООО «Полярный груз»");
        self.middle.issue("Declarant 7", firm, Some("VATRU-7701234567"), algorithm, year()).unwrap()
    }
}

fn trusting(root: &Authority) -> Verifier {
    Verifier::new(Anchors::from_pem(&root.certificate_pem()).unwrap())
}

/// An end-entity certificate to be spoilt.
fn plain() -> Template {
    signer_template(name(&[(COMMON_NAME, "Declarant 8")]), year())
}

fn issued(authority: &Authority, change: impl FnOnce(&mut Template)) -> Credential {
    let mut template = plain();
    change(&mut template);
    authority.issue_as(&template, Algorithm::EcdsaP256Sha256).unwrap()
}

#[test]
fn honest_seal_names_the_signer() {
    let scene = Scene::new();
    for algorithm in Algorithm::SIGNING {
        let credential = scene.credential(algorithm);
        let seal = seal(DOCUMENT, &credential).unwrap();
        let seal = DetachedSeal::from_header(seal.to_header().as_bytes()).unwrap();
        assert_eq!((seal.algorithm, seal.certificates.len()), (algorithm, 2));
        let opened =
            scene.verifier.open(&Sealed::Detached { document: DOCUMENT, seal: seal.clone() }, now()).unwrap();
        assert_eq!(opened.covered, None, "the very bytes that were given");
        let signer = opened.signer;
        assert_eq!(signer.common_name, "Declarant 7");
        assert_eq!(signer.organisation.as_deref(), Some("ООО «Полярный груз»"));
        assert_eq!(signer.tax_number.as_deref(), Some("7701234567"));
        assert_eq!((signer.valid_from, signer.valid_to), year());
        assert_eq!(signer.certificate_sha256.len(), 64);
        assert_eq!(scene.verifier.verify(DOCUMENT, &seal, now()), Ok(signer), "remembered, the same");
    }
}

/// One row: what the attacker does, when the centre looks, which refusal it gets.
#[test]
fn each_attack_has_its_own_refusal() {
    let scene = Scene::new();
    let (root, middle) = (&scene.root, &scene.middle);
    let stranger = Authority::generate("Test Root").unwrap();
    let credential = scene.credential(Algorithm::EcdsaP256Sha256);
    let other = scene.credential(Algorithm::EcdsaP256Sha256);
    let edwards = scene.credential(Algorithm::Ed25519);
    let honest = || seal(DOCUMENT, &credential).unwrap();
    let changed = |change: &dyn Fn(&mut DetachedSeal)| {
        let mut seal = honest();
        change(&mut seal);
        seal
    };
    let of = |credential: &Credential| seal(DOCUMENT, credential).unwrap();
    let with_key_of = |certificate: &Credential, key: &Credential| {
        of(&Credential { key_pkcs8: key.key_pkcs8.clone(), ..certificate.clone() })
    };

    let mut no_sign = authority_template("Test No Sign");
    no_sign.usage = usage::CRL_SIGN;
    let no_sign = middle.intermediate_as(&no_sign).unwrap();
    let mut one_level = authority_template("Test One Level");
    one_level.authority = Some(Some(0));
    let too_deep = middle.intermediate_as(&one_level).unwrap().intermediate("Test Too Deep").unwrap();
    let mut expired = authority_template("Test Expired");
    expired.validity.1 = at("2026-03-31T23:59:59Z").as_second();
    let expired = middle.intermediate_as(&expired).unwrap();
    let leaf_as_issuer = {
        let mut params = authority_template("Declarant as authority");
        params.authority = None;
        middle.intermediate_as(&params).unwrap()
    };
    let self_signed = {
        let mut params = plain();
        params.validity = (0, 4_102_444_799);
        Authority::generate_as(&params, Algorithm::EcdsaP256Sha256).unwrap()
    };
    let root_credential = |authority: &Authority| Credential {
        certificate_der: authority.certificate_der().to_vec(),
        chain: vec![],
        key_pkcs8: Credential::from_pem(&authority.to_pem()).unwrap().key_pkcs8,
    };

    let table: Vec<(&str, &[u8], DetachedSeal, Timestamp, &str)> = vec![
        ("byte of the document", b"<Declaration>2</Declaration>", honest(), now(), "GL-3013"),
        ("document cut", &DOCUMENT[..DOCUMENT.len() - 1], honest(), now(), "GL-3013"),
        ("document empty", b"", honest(), now(), "GL-3013"),
        ("byte of the signature", DOCUMENT, changed(&|s| s.signature[20] ^= 1), now(), "GL-3013"),
        ("signature cut", DOCUMENT, changed(&|s| s.signature.truncate(40)), now(), "GL-3013"),
        ("signature empty", DOCUMENT, changed(&|s| s.signature.clear()), now(), "GL-3013"),
        ("other key", DOCUMENT, with_key_of(&credential, &other), now(), "GL-3013"),
        (
            "other's certificates",
            DOCUMENT,
            changed(&|s| s.certificates = of(&other).certificates),
            now(),
            "GL-3013",
        ),
        ("algorithm renamed", DOCUMENT, changed(&|s| s.algorithm = Algorithm::Ed25519), now(), "GL-3005"),
        ("key of the other algorithm", DOCUMENT, with_key_of(&credential, &edwards), now(), "GL-3005"),
        (
            "signature in the certificate",
            DOCUMENT,
            changed(&|s| *s.certificates[0].last_mut().unwrap() ^= 1),
            now(),
            "GL-3012",
        ),
        ("certificate cut", DOCUMENT, changed(&|s| s.certificates[0].truncate(100)), now(), "GL-3003"),
        ("certificate with a tail", DOCUMENT, changed(&|s| s.certificates[0].push(0)), now(), "GL-3003"),
        ("intermediate cut", DOCUMENT, changed(&|s| s.certificates[1].truncate(100)), now(), "GL-3003"),
        ("no intermediate", DOCUMENT, changed(&|s| s.certificates.truncate(1)), now(), "GL-3007"),
        ("no certificate", DOCUMENT, changed(&|s| s.certificates.clear()), now(), "GL-3002"),
        ("many certificates", DOCUMENT, changed(&|s| s.certificates.resize(6, vec![0])), now(), "GL-3006"),
        ("huge certificate", DOCUMENT, changed(&|s| s.certificates[0].resize(9000, 0)), now(), "GL-3001"),
        ("huge signature", DOCUMENT, changed(&|s| s.signature.resize(2000, 0)), now(), "GL-3001"),
        ("authority of the same name", DOCUMENT, of(&issued(&stranger, |_| ())), now(), "GL-3012"),
        (
            "unknown authority",
            DOCUMENT,
            of(&issued(&Authority::generate("Else").unwrap(), |_| ())),
            now(),
            "GL-3007",
        ),
        ("self-signed", DOCUMENT, of(&root_credential(&self_signed)), now(), "GL-3007"),
        ("a second before", DOCUMENT, honest(), at("2025-12-31T23:59:59.999Z"), "GL-3009"),
        ("a second after", DOCUMENT, honest(), at("2027-01-01T00:00:00Z"), "GL-3008"),
        ("before 1970", DOCUMENT, honest(), Timestamp::MIN, "GL-3009"),
        ("end of time", DOCUMENT, honest(), Timestamp::MAX, "GL-3008"),
        ("issuer expired", DOCUMENT, of(&issued(&expired, |_| ())), now(), "GL-3008"),
        ("trusted authority signs", DOCUMENT, of(&root_credential(root)), now(), "GL-3010"),
        ("intermediate authority signs", DOCUMENT, of(&root_credential(middle)), now(), "GL-3010"),
        (
            "authority's flag on a signer",
            DOCUMENT,
            of(&issued(middle, |p| p.authority = Some(None))),
            now(),
            "GL-3010",
        ),
        (
            "key for key agreement",
            DOCUMENT,
            of(&issued(middle, |p| p.usage = usage::KEY_AGREEMENT)),
            now(),
            "GL-3011",
        ),
        (
            "certificate of a server",
            DOCUMENT,
            of(&issued(middle, |p| p.purposes = vec![purpose::SERVER])),
            now(),
            "GL-3011",
        ),
        ("issuer that may not", DOCUMENT, of(&issued(&no_sign, |_| ())), now(), "GL-3012"),
        ("issuer too deep", DOCUMENT, of(&issued(&too_deep, |_| ())), now(), "GL-3012"),
        ("issued by a signer", DOCUMENT, of(&issued(&leaf_as_issuer, |_| ())), now(), "GL-3012"),
        ("nameless", DOCUMENT, of(&issued(middle, |p| p.subject = name(&[]))), now(), "GL-3003"),
        (
            "unknown critical extension",
            DOCUMENT,
            of(&issued(middle, |p| p.others.push((OWN_ARC, true, vec![5, 0])))),
            now(),
            "GL-3003",
        ),
    ];
    // Once against an empty memory each, once against one that knows the honest chain.
    scene.verifier.verify(DOCUMENT, &honest(), now()).unwrap();
    for (attack, document, seal, as_of, code) in table {
        for verifier in [&trusting(root), &scene.verifier] {
            let refused = verifier.verify(document, &seal, as_of).expect_err(attack);
            assert_eq!(refused.code(), code, "{attack}: {refused}");
            for text in [refused.text(), refused.cure()] {
                assert!(text.en.is_ascii() && !text.ru.is_ascii() && text.ru.ends_with('.'), "{text:?}");
            }
        }
    }
    assert_eq!(scene.verifier.verify(DOCUMENT, &honest(), now()).unwrap().common_name, "Declarant 7");
    let nobody = Verifier::new(Anchors::empty());
    assert_eq!(nobody.verify(DOCUMENT, &honest(), now()), Err(SealError::UnknownAuthority));
}

#[test]
fn no_flipped_byte_in_a_certificate_passes() {
    let scene = Scene::new();
    let honest = seal(DOCUMENT, &scene.credential(Algorithm::EcdsaP256Sha256)).unwrap();
    for which in 0..2 {
        for byte in 0..honest.certificates[which].len() {
            let mut spoilt = honest.clone();
            spoilt.certificates[which][byte] ^= 0x11;
            assert!(
                scene.verifier.verify(DOCUMENT, &spoilt, now()).is_err(),
                "certificate {which} byte {byte}"
            );
        }
    }
}

#[test]
fn purposes_for_documents_pass() {
    let scene = Scene::new();
    for purpose in [purpose::EMAIL, purpose::CLIENT, OWN_ARC] {
        let credential = issued(&scene.middle, |p| {
            p.usage = usage::CONTENT_COMMITMENT;
            p.purposes = vec![purpose::SERVER, purpose];
        });
        let seal = seal(DOCUMENT, &credential).unwrap();
        assert!(scene.verifier.verify(DOCUMENT, &seal, now()).is_ok(), "{purpose:?}");
    }
}

#[test]
fn window_is_that_of_the_whole_chain_whatever_is_remembered() {
    let scene = Scene::new();
    let mut params = authority_template("Test Half Year");
    params.validity.1 = at("2026-06-30T23:59:59Z").as_second();
    let half = scene.middle.intermediate_as(&params).unwrap();
    let seal = seal(DOCUMENT, &issued(&half, |_| ())).unwrap();
    let end = at("2026-06-30T23:59:59Z");
    for _ in 0..2 {
        let signer = scene.verifier.verify(DOCUMENT, &seal, at("2026-06-30T23:59:59.9Z")).unwrap();
        assert_eq!((signer.valid_from, signer.valid_to), (year().0, end));
        let late = scene.verifier.verify(DOCUMENT, &seal, at("2026-07-01T00:00:00Z"));
        assert_eq!(late, Err(SealError::Expired { on: end }));
        let early = scene.verifier.verify(DOCUMENT, &seal, at("2025-12-31T23:59:59Z"));
        assert_eq!(early, Err(SealError::NotYetValid { from: year().0 }));
    }
}

#[test]
fn an_expired_trusted_authority_vouches_for_nothing_new() {
    let mut params = authority_template("Test Old Root");
    params.validity.1 = at("2026-05-01T00:00:00Z").as_second();
    let root = Authority::generate_as(&params, Algorithm::EcdsaP256Sha256).unwrap();
    let seal = seal(DOCUMENT, &issued(&root, |_| ())).unwrap();
    let verifier = trusting(&root);
    let on = at("2026-05-01T00:00:00Z");
    assert_eq!(verifier.verify(DOCUMENT, &seal, now()), Err(SealError::Expired { on }));
    assert_eq!(verifier.verify(DOCUMENT, &seal, at("2026-04-01T00:00:00Z")).unwrap().valid_to, on);
}

#[test]
fn tax_number_is_also_taken_from_the_serial_number() {
    let scene = Scene::new();
    let credential = issued(&scene.middle, |p| {
        let serial_number = const_oid::ObjectIdentifier::new_unwrap("2.5.4.5");
        p.subject = name(&[(COMMON_NAME, "Declarant 8"), (serial_number, "TINKZ-010140000123")]);
    });
    let seal = seal(DOCUMENT, &credential).unwrap();
    let signer = scene.verifier.verify(DOCUMENT, &seal, now()).unwrap();
    assert_eq!((signer.tax_number.as_deref(), signer.organisation), (Some("010140000123"), None));
}

#[test]
fn what_is_kept_as_pem_comes_back() {
    let scene = Scene::new();
    for authority in [&scene.root, &scene.middle] {
        let again = Authority::from_pem(&authority.to_pem()).unwrap();
        assert_eq!(again.certificate_der(), authority.certificate_der());
        assert_eq!(again.to_pem(), authority.to_pem());
        let credential = again.issue("Declarant 9", None, None, Algorithm::Ed25519, year()).unwrap();
        assert_eq!(Credential::from_pem(&credential.to_pem()), Ok(credential.clone()));
        let seal = seal(DOCUMENT, &credential).unwrap();
        assert_eq!(scene.verifier.verify(DOCUMENT, &seal, now()).unwrap().common_name, "Declarant 9");
    }
    let credential = scene.credential(Algorithm::EcdsaP256Sha256);
    assert_eq!(Authority::from_pem(&credential.to_pem()).unwrap_err(), IssueError::NotAuthority);
    assert_eq!(Authority::from_pem(&scene.root.certificate_pem()).unwrap_err(), IssueError::Pem);
    let mixed = scene.root.certificate_pem() + &scene.middle.to_pem();
    assert_eq!(Authority::from_pem(&mixed).unwrap_err(), IssueError::Pem, "key of another");
    assert_eq!(Credential::from_pem("nothing").unwrap_err(), IssueError::Pem);
    assert_eq!(SigningKey::from_pkcs8(b"nothing").unwrap_err(), IssueError::Key);
    let (from, to) = year();
    assert_eq!(
        scene.root.issue("A", None, None, Algorithm::Ed25519, (to, from)).unwrap_err(),
        IssueError::Validity
    );
    let secret = format!("{:?}{:?}", credential, SigningKey::from_pkcs8(&credential.key_pkcs8).unwrap());
    assert!(secret.len() < 120, "{secret}");
}

#[test]
fn only_authorities_are_trusted() {
    let scene = Scene::new();
    let mut anchors =
        Anchors::from_pem(&(scene.root.certificate_pem() + &scene.middle.certificate_pem())).unwrap();
    anchors.add_der(scene.root.certificate_der()).unwrap();
    let names: Vec<&str> = anchors.list().map(|(name, _)| name).collect();
    assert_eq!(names, ["Test Root", "Test Issuing"], "the same one twice is there once");
    assert!(anchors.fingerprints().iter().all(|f| f.len() == 64));

    let signer = scene.credential(Algorithm::Ed25519);
    let both = scene.root.certificate_pem() + &crate::pem::block("CERTIFICATE", &signer.certificate_der);
    assert_eq!(Anchors::from_pem(&both).unwrap_err(), AnchorError::NotAuthority { place: 2 });
    let broken = crate::pem::block("CERTIFICATE", &signer.certificate_der[1..]);
    assert_eq!(Anchors::from_pem(&broken).unwrap_err(), AnchorError::Unreadable { place: 1 });
    assert_eq!(Anchors::from_pem("").unwrap_err(), AnchorError::NoCertificate);
    let block = "-----BEGIN CERTIFICATE-----\n!\n-----END CERTIFICATE-----\n";
    assert_eq!(Anchors::from_pem(block).unwrap_err(), AnchorError::Unreadable { place: 1 });
    assert!(Anchors::empty().is_empty());
}

#[test]
fn a_verifier_is_shared_between_threads() {
    let scene = Scene::new();
    let credential = scene.credential(Algorithm::Ed25519);
    std::thread::scope(|threads| {
        for thread in 0..4_u8 {
            let (verifier, credential) = (&scene.verifier, &credential);
            threads.spawn(move || {
                let sealer = Sealer::new(credential).unwrap();
                for round in 0..20 {
                    let document = [thread, round];
                    let seal = sealer.seal(&document).unwrap();
                    assert!(verifier.verify(&document, &seal, now()).is_ok());
                    assert_eq!(verifier.verify(b"other", &seal, now()), Err(SealError::BadSignature));
                }
            });
        }
    });
}

proptest! {
    #[test]
    fn no_bytes_make_it_panic(text in any::<Vec<u8>>(), certificate in any::<Vec<u8>>(), signature in any::<Vec<u8>>()) {
        let verifier = Verifier::new(Anchors::empty());
        prop_assert!(DetachedSeal::parse(&text).is_err());
        prop_assert!(DetachedSeal::from_header(&text).is_err());
        let seal = DetachedSeal {
            algorithm: Algorithm::Ed25519,
            certificates: vec![certificate],
            signature,
            answers: vec![],
        };
        prop_assert!(verifier.verify(&text, &seal, now()).is_err());
        let _ = (Anchors::from_pem(&String::from_utf8_lossy(&text)), SigningKey::from_pkcs8(&text));
    }
}
