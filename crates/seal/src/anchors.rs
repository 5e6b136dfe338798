//! The authorities a centre trusts.

use std::fmt;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use rustls_pki_types::{CertificateDer, TrustAnchor};
use webpki::anchor_from_trusted_cert;

use crate::certificate::{Certificate, Link, Window, fingerprint, moment};
use crate::detached::CERTIFICATE_BYTES_MAX;
use crate::pem;

/// The most authorities.
pub const ANCHORS_MAX: usize = 1000;

/// Why a certificate cannot be trusted as an authority's.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
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
    /// A line before a certificate that says when it is trusted, and cannot be read.
    #[error(
        "GL-3055: {line:?} before certificate {place}: a day is expected, such as Trusted-To: 2030-12-31"
    )]
    Day {
        /// The line.
        line: String,
        /// Which certificate, from 1.
        place: usize,
    },
    /// Over [`ANCHORS_MAX`].
    #[error(
        "GL-3054: there are more than {ANCHORS_MAX} authorities; give only those whose signers file here"
    )]
    TooMany,
}

const ALWAYS: Window = Window { from: i64::MIN, to: i64::MAX };

/// On which days a certificate is trusted, as the lines before it say.
fn days(head: &str, place: usize) -> Result<Window, AnchorError> {
    let mut days = ALWAYS;
    for line in head.lines().map(str::trim) {
        let Some((name, value)) = line.split_once(':') else { continue };
        let bad = || AnchorError::Day { line: line.chars().take(100).collect(), place };
        let second = |hour: i8, minute: i8, second: i8| {
            let day: Date = value.trim().parse().map_err(|_| bad())?;
            let at = day.at(hour, minute, second, 0).to_zoned(TimeZone::UTC).map_err(|_| bad())?;
            Ok(at.timestamp().as_second())
        };
        match name.trim().to_ascii_lowercase().as_str() {
            "trusted-from" => days.from = second(0, 0, 0)?,
            "trusted-to" => days.to = second(23, 59, 59)?,
            _ => {}
        }
    }
    Ok(days)
}

/// One authority.
#[derive(Clone)]
pub(crate) struct Anchor {
    pub(crate) trust: TrustAnchor<'static>,
    pub(crate) der: Vec<u8>,
    identity: (Vec<u8>, Vec<u8>),
    /// When it is valid, and trusted.
    pub(crate) window: Window,
    pub(crate) link: Link,
    /// When it is trusted, where that was said.
    days: Window,
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

    /// Adds the authorities whose certificates are in `text`. Lines `Trusted-From: 2026-01-01` and
    /// `Trusted-To: 2030-12-31` before a certificate say on which days (UTC, both included) it is trusted;
    /// without them it is while it is valid.
    ///
    /// # Errors
    /// Those of [`Anchors::from_pem`]; then none is added.
    pub fn add_pem(&mut self, text: &str) -> Result<(), AnchorError> {
        let mut added = self.clone();
        let mut place = 0;
        for (head, block) in pem::blocks(text) {
            place += 1;
            let days = days(head, place)?;
            let ders = pem::certificates(block).ok_or(AnchorError::Unreadable { place })?;
            for der in ders {
                added.add(&der, place, days)?;
            }
        }
        if place == 0 {
            return Err(AnchorError::NoCertificate);
        }
        *self = added;
        Ok(())
    }

    /// Adds the authority of one certificate in DER. The same one twice is there once.
    ///
    /// # Errors
    /// One of [`AnchorError`], place 1.
    pub fn add_der(&mut self, der: &[u8]) -> Result<(), AnchorError> {
        self.add(der, 1, ALWAYS)
    }

    fn add(&mut self, der: &[u8], place: usize, days: Window) -> Result<(), AnchorError> {
        let unreadable = || AnchorError::Unreadable { place };
        if der.len() > CERTIFICATE_BYTES_MAX {
            return Err(unreadable());
        }
        let certificate = Certificate::read(der).ok_or_else(unreadable)?;
        if !certificate.may_issue() {
            return Err(AnchorError::NotAuthority { place });
        }
        let trusted = CertificateDer::from(der);
        let trust = anchor_from_trusted_cert(&trusted).map_err(|_| unreadable())?.to_owned();
        let fingerprint = fingerprint(der);
        if self.anchors.iter().any(|anchor| anchor.link.sha256 == fingerprint && anchor.days == days) {
            return Ok(());
        }
        if self.anchors.len() >= ANCHORS_MAX {
            return Err(AnchorError::TooMany);
        }
        let (subject, key) = certificate.identity();
        self.anchors.push(Anchor {
            trust,
            identity: (subject.to_vec(), key.to_vec()),
            window: certificate.window().intersected(days),
            link: certificate.link(),
            der: der.to_vec(),
            days,
        });
        Ok(())
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.anchors.is_empty()
    }

    /// Name and SHA-256 of each certificate, for an administrator to compare.
    pub fn list(&self) -> impl Iterator<Item = (&str, &str)> {
        self.anchors.iter().map(|anchor| (anchor.link.name.as_str(), anchor.link.sha256.as_str()))
    }

    /// SHA-256 of each certificate, 64 lower-case hexadecimal digits.
    pub fn fingerprints(&self) -> Vec<String> {
        self.anchors.iter().map(|anchor| anchor.link.sha256.clone()).collect()
    }

    pub(crate) fn trusted(&self) -> Vec<TrustAnchor<'static>> {
        self.anchors.iter().map(|anchor| anchor.trust.clone()).collect()
    }

    /// The authority with this subject and key. It may have renewed its certificate under the same key, or be
    /// trusted on several spans of days: the first entry valid at `second` counts, else the last; and how long
    /// it is the one that counts.
    pub(crate) fn of(&self, anchor: &TrustAnchor<'_>, second: i64) -> Option<(&Anchor, Window)> {
        let same = |known: &&Anchor| {
            known.trust.subject == anchor.subject
                && known.trust.subject_public_key_info == anchor.subject_public_key_info
        };
        let own = || self.anchors.iter().filter(same);
        let at = own().position(|known| known.window.covers(second));
        let counts = at.map_or_else(|| own().next_back(), |at| own().nth(at))?;
        let passed = own().take(at.map_or(usize::MAX, |at| at + 1));
        Some((counts, passed.map(|known| known.window.around(second)).reduce(Window::intersected)?))
    }

    /// All of them as text that [`Anchors::from_pem`] reads.
    pub fn to_pem(&self) -> String {
        let mut text = String::new();
        for anchor in &self.anchors {
            let day = |second: i64| moment(second).to_zoned(TimeZone::UTC).date();
            if anchor.days.from != ALWAYS.from {
                text += &format!("Trusted-From: {}\n", day(anchor.days.from));
            }
            if anchor.days.to != ALWAYS.to {
                text += &format!("Trusted-To: {}\n", day(anchor.days.to));
            }
            text += &pem::block("CERTIFICATE", &anchor.der);
        }
        text
    }

    /// Name and certificate of each authority with this subject, DER.
    pub(crate) fn named<'a>(&'a self, subject: &'a [u8]) -> impl Iterator<Item = (&'a str, &'a [u8])> {
        let own = self.anchors.iter().filter(move |anchor| anchor.identity.0 == subject);
        own.map(|anchor| (anchor.link.name.as_str(), anchor.der.as_slice()))
    }

    /// Whether the certificate is one of these authorities' own.
    pub(crate) fn contains(&self, certificate: &Certificate<'_>) -> bool {
        let (subject, key) = certificate.identity();
        self.anchors.iter().any(|anchor| anchor.identity.0 == subject && anchor.identity.1 == key)
    }
}
