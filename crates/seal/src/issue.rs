//! A small authority for the demonstration, the generator and tests. Not for production: it keeps no
//! register.

use std::fmt;

use const_oid::ObjectIdentifier as Oid;
use jiff::Timestamp;

use crate::algorithm::Algorithm;
use crate::certificate::Certificate;
use crate::claim::Staple;
use crate::cms;
use crate::identifier::{framed, written};
use crate::pem;
use crate::sign::{SigningKey, generate_key, random};
use crate::stamp as stamps;
use crate::template::{
    COMMON_NAME, Issuer, ORGANISATION, ORGANISATION_IDENTIFIER, Request, Template, authority_key, name,
    purpose, usage,
};
use crate::tlv;

/// An authority made here is valid from 2000-01-01 (seconds since 1970) …
const AUTHORITY_FROM: i64 = 946_684_800;
/// … to 2099-12-31T23:59:59Z: no clock is read, and demonstrations play in any year.
const AUTHORITY_TO: i64 = 4_102_444_799;

/// Why a key or certificate cannot be made or read, or a document not be signed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum IssueError {
    /// Not a private key of an accepted kind.
    #[error(
        "GL-3061: the private key is not PKCS#8 of RSA, ECDSA P-256 or P-384, Ed25519 or GOST R 34.10-2012, or the \
         algorithm is for another kind of key"
    )]
    Key,
    /// The PEM text lacks the certificate or the key.
    #[error("GL-3062: the PEM text needs a CERTIFICATE and a PRIVATE KEY block that belong together")]
    Pem,
    /// The certificate is not one this authority can continue with.
    #[error("GL-3063: the certificate is not an authority's")]
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
    /// The document cannot carry an XML signature.
    #[error("GL-3067: the document cannot be signed: {0}; sign it as cms or detached, or mend it")]
    Document(String),
    /// Not a request for a certificate, or not signed with the key it is for.
    #[error("GL-3068: this is no request for a certificate (PKCS#10), or it was not signed with its own key")]
    Request,
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
        Self::from_parts(text, text)
    }

    /// The same from two texts: certificates, the signer's first, and the key.
    ///
    /// # Errors
    /// [`IssueError::Pem`].
    pub fn from_parts(certificates: &str, key: &str) -> Result<Self, IssueError> {
        let mut certificates = pem::certificates(certificates).ok_or(IssueError::Pem)?.into_iter();
        let certificate_der = certificates.next().ok_or(IssueError::Pem)?;
        let key_pkcs8 = pem::key(key).ok_or(IssueError::Pem)?;
        Ok(Self { certificate_der, chain: certificates.collect(), key_pkcs8 })
    }

    /// Whether the key is the one in the certificate.
    pub fn belongs_together(&self) -> bool {
        let key = SigningKey::from_pkcs8(&self.key_pkcs8);
        let info = key.map(|key| key.public_info());
        let own = Certificate::read(&self.certificate_der);
        matches!((info, own), (Ok(info), Some(own)) if own.identity().1 == info)
    }
}

/// An authority that issues certificates.
pub struct Authority {
    key: SigningKey,
    key_pkcs8: Vec<u8>,
    /// Its name, DER.
    name: Vec<u8>,
    certificate_der: Vec<u8>,
    /// Certificates between this authority's and the trusted one: own first; empty if it is trusted itself.
    chain: Vec<Vec<u8>>,
}

impl fmt::Debug for Authority {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Authority").field("chain", &self.chain.len()).finish_non_exhaustive()
    }
}

pub(crate) fn authority_template(common_name: &str) -> Template {
    Template {
        subject: name(&[(COMMON_NAME, common_name)]),
        validity: (AUTHORITY_FROM, AUTHORITY_TO),
        authority: Some(None),
        usage: usage::KEY_CERT_SIGN | usage::CRL_SIGN,
        purposes: Vec::new(),
        others: Vec::new(),
    }
}

/// A certificate for signing documents.
pub(crate) fn signer_template(subject: Vec<u8>, (from, to): (Timestamp, Timestamp)) -> Template {
    Template {
        subject,
        validity: (from.as_second(), to.as_second()),
        authority: None,
        usage: usage::DIGITAL_SIGNATURE | usage::CONTENT_COMMITMENT,
        purposes: Vec::new(),
        others: Vec::new(),
    }
}

