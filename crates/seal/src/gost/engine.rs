//! OpenSSL's GOST engine agrees, both ways. Skipped, with a line saying so, where there is none.

#![allow(clippy::unwrap_used, clippy::panic)]

use std::path::Path;
use std::process::Command;

use rustls_pki_types::CertificateDer;
use rustls_pki_types::pem::PemObject;

use super::*;
use crate::pem;

const DOCUMENT: &[u8] = "<Декларация>1</Декларация>".as_bytes();

/// Every parameter set as the engine calls it; it knows the tc26 sets and CryptoPro's by the same algorithm.
const NAMES: [(ParameterSet, &str); 12] = [
    (ParameterSet::Tc26A256, "TCA"),
    (ParameterSet::Tc26B256, "TCB"),
    (ParameterSet::Tc26C256, "TCC"),
    (ParameterSet::Tc26D256, "TCD"),
    (ParameterSet::CryptoProA, "A"),
    (ParameterSet::CryptoProB, "B"),
    (ParameterSet::CryptoProC, "C"),
    (ParameterSet::CryptoProXchA, "XA"),
    (ParameterSet::CryptoProXchB, "XB"),
    (ParameterSet::Tc26A512, "A"),
    (ParameterSet::Tc26B512, "B"),
    (ParameterSet::Tc26C512, "C"),
];

fn bits(set: ParameterSet) -> usize {
    set.size().bytes() * 8
}

/// Runs `openssl` with the engine in `folder`: a command, and its arguments divided by spaces.
fn openssl(folder: &Path, command: &str, arguments: &str) -> Result<String, String> {
    let mut openssl = Command::new("openssl");
    openssl.args([command, "-engine", "gost"]).args(arguments.split(' ')).current_dir(folder);
    let output = openssl.output().map_err(|error| error.to_string())?;
    let text = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
    if output.status.success() { Ok(text) } else { Err(text) }
}

fn run(folder: &Path, command: &str, arguments: &str) {
    openssl(folder, command, arguments).unwrap_or_else(|error| panic!("{command} {arguments}: {error}"));
}

fn folder() -> Option<tempfile::TempDir> {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("document"), DOCUMENT).unwrap();
    let present = openssl(folder.path(), "dgst", "-md_gost12_256 document");
    if present.is_err() {
        println!("skipped: there is no openssl with the gost engine here");
    }
    present.is_ok().then_some(folder)
}

fn key_of(spki: &[u8]) -> PublicKey {
    let mut info = der::only(spki, der::SEQUENCE).unwrap();
    let mut algorithm = der::take(&mut info, der::SEQUENCE).unwrap();
    let oid = der::take(&mut algorithm, der::OID).unwrap();
    PublicKey::from_spki_parts(oid, algorithm, &der::only(info, der::BIT_STRING).unwrap()[1..]).unwrap()
}

#[test]
fn the_engine_accepts_what_is_made_here() {
    let Some(folder) = folder() else { return };
    let folder = folder.path();
    for (set, _) in NAMES {
        let secret = SecretKey::generate(set, &[11; 64]);
        let write = |name: &str, text: &[u8]| std::fs::write(folder.join(name), text).unwrap();
        write("secret.pem", pem::block("PRIVATE KEY", &secret.to_pkcs8()).as_bytes());
        let spki = secret.public().to_spki();
        write("public.pem", pem::block("PUBLIC KEY", &spki).as_bytes());
        write("signature", &secret.sign(DOCUMENT, &[12; 64]));
        let digest = bits(set);
        run(folder, "dgst", &format!("-md_gost12_{digest} -verify public.pem -signature signature document"));
        // The engine finds the same public key to the secret one.
        run(folder, "pkey", "-in secret.pem -pubout -outform DER -out public.der");
        assert_eq!(std::fs::read(folder.join("public.der")).unwrap(), spki);
    }
}

#[test]
fn what_the_engine_makes_is_accepted_here() {
    let Some(folder) = folder() else { return };
    let folder = folder.path();
    let read = |name: &str| std::fs::read(folder.join(name)).unwrap();
    for (set, name) in NAMES {
        let bits = bits(set);
        run(
            folder,
            "genpkey",
            &format!("-algorithm gost2012_{bits} -pkeyopt paramset:{name} -outform DER -out secret.der"),
        );
        run(folder, "pkey", "-inform DER -in secret.der -pubout -outform DER -out public.der");
        run(
            folder,
            "dgst",
            &format!("-md_gost12_{bits} -sign secret.der -keyform DER -out signature document"),
        );
        let public = key_of(&read("public.der"));
        assert!(public.verify(DOCUMENT, &read("signature")));
        assert!(!public.verify(b"<Declaration/>", &read("signature")));
        assert_eq!(public.to_spki(), read("public.der"));
        let secret = SecretKey::from_pkcs8(&read("secret.der")).unwrap();
        assert_eq!(
            (secret.public().to_spki(), secret.to_pkcs8().to_vec()),
            (read("public.der"), read("secret.der"))
        );
    }
}

#[test]
fn webpki_verifies_the_chains_of_the_engine() {
    let Some(folder) = folder() else { return };
    let folder = folder.path();
    std::fs::write(folder.join("authority.cnf"), "basicConstraints=critical,CA:TRUE\n").unwrap();
    std::fs::write(folder.join("signer.cnf"), "basicConstraints=CA:FALSE\n").unwrap();
    for (set, name) in NAMES {
        let bits = bits(set);
        for who in ["root", "signer"] {
            for (command, arguments) in [
                ("genpkey", format!("-algorithm gost2012_{bits} -pkeyopt paramset:{name} -out {who}.key")),
                ("req", format!("-new -key {who}.key -subj /CN={who} -md_gost12_{bits} -out {who}.csr")),
            ] {
                run(folder, command, &arguments);
            }
        }
        for arguments in [
            "-req -in root.csr -signkey root.key -days 2 -extfile authority.cnf -out root.pem",
            "-req -in signer.csr -CA root.pem -CAkey root.key -CAcreateserial -days 1 -extfile signer.cnf -out signer.pem",
        ] {
            run(folder, "x509", arguments);
        }
        let [root, signer] = ["root.pem", "signer.pem"]
            .map(|name| CertificateDer::from_pem_slice(&std::fs::read(folder.join(name)).unwrap()).unwrap());
        let anchor = webpki::anchor_from_trusted_cert(&root).unwrap();
        let certificate = webpki::EndEntityCert::try_from(&signer).unwrap();
        let verified = |algorithms: &[&'static dyn rustls_pki_types::SignatureVerificationAlgorithm]| {
            certificate
                .verify_for_usage(
                    algorithms,
                    std::slice::from_ref(&anchor),
                    &[],
                    rustls_pki_types::UnixTime::now(),
                    webpki::KeyUsage::client_auth(),
                    None,
                    None,
                )
                .map(|_| ())
        };
        verified(webpki_algorithms()).unwrap_or_else(|error| panic!("{set:?}: {error}"));
        // Only by the one algorithm of this key, written in this way.
        let others = webpki_algorithms().iter().filter(|algorithm| verified(&[**algorithm]).is_err());
        assert_eq!(others.count(), webpki_algorithms().len() - 1);
    }
}
