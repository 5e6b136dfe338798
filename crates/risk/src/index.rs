//! Which profiles can apply to a declaration at all.
//!
//! From each area the index reads off a *necessary condition*: a set of commodity codes or prefixes,
//! traders, countries or procedures outside which the area cannot be true, the offices of the profile, or a bound of
//! a number. A profile is listed under its most telling one, in the order of [`DIMENSIONS`], or among the rest if it
//! has none. Asking a line of goods then walks the digits of its code and looks a few values up; profiles listed
//! elsewhere are not touched at all, however many there are.
//!
//! The condition is necessary, never sufficient: whoever is found is still evaluated in full.

use std::collections::{BTreeSet, HashMap};
use std::sync::LazyLock;

use rust_decimal::Decimal;

use crate::language::{Asked, Cond, Match, Number, Order, Resolved, Source, Subject, Words, resolve};

/// What profiles are listed by, the most telling first; bounds of numbers come after all of these.
const DIMENSIONS: &[Dimension] = &[
    Dimension::Field(&["declaration", "consignee", "tax_number"], Kind::Whole),
    Dimension::Field(&["declaration", "consignee", "inn"], Kind::Whole),
    Dimension::Field(&["declaration", "declarant", "tax_number"], Kind::Whole),
    Dimension::Field(&["declaration", "declarant", "inn"], Kind::Whole),
    Dimension::Field(&["declaration", "consignor", "tax_number"], Kind::Whole),
    Dimension::Field(&["declaration", "financial_party", "tax_number"], Kind::Whole),
    Dimension::Field(&["declaration", "carrier", "tax_number"], Kind::Whole),
    Dimension::Field(&["item", "commodity_code"], Kind::Prefix),
    Dimension::Offices,
    Dimension::Field(&["item", "origin_country"], Kind::Whole),
    Dimension::Field(&["declaration", "dispatch_country"], Kind::Whole),
    Dimension::Field(&["declaration", "origin_country"], Kind::Whole),
    Dimension::Field(&["item", "procedure", "requested"], Kind::Whole),
    Dimension::Field(&["declaration", "procedure"], Kind::Whole),
];

#[derive(Debug, Clone, Copy)]
enum Dimension {
    /// A field the area names.
    Field(&'static [&'static str], Kind),
    /// The offices of the profile.
    Offices,
}

/// The same with the fields found: what a set of thousands is built by.
static LISTINGS: LazyLock<Vec<Listing>> = LazyLock::new(|| {
    let found = DIMENSIONS.iter().filter_map(|dimension| match dimension {
        Dimension::Offices => Some(Listing::Offices),
        Dimension::Field(path, kind) => match resolve(path) {
            Ok(Resolved::Value(source, _)) => Some(Listing::Field(source, *kind)),
            _ => None,
        },
    });
    found.collect()
});

enum Listing {
    Field(Source, Kind),
    Offices,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Prefix,
    Whole,
}

/// Positions in the list of profiles.
type Listed = Vec<u32>;

/// The lists of profiles by the values of one source.
type Lists = Vec<(Source, HashMap<Box<str>, Listed>)>;

/// The lists of profiles asked at one kind of place: per line of goods, or per declaration.
#[derive(Debug, Default)]
pub(crate) struct Index {
    codes: Digits,
    /// By values of the line of goods.
    of_item: Lists,
    /// By bounds of numbers of the line of goods.
    bounds: Vec<Bounds>,
    /// By values of the declaration, the same for all its lines.
    of_declaration: Lists,
    /// By office, or the beginning of its code.
    offices: HashMap<Box<str>, Listed>,
    rest: Listed,
}

/// A profile to be listed.
#[derive(Clone, Copy)]
pub(crate) struct Entry<'c> {
    /// Its place in the list of profiles.
    pub(crate) profile: u32,
    pub(crate) area: &'c Cond,
    /// Whether the last of its joined conditions is the one of [`key_of`].
    pub(crate) listed: bool,
    pub(crate) offices: &'c [String],
}

/// An index opened for one declaration.
pub(crate) struct Opened<'i> {
    index: &'i Index,
    /// What can apply to every line, as far as the declaration says.
    everywhere: Vec<u32>,
}

