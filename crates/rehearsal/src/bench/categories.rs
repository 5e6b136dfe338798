//! Trader categories: computed from millions of stored facts, held against a plain computation, and moved by single
//! facts through the running centre.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Instant;

use centre::{Centre, Options};
use clearance::CaseId;
use clearance::fact::{Fact, FactKind};
use declaration::{CountryCode, TaxNumber};
use jiff::civil::Date;
use jiff::{Span as Days, Timestamp};
use reference::DEFAULT_PACK;
use risk::{Category, CategoryCriteria, Criterion, Indicator, Span, Threshold};
use rust_decimal::Decimal;
use serde::Serialize;
use store::{NewFact, Participant, Store, StoredTrader};
use store_sqlite::SqliteStore;

use crate::error::RehearsalError;
use crate::random::Random;
use crate::traders::Trader;

/// Facts stored with one sync.
const AT_ONCE: usize = 20_000;
/// Days over which they lie: more than two years, so that some no longer count.
const DAYS: u64 = 900;
/// A tenth of the participants has half of the facts.
const BUSY_ONE_IN: u64 = 10;
/// The most recomputing may take, in seconds.
const RECOMPUTED_WITHIN: f64 = 60.0;
/// The most a fact may take until the category has moved, in milliseconds.
const MOVED_WITHIN: f64 = 1_000.0;

/// How fast categories follow from facts.
#[derive(Debug, Clone)]
pub struct CategoriesBench {
    /// An empty directory for the store.
    pub dir: PathBuf,
    /// How many participants.
    pub participants: u64,
    /// How many facts about them all.
    pub facts: u64,
    /// How many single facts are stated through the centre afterwards.
    pub single: u64,
    /// What the facts are made from.
    pub seed: u64,
}

impl CategoriesBench {
    /// A hundred thousand participants with five million facts.
    pub fn usual(dir: PathBuf) -> Self {
        Self { dir, participants: 100_000, facts: 5_000_000, single: 1_000, seed: 29 }
    }
}

/// What that came to.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CategoriesReport {
    /// Participants.
    pub participants: u64,
    /// Facts stored before.
    pub facts: u64,
    /// How long making and storing them took, in seconds; it counts for nothing.
    pub store_seconds: f64,
    /// How long computing every category from the stored facts took, everything written back, in seconds.
    pub recompute_seconds: f64,
    /// Facts per second of that.
    pub facts_per_second: f64,
    /// Cores it could use.
    pub cores: usize,
    /// Of low, medium and high risk.
    pub categories: [u64; 3],
    /// Single facts stated through the running centre.
    pub single: u64,
    /// Milliseconds until the category had moved: half were faster.
    pub single_p50_ms: f64,
    /// The same: 99 of 100 were faster.
    pub single_p99_ms: f64,
    /// The slowest.
    pub single_max_ms: f64,
    /// What is not as the plain computation has it, or did not move.
    pub faults: Vec<String>,
}

impl CategoriesReport {
    /// Whether all is right and in time.
    pub fn holds(&self) -> bool {
        self.faults.is_empty()
            && self.recompute_seconds <= RECOMPUTED_WITHIN
            && self.single_p99_ms <= MOVED_WITHIN
    }
}

/// A fact as the plain computation keeps it.
#[derive(Debug, Clone, Copy)]
struct Plain {
    day: Date,
    kind: FactKind,
    amount: u32,
}

/// Faults that are listed.
const FAULTS_MAX: usize = 20;

