//! Reading an XML signature.

use std::borrow::Cow;

use data_encoding::BASE64;
use roxmltree::{Document, Node, ParsingOptions};

use super::bounds::{NODES_MAX, exceeded};
use super::canonical::{Canonical, METHODS, Method};
use super::{DSIG, DSIG11, ENVELOPED};
use crate::algorithm::{Hash, ROWS, WEAK_XML};
use crate::certificate::Certificate;
use crate::claim::{Claim, Staple};
use crate::detached::{
    CERTIFICATE_BYTES_MAX, CERTIFICATES_MAX, SIGNATURE_BYTES_MAX, STAPLE_BYTES_MAX, STAPLES_MAX,
};
use crate::error::SealError;
use crate::key::der_signature;
use crate::verdict::Form;

/// Where the signature stands in a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Placed {
    /// A child of the root element.
    Enveloped,
    /// The root element itself.
    Enveloping,
}

/// Whether a document has an XML signature in it, somewhere: then it must hold. One whose namespace is written with
/// character references is not seen, and nobody takes it for one; a document that only declares the namespace has
/// none.
pub(crate) fn is_present(document: &[u8]) -> bool {
    let start = document.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(document).trim_ascii_start();
    if start.first() != Some(&b'<') || !has_word(document, DSIG.as_bytes(), b"\"'") {
        return false;
    }
    let has_tag =
        [b"<Signature".as_slice(), b":Signature"].iter().any(|tag| has_word(document, tag, b" \t\r\n/>"));
    // What cannot be looked at is not let pass for unsigned: reading it says why.
    has_tag && parsed(document, |tree| tree.descendants().any(|node| is_signature(&node))).unwrap_or(true)
}

/// Whether a document is signed by an XML signature that would be judged: in or around its root element.
pub(crate) fn is_signed(document: &[u8]) -> bool {
    let judged = |tree: &Document<'_>| {
        let root = tree.root_element();
        is_signature(&root) || root.children().any(|child| is_signature(&child))
    };
    is_present(document) && parsed(document, judged).unwrap_or(false)
}

/// Whether `word` stands in the bytes with one of `after` behind it: names of algorithms begin like the namespace.
fn has_word(bytes: &[u8], word: &[u8], after: &[u8]) -> bool {
    memchr::memmem::find_iter(bytes, word)
        .any(|at| bytes.get(at + word.len()).is_some_and(|next| after.contains(next)))
}

/// What `look` sees in the tree of a document.
fn parsed<T>(document: &[u8], look: impl FnOnce(&Document<'_>) -> T) -> Result<T, SealError> {
    let (_, tree) = tree_of(document)?;
    Ok(look(&tree))
}

fn tree_of(document: &[u8]) -> Result<(&str, Document<'_>), SealError> {
    let text = std::str::from_utf8(document)
        .map_err(|_| malformed("a document with its own signature must be in UTF-8"))?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    if let Some(what) = exceeded(text) {
        return Err(malformed(what));
    }
    let options = ParsingOptions { allow_dtd: false, nodes_limit: NODES_MAX, ..ParsingOptions::default() };
    let tree = Document::parse_with_options(text, options).map_err(|why| malformed(why.to_string()))?;
    Ok((text, tree))
}

fn malformed(reason: impl Into<String>) -> SealError {
    // Names of the document stand in it, which may be long.
    SealError::Malformed { reason: reason.into().chars().take(200).collect() }
}

fn is_signature(node: &Node<'_, '_>) -> bool {
    node.has_tag_name((DSIG, "Signature"))
}

/// Reads the signature in `document`, and checks that the digest in it is that of the octets it covers.
///
/// # Errors
/// [`SealError`] of the form and the content.
pub(crate) fn read(document: &[u8]) -> Result<Claim<'static>, SealError> {
    let (text, tree) = tree_of(document)?;
    let root = tree.root_element();
    let mut signatures = root.children().filter(is_signature);
    let (signature, placed) = match (is_signature(&root), signatures.next()) {
        (true, None) => (root, Placed::Enveloping),
        (false, Some(signature)) => (signature, Placed::Enveloped),
        _ => return Err(SealError::Misplaced),
    };
    if signatures.next().is_some() {
        return Err(SealError::Misplaced);
    }
    Signature { text, tree: &tree, signature, placed }.claim()
}

struct Signature<'a, 'input> {
    text: &'a str,
    tree: &'a Document<'input>,
    signature: Node<'a, 'input>,
    placed: Placed,
}

