//! Writing XML signatures: the signature is put in its place first, and what is hashed and signed is then
//! written down out of that very document, as a reader will do it.

use data_encoding::BASE64;
use roxmltree::{Document, ParsingOptions};

use super::canonical::{Canonical, Method};
use super::{DSIG, DSIG11, ENVELOPED};
use crate::issue::IssueError;
use crate::key::number_signature;
use crate::sign::Sealer;

const EXCLUSIVE: &str = "http://www.w3.org/2001/10/xml-exc-c14n#";
/// What stands for digest and signature until they are known: no base64.
const DIGEST: &str = "?digest?";
const SIGNATURE: &str = "?signature?";

fn document(why: impl Into<String>) -> IssueError {
    IssueError::Document(why.into())
}

fn parsed(text: &str) -> Result<Document<'_>, IssueError> {
    let options = ParsingOptions { allow_dtd: false, ..ParsingOptions::default() };
    Document::parse_with_options(text, options).map_err(|why| document(why.to_string()))
}

fn text_of(bytes: &[u8]) -> Result<&str, IssueError> {
    let text = std::str::from_utf8(bytes).map_err(|_| document("it is not in UTF-8"))?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    // A name another declaration gives would not survive that the signed octets are in UTF-8.
    let is_other =
        text.strip_prefix("<?xml").and_then(|rest| rest.split_once("?>")).is_some_and(|(head, _)| {
            let head = head.to_ascii_lowercase();
            head.contains("encoding") && !head.contains("utf-8")
        });
    if is_other { Err(document("it says that it is not in UTF-8")) } else { Ok(text) }
}

/// The signature with places for digest and value, referring to `uri` through `transforms`, and `inside` it.
fn template(sealer: &Sealer, uri: &str, transforms: &[&str], inside: &str) -> String {
    let row = sealer.algorithm().row();
    let transforms: String =
        transforms.iter().map(|uri| format!("<ds:Transform Algorithm=\"{uri}\"></ds:Transform>")).collect();
    let wrapped = |name: &str, ders: &[Vec<u8>]| -> String {
        ders.iter().map(|der| format!("<{name}>{}</{name}>", BASE64.encode(der))).collect()
    };
    let certificates = wrapped("ds:X509Certificate", sealer.certificates());
    let lists = wrapped("ds:X509CRL", &sealer.staple().lists);
    let answers = wrapped("dsig11:OCSPResponse", &sealer.staple().answers);
    let dsig11 = if answers.is_empty() { String::new() } else { format!(" xmlns:dsig11=\"{DSIG11}\"") };
    format!(
        "<ds:Signature xmlns:ds=\"{DSIG}\"><ds:SignedInfo><ds:CanonicalizationMethod Algorithm=\"{EXCLUSIVE}\">\
         </ds:CanonicalizationMethod><ds:SignatureMethod Algorithm=\"{method}\"></ds:SignatureMethod>\
         <ds:Reference URI=\"{uri}\"><ds:Transforms>{transforms}</ds:Transforms><ds:DigestMethod \
         Algorithm=\"{hash}\"></ds:DigestMethod><ds:DigestValue>{DIGEST}</ds:DigestValue></ds:Reference>\
         </ds:SignedInfo><ds:SignatureValue>{SIGNATURE}</ds:SignatureValue><ds:KeyInfo><ds:X509Data{dsig11}>\
         {certificates}{lists}{answers}</ds:X509Data></ds:KeyInfo>{inside}</ds:Signature>",
        method = row.xml,
        hash = row.hash.xml(),
    )
}

/// Fills in digest and signature; the parts of the signature are found by where the first of them stands.
fn finished(sealer: &Sealer, text: String, covered: &[u8], at: usize) -> Result<Vec<u8>, IssueError> {
    let digest = BASE64.encode(&sealer.algorithm().row().hash.of(covered));
    let (before, signature) = text.split_at_checked(at).ok_or_else(|| document("it cannot be signed"))?;
    let text = format!("{before}{}", signature.replacen(DIGEST, &digest, 1));
    let tree = parsed(&text)?;
    let info = tree
        .descendants()
        .find(|node| node.range().start >= at && node.has_tag_name((DSIG, "SignedInfo")))
        .ok_or_else(|| document("it cannot be signed"))?;
    let signed = Canonical::new(&text, Method::Exclusive).subset(info);
    let signature = sealer.sign(&signed)?;
    let signature = match sealer.algorithm().number_bytes() {
        Some(bytes) => number_signature(&signature, bytes).ok_or(IssueError::Key)?,
        None => signature,
    };
    let (before, rest) = text.split_at_checked(at).ok_or_else(|| document("it cannot be signed"))?;
    Ok(format!("{before}{}", rest.replacen(SIGNATURE, &BASE64.encode(&signature), 1)).into_bytes())
}

/// The document with a signature as the last child of its root element.
///
/// # Errors
/// [`IssueError::Document`], [`IssueError::Random`].
pub(crate) fn enveloped(bytes: &[u8], sealer: &Sealer) -> Result<Vec<u8>, IssueError> {
    let source = text_of(bytes)?;
    let tree = parsed(source)?;
    let root = tree.root_element();
    if tree.descendants().any(|node| node.has_tag_name((DSIG, "Signature"))) {
        return Err(document("it has a signature already"));
    }
    let element = source.get(root.range()).unwrap_or_default();
    let end = element.rfind("</").ok_or_else(|| document("its root element is empty"))?;
    let at = root.range().start + end;
    let covered = Canonical::new(source, Method::Exclusive).document(&tree);
    let (before, after) = source.split_at_checked(at).ok_or_else(|| document("it cannot be signed"))?;
    let signature = template(sealer, "", &[ENVELOPED, EXCLUSIVE], "");
    finished(sealer, format!("{before}{signature}{after}"), &covered, at)
}

/// A signature with the document as its one object.
///
/// # Errors
/// [`IssueError::Document`], [`IssueError::Random`].
pub(crate) fn enveloping(bytes: &[u8], sealer: &Sealer) -> Result<Vec<u8>, IssueError> {
    let source = text_of(bytes)?;
    let tree = parsed(source)?;
    // By itself, so that it means the same inside.
    let inside = Canonical::new(source, Method::Exclusive).subset(tree.root_element());
    let inside = String::from_utf8(inside).map_err(|_| document("it is not in UTF-8"))?;
    let object = format!("<ds:Object Id=\"document\">{inside}</ds:Object>");
    let text = template(sealer, "#document", &[EXCLUSIVE], &object);
    let tree = parsed(&text)?;
    let object = tree.root_element().last_element_child().ok_or_else(|| document("it cannot be signed"))?;
    let covered = Canonical::new(&text, Method::Exclusive).subset(object);
    drop(tree);
    finished(sealer, text, &covered, 0)
}
