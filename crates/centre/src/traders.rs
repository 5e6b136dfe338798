//! What is known of traders: facts that settling adds in the transaction of the step that shows them, and their fold,
//! which intake reads with every filing.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::{Arc, RwLock};

use clearance::dossier::OPERATOR;
use clearance::fact::{Fact, FactKind};
use clearance::trader::{Entry, Heading, Known, Record, grounds_found};
use clearance::{Case, CaseId, Event, Ground, Input, LookResult, StepRecord, World};
use declaration::{Declaration, TaxNumber};
use jiff::Timestamp;
use jiff::civil::Date;
use reference::DEFAULT_PACK;
use risk::Category;
use store::{NewFact, Participant, StoreError, StoredFact, StoredTrader, Transaction};

use crate::error::CentreError;
use crate::journal::Page;
use crate::{Centre, Inner, accounts, sealing, standing};

/// Records kept in memory: a few hundred bytes each, ten kilobytes of who declares every heading there is.
const KNOWN_MAX: usize = 20_000;
/// Steps read at a time.
const STEPS_AT_ONCE: usize = 512;

/// Facts of one trader read at a time.
const FACTS_AT_ONCE: usize = 512;

/// Records as the last transaction left them, for intake. A filing may meet one that is a batch old: what it used is
/// recorded with it.
#[derive(Default)]
pub(crate) struct Cache(RwLock<HashMap<TaxNumber, Arc<Record>>>);

/// Who a trader is, as far as a transaction needs it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Whose {
    pub(crate) number: TaxNumber,
    /// The pack whose criteria apply where nobody knew it before.
    pub(crate) pack: String,
    /// Its name; empty where it is not known.
    pub(crate) name: String,
}

impl Whose {
    pub(crate) fn of(number: TaxNumber, pack: &str, name: &str) -> Self {
        Self { number, pack: pack.to_owned(), name: name.to_owned() }
    }

    /// The participant nobody knew before.
    pub(crate) fn participant(&self) -> Participant {
        let Self { number, pack, name } = self.clone();
        Participant { number, name, pack, category: Category::Medium, proposed: None, held_until: None }
    }
}

impl From<&Participant> for Whose {
    fn from(participant: &Participant) -> Self {
        Self::of(participant.number, &participant.pack, &participant.name)
    }
}

/// A trader as a transaction sees and changes it.
struct Slot {
    whose: Whose,
    trader: StoredTrader,
    changed: bool,
    /// The last fact that bears on the category.
    cause: Option<u64>,
}

/// Traders as a transaction sees and changes them: read once, written once at its end.
#[derive(Default)]
pub(crate) struct Told {
    slots: BTreeMap<TaxNumber, Slot>,
    moved: Vec<(TaxNumber, Category)>,
}

