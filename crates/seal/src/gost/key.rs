//! Keys in their encodings, and what is done with them.

use std::fmt;

use crypto_bigint::{U256, U512, Uint};
use zeroize::Zeroizing;

use super::curve::{Curve, Multiples};
use super::hash::{Draws, digest};
use super::parameters::{AnyCurve, ParameterSet};
use super::{Size, der};

/// What tells what a key is drawn for from what a nonce is drawn for.
const KEY_PURPOSE: &[u8] = b"GOST R 34.10-2012 key";

/// The parameters of a key (GostR3410-2012-PublicKeyParameters of RFC 9215, section 4).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Parameters {
    /// The curve, by name.
    pub(super) set: ParameterSet,
    /// Whether the digest is named too. Which of the two a key has depends on its set, but both are met.
    pub(super) names_digest: bool,
}

impl Parameters {
    /// As new keys have them.
    fn new(set: ParameterSet) -> Self {
        Self { set, names_digest: set.row().names_digest }
    }

    /// From the OID's contents and the parameters' element.
    fn read(algorithm: &[u8], parameters: &[u8]) -> Option<Self> {
        let mut rest = der::only(parameters, der::SEQUENCE)?;
        let set = ParameterSet::of_oid(der::take(&mut rest, der::OID)?)?;
        let names_digest = !rest.is_empty();
        let right = !names_digest || der::only(rest, der::OID)? == set.size().digest_oid();
        (right && algorithm == set.size().key_oid()).then_some(Self { set, names_digest })
    }

    /// The contents of the AlgorithmIdentifier.
    pub(super) fn identifier(self) -> Vec<u8> {
        let mut oids = der::element(der::OID, self.set.row().oid);
        if self.names_digest {
            oids.extend(der::element(der::OID, self.set.size().digest_oid()));
        }
        let algorithm = der::element(der::OID, self.set.size().key_oid());
        [algorithm, der::element(der::SEQUENCE, &oids)].concat()
    }
}

/// What is of a curve.
#[derive(Clone)]
struct On<const L: usize, T> {
    curve: &'static Curve<L>,
    value: T,
}

/// A number of `bytes`, the lowest first, if they are as many as it has.
fn little_endian<const L: usize>(bytes: &[u8]) -> Option<Uint<L>> {
    (bytes.len() == Curve::<L>::BYTES).then(|| Uint::from_le_slice(bytes))
}

/// A number of `bytes`, the highest first, if they are as many as it has.
fn big_endian<const L: usize>(bytes: &[u8]) -> Option<Uint<L>> {
    (bytes.len() == Curve::<L>::BYTES).then(|| Uint::from_be_slice(bytes))
}

/// A public key, found valid: on its curve and of the order of its subgroup (RFC 7091, section 5.2).
#[derive(Clone)]
pub(crate) struct PublicKey {
    parameters: Parameters,
    point: Point,
}

#[derive(Clone)]
enum Point {
    Bits256(On<{ U256::LIMBS }, Multiples<{ U256::LIMBS }>>),
    Bits512(On<{ U512::LIMBS }, Multiples<{ U512::LIMBS }>>),
}

impl PublicKey {
    /// From the parts of a SubjectPublicKeyInfo (RFC 9215, section 4): the algorithm's OID (the contents),
    /// the parameters (the whole element), what the BIT STRING holds.
    pub(crate) fn from_spki_parts(algorithm_oid: &[u8], parameters: &[u8], key_bits: &[u8]) -> Option<Self> {
        Self::read(Parameters::read(algorithm_oid, parameters)?, key_bits)
    }

    /// From what the BIT STRING holds (RFC 9215, section 4), the parameters known.
    pub(super) fn read(parameters: Parameters, key_bits: &[u8]) -> Option<Self> {
        fn point<const L: usize>(curve: &'static Curve<L>, octets: &[u8]) -> Option<On<L, Multiples<L>>> {
            let (x, y) = octets.split_at_checked(Curve::<L>::BYTES)?;
            Some(On { curve, value: curve.public(&little_endian(x)?, &little_endian(y)?)? })
        }
        let octets = der::only(key_bits, der::OCTET_STRING)?;
        let point = match parameters.set.row().curve {
            AnyCurve::Bits256(curve) => Point::Bits256(point(curve, octets)?),
            AnyCurve::Bits512(curve) => Point::Bits512(point(curve, octets)?),
        };
        Some(Self { parameters, point })
    }

