//! Forged seals of every form, each with the code that it is refused with.
//!
//! The attacker of these tables is a participant too: he has a certificate of the same authority, signs what he
//! likes with it, and wants it taken for something else, or for somebody else's.

use aws_lc_rs::hmac;
use const_oid::ObjectIdentifier as Oid;
use data_encoding::BASE64;

use super::cms::Cms;
use super::wrapping::resigned;
use super::*;
use crate::algorithm::{Hash, PSS, ROWS};
use crate::certificate::Certificate;
use crate::identifier::written;
use crate::template::Issuer;
use crate::tlv;
use crate::xml::{Canonical, DSIG, Method};

pub(super) const XML: &str =
    "<?p?><n:Declaration xmlns:n=\"urn:d\" Id=\"it\"><n:Number a=\"1\">7</n:Number></n:Declaration>";

/// What a verifier makes of it: the code of the refusal, or what is known of revocation where it opens.
pub(super) fn found(verifier: &Verifier, document: &[u8], beside: Option<&[u8]>, as_of: Timestamp) -> String {
    let opened = match Sealed::recognise(document, beside) {
        Ok(None) => return "not sealed".to_owned(),
        Ok(Some(sealed)) => verifier.open(&sealed, as_of),
        Err(why) => Err(why),
    };
    match opened {
        Ok(opened) => format!("opens {:?}", opened.verdict.revocation).to_lowercase(),
        Err(why) => why.code().to_owned(),
    }
}

/// One authority, the victim and the attacker.
pub(super) struct Town {
    pub(super) root: Authority,
    pub(super) verifier: Verifier,
    pub(super) victim: Credential,
    pub(super) attacker: Credential,
}

impl Town {
    pub(super) fn new(algorithm: Algorithm) -> Self {
        let root = Authority::generate("Test Root").unwrap();
        let verifier = trusting(&root);
        let victim = root.issue("Victim", None, Some("7701234567"), algorithm, year()).unwrap();
        let attacker = root.issue("Attacker", None, Some("7707654321"), algorithm, year()).unwrap();
        Self { root, verifier, victim, attacker }
    }

    /// A certificate of this authority for any public key.
    pub(super) fn certificate(&self, public_info: &[u8]) -> Vec<u8> {
        certificate_by(&self.root, public_info)
    }
}

pub(super) fn certificate_by(root: &Authority, public_info: &[u8]) -> Vec<u8> {
    let key = Credential::from_pem(&root.to_pem()).unwrap().key_pkcs8;
    let key = SigningKey::from_pkcs8(&key).unwrap();
    let read = Certificate::read(root.certificate_der()).unwrap();
    plain().certificate(public_info, &Issuer { name: read.identity().0, key: &key }).unwrap()
}

pub(super) fn sealer(credential: &Credential) -> Sealer {
    Sealer::new(credential).unwrap()
}

// ---------------------------------------------------------------- algorithms

/// Every algorithm renamed to every other, in every form.
#[test]
fn a_signature_is_read_with_no_other_algorithm() {
    for signing in Algorithm::SIGNING {
        let town = Town::new(signing);
        let sealer = sealer(&town.victim);
        let own = signing.row();
        for other in ROWS.iter().filter(|row| row.algorithm != signing) {
            let is_kin = other.key == own.key;
            let mut seal = sealer.seal(DOCUMENT).unwrap();
            seal.algorithm = other.algorithm;
            let detached = found(&town.verifier, DOCUMENT, Some(seal.to_text().as_bytes()), now());
            assert_eq!(detached, if is_kin { "GL-3013" } else { "GL-3005" }, "{signing} {}", other.name);

            for document in [sealer.enveloped(XML.as_bytes()), sealer.enveloping(XML.as_bytes())] {
                let text = String::from_utf8(document.unwrap()).unwrap().replace(own.xml, other.xml);
                // Curves share names in XML: the name may still be one of this key's.
                let fits = ROWS.iter().any(|row| row.xml == other.xml && row.key == own.key);
                let expected = match (fits, own.xml == other.xml) {
                    (true, true) => "opens unknown",
                    (true, false) => "GL-3013",
                    (false, _) => "GL-3005",
                };
                assert_eq!(
                    found(&town.verifier, text.as_bytes(), None, now()),
                    expected,
                    "{signing} {}",
                    other.name
                );
            }

            let mut forged = Cms::honest(&town.victim);
            forged.algorithm = written(other.algorithm);
            let expected = match (is_kin && other.hash == own.hash, other.oid == own.oid) {
                (true, _) => "GL-3013",
                // ECDSA with this hash is called the same on every curve.
                (false, true) if other.oid != PSS => "opens unknown",
                (false, _) => "GL-3005",
            };
            assert_eq!(forged.found(&town.verifier), expected, "{signing} {}", other.name);
        }
    }
}

