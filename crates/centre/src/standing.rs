//! How traders stand: categories that follow from facts by the pack's criteria, moved in the transaction of the fact
//! that moved them; what officials state; appeals.
//!
//! ```text
//! fact ─► record ─► criteria of the pack ─► the category stays, moves, or a move is proposed
//!                                           └─ an act with its leaf of the log, in the same transaction
//! ```
//!
//! The rules are [`clearance::standing`] and [`risk::categorise`]; here are the clock, the store and the log.

mod leaf;
mod page;
mod recompute;

use std::collections::HashSet;

use clearance::World;
use clearance::fact::Fact;
use clearance::standing::{
    Act, Basis, Course, StandingRefusal, course, is_printable, may_decide, says_enough, sets,
};
use clearance::trader::Record;
use declaration::TaxNumber;
use jiff::Timestamp;
use jiff::civil::Date;
use reference::DEFAULT_PACK;
use risk::{Category, CategoryCriteria, Explanation, ParticipantFacts, categorise};
use store::{NewStandingAct, Participant, StoreError, StoredFact, StoredStandingAct, Transaction};

use crate::error::CentreError;
use crate::journal::Page;
use crate::traders::{Told, Whose};
use crate::{Centre, Inner};

pub use page::categories_page;
pub(crate) use recompute::Nightly;
pub use recompute::Recomputed;

/// Why nothing was done about a trader's standing.
#[derive(Debug, thiserror::Error)]
pub enum StandingError {
    /// The rules say no.
    #[error("{why}")]
    Refused {
        /// The place among what was handed in, from 0.
        row: usize,
        /// Why.
        why: StandingRefusal,
    },
    /// The centre failed.
    #[error(transparent)]
    Centre(#[from] CentreError),
}

impl From<StoreError> for StandingError {
    fn from(why: StoreError) -> Self {
        CentreError::from(why).into()
    }
}

impl From<StandingRefusal> for StandingError {
    fn from(why: StandingRefusal) -> Self {
        Self::Refused { row: 0, why }
    }
}

/// How a trader stands today.
#[derive(Debug, Clone, PartialEq)]
pub struct StandingView {
    /// The participant with its category.
    pub participant: Participant,
    /// The day.
    pub day: Date,
    /// Where its facts lead by the criteria, and why.
    pub explanation: Explanation,
    /// The criteria.
    pub criteria: CategoryCriteria,
}

/// A fact with what annulled it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FactView {
    /// The fact.
    pub stored: StoredFact,
    /// The fact that annulled it.
    pub annulled_by: Option<u64>,
}

/// Facts and acts of one page.
pub const STANDING_PAGE_MAX: usize = 100;
/// Appeals listed at once.
pub const APPEALS_MAX: usize = 500;
/// Acts looked through for an appeal.
const ACTS_MAX: usize = 10_000;

/// The criteria of a participant's pack, and the day there; none where the world no longer has it.
fn criteria_of<'w>(world: &'w World, pack: &str, now: Timestamp) -> Option<(&'w CategoryCriteria, Date)> {
    let pack = world.reference().pack(if pack.is_empty() { DEFAULT_PACK } else { pack })?;
    Some((&world.jurisdiction(pack)?.categories, world.day(pack, now)))
}

/// Keeps an act with its leaf; its number comes back.
fn append(
    tx: &mut dyn Transaction,
    page: &mut Page,
    participant: &TaxNumber,
    act: &Act,
    at: Timestamp,
) -> Result<u64, StoreError> {
    let sheets = leaf::sheets(participant, act, at, &page.salt()?)?;
    let leaf = page.add(tx, None, 0, at, sheets)?;
    tx.append_standing_act(&NewStandingAct { participant, at, act, leaf })
}

/// Where a participant's facts lead, and what comes of that.
fn leads(
    world: &World,
    participant: &Participant,
    record: &Record,
    now: Timestamp,
) -> Option<(Course, Explanation)> {
    let (criteria, day) = criteria_of(world, &participant.pack, now)?;
    let explanation = categorise(criteria, &record.figures_on(day));
    let Participant { category, proposed, held_until, .. } = *participant;
    let course = course(category, proposed, held_until, explanation.category, criteria.automatic, day);
    Some((course, explanation))
}

