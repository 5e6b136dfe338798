//! XML signature wrapping: the published kinds (XSW 1 to 8 of Somorovsky, Mayer, Schwenk, Kampmann, Jensen, "On
//! Breaking SAML: Be Whoever You Want to Be", USENIX Security 2012), adapted to documents that are signed whole, and
//! kinds of our own, at every element of many documents.
//!
//! Each has what the signer signed, the signature, and an evil copy of the document that a careless reader would
//! take for it. None opens: the octets covered are made of the whole document, or of the one object.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use roxmltree::{Document, Node};

use super::*;
use crate::xml::{Canonical, DSIG, Method};

/// A document that was signed, and what the attacker has in hand.
struct Booty {
    /// What the signer meant, without its signature.
    meant: String,
    /// The same with the signature in it.
    enveloped: String,
    /// That signature.
    signature: String,
    /// The same document in an object of a signature.
    enveloping: String,
    /// What the attacker wants read instead.
    evil: String,
}

fn tree(text: &str) -> Document<'_> {
    Document::parse(text).unwrap_or_else(|why| panic!("{why}: {text}"))
}

fn canonical(text: &str) -> String {
    let tree = tree(text);
    let octets = Canonical::new(text, Method::Exclusive).subset(tree.root_element());
    String::from_utf8(octets).unwrap()
}

fn element(text: &str, find: impl Fn(&Node<'_, '_>) -> bool) -> &str {
    let tree = tree(text);
    let node = tree.descendants().find(|node| find(node)).unwrap();
    &text[node.range()]
}

fn is(name: &'static str) -> impl Fn(&Node<'_, '_>) -> bool {
    move |node| node.has_tag_name((DSIG, name))
}

/// Where a first and where a last child of each element begins, in large documents one or the other by turns; in
/// canonical form no element is written as empty.
fn places(text: &str) -> Vec<usize> {
    let tree = tree(text);
    let is_large = text.len() > 3_000;
    let mut places = Vec::new();
    for (nth, node) in tree.descendants().filter(Node::is_element).enumerate() {
        let whole = &text[node.range()];
        let end = node.range().start + whole.rfind("</").unwrap_or(whole.len());
        if !is_large || nth % 2 == 0 {
            places.push(node.first_child().map_or(end, |child| child.range().start));
        }
        if !is_large || nth % 2 == 1 {
            places.push(end);
        }
    }
    places.sort_unstable();
    places.dedup();
    places
}

fn inserted(text: &str, at: usize, what: &str) -> String {
    format!("{}{what}{}", &text[..at], &text[at..])
}

/// As the last child of the root element.
fn appended(text: &str, what: &str) -> String {
    inserted(text, text.rfind("</").unwrap(), what)
}

/// An attribute more in the root element.
fn attributed(text: &str, attribute: &str) -> String {
    let name = text.find(|c: char| c.is_whitespace() || c == '>').unwrap();
    inserted(text, name, &format!(" {attribute}"))
}

/// Puts the right digest and signature into a signature that refers to what `covered` makes of the document.
pub(super) fn resigned(
    text: &str,
    sealer: &Sealer,
    covered: impl Fn(&str, &Document<'_>) -> Vec<u8>,
) -> String {
    use data_encoding::BASE64;
    let hash = sealer.algorithm().row().hash;
    let filled = |text: &str, name: &'static str, value: &[u8]| {
        let tree = tree(text);
        let node = tree.descendants().find(is(name)).unwrap();
        let value = format!("<ds:{name}>{}</ds:{name}>", BASE64.encode(value));
        format!("{}{value}{}", &text[..node.range().start], &text[node.range().end..])
    };
    let digest = hash.of(&covered(text, &tree(text)));
    let text = filled(text, "DigestValue", &digest);
    let signed = {
        let tree = tree(&text);
        let info = tree.descendants().find(is("SignedInfo")).unwrap();
        Canonical::new(&text, Method::Exclusive).subset(info)
    };
    let signature = sealer.sign(&signed).unwrap();
    let signature = match sealer.algorithm().number_bytes() {
        Some(bytes) => crate::key::number_signature(&signature, bytes).unwrap(),
        None => signature,
    };
    filled(&text, "SignatureValue", &signature)
}

