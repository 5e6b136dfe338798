//! Verification: from a document and its seal to the bytes covered and their signer.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use aws_lc_rs::digest::{Context, SHA256};
use jiff::Timestamp;
use rustls_pki_types::{CertificateDer, SignatureVerificationAlgorithm, TrustAnchor, UnixTime};
use webpki::{ALL_VERIFICATION_ALGS, EndEntityCert, ExtendedKeyUsageValidator, KeyPurposeIdIter};

use crate::certificate::{Certificate, Link, Signer, Window, moment};
use crate::claim::{Claim, Staple};
use crate::cms;
use crate::detached::{CERTIFICATES_MAX, DetachedSeal};
use crate::error::{CertificateFault, SealError};
use crate::gost;
use crate::identifier::Identifier;
use crate::key::PublicKey;
use crate::revocation::{Issued, RevocationList, judge};
use crate::stamp;
use crate::trust::Trust;
use crate::verdict::{Form, Revocation, Verdict};
use crate::xml;

/// How many verified chains are remembered, at least; at most twice as many.
pub const CACHED_CHAINS_MAX: usize = 20_000;

/// A document with what seals it.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum Sealed<'a> {
    /// The document's bytes and the seal beside them.
    Detached {
        /// The exact bytes signed.
        document: &'a [u8],
        /// The seal.
        seal: DetachedSeal,
    },
    /// The document's bytes and CMS beside them.
    Cms {
        /// The exact bytes signed.
        document: &'a [u8],
        /// The signed data, DER.
        cms: Cow<'a, [u8]>,
    },
    /// A document with an XML signature inside or around it.
    Xml {
        /// The document.
        document: &'a [u8],
    },
}

impl<'a> Sealed<'a> {
    /// What seals a document: `beside` it, in the form of this program or in CMS, or else inside it. `None` if
    /// nothing does.
    ///
    /// # Errors
    /// [`SealError::TooLarge`], [`SealError::Malformed`]; [`SealError::Misplaced`] where both do.
    pub fn recognise(document: &'a [u8], beside: Option<&'a [u8]>) -> Result<Option<Self>, SealError> {
        // Two seals could be by two people, and only one of them is who files.
        if beside.is_some() && xml::is_signed(document) {
            return Err(SealError::Misplaced);
        }
        Ok(match beside {
            Some(text) if text.trim_ascii_start().first() == Some(&b'{') => {
                Some(Sealed::Detached { document, seal: DetachedSeal::parse(text)? })
            }
            Some(bytes) => Some(Sealed::Cms { document, cms: cms::der(bytes)? }),
            None => xml::is_present(document).then_some(Sealed::Xml { document }),
        })
    }

    fn claim(&self) -> Result<Claim<'_>, SealError> {
        match self {
            Sealed::Detached { document, seal } => {
                seal.check_size()?;
                Ok(Claim {
                    form: Form::Detached,
                    document: Cow::Borrowed(document),
                    signed: Cow::Borrowed(document),
                    algorithm: seal.algorithm,
                    signature: Cow::Borrowed(&seal.signature),
                    certificates: seal.certificates.iter().map(|der| Cow::Borrowed(der.as_slice())).collect(),
                    staple: Staple { answers: seal.answers.clone(), lists: Vec::new() },
                    stamp: None,
                    claimed_at: None,
                })
            }
            Sealed::Cms { document, cms } => {
                cms::SignedData::read(cms)?.claim(cms::DATA, Cow::Borrowed(document))
            }
            Sealed::Xml { document } => xml::read(document),
        }
    }
}

/// Whether a document may carry its own signature. Whether it holds says [`Verifier::open`].
pub fn is_signed_inside(document: &[u8]) -> bool {
    xml::is_present(document)
}

/// The document in `bytes`, as it was covered when it was filed: what an XML signature in or around it covers, else
/// the bytes themselves. Nothing is verified but the digest; who signed, and whether that holds, says
/// [`Verifier::open`].
///
/// # Errors
/// [`SealError`] of the form and the content.
pub fn content(bytes: &[u8]) -> Result<Cow<'_, [u8]>, SealError> {
    // In another encoding it cannot have been taken with a signature of its own.
    if std::str::from_utf8(bytes).is_err() || !xml::is_present(bytes) {
        return Ok(Cow::Borrowed(bytes));
    }
    match xml::read(bytes) {
        Ok(claim) => Ok(Cow::Owned(claim.document.into_owned())),
        Err(SealError::Misplaced) => Ok(Cow::Borrowed(bytes)),
        Err(why) => Err(why),
    }
}

/// What is known once a seal holds: nothing else of the envelope may be read.
#[derive(Debug, Clone)]
pub struct Opened {
    /// The document, made of nothing but the bytes the signature covers; `None` where that is the very bytes
    /// that were given, as with every seal beside the document.
    pub covered: Option<Vec<u8>>,
    /// Who signed them.
    pub signer: Signer,
    /// How that was found.
    pub verdict: Verdict,
}

