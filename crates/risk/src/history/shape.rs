//! The shape of the columns: which column holds which field, read off the table of fields once.

use std::sync::OnceLock;

use aws_lc_rs::digest;
use declaration::{Declaration, Field, LeafKind, Shape};

use crate::lane::Lane;
use crate::language::{NAMED, named_of_line};
use crate::profile::Measure;

/// Counts the versions of how columns are written: another one makes every segment be built again.
const FORMAT: u32 = 3;

/// What the field of a node is stored as. Slots are numbers of columns.
#[derive(Debug, Clone, Copy)]
pub(super) enum Child {
    /// At most one value, in the row of its record.
    Leaf { slot: usize },
    /// Any number of values, one after another; how many, in the row of the record.
    Leaves { counts: usize, slot: usize },
    /// At most one record, in the same row; whether it is there.
    One { presence: usize, node: usize },
    /// Any number of records, in rows of their own; how many, in the row of the record above.
    Many { counts: usize, node: usize },
}

/// A record in the tree of fields.
#[derive(Debug)]
pub(super) struct Node {
    /// By field, in the order of the table.
    pub(super) children: Vec<Child>,
    /// Whose rows its rows are: a node that stands at most once shares those of the record above.
    #[cfg(test)]
    level: usize,
}

/// What a slot holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Slot {
    Values(LeafKind),
    Counts,
    Presence,
}

/// Where a named value stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Name {
    pub(super) slot: usize,
    /// In the rows of lines of goods; else in those of declarations.
    pub(super) of_line: bool,
}

/// Every column a declaration can need.
#[derive(Debug)]
pub(super) struct Columns {
    /// The declaration is node 0.
    pub(super) nodes: Vec<Node>,
    pub(super) slots: Vec<Slot>,
    /// The node of a line of goods.
    pub(super) item: usize,
    /// Where it stands how many lines a declaration has.
    pub(super) items: usize,
    /// The commodity code of a line.
    pub(super) commodity_code: usize,
    /// By row of the table of named values: its column.
    pub(super) named: Vec<Name>,
    /// The column of the movement, by which rates of chance differ.
    pub(super) kind: usize,
    /// SHA-256 of all that decides how a segment is to be read.
    pub(super) digest: [u8; 32],
}

/// The columns; made once.
pub(super) fn columns() -> &'static Columns {
    static COLUMNS: OnceLock<Columns> = OnceLock::new();
    COLUMNS.get_or_init(Columns::of_table)
}

impl Columns {
    fn of_table() -> Self {
        let mut made = Self {
            nodes: Vec::new(),
            slots: Vec::new(),
            item: usize::MAX,
            items: usize::MAX,
            commodity_code: usize::MAX,
            named: Vec::new(),
            kind: usize::MAX,
            digest: [0; 32],
        };
        let mut listing = format!("format {FORMAT}\n");
        made.add(Declaration::FIELDS, 0, "", &mut listing);
        for (row, named) in NAMED.iter().enumerate() {
            let name = Name { slot: made.slot(Slot::Values(named.kind)), of_line: named_of_line(row) };
            if named.path == "declaration.kind" {
                made.kind = name.slot;
            }
            listing.push_str(&format!("{} {:?} {}\n", named.path, named.kind, name.of_line));
            made.named.push(name);
        }
        listing.push_str(&format!(
            "{:?} {:?}\n",
            Measure::ALL,
            [Lane::Green, Lane::Blue, Lane::Yellow, Lane::Red]
        ));
        let hash = digest::digest(&digest::SHA256, listing.as_bytes());
        made.digest.iter_mut().zip(hash.as_ref()).for_each(|(byte, from)| *byte = *from);
        made
    }

    fn slot(&mut self, slot: Slot) -> usize {
        self.slots.push(slot);
        self.slots.len() - 1
    }

    fn add(&mut self, fields: &'static [Field], level: usize, above: &str, listing: &mut String) -> usize {
        let node = self.nodes.len();
        // A list's records are rows of their own: the node is its own level, told by `usize::MAX`.
        let level = if level == usize::MAX { node } else { level };
        self.nodes.push(Node {
            children: Vec::new(),
            #[cfg(test)]
            level,
        });
        let mut children = Vec::with_capacity(fields.len());
        for field in fields {
            let path = format!("{above}/{}", field.name);
            listing.push_str(&format!("{path} {:?}\n", field.shape.leaf()));
            let child = match field.shape {
                Shape::Leaf(kind) => Child::Leaf { slot: self.slot(Slot::Values(kind)) },
                Shape::Leaves(kind) => {
                    Child::Leaves { counts: self.slot(Slot::Counts), slot: self.slot(Slot::Values(kind)) }
                }
                Shape::One(inner) => {
                    let presence = self.slot(Slot::Presence);
                    Child::One { presence, node: self.add(inner.all(), level, &path, listing) }
                }
                Shape::Many(inner) => {
                    let counts = self.slot(Slot::Counts);
                    Child::Many { counts, node: self.add(inner.all(), usize::MAX, &path, listing) }
                }
            };
            match (path.as_str(), child) {
                ("/items", Child::Many { counts, node }) => (self.items, self.item) = (counts, node),
                ("/items/commodity_code", Child::Leaf { slot }) => self.commodity_code = slot,
                _ => {}
            }
            children.push(child);
        }
        if let Some(made) = self.nodes.get_mut(node) {
            made.children = children;
        }
        node
    }

    /// A field of a node.
    pub(super) fn child(&self, node: usize, field: usize) -> Option<Child> {
        self.nodes.get(node)?.children.get(field).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_field_has_a_column_and_every_list_rows_of_its_own() {
        let made = columns();
        let fields = declaration::catalogue().iter().count();
        assert_eq!(made.nodes.iter().map(|node| node.children.len()).sum::<usize>(), fields);
        assert!(made.slots.len() >= fields + NAMED.len());
        assert!(made.named.len() == NAMED.len() && made.named.iter().any(|name| name.slot == made.kind));
        let code = made.nodes[made.item]
            .children
            .iter()
            .any(|child| matches!(child, Child::Leaf { slot } if *slot == made.commodity_code));
        assert!(code && made.nodes[made.item].level == made.item);
        for (at, node) in made.nodes.iter().enumerate() {
            for child in &node.children {
                match child {
                    Child::One { node: below, .. } => assert_eq!(made.nodes[*below].level, node.level),
                    Child::Many { node: below, .. } => assert_eq!(made.nodes[*below].level, *below),
                    Child::Leaf { .. } | Child::Leaves { .. } => {}
                }
            }
            assert!(node.level <= at);
        }
    }
}
