//! The examples of the standards, and what must hold of every parameter set.

#![allow(clippy::unwrap_used)]

use crypto_bigint::{U256, U512, Uint};
use data_encoding::HEXLOWER;
use proptest::prelude::*;

use super::curve::{Curve, Numbers};
use super::parameters::AnyCurve;
use super::*;

/// RFC 7091, section 7.1.1.
static EXAMPLE_256: Curve<{ U256::LIMBS }> = Curve::new(&Numbers {
    p: "8000000000000000000000000000000000000000000000000000000000000431",
    a: "0000000000000000000000000000000000000000000000000000000000000007",
    b: "5fbff498aa938ce739b8e022fbafef40563f6e6a3472fc2a514c0ce9dae23b7e",
    q: "8000000000000000000000000000000150fe8a1892976154c59cfc193accf5b3",
    x: "0000000000000000000000000000000000000000000000000000000000000002",
    y: "08e2a8a0e65147d4bd6316030e16d19c85c97f0a9ca267122b96abbcea7e8fc8",
    cofactor: 1,
});

/// GOST R 34.10-2012, appendix A.2.1.
static EXAMPLE_512: Curve<{ U512::LIMBS }> = Curve::new(&Numbers {
    p: "4531acd1fe0023c7550d267b6b2fee80922b14b2ffb90f04d4eb7c09b5d2d15df1d852741af4704a0458047e80e4546d35b8336fac224dd81664bbf528be6373",
    a: "00000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000007",
    b: "1cff0806a31116da29d8cfa54e57eb748bc5f377e49400fdd788b649eca1ac4361834013b2ad7322480a89ca58e0cf74bc9e540c2add6897fad0a3084f302adc",
    q: "4531acd1fe0023c7550d267b6b2fee80922b14b2ffb90f04d4eb7c09b5d2d15da82f2d7ecb1dbac719905c5eecc423f1d86e25edbe23c595d644aaf187e6e6df",
    x: "24d19cc64572ee30f396bf6ebbfd7a6c5213b3b3d7057cc825f91093a68cd762fd60611262cd838dc6b60aa7eee804e28bc849977fac33b4b530f1b120248a9a",
    y: "2bb312a43bd2ce6e0d020613c857acddcfbf061e91e5f2c3f32447c259f39b2c83ab156d77f1496bf7eb3351e1ee4e43dc1a18b91b24640b6dbb92cb1add371e",
    cofactor: 1,
});

#[test]
fn the_digests_of_rfc_6986_are_met() {
    // Example 2 is in Windows-1251. The RFC prints numbers, the lowest byte last.
    let first = b"012345678901234567890123456789012345678901234567890123456789012";
    let second = HEXLOWER
        .decode(
            b"d1e520e2e5f2f0e82c20d1f2f0e8e1eee6e820e2edf3f6e82c20e2e5fef2fa20f120eceef0ff20f1f2f0e5ebe0ece820\
              ede020f5f0e0e1f0fbff20efebfaeafb20c8e3eef0e5e2fb",
        )
        .unwrap();
    for (message, long, short) in [
        (
            first.as_slice(),
            "1b54d01a4af5b9d5cc3d86d68d285462b19abc2475222f35c085122be4ba1ffa\
             00ad30f8767b3a82384c6574f024c311e2a481332b08ef7f41797891c1646f48",
            "9d151eefd8590b89daa6ba6cb74af9275dd051026bb149a452fd84e5e57b5500",
        ),
        (
            second.as_slice(),
            "1e88e62226bfca6f9994f1f2d51569e0daf8475a3b0fe61a5300eee46d961376\
             035fe83549ada2b8620fcd7c496ce5b33f0cb9dddc2b6460143b03dabac9fb28",
            "9dd2fe4e90409e5da87f53976d7405b0c0cac628fc669a741d50063c557e8f50",
        ),
    ] {
        assert_eq!(HEXLOWER.encode(&streebog512(message)), long);
        assert_eq!(HEXLOWER.encode(&streebog256(message)), short);
        for (size, expected) in [(Size::Bits256, short), (Size::Bits512, long)] {
            let mut hash = Streebog::new(size);
            message.chunks(7).for_each(|piece| hash.update(piece));
            assert_eq!(HEXLOWER.encode(&hash.finish()), expected);
        }
    }
}

#[test]
fn the_hmac_of_rfc_7836_is_met() {
    // Appendix B, examples 1 and 2.
    let key: Vec<u8> = (0..32).collect();
    let data = HEXLOWER.decode(b"0126bdb87800af214341456563780100").unwrap();
    for (size, expected) in [
        (Size::Bits256, "a1aa5f7de402d7b3d323f2991c8d4534013137010a83754fd0af6d7cd4922ed9"),
        (
            Size::Bits512,
            "a59bab22ecae19c65fbde6e5f4e9f5d8549d31f037f9df9b905500e171923a77\
             3d5f1530f2ed7e964cb2eedc29e9ad2f3afe93b2814f79f5000ffc0366c251e6",
        ),
    ] {
        assert_eq!(HEXLOWER.encode(&hash::hmac(size, &key, &[&data[..5], &data[5..]])), expected);
    }
}