/// Moves the category of a participant where its facts lead elsewhere by now, or proposes to; the new one comes back.
pub(crate) fn follow(
    tx: &mut dyn Transaction,
    page: &mut Page,
    world: &World,
    whose: &Whose,
    record: &Record,
    cause: Option<u64>,
    now: Timestamp,
) -> Result<Option<Category>, StoreError> {
    let kept = tx.participant(&whose.number)?;
    let is_new = kept.is_none();
    let mut participant = kept.unwrap_or_else(|| whose.participant());
    let named = participant.name.is_empty() && !whose.name.is_empty();
    if named {
        participant.name.clone_from(&whose.name);
    }
    let Some((course, explanation)) = leads(world, &participant, record, now) else {
        return if is_new { tx.put_participant(&participant).map(|()| None) } else { Ok(None) };
    };
    let (from, reasons) = (participant.category, explanation.reasons);
    let act = match course {
        Course::Stays if is_new || named => return tx.put_participant(&participant).map(|()| None),
        Course::Stays => return Ok(None),
        Course::Moves(to) => {
            let basis = cause.map_or(Basis::Time, |fact| Basis::Fact { fact });
            (participant.category, participant.proposed, participant.held_until) = (to, None, None);
            Act::Moved { from, to, basis, reasons }
        }
        Course::Proposes(to) => {
            participant.proposed = Some(to).filter(|to| *to != from);
            Act::Proposed { from, to, reasons }
        }
    };
    tx.put_participant(&participant)?;
    append(tx, page, &whose.number, &act, now)?;
    Ok(Some(participant.category).filter(|category| *category != from))
}

/// What a change of standings works with.
struct Bench<'a> {
    tx: &'a mut dyn Transaction,
    page: &'a mut Page,
    told: &'a mut Told,
    world: &'a World,
    now: Timestamp,
}

/// Why a change stops; nothing of it is kept.
enum Stop {
    Refused(usize, StandingRefusal),
    Store(StoreError),
}

impl From<StoreError> for Stop {
    fn from(why: StoreError) -> Self {
        Stop::Store(why)
    }
}

impl From<StandingRefusal> for Stop {
    fn from(why: StandingRefusal) -> Self {
        Stop::Refused(0, why)
    }
}

impl Bench<'_> {
    fn today(&self, pack: &str) -> Date {
        let of_pack = criteria_of(self.world, pack, self.now).map(|(_, day)| day);
        of_pack.unwrap_or_else(|| self.now.to_zoned(jiff::tz::TimeZone::UTC).date())
    }

    fn append(&mut self, participant: &TaxNumber, act: &Act) -> Result<u64, StoreError> {
        append(self.tx, self.page, participant, act, self.now)
    }

    /// Adds what an official states, with its act.
    fn state(&mut self, whose: &Whose, fact: &Fact) -> Result<u64, StoreError> {
        let number = self.told.add(self.tx, whose, fact, self.now)?;
        self.append(&whose.number, &Act::Stated { number, fact: fact.clone() })?;
        Ok(number)
    }

    fn participant(&mut self, number: &TaxNumber) -> Result<Participant, Stop> {
        Ok(self.tx.participant(number)?.ok_or(StandingRefusal::NoParticipant)?)
    }

    /// What officials stated of a participant and nobody annulled, the newest first.
    fn stated(&mut self, number: &TaxNumber) -> Result<Vec<StoredFact>, Stop> {
        let mut stated = Vec::new();
        for act in self.tx.standing_acts(number, None, ACTS_MAX)? {
            let Act::Stated { number: fact, .. } = &act.act else { continue };
            if let Some(stored) = self.tx.fact(*fact)?
                && stored.fact.annuls.is_none()
                && self.tx.annulment_of(*fact)?.is_none()
            {
                stated.push(stored);
            }
        }
        Ok(stated)
    }

    /// The fact that says the same of a participant: kind, day and document.
    fn stated_before(&mut self, number: &TaxNumber, fact: &Fact) -> Result<Option<u64>, Stop> {
        let document = fact.document.trim();
        let same = |stored: &&StoredFact| {
            let before = &stored.fact;
            before.kind == fact.kind && before.day == fact.day && before.document.trim() == document
        };
        Ok(self.stated(number)?.iter().find(same).map(|stored| stored.number))
    }

    /// A fact of a participant that can be annulled.
    fn live_fact(&mut self, number: &TaxNumber, fact: u64) -> Result<Fact, Stop> {
        let stored = self.tx.fact(fact)?.filter(|stored| stored.participant == *number);
        let stored = stored.filter(|stored| stored.fact.annuls.is_none()).ok_or(StandingRefusal::NoFact)?;
        if self.tx.annulment_of(fact)?.is_some() {
            return Err(StandingRefusal::AnnulledBefore.into());
        }
        Ok(stored.fact)
    }
}

