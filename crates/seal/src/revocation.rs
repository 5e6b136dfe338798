//! Whether a certificate was revoked: lists (CRL, RFC 5280 section 5) and answers (OCSP, RFC 6960).
//!
//! Nothing is fetched: lists are reference data, or come stapled to the seal like answers do. Everything is
//! judged *as of* a moment: a certificate revoked afterwards was good then.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use aws_lc_rs::digest::{self, digest};
use const_oid::ObjectIdentifier as Oid;

use crate::certificate::{Certificate, Window, moment};
use crate::error::SealError;
use crate::identifier::{Frame, Identifier};
use crate::key::PublicKey;
use crate::tlv::{self, Element, Elements};
use crate::verdict::Revocation;

/// The longest list, in bytes.
pub const LIST_BYTES_MAX: usize = 16 * 1024 * 1024;
/// The most certificates on a list.
const LISTED_MAX: usize = 1_000_000;
/// The most answers in one response, and certificates beside them.
const ANSWERS_MAX: usize = 16;
/// How long an answer holds that does not say so.
const ANSWER_SECONDS: i64 = 24 * 3_600;

const BASIC_RESPONSE: Oid = Oid::new_unwrap("1.3.6.1.5.5.7.48.1.1");
const SHA1: Oid = Oid::new_unwrap("1.3.14.3.2.26");
const SHA256: Oid = Oid::new_unwrap("2.16.840.1.101.3.4.2.1");
/// Extensions of lists that may be critical and change nothing here: the number of the list.
/// Names the key that a list is signed with.
const AUTHORITY_KEY: Oid = Oid::new_unwrap("2.5.29.35");
const CRL_NUMBER: Oid = Oid::new_unwrap("2.5.29.20");

/// A list of revoked certificates, indexed.
#[derive(Debug, Clone)]
pub(crate) struct RevocationList {
    der: Vec<u8>,
    /// The authority's name, DER.
    issuer: Vec<u8>,
    /// The extension that names the authority's key; may be empty.
    key_identifier: Vec<u8>,
    window: Window,
    /// When each serial number was revoked.
    revoked: HashMap<Vec<u8>, i64>,
    /// Keys whose signature was looked for, and whether it is theirs: a long list is hashed once for each
    /// authority of its name and not for each signer.
    signed_by: Arc<Mutex<KnownKeys>>,
}

/// The bits of a key, and whether it signed.
type KnownKeys = Vec<(Vec<u8>, bool)>;

/// Authorities of one name that are remembered: renewals of a key, and no more.
const AUTHORITIES_KNOWN_MAX: usize = 16;

impl RevocationList {
    /// Reads a list; whose it is, is seen when it is used. `None` if it cannot be read, or is a part of a list
    /// (deltas, lists for some certificates only) that could be mistaken for the whole.
    pub(crate) fn read(der: &[u8]) -> Option<Self> {
        if der.len() > LIST_BYTES_MAX {
            return None;
        }
        let frame = Frame::read(der)?;
        frame.rest.end()?;
        let mut fields = frame.signed.inside();
        let version = fields.maybe(tlv::INTEGER);
        Identifier::read(&mut fields)?;
        let issuer = fields.take(tlv::SEQUENCE)?.whole.to_vec();
        let from = fields.any()?.seconds()?;
        let time = |element: Element<'_>| matches!(element.tag, tlv::UTC_TIME | tlv::GENERAL_TIME);
        let mut next = fields;
        let to = match next.any() {
            Some(element) if time(element) => {
                fields = next;
                element.seconds()?
            }
            // A list without an end of its own is the last one of its authority.
            _ => i64::MAX,
        };
        let mut revoked = HashMap::new();
        if let Some(entries) = fields.maybe(tlv::SEQUENCE) {
            for entry in entries.inside().all(LISTED_MAX)? {
                let mut entry = tlv::only(entry.whole, tlv::SEQUENCE)?.inside();
                let serial = entry.take(tlv::INTEGER)?.value.to_vec();
                let at = entry.any()?.seconds()?;
                // Named twice, it counts from the first time.
                revoked.entry(serial).and_modify(|known: &mut i64| *known = at.min(*known)).or_insert(at);
                // Whose certificate an entry means can be said in an extension: an indirect list.
                if let Some(extensions) = entry.maybe(tlv::SEQUENCE) {
                    extensions_known(extensions, &[])?;
                }
            }
        }
        let mut key_identifier = Vec::new();
        if let Some(extensions) = fields.maybe(tlv::field(0)) {
            version?;
            key_identifier =
                value_of(extensions.inside().take(tlv::SEQUENCE)?, AUTHORITY_KEY).unwrap_or_default();
            extensions_known(extensions.inside().take(tlv::SEQUENCE)?, &[CRL_NUMBER])?;
        }
        fields.end()?;
        Some(Self {
            der: der.to_vec(),
            issuer,
            window: Window { from, to },
            revoked,
            key_identifier,
            signed_by: Arc::default(),
        })
    }

