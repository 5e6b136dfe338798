//! The signature algorithms: one row for each, which every form of seal is read and written by.

use std::fmt;

use aws_lc_rs::digest::{self, digest};
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_ASN1, ECDSA_P256_SHA384_ASN1, ECDSA_P256_SHA512_ASN1, ECDSA_P384_SHA256_ASN1,
    ECDSA_P384_SHA384_ASN1, ECDSA_P384_SHA512_ASN1, ED25519, RSA_PKCS1_2048_8192_SHA256,
    RSA_PKCS1_2048_8192_SHA384, RSA_PKCS1_2048_8192_SHA512, RSA_PSS_2048_8192_SHA256,
    RSA_PSS_2048_8192_SHA384, RSA_PSS_2048_8192_SHA512, VerificationAlgorithm,
};
use const_oid::ObjectIdentifier as Oid;
use serde::{Deserialize, Serialize};

use crate::gost;

/// How a seal is signed. The key in the certificate must be of the same kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Algorithm {
    /// ECDSA on NIST P-256 with SHA-256 (FIPS 186-5); in seals and CMS the signature is DER (RFC 3279).
    #[serde(rename = "ecdsa-p256-sha256")]
    EcdsaP256Sha256,
    /// ECDSA on P-256 with SHA-384.
    #[serde(rename = "ecdsa-p256-sha384")]
    EcdsaP256Sha384,
    /// ECDSA on P-256 with SHA-512.
    #[serde(rename = "ecdsa-p256-sha512")]
    EcdsaP256Sha512,
    /// ECDSA on P-384 with SHA-256.
    #[serde(rename = "ecdsa-p384-sha256")]
    EcdsaP384Sha256,
    /// ECDSA on P-384 with SHA-384.
    #[serde(rename = "ecdsa-p384-sha384")]
    EcdsaP384Sha384,
    /// ECDSA on P-384 with SHA-512.
    #[serde(rename = "ecdsa-p384-sha512")]
    EcdsaP384Sha512,
    /// Ed25519 (RFC 8032), the signature as 64 bytes.
    #[serde(rename = "ed25519")]
    Ed25519,
    /// RSA of 2048 to 8192 bits, PKCS#1 v1.5 (RFC 8017) with SHA-256.
    #[serde(rename = "rsa-sha256")]
    RsaSha256,
    /// RSA, PKCS#1 v1.5 with SHA-384.
    #[serde(rename = "rsa-sha384")]
    RsaSha384,
    /// RSA, PKCS#1 v1.5 with SHA-512.
    #[serde(rename = "rsa-sha512")]
    RsaSha512,
    /// RSA-PSS (RFC 8017), SHA-256 for message and mask, salt of 32 bytes.
    #[serde(rename = "rsa-pss-sha256")]
    RsaPssSha256,
    /// RSA-PSS, SHA-384, salt of 48 bytes.
    #[serde(rename = "rsa-pss-sha384")]
    RsaPssSha384,
    /// RSA-PSS, SHA-512, salt of 64 bytes.
    #[serde(rename = "rsa-pss-sha512")]
    RsaPssSha512,
    /// GOST R 34.10-2012 with a key of 256 bits over GOST R 34.11-2012 of 256 bits (RFC 7091, RFC 6986).
    #[serde(rename = "gost-256")]
    Gost256,
    /// GOST R 34.10-2012 with a key of 512 bits over GOST R 34.11-2012 of 512 bits.
    #[serde(rename = "gost-512")]
    Gost512,
}

/// A hash function.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Hash {
    Sha256,
    Sha384,
    Sha512,
    Streebog256,
    Streebog512,
}

/// A kind of key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum KeyKind {
    Rsa,
    P256,
    P384,
    Ed25519,
    Gost256,
    Gost512,
}

pub(crate) struct HashRow {
    pub(crate) hash: Hash,
    pub(crate) oid: Oid,
    pub(crate) xml: &'static str,
}

const fn hash(hash: Hash, oid: &'static str, xml: &'static str) -> HashRow {
    HashRow { hash, oid: Oid::new_unwrap(oid), xml }
}

