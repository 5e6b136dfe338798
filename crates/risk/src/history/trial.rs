//! A trial: profiles asked of the past.

use std::collections::BTreeSet;
use std::ops::RangeInclusive;

use jiff::civil::Date;

use super::Outcome;
use super::needed::Needed;
use super::segment::{PastCase, Segment};
use super::tally::{Found, Known, OfProfile, Tally, group};
use crate::draw::Draw;
use crate::effort::Effort;
use crate::error::ProfileError;
use crate::lane::{Lane, LanePolicy};
use crate::profile::{Measure, Profile};
use crate::rules::{Answer, Rules};
use crate::share::Share;

/// What profiles on trial are compared with.
#[derive(Debug)]
pub enum Baseline {
    /// What was in force when each declaration was filed, as recorded then. A profile of the same number as one
    /// on trial counts as replaced by it.
    Recorded,
    /// Other profiles, on trial themselves.
    Profiles(Box<Rules>),
}

/// Profiles on trial. Validity is not asked: they are tried as if they had been in force all the time.
#[derive(Debug)]
pub struct Trial {
    rules: Rules,
    baseline: Baseline,
    replaced: BTreeSet<String>,
    /// Of each profile on trial, by number: whether it asks for what was known of the trader.
    asking: Vec<bool>,
}

/// What a trial is to look at, and what it has to know besides the columns.
#[derive(Clone, Copy)]
pub struct Wanted<'w> {
    /// Days of filing.
    pub days: (Date, Date),
    /// The secret of the day of a case, where it is known: its draws follow from it.
    pub secret: &'w (dyn Fn(&PastCase) -> Option<[u8; 32]> + Sync),
    /// The rates of chance, for a case that chance was not asked of because a hit had led to a look already.
    pub policy: &'w LanePolicy,
    /// What is known of a case afterwards.
    pub outcome: &'w (dyn Fn(&[u8; 16]) -> Option<Outcome> + Sync),
    /// What measures cost.
    pub effort: &'w Effort,
    /// How many hits are listed one by one.
    pub listed_max: usize,
}

impl std::fmt::Debug for Wanted<'_> {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Wanted").field("days", &self.days).finish_non_exhaustive()
    }
}

/// Profiles as if they had always been in force.
fn always(profiles: Vec<Profile>) -> Result<Rules, Vec<ProfileError>> {
    let always = |profile| Profile { valid_from: Date::MIN, valid_to: None, ..profile };
    Rules::compile(profiles.into_iter().map(always).collect())
}

impl Trial {
    /// A trial of profiles against what was in force, or against other profiles.
    ///
    /// # Errors
    /// Where a profile is wrong.
    pub fn of(profiles: Vec<Profile>, against: Option<Vec<Profile>>) -> Result<Self, Vec<ProfileError>> {
        let rules = always(profiles)?;
        let baseline = match against {
            None => Baseline::Recorded,
            Some(profiles) => Baseline::Profiles(Box::new(always(profiles)?)),
        };
        let replaced = rules.profiles().iter().map(|profile| profile.number.clone()).collect();
        let asking = rules.asking_of_trader();
        Ok(Self { rules, baseline, replaced, asking })
    }

    /// The profiles on trial, by number.
    pub fn profiles(&self) -> &[Profile] {
        self.rules.profiles()
    }

    /// The columns it reads.
    pub fn needed(&self) -> Needed {
        let own = Needed::of(&self.rules);
        match &self.baseline {
            Baseline::Recorded => own,
            Baseline::Profiles(rules) => own.and(Needed::of(rules)),
        }
    }

    /// Asks the profiles of a segment and adds up what would have followed.
    pub fn over(&self, segment: &Segment, wanted: &Wanted<'_>, tally: &mut Tally) {
        let days: RangeInclusive<Date> = wanted.days.0..=wanted.days.1;
        let mut sums = vec![OfProfile::default(); self.rules.profiles().len()];
        let mut said = Vec::new();
        for (place, case) in segment.cases().iter().enumerate() {
            if !days.contains(&case.day) {
                continue;
            }
            tally.declarations += 1;
            tally.unregistered += u64::from(!case.registered);
            tally.history_unknown += u64::from(!case.history_known);
            tally.items += segment.lines(place) as u64;
            let mut after = Consequence::default();
            ask(&self.rules, segment, place, &mut said);
            self.hits(case, wanted, &said, &mut sums, &mut after, tally);
            let before = self.before(segment, case, place, wanted, &mut said);
            add((segment, place), case, wanted, &before, &after, tally);
        }
        for (profile, sum) in self.rules.profiles().iter().zip(sums) {
            // Every profile on trial stands in the result, though it found nothing.
            let mut one = Tally::default();
            one.profiles.insert(profile.number.clone(), sum);
            tally.merge(one, wanted.listed_max);
        }
    }