    /// The SubjectPublicKeyInfo (RFC 9215, section 4).
    pub(crate) fn to_spki(&self) -> Vec<u8> {
        fn octets<const L: usize>(point: &On<L, Multiples<L>>) -> Vec<u8> {
            let (x, y) = point.curve.coordinates(&point.value);
            [x.to_le_bytes().as_ref(), y.to_le_bytes().as_ref()].concat()
        }
        let octets = match &self.point {
            Point::Bits256(point) => octets(point),
            Point::Bits512(point) => octets(point),
        };
        // No bits are unused in the last byte.
        let bits = [&[0], der::element(der::OCTET_STRING, &octets).as_slice()].concat();
        let algorithm = der::element(der::SEQUENCE, &self.parameters.identifier());
        der::element(der::SEQUENCE, &[algorithm, der::element(der::BIT_STRING, &bits)].concat())
    }

    /// Bits of it.
    pub(crate) fn size(&self) -> Size {
        self.parameters.set.size()
    }

    /// Whether `signature` over the `message` is by the owner of this key (RFC 7091, section 6.2), with the
    /// digest of its size.
    pub(crate) fn verify(&self, message: &[u8], signature: &[u8]) -> bool {
        self.verify_digest(&digest(self.size(), &[message]), signature)
    }

    /// Whether `signature`, s and r as in X.509, CMS and XMLDSig (RFC 9215, section 2), over the message of
    /// this `digest` is by the owner of this key.
    pub(crate) fn verify_digest(&self, digest: &[u8], signature: &[u8]) -> bool {
        fn verified<const L: usize>(
            point: &On<L, Multiples<L>>,
            digest: &[u8],
            signature: &[u8],
        ) -> Option<bool> {
            let (s, r) = signature.split_at_checked(Curve::<L>::BYTES)?;
            let (s, r) = (big_endian(s)?, big_endian(r)?);
            Some(point.curve.verify(&little_endian(digest)?, &r, &s, &point.value))
        }
        let verified = match &self.point {
            Point::Bits256(point) => verified(point, digest, signature),
            Point::Bits512(point) => verified(point, digest, signature),
        };
        verified.unwrap_or(false)
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PublicKey").field("parameters", &self.parameters).finish_non_exhaustive()
    }
}

/// A secret key. It never shows, and its memory is wiped.
pub(crate) struct SecretKey {
    public: PublicKey,
    secret: Secret,
}

enum Secret {
    Bits256(On<{ U256::LIMBS }, Zeroizing<U256>>),
    Bits512(On<{ U512::LIMBS }, Zeroizing<U512>>),
}

impl SecretKey {
    /// A new key of `random` bytes: every key of the set is as likely as another.
    pub(crate) fn generate(parameter_set: ParameterSet, random: &[u8; 64]) -> Self {
        let draws = Draws::new(parameter_set.size(), &[KEY_PURPOSE, random]);
        draws.first(|drawn| Self::read(Parameters::new(parameter_set), drawn))
    }

    /// From the little-endian number.
    fn read(parameters: Parameters, number: &[u8]) -> Option<Self> {
        type Pair<const L: usize> = (On<L, Multiples<L>>, On<L, Zeroizing<Uint<L>>>);
        fn pair<const L: usize>(curve: &'static Curve<L>, number: &[u8]) -> Option<Pair<L>> {
            let secret = curve.secret(little_endian(number)?)?;
            let (x, y) = curve.multiply(&secret)?;
            Some((On { curve, value: curve.public(&x, &y)? }, On { curve, value: secret }))
        }
        let (point, secret) = match parameters.set.row().curve {
            AnyCurve::Bits256(curve) => {
                let (point, secret) = pair(curve, number)?;
                (Point::Bits256(point), Secret::Bits256(secret))
            }
            AnyCurve::Bits512(curve) => {
                let (point, secret) = pair(curve, number)?;
                (Point::Bits512(point), Secret::Bits512(secret))
            }
        };
        Some(Self { public: PublicKey { parameters, point }, secret })
    }

