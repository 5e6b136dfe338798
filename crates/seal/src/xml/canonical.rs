//! Canonical XML 1.0 (W3C, 2001) and Exclusive XML Canonicalization 1.0 (W3C, 2002), without comments, of a
//! whole document or of one element.
//!
//! The octets that come out are what a signature covers, and what the rest of the program reads: nothing of
//! a document that is not in them can have an effect.

use std::collections::BTreeMap;
use std::rc::Rc;

use roxmltree::{Attribute, Node, NodeId, NodeType};

/// How a part of a document is written down for signing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Method {
    /// Every namespace in scope is written at the top: the octets change with the surroundings.
    Inclusive,
    /// Only namespaces that are used are written: the octets stay the same wherever the element stands.
    Exclusive,
}

/// The methods, by name. Version 1.1 differs from 1.0 in `xml:id` and `xml:base` of surroundings alone: what is
/// signed here stands below none in practice, and where it does, its digest fails.
pub(crate) const METHODS: [(&str, Method); 3] = [
    ("http://www.w3.org/TR/2001/REC-xml-c14n-20010315", Method::Inclusive),
    ("http://www.w3.org/2006/12/xml-c14n11", Method::Inclusive),
    ("http://www.w3.org/2001/10/xml-exc-c14n#", Method::Exclusive),
];

const XML: &str = "http://www.w3.org/XML/1998/namespace";

/// Namespaces as they have been written down so far on the way to an element: prefix to name, where the
/// prefix of the default namespace is empty.
type Written<'a> = BTreeMap<&'a str, &'a str>;

/// What is still to be written, last first.
enum Task<'a, 'input> {
    Open(Node<'a, 'input>, usize),
    Close(&'a str),
}

/// Writes canonical octets. What it is given was held to the bounds of [`super::bounds`].
pub(crate) struct Canonical<'a> {
    source: &'a str,
    method: Method,
    /// The element that is left out: the signature inside what it signs.
    omitted: Option<NodeId>,
}

impl<'a> Canonical<'a> {
    /// For a document that was parsed out of `source`.
    pub(crate) fn new(source: &'a str, method: Method) -> Self {
        Self { source, method, omitted: None }
    }

    /// Leaves one element out.
    pub(crate) fn without(mut self, omitted: NodeId) -> Self {
        self.omitted = Some(omitted);
        self
    }

    /// The octets of a whole document: processing instructions beside its root element stand on lines of
    /// their own.
    pub(crate) fn document(&self, document: &'a roxmltree::Document<'_>) -> Vec<u8> {
        let mut out = Vec::with_capacity(self.source.len());
        let mut before = true;
        for node in document.root().children() {
            match node.node_type() {
                NodeType::Element => {
                    self.element(node, &mut out);
                    before = false;
                }
                NodeType::PI if before => {
                    instruction(node, &mut out);
                    out.push(b'\n');
                }
                NodeType::PI => {
                    out.push(b'\n');
                    instruction(node, &mut out);
                }
                NodeType::Root | NodeType::Comment | NodeType::Text => {}
            }
        }
        out
    }

    /// The octets of one element with all that is in it.
    pub(crate) fn subset(&self, apex: Node<'a, '_>) -> Vec<u8> {
        let mut out = Vec::with_capacity(apex.range().len());
        self.element(apex, &mut out);
        out
    }

    fn element(&self, apex: Node<'a, '_>, out: &mut Vec<u8>) {
        // The stack of namespaces written, one entry for each element that is open.
        // Shared where nothing is declared, as with almost every element.
        let mut written: Vec<Rc<Written<'a>>> = vec![Rc::default()];
        let mut tasks = vec![Task::Open(apex, 0)];
        while let Some(task) = tasks.pop() {
            let (node, depth) = match task {
                Task::Close(name) => {
                    out.extend_from_slice(b"</");
                    out.extend_from_slice(name.as_bytes());
                    out.push(b'>');
                    continue;
                }
                Task::Open(node, depth) => (node, depth),
            };
            match node.node_type() {
                NodeType::Element => {
                    if Some(node.id()) == self.omitted {
                        continue;
                    }
                    written.truncate(depth + 1);
                    let name = self.name(node);
                    let below = self.open(node, depth == 0, name, &written[depth], out);
                    written.push(below);
                    tasks.push(Task::Close(name));
                    let mut child = node.last_child();
                    while let Some(next) = child {
                        tasks.push(Task::Open(next, depth + 1));
                        child = next.prev_sibling();
                    }
                }
                NodeType::Text => escape(node.text().unwrap_or_default(), TEXT, out),
                NodeType::PI => instruction(node, out),
                NodeType::Root | NodeType::Comment => {}
            }
        }
    }

