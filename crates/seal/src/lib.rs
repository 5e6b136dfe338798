//! Who signed which bytes.
//!
//! A seal is a signature over the exact bytes of a document, with the certificates that say whose it is.
//! [`Verifier::open`] answers the only question business code may ask: which bytes are covered, and who
//! is the [`Signer`]. Nothing outside this crate sees a certificate or a signature.
//!
//! One form so far: the [detached](DetachedSeal) seal with X.509 certificates (RFC 5280), ECDSA on P-256
//! or Ed25519. XMLDSig, CMS and GOST R 34.10-2012 will be further variants of [`Sealed`].
//!
//! Deliberately absent: clocks (the time is a parameter, so that a decision can be replayed), network
//! (no revocation is fetched), and any reading of the document's content.

mod algorithm;
mod anchors;
#[cfg(test)]
mod attacks;
mod certificate;
mod detached;
mod error;
mod issue;
mod pem;
mod sign;
mod verify;

pub use algorithm::Algorithm;
pub use anchors::{ANCHORS_MAX, AnchorError, Anchors};
pub use certificate::Signer;
pub use detached::{
    CERTIFICATE_BYTES_MAX, CERTIFICATES_MAX, DetachedSeal, SEAL_BYTES_MAX, SEAL_HEADER, SIGNATURE_BYTES_MAX,
};
pub use error::{CertificateFault, SealError};
pub use issue::{Authority, Credential, IssueError};
pub use sign::{Sealer, SigningKey, seal};
pub use verify::{CACHED_CHAINS_MAX, Opened, Sealed, Verifier};