impl Booty {
    fn of(source: &str, sealer: &Sealer) -> Option<Self> {
        let meant = canonical(source);
        let enveloped = String::from_utf8(sealer.enveloped(meant.as_bytes()).unwrap()).unwrap();
        let signature = element(&enveloped, is("Signature")).to_owned();
        let enveloping = String::from_utf8(sealer.enveloping(meant.as_bytes()).unwrap()).unwrap();
        let evil = {
            let tree = tree(&meant);
            let mut said = tree.descendants().filter(|n| n.is_text() && !n.text().unwrap().trim().is_empty());
            let said = said.next_back()?.range();
            format!("{}Evil{}", &meant[..said.start], &meant[said.end..])
        };
        Some(Self { meant, enveloped, signature, enveloping, evil })
    }

    /// The same where the signature refers to the root element by an identifier.
    fn by_identifier(source: &str, sealer: &Sealer) -> Option<Self> {
        let mut booty = Self::of(source, sealer)?;
        let named = attributed(&booty.meant, "Id=\"whole\"");
        if Document::parse(&named).is_err() {
            return None;
        }
        booty.meant = canonical(&named);
        let signature = booty.signature.replace("URI=\"\"", "URI=\"#whole\"");
        let text = appended(&booty.meant, &signature);
        booty.enveloped = resigned(&text, sealer, |text, tree| {
            let own = tree.descendants().find(is("Signature")).unwrap();
            Canonical::new(text, Method::Exclusive).without(own.id()).subset(tree.root_element())
        });
        booty.signature = element(&booty.enveloped, is("Signature")).to_owned();
        Some(booty)
    }
}

/// The signature with something as its last child.
fn holding(signature: &str, what: &str) -> String {
    inserted(signature, signature.rfind("</").unwrap(), what)
}

fn object(id: &str, what: &str) -> String {
    format!("<ds:Object xmlns:ds=\"{DSIG}\" Id=\"{id}\">{what}</ds:Object>")
}

type Wrap = fn(&Booty, &mut dyn FnMut(String));

fn at_each(base: &str, what: &str, take: &mut dyn FnMut(String)) {
    for place in places(base) {
        take(inserted(base, place, what));
    }
}