    /// What the profiles on trial do with a case.
    fn hits<'p>(
        &'p self,
        case: &PastCase,
        wanted: &Wanted<'_>,
        said: &[(u32, Option<u32>, Answer)],
        sums: &mut [OfProfile],
        after: &mut Consequence<'p>,
        tally: &mut Tally,
    ) {
        let mut draw = None;
        for group in said.chunk_by(|one, other| one.0 == other.0) {
            let Some(at) = group.first().map(|(profile, ..)| *profile) else { continue };
            let Some(profile) = self.rules.profile(at) else { continue };
            let place = usize::try_from(at).unwrap_or(usize::MAX);
            let Some(sum) = sums.get_mut(place) else { continue };
            let effect = profile.effect(case.category);
            let any = |answer| group.iter().any(|(.., said)| *said == answer);
            let undecided = effect.is_some() && any(Answer::Undecided);
            let asks = self.asking.get(place).copied().unwrap_or_default();
            sum.undecided += u64::from(undecided);
            sum.undecided_history += u64::from(undecided && asks && !case.history_known);
            let meant = any(Answer::Fires);
            if !meant && !any(Answer::Excluded) {
                continue;
            }
            sum.area += 1;
            if !meant {
                sum.excluded += 1;
                continue;
            }
            let Some(effect) = effect else {
                sum.category_out += 1;
                continue;
            };
            let lines = || group.iter().filter(|(.., answer)| *answer == Answer::Fires);
            sum.matches += 1;
            sum.lines += lines().filter(|(_, item, _)| item.is_some()).count() as u64;
            sum.share_parts += u64::from(effect.share.parts());
            match taken(effect.share, &profile.number, case, wanted, &mut draw) {
                None => {
                    sum.undrawn += 1;
                    continue;
                }
                Some(false) => continue,
                Some(true) => sum.hits += 1,
            }
            after.add(&profile.number, effect.lane, effect.measures);
            if tally.listed.len() < wanted.listed_max {
                let found = |item: &Option<u32>| Found {
                    case: case.case,
                    profile: profile.number.clone(),
                    item: *item,
                };
                tally.listed.extend(lines().map(|(_, item, _)| found(item)));
            }
        }
    }

    /// What happened to a case by what the trial is compared with.
    fn before<'p>(
        &'p self,
        segment: &'p Segment,
        case: &'p PastCase,
        place: usize,
        wanted: &Wanted<'_>,
        said: &mut Vec<(u32, Option<u32>, Answer)>,
    ) -> Before<'p> {
        let mut before = Before::default();
        match &self.baseline {
            Baseline::Recorded => {
                for hit in &case.hits {
                    let number = segment.profile(hit);
                    before.all.add(number, hit.lane, &hit.measures);
                    if !self.replaced.contains(number) {
                        before.kept.add(number, hit.lane, &hit.measures);
                    }
                }
                before.lane = case.lane;
            }
            Baseline::Profiles(rules) => {
                ask(rules, segment, place, said);
                let mut draw = None;
                for group in said.chunk_by(|one, other| one.0 == other.0) {
                    let meant = group.iter().any(|(.., answer)| *answer == Answer::Fires);
                    let profile = group.first().and_then(|(profile, ..)| rules.profile(*profile));
                    let Some(profile) = profile.filter(|_| meant) else { continue };
                    let Some(effect) = profile.effect(case.category) else { continue };
                    if taken(effect.share, &profile.number, case, wanted, &mut draw) == Some(true) {
                        before.all.add(&profile.number, effect.lane, effect.measures);
                    }
                }
                before.lane = lane_of(before.all.lane, segment, place, case, wanted);
            }
        }
        before
    }
}

/// What each profile that can apply says of a case, by profile and line; those whose area does not hold left out.
fn ask(rules: &Rules, segment: &Segment, place: usize, said: &mut Vec<(u32, Option<u32>, Answer)>) {
    said.clear();
    let Some((whole, lines)) = segment.subjects(place) else { return };
    rules.ask(whole, lines, |profile, item, answer| said.push((profile, item, answer)));
    said.sort_unstable_by_key(|(profile, item, _)| (*profile, *item));
}

/// Whether the draw of the day takes a case into the share of a profile; `None` where the day's secret is gone.
fn taken(
    share: Share,
    number: &str,
    case: &PastCase,
    wanted: &Wanted<'_>,
    draw: &mut Option<Option<Draw>>,
) -> Option<bool> {
    if share == Share::ALL {
        return Some(true);
    }
    let made = || (wanted.secret)(case).map(|secret| Draw::of(&secret, &case.digest));
    draw.get_or_insert_with(made).as_ref().map(|draw| share.takes(draw.share(number)))
}