/// The element children of a node, which must have these names, in this order and no others; `?` after a
/// name says that it may be missing.
fn children<'a, 'input, const N: usize>(
    node: Node<'a, 'input>,
    names: [&str; N],
) -> Result<[Option<Node<'a, 'input>>; N], SealError> {
    let mut found = [None; N];
    let mut elements = node.children().filter(Node::is_element).peekable();
    for (slot, name) in found.iter_mut().zip(names) {
        let (name, optional) = name.strip_suffix('?').map_or((name, false), |name| (name, true));
        if let Some(element) = elements.next_if(|element| element.has_tag_name((DSIG, name))) {
            *slot = Some(element);
        } else if !optional {
            return Err(malformed(format!("{name} is missing in {}", node.tag_name().name())));
        }
    }
    if let Some(other) = elements.next() {
        return Err(malformed(format!(
            "{} cannot stand here in {}",
            other.tag_name().name(),
            node.tag_name().name()
        )));
    }
    if has_stray_text(node) {
        return Err(malformed(format!("there is text between the elements of {}", node.tag_name().name())));
    }
    Ok(found)
}

/// Whether there is text between the elements of a node.
fn has_stray_text(node: Node<'_, '_>) -> bool {
    node.children().any(|child| child.is_text() && !child.text().unwrap_or_default().trim().is_empty())
}

fn there<'a, 'input>(node: Option<Node<'a, 'input>>) -> Result<Node<'a, 'input>, SealError> {
    node.ok_or_else(|| malformed("an element is missing"))
}

/// The text of an element that has nothing else in it. A comment inside would split it (CVE-2017-11427 and
/// its kin read one half of such values).
fn only_text(node: Node<'_, '_>) -> Result<String, SealError> {
    let mut children = node.children();
    match (children.next(), children.next()) {
        (None, _) => Ok(String::new()),
        (Some(text), None) if text.is_text() => Ok(text.text().unwrap_or_default().to_owned()),
        _ => Err(malformed(format!("{} is not one text", node.tag_name().name()))),
    }
}

fn base64(node: Node<'_, '_>, max: usize) -> Result<Vec<u8>, SealError> {
    let text = only_text(node)?;
    if text.len() > max * 2 {
        return Err(SealError::TooLarge { max });
    }
    let text: String = text.chars().filter(|c| !c.is_ascii_whitespace()).collect();
    let name = node.tag_name().name();
    let bytes = BASE64.decode(text.as_bytes()).map_err(|_| malformed(format!("{name} is not base64")))?;
    match bytes.len() {
        0 => Err(malformed(format!("{name} is empty"))),
        length if length > max => Err(SealError::TooLarge { max }),
        _ => Ok(bytes),
    }
}

/// The algorithm an element names, without parameters.
fn named<'a>(node: Node<'a, '_>) -> Result<&'a str, SealError> {
    if node.children().any(|child| child.is_element()) {
        return Err(SealError::Transform { what: format!("{} has parameters", node.tag_name().name()) });
    }
    node.attribute("Algorithm")
        .ok_or_else(|| malformed(format!("{} names no algorithm", node.tag_name().name())))
}

fn unknown(uri: &str) -> SealError {
    let name: String = uri.chars().filter(|c| c.is_ascii_graphic()).take(100).collect();
    if WEAK_XML.iter().any(|weak| uri.ends_with(weak)) {
        SealError::WeakAlgorithm { name }
    } else {
        SealError::UnsupportedAlgorithm { name }
    }
}

fn method(node: Node<'_, '_>) -> Result<Method, SealError> {
    let uri = named(node)?;
    let known = METHODS.iter().find(|(name, _)| *name == uri);
    known
        .map(|(_, method)| *method)
        .ok_or_else(|| SealError::Transform { what: uri.chars().take(100).collect() })
}

impl Signature<'_, '_> {
    fn claim(&self) -> Result<Claim<'static>, SealError> {
        // Nothing hides in a signature inside a document: only an enveloping one has an object.
        let (info, value, keys, object) = match self.placed {
            Placed::Enveloping => {
                let [info, value, keys, object] =
                    children(self.signature, ["SignedInfo", "SignatureValue", "KeyInfo", "Object"])?;
                (there(info)?, there(value)?, there(keys)?, object)
            }
            Placed::Enveloped => {
                let [info, value, keys] =
                    children(self.signature, ["SignedInfo", "SignatureValue", "KeyInfo"])?;
                (there(info)?, there(value)?, there(keys)?, None)
            }
        };
        let [canonicalization, signing, reference] =
            children(info, ["CanonicalizationMethod", "SignatureMethod", "Reference"])?;
        let canonicalization = method(there(canonicalization)?)?;
        let signing = named(there(signing)?)?;
        let document = self.document(there(reference)?, object)?;
        let signed = Canonical::new(self.text, canonicalization).subset(info);

