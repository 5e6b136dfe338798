//! Settling: the only ordered step. A batch takes what is scarce, in one transaction with one sync.

use std::collections::{BTreeMap, BTreeSet};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::Ordering;

use clearance::{
    Act, Assessed, Case, CaseId, Event, Ground, Input, LookResult, Officer, OfficerId, PaperMark, Refusal,
    State, StepRecord, Supply, World, dispatch,
    security::Offer,
    share::{Fund, Part},
    step::{Duplicate, Setting, step},
};
use crossbeam_channel::Receiver;
use declaration::{OfficeCode, TaxNumber};
use jiff::Timestamp;
use risk::Draw;
use rust_decimal::Decimal;
use serde::Serialize;
use store::{
    AccountId, Cover, GuaranteeKind, NewDocument, NewPaper, ParticipantMark, Posting, Purpose, StoreError,
    StoredPaper, StoredResult, Transaction,
};

use crate::error::{InputError, SubmitError};
use crate::intake::{Outcome, Prepared};
use crate::journal::Page;
use crate::papers::PreparedPaper;
use crate::{Centre, Inner, accounts, board, papers, participants, traders};

/// Something to settle.
pub(crate) enum Work {
    /// An assessed filing.
    File(Box<Prepared>),
    /// An input to a case.
    Input(Box<CaseInput>),
    /// A document besides a declaration.
    Paper(Box<PreparedPaper>),
}

/// An input to a case, and where the answer goes.
pub(crate) struct CaseInput {
    pub(crate) case: CaseId,
    pub(crate) input: Input,
    pub(crate) answer: Box<dyn FnOnce(Result<Case, InputError>) + Send>,
}

/// What listeners hear of a step: enough to show, nothing personal.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Notice {
    /// The step's place in the log: the cursor for whoever catches up.
    pub leaf: u64,
    /// The case.
    pub case: CaseId,
    /// When.
    pub at: Timestamp,
    /// What happened, by name.
    pub events: Vec<&'static str>,
    /// Where the case stands, as the outside sees it.
    pub state: &'static str,
    /// The registration number.
    pub number: Option<String>,
    /// The registering office.
    pub office: Option<OfficeCode>,
    /// The lane.
    pub lane: Option<risk::Lane>,
    /// `automatic` or `officer`.
    pub decided_by: Option<&'static str>,
    /// Whose it is.
    pub officer: Option<String>,
    /// Who declares: for those who may see it.
    #[serde(skip)]
    pub declarant_number: Option<TaxNumber>,
}

impl Centre {
    /// Gives a case an input and waits until what it did is durable.
    ///
    /// # Errors
    /// [`InputError`] where nothing happened.
    pub fn input(&self, case: CaseId, input: Input) -> Result<Case, InputError> {
        self.inner.input(case, input)
    }
}

impl Inner {
    pub(crate) fn input(&self, case: CaseId, input: Input) -> Result<Case, InputError> {
        let stopping = || InputError::Unavailable("the centre is stopping".to_owned());
        let (tell, told) = crossbeam_channel::bounded(1);
        let answer = Box::new(move |outcome| {
            let _ = tell.send(outcome);
        });
        let sender = self.settle.read().ok().and_then(|slot| slot.clone()).ok_or_else(stopping)?;
        sender.send(Work::Input(Box::new(CaseInput { case, input, answer }))).map_err(|_| stopping())?;
        drop(sender);
        told.recv().unwrap_or_else(|_| Err(stopping()))
    }
}

/// The work of the settling thread: batches as large as what is waiting, until the centre stops.
pub(crate) fn settle_works(inner: &Inner, works: &Receiver<Work>) {
    while let Ok(first) = works.recv() {
        let mut batch = vec![first];
        batch.extend(works.try_iter().take(inner.options.batch_max.saturating_sub(1)));
        let settled = catch_unwind(AssertUnwindSafe(|| {
            let mut freed = BTreeSet::new();
            settle_batch(inner, batch, &mut freed);
            wake(inner, freed);
        }));
        if settled.is_err() {
            // Nothing of the batch was kept, but what this thread holds in memory may be wrong now.
            tracing::error!("settling met a bug; the centre takes no more");
            inner.broken.store(true, Ordering::SeqCst);
            return;
        }
    }
}

/// Events that give something back.
const GIVE_BACK: [&str; 2] = ["payment_returned", "security_freed"];
/// Cases of one number that go on when money or a guarantee is free again.
const WOKEN_AT_ONCE: usize = 1_000;

