//! What CMS, certificates and revocation data call algorithms, and the frame they all share: something,
//! how it is signed, and the signature.

use const_oid::ObjectIdentifier as Oid;

use crate::algorithm::{Algorithm, GOST256_KEY, GOST512_KEY, Hash, PSS, ROWS, RSA_KEY, WEAK_OIDS};
use crate::error::SealError;
use crate::key::PublicKey;
use crate::tlv::{self, Element, Elements};

const MGF1: Oid = Oid::new_unwrap("1.2.840.113549.1.1.8");

/// An algorithm and its parameters.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Identifier<'a> {
    pub(crate) oid: Oid,
    pub(crate) parameters: Option<Element<'a>>,
}

impl<'a> Identifier<'a> {
    pub(crate) fn read(elements: &mut Elements<'a>) -> Option<Self> {
        Self::of(elements.take(tlv::SEQUENCE)?)
    }

    pub(crate) fn of(element: Element<'a>) -> Option<Self> {
        let mut inside = element.inside();
        let oid = inside.oid()?;
        let parameters = inside.any();
        inside.end()?;
        Some(Self { oid, parameters })
    }

    /// The one whose fields these bytes are.
    pub(crate) fn within(bytes: &'a [u8]) -> Option<Self> {
        Self::of(Element { tag: tlv::SEQUENCE, value: bytes, whole: bytes })
    }

    /// That it is not accepted.
    pub(crate) fn unknown(&self) -> SealError {
        let name = self.oid.to_string();
        if WEAK_OIDS.contains(&name.as_str()) {
            SealError::WeakAlgorithm { name }
        } else {
            SealError::UnsupportedAlgorithm { name }
        }
    }

    /// No parameters, or the null that old habits put in their place (RFC 5754 section 2).
    fn is_bare(&self) -> bool {
        self.parameters.is_none_or(|parameters| parameters.tag == tlv::NULL)
    }

    /// The hash function it is.
    pub(crate) fn hash(&self) -> Result<Hash, SealError> {
        let hash = Hash::of_oid(&self.oid).ok_or_else(|| self.unknown())?;
        if self.is_bare() { Ok(hash) } else { Err(self.unknown()) }
    }

    /// The signature algorithm it is, with a key of this kind. CMS names the digest apart, and an
    /// algorithm that names one too must name the same.
    pub(crate) fn signature(&self, key: &PublicKey, digest: Option<Hash>) -> Result<Algorithm, SealError> {
        let rows = || ROWS.iter().filter(|row| row.key == key.kind());
        let algorithm = match self.oid {
            PSS => {
                let hash = self.parameters.and_then(pss_hash).ok_or_else(|| self.unknown())?;
                rows().find(|row| row.oid == PSS && row.hash == hash)
            }
            // The key's own name, in CMS.
            RSA_KEY if self.is_bare() => rows().find(|row| row.oid != PSS && Some(row.hash) == digest),
            GOST256_KEY | GOST512_KEY => rows().find(|row| Some(row.hash) == digest),
            oid => {
                if !ROWS.iter().any(|row| row.oid == oid) {
                    return Err(self.unknown());
                }
                rows().find(|row| row.oid == oid && self.is_bare())
            }
        };
        let row = algorithm.ok_or(SealError::AlgorithmMismatch)?;
        match digest {
            Some(digest) if digest != row.hash => Err(SealError::AlgorithmMismatch),
            _ if !key.fits(row.algorithm) => Err(SealError::AlgorithmMismatch),
            _ => Ok(row.algorithm),
        }
    }
}

/// The hash of RSA-PSS parameters (RFC 4055 section 3.1) where message and mask have the same and the salt is
/// as long as it: the forms in use, and the only ones taken.
fn pss_hash(parameters: Element<'_>) -> Option<Hash> {
    let mut fields = tlv::only(parameters.whole, tlv::SEQUENCE)?.inside();
    let hash = Identifier::read(&mut fields.take(tlv::field(0))?.inside())?.hash().ok()?;
    let mask = Identifier::read(&mut fields.take(tlv::field(1))?.inside())?;
    let mask_hash = Identifier::of(mask.parameters?)?.hash().ok()?;
    let salt = fields.take(tlv::field(2))?.inside().take(tlv::INTEGER)?.value;
    let trailer = fields.maybe(tlv::field(3)).map(|trailer| trailer.value == [2, 1, 1]);
    fields.end()?;
    let length = hash.bytes();
    (mask.oid == MGF1 && mask_hash == hash && salt == [length] && trailer != Some(false)).then_some(hash)
}

/// How a signature of this algorithm is called in certificates and CMS.
pub(crate) fn written(algorithm: Algorithm) -> Vec<u8> {
    let row = algorithm.row();
    let oid = tlv::oid(row.oid);
    if row.oid == PSS {
        let hash = tlv::sequence(&[&tlv::oid(row.hash.oid())]);
        let mask = tlv::sequence(&[&tlv::oid(MGF1), &hash]);
        let salt = tlv::integer(&[row.hash.bytes()]);
        let parameters = [
            tlv::element(tlv::field(0), &[&hash]),
            tlv::element(tlv::field(1), &[&mask]),
            tlv::element(tlv::field(2), &[&salt]),
        ];
        let parameters: Vec<&[u8]> = parameters.iter().map(Vec::as_slice).collect();
        return tlv::sequence(&[&oid, &tlv::sequence(&parameters)]);
    }
    match row.key {
        crate::algorithm::KeyKind::Rsa => tlv::sequence(&[&oid, &tlv::null()]),
        _ => tlv::sequence(&[&oid]),
    }
}

/// A certificate, a list of revoked ones or an answer about one: what is signed, how, and the signature.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Frame<'a> {
    /// The whole bytes of what is signed.
    pub(crate) signed: Element<'a>,
    algorithm: Identifier<'a>,
    signature: &'a [u8],
    /// What follows.
    pub(crate) rest: Elements<'a>,
}

impl<'a> Frame<'a> {
    pub(crate) fn read(der: &'a [u8]) -> Option<Self> {
        let mut inside = tlv::only(der, tlv::SEQUENCE)?.inside();
        let signed = inside.take(tlv::SEQUENCE)?;
        let algorithm = Identifier::read(&mut inside)?;
        let signature = inside.take(tlv::BITS)?.bits()?;
        Some(Self { signed, algorithm, signature, rest: inside })
    }

    /// Whether the owner of this key signed it.
    pub(crate) fn is_by(&self, key: &PublicKey) -> bool {
        let algorithm = self.algorithm.signature(key, None);
        algorithm.is_ok_and(|algorithm| key.holds(algorithm, self.signed.whole, self.signature))
    }
}

/// A frame around what is signed.
pub(crate) fn framed(signed: &[u8], algorithm: Algorithm, signature: &[u8]) -> Vec<u8> {
    tlv::sequence(&[signed, &written(algorithm), &tlv::bit_string(signature)])
}
