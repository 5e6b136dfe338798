//! The judge: what is left in the store after a kill, held to everything that was promised.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::path::Path;

use centre::Centre;
use clearance::{Case, CaseId, Event, State};
use declaration::{OfficeCode, TaxNumber};
use log::{Checkpoint, Hash, Tree, entry_hash, leaf_hash};
use rust_decimal::Decimal;
use serde::Serialize;
use store::{AccountId, CaseFilter, Store};

use super::client::open;
use super::journal::{self, Noted, TRADERS};
use crate::error::RehearsalError;
use crate::generate::Generator;
use crate::traders::Trader;

/// Faults that are listed.
const FAULTS_MAX: usize = 100;
/// Rows read at a time.
const AT_ONCE: usize = 512;

/// What was found.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct CrashReport {
    /// Filings whose answer was noted.
    pub acknowledged: u64,
    /// Cases stored; more than were noted, if answers were on their way when the kill came.
    pub cases: u64,
    /// Steps stored.
    pub steps: u64,
    /// Registration numbers given.
    pub numbers: u64,
    /// Filings handed in again.
    pub refiled: u64,
    /// What does not hold; empty if all does.
    pub faults: Vec<String>,
}

impl CrashReport {
    /// Whether every promise was kept.
    pub fn holds(&self) -> bool {
        self.faults.is_empty()
    }

    fn fault(&mut self, what: String) {
        if self.faults.len() < FAULTS_MAX {
            self.faults.push(what);
        }
    }
}

/// What the steps of the store come to, from the first to the last.
#[derive(Default)]
struct Told {
    cases: BTreeMap<CaseId, Case>,
    digests: HashMap<CaseId, String>,
    tree: Tree,
    money: Money,
}

/// Where the money must be by the events.
#[derive(Default)]
struct Money {
    advance: BTreeMap<TaxNumber, Decimal>,
    reserved: BTreeMap<TaxNumber, Decimal>,
    treasury: Decimal,
}

impl Money {
    fn take(&mut self, event: &Event) {
        match event {
            Event::PaymentReserved { payer, amount } => {
                *self.advance.entry(*payer).or_default() -= *amount;
                *self.reserved.entry(*payer).or_default() += *amount;
            }
            Event::PaymentPosted { payer, amount } => {
                *self.reserved.entry(*payer).or_default() -= *amount;
                self.treasury += *amount;
            }
            Event::PaymentReturned { payer, amount } => {
                *self.reserved.entry(*payer).or_default() -= *amount;
                *self.advance.entry(*payer).or_default() += *amount;
            }
            _ => {}
        }
    }
}

/// Opens what a crash left and checks that:
/// every answer noted in the journal is in the store, once, with the same identifier, number and state;
/// serials run from 1 without gaps for each office and year; every case is what its steps come to and
/// has its document; postings match events and all balances add up to zero; the tree over all steps has
/// the root that is signed; every decision comes out the same when made again; and the same bytes filed
/// again (at most `refile_max`, the latest) give the same case.
///
/// # Errors
/// Where the store cannot be opened or read at all. What does not hold is in the report.
pub fn verify_after_crash(
    dir: &Path,
    journal_file: &Path,
    seed: u64,
    refile_max: usize,
) -> Result<CrashReport, RehearsalError> {
    let generator = journal::generator(journal_file, seed)?;
    let noted = journal::read(journal_file)?;
    let centre = open(dir, &generator)?;
    let mut report = CrashReport { acknowledged: noted.len() as u64, ..CrashReport::default() };
    let told = steps(centre.store(), &mut report)?;
    promises(centre.store(), &noted, &mut report)?;
    cases(centre.store(), &told, &mut report)?;
    serials(centre.store(), &told, &mut report)?;
    money(centre.store(), &told.money, &generator, &mut report)?;
    for difference in centre.reconcile()?.differences {
        report.fault(difference);
    }
    root(&centre, &told, &mut report)?;
    let replay = centre.replay(|_, _| {})?;
    for difference in &replay.differing {
        report.fault(format!("leaf {}: made again, {}", difference.leaf, difference.why));
    }
    refile(&centre, &generator, &noted, refile_max, &mut report)?;
    centre.stop();
    Ok(report)
}

