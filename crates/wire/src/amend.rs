//! An amendment of the WCO's data model applied to the declaration it amends.
//!
//! An amendment says by pointers what changes, and carries the new content at the same place. What it points
//! at and does not carry is taken out. What it carries and does not point at changes nothing: messages repeat
//! parts of the declaration so that their structure is whole.

use declaration::{Declaration, Form, Path, Record};

use crate::mapping::wco;
use crate::pointers::{Place, Pointer, Step, path_of, place};

/// A declaration after an amendment.
#[derive(Debug, Clone, PartialEq)]
pub struct Amended {
    /// The declaration as it is now.
    pub declaration: Declaration,
    /// The fields and records that are not as they were, in the order of the amendment.
    pub changed: Vec<Path>,
    /// The changes asked for that could not be made, as paths in the amendment (`amendments/2`): their
    /// pointers name nothing in the data model, or a place the declaration does not have.
    pub refused: Vec<Path>,
}

/// Changes one amendment may ask for; each looks at all others.
const CHANGES_MAX: usize = 1_000;
/// What an amendment says of itself and cannot say of the declaration.
const OWN: [&str; 2] = ["function", "direction"];

/// Applies an amendment to the declaration it amends. The function, the references and the type of the
/// message are the amendment's own and change only where a pointer names them.
pub fn amend(declaration: &Declaration, amendment: &Declaration) -> Amended {
    // Pointers count the entries of the document's lists.
    let (mut before, mut new) = (declaration.clone(), amendment.clone());
    wco::spread(&mut before);
    wco::spread(&mut new);
    let mut now = before.clone();

    let beyond = amendment.amendments.len().saturating_sub(CHANGES_MAX);
    let chains = amendment.amendments.iter().map(|one| {
        let chain: Option<Vec<Pointer>> = one.pointers.iter().map(Pointer::of).collect();
        chain.and_then(|chain| place(&chain))
    });
    let places: Vec<Option<Place>> =
        chains.take(CHANGES_MAX).chain(std::iter::repeat_n(None, beyond)).collect();
    let named: Vec<&Place> = places.iter().flatten().collect();

    let mut refused = Vec::new();
    let mut taken_out: Vec<(usize, &Place)> = Vec::new();
    let mut made: Vec<(usize, &Place)> = Vec::new();
    for (at, place) in places.iter().enumerate() {
        let applied = place.as_ref().is_some_and(|place| {
            if place.steps.is_empty() && place.fields.iter().any(|name| OWN.contains(name)) {
                return false;
            }
            let from = source(&new, &place.steps, &named);
            if place.fields.is_empty() && from.is_none() {
                taken_out.push((at, place));
                return true;
            }
            made.push((at, place));
            change(&mut now, place, from)
        });
        if !applied {
            refused.push(Path::new("amendments").at(at));
        }
    }
    // The last first, so that those before keep their places; what two amendments name goes out once.
    taken_out.sort_by(|one, other| way_of(other.1).cmp(&way_of(one.1)));
    taken_out.dedup_by(|later, earlier| {
        let same = way_of(later.1) == way_of(earlier.1);
        if same {
            refused.push(Path::new("amendments").at(earlier.0.max(later.0)));
            earlier.0 = earlier.0.min(later.0);
        }
        same
    });
    for (at, place) in taken_out {
        if take_out(&mut now, place) {
            made.push((at, place));
        } else {
            refused.push(Path::new("amendments").at(at));
        }
    }
    refused.sort();
    refused.dedup();
    made.sort_by_key(|(at, _)| *at);

    let mut changed = Vec::new();
    for (at, place) in made {
        if refused.contains(&Path::new("amendments").at(at)) {
            continue;
        }
        for path in differing(&before, &now, place) {
            let path = wco::gathered(&path, |item| {
                let item = item.checked_sub(1).and_then(|at| declaration.items.get(at));
                wco::code_pieces(item.and_then(|item| item.commodity_code.as_ref()))
            });
            if !changed.contains(&path) {
                changed.push(path);
            }
        }
    }
    wco::gather(&mut now);
    Amended { declaration: now, changed, refused }
}

/// The way to a place: of two in one list the later is greater, and what lies below a place is greater
/// than the place.
fn way_of(place: &Place) -> Vec<(&str, usize)> {
    let way = place.steps.iter().map(|step| match step {
        Step::Field { name, nth, .. } => (*name, nth.unwrap_or_default()),
        Step::Further(_) => ("", 0),
    });
    way.collect()
}