    /// Writes a start tag; answers with the namespaces written now.
    fn open(
        &self,
        node: Node<'a, '_>,
        is_apex: bool,
        name: &'a str,
        above: &Rc<Written<'a>>,
        out: &mut Vec<u8>,
    ) -> Rc<Written<'a>> {
        out.push(b'<');
        out.extend_from_slice(name.as_bytes());
        let prefix = prefix_of(name);
        let mut attributes: Vec<(&str, &str, &'a str, &str)> = Vec::new();
        for attribute in node.attributes() {
            let qualified = self.qualified(&attribute);
            let namespace = attribute.namespace().unwrap_or_default();
            attributes.push((namespace, attribute.name(), qualified, attribute.value()));
        }
        let mut wanted = Written::new();
        match self.method {
            Method::Exclusive => {
                let mut used = vec![prefix];
                used.extend(attributes.iter().map(|at| prefix_of(at.2)).filter(|prefix| !prefix.is_empty()));
                for prefix in used {
                    if prefix != "xml" {
                        wanted.insert(prefix, in_scope(node, prefix));
                    }
                }
            }
            // All that are in scope were written above.
            Method::Inclusive if !is_apex && declares_nothing(node) => {}
            Method::Inclusive => {
                for namespace in node.namespaces() {
                    let prefix = namespace.name().unwrap_or_default();
                    if prefix != "xml" {
                        wanted.insert(prefix, namespace.uri());
                    }
                }
                // No default namespace is one too, where another was written above.
                wanted.entry("").or_insert("");
                if is_apex {
                    inherited(node, &mut attributes);
                }
            }
        }
        let mut below = Rc::clone(above);
        for (prefix, uri) in wanted {
            let known = above.get(prefix).copied();
            if known == Some(uri) || (known.is_none() && uri.is_empty()) {
                continue;
            }
            out.extend_from_slice(if prefix.is_empty() { b" xmlns" } else { b" xmlns:" });
            out.extend_from_slice(prefix.as_bytes());
            out.extend_from_slice(b"=\"");
            escape(uri, VALUE, out);
            out.push(b'"');
            Rc::make_mut(&mut below).insert(prefix, uri);
        }
        attributes.sort_unstable();
        for (_, _, qualified, value) in attributes {
            out.push(b' ');
            out.extend_from_slice(qualified.as_bytes());
            out.extend_from_slice(b"=\"");
            escape(value, VALUE, out);
            out.push(b'"');
        }
        out.push(b'>');
        below
    }

    /// The name of an element with its prefix, as it stands in the document.
    fn name(&self, node: Node<'a, '_>) -> &'a str {
        let tag = self.source.get(node.range().start + 1..).unwrap_or_default();
        let end = tag.find(|c: char| c.is_ascii_whitespace() || c == '/' || c == '>').unwrap_or(tag.len());
        tag.get(..end).unwrap_or_default()
    }

    fn qualified(&self, attribute: &Attribute<'a, '_>) -> &'a str {
        self.source.get(attribute.range_qname()).unwrap_or_default()
    }
}

fn prefix_of(name: &str) -> &str {
    name.split_once(':').map_or("", |(prefix, _)| prefix)
}

/// The namespace that a prefix stands for at an element; empty where it stands for none.
fn in_scope<'a>(node: Node<'a, '_>, prefix: &str) -> &'a str {
    let prefix = (!prefix.is_empty()).then_some(prefix);
    node.lookup_namespace_uri(prefix).unwrap_or_default()
}

/// Whether the same namespaces are in scope at an element as around it.
fn declares_nothing(node: Node<'_, '_>) -> bool {
    let around = node.parent_element();
    around.is_some_and(|around| {
        let (own, theirs) = (node.namespaces(), around.namespaces());
        own.len() == theirs.len() && own.zip(theirs).all(|(own, theirs)| std::ptr::eq(own, theirs))
    })
}

/// The `xml:` attributes of the elements around one that is written down by itself (Canonical XML 1.0,
/// section 2.4): the nearest of each name counts.
fn inherited<'a>(apex: Node<'a, '_>, attributes: &mut Vec<(&'a str, &'a str, &'a str, &'a str)>) {
    for above in apex.ancestors().skip(1) {
        for attribute in above.attributes() {
            let name = attribute.name();
            if attribute.namespace() != Some(XML) || attributes.iter().any(|at| at.0 == XML && at.1 == name) {
                continue;
            }
            let qualified = match name {
                "lang" => "xml:lang",
                "space" => "xml:space",
                "base" => "xml:base",
                "id" => "xml:id",
                _ => continue,
            };
            attributes.push((XML, name, qualified, attribute.value()));
        }
    }
}

fn instruction(node: Node<'_, '_>, out: &mut Vec<u8>) {
    let Some(instruction) = node.pi() else { return };
    out.extend_from_slice(b"<?");
    out.extend_from_slice(instruction.target.as_bytes());
    if let Some(value) = instruction.value {
        out.push(b' ');
        // Line ends are one character everywhere (XML 1.0, section 2.11); the parser leaves them here.
        out.extend_from_slice(value.replace("\r\n", "\n").replace('\r', "\n").as_bytes());
    }
    out.extend_from_slice(b"?>");
}

/// Characters that are written as references in text.
const TEXT: &[(u8, &[u8])] = &[(b'&', b"&amp;"), (b'<', b"&lt;"), (b'>', b"&gt;"), (b'\r', b"&#xD;")];
/// The same in the value of an attribute.
const VALUE: &[(u8, &[u8])] = &[
    (b'&', b"&amp;"),
    (b'<', b"&lt;"),
    (b'"', b"&quot;"),
    (b'\t', b"&#x9;"),
    (b'\n', b"&#xA;"),
    (b'\r', b"&#xD;"),
];

fn escape(text: &str, escapes: &[(u8, &[u8])], out: &mut Vec<u8>) {
    let mut plain = 0;
    let bytes = text.as_bytes();
    for (at, byte) in bytes.iter().enumerate() {
        if let Some((_, escaped)) = escapes.iter().find(|(special, _)| special == byte) {
            out.extend_from_slice(bytes.get(plain..at).unwrap_or_default());
            out.extend_from_slice(escaped);
            plain = at + 1;
        }
    }
    out.extend_from_slice(bytes.get(plain..).unwrap_or_default());
}