impl CategoriesBench {
    /// Stores facts, computes categories from them, checks these, and moves some by single facts.
    ///
    /// # Errors
    /// Where the store or the centre fails.
    pub fn run(&self, mut progress: impl FnMut(&str, u64, u64)) -> Result<CategoriesReport, RehearsalError> {
        let store = Arc::new(SqliteStore::open(&self.dir.join("data"))?);
        let centre = Centre::open(Arc::clone(&store) as Arc<dyn Store>, Options::default())?;
        let world = centre.world();
        let pack = world.reference().pack(DEFAULT_PACK);
        let criteria = pack.and_then(|pack| Some(world.jurisdiction(pack)?.categories.clone()));
        let unknown = || RehearsalError::Invalid(format!("there is no pack {DEFAULT_PACK}"));
        let criteria = criteria.ok_or_else(unknown)?;
        let today = centre.today();
        let country = pack.map(|pack| pack.country).ok_or_else(unknown)?;

        let begun = Instant::now();
        let (numbers, plain) = self.store_facts(store.as_ref(), country, today, &mut progress)?;
        let store_seconds = begun.elapsed().as_secs_f64();

        let begun = Instant::now();
        let recomputed = centre.recompute_categories()?;
        let recompute_seconds = begun.elapsed().as_secs_f64();

        let mut faults = Vec::new();
        if recomputed.facts != self.facts {
            faults.push(format!("{} facts were read, {} are there", recomputed.facts, self.facts));
        }
        let (mut categories, mut movable) = ([0; 3], Vec::new());
        for (number, facts) in numbers.iter().zip(&plain) {
            let kept = store.participant(number)?.map(|participant| participant.category);
            let expected = plain_category(&criteria, facts, today);
            if kept != Some(expected) && faults.len() < FAULTS_MAX {
                faults.push(format!("{number}: {kept:?}, the plain computation says {expected:?}"));
            }
            if let Some(count) = categories.get_mut(expected as usize) {
                *count += 1;
            }
            if expected != Category::High {
                movable.push(*number);
            }
        }
        let mut spent = self.state(&centre, &movable, today, &mut faults, &mut progress)?;
        centre.stop();
        spent.sort_by(f64::total_cmp);
        let at = |share: f64| {
            let place = (spent.len() as f64 * share) as usize;
            spent.get(place.min(spent.len().saturating_sub(1))).copied().unwrap_or_default()
        };
        Ok(CategoriesReport {
            participants: self.participants,
            facts: self.facts,
            store_seconds,
            recompute_seconds,
            facts_per_second: self.facts as f64 / recompute_seconds,
            cores: std::thread::available_parallelism().map_or(1, usize::from),
            categories,
            single: spent.len() as u64,
            single_p50_ms: at(0.5),
            single_p99_ms: at(0.99),
            single_max_ms: at(1.0),
            faults,
        })
    }

    /// Facts as they come: day after day, of one participant after another.
    fn store_facts(
        &self,
        store: &SqliteStore,
        country: CountryCode,
        today: Date,
        progress: &mut impl FnMut(&str, u64, u64),
    ) -> Result<(Vec<TaxNumber>, Vec<Vec<Plain>>), RehearsalError> {
        let traders: Vec<Trader> =
            (0..self.participants).filter_map(|index| Trader::at(index, country)).collect();
        let mut plain: Vec<Vec<Plain>> = vec![Vec::new(); traders.len()];
        let mut last: Vec<Option<u64>> = vec![None; traders.len()];
        let mut random = Random::of(self.seed, 1);
        let mut stored = 0;
        while stored < self.facts {
            let count = (self.facts - stored).min(AT_ONCE as u64);
            let mut batch = Vec::with_capacity(AT_ONCE);
            for nth in stored..stored + count {
                let of = match random.happens(500) {
                    true => random.below(self.participants) / BUSY_ONE_IN * BUSY_ONE_IN,
                    false => random.below(self.participants),
                };
                let back = (DAYS - 1).saturating_sub(nth * DAYS / self.facts);
                let day = today.checked_sub(Days::new().days(back as i64)).unwrap_or(today);
                batch.push((of as usize, made(&mut random, of, day)));
            }
            store.transact(&mut |tx| {
                for (of, fact) in &batch {
                    let (Some(trader), Some(last)) = (traders.get(*of), last.get_mut(*of)) else { continue };
                    let new = NewFact {
                        participant: &trader.number,
                        at: begin_of(fact.day),
                        previous: *last,
                        fact,
                    };
                    *last = Some(tx.add_fact(&new)?);
                }
                Ok(())
            })?;
            for (of, fact) in batch {
                if let Some(facts) = plain.get_mut(of) {
                    facts.push(Plain { day: fact.day, kind: fact.kind, amount: fact.count() });
                }
            }
            stored += count;
            progress("facts", stored, self.facts);
        }
        for (some, last) in traders.chunks(AT_ONCE).zip(last.chunks(AT_ONCE)) {
            store.transact(&mut |tx| {
                for (trader, last_fact) in some.iter().zip(last) {
                    tx.put_participant(&Participant {
                        number: trader.number,
                        name: trader.name.clone(),
                        pack: DEFAULT_PACK.to_owned(),
                        category: Category::Medium,
                        proposed: None,
                        held_until: None,
                    })?;
                    tx.put_trader(
                        &trader.number,
                        &StoredTrader { last_fact: *last_fact, ..StoredTrader::default() },
                    )?;
                }
                Ok(())
            })?;
        }
        Ok((traders.into_iter().map(|trader| trader.number).collect(), plain))
    }

