//! CMS beside the document (RFC 5652), as OpenSSL and the cryptographic providers of the trade write it:
//! one signer, signed attributes, the content elsewhere. With the attribute that binds the signer's
//! certificate it is CAdES-BES, with a time-stamp over the signature CAdES-T (RFC 5126, ETSI EN 319 122-1).

use std::borrow::Cow;

use const_oid::ObjectIdentifier as Oid;
use data_encoding::BASE64;
use jiff::Timestamp;

use crate::algorithm::{Algorithm, Hash};
use crate::certificate::{Certificate, moment, sha256};
use crate::claim::{Claim, Staple};
use crate::detached::{
    CERTIFICATE_BYTES_MAX, CERTIFICATES_MAX, SEAL_BYTES_MAX, SIGNATURE_BYTES_MAX, STAPLE_BYTES_MAX,
    STAPLES_MAX,
};
use crate::error::SealError;
use crate::identifier::{Identifier, written};
use crate::tlv::{self, Element, Elements};
use crate::verdict::Form;

pub(crate) const SIGNED_DATA: Oid = Oid::new_unwrap("1.2.840.113549.1.7.2");
pub(crate) const DATA: Oid = Oid::new_unwrap("1.2.840.113549.1.7.1");
const CONTENT_TYPE: Oid = Oid::new_unwrap("1.2.840.113549.1.9.3");
const MESSAGE_DIGEST: Oid = Oid::new_unwrap("1.2.840.113549.1.9.4");
const SIGNING_TIME: Oid = Oid::new_unwrap("1.2.840.113549.1.9.5");
/// ESS signing certificate, version 1 (RFC 2634) and 2 (RFC 5035).
const SIGNING_CERTIFICATE: Oid = Oid::new_unwrap("1.2.840.113549.1.9.16.2.12");
const SIGNING_CERTIFICATE_V2: Oid = Oid::new_unwrap("1.2.840.113549.1.9.16.2.47");
/// A time-stamp over the signature (RFC 3161 appendix A).
const TIME_STAMP_TOKEN: Oid = Oid::new_unwrap("1.2.840.113549.1.9.16.2.14");
/// A stapled answer about revocation (RFC 5940).
const OCSP_RESPONSE: Oid = Oid::new_unwrap("1.3.6.1.5.5.7.16.2");
const SUBJECT_KEY_IDENTIFIER: Oid = Oid::new_unwrap("2.5.29.14");
/// The most attributes of a signer.
const ATTRIBUTES_MAX: usize = 32;

fn malformed(reason: impl Into<String>) -> SealError {
    SealError::Malformed { reason: reason.into() }
}

fn broken(what: &str) -> impl Fn() -> SealError {
    let reason = format!("CMS: {what}");
    move || malformed(reason.clone())
}

/// The DER in `bytes`: as it is, or between the lines of PEM.
///
/// # Errors
/// [`SealError::TooLarge`], [`SealError::Malformed`].
pub(crate) fn der(bytes: &[u8]) -> Result<Cow<'_, [u8]>, SealError> {
    if bytes.len() > SEAL_BYTES_MAX {
        return Err(SealError::TooLarge { max: SEAL_BYTES_MAX });
    }
    if bytes.first() == Some(&tlv::SEQUENCE) {
        return Ok(Cow::Borrowed(bytes));
    }
    let text = std::str::from_utf8(bytes).map_err(|_| malformed("neither DER nor PEM"))?;
    let mut lines = text.lines().map(str::trim);
    let begins = |line: &str| matches!(line, "-----BEGIN CMS-----" | "-----BEGIN PKCS7-----");
    lines.find(|line| begins(line)).ok_or_else(|| malformed("there is no BEGIN CMS line"))?;
    let base64: String = lines.take_while(|line| !line.starts_with("-----END")).collect();
    BASE64
        .decode(base64.as_bytes())
        .map(Cow::Owned)
        .map_err(|_| malformed("the text between the lines is not base64"))
}

