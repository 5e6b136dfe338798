//! XML in and out: the same structures and mappings, walked in both directions.

mod markup;
mod namespaces;
mod reader;
mod tokens;
mod writer;

pub(crate) use reader::{Origin, read};
pub(crate) use writer::{write_declaration, write_form};

#[cfg(test)]
mod tests;
