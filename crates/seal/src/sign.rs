//! Sealing: for the generator, the demonstration, tests and small filers.

use std::fmt;

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, Ed25519KeyPair};

use crate::algorithm::Algorithm;
use crate::detached::DetachedSeal;
use crate::issue::{Credential, IssueError};

enum Pair {
    Ecdsa(Box<EcdsaKeyPair>),
    Ed25519(Ed25519KeyPair),
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

impl SigningKey {
    /// The key in `pkcs8`: ECDSA on P-256 or Ed25519.
    ///
    /// # Errors
    /// [`IssueError::Key`].
    pub fn from_pkcs8(pkcs8: &[u8]) -> Result<Self, IssueError> {
        let random = SystemRandom::new();
        let ecdsa = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, pkcs8);
        let pair = match ecdsa {
            Ok(pair) => Pair::Ecdsa(Box::new(pair)),
            Err(_) => {
                Pair::Ed25519(Ed25519KeyPair::from_pkcs8_maybe_unchecked(pkcs8).map_err(|_| IssueError::Key)?)
            }
        };
        Ok(Self { pair, random })
    }

    /// What it signs with.
    pub fn algorithm(&self) -> Algorithm {
        match &self.pair {
            Pair::Ecdsa(_) => Algorithm::EcdsaP256Sha256,
            Pair::Ed25519(_) => Algorithm::Ed25519,
        }
    }

    /// Signs `bytes`, in the form [`Algorithm`] says.
    ///
    /// # Errors
    /// [`IssueError::Random`]: ECDSA draws a number for each signature.
    pub fn sign(&self, bytes: &[u8]) -> Result<Vec<u8>, IssueError> {
        match &self.pair {
            Pair::Ecdsa(pair) => {
                let signature = pair.sign(&self.random, bytes).map_err(|_| IssueError::Random)?;
                Ok(signature.as_ref().to_vec())
            }
            Pair::Ed25519(pair) => Ok(pair.sign(bytes).as_ref().to_vec()),
        }
    }
}

/// A key with its certificates, ready to seal many documents.
#[derive(Debug)]
pub struct Sealer {
    key: SigningKey,
    certificates: Vec<Vec<u8>>,
}

impl Sealer {
    /// From a credential.
    ///
    /// # Errors
    /// [`IssueError::Key`].
    pub fn new(credential: &Credential) -> Result<Self, IssueError> {
        let mut certificates = vec![credential.certificate_der.clone()];
        certificates.extend(credential.chain.iter().cloned());
        Ok(Self { key: SigningKey::from_pkcs8(&credential.key_pkcs8)?, certificates })
    }

    /// A seal over exactly these `bytes`.
    ///
    /// # Errors
    /// [`IssueError::Random`].
    pub fn seal(&self, bytes: &[u8]) -> Result<DetachedSeal, IssueError> {
        Ok(DetachedSeal {
            algorithm: self.key.algorithm(),
            certificates: self.certificates.clone(),
            signature: self.key.sign(bytes)?,
        })
    }
}

/// A seal over exactly these `bytes`; for many, keep a [`Sealer`].
///
/// # Errors
/// [`IssueError::Key`], [`IssueError::Random`].
pub fn seal(bytes: &[u8], credential: &Credential) -> Result<DetachedSeal, IssueError> {
    Sealer::new(credential)?.seal(bytes)
}
