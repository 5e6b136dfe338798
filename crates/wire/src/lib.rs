//! Documents in and out: the album of formats of the customs service (ESADout_CU 5.10 to 5.27), and
//! the canonical JSON.
//!
//! [`read`] recognises a document by its root and namespace version and yields a [`Document`]: the
//! declaration, and findings about what is malformed in it. [`write`] is the same table walked the
//! other way. What is no document at all is [`Unreadable`], with line, element and cure.
//!
//! Nothing here judges the content of a declaration: that is the control's business. Nothing here
//! panics or takes more time or memory than [`limits`] allow, whatever the bytes.

mod album;
mod json;
pub mod limits;
mod notes;
mod schema;
mod sniff;
mod structure;
mod unreadable;

use declaration::{Declaration, Finding};
use jiff::civil::DateTime;

pub use schema::json_schema;
pub use unreadable::Unreadable;

/// The form a document came in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Format {
    /// XML of the album of formats.
    Album,
    /// The canonical JSON.
    Json,
}

impl Format {
    /// `album` or `json`.
    pub fn as_str(self) -> &'static str {
        match self {
            Format::Album => "album",
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
    /// What was declared.
    pub declaration: Declaration,
    /// What is malformed, repeated, or not read, in document order; at most
    /// [`limits::FINDINGS_MAX`] and two that sum up the rest.
    pub findings: Vec<Finding>,
    /// The root names of the other documents in the same package.
    pub other_documents: Vec<String>,
}

/// What a target format demands and a declaration may lack.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Completion {
    /// The document identifier for a declaration without one: up to 36 characters, as a rule a UUID.
    pub document_id: String,
    /// The moment of writing: it stands for a missing moment of creation and day of signing.
    pub written_at: DateTime,
}

/// A format to write.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Target {
    /// The album of formats 5.23.
    Album523,
    /// The album of formats 5.27, in which a declaration for transit has no place.
    Album527,
    /// The canonical JSON.
    Json,
}

/// Reads a document: XML of the album, alone, in an `ED_Container`, an envelope or an enveloping
/// signature; or the canonical JSON.
///
/// # Errors
/// [`Unreadable`] where there is no declaration to be had from the bytes: not well formed, of an
/// unknown root, namespace or version, or beyond a limit.
#[allow(clippy::result_large_err, reason = "a document is larger than a refusal, and refusals are rare")]
pub fn read(bytes: &[u8]) -> Result<Document, Unreadable> {
    document(bytes).map_err(|refusal| *refusal)
}

fn document(bytes: &[u8]) -> Result<Document, Box<Unreadable>> {
    match sniff::sniff(bytes)? {
        sniff::Text::Xml(text) => album::read(text).map(|found| Document {
            format: Format::Album,
            version: format!("5.{}", found.version),
            declaration: found.declaration,
            findings: found.findings,
            other_documents: found.other_documents,
        }),
        sniff::Text::Json(text) => json::read(text).map(|(declaration, findings)| Document {
            format: Format::Json,
            version: json::VERSION.to_owned(),
            declaration,
            findings,
            other_documents: Vec::new(),
        }),
    }
}

/// Writes a declaration. The album's texts are valid against its schemas: what a national dialect
/// has otherwise is converted, and what is demanded but absent comes from the `completion`.
///
/// # Errors
/// Findings (`GL-1020` and following) that name each field the target cannot express, with its cure.
pub fn write(
    declaration: &Declaration,
    target: Target,
    completion: &Completion,
) -> Result<String, Vec<Finding>> {
    match target {
        Target::Album523 => album::write(declaration, 23, completion),
        Target::Album527 => album::write(declaration, 27, completion),
        Target::Json => Ok(json::write(declaration)),
    }
}

/// Whether XML 1.0 (section 2.2) allows the character.
pub(crate) fn is_xml_char(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | '\u{20}'..='\u{D7FF}' | '\u{E000}'..='\u{FFFD}' | '\u{10000}'..)
}
