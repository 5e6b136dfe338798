//! A mapping laid over a structure: for each element of a type, the row that takes it into a record.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::OnceLock;

use declaration::{Declaration, Field};

use super::{Node, Row, What, album, compile, eec_goods, eec_transit, taxpayer, wco};
use crate::structure::content::Cursor;
use crate::structure::value::Value;
use crate::structure::{Holds, Root, Type, roots};

/// A type seen with the rows that read it into a record.
#[derive(Debug)]
pub(crate) struct Map {
    /// For each element of the type, where it goes; none where the record has no field for it.
    pub(crate) elements: Vec<Option<Spot>>,
    /// The same for each attribute.
    pub(crate) attributes: Vec<Option<&'static Node>>,
    /// The same for the text of an element that has attributes.
    pub(crate) text: Option<&'static Node>,
}

impl Map {
    /// Whether an element of the type may be empty.
    pub(crate) fn is_empty_allowed(&self, kind: &'static Type) -> bool {
        kind.value.is_none() && kind.content.missing(Cursor::default()).is_empty()
    }
}

/// Where an element goes.
#[derive(Debug)]
pub(crate) struct Spot {
    pub(crate) node: &'static Node,
    /// What is in it, where it holds more than a value.
    pub(crate) below: Option<Map>,
    /// The values of earlier elements that take the same field where it fits them: writing would choose
    /// those.
    pub(crate) rivals: Vec<&'static Value>,
}

impl Spot {
    /// Whether other elements could take the field.
    pub(crate) fn has_rivals(&self) -> bool {
        self.node.row.if_fits || !self.rivals.is_empty()
    }
}

/// The element of a row that means the text of the element around.
pub(crate) const TEXT: &str = "=";

/// A table of rows as a declaration is read by it.
struct Table {
    /// The kinds of document read by it.
    kinds: &'static [&'static str],
    rows: &'static [Row],
    /// Where the document has lists and the declaration fields: out of the lists, and back into them.
    gather: Option<fn(&mut Declaration)>,
    spread: Option<fn(&mut Declaration)>,
}

/// Documents that are declarations, whatever their format, and the rows that read them.
static TABLES: &[Table] = &[
    Table { kinds: &["declaration"], rows: album::DECLARATION, gather: None, spread: None },
    Table {
        kinds: &["wco_message"],
        rows: wco::MESSAGE,
        gather: Some(wco::gather),
        spread: Some(wco::spread),
    },
    Table {
        kinds: &["eec_goods"],
        rows: eec_goods::DECLARATION,
        gather: Some(taxpayer::by_country),
        spread: Some(taxpayer::as_one),
    },
    Table {
        kinds: &["eec_transit"],
        rows: eec_transit::DECLARATION,
        gather: Some(taxpayer::by_country),
        spread: Some(taxpayer::as_one),
    },
];

/// Takes what the document has in lists into the fields the declaration has for it.
pub(crate) fn gather(root: &'static Root, declaration: &mut Declaration) {
    let table = TABLES.iter().find(|table| table.kinds.contains(&root.kind));
    if let Some(gather) = table.and_then(|table| table.gather) {
        gather(declaration);
    }
}

/// The declaration as the document has it, where that differs.
pub(crate) fn spread<'d>(root: &'static Root, declaration: &'d Declaration) -> Cow<'d, Declaration> {
    let table = TABLES.iter().find(|table| table.kinds.contains(&root.kind));
    match table.and_then(|table| table.spread) {
        Some(spread) => {
            let mut whole = declaration.clone();
            spread(&mut whole);
            Cow::Owned(whole)
        }
        None => Cow::Borrowed(declaration),
    }
}

/// How a document is read into a declaration; none for documents that are kept as forms.
pub(crate) fn declaration_map(root: &'static Root) -> Option<&'static Map> {
    /// By edition and kind; each is laid when its first document comes.
    type Maps = HashMap<(&'static str, &'static str), OnceLock<Option<Map>>>;
    static MAPS: OnceLock<Maps> = OnceLock::new();
    let maps = MAPS.get_or_init(|| {
        let kinds = TABLES.iter().flat_map(|table| table.kinds);
        let of_kind = |kind: &'static str| roots().iter().filter(move |root| root.kind == kind);
        kinds
            .flat_map(|kind| of_kind(kind))
            .map(|root| ((root.edition.name, root.kind), OnceLock::new()))
            .collect()
    });
    let map = maps.get(&(root.edition.name, root.kind))?;
    map.get_or_init(|| {
        let table = TABLES.iter().find(|table| table.kinds.contains(&root.kind))?;
        Some(lay(nodes_of(table), root.content()?, &mut Vec::new()))
    })
    .as_ref()
}

/// The rows of ESADout_CU, which older versions are read by without a structure.
pub(crate) fn album_nodes() -> &'static [Node] {
    TABLES.first().map_or(&[], nodes_of)
}