impl Told {
    fn slot(&mut self, tx: &mut dyn Transaction, whose: &Whose) -> Result<&mut Slot, StoreError> {
        Ok(match self.slots.entry(whose.number) {
            std::collections::btree_map::Entry::Occupied(found) => found.into_mut(),
            std::collections::btree_map::Entry::Vacant(slot) => {
                let trader = tx.trader(&whose.number)?.unwrap_or_default();
                slot.insert(Slot { whose: whose.clone(), trader, changed: false, cause: None })
            }
        })
    }

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
        let entry = entry(world, before, after, events);
        let whose = Whose::of(number, &after.pack, &after.declarant);
        for fact in entry.facts() {
            self.add(tx, &whose, &fact, at)?;
        }
        if after.number.is_some() && recorded(events).next().is_some() {
            let day = accounts::day_of(world, &after.pack, at);
            self.tell_found(tx, &whose, after.id, day, at)?;
        }
        if let Some(headings) = headings.filter(|_| entry.brings_headings()) {
            let slot = self.slot(tx, &whose)?;
            slot.trader.record.declared(headings);
            slot.changed = true;
        }
        Ok(())
    }

    /// Tells what looks at a case found, as all results recorded for it come to: a ground counts once, and one whose
    /// results were recorded anew as nothing no longer.
    fn tell_found(
        &mut self,
        tx: &mut dyn Transaction,
        whose: &Whose,
        case: CaseId,
        day: Date,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        let results = tx.results(case)?;
        let found = grounds_found(results.iter().map(|stored| &stored.result));
        let kept = tx.found_facts(case)?;
        for ground in &found {
            if !kept.iter().any(|(_, of)| of == ground) {
                let ground = Some(ground.clone());
                let fact = Fact { ground, ..Fact::of_case(case, FactKind::Found, day) };
                self.add(tx, whose, &fact, at)?;
            }
        }
        for (fact, ground) in &kept {
            if !found.contains(ground) {
                let annulment = Fact { case: Some(case), ..Fact::annulment(*fact, day, "", ANEW) };
                self.add(tx, whose, &annulment, at)?;
            }
        }
        Ok(())
    }

    /// Adds a fact and folds it; what it annuls is folded out.
    pub(crate) fn add(
        &mut self,
        tx: &mut dyn Transaction,
        whose: &Whose,
        fact: &Fact,
        at: Timestamp,
    ) -> Result<u64, StoreError> {
        let slot = self.slot(tx, whose)?;
        let previous = slot.trader.last_fact;
        let number = tx.add_fact(&NewFact { participant: &whose.number, at, previous, fact })?;
        slot.trader.last_fact = Some(number);
        slot.changed = true;
        if !fact.kind.is_withheld() {
            slot.cause = Some(number);
        }
        match fact.annuls {
            None => slot.trader.record.take(fact),
            Some(_) => slot.fold_anew(tx)?,
        }
        Ok(number)
    }

    /// What is known of a trader now; whoever is asked for is held against the criteria when the transaction ends.
    pub(crate) fn record(&mut self, tx: &mut dyn Transaction, whose: &Whose) -> Result<Record, StoreError> {
        Ok(self.slot(tx, whose)?.trader.record.clone())
    }

    /// Facts of a trader that one document shows, as far as they are not annulled.
    pub(crate) fn live_facts_of(
        &mut self,
        tx: &mut dyn Transaction,
        whose: &Whose,
        document: &str,
    ) -> Result<Vec<StoredFact>, StoreError> {
        let slot = self.slot(tx, whose)?;
        let mut found = Vec::new();
        slot.each_live(tx, &mut |stored| {
            if stored.fact.document == document {
                found.push(stored);
            }
        })?;
        Ok(found)
    }

    /// Puts what is known of a trader in the place of what was, unless another fact came meanwhile.
    pub(crate) fn replace(
        &mut self,
        tx: &mut dyn Transaction,
        whose: &Whose,
        record: Record,
        kept: Option<u64>,
        last_fact: Option<u64>,
    ) -> Result<(), StoreError> {
        let slot = self.slot(tx, whose)?;
        if slot.trader.last_fact == kept {
            (slot.trader, slot.changed) = (StoredTrader { record, last_fact }, true);
        }
        Ok(())
    }

    /// Says that a category moved otherwise than by facts.
    pub(crate) fn moved(&mut self, number: TaxNumber, to: Category) {
        self.moved.push((number, to));
    }

    /// Writes back what was told, and moves the categories that follow from it.
    pub(crate) fn close(
        &mut self,
        tx: &mut dyn Transaction,
        page: &mut Page,
        world: &World,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        for (number, slot) in &self.slots {
            if slot.changed {
                tx.put_trader(number, &slot.trader)?;
            }
            let record = &slot.trader.record;
            if let Some(to) = standing::follow(tx, page, world, &slot.whose, record, slot.cause, now)? {
                self.moved.push((*number, to));
            }
        }
        Ok(())
    }
}

/// Why a look that found something no longer counts.
const ANEW: &str = "результат записан заново: ничего не найдено";

impl Slot {
    /// Every fact of the trader that is not annulled, newest first.
    fn each_live(
        &self,
        tx: &mut dyn Transaction,
        each: &mut dyn FnMut(StoredFact),
    ) -> Result<(), StoreError> {
        let (mut next, mut annulled) = (self.trader.last_fact, BTreeSet::new());
        while next.is_some() {
            let some = tx.facts_back(next, FACTS_AT_ONCE)?;
            next = some.last().and_then(|stored| stored.previous);
            for stored in some {
                // An annulment is newer than what it annuls.
                match stored.fact.annuls {
                    Some(of) => drop(annulled.insert(of)),
                    None if annulled.remove(&stored.number) => {}
                    None => each(stored),
                }
            }
        }
        Ok(())
    }