/// One kind of wrapping: what it is, how it is made, and the codes that it is refused with, depending on the place.
/// GL-3002: what is in the signature cannot stand there; GL-3014: the signature is no child of the root element,
/// or one of several; GL-3015: it refers to what it does not stand in; GL-3016: an algorithm in it has parameters, or
/// the transform of the other form; GL-3018: its digest is of another document.
const ENVELOPED: [(&str, Wrap, &[&str]); 14] = [
    (
        "XSW1: the original in the signature of the evil one",
        |b, take| at_each(&b.evil, &holding(&b.signature, &b.meant), take),
        &["GL-3002", "GL-3014"],
    ),
    (
        "XSW2: the original before the signature in the evil one",
        |b, take| at_each(&b.evil, &format!("{}{}", b.meant, b.signature), take),
        &["GL-3014", "GL-3015", "GL-3018"],
    ),
    (
        "XSW3: the evil one as a sibling inside the original",
        |b, take| at_each(&b.enveloped, &b.evil, take),
        &["GL-3002", "GL-3016", "GL-3018"],
    ),
    (
        "XSW4: the original with its signature inside the evil one",
        |b, take| at_each(&b.evil, &b.enveloped, take),
        &["GL-3014"],
    ),
    (
        "XSW5: the signature in the evil one, the original last",
        |b, take| at_each(&appended(&b.evil, &b.meant), &b.signature, take),
        &["GL-3014", "GL-3015", "GL-3018"],
    ),
    (
        "XSW6: the original in an object of the signature in the evil one",
        |b, take| at_each(&b.evil, &holding(&b.signature, &object("o", &b.meant)), take),
        &["GL-3002", "GL-3014"],
    ),
    (
        "XSW7: the evil one in an extension of the original",
        |b, take| at_each(&b.enveloped, &format!("<Extensions>{}</Extensions>", b.evil), take),
        &["GL-3002", "GL-3016", "GL-3018"],
    ),
    (
        "XSW7: the original in an extension of the evil one",
        |b, take| at_each(&b.evil, &format!("<Extensions>{}</Extensions>", b.enveloped), take),
        &["GL-3014"],
    ),
    (
        "XSW8: the evil one in an object, anywhere in the original",
        |b, take| at_each(&b.enveloped, &object("o", &b.evil), take),
        &["GL-3002", "GL-3016", "GL-3018"],
    ),
    (
        "the signature alone moved to the evil one",
        |b, take| at_each(&b.evil, &b.signature, take),
        &["GL-3014", "GL-3015", "GL-3018"],
    ),
    (
        "copies of the signature in the evil one and in the original inside it",
        |b, take| at_each(&appended(&b.evil, &b.signature), &b.enveloped, take),
        &["GL-3002", "GL-3015", "GL-3016", "GL-3018"],
    ),
    (
        "a copy of the signature anywhere in the signed original",
        |b, take| at_each(&b.enveloped, &b.signature, take),
        &["GL-3002", "GL-3014", "GL-3016", "GL-3018"],
    ),
    (
        "both in a new root element, the signature beside them",
        |b, take| {
            let Booty { meant, evil, signature, enveloped, .. } = b;
            for parts in [
                [evil.as_str(), meant, signature],
                [evil, signature, meant],
                [meant, evil, signature],
                [meant, signature, evil],
                [signature, evil, meant],
                [signature, meant, evil],
                [evil, enveloped, ""],
                [enveloped, evil, ""],
                [enveloped, evil, signature],
            ] {
                take(format!("<Envelope>{}</Envelope>", parts.concat()));
            }
        },
        &["GL-3014", "GL-3015", "GL-3018"],
    ),
    (
        "the enveloped signature around the original in its object, the evil one anywhere in it",
        |b, take| at_each(&holding(&b.signature, &object("o", &b.meant)), &b.evil, take),
        &["GL-3002", "GL-3016"],
    ),
];

const ENVELOPING: [(&str, Wrap, &[&str]); 7] = [
    (
        "the evil one anywhere in the signature around the original",
        |b, take| at_each(&b.enveloping, &b.evil, take),
        &["GL-3002", "GL-3016", "GL-3018"],
    ),
    (
        "the evil one in an object, anywhere in the signature",
        |b, take| {
            for id in ["document", "other"] {
                at_each(&b.enveloping, &object(id, &b.evil), take);
            }
        },
        &["GL-3002", "GL-3016", "GL-3018"],
    ),
    (
        "the whole signature anywhere in the evil one",
        |b, take| at_each(&b.evil, &b.enveloping, take),
        &["GL-3002", "GL-3014"],
    ),
    (
        "the original in its object anywhere in the evil one, the signature its child",
        |b, take| {
            let object = element(&b.enveloping, is("Object"));
            let signature = b.enveloping.replace(object, "");
            let object = attributed(object, &format!("xmlns:ds=\"{DSIG}\""));
            at_each(&appended(&b.evil, &signature), &object, take);
        },
        &["GL-3002", "GL-3016"],
    ),
    (
        "the evil one in the object, the original anywhere in it",
        |b, take| {
            let inside = element(&b.enveloping, is("Object"));
            let evil = inside.replace(&b.meant, &b.evil);
            let swapped = b.enveloping.replace(inside, &evil);
            at_each(&swapped, &b.meant, take);
        },
        &["GL-3002", "GL-3016", "GL-3018"],
    ),
    (
        "the evil one in the object, the original in another object of the same identifier",
        |b, take| {
            let inside = element(&b.enveloping, is("Object"));
            let evil = inside.replace(&b.meant, &b.evil);
            for id in ["Id", "ID", "id", "xml:id"] {
                let original = attributed(inside, &format!("xmlns:ds=\"{DSIG}\""));
                let original = original.replace("Id=", &format!("{id}="));
                let swapped = b.enveloping.replace(inside, &evil);
                at_each(&swapped, &original, take);
            }
        },
        &["GL-3002", "GL-3016", "GL-3018"],
    ),
    (
        "the signature around the original in an object of the evil one's",
        |b, take| {
            let inside = element(&b.enveloping, is("Object"));
            let evil = inside.replace(&b.meant, &b.evil);
            at_each(&b.enveloping.replace(inside, &evil), &b.enveloping, take);
        },
        &["GL-3002", "GL-3014", "GL-3016", "GL-3018"],
    ),
];

