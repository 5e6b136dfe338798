//! Categories computed anew: what lapses with the days, and everything from all facts.

use std::collections::{BTreeMap, HashMap, HashSet};

use clearance::standing::Course;
use declaration::TaxNumber;
use jiff::civil::Date;
use risk::CategoryCriteria;
use store::{Store, StoreError, StoredTrader};

use super::leads;
use crate::error::CentreError;
use crate::traders::Whose;
use crate::{Centre, Inner};

/// Participants looked at between two transactions.
const AT_ONCE: usize = 1_000;
/// Standings changed in one transaction: settling waits for it.
const CHANGED_AT_ONCE: usize = 256;
/// Facts read at a time.
const FACTS_AT_ONCE: usize = 20_000;

/// What computing everything anew came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Recomputed {
    /// Facts read.
    pub facts: u64,
    /// Participants with facts.
    pub participants: usize,
    /// Folds that were not as they were kept.
    pub differing: usize,
    /// Categories that moved, and moves that were proposed or withdrawn.
    pub moved: usize,
}

/// What the last round through all participants rested on.
#[derive(Default)]
pub(crate) struct Nightly(Option<(Date, BTreeMap<String, CategoryCriteria>)>);

impl Nightly {
    /// Looks through all participants when the day is another, or the criteria are: what counted for a time counts no
    /// longer.
    pub(crate) fn look(&mut self, inner: &Inner) -> Result<(), CentreError> {
        let world = inner.world.load_full();
        let packs = world.reference().packs();
        let criteria =
            packs.filter_map(|pack| Some((pack.name.clone(), world.jurisdiction(pack)?.categories.clone())));
        let now = (inner.today(), criteria.collect());
        if self.0.as_ref() == Some(&now) {
            return Ok(());
        }
        inner.move_lapsed()?;
        self.0 = Some(now);
        Ok(())
    }
}

impl Inner {
    /// Moves the categories that no longer follow from facts as of today; how many did.
    pub(crate) fn move_lapsed(&self) -> Result<usize, CentreError> {
        let (mut after, mut moved) = (None, 0);
        while !self.is_stopping() {
            let some = self.store.participants_after(after.as_ref(), AT_ONCE)?;
            let Some(last) = some.last() else { break };
            after = Some(last.number);
            let (world, now) = (self.world.load_full(), self.now());
            let mut lapsed = Vec::new();
            for participant in &some {
                let Some(trader) = self.store.trader(&participant.number)? else { continue };
                let leads = leads(&world, participant, &trader.record, now);
                if leads.is_some_and(|(course, _)| course != Course::Stays) {
                    lapsed.push(Whose::from(participant));
                }
            }
            moved += self.follow_all(&lapsed)?;
        }
        Ok(moved)
    }

    /// Looks at some participants again inside transactions, and moves what is to be moved.
    fn follow_all(&self, all: &[Whose]) -> Result<usize, CentreError> {
        for some in all.chunks(CHANGED_AT_ONCE) {
            self.change_standing(&mut |bench| {
                some.iter().try_for_each(|whose| bench.told.record(bench.tx, whose).map(drop))?;
                Ok(())
            })?;
        }
        Ok(all.len())
    }