/// `d`, `k`, `e` give the point `q` and the signature `r`, `s`.
fn example<const L: usize>(curve: &'static Curve<L>, [d, k, e, x, y, r, s]: [&str; 7]) {
    let number =
        |text: &str| Uint::<L>::from_be_hex(&format!("{text:0>width$}", width = Curve::<L>::BYTES * 2));
    assert_eq!(curve.multiply(&number(d)), Some((number(x), number(y))));
    assert_eq!(curve.sign(&number(e), &number(d), &number(k)), Some((number(r), number(s))));
    let public = curve.public(&number(x), &number(y)).unwrap();
    assert!(curve.verify(&number(e), &number(r), &number(s), &public));
    assert!(!curve.verify(&number(e), &number(s), &number(r), &public));
}

#[test]
fn the_example_of_rfc_7091_is_met() {
    example(
        &EXAMPLE_256,
        [
            "7a929ade789bb9be10ed359dd39a72c11b60961f49397eee1d19ce9891ec3b28",
            "77105c9b20bcd3122823c8cf6fcc7b956de33814e95b7fe64fed924594dceab3",
            "2dfbc1b372d89a1188c09c52e0eec61fce52032ab1022e8e67ece6672b043ee5",
            "7f2b49e270db6d90d8595bec458b50c58585ba1d4e9b788f6689dbd8e56fd80b",
            "26f1b489d6701dd185c8413a977b3cbbaf64d1c593d26627dffb101a87ff77da",
            "41aa28d2f1ab148280cd9ed56feda41974053554a42767b83ad043fd39dc0493",
            "01456c64ba4642a1653c235a98a60249bcd6d3f746b631df928014f6c5bf9c40",
        ],
    );
}

#[test]
fn the_example_of_the_standard_is_met() {
    example(
        &EXAMPLE_512,
        [
            "ba6048aadae241ba40936d47756d7c93091a0e8514669700ee7508e508b10207\
             2e8123b2200a0563322dad2827e2714a2636b7bfd18aadfc62967821fa18dd4",
            "359e7f4b1410feacc570456c6801496946312120b39d019d455986e364f36588\
             6748ed7a44b3e794434006011842286212273a6d14cf70ea3af71bb1ae679f1",
            "3754f3cfacc9e0615c4f4a7c4d8dab531b09b6f9c170c533a71d147035b0c591\
             7184ee536593f4414339976c647c5d5a407adedb1d560c4fc6777d2972075b8c",
            "115dc5bc96760c7b48598d8ab9e740d4c4a85a65be33c1815b5c320c854621dd\
             5a515856d13314af69bc5b924c8b4ddff75c45415c1d9dd9dd33612cd530efe1",
            "37c7c90cd40b0f5621dc3ac1b751cfa0e2634fa0503b3d52639f5d7fb72afd61\
             ea199441d943ffe7f0c70a2759a3cdb84c114e1f9339fdf27f35eca93677beec",
            "2f86fa60a081091a23dd795e1e3c689ee512a3c82ee0dcc2643c78eea8fcacd3\
             5492558486b20f1c9ec197c90699850260c93bcbcd9c5c3317e19344e173ae36",
            "1081b394696ffe8e6585e7a9362d26b6325f56778aadbc081c0bfbe933d52ff5\
             823ce288e8c4f362526080df7f70ce406a6eeb1f56919cb92a9853bde73e5b4a",
        ],
    );
}

#[test]
fn every_curve_is_one_and_its_base_point_has_its_order() {
    fn holds<const L: usize>(curve: &'static Curve<L>) {
        // Two ways of multiplying that share no formula, one of them through the check of a public key.
        let q = curve.scalars().modulus();
        let (x, y) = curve.multiply(&Uint::ONE).unwrap();
        let base = curve.public(&x, &y).unwrap();
        assert!(curve.coordinates(&base) == (x, y));
        assert!(curve.multiply(q).is_none() && curve.is_order(&base));
        let (minus_x, minus_y) = curve.multiply(&q.wrapping_sub(&Uint::ONE)).unwrap();
        assert!(minus_x == x && minus_y != y && curve.public(&minus_x, &minus_y).is_some());
        assert!(curve.public(&x, &y.wrapping_add(&Uint::ONE)).is_none());
    }
    holds(&EXAMPLE_256);
    holds(&EXAMPLE_512);
    for set in ParameterSet::ALL {
        match set.row().curve {
            AnyCurve::Bits256(curve) => holds(curve),
            AnyCurve::Bits512(curve) => holds(curve),
        }
    }
}