/// What a case gave back may be what another one waits for.
fn wake(inner: &Inner, freed: BTreeSet<TaxNumber>) {
    if freed.is_empty() {
        return;
    }
    let mut waiting = BTreeSet::new();
    let asked = inner.store.transact(&mut |tx| {
        waiting.clear();
        for number in &freed {
            waiting.extend(tx.awaiting_payment(number, WOKEN_AT_ONCE)?);
        }
        Ok(())
    });
    if let Err(why) = asked {
        // They go on at the next payment, or at their deadline.
        tracing::warn!(%why, "cases that wait were not woken");
        return;
    }
    let waiting: Vec<CaseId> = waiting.into_iter().collect();
    for some in waiting.chunks(inner.options.batch_max.max(1)) {
        let work = |case: &CaseId| {
            let answer = Box::new(|_| {});
            Work::Input(Box::new(CaseInput { case: *case, input: Input::PaymentArrived, answer }))
        };
        // A case that goes on takes; it gives nothing back that somebody waits for.
        settle_batch(inner, some.iter().map(work).collect(), &mut BTreeSet::new());
    }
}

/// Settles a batch; if it fails for a reason of one of its works, settles them one by one. Whose money or
/// guarantee is free again by what was done goes to `freed`.
fn settle_batch(inner: &Inner, mut batch: Vec<Work>, freed: &mut BTreeSet<TaxNumber>) {
    match attempt(inner, &mut batch) {
        Ok(done) => {
            for (work, result) in batch.into_iter().zip(done) {
                if let Done::Stepped { case, events, .. }
                | Done::Kept { case: Some(case), step: Some((_, events)), .. } = &result
                    && events.iter().any(|name| GIVE_BACK.contains(name))
                {
                    freed.extend(case.principals());
                }
                answer(inner, work, result);
            }
        }
        // The fault of one work must not be that of its neighbours.
        Err(why) if batch.len() > 1 && !matches!(why, StoreError::Full | StoreError::Held { .. }) => {
            for work in batch {
                settle_batch(inner, vec![work], freed);
            }
        }
        Err(why) => {
            tracing::error!(%why, works = batch.len(), "a batch was not stored");
            metrics::counter!("greenlane_batches_failed_total").increment(1);
            for work in batch {
                match work {
                    Work::File(prepared) => {
                        if let Some(answer) = prepared.answer {
                            answer(Err(SubmitError::Unavailable(why.to_string())));
                        }
                    }
                    Work::Input(input) => (input.answer)(Err(InputError::Unavailable(why.to_string()))),
                    Work::Paper(paper) => (paper.answer)(Err(SubmitError::Unavailable(why.to_string()))),
                }
            }
        }
    }
}

