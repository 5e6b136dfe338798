//! libxml2 of the system, to measure against: parse a document, validate it against a schema.
//!
//! The only crate with unsafe code, and no part of the program as it is delivered: it is linked under the
//! feature `libxml` alone, and needs the library's development files (Debian: `libxml2-dev`).

use std::ffi::{CStr, CString, c_char, c_int, c_void};
use std::path::Path;
use std::ptr::{NonNull, null, null_mut};

/// A handler of structured errors: context, error.
type OnError = unsafe extern "C" fn(*mut c_void, *mut c_void);

#[link(name = "xml2")]
unsafe extern "C" {
    fn xmlReadMemory(
        buffer: *const c_char,
        size: c_int,
        url: *const c_char,
        encoding: *const c_char,
        options: c_int,
    ) -> *mut c_void;
    fn xmlFreeDoc(document: *mut c_void);
    fn xmlSchemaNewParserCtxt(url: *const c_char) -> *mut c_void;
    fn xmlSchemaSetParserStructuredErrors(context: *mut c_void, handler: OnError, data: *mut c_void);
    fn xmlSchemaParse(context: *mut c_void) -> *mut c_void;
    fn xmlSchemaFreeParserCtxt(context: *mut c_void);
    fn xmlSchemaFree(schema: *mut c_void);
    fn xmlSchemaNewValidCtxt(schema: *mut c_void) -> *mut c_void;
    fn xmlSchemaSetValidStructuredErrors(context: *mut c_void, handler: OnError, data: *mut c_void);
    fn xmlSchemaValidateDoc(context: *mut c_void, document: *mut c_void) -> c_int;
    fn xmlSchemaFreeValidCtxt(context: *mut c_void);
    static xmlParserVersion: *const c_char;
}

/// No word on errors or warnings, no network, small texts inside their nodes.
const OPTIONS: c_int = 1 << 5 | 1 << 6 | 1 << 11 | 1 << 16;

/// Errors are counted by what the calls give back; their texts interest nobody here.
unsafe extern "C" fn silent(_: *mut c_void, _: *mut c_void) {}

/// The version of the library, such as `20914`.
pub fn version() -> String {
    // SAFETY: a constant text of the library, ended by a zero, which lives as long as the program.
    unsafe { CStr::from_ptr(xmlParserVersion) }.to_string_lossy().into_owned()
}

/// A document in memory.
struct Document(NonNull<c_void>);

impl Document {
    fn parse(bytes: &[u8]) -> Option<Self> {
        let size = c_int::try_from(bytes.len()).ok()?;
        // SAFETY: the library reads `size` bytes of a buffer that lives through the call and copies them.
        let document = unsafe { xmlReadMemory(bytes.as_ptr().cast(), size, null(), null(), OPTIONS) };
        NonNull::new(document).map(Self)
    }
}

impl Drop for Document {
    fn drop(&mut self) {
        // SAFETY: it came from the library and is freed once.
        unsafe { xmlFreeDoc(self.0.as_ptr()) }
    }
}

/// Whether the bytes are a well-formed document: a tree is made of it, as a program that reads it would.
pub fn parse(bytes: &[u8]) -> bool {
    Document::parse(bytes).is_some()
}

/// A compiled XML Schema.
pub struct Schema {
    schema: NonNull<c_void>,
    /// One context for every document, as a service would keep it.
    context: NonNull<c_void>,
}

impl Schema {
    /// Compiles the schema in a file with all it includes; none where it cannot be read or is none.
    pub fn load(path: &Path) -> Option<Self> {
        let path = CString::new(path.as_os_str().as_encoded_bytes()).ok()?;
        // SAFETY: the path is ended by a zero; the parser's context lives until the schema is made, which
        // does not depend on it.
        let schema = unsafe {
            let parser = NonNull::new(xmlSchemaNewParserCtxt(path.as_ptr()))?;
            xmlSchemaSetParserStructuredErrors(parser.as_ptr(), silent, null_mut());
            let schema = xmlSchemaParse(parser.as_ptr());
            xmlSchemaFreeParserCtxt(parser.as_ptr());
            NonNull::new(schema)?
        };
        // SAFETY: the schema is valid, and freed here where no context can be made for it.
        unsafe {
            let Some(context) = NonNull::new(xmlSchemaNewValidCtxt(schema.as_ptr())) else {
                xmlSchemaFree(schema.as_ptr());
                return None;
            };
            xmlSchemaSetValidStructuredErrors(context.as_ptr(), silent, null_mut());
            Some(Self { schema, context })
        }
    }

    /// Whether the bytes are a well-formed document and valid against the schema.
    pub fn accepts(&self, bytes: &[u8]) -> bool {
        // SAFETY: context and document are valid; pointers keep the type on one thread, so no other call
        // uses the context at the same time.
        Document::parse(bytes).is_some_and(
            |document| unsafe { xmlSchemaValidateDoc(self.context.as_ptr(), document.0.as_ptr()) } == 0,
        )
    }
}

impl Drop for Schema {
    fn drop(&mut self) {
        // SAFETY: both came from the library and are freed once, the context first.
        unsafe {
            xmlSchemaFreeValidCtxt(self.context.as_ptr());
            xmlSchemaFree(self.schema.as_ptr());
        }
    }
}
