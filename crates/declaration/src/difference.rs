//! What differs between two versions of a record, field by field.
//!
//! Both are walked over their tables of fields. Entries of a list are the same entry where they stand at the
//! same place; lines of goods where they have the same number, as long as the numbers ascend in both.
//! What stands beside a record ([`Record::further`]) is walked too.

use crate::leaf::Value;
use crate::path::Path;
use crate::record::{Record, Shape};

/// One field that is not the same in both versions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// The field. A line of goods that only one version has keeps its place between its neighbours: of the
    /// lines 1, 2 and 3 without the second, the third is still `items/3`.
    pub path: Path,
    /// What it was; none where there was nothing. Empty for an entry that was there and said nothing.
    pub before: Option<String>,
    /// What it is; the same.
    pub after: Option<String>,
}

/// The field that tells lines of goods apart.
const NUMBER: &str = "number";
/// The lists whose entries are told apart by it.
const NUMBERED: &str = "items";
/// The name of the form beside a record, in paths.
const FURTHER: &str = "further";

/// Every field that differs, in the order of the form.
pub fn difference(before: &dyn Record, after: &dyn Record) -> Vec<Change> {
    let mut changes = Vec::new();
    compare(Some(before), Some(after), &Path::root(), &mut changes);
    changes
}

fn compare(before: Option<&dyn Record>, after: Option<&dyn Record>, path: &Path, changes: &mut Vec<Change>) {
    for field in both_fields(before, after) {
        let below = path.field(field.name);
        let is_list = field.shape.is_list();
        let places = if field.name == NUMBERED && matches!(field.shape, Shape::Many(_)) {
            numbered(before, after, &field)
        } else {
            let count = count(before, field.before).max(count(after, field.after));
            (0..count).map(|nth| (Some(nth), Some(nth))).collect()
        };
        for (place, (was, is)) in places.into_iter().enumerate() {
            let path = if is_list { below.at(place) } else { below.clone() };
            if field.shape.leaf().is_some() {
                let was = value(before, field.before, was);
                let is = value(after, field.after, is);
                if was != is {
                    let text = |value: Option<Value<'_>>| value.map(|value| value.to_string());
                    changes.push(Change { path, before: text(was), after: text(is) });
                }
            } else {
                let was = record(before, field.before, was);
                let is = record(after, field.after, is);
                compare_entries(was, is, &path, changes);
            }
        }
    }
    let (was, is) = (before.and_then(Record::further), after.and_then(Record::further));
    let as_record = |form| form as &dyn Record;
    if was.is_some() || is.is_some() {
        compare_entries(was.map(as_record), is.map(as_record), &path.field(FURTHER), changes);
    }
}

/// Compares two entries; one that says nothing is itself the change where the other is not like it.
fn compare_entries(
    before: Option<&dyn Record>,
    after: Option<&dyn Record>,
    path: &Path,
    changes: &mut Vec<Change>,
) {
    let says_nothing = |record: Option<&dyn Record>| record.is_some_and(Record::is_empty);
    let (was, is) = (says_nothing(before), says_nothing(after));
    if was != is {
        let text = |nothing: bool| nothing.then(String::new);
        changes.push(Change { path: path.clone(), before: text(was), after: text(is) });
    }
    compare(before, after, path, changes);
}

/// A field of either record, and where it stands in each.
struct Both {
    name: &'static str,
    shape: Shape,
    before: Option<usize>,
    after: Option<usize>,
}

/// The fields of both: by place where the table is the same, by name where it is not.
fn both_fields(before: Option<&dyn Record>, after: Option<&dyn Record>) -> Vec<Both> {
    let fields = |record: Option<&dyn Record>| record.map_or(&[][..], Record::fields);
    let (was, is) = (fields(before), fields(after));
    let same = was.is_empty() || is.is_empty() || std::ptr::eq(was, is);
    let first = was.iter().enumerate().map(|(at, field)| Both {
        name: field.name,
        shape: field.shape,
        before: Some(at),
        after: if same { Some(at) } else { is.iter().position(|there| there.name == field.name) },
    });
    let only_after = is
        .iter()
        .enumerate()
        .filter(|(_, field)| was.is_empty() || (!same && !was.iter().any(|there| there.name == field.name)));
    let second = only_after.map(|(at, field)| Both {
        name: field.name,
        shape: field.shape,
        before: None,
        after: Some(at),
    });
    first.chain(second).collect()
}