impl Inner {
    /// Changes standings in one transaction: acts with their leaves, facts with their folds, categories that follow.
    fn change_standing<T>(
        &self,
        work: &mut dyn FnMut(&mut Bench<'_>) -> Result<T, Stop>,
    ) -> Result<T, StandingError> {
        let (world, now) = (self.world.load_full(), self.now());
        let mut journal = self.journal.lock().map_err(|_| CentreError::Broken)?;
        let mut page = journal.page();
        let (mut told, mut refused, mut done) = (Told::default(), None, None);
        let settled = self.store.transact(&mut |tx| {
            (page, told, refused, done) = (journal.page(), Told::default(), None, None);
            let bench = &mut Bench { tx: &mut *tx, page: &mut page, told: &mut told, world: &world, now };
            match work(bench) {
                Ok(value) => done = Some(value),
                Err(Stop::Store(why)) => return Err(why),
                Err(Stop::Refused(row, why)) => {
                    refused = Some((row, why));
                    return Err(StoreError::Conflict("refused".to_owned()));
                }
            }
            told.close(tx, &mut page, &world, now)?;
            page.close(tx)
        });
        if let Some((row, why)) = refused {
            return Err(StandingError::Refused { row, why });
        }
        settled?;
        journal.turn(page);
        drop(journal);
        self.take_told(told);
        done.ok_or_else(|| CentreError::Broken.into())
    }
}

impl Centre {
    /// Takes facts that an official states, all or none, each once; their numbers come back. `pack` says which day it is.
    ///
    /// # Errors
    /// [`StandingError`], with the place of the first fact there cannot be.
    pub fn state_facts(&self, pack: &str, rows: &[(TaxNumber, Fact)]) -> Result<Vec<u64>, StandingError> {
        self.knows_pack(pack)?;
        self.inner.change_standing(&mut |bench| {
            let today = bench.today(pack);
            let mut numbers = Vec::with_capacity(rows.len());
            for (row, (number, fact)) in rows.iter().enumerate() {
                let refused = |why: StandingRefusal| Stop::Refused(row, why);
                fact.check(today).map_err(|why| refused(why.into()))?;
                let participant = bench.tx.participant(number)?;
                let participant = participant.ok_or_else(|| refused(StandingRefusal::NoParticipant))?;
                if let Some(before) = bench.stated_before(number, fact)? {
                    return Err(refused(StandingRefusal::Repeated { before }));
                }
                numbers.push(bench.state(&Whose::from(&participant), fact)?);
            }
            Ok(numbers)
        })
    }

    /// Annuls a fact of a participant.
    ///
    /// # Errors
    /// [`StandingError`].
    pub fn annul_fact(
        &self,
        by: &str,
        number: &TaxNumber,
        fact: u64,
        reason: &str,
    ) -> Result<u64, StandingError> {
        self.inner.change_standing(&mut |bench| {
            let participant = bench.participant(number)?;
            if !says_enough(reason) {
                return Err(StandingRefusal::Text.into());
            }
            bench.live_fact(number, fact)?;
            let annulment = Fact::annulment(fact, bench.today(&participant.pack), by, reason);
            Ok(bench.state(&Whose::from(&participant), &annulment)?)
        })
    }