/// The fixtures of the formats, documents of odd shapes, and real ones where they are at hand.
pub(super) fn documents() -> Vec<(String, String)> {
    let mut documents = Vec::new();
    let mut take = |paths: Vec<PathBuf>, most: usize, sizes: std::ops::Range<usize>| {
        let mut taken = 0;
        for path in paths {
            let Ok(text) = std::fs::read_to_string(&path) else { continue };
            let text = text.trim_start_matches('\u{feff}').to_owned();
            let fits = sizes.contains(&text.len()) && !text.contains(DSIG) && Document::parse(&text).is_ok();
            if fits && taken < most {
                documents.push((path.file_name().unwrap().to_string_lossy().into_owned(), text));
                taken += 1;
            }
        }
    };
    let own = Path::new(env!("CARGO_MANIFEST_DIR"));
    take(files(&own.join("../wire/fixtures")), 100, 0..1_000_000);
    let corpus = std::env::var_os("GREENLANE_CORPUS").map(PathBuf::from);
    let corpus = corpus.unwrap_or_else(|| own.join("../../../shared/data"));
    if !corpus.join("wco").exists() {
        println!("no corpus: own documents only; set GREENLANE_CORPUS");
    }
    // At least twenty real ones of two models, small enough to be wrapped at every element.
    for folder in ["eaeu/declarations", "eaeu/transit", "ncts"] {
        take(files(&corpus.join(folder)), 4, 1_000..6_000);
    }
    take(files(&corpus.join("wco/samples")), 20, 1_000..6_000);
    for (nth, odd) in ODD.iter().enumerate() {
        documents.push((format!("odd {nth}"), (*odd).to_owned()));
    }
    documents
}

/// Documents of shapes that forms have and real ones do not.
const ODD: [&str; 8] = [
    "<a>1</a>",
    "<a xmlns=\"urn:u\"><b xmlns=\"\">1</b><b xmlns=\"urn:v\"><c xmlns=\"\"><d>2</d></c></b></a>",
    "<n:a xmlns:n=\"urn:u\" xmlns=\"urn:v\" n:z=\"1\" y=\"2\"><b xmlns:n=\"urn:w\" n:z=\"3\"><n:c>4</n:c></b></n:a>",
    "<?p q?><!-- r --><a Id=\"s\"><?t u?><b>&lt;v&gt; &amp;#13;&#13; w<![CDATA[<x/>]]></b><!-- y --><c>z</c></a><?p?>",
    "<a xml:lang=\"ru\" xml:space=\"preserve\"> <b xml:base=\"u\">\u{413}\u{440}\u{443}\u{437}</b>\n<c>\u{1F69A}</c> </a>",
    "<a><b>1</b><b>1</b><b>1</b><b><b><b><b><b>2</b></b></b></b></b></a>",
    "<a xmlns:p=\"urn:u\" xmlns:q=\"urn:u\"><p:b q:c=\"1\" d=\"2\"/><q:b p:c=\"1\">3</q:b><Extensions>4</Extensions></a>",
    "<Object Id=\"document\"><Signature>1</Signature><SignedInfo>2</SignedInfo><KeyInfo>3</KeyInfo></Object>",
];

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            found.extend(files(&path));
        } else if path.extension().is_some_and(|extension| extension == "xml") {
            found.push(path);
        }
    }
    found.sort();
    found
}