    /// States facts that move categories, one after another; milliseconds of each until the category had moved.
    fn state(
        &self,
        centre: &Centre,
        movable: &[TaxNumber],
        today: Date,
        faults: &mut Vec<String>,
        progress: &mut impl FnMut(&str, u64, u64),
    ) -> Result<Vec<f64>, RehearsalError> {
        let mut random = Random::of(self.seed, 2);
        let mut spent = Vec::new();
        for nth in 0..self.single.min(movable.len() as u64) {
            // Each once, so that each moves.
            let stride = movable.len() as u64 / self.single.max(1);
            let place = nth * stride.max(1) + random.below(stride.max(1));
            let Some(number) = movable.get(place as usize) else { break };
            let amount = Some(Decimal::from(OFFENCES));
            let fact = Fact::stated(FactKind::Offence, today, amount, "bench", "decree", "measured");
            let begun = Instant::now();
            let stated = centre.state_facts(DEFAULT_PACK, &[(*number, fact)]);
            stated.map_err(|why| RehearsalError::Invalid(why.to_string()))?;
            let kept = centre.store().participant(number)?.map(|participant| participant.category);
            spent.push(begun.elapsed().as_secs_f64() * 1_000.0);
            if kept != Some(Category::High) && faults.len() < FAULTS_MAX {
                faults.push(format!("{number}: {OFFENCES} offences left it {kept:?}"));
            }
            progress("single facts", nth + 1, self.single);
        }
        Ok(spent)
    }
}

/// Offences that make anybody high: more than any pack asks for.
const OFFENCES: u32 = 10;

/// A fact of somebody on a day; whose it is decides how clean a record it makes.
fn made(random: &mut Random, of: u64, day: Date) -> Fact {
    // Of ten participants eight are clean, one is careless, one is bad.
    let (corrected, stopped, offence) = match of / BUSY_ONE_IN % 10 {
        0 => (200, 150, 30),
        1 => (60, 60, 3),
        _ => (8, 10, 0),
    };
    let drawn = random.below(1_000);
    let kind = if drawn < corrected {
        FactKind::Corrected
    } else if drawn < corrected + stopped {
        FactKind::Stopped
    } else if drawn < corrected + stopped + offence {
        FactKind::Offence
    } else if drawn < corrected + stopped + offence + 20 {
        FactKind::Hit
    } else {
        FactKind::Registered
    };
    if kind == FactKind::Offence {
        return Fact::stated(kind, day, None, "heron", "постановление", "вступило в силу");
    }
    let mut rest = [0; 10];
    rest.iter_mut().zip(random.any().to_be_bytes()).for_each(|(byte, drawn)| *byte = drawn);
    Fact::of_case(CaseId::new(begin_of(day), &rest), kind, day)
}

fn begin_of(day: Date) -> Timestamp {
    day.to_zoned(jiff::tz::TimeZone::UTC).map_or(Timestamp::UNIX_EPOCH, |midnight| midnight.timestamp())
}

