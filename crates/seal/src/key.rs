//! Public keys, as certificates have them.

use std::fmt;
use std::sync::OnceLock;

use aws_lc_rs::signature::ParsedPublicKey;
use const_oid::ObjectIdentifier as Oid;
use data_encoding::HEXUPPER;
use x509_parser::prelude::FromDer;
use x509_parser::x509::SubjectPublicKeyInfo;

use crate::algorithm::{
    Algorithm, EC_KEY, ED25519_KEY, GOST256_KEY, GOST512_KEY, KeyKind, P256_CURVE, P384_CURVE, PSS, RSA_KEY,
};
use crate::{gost, tlv};

/// A public key of a kind that is accepted. Shared, it is parsed once for the algorithm it is used with.
pub(crate) struct PublicKey {
    kind: KeyKind,
    /// An RSA key that its certificate binds to RSA-PSS (RFC 4055 section 1.2).
    is_pss_only: bool,
    /// The content of the bit string: a point, or for RSA the structure of PKCS#1.
    bits: Vec<u8>,
    gost: Option<gost::PublicKey>,
    parsed: OnceLock<Option<(Algorithm, ParsedPublicKey)>>,
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PublicKey").field("kind", &self.kind).finish_non_exhaustive()
    }
}

impl PublicKey {
    /// The key of a certificate; `None` if it is of a kind that is not accepted.
    pub(crate) fn read(info: &SubjectPublicKeyInfo<'_>) -> Option<Self> {
        let algorithm = Oid::from_bytes(info.algorithm.algorithm.as_bytes()).ok()?;
        let parameter = info.algorithm.parameters.as_ref();
        let bits = info.subject_public_key.data.to_vec();
        let mut key =
            Self { kind: KeyKind::Rsa, is_pss_only: false, bits, gost: None, parsed: OnceLock::new() };
        key.kind = match algorithm {
            RSA_KEY => KeyKind::Rsa,
            PSS => {
                key.is_pss_only = true;
                KeyKind::Rsa
            }
            ED25519_KEY => KeyKind::Ed25519,
            EC_KEY => match Oid::from_bytes(parameter?.as_oid().ok()?.as_bytes()).ok()? {
                P256_CURVE => KeyKind::P256,
                P384_CURVE => KeyKind::P384,
                _ => return None,
            },
            GOST256_KEY | GOST512_KEY => {
                let parameters = x509_parser::der_parser::asn1_rs::ToDer::to_der_vec(parameter?).ok()?;
                let oid = info.algorithm.algorithm.as_bytes();
                key.gost = Some(gost::PublicKey::from_spki_parts(oid, &parameters, &key.bits)?);
                if algorithm == GOST256_KEY { KeyKind::Gost256 } else { KeyKind::Gost512 }
            }
            _ => return None,
        };
        match key.kind {
            KeyKind::Rsa => rsa_bits(&key.bits).filter(|bits| (2048..=8192).contains(bits)).map(|_| key),
            KeyKind::Ed25519 => (!is_of_small_order(&key.bits)).then_some(key),
            _ => Some(key),
        }
    }

    /// The key of a whole SubjectPublicKeyInfo, DER.
    pub(crate) fn of_info(der: &[u8]) -> Option<Self> {
        match SubjectPublicKeyInfo::from_der(der) {
            Ok(([], info)) => Self::read(&info),
            _ => None,
        }
    }

    pub(crate) fn kind(&self) -> KeyKind {
        self.kind
    }

    /// The bits of the key, as its certificate has them.
    pub(crate) fn bits(&self) -> &[u8] {
        &self.bits
    }

    /// Whether a signature of this algorithm can be by this key.
    pub(crate) fn fits(&self, algorithm: Algorithm) -> bool {
        use Algorithm::{RsaPssSha256, RsaPssSha384, RsaPssSha512};
        let is_pss = matches!(algorithm, RsaPssSha256 | RsaPssSha384 | RsaPssSha512);
        algorithm.row().key == self.kind && (is_pss || !self.is_pss_only)
    }

    /// Whether `signature` over `bytes` is by the owner of this key.
    pub(crate) fn holds(&self, algorithm: Algorithm, bytes: &[u8], signature: &[u8]) -> bool {
        if !self.fits(algorithm) {
            return false;
        }
        let Some(verification) = algorithm.verification() else {
            return self.gost.as_ref().is_some_and(|key| key.verify(bytes, signature));
        };
        let parse = || ParsedPublicKey::new(verification, &self.bits).ok();
        let parsed = self.parsed.get_or_init(|| parse().map(|key| (algorithm, key)));
        match parsed {
            Some((known, key)) if *known == algorithm => key.verify_sig(bytes, signature).is_ok(),
            // Another padding or hash than the first time.
            _ => parse().is_some_and(|key| key.verify_sig(bytes, signature).is_ok()),
        }
    }
}

/// How long the modulus of an RSA key is.
fn rsa_bits(bits: &[u8]) -> Option<usize> {
    let modulus = tlv::only(bits, tlv::SEQUENCE)?.inside().take(tlv::INTEGER)?.value;
    let modulus = modulus.strip_prefix(&[0]).unwrap_or(modulus);
    let first = modulus.first()?.leading_zeros();
    (modulus.len() * 8).checked_sub(usize::try_from(first).ok()?)
}