/// Hash functions with their names in CMS and in XML signatures (RFC 5754, RFC 9231; for GOST the names of draft-chudov-cryptopro-cpxmldsig). What is not
/// here is refused: MD5 and SHA-1 above all.
pub(crate) const HASHES: [HashRow; 5] = [
    hash(Hash::Sha256, "2.16.840.1.101.3.4.2.1", "http://www.w3.org/2001/04/xmlenc#sha256"),
    hash(Hash::Sha384, "2.16.840.1.101.3.4.2.2", "http://www.w3.org/2001/04/xmldsig-more#sha384"),
    hash(Hash::Sha512, "2.16.840.1.101.3.4.2.3", "http://www.w3.org/2001/04/xmlenc#sha512"),
    hash(
        Hash::Streebog256,
        "1.2.643.7.1.1.2.2",
        "urn:ietf:params:xml:ns:cpxmlsec:algorithms:gostr34112012-256",
    ),
    hash(
        Hash::Streebog512,
        "1.2.643.7.1.1.2.3",
        "urn:ietf:params:xml:ns:cpxmlsec:algorithms:gostr34112012-512",
    ),
];

/// Names of hash and signature algorithms that are known and broken, or too weak to prove anything in ten
/// years, as they end: the refusal says so instead of calling them unknown.
pub(crate) const WEAK_XML: [&str; 8] = [
    "xmldsig#sha1",
    "xmldsig#rsa-sha1",
    "xmldsig#dsa-sha1",
    "xmldsig#hmac-sha1",
    "xmldsig-more#md5",
    "xmldsig-more#rsa-md5",
    "xmldsig-more#ecdsa-sha1",
    "xmldsig-more#sha1-rsa-MGF1",
];
/// The same for CMS and certificates: MD5, SHA-1, and signatures with them; GOST R 34.11-94.
pub(crate) const WEAK_OIDS: [&str; 8] = [
    "1.2.840.113549.2.5",
    "1.3.14.3.2.26",
    "1.2.840.113549.1.1.4",
    "1.2.840.113549.1.1.5",
    "1.2.840.10045.4.1",
    "1.2.840.10040.4.3",
    "1.2.643.2.2.9",
    "1.2.643.2.2.3",
];

impl Hash {
    fn row(self) -> &'static HashRow {
        // Every hash has its row; a test holds it.
        HASHES.iter().find(|row| row.hash == self).unwrap_or(&HASHES[0])
    }

    pub(crate) fn oid(self) -> Oid {
        self.row().oid
    }

    pub(crate) fn xml(self) -> &'static str {
        self.row().xml
    }

    pub(crate) fn of_xml(uri: &str) -> Option<Self> {
        HASHES.iter().find(|row| row.xml == uri).map(|row| row.hash)
    }

    pub(crate) fn of_oid(oid: &Oid) -> Option<Self> {
        HASHES.iter().find(|row| row.oid == *oid).map(|row| row.hash)
    }

    /// How long a digest is, in bytes; the salt of RSA-PSS is as long.
    pub(crate) fn bytes(self) -> u8 {
        match self {
            Hash::Sha256 | Hash::Streebog256 => 32,
            Hash::Sha384 => 48,
            Hash::Sha512 | Hash::Streebog512 => 64,
        }
    }

    pub(crate) fn of(self, bytes: &[u8]) -> Vec<u8> {
        match self {
            Hash::Sha256 => digest(&digest::SHA256, bytes).as_ref().to_vec(),
            Hash::Sha384 => digest(&digest::SHA384, bytes).as_ref().to_vec(),
            Hash::Sha512 => digest(&digest::SHA512, bytes).as_ref().to_vec(),
            Hash::Streebog256 => gost::streebog256(bytes).to_vec(),
            Hash::Streebog512 => gost::streebog512(bytes).to_vec(),
        }
    }
}

/// What an algorithm is called where, and what it is made of.
pub(crate) struct Row {
    pub(crate) algorithm: Algorithm,
    pub(crate) name: &'static str,
    pub(crate) key: KeyKind,
    pub(crate) hash: Hash,
    /// The signature algorithm in CMS and certificates.
    pub(crate) oid: Oid,
    /// The signature method in XML.
    pub(crate) xml: &'static str,
}

const fn row(
    algorithm: Algorithm,
    name: &'static str,
    (key, hash): (KeyKind, Hash),
    oid: &'static str,
    xml: &'static str,
) -> Row {
    Row { algorithm, name, key, hash, oid: Oid::new_unwrap(oid), xml }
}

const ECDSA_SHA256: (&str, &str) =
    ("1.2.840.10045.4.3.2", "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256");
