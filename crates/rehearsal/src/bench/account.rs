//! The ledger alone: postings per second, and what a kill in between leaves.

use std::fs::{self, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use clearance::CaseId;
use declaration::TaxNumber;
use jiff::Timestamp;
use jiff::civil::Date;
use rust_decimal::Decimal;
use serde::Serialize;
use store::{AccountId, Bank, Cover, Guarantee, GuaranteeForm, GuaranteeKind, Posting, Purpose, Store};
use store_sqlite::SqliteStore;

use crate::error::{RehearsalError, system};
use crate::random::Random;

/// Postings per transaction: as many as a batch of settling has.
const BATCH: u64 = 256;
/// Payers whose accounts are touched, one after another.
const PAYERS: u64 = 1_000;
/// What each guarantee is for, in roubles.
const GUARANTEED: u32 = 1_000;
/// The currency that nothing but the count of batches is kept in; ISO 4217 has it for tests.
const COUNTED_IN: &str = "XTS";
/// How long a child may take until its first batch.
const FIRST_BATCH: Duration = Duration::from_secs(60);
/// The longest a child goes on before it is killed.
const GOES_ON_MS_MAX: u64 = 300;
/// How often its journal is looked at.
const LOOK: Duration = Duration::from_millis(2);

/// How fast money is booked.
#[derive(Debug, Clone)]
pub struct AccountBench {
    /// The directory of the store.
    pub dir: PathBuf,
    /// How many postings.
    pub postings: u64,
}

/// What that came to.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct AccountReport {
    /// Postings booked.
    pub postings: u64,
    /// In one transaction each, with a sync to disk.
    pub batch: u64,
    /// Accounts they touch.
    pub accounts: usize,
    /// How long it took.
    pub seconds: f64,
    /// Postings per second.
    pub per_second: f64,
    /// How long recomputing every balance took.
    pub reconcile_seconds: f64,
    /// What does not add up.
    pub faults: Vec<String>,
}

impl AccountBench {
    /// Books, and recomputes everything afterwards.
    ///
    /// # Errors
    /// Where the store fails.
    pub fn run(&self, mut progress: impl FnMut(&str, u64, u64)) -> Result<AccountReport, RehearsalError> {
        let store = SqliteStore::open(&self.dir)?;
        let batches = self.postings.div_ceil(BATCH);
        let begun = Instant::now();
        for batch in 0..batches {
            book(&store, batch)?;
            progress("postings", batch * BATCH, self.postings);
        }
        let seconds = begun.elapsed().as_secs_f64();
        let begun = Instant::now();
        let (accounts, mut faults) = faults_of(&store)?;
        faults.extend(guarantee_faults(&store, batches)?);
        let postings = batches * BATCH;
        Ok(AccountReport {
            postings,
            batch: BATCH,
            accounts,
            seconds,
            per_second: postings as f64 / seconds,
            reconcile_seconds: begun.elapsed().as_secs_f64(),
            faults,
        })
    }
}

/// The report in words.
pub fn render_account(report: &AccountReport) -> String {
    format!(
        "{:.0} postings per second: {} on {} accounts in {:.2} s, {} in each transaction with its sync;\n\
         every balance recomputed in {:.2} s, {} differences",
        report.per_second,
        report.postings,
        report.accounts,
        report.seconds,
        report.batch,
        report.reconcile_seconds,
        report.faults.len()
    )
}

/// Books the `nth` batch, and counts it.
fn book(store: &SqliteStore, batch: u64) -> Result<(), RehearsalError> {
    let postings: Vec<Posting> =
        (batch * BATCH..(batch + 1) * BATCH).map(posting).collect::<Result<_, _>>()?;
    let count = Posting {
        from: AccountId::Outside(COUNTED_IN.to_owned()),
        to: AccountId::Treasury(COUNTED_IN.to_owned()),
        amount: Decimal::ONE,
        ..postings.first().cloned().ok_or_else(|| RehearsalError::Invalid("an empty batch".to_owned()))?
    };
    let (given, before) = (guarantee(batch)?, batch.checked_sub(1).map(guarantee).transpose()?);
    store.transact(&mut |tx| {
        postings.iter().try_for_each(|one| tx.post(one))?;
        if batch == 0 {
            tx.put_bank(&bank())?;
            let promised = AccountId::Promised("RUB".to_owned());
            tx.post(&promise(promised, given.source(), Purpose::LimitRaised, None))?;
        }
        // The bank's limit is for one guarantee: the next can only be given once this one is back.
        if let Some(before) = &before {
            let case = case_of(&before.number);
            tx.drop_cover(case, &before.number)?;
            tx.post(&promise(before.covered(), before.cover(), Purpose::CoverFreed, Some(case)))?;
            tx.end_guarantee(&before.number, Timestamp::UNIX_EPOCH)?;
            tx.post(&promise(before.cover(), before.source(), Purpose::GuaranteeEnded, None))?;
        }
        tx.insert_guarantee(&given)?;
        tx.post(&promise(given.source(), given.cover(), Purpose::GuaranteeGiven, None))?;
        let case = case_of(&given.number);
        tx.post(&promise(given.cover(), given.covered(), Purpose::CoverTaken, Some(case)))?;
        let (guarantee, amount, currency) = (given.number.clone(), given.amount, given.currency.clone());
        tx.put_cover(&Cover { guarantee, case, amount, currency })?;
        tx.post(&count)
    })?;
    Ok(())
}

