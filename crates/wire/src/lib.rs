//! Documents in and out: the album of formats of the customs service, the structures of the Eurasian
//! Economic Commission, the WCO's data model, and the canonical JSON.
//!
//! [`read`] recognises a document by its root and namespace and yields a [`Document`]: a declaration, or a
//! [`Paper`] of another kind, and findings about what is malformed in it. [`write`] and [`write_paper`]
//! walk the same tables the other way. What is no document at all is [`Unreadable`], with line, element
//! and cure.
//!
//! ```text
//! sniff ─► xml, json ─► structure   which elements, how often, which values: tables/*/*.txt
//!                       mapping     which of them are fields of a declaration
//! ```
//!
//! Nothing here judges the content of a document: that is the control's business. Nothing here
//! panics or takes more time or memory than [`limits`] allow, whatever the bytes.

mod amend;
#[cfg(test)]
mod dice;
mod json;
mod kinds;
pub mod limits;
mod mapping;
mod notes;
mod pointers;
mod schema;
mod sniff;
mod structure;
mod unreadable;
#[cfg(test)]
mod versions;
mod xml;

use declaration::{Alteration, Declaration, Finding, Form, Path, Severity, Text};
use jiff::civil::DateTime;

pub use amend::{Amended, amend};
pub use kinds::kind_title;
pub use pointers::{Pointer, wco_path, wco_pointers};
pub use schema::{json_kinds, json_schema, json_schema_of};
pub use structure::Author;
pub use unreadable::Unreadable;

use structure::Root;
use xml::Origin;

/// The form a document came in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Format {
    /// XML of the album of formats.
    Album,
    /// XML of the Eurasian Economic Commission.
    Eec,
    /// XML of the WCO's data model.
    Wco,
    /// The canonical JSON.
    Json,
}

impl Format {
    /// `album`, `eec`, `wco` or `json`.
    pub fn as_str(self) -> &'static str {
        match self {
            Format::Album => "album",
            Format::Eec => "eec",
            Format::Wco => "wco",
            Format::Json => "json",
        }
    }
}

/// A document that was read.
#[derive(Debug, Clone, PartialEq)]
pub struct Document {
    /// The form it came in.
    pub format: Format,
    /// The version of the form: `5.10` to `5.27` for the album, `1` for JSON.
    pub version: String,
    /// What it says.
    pub content: Content,
    /// What is malformed, repeated, or not read, in document order; at most
    /// [`limits::FINDINGS_MAX`] and two that sum up the rest.
    pub findings: Vec<Finding>,
    /// The other documents in the same package.
    pub papers: Vec<Paper>,
    /// The root names of documents in the same package that are not known here.
    pub other_documents: Vec<String>,
}

/// What a document says.
#[derive(Debug, Clone, PartialEq)]
pub enum Content {
    /// A declaration on goods or for transit.
    Declaration(Box<Declaration>),
    /// A document of another kind.
    Paper(Paper),
}

impl Document {
    /// The declaration, if it is one.
    pub fn declaration(&self) -> Option<&Declaration> {
        match &self.content {
            Content::Declaration(declaration) => Some(declaration),
            Content::Paper(_) => None,
        }
    }

    /// The paper, if it is one.
    pub fn paper(&self) -> Option<&Paper> {
        match &self.content {
            Content::Declaration(_) => None,
            Content::Paper(paper) => Some(paper),
        }
    }
}

/// A document that is no declaration: a form of its kind.
#[derive(Debug, Clone)]
pub struct Paper {
    root: &'static Root,
    /// What it says, under the table of its kind.
    pub form: Form,
}

impl PartialEq for Paper {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self.root, other.root) && self.form == other.form
    }
}

impl Paper {
    /// An empty paper of a kind such as `registered`, in the newest edition that has it; none where no
    /// edition has.
    pub fn new(kind: &str) -> Option<Self> {
        let root = structure::roots().iter().find(|root| root.kind == kind)?;
        Some(Self { root, form: Form::new(root.content()?.table) })
    }

    /// The stable name of its kind: `correction`, `parcels`, `preliminary_road`, …
    pub fn kind(&self) -> &'static str {
        self.root.kind
    }

    /// Who makes such papers.
    pub fn author(&self) -> Author {
        self.root.author
    }

    /// The name of the root element.
    pub fn element(&self) -> &'static str {
        self.root.element
    }

    /// The format and its version.
    pub fn format(&self) -> (Format, String) {
        format_of(self.root)
    }
}

/// Every kind of document there is a table for: name, root element, namespace, who makes it.
pub fn kinds() -> Vec<(&'static str, &'static str, &'static str, Author)> {
    structure::roots().iter().map(|root| (root.kind, root.element, root.uri, root.author)).collect()
}

/// What a target format demands and a declaration may lack.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Completion {
    /// The document identifier for a declaration without one: up to 36 characters, as a rule a UUID.
    pub document_id: String,
    /// The moment of writing: it stands for a missing moment of creation and day of signing.
    pub written_at: DateTime,
}

/// A format to write a declaration in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Target {
    /// The album of formats 5.23.
    Album523,
    /// The album of formats 5.27, in which a declaration for transit has no place.
    Album527,
    /// A message of the WCO's data model, as the customs service of the United Kingdom takes it.
    Wco,
    /// The declaration on goods of the Eurasian Economic Commission, structure R.055.
    EecGoods,
    /// The declaration for transit of the Eurasian Economic Commission, structure R.048.
    EecTransit,
    /// The canonical JSON.
    Json,
}

