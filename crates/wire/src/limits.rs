//! What a document may at most be. Every limit bounds time or memory; each is generous against
//! the largest declarations the official form allows.

/// The largest document, in bytes.
pub const BYTES_MAX: usize = 32 << 20;

/// How deep elements or objects may nest: the deepest element of ESADout_CU lies 11 deep, and a
/// container or an envelope adds a few.
pub const DEPTH_MAX: usize = 48;

/// The most elements, known or unknown, in one document.
pub const ELEMENTS_MAX: usize = 1_000_000;

/// The most goods in one declaration. Box 32 has three digits; real baskets go to a round thousand.
pub const ITEMS_MAX: usize = 1_000;

/// The most entries of all lists of records together (goods, documents, payments, groups …).
pub const RECORDS_MAX: usize = 200_000;

/// The most values in one list of values (seals, serial numbers, telephones).
pub const VALUES_MAX: usize = 10_000;

/// The longest text of one field as it stands in the document, in bytes. The longest field of the
/// declaration has 1 000 characters.
pub const TEXT_BYTES_MAX: usize = 64 << 10;

/// The most attributes of one element, namespace declarations included.
pub const ATTRIBUTES_MAX: usize = 64;

/// The most bytes of one element's attributes.
pub const ATTRIBUTE_BYTES_MAX: usize = 16 << 10;

/// The most namespace declarations in force at one place.
pub const NAMESPACES_MAX: usize = 128;

/// The longest entity reference, such as `&#x10FFFF;`, in bytes.
pub const REFERENCE_BYTES_MAX: usize = 12;

/// The most findings reported for one document; one more says that there were others.
pub const FINDINGS_MAX: usize = 200;

/// The most elements outside the table that are reported one by one.
pub const UNKNOWN_ELEMENTS_MAX: usize = 20;

/// The most names of other documents listed from a container.
pub const OTHER_DOCUMENTS_MAX: usize = 1_000;

/// How much of a text found in a document a message shows, in characters.
pub const SHOWN_CHARS_MAX: usize = 40;

/// How much of a namespace a message shows, in characters.
pub const NAMESPACE_CHARS_MAX: usize = 120;

/// The most documents in one package.
pub const DOCUMENTS_MAX: usize = 1_000;