/// A key of the set, of a number.
fn key(set: ParameterSet, number: u8) -> SecretKey {
    SecretKey::generate(set, &[number; 64])
}

/// The parts of what `to_spki` makes.
fn parts(spki: &[u8]) -> (Vec<u8>, Vec<u8>, Vec<u8>) {
    let mut rest = der::only(spki, der::SEQUENCE).unwrap();
    let mut algorithm = der::take(&mut rest, der::SEQUENCE).unwrap();
    let oid = der::take(&mut algorithm, der::OID).unwrap();
    let bits = der::only(rest, der::BIT_STRING).unwrap();
    (oid.to_vec(), algorithm.to_vec(), bits[1..].to_vec())
}

#[test]
fn points_of_another_order_are_no_keys() {
    // Of the twisted Edwards curves: the point of order 2 of 256-A and 512-C, (x, 0), and keys moved by it.
    fn refused<const L: usize>(curve: &'static Curve<L>, x: &str) {
        let x = Uint::from_be_hex(x);
        assert!(curve.is_on(&x, &Uint::ZERO) && curve.public(&x, &Uint::ZERO).is_none());
        let (moved_x, moved_y) = curve.base_moved_by(&x);
        assert!(curve.is_on(&moved_x, &moved_y) && curve.public(&moved_x, &moved_y).is_none());
    }
    refused(&parameters::TC26_A_256, "0100fe73f595ff158e974b44d478d9588744fe5c192ac47ea63075dce7a14aaa");
    refused(
        &parameters::TC26_C_512,
        "9a628f975594ecefd89ba28a2539ffb79c8ab238aeed0851fa5c1abb02b80b44c6734501b83a011dd625cd0b5145091a6d9acd4b1f5c5b1e21b2b249ddfd1271",
    );
}

#[test]
fn keys_are_read_as_they_are_written() {
    for set in ParameterSet::ALL {
        let secret = key(set, 1);
        let pkcs8 = secret.to_pkcs8();
        let again = SecretKey::from_pkcs8(&pkcs8).unwrap();
        assert_eq!(again.to_pkcs8(), pkcs8);
        let spki = secret.public().to_spki();
        assert_eq!(again.public().to_spki(), spki);
        let (oid, parameters, bits) = parts(&spki);
        let public = PublicKey::from_spki_parts(&oid, &parameters, &bits).unwrap();
        assert_eq!(public.to_spki(), spki);
        assert_eq!(public.size(), set.size());
        assert!(public.verify(b"one", &secret.sign(b"one", &[2; 64])));
        assert!(!format!("{secret:?}{public:?}").contains("1, 1"));
        // Any length that is wrong.
        for cut in 0..bits.len() {
            assert!(PublicKey::from_spki_parts(&oid, &parameters, &bits[..cut]).is_none());
        }
        for cut in 0..pkcs8.len() {
            assert!(SecretKey::from_pkcs8(&pkcs8[..cut]).is_none());
        }
    }
}

#[test]
fn private_numbers_are_read_in_every_form() {
    let secret = key(ParameterSet::Tc26A256, 3);
    let pkcs8 = secret.to_pkcs8();
    let (head, number) = pkcs8.split_at(pkcs8.len() - 32);
    let head = &head[2..head.len() - 2];
    let mut integer: Vec<u8> = number.iter().rev().copied().skip_while(|byte| *byte == 0).collect();
    if integer[0] >= 0x80 {
        integer.insert(0, 0);
    }
    for form in [der::element(der::OCTET_STRING, number), der::element(der::INTEGER, &integer)] {
        let info = [head, &der::element(der::OCTET_STRING, &form)].concat();
        let read = SecretKey::from_pkcs8(&der::element(der::SEQUENCE, &info)).unwrap();
        assert_eq!(read.to_pkcs8(), pkcs8);
    }
    // Zero and the order are no keys.
    let order = parameters::TC26_A_256.scalars().modulus().to_le_bytes();
    for number in [[0; 32].as_slice(), order.as_ref()] {
        let info = [head, &der::element(der::OCTET_STRING, number)].concat();
        assert!(SecretKey::from_pkcs8(&der::element(der::SEQUENCE, &info)).is_none());
    }
}

