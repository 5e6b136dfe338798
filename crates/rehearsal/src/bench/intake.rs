//! `bench intake`: whole declarations from hand-over to the durable answer.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Arc, mpsc};
use std::time::Instant;

use centre::{Centre, Options, Submission, SubmitError};
use clearance::Event;
use hdrhistogram::Histogram;
use jiff::Timestamp;
use serde::Serialize;
use store::Store;
use store_sqlite::SqliteStore;

use super::spool::{Packing, Spool};
use super::{machine, stages};
use crate::error::{RehearsalError, system};
use crate::generate::{Generator, Plan};
use crate::populate::{Population, enrol, populate};

/// Filings whose parts are timed one by one.
const STAGES_SAMPLE: usize = 400;
/// Filings over which the machine's limits are measured.
const LIMITS_SAMPLE: usize = 2_000;
/// Steps read at a time when what was stored is counted.
const STEPS_AT_ONCE: usize = 512;

/// What to measure.
#[derive(Debug, Clone, PartialEq)]
pub struct IntakeBench {
    /// How many declarations are filed.
    pub declarations: u64,
    /// The mean of lines of goods in them.
    pub items_mean: f64,
    /// How many are under way at a time.
    pub concurrency: usize,
    /// The seed of the declarations.
    pub seed: u64,
    /// The pack they are filed under.
    pub jurisdiction: String,
    /// An empty directory for the store and the declarations.
    pub dir: PathBuf,
}

impl IntakeBench {
    /// The usual measurement in a directory: 20 000 declarations of 10 lines, 48 under way.
    pub fn usual(dir: PathBuf) -> Self {
        let jurisdiction = "eaeu-ru".to_owned();
        Self { declarations: 20_000, items_mean: 10.0, concurrency: 48, seed: 1, jurisdiction, dir }
    }
}

/// What was measured.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct IntakeReport {
    /// Declarations filed.
    pub declarations: u64,
    /// Lines of goods in them.
    pub items: u64,
    /// Entries stored: cases, items, documents, payment lines, events.
    pub records: u64,
    /// From the first hand-over to the last durable answer.
    pub seconds: f64,
    /// Declarations per second.
    pub declarations_per_s: f64,
    /// Records per second.
    pub records_per_s: f64,
    /// Half of the answers came within so many milliseconds.
    pub p50_ms: f64,
    /// 99 of 100.
    pub p99_ms: f64,
    /// All.
    pub max_ms: f64,
    /// Processor time over all cores.
    pub cpu_seconds: f64,
    /// The peak of resident memory while filing, in megabytes.
    pub peak_rss_mb: f64,
    /// Whether that peak is of the filing alone; else of the whole process.
    pub peak_rss_is_of_filing: bool,
    /// Filings under way at a time.
    pub concurrency: usize,
    /// Cores of the machine.
    pub cores: usize,
    /// Whether the program was built with optimisations; else the numbers say little.
    pub optimised: bool,
    /// What all cores read and verify per second if they do nothing else.
    pub limit_parse_verify_per_s: f64,
    /// What SQLite takes per second of the same bytes if it does nothing else.
    pub limit_sqlite_insert_per_s: f64,
    /// The rate as a share of the lower limit.
    pub share_of_limit: f64,
    /// What the filings came to: states as the outside sees them, or codes of those turned away.
    pub outcomes: BTreeMap<String, u64>,
    /// Microseconds per declaration: each pure part on one core; `assess_cpu` and `settle_cpu` are the
    /// processor time of the centre's threads.
    pub stages: BTreeMap<&'static str, f64>,
}

/// What one answer tells.
struct Answered {
    micros: u64,
    outcome: String,
}