impl Target {
    fn root(self) -> Option<&'static Root> {
        let (edition, kind) = match self {
            Target::Album523 => ("album-5.23", "declaration"),
            Target::Album527 => ("album-5.27", "declaration"),
            Target::Wco => ("wco", "wco_message"),
            Target::EecGoods => ("album-5.23", "eec_goods"),
            Target::EecTransit => ("album-5.23", "eec_transit"),
            Target::Json => return None,
        };
        structure::roots().iter().find(|root| root.edition.name == edition && root.kind == kind).copied()
    }
}

/// Reads a document: XML of a known structure, alone, in an `ED_Container`, an envelope or an enveloping
/// signature; or the canonical JSON.
///
/// # Errors
/// [`Unreadable`] where there is no document to be had from the bytes: not well formed, of an unknown
/// root, namespace or version, or beyond a limit.
#[allow(clippy::result_large_err, reason = "a document is larger than a refusal, and refusals are rare")]
pub fn read(bytes: &[u8]) -> Result<Document, Unreadable> {
    document(bytes).map_err(|refusal| *refusal)
}

/// Says what a package has that is no known document: it stays in the package.
fn others(unknown: &[String]) -> Option<Finding> {
    let names = unknown.iter().take(10).map(String::as_str).collect::<Vec<_>>().join(", ");
    let text = Text::new(
        format!(
            "В пакете есть неизвестные документы: {names}. Они хранятся вместе с пакетом и не разбираются."
        ),
        format!(
            "The package has unknown documents: {names}. They are kept with the package and not looked into."
        ),
    );
    (!names.is_empty()).then(|| Finding::new(notes::BESIDE, Severity::Hint, Path::root(), text))
}

fn document(bytes: &[u8]) -> Result<Document, Box<Unreadable>> {
    match sniff::sniff(bytes)? {
        sniff::Text::Xml(text) => {
            let found = xml::read(text)?;
            let mut papers: Vec<Paper> =
                found.papers.into_iter().map(|(root, form)| Paper { root, form }).collect();
            let (content, (format, version)) = match found.declaration {
                Some(declared) => {
                    let format = match declared.origin {
                        Origin::Root(root) => format_of(root),
                        Origin::Older(version) => (Format::Album, format!("5.{version}")),
                    };
                    (Content::Declaration(Box::new(declared.declaration)), format)
                }
                None => {
                    if papers.is_empty() {
                        return Err(unreadable::Reason::NoDeclaration.nowhere());
                    }
                    let first = papers.remove(0);
                    let format = first.format();
                    (Content::Paper(first), format)
                }
            };
            let mut findings = found.findings;
            findings.extend(others(&found.other_documents));
            Ok(Document {
                format,
                version,
                content,
                findings,
                papers,
                other_documents: found.other_documents,
            })
        }
        sniff::Text::Json(text) => json::read(text).map(|(content, findings)| Document {
            format: Format::Json,
            version: json::VERSION.to_owned(),
            content,
            findings,
            papers: Vec::new(),
            other_documents: Vec::new(),
        }),
    }
}

/// `5.23` of `…:ESADout_CU:5.23.0`, `1.0.0` of `…:v1.0.0`.
fn format_of(root: &'static Root) -> (Format, String) {
    let version = root.uri.rsplit(':').next().unwrap_or_default();
    if root.uri.starts_with("urn:wco:") {
        (Format::Wco, version.to_owned())
    } else if root.uri.starts_with("urn:EEC:") {
        (Format::Eec, version.trim_start_matches('v').to_owned())
    } else {
        (Format::Album, version.strip_suffix(".0").unwrap_or(version).to_owned())
    }
}

/// Writes a declaration. What comes out is valid against the structure of the target: what a national
/// dialect has otherwise is converted, and what is demanded but absent comes from the `completion`.
///
/// # Errors
/// Findings (`GL-1020` and following) that name each field the target cannot express, with its cure.
pub fn write(
    declaration: &Declaration,
    target: Target,
    completion: &Completion,
) -> Result<String, Vec<Finding>> {
    match target.root() {
        Some(root) => xml::write_declaration(declaration, root, completion),
        None => Ok(json::write_declaration(declaration)),
    }
}

/// Writes a paper as XML of its own format.
///
/// # Errors
/// Findings that name what its format cannot express.
pub fn write_paper(paper: &Paper) -> Result<String, Vec<Finding>> {
    xml::write_form(&paper.form, paper.root)
}

/// Writes a paper as canonical JSON.
pub fn write_paper_json(paper: &Paper) -> String {
    json::write_paper(paper)
}

/// What a paper changes in a declaration that was filed: a correction (KDTout_CU), a request to change
/// (DeclChangeRequest), a withdrawal (PermitRecallGTD).
///
/// # Errors
/// Findings: what is malformed, which declaration it is about is not stated (`GL-1110`), or the paper is of
/// a kind that changes nothing (`GL-1111`).
pub fn alteration_of(paper: &Paper) -> Result<Alteration, Vec<Finding>> {
    mapping::correction::alteration(paper.kind(), &paper.form)?.ok_or_else(|| {
        let element = paper.element();
        let text = Text::new(
            format!("Документ {element} не изменяет декларацию: подайте корректировку, заявление или отзыв."),
            format!(
                "The document {element} changes no declaration: file a correction, a request or a withdrawal."
            ),
        );
        vec![Finding::new(declaration::NO_AMENDMENT, Severity::Error, Path::root(), text)]
    })
}

/// Whether XML 1.0 (section 2.2) allows the character.
pub(crate) fn is_xml_char(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | '\u{20}'..='\u{D7FF}' | '\u{E000}'..='\u{FFFD}' | '\u{10000}'..)
}