/// The compiled rows of every table.
#[cfg(test)]
pub(crate) fn all_nodes() -> impl Iterator<Item = &'static [Node]> {
    TABLES.iter().map(nodes_of)
}

fn nodes_of(table: &'static Table) -> &'static [Node] {
    static NODES: OnceLock<Vec<Vec<Node>>> = OnceLock::new();
    let fields: &'static [Field] = Declaration::FIELDS;
    let all = NODES.get_or_init(|| TABLES.iter().map(|table| compile(table.rows, fields)).collect());
    let at = TABLES.iter().position(|there| there.kinds == table.kinds);
    at.and_then(|at| all.get(at)).map_or(&[], Vec::as_slice)
}

/// Lays rows over a type. Rows of older versions are passed over: an element of the structure is read
/// by the newest row of its name.
fn lay(nodes: &'static [Node], content: &'static Type, earlier: &mut Vec<(usize, &'static Value)>) -> Map {
    let find = |name: &str| nodes.iter().rfind(|node| node.element == name && node.row.until == u8::MAX);
    let elements = content.elements.iter().map(|element| {
        let node = find(element.name)?;
        let (below, rivals) = match (&element.holds, node.what) {
            (Holds::Type(held), What::Group) => (Some(lay(&node.children, held, earlier)), Vec::new()),
            (Holds::Type(held), What::Record { .. }) => {
                (Some(lay(&node.children, held, &mut Vec::new())), Vec::new())
            }
            (Holds::Value(value), What::Leaf { field, .. }) => {
                let rivals = earlier.iter().filter(|(there, _)| *there == field).map(|(_, value)| *value);
                let rivals = rivals.collect();
                if node.row.if_fits {
                    earlier.push((field, value));
                }
                (None, rivals)
            }
            (Holds::Value(_), What::Fixed(_) | What::Beside) => (None, Vec::new()),
            // A row that does not suit the structure is as good as none; a test holds that there is none.
            _ => return None,
        };
        Some(Spot { node, below, rivals })
    });
    let elements = elements.collect();
    let attributes = content
        .attributes
        .iter()
        .map(|attribute| nodes.iter().find(|node| node.element.strip_prefix('@') == Some(attribute.name)))
        .collect();
    Map { elements, attributes, text: find(TEXT) }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Names of rows, with those around, that no element of the structure has.
    fn unused(nodes: &'static [Node], content: &'static Type, above: &str, found: &mut Vec<String>) {
        for node in nodes.iter().filter(|node| node.row.until == u8::MAX) {
            let name = format!("{above}/{}", node.element);
            if node.element == TEXT {
                assert!(content.value.is_some(), "{name}");
            } else if let Some(attribute) = node.element.strip_prefix('@') {
                assert!(content.attributes.iter().any(|there| there.name == attribute), "{name}");
            } else {
                match content.elements.iter().find(|element| element.name == node.element) {
                    None => found.push(name),
                    Some(element) => match (&element.holds, node.what) {
                        (Holds::Type(held), What::Group | What::Record { .. }) => {
                            unused(&node.children, held, &name, found);
                        }
                        (Holds::Value(_), What::Leaf { .. } | What::Fixed(_) | What::Beside) => {}
                        _ => found.push(format!("{name} does not suit")),
                    },
                }
            }
        }
    }

    #[test]
    fn every_row_of_today_reads_an_element_of_its_structure() {
        for root in roots() {
            let Some(table) = TABLES.iter().find(|table| table.kinds.contains(&root.kind)) else { continue };
            assert!(declaration_map(root).is_some(), "{}", root.kind);
            let mut found = Vec::new();
            unused(nodes_of(table), root.content().unwrap(), "", &mut found);
            if root.edition.name == "album-5.27" {
                // Transit is gone from there.
                found.retain(|name| !TRANSIT.iter().any(|gone| name.contains(gone)));
            }
            assert_eq!(found, [""; 0], "{} {}", root.edition.name, root.kind);
        }
    }

    const TRANSIT: [&str; 12] = [
        "TransitFeature",
        "TransitDirectionCode",
        "SealQuantity",
        "SealId",
        "RecipientCountryCode",
        "ESADout_CUCarrier",
        "TDGuarantee",
        "DateExpectedArrival",
        "TimeExpectedArrival",
        "PPBorderCustoms",
        "TDDeliveryPlace",
        "ESADout_CUReloadingInfo",
    ];
}