/// The bank whose guarantees cover: its limit is for one of them at a time.
fn bank() -> Bank {
    let (single_max, total_max) = (Decimal::from(GUARANTEED), Decimal::from(GUARANTEED));
    Bank { code: "B".to_owned(), name: "Bank".to_owned(), currency: "RUB".to_owned(), single_max, total_max }
}

/// The guarantee of the `nth` batch. It covers one case until the next batch.
fn guarantee(batch: u64) -> Result<Guarantee, RehearsalError> {
    Ok(Guarantee {
        number: format!("G-{batch}"),
        kind: GuaranteeKind::Single,
        form: GuaranteeForm::Bank,
        guarantor: bank().code,
        principal: "7700000016".parse().map_err(|_| RehearsalError::Invalid("no tax number".to_owned()))?,
        amount: Decimal::from(GUARANTEED),
        currency: "RUB".to_owned(),
        valid_from: Date::constant(2020, 1, 1),
        valid_to: Date::constant(2100, 1, 1),
        given_at: Timestamp::UNIX_EPOCH,
        ended_at: None,
    })
}

/// A case that a guarantee is for; only its identifier counts here.
fn case_of(number: &str) -> CaseId {
    let mut bytes = [0; 16];
    let digest = log::Hash::of(number.as_bytes()).0;
    bytes.iter_mut().zip(digest).for_each(|(byte, of)| *byte = of);
    CaseId::from_bytes(bytes)
}

/// The posting of a whole guarantee.
fn promise(from: AccountId, to: AccountId, purpose: Purpose, case: Option<CaseId>) -> Posting {
    let (amount, what) = (Decimal::from(GUARANTEED), String::new());
    Posting { at: Timestamp::UNIX_EPOCH, from, to, amount, case, purpose, what }
}

/// What of the guarantees is not as so many whole batches leave it: the last one covers its case, the others
/// have ended, and the bank can promise nothing more.
fn guarantee_faults(store: &SqliteStore, batches: u64) -> Result<Vec<String>, RehearsalError> {
    let mut faults = Vec::new();
    let Some(last) = batches.checked_sub(1).map(guarantee).transpose()? else { return Ok(faults) };
    let given = store.guarantees(None)?;
    let in_force: Vec<&str> =
        given.iter().filter(|one| one.ended_at.is_none()).map(|one| one.number.as_str()).collect();
    if given.len() as u64 != batches || in_force != [last.number.as_str()] {
        faults.push(format!("{} guarantees, in force {in_force:?}, of {batches} batches", given.len()));
    }
    let covers: Vec<(String, CaseId, Decimal)> =
        store.covers()?.into_iter().map(|cover| (cover.guarantee, cover.case, cover.amount)).collect();
    if covers != [(last.number.clone(), case_of(&last.number), last.amount)] {
        faults.push(format!("{covers:?} are the covers of {batches} batches"));
    }
    for (account, expected) in
        [(last.source(), Decimal::ZERO), (last.cover(), Decimal::ZERO), (last.covered(), last.amount)]
    {
        let balance = store.balance(&account)?;
        if balance != expected {
            faults.push(format!("{} has {balance}, not {expected}", account.name()));
        }
    }
    Ok(faults)
}

/// The `nth` posting. Six of them take a payer through everything that happens to money and back to nothing.
fn posting(nth: u64) -> Result<Posting, RehearsalError> {
    let payer: TaxNumber = format!("77{:08}", nth / 6 % PAYERS)
        .parse()
        .map_err(|_| RehearsalError::Invalid("no tax number".to_owned()))?;
    let rub = || "RUB".to_owned();
    let (advance, reserved) = (AccountId::Advance(payer, rub()), AccountId::Reserved(payer, rub()));
    let (outside, treasury) = (AccountId::Outside(rub()), AccountId::Treasury(rub()));
    let (from, to, cents, purpose) = match nth % 6 {
        0 => (outside, advance, 10_000, Purpose::AdvanceReceived),
        1 => (advance, reserved, 6_000, Purpose::Reserved),
        2 => (reserved, advance, 2_000, Purpose::Released),
        3 => (reserved, treasury, 4_000, Purpose::Posted),
        4 => (advance, treasury, 3_001, Purpose::Paid),
        _ => (advance, outside, 2_999, Purpose::AdvanceRefunded),
    };
    let amount = Decimal::new(cents, 2);
    let what = String::new();
    Ok(Posting { at: Timestamp::UNIX_EPOCH, from, to, amount, case: None, purpose, what })
}