        let (certificates, staple) = certificates(keys)?;
        // Of the algorithms with this name that one counts which the key in the certificate is for.
        let key = certificates.first().and_then(|der| Certificate::read(der)).and_then(|read| read.key());
        let mut rows = ROWS.iter().filter(|row| row.xml == signing).peekable();
        if rows.peek().is_none() {
            return Err(unknown(signing));
        }
        let key = key.ok_or(SealError::UnsupportedKey)?;
        let row = rows.find(|row| row.key == key.kind()).ok_or(SealError::AlgorithmMismatch)?;
        let signature = base64(value, SIGNATURE_BYTES_MAX)?;
        let signature = match row.algorithm.number_bytes() {
            Some(bytes) => der_signature(&signature, bytes).ok_or(SealError::BadSignature)?,
            None => signature,
        };
        Ok(Claim {
            form: match self.placed {
                Placed::Enveloped => Form::XmlEnveloped,
                Placed::Enveloping => Form::XmlEnveloping,
            },
            document: Cow::Owned(document),
            signed: Cow::Owned(signed),
            algorithm: row.algorithm,
            signature: Cow::Owned(signature),
            certificates: certificates.into_iter().map(Cow::Owned).collect(),
            staple,
            stamp: None,
            claimed_at: None,
        })
    }

    /// The document in the octets that the reference covers, whose digest was compared.
    fn document(&self, reference: Node<'_, '_>, object: Option<Node<'_, '_>>) -> Result<Vec<u8>, SealError> {
        let [transforms, hash, digest] = children(reference, ["Transforms?", "DigestMethod", "DigestValue"])?;
        let hash = named(there(hash)?)?;
        let hash = Hash::of_xml(hash).ok_or_else(|| unknown(hash))?;
        let digest = base64(there(digest)?, 64)?;
        let (is_enveloped, method) = transforms_of(transforms)?;
        let uri = reference.attribute("URI").ok_or_else(|| malformed("the reference has no URI"))?;
        let root = self.tree.root_element();
        let octets = match (self.placed, object) {
            (Placed::Enveloped, _) => {
                if !is_enveloped {
                    return Err(SealError::Transform { what: "enveloped-signature is missing".to_owned() });
                }
                // The whole document, or its root element by the identifier it has itself.
                let own = uri.strip_prefix('#').filter(|own| !own.is_empty());
                let of_root = own.is_some_and(|own| {
                    ["Id", "ID", "id"].iter().any(|name| root.attribute(*name) == Some(own))
                });
                let canonical = Canonical::new(self.text, method).without(self.signature.id());
                match uri {
                    "" => canonical.document(self.tree),
                    _ if of_root => canonical.subset(root),
                    _ => return Err(SealError::Reference { uri: uri.chars().take(100).collect() }),
                }
            }
            (Placed::Enveloping, Some(object)) => {
                if is_enveloped {
                    return Err(SealError::Transform { what: "enveloped-signature".to_owned() });
                }
                let own = object.attribute("Id").filter(|own| !own.is_empty());
                if own.is_none() || own != uri.strip_prefix('#') {
                    return Err(SealError::Reference { uri: uri.chars().take(100).collect() });
                }
                Canonical::new(self.text, method).subset(object)
            }
            (Placed::Enveloping, None) => return Err(malformed("there is no Object")),
        };
        if hash.of(&octets) != digest {
            return Err(SealError::Digest);
        }
        match self.placed {
            Placed::Enveloped => Ok(octets),
            Placed::Enveloping => inner(&octets),
        }
    }
}

/// The document in the octets of an object: its one element, written down for itself. Only the octets
/// covered are read.
fn inner(octets: &[u8]) -> Result<Vec<u8>, SealError> {
    let text = std::str::from_utf8(octets).map_err(|_| malformed("the object is not text"))?;
    let options = ParsingOptions { allow_dtd: false, nodes_limit: NODES_MAX, ..ParsingOptions::default() };
    let tree = Document::parse_with_options(text, options).map_err(|why| malformed(why.to_string()))?;
    let object = tree.root_element();
    let mut elements = object.children().filter(Node::is_element);
    match (elements.next(), elements.next(), has_stray_text(object)) {
        (Some(element), None, false) => Ok(Canonical::new(text, Method::Exclusive).subset(element)),
        _ => Err(malformed("the object of the signature is not one document")),
    }
}

