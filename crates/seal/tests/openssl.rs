//! OpenSSL agrees, both ways. Skipped, with a line saying so, where there is no `openssl`.

// The lint knows functions marked as tests, not what they share.
#![allow(clippy::unwrap_used, clippy::panic)]

use std::path::Path;
use std::process::Command;

use greenlane_seal::{Algorithm, Anchors, Authority, DetachedSeal, SealError, Verifier, seal};
use jiff::{Timestamp, ToSpan};

const DOCUMENT: &[u8] = b"<Declaration>1</Declaration>";

/// Runs `openssl` in `folder`, its arguments divided by spaces.
fn openssl(folder: &Path, arguments: &str) -> Result<String, String> {
    let output = Command::new("openssl").args(arguments.split(' ')).current_dir(folder).output();
    let output = output.map_err(|error| error.to_string())?;
    let text = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
    if output.status.success() { Ok(text) } else { Err(text) }
}

fn folder() -> Option<tempfile::TempDir> {
    if Command::new("openssl").arg("version").output().is_err() {
        println!("skipped: there is no openssl here");
        return None;
    }
    Some(tempfile::tempdir().unwrap())
}

fn write(folder: &Path, name: &str, text: impl AsRef<[u8]>) {
    std::fs::write(folder.join(name), text).unwrap();
}

#[test]
fn openssl_accepts_what_is_made_here() {
    let Some(folder) = folder() else { return };
    let folder = folder.path();
    let now = Timestamp::now();
    let root = Authority::generate("Test Root").unwrap();
    let middle = root.intermediate("Test Issuing").unwrap();
    write(folder, "root.pem", root.certificate_pem());
    write(folder, "middle.pem", middle.certificate_pem());
    write(folder, "document", DOCUMENT);
    for algorithm in Algorithm::ALL {
        let validity = (now - 1.hour(), now + 1.hour());
        let firm = Some("ООО «Полярный груз»");
        let credential =
            middle.issue("Declarant 7", firm, Some("VATRU-7701234567"), algorithm, validity).unwrap();
        write(folder, "signer.pem", credential.to_pem());
        openssl(folder, "verify -x509_strict -CAfile root.pem -untrusted middle.pem signer.pem").unwrap();
        openssl(folder, "verify -CAfile root.pem signer.pem")
            .expect_err("the intermediate certificate is missing");
        let public = openssl(folder, "x509 -in signer.pem -noout -pubkey").unwrap();
        write(folder, "public.pem", public);
        write(folder, "signature", seal(DOCUMENT, &credential).unwrap().signature);
        let verify = match algorithm {
            Algorithm::EcdsaP256Sha256 => "dgst -sha256 -verify public.pem -signature signature document",
            Algorithm::Ed25519 => {
                "pkeyutl -verify -pubin -inkey public.pem -rawin -in document -sigfile signature"
            }
        };
        openssl(folder, verify).unwrap();
    }
}

#[test]
fn what_openssl_makes_is_accepted_here() {
    let Some(folder) = folder() else { return };
    let folder = folder.path();
    write(folder, "document", DOCUMENT);
    write(folder, "authority.cnf", "basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign\n");
    write(folder, "signer.cnf", "basicConstraints=CA:FALSE\nkeyUsage=critical,digitalSignature\n");
    // An RSA root above, as national authorities have; signers of both kinds below.
    for (step, arguments) in [
        ("key", "genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out root.key"),
        ("request", "req -new -key root.key -subj /CN=Foreign-Root -out root.csr"),
        ("root", "x509 -req -in root.csr -signkey root.key -days 2 -extfile authority.cnf -out root.pem"),
    ] {
        openssl(folder, arguments).unwrap_or_else(|error| panic!("{step}: {error}"));
    }
    let read = |name: &str| std::fs::read(folder.join(name)).unwrap();
    let verifier = Verifier::new(Anchors::from_pem(&String::from_utf8(read("root.pem")).unwrap()).unwrap());
    for (algorithm, key, sign) in [
        (
            Algorithm::EcdsaP256Sha256,
            "genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out signer.key",
            "dgst -sha256 -sign signer.key -out signature document",
        ),
        (
            Algorithm::Ed25519,
            "genpkey -algorithm ED25519 -out signer.key",
            "pkeyutl -sign -inkey signer.key -rawin -in document -out signature",
        ),
    ] {
        for arguments in [
            key,
            "req -new -key signer.key -subj /O=Polar-Freight/CN=Declarant-7/serialNumber=7701234567 -out signer.csr",
            "x509 -req -in signer.csr -CA root.pem -CAkey root.key -CAcreateserial -days 1 -extfile signer.cnf \
             -outform DER -out signer.der",
            sign,
        ] {
            openssl(folder, arguments).unwrap_or_else(|error| panic!("{arguments}: {error}"));
        }
        let mut seal =
            DetachedSeal { algorithm, certificates: vec![read("signer.der")], signature: read("signature") };
        let signer = verifier.verify(DOCUMENT, &seal, Timestamp::now()).unwrap();
        assert_eq!(
            (signer.common_name.as_str(), signer.tax_number.as_deref()),
            ("Declarant-7", Some("7701234567"))
        );
        *seal.signature.last_mut().unwrap() ^= 1;
        assert_eq!(verifier.verify(DOCUMENT, &seal, Timestamp::now()), Err(SealError::BadSignature));
    }
}
