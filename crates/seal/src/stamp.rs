//! Time-stamps (RFC 3161): an authority that was trusted vouches that a signature existed at a moment.

use std::borrow::Cow;

use aws_lc_rs::digest::{SHA256, digest};
use const_oid::ObjectIdentifier as Oid;

use crate::claim::Claim;
use crate::cms::SignedData;
use crate::error::SealError;
use crate::identifier::Identifier;
use crate::tlv;

/// What a time-stamping authority signs.
pub(crate) const STAMP_CONTENT: Oid = Oid::new_unwrap("1.2.840.113549.1.9.16.1.4");

/// A token that was read: its claim is verified like any other, against certificates for time-stamps.
pub(crate) struct Stamp<'a> {
    pub(crate) claim: Claim<'a>,
    /// When, in seconds since 1970.
    pub(crate) second: i64,
}

/// Reads a token over `stamped`, the bytes of a signature.
///
/// # Errors
/// [`SealError::Stamp`].
pub(crate) fn read<'a>(token: &'a [u8], stamped: &[u8]) -> Result<Stamp<'a>, SealError> {
    let data = SignedData::read(token).map_err(|_| SealError::Stamp)?;
    let content = data.content().ok_or(SealError::Stamp)?;
    let second = moment_of(content, stamped).ok_or(SealError::Stamp)?;
    let claim = data.claim(STAMP_CONTENT, Cow::Borrowed(content)).map_err(|_| SealError::Stamp)?;
    Ok(Stamp { claim, second })
}

/// The moment in a token's content, if it is about these bytes.
fn moment_of(content: &[u8], stamped: &[u8]) -> Option<i64> {
    let mut fields = tlv::only(content, tlv::SEQUENCE)?.inside();
    fields.take(tlv::INTEGER)?;
    fields.oid()?;
    let mut imprint = fields.take(tlv::SEQUENCE)?.inside();
    let hash = Identifier::read(&mut imprint)?.hash().ok()?;
    let same = imprint.take(tlv::OCTETS)?.value == hash.of(stamped);
    imprint.end()?;
    fields.take(tlv::INTEGER)?;
    let second = fields.take(tlv::GENERAL_TIME)?.seconds()?;
    same.then_some(second)
}

/// The content of a token over `stamped`, as an authority of this policy says it.
pub(crate) fn content(stamped: &[u8], serial: &[u8], at: jiff::Timestamp) -> Vec<u8> {
    let sha256 = tlv::sequence(&[&tlv::oid(crate::algorithm::Hash::Sha256.oid())]);
    let imprint = tlv::sequence(&[&sha256, &tlv::octets(digest(&SHA256, stamped).as_ref())]);
    tlv::sequence(&[
        &tlv::integer(&[1]),
        &tlv::oid(DEMONSTRATION_POLICY),
        &imprint,
        &tlv::integer(serial),
        &tlv::general_time(at),
    ])
}

/// A policy of nobody in particular.
const DEMONSTRATION_POLICY: Oid = Oid::new_unwrap("1.3.6.1.4.1.99999.2");
