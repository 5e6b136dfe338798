//! What is known of traders: told by settling, in the same transaction; asked by intake, where some profile asks.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{Arc, RwLock};

use clearance::trader::{Entry, Heading, Known, Record, Stated};
use clearance::{Case, CaseId, Event, Input, StepRecord, World};
use declaration::{Declaration, TaxNumber};
use jiff::Timestamp;
use store::{StoreError, Transaction};

use crate::error::CentreError;
use crate::{Centre, Inner, accounts, sealing};

/// Records kept in memory: a few hundred bytes each, ten kilobytes of who declares every heading there is.
const KNOWN_MAX: usize = 20_000;
/// Steps read at a time.
const STEPS_AT_ONCE: usize = 512;

/// Records as the last transaction left them, for intake. A filing may meet one that is a batch old: what it used is
/// recorded with it.
#[derive(Default)]
pub(crate) struct Cache(RwLock<HashMap<TaxNumber, Arc<Record>>>);

impl Cache {
    /// Takes what a transaction wrote: kept where somebody asks, forgotten where nobody does.
    pub(crate) fn take(&self, told: Told, asked: bool) {
        if told.0.is_empty() {
            return;
        }
        let Ok(mut known) = self.0.write() else { return };
        if !asked {
            return known.clear();
        }
        if known.len() >= KNOWN_MAX {
            known.clear();
        }
        known.extend(told.0.into_iter().map(|(number, record)| (number, Arc::new(record))));
    }
}

/// Records of traders as a transaction sees and changes them: read once, written once at its end.
#[derive(Default)]
pub(crate) struct Told(BTreeMap<TaxNumber, Record>);

impl Told {
    /// Tells what a step says of the declarant.
    #[allow(clippy::too_many_arguments)]
    pub(crate) fn tell(
        &mut self,
        tx: &mut dyn Transaction,
        world: &World,
        before: &Case,
        after: &Case,
        events: &[Event],
        headings: Option<&BTreeSet<Heading>>,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        let Some(number) = after.declarant_number.filter(|_| Entry::says_something(events)) else {
            return Ok(());
        };
        let record = match self.0.entry(number) {
            std::collections::btree_map::Entry::Occupied(found) => found.into_mut(),
            std::collections::btree_map::Entry::Vacant(slot) => {
                slot.insert(tx.trader(&number)?.unwrap_or_default())
            }
        };
        let none = BTreeSet::new();
        record.take(&entry(world, before, after, events, headings.unwrap_or(&none), at));
        Ok(())
    }

    /// Writes back what was told.
    pub(crate) fn store(&self, tx: &mut dyn Transaction) -> Result<(), StoreError> {
        self.0.iter().try_for_each(|(number, record)| tx.put_trader(number, record))
    }
}

fn entry<'a>(
    world: &World,
    before: &'a Case,
    after: &'a Case,
    events: &'a [Event],
    headings: &'a BTreeSet<Heading>,
    at: Timestamp,
) -> Entry<'a> {
    let day = |moment| accounts::day_of(world, &after.pack, moment);
    Entry { before, after, events, headings, filed: day(after.filed_at), day: day(at) }
}

impl Inner {
    /// What is known of a declarant, where some profile in force asks for it. Of whoever files for a declarant without
    /// showing that he may, a good name is not taken.
    pub(crate) fn known_of(
        &self,
        declarant: Option<&TaxNumber>,
        speaks: bool,
        declaration: &Declaration,
        world: &World,
        now: Timestamp,
    ) -> Result<Option<Box<Known>>, CentreError> {
        let Some(number) = declarant.filter(|_| world.asks_of_trader()) else { return Ok(None) };
        let day = world.day(world.pack_for(declaration), now);
        let mut known = self.trader(number)?.known(declaration, day);
        known.participant.authorised_operator &= speaks;
        Ok(Some(Box::new(known)))
    }

    /// What is known of a declarant who corrects: what was known at the filing, where somebody asked then.
    pub(crate) fn known_again(
        &self,
        case: &Case,
        records: &[(u64, StepRecord)],
        corrected: &Declaration,
    ) -> Result<Option<Box<Known>>, CentreError> {
        let at_filing = records.iter().find_map(|(_, record)| match &record.input {
            Input::File(filing) => filing.known.as_deref(),
            _ => None,
        });
        let (Some(known), Some(number)) = (at_filing, &case.declarant_number) else { return Ok(None) };
        Ok(Some(Box::new(self.trader(number)?.known_again(known, corrected))))
    }