/// What one work came to inside the transaction.
enum Done {
    Stepped {
        case: Box<Case>,
        leaf: u64,
        events: Vec<&'static str>,
        duplicate: Option<Duplicate>,
    },
    Repeated(Box<Case>),
    /// A paper was kept, or had been: with its case, and the leaf and events of the step it made there.
    Kept {
        paper: Box<StoredPaper>,
        case: Option<Box<Case>>,
        step: Option<(u64, Vec<&'static str>)>,
        repeated: bool,
    },
    Refused(Refusal),
    NotFound,
    /// What it rests on has changed.
    Outdated,
}

fn answer(inner: &Inner, work: Work, done: Done) {
    match &done {
        Done::Stepped { case, leaf, events, .. }
        | Done::Kept { case: Some(case), step: Some((leaf, events)), .. } => {
            notify(inner, case, *leaf, events)
        }
        Done::Kept { case: None, .. } => inner.papers_wait.store(true, Ordering::Relaxed),
        _ => {}
    }
    match work {
        Work::File(prepared) => {
            let Prepared { assessed, filing, received, answer, .. } = *prepared;
            let Some(answer) = answer else { return };
            let milliseconds = received.elapsed().as_secs_f64() * 1_000.0;
            metrics::histogram!("greenlane_submission_seconds").record(milliseconds / 1_000.0);
            answer(match done {
                Done::Stepped { case, duplicate, .. } => {
                    let mut findings = assessed.findings;
                    findings.extend(duplicate.as_ref().map(Duplicate::finding));
                    Ok(Outcome {
                        case: *case,
                        findings,
                        format: filing.format,
                        repeated: false,
                        milliseconds,
                    })
                }
                Done::Repeated(case) => Ok(Outcome {
                    case: *case,
                    findings: assessed.findings,
                    format: filing.format,
                    repeated: true,
                    milliseconds,
                }),
                Done::Refused(why) => Err(SubmitError::Refused(why)),
                Done::NotFound | Done::Kept { .. } | Done::Outdated => {
                    Err(SubmitError::Unavailable("the case vanished".to_owned()))
                }
            });
        }
        Work::Paper(paper) => (paper.answer)(match done {
            Done::Kept { paper, case, repeated, .. } => Ok((*paper, case.map(|case| *case), repeated)),
            Done::Refused(why) => Err(SubmitError::Refused(why)),
            Done::Outdated => Err(SubmitError::Outdated),
            Done::Stepped { .. } | Done::Repeated(_) | Done::NotFound => {
                Err(SubmitError::Unavailable("the case vanished".to_owned()))
            }
        }),
        Work::Input(input) => (input.answer)(match done {
            Done::Stepped { case, .. } | Done::Repeated(case) => Ok(*case),
            Done::Refused(why) => Err(InputError::Refused(why)),
            Done::NotFound | Done::Kept { .. } | Done::Outdated => Err(InputError::NotFound),
        }),
    }
}

fn notify(inner: &Inner, case: &Case, leaf: u64, events: &[&'static str]) {
    metrics::counter!("greenlane_steps_total", "state" => case.state.as_str()).increment(1);
    // No listener is no error.
    let _ = inner.notices.send(Arc::new(Notice {
        leaf,
        case: case.id,
        at: case.decided_at.unwrap_or(case.filed_at),
        events: events.to_vec(),
        state: case.state.outcome(),
        number: case.number.map(|number| number.to_string()),
        office: case.office,
        lane: case.lane,
        decided_by: case.decided_by.as_ref().map(clearance::DecidedBy::as_str),
        officer: case.officer.as_ref().map(|officer| officer.0.clone()),
        declarant_number: case.declarant_number,
    }));
}

/// The case whose outcome a work decided: the first of a filing, or a decision later on.
fn came_to<'d>(work: &Work, done: &'d Done) -> Option<&'d Case> {
    match (work, done) {
        (Work::File(_), Done::Stepped { case, .. }) => Some(case),
        (Work::Input(input), Done::Stepped { case, .. }) => {
            let decides = !matches!(
                input.input,
                Input::Attach(_)
                    | Input::Act { .. }
                    | Input::RecordResults { .. }
                    | Input::Cover { .. }
                    | Input::FreeCover { .. }
            );
            (decides && case.state.is_final()).then_some(case)
        }
        // A paper comes to decided cases too; only a correction or a withdrawal decides.
        (Work::Paper(paper), Done::Kept { case: Some(case), step: Some(_), .. }) => {
            let decides = !matches!(paper.input, Input::Attach(_));
            (decides && case.state.is_final()).then_some(case)
        }
        _ => None,
    }
}

/// One transaction over the whole batch.
fn attempt(inner: &Inner, batch: &mut [Work]) -> Result<Vec<Done>, StoreError> {
    let world = inner.world.load_full();
    let now = inner.now();
    let draws = draws_of(inner, batch, now)?;
    let mut journal =
        inner.journal.lock().map_err(|_| StoreError::Failed("the journal is broken".to_owned()))?;
    let mut page = journal.page();
    let mut done = Vec::new();
    let mut told = traders::Told::default();
    let mut marked = Vec::new();
    inner.store.transact(&mut |tx| {
        page = journal.page();
        done = Vec::with_capacity(batch.len());
        let mut scarce = Scarce::default();
        let mut outcomes = board::Tally::default();
        for (work, draw) in batch.iter().zip(&draws) {
            let result = match work {
                Work::File(prepared) => file(tx, &mut page, &mut scarce, prepared)?,
                Work::Input(input) => match draw {
                    Some(draw) => give(tx, &mut page, &mut scarce, input, &world, now, draw)?,
                    None => Done::NotFound,
                },
                Work::Paper(prepared) => paper(tx, &mut page, &mut scarce, prepared)?,
            };
            if let Some(case) = came_to(work, &result) {
                outcomes.add(case, now);
            }
            done.push(result);
        }
        (told, marked) = scarce.store(tx)?;
        told.close(tx, &mut page, &world, now)?;
        tx.add_outcomes(&outcomes.into_outcomes())?;
        page.close(tx)
    })?;
    journal.turn(page);
    inner.take_told(told);
    inner.marks.take(&marked);
    Ok(done)
}