/// Signed data, taken apart.
pub(crate) struct SignedData<'a> {
    /// The kind of content, and the content where it stands inside.
    content: (Oid, Option<&'a [u8]>),
    certificates: Vec<&'a [u8]>,
    staple: Staple,
    signer: SignerInfo<'a>,
}

/// The one signer.
struct SignerInfo<'a> {
    id: Element<'a>,
    digest: Hash,
    /// The signed attributes under the tag they are signed with.
    attributes: Vec<u8>,
    read: Vec<(Oid, Elements<'a>)>,
    algorithm: Identifier<'a>,
    signature: &'a [u8],
    unsigned: Vec<(Oid, Elements<'a>)>,
}

/// Attributes, each once and with one value.
fn attributes(set: Element<'_>) -> Option<Vec<(Oid, Elements<'_>)>> {
    let mut all: Vec<(Oid, Elements<'_>)> = Vec::new();
    for attribute in set.inside().all(ATTRIBUTES_MAX)? {
        let mut fields = tlv::only(attribute.whole, tlv::SEQUENCE)?.inside();
        let oid = fields.oid()?;
        let values = fields.take(tlv::SET)?;
        fields.end()?;
        if all.iter().any(|(known, _)| *known == oid) || values.inside().all(1)?.len() != 1 {
            return None;
        }
        all.push((oid, values.inside()));
    }
    Some(all)
}

fn value<'a>(attributes: &[(Oid, Elements<'a>)], oid: Oid) -> Option<Element<'a>> {
    attributes.iter().find(|(known, _)| *known == oid).and_then(|(_, value)| { *value }.any())
}

