//! A small authority for the demonstration, the generator and tests. Not for production: it keeps no
//! register and revokes nothing.

use std::fmt;
use std::time::Duration;

use jiff::Timestamp;
use rcgen::{
    BasicConstraints, CertificateParams, DistinguishedName, DnType, IsCa, Issuer, KeyPair, KeyUsagePurpose,
    PKCS_ECDSA_P256_SHA256, PKCS_ED25519, PublicKeyData, date_time_ymd,
};

use crate::algorithm::Algorithm;
use crate::certificate::Certificate;
use crate::pem;

/// organizationIdentifier (X.520), where the tax number goes.
const ORGANISATION_IDENTIFIER: [u64; 4] = [2, 5, 4, 97];
/// An authority made here is valid from 2000-01-01 (seconds since 1970) …
const AUTHORITY_FROM: i64 = 946_684_800;
/// … to 2099-12-31T23:59:59Z: no clock is read, and demonstrations play in any year.
const AUTHORITY_TO: i64 = 4_102_444_799;
/// The last second a certificate can state, end of year 9999 (RFC 5280 section 4.1.2.5).
const LAST_SECOND: i64 = 253_402_300_799;

/// Why a key or certificate cannot be made or read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum IssueError {
    /// Not a private key of an accepted kind.
    #[error("GL-3061: the private key is not PKCS#8 of ECDSA P-256 or Ed25519")]
    Key,
    /// The PEM text lacks the certificate or the key.
    #[error("GL-3062: the PEM text needs a CERTIFICATE and a PRIVATE KEY block that belong together")]
    Pem,
    /// The certificate is not one this authority can continue with.
    #[error("GL-3063: the certificate is not of an authority made here")]
    NotAuthority,
    /// The validity ends before it begins.
    #[error("GL-3064: a certificate cannot end before it begins")]
    Validity,
    /// The system's random source failed.
    #[error("GL-3065: the system has no random bytes")]
    Random,
    /// The certificate could not be made.
    #[error("GL-3066: the certificate could not be made: {0}")]
    Certificate(String),
}

impl From<rcgen::Error> for IssueError {
    fn from(error: rcgen::Error) -> Self {
        IssueError::Certificate(error.to_string())
    }
}

/// A signer's certificate with its key and the intermediate certificates up to the trusted authority.
#[derive(Clone, PartialEq, Eq)]
pub struct Credential {
    /// The signer's certificate, DER.
    pub certificate_der: Vec<u8>,
    /// Intermediate certificates, DER, nearest first, without the trusted one.
    pub chain: Vec<Vec<u8>>,
    /// The private key, PKCS#8. Secret.
    pub key_pkcs8: Vec<u8>,
}

impl fmt::Debug for Credential {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Credential").field("chain", &self.chain.len()).finish_non_exhaustive()
    }
}

impl Credential {
    /// Certificates, then the key, as PEM. Secret.
    pub fn to_pem(&self) -> String {
        let certificates = std::iter::once(&self.certificate_der).chain(&self.chain);
        pem::bundle(certificates.map(Vec::as_slice), Some(&self.key_pkcs8))
    }

    /// Reads what [`Credential::to_pem`] or other tools wrote: the signer's certificate first.
    ///
    /// # Errors
    /// [`IssueError::Pem`].
    pub fn from_pem(text: &str) -> Result<Self, IssueError> {
        let mut certificates = pem::certificates(text).ok_or(IssueError::Pem)?.into_iter();
        let certificate_der = certificates.next().ok_or(IssueError::Pem)?;
        let key_pkcs8 = pem::key(text).ok_or(IssueError::Pem)?;
        Ok(Self { certificate_der, chain: certificates.collect(), key_pkcs8 })
    }
}

/// An authority that issues certificates.
pub struct Authority {
    key: KeyPair,
    params: CertificateParams,
    certificate_der: Vec<u8>,
    /// Certificates between this authority's and the trusted one: own first; empty if it is trusted itself.
    chain: Vec<Vec<u8>>,
}

impl fmt::Debug for Authority {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Authority").field("chain", &self.chain.len()).finish_non_exhaustive()
    }
}

/// Sets the validity in seconds since 1970; certificates begin with 1970 here.
pub(crate) fn set_validity(params: &mut CertificateParams, from: i64, to: i64) {
    let since_1970 = |second: i64| Duration::from_secs(second.clamp(0, LAST_SECOND).unsigned_abs());
    params.not_before = date_time_ymd(1970, 1, 1) + since_1970(from);
    params.not_after = date_time_ymd(1970, 1, 1) + since_1970(to);
}

pub(crate) fn authority_params(name: &str) -> CertificateParams {
    let mut params = CertificateParams::default();
    params.distinguished_name = DistinguishedName::new();
    params.distinguished_name.push(DnType::CommonName, name);
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    set_validity(&mut params, AUTHORITY_FROM, AUTHORITY_TO);
    params
}

fn key_pair(algorithm: Algorithm) -> Result<KeyPair, IssueError> {
    Ok(KeyPair::generate_for(match algorithm {
        Algorithm::EcdsaP256Sha256 => &PKCS_ECDSA_P256_SHA256,
        Algorithm::Ed25519 => &PKCS_ED25519,
    })?)
}

