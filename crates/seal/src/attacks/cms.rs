//! Forged CMS and time-stamps, each with the code that it is refused with.

use aws_lc_rs::digest;
use const_oid::ObjectIdentifier as Oid;

use super::forgeries::{Town, found, sealer};
use super::*;
use crate::algorithm::{Hash, PSS};
use crate::certificate::Certificate;
use crate::identifier::written;
use crate::tlv;

const SHA1: &str = "1.3.14.3.2.26";
const MD5: &str = "1.2.840.113549.2.5";

fn algorithm(oid: &str) -> Vec<u8> {
    tlv::sequence(&[&tlv::oid(Oid::new_unwrap(oid))])
}

fn attribute(oid: &str, values: &[Vec<u8>]) -> Vec<u8> {
    tlv::sequence(&[&tlv::oid(Oid::new_unwrap(oid)), &tlv::set_of(values.to_vec())])
}

const CONTENT_TYPE: &str = "1.2.840.113549.1.9.3";
const MESSAGE_DIGEST: &str = "1.2.840.113549.1.9.4";
const BOUND: &str = "1.2.840.113549.1.9.16.2.47";
const BOUND_BY_SHA1: &str = "1.2.840.113549.1.9.16.2.12";
const STAMP: &str = "1.2.840.113549.1.9.16.2.14";

fn bound(certificate: &[u8]) -> Vec<u8> {
    let hash = tlv::octets(&Hash::Sha256.of(certificate));
    attribute(BOUND, &[tlv::sequence(&[&tlv::sequence(&[&tlv::sequence(&[&hash])])])])
}

fn bound_by_sha1(certificate: &[u8]) -> Vec<u8> {
    let hash = tlv::octets(digest::digest(&digest::SHA1_FOR_LEGACY_USE_ONLY, certificate).as_ref());
    attribute(BOUND_BY_SHA1, &[tlv::sequence(&[&tlv::sequence(&[&tlv::sequence(&[&hash])])])])
}

fn digested(hash: Hash) -> Vec<u8> {
    attribute(MESSAGE_DIGEST, &[tlv::octets(&hash.of(DOCUMENT))])
}

/// CMS with each part to be changed before it is signed.
#[derive(Clone)]
pub(super) struct Cms {
    /// Who signs.
    key: Credential,
    pub(super) algorithm: Vec<u8>,
    digest: Vec<u8>,
    kind: Oid,
    attached: Option<Vec<u8>>,
    attributes: Option<Vec<Vec<u8>>>,
    unsigned: Vec<Vec<u8>>,
    certificates: Vec<Vec<u8>>,
    /// The certificate the signer is named by.
    named: Vec<u8>,
    signers: usize,
}

impl Cms {
    pub(super) fn honest(credential: &Credential) -> Self {
        let row = sealer(credential).algorithm().row();
        Self {
            key: credential.clone(),
            algorithm: written(row.algorithm),
            digest: tlv::sequence(&[&tlv::oid(row.hash.oid())]),
            kind: crate::cms::DATA,
            attached: None,
            attributes: Some(vec![
                attribute(CONTENT_TYPE, &[tlv::oid(crate::cms::DATA)]),
                digested(row.hash),
                bound(&credential.certificate_der),
            ]),
            unsigned: vec![],
            certificates: vec![credential.certificate_der.clone()],
            named: credential.certificate_der.clone(),
            signers: 1,
        }
    }

    fn der(&self) -> Vec<u8> {
        let joined = |parts: &[Vec<u8>]| parts.concat();
        let key = SigningKey::from_pkcs8(&self.key.key_pkcs8).unwrap();
        let signed = match &self.attributes {
            Some(attributes) => key.sign(&tlv::set_of(attributes.clone())).unwrap(),
            None => key.sign(DOCUMENT).unwrap(),
        };
        let named = Certificate::read(&self.named).unwrap();
        let attributes = self.attributes.as_ref().map(|attributes| {
            let set = tlv::set_of(attributes.clone());
            tlv::element(tlv::field(0), &[tlv::only(&set, tlv::SET).unwrap().value])
        });
        let unsigned = if self.unsigned.is_empty() {
            Vec::new()
        } else {
            tlv::element(tlv::field(1), &[&joined(&self.unsigned)])
        };
        let signer = tlv::sequence(&[
            &tlv::integer(&[1]),
            &tlv::sequence(&[named.issuer(), &tlv::element(tlv::INTEGER, &[named.serial()])]),
            &self.digest,
            &attributes.unwrap_or_default(),
            &self.algorithm,
            &tlv::octets(&signed),
            &unsigned,
        ]);
        let attached =
            self.attached.as_ref().map(|content| tlv::element(tlv::field(0), &[&tlv::octets(content)]));
        let data = tlv::sequence(&[
            &tlv::integer(&[1]),
            &tlv::set_of(vec![self.digest.clone()]),
            &tlv::sequence(&[&tlv::oid(self.kind), &attached.unwrap_or_default()]),
            &tlv::element(tlv::field(0), &[&joined(&self.certificates)]),
            &tlv::element(tlv::SET, &[&signer.repeat(self.signers)]),
        ]);
        tlv::sequence(&[&tlv::oid(crate::cms::SIGNED_DATA), &tlv::element(tlv::field(0), &[&data])])
    }