/// Keys that prove nothing, certified all the same by a careless authority.
#[test]
fn weak_keys_sign_nothing() {
    let town = Town::new(Algorithm::Ed25519);
    let rsa = |modulus: &[u8], exponent: &[u8]| {
        let key = tlv::sequence(&[&tlv::integer(modulus), &tlv::integer(exponent)]);
        tlv::sequence(&[
            &tlv::sequence(&[&tlv::oid(crate::algorithm::RSA_KEY), &tlv::null()]),
            &tlv::bit_string(&key),
        ])
    };
    let edwards = |point: [u8; 32]| {
        tlv::sequence(&[
            &tlv::sequence(&[&tlv::oid(crate::algorithm::ED25519_KEY)]),
            &tlv::bit_string(&point),
        ])
    };
    let p521 = {
        let curve = Oid::new_unwrap("1.3.132.0.35");
        let id = tlv::sequence(&[&tlv::oid(crate::algorithm::EC_KEY), &tlv::oid(curve)]);
        tlv::sequence(&[&id, &tlv::bit_string(&[&[4], &[1; 132][..]].concat())])
    };
    // With exponent 1 every message is its own signature.
    let block = |document: &[u8]| {
        let info = tlv::sequence(&[
            &tlv::sequence(&[&tlv::oid(Hash::Sha256.oid()), &tlv::null()]),
            &tlv::octets(&Hash::Sha256.of(document)),
        ]);
        [&[0, 1][..], &vec![0xFF; 256 - 3 - info.len()], &[0], &info].concat()
    };
    // Of small order: R = A = the neutral point and s = 0 would verify with anything.
    let neutral = {
        let mut point = [0; 32];
        point[0] = 1;
        point
    };
    let trivial = [&neutral[..], &[0; 32]].concat();
    for (what, info, algorithm, signature, code) in [
        ("RSA of 1024 bits", rsa(&[0xC5; 128], &[1, 0, 1]), Algorithm::RsaSha256, vec![1; 128], "GL-3004"),
        ("RSA of 2047 bits", rsa(&[0x65; 256], &[1, 0, 1]), Algorithm::RsaSha256, vec![1; 256], "GL-3004"),
        ("RSA of 16384 bits", rsa(&[0xC5; 2048], &[1, 0, 1]), Algorithm::RsaSha256, vec![1; 1024], "GL-3004"),
        ("RSA with exponent 1", rsa(&[0xFF; 256], &[1]), Algorithm::RsaSha256, block(DOCUMENT), "GL-3013"),
        ("Ed25519 of order 1", edwards(neutral), Algorithm::Ed25519, trivial.clone(), "GL-3004"),
        ("Ed25519 of order 4", edwards([0; 32]), Algorithm::Ed25519, trivial.clone(), "GL-3004"),
        ("P-521", p521, Algorithm::EcdsaP384Sha384, vec![1; 64], "GL-3004"),
    ] {
        let seal = DetachedSeal {
            algorithm,
            certificates: vec![town.certificate(&info)],
            signature,
            answers: vec![],
        };
        let refused = found(&town.verifier, DOCUMENT, Some(seal.to_text().as_bytes()), now());
        assert_eq!(refused, code, "{what}");
    }
}

