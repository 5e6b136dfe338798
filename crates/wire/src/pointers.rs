//! Pointers of the WCO's data model: how a message names a field of a declaration, by the sections on the
//! way to it and the tag of the element.
//!
//! Every section and element has its identifier in the tables (in brackets), and every field its element in
//! the mapping; so both ways are one walk over the mapping, and there is no second list.

use declaration::{FormTable, Path};

use crate::mapping::{Map, Node, Spot, What, declaration_map, wco};
use crate::structure::{Element, Holds, Root, Type, roots};

/// One step of a way through a message of the WCO's data model.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Pointer {
    /// The section: `42A` the declaration, `67A` the shipment, `68A` an item.
    pub section: String,
    /// Which of several such sections, counted from 1; none where there is one.
    pub sequence: Option<u32>,
    /// The element inside the section, on the last step: `112` the price of an item.
    pub tag: Option<String>,
}

impl Pointer {
    /// A pointer as a declaration's amendment or statement has it; none where it lacks its section.
    pub fn of(pointer: &declaration::Pointer) -> Option<Self> {
        Some(Self {
            section: pointer.section.as_ref()?.to_string(),
            sequence: pointer.sequence,
            tag: pointer.tag.as_ref().map(ToString::to_string),
        })
    }
}

impl std::fmt::Display for Pointer {
    /// `68A/2` or `79A#112`.
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str(&self.section)?;
        if let Some(sequence) = self.sequence {
            write!(out, "/{sequence}")?;
        }
        self.tag.as_ref().map_or(Ok(()), |tag| write!(out, "#{tag}"))
    }
}

/// The section of the declaration itself.
const ROOT_SECTION: &str = "42A";
/// The tag of an element that numbers the sections of a list.
const SEQUENCE_TAG: &str = "006";

/// The message that holds a declaration, and how it is read.
fn message() -> Option<(&'static Type, &'static Map)> {
    let is = |root: &&&'static Root| root.edition.name == "wco" && root.kind == "wco_message";
    let root = roots().iter().find(is)?;
    Some((root.content()?, declaration_map(root)?))
}

/// How the WCO's data model names the field at `path`; empty for a field its messages do not have. Of the
/// codes of an item the first two are taken to make its commodity code, as imports have it.
pub fn wco_pointers(path: &Path) -> Vec<Pointer> {
    let path = wco::listed(path, |_| wco::code_pieces(None));
    let mut parts: Vec<Part<'_>> = Vec::new();
    for part in path.as_str().split('/').filter(|part| !part.is_empty()) {
        match (part.parse::<u32>(), parts.last_mut()) {
            (Ok(position), Some(last)) => last.position = Some(position),
            _ => parts.push(Part { name: part, position: None }),
        }
    }
    let Some((kind, map)) = message() else { return Vec::new() };
    if parts.is_empty() {
        return vec![Pointer { section: ROOT_SECTION.to_owned(), sequence: None, tag: None }];
    }
    let mut chain = Vec::new();
    if find(kind, map, &parts, &mut chain) { chain } else { Vec::new() }
}

/// The field or record of a declaration that a chain of pointers names; none where that has no place in a
/// declaration's own fields. Of the codes of an item the first two are taken to make its commodity code.
pub fn wco_path(pointers: &[Pointer]) -> Option<Path> {
    let place = place(pointers)?;
    let own = place.steps.iter().all(|step| matches!(step, Step::Field { .. }));
    own.then(|| wco::gathered(&place.path(), |_| wco::code_pieces(None)))
}

/// One part of a path.
struct Part<'p> {
    name: &'p str,
    position: Option<u32>,
}

fn is_field(node: &Node, name: &str) -> bool {
    matches!(node.what, What::Leaf { row, .. } if row.name == name)
}

