//! What a trial adds up. Whole numbers only, so that parts can be added in any order.

use std::collections::{BTreeMap, HashMap};

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::Outcome;
use crate::draw::PARTS;
use crate::lane::Lane;

/// Known results among some declarations.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Known {
    /// Something was found.
    pub found: u64,
    /// An officer looked and found nothing.
    pub nothing: u64,
    /// What was found was worth so much, where that is known.
    pub value: Decimal,
}

impl Known {
    pub(super) fn add(&mut self, outcome: Option<Outcome>) {
        match outcome {
            Some(Outcome::Found { value }) => {
                self.found += 1;
                self.value = self.value.saturating_add(value.unwrap_or_default());
            }
            Some(Outcome::Nothing) => self.nothing += 1,
            None => {}
        }
    }

    fn merge(&mut self, other: &Self) {
        self.found += other.found;
        self.nothing += other.nothing;
        self.value = self.value.saturating_add(other.value);
    }
}

/// What one profile would have done. All numbers but `lines` count declarations.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct OfProfile {
    /// In the area.
    pub area: u64,
    /// In the area, but excluded on every line.
    pub excluded: u64,
    /// In the area, but of a category that the profile does not apply to.
    pub category_out: u64,
    /// Not to be decided, on some line or as a whole, for lack of a field.
    #[serde(default)]
    pub undecided: u64,
    /// Of these, filings with which nothing of the trader's history was recorded, by a profile that asks for it.
    #[serde(default)]
    pub undecided_history: u64,
    /// Meant: in the area, not excluded, of a category it applies to.
    pub matches: u64,
    /// Lines of goods meant; of a profile of whole declarations none.
    pub lines: u64,
    /// Shares of the matches that were to be taken, in parts per million, summed.
    #[serde(skip)]
    pub share_parts: u64,
    /// Taken by the draw of their day.
    pub hits: u64,
    /// Matches whose day's secret is gone: whether they were hits nobody can say.
    pub undrawn: u64,
}

impl OfProfile {
    /// How many hits the shares lead one to expect.
    pub fn expected(&self) -> Decimal {
        let expected = Decimal::from(self.share_parts).checked_div(Decimal::from(PARTS));
        expected.unwrap_or_default().round_dp(1).normalize()
    }

    fn merge(&mut self, other: &Self) {
        let Self {
            area,
            excluded,
            category_out,
            undecided,
            undecided_history,
            matches,
            lines,
            share_parts,
            hits,
            undrawn,
        } = *other;
        self.area += area;
        self.excluded += excluded;
        self.category_out += category_out;
        self.undecided += undecided;
        self.undecided_history += undecided_history;
        self.matches += matches;
        self.lines += lines;
        self.share_parts += share_parts;
        self.hits += hits;
        self.undrawn += undrawn;
    }
}

/// Declarations that would have gone through another lane.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Moved {
    /// The lane they went through.
    pub from: Lane,
    /// The lane they would have gone through.
    pub to: Lane,
    /// How many.
    pub declarations: u64,
}

/// Declarations of an office or a trader.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Group {
    /// What a person calls it, where it has a name besides its code.
    pub name: String,
    /// Filed.
    pub declarations: u64,
    /// Hit.
    pub hits: u64,
    /// Hit, and not by what it is compared with.
    pub new: u64,
    /// With a known result.
    pub known: Known,
    /// Of those hit.
    pub caught: Known,
}

impl Group {
    fn merge(&mut self, other: &Self) {
        if self.name.is_empty() {
            self.name.clone_from(&other.name);
        }
        self.declarations += other.declarations;
        self.hits += other.hits;
        self.new += other.new;
        self.known.merge(&other.known);
        self.caught.merge(&other.caught);
    }
}

/// Declarations hit both by the profiles on trial and by one they are compared with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Overlap {
    /// The profile compared with.
    pub profile: String,
    /// How many.
    pub declarations: u64,
}

/// A hit, for lists.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Found {
    /// The case: the 16 bytes of its identifier.
    pub case: [u8; 16],
    /// The number of the profile.
    pub profile: String,
    /// The line of goods, from 1; none: the declaration as a whole.
    pub item: Option<u32>,
}