/// How many accounts there are, and what of them does not add up.
fn faults_of(store: &SqliteStore) -> Result<(usize, Vec<String>), RehearsalError> {
    let states = store.accounts()?;
    let mut faults = Vec::new();
    for state in &states {
        let name = state.account.name();
        if state.kept != state.recomputed {
            faults.push(format!("{name}: {} is kept, postings come to {}", state.kept, state.recomputed));
        }
        if state.kept < Decimal::ZERO && !state.account.may_be_negative() {
            faults.push(format!("{name}: {} is below zero", state.kept));
        }
    }
    for (currency, sum) in store.balance_sums()? {
        if !sum.is_zero() {
            faults.push(format!("all balances in {currency} add up to {sum}"));
        }
    }
    Ok((states.len(), faults))
}

/// What kills in between came to.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct AccountCrashes {
    /// Kills.
    pub kills: u32,
    /// Batches whose commit was acknowledged.
    pub acknowledged: u64,
    /// Batches stored.
    pub stored: u64,
    /// Postings stored.
    pub postings: u64,
    /// Promises broken, and what does not add up.
    pub faults: Vec<String>,
}

/// Books batch after batch until killed, and notes each in the journal after it was committed.
///
/// # Errors
/// Where the store or the journal fails.
pub fn account_victim(dir: &Path) -> Result<(), RehearsalError> {
    let store = SqliteStore::open(&dir.join("data"))?;
    let journal = journal_of(dir);
    let mut notes = OpenOptions::new()
        .append(true)
        .create(true)
        .open(&journal)
        .map_err(system(journal.display().to_string()))?;
    let mut next = stored_batches(&store)?;
    loop {
        book(&store, next)?;
        next += 1;
        writeln!(notes, "{next}").map_err(system(journal.display().to_string()))?;
    }
}

fn journal_of(dir: &Path) -> PathBuf {
    dir.join("journal")
}

fn stored_batches(store: &SqliteStore) -> Result<u64, RehearsalError> {
    let counted = store.balance(&AccountId::Treasury(COUNTED_IN.to_owned()))?;
    u64::try_from(counted).map_err(|_| RehearsalError::Invalid(format!("{counted} is no count of batches")))
}

/// A child that is killed when it is let go of, whatever happens in between.
struct Victim(Child);

impl Drop for Victim {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Kills `binary bench account-victim --dir DIR` so many times at random moments; after each kill every
/// acknowledged batch must be there whole, at most one more, guarantees as that batch left them, and everything must
/// add up.
///
/// # Errors
/// Where the child cannot be run or ends by itself, or what it left cannot be opened.
pub fn account_crashes(
    binary: &Path,
    dir: &Path,
    kills: u32,
    seed: u64,
    mut progress: impl FnMut(u32),
) -> Result<AccountCrashes, RehearsalError> {
    let mut random = Random::of(seed, 0xacc);
    let mut all = AccountCrashes::default();
    let journal = journal_of(dir);
    let length = || fs::metadata(&journal).map_or(0, |meta| meta.len());
    for kill in 1..=kills {
        let before = length();
        let mut command = Command::new(binary);
        command.args(["bench", "account-victim", "--dir"]).arg(dir);
        let child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn();
        let mut victim = Victim(child.map_err(system(binary.display().to_string()))?);
        let begun = Instant::now();
        while length() <= before {
            let ended = victim.0.try_wait().map_err(system("the child"))?;
            if ended.is_some() || begun.elapsed() > FIRST_BATCH {
                return Err(RehearsalError::Invalid("the child books nothing".to_owned()));
            }
            std::thread::sleep(LOOK);
        }
        std::thread::sleep(Duration::from_micros(random.below(GOES_ON_MS_MAX * 1_000)));
        drop(victim);
        let notes = fs::read_to_string(&journal).map_err(system(journal.display().to_string()))?;
        // The last line may be half of one.
        let whole = notes.rsplit_once('\n').map_or("", |(whole, _)| whole);
        all.acknowledged = whole.lines().last().and_then(|line| line.parse().ok()).unwrap_or_default();
        let store = SqliteStore::open(&dir.join("data"))?;
        all.stored = stored_batches(&store)?;
        if !(all.acknowledged..=all.acknowledged + 1).contains(&all.stored) {
            let (acknowledged, stored) = (all.acknowledged, all.stored);
            all.faults.push(format!("kill {kill}: {acknowledged} batches acknowledged, {stored} stored"));
        }
        let (_, mut faults) = faults_of(&store)?;
        faults.extend(guarantee_faults(&store, all.stored)?);
        all.faults.extend(faults.into_iter().map(|fault| format!("kill {kill}: {fault}")));
        all.kills = kill;
        all.postings = all.stored * BATCH;
        progress(kill);
    }
    Ok(all)
}