/// The lane of a case whose hits lead to one. Chance is asked as it is of a filing. Where the hits put to it what
/// the recorded ones did, the recorded selection is its answer, made at the rates of that day; else it is asked
/// again, if the secret of the day is still there. Who withdrew from under a look is looked at whatever the rules
/// say: what the recorded lane has beyond hits and chance stays.
fn lane_of(hits: Lane, segment: &Segment, place: usize, case: &PastCase, wanted: &Wanted<'_>) -> Lane {
    let put = |lane: Lane| (lane.looks_before_release(), lane == Lane::Green);
    let then = case.hits.iter().map(|hit| hit.lane).max().unwrap_or_default();
    let chance = case.random.unwrap_or_default();
    let floor = if case.lane > then.max(chance) { case.lane } else { Lane::Green };
    let select = || {
        let codes = segment.codes(place);
        let draw = (wanted.secret)(case).map(|secret| Draw::of(&secret, &case.digest))?;
        let selected = wanted.policy.select(hits, &segment.sampled(place, &codes)?, &draw);
        Some(selected.map_or(Lane::Green, |selected| selected.lane))
    };
    let chance = match put(hits) == put(then) {
        true => chance,
        false => select().unwrap_or({
            // Nobody can say; the recorded draw stands in where it would have been made.
            let drawn = !hits.looks_before_release() || wanted.policy.drawn_always;
            if drawn { chance } else { Lane::Green }
        }),
    };
    hits.max(chance).max(floor)
}

/// What follows from hits of a case.
#[derive(Default)]
struct Consequence<'p> {
    lane: Lane,
    measures: u32,
    profiles: Vec<&'p str>,
}

impl<'p> Consequence<'p> {
    fn add(&mut self, profile: &'p str, lane: Lane, measures: &[Measure]) {
        self.lane = self.lane.max(lane);
        self.measures |= set(measures);
        if !self.profiles.contains(&profile) {
            self.profiles.push(profile);
        }
    }

    fn is_empty(&self) -> bool {
        self.profiles.is_empty()
    }
}

/// What happened before.
#[derive(Default)]
struct Before<'p> {
    all: Consequence<'p>,
    /// Without what the trial replaces.
    kept: Consequence<'p>,
    lane: Lane,
}

fn set(measures: &[Measure]) -> u32 {
    measures.iter().fold(0, |set, measure| set | 1 << (*measure as u8))
}

fn minutes(effort: &Effort, set: u32) -> u64 {
    let taken = Measure::ALL.iter().filter(|measure| set >> (**measure as u8) & 1 == 1);
    taken.map(|measure| u64::from(effort.of(*measure))).sum()
}

fn add(
    (segment, place): (&Segment, usize),
    case: &PastCase,
    wanted: &Wanted<'_>,
    before: &Before<'_>,
    after: &Consequence<'_>,
    tally: &mut Tally,
) {
    let outcome = (wanted.outcome)(&case.case);
    let (hit, hit_before) = (!after.is_empty(), !before.all.is_empty());
    let new = hit && !hit_before;
    tally.hits += u64::from(hit);
    tally.new += u64::from(new);
    tally.hits_before += u64::from(hit_before);
    let sums: [(bool, &mut Known); 4] = [
        (true, &mut tally.known),
        (hit, &mut tally.caught),
        (new, &mut tally.caught_new),
        (hit_before, &mut tally.caught_before),
    ];
    sums.into_iter().filter(|(counts, _)| *counts).for_each(|(_, known)| known.add(outcome));
    if hit {
        for number in &before.all.profiles {
            *tally.overlap.entry((*number).to_owned()).or_default() += 1;
        }
    }
    if case.registered {
        let lane = lane_of(before.kept.lane.max(after.lane), segment, place, case, wanted);
        if lane != before.lane {
            *tally.moved.entry((before.lane, lane)).or_default() += 1;
        }
        tally.minutes += minutes(wanted.effort, after.measures);
        tally.minutes_new += minutes(wanted.effort, after.measures & !before.all.measures);
        tally.minutes_before += minutes(wanted.effort, before.all.measures);
    }
    let groups = [
        group(&mut tally.offices, segment.office(case), ""),
        group(&mut tally.traders, segment.declarant(case), segment.name(case)),
    ];
    for group in groups.into_iter().flatten() {
        group.declarations += 1;
        group.hits += u64::from(hit);
        group.new += u64::from(new);
        group.known.add(outcome);
        if hit {
            group.caught.add(outcome);
        }
    }
}