impl Authority {
    /// A new authority of this name with a key of its own (ECDSA P-256), valid from 2000 to 2099.
    ///
    /// # Errors
    /// [`IssueError::Certificate`].
    pub fn generate(name: &str) -> Result<Self, IssueError> {
        Self::generate_as(authority_params(name))
    }

    /// A trusted authority exactly as `params` say.
    pub(crate) fn generate_as(params: CertificateParams) -> Result<Self, IssueError> {
        let key = key_pair(Algorithm::EcdsaP256Sha256)?;
        let certificate_der = params.self_signed(&key)?.der().to_vec();
        Ok(Self { key, params, certificate_der, chain: Vec::new() })
    }

    /// A new authority below this one.
    ///
    /// # Errors
    /// [`IssueError::Certificate`].
    pub fn intermediate(&self, name: &str) -> Result<Self, IssueError> {
        self.intermediate_as(authority_params(name))
    }

    /// An authority below this one exactly as `params` say.
    pub(crate) fn intermediate_as(&self, mut params: CertificateParams) -> Result<Self, IssueError> {
        let key = key_pair(Algorithm::EcdsaP256Sha256)?;
        params.use_authority_key_identifier_extension = true;
        let certificate_der =
            params.signed_by(&key, &Issuer::from_params(&self.params, &self.key))?.der().to_vec();
        let mut chain = vec![certificate_der.clone()];
        chain.extend(self.chain.iter().cloned());
        Ok(Self { key, params, certificate_der, chain })
    }

    /// A certificate with a new key for a signer, valid from `validity.0` to `validity.1`, both included,
    /// to the second. The tax number goes into organizationIdentifier as given.
    ///
    /// # Errors
    /// [`IssueError::Validity`], [`IssueError::Certificate`].
    pub fn issue(
        &self,
        common_name: &str,
        organisation: Option<&str>,
        tax_number: Option<&str>,
        algorithm: Algorithm,
        validity: (Timestamp, Timestamp),
    ) -> Result<Credential, IssueError> {
        let mut params = CertificateParams::default();
        params.distinguished_name = DistinguishedName::new();
        params.distinguished_name.push(DnType::CommonName, common_name);
        if let Some(organisation) = organisation {
            params.distinguished_name.push(DnType::OrganizationName, organisation);
        }
        if let Some(tax_number) = tax_number {
            params.distinguished_name.push(DnType::from_oid(&ORGANISATION_IDENTIFIER), tax_number);
        }
        params.is_ca = IsCa::ExplicitNoCa;
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature, KeyUsagePurpose::ContentCommitment];
        params.use_authority_key_identifier_extension = true;
        self.issue_as(params, algorithm, validity)
    }

    /// A certificate exactly as `params` say but for its validity.
    pub(crate) fn issue_as(
        &self,
        mut params: CertificateParams,
        algorithm: Algorithm,
        (from, to): (Timestamp, Timestamp),
    ) -> Result<Credential, IssueError> {
        if from > to {
            return Err(IssueError::Validity);
        }
        set_validity(&mut params, from.as_second(), to.as_second());
        let key = key_pair(algorithm)?;
        let certificate = params.signed_by(&key, &Issuer::from_params(&self.params, &self.key))?;
        Ok(Credential {
            certificate_der: certificate.der().to_vec(),
            chain: self.chain.clone(),
            key_pkcs8: key.serialize_der(),
        })
    }

    /// This authority's own certificate, DER.
    pub fn certificate_der(&self) -> &[u8] {
        &self.certificate_der
    }

    /// This authority's own certificate as PEM, to be trusted: [`Anchors::from_pem`](crate::Anchors::from_pem).
    pub fn certificate_pem(&self) -> String {
        pem::bundle([self.certificate_der.as_slice()], None)
    }

    /// Certificates and key as PEM, to be kept. Secret.
    pub fn to_pem(&self) -> String {
        let above = self.chain.iter().skip(1).map(Vec::as_slice);
        pem::bundle(
            std::iter::once(self.certificate_der.as_slice()).chain(above),
            Some(self.key.serialized_der()),
        )
    }

    /// Reads what [`Authority::to_pem`] wrote.
    ///
    /// # Errors
    /// [`IssueError::Pem`], [`IssueError::Key`], [`IssueError::NotAuthority`].
    pub fn from_pem(text: &str) -> Result<Self, IssueError> {
        let certificates = pem::certificates(text).ok_or(IssueError::Pem)?;
        let own = certificates.first().ok_or(IssueError::Pem)?;
        let key = KeyPair::try_from(pem::key(text).ok_or(IssueError::Pem)?).map_err(|_| IssueError::Key)?;
        let read = Certificate::read(own).ok_or(IssueError::NotAuthority)?;
        if !read.may_issue() {
            return Err(IssueError::NotAuthority);
        }
        // Issuing needs the name in the very same bytes; it is made again from its text and compared.
        let params = authority_params(&read.name());
        let again = params.self_signed(&key)?;
        let again = Certificate::read(again.der()).ok_or(IssueError::NotAuthority)?;
        if again.identity().0 != read.identity().0 {
            return Err(IssueError::NotAuthority);
        }
        if read.identity().1 != key.subject_public_key_info() {
            return Err(IssueError::Pem);
        }
        let chain = if read.is_self_issued() { Vec::new() } else { certificates.clone() };
        Ok(Self { certificate_der: own.clone(), key, params, chain })
    }
}