#[test]
fn r_and_s_are_within_the_order() {
    for set in ParameterSet::ALL {
        let secret = key(set, 4);
        let signature = secret.sign(b"one", &[5; 64]);
        let order = match set.row().curve {
            AnyCurve::Bits256(curve) => curve.scalars().modulus().to_be_bytes().as_ref().to_vec(),
            AnyCurve::Bits512(curve) => curve.scalars().modulus().to_be_bytes().as_ref().to_vec(),
        };
        let half = order.len();
        for wrong in [vec![0; half], order, vec![0xff; half]] {
            assert!(!secret.public().verify(b"one", &[&signature[..half], &wrong].concat()));
            assert!(!secret.public().verify(b"one", &[&wrong, &signature[half..]].concat()));
        }
        for length in [0, 1, half, 2 * half - 1] {
            assert!(!secret.public().verify(b"one", &signature[..length]));
        }
        assert!(!secret.public().verify(b"one", &[signature.as_slice(), &[0]].concat()));
        assert!(!secret.public().verify_digest(&[0; 20], &signature));
        assert!(secret.sign_digest(&[0; 20], &[0; 64]).is_none());
        // The digest 0 counts as 1.
        let mut one = vec![0; half];
        let of_zero = secret.sign_digest(&one, &[0; 64]).unwrap();
        one[0] = 1;
        assert!(secret.public().verify_digest(&one, &of_zero));
    }
}

#[test]
fn signatures_depend_on_all_they_are_made_of() {
    let secret = key(ParameterSet::Tc26B256, 6);
    let signature = secret.sign(b"one", &[7; 64]);
    assert_eq!(signature, secret.sign(b"one", &[7; 64]));
    let s_and_r = |signature: &[u8]| (signature[..32].to_vec(), signature[32..].to_vec());
    for other in [
        secret.sign(b"one", &[8; 64]),
        secret.sign(b"two", &[7; 64]),
        key(ParameterSet::Tc26B256, 9).sign(b"one", &[7; 64]),
    ] {
        assert_ne!(s_and_r(&signature).1, s_and_r(&other).1);
    }
}

fn set() -> impl Strategy<Value = ParameterSet> {
    prop::sample::select(ParameterSet::ALL.to_vec())
}

fn random() -> impl Strategy<Value = [u8; 64]> {
    prop::collection::vec(any::<u8>(), 64).prop_map(|bytes| bytes.try_into().unwrap())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn a_signature_is_for_one_message_and_one_key(
        set in set(),
        seed in random(),
        nonce in random(),
        message in prop::collection::vec(any::<u8>(), 1..200),
        at in any::<prop::sample::Index>(),
        bit in 0..8_u8,
    ) {
        let flipped = |bytes: &[u8]| {
            let mut bytes = bytes.to_vec();
            let at = at.index(bytes.len());
            bytes[at] ^= 1 << bit;
            bytes
        };
        let secret = SecretKey::generate(set, &seed);
        let signature = secret.sign(&message, &nonce);
        let public = secret.public();
        prop_assert!(public.verify(&message, &signature));
        prop_assert!(!public.verify(&flipped(&message), &signature));
        prop_assert!(!public.verify(&message, &flipped(&signature)));
        let (oid, parameters, bits) = parts(&public.to_spki());
        let other = PublicKey::from_spki_parts(&oid, &parameters, &flipped(&bits));
        prop_assert!(other.is_none());
        if let Some(other) = PublicKey::from_spki_parts(&oid, &flipped(&parameters), &bits) {
            // Another name of the same curve.
            prop_assert!(other.to_spki() != public.to_spki());
        }
        let other = SecretKey::generate(set, &nonce);
        prop_assert!(!other.public().verify(&message, &signature));
        let spki = public.to_spki();
        for algorithm in webpki_algorithms() {
            let identifier = der::element(der::SEQUENCE, &algorithm.public_key_alg_id());
            if spki.windows(identifier.len()).any(|window| window == identifier) {
                prop_assert!(algorithm.verify_signature(&bits, &message, &signature).is_ok());
                prop_assert!(algorithm.verify_signature(&bits, &message, &flipped(&signature)).is_err());
            }
        }
    }

    #[test]
    fn nothing_panics(
        set in set(),
        garbage in prop::collection::vec(any::<u8>(), 0..300),
        halves in prop::collection::vec(prop::sample::select(vec![0, 1, 0x7f, 0x80, 0xff]), 128),
    ) {
        let public = key(set, 10).public().clone();
        prop_assert!(!public.verify(&garbage, &garbage));
        prop_assert!(!public.verify_digest(&garbage, &garbage));
        prop_assert!(!public.verify(&garbage, &halves[..2 * set.size().bytes()]));
        let (oid, parameters, bits) = parts(&public.to_spki());
        prop_assert!(PublicKey::from_spki_parts(&oid, &parameters, &garbage).is_none());
        prop_assert!(PublicKey::from_spki_parts(&oid, &garbage, &bits).is_none());
        prop_assert!(PublicKey::from_spki_parts(&garbage, &parameters, &bits).is_none());
        prop_assert!(SecretKey::from_pkcs8(&garbage).is_none());
        for algorithm in webpki_algorithms() {
            prop_assert!(algorithm.verify_signature(&garbage, &garbage, &garbage).is_err());
        }
    }
}
