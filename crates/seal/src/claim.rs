//! What a seal of any form claims: these bytes, signed so, by the owner of this certificate.

use std::borrow::Cow;

use jiff::Timestamp;

use crate::algorithm::Algorithm;
use crate::verdict::Form;

/// Proofs about revocation that came with a seal.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Staple {
    /// Answers of authorities (OCSP responses, RFC 6960), DER.
    pub(crate) answers: Vec<Vec<u8>>,
    /// Lists of what they revoked (RFC 5280 section 5), DER.
    pub(crate) lists: Vec<Vec<u8>>,
}

/// A seal that was read. Its digest, where the form has one, was compared; nothing else was.
#[derive(Debug)]
pub(crate) struct Claim<'a> {
    pub(crate) form: Form,
    /// The document, made of nothing but what is covered.
    pub(crate) document: Cow<'a, [u8]>,
    /// The bytes the signature was made over: the document, or what names its digest.
    pub(crate) signed: Cow<'a, [u8]>,
    pub(crate) algorithm: Algorithm,
    /// In the form [`Algorithm`] says.
    pub(crate) signature: Cow<'a, [u8]>,
    /// DER, the signer's first.
    pub(crate) certificates: Vec<Cow<'a, [u8]>>,
    pub(crate) staple: Staple,
    /// A token of a time-stamping authority over the signature (RFC 3161), DER.
    pub(crate) stamp: Option<Vec<u8>>,
    /// When the signer says he signed; nobody vouches for it.
    pub(crate) claimed_at: Option<Timestamp>,
}