    /// Files the appeal of a participant against one of its facts, or against its category; the number comes back.
    ///
    /// # Errors
    /// [`StandingError`].
    pub fn appeal(
        &self,
        by: &str,
        number: &TaxNumber,
        fact: Option<u64>,
        text: &str,
    ) -> Result<u64, StandingError> {
        self.inner.change_standing(&mut |bench| {
            let participant = bench.participant(number)?;
            if !says_enough(text) {
                return Err(StandingRefusal::Text.into());
            }
            if let Some(fact) = fact
                && bench.live_fact(number, fact)?.kind.is_withheld()
            {
                return Err(StandingRefusal::NoFact.into());
            }
            let acts = bench.tx.standing_acts(number, None, ACTS_MAX)?;
            let same =
                |act: &&StoredStandingAct| matches!(&act.act, Act::Appealed { fact: of, .. } if *of == fact);
            let decided = |appeal: u64| acts.iter().any(|act| act.act.answers() == Some(appeal));
            if acts.iter().filter(same).any(|act| !decided(act.number)) {
                return Err(StandingRefusal::Pending.into());
            }
            let today = bench.today(&participant.pack);
            let criteria = criteria_of(bench.world, &participant.pack, bench.now);
            let days = criteria.map_or(0, |(criteria, _)| i64::from(criteria.appeal_days));
            let due = today.checked_add(jiff::Span::new().days(days)).unwrap_or(Date::MAX);
            let act = Act::Appealed { fact, text: text.trim().to_owned(), by: by.to_owned(), due };
            Ok(bench.append(number, &act)?)
        })
    }

    /// Decides an appeal. Upheld, the fact is annulled; or the category is another one until a day.
    ///
    /// # Errors
    /// [`StandingError`]: whoever stated the fact does not decide.
    #[allow(clippy::too_many_arguments)]
    pub fn decide_appeal(
        &self,
        by: &str,
        number: &TaxNumber,
        appeal: u64,
        upheld: bool,
        reason: &str,
        category: Option<Category>,
        until: Option<Date>,
    ) -> Result<(), StandingError> {
        self.inner.change_standing(&mut |bench| {
            let mut participant = bench.participant(number)?;
            if !says_enough(reason) {
                return Err(StandingRefusal::Text.into());
            }
            let acts = bench.tx.standing_acts(number, None, ACTS_MAX)?;
            let fact = acts.iter().find_map(|act| match &act.act {
                Act::Appealed { fact, .. } if act.number == appeal => Some(*fact),
                _ => None,
            });
            let fact = fact.ok_or(StandingRefusal::NoAppeal)?;
            if acts.iter().any(|act| act.act.answers() == Some(appeal)) {
                return Err(StandingRefusal::DecidedBefore.into());
            }
            let today = bench.today(&participant.pack);
            let appealed = fact.map(|fact| bench.tx.fact(fact)).transpose()?.flatten();
            may_decide(by, appealed.as_ref().map(|stored| &stored.fact))?;
            if fact.is_none() {
                for stated in bench.stated(number)? {
                    may_decide(by, Some(&stated.fact))?;
                }
            }
            sets(fact.is_some(), upheld, participant.category, category, until, today)?;
            let reason = reason.trim();
            let decided = Act::Decided {
                appeal,
                upheld,
                by: by.to_owned(),
                reason: reason.to_owned(),
                category,
                until,
            };
            bench.append(number, &decided)?;
            match (fact.filter(|_| upheld), category) {
                // Annulled by somebody meanwhile: the decision stands all the same.
                (Some(fact), _) if bench.tx.annulment_of(fact)?.is_none() => {
                    let annulment = Fact::annulment(fact, today, by, reason);
                    bench.state(&Whose::from(&participant), &annulment)?;
                }
                (None, Some(to)) => {
                    let from = participant.category;
                    let record = bench.told.record(bench.tx, &Whose::from(&participant))?;
                    let reasons = leads(bench.world, &participant, &record, bench.now);
                    let reasons = reasons.map(|(_, explanation)| explanation.reasons).unwrap_or_default();
                    (participant.category, participant.proposed, participant.held_until) = (to, None, until);
                    bench.tx.put_participant(&participant)?;
                    bench
                        .append(number, &Act::Moved { from, to, basis: Basis::Appeal { appeal }, reasons })?;
                    bench.told.moved(*number, to);
                }
                _ => {}
            }
            Ok(())
        })
    }