impl<'a> SignedData<'a> {
    /// Reads the frame; nothing is verified.
    pub(crate) fn read(der: &'a [u8]) -> Result<Self, SealError> {
        let frame = || {
            let mut outer = tlv::only(der, tlv::SEQUENCE)?.inside();
            let kind = outer.oid()?;
            let content = outer.take(tlv::field(0))?.inside().take(tlv::SEQUENCE)?;
            outer.end()?;
            (kind == SIGNED_DATA).then_some(content)
        };
        let mut fields = frame().ok_or_else(broken("no signed data in DER"))?.inside();
        let head = |fields: &mut Elements<'a>| {
            fields.take(tlv::INTEGER)?;
            fields.take(tlv::SET)?;
            let mut content = fields.take(tlv::SEQUENCE)?.inside();
            let kind = content.oid()?;
            let inside = match content.maybe(tlv::field(0)) {
                Some(inside) => Some(inside.inside().take(tlv::OCTETS)?.value),
                None => None,
            };
            content.end()?;
            Some((kind, inside))
        };
        let content = head(&mut fields).ok_or_else(broken("the content is not described"))?;
        let mut certificates = Vec::new();
        if let Some(set) = fields.maybe(tlv::field(0)) {
            let all = set.inside().all(CERTIFICATES_MAX * 4).ok_or_else(broken("certificates"))?;
            for certificate in all {
                if certificate.tag != tlv::SEQUENCE {
                    return Err(malformed("CMS: certificates of a form that is not X.509"));
                }
                if certificate.whole.len() > CERTIFICATE_BYTES_MAX {
                    return Err(SealError::TooLarge { max: CERTIFICATE_BYTES_MAX });
                }
                certificates.push(certificate.whole);
            }
        }
        let mut staple = Staple::default();
        if let Some(set) = fields.maybe(tlv::field(1)) {
            for choice in set.inside().all(STAPLES_MAX).ok_or_else(broken("proofs about revocation"))? {
                stapled(choice, &mut staple)?;
            }
        }
        let signers = fields.take(tlv::SET).and_then(|set| set.inside().all(2));
        fields.end().ok_or_else(broken("something follows the signers"))?;
        let signer = match signers.as_deref() {
            Some([one]) => SignerInfo::read(*one)?,
            _ => return Err(malformed("CMS: there must be exactly one signer")),
        };
        Ok(Self { content, certificates, staple, signer })
    }

    /// What it claims of `content`, whose kind is `kind`.
    ///
    /// # Errors
    /// [`SealError`] of the form and the content.
    pub(crate) fn claim<'c>(self, kind: Oid, content: Cow<'c, [u8]>) -> Result<Claim<'c>, SealError>
    where
        'a: 'c,
    {
        let signer = self.signer;
        let named = value(&signer.read, CONTENT_TYPE).and_then(|value| Oid::from_bytes(value.value).ok());
        if self.content.0 != kind || named != Some(kind) {
            return Err(malformed("CMS: the kind of content is another"));
        }
        let digest = value(&signer.read, MESSAGE_DIGEST)
            .filter(|value| value.tag == tlv::OCTETS)
            .ok_or_else(broken("there is no digest of the content"))?;
        // What stands inside is what others would verify: it may not differ from what stands beside.
        let is_other = self.content.1.is_some_and(|inside| inside != content.as_ref());
        if is_other || signer.digest.of(&content) != digest.value {
            return Err(SealError::Digest);
        }
        let own = self.certificates.iter().position(|der| is_named(der, signer.id));
        let own =
            own.ok_or_else(broken("the signer's certificate is missing; sign with certificates included"))?;
        let mut certificates = self.certificates;
        certificates.swap(0, own);
        // A bag of certificates may hold more than one chain: those that end at a root add nothing.
        if certificates.len() > CERTIFICATES_MAX {
            let signers = certificates.first().copied();
            certificates.retain(|der| {
                Some(*der) == signers || Certificate::read(der).is_none_or(|read| !read.is_self_issued())
            });
            if certificates.len() > CERTIFICATES_MAX {
                return Err(SealError::ChainTooLong { max: CERTIFICATES_MAX });
            }
        }
        let signers = certificates.first().copied().unwrap_or_default();
        let binds = binds_certificate(&signer.read, signers)?;
        let key = Certificate::read(signers).and_then(|read| read.key()).ok_or(SealError::UnsupportedKey)?;
        let algorithm = signer.algorithm.signature(&key, Some(signer.digest))?;
        let claimed_at = value(&signer.read, SIGNING_TIME).and_then(Element::seconds).map(moment);
        let stamp = value(&signer.unsigned, TIME_STAMP_TOKEN).map(|token| token.whole.to_vec());
        let form = match (binds, &stamp) {
            (true, Some(_)) => Form::CadesT,
            (true, None) => Form::CadesBes,
            (false, _) => Form::Cms,
        };
        Ok(Claim {
            form,
            document: content,
            signed: Cow::Owned(signer.attributes),
            algorithm,
            signature: Cow::Borrowed(signer.signature),
            certificates: certificates.into_iter().map(Cow::Borrowed).collect(),
            staple: self.staple,
            stamp,
            claimed_at,
        })
    }

    /// The content that stands inside, where it does.
    pub(crate) fn content(&self) -> Option<&'a [u8]> {
        self.content.1
    }
}

fn stapled(choice: Element<'_>, staple: &mut Staple) -> Result<(), SealError> {
    if choice.whole.len() > STAPLE_BYTES_MAX {
        return Err(SealError::TooLarge { max: STAPLE_BYTES_MAX });
    }
    if choice.tag == tlv::SEQUENCE {
        staple.lists.push(choice.whole.to_vec());
    } else if choice.tag == tlv::field(1) {
        let mut other = choice.inside();
        let is_answer = other.oid() == Some(OCSP_RESPONSE);
        let answer = other.take(tlv::SEQUENCE).filter(|_| is_answer && other.end().is_some());
        staple
            .answers
            .push(answer.ok_or_else(broken("a proof about revocation of an unknown kind"))?.whole.to_vec());
    } else {
        return Err(malformed("CMS: a proof about revocation of an unknown kind"));
    }
    Ok(())
}