/// Finds the element of a path in a type; the chain grows by the sections on the way.
fn find(kind: &'static Type, map: &'static Map, parts: &[Part<'_>], chain: &mut Vec<Pointer>) -> bool {
    let [part, rest @ ..] = parts else { return false };
    let step =
        |element: &Element, sequence| Pointer { section: element.box_number.to_owned(), sequence, tag: None };
    for (element, spot) in kind.elements.iter().zip(&map.elements) {
        let Some(spot) = spot else { continue };
        match (spot.node.what, &element.holds, &spot.below) {
            (What::Leaf { .. }, Holds::Value(_), _) if rest.is_empty() && is_field(spot.node, part.name) => {
                return tag(element, chain);
            }
            (What::Group, Holds::Type(held), Some(below)) => {
                if held.value.is_some() {
                    if rest.is_empty() && fields_of_value(below).any(|node| is_field(node, part.name)) {
                        return tag(element, chain);
                    }
                    continue;
                }
                let depth = chain.len();
                chain.push(step(element, None));
                if find(held, below, parts, chain) {
                    return true;
                }
                chain.truncate(depth);
            }
            (What::Record { row, .. }, Holds::Type(held), Some(below)) if row.name == part.name => {
                if held.value.is_some() {
                    let inside = match rest {
                        [] => true,
                        [one] => fields_of_value(below).any(|node| is_field(node, one.name)),
                        _ => false,
                    };
                    return inside && tag(element, chain);
                }
                let several = row.shape.is_list() && element.times.max > 1;
                chain.push(step(element, part.position.filter(|_| several)));
                return rest.is_empty() || find(held, below, rest, chain);
            }
            _ => {}
        }
    }
    false
}

fn tag(element: &Element, chain: &mut [Pointer]) -> bool {
    let Some(last) = chain.last_mut().filter(|_| !element.box_number.is_empty()) else { return false };
    last.tag = Some(element.box_number.to_owned());
    true
}

/// The fields of an element with text and attributes, the text first.
fn fields_of_value(map: &'static Map) -> impl Iterator<Item = &'static Node> {
    map.text.into_iter().chain(map.attributes.iter().copied().flatten())
}

/// One step from a record to the next.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Step {
    /// Into a record of a field; into which, counted from 0, where the field is a list.
    Field {
        name: &'static str,
        nth: Option<usize>,
        /// The field in which each record of the list says its number.
        numbered: Option<&'static str>,
    },
    /// Into the form that stands beside the record, under this table.
    Further(&'static FormTable),
}

/// What a chain of pointers names.
#[derive(Debug, Clone)]
pub(crate) struct Place {
    /// From the declaration to a record.
    pub(crate) steps: Vec<Step>,
    /// Fields of that record; none where the record itself is meant.
    pub(crate) fields: Vec<&'static str>,
}

impl Place {
    /// The path of the record, in the document's lists.
    pub(crate) fn record(&self) -> Path {
        path_of(&self.steps)
    }

    /// The path of what is named: the first field, or the record.
    pub(crate) fn path(&self) -> Path {
        match self.fields.first() {
            Some(field) => self.record().field(field),
            None => self.record(),
        }
    }
}

/// The path of some steps.
pub(crate) fn path_of(steps: &[Step]) -> Path {
    steps.iter().fold(Path::root(), |path, step| match step {
        Step::Field { name, nth, .. } => {
            let path = path.field(name);
            nth.map_or(path.clone(), |nth| path.at(nth))
        }
        Step::Further(_) => path.field(FURTHER),
    })
}

/// The name of the form beside a record, in paths.
const FURTHER: &str = "further";

/// Where the walk along a chain stands.
enum At {
    /// In an element that a mapping reads.
    Mapped { kind: &'static Type, map: &'static Map },
    /// In an element that stands in the form beside a record.
    Form { kind: &'static Type },
}

/// A walk along a chain of pointers.
struct Walk {
    at: At,
    steps: Vec<Step>,
    /// The type of the element that stands for the record the steps lead to.
    base: &'static Type,
    /// The groups between that element and here, as steps through the form beside the record.
    groups: Vec<Step>,
}

/// What a chain of pointers names, in the document's lists; none where there is no such place.
pub(crate) fn place(pointers: &[Pointer]) -> Option<Place> {
    let (kind, map) = message()?;
    let mut walk = Walk { at: At::Mapped { kind, map }, steps: Vec::new(), base: kind, groups: Vec::new() };
    let (first, rest) = pointers.split_first()?;
    if first.section != ROOT_SECTION {
        return None;
    }
    for pointer in pointers {
        walk.enter(pointer)?;
    }
    match (&pointers.last()?.tag, &walk.at) {
        (Some(tag), _) => walk.field(tag),
        // The declaration as a whole is no place in it.
        (None, _) if rest.is_empty() => None,
        (None, At::Mapped { map, .. }) if !walk.groups.is_empty() => {
            let mut fields = Vec::new();
            fields_below(map, &mut fields);
            Some(Place { steps: walk.steps, fields })
        }
        (None, _) => Some(Place { steps: walk.steps, fields: Vec::new() }),
    }
}

/// Every field of a record that stands in a group.
fn fields_below(map: &'static Map, fields: &mut Vec<&'static str>) {
    fields.extend(fields_of_value(map).filter_map(field_of));
    for spot in map.elements.iter().flatten() {
        match (spot.node.what, &spot.below) {
            (What::Group, Some(below)) => fields_below(below, fields),
            _ => fields.extend(field_of(spot.node)),
        }
    }
}

fn field_of(node: &Node) -> Option<&'static str> {
    match node.what {
        What::Leaf { row, .. } | What::Record { row, .. } => Some(row.name),
        What::Group | What::Fixed(_) | What::Beside => None,
    }
}

/// A step through a form into the element of a type.
fn form_step(kind: &'static Type, element: &Element, nth: usize) -> Option<Step> {
    let row = kind.table.fields.get(element.field)?;
    let numbered = match &element.holds {
        Holds::Type(held) => held
            .elements
            .iter()
            .find(|element| element.box_number == SEQUENCE_TAG)
            .and_then(|element| held.table.fields.get(element.field))
            .map(|row| row.name),
        Holds::Value(_) => None,
    };
    Some(Step::Field { name: row.name, nth: row.shape.is_list().then_some(nth), numbered })
}

impl Walk {
    /// Goes into the section of a pointer.
    fn enter(&mut self, pointer: &Pointer) -> Option<()> {
        let nth = usize::try_from(pointer.sequence.unwrap_or(1)).ok()?.checked_sub(1)?;
        match self.at {
            At::Form { kind } => {
                let (_, element, held) = section(kind, &pointer.section)?;
                self.steps.push(form_step(kind, element, nth)?);
                self.at = At::Form { kind: held };
            }
            At::Mapped { kind, map } => {
                let (at, element, held) = section(kind, &pointer.section)?;
                // Where there is one, messages number it as they like.
                let nth = if element.times.max > 1 { nth } else { 0 };
                let spot = map.elements.get(at)?.as_ref();
                let below = spot.and_then(|spot| Some((spot.node.what, spot.below.as_ref()?)));
                match below {
                    // Of a group that may stand several times the record has the first.
                    Some((What::Group, below)) if nth == 0 => {
                        self.groups.push(form_step(kind, element, 0)?);
                        self.at = At::Mapped { kind: held, map: below };
                    }
                    Some((What::Record { row, .. }, below)) => {
                        let numbered = held
                            .elements
                            .iter()
                            .zip(&below.elements)
                            .find(|(element, _)| element.box_number == SEQUENCE_TAG)
                            .and_then(|(_, spot)| field_of(spot.as_ref()?.node));
                        let nth = row.shape.is_list().then_some(nth);
                        self.steps.push(Step::Field { name: row.name, nth, numbered });
                        self.base = held;
                        self.groups.clear();
                        self.at = At::Mapped { kind: held, map: below };
                    }
                    _ => {
                        self.beside();
                        self.steps.push(form_step(kind, element, nth)?);
                        self.at = At::Form { kind: held };
                    }
                }
            }
        }
        Some(())
    }

    /// Goes into the form beside the record.
    fn beside(&mut self) {
        self.steps.push(Step::Further(self.base.table));
        self.steps.append(&mut self.groups);
    }

    /// The fields of the element a tag names.
    fn field(mut self, tag: &str) -> Option<Place> {
        let (At::Form { kind } | At::Mapped { kind, .. }) = self.at;
        let at = kind.elements.iter().position(|element| element.box_number == tag)?;
        let element = kind.elements.get(at)?;
        let spot = match self.at {
            At::Mapped { map, .. } => map.elements.get(at)?.as_ref(),
            At::Form { .. } => None,
        };
        let names = |below: &'static Map| fields_of_value(below).filter_map(field_of).collect::<Vec<_>>();
        let fields = match spot {
            Some(Spot { node, below, .. }) => match (node.what, below) {
                (What::Leaf { row, .. }, _) => vec![row.name],
                (What::Group, Some(below)) => names(below),
                (What::Record { row, .. }, Some(below)) => {
                    self.steps.push(Step::Field { name: row.name, nth: None, numbered: None });
                    names(below)
                }
                _ => return None,
            },
            None => {
                if matches!(self.at, At::Mapped { .. }) {
                    self.beside();
                }
                vec![kind.table.fields.get(element.field)?.name]
            }
        };
        Some(Place { steps: self.steps, fields })
    }
}

/// The element of a type that is a section of the model.
fn section(kind: &'static Type, identifier: &str) -> Option<(usize, &'static Element, &'static Type)> {
    kind.elements.iter().enumerate().find_map(|(at, element)| match &element.holds {
        Holds::Type(held) if element.box_number == identifier && held.value.is_none() => {
            Some((at, element, *held))
        }
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every field the mapping has, by its path in the document's lists; the second of several.
    fn every_field(kind: &'static Type, map: &'static Map, above: &Path, found: &mut Vec<Path>) {
        found.extend(fields_of_value(map).filter_map(field_of).map(|name| above.field(name)));
        for (element, spot) in kind.elements.iter().zip(&map.elements) {
            let Some(spot) = spot else { continue };
            let Holds::Type(held) = &element.holds else {
                found.extend(field_of(spot.node).map(|name| above.field(name)));
                continue;
            };
            match (spot.node.what, &spot.below) {
                (What::Group, Some(below)) => every_field(held, below, above, found),
                (What::Record { row, .. }, Some(below)) => {
                    let path = above.field(row.name);
                    let several = usize::from(element.times.max > 1);
                    let path = if row.shape.is_list() { path.at(several) } else { path };
                    found.push(path.clone());
                    every_field(held, below, &path, found);
                }
                _ => panic!("{}", element.name),
            }
        }
    }

    fn said(chain: &[Pointer]) -> String {
        chain.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn a_field_is_named_by_the_sections_on_the_way_to_it() {
        let table = [
            ("", "42A"),
            ("package_count", "42A#146"),
            ("function", "42A#017"),
            ("exporter/name", "42A 57A#R031"),
            ("authorisations/1/holder", "42A 17C/1#R144"),
            ("items/1/mass_gross", "42A 67A 68A/1 23A 65A#126"),
            ("items/2/invoice_value", "42A 67A 68A/2 23A 79A#112"),
            ("items/2/invoice_currency", "42A 67A 68A/2 23A 79A#112"),
            ("items/3/documents/4/status", "42A 67A 68A/3 02A/4#360"),
            ("items/1/payments/2/amount", "42A 67A 68A/1 23A 50A/2 94A#120"),
            ("items/1/supplementary/quantity", "42A 67A 68A/1 23A 65A#130"),
            ("items/1/commodity_code", "42A 67A 68A/1 23A 21A/1#145"),
            ("items/1/classifications/1/code", "42A 67A 68A/1 23A 21A/3#145"),
            ("items/1/procedure/requested", "42A 67A 68A/1 70A/1#166"),
            ("items/1/additional_procedures/1/code", "42A 67A 68A/1 70A/2#166"),
            ("goods_locations/1/country", "42A 67A 28A 64A 04A#242"),
            // A field of other formats.
            ("items/1/vehicles/1/vin", ""),
            ("items/1/nothing", ""),
        ];
        for (path, chain) in table {
            let found = said(&wco_pointers(&Path::new(path)));
            assert_eq!(found, chain, "{path}");
        }
    }

    #[test]
    fn every_field_of_the_message_is_found_again_by_its_pointers() {
        let (kind, map) = message().unwrap();
        let mut paths = Vec::new();
        every_field(kind, map, &Path::root(), &mut paths);
        assert!(paths.len() > 230, "{}", paths.len());
        let mut of_tag = std::collections::HashMap::new();
        for listed in &paths {
            let mut parts = Vec::new();
            for part in listed.as_str().split('/') {
                match (part.parse(), parts.last_mut()) {
                    (Ok(position), Some(Part { position: slot, .. })) => *slot = Some(position),
                    _ => parts.push(Part { name: part, position: None }),
                }
            }
            let mut chain = Vec::new();
            let declared = wco::gathered(listed, |_| wco::code_pieces(None));
            if !find(kind, map, &parts, &mut chain) {
                // What the message says of itself is no field of the declaration.
                assert!(matches!(listed.as_str(), "document_code" | "recipient_country"), "{listed}");
                continue;
            }
            let back = place(&chain).unwrap_or_else(|| panic!("{listed}: {}", said(&chain)));
            let named: Vec<Path> = back.fields.iter().map(|field| back.record().field(field)).collect();
            let same = named.contains(listed) || back.record() == *listed;
            assert!(same, "{listed} by {} gives {}", said(&chain), back.path());
            // And no two elements have the same pointers.
            let first = of_tag.entry(chain.clone()).or_insert_with(|| back.path());
            assert_eq!(*first, back.path(), "{}", said(&chain));
            // The same in the declaration's own fields.
            let outside = wco_path(&wco_pointers(&declared)).unwrap_or_else(|| panic!("{declared}"));
            let pair = [declared.to_string(), outside.to_string()];
            let amount_and_currency = wco_pointers(&declared) == wco_pointers(&outside);
            assert!(pair[0] == pair[1] || amount_and_currency, "{pair:?}");
        }
    }

    #[test]
    fn what_leads_nowhere_names_no_field() {
        let pointer = |section: &str, sequence, tag: Option<&str>| Pointer {
            section: section.into(),
            sequence,
            tag: tag.map(str::to_owned),
        };
        for chain in [
            vec![],
            vec![pointer("42A", None, None)],
            vec![pointer("67A", None, Some("103"))],
            vec![pointer("42A", None, Some("999"))],
            vec![pointer("42A", None, None), pointer("68A", Some(1), None)],
            vec![pointer("42A", None, None), pointer("67A", None, None), pointer("68A", Some(0), None)],
        ] {
            assert_eq!(wco_path(&chain), None, "{}", said(&chain));
        }
    }
}
