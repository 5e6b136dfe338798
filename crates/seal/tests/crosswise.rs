//! OpenSSL, its GOST engine and xmlsec1 agree, both ways, in each direction they support. Skipped, with a line
//! saying so, where a tool is missing; `./test` installs all three.

// The lint knows functions marked as tests, not what they share.
#![allow(clippy::unwrap_used, clippy::panic)]

use std::path::Path;
use std::process::Command;

use greenlane_seal::{
    Algorithm, Anchors, Authority, Credential, DetachedSeal, Form, Revocation, SealError, Sealed, Sealer,
    Trust, Verifier, seal, stamp,
};
use jiff::{Timestamp, ToSpan};

const DOCUMENT: &[u8] =
    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<n:Declaration xmlns:n=\"urn:d\" xmlns=\"urn:e\">\n  \
<Number>7</Number><!-- note --><Text b='2' a=\"1\">Груз &amp; товар</Text>\n</n:Declaration>\n"
        .as_bytes();

/// Runs a tool in `folder`, its arguments divided by spaces.
fn run(tool: &str, folder: &Path, arguments: &str) -> Result<String, String> {
    let output = Command::new(tool).args(arguments.split_whitespace()).current_dir(folder).output();
    let output = output.map_err(|error| error.to_string())?;
    let text = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
    if output.status.success() { Ok(text) } else { Err(format!("{tool} {arguments}: {text}")) }
}

fn openssl(folder: &Path, arguments: &str) -> Result<String, String> {
    run("openssl", folder, arguments)
}

fn has(tool: &str, arguments: &str, word: &str) -> bool {
    let there = run(tool, Path::new("/"), arguments).is_ok_and(|text| text.contains(word));
    if !there {
        println!("skipped: there is no {tool} {word} here");
    }
    there
}

fn folder() -> Option<tempfile::TempDir> {
    has("openssl", "version", "OpenSSL").then(|| tempfile::tempdir().unwrap())
}

fn write(folder: &Path, name: &str, text: impl AsRef<[u8]>) {
    std::fs::write(folder.join(name), text).unwrap();
}

fn read(folder: &Path, name: &str) -> Vec<u8> {
    std::fs::read(folder.join(name)).unwrap()
}

fn hour() -> (Timestamp, Timestamp) {
    (Timestamp::now() - 1.hour(), Timestamp::now() + 1.hour())
}

/// What OpenSSL needs for a key of this kind.
struct Kind {
    algorithm: Algorithm,
    key: &'static str,
    digest: &'static str,
    /// Options of `cms -sign` beside it.
    options: &'static str,
    engine: &'static str,
}

const fn kind(algorithm: Algorithm, key: &'static str, digest: &'static str) -> Kind {
    Kind { algorithm, key, digest, options: "", engine: "" }
}

const GOST: &str = "-engine gost";
const RSA: &str = "-algorithm RSA -pkeyopt rsa_keygen_bits:2048";
const PSS: &str = "-keyopt rsa_padding_mode:pss -keyopt rsa_pss_saltlen:-1";

const KINDS: [Kind; 12] = [
    kind(Algorithm::RsaSha256, RSA, "sha256"),
    kind(Algorithm::RsaSha384, RSA, "sha384"),
    kind(Algorithm::RsaSha512, RSA, "sha512"),
    Kind { options: PSS, ..kind(Algorithm::RsaPssSha256, RSA, "sha256") },
    Kind { options: PSS, ..kind(Algorithm::RsaPssSha384, RSA, "sha384") },
    Kind { options: PSS, ..kind(Algorithm::RsaPssSha512, RSA, "sha512") },
    kind(Algorithm::EcdsaP256Sha256, "-algorithm EC -pkeyopt ec_paramgen_curve:P-256", "sha256"),
    kind(Algorithm::EcdsaP256Sha512, "-algorithm EC -pkeyopt ec_paramgen_curve:P-256", "sha512"),
    kind(Algorithm::EcdsaP384Sha256, "-algorithm EC -pkeyopt ec_paramgen_curve:P-384", "sha256"),
    kind(Algorithm::EcdsaP384Sha384, "-algorithm EC -pkeyopt ec_paramgen_curve:P-384", "sha384"),
    Kind {
        engine: GOST,
        ..kind(Algorithm::Gost256, "-algorithm gost2012_256 -pkeyopt paramset:A", "md_gost12_256")
    },
    Kind {
        engine: GOST,
        ..kind(Algorithm::Gost512, "-algorithm gost2012_512 -pkeyopt paramset:B", "md_gost12_512")
    },
];