    /// From a PrivateKeyInfo (RFC 5958), the number in one of the forms that OpenSSL's engine reads: bare
    /// and little-endian, as it writes it; so in an OCTET STRING; or an INTEGER.
    pub(crate) fn from_pkcs8(pkcs8: &[u8]) -> Option<Self> {
        let mut info = der::only(pkcs8, der::SEQUENCE)?;
        if !matches!(der::take(&mut info, der::INTEGER)?, [0 | 1]) {
            return None;
        }
        let mut algorithm = der::take(&mut info, der::SEQUENCE)?;
        let oid = der::take(&mut algorithm, der::OID)?;
        let parameters = Parameters::read(oid, algorithm)?;
        // Attributes and the public key may follow; the key says it all.
        let key = der::take(&mut info, der::OCTET_STRING)?;
        let bytes = parameters.set.size().bytes();
        if key.len() == bytes {
            return Self::read(parameters, key);
        }
        if let Some(number) = der::only(key, der::OCTET_STRING) {
            return Self::read(parameters, number);
        }
        let integer = der::only(key, der::INTEGER)?;
        let integer = integer.strip_prefix(&[0]).unwrap_or(integer);
        let mut number = Zeroizing::new(vec![0; bytes]);
        number
            .get_mut(..integer.len())?
            .iter_mut()
            .zip(integer.iter().rev())
            .for_each(|(to, from)| *to = *from);
        Self::read(parameters, &number)
    }

    /// The PrivateKeyInfo, as OpenSSL's engine writes it.
    pub(crate) fn to_pkcs8(&self) -> Zeroizing<Vec<u8>> {
        let number = match &self.secret {
            Secret::Bits256(secret) => Zeroizing::new(secret.value.to_le_bytes().as_ref().to_vec()),
            Secret::Bits512(secret) => Zeroizing::new(secret.value.to_le_bytes().as_ref().to_vec()),
        };
        let version = der::element(der::INTEGER, &[0]);
        let algorithm = der::element(der::SEQUENCE, &self.public.parameters.identifier());
        let key = Zeroizing::new(der::element(der::OCTET_STRING, &number));
        let info = Zeroizing::new([version.as_slice(), &algorithm, &key].concat());
        Zeroizing::new(der::element(der::SEQUENCE, &info))
    }

    /// Bits of it.
    pub(crate) fn size(&self) -> Size {
        self.public.size()
    }

    /// The public key.
    pub(crate) fn public(&self) -> &PublicKey {
        &self.public
    }

    /// The signature over the `message` (RFC 7091, section 6.1), with the digest of this key's size.
    ///
    /// The nonce is that of RFC 6979, section 3.6, `random` being the additional data: neither `random`
    /// that repeats nor a fault provoked in one of two computations of the same signature tells the key.
    pub(crate) fn sign(&self, message: &[u8], random: &[u8; 64]) -> Vec<u8> {
        self.signature(&digest(self.size(), &[message]), random)
    }

    #[cfg(test)]
    /// The signature over the message of this `digest`, if it is of the size of the key: s and r as in
    /// X.509, CMS and XMLDSig (RFC 9215, section 2).
    pub(crate) fn sign_digest(&self, digest: &[u8], random: &[u8; 64]) -> Option<Vec<u8>> {
        (digest.len() == self.size().bytes()).then(|| self.signature(digest, random))
    }

    fn signature(&self, digest: &[u8], random: &[u8; 64]) -> Vec<u8> {
        fn signature<const L: usize>(
            size: Size,
            secret: &On<L, Zeroizing<Uint<L>>>,
            digest: &[u8],
            random: &[u8; 64],
        ) -> Vec<u8> {
            let On { curve, value: d } = secret;
            let e = Uint::from_le_slice_truncated(digest, Uint::<L>::BITS);
            let number = Zeroizing::new(d.to_be_bytes());
            let draws = Draws::new(size, &[number.as_ref(), digest, random]);
            let (r, s) = draws.first(|drawn| curve.sign(&e, d, &*curve.nonce(&big_endian(drawn)?)?));
            [s.to_be_bytes().as_ref(), r.to_be_bytes().as_ref()].concat()
        }
        match &self.secret {
            Secret::Bits256(secret) => signature(self.size(), secret, digest, random),
            Secret::Bits512(secret) => signature(self.size(), secret, digest, random),
        }
    }
}

impl fmt::Debug for SecretKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SecretKey").finish_non_exhaustive()
    }
}
