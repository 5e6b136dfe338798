//! Signing: for small filers, the generator, the demonstration and tests.

use std::fmt;

use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der};
use aws_lc_rs::rand::{SecureRandom, SystemRandom};
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_ASN1_SIGNING, ECDSA_P384_SHA384_ASN1_SIGNING, EcdsaKeyPair, EcdsaSigningAlgorithm,
    Ed25519KeyPair, KeyPair, RSA_PKCS1_SHA256, RSA_PKCS1_SHA384, RSA_PKCS1_SHA512, RSA_PSS_SHA256,
    RSA_PSS_SHA384, RSA_PSS_SHA512, RsaEncoding, RsaKeyPair,
};
use jiff::Timestamp;

use crate::algorithm::{Algorithm, EC_KEY, ED25519_KEY, KeyKind, P256_CURVE, P384_CURVE, RSA_KEY};
use crate::claim::Staple;
use crate::cms;
use crate::detached::DetachedSeal;
use crate::gost;
use crate::issue::{Credential, IssueError};
use crate::tlv;
use crate::xml;

enum Pair {
    P256(Box<EcdsaKeyPair>),
    P384(Box<EcdsaKeyPair>),
    Ed25519(Ed25519KeyPair),
    Rsa(RsaKeyPair),
    Gost(gost::SecretKey),
}

/// A private key. Its secret never shows.
pub struct SigningKey {
    pair: Pair,
    random: SystemRandom,
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SigningKey").field("algorithm", &self.algorithm()).finish_non_exhaustive()
    }
}

/// Bytes from the system's random source.
pub(crate) fn random<const N: usize>() -> Result<[u8; N], IssueError> {
    let mut bytes = [0; N];
    SystemRandom::new().fill(&mut bytes).map_err(|_| IssueError::Random)?;
    Ok(bytes)
}

/// A new private key for this algorithm, PKCS#8 (RFC 5958); RSA keys have 3072 bits, GOST keys the parameter
/// set A of TC26. Secret.
///
/// # Errors
/// [`IssueError::Random`], [`IssueError::Key`] where no key is made for the algorithm.
pub fn generate_key(algorithm: Algorithm) -> Result<Vec<u8>, IssueError> {
    let ecdsa = |algorithm: &'static EcdsaSigningAlgorithm| {
        let pair = EcdsaKeyPair::generate(algorithm).map_err(|_| IssueError::Random)?;
        Ok(pair.to_pkcs8v1().map_err(|_| IssueError::Key)?.as_ref().to_vec())
    };
    match algorithm.row().key {
        KeyKind::P256 => ecdsa(&ECDSA_P256_SHA256_ASN1_SIGNING),
        KeyKind::P384 => ecdsa(&ECDSA_P384_SHA384_ASN1_SIGNING),
        KeyKind::Ed25519 => {
            let pair = Ed25519KeyPair::generate().map_err(|_| IssueError::Random)?;
            Ok(pair.to_pkcs8v1().map_err(|_| IssueError::Key)?.as_ref().to_vec())
        }
        KeyKind::Rsa => {
            let pair = RsaKeyPair::generate(KeySize::Rsa3072).map_err(|_| IssueError::Random)?;
            let der: Pkcs8V1Der<'_> = pair.as_der().map_err(|_| IssueError::Key)?;
            Ok(der.as_ref().to_vec())
        }
        KeyKind::Gost256 => {
            Ok(gost::SecretKey::generate(gost::ParameterSet::Tc26A256, &random()?).to_pkcs8().to_vec())
        }
        KeyKind::Gost512 => {
            Ok(gost::SecretKey::generate(gost::ParameterSet::Tc26A512, &random()?).to_pkcs8().to_vec())
        }
    }
}

impl SigningKey {
    /// The key in `pkcs8`, of any kind that is accepted.
    ///
    /// # Errors
    /// [`IssueError::Key`].
    pub fn from_pkcs8(pkcs8: &[u8]) -> Result<Self, IssueError> {
        let ecdsa = |algorithm| EcdsaKeyPair::from_pkcs8(algorithm, pkcs8).ok().map(Box::new);
        let pair = ecdsa(&ECDSA_P256_SHA256_ASN1_SIGNING)
            .map(Pair::P256)
            .or_else(|| ecdsa(&ECDSA_P384_SHA384_ASN1_SIGNING).map(Pair::P384))
            .or_else(|| Ed25519KeyPair::from_pkcs8_maybe_unchecked(pkcs8).ok().map(Pair::Ed25519))
            .or_else(|| RsaKeyPair::from_pkcs8(pkcs8).ok().map(Pair::Rsa))
            .or_else(|| gost::SecretKey::from_pkcs8(pkcs8).map(Pair::Gost))
            .ok_or(IssueError::Key)?;
        Ok(Self { pair, random: SystemRandom::new() })
    }