/// What a chain of certificates is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Purpose {
    Documents,
    Time,
}

/// A chain that leads to a trusted authority, whenever asked within its window.
#[derive(Debug)]
struct Chain {
    signer: Signer,
    key: PublicKey,
    window: Window,
    links: Arc<Vec<Link>>,
    revocation: Revocation,
}

/// Verified chains by the SHA-256 of their certificates, in two generations: a full young one becomes
/// the old one, so that what is used stays and what is not goes.
#[derive(Debug, Default)]
struct Cache {
    young: HashMap<[u8; 32], Arc<Chain>>,
    old: HashMap<[u8; 32], Arc<Chain>>,
}

impl Cache {
    fn insert(&mut self, key: [u8; 32], chain: Arc<Chain>) {
        if self.young.len() >= CACHED_CHAINS_MAX {
            self.old = std::mem::take(&mut self.young);
        }
        self.young.insert(key, chain);
    }
}

/// Verifies seals against what is trusted. Share one between threads: a signer who comes again costs one
/// signature verification, the chain being remembered.
///
/// Only chains that hold are remembered, under all their certificates and proofs, and only within the time
/// that all of them are valid and what is known of revocation holds: the verdict never depends on what was
/// asked before.
#[derive(Debug)]
pub struct Verifier {
    trust: Trust,
    trusted: Vec<TrustAnchor<'static>>,
    algorithms: Vec<&'static dyn SignatureVerificationAlgorithm>,
    cache: RwLock<Cache>,
}

/// Purposes are judged from the certificate itself, see [`Certificate::may_sign_documents`]; here they
/// only have to be readable.
struct AnyPurpose;

impl ExtendedKeyUsageValidator for AnyPurpose {
    fn validate(&self, purposes: KeyPurposeIdIter<'_, '_>) -> Result<(), webpki::Error> {
        purposes.into_iter().try_for_each(|purpose| purpose.map(|_| ()))
    }
}

impl Verifier {
    /// A verifier that trusts no more than this.
    pub fn new(trust: impl Into<Trust>) -> Self {
        let trust = trust.into();
        let mut algorithms = ALL_VERIFICATION_ALGS.to_vec();
        algorithms.extend_from_slice(gost::webpki_algorithms());
        Self { trusted: trust.anchors().trusted(), trust, algorithms, cache: RwLock::default() }
    }

    /// What is trusted.
    pub fn trust(&self) -> &Trust {
        &self.trust
    }

    /// Opens what is sealed: the bytes covered and who signed them, as of the time given; where a trusted
    /// time-stamp says that the signature existed earlier, as of then (RFC 5126 section 4.4; Federal Law
    /// 63-FZ article 11 of Russia counts the moment of signing where it is proven).
    ///
    /// # Errors
    /// One of [`SealError`] for each reason to refuse.
    pub fn open(&self, sealed: &Sealed<'_>, as_of: Timestamp) -> Result<Opened, SealError> {
        let claim = sealed.claim()?;
        let second = as_of.as_second();
        let stamped = match &claim.stamp {
            Some(token) => Some(self.stamped(token, &claim.signature, second)?),
            None => None,
        };
        let second = stamped.map_or(second, |stamped| stamped.min(second));
        let chain = self.chain_of(&claim, second, Purpose::Documents)?;
        if !chain.key.fits(claim.algorithm) {
            return Err(SealError::AlgorithmMismatch);
        }
        if !chain.key.holds(claim.algorithm, &claim.signed, &claim.signature) {
            return Err(SealError::BadSignature);
        }
        Ok(Opened {
            signer: chain.signer.clone(),
            verdict: Verdict {
                form: claim.form,
                algorithm: claim.algorithm,
                chain: Arc::clone(&chain.links),
                revocation: chain.revocation,
                as_of: moment(second),
                stamped_at: stamped.map(moment),
                claimed_at: claim.claimed_at,
            },
            covered: match claim.document {
                Cow::Borrowed(_) => None,
                Cow::Owned(document) => Some(document),
            },
        })
    }

    /// Who made `seal` over exactly these `bytes`, with a certificate valid at `as_of`.
    ///
    /// # Errors
    /// One of [`SealError`] for each reason to refuse.
    pub fn verify(&self, bytes: &[u8], seal: &DetachedSeal, as_of: Timestamp) -> Result<Signer, SealError> {
        let sealed = Sealed::Detached { document: bytes, seal: seal.clone() };
        self.open(&sealed, as_of).map(|opened| opened.signer)
    }

