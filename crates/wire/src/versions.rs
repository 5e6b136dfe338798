//! Versions of declarations with everything the album has: what differs between them is all that differs.

use std::collections::BTreeMap;

use declaration::{Alteration, Change, Declaration, Path, Record, correct, difference};
use proptest::prelude::*;

use crate::dice::Dice;
use crate::xml::tests::declaration_for_the_album;

/// A record as a tree of names and places.
#[derive(Debug, Clone, PartialEq)]
enum Tree {
    Value(String),
    Entries(BTreeMap<String, Tree>),
}

/// Places as text of one width, so that they are in order.
fn place(nth: usize) -> String {
    format!("{nth:05}")
}

/// The numbers of the items of both versions, where they ascend in both.
fn common_numbers(before: &Declaration, after: &Declaration) -> Option<Vec<u32>> {
    let numbers = |of: &Declaration| {
        let numbers: Option<Vec<u32>> = of.items.iter().map(|item| item.number).collect();
        numbers.filter(|numbers| numbers.windows(2).all(|pair| pair[0] < pair[1]))
    };
    let mut all = numbers(before)?;
    all.extend(numbers(after)?);
    all.sort_unstable();
    all.dedup();
    Some(all)
}

fn tree(record: &dyn Record, numbers: Option<&[u32]>) -> Tree {
    let mut entries = BTreeMap::new();
    for (field, row) in record.fields().iter().enumerate() {
        let mut list = BTreeMap::new();
        for nth in 0..record.count(field) {
            let below = match record.value(field, nth) {
                Some(value) => Tree::Value(value.to_string()),
                None => tree(record.record(field, nth).unwrap(), None),
            };
            let at = match (numbers, row.name, record.record(field, nth)) {
                (Some(numbers), "items", Some(item)) => {
                    let number = item.value(item.index_of("number").unwrap(), 0).unwrap().to_string();
                    numbers.iter().position(|other| other.to_string() == number).unwrap()
                }
                _ => nth,
            };
            if row.shape.is_list() {
                list.insert(place(at + 1), below);
            } else {
                entries.insert(row.name.to_owned(), below);
            }
        }
        if !list.is_empty() {
            entries.insert(row.name.to_owned(), Tree::Entries(list));
        }
    }
    if let Some(form) = record.further() {
        entries.insert("further".to_owned(), tree(form, None));
    }
    Tree::Entries(entries)
}

/// Puts a value or an entry that says nothing at a path, or takes away what is there.
fn put(tree: &mut Tree, path: &[String], value: Option<Tree>) {
    let Tree::Entries(entries) = tree else { panic!("{path:?} below a value") };
    let (first, rest) = path.split_first().unwrap();
    if rest.is_empty() {
        match value {
            Some(value) => entries.insert(first.clone(), value),
            None => entries.remove(first),
        };
        return;
    }
    let below = entries.entry(first.clone()).or_insert_with(|| Tree::Entries(BTreeMap::new()));
    put(below, rest, value);
    // What has nothing left is not there.
    if *below == Tree::Entries(BTreeMap::new()) {
        entries.remove(first);
    }
}

fn applied(before: Tree, changes: &[Change]) -> Tree {
    let mut tree = before;
    let steps = |path: &Path| -> Vec<String> {
        let step = |part: &str| part.parse().map_or(part.to_owned(), place);
        path.as_str().split('/').map(step).collect()
    };
    // An entry that says nothing is there because it is said to be: first those that are no more.
    let (entries, values): (Vec<&Change>, Vec<&Change>) = changes
        .iter()
        .partition(|change| change.before.as_deref() == Some("") || change.after.as_deref() == Some(""));
    for change in entries.iter().filter(|change| change.after.is_none()) {
        put(&mut tree, &steps(&change.path), None);
    }
    for change in values {
        put(&mut tree, &steps(&change.path), change.after.clone().map(Tree::Value));
    }
    for change in entries.iter().filter(|change| change.after.is_some()) {
        put(&mut tree, &steps(&change.path), Some(Tree::Entries(BTreeMap::new())));
    }
    tree
}

/// Numbers that ascend, with gaps.
fn number(declaration: &mut Declaration, dice: &mut Dice) {
    let mut next = 0;
    for item in &mut declaration.items {
        next += 1 + u32::try_from(dice.below(3)).unwrap();
        item.number = Some(next);
    }
}