    /// SHA-256 of the authority's name and its key, hexadecimal; without the key, of the identifier the list has
    /// for it: an authority with a new key makes lists beside those of the old one.
    pub(crate) fn issuer_sha256(&self, key: Option<&[u8]>) -> String {
        let key = key.unwrap_or(&self.key_identifier);
        crate::certificate::fingerprint(&[self.issuer.as_slice(), key].concat())
    }

    pub(crate) fn der(&self) -> &[u8] {
        &self.der
    }

    /// How many certificates it revokes.
    pub(crate) fn count(&self) -> usize {
        self.revoked.len()
    }

    pub(crate) fn window(&self) -> Window {
        self.window
    }

    /// The authority's name, DER.
    pub(crate) fn issuer(&self) -> &[u8] {
        &self.issuer
    }

    /// Whether the owner of this key signed it.
    pub(crate) fn is_by(&self, key: &PublicKey) -> bool {
        let mut known = self.signed_by.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, is_theirs)) = known.iter().find(|(bits, _)| bits == key.bits()) {
            return *is_theirs;
        }
        let is_theirs = Frame::read(&self.der).is_some_and(|frame| frame.is_by(key));
        if known.len() < AUTHORITIES_KNOWN_MAX {
            known.push((key.bits().to_vec(), is_theirs));
        }
        is_theirs
    }
}

/// Extensions that say a list is a part of one (RFC 5280 sections 5.2.4 and 5.2.5). They must be critical; whoever
/// forgot to say so meant the same.
const PARTS: [Oid; 2] = [Oid::new_unwrap("2.5.29.27"), Oid::new_unwrap("2.5.29.28")];

/// The value of an extension.
fn value_of(extensions: Element<'_>, wanted: Oid) -> Option<Vec<u8>> {
    for extension in extensions.inside().all(64)? {
        let mut fields = tlv::only(extension.whole, tlv::SEQUENCE)?.inside();
        if fields.oid()? == wanted {
            fields.maybe(tlv::BOOLEAN);
            return Some(fields.take(tlv::OCTETS)?.value.to_vec());
        }
    }
    None
}

/// That no extension is critical but those known here, and none says that it is a part of a list.
fn extensions_known(extensions: Element<'_>, known: &[Oid]) -> Option<()> {
    for extension in extensions.inside().all(64)? {
        let mut fields = tlv::only(extension.whole, tlv::SEQUENCE)?.inside();
        let oid = fields.oid()?;
        let is_critical = fields.maybe(tlv::BOOLEAN).is_some_and(|critical| critical.value != [0]);
        if PARTS.contains(&oid) || (is_critical && !known.contains(&oid)) {
            return None;
        }
    }
    Some(())
}

/// A certificate and the authority that issued it.
pub(crate) struct Issued<'a> {
    pub(crate) certificate: &'a Certificate<'a>,
    /// The authority's key, as it stands in its certificate.
    pub(crate) issuer_key: PublicKey,
    /// Whether the authority's certificate allows signing lists.
    pub(crate) issuer_may_list: bool,
}

/// What lists and answers say about one certificate at `second`, and how long that holds.
///
/// # Errors
/// [`SealError::Revoked`], [`SealError::RevocationStale`], [`SealError::RevocationProof`].
pub(crate) fn judge<'a>(
    issued: &Issued<'_>,
    lists: impl Iterator<Item = &'a RevocationList>,
    answers: &[Vec<u8>],
    second: i64,
) -> Result<(Revocation, Window), SealError> {
    let certificate = issued.certificate;
    let mut known = (Revocation::Unknown, Window { from: i64::MIN, to: i64::MAX });
    let mut stale = None;
    // When those who signed the answers might answer.
    let mut signers = known.1;
    let mut fits = |window: Window, how: Revocation| {
        if window.covers(second) {
            if known.0 != Revocation::Answered {
                known.0 = how;
            }
        } else if second > window.to {
            stale = stale.max(Some(window.to));
        }
        // What says nothing now may say something at another time: it holds no longer than until then.
        known.1 = known.1.intersected(window.around(second));
    };
    let own = |list: &&RevocationList| list.issuer == certificate.issuer() && issued.issuer_may_list;
    for list in lists.filter(own) {
        // Authorities of the same name are told apart by their keys.
        if !list.is_by(&issued.issuer_key) {
            continue;
        }
        match list.revoked.get(certificate.serial()) {
            Some(at) if *at <= second => return Err(SealError::Revoked { on: moment(*at) }),
            // It was good until then, and newer lists know about older times.
            Some(at) => fits(Window { from: i64::MIN, to: at.saturating_sub(1) }, Revocation::Listed),
            None => fits(list.window, Revocation::Listed),
        }
    }
    for answer in answers {
        let (answer, signed) = Answer::read(answer, issued, second).ok_or(SealError::RevocationProof)?;
        signers = signers.intersected(signed);
        match answer {
            // It answers nothing that was asked.
            Answer::Other => return Err(SealError::RevocationProof),
            Answer::Revoked(at) if at <= second => return Err(SealError::Revoked { on: moment(at) }),
            Answer::Revoked(at) => {
                fits(Window { from: i64::MIN, to: at.saturating_sub(1) }, Revocation::Answered)
            }
            Answer::Good(window) => fits(window, Revocation::Answered),
        }
    }
    match (known.0, stale) {
        (Revocation::Unknown, Some(to)) => Err(SealError::RevocationStale { on: moment(to) }),
        (how, _) => Ok((how, known.1.intersected(signers))),
    }
}