    /// When an authority trusted at `second` says that `signature` existed.
    fn stamped(&self, token: &[u8], signature: &[u8], second: i64) -> Result<i64, SealError> {
        let stamp = stamp::read(token, signature)?;
        let claim = &stamp.claim;
        // An authority's certificate that is over today still proves what it stamped while it was valid.
        let chain = self.chain_of(claim, stamp.second, Purpose::Time).map_err(|_| SealError::Stamp)?;
        // Whoever holds a key that was revoked may set its clock back: nothing of it counts any more.
        let revoked = matches!(
            self.chain_of(claim, second.max(stamp.second), Purpose::Time),
            Err(SealError::Revoked { .. })
        );
        let holds = !revoked && chain.key.holds(claim.algorithm, &claim.signed, &claim.signature);
        if holds && stamp.second <= second { Ok(stamp.second) } else { Err(SealError::Stamp) }
    }

    fn known(&self, key: &[u8; 32]) -> Option<Arc<Chain>> {
        let cache = self.cache.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(chain) = cache.young.get(key) {
            return Some(Arc::clone(chain));
        }
        let chain = Arc::clone(cache.old.get(key)?);
        drop(cache);
        self.cache.write().unwrap_or_else(PoisonError::into_inner).insert(*key, Arc::clone(&chain));
        Some(chain)
    }

    fn chain_of(&self, claim: &Claim<'_>, second: i64, purpose: Purpose) -> Result<Arc<Chain>, SealError> {
        let key = chain_key(claim, purpose);
        if let Some(chain) = self.known(&key).filter(|chain| chain.window.covers(second)) {
            return Ok(chain);
        }
        let chain = Arc::new(self.chain(claim, second, purpose)?);
        self.cache.write().unwrap_or_else(PoisonError::into_inner).insert(key, Arc::clone(&chain));
        Ok(chain)
    }

    /// Builds and checks the chain of the certificates, the signer's first (RFC 5280 section 6).
    fn chain(&self, claim: &Claim<'_>, second: i64, purpose: Purpose) -> Result<Chain, SealError> {
        let certificates = &claim.certificates;
        let mut read = Vec::with_capacity(certificates.len());
        for (der, place) in certificates.iter().zip(1..) {
            let unreadable = SealError::BadCertificate { place, fault: CertificateFault::NotX509 };
            read.push(Certificate::read(der).ok_or(unreadable)?);
        }
        let bad = |fault| SealError::BadCertificate { place: 1, fault };
        let (own, issuers) = read.split_first().ok_or(bad(CertificateFault::NotX509))?;
        let ders: Vec<CertificateDer<'_>> =
            certificates.iter().map(|der| CertificateDer::from(der.as_ref())).collect();
        let (own_der, issuer_ders) = ders.split_first().ok_or(bad(CertificateFault::NotX509))?;

        if own.may_issue() || self.trust.anchors().contains(own) {
            return Err(SealError::AuthorityAsSigner);
        }
        let end_entity = EndEntityCert::try_from(own_der).map_err(|_| bad(CertificateFault::NotX509))?;
        let built = |second: i64| {
            let time = UnixTime::since_unix_epoch(Duration::from_secs(u64::try_from(second).unwrap_or(0)));
            let trusted = &self.trusted;
            end_entity
                .verify_for_usage(&self.algorithms, trusted, issuer_ders, time, AnyPurpose, None, None)
                .map_err(|error| refusal(&error))
        };
        let path = built(second).map_err(|why| {
            if !matches!(why, SealError::Expired { .. } | SealError::NotYetValid { .. }) {
                return why;
            }
            // The path builder looks at the days first; a stranger's certificate is a stranger's on any day.
            let days = own.window();
            let stranger = built(if second > days.to { days.to } else { days.from }).err();
            let is_stranger =
                |why: &SealError| matches!(why, SealError::UnknownAuthority | SealError::BrokenChain);
            stranger.filter(is_stranger).unwrap_or(why)
        })?;

        // What the path builder leaves to its caller: that issuers may sign certificates by their key
        // usage, and that the trusted authority is itself valid, and trusted then.
        let anchor = self.trust.anchors().of(path.anchor(), second);
        let (anchor, counts) = anchor.ok_or(SealError::UnknownAuthority)?;
        let mut window = own.window().intersected(anchor.window);
        let mut links = vec![own.link()];
        let mut above: Vec<&Certificate<'_>> = Vec::new();
        for used in path.intermediate_certificates() {
            let used = used.der();
            let at = issuer_ders.iter().position(|der| *der == used).ok_or(SealError::BrokenChain)?;
            let issuer = issuers.get(at).filter(|issuer| issuer.may_issue()).ok_or(SealError::BrokenChain)?;
            window = window.intersected(issuer.window());
            links.push(issuer.link());
            above.push(issuer);
        }
        links.push(anchor.link.clone());
        if second > window.to {
            return Err(SealError::Expired { on: moment(window.to) });
        }
        if second < window.from {
            return Err(SealError::NotYetValid { from: moment(window.from) });
        }
        let fits = match purpose {
            Purpose::Documents => own.may_sign_documents(),
            Purpose::Time => own.may_stamp_time(),
        };
        if !fits {
            return Err(SealError::NotForSigning);
        }
        let root = Certificate::read(&anchor.der).ok_or(SealError::UnknownAuthority)?;
        let (revocation, holds) = self.revoked(own, &above, &root, &claim.staple, second)?;
        let key = own.key().ok_or(SealError::UnsupportedKey)?;
        let signer = own.signer(window).ok_or(bad(CertificateFault::NoName))?;
        let issuer = above.first().copied().unwrap_or(&root);
        let twin = issuer.key().and_then(|key| own.twin_sha256(&key));
        let (signer, days) = self.trust.registered(signer, twin, second)?;
        let window = window.intersected(counts).intersected(holds).intersected(days);
        Ok(Chain { signer, key, window, links: Arc::new(links), revocation })
    }