fn steps(store: &dyn Store, report: &mut CrashReport) -> Result<Told, RehearsalError> {
    let mut told = Told::default();
    let mut next = 0;
    loop {
        let some = store.steps_from(next, AT_ONCE)?;
        if some.is_empty() {
            return Ok(told);
        }
        for step in some {
            if step.leaf != next {
                report.fault(format!("leaf {next} is missing"));
            }
            next = step.leaf + 1;
            report.steps += 1;
            let leaf = leaf_hash(&entry_hash(&step.salt, &step.body));
            if leaf != step.leaf_hash {
                report.fault(format!("leaf {}: the body is not what the log covers", step.leaf));
            }
            told.tree.append(leaf);
            let Some(id) = step.case else { continue };
            let Ok(record) = centre::view::read_record(&step) else {
                report.fault(format!("leaf {}: the body cannot be read", step.leaf));
                continue;
            };
            let case = told.cases.entry(id).or_insert_with(|| Case::new(id, record.at));
            if record.case != id || record.seq != case.seq + 1 {
                report.fault(format!("case {id}: step {} follows step {}", record.seq, case.seq));
            }
            case.take(&record.events, record.at);
            for event in &record.events {
                told.money.take(event);
                if let Event::Filed { sha256, .. } = event {
                    told.digests.insert(id, sha256.clone());
                }
            }
        }
    }
}

/// Every answer noted is kept.
fn promises(
    store: &dyn Store,
    noted: &BTreeMap<String, Vec<Noted>>,
    report: &mut CrashReport,
) -> Result<(), RehearsalError> {
    let mut seen = HashSet::new();
    for (name, answers) in noted {
        let ids: BTreeSet<_> = answers.iter().map(|noted| matches!(noted, Noted::Case { .. })).collect();
        if ids.len() != 1 {
            report.fault(format!("{name}: now a case, now turned away"));
        }
        for (nth, answer) in answers.iter().enumerate() {
            let Noted::Case { id, number, state } = answer else { continue };
            let Some(case) = store.case(*id)? else {
                report.fault(format!("{name}: case {id} was promised and is gone"));
                continue;
            };
            if nth == 0 && !seen.insert(*id) {
                report.fault(format!("{name}: case {id} was promised to another filing, too"));
            }
            if case.number.map(|number| number.to_string()) != *number {
                report.fault(format!("{name}: number {number:?} was promised, {:?} is kept", case.number));
            }
            let kept = case.state.as_str();
            // A decision may have been stored and its answer lost; a state that is final stays.
            let moved_on = *state == State::UnderControl.as_str() && case.state.is_final();
            if nth + 1 == answers.len() && kept != state && !moved_on {
                report.fault(format!("{name}: state {state} was promised, {kept} is kept"));
            }
        }
    }
    Ok(())
}

/// Every case is what its steps come to, has the document it was made from, and there is one of each.
fn cases(store: &dyn Store, told: &Told, report: &mut CrashReport) -> Result<(), RehearsalError> {
    let mut filings: HashSet<(String, Hash)> = HashSet::new();
    let mut after = None;
    loop {
        let filter = CaseFilter { limit: AT_ONCE, after, ..CaseFilter::default() };
        let some = store.list(&filter)?;
        let Some(last) = some.last() else { break };
        after = Some(last.id);
        for case in &some {
            report.cases += 1;
            let id = case.id;
            match told.cases.get(&id) {
                Some(folded) if folded == case => {}
                Some(_) => report.fault(format!("case {id} is not what its steps come to")),
                None => report.fault(format!("case {id} has no step")),
            }
            let Some(document) = store.document(id)? else {
                report.fault(format!("case {id} has no document"));
                continue;
            };
            let digest = Hash::of(&document.bytes);
            if digest != document.sha256 || told.digests.get(&id) != Some(&digest.to_string()) {
                report.fault(format!("case {id}: the document is not the one that was filed"));
            }
            if !filings.insert((document.filer, digest)) {
                report.fault(format!("case {id}: the same filing has another case, too"));
            }
        }
    }
    if report.cases != told.cases.len() as u64 {
        report.fault(format!("{} cases are listed, steps tell of {}", report.cases, told.cases.len()));
    }
    Ok(())
}