/// The draws of cases that get an input. Made before the transaction: a new day's secret is a
/// transaction of its own.
fn draws_of(inner: &Inner, batch: &[Work], now: Timestamp) -> Result<Vec<Option<Draw>>, StoreError> {
    let draw = |input: &CaseInput| -> Result<Option<Draw>, StoreError> {
        let drawn = inner.draw_at_step(now, &input.case);
        drawn.map(Some).map_err(|why| StoreError::Failed(why.to_string()))
    };
    batch
        .iter()
        .map(|work| match work {
            Work::File(_) | Work::Paper(_) => Ok(None),
            Work::Input(input) => draw(input),
        })
        .collect()
}

/// Scarce things as this transaction sees and takes them; written back once at its end.
#[derive(Default)]
struct Scarce {
    serials: BTreeMap<(OfficeCode, i16), Serial>,
    officers: Option<Vec<Officer>>,
    loads_before: BTreeMap<String, u32>,
    traders: traders::Told,
    marks: participants::Marked,
}

struct Serial {
    last: u32,
    taken: bool,
}

impl Scarce {
    fn serial(
        &mut self,
        tx: &mut dyn Transaction,
        office: OfficeCode,
        year: i16,
    ) -> Result<&mut Serial, StoreError> {
        use std::collections::btree_map::Entry;
        match self.serials.entry((office, year)) {
            Entry::Occupied(found) => Ok(found.into_mut()),
            Entry::Vacant(slot) => {
                let last = tx.last_serial(office, year)?;
                Ok(slot.insert(Serial { last, taken: false }))
            }
        }
    }

    fn officers(&mut self, tx: &mut dyn Transaction) -> Result<&mut Vec<Officer>, StoreError> {
        if self.officers.is_none() {
            let officers = tx.officers()?;
            self.loads_before = officers.iter().map(|officer| (officer.id.0.clone(), officer.load)).collect();
            self.officers = Some(officers);
        }
        self.officers.as_mut().ok_or_else(|| StoreError::Failed("officers were not read".to_owned()))
    }

    fn add_load(&mut self, tx: &mut dyn Transaction, login: &str, delta: i64) -> Result<(), StoreError> {
        if let Some(officer) = self.officers(tx)?.iter_mut().find(|officer| officer.id.0 == login) {
            let load = i64::from(officer.load) + delta;
            officer.load = u32::try_from(load.max(0)).unwrap_or(u32::MAX);
        }
        Ok(())
    }

    /// Writes back what was taken.
    fn store(self, tx: &mut dyn Transaction) -> Result<(traders::Told, Vec<ParticipantMark>), StoreError> {
        for ((office, year), serial) in &self.serials {
            if serial.taken {
                tx.set_last_serial(*office, *year, serial.last)?;
            }
        }
        for officer in self.officers.iter().flatten() {
            if self.loads_before.get(&officer.id.0) != Some(&officer.load) {
                tx.set_load(&officer.id, officer.load)?;
            }
        }
        let marked = self.marks.store(tx)?;
        Ok((self.traders, marked))
    }