/// The record that steps lead to.
fn at<'r>(record: &'r dyn Record, steps: &[Step]) -> Option<&'r dyn Record> {
    steps.iter().try_fold(record, |record, step| match step {
        Step::Field { name, nth, .. } => record.record(record.index_of(name)?, nth.unwrap_or_default()),
        Step::Further(_) => record.further().map(|form| form as &dyn Record),
    })
}

/// The record of the amendment that holds the new content of what steps lead to in the declaration.
///
/// An amendment carries as much of a list as it needs: a record that says its number is found by it, others
/// by their place, or, where there are fewer than were named, by their turn among those named.
fn source<'r>(amendment: &'r dyn Record, steps: &[Step], named: &[&Place]) -> Option<&'r dyn Record> {
    let mut record = amendment;
    for (depth, step) in steps.iter().enumerate() {
        record = match step {
            Step::Further(_) => record.further()?,
            Step::Field { name, nth: None, .. } => record.record(record.index_of(name)?, 0)?,
            Step::Field { name, nth: Some(nth), numbered } => {
                let field = record.index_of(name)?;
                let numbered = numbered.and_then(|numbered| by_number(record, field, numbered, *nth));
                match numbered {
                    Some(found) => found?,
                    None => {
                        let mut turns = positions(named, steps.get(..depth)?, name);
                        let last = turns.last().copied().unwrap_or_default();
                        turns.dedup();
                        let turn = turns.iter().position(|there| there == nth)?;
                        let whole = record.count(field) > last;
                        record.record(field, if whole { *nth } else { turn })?
                    }
                }
            }
        };
    }
    Some(record)
}

/// The record of a list that says it is the `nth`, counted from 0; none where they do not say their numbers.
fn by_number<'r>(
    record: &'r dyn Record,
    field: usize,
    numbered: &str,
    nth: usize,
) -> Option<Option<&'r dyn Record>> {
    let number = |at: usize| {
        let one = record.record(field, at)?;
        one.value(one.index_of(numbered)?, 0)?.to_string().parse::<usize>().ok()
    };
    let numbers: Vec<Option<usize>> = (0..record.count(field)).map(number).collect();
    if numbers.iter().any(Option::is_none) {
        return None;
    }
    let at = numbers.iter().position(|number| *number == Some(nth + 1));
    Some(at.and_then(|at| record.record(field, at)))
}

/// Every position of a list that some pointer names, ascending.
fn positions(named: &[&Place], above: &[Step], list: &str) -> Vec<usize> {
    let above_path = path_of(above);
    let mut positions: Vec<usize> = named
        .iter()
        .filter(|place| place.steps.get(..above.len()).is_some_and(|steps| path_of(steps) == above_path))
        .filter_map(|place| match place.steps.get(above.len())? {
            Step::Field { name, nth, .. } if *name == list => *nth,
            _ => None,
        })
        .collect();
    positions.sort_unstable();
    positions
}

/// Goes to the record that steps lead to, making what is not there yet, the next of a list too.
fn made<'r>(record: &'r mut dyn Record, steps: &[Step]) -> Option<&'r mut dyn Record> {
    let mut record = record;
    for step in steps {
        record = match step {
            Step::Further(table) => {
                let slot = record.further_mut()?;
                slot.get_or_insert_with(|| Box::new(Form::new(table))).as_mut()
            }
            Step::Field { name, nth, .. } => {
                let field = record.index_of(name)?;
                let nth = nth.unwrap_or_default();
                match record.count(field).checked_sub(nth) {
                    None => return None,
                    Some(0) => record.open(field)?,
                    Some(_) => record.record_mut(field, nth)?,
                }
            }
        };
    }
    Some(record)
}

/// Makes the declaration say at a place what the amendment says there; false where it has no such place.
fn change(declaration: &mut Declaration, place: &Place, from: Option<&dyn Record>) -> bool {
    let says = from.is_some_and(|from| {
        place.fields.is_empty()
            || place.fields.iter().any(|name| from.index_of(name).is_some_and(|at| from.count(at) > 0))
    });
    // To take out what is not there is no reason to make its surroundings.
    if !says && at(declaration, &place.steps).is_none() {
        return false;
    }
    let Some(to) = made(declaration, &place.steps) else { return false };
    match from {
        Some(from) if place.fields.is_empty() => {
            copy_record(from, to);
            true
        }
        _ => place.fields.iter().all(|name| copy_field(from, to, name)),
    }
}