    /// What it signs with unless another is asked for.
    pub fn algorithm(&self) -> Algorithm {
        match &self.pair {
            Pair::P256(_) => Algorithm::EcdsaP256Sha256,
            Pair::P384(_) => Algorithm::EcdsaP384Sha384,
            Pair::Ed25519(_) => Algorithm::Ed25519,
            Pair::Rsa(_) => Algorithm::RsaSha256,
            Pair::Gost(key) => match key.size() {
                gost::Size::Bits256 => Algorithm::Gost256,
                gost::Size::Bits512 => Algorithm::Gost512,
            },
        }
    }

    /// Its public key as certificates have it (SubjectPublicKeyInfo, RFC 5280 section 4.1.2.7), DER.
    pub fn public_info(&self) -> Vec<u8> {
        let info = |algorithm: &[Vec<u8>], bits: &[u8]| {
            let parts: Vec<&[u8]> = algorithm.iter().map(Vec::as_slice).collect();
            tlv::sequence(&[&tlv::sequence(&parts), &tlv::bit_string(bits)])
        };
        match &self.pair {
            Pair::P256(pair) => info(&[tlv::oid(EC_KEY), tlv::oid(P256_CURVE)], pair.public_key().as_ref()),
            Pair::P384(pair) => info(&[tlv::oid(EC_KEY), tlv::oid(P384_CURVE)], pair.public_key().as_ref()),
            Pair::Ed25519(pair) => info(&[tlv::oid(ED25519_KEY)], pair.public_key().as_ref()),
            Pair::Rsa(pair) => info(&[tlv::oid(RSA_KEY), tlv::null()], pair.public_key().as_ref()),
            Pair::Gost(key) => key.public().to_spki(),
        }
    }

    /// Signs `bytes`, in the form [`Algorithm`] says.
    ///
    /// # Errors
    /// [`IssueError::Random`]: some algorithms draw a number for each signature.
    pub fn sign(&self, bytes: &[u8]) -> Result<Vec<u8>, IssueError> {
        self.sign_with(self.algorithm(), bytes)
    }

    /// Signs `bytes` with another algorithm of the same kind of key: RSA has several.
    ///
    /// # Errors
    /// [`IssueError::Key`] where it is of another kind, [`IssueError::Random`].
    pub fn sign_with(&self, algorithm: Algorithm, bytes: &[u8]) -> Result<Vec<u8>, IssueError> {
        if algorithm != self.algorithm() && !matches!(&self.pair, Pair::Rsa(_)) {
            return Err(IssueError::Key);
        }
        match &self.pair {
            Pair::P256(pair) | Pair::P384(pair) => {
                let signature = pair.sign(&self.random, bytes).map_err(|_| IssueError::Random)?;
                Ok(signature.as_ref().to_vec())
            }
            Pair::Ed25519(pair) => Ok(pair.sign(bytes).as_ref().to_vec()),
            Pair::Gost(key) => Ok(key.sign(bytes, &random()?)),
            Pair::Rsa(pair) => {
                let padding: &'static dyn RsaEncoding = match algorithm {
                    Algorithm::RsaSha256 => &RSA_PKCS1_SHA256,
                    Algorithm::RsaSha384 => &RSA_PKCS1_SHA384,
                    Algorithm::RsaSha512 => &RSA_PKCS1_SHA512,
                    Algorithm::RsaPssSha256 => &RSA_PSS_SHA256,
                    Algorithm::RsaPssSha384 => &RSA_PSS_SHA384,
                    Algorithm::RsaPssSha512 => &RSA_PSS_SHA512,
                    _ => return Err(IssueError::Key),
                };
                let mut signature = vec![0; pair.public_modulus_len()];
                pair.sign(padding, &self.random, bytes, &mut signature).map_err(|_| IssueError::Random)?;
                Ok(signature)
            }
        }
    }
}

/// Has a signature stamped by a time-stamping authority: the token (RFC 3161), DER.
pub type Stamper<'a> = dyn Fn(&[u8]) -> Result<Vec<u8>, IssueError> + 'a;