impl IntakeBench {
    /// Generates, files and measures. `progress` hears the phase and how many of how many are done.
    ///
    /// # Errors
    /// Where the directory cannot be used, or the centre or its store fail.
    pub fn run(&self, mut progress: impl FnMut(&str, u64, u64)) -> Result<IntakeReport, RehearsalError> {
        std::fs::create_dir_all(&self.dir).map_err(system(self.dir.display().to_string()))?;
        let store = Arc::new(SqliteStore::open(&self.dir.join("data"))?);
        let (spool, anchors_pem) = self.prepare(&mut progress)?;
        let options = Options { anchors_pem: anchors_pem.clone(), housekeeping: false, ..Options::default() };
        let batch = options.batch_max;
        let centre = Centre::open(store, options)?;
        let population =
            Population { jurisdiction: self.jurisdiction.clone(), traders: 0, password: None, users: false };
        populate(&centre, &population)?;
        enrol(&centre, &self.jurisdiction, &spool.traders)?;

        let peak_rss_is_of_filing = machine::reset_peak();
        let (cpu, threads) = (machine::cpu_seconds(), machine::cpu_seconds_by_thread());
        let begun = Instant::now();
        let answers = file_all(&centre, &spool, self.concurrency.max(1), &mut progress)?;
        let seconds = begun.elapsed().as_secs_f64();
        let cpu_seconds = machine::cpu_seconds() - cpu;
        let threads_after = machine::cpu_seconds_by_thread();
        let peak_rss_mb = machine::peak_rss_mb();

        let records = records(centre.store(), &mut progress)?;
        let count = spool.len().max(1) as f64;
        let now = Timestamp::now();
        let sample = sample(&spool, LIMITS_SAMPLE)?;
        progress("limits", 0, 1);
        let parse_verify = stages::parse_verify_rate(&sample, &anchors_pem, now)?;
        let insert = stages::insert_rate(&sample, &self.dir.join("limit"), batch)?;
        progress("stages", 0, 1);
        let few = sample.get(..STAGES_SAMPLE.min(sample.len())).unwrap_or_default();
        let mut stages = stages::stages(few, &centre.world(), &anchors_pem, now)?;
        let used = |prefix: &str| {
            let of = |threads: &BTreeMap<String, f64>| -> f64 {
                threads.iter().filter(|(name, _)| name.starts_with(prefix)).map(|(_, used)| used).sum()
            };
            (of(&threads_after) - of(&threads)) * 1_000_000.0 / count
        };
        stages.insert("assess_cpu", used("assess-"));
        stages.insert("settle_cpu", used("settle"));
        centre.stop();

        let rate = count / seconds;
        let milliseconds = |quantile| answers.latency.value_at_quantile(quantile) as f64 / 1_000.0;
        Ok(IntakeReport {
            declarations: spool.len() as u64,
            items: spool.items,
            records,
            seconds,
            declarations_per_s: rate,
            records_per_s: records as f64 / seconds,
            p50_ms: milliseconds(0.5),
            p99_ms: milliseconds(0.99),
            max_ms: answers.latency.max() as f64 / 1_000.0,
            cpu_seconds,
            peak_rss_mb,
            peak_rss_is_of_filing,
            concurrency: self.concurrency,
            cores: std::thread::available_parallelism().map_or(1, usize::from),
            optimised: !cfg!(debug_assertions),
            limit_parse_verify_per_s: parse_verify,
            limit_sqlite_insert_per_s: insert,
            share_of_limit: rate / parse_verify.min(insert),
            outcomes: answers.outcomes,
            stages,
        })
    }

    /// Generates the declarations; everything the generator needs is gone afterwards.
    fn prepare(&self, progress: &mut dyn FnMut(&str, u64, u64)) -> Result<(Spool, String), RehearsalError> {
        let reference =
            reference::Reference::starter().map_err(|why| RehearsalError::Invalid(why.to_string()))?;
        let day = crate::today(&reference, &self.jurisdiction, Timestamp::now());
        let plan = Plan {
            items_mean: self.items_mean,
            jurisdiction: self.jurisdiction.clone(),
            ..Plan::usual(self.declarations, self.seed, day)
        };
        let authority =
            seal::Authority::generate("Greenlane rehearsal").map_err(crate::GenerateError::from)?;
        let generator = Generator::new(plan, Arc::new(reference), Some(authority))?;
        let spool = Spool::generate(&generator, &self.dir.join("filings.spool"), Packing::Plain, progress)?;
        Ok((spool, generator.authority_pem().unwrap_or_default()))
    }
}