    /// The record of a trader; an empty one of whoever nobody knows.
    fn trader(&self, number: &TaxNumber) -> Result<Arc<Record>, CentreError> {
        if let Ok(known) = self.traders.0.read()
            && let Some(record) = known.get(number)
        {
            return Ok(Arc::clone(record));
        }
        let record = Arc::new(self.store.trader(number)?.unwrap_or_default());
        let Ok(mut known) = self.traders.0.write() else { return Ok(record) };
        if known.len() >= KNOWN_MAX {
            known.clear();
        }
        // What settling has put there meanwhile is newer than what was read.
        Ok(Arc::clone(known.entry(*number).or_insert(record)))
    }

    /// The headings that a step brings in: of a filing, or of what a correction makes of it.
    fn headings_of(&self, id: CaseId, record: &StepRecord) -> Result<BTreeSet<Heading>, CentreError> {
        match &record.input {
            Input::File(_) => {
                let document = self.store.document(id)?;
                let damaged = || CentreError::Log(format!("the document of case {id} is missing or damaged"));
                let document = document.ok_or_else(damaged)?;
                let content = sealing::content_of(&document.bytes)?;
                let read = wire::read(&content).map_err(|_| damaged())?;
                Ok(read.declaration().map(Heading::all_of).unwrap_or_default())
            }
            Input::Correct(_) => {
                let records = self.step_records(id)?;
                let until =
                    records.iter().map(|(_, other)| other).take_while(|other| other.seq <= record.seq);
                let versions = self.versions_of(id, until)?;
                Ok(versions.last().map(|version| Heading::all_of(&version.declaration)).unwrap_or_default())
            }
            _ => Ok(BTreeSet::new()),
        }
    }
}

impl Centre {
    /// What is known of a trader from its cases; an empty record of whoever nobody knows.
    ///
    /// # Errors
    /// Where the store fails.
    pub fn trader(&self, number: &TaxNumber) -> Result<Record, CentreError> {
        Ok(self.inner.store.trader(number)?.unwrap_or_default())
    }

    /// Takes what officials say of traders, all or nothing.
    ///
    /// # Errors
    /// Where the store fails.
    pub fn state_of_traders(&self, rows: &[(TaxNumber, Stated)]) -> Result<(), CentreError> {
        let mut told = Told::default();
        self.inner.store.transact(&mut |tx| {
            told = Told::default();
            for (number, stated) in rows {
                let mut record = match told.0.remove(number) {
                    Some(record) => record,
                    None => tx.trader(number)?.unwrap_or_default(),
                };
                record.state(stated.clone());
                told.0.insert(*number, record);
            }
            told.store(tx)
        })?;
        self.inner.traders.take(told, self.world().asks_of_trader());
        Ok(())
    }

    /// Counts the records of all traders anew from the steps of all cases and their documents, and keeps them; what
    /// officials said stays. How many there are comes back, and how many were not as they were kept. For cases from
    /// before records were kept; nothing else may be settled meanwhile.
    ///
    /// # Errors
    /// Where the store fails, or a step or document cannot be read.
    pub fn recount_traders(&self) -> Result<(usize, usize), CentreError> {
        let inner = &self.inner;
        let mut open: HashMap<CaseId, Case> = HashMap::new();
        let mut counted: BTreeMap<TaxNumber, Record> = BTreeMap::new();
        let mut next = 0;
        loop {
            let steps = inner.store.steps_from(next, STEPS_AT_ONCE)?;
            let Some(last) = steps.last() else { break };
            next = last.leaf + 1;
            for stored in &steps {
                let Some(id) = stored.case else { continue };
                let damaged = |why| CentreError::Log(format!("a step of case {id} is damaged: {why}"));
                let step = crate::view::read_record(stored).map_err(damaged)?;
                let before = match open.remove(&id) {
                    Some(case) => case,
                    None => inner.case_before(id, &step)?,
                };
                let mut after = before.clone();
                after.take(&step.events, step.at);
                if let Some(number) = after.declarant_number.filter(|_| Entry::says_something(&step.events)) {
                    let world = inner.world_of(&step.world)?;
                    let headings = inner.headings_of(id, &step)?;
                    let record = counted.entry(number).or_default();
                    record.take(&entry(&world, &before, &after, &step.events, &headings, step.at));
                }
                if !after.state.is_final() {
                    open.insert(id, after);
                }
            }
        }
        let mut differing = 0;
        for (number, record) in &mut counted {
            let kept = inner.store.trader(number)?.unwrap_or_default();
            record.state(kept.stated().clone());
            differing += usize::from(kept != *record);
        }
        let told = Told(counted);
        inner.store.transact(&mut |tx| told.store(tx))?;
        let count = told.0.len();
        inner.traders.take(told, self.world().asks_of_trader());
        Ok((count, differing))
    }
}