    /// Folds every fact there is, on every core: each takes a stretch of the table, and the folds are joined.
    pub(crate) fn fold_all(&self) -> Result<(u64, HashMap<TaxNumber, StoredTrader>), CentreError> {
        let store = self.store.as_ref();
        let annulled: HashSet<u64> = store.annulled_facts()?.into_iter().collect();
        let end = store.last_fact()?.saturating_add(1);
        let threads = std::thread::available_parallelism().map_or(2, usize::from).min(THREADS_MAX) as u64;
        let stretch = end.div_ceil(threads).max(1);
        let annulled = &annulled;
        let folds = std::thread::scope(|scope| {
            let begun: Vec<_> = (0..threads)
                .map(|nth| {
                    let (from, before) = (nth * stretch, ((nth + 1) * stretch).min(end));
                    scope.spawn(move || fold(store, from, before, annulled))
                })
                .collect();
            let joined =
                begun.into_iter().map(|fold| fold.join().unwrap_or(Err(StoreError::Failed(BUG.into()))));
            joined.collect::<Result<Vec<_>, StoreError>>()
        })?;
        let (mut count, mut all) = (0, HashMap::<TaxNumber, StoredTrader>::new());
        for (facts, folded) in folds {
            count += facts;
            if all.is_empty() {
                all = folded;
                continue;
            }
            for (number, trader) in folded {
                let kept = all.entry(number).or_default();
                kept.record.join(trader.record);
                kept.last_fact = kept.last_fact.max(trader.last_fact);
            }
        }
        Ok((count, all))
    }
}

/// More threads than this wait for the disk.
const THREADS_MAX: usize = 8;
const BUG: &str = "a thread that folds facts ended by a bug";

fn fold(
    store: &dyn Store,
    from: u64,
    before: u64,
    annulled: &HashSet<u64>,
) -> Result<(u64, HashMap<TaxNumber, StoredTrader>), StoreError> {
    let (mut next, mut count, mut all) = (from, 0, HashMap::<TaxNumber, StoredTrader>::new());
    while next < before {
        let some = store.facts_between(next, before, FACTS_AT_ONCE)?;
        let Some(last) = some.last() else { break };
        next = last.number + 1;
        for stored in &some {
            let trader = all.entry(stored.participant).or_default();
            trader.last_fact = Some(stored.number);
            count += 1;
            if !annulled.contains(&stored.number) {
                trader.record.take(&stored.fact);
            }
        }
    }
    Ok((count, all))
}

impl Centre {
    /// Computes what is known of every participant from all facts, and every category from that; keeps what differs.
    /// May run beside the work of the centre: whoever gets another fact meanwhile is as that left them.
    ///
    /// # Errors
    /// Where the store fails.
    pub fn recompute_categories(&self) -> Result<Recomputed, CentreError> {
        let inner = &self.inner;
        let (facts, folded) = inner.fold_all()?;
        let mut done = Recomputed { facts, participants: folded.len(), ..Recomputed::default() };
        let (mut after, mut changed) = (None, Vec::new());
        loop {
            let some = inner.store.traders_after(after.as_ref(), AT_ONCE)?;
            let Some((last, _)) = some.last() else { break };
            after = Some(*last);
            for (number, kept) in some {
                let Some(fold) = folded.get(&number).filter(|fold| fold.last_fact == kept.last_fact) else {
                    continue;
                };
                if !kept.record.is_fold(&fold.record) {
                    changed.push((number, kept.record.with_fold(fold.record.clone()), kept.last_fact));
                }
            }
        }
        // What has facts and no fold at all.
        for (number, fold) in &folded {
            if inner.store.trader(number)?.is_none() {
                changed.push((*number, fold.record.clone(), None));
            }
        }
        done.differing = changed.len();
        for some in changed.chunks(CHANGED_AT_ONCE) {
            inner.change_standing(&mut |bench| {
                for (number, record, last) in some {
                    let participant = bench.tx.participant(number)?;
                    let whose = participant.as_ref().map_or(Whose::of(*number, "", ""), Whose::from);
                    let fold = folded.get(number).and_then(|fold| fold.last_fact);
                    bench.told.replace(bench.tx, &whose, record.clone(), *last, fold)?;
                }
                Ok(())
            })?;
        }
        done.moved = inner.move_lapsed()?;
        Ok(done)
    }
}

impl From<super::StandingError> for CentreError {
    fn from(why: super::StandingError) -> Self {
        match why {
            super::StandingError::Centre(why) => why,
            super::StandingError::Refused { why, .. } => {
                CentreError::Refused { code: why.code(), text: Box::new(why.text()) }
            }
        }
    }
}
