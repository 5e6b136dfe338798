//! XML in and out: the same structures and mappings, walked in both directions.

mod markup;
mod namespaces;
mod reader;
mod writer;

pub(crate) use reader::{Origin, further, read};
pub(crate) use writer::{write_declaration, write_form};

#[cfg(test)]
pub(crate) mod tests;
#[cfg(test)]
pub(crate) use tests::some_document;