/// What a trial found so far.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Tally {
    /// Declarations looked at.
    pub declarations: u64,
    /// Of them not registered: they have no lane and take nobody's time.
    pub unregistered: u64,
    /// Of them filed without a record of what was known of the trader's history.
    pub history_unknown: u64,
    /// Lines of goods looked at.
    pub items: u64,
    /// By profile on trial, by number.
    pub profiles: BTreeMap<String, OfProfile>,
    /// Declarations hit by any of them.
    pub hits: u64,
    /// Of them not hit by what it is compared with.
    pub new: u64,
    /// Declarations hit by what it is compared with.
    pub hits_before: u64,
    /// By lanes: registered declarations that would have gone through another one.
    pub moved: BTreeMap<(Lane, Lane), u64>,
    /// Minutes of officers' work for the measures of the hits.
    pub minutes: u64,
    /// Of them for measures that were not to be taken anyway.
    pub minutes_new: u64,
    /// Minutes for the measures of what it is compared with.
    pub minutes_before: u64,
    /// With a known result.
    pub known: Known,
    /// Of those hit.
    pub caught: Known,
    /// Of those hit, and not by what it is compared with.
    pub caught_new: Known,
    /// Of those hit by what it is compared with.
    pub caught_before: Known,
    /// By office.
    pub offices: HashMap<String, Group>,
    /// By declarant.
    pub traders: HashMap<String, Group>,
    /// By profile compared with.
    pub overlap: BTreeMap<String, u64>,
    /// Hits, as far as they were to be listed.
    pub listed: Vec<Found>,
}

impl Tally {
    /// Adds another part; of its list no more than `listed_max` in all.
    pub fn merge(&mut self, other: Tally, listed_max: usize) {
        self.declarations += other.declarations;
        self.unregistered += other.unregistered;
        self.history_unknown += other.history_unknown;
        self.items += other.items;
        for (number, part) in &other.profiles {
            self.profiles.entry(number.clone()).or_default().merge(part);
        }
        self.hits += other.hits;
        self.new += other.new;
        self.hits_before += other.hits_before;
        other.moved.iter().for_each(|(lanes, count)| *self.moved.entry(*lanes).or_default() += count);
        self.minutes += other.minutes;
        self.minutes_new += other.minutes_new;
        self.minutes_before += other.minutes_before;
        self.known.merge(&other.known);
        self.caught.merge(&other.caught);
        self.caught_new.merge(&other.caught_new);
        self.caught_before.merge(&other.caught_before);
        other.offices.iter().for_each(|(office, part)| merged(&mut self.offices, office, part));
        other.traders.iter().for_each(|(trader, part)| merged(&mut self.traders, trader, part));
        other
            .overlap
            .iter()
            .for_each(|(number, count)| *self.overlap.entry(number.clone()).or_default() += count);
        self.listed.extend(other.listed);
        self.listed.sort_unstable();
        self.listed.truncate(listed_max);
    }

    /// Lanes that would have changed, the mildest before first.
    pub fn lanes(&self) -> Vec<Moved> {
        let moved = |((from, to), declarations): (&(Lane, Lane), &u64)| Moved {
            from: *from,
            to: *to,
            declarations: *declarations,
        };
        self.moved.iter().map(moved).collect()
    }

    /// Profiles compared with that hit the same declarations, the most first.
    pub fn overlaps(&self) -> Vec<Overlap> {
        let row =
            |(profile, count): (&String, &u64)| Overlap { profile: profile.clone(), declarations: *count };
        let mut rows: Vec<Overlap> = self.overlap.iter().map(row).collect();
        rows.sort_by(|one, other| {
            other.declarations.cmp(&one.declarations).then_with(|| one.profile.cmp(&other.profile))
        });
        rows
    }

    /// The first of some groups by hits, then by declarations.
    pub fn top(groups: &HashMap<String, Group>, many: usize) -> Vec<(String, Group)> {
        let mut rows: Vec<(&String, &Group)> = groups.iter().collect();
        rows.sort_by(|(one, a), (other, b)| {
            (b.hits, b.known.found, b.declarations)
                .cmp(&(a.hits, a.known.found, a.declarations))
                .then_with(|| one.cmp(other))
        });
        rows.into_iter().take(many).map(|(code, group)| (code.clone(), group.clone())).collect()
    }
}

fn merged(groups: &mut HashMap<String, Group>, code: &str, part: &Group) {
    match groups.get_mut(code) {
        Some(group) => group.merge(part),
        None => {
            groups.insert(code.to_owned(), part.clone());
        }
    }
}

/// The group of a code, made where it is new.
pub(super) fn group<'g>(
    groups: &'g mut HashMap<String, Group>,
    code: &str,
    name: &str,
) -> Option<&'g mut Group> {
    if !groups.contains_key(code) {
        groups.insert(code.to_owned(), Group { name: name.to_owned(), ..Group::default() });
    }
    groups.get_mut(code)
}
