//! XML signatures (XMLDSig: W3C, XML Signature Syntax and Processing 1.1), in two strict forms:
//!
//! - *enveloped*: the signature is a child of the document's root element and covers the whole document but
//!   itself;
//! - *enveloping*: the signature is the root, and covers the one object in it, which holds the document.
//!
//! There is exactly one reference, and it can mean nothing else: no identifier is ever looked up. What is
//! covered is written down canonically, those octets are hashed, and **those octets are what the caller
//! gets**. So it does not matter what else an attacker wraps around, beside or into the signature: either it
//! is in the octets and breaks the digest, or it is not and nobody sees it.

mod bounds;
mod canonical;
mod read;
mod write;

#[cfg(test)]
mod tests;

#[cfg(test)]
pub(crate) use canonical::{Canonical, METHODS, Method};
pub(crate) use read::{is_present, is_signed, read};
pub(crate) use write::{enveloped, enveloping};

/// The namespace of XML signatures.
pub(crate) const DSIG: &str = "http://www.w3.org/2000/09/xmldsig#";
/// The namespace of version 1.1, for stapled answers about revocation.
pub(crate) const DSIG11: &str = "http://www.w3.org/2009/xmldsig11#";
/// The transform that takes the signature out of what it signs.
pub(crate) const ENVELOPED: &str = "http://www.w3.org/2000/09/xmldsig#enveloped-signature";