/// What an authority answered about a certificate.
enum Answer {
    /// It is about other certificates.
    Other,
    Good(Window),
    Revoked(i64),
}

impl Answer {
    /// Reads a response and checks who signed it: the authority, or one it issued a certificate to for that; and
    /// when he might.
    fn read(der: &[u8], issued: &Issued<'_>, second: i64) -> Option<(Self, Window)> {
        let mut response = tlv::only(der, tlv::SEQUENCE)?.inside();
        if response.take(tlv::ENUMERATED)?.value != [0] {
            return None;
        }
        let bytes = response.take(tlv::field(0))?.inside().take(tlv::SEQUENCE)?;
        response.end()?;
        let mut bytes = bytes.inside();
        if bytes.oid()? != BASIC_RESPONSE {
            return None;
        }
        let mut frame = Frame::read(bytes.take(tlv::OCTETS)?.value)?;
        bytes.end()?;
        let delegates = match frame.rest.maybe(tlv::field(0)) {
            Some(certificates) => certificates.inside().take(tlv::SEQUENCE)?.inside().all(ANSWERS_MAX)?,
            None => Vec::new(),
        };
        frame.rest.end()?;
        let signed = if frame.is_by(&issued.issuer_key) {
            Window { from: i64::MIN, to: i64::MAX }
        } else {
            delegates.iter().find_map(|der| delegated(der.whole, issued, second, &frame))?
        };
        let mut data = frame.signed.inside();
        data.maybe(tlv::field(0));
        // Who answers, by name or key: the signature has said it.
        data.any()?;
        data.take(tlv::GENERAL_TIME)?;
        for single in data.take(tlv::SEQUENCE)?.inside().all(ANSWERS_MAX)? {
            let mut fields = tlv::only(single.whole, tlv::SEQUENCE)?.inside();
            if !is_about(fields.take(tlv::SEQUENCE)?.inside(), issued)? {
                continue;
            }
            let status = fields.any()?;
            let from = fields.take(tlv::GENERAL_TIME)?.seconds()?;
            let to = match fields.maybe(tlv::field(0)) {
                Some(next) => next.inside().take(tlv::GENERAL_TIME)?.seconds()?,
                None => from.saturating_add(ANSWER_SECONDS),
            };
            let answer = match status.tag {
                tag if tag == tlv::primitive(0) => Answer::Good(Window { from, to }),
                tag if tag == tlv::field(1) => {
                    Answer::Revoked(status.inside().take(tlv::GENERAL_TIME)?.seconds()?)
                }
                _ => return None,
            };
            return Some((answer, signed));
        }
        Some((Answer::Other, signed))
    }
}

/// When `der` is valid, if it is the certificate of somebody whom the authority lets answer for it (RFC 6960
/// section 4.2.2.2), and he signed the answer.
fn delegated(der: &[u8], issued: &Issued<'_>, second: i64, answer: &Frame<'_>) -> Option<Window> {
    let delegate = Certificate::read(der)?;
    let is_theirs = delegate.issuer() == issued.certificate.issuer()
        && delegate.may_answer_for_authority()
        && delegate.window().covers(second)
        && delegate.is_by(&issued.issuer_key)
        && delegate.key().is_some_and(|key| answer.is_by(&key));
    is_theirs.then(|| delegate.window())
}

/// Whether an answer is about this certificate: the hash names it and proves nothing, so SHA-1, which most
/// responders use, does.
fn is_about(mut id: Elements<'_>, issued: &Issued<'_>) -> Option<bool> {
    let hash = Identifier::read(&mut id)?;
    let algorithm = match hash.oid {
        SHA1 => &digest::SHA1_FOR_LEGACY_USE_ONLY,
        SHA256 => &digest::SHA256,
        _ => return Some(false),
    };
    let name = id.take(tlv::OCTETS)?.value;
    let key = id.take(tlv::OCTETS)?.value;
    let serial = id.take(tlv::INTEGER)?.value;
    Some(
        serial == issued.certificate.serial()
            && name == digest(algorithm, issued.certificate.issuer()).as_ref()
            && key == digest(algorithm, issued.issuer_key.bits()).as_ref(),
    )
}