// ----------------------------------------------------------------------- XML

/// What is replaced by what in a signature that was good, and the codes: enveloped, enveloping. Where a text is not
/// in the form, there is no code.
#[test]
fn forged_xml_signatures_are_refused() {
    let town = Town::new(Algorithm::RsaSha256);
    let sealer = sealer(&town.victim);
    let exclusive = "http://www.w3.org/2001/10/xml-exc-c14n#";
    let transform = |uri: &str| format!("<ds:Transform Algorithm=\"{uri}\"></ds:Transform>");
    let own = transform(&format!("{DSIG}enveloped-signature"));
    let canonical = transform(exclusive);
    let last = format!("{canonical}</ds:Transforms>");
    let with = |uri: &str| format!("{}</ds:Transforms>", transform(uri));
    let rsa = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256";
    let sha256 = "http://www.w3.org/2001/04/xmlenc#sha256";
    let bag =
        format!("<ds:X509Certificate>{}</ds:X509Certificate>", BASE64.encode(&town.attacker.certificate_der));
    let value = "<ds:KeyValue><ds:RSAKeyValue><ds:Modulus>AAAA</ds:Modulus></ds:RSAKeyValue></ds:KeyValue>";
    let reference = |text: &str| {
        let from = text.find("<ds:Reference").unwrap();
        let to = text.find("</ds:Reference>").unwrap() + "</ds:Reference>".len();
        text[from..to].to_owned()
    };
    type Change<'a> = Box<dyn Fn(&str) -> String + 'a>;
    let replaced = |from: &str, to: &str| -> Change<'_> {
        let (from, to) = (from.to_owned(), to.to_owned());
        Box::new(move |text: &str| text.replacen(&from, &to, 1))
    };
    let cut = |from: &str, to: &str, put: &str| -> Change<'_> {
        let (from, to, put) = (from.to_owned(), to.to_owned(), put.to_owned());
        Box::new(move |text: &str| {
            let Some(begin) = text.find(&from) else { return text.to_owned() };
            let inside = begin + from.len();
            let end = inside + text[inside..].find(&to).unwrap() + to.len();
            format!("{}{put}{}", &text[..begin], &text[end..])
        })
    };
    let xpath = "<ds:Transform Algorithm=\"http://www.w3.org/TR/1999/REC-xpath-19991116\"><ds:XPath>not(//a)</ds:XPath>\
                 </ds:Transform></ds:Transforms>";
    let inclusive = "<ds:Transform Algorithm=\"http://www.w3.org/2001/10/xml-exc-c14n#\"><InclusiveNamespaces \
                     xmlns=\"http://www.w3.org/2001/10/xml-exc-c14n#\" PrefixList=\"n\"/></ds:Transform></ds:Transforms>";
    let table: Vec<(&str, Change<'_>, &str, &str)> = vec![
        ("nothing", replaced("x", "x"), "opens unknown", "opens unknown"),
        ("a value of the document", replaced(">7<", ">8<"), "GL-3018", "GL-3018"),
        ("an attribute of the document", replaced("a=\"1\"", "a=\"2\""), "GL-3018", "GL-3018"),
        ("a namespace of the document", replaced("urn:d", "urn:e"), "GL-3018", "GL-3018"),
        ("HMAC with SHA-1", replaced(rsa, &format!("{DSIG}hmac-sha1")), "GL-3019", "GL-3019"),
        ("HMAC with SHA-256", replaced("#rsa-sha256", "#hmac-sha256"), "GL-3020", "GL-3020"),
        ("RSA with SHA-1", replaced(rsa, &format!("{DSIG}rsa-sha1")), "GL-3019", "GL-3019"),
        ("RSA with MD5", replaced("#rsa-sha256", "#rsa-md5"), "GL-3019", "GL-3019"),
        ("DSA with SHA-1", replaced(rsa, &format!("{DSIG}dsa-sha1")), "GL-3019", "GL-3019"),
        ("SHA-1 of the document", replaced(sha256, &format!("{DSIG}sha1")), "GL-3019", "GL-3019"),
        (
            "MD5 of the document",
            replaced(sha256, "http://www.w3.org/2001/04/xmldsig-more#md5"),
            "GL-3019",
            "GL-3019",
        ),
        ("RIPEMD-160 of the document", replaced("xmlenc#sha256", "xmlenc#ripemd160"), "GL-3020", "GL-3020"),
        ("SHA-512 named, SHA-256 given", replaced("xmlenc#sha256", "xmlenc#sha512"), "GL-3018", "GL-3018"),
        (
            "no transform in the list",
            cut("<ds:Transforms>", "</ds:Transforms>", "<ds:Transforms/>"),
            "GL-3017",
            "GL-3017",
        ),
        ("no list of transforms", cut("<ds:Transforms>", "</ds:Transforms>", ""), "GL-3016", "GL-3013"),
        ("the signature left in", replaced(&own, ""), "GL-3016", "-"),
        (
            "the signature taken out",
            replaced("<ds:Transforms>", &format!("<ds:Transforms>{own}")),
            "GL-3016",
            "GL-3016",
        ),
        ("XPath", replaced(&last, xpath), "GL-3016", "GL-3016"),
        (
            "XPath filter",
            replaced(&last, &with("http://www.w3.org/2002/06/xmldsig-filter2")),
            "GL-3016",
            "GL-3016",
        ),
        ("XSLT", replaced(&last, &with("http://www.w3.org/TR/1999/REC-xslt-19991116")), "GL-3016", "GL-3016"),
        ("base64", replaced(&last, &with(&format!("{DSIG}base64"))), "GL-3016", "GL-3016"),
        ("comments kept", replaced(&last, &with(&format!("{exclusive}WithComments"))), "GL-3016", "GL-3016"),
        ("a transform with parameters", replaced(&last, inclusive), "GL-3016", "GL-3016"),
        (
            "written down twice",
            replaced(&canonical, &format!("{canonical}{canonical}")),
            "GL-3016",
            "GL-3016",
        ),
        (
            "canonicalization with parameters",
            replaced("</ds:CanonicalizationMethod>", "<ds:a/></ds:CanonicalizationMethod>"),
            "GL-3016",
            "GL-3016",
        ),
        (
            "canonicalization unknown",
            replaced(&format!("Method Algorithm=\"{exclusive}\""), "Method Algorithm=\"urn:minimal\""),
            "GL-3016",
            "GL-3016",
        ),
        (
            "a signature cut short by a parameter",
            replaced(
                "</ds:SignatureMethod>",
                "<ds:HMACOutputLength>0</ds:HMACOutputLength></ds:SignatureMethod>",
            ),
            "GL-3016",
            "GL-3016",
        ),
        (
            "a comment in the digest",
            replaced("<ds:DigestValue>", "<ds:DigestValue>AAAA<!---->"),
            "GL-3002",
            "GL-3002",
        ),
        (
            "an instruction in the digest",
            replaced("<ds:DigestValue>", "<ds:DigestValue><?a?>"),
            "GL-3002",
            "GL-3002",
        ),
        (
            "a comment in the signature",
            replaced("</ds:SignatureValue>", "<!----></ds:SignatureValue>"),
            "GL-3002",
            "GL-3002",
        ),
        (
            "a comment in the certificate",
            replaced("<ds:X509Certificate>", "<ds:X509Certificate><!---->"),
            "GL-3002",
            "GL-3002",
        ),
        (
            "an element in the digest",
            replaced("<ds:DigestValue>", "<ds:DigestValue><a/>"),
            "GL-3002",
            "GL-3002",
        ),
        (
            "the digest in characters",
            replaced("<ds:DigestValue>", "<ds:DigestValue><![CDATA[]]>"),
            "opens unknown",
            "opens unknown",
        ),
        ("the digest empty", cut("<ds:DigestValue>", "<", "<ds:DigestValue><"), "GL-3002", "GL-3002"),
        (
            "the digest in other base64",
            replaced("<ds:DigestValue>", "<ds:DigestValue>="),
            "GL-3002",
            "GL-3002",
        ),
        ("a document type", replaced("<", "<!DOCTYPE a><"), "GL-3002", "GL-3002"),
        (
            "a document type with entities",
            replaced("<", "<!DOCTYPE a [<!ENTITY x \"7\"><!ATTLIST a Id ID #IMPLIED>]><"),
            "GL-3002",
            "GL-3002",
        ),
        ("an entity nobody declared", replaced(">7<", ">&seven;<"), "GL-3002", "GL-3002"),
        ("the reference's URI twice", replaced(" URI=", " URI=\"#a\" URI="), "GL-3002", "GL-3002"),
        ("no URI", cut(" URI=\"", "\"", ""), "GL-3002", "GL-3002"),
        ("a URI of nothing", cut(" URI=\"", "\"", " URI=\"#nothing\""), "GL-3015", "GL-3015"),
        ("a URI of no name", cut(" URI=\"", "\"", " URI=\"#\""), "GL-3015", "GL-3015"),
        ("a URI elsewhere", cut(" URI=\"", "\"", " URI=\"http://a/\""), "GL-3015", "GL-3015"),
        ("a URI of a file", cut(" URI=\"", "\"", " URI=\"file:///etc/passwd\""), "GL-3015", "GL-3015"),
        ("a pointer to the root", cut(" URI=\"", "\"", " URI=\"#xpointer(/)\""), "GL-3015", "GL-3015"),
        ("the other form's URI", replaced("URI=\"#document\"", "URI=\"\""), "-", "GL-3015"),
        (
            "a second reference before",
            Box::new(|text| text.replacen("<ds:Reference", &(reference(text) + "<ds:Reference"), 1)),
            "GL-3002",
            "GL-3002",
        ),
        (
            "a second reference after",
            Box::new(|text| {
                text.replacen("</ds:Reference>", &("</ds:Reference>".to_owned() + &reference(text)), 1)
            }),
            "GL-3002",
            "GL-3002",
        ),
        ("no reference", Box::new(|text| text.replace(&reference(text), "")), "GL-3002", "GL-3002"),
        ("a manifest", replaced("</ds:KeyInfo>", "</ds:KeyInfo><ds:Manifest/>"), "GL-3002", "GL-3002"),
        (
            "a manifest in an object",
            replaced("</ds:KeyInfo>", "</ds:KeyInfo><ds:Object><ds:Manifest/></ds:Object>"),
            "GL-3002",
            "GL-3002",
        ),
        (
            "called a manifest",
            replaced(" URI=", &format!(" Type=\"{DSIG}Manifest\" URI=")),
            "GL-3013",
            "GL-3013",
        ),
        (
            "a second SignedInfo",
            replaced("<ds:SignedInfo>", "<ds:SignedInfo/><ds:SignedInfo>"),
            "GL-3002",
            "GL-3002",
        ),
        (
            "another SignedInfo after",
            replaced("</ds:SignedInfo>", "</ds:SignedInfo><ds:SignedInfo/>"),
            "GL-3002",
            "GL-3002",
        ),
        (
            "a SignedInfo of another namespace",
            replaced("<ds:SignedInfo>", "<x:SignedInfo xmlns:x=\"urn:x\"/><ds:SignedInfo>"),
            "GL-3002",
            "GL-3002",
        ),
        (
            "a second signature value",
            replaced("<ds:KeyInfo>", "<ds:SignatureValue/><ds:KeyInfo>"),
            "GL-3002",
            "GL-3002",
        ),
        ("no signature value", cut("<ds:SignatureValue>", "</ds:SignatureValue>", ""), "GL-3002", "GL-3002"),
        (
            "the signature value empty",
            cut("<ds:SignatureValue>", "<", "<ds:SignatureValue><"),
            "GL-3002",
            "GL-3002",
        ),
        ("text between", replaced("<ds:SignatureValue>", "x<ds:SignatureValue>"), "GL-3002", "GL-3002"),
        ("no keys", cut("<ds:KeyInfo>", "</ds:KeyInfo>", ""), "GL-3002", "GL-3002"),
        ("keys empty", cut("<ds:KeyInfo>", "</ds:KeyInfo>", "<ds:KeyInfo/>"), "GL-3002", "GL-3002"),
        ("a key instead", cut("<ds:X509Data>", "</ds:X509Data>", value), "GL-3002", "GL-3002"),
        (
            "a name instead",
            cut("<ds:X509Data>", "</ds:X509Data>", "<ds:KeyName>Victim</ds:KeyName>"),
            "GL-3002",
            "GL-3002",
        ),
        (
            "a key elsewhere",
            replaced("<ds:X509Data>", "<ds:RetrievalMethod URI=\"#k\"/><ds:X509Data>"),
            "GL-3002",
            "GL-3002",
        ),
        (
            "a key beside",
            replaced("<ds:X509Data>", &format!("{value}<ds:X509Data>")),
            "opens unknown",
            "opens unknown",
        ),
        (
            "another's certificate before",
            replaced("<ds:X509Data>", &format!("<ds:X509Data>{bag}")),
            "GL-3013",
            "GL-3013",
        ),
        (
            "another's certificate instead",
            cut("<ds:X509Certificate>", "</ds:X509Certificate>", &bag),
            "GL-3013",
            "GL-3013",
        ),
        (
            "something among the certificates",
            replaced("<ds:X509Data>", "<ds:X509Data><a/>"),
            "GL-3002",
            "GL-3002",
        ),
        (
            "six certificates",
            replaced("<ds:X509Data>", &format!("<ds:X509Data>{}", bag.repeat(5))),
            "GL-3006",
            "GL-3006",
        ),
        (
            "an encoding that it is not in",
            replaced("<", "<?xml version=\"1.0\" encoding=\"windows-1251\"?><"),
            "opens unknown",
            "opens unknown",
        ),
        ("a byte order mark", replaced("<", "\u{feff}<"), "opens unknown", "opens unknown"),
        ("two byte order marks", replaced("<", "\u{feff}\u{feff}<"), "not sealed", "not sealed"),
        ("an instruction before", replaced("<", "<?q?><"), "GL-3018", "opens unknown"),
        ("a comment", replaced("<n:Number", "<!-- 8 --><n:Number"), "opens unknown", "opens unknown"),
        (
            "its namespace in references",
            replaced("xmldsig#\">", "xmldsig&#35;\">"),
            "not sealed",
            "not sealed",
        ),
        ("a second object", replaced("<ds:Object", "<ds:Object/><ds:Object"), "-", "GL-3002"),
        ("an object without a name", replaced(" Id=\"document\"", ""), "-", "GL-3015"),
        ("an object of another name", replaced(" Id=\"document\"", " Id=\"other\""), "-", "GL-3015"),
        ("an object named otherwise", replaced(" Id=\"document\"", " ID=\"document\""), "-", "GL-3015"),
        ("no object", cut("<ds:Object", "</ds:Object>", ""), "-", "GL-3002"),
    ];
    let enveloped = String::from_utf8(sealer.enveloped(XML.as_bytes()).unwrap()).unwrap();
    let enveloping = String::from_utf8(sealer.enveloping(XML.as_bytes()).unwrap()).unwrap();
    let mut wrong = Vec::new();
    for (what, change, in_document, around) in &table {
        for (text, expected) in [(&enveloped, in_document), (&enveloping, around)] {
            let changed = change(text);
            assert_eq!(changed == *text, *expected == "-" || *what == "nothing", "{what}: {text}");
            if *expected == "-" {
                continue;
            }
            let found = found(&town.verifier, changed.as_bytes(), None, now());
            if found != *expected {
                wrong.push(format!("{what}: {found}, not {expected}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    println!("{} forgeries", table.len() * 2);
}

/// What a participant signs himself, in forms that could be read in two ways.
#[test]
fn xml_signed_in_another_form_is_refused() {
    let town = Town::new(Algorithm::RsaSha256);
    let sealer = sealer(&town.attacker);
    let enveloping = String::from_utf8(sealer.enveloping(XML.as_bytes()).unwrap()).unwrap();
    let enveloped = String::from_utf8(sealer.enveloped(XML.as_bytes()).unwrap()).unwrap();
    let of_object = |text: &str, tree: &roxmltree::Document<'_>| {
        let object = tree.descendants().find(|node| node.has_tag_name((DSIG, "Object"))).unwrap();
        Canonical::new(text, Method::Exclusive).subset(object)
    };
    let whole = |text: &str, tree: &roxmltree::Document<'_>| {
        let own = tree.descendants().find(|node| node.has_tag_name((DSIG, "Signature"))).unwrap();
        Canonical::new(text, Method::Exclusive).without(own.id()).document(tree)
    };
    for (what, text, code) in [
        ("two documents in the object", enveloping.replace("</ds:Object>", "<a/></ds:Object>"), "GL-3002"),
        ("text beside the document", enveloping.replace("</ds:Object>", "text</ds:Object>"), "GL-3002"),
        (
            "a document in an element of the object",
            enveloping.replace("<n:Number", "<b/><n:Number"),
            "opens unknown",
        ),
        ("nothing in the object", enveloping.replace("n:Declaration", "ds:Object"), "opens unknown"),
    ] {
        let text = resigned(&text, &sealer, of_object);
        assert_eq!(found(&town.verifier, text.as_bytes(), None, now()), code, "{what}");
    }
    let signer = BASE64.encode(&town.attacker.certificate_der);
    let victim = BASE64.encode(&town.victim.certificate_der);
    let pss = "http://www.w3.org/2007/05/xmldsig-more#sha256-rsa-MGF1";
    for (what, text, code) in [
        ("signed anew", enveloped.clone(), "opens unknown"),
        ("PKCS#1 where PSS is named", enveloped.replace("http://www.w3.org/2001/04/xmldsig-more#rsa-sha256", pss), "GL-3013"),
        ("the victim's certificate", enveloped.replace(&signer, &victim), "GL-3013"),
        (
            "the victim's certificate before",
            enveloped.replacen("<ds:X509Cert", &format!("<ds:X509Certificate>{victim}</ds:X509Certificate><ds:X509Cert"), 1),
            "GL-3013",
        ),
        (
            "the victim's certificate in its own element before",
            enveloped.replacen(
                "<ds:X509Data>",
                &format!("<ds:X509Data><ds:X509Certificate>{victim}</ds:X509Certificate></ds:X509Data><ds:X509Data>"),
                1,
            ),
            "GL-3013",
        ),
    ] {
        let text = resigned(&text, &sealer, whole);
        assert_eq!(found(&town.verifier, text.as_bytes(), None, now()), code, "{what}");
    }
    // The public key as the secret of an HMAC, which everybody knows.
    let hmac = enveloped.replace("xmldsig-more#rsa-sha256", "xmldsig-more#hmac-sha256");
    let info = {
        let tree = roxmltree::Document::parse(&hmac).unwrap();
        let info = tree.descendants().find(|node| node.has_tag_name((DSIG, "SignedInfo"))).unwrap();
        Canonical::new(&hmac, Method::Exclusive).subset(info)
    };
    let read = Certificate::read(&town.victim.certificate_der).unwrap();
    let key = hmac::Key::new(hmac::HMAC_SHA256, read.identity().1);
    let begin = hmac.find("<ds:SignatureValue>").unwrap();
    let end = hmac.find("</ds:SignatureValue>").unwrap();
    let value = BASE64.encode(hmac::sign(&key, &info).as_ref());
    let hmac = format!("{}<ds:SignatureValue>{value}{}", &hmac[..begin], &hmac[end..]);
    assert_eq!(found(&town.verifier, hmac.as_bytes(), None, now()), "GL-3020");
}