const ECDSA_SHA384: (&str, &str) =
    ("1.2.840.10045.4.3.3", "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha384");
const ECDSA_SHA512: (&str, &str) =
    ("1.2.840.10045.4.3.4", "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha512");
/// The one identifier of RSA-PSS; its parameters name the hash (RFC 4055).
pub(crate) const PSS: Oid = Oid::new_unwrap("1.2.840.113549.1.1.10");
/// An RSA key, which CMS also calls the signature by where the digest is named apart (RFC 3370).
pub(crate) const RSA_KEY: Oid = Oid::new_unwrap("1.2.840.113549.1.1.1");
/// GOST keys, which OpenSSL's engine calls signatures by in CMS.
pub(crate) const GOST256_KEY: Oid = Oid::new_unwrap("1.2.643.7.1.1.1.1");
pub(crate) const GOST512_KEY: Oid = Oid::new_unwrap("1.2.643.7.1.1.1.2");
/// A key on an elliptic curve, and the curves.
pub(crate) const EC_KEY: Oid = Oid::new_unwrap("1.2.840.10045.2.1");
pub(crate) const P256_CURVE: Oid = Oid::new_unwrap("1.2.840.10045.3.1.7");
pub(crate) const P384_CURVE: Oid = Oid::new_unwrap("1.3.132.0.34");
pub(crate) const ED25519_KEY: Oid = Oid::new_unwrap("1.3.101.112");

/// Every algorithm (RFC 5758, RFC 8017, RFC 8410, RFC 9215, RFC 9231).
pub(crate) static ROWS: [Row; 15] = {
    use self::Algorithm::*;
    use self::Hash::*;
    use self::KeyKind::{P256, P384, Rsa};
    [
        row(EcdsaP256Sha256, "ecdsa-p256-sha256", (P256, Sha256), ECDSA_SHA256.0, ECDSA_SHA256.1),
        row(EcdsaP256Sha384, "ecdsa-p256-sha384", (P256, Sha384), ECDSA_SHA384.0, ECDSA_SHA384.1),
        row(EcdsaP256Sha512, "ecdsa-p256-sha512", (P256, Sha512), ECDSA_SHA512.0, ECDSA_SHA512.1),
        row(EcdsaP384Sha256, "ecdsa-p384-sha256", (P384, Sha256), ECDSA_SHA256.0, ECDSA_SHA256.1),
        row(EcdsaP384Sha384, "ecdsa-p384-sha384", (P384, Sha384), ECDSA_SHA384.0, ECDSA_SHA384.1),
        row(EcdsaP384Sha512, "ecdsa-p384-sha512", (P384, Sha512), ECDSA_SHA512.0, ECDSA_SHA512.1),
        row(
            Ed25519,
            "ed25519",
            // What CMS hashes the content with beside it (RFC 8419).
            (KeyKind::Ed25519, Sha512),
            "1.3.101.112",
            "http://www.w3.org/2021/04/xmldsig-more#eddsa-ed25519",
        ),
        row(
            RsaSha256,
            "rsa-sha256",
            (Rsa, Sha256),
            "1.2.840.113549.1.1.11",
            "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256",
        ),
        row(
            RsaSha384,
            "rsa-sha384",
            (Rsa, Sha384),
            "1.2.840.113549.1.1.12",
            "http://www.w3.org/2001/04/xmldsig-more#rsa-sha384",
        ),
        row(
            RsaSha512,
            "rsa-sha512",
            (Rsa, Sha512),
            "1.2.840.113549.1.1.13",
            "http://www.w3.org/2001/04/xmldsig-more#rsa-sha512",
        ),
        row(
            RsaPssSha256,
            "rsa-pss-sha256",
            (Rsa, Sha256),
            "1.2.840.113549.1.1.10",
            "http://www.w3.org/2007/05/xmldsig-more#sha256-rsa-MGF1",
        ),
        row(
            RsaPssSha384,
            "rsa-pss-sha384",
            (Rsa, Sha384),
            "1.2.840.113549.1.1.10",
            "http://www.w3.org/2007/05/xmldsig-more#sha384-rsa-MGF1",
        ),
        row(
            RsaPssSha512,
            "rsa-pss-sha512",
            (Rsa, Sha512),
            "1.2.840.113549.1.1.10",
            "http://www.w3.org/2007/05/xmldsig-more#sha512-rsa-MGF1",
        ),
        row(
            Gost256,
            "gost-256",
            (KeyKind::Gost256, Streebog256),
            "1.2.643.7.1.1.3.2",
            "urn:ietf:params:xml:ns:cpxmlsec:algorithms:gostr34102012-gostr34112012-256",
        ),
        row(
            Gost512,
            "gost-512",
            (KeyKind::Gost512, Streebog512),
            "1.2.643.7.1.1.3.3",
            "urn:ietf:params:xml:ns:cpxmlsec:algorithms:gostr34102012-gostr34112012-512",
        ),
    ]
};