impl Index {
    /// Lists profiles by what their areas and offices need.
    pub(crate) fn of<'c>(profiles: impl Iterator<Item = Entry<'c>>) -> Self {
        let mut index = Self::default();
        for entry in profiles {
            index.list(&entry);
        }
        index.bounds.iter_mut().for_each(Bounds::sort);
        index
    }

    fn list(&mut self, entry: &Entry) {
        let Entry { profile, area, listed, offices } = *entry;
        for listing in LISTINGS.iter() {
            let Listing::Field(source, kind) = listing else {
                if !offices.is_empty() {
                    for office in offices {
                        self.offices.entry(office.as_str().into()).or_default().push(profile);
                    }
                    return;
                }
                continue;
            };
            let Some(needed) = needs(area, source, *kind) else { continue };
            if *kind == Kind::Prefix {
                let part = joined(area).last().filter(|_| listed);
                // Among beginnings a short one stands for the long ones; among whole codes none stands for another.
                let whole = part.and_then(|part| names_whole(part, source)) == Some(true);
                let by_part =
                    part.and_then(|part| needs(part, source, if whole { Kind::Whole } else { *kind }));
                let codes = by_part.unwrap_or(needed);
                codes.iter().for_each(|code| self.codes.insert(code, profile, whole));
                return;
            }
            let lists = if source.is_of_item() { &mut self.of_item } else { &mut self.of_declaration };
            let at = lists.iter().position(|(listed, _)| listed == source).unwrap_or_else(|| {
                lists.push((source.clone(), HashMap::new()));
                lists.len() - 1
            });
            if let Some((_, by_value)) = lists.get_mut(at) {
                needed.into_iter().for_each(|value| by_value.entry(value).or_default().push(profile));
            }
            return;
        }
        match bound(area) {
            Some((source, side, limit)) => {
                let at =
                    self.bounds.iter().position(|bounds| bounds.source == *source).unwrap_or_else(|| {
                        self.bounds.push(Bounds {
                            source: source.clone(),
                            least: Vec::new(),
                            most: Vec::new(),
                        });
                        self.bounds.len() - 1
                    });
                if let Some(bounds) = self.bounds.get_mut(at) {
                    match side {
                        Side::Least => bounds.least.push((limit, profile)),
                        Side::Most => bounds.most.push((limit, profile)),
                    }
                }
            }
            None => self.rest.push(profile),
        }
    }

    /// Whether nothing is listed.
    pub(crate) fn is_empty(&self) -> bool {
        self.codes.is_empty()
            && self.of_item.is_empty()
            && self.bounds.is_empty()
            && self.of_declaration.is_empty()
            && self.offices.is_empty()
            && self.rest.is_empty()
    }

    /// Looks up what is the same for all the lines of a declaration; `open` says whether a profile can apply to any
    /// of its lines at all.
    pub(crate) fn open<'a, S: Subject<'a>>(
        &self,
        whole: &Asked<'a, S>,
        mut open: impl FnMut(u32) -> bool,
    ) -> Opened<'_> {
        let mut everywhere = Vec::new();
        let mut ask = |profile: u32| {
            if open(profile) {
                everywhere.push(profile);
            }
        };
        listed(&self.of_declaration, whole).flatten().for_each(|profile| ask(*profile));
        if let Some(office) = whole.subject.office().filter(|_| !self.offices.is_empty()) {
            let begins = (1..=office.len()).filter_map(|length| office.get(..length));
            let found = begins.filter_map(|begin| self.offices.get(begin)).flatten();
            // A profile may name an office twice, by its code and by its beginning.
            let mut at_office: Vec<u32> = found.copied().collect();
            at_office.sort_unstable();
            at_office.dedup();
            at_office.into_iter().for_each(&mut ask);
        } else {
            let mut all: Vec<u32> = self.offices.values().flatten().copied().collect();
            all.sort_unstable();
            all.dedup();
            all.into_iter().for_each(&mut ask);
        }
        self.rest.iter().for_each(|profile| ask(*profile));
        Opened { index: self, everywhere }
    }
}

impl Opened<'_> {
    /// Calls `ask` once with every profile that can apply to a scene of the declaration.
    pub(crate) fn candidates<'a, S: Subject<'a>>(&self, scene: &Asked<'a, S>, mut ask: impl FnMut(u32)) {
        if !self.index.codes.is_empty()
            && let Some(code) = scene.subject.commodity_code()
        {
            self.index.codes.along(code, &mut ask);
        }
        listed(&self.index.of_item, scene).flatten().for_each(|profile| ask(*profile));
        self.index.bounds.iter().for_each(|bounds| bounds.met(scene, &mut ask));
        self.everywhere.iter().for_each(|profile| ask(*profile));
    }
}