/// Whether the transforms take the signature out, and how what is left is written down.
fn transforms_of(transforms: Option<Node<'_, '_>>) -> Result<(bool, Method), SealError> {
    let Some(transforms) = transforms else { return Ok((false, Method::Inclusive)) };
    let mut steps = Vec::new();
    for step in transforms.children().filter(Node::is_element) {
        if !step.has_tag_name((DSIG, "Transform")) {
            return Err(malformed("Transforms hold something else"));
        }
        steps.push(named(step)?);
    }
    let canonical = |uri: &str| METHODS.iter().find(|(name, _)| *name == uri).map(|(_, method)| *method);
    match steps.as_slice() {
        [] => Err(SealError::NoTransforms),
        // What is left of the document is then written down as the standard has it by default.
        [ENVELOPED] => Ok((true, Method::Inclusive)),
        [one] => Ok((false, canonical(one).ok_or_else(|| refused(one))?)),
        [ENVELOPED, last] => Ok((true, canonical(last).ok_or_else(|| refused(last))?)),
        [_, other] => Err(refused(other)),
        _ => Err(SealError::Transform { what: format!("{} transforms", steps.len()) }),
    }
}

fn refused(uri: &str) -> SealError {
    SealError::Transform { what: uri.chars().filter(|c| c.is_ascii_graphic()).take(100).collect() }
}

/// What may stand beside certificates: proofs about revocation, and names of the certificate, which say nothing.
const IN_X509_DATA: [(&str, &str); 7] = [
    (DSIG, "X509Certificate"),
    (DSIG, "X509CRL"),
    (DSIG11, "OCSPResponse"),
    (DSIG, "X509SubjectName"),
    (DSIG, "X509IssuerSerial"),
    (DSIG, "X509SKI"),
    (DSIG11, "X509Digest"),
];

/// The elements in `node`, all of these names: keys and certificates are not signed, and nothing else is to
/// stand among them.
fn known_elements<'a, 'input>(
    node: Node<'a, 'input>,
    names: &[(&str, &str)],
) -> Result<Vec<Node<'a, 'input>>, SealError> {
    let elements: Vec<_> = node.children().filter(Node::is_element).collect();
    match elements.iter().find(|element| !names.iter().any(|name| element.has_tag_name(*name))) {
        Some(other) => Err(malformed(format!(
            "{} cannot stand here in {}",
            other.tag_name().name(),
            node.tag_name().name()
        ))),
        None => Ok(elements),
    }
}

/// The certificates, the signer's first, and what was stapled about their revocation.
fn certificates(keys: Node<'_, '_>) -> Result<(Vec<Vec<u8>>, Staple), SealError> {
    let (mut certificates, mut staple) = (Vec::new(), Staple::default());
    for data in known_elements(keys, &[(DSIG, "X509Data"), (DSIG, "KeyName"), (DSIG, "KeyValue")])? {
        // A key beside its certificate says nothing: the certificate counts.
        if !data.has_tag_name((DSIG, "X509Data")) {
            continue;
        }
        for entry in known_elements(data, &IN_X509_DATA)? {
            if entry.has_tag_name((DSIG, "X509Certificate")) {
                if certificates.len() >= CERTIFICATES_MAX {
                    return Err(SealError::ChainTooLong { max: CERTIFICATES_MAX });
                }
                certificates.push(base64(entry, CERTIFICATE_BYTES_MAX)?);
            } else if entry.has_tag_name((DSIG, "X509CRL")) || entry.has_tag_name((DSIG11, "OCSPResponse")) {
                let kept = if entry.has_tag_name((DSIG, "X509CRL")) {
                    &mut staple.lists
                } else {
                    &mut staple.answers
                };
                if kept.len() >= STAPLES_MAX {
                    return Err(malformed(format!("more than {STAPLES_MAX} proofs about revocation")));
                }
                kept.push(base64(entry, STAPLE_BYTES_MAX)?);
            }
        }
    }
    if certificates.is_empty() {
        return Err(malformed("there is no certificate in KeyInfo/X509Data"));
    }
    // Tools write the chain in either order: the signer's is the one that issues nothing.
    let own =
        certificates.iter().position(|der| Certificate::read(der).is_some_and(|read| !read.may_issue()));
    certificates.swap(0, own.unwrap_or(0));
    Ok((certificates, staple))
}