/// An authority and a signer of one kind, made by OpenSSL: `root.pem`, `signer.pem`, `signer.key`.
fn made_by_openssl(folder: &Path, kind: &Kind) -> Verifier {
    write(
        folder,
        "authority.cnf",
        "basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign,cRLSign\n",
    );
    write(folder, "signer.cnf", "basicConstraints=CA:FALSE\nkeyUsage=critical,digitalSignature\n");
    let Kind { key, digest, engine, .. } = kind;
    for arguments in [
        format!("genpkey {engine} {key} -out root.key"),
        format!("req {engine} -new -{digest} -key root.key -subj /CN=Foreign-Root -out root.csr"),
        format!(
            "x509 {engine} -req -{digest} -in root.csr -signkey root.key -days 2 -extfile authority.cnf -out root.pem"
        ),
        format!("genpkey {engine} {key} -out signer.key"),
        format!(
            "req {engine} -new -{digest} -key signer.key \
             -subj /O=Polar-Freight/CN=Declarant-7/serialNumber=7701234567 -out signer.csr"
        ),
        format!(
            "x509 {engine} -req -{digest} -in signer.csr -CA root.pem -CAkey root.key -CAcreateserial -days 1 \
             -extfile signer.cnf -out signer.pem"
        ),
    ] {
        openssl(folder, &arguments).unwrap_or_else(|why| panic!("{why}"));
    }
    let root = String::from_utf8(read(folder, "root.pem")).unwrap();
    Verifier::new(Anchors::from_pem(&root).unwrap())
}

fn opened(
    verifier: &Verifier,
    document: &[u8],
    beside: Option<&[u8]>,
) -> Result<(Form, Algorithm), SealError> {
    let sealed = Sealed::recognise(document, beside)?.unwrap();
    let opened = verifier.open(&sealed, Timestamp::now())?;
    assert_eq!(opened.signer.tax_number.as_deref(), Some("7701234567"));
    Ok((opened.verdict.form, opened.verdict.algorithm))
}

/// CMS of every kind, plain and CAdES, in DER and PEM, made by OpenSSL.
#[test]
fn cms_that_openssl_makes_is_accepted_here() {
    let Some(folder) = folder() else { return };
    let folder = folder.path();
    let has_gost = has("openssl", "engine gost", "gost");
    write(folder, "document", DOCUMENT);
    for kind in KINDS.iter().filter(|kind| has_gost || kind.engine.is_empty()) {
        let verifier = made_by_openssl(folder, kind);
        let Kind { algorithm, digest, options, engine, .. } = kind;
        for (form, flag, outform) in
            [(Form::Cms, "", "DER"), (Form::CadesBes, "-cades", "DER"), (Form::CadesBes, "-cades", "PEM")]
        {
            let arguments = format!(
                "cms {engine} -sign -binary {flag} -in document -signer signer.pem -inkey signer.key -md {digest} \
                 {options} -outform {outform} -out document.p7s"
            );
            openssl(folder, &arguments).unwrap_or_else(|why| panic!("{why}"));
            let cms = read(folder, "document.p7s");
            let found = opened(&verifier, DOCUMENT, Some(&cms));
            assert_eq!(found, Ok((form, *algorithm)), "{arguments}");
            let mut other = DOCUMENT.to_vec();
            other[70] ^= 1;
            assert_eq!(opened(&verifier, &other, Some(&cms)), Err(SealError::Digest), "{algorithm}");
        }
    }
}

