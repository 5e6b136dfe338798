//! Which goods a declaration is about, whatever papers it comes as: so that a declaration withdrawn from under a
//! look cannot be filed anew past it.

use std::collections::BTreeSet;

use declaration::{Declaration, Mass};
use risk::Lane;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::case::CaseId;

/// An earlier declaration of the same consignment that was withdrawn while somebody was to look at it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Withdrawn {
    /// Its case.
    pub case: CaseId,
    /// The lane it was in: the goods are looked at no less now.
    pub lane: Lane,
}

/// Documents of box 44 that name a consignment begin so: of transport and of trade, in the union's classifier
/// (decision 378 of 20.09.2010) and in the data element 1001 of UN/EDIFACT.
const OF_THE_CONSIGNMENT: &[&str] = &["02", "04", "N7", "N325", "N380", "N935"];
/// Marks of one declaration: registers name thousands of parcels.
const MARKS_MAX: usize = 4_096;
/// Shorter numbers name nothing by themselves.
const NUMBER_CHARS_MIN: usize = 4;

/// What the goods of a declaration can be known by again: containers, transport documents, invoices; and what they
/// are and weigh.
pub fn marks(declaration: &Declaration) -> BTreeSet<String> {
    let mut marks = BTreeSet::new();
    let mut add = |what: &str, number: &str| {
        let number: String =
            number.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_uppercase).collect();
        if number.chars().count() >= NUMBER_CHARS_MIN && marks.len() < MARKS_MAX {
            marks.insert(format!("{what}:{number}"));
        }
    };
    let mut codes = Vec::with_capacity(declaration.items.len());
    let mut mass = Decimal::ZERO;
    for item in &declaration.items {
        for number in item.containers.iter().flat_map(|container| &container.numbers) {
            add("container", number.as_str());
        }
        for document in &item.documents {
            let (Some(kind), Some(number)) = (&document.kind, &document.number) else { continue };
            if OF_THE_CONSIGNMENT.iter().any(|begin| kind.as_str().starts_with(begin)) {
                add("document", number.as_str());
            }
        }
        codes.extend(item.commodity_code.as_ref().map(|code| code.as_str()));
        mass = mass.saturating_add(item.mass_gross.map(Mass::get).unwrap_or_default());
    }
    codes.sort_unstable();
    codes.dedup();
    if mass > Decimal::ZERO {
        marks.insert(format!("goods:{}:{}", codes.join("+"), mass.normalize()));
    }
    marks
}

#[cfg(test)]
mod tests {
    use super::*;

    fn declaration(invoice: &str, gross: i64) -> Declaration {
        let mut declaration = Declaration::default();
        let mut item = declaration::Item {
            commodity_code: declaration::Leaf::parse("8517130000").ok(),
            mass_gross: Some(Mass::from_decimal(Decimal::from(gross))),
            ..declaration::Item::default()
        };
        for (kind, number) in [("04021", invoice), ("01191", "RU-1")] {
            item.documents.push(declaration::Document {
                kind: declaration::Leaf::parse(kind).ok(),
                number: declaration::Leaf::parse(number).ok(),
                ..declaration::Document::default()
            });
        }
        declaration.items.push(item);
        declaration
    }

    #[test]
    fn the_same_consignment_is_known_by_its_papers_or_by_what_it_is() {
        let first = marks(&declaration("INV-2026/77", 100));
        let shares = |other: &Declaration| !first.is_disjoint(&marks(other));
        assert!(shares(&declaration("inv 2026 77", 90)), "the invoice, written otherwise");
        assert!(shares(&declaration("B-1001", 100)), "another invoice, the same goods of the same mass");
        assert!(!shares(&declaration("B-1001", 90)), "a permit is of many consignments");
        assert!(!shares(&Declaration::default()));
    }
}