/// The declaration with some of its fields exchanged for those of another.
fn mixed(of: &Declaration, other: &Declaration, dice: &mut Dice) -> Declaration {
    let mut mixed = of.clone();
    if dice.below(2) == 0 {
        mixed.consignee = other.consignee.clone();
        mixed.further = other.further.clone();
    }
    if dice.below(2) == 0 && !mixed.items.is_empty() {
        mixed.items.remove(dice.below(mixed.items.len()));
    }
    for item in &mut mixed.items {
        if let Some(there) = other.items.first() {
            match dice.below(4) {
                0 => item.documents = there.documents.clone(),
                1 => item.further = there.further.clone(),
                2 => item.mass_net = there.mass_net,
                _ => {}
            }
        }
    }
    mixed
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_changes_applied_to_one_version_make_the_other(seed: u64, numbered: bool, related: bool) {
        let mut dice = Dice(seed);
        let (mut before, mut after) = (declaration_for_the_album(seed), declaration_for_the_album(!seed));
        for (of, seed) in [(&mut before, seed), (&mut after, !seed)] {
            for more in 0..dice.below(4) as u64 {
                of.items.extend(declaration_for_the_album(seed.wrapping_add(more + 1)).items);
            }
        }
        if numbered {
            number(&mut before, &mut dice);
            number(&mut after, &mut dice);
        }
        if related {
            after = mixed(&before, &after, &mut dice);
        }
        let changes = difference(&before, &after);
        prop_assert_eq!(changes.is_empty(), before == after);
        let numbers = common_numbers(&before, &after);
        let numbers = numbers.as_deref();
        prop_assert_eq!(applied(tree(&before, numbers), &changes), tree(&after, numbers));
        prop_assert_eq!(difference(&after, &after), vec![]);
    }

    #[test]
    fn a_correction_that_states_what_is_there_changes_nothing(seed: u64) {
        let mut base = declaration_for_the_album(seed);
        number(&mut base, &mut Dice(seed));
        // The totals as the declaration's own lines make them.
        base.package_count = None;
        base.customs_value_total = None;
        base.invoice_total = None;
        base.payments.clear();
        base.items.iter_mut().for_each(|item| item.payments.clear());
        base.item_count = Some(u32::try_from(base.items.len()).unwrap());
        let correction = declaration::Correction { corrected: base.clone(), ..Default::default() };
        // A line that states nothing but its number is taken out: none of those is here.
        prop_assume!(base.items.iter().all(|item| item.count(item.index_of("description").unwrap()) > 0));
        let made = correct(&base, &correction).unwrap();
        prop_assert_eq!(difference(&base, &made), vec![]);
    }

    #[test]
    fn whatever_a_correction_has_is_understood_or_a_finding(seed: u64) {
        let root = crate::structure::roots()
            .iter()
            .find(|root| root.edition.name == "album-5.23" && root.kind == "correction")
            .unwrap();
        let text = crate::xml::tests::some_document(root, seed);
        let document = crate::read(text.as_bytes()).unwrap();
        let paper = document.paper().unwrap();
        // The paper itself comes back whole.
        let again = crate::read(crate::write_paper(paper).unwrap().as_bytes()).unwrap();
        prop_assert_eq!(again.paper(), Some(paper));
        match crate::alteration_of(paper) {
            Ok(Alteration::Correction(correction)) => {
                let items = paper.form.forms("shipment").flat_map(|shipment| shipment.forms("items")).count();
                prop_assert_eq!(correction.corrected.items.len(), items);
                prop_assert_eq!(correction.items.len(), items);
                let mut base = declaration_for_the_album(!seed);
                number(&mut base, &mut Dice(seed));
                // Random totals do not agree; what matters is that all that disagrees is named.
                match correct(&base, &correction) {
                    Ok(made) => prop_assert_eq!(made.item_count, u32::try_from(made.items.len()).ok()),
                    Err(findings) => prop_assert!(findings.iter().all(|f| f.code.starts_with("GL-11"))),
                }
            }
            Ok(other) => prop_assert!(false, "{:?}", other),
            Err(findings) => prop_assert!(findings.iter().all(|finding| finding.code == "GL-1001")),
        }
    }
}