impl Authority {
    /// A new authority of this name with a key of its own (ECDSA P-256), valid from 2000 to 2099.
    ///
    /// # Errors
    /// [`IssueError::Random`].
    pub fn generate(name: &str) -> Result<Self, IssueError> {
        Self::generate_with(name, Algorithm::EcdsaP256Sha256)
    }

    /// The same with a key for this algorithm.
    ///
    /// # Errors
    /// [`IssueError::Random`], [`IssueError::Key`].
    pub fn generate_with(name: &str, algorithm: Algorithm) -> Result<Self, IssueError> {
        Self::generate_as(&authority_template(name), algorithm)
    }

    /// A trusted authority exactly as the template says.
    pub(crate) fn generate_as(template: &Template, algorithm: Algorithm) -> Result<Self, IssueError> {
        let key_pkcs8 = generate_key(algorithm)?;
        let key = SigningKey::from_pkcs8(&key_pkcs8)?;
        let own = Issuer { name: &template.subject, key: &key };
        let certificate_der = template.certificate(&key.public_info(), &own)?;
        Ok(Self { key, key_pkcs8, name: template.subject.clone(), certificate_der, chain: Vec::new() })
    }

    /// A new authority below this one.
    ///
    /// # Errors
    /// [`IssueError::Random`].
    pub fn intermediate(&self, name: &str) -> Result<Self, IssueError> {
        self.intermediate_as(&authority_template(name))
    }

    /// An authority below this one exactly as the template says.
    pub(crate) fn intermediate_as(&self, template: &Template) -> Result<Self, IssueError> {
        let key_pkcs8 = generate_key(self.key.algorithm())?;
        let key = SigningKey::from_pkcs8(&key_pkcs8)?;
        let certificate_der = template.certificate(&key.public_info(), &self.issuer())?;
        let mut chain = vec![certificate_der.clone()];
        chain.extend(self.chain.iter().cloned());
        Ok(Self { key, key_pkcs8, name: template.subject.clone(), certificate_der, chain })
    }