    /// Takes what the events of a step take: serials, money, officers' time.
    fn take(
        &mut self,
        tx: &mut dyn Transaction,
        before: &Case,
        after: &Case,
        events: &[Event],
        at: Timestamp,
    ) -> Result<(), StoreError> {
        for (position, event) in events.iter().enumerate() {
            match event {
                Event::Registered { number } => {
                    let serial = self.serial(tx, number.office(), number.date().year())?;
                    serial.last = number.serial();
                    serial.taken = true;
                }
                Event::PaymentReserved { payer, amount } => {
                    // Posted in the same step: one posting, straight to the treasury.
                    let posted = events.iter().skip(position).any(
                        |event| matches!(event, Event::PaymentPosted { payer: who, .. } if who == payer),
                    );
                    let purpose = if posted { Purpose::Paid } else { Purpose::Reserved };
                    book(tx, after, *payer, purpose, *amount, event.name(), at)?;
                }
                Event::PaymentPosted { payer, amount } if before.reserved > Decimal::ZERO => {
                    book(tx, after, *payer, Purpose::Posted, *amount, event.name(), at)?;
                }
                Event::PaymentReturned { payer, amount } => {
                    book(tx, after, *payer, Purpose::Released, *amount, event.name(), at)?;
                }
                Event::SecurityTaken { guarantee, amount, currency } => {
                    let (guarantee, currency) = (guarantee.clone(), currency.clone());
                    let cover = Cover { guarantee, case: after.id, amount: *amount, currency };
                    accounts::cover(tx, cover, at)?;
                }
                Event::SecurityFreed { guarantee, .. } => accounts::free_cover(tx, after.id, guarantee, at)?,
                Event::Assigned { officer, weight } => self.add_load(tx, &officer.0, i64::from(*weight))?,
                Event::Selected { hits, random } => {
                    let mut grounds: Vec<Ground> = hits.iter().map(|hit| Ground::profile(hit)).collect();
                    grounds.extend(random.then(Ground::chance));
                    // What is refused registration is filed again, and counted then.
                    if after.state != State::RegistrationRefused {
                        tx.put_grounds(after, &grounds, at)?;
                    }
                }
                Event::Scored { by } => {
                    let grounds: Vec<Ground> = by.iter().filter_map(Ground::scored).collect();
                    if after.state != State::RegistrationRefused {
                        tx.put_grounds(after, &grounds, at)?;
                    }
                }
                Event::Act(Act::MeasureOrdered { .. }) => tx.put_grounds(after, &[Ground::officer()], at)?,
                Event::ResultsRecorded { officer, results } => {
                    record_results(tx, after, officer, results, at)?
                }
                Event::Filed { .. }
                | Event::Controlled { .. }
                | Event::Assessed { .. }
                | Event::RegistrationRefused { .. }
                | Event::PaymentAwaited { .. }
                | Event::SecurityAwaited { .. }
                | Event::PaymentPosted { .. }
                | Event::Routed { .. }
                | Event::Overdue
                | Event::Released { .. }
                | Event::Refused { .. }
                | Event::Withdrawn { .. }
                | Event::Corrected { .. }
                | Event::CorrectionRefused { .. }
                | Event::PaperAttached { .. }
                | Event::Act(_) => {}
            }
        }
        if after.state.is_final()
            && !before.state.is_final()
            && let Some(officer) = &before.officer
        {
            self.add_load(tx, &officer.0, -i64::from(before.weight))?;
        }
        // Covers that were taken before they had events. A conditional release leaves a debt that stays covered.
        if after.state.is_final()
            && before.state != State::New
            && !before.state.is_final()
            && after.state != State::ReleasedConditionally
        {
            accounts::free_covers(tx, after.id, at)?;
        }
        Ok(())
    }
}

/// Keeps what came of looks. What an official looked at on his own is a ground by being said.
fn record_results(
    tx: &mut dyn Transaction,
    case: &Case,
    officer: &OfficerId,
    results: &[LookResult],
    at: Timestamp,
) -> Result<(), StoreError> {
    for result in results {
        tx.put_grounds(case, std::slice::from_ref(&result.ground), at)?;
        tx.put_result(&StoredResult {
            case: case.id,
            at,
            office: case.office.map(|office| office.to_string()).unwrap_or_default(),
            officer: officer.0.clone(),
            currency: case.currency.clone(),
            result: result.clone(),
        })?;
    }
    Ok(())
}

/// Books what an event says. Of the purposes a case has, each says by itself where money goes.
fn book(
    tx: &mut dyn Transaction,
    case: &Case,
    payer: TaxNumber,
    purpose: Purpose,
    amount: Decimal,
    what: &str,
    at: Timestamp,
) -> Result<(), StoreError> {
    let advance = AccountId::Advance(payer, case.currency.clone());
    let reserved = AccountId::Reserved(payer, case.currency.clone());
    let treasury = AccountId::Treasury(case.currency.clone());
    let (from, to) = match purpose {
        Purpose::Reserved => (advance, reserved),
        Purpose::Posted => (reserved, treasury),
        Purpose::Released => (reserved, advance),
        _ => (advance, treasury),
    };
    tx.post(&Posting { at, from, to, amount, case: Some(case.id), purpose, what: what.to_owned() })
}

/// What the payers' accounts have: of one as `available`, of several as funds.
fn purse(
    tx: &mut dyn Transaction,
    due: &[Part],
    currency: &str,
) -> Result<(Option<Decimal>, Vec<Fund>), StoreError> {
    let mut balance = |payer| tx.balance(&AccountId::Advance(payer, currency.to_owned()));
    match due {
        [] => Ok((None, Vec::new())),
        [one] => Ok((Some(balance(one.payer)?), Vec::new())),
        several => {
            let mut funds = Vec::with_capacity(several.len());
            for Part { payer, .. } in several.iter().copied() {
                funds.push(Fund { payer, available: balance(payer)? });
            }
            Ok((None, funds))
        }
    }
}

/// Guarantees of one principal that are looked at.
const GUARANTEES_MAX: usize = 1_000;

