//! Verification: from bytes and a seal to a signer.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use aws_lc_rs::digest::{Context, SHA256};
use jiff::Timestamp;
use rustls_pki_types::{CertificateDer, TrustAnchor, UnixTime};
use webpki::{ALL_VERIFICATION_ALGS, EndEntityCert, ExtendedKeyUsageValidator, KeyPurposeIdIter};

use crate::algorithm::Algorithm;
use crate::anchors::Anchors;
use crate::certificate::{Certificate, Signer, Window, moment};
use crate::detached::{CERTIFICATES_MAX, DetachedSeal};
use crate::error::{CertificateFault, SealError};

/// How many verified chains are remembered, at least; at most twice as many.
pub const CACHED_CHAINS_MAX: usize = 20_000;

/// A document with what seals it. Envelopes of other kinds will be further variants.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub enum Sealed<'a> {
    /// The document's bytes and the seal beside them.
    Detached {
        /// The exact bytes signed.
        document: &'a [u8],
        /// The seal.
        seal: &'a DetachedSeal,
    },
}

/// What is known once a seal holds: nothing else of the envelope may be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opened<'a> {
    /// The bytes the signature covers.
    pub covered: Cow<'a, [u8]>,
    /// Who signed them.
    pub signer: Signer,
}

/// A chain that leads to a trusted authority, whenever asked within its window.
#[derive(Debug)]
struct Chain {
    signer: Signer,
    algorithm: Algorithm,
    public: Vec<u8>,
    window: Window,
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

/// Verifies seals against the trusted authorities. Share one between threads: a signer who comes again
/// costs one signature verification, the chain being remembered.
///
/// Only chains that hold are remembered, under all their certificates, and only within the time all of
/// them are valid: the verdict never depends on what was asked before.
#[derive(Debug)]
pub struct Verifier {
    anchors: Anchors,
    trusted: Vec<TrustAnchor<'static>>,
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
    /// A verifier that trusts `anchors`.
    pub fn new(anchors: Anchors) -> Self {
        Self { trusted: anchors.trusted(), anchors, cache: RwLock::default() }
    }

    /// The authorities trusted.
    pub fn anchors(&self) -> &Anchors {
        &self.anchors
    }

    /// Opens what is sealed: the bytes covered and who signed them, as of the time given.
    ///
    /// # Errors
    /// One of [`SealError`] for each reason to refuse.
    pub fn open<'a>(&self, sealed: Sealed<'a>, as_of: Timestamp) -> Result<Opened<'a>, SealError> {
        match sealed {
            Sealed::Detached { document, seal } => {
                let signer = self.verify(document, seal, as_of)?;
                Ok(Opened { covered: Cow::Borrowed(document), signer })
            }
        }
    }

    /// Who made `seal` over exactly these `bytes`, with a certificate valid at `as_of`.
    ///
    /// # Errors
    /// One of [`SealError`] for each reason to refuse.
    pub fn verify(&self, bytes: &[u8], seal: &DetachedSeal, as_of: Timestamp) -> Result<Signer, SealError> {
        seal.check_size()?;
        let key = chain_key(seal);
        let second = as_of.as_second();
        let chain = match self.known(&key).filter(|chain| chain.window.covers(second)) {
            Some(chain) => chain,
            None => {
                let chain = Arc::new(self.chain(&seal.certificates, second)?);
                self.cache.write().unwrap_or_else(PoisonError::into_inner).insert(key, Arc::clone(&chain));
                chain
            }
        };
        if chain.algorithm != seal.algorithm {
            return Err(SealError::AlgorithmMismatch);
        }
        if !chain.algorithm.holds(&chain.public, bytes, &seal.signature) {
            return Err(SealError::BadSignature);
        }
        Ok(chain.signer.clone())
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

    /// Builds and checks the chain of `certificates`, the signer's first (RFC 5280 section 6).
    fn chain(&self, certificates: &[Vec<u8>], second: i64) -> Result<Chain, SealError> {
        let mut read = Vec::with_capacity(certificates.len());
        for (der, place) in certificates.iter().zip(1..) {
            let unreadable = SealError::BadCertificate { place, fault: CertificateFault::NotX509 };
            read.push(Certificate::read(der).ok_or(unreadable)?);
        }
        let bad = |fault| SealError::BadCertificate { place: 1, fault };
        let (own, issuers) = read.split_first().ok_or(bad(CertificateFault::NotX509))?;
        let ders: Vec<CertificateDer<'_>> =
            certificates.iter().map(|der| CertificateDer::from(der.as_slice())).collect();
        let (own_der, issuer_ders) = ders.split_first().ok_or(bad(CertificateFault::NotX509))?;

        if own.may_issue() || self.anchors.contains(own) {
            return Err(SealError::AuthorityAsSigner);
        }
        let end_entity = EndEntityCert::try_from(own_der).map_err(|_| bad(CertificateFault::NotX509))?;
        let time = UnixTime::since_unix_epoch(Duration::from_secs(u64::try_from(second).unwrap_or(0)));
        let path = end_entity
            .verify_for_usage(ALL_VERIFICATION_ALGS, &self.trusted, issuer_ders, time, AnyPurpose, None, None)
            .map_err(|error| refusal(&error))?;

        // What the path builder leaves to its caller: that issuers may sign certificates by their key
        // usage, and that the trusted authority is itself valid.
        let anchor = self.anchors.window_of(path.anchor(), second).ok_or(SealError::UnknownAuthority)?;
        let mut window = own.window().intersected(anchor);
        for used in path.intermediate_certificates() {
            let used = used.der();
            let at = issuer_ders.iter().position(|der| *der == used).ok_or(SealError::BrokenChain)?;
            let issuer = issuers.get(at).filter(|issuer| issuer.may_issue()).ok_or(SealError::BrokenChain)?;
            window = window.intersected(issuer.window());
        }
        if second > window.to {
            return Err(SealError::Expired { on: moment(window.to) });
        }
        if second < window.from {
            return Err(SealError::NotYetValid { from: moment(window.from) });
        }
        if !own.may_sign_documents() {
            return Err(SealError::NotForSigning);
        }
        let (algorithm, public) = own.key().ok_or(SealError::UnsupportedKey)?;
        let signer = own.signer(window).ok_or(bad(CertificateFault::NoName))?;
        Ok(Chain { signer, algorithm, public, window })
    }
}

/// SHA-256 over all certificates, each after its length.
fn chain_key(seal: &DetachedSeal) -> [u8; 32] {
    let mut context = Context::new(&SHA256);
    for certificate in &seal.certificates {
        context.update(&(certificate.len() as u64).to_be_bytes());
        context.update(certificate);
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
        _ => SealError::BrokenChain,
    }
}