/// A number of its lowest octet, the octets above it, and the highest.
const fn point(low: u8, middle: u8, high: u8) -> [u8; 32] {
    let mut y = [middle; 32];
    y[0] = low;
    y[31] = high;
    y
}

/// The points of small order of Ed25519, by y as keys have it, without the sign of x; 0 and 1 are also written as
/// the prime and one more. With such a key anybody can make signatures that hold for any document, and AWS-LC takes
/// them, as RFC 8032 does.
const SMALL_ORDER: [[u8; 32]; 7] = [
    point(0, 0, 0),
    point(1, 0, 0),
    point(0xEC, 0xFF, 0x7F),
    point(0xED, 0xFF, 0x7F),
    point(0xEE, 0xFF, 0x7F),
    [
        0x26, 0xE8, 0x95, 0x8F, 0xC2, 0xB2, 0x27, 0xB0, 0x45, 0xC3, 0xF4, 0x89, 0xF2, 0xEF, 0x98, 0xF0, 0xD5,
        0xDF, 0xAC, 0x05, 0xD3, 0xC6, 0x33, 0x39, 0xB1, 0x38, 0x02, 0x88, 0x6D, 0x53, 0xFC, 0x05,
    ],
    [
        0xC7, 0x17, 0x6A, 0x70, 0x3D, 0x4D, 0xD8, 0x4F, 0xBA, 0x3C, 0x0B, 0x76, 0x0D, 0x10, 0x67, 0x0F, 0x2A,
        0x20, 0x53, 0xFA, 0x2C, 0x39, 0xCC, 0xC6, 0x4E, 0xC7, 0xFD, 0x77, 0x92, 0xAC, 0x03, 0x7A,
    ],
];

fn is_of_small_order(bits: &[u8]) -> bool {
    let Ok(mut y) = <[u8; 32]>::try_from(bits) else { return false };
    y[31] &= 0x7F;
    SMALL_ORDER.contains(&y)
}

/// An ECDSA signature of two numbers side by side, as XML has it, in DER (RFC 3279 section 2.2.3).
pub(crate) fn der_signature(numbers: &[u8], bytes: usize) -> Option<Vec<u8>> {
    if numbers.len() != bytes * 2 {
        return None;
    }
    let (r, s) = numbers.split_at(bytes);
    Some(tlv::sequence(&[&tlv::integer(r), &tlv::integer(s)]))
}

/// The orders of P-256 and P-384 (FIPS 186-5), most significant octet first.
const P256_ORDER: &str = "FFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551";
const P384_ORDER: &str =
    "FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFC7634D81F4372DDF581A0DB248B0A77AECEC196ACCC52973";

/// The other ECDSA signature that holds wherever this one does, which anybody can make of it: r and the order less s.
pub(crate) fn twin_signature(signature: &[u8], kind: KeyKind) -> Option<Vec<u8>> {
    let order = match kind {
        KeyKind::P256 => P256_ORDER,
        KeyKind::P384 => P384_ORDER,
        KeyKind::Rsa | KeyKind::Ed25519 | KeyKind::Gost256 | KeyKind::Gost512 => return None,
    };
    let order = HEXUPPER.decode(order.as_bytes()).ok()?;
    let mut numbers = number_signature(signature, order.len())?;
    let mut borrow = false;
    for (digit, of_order) in numbers.iter_mut().rev().zip(order.iter().rev()) {
        let (rest, first) = of_order.overflowing_sub(*digit);
        let (rest, second) = rest.overflowing_sub(u8::from(borrow));
        (*digit, borrow) = (rest, first || second);
    }
    der_signature(&numbers, order.len())
}

/// The reverse: two numbers of `bytes` each.
pub(crate) fn number_signature(signature: &[u8], bytes: usize) -> Option<Vec<u8>> {
    let mut numbers = tlv::only(signature, tlv::SEQUENCE)?.inside();
    let mut out = Vec::with_capacity(bytes * 2);
    for _ in 0..2 {
        let digits = numbers.take(tlv::INTEGER)?.value;
        let digits = digits.strip_prefix(&[0]).unwrap_or(digits);
        out.resize(out.len() + bytes.checked_sub(digits.len())?, 0);
        out.extend_from_slice(digits);
    }
    numbers.end()?;
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_numbers_and_der_say_the_same() {
        for (r, s) in [(1_u8, 2_u8), (0x80, 0xFF), (0x7F, 0x80)] {
            let mut numbers = vec![0; 64];
            (numbers[0], numbers[31], numbers[32], numbers[63]) = (r, 9, s, 7);
            let der = der_signature(&numbers, 32).unwrap();
            assert_eq!(number_signature(&der, 32).unwrap(), numbers);
        }
        let small = [vec![0; 31], vec![5], vec![0; 31], vec![6]].concat();
        assert_eq!(der_signature(&small, 32).unwrap(), [0x30, 6, 2, 1, 5, 2, 1, 6]);
        assert_eq!(der_signature(&small[1..], 32), None);
        assert_eq!(number_signature(&[0x30, 6, 2, 1, 5, 2, 1], 32), None);
    }
}