/// The guarantees that may cover a case, with what of each is free.
fn offers(
    tx: &mut dyn Transaction,
    world: &World,
    case: CaseId,
    pack: &str,
    currency: &str,
    principals: &[TaxNumber],
    now: Timestamp,
) -> Result<Vec<Offer>, StoreError> {
    let day = accounts::day_of(world, pack, now);
    let mut offers = Vec::new();
    for principal in principals {
        for guarantee in tx.guarantees_in_force(principal, currency, day, GUARANTEES_MAX)? {
            if accounts::is_spent(tx, &guarantee, case)? {
                continue;
            }
            let free = tx.balance(&guarantee.cover())?;
            let single = guarantee.kind == GuaranteeKind::Single;
            offers.push(Offer { guarantee: guarantee.number, single, free });
        }
    }
    Ok(offers)
}

/// Settles a filing.
fn file(
    tx: &mut dyn Transaction,
    page: &mut Page,
    scarce: &mut Scarce,
    prepared: &Prepared,
) -> Result<Done, StoreError> {
    let mut before = tx.case_of_filing(&prepared.filing.filer, &prepared.sha256)?;
    if let (None, Some(filer)) = (before, &prepared.filed_as) {
        before = tx.case_of_filing(filer, &prepared.sha256)?;
    }
    if let Some(id) = before {
        let case = tx.case(id)?.ok_or_else(|| StoreError::Damaged(format!("case {id} is missing")))?;
        return Ok(Done::Repeated(Box::new(case)));
    }
    let assessed = &prepared.assessed;
    let before = Case::new(prepared.id, prepared.now);
    let currency = assessed.payments.currency.to_string();
    let last = scarce.serial(tx, assessed.office, assessed.day.year())?.last;
    let candidates = if assessed.route.is_empty() {
        Vec::new()
    } else {
        dispatch::candidates(scarce.officers(tx)?, assessed.office, assessed.kind, assessed.risk.lane)
    };
    let (available, funds) = purse(tx, &assessed.due(), &currency)?;
    let guarantees = match &assessed.security {
        None => Vec::new(),
        Some(_) => {
            let principals = assessed.principals();
            let (id, now) = (prepared.id, prepared.now);
            offers(tx, &prepared.world, id, &assessed.pack, &currency, &principals, now)?
        }
    };
    let identity = identity_of(prepared);
    let duplicate = match assessed.declarant_number {
        Some(number) => tx.registered_as(&identity, &number)?,
        None => None,
    };
    let duplicate = duplicate.map(|(case, number)| Duplicate { case, number });
    let supply = Supply {
        serial: last.checked_add(1),
        available,
        funds,
        guarantees,
        duplicate,
        candidates,
        ..Supply::default()
    };
    let setting = Setting {
        world: &prepared.world,
        now: prepared.now,
        draw: &prepared.draw,
        supply: &supply,
        assessed: Some(assessed),
    };
    let input = Input::File(prepared.filing.clone());
    let stepped = match step(&before, &input, &setting) {
        Ok(stepped) => stepped,
        Err(refusal) => return Ok(Done::Refused(refusal)),
    };
    let mut case = before.clone();
    case.take(&stepped.events, prepared.now);
    let document = NewDocument {
        filer: &prepared.filing.filer,
        identity: &identity,
        sha256: &prepared.sha256,
        format: &prepared.filing.format,
        compressed: &prepared.compressed,
        size: prepared.size,
        seal: prepared.seal.as_deref(),
    };
    tx.insert_case(&case, &document)?;
    scarce.marks.take(&case, &prepared.marks);
    let mut done = record(
        tx,
        page,
        scarce,
        &before,
        case,
        input,
        stepped,
        &prepared.world,
        prepared.now,
        Some(assessed),
    )?;
    if !prepared.keys.is_empty() || !prepared.packed.is_empty() {
        done = take_papers(tx, page, scarce, prepared, done)?;
    }
    Ok(done)
}

/// Gives a new case the papers that came with it in one package, and those that came before it and name the
/// same things.
fn take_papers(
    tx: &mut dyn Transaction,
    page: &mut Page,
    scarce: &mut Scarce,
    prepared: &Prepared,
    mut done: Done,
) -> Result<Done, StoreError> {
    // What is refused is filed again, and the papers go to what is registered then.
    if matches!(&done, Done::Stepped { case, .. } if case.state == State::RegistrationRefused) {
        return Ok(done);
    }
    for packed in &prepared.packed {
        let Done::Stepped { case, .. } = &done else { return Ok(done) };
        let stored = StoredPaper { case: Some(case.id), ..packed.paper.clone() };
        if tx.paper_of_filing(&stored.filer, &stored.sha256)?.is_some() {
            continue;
        }
        tx.insert_paper(&NewPaper {
            paper: &stored,
            keys: &[],
            compressed: &packed.compressed,
            size: packed.size,
            seal: None,
        })?;
        done = attach(tx, page, scarce, prepared, done, &stored)?;
    }
    if prepared.keys.is_empty() {
        return Ok(done);
    }
    for (paper, matches) in tx.papers_named(&prepared.keys)? {
        let Done::Stepped { case, .. } = &done else { return Ok(done) };
        if papers::belongs(&paper, matches, &prepared.filing.filer, case) {
            tx.give_paper(paper.id, case.id)?;
            done = attach(tx, page, scarce, prepared, done, &paper)?;
        }
    }
    Ok(done)
}