/// The category by the criteria, worked out anew for each threshold from the facts as they are: slow, and nothing in
/// common with the fold.
fn plain_category(criteria: &CategoryCriteria, facts: &[Plain], today: Date) -> Category {
    let since = |months: i32| today.checked_sub(Days::new().months(months)).unwrap_or(Date::MIN);
    let sum = |kind: FactKind, counts: &dyn Fn(&Plain) -> bool| -> u64 {
        facts.iter().filter(|fact| fact.kind == kind && counts(fact)).map(|fact| u64::from(fact.amount)).sum()
    };
    let value = |row: &Criterion| -> (Decimal, u64) {
        let months = match row.span() {
            Some(Span::TwoYears) => 24,
            Some(Span::Year) | None => 12,
        };
        // The month of the day and those before it, whole.
        let first_of_month = since(months).first_of_month();
        let in_months = |fact: &Plain| fact.day >= first_of_month;
        let registered = sum(FactKind::Registered, &in_months);
        let share = |kind| {
            let part = Decimal::from(sum(kind, &in_months) * 100);
            let share = part.checked_div(Decimal::from(registered)).unwrap_or_default();
            share.min(Decimal::ONE_HUNDRED).round_dp(2)
        };
        let value = match row.indicator {
            Indicator::YearsActive => {
                let first =
                    facts.iter().filter(|fact| fact.kind == FactKind::Registered).map(|fact| fact.day);
                let first = first.min().unwrap_or(today);
                let years = (1i16..100).take_while(|years| {
                    first.checked_add(Days::new().years(*years)).is_ok_and(|day| day <= today)
                });
                Decimal::from(years.count() as u64)
            }
            Indicator::DeclarationsYear => Decimal::from(registered),
            Indicator::OffencesTwoYears => {
                Decimal::from(sum(FactKind::Offence, &|fact| fact.day > since(months)))
            }
            Indicator::Debt | Indicator::AuthorisedOperator => Decimal::ZERO,
            Indicator::CorrectionsPercent => share(FactKind::Corrected),
            Indicator::RefusalsPercent => share(FactKind::Stopped),
        };
        (value, registered)
    };
    let reached = |threshold: Option<Threshold>, value: Decimal| match threshold {
        None => None,
        Some(Threshold::AtLeast(limit)) => Some(value >= limit),
        Some(Threshold::AtMost(limit)) => Some(value <= limit),
    };
    let (mut high, mut low, mut high_points, mut low_points) = (false, true, 0, 0);
    let (mut any_low, mut any_high) = (false, false);
    for row in &criteria.criteria {
        let (value, registered) = value(row);
        let counts = registered >= u64::from(row.declarations_min);
        if reached(row.high, value) == Some(true) && counts {
            high |= row.high_knock_out;
            any_high = true;
            high_points += row.weight;
        }
        match reached(row.low, value) {
            Some(true) => {
                low_points += row.weight;
                any_low = true;
            }
            Some(false) => low &= criteria.low_points.is_some() && !row.low_knock_out,
            None => {}
        }
    }
    let is_high = criteria.high_points.map_or(any_high, |needed| high || high_points >= needed);
    let is_low = low && criteria.low_points.map_or(any_low, |needed| low_points >= needed);
    match (is_high, is_low) {
        (true, _) => Category::High,
        (false, true) => Category::Low,
        (false, false) => Category::Medium,
    }
}

/// The report in words.
pub fn render_categories(report: &CategoriesReport) -> String {
    let [low, medium, high] = report.categories;
    let mut out = format!(
        "{} facts of {} participants stored in {:.1} s\n\
         every category computed from them in {:.2} s on {} cores ({:.0} facts a second): {low} low, {medium} medium, \
         {high} high\n\
         {} single facts through the running centre: the category had moved after {:.2} ms (half), {:.2} ms (99 of 100), \
         {:.2} ms (all)\n\
         {} differences from the plain computation",
        report.facts,
        report.participants,
        report.store_seconds,
        report.recompute_seconds,
        report.cores,
        report.facts_per_second,
        report.single,
        report.single_p50_ms,
        report.single_p99_ms,
        report.single_max_ms,
        report.faults.len()
    );
    for fault in &report.faults {
        out.push_str("\n  ");
        out.push_str(fault);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn categories_are_as_the_plain_computation_has_them() {
        let dir = tempfile::tempdir().unwrap();
        let bench = CategoriesBench {
            participants: 200,
            facts: 20_000,
            single: 20,
            ..CategoriesBench::usual(dir.path().to_owned())
        };
        let report = bench.run(|_, _, _| ()).unwrap();
        assert_eq!(report.faults, Vec::<String>::new());
        assert!(report.categories.iter().all(|count| *count > 0), "{report:?}");
        assert_eq!((report.single, report.categories.iter().sum::<u64>()), (20, 200));
        assert!(render_categories(&report).contains("0 differences"));
    }
}