    fn issuer(&self) -> Issuer<'_> {
        Issuer { name: &self.name, key: &self.key }
    }

    /// A certificate with a new key for a signer, valid from `validity.0` to `validity.1`, both included,
    /// to the second. The tax number goes into organizationIdentifier as given.
    ///
    /// # Errors
    /// [`IssueError::Validity`], [`IssueError::Random`], [`IssueError::Key`].
    pub fn issue(
        &self,
        common_name: &str,
        organisation: Option<&str>,
        tax_number: Option<&str>,
        algorithm: Algorithm,
        validity: (Timestamp, Timestamp),
    ) -> Result<Credential, IssueError> {
        let mut attributes = vec![(COMMON_NAME, common_name)];
        attributes.extend(organisation.map(|value| (ORGANISATION, value)));
        attributes.extend(tax_number.map(|value| (ORGANISATION_IDENTIFIER, value)));
        self.issue_as(&signer_template(name(&attributes), validity), algorithm)
    }

    /// A certificate exactly as the template says, with a new key.
    pub(crate) fn issue_as(
        &self,
        template: &Template,
        algorithm: Algorithm,
    ) -> Result<Credential, IssueError> {
        let key_pkcs8 = generate_key(algorithm)?;
        let key = SigningKey::from_pkcs8(&key_pkcs8)?;
        let certificate_der = template.certificate(&key.public_info(), &self.issuer())?;
        Ok(Credential { certificate_der, chain: self.chain.clone(), key_pkcs8 })
    }

    /// A certificate for signing documents to whoever asks with `request` (PKCS#10, DER).
    ///
    /// # Errors
    /// [`IssueError::Request`], [`IssueError::Validity`], [`IssueError::Random`].
    pub fn certify(&self, request: &[u8], validity: (Timestamp, Timestamp)) -> Result<Vec<u8>, IssueError> {
        let request = Request::read(request)?;
        signer_template(request.subject, validity).certificate(&request.public_info, &self.issuer())
    }

    /// A certificate for time-stamps, with a new key of the same kind as this authority's.
    ///
    /// # Errors
    /// [`IssueError::Validity`], [`IssueError::Random`].
    pub fn issue_for_stamps(
        &self,
        common_name: &str,
        validity: (Timestamp, Timestamp),
    ) -> Result<Credential, IssueError> {
        let mut template = signer_template(name(&[(COMMON_NAME, common_name)]), validity);
        template.purposes = vec![purpose::TIME_STAMPS];
        self.issue_as(&template, self.key.algorithm())
    }

    /// A certificate for answering about revocation in this authority's name, with a new key.
    ///
    /// # Errors
    /// [`IssueError::Validity`], [`IssueError::Random`].
    pub fn issue_for_answers(
        &self,
        common_name: &str,
        validity: (Timestamp, Timestamp),
    ) -> Result<Credential, IssueError> {
        let mut template = signer_template(name(&[(COMMON_NAME, common_name)]), validity);
        template.purposes = vec![purpose::OCSP];
        self.issue_as(&template, self.key.algorithm())
    }

    /// The list of certificates this authority revoked, each with when, made at `from` and good until `to`
    /// (RFC 5280 section 5), DER.
    ///
    /// # Errors
    /// [`IssueError::Certificate`] where one cannot be read, [`IssueError::Random`].
    pub fn revocation_list(
        &self,
        revoked: &[(&[u8], Timestamp)],
        (from, to): (Timestamp, Timestamp),
    ) -> Result<Vec<u8>, IssueError> {
        let mut entries = Vec::with_capacity(revoked.len());
        for (der, at) in revoked {
            let serial = tlv::element(tlv::INTEGER, &[serial_of(der)?.as_slice()]);
            entries.push(tlv::sequence(&[&serial, &tlv::time(*at)]));
        }
        let entries: Vec<&[u8]> = entries.iter().map(Vec::as_slice).collect();
        let entries = if entries.is_empty() { Vec::new() } else { tlv::sequence(&entries) };
        let algorithm = self.key.algorithm();
        let list = tlv::sequence(&[
            &tlv::integer(&[1]),
            &written(algorithm),
            &self.name,
            &tlv::time(from),
            &tlv::time(to),
            &entries,
            &tlv::element(tlv::field(0), &[&tlv::sequence(&[&authority_key(&self.key)])]),
        ]);
        let signature = self.key.sign(&list)?;
        Ok(framed(&list, algorithm, &signature))
    }

    /// An answer about one certificate: good, or revoked at a moment (RFC 6960), DER; by this authority, or by
    /// whom it let answer.
    ///
    /// # Errors
    /// [`IssueError::Certificate`] where it cannot be read, [`IssueError::Key`], [`IssueError::Random`].
    pub fn answer(
        &self,
        certificate_der: &[u8],
        revoked: Option<Timestamp>,
        (from, to): (Timestamp, Timestamp),
        responder: Option<&Credential>,
    ) -> Result<Vec<u8>, IssueError> {
        use aws_lc_rs::digest::{SHA256, digest};
        let own = Certificate::read(&self.certificate_der).ok_or(IssueError::NotAuthority)?;
        let own_key = own.key().ok_or(IssueError::Key)?;
        let sha256 = tlv::sequence(&[&tlv::oid(crate::algorithm::Hash::Sha256.oid())]);
        let id = tlv::sequence(&[
            &sha256,
            &tlv::octets(digest(&SHA256, &self.name).as_ref()),
            &tlv::octets(digest(&SHA256, own_key.bits()).as_ref()),
            &tlv::element(tlv::INTEGER, &[serial_of(certificate_der)?.as_slice()]),
        ]);
        let status = match revoked {
            None => tlv::element(tlv::primitive(0), &[]),
            Some(at) => tlv::element(tlv::field(1), &[&tlv::general_time(at)]),
        };
        let single = tlv::sequence(&[
            &id,
            &status,
            &tlv::general_time(from),
            &tlv::element(tlv::field(0), &[&tlv::general_time(to)]),
        ]);
        let given = responder.map(|given| SigningKey::from_pkcs8(&given.key_pkcs8)).transpose()?;
        let key = given.as_ref().unwrap_or(&self.key);
        let data = tlv::sequence(&[
            &tlv::element(tlv::field(1), &[&self.name]),
            &tlv::general_time(from),
            &tlv::sequence(&[&single]),
        ]);
        let certificates = responder
            .map(|responder| tlv::element(tlv::field(0), &[&tlv::sequence(&[&responder.certificate_der])]));
        let basic = tlv::sequence(&[
            &data,
            &written(key.algorithm()),
            &tlv::bit_string(&key.sign(&data)?),
            &certificates.unwrap_or_default(),
        ]);
        let kind = tlv::oid(Oid::new_unwrap("1.3.6.1.5.5.7.48.1.1"));
        let bytes = tlv::sequence(&[&kind, &tlv::octets(&basic)]);
        let successful = tlv::element(tlv::ENUMERATED, &[&[0]]);
        Ok(tlv::sequence(&[&successful, &tlv::element(tlv::field(0), &[&bytes])]))
    }

    /// This authority's own certificate, DER.
    pub fn certificate_der(&self) -> &[u8] {
        &self.certificate_der
    }

    /// This authority's own certificate as PEM, to be trusted: [`Anchors::from_pem`](crate::Anchors::from_pem).
    pub fn certificate_pem(&self) -> String {
        pem::bundle([self.certificate_der.as_slice()], None)
    }

    /// The certificates between this authority's signers and the trusted one, as PEM; empty if it is trusted
    /// itself.
    pub fn chain_pem(&self) -> String {
        pem::bundle(self.chain.iter().map(Vec::as_slice), None)
    }

    /// Certificates and key as PEM, to be kept. Secret.
    pub fn to_pem(&self) -> String {
        let above = self.chain.iter().skip(1).map(Vec::as_slice);
        pem::bundle(std::iter::once(self.certificate_der.as_slice()).chain(above), Some(&self.key_pkcs8))
    }

    /// Reads what [`Authority::to_pem`] wrote.
    ///
    /// # Errors
    /// [`IssueError::Pem`], [`IssueError::Key`], [`IssueError::NotAuthority`].
    pub fn from_pem(text: &str) -> Result<Self, IssueError> {
        let certificates = pem::certificates(text).ok_or(IssueError::Pem)?;
        let own = certificates.first().ok_or(IssueError::Pem)?;
        let key_pkcs8 = pem::key(text).ok_or(IssueError::Pem)?;
        let key = SigningKey::from_pkcs8(&key_pkcs8)?;
        let read = Certificate::read(own).filter(Certificate::may_issue).ok_or(IssueError::NotAuthority)?;
        if read.identity().1 != key.public_info() {
            return Err(IssueError::Pem);
        }
        let chain = if read.is_self_issued() { Vec::new() } else { certificates.clone() };
        Ok(Self { name: read.identity().0.to_vec(), certificate_der: own.clone(), key, key_pkcs8, chain })
    }
}