    /// Confirms the category that is proposed for a participant.
    ///
    /// # Errors
    /// [`StandingError`]: where something else is proposed by now.
    pub fn confirm_category(
        &self,
        by: &str,
        number: &TaxNumber,
        to: Category,
        reason: &str,
    ) -> Result<(), StandingError> {
        self.inner.change_standing(&mut |bench| {
            let mut participant = bench.participant(number)?;
            if !says_enough(reason) {
                return Err(StandingRefusal::Text.into());
            }
            if participant.proposed != Some(to) {
                return Err(StandingRefusal::NothingProposed.into());
            }
            let record = bench.told.record(bench.tx, &Whose::from(&participant))?;
            let leads = leads(bench.world, &participant, &record, bench.now);
            let reasons = leads.map(|(_, explanation)| explanation.reasons).unwrap_or_default();
            let from = participant.category;
            (participant.category, participant.proposed, participant.held_until) = (to, None, None);
            bench.tx.put_participant(&participant)?;
            let basis = Basis::Confirmed { by: by.to_owned(), reason: reason.trim().to_owned() };
            bench.append(number, &Act::Moved { from, to, basis, reasons })?;
            bench.told.moved(*number, to);
            Ok(())
        })
    }

    /// Brings in participants with the figures of a register from elsewhere, as facts of today; what was brought in
    /// for one of them before is annulled where the figures differ. All or none; their categories come back.
    ///
    /// # Errors
    /// [`StandingError`], with the place of the first row there cannot be.
    pub fn enrol_participants(
        &self,
        pack: &str,
        by: &str,
        rows: &[(TaxNumber, String, ParticipantFacts)],
    ) -> Result<Vec<Category>, StandingError> {
        self.knows_pack(pack)?;
        self.inner.change_standing(&mut |bench| {
            let today = bench.today(pack);
            for (row, (number, name, figures)) in rows.iter().enumerate() {
                if name.chars().count() > NAME_CHARS_MAX || !is_printable(name) {
                    return Err(Stop::Refused(row, StandingRefusal::Name));
                }
                let facts = Fact::of_figures(figures, today, by, REGISTER, REGISTER_REASON);
                let facts = facts.map_err(|why| Stop::Refused(row, why.into()))?;
                let whose = Whose::of(*number, pack, name);
                let before = bench.told.live_facts_of(bench.tx, &whose, REGISTER)?;
                let same = Record::of(before.iter().map(|stored| &stored.fact)).facts_on(today).0;
                if !before.is_empty() && same == Record::of(&facts).facts_on(today).0 {
                    continue;
                }
                for stored in before {
                    let annulment = Fact::annulment(stored.number, today, by, REGISTER_REASON);
                    bench.told.add(bench.tx, &whose, &annulment, bench.now)?;
                }
                for fact in &facts {
                    bench.told.add(bench.tx, &whose, fact, bench.now)?;
                }
                bench.told.record(bench.tx, &whose)?;
            }
            Ok(())
        })?;
        let category = |(number, ..): &(TaxNumber, String, ParticipantFacts)| {
            let kept = self.inner.store.participant(number)?;
            Ok(kept.map(|participant| participant.category).unwrap_or_default())
        };
        rows.iter().map(category).collect()
    }