fn count(record: Option<&dyn Record>, field: Option<usize>) -> usize {
    record.zip(field).map_or(0, |(record, field)| record.count(field))
}

fn value(record: Option<&dyn Record>, field: Option<usize>, nth: Option<usize>) -> Option<Value<'_>> {
    record?.value(field?, nth?)
}

fn record(record: Option<&dyn Record>, field: Option<usize>, nth: Option<usize>) -> Option<&dyn Record> {
    record?.record(field?, nth?)
}

/// The places of lines of goods in both versions, in the order of their numbers.
fn numbered(
    before: Option<&dyn Record>,
    after: Option<&dyn Record>,
    field: &Both,
) -> Vec<(Option<usize>, Option<usize>)> {
    let (was, is) = (numbers(before, field.before), numbers(after, field.after));
    let (Some(was), Some(is)) = (was, is) else {
        let count = count(before, field.before).max(count(after, field.after));
        return (0..count).map(|nth| (Some(nth), Some(nth))).collect();
    };
    let mut places = Vec::with_capacity(was.len().max(is.len()));
    let (mut left, mut right) = (0, 0);
    loop {
        match (was.get(left), is.get(right)) {
            (None, None) => return places,
            (Some(number), Some(other)) if number == other => {
                places.push((Some(left), Some(right)));
                left += 1;
                right += 1;
            }
            (Some(number), other) if other.is_none_or(|other| number < other) => {
                places.push((Some(left), None));
                left += 1;
            }
            _ => {
                places.push((None, Some(right)));
                right += 1;
            }
        }
    }
}

/// The numbers of the entries, where each has one and they ascend.
fn numbers(holder: Option<&dyn Record>, field: Option<usize>) -> Option<Vec<i64>> {
    let number = |nth: usize| {
        let entry = record(holder, field, Some(nth))?;
        match entry.value(entry.index_of(NUMBER)?, 0)? {
            Value::Integer(number) => Some(number),
            _ => None,
        }
    };
    let numbers: Vec<i64> = (0..count(holder, field)).map(number).collect::<Option<_>>()?;
    numbers.is_sorted_by(|one, next| one < next).then_some(numbers)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::leaf::Leaf;
    use crate::model::{Declaration, Document, Item};
    use crate::quantity::Mass;

    fn item(number: u32, mass: &str) -> Item {
        Item { number: Some(number), mass_net: Mass::parse(mass).ok(), ..Item::default() }
    }

    fn shown(before: &Declaration, after: &Declaration) -> Vec<String> {
        let text = |value: Option<String>| value.unwrap_or("–".to_owned());
        difference(before, after)
            .into_iter()
            .map(|change| format!("{}: {} → {}", change.path, text(change.before), text(change.after)))
            .collect()
    }

    #[test]
    fn lines_of_goods_are_compared_by_their_number() {
        let before = Declaration {
            items: vec![item(1, "10"), item(2, "20"), item(3, "30")],
            ..Declaration::default()
        };
        let after = Declaration {
            items: vec![item(1, "10"), item(3, "31"), item(4, "40")],
            ..Declaration::default()
        };
        assert_eq!(
            shown(&before, &after),
            [
                "items/2/number: 2 → –",
                "items/2/mass_net: 20 → –",
                "items/3/mass_net: 30 → 31",
                "items/4/number: – → 4",
                "items/4/mass_net: – → 40",
            ]
        );
        assert_eq!(shown(&before, &before), [""; 0]);
    }

    #[test]
    fn numbers_that_do_not_ascend_are_no_names() {
        let before = Declaration { items: vec![item(1, "10"), item(1, "20")], ..Declaration::default() };
        let after = Declaration { items: vec![item(1, "11"), item(1, "20")], ..Declaration::default() };
        assert_eq!(shown(&before, &after), ["items/1/mass_net: 10 → 11"]);
    }

    #[test]
    fn an_entry_that_says_nothing_is_a_change_itself() {
        let mut with = item(1, "10");
        with.documents.push(Document::default());
        let before = Declaration { items: vec![item(1, "10")], ..Declaration::default() };
        let after = Declaration { items: vec![with], ..Declaration::default() };
        assert_eq!(shown(&before, &after), ["items/1/documents/1: – → "]);
        assert_eq!(shown(&after, &before), ["items/1/documents/1:  → –"]);
    }
}