impl<'a> SignerInfo<'a> {
    fn read(signer: Element<'a>) -> Result<Self, SealError> {
        let head = |fields: &mut Elements<'a>| {
            fields.take(tlv::INTEGER)?;
            let id = fields.any()?;
            Some((id, Identifier::read(fields)?))
        };
        let mut fields = tlv::only(signer.whole, tlv::SEQUENCE).ok_or_else(broken("the signer"))?.inside();
        let (id, digest) = head(&mut fields).ok_or_else(broken("the signer"))?;
        let digest = digest.hash()?;
        // Without signed attributes a signature over attributes could be passed off as one over content.
        let signed = fields.maybe(tlv::field(0)).ok_or_else(broken("there are no signed attributes"))?;
        let read = attributes(signed).ok_or_else(broken("the signed attributes"))?;
        let tail = |fields: &mut Elements<'a>| {
            let algorithm = Identifier::read(fields)?;
            let signature = fields.take(tlv::OCTETS)?.value;
            let unsigned = match fields.maybe(tlv::field(1)) {
                Some(unsigned) => attributes(unsigned)?,
                None => Vec::new(),
            };
            fields.end()?;
            Some((algorithm, signature, unsigned))
        };
        let (algorithm, signature, unsigned) = tail(&mut fields).ok_or_else(broken("the signature"))?;
        if signature.len() > SIGNATURE_BYTES_MAX {
            return Err(SealError::TooLarge { max: SIGNATURE_BYTES_MAX });
        }
        let attributes = tlv::element(tlv::SET, &[signed.value]);
        Ok(Self { id, digest, attributes, read, algorithm, signature, unsigned })
    }
}

/// Whether the signer's identifier names this certificate: by authority and number, or by the key's
/// identifier.
fn is_named(der: &[u8], id: Element<'_>) -> bool {
    let Some(certificate) = Certificate::read(der) else { return false };
    if id.tag == tlv::SEQUENCE {
        let mut fields = id.inside();
        fields.take(tlv::SEQUENCE).is_some_and(|name| name.whole == certificate.issuer())
            && fields.take(tlv::INTEGER).is_some_and(|serial| serial.value == certificate.serial())
    } else {
        id.tag == tlv::primitive(0)
            && certificate
                .extension(&SUBJECT_KEY_IDENTIFIER)
                .and_then(|value| tlv::only(value, tlv::OCTETS))
                .is_some_and(|value| value.value == id.value)
    }
}

/// Whether the signed attributes bind the signer's certificate; one that binds another is a fraud.
fn binds_certificate<'a>(attributes: &[(Oid, Elements<'a>)], certificate: &[u8]) -> Result<bool, SealError> {
    let hash_in = |value: Element<'a>, version: u8| {
        let first = value.inside().take(tlv::SEQUENCE)?.inside().take(tlv::SEQUENCE)?;
        let mut fields = first.inside();
        // Version 2 names the hash unless it is SHA-256; version 1 has SHA-1 and no choice.
        let hash = match fields.maybe(tlv::SEQUENCE).filter(|_| version == 2) {
            Some(identifier) => Some(Identifier::of(identifier)?.hash().ok()?),
            None => None,
        };
        Some((hash, fields.take(tlv::OCTETS)?.value))
    };
    if let Some(second) = value(attributes, SIGNING_CERTIFICATE_V2) {
        let (hash, bound) = hash_in(second, 2).ok_or_else(broken("the certificate bound cannot be read"))?;
        let own = hash.map_or_else(|| sha256(certificate).to_vec(), |hash| hash.of(certificate));
        return if own == bound { Ok(true) } else { Err(SealError::OtherCertificate) };
    }
    if let Some(first) = value(attributes, SIGNING_CERTIFICATE) {
        use aws_lc_rs::digest::{SHA1_FOR_LEGACY_USE_ONLY, digest};
        let (_, bound) = hash_in(first, 1).ok_or_else(broken("the certificate bound cannot be read"))?;
        // SHA-1 binds too weakly to call it so, yet another's certificate is another's.
        let is_own = digest(&SHA1_FOR_LEGACY_USE_ONLY, certificate).as_ref() == bound;
        return if is_own { Ok(false) } else { Err(SealError::OtherCertificate) };
    }
    Ok(false)
}

/// What is signed by a signer's signature: its attributes.
pub(crate) struct Unsigned {
    attributes: Vec<Vec<u8>>,
}