    fn knows_pack(&self, pack: &str) -> Result<(), CentreError> {
        let known = self.world().reference().pack(pack).is_some();
        if known { Ok(()) } else { Err(CentreError::NotFound(format!("there is no pack {pack}"))) }
    }

    /// How a participant stands today; none where nobody knows it.
    ///
    /// # Errors
    /// Where the store fails.
    pub fn standing(&self, number: &TaxNumber) -> Result<Option<StandingView>, CentreError> {
        let Some(mut participant) = self.inner.store.participant(number)? else { return Ok(None) };
        let (world, now) = (self.world(), self.now());
        let criteria = criteria_of(&world, &participant.pack, now);
        let missing = || CentreError::NotFound(format!("there is no pack {}", participant.pack));
        let (criteria, day) = criteria.ok_or_else(missing)?;
        participant.held_until = participant.held_until.filter(|until| *until >= day);
        let record = self.inner.store.trader(number)?.unwrap_or_default().record;
        let explanation = categorise(criteria, &record.figures_on(day));
        let criteria = criteria.clone();
        Ok(Some(StandingView { participant, day, explanation, criteria }))
    }

    /// Facts of a participant, newest first, from a number back; what the trader must not learn only where asked for.
    ///
    /// # Errors
    /// Where the store fails.
    pub fn facts(
        &self,
        number: &TaxNumber,
        from: Option<u64>,
        withheld: bool,
        limit: usize,
    ) -> Result<Vec<FactView>, CentreError> {
        let store = &self.inner.store;
        let last = store.trader(number)?.and_then(|trader| trader.last_fact);
        let begin = match from {
            Some(from) => store.fact(from)?.filter(|stored| stored.participant == *number).map(|_| from),
            None => last,
        };
        let mut found = Vec::new();
        for stored in store.facts_back(begin, limit.min(STANDING_PAGE_MAX))? {
            if withheld || !self.is_withheld(&stored)? {
                let annulled_by = store.annulment_of(stored.number)?;
                found.push(FactView { stored, annulled_by });
            }
        }
        Ok(found)
    }

    /// Whether the trader must not learn a fact: what annuls a withheld one is withheld as well.
    fn is_withheld(&self, stored: &StoredFact) -> Result<bool, CentreError> {
        Ok(match stored.fact.annuls {
            Some(of) => self.inner.store.fact(of)?.is_some_and(|of| of.fact.kind.is_withheld()),
            None => stored.fact.kind.is_withheld(),
        })
    }

    /// What happened to the standing of a participant, newest first, before a number; what was done about facts that the
    /// trader must not learn only where asked for.
    ///
    /// # Errors
    /// Where the store fails.
    pub fn standing_acts(
        &self,
        number: &TaxNumber,
        before: Option<u64>,
        withheld: bool,
        limit: usize,
    ) -> Result<Vec<StoredStandingAct>, CentreError> {
        let mut acts = self.inner.store.standing_acts(number, before, limit.min(STANDING_PAGE_MAX))?;
        if withheld {
            return Ok(acts);
        }
        let mut hidden = HashSet::new();
        for stored in &acts {
            if let Act::Stated { number, .. } = &stored.act
                && let Some(fact) = self.inner.store.fact(*number)?
                && self.is_withheld(&fact)?
            {
                hidden.insert(stored.number);
            }
        }
        acts.retain(|stored| !hidden.contains(&stored.number));
        Ok(acts)
    }

    /// Appeals nobody has decided, oldest first.
    ///
    /// # Errors
    /// Where the store fails.
    pub fn open_appeals(&self) -> Result<Vec<StoredStandingAct>, CentreError> {
        Ok(self.inner.store.open_appeals(APPEALS_MAX)?)
    }
}

/// Characters of the name of a participant: as many as the album allows a party.
const NAME_CHARS_MAX: usize = 150;
/// The document of figures that come from elsewhere.
const REGISTER: &str = "реестр участников (ввод при начале работы)";
/// Why they are stated.
const REGISTER_REASON: &str = "сведения до начала учёта в этой системе";
