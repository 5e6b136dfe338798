//! The signature of a seal and nothing else, for measurements.

use crate::certificate::Certificate;
use crate::detached::DetachedSeal;
use crate::key::PublicKey;

/// The key a seal is signed with, read once, as a [`Verifier`](crate::Verifier) remembers it: what verifying
/// costs without reading, chain and verdict. It says nothing about who signed, so it is no way to decide.
#[derive(Debug)]
pub struct BareKey(PublicKey);

impl BareKey {
    /// The key in the signer's certificate, trusted or not; `None` where there is none of an accepted kind.
    pub fn of(seal: &DetachedSeal) -> Option<Self> {
        Certificate::read(seal.certificates.first()?)?.key().map(Self)
    }

    /// Whether the signature of `seal` over `bytes` is by the owner of this key.
    pub fn holds(&self, seal: &DetachedSeal, bytes: &[u8]) -> bool {
        self.0.holds(seal.algorithm, bytes, &seal.signature)
    }

    /// The bits of the key as certificates have them.
    pub fn bits(&self) -> &[u8] {
        self.0.bits()
    }
}

/// The digest of GOST R 34.11-2012, of 256 bits or of 512.
pub fn streebog(bytes: &[u8], is_512: bool) -> Vec<u8> {
    if is_512 { crate::gost::streebog512(bytes).to_vec() } else { crate::gost::streebog256(bytes).to_vec() }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;
    use crate::algorithm::Algorithm;
    use crate::issue::Authority;
    use crate::sign::seal;

    #[test]
    fn a_bare_key_holds_what_its_owner_signed() {
        let validity = (Timestamp::from_second(0).unwrap(), Timestamp::from_second(4_000_000_000).unwrap());
        let authority = Authority::generate("Nobody trusts it").unwrap();
        let mut others: Vec<DetachedSeal> = Vec::new();
        for algorithm in Algorithm::SIGNING {
            let credential = authority.issue("Signer", None, None, algorithm, validity).unwrap();
            let sealed = seal(b"AB1234", &credential).unwrap();
            let key = BareKey::of(&sealed).unwrap();
            assert!(key.holds(&sealed, b"AB1234"), "{algorithm}");
            assert!(!key.holds(&sealed, b"AB1235"), "{algorithm}");
            assert!(others.iter().all(|other| !key.holds(other, b"AB1234")), "{algorithm}");
            assert!(!key.bits().is_empty());
            others.push(sealed);
        }
    }
}