struct Answers {
    latency: Histogram<u64>,
    outcomes: BTreeMap<String, u64>,
}

/// Longest answer that is told apart, in microseconds: ten minutes.
pub(super) const LATENCY_MAX: u64 = 600_000_000;

/// Files everything with so many under way at a time.
fn file_all(
    centre: &Centre,
    spool: &Spool,
    concurrency: usize,
    progress: &mut dyn FnMut(&str, u64, u64),
) -> Result<Answers, RehearsalError> {
    let unmeasured = |why: &dyn std::fmt::Display| RehearsalError::Invalid(format!("histogram: {why}"));
    let latency = Histogram::new_with_bounds(1, LATENCY_MAX, 3).map_err(|why| unmeasured(&why))?;
    let mut answers = Answers { latency, outcomes: BTreeMap::new() };
    let (tell, told) = mpsc::channel::<Answered>();
    let total = spool.len() as u64;
    let (mut under_way, mut done) = (0, 0u64);
    let mut note = |answered: Answered, progress: &mut dyn FnMut(&str, u64, u64)| {
        answers.latency.saturating_record(answered.micros.max(1));
        *answers.outcomes.entry(answered.outcome).or_default() += 1;
        done += 1;
        if done % 500 == 0 || done == total {
            progress("file", done, total);
        }
    };
    let lost = |_| RehearsalError::Invalid("the centre lost an answer".to_owned());
    for filing in spool.read()? {
        let filing = filing?;
        if under_way == concurrency {
            note(told.recv().map_err(lost)?, progress);
            under_way -= 1;
        }
        let tell = tell.clone();
        let handed_over = Instant::now();
        centre.submit_then(filing, move |answer| {
            let micros = u64::try_from(handed_over.elapsed().as_micros()).unwrap_or(LATENCY_MAX);
            // Whoever stopped listening has failed already.
            let _ = tell.send(Answered { micros, outcome: outcome(&answer) });
        });
        under_way += 1;
    }
    while under_way > 0 {
        note(told.recv().map_err(lost)?, progress);
        under_way -= 1;
    }
    Ok(answers)
}

pub(super) fn outcome(answer: &Result<centre::Outcome, SubmitError>) -> String {
    match answer {
        Ok(outcome) => outcome.case.state.outcome().to_owned(),
        Err(why) => why.code().to_owned(),
    }
}

/// The first filings of a spool.
fn sample(spool: &Spool, count: usize) -> Result<Vec<Submission>, RehearsalError> {
    spool.read()?.take(count).collect()
}

/// The entries a store holds: cases, items, documents, payment lines and events.
pub(super) fn records(
    store: &dyn Store,
    progress: &mut dyn FnMut(&str, u64, u64),
) -> Result<u64, RehearsalError> {
    let total = store.checkpoint()?.map_or(0, |checkpoint| checkpoint.size);
    let (mut records, mut next) = (0, 0);
    loop {
        let steps = store.steps_from(next, STEPS_AT_ONCE)?;
        let Some(last) = steps.last() else { return Ok(records) };
        next = last.leaf + 1;
        for step in steps.iter().filter(|step| step.case.is_some()) {
            let read = centre::view::read_record(step);
            let record = read.map_err(|why| RehearsalError::Invalid(format!("step {}: {why}", step.leaf)))?;
            records += u64::from(step.seq == 1) + record.events.len() as u64;
            records += record.events.iter().map(entries).sum::<u64>();
        }
        progress("count", next, total);
    }
}

/// What an event brings into the store besides itself.
fn entries(event: &Event) -> u64 {
    match event {
        Event::Filed { items, documents, .. } => u64::from(*items) + u64::from(*documents),
        Event::Assessed { lines, .. } => u64::from(*lines),
        _ => 0,
    }
}