/// The lists under the values a scene has.
fn listed<'i, 'a, S: Subject<'a>>(
    lists: &'i Lists,
    scene: &Asked<'a, S>,
) -> impl Iterator<Item = &'i Listed> {
    lists.iter().filter_map(|(source, by_value)| by_value.get(source.text(scene)?))
}

/// Profiles that need a number to be at least, or at most, so much.
#[derive(Debug)]
struct Bounds {
    source: Source,
    /// In ascending order.
    least: Vec<(Decimal, u32)>,
    /// In ascending order.
    most: Vec<(Decimal, u32)>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Side {
    Least,
    Most,
}

impl Bounds {
    fn sort(&mut self) {
        self.least.sort_unstable();
        self.most.sort_unstable();
    }

    fn met<'a, S: Subject<'a>>(&self, scene: &Asked<'a, S>, ask: &mut impl FnMut(u32)) {
        let (least, most) = match self.source.number(scene) {
            Some(number) => {
                let under = self.least.partition_point(|(limit, _)| *limit <= number);
                let below = self.most.partition_point(|(limit, _)| *limit < number);
                (self.least.get(..under), self.most.get(below..))
            }
            // Nobody's bound is met; but that they could not be decided is found out by asking.
            None => (Some(self.least.as_slice()), Some(self.most.as_slice())),
        };
        let met = least.into_iter().chain(most).flatten();
        met.for_each(|(_, profile)| ask(*profile));
    }
}

/// A bound that a number must keep for an area to be true, where one stands among the conditions joined by `&&`.
fn bound(area: &Cond) -> Option<(&Source, Side, Decimal)> {
    match area {
        Cond::All(parts) => parts.iter().find_map(bound),
        Cond::Numbers(order, pair) => {
            let (source, limit, order) = match (&pair.0, &pair.1) {
                (Number::Field(source), Number::Const(limit)) => (source, *limit, *order),
                (Number::Const(limit), Number::Field(source)) => (source, *limit, order.reversed()),
                _ => return None,
            };
            let side = match order {
                Order::Greater | Order::GreaterOrEqual | Order::Equal => Side::Least,
                Order::Less | Order::LessOrEqual => Side::Most,
                Order::Unequal => return None,
            };
            Some((source, side, limit))
        }
        _ => None,
    }
}

/// The conditions joined by `&&`.
pub(crate) fn joined(area: &Cond) -> &[Cond] {
    match area {
        Cond::All(parts) => parts.as_slice(),
        one => std::slice::from_ref(one),
    }
}

/// Which of the joined conditions says exactly what the lists of commodity codes find a profile by, where it is
/// listed there: whoever is found by it needs not be asked it again.
pub(crate) fn key_of(area: &Cond) -> Option<usize> {
    let parts = joined(area);
    for listing in LISTINGS.iter() {
        let Listing::Field(source, kind) = listing else { continue };
        let Some(needed) = needs(area, source, *kind) else { continue };
        if *kind != Kind::Prefix {
            return None;
        }
        return parts.iter().position(|part| {
            names_whole(part, source).is_some() && needs(part, source, *kind).as_ref() == Some(&needed)
        });
    }
    None
}

/// Whether a condition is nothing but a list of whole texts, or nothing but a list of beginnings.
fn names_whole(condition: &Cond, source: &Source) -> Option<bool> {
    let is_source = |words: &Words| matches!(words, Words::Field(field) if field == source);
    let is_const = |words: &Words| matches!(words, Words::Const(_));
    match condition {
        Cond::TextIn(field, _) if is_source(field) => Some(true),
        Cond::Texts(Order::Equal, pair)
            if (is_source(&pair.0) && is_const(&pair.1)) || (is_const(&pair.0) && is_source(&pair.1)) =>
        {
            Some(true)
        }
        Cond::Matches(Match::Start, pair) if is_source(&pair.0) && is_const(&pair.1) => Some(false),
        Cond::Any(parts) => {
            let mut all = parts.iter().map(|part| names_whole(part, source));
            let first = all.next()??;
            all.all(|other| other == Some(first)).then_some(first)
        }
        _ => None,
    }
}

/// Whether a profile is listed under something, so that not every line must be asked about it.
pub(crate) fn is_listed(area: &Cond, offices: &[String]) -> bool {
    let fields = LISTINGS.iter().any(|listing| match listing {
        Listing::Field(source, kind) => needs(area, source, *kind).is_some(),
        Listing::Offices => !offices.is_empty(),
    });
    fields || bound(area).is_some()
}

/// The values one of which must stand in one of these fields, for the condition to be true: of the first that
/// the condition says so of.
fn needed(condition: &Cond, fields: &[&[&str]], kind: Kind) -> Option<BTreeSet<Box<str>>> {
    fields.iter().find_map(|path| match resolve(path) {
        Ok(Resolved::Value(source, _)) => needs(condition, &source, kind),
        _ => None,
    })
}

/// The commodity codes, or beginnings of codes, one of which a line of goods must have for an area to be true.
pub(crate) fn codes_needed(area: &Cond) -> Option<BTreeSet<Box<str>>> {
    needed(area, &[&["item", "commodity_code"]], Kind::Prefix)
}

/// The countries one of which must be that of origin or of dispatch for an area to be true.
pub(crate) fn countries_needed(area: &Cond) -> Option<BTreeSet<Box<str>>> {
    let fields: [&[&str]; 3] = [
        &["item", "origin_country"],
        &["declaration", "dispatch_country"],
        &["declaration", "origin_country"],
    ];
    needed(area, &fields, Kind::Whole)
}

/// The values one of which the source must have for the condition to be true; `None` if the
/// condition does not say. An empty set: it is never true.
fn needs(condition: &Cond, source: &Source, kind: Kind) -> Option<BTreeSet<Box<str>>> {
    let is_source = |words: &Words| matches!(words, Words::Field(field) if field == source);
    let found = match condition {
        Cond::Const(false) => Some(BTreeSet::new()),
        Cond::All(parts) => parts
            .iter()
            .filter_map(|part| needs(part, source, kind))
            // Long prefixes tell more than few: 8471 and 8473 more than 84.
            .min_by_key(|set| (set.iter().map(|value| usize::MAX - value.len()).max(), set.len())),
        Cond::Any(parts) => parts.iter().try_fold(BTreeSet::new(), |mut union, part| {
            union.append(&mut needs(part, source, kind)?);
            Some(union)
        }),
        Cond::Choose(parts) => {
            let mut either = needs(&parts.1, source, kind)?;
            either.append(&mut needs(&parts.2, source, kind)?);
            Some(either)
        }
        Cond::Texts(Order::Equal, pair) => match (&pair.0, &pair.1) {
            (field, Words::Const(value)) | (Words::Const(value), field) if is_source(field) => {
                Some(BTreeSet::from([value.clone()]))
            }
            _ => None,
        },
        Cond::TextIn(field, list) if is_source(field) => Some(list.iter().cloned().collect()),
        Cond::Matches(Match::Start, pair) if kind == Kind::Prefix => match (&pair.0, &pair.1) {
            (field, Words::Const(prefix)) if is_source(field) => Some(BTreeSet::from([prefix.clone()])),
            _ => None,
        },
        _ => None,
    }?;
    if kind == Kind::Whole {
        return Some(found);
    }
    if found.contains("") {
        return None;
    }
    // In order, a prefix comes right before what it covers: 85, 8501, 8502.
    let mut prefixes: Vec<Box<str>> = Vec::with_capacity(found.len());
    for prefix in found {
        if !prefixes.last().is_some_and(|shorter| prefix.starts_with(&**shorter)) {
            prefixes.push(prefix);
        }
    }
    Some(prefixes.into_iter().collect())
}

/// Profiles by the leading digits of a code: a tree with a branch per digit.
#[derive(Debug, Default)]
struct Digits {
    nodes: Vec<Node>,
}

#[derive(Debug, Default)]
struct Node {
    /// Per digit the node below; 0 where there is none, as nothing leads back to the root.
    below: [u32; 10],
    /// Those that name the beginning of a code.
    profiles: Listed,
    /// Those that name the code itself.
    ends: Listed,
}

impl Digits {
    fn insert(&mut self, prefix: &str, profile: u32, whole: bool) {
        // A code has digits only: another prefix begins none.
        if !prefix.bytes().all(|byte| byte.is_ascii_digit()) {
            return;
        }
        if self.nodes.is_empty() {
            self.nodes.push(Node::default());
        }
        let mut at = 0usize;
        for digit in prefix.bytes().map(|byte| usize::from(byte - b'0')) {
            let fresh = u32::try_from(self.nodes.len()).unwrap_or(u32::MAX);
            let Some(below) = self.nodes.get_mut(at).and_then(|node| node.below.get_mut(digit)) else {
                return;
            };
            if *below == 0 {
                *below = fresh;
                at = self.nodes.len();
                self.nodes.push(Node::default());
            } else {
                at = usize::try_from(*below).unwrap_or(usize::MAX);
            }
        }
        if let Some(node) = self.nodes.get_mut(at) {
            if whole { node.ends.push(profile) } else { node.profiles.push(profile) }
        }
    }