/// Serials run from 1 without gaps.
fn serials(store: &dyn Store, told: &Told, report: &mut CrashReport) -> Result<(), RehearsalError> {
    let mut given: BTreeMap<(OfficeCode, i16), Vec<u32>> = BTreeMap::new();
    for number in told.cases.values().filter_map(|case| case.number) {
        given.entry((number.office(), number.date().year())).or_default().push(number.serial());
        report.numbers += 1;
    }
    for ((office, year), mut serials) in given {
        serials.sort_unstable();
        let last = u32::try_from(serials.len()).unwrap_or(u32::MAX);
        if !serials.iter().copied().eq(1..=last) {
            report.fault(format!("serials of office {office} in {year} have a gap or a double"));
        }
        let mut kept = 0;
        store.transact(&mut |tx| {
            kept = tx.last_serial(office, year)?;
            Ok(())
        })?;
        if kept != last {
            report.fault(format!("office {office} in {year}: the last serial is {last}, {kept} is kept"));
        }
    }
    Ok(())
}

/// The accounts hold what the events say.
fn money(
    store: &dyn Store,
    told: &Money,
    generator: &Generator,
    report: &mut CrashReport,
) -> Result<(), RehearsalError> {
    let currency = generator.currency().to_string();
    let mut holds = |account: AccountId, expected: Decimal| -> Result<(), RehearsalError> {
        let balance = store.balance(&account)?;
        if balance != expected {
            report.fault(format!("{}: {balance} is kept, events come to {expected}", account.name()));
        }
        Ok(())
    };
    let traders = (0..u64::from(TRADERS)).filter_map(|index| Trader::at(index, generator.country()));
    let mut advance = told.advance.clone();
    for trader in traders {
        *advance.entry(trader.number).or_default() += trader.funds();
    }
    for (payer, expected) in advance {
        holds(AccountId::Advance(payer, currency.clone()), expected)?;
    }
    for (payer, expected) in &told.reserved {
        holds(AccountId::Reserved(*payer, currency.clone()), *expected)?;
    }
    holds(AccountId::Treasury(currency), told.treasury)?;
    for (currency, sum) in store.balance_sums()? {
        if !sum.is_zero() {
            report.fault(format!("all balances in {currency} add up to {sum}"));
        }
    }
    Ok(())
}

/// The tree over all steps has the root that is signed.
fn root(centre: &Centre, told: &Told, report: &mut CrashReport) -> Result<(), RehearsalError> {
    let note = centre.checkpoint()?;
    match Checkpoint::open(&note, &centre.vkey()?) {
        Ok(signed) if signed.size == told.tree.size() && signed.root == told.tree.root() => {}
        Ok(signed) => report.fault(format!(
            "the checkpoint covers {} steps, {} are stored, or their root differs",
            signed.size,
            told.tree.size()
        )),
        Err(why) => report.fault(format!("the checkpoint does not hold: {why}")),
    }
    Ok(())
}

/// The same bytes give the same case.
fn refile(
    centre: &Centre,
    generator: &Generator,
    noted: &BTreeMap<String, Vec<Noted>>,
    most: usize,
    report: &mut CrashReport,
) -> Result<(), RehearsalError> {
    for (name, answers) in noted.iter().rev().take(most) {
        let place = journal::place_of(name);
        let place = place.ok_or_else(|| RehearsalError::Invalid(format!("journal: {name}")))?;
        let again = centre.submit(generator.at(place)?.submission());
        report.refiled += 1;
        let fault = match (answers.first(), again) {
            (Some(Noted::Case { id, number, .. }), Ok(outcome)) => {
                let same =
                    outcome.case.id == *id && outcome.case.number.map(|number| number.to_string()) == *number;
                (!same || !outcome.repeated)
                    .then(|| format!("became case {} instead of {id}", outcome.case.id))
            }
            (Some(Noted::TurnedAway(code)), Err(why)) => {
                (why.code() != code).then(|| format!("was turned away with {code}, now with {}", why.code()))
            }
            (Some(Noted::Case { id, .. }), Err(why)) => {
                Some(format!("was case {id}, now turned away: {why}"))
            }
            (Some(Noted::TurnedAway(code)), Ok(outcome)) => {
                Some(format!("was turned away with {code}, now case {}", outcome.case.id))
            }
            (None, _) => None,
        };
        if let Some(fault) = fault {
            report.fault(format!("{name}: filed again, it {fault}"));
        }
    }
    Ok(())
}