    /// What is known about the revocation of each certificate below the trusted one, and how long it holds.
    fn revoked(
        &self,
        own: &Certificate<'_>,
        above: &[&Certificate<'_>],
        root: &Certificate<'_>,
        staple: &Staple,
        second: i64,
    ) -> Result<(Revocation, Window), SealError> {
        let lists =
            staple.lists.iter().map(|der| RevocationList::read(der).ok_or(SealError::RevocationProof));
        let stapled: Vec<RevocationList> = lists.collect::<Result<_, _>>()?;
        let mut all = (Revocation::Unknown, Window { from: i64::MIN, to: i64::MAX });
        let path: Vec<&Certificate<'_>> = std::iter::once(own).chain(above.iter().copied()).collect();
        for (nth, certificate) in path.iter().enumerate() {
            let issuer = path.get(nth + 1).copied().unwrap_or(root);
            // Of an authority whose key is of no kind read here, what it revoked could not be read either.
            let issuer_key = issuer.key().ok_or(SealError::UnsupportedKey)?;
            let issued = Issued { certificate, issuer_key, issuer_may_list: issuer.may_list() };
            let answers: &[Vec<u8>] = if nth == 0 { &staple.answers } else { &[] };
            let lists = self.trust.lists().iter().chain(&stapled);
            let (known, holds) = judge(&issued, lists, answers, second)?;
            // What is not known of one is not known of all.
            if nth == 0 || known == Revocation::Unknown {
                all.0 = known;
            }
            all.1 = all.1.intersected(holds);
        }
        Ok(all)
    }
}

/// SHA-256 over what is asked, all certificates and all proofs, each after its length.
fn chain_key(claim: &Claim<'_>, purpose: Purpose) -> [u8; 32] {
    let mut context = Context::new(&SHA256);
    context.update(&[u8::from(purpose == Purpose::Time)]);
    let certificates = claim.certificates.iter().map(AsRef::as_ref);
    for (kind, part) in certificates
        .map(|part: &[u8]| (0, part))
        .chain(claim.staple.answers.iter().map(|part| (1, part.as_slice())))
        .chain(claim.staple.lists.iter().map(|part| (2, part.as_slice())))
    {
        context.update(&[kind]);
        context.update(&(part.len() as u64).to_be_bytes());
        context.update(part);
    }
    let mut key = [0; 32];
    key.copy_from_slice(context.finish().as_ref());
    key
}

/// What a path that cannot be built means to the declarant.
fn refusal(error: &webpki::Error) -> SealError {
    use webpki::Error;
    let seconds = |time: &UnixTime| moment(i64::try_from(time.as_secs()).unwrap_or(i64::MAX));
    match error {
        Error::CertExpired { not_after, .. } => SealError::Expired { on: seconds(not_after) },
        Error::CertNotValidYet { not_before, .. } => SealError::NotYetValid { from: seconds(not_before) },
        Error::CaUsedAsEndEntity => SealError::AuthorityAsSigner,
        Error::UnknownIssuer => SealError::UnknownAuthority,
        Error::MaximumPathDepthExceeded
        | Error::MaximumPathBuildCallsExceeded
        | Error::MaximumSignatureChecksExceeded => SealError::ChainTooLong { max: CERTIFICATES_MAX },
        Error::UnsupportedCriticalExtension => {
            SealError::BadCertificate { place: 1, fault: CertificateFault::CriticalExtension }
        }
        Error::EmptyEkuExtension => SealError::NotForSigning,
        Error::UnsupportedSignatureAlgorithmContext(context) => {
            Identifier::within(&context.signature_algorithm_id)
                .map_or(SealError::BrokenChain, |id| id.unknown())
        }
        _ => SealError::BrokenChain,
    }
}
