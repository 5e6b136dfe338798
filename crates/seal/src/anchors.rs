//! The authorities a centre trusts.

use std::fmt;

use rustls_pki_types::{CertificateDer, TrustAnchor};
use webpki::anchor_from_trusted_cert;

use crate::certificate::{Certificate, Window, fingerprint};
use crate::detached::CERTIFICATE_BYTES_MAX;
use crate::pem;

/// The most authorities.
pub const ANCHORS_MAX: usize = 1000;

/// Why a certificate cannot be trusted as an authority's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AnchorError {
    /// Not PEM, or no certificate in it.
    #[error(
        "GL-3051: there is no PEM certificate; give the authorities' certificates between BEGIN and END lines"
    )]
    NoCertificate,
    /// Not an X.509 certificate.
    #[error("GL-3052: certificate {place} cannot be read; take it from the authority again")]
    Unreadable {
        /// Which, from 1.
        place: usize,
    },
    /// A certificate that may not issue others.
    #[error(
        "GL-3053: certificate {place} is not an authority's; give the one that issues the signers' certificates"
    )]
    NotAuthority {
        /// Which, from 1.
        place: usize,
    },
    /// Over [`ANCHORS_MAX`].
    #[error(
        "GL-3054: there are more than {ANCHORS_MAX} authorities; give only those whose signers file here"
    )]
    TooMany,
}

/// One authority.
#[derive(Clone)]
pub(crate) struct Anchor {
    pub(crate) trust: TrustAnchor<'static>,
    identity: (Vec<u8>, Vec<u8>),
    pub(crate) window: Window,
    fingerprint: String,
    name: String,
}

/// The authorities whose word is taken on who a signer is.
#[derive(Clone, Default)]
pub struct Anchors {
    anchors: Vec<Anchor>,
}

impl fmt::Debug for Anchors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.list()).finish()
    }
}

impl Anchors {
    /// Nobody: every seal is refused.
    pub fn empty() -> Self {
        Self::default()
    }

    /// The authorities whose certificates are in `text`.
    ///
    /// # Errors
    /// One of [`AnchorError`] for the first certificate that cannot be trusted.
    pub fn from_pem(text: &str) -> Result<Self, AnchorError> {
        let mut anchors = Self::empty();
        anchors.add_pem(text)?;
        Ok(anchors)
    }

    /// Adds the authorities whose certificates are in `text`.
    ///
    /// # Errors
    /// Those of [`Anchors::from_pem`]; then none is added.
    pub fn add_pem(&mut self, text: &str) -> Result<(), AnchorError> {
        let certificates = pem::certificates(text).filter(|found| !found.is_empty());
        let mut added = self.clone();
        for (der, place) in certificates.ok_or(AnchorError::NoCertificate)?.iter().zip(1..) {
            added.add(der, place)?;
        }
        *self = added;
        Ok(())
    }

    /// Adds the authority of one certificate in DER. The same one twice is there once.
    ///
    /// # Errors
    /// One of [`AnchorError`], place 1.
    pub fn add_der(&mut self, der: &[u8]) -> Result<(), AnchorError> {
        self.add(der, 1)
    }

    fn add(&mut self, der: &[u8], place: usize) -> Result<(), AnchorError> {
        let unreadable = AnchorError::Unreadable { place };
        if der.len() > CERTIFICATE_BYTES_MAX {
            return Err(unreadable);
        }
        let certificate = Certificate::read(der).ok_or(unreadable)?;
        if !certificate.may_issue() {
            return Err(AnchorError::NotAuthority { place });
        }
        let trusted = CertificateDer::from(der);
        let trust = anchor_from_trusted_cert(&trusted).map_err(|_| unreadable)?.to_owned();
        let fingerprint = fingerprint(der);
        if self.anchors.iter().any(|anchor| anchor.fingerprint == fingerprint) {
            return Ok(());
        }
        if self.anchors.len() >= ANCHORS_MAX {
            return Err(AnchorError::TooMany);
        }
        let (subject, key) = certificate.identity();
        self.anchors.push(Anchor {
            trust,
            identity: (subject.to_vec(), key.to_vec()),
            window: certificate.window(),
            fingerprint,
            name: certificate.name(),
        });
        Ok(())
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.anchors.is_empty()
    }

    /// Name and SHA-256 of each certificate, for an administrator to compare.
    pub fn list(&self) -> impl Iterator<Item = (&str, &str)> {
        self.anchors.iter().map(|anchor| (anchor.name.as_str(), anchor.fingerprint.as_str()))
    }

    /// SHA-256 of each certificate, 64 lower-case hexadecimal digits.
    pub fn fingerprints(&self) -> Vec<String> {
        self.anchors.iter().map(|anchor| anchor.fingerprint.clone()).collect()
    }

    pub(crate) fn trusted(&self) -> Vec<TrustAnchor<'static>> {
        self.anchors.iter().map(|anchor| anchor.trust.clone()).collect()
    }

    /// When the authority with this certificate's or anchor's subject and key is valid. An authority may
    /// have renewed its certificate under the same key: the one valid at `second` counts, else the last.
    pub(crate) fn window_of(&self, anchor: &TrustAnchor<'_>, second: i64) -> Option<Window> {
        let same = |known: &&Anchor| {
            known.trust.subject == anchor.subject
                && known.trust.subject_public_key_info == anchor.subject_public_key_info
        };
        let windows: Vec<Window> = self.anchors.iter().filter(same).map(|known| known.window).collect();
        windows.iter().find(|window| window.covers(second)).or(windows.last()).copied()
    }

    /// Whether the certificate is one of these authorities' own.
    pub(crate) fn contains(&self, certificate: &Certificate<'_>) -> bool {
        let (subject, key) = certificate.identity();
        self.anchors.iter().any(|anchor| anchor.identity.0 == subject && anchor.identity.1 == key)
    }
}