    fn fold_anew(&mut self, tx: &mut dyn Transaction) -> Result<(), StoreError> {
        let mut fold = Record::default();
        self.each_live(tx, &mut |stored| fold.take(&stored.fact))?;
        self.trader.record = self.trader.record.with_fold(fold);
        Ok(())
    }
}

fn recorded(events: &[Event]) -> impl Iterator<Item = &LookResult> {
    events.iter().flat_map(|event| match event {
        Event::ResultsRecorded { results, .. } => results.as_slice(),
        _ => &[],
    })
}

fn entry<'a>(world: &World, before: &'a Case, after: &'a Case, events: &'a [Event]) -> Entry<'a> {
    Entry { before, after, events, filed: accounts::day_of(world, &after.pack, after.filed_at) }
}

impl Inner {
    /// What is known of a declarant: decisions, trials and appeals ask for it. Of whoever files for a declarant without
    /// showing that he may, a good name is not taken.
    pub(crate) fn known_of(
        &self,
        declarant: Option<&TaxNumber>,
        speaks: bool,
        declaration: &Declaration,
        world: &World,
        now: Timestamp,
    ) -> Result<Option<Box<Known>>, CentreError> {
        let Some(number) = declarant else { return Ok(None) };
        let day = world.day(world.pack_for(declaration), now);
        let mut known = self.trader(number)?.known(declaration, day);
        known.participant.authorised_operator &= speaks;
        Ok(Some(Box::new(known)))
    }

    /// What is known of a declarant who corrects: what was known at the filing.
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

    /// Takes over what a transaction told once it is durable: records and categories as intake meets them.
    pub(crate) fn take_told(&self, told: Told) {
        let Told { slots, moved } = told;
        if let Ok(mut known) = self.traders.0.write() {
            if known.len() >= KNOWN_MAX {
                known.clear();
            }
            let changed = slots.into_iter().filter(|(_, slot)| slot.changed);
            known.extend(changed.map(|(number, slot)| (number, Arc::new(slot.trader.record))));
        }
        if !moved.is_empty()
            && let Ok(mut known) = self.categories.write()
        {
            known.extend(moved);
        }
    }