fn serial_of(der: &[u8]) -> Result<Vec<u8>, IssueError> {
    let read = Certificate::read(der).map(|read| read.serial().to_vec());
    read.ok_or_else(|| IssueError::Certificate("a certificate cannot be read".to_owned()))
}

/// A time-stamp (RFC 3161) over `stamped` at `at`, by the owner of a certificate for that, DER.
///
/// # Errors
/// [`IssueError::Key`], [`IssueError::Certificate`], [`IssueError::Random`].
pub fn stamp(stamped: &[u8], credential: &Credential, at: Timestamp) -> Result<Vec<u8>, IssueError> {
    let key = SigningKey::from_pkcs8(&credential.key_pkcs8)?;
    let algorithm = key.algorithm();
    let content = stamps::content(stamped, &random::<8>()?, at);
    let unsigned =
        cms::Unsigned::new(&content, stamps::STAMP_CONTENT, algorithm, &credential.certificate_der, at);
    let signature = key.sign(&unsigned.signed())?;
    let mut certificates = vec![credential.certificate_der.as_slice()];
    certificates.extend(credential.chain.iter().map(Vec::as_slice));
    unsigned
        .with(
            (stamps::STAMP_CONTENT, Some(&content)),
            (algorithm, &signature),
            &certificates,
            &Staple::default(),
            None,
        )
        .ok_or_else(|| IssueError::Certificate("the certificate cannot be read".to_owned()))
}