/// One step more of a case just filed: a paper stands beside it.
fn attach(
    tx: &mut dyn Transaction,
    page: &mut Page,
    scarce: &mut Scarce,
    prepared: &Prepared,
    mut done: Done,
    paper: &StoredPaper,
) -> Result<Done, StoreError> {
    let Done::Stepped { case, .. } = &done else { return Ok(done) };
    let before = case.as_ref().clone();
    let mark =
        PaperMark { paper: paper.id.to_string(), kind: paper.kind.clone(), sha256: paper.sha256.to_string() };
    let supply = Supply::default();
    let setting = Setting {
        world: &prepared.world,
        now: prepared.now,
        draw: &prepared.draw,
        supply: &supply,
        assessed: None,
    };
    let input = Input::Attach(mark);
    let Ok(stepped) = step(&before, &input, &setting) else { return Ok(done) };
    let mut case = before.clone();
    case.take(&stepped.events, prepared.now);
    tx.update_case(&case)?;
    let attached =
        record(tx, page, scarce, &before, case, input, stepped, &prepared.world, prepared.now, None)?;
    // The answer is that of the filing; the case is as it stands now.
    if let (Done::Stepped { case, .. }, Done::Stepped { case: now, .. }) = (&mut done, attached) {
        *case = now;
    }
    Ok(done)
}

/// Settles a paper: kept once, and what it asks of its case is done in the same step.
fn paper(
    tx: &mut dyn Transaction,
    page: &mut Page,
    scarce: &mut Scarce,
    prepared: &PreparedPaper,
) -> Result<Done, StoreError> {
    let stored = &prepared.paper;
    if let Some(there) = tx.paper_of_filing(&stored.filer, &stored.sha256)? {
        let case = there.case.map(|id| tx.case(id)).transpose()?.flatten().map(Box::new);
        return Ok(Done::Kept { paper: Box::new(there), case, step: None, repeated: true });
    }
    let keep = |tx: &mut dyn Transaction| {
        tx.insert_paper(&NewPaper {
            paper: stored,
            keys: &prepared.keys,
            compressed: &prepared.compressed,
            size: prepared.size,
            seal: prepared.seal.as_deref(),
        })
    };
    let (Some(id), Some(draw)) = (stored.case, &prepared.draw) else {
        keep(tx)?;
        // A paper without a case is covered by the log like everything that came in.
        let body = serde_json::json!({
            "paper": stored.id.to_string(), "kind": stored.kind, "sha256": stored.sha256.to_string(),
        });
        page.add_system(tx, prepared.now, body.to_string().into_bytes())?;
        return Ok(Done::Kept { paper: Box::new(stored.clone()), case: None, step: None, repeated: false });
    };
    let Some(before) = tx.case(id)? else { return Ok(Done::NotFound) };
    if prepared.assessed.as_ref().is_some_and(|(_, version)| *version != before.version) {
        return Ok(Done::Outdated);
    }
    let due = prepared.assessed.as_ref().map_or_else(|| before.due(), |(assessed, _)| assessed.due());
    let (available, funds) = purse(tx, &due, &before.currency)?;
    let guarantees = match &prepared.assessed {
        Some((assessed, _)) if assessed.security.is_some() => {
            let (principals, now) = (assessed.principals(), prepared.now);
            offers(tx, &prepared.world, id, &before.pack, &before.currency, &principals, now)?
        }
        _ => Vec::new(),
    };
    let candidates = match &prepared.assessed {
        Some((assessed, _)) if before.officer.is_none() && !assessed.route.is_empty() => {
            dispatch::candidates(scarce.officers(tx)?, assessed.office, assessed.kind, assessed.risk.lane)
        }
        _ => Vec::new(),
    };
    let supply = Supply { available, funds, guarantees, candidates, ..Supply::default() };
    let setting = Setting {
        world: &prepared.world,
        now: prepared.now,
        draw,
        supply: &supply,
        assessed: prepared.assessed.as_ref().map(|(assessed, _)| assessed),
    };
    let stepped = match step(&before, &prepared.input, &setting) {
        Ok(stepped) => stepped,
        Err(refusal) => return Ok(Done::Refused(refusal)),
    };
    keep(tx)?;
    let mut case = before.clone();
    case.take(&stepped.events, prepared.now);
    tx.update_case(&case)?;
    if stepped.events.iter().any(|event| matches!(event, Event::Corrected { .. })) {
        scarce.marks.take(&case, &prepared.marks);
    }
    let input = prepared.input.clone();
    let assessed = prepared.assessed.as_ref().map(|(assessed, _)| assessed);
    let done =
        record(tx, page, scarce, &before, case, input, stepped, &prepared.world, prepared.now, assessed)?;
    Ok(match done {
        Done::Stepped { case, leaf, events, .. } => Done::Kept {
            paper: Box::new(stored.clone()),
            case: Some(case),
            step: Some((leaf, events)),
            repeated: false,
        },
        other => other,
    })
}