    pub(super) fn found(&self, verifier: &Verifier) -> String {
        found(verifier, DOCUMENT, Some(&self.der()), now())
    }
}

#[test]
fn forged_cms_is_refused() {
    let town = Town::new(Algorithm::RsaSha256);
    let (victim, attacker) = (&town.victim, &town.attacker);
    let stranger = Authority::generate("Test Root").unwrap();
    let namesake = stranger.issue("Victim", None, Some("7701234567"), Algorithm::RsaSha256, year()).unwrap();
    let alone = {
        let mut template = plain();
        template.validity = (0, 4_102_444_799);
        let alone = Authority::generate_as(&template, Algorithm::RsaSha256).unwrap();
        let key_pkcs8 = Credential::from_pem(&alone.to_pem()).unwrap().key_pkcs8;
        Credential { certificate_der: alone.certificate_der().to_vec(), chain: vec![], key_pkcs8 }
    };
    let honest = |change: &dyn Fn(&mut Cms)| {
        let mut cms = Cms::honest(attacker);
        change(&mut cms);
        cms
    };
    let with = |nth: usize, attribute: Vec<u8>| {
        honest(&|cms| cms.attributes.as_mut().unwrap()[nth] = attribute.clone())
    };
    let pss = |hash: Hash, salt: u8| {
        let hash = tlv::sequence(&[&tlv::oid(hash.oid())]);
        let mask = tlv::sequence(&[&tlv::oid(Oid::new_unwrap("1.2.840.113549.1.1.8")), &hash]);
        let salt = tlv::integer(&[salt]);
        let parameters = tlv::sequence(&[
            &tlv::element(tlv::field(0), &[&hash]),
            &tlv::element(tlv::field(1), &[&mask]),
            &tlv::element(tlv::field(2), &[&salt]),
        ]);
        tlv::sequence(&[&tlv::oid(PSS), &parameters])
    };
    let table: Vec<(&str, Cms, &str)> = vec![
        ("nothing", honest(&|_| ()), "opens unknown"),
        ("the key's own name", honest(&|c| c.algorithm = algorithm("1.2.840.113549.1.1.1")), "opens unknown"),
        ("another kind of key", honest(&|c| c.algorithm = algorithm("1.2.840.10045.4.3.2")), "GL-3005"),
        ("PSS named, PKCS#1 used", honest(&|c| c.algorithm = pss(Hash::Sha256, 32)), "GL-3013"),
        ("PSS with another salt", honest(&|c| c.algorithm = pss(Hash::Sha256, 20)), "GL-3020"),
        (
            "PSS with another hash than the digest",
            honest(&|c| c.algorithm = pss(Hash::Sha512, 64)),
            "GL-3005",
        ),
        ("PSS without parameters", honest(&|c| c.algorithm = algorithm("1.2.840.113549.1.1.10")), "GL-3020"),
        ("RSA with SHA-1", honest(&|c| c.algorithm = algorithm("1.2.840.113549.1.1.5")), "GL-3019"),
        ("RSA with MD5", honest(&|c| c.algorithm = algorithm("1.2.840.113549.1.1.4")), "GL-3019"),
        ("HMAC", honest(&|c| c.algorithm = algorithm("1.2.840.113549.2.9")), "GL-3020"),
        ("a digest by SHA-1", honest(&|c| c.digest = algorithm(SHA1)), "GL-3019"),
        ("a digest by MD5", honest(&|c| c.digest = algorithm(MD5)), "GL-3019"),
        (
            "another digest than the signature's",
            honest(&|c| {
                c.digest = tlv::sequence(&[&tlv::oid(Hash::Sha512.oid())]);
                c.attributes.as_mut().unwrap()[1] = digested(Hash::Sha512);
            }),
            "GL-3005",
        ),
        ("no attributes", honest(&|c| c.attributes = None), "GL-3002"),
        ("attributes empty", honest(&|c| c.attributes = Some(vec![])), "GL-3002"),
        (
            "the digest twice",
            honest(&|c| {
                c.attributes.as_mut().unwrap().push(attribute(MESSAGE_DIGEST, &[tlv::octets(&[0; 32])]))
            }),
            "GL-3002",
        ),
        (
            "two digests in one",
            with(
                1,
                attribute(MESSAGE_DIGEST, &[tlv::octets(&Hash::Sha256.of(DOCUMENT)), tlv::octets(&[0; 32])]),
            ),
            "GL-3002",
        ),
        (
            "the digest of another document",
            with(1, attribute(MESSAGE_DIGEST, &[tlv::octets(&[0; 32])])),
            "GL-3018",
        ),
        (
            "a digest of another form",
            with(1, attribute(MESSAGE_DIGEST, &[tlv::bit_string(&[0; 32])])),
            "GL-3002",
        ),
        ("no digest", with(1, attribute("1.2.3.4", &[tlv::null()])), "GL-3002"),
        ("no kind of content", with(0, attribute("1.2.3.4", &[tlv::null()])), "GL-3002"),
        (
            "another kind of content signed",
            with(0, attribute(CONTENT_TYPE, &[tlv::oid(crate::stamp::STAMP_CONTENT)])),
            "GL-3002",
        ),
        ("another kind of content beside", honest(&|c| c.kind = crate::stamp::STAMP_CONTENT), "GL-3002"),
        ("the document inside too", honest(&|c| c.attached = Some(DOCUMENT.to_vec())), "opens unknown"),
        ("another document inside", honest(&|c| c.attached = Some(b"other".to_vec())), "GL-3018"),
        ("an empty document inside", honest(&|c| c.attached = Some(vec![])), "GL-3018"),
        ("two signers", honest(&|c| c.signers = 2), "GL-3002"),
        ("no signer", honest(&|c| c.signers = 0), "GL-3002"),
        ("another's certificate bound", with(2, bound(&victim.certificate_der)), "GL-3024"),
        ("another's certificate bound by SHA-1", with(2, bound_by_sha1(&victim.certificate_der)), "GL-3024"),
        (
            "its own certificate bound by SHA-1",
            with(2, bound_by_sha1(&attacker.certificate_der)),
            "opens unknown",
        ),
        ("nothing bound", with(2, attribute("1.2.3.4", &[tlv::null()])), "opens unknown"),
        ("something else bound", with(2, attribute(BOUND, &[tlv::null()])), "GL-3002"),
        (
            "the victim named",
            honest(&|c| {
                c.named.clone_from(&victim.certificate_der);
                c.certificates.push(victim.certificate_der.clone());
            }),
            "GL-3024",
        ),
        (
            "the victim named and bound",
            honest(&|c| {
                c.named.clone_from(&victim.certificate_der);
                c.certificates.insert(0, victim.certificate_der.clone());
                c.attributes.as_mut().unwrap()[2] = bound(&victim.certificate_der);
            }),
            "GL-3013",
        ),
        (
            "the victim's certificate first",
            honest(&|c| c.certificates.insert(0, victim.certificate_der.clone())),
            "opens unknown",
        ),
        ("nobody here named", honest(&|c| c.named.clone_from(&victim.certificate_der)), "GL-3002"),
        ("no certificate", honest(&|c| c.certificates.clear()), "GL-3002"),
        (
            "a certificate of another form",
            honest(&|c| c.certificates.push(tlv::element(tlv::field(1), &[]))),
            "GL-3002",
        ),
        (
            "twenty certificates",
            honest(&|c| c.certificates.extend(vec![victim.certificate_der.clone(); 19])),
            "GL-3006",
        ),
        (
            "forty certificates",
            honest(&|c| c.certificates.extend(vec![victim.certificate_der.clone(); 39])),
            "GL-3002",
        ),
        ("an authority of the same name", Cms::honest(&namesake), "GL-3012"),
        ("signed by oneself", Cms::honest(&alone), "GL-3007"),
        (
            "signed by oneself, among many",
            {
                let mut cms = Cms::honest(&alone);
                cms.certificates.extend(vec![victim.certificate_der.clone(); 4]);
                cms.certificates.push(stranger.certificate_der().to_vec());
                cms
            },
            "GL-3007",
        ),
        ("a stamp twice", honest(&|c| c.unsigned = vec![attribute(STAMP, &[tlv::null()]); 2]), "GL-3002"),
        (
            "no stamp in the attribute",
            honest(&|c| c.unsigned = vec![attribute(STAMP, &[tlv::null()])]),
            "GL-3025",
        ),
    ];
    let mut wrong = Vec::new();
    for (what, cms, code) in &table {
        let found = cms.found(&town.verifier);
        if found != *code {
            wrong.push(format!("{what}: {found}, not {code}"));
        }
    }
    // Bytes that other readers take for the same.
    let der = Cms::honest(attacker).der();
    let inside = tlv::only(&der, tlv::SEQUENCE).unwrap().value;
    let indefinite = [&[0x30, 0x80], inside, &[0, 0]].concat();
    let long =
        [&[0x30, 0x84, 0, 0], &u16::try_from(inside.len()).unwrap().to_be_bytes()[..], inside].concat();
    for (what, bytes) in [
        ("a tail", [&der[..], &[0]].concat()),
        ("two of them", der.repeat(2)),
        ("an indefinite length", indefinite),
        ("a length that is longer than it must be", long),
        ("cut", der[..der.len() - 1].to_vec()),
        ("nothing", vec![]),
        ("PEM without an end of base64", b"-----BEGIN CMS-----\n!\n-----END CMS-----\n".to_vec()),
        ("PEM of a certificate", crate::pem::block("CERTIFICATE", &der).into_bytes()),
    ] {
        let found = found(&town.verifier, DOCUMENT, Some(&bytes), now());
        if found != "GL-3002" {
            wrong.push(format!("{what}: {found}"));
        }
    }
    let pem = crate::pem::block("CMS", &der);
    assert_eq!(found(&town.verifier, DOCUMENT, Some(pem.as_bytes()), now()), "opens unknown");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

// ---------------------------------------------------------------- time-stamps

#[test]
fn forged_time_stamps_are_refused() {
    let town = Town::new(Algorithm::EcdsaP256Sha256);
    let signer =
        town.root.issue("Victim", None, None, Algorithm::EcdsaP256Sha256, (year().0, now())).unwrap();
    let clock = town.root.issue_for_stamps("Clock", year()).unwrap();
    let mixed = issued(&town.root, |p| p.purposes = vec![purpose::TIME_STAMPS, purpose::CLIENT]);
    let stopped = town.root.issue_for_stamps("Clock", (year().0, at("2026-03-01T00:00:00Z"))).unwrap();
    let stranger = Authority::generate("Test Root").unwrap();
    let strange = stranger.issue_for_stamps("Clock", year()).unwrap();
    let (in_may, in_july) = (at("2026-05-01T00:00:00Z"), at("2026-07-01T00:00:00Z"));
    let sealer = sealer(&signer);
    let late = now() + jiff::SignedDuration::from_hours(1);
    let with = |credential: &Credential, at: Timestamp, change: &dyn Fn(&[u8]) -> Vec<u8>| {
        sealer
            .cms(DOCUMENT, in_may, Some(&|signature: &[u8]| stamp(&change(signature), credential, at)))
            .unwrap()
    };
    let same = |signature: &[u8]| signature.to_vec();
    let list = town.root.revocation_list(&[(&clock.certificate_der, in_may)], year()).unwrap();
    let mut revoking = Trust::from(Anchors::from_pem(&town.root.certificate_pem()).unwrap());
    revoking.add_lists(&list).unwrap();
    let revoking = Verifier::new(revoking);
    for (what, verifier, cms, as_of, code) in [
        ("honest", &town.verifier, with(&clock, in_may, &same), late, "opens unknown"),
        (
            "none, the certificate being over",
            &town.verifier,
            sealer.cms(DOCUMENT, in_may, None).unwrap(),
            late,
            "GL-3008",
        ),
        ("after the certificate was over", &town.verifier, with(&clock, in_july, &same), year().1, "GL-3008"),
        ("over another signature", &town.verifier, with(&clock, in_may, &|_| vec![1]), late, "GL-3025"),
        ("over the document", &town.verifier, with(&clock, in_may, &|_| DOCUMENT.to_vec()), late, "GL-3025"),
        ("by a signer", &town.verifier, with(&signer, in_may, &same), late, "GL-3025"),
        (
            "by a certificate for more than stamps",
            &town.verifier,
            with(&mixed, in_may, &same),
            late,
            "GL-3025",
        ),
        (
            "by another authority of the same name",
            &town.verifier,
            with(&strange, in_may, &same),
            late,
            "GL-3025",
        ),
        ("later than the check", &town.verifier, with(&clock, in_july, &same), in_may, "GL-3025"),
        ("by a certificate that was over", &town.verifier, with(&stopped, in_may, &same), late, "GL-3025"),
        (
            "by a certificate that is over since",
            &town.verifier,
            with(&stopped, at("2026-02-01T00:00:00Z"), &same),
            late,
            "opens unknown",
        ),
        ("by a certificate that was revoked", &revoking, with(&clock, in_may, &same), late, "GL-3025"),
        (
            "by a certificate revoked since",
            &revoking,
            with(&clock, at("2026-04-01T00:00:00Z"), &same),
            late,
            // RFC 3161 section 4: of a key that was revoked no token holds any more.
            "GL-3025",
        ),
    ] {
        assert_eq!(found(verifier, DOCUMENT, Some(&cms), as_of), code, "{what}");
    }
    // A token signs a time, and no document; and the other way round.
    let token = stamp(b"x", &clock, in_may).unwrap();
    assert_eq!(found(&town.verifier, DOCUMENT, Some(&token), late), "GL-3002");
}