    fn is_empty(&self) -> bool {
        self.nodes.is_empty()
    }

    fn along(&self, code: &str, ask: &mut impl FnMut(u32)) {
        let mut node = self.nodes.first();
        for digit in code.bytes().map(|byte| usize::from(byte.wrapping_sub(b'0'))) {
            let below = node.and_then(|node| node.below.get(digit)).copied().unwrap_or_default();
            if below == 0 {
                return;
            }
            node = usize::try_from(below).ok().and_then(|below| self.nodes.get(below));
            node.into_iter().flat_map(|node| &node.profiles).for_each(|profile| ask(*profile));
        }
        node.into_iter().flat_map(|node| &node.ends).for_each(|profile| ask(*profile));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language::{Stack, compile};

    fn needed(area: &str, path: &[&str], kind: Kind) -> Option<Vec<String>> {
        let Ok(Resolved::Value(source, _)) = resolve(path) else { panic!("{path:?}") };
        let set = needs(&compile(area, "area", Stack::Apart).unwrap().condition, &source, kind)?;
        Some(set.iter().map(|value| value.to_string()).collect())
    }

    #[test]
    fn necessary_codes_are_read_off_the_area() {
        for (area, expected) in [
            (r#"item.commodity_code.startsWith("85")"#, Some("85")),
            (r#""8501101000" == item.commodity_code && item.mass_net > 5"#, Some("8501101000")),
            (r#"item.commodity_code in ["8502", "8501"]"#, Some("8501 8502")),
            (r#"["61", "6203"].exists(p, item.commodity_code.startsWith(p))"#, Some("61 6203")),
            // A shorter prefix covers a longer one.
            (r#"item.commodity_code.startsWith("8501") || item.commodity_code.startsWith("85")"#, Some("85")),
            // Of two, the longer one tells more.
            (
                r#"item.commodity_code.startsWith("84") && item.commodity_code in ["8471", "8473"]"#,
                Some("8471 8473"),
            ),
            (
                r#"item.mass_net > 1 ? item.commodity_code == "8501" : item.commodity_code == "8502""#,
                Some("8501 8502"),
            ),
            (r#"item.commodity_code == "8501" && false"#, Some("")),
            (r#"item.commodity_code.startsWith("")"#, None),
            (r#"item.commodity_code.startsWith("85") || item.mass_net > 5"#, None),
            (r#"!(item.commodity_code.startsWith("85"))"#, None),
            (r#"item.commodity_code != "8501""#, None),
            (r#"item.commodity_code.endsWith("85")"#, None),
            (r#"item.mass_net > 5"#, None),
        ] {
            let found = needed(area, &["item", "commodity_code"], Kind::Prefix).map(|found| found.join(" "));
            assert_eq!(found.as_deref(), expected, "{area}");
        }
    }

    #[test]
    fn every_dimension_is_a_field() {
        assert_eq!(LISTINGS.len(), DIMENSIONS.len());
    }

    #[test]
    fn necessary_values_are_read_off_too() {
        let origin =
            |area| needed(area, &["item", "origin_country"], Kind::Whole).map(|found| found.join(" "));
        assert_eq!(origin(r#"item.origin_country in ["TR", "CN"]"#).as_deref(), Some("CN TR"));
        assert_eq!(origin(r#"item.origin_country.startsWith("C")"#), None);
    }

    #[test]
    fn a_code_meets_every_prefix_of_it_and_no_other() {
        let mut digits = Digits::default();
        for (profile, prefix) in ["85", "8501", "8502", "8", "85011010001", "9"].into_iter().enumerate() {
            digits.insert(prefix, profile as u32, false);
        }
        digits.insert("8a", 77, false);
        digits.insert("8501", 88, true);
        let along = |code: &str| {
            let mut met = Vec::new();
            digits.along(code, &mut |profile| met.push(profile));
            met
        };
        assert_eq!(along("8501101000"), [3, 0, 1]);
        assert_eq!(along("85011010001"), [3, 0, 1, 4]);
        assert_eq!(along("8501"), [3, 0, 1, 88]);
        assert_eq!(along("7208"), Vec::<u32>::new());
        assert_eq!(along(""), Vec::<u32>::new());
    }
}