impl Unsigned {
    /// The attributes of a CAdES-BES signature over `content`.
    pub(crate) fn new(
        content: &[u8],
        kind: Oid,
        algorithm: Algorithm,
        certificate: &[u8],
        at: Timestamp,
    ) -> Self {
        let hash = algorithm.row().hash;
        let attribute =
            |oid: Oid, value: Vec<u8>| tlv::sequence(&[&tlv::oid(oid), &tlv::set_of(vec![value])]);
        let bound = match hash {
            Hash::Sha256 => tlv::sequence(&[&tlv::octets(&sha256(certificate))]),
            other => tlv::sequence(&[
                &tlv::sequence(&[&tlv::oid(other.oid())]),
                &tlv::octets(&other.of(certificate)),
            ]),
        };
        Self {
            attributes: vec![
                attribute(CONTENT_TYPE, tlv::oid(kind)),
                attribute(MESSAGE_DIGEST, tlv::octets(&hash.of(content))),
                attribute(SIGNING_TIME, tlv::time(at)),
                attribute(SIGNING_CERTIFICATE_V2, tlv::sequence(&[&tlv::sequence(&[&bound])])),
            ],
        }
    }

    /// The bytes to sign.
    pub(crate) fn signed(&self) -> Vec<u8> {
        tlv::set_of(self.attributes.clone())
    }

    /// Signed data of the signature; the content stands inside only where it is given.
    pub(crate) fn with(
        &self,
        (kind, content): (Oid, Option<&[u8]>),
        (algorithm, signature): (Algorithm, &[u8]),
        certificates: &[&[u8]],
        staple: &Staple,
        stamp: Option<&[u8]>,
    ) -> Option<Vec<u8>> {
        let own = Certificate::read(certificates.first()?)?;
        let hash = tlv::sequence(&[&tlv::oid(algorithm.row().hash.oid())]);
        let id = tlv::sequence(&[own.issuer(), &tlv::element(tlv::INTEGER, &[own.serial()])]);
        let signed = self.signed();
        let signed = tlv::only(&signed, tlv::SET)?.value;
        let unsigned = stamp.map(|token| {
            let attribute = tlv::sequence(&[&tlv::oid(TIME_STAMP_TOKEN), &tlv::set_of(vec![token.to_vec()])]);
            tlv::element(tlv::field(1), &[&attribute])
        });
        let signer = tlv::sequence(&[
            &tlv::integer(&[1]),
            &id,
            &hash,
            &tlv::element(tlv::field(0), &[signed]),
            &written(algorithm),
            &tlv::octets(signature),
            &unsigned.unwrap_or_default(),
        ]);
        let inside = content.map(|content| tlv::element(tlv::field(0), &[&tlv::octets(content)]));
        let described = tlv::sequence(&[&tlv::oid(kind), &inside.unwrap_or_default()]);
        let mut bag: Vec<Vec<u8>> = certificates.iter().map(|der| der.to_vec()).collect();
        bag.sort_unstable();
        let bag: Vec<&[u8]> = bag.iter().map(Vec::as_slice).collect();
        let mut proofs: Vec<Vec<u8>> = staple.lists.clone();
        proofs.extend(
            staple.answers.iter().map(|der| tlv::element(tlv::field(1), &[&tlv::oid(OCSP_RESPONSE), der])),
        );
        proofs.sort_unstable();
        let proofs: Vec<&[u8]> = proofs.iter().map(Vec::as_slice).collect();
        let proofs = if proofs.is_empty() { Vec::new() } else { tlv::element(tlv::field(1), &proofs) };
        // RFC 5652 section 5.1: 5 with proofs of other kinds, 3 with content of other kinds.
        let version: u8 = match (staple.answers.is_empty(), kind == DATA) {
            (false, _) => 5,
            (true, true) => 1,
            (true, false) => 3,
        };
        let data = tlv::sequence(&[
            &tlv::integer(&[version]),
            &tlv::set_of(vec![hash.clone()]),
            &described,
            &tlv::element(tlv::field(0), &bag),
            &proofs,
            &tlv::set_of(vec![signer]),
        ]);
        Some(tlv::sequence(&[&tlv::oid(SIGNED_DATA), &tlv::element(tlv::field(0), &[&data])]))
    }
}