/// What makes two documents of one declarant the same: the identifier their software gave it, else the
/// bytes.
fn identity_of(prepared: &Prepared) -> String {
    prepared.assessed.document_id.clone().unwrap_or_else(|| prepared.sha256.to_string())
}

/// Settles an input to a case that exists.
fn give(
    tx: &mut dyn Transaction,
    page: &mut Page,
    scarce: &mut Scarce,
    input: &CaseInput,
    world: &Arc<World>,
    now: Timestamp,
    draw: &Draw,
) -> Result<Done, StoreError> {
    let Some(before) = tx.case(input.case)? else { return Ok(Done::NotFound) };
    let (available, funds) = purse(tx, &before.due(), &before.currency)?;
    let guarantees = if matches!(input.input, Input::Cover { .. }) || !before.security.missing().is_zero() {
        let principals = before.principals();
        offers(tx, world, before.id, &before.pack, &before.currency, &principals, now)?
    } else {
        Vec::new()
    };
    let candidates = match input.input {
        Input::Assign => dispatch::candidates_for(scarce.officers(tx)?, &before),
        Input::File(_)
        | Input::Decide { .. }
        | Input::Withdraw { .. }
        | Input::Correct(_)
        | Input::Attach(_)
        | Input::Act { .. }
        | Input::RecordResults { .. }
        | Input::PaymentArrived
        | Input::Cover { .. }
        | Input::FreeCover { .. }
        | Input::DeadlineReached => Vec::new(),
    };
    let (open_grounds, grounds) = match input.input {
        Input::Decide { .. } => (tx.open_grounds(before.id)?, Vec::new()),
        Input::RecordResults { .. } => (Vec::new(), tx.grounds(before.id)?),
        _ => (Vec::new(), Vec::new()),
    };
    let supply =
        Supply { available, funds, guarantees, candidates, open_grounds, grounds, ..Supply::default() };
    let setting = Setting { world, now, draw, supply: &supply, assessed: None };
    let stepped = match step(&before, &input.input, &setting) {
        Ok(stepped) => stepped,
        Err(refusal) => return Ok(Done::Refused(refusal)),
    };
    let mut case = before.clone();
    case.take(&stepped.events, now);
    tx.update_case(&case)?;
    record(tx, page, scarce, &before, case, input.input.clone(), stepped, world, now, None)
}

/// Stores the step, covers it by the log, and takes what its events take.
#[allow(clippy::too_many_arguments)]
fn record(
    tx: &mut dyn Transaction,
    page: &mut Page,
    scarce: &mut Scarce,
    before: &Case,
    case: Case,
    input: Input,
    stepped: clearance::Step,
    world: &Arc<World>,
    at: Timestamp,
    assessed: Option<&Assessed>,
) -> Result<Done, StoreError> {
    scarce.take(tx, before, &case, &stepped.events, at)?;
    let headings = assessed.map(|assessed| &assessed.headings);
    scarce.traders.tell(tx, world, before, &case, &stepped.events, headings, at)?;
    let names = stepped.events.iter().map(Event::name).collect();
    let duplicate = stepped.used.duplicate.clone();
    let record = StepRecord {
        case: case.id,
        seq: case.seq,
        at,
        world: world.hash(),
        input,
        supply: stepped.used,
        events: stepped.events,
    };
    let sheets = record.write(&page.salt()?).map_err(|why| StoreError::Failed(why.to_string()))?;
    let leaf = page.add(tx, Some(case.id), case.seq, at, sheets)?;
    Ok(Done::Stepped { case: Box::new(case), leaf, events: names, duplicate })
}