    /// The record of a trader; an empty one of whoever nobody knows.
    fn trader(&self, number: &TaxNumber) -> Result<Arc<Record>, CentreError> {
        if let Ok(known) = self.traders.0.read()
            && let Some(record) = known.get(number)
        {
            return Ok(Arc::clone(record));
        }
        let record = Arc::new(self.store.trader(number)?.unwrap_or_default().record);
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

/// A fact that is to be added, and when it became known.
type Missing = (Timestamp, Fact);

/// What every step there is shows of traders, as far as no fact says it.
#[derive(Default)]
struct Count {
    /// What facts say already: of which case, what, on which ground.
    said: HashSet<(CaseId, FactKind, Option<Ground>)>,
    missing: BTreeMap<TaxNumber, (Whose, Vec<Missing>)>,
    headings: BTreeMap<TaxNumber, BTreeSet<Heading>>,
    results: HashMap<CaseId, Vec<LookResult>>,
    counted: BTreeSet<TaxNumber>,
}

impl Count {
    fn add(&mut self, whose: &Whose, at: Timestamp, fact: Fact) {
        let Some(case) = fact.case else { return };
        if self.said.insert((case, fact.kind, fact.ground.clone())) {
            let missing = self.missing.entry(whose.number).or_insert_with(|| (whose.clone(), Vec::new()));
            missing.1.push((at, fact));
        }
    }
}

impl Inner {
    /// What facts say already of cases.
    fn said(&self) -> Result<HashSet<(CaseId, FactKind, Option<Ground>)>, CentreError> {
        let (mut next, mut of_cases, mut anew) = (0, Vec::new(), HashSet::new());
        loop {
            let some = self.store.facts_between(next, LAST, STEPS_AT_ONCE)?;
            let Some(last) = some.last() else { break };
            next = last.number + 1;
            for StoredFact { number, fact, .. } in some {
                match (fact.annuls, fact.case) {
                    // What an official annulled was said, and stays annulled; what a later result took back is said anew
                    // by another.
                    (Some(annulled), _) if fact.stated_by.is_empty() => {
                        anew.insert(annulled);
                    }
                    (None, Some(case)) => of_cases.push((number, (case, fact.kind, fact.ground))),
                    _ => {}
                }
            }
        }
        Ok(of_cases.into_iter().filter(|(number, _)| !anew.contains(number)).map(|(_, said)| said).collect())
    }

    fn count(&self) -> Result<Count, CentreError> {
        let mut count = Count { said: self.said()?, ..Count::default() };
        let mut open: HashMap<CaseId, Case> = HashMap::new();
        let mut next = 0;
        loop {
            let steps = self.store.steps_from(next, STEPS_AT_ONCE)?;
            let Some(last) = steps.last() else { return Ok(count) };
            next = last.leaf + 1;
            for stored in &steps {
                let Some(id) = stored.case else { continue };
                let damaged = |why| CentreError::Log(format!("a step of case {id} is damaged: {why}"));
                let step = crate::view::read_record(stored).map_err(damaged)?;
                let before = match open.remove(&id) {
                    Some(case) => case,
                    None => self.case_before(id, &step)?,
                };
                let mut after = before.clone();
                after.take(&step.events, step.at);
                if let Some(number) = after.declarant_number.filter(|_| Entry::says_something(&step.events)) {
                    let world = self.world_of(&step.world)?;
                    let whose = Whose::of(number, &after.pack, &after.declarant);
                    let entry = entry(&world, &before, &after, &step.events);
                    count.counted.extend(after.number.map(|_| number));
                    entry.facts().into_iter().for_each(|fact| count.add(&whose, step.at, fact));
                    if entry.brings_headings() {
                        let headings = self.headings_of(id, &step)?;
                        count.headings.entry(number).or_default().extend(headings);
                    }
                    let results = count.results.entry(id).or_default();
                    results.extend(recorded(&step.events).cloned());
                    let grounds = grounds_found(&*results);
                    let day = accounts::day_of(&world, &after.pack, step.at);
                    let missing = count.missing.get_mut(&number);
                    // Recorded anew as nothing, before a fact says it.
                    missing.into_iter().for_each(|(_, facts)| {
                        facts.retain(|(_, fact)| {
                            let of_case = fact.kind == FactKind::Found && fact.case == Some(id);
                            !of_case || fact.ground.as_ref().is_some_and(|ground| grounds.contains(ground))
                        });
                    });
                    for ground in grounds.into_iter().filter(|_| after.number.is_some()) {
                        let ground = Some(ground);
                        count.add(
                            &whose,
                            step.at,
                            Fact { ground, ..Fact::of_case(id, FactKind::Found, day) },
                        );
                    }
                    if results_of(&count, id).is_empty() {
                        count.results.remove(&id);
                    }
                }
                if !after.state.is_final() {
                    open.insert(id, after);
                }
            }
        }
    }

    /// Gives facts to what was kept before there were any: what steps show, what officials said without days, and
    /// until when a category counts that somebody set. Done once; `greenlane participant recount` does again what was
    /// cut short.
    pub(crate) fn start_facts(&self) -> Result<(), CentreError> {
        if self.store.last_fact()? > 0 {
            return Ok(());
        }
        // First what was set by hand is held, then what facts say is counted.
        self.hold_categories()?;
        if self.store.traders_after(None, 1)?.is_empty() {
            return Ok(());
        }
        tracing::info!("what is known of participants is counted anew from every step, once");
        self.count_anew().map(drop)
    }

    /// Categories that were set before they followed from facts count for a year more.
    fn hold_categories(&self) -> Result<(), CentreError> {
        let until = self.today().checked_add(jiff::Span::new().years(1)).unwrap_or(Date::MAX);
        let mut after = None;
        loop {
            let some = self.store.participants_after(after.as_ref(), STEPS_AT_ONCE)?;
            let Some(last) = some.last() else { return Ok(()) };
            after = Some(last.number);
            let old: Vec<Participant> = some
                .into_iter()
                .filter(|participant| participant.pack.is_empty())
                .map(|participant| Participant {
                    pack: DEFAULT_PACK.to_owned(),
                    held_until: Some(until).filter(|_| participant.category != Category::Medium),
                    ..participant
                })
                .collect();
            if !old.is_empty() {
                self.store.transact(&mut |tx| old.iter().try_for_each(|one| tx.put_participant(one)))?;
            }
        }
    }

    fn count_anew(&self) -> Result<(usize, usize), CentreError> {
        let Count { missing, headings, counted, .. } = self.count()?;
        let mut all: BTreeSet<TaxNumber> = counted.iter().copied().chain(missing.keys().copied()).collect();
        let mut after = None;
        loop {
            let some = self.store.traders_after(after.as_ref(), STEPS_AT_ONCE)?;
            let Some((last, _)) = some.last() else { break };
            after = Some(*last);
            all.extend(some.iter().map(|(number, _)| *number));
        }
        let (numbers, mut differing) = (all.into_iter().collect::<Vec<_>>(), 0);
        for some in numbers.chunks(RECOUNTED_AT_ONCE) {
            let (now, world) = (self.now(), self.world.load_full());
            let (mut journal, mut told) =
                (self.journal.lock().map_err(|_| CentreError::Broken)?, Told::default());
            let (mut page, mut changed) = (journal.page(), 0);
            self.store.transact(&mut |tx| {
                (page, told, changed) = (journal.page(), Told::default(), 0);
                for number in some {
                    let known = tx.participant(number)?.map(|participant| Whose::from(&participant));
                    let (found, facts) = match missing.get(number) {
                        Some((whose, facts)) => (Some(whose.clone()), facts.as_slice()),
                        None => (None, [].as_slice()),
                    };
                    let whose = found.or(known).unwrap_or_else(|| Whose::of(*number, DEFAULT_PACK, ""));
                    let slot = told.slot(tx, &whose)?;
                    let kept = slot.trader.record.clone();
                    let stated = slot.trader.record.stated_without_days();
                    let day = accounts::day_of(&world, &whose.pack, now);
                    let stated = stated.map(|stated| stated.facts(day, OPERATOR, WITHOUT_DAYS));
                    for (at, fact) in facts {
                        told.add(tx, &whose, fact, *at)?;
                    }
                    for fact in stated.iter().flatten() {
                        told.add(tx, &whose, fact, now)?;
                    }
                    let slot = told.slot(tx, &whose)?;
                    slot.fold_anew(tx)?;
                    slot.trader.record.declared(headings.get(number).unwrap_or(&BTreeSet::new()));
                    slot.changed = slot.changed || slot.trader.record != kept;
                    changed += usize::from(slot.trader.record != kept);
                }
                told.close(tx, &mut page, &world, now)?;
                page.close(tx)
            })?;
            journal.turn(page);
            drop(journal);
            self.take_told(told);
            differing += changed;
        }
        Ok((counted.len(), differing))
    }
}

fn results_of(count: &Count, case: CaseId) -> &[LookResult] {
    count.results.get(&case).map_or(&[], Vec::as_slice)
}

/// Beyond every number of a fact.
const LAST: u64 = i64::MAX as u64;
/// Traders counted anew in one transaction.
const RECOUNTED_AT_ONCE: usize = 256;
/// What officials said before facts had days.
const WITHOUT_DAYS: &str = "сведения должностных лиц, внесённые без дат";

impl Centre {
    /// What is known of a trader; an empty record of whoever nobody knows.
    ///
    /// # Errors
    /// Where the store fails.
    pub fn trader(&self, number: &TaxNumber) -> Result<Record, CentreError> {
        Ok(self.inner.store.trader(number)?.unwrap_or_default().record)
    }

    /// Counts what is known of all traders anew from the steps of all cases, their documents and the facts officials
    /// stated; facts that steps show and that are missing are added. How many traders have registered declarations
    /// comes back, and how many were not as they were kept. Nothing else may be settled meanwhile.
    ///
    /// # Errors
    /// Where the store fails, or a step or document cannot be read.
    pub fn recount_traders(&self) -> Result<(usize, usize), CentreError> {
        self.inner.count_anew()
    }
}
