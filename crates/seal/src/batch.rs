//! Many Ed25519 signatures at once: measured by the benchmark, not used for any verdict.

use ed25519_dalek::{Signature, VerifyingKey, verify_batch};

/// Whether every signature holds; each item is the bits of a public key, a message and a signature of 64 bytes.
/// Of nothing, every one holds.
///
/// One equation over all of them takes a fraction of the time that one for each takes. What an honest signer
/// signed holds here exactly where it holds alone. What was made to be ambiguous (keys or points outside the
/// subgroup of prime order, RFC 8032 section 5.1.7) may hold here and not alone, or the reverse; this is
/// therefore a fast first answer, and no verdict: where it says `false`, or where the verdict must be the very
/// one that was given at filing, [`Verifier::open`](crate::Verifier::open) decides for each.
pub fn ed25519_all_hold(items: &[(&[u8], &[u8], &[u8])]) -> bool {
    let mut keys = Vec::with_capacity(items.len());
    let mut messages = Vec::with_capacity(items.len());
    let mut signatures = Vec::with_capacity(items.len());
    for (key, message, signature) in items {
        let (Ok(key), Ok(signature)) = (VerifyingKey::try_from(*key), Signature::from_slice(signature))
        else {
            return false;
        };
        keys.push(key);
        messages.push(*message);
        signatures.push(signature);
    }
    verify_batch(&messages, &signatures, &keys).is_ok()
}

#[cfg(test)]
mod tests {
    use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};

    use super::*;

    struct Signed {
        key: Vec<u8>,
        message: Vec<u8>,
        signature: Vec<u8>,
    }

    fn signed(count: u8) -> Vec<Signed> {
        let of = |nth: u8| {
            let pair = Ed25519KeyPair::from_seed_unchecked(&[nth; 32]).unwrap();
            let message = vec![nth; usize::from(nth)];
            let signature = pair.sign(&message).as_ref().to_vec();
            Signed { key: pair.public_key().as_ref().to_vec(), message, signature }
        };
        (0..count).map(of).collect()
    }

    fn all_hold(signed: &[Signed]) -> bool {
        let items: Vec<(&[u8], &[u8], &[u8])> =
            signed.iter().map(|one| (&*one.key, &*one.message, &*one.signature)).collect();
        ed25519_all_hold(&items)
    }

    #[test]
    fn all_hold_or_it_says_no() {
        assert!(all_hold(&[]));
        for count in [1, 2, 64] {
            assert!(all_hold(&signed(count)), "{count}");
        }
        // One bit anywhere in one of many.
        for place in 0..64 {
            let mut spoilt = signed(20);
            spoilt[7].signature[place] ^= 1;
            assert!(!all_hold(&spoilt), "signature, byte {place}");
        }
        for place in 0..32 {
            let mut spoilt = signed(20);
            spoilt[7].key[place] ^= 1;
            assert!(!all_hold(&spoilt), "key, byte {place}");
        }
        let mut spoilt = signed(20);
        spoilt[19].message[3] ^= 1;
        assert!(!all_hold(&spoilt));
        let mut swapped = signed(20);
        let first = swapped[1].signature.clone();
        swapped[1].signature = std::mem::replace(&mut swapped[2].signature, first);
        assert!(!all_hold(&swapped));
    }

    #[test]
    fn sizes_are_held() {
        for (key, signature) in [(31, 64), (33, 64), (0, 64), (32, 63), (32, 65), (32, 0)] {
            let mut spoilt = signed(3);
            spoilt[1].key.resize(key, 0);
            spoilt[1].signature.resize(signature, 0);
            assert!(!all_hold(&spoilt), "{key} {signature}");
        }
    }

    #[test]
    fn a_signature_has_one_spelling() {
        // The group's order added to s: the same number modulo the order, refused alone and among others.
        const ORDER: [u8; 32] = [
            0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14,
            0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10,
        ];
        let mut spoilt = signed(3);
        let mut carry = 0;
        for (digit, more) in spoilt[1].signature[32..].iter_mut().zip(ORDER) {
            let sum = u16::from(*digit) + u16::from(more) + carry;
            *digit = u8::try_from(sum & 0xff).unwrap();
            carry = sum >> 8;
        }
        assert!(!all_hold(&spoilt));
    }
}