impl Algorithm {
    /// Those a key can be made for here: one for each kind of key.
    pub const SIGNING: [Algorithm; 6] = [
        Algorithm::EcdsaP256Sha256,
        Algorithm::EcdsaP384Sha384,
        Algorithm::Ed25519,
        Algorithm::RsaSha256,
        Algorithm::Gost256,
        Algorithm::Gost512,
    ];

    pub(crate) fn row(self) -> &'static Row {
        // Every algorithm has its row; a test holds it.
        ROWS.iter().find(|row| row.algorithm == self).unwrap_or(&ROWS[0])
    }

    /// Every algorithm.
    pub fn all() -> impl Iterator<Item = Algorithm> {
        ROWS.iter().map(|row| row.algorithm)
    }

    /// Its name in a seal's text, such as `ecdsa-p256-sha256`.
    pub fn as_str(self) -> &'static str {
        self.row().name
    }

    /// The algorithm with this name.
    pub fn of_name(name: &str) -> Option<Self> {
        ROWS.iter().find(|row| row.name == name).map(|row| row.algorithm)
    }

    /// Whether the signature is two numbers, which DER and XML write differently.
    pub(crate) fn number_bytes(self) -> Option<usize> {
        match self.row().key {
            KeyKind::P256 => Some(32),
            KeyKind::P384 => Some(48),
            KeyKind::Rsa | KeyKind::Ed25519 | KeyKind::Gost256 | KeyKind::Gost512 => None,
        }
    }

    /// The verifier of AWS-LC; none for GOST.
    pub(crate) fn verification(self) -> Option<&'static dyn VerificationAlgorithm> {
        Some(match self {
            Algorithm::EcdsaP256Sha256 => &ECDSA_P256_SHA256_ASN1,
            Algorithm::EcdsaP256Sha384 => &ECDSA_P256_SHA384_ASN1,
            Algorithm::EcdsaP256Sha512 => &ECDSA_P256_SHA512_ASN1,
            Algorithm::EcdsaP384Sha256 => &ECDSA_P384_SHA256_ASN1,
            Algorithm::EcdsaP384Sha384 => &ECDSA_P384_SHA384_ASN1,
            Algorithm::EcdsaP384Sha512 => &ECDSA_P384_SHA512_ASN1,
            Algorithm::Ed25519 => &ED25519,
            Algorithm::RsaSha256 => &RSA_PKCS1_2048_8192_SHA256,
            Algorithm::RsaSha384 => &RSA_PKCS1_2048_8192_SHA384,
            Algorithm::RsaSha512 => &RSA_PKCS1_2048_8192_SHA512,
            Algorithm::RsaPssSha256 => &RSA_PSS_2048_8192_SHA256,
            Algorithm::RsaPssSha384 => &RSA_PSS_2048_8192_SHA384,
            Algorithm::RsaPssSha512 => &RSA_PSS_2048_8192_SHA512,
            Algorithm::Gost256 | Algorithm::Gost512 => return None,
        })
    }
}

impl fmt::Display for Algorithm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_algorithm_and_hash_has_its_row_and_its_name() {
        for row in &ROWS {
            assert_eq!(serde_json::to_value(row.algorithm).unwrap(), row.name);
            assert_eq!(Algorithm::of_name(row.name), Some(row.algorithm));
            assert_eq!(row.algorithm.row().name, row.name);
            assert_eq!(HASHES.iter().filter(|hash| hash.hash == row.hash).count(), 1, "{}", row.name);
            assert_eq!(row.algorithm.verification().is_none(), row.name.starts_with("gost"));
        }
        for algorithm in Algorithm::SIGNING {
            assert!(algorithm.row().algorithm == algorithm);
        }
        assert_eq!(Algorithm::of_name("rsa-sha1"), None);
    }
}