/// How often each kind was refused with each code.
type Table = BTreeMap<(&'static str, &'static str), usize>;

#[test]
fn no_wrapped_signature_opens_wherever_it_is_put() {
    let root = Authority::generate("Test Root").unwrap();
    let verifier = trusting(&root);
    let credential = root.issue("Declarant 7", None, None, Algorithm::EcdsaP256Sha256, year()).unwrap();
    let documents = documents();
    let (next, table) = (AtomicUsize::new(0), Mutex::new(Table::new()));
    let attack = |kind: &'static str, meant: &str, text: &str, counts: &mut Table| {
        let refused = match Sealed::recognise(text.as_bytes(), None) {
            // Every variant has a signature: none may pass for a document without.
            Ok(None) => panic!("{kind}: not seen: {text}"),
            Ok(Some(sealed)) => verifier.open(&sealed, now()),
            Err(why) => Err(why),
        };
        let code = match refused {
            Ok(found) => {
                let covered = String::from_utf8(found.covered.unwrap()).unwrap();
                assert_eq!(covered, meant, "{kind}: the evil one is read: {text}");
                panic!("{kind}: opens: {text}")
            }
            Err(why) => why.code(),
        };
        *counts.entry((kind, code)).or_default() += 1;
    };
    std::thread::scope(|threads| {
        for _ in 0..std::thread::available_parallelism().map_or(2, usize::from) {
            threads.spawn(|| {
                let sealer = Sealer::new(&credential).unwrap();
                let mut counts = Table::new();
                while let Some((name, source)) = documents.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let Some(booty) = Booty::of(source, &sealer) else { continue };
                    // The honest ones open, so that what refuses the others is the wrapping.
                    for text in [&booty.enveloped, &booty.enveloping] {
                        let sealed = Sealed::recognise(text.as_bytes(), None).unwrap().unwrap();
                        let found =
                            verifier.open(&sealed, now()).unwrap_or_else(|why| panic!("{name}: {why}"));
                        assert_eq!(found.covered.unwrap(), booty.meant.as_bytes(), "{name}");
                    }
                    for (kind, wrap, _) in ENVELOPED.iter().chain(&ENVELOPING) {
                        wrap(&booty, &mut |text| attack(kind, &booty.meant, &text, &mut counts));
                    }
                    if source.len() > 1_000 {
                        continue;
                    }
                    let Some(named) = Booty::by_identifier(source, &sealer) else { continue };
                    let sealed = Sealed::recognise(named.enveloped.as_bytes(), None).unwrap().unwrap();
                    assert_eq!(
                        verifier.open(&sealed, now()).unwrap().covered.unwrap(),
                        named.meant.as_bytes()
                    );
                    for evil in
                        ["Id=\"whole\"", "ID=\"whole\"", "id=\"whole\"", "xml:id=\"whole\"", "Id=\"evil\""]
                    {
                        let evil = attributed(&booty.evil, evil);
                        let Ok(_) = Document::parse(&evil) else { continue };
                        let named = Booty { evil, ..Booty::by_identifier(source, &sealer).unwrap() };
                        for (kind, wrap, _) in &ENVELOPED {
                            wrap(&named, &mut |text| attack(kind, &named.meant, &text, &mut counts));
                        }
                    }
                }
                let mut table = table.lock().unwrap();
                for (key, count) in counts {
                    *table.entry(key).or_default() += count;
                }
            });
        }
    });
    let table = table.into_inner().unwrap();
    println!("{} documents, {} variants", documents.len(), table.values().sum::<usize>());
    for (kind, _, codes) in ENVELOPED.iter().chain(&ENVELOPING) {
        let found: Vec<(&str, usize)> = table
            .iter()
            .filter(|((of, _), _)| of == kind)
            .map(|((_, code), count)| (*code, *count))
            .collect();
        println!("{kind}: {found:?}");
        let found: Vec<&str> = found.iter().map(|(code, _)| *code).collect();
        assert_eq!(&found, codes, "{kind}");
    }
    assert!(documents.len() >= 20 && table.values().sum::<usize>() >= 10_000);
}
