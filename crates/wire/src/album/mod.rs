//! Documents of the album of formats: the table, and reading and writing by it.

mod markup;
mod namespaces;
mod reader;
pub(crate) mod row;
mod table;
mod writer;

use std::sync::OnceLock;

use declaration::Declaration;

use row::Node;

pub(crate) use reader::read;
pub(crate) use writer::write;

/// The table of ESADout_CU, compiled once.
pub(crate) fn tree() -> &'static [Node] {
    static TREE: OnceLock<Vec<Node>> = OnceLock::new();
    TREE.get_or_init(|| row::compile(table::DECLARATION, Declaration::FIELDS))
}

#[cfg(test)]
mod tests;