/// CMS of every kind made here, verified by OpenSSL with the whole chain.
#[test]
fn openssl_accepts_the_cms_made_here() {
    let Some(folder) = folder() else { return };
    let folder = folder.path();
    let has_gost = has("openssl", "engine gost", "gost");
    write(folder, "document", DOCUMENT);
    for signing in Algorithm::SIGNING {
        let engine = if signing.as_str().starts_with("gost") { GOST } else { "" };
        if !engine.is_empty() && !has_gost {
            continue;
        }
        let root = Authority::generate_with("Test Root", signing).unwrap();
        let middle = root.intermediate("Test Issuing").unwrap();
        let credential = middle.issue("Declarant 7", None, Some("7701234567"), signing, hour()).unwrap();
        write(folder, "root.pem", root.certificate_pem());
        write(folder, "signer.pem", credential.to_pem());
        openssl(
            folder,
            &format!("verify {engine} -x509_strict -CAfile root.pem -untrusted signer.pem signer.pem"),
        )
        .unwrap_or_else(|why| panic!("{signing}: {why}"));
        let algorithms: Vec<Algorithm> = Algorithm::all().collect();
        for algorithm in algorithms {
            let Ok(sealer) = Sealer::new(&credential).unwrap().with_algorithm(algorithm) else { continue };
            let Ok(cms) = sealer.cms(DOCUMENT, Timestamp::now(), None) else { continue };
            write(folder, "document.p7s", &cms);
            let verify = |content: &str| {
                openssl(
                    folder,
                    &format!(
                        "cms {engine} -verify -binary -cades -inform DER -in document.p7s -content {content} -CAfile \
                         root.pem -purpose any -out verified"
                    ),
                )
            };
            let said = verify("document");
            // OpenSSL 3.0 knows no Ed25519 in CMS.
            if algorithm == Algorithm::Ed25519 && said.is_err() {
                println!("skipped: this OpenSSL verifies no Ed25519 in CMS");
                continue;
            }
            said.unwrap_or_else(|why| panic!("{algorithm}: {why}"));
            assert_eq!(read(folder, "verified"), DOCUMENT, "{algorithm}");
            write(folder, "other", b"other");
            verify("other").expect_err("another document");
        }
    }
}

/// Bare signatures, as the seals of this program carry them.
#[test]
fn bare_signatures_agree_both_ways() {
    let Some(folder) = folder() else { return };
    let folder = folder.path();
    write(folder, "document", DOCUMENT);
    let signs = [
        (
            Algorithm::EcdsaP256Sha256,
            "-algorithm EC -pkeyopt ec_paramgen_curve:P-256",
            "dgst -sha256 -sign signer.key -out signature document",
        ),
        (
            Algorithm::Ed25519,
            "-algorithm ED25519",
            "pkeyutl -sign -inkey signer.key -rawin -in document -out signature",
        ),
    ];
    for (algorithm, key, sign) in signs {
        let digest = if algorithm == Algorithm::Ed25519 { "sha512" } else { "sha256" };
        let verifier = made_by_openssl(folder, &kind(algorithm, key, digest));
        openssl(folder, sign).unwrap_or_else(|why| panic!("{why}"));
        openssl(folder, "x509 -in signer.pem -outform DER -out signer.der").unwrap();
        let mut theirs = DetachedSeal {
            algorithm,
            certificates: vec![read(folder, "signer.der")],
            signature: read(folder, "signature"),
            answers: vec![],
        };
        let signer = verifier.verify(DOCUMENT, &theirs, Timestamp::now()).unwrap();
        assert_eq!(signer.common_name, "Declarant-7");
        *theirs.signature.last_mut().unwrap() ^= 1;
        assert_eq!(verifier.verify(DOCUMENT, &theirs, Timestamp::now()), Err(SealError::BadSignature));

        let pem = [read(folder, "signer.pem"), read(folder, "signer.key")].concat();
        let credential = Credential::from_pem(&String::from_utf8(pem).unwrap()).unwrap();
        write(folder, "signature", seal(DOCUMENT, &credential).unwrap().signature);
        openssl(folder, "x509 -in signer.pem -noout -pubkey -out public.pem").unwrap();
        let verify = match algorithm {
            Algorithm::Ed25519 => {
                "pkeyutl -verify -pubin -inkey public.pem -rawin -in document -sigfile signature"
            }
            _ => "dgst -sha256 -verify public.pem -signature signature document",
        };
        openssl(folder, verify).unwrap_or_else(|why| panic!("{why}"));
    }
}