/// A key with its certificates, ready to seal many documents.
#[derive(Debug)]
pub struct Sealer {
    key: SigningKey,
    algorithm: Algorithm,
    certificates: Vec<Vec<u8>>,
    staple: Staple,
}

impl Sealer {
    /// From a credential.
    ///
    /// # Errors
    /// [`IssueError::Key`].
    pub fn new(credential: &Credential) -> Result<Self, IssueError> {
        let mut certificates = vec![credential.certificate_der.clone()];
        certificates.extend(credential.chain.iter().cloned());
        let key = SigningKey::from_pkcs8(&credential.key_pkcs8)?;
        Ok(Self { algorithm: key.algorithm(), key, certificates, staple: Staple::default() })
    }

    /// The same with another algorithm of the key.
    ///
    /// # Errors
    /// [`IssueError::Key`] where the key is of another kind.
    pub fn with_algorithm(mut self, algorithm: Algorithm) -> Result<Self, IssueError> {
        if algorithm.row().key != self.key.algorithm().row().key {
            return Err(IssueError::Key);
        }
        self.algorithm = algorithm;
        Ok(self)
    }

    /// The same with an answer of the authority about revocation (an OCSP response, DER) stapled to each seal.
    #[must_use]
    pub fn stapling(mut self, answer: Vec<u8>) -> Self {
        self.staple.answers.push(answer);
        self
    }

    /// A seal over exactly these `bytes`.
    ///
    /// # Errors
    /// [`IssueError::Random`].
    pub fn seal(&self, bytes: &[u8]) -> Result<DetachedSeal, IssueError> {
        Ok(DetachedSeal {
            algorithm: self.algorithm,
            certificates: self.certificates.clone(),
            signature: self.key.sign_with(self.algorithm, bytes)?,
            answers: self.staple.answers.clone(),
        })
    }

    /// CMS over exactly these `bytes`, kept beside them: CAdES-BES, or CAdES-T where `stamp` has the signature
    /// stamped. `at` is the time the signer states.
    ///
    /// # Errors
    /// [`IssueError::Random`], [`IssueError::Certificate`], and what `stamp` says.
    pub fn cms(
        &self,
        bytes: &[u8],
        at: Timestamp,
        stamp: Option<&Stamper<'_>>,
    ) -> Result<Vec<u8>, IssueError> {
        let own = self.certificates.first().map(Vec::as_slice).unwrap_or_default();
        let unsigned = cms::Unsigned::new(bytes, cms::DATA, self.algorithm, own, at);
        let signature = self.key.sign_with(self.algorithm, &unsigned.signed())?;
        let token = match stamp {
            Some(stamp) => Some(stamp(&signature)?),
            None => None,
        };
        let certificates: Vec<&[u8]> = self.certificates.iter().map(Vec::as_slice).collect();
        unsigned
            .with(
                (cms::DATA, None),
                (self.algorithm, &signature),
                &certificates,
                &self.staple,
                token.as_deref(),
            )
            .ok_or_else(|| IssueError::Certificate("the signer's certificate cannot be read".to_owned()))
    }

    /// The document with a signature inside its root element.
    ///
    /// # Errors
    /// [`IssueError::Document`], [`IssueError::Random`].
    pub fn enveloped(&self, document: &[u8]) -> Result<Vec<u8>, IssueError> {
        xml::enveloped(document, self)
    }

    /// A signature with the document inside.
    ///
    /// # Errors
    /// [`IssueError::Document`], [`IssueError::Random`].
    pub fn enveloping(&self, document: &[u8]) -> Result<Vec<u8>, IssueError> {
        xml::enveloping(document, self)
    }

    pub(crate) fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    pub(crate) fn certificates(&self) -> &[Vec<u8>] {
        &self.certificates
    }

    pub(crate) fn staple(&self) -> &Staple {
        &self.staple
    }

    pub(crate) fn sign(&self, bytes: &[u8]) -> Result<Vec<u8>, IssueError> {
        self.key.sign_with(self.algorithm, bytes)
    }
}

/// A seal over exactly these `bytes`; for many, keep a [`Sealer`].
///
/// # Errors
/// [`IssueError::Key`], [`IssueError::Random`].
pub fn seal(bytes: &[u8], credential: &Credential) -> Result<DetachedSeal, IssueError> {
    Sealer::new(credential)?.seal(bytes)
}
