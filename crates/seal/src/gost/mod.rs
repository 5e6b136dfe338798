//! GOST R 34.10-2012 (RFC 7091) signatures with GOST R 34.11-2012 digests (RFC 6986), in the encodings of
//! X.509 and CMS (RFC 9215) and of PKCS#8 as OpenSSL's engine writes it.
//!
//! A signature is s and then r, both big-endian; a key's coordinates, and a digest taken as
//! an integer, are little-endian.

mod chain;
mod curve;
mod der;
#[cfg(test)]
mod engine;
mod field;
mod hash;
mod key;
mod parameters;
#[cfg(test)]
mod tests;

pub(crate) use chain::webpki_algorithms;
#[cfg(test)]
pub(crate) use hash::Streebog;
pub(crate) use hash::{streebog256, streebog512};
pub(crate) use key::{PublicKey, SecretKey};
pub(crate) use parameters::ParameterSet;

/// Bits of a key, of its digest, of half its signature.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Size {
    /// GOST R 34.10-2012 with a key of 256 bits.
    Bits256,
    /// GOST R 34.10-2012 with a key of 512 bits.
    Bits512,
}

impl Size {
    /// Bytes of a key, of its digest, of half its signature.
    pub(crate) fn bytes(self) -> usize {
        match self {
            Self::Bits256 => 32,
            Self::Bits512 => 64,
        }
    }

    /// id-tc26-gost3410-2012-256 or -512, 1.2.643.7.1.1.1.1 or .2 (RFC 9215): the contents in DER.
    fn key_oid(self) -> &'static [u8] {
        match self {
            Self::Bits256 => &[0x2a, 0x85, 3, 7, 1, 1, 1, 1],
            Self::Bits512 => &[0x2a, 0x85, 3, 7, 1, 1, 1, 2],
        }
    }

    /// id-tc26-gost3411-2012-256 or -512, 1.2.643.7.1.1.2.2 or .3 (RFC 9215, section 4).
    fn digest_oid(self) -> &'static [u8] {
        match self {
            Self::Bits256 => &[0x2a, 0x85, 3, 7, 1, 1, 2, 2],
            Self::Bits512 => &[0x2a, 0x85, 3, 7, 1, 1, 2, 3],
        }
    }

    /// id-tc26-signwithdigest-gost3410-2012-256 or -512, 1.2.643.7.1.1.3.2 or .3 (RFC 9215, section 2).
    fn signature_oid(self) -> &'static [u8] {
        match self {
            Self::Bits256 => &[0x2a, 0x85, 3, 7, 1, 1, 3, 2],
            Self::Bits512 => &[0x2a, 0x85, 3, 7, 1, 1, 3, 3],
        }
    }
}