/// Requests, lists and answers about revocation made here are what OpenSSL reads, and the other way round.
#[test]
fn revocation_agrees_both_ways() {
    let Some(folder) = folder() else { return };
    let folder = folder.path();
    let now = Timestamp::now();
    let root = Authority::generate("Test Root").unwrap();
    let credential =
        root.issue("Declarant 7", None, Some("7701234567"), Algorithm::RsaSha256, hour()).unwrap();
    write(folder, "root.pem", root.certificate_pem());
    write(folder, "signer.pem", credential.to_pem());
    let list = root.revocation_list(&[(&credential.certificate_der, now - 10.minutes())], hour()).unwrap();
    write(folder, "list.der", &list);
    openssl(folder, "crl -inform DER -in list.der -CAfile root.pem -noout").unwrap();
    openssl(folder, "crl -inform DER -in list.der -out list.pem").unwrap();
    let said = openssl(folder, "verify -crl_check -CAfile root.pem -CRLfile list.pem signer.pem");
    assert!(said.unwrap_err().contains("revoked"));
    let answer = root.answer(&credential.certificate_der, None, hour(), None).unwrap();
    write(folder, "answer.der", &answer);
    let said =
        openssl(folder, "ocsp -respin answer.der -issuer root.pem -sha256 -cert signer.pem -CAfile root.pem");
    // The certificate is asked for under SHA-1 unless told otherwise; what counts is that the answer verifies.
    assert!(said.unwrap().contains("Response verify OK"));

    // An answer of OpenSSL's responder, with its index of what is revoked.
    let verifier = made_by_openssl(folder, &KINDS[0]);
    openssl(folder, "x509 -in signer.pem -outform DER -out signer.der").unwrap();
    let serial = openssl(folder, "x509 -in signer.pem -noout -serial").unwrap();
    let serial = serial.trim().trim_start_matches("serial=");
    let pem = [read(folder, "signer.pem"), read(folder, "signer.key")].concat();
    let credential = Credential::from_pem(&String::from_utf8(pem).unwrap()).unwrap();
    openssl(folder, "ocsp -issuer root.pem -cert signer.pem -reqout request.der -no_nonce").unwrap();
    for (row, expected) in [
        (format!("V\t491231235959Z\t\t{serial}\tunknown\t/CN=Declarant-7\n"), Ok(Revocation::Answered)),
        (format!("R\t491231235959Z\t260101000000Z\t{serial}\tunknown\t/CN=Declarant-7\n"), Err("GL-3021")),
    ] {
        write(folder, "index.txt", row);
        openssl(
            folder,
            "ocsp -index index.txt -rsigner root.pem -rkey root.key -CA root.pem -reqin request.der -respout \
             answer.der -ndays 1",
        )
        .unwrap_or_else(|why| panic!("{why}"));
        let sealer = Sealer::new(&credential).unwrap().stapling(read(folder, "answer.der"));
        for beside in [
            sealer.seal(DOCUMENT).unwrap().to_text().into_bytes(),
            sealer.cms(DOCUMENT, Timestamp::now(), None).unwrap(),
        ] {
            let sealed = Sealed::recognise(DOCUMENT, Some(&beside)).unwrap().unwrap();
            let found = verifier.open(&sealed, Timestamp::now() + 1.second());
            let found = found.map(|opened| opened.verdict.revocation).map_err(|why| why.code());
            assert_eq!(found, expected);
        }
    }
    // A list of OpenSSL's.
    write(
        folder,
        "ca.cnf",
        "[ca]\ndefault_ca=d\n[d]\ndatabase=index.txt\ndefault_md=sha256\ndefault_crl_days=1\n",
    );
    openssl(folder, "ca -config ca.cnf -gencrl -keyfile root.key -cert root.pem -out list.pem")
        .unwrap_or_else(|why| panic!("{why}"));
    let mut trust =
        Trust::from(Anchors::from_pem(&String::from_utf8(read(folder, "root.pem")).unwrap()).unwrap());
    trust.add_lists(&read(folder, "list.pem")).unwrap();
    let seal = seal(DOCUMENT, &credential).unwrap();
    let found = Verifier::new(trust).verify(DOCUMENT, &seal, Timestamp::now());
    assert_eq!(found.unwrap_err().code(), "GL-3021");
}