/// Copies one field, with all there is in it; an absent one empties it.
fn copy_field(from: Option<&dyn Record>, to: &mut dyn Record, name: &str) -> bool {
    let Some(target) = to.index_of(name) else { return false };
    to.clear(target);
    let Some((from, field)) = from.and_then(|from| Some((from, from.index_of(name)?))) else { return true };
    (0..from.count(field)).all(|nth| match (from.value(field, nth), from.record(field, nth)) {
        (Some(value), _) => to.set(target, &value.to_string()).is_ok(),
        (None, Some(record)) => to.open(target).map(|slot| copy_record(record, slot)).is_some(),
        (None, None) => true,
    })
}

/// Makes a record the same as another of its kind.
fn copy_record(from: &dyn Record, to: &mut dyn Record) {
    for field in from.fields() {
        copy_field(Some(from), to, field.name);
    }
    if let Some(slot) = to.further_mut() {
        *slot = from.further().map(|form| Box::new(form.clone()));
    }
}

/// Takes a record out; false where it is not there.
fn take_out(declaration: &mut Declaration, place: &Place) -> bool {
    let Some((Step::Field { name, nth, numbered }, above)) = place.steps.split_last() else { return false };
    let whole = declaration.clone();
    let Some(before) = at(&whole, above) else { return false };
    let Some(field) = before.index_of(name) else { return false };
    let nth = nth.unwrap_or_default();
    if before.record(field, nth).is_none() {
        return false;
    }
    let Some(to) = made(declaration, above) else { return false };
    to.clear(field);
    for kept in (0..before.count(field)).filter(|at| *at != nth) {
        if let (Some(record), Some(slot)) = (before.record(field, kept), to.open(field)) {
            copy_record(record, slot);
            // Those behind move up, and where each says its place it says the new one.
            if let Some(number) = numbered.and_then(|numbered| slot.index_of(numbered))
                && kept > nth
                && slot.value(number, 0).is_some_and(|said| said.to_string() == (kept + 1).to_string())
            {
                // A number that was read can be set.
                let _ = slot.set(number, &kept.to_string());
            }
        }
    }
    true
}

/// The paths of a place at which two declarations differ.
fn differing(before: &Declaration, now: &Declaration, place: &Place) -> Vec<Path> {
    let (old, new) = (at(before, &place.steps), at(now, &place.steps));
    if place.fields.is_empty() {
        // Of a list whose records moved up, the place that was named is the one that changed.
        let same = same(old, new) && last_count(before, place) == last_count(now, place);
        return if same { Vec::new() } else { vec![place.record()] };
    }
    let fields = place.fields.iter().filter(|name| !same_field(old, new, name));
    fields.map(|name| place.record().field(name)).collect()
}

/// How long the list is in which a place is.
fn last_count(declaration: &Declaration, place: &Place) -> usize {
    let Some((Step::Field { name, .. }, above)) = place.steps.split_last() else { return 0 };
    at(declaration, above).and_then(|record| Some(record.count(record.index_of(name)?))).unwrap_or_default()
}

fn same(one: Option<&dyn Record>, other: Option<&dyn Record>) -> bool {
    match (one, other) {
        (Some(record), Some(beside)) => {
            record.further() == beside.further()
                && record.fields().iter().all(|field| same_field(one, other, field.name))
        }
        (None, None) => true,
        _ => false,
    }
}

fn same_field(one: Option<&dyn Record>, other: Option<&dyn Record>, name: &str) -> bool {
    let count = |record: Option<&dyn Record>| {
        record.and_then(|record| Some(record.count(record.index_of(name)?))).unwrap_or_default()
    };
    let value = |record: Option<&dyn Record>, nth: usize| {
        record.and_then(|record| record.value(record.index_of(name)?, nth)).map(|value| value.to_string())
    };
    fn below<'r>(record: Option<&'r dyn Record>, name: &str, nth: usize) -> Option<&'r dyn Record> {
        record.and_then(|record| record.record(record.index_of(name)?, nth))
    }
    count(one) == count(other)
        && (0..count(one)).all(|nth| {
            value(one, nth) == value(other, nth) && same(below(one, name, nth), below(other, name, nth))
        })
}
