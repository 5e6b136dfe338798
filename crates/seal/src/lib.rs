//! Who signed which bytes.
//!
//! A seal is a signature over the exact bytes of a document, with the certificates that say whose it is.
//! [`Verifier::open`] answers the only question business code may ask: which bytes are covered, and who
//! is the [`Signer`]. Nothing outside this crate sees a certificate or a signature.
//!
//! Forms: the program's own [detached](DetachedSeal) seal, CMS beside the document (CAdES-BES and -T), and XML
//! signatures inside or around it. Keys: RSA, ECDSA, Ed25519 and GOST R 34.10-2012, each with X.509
//! certificates (RFC 5280). Every form is read into one claim, and every claim goes one way: chain,
//! validity, purpose, revocation, signature.
//!
//! Deliberately absent: clocks (the time is a parameter, so that a decision can be replayed), network
//! (no revocation is fetched), and any reading of the document's content.

mod algorithm;
mod anchors;
#[cfg(test)]
mod attacks;
mod bare;
mod batch;
mod certificate;
mod claim;
mod cms;
mod detached;
mod error;
mod gost;
mod identifier;
mod issue;
mod key;
pub mod pem;
mod revocation;
mod sign;
mod stamp;
mod template;
mod tlv;
mod trust;
mod verdict;
mod verify;
mod xml;

pub use algorithm::Algorithm;
pub use anchors::{ANCHORS_MAX, AnchorError, Anchors};
pub use bare::{BareKey, streebog};
pub use batch::ed25519_all_hold;
pub use certificate::{CertificateFacts, Link, Signer};
pub use detached::{
    CERTIFICATE_BYTES_MAX, CERTIFICATES_MAX, DetachedSeal, SEAL_BYTES_MAX, SEAL_HEADER, SIGNATURE_BYTES_MAX,
    STAPLE_BYTES_MAX, STAPLES_MAX,
};
pub use error::{CertificateFault, SealError};
pub use issue::{Authority, Credential, IssueError, stamp};
pub use revocation::LIST_BYTES_MAX;
pub use sign::{Sealer, SigningKey, Stamper, generate_key, seal};
pub use template::Request;
pub use trust::{LISTS_MAX, ListFacts, REGISTER_COLUMNS, REGISTERED_MAX, Trust, TrustError};
pub use verdict::{Form, Revocation, Step, StepOutcome, Verdict, steps};
pub use verify::{CACHED_CHAINS_MAX, Opened, Sealed, Verifier, content, is_signed_inside};