/// Time-stamps: OpenSSL's make CAdES-T here, and OpenSSL verifies ours.
#[test]
fn time_stamps_agree_both_ways() {
    let Some(folder) = folder() else { return };
    let folder = folder.path();
    let root = Authority::generate("Test Root").unwrap();
    let year = (Timestamp::now() - 8_000.hours(), Timestamp::now() + 1.hour());
    let stamps = root.issue_for_stamps("Clock", year).unwrap();
    let over = (Timestamp::now() - 8_000.hours(), Timestamp::now() + 2.minutes());
    let credential =
        root.issue("Declarant 7", None, Some("7701234567"), Algorithm::EcdsaP256Sha256, over).unwrap();
    let verifier = Verifier::new(Anchors::from_pem(&root.certificate_pem()).unwrap());
    write(folder, "root.pem", root.certificate_pem());
    write(folder, "clock.pem", stamps.to_pem());
    write(folder, "data", b"stamped");
    write(folder, "token.der", stamp(b"stamped", &stamps, Timestamp::now()).unwrap());
    openssl(folder, "ts -verify -data data -in token.der -token_in -CAfile root.pem")
        .unwrap_or_else(|why| panic!("{why}"));

    write(
        folder,
        "ts.cnf",
        "[t]\nserial=serial\nsigner_digest=sha256\ndefault_policy=1.2.3.4\ndigests=sha256\ness_cert_id_alg=sha256\n",
    );
    let by_openssl = |signature: &[u8]| {
        write(folder, "signature", signature);
        for arguments in [
            "ts -query -data signature -sha256 -cert -no_nonce -out request.tsq",
            "ts -reply -config ts.cnf -section t -queryfile request.tsq -signer clock.pem -inkey clock.pem \
             -token_out -out token.der",
        ] {
            openssl(folder, arguments).unwrap_or_else(|why| panic!("{why}"));
        }
        Ok(read(folder, "token.der"))
    };
    let ours = |signature: &[u8]| stamp(signature, &stamps, Timestamp::now());
    let sealer = Sealer::new(&credential).unwrap();
    let cms = sealer.cms(DOCUMENT, Timestamp::now(), Some(&by_openssl)).unwrap();
    let own = sealer.cms(DOCUMENT, Timestamp::now(), Some(&ours)).unwrap();
    for cms in [&cms, &own] {
        let sealed = Sealed::recognise(DOCUMENT, Some(cms)).unwrap().unwrap();
        // The signer's certificate is over by then; that the signature existed before is proven.
        let opened = verifier.open(&sealed, Timestamp::now() + 30.minutes()).unwrap();
        assert_eq!(opened.verdict.form, Form::CadesT);
        assert_eq!(opened.verdict.stamped_at, Some(opened.verdict.as_of));
    }
    let plain = sealer.cms(DOCUMENT, Timestamp::now(), None).unwrap();
    let sealed = Sealed::recognise(DOCUMENT, Some(&plain)).unwrap().unwrap();
    let late = verifier.open(&sealed, Timestamp::now() + 30.minutes());
    assert_eq!(late.unwrap_err().code(), "GL-3008");
}

/// What xmlsec1 calls a document to be signed.
fn to_be_signed(signing: &str, hash: &str, canonical: &str, enveloped: bool) -> String {
    let dsig = "http://www.w3.org/2000/09/xmldsig#";
    let own = if enveloped {
        "<Transform Algorithm=\"http://www.w3.org/2000/09/xmldsig#enveloped-signature\"/>"
    } else {
        ""
    };
    let body = std::str::from_utf8(DOCUMENT).unwrap().split_once("?>").unwrap().1.trim();
    let (uri, object) =
        if enveloped { ("", String::new()) } else { ("#it", format!("<Object Id=\"it\">{body}</Object>")) };
    let signature = format!(
        "<Signature xmlns=\"{dsig}\"><SignedInfo><CanonicalizationMethod Algorithm=\"{canonical}\"/><SignatureMethod \
         Algorithm=\"{signing}\"/><Reference URI=\"{uri}\"><Transforms>{own}<Transform Algorithm=\"{canonical}\"/>\
         </Transforms><DigestMethod Algorithm=\"{hash}\"/><DigestValue/></Reference></SignedInfo><SignatureValue/>\
         <KeyInfo><X509Data><X509Certificate/></X509Data></KeyInfo>{object}</Signature>"
    );
    if enveloped {
        body.replacen("</n:Declaration>", &format!("{signature}</n:Declaration>"), 1)
    } else {
        signature
    }
}

