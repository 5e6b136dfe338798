//! The ledger alone: postings per second, and what a kill in between leaves.

use std::fs::{self, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use declaration::TaxNumber;
use jiff::Timestamp;
use rust_decimal::Decimal;
use serde::Serialize;
use store::{AccountId, Posting, Purpose, Store};
use store_sqlite::SqliteStore;

use crate::error::{RehearsalError, system};
use crate::random::Random;

/// Postings per transaction: as many as a batch of settling has.
const BATCH: u64 = 256;
/// Payers whose accounts are touched, one after another.
const PAYERS: u64 = 1_000;
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
        let (accounts, faults) = faults_of(&store)?;
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
    store.transact(&mut |tx| {
        postings.iter().try_for_each(|one| tx.post(one))?;
        tx.post(&count)
    })?;
    Ok(())
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
/// acknowledged batch must be there whole, at most one more, and everything must add up.
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
        let (_, faults) = faults_of(&store)?;
        all.faults.extend(faults.into_iter().map(|fault| format!("kill {kill}: {fault}")));
        all.kills = kill;
        all.postings = all.stored * BATCH;
        progress(kill);
    }
    Ok(all)
}