const CANONICAL: [&str; 3] = [
    "http://www.w3.org/2001/10/xml-exc-c14n#",
    "http://www.w3.org/TR/2001/REC-xml-c14n-20010315",
    "http://www.w3.org/2006/12/xml-c14n11",
];

/// XML signatures of every kind, form and canonical form that xmlsec1 makes.
#[test]
fn xml_signatures_of_xmlsec1_are_accepted_here() {
    let Some(folder) = folder() else { return };
    if !has("xmlsec1", "--version", "xmlsec1") {
        return;
    }
    let folder = folder.path();
    let more = "http://www.w3.org/2001/04/xmldsig-more#";
    let enc = "http://www.w3.org/2001/04/xmlenc#";
    for (at, signing, hash) in [
        (0, "rsa-sha256", format!("{enc}sha256")),
        (1, "rsa-sha384", format!("{more}sha384")),
        (2, "rsa-sha512", format!("{enc}sha512")),
        (6, "ecdsa-sha256", format!("{enc}sha256")),
        (7, "ecdsa-sha512", format!("{enc}sha512")),
        (9, "ecdsa-sha384", format!("{more}sha384")),
    ] {
        let verifier = made_by_openssl(folder, &KINDS[at]);
        for canonical in CANONICAL {
            for (enveloped, form) in [(true, Form::XmlEnveloped), (false, Form::XmlEnveloping)] {
                let text = to_be_signed(&format!("{more}{signing}"), &hash, canonical, enveloped);
                write(folder, "template.xml", text);
                run(
                    "xmlsec1",
                    folder,
                    "--sign --privkey-pem signer.key,signer.pem --output signed.xml template.xml",
                )
                .unwrap_or_else(|why| panic!("{why}"));
                let signed = read(folder, "signed.xml");
                let found = opened(&verifier, &signed, None);
                assert_eq!(found, Ok((form, KINDS[at].algorithm)), "{signing} {canonical} {enveloped}");
                let text = String::from_utf8(signed).unwrap();
                let changed = text.replacen("<Number>7<", "<Number>8<", 1);
                assert_ne!(changed, text);
                assert_eq!(opened(&verifier, changed.as_bytes(), None), Err(SealError::Digest));
            }
        }
    }
}

/// XML signatures made here, verified by xmlsec1 with the whole chain.
#[test]
fn xmlsec1_accepts_the_xml_signatures_made_here() {
    let Some(folder) = folder() else { return };
    if !has("xmlsec1", "--version", "xmlsec1") {
        return;
    }
    let folder = folder.path();
    let known = run("xmlsec1", folder, "--list-transforms").unwrap_or_default();
    for signing in [Algorithm::RsaSha256, Algorithm::EcdsaP256Sha256, Algorithm::EcdsaP384Sha384] {
        let root = Authority::generate_with("Test Root", signing).unwrap();
        let credential = root.issue("Declarant 7", None, Some("7701234567"), signing, hour()).unwrap();
        write(folder, "root.pem", root.certificate_pem());
        let algorithms: Vec<Algorithm> = Algorithm::all().collect();
        for algorithm in algorithms {
            let Ok(sealer) = Sealer::new(&credential).unwrap().with_algorithm(algorithm) else { continue };
            let Ok(enveloped) = sealer.enveloped(DOCUMENT) else { continue };
            if algorithm.as_str().contains("pss") && !known.to_lowercase().contains("pss") {
                println!("skipped: this xmlsec1 knows no RSA-PSS");
                continue;
            }
            for document in [enveloped, sealer.enveloping(DOCUMENT).unwrap()] {
                write(folder, "signed.xml", &document);
                let verify = "--verify --trusted-pem root.pem --enabled-key-data x509 signed.xml";
                run("xmlsec1", folder, verify).unwrap_or_else(|why| panic!("{algorithm}: {why}"));
                let text = String::from_utf8(document).unwrap();
                let changed = text.replacen(">7<", ">8<", 1);
                assert_ne!(changed, text);
                write(folder, "signed.xml", changed);
                run("xmlsec1", folder, verify).expect_err("changed");
            }
        }
    }
}
