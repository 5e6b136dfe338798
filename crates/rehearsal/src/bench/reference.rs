//! `bench reference`: the tables authorities publish imported, searched, and swapped while filings come in.

mod files;
mod search;
mod swaps;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use centre::{Centre, CentreError, Change, Options};
use jiff::Timestamp;
use jiff::civil::Date;
use reference::{Dataset, Reference};
use serde::Serialize;
use store_sqlite::SqliteStore;

use self::files::Files;
use self::swaps::Swapping;
use super::intake::records;
use super::machine;
use super::spool::{Packing, Spool};
use crate::error::RehearsalError;
use crate::generate::{Generator, Plan};
use crate::populate::{Population, enrol, populate};

pub use search::SearchReport;
pub use swaps::{Fared, SwapReport, Took, Window};

/// What to measure.
#[derive(Debug, Clone, PartialEq)]
pub struct ReferenceBench {
    /// A folder with the tables as they were published: `tnved.csv` and, where they are there, `hs2022.csv`,
    /// `countries.csv`, `currencies.csv`. Without one, tables of their size are made.
    pub codes: Option<PathBuf>,
    /// How many declarations are filed while worlds are swapped, or not.
    pub declarations: u64,
    /// The mean of lines of goods in them.
    pub items_mean: f64,
    /// How many are under way at a time.
    pub concurrency: usize,
    /// Pairs of windows, a quiet one and one in which worlds are swapped.
    pub pairs: usize,
    /// How often a world is swapped for another.
    pub swap_every: Duration,
    /// The seed of the declarations.
    pub seed: u64,
    /// An empty directory for the store and the declarations.
    pub dir: PathBuf,
}

/// The pack that declarations are filed under and currency rates are for: the Bank of Russia's are in roubles.
const JURISDICTION: &str = "eaeu-ru";

impl ReferenceBench {
    /// The usual measurement in a directory: 100 000 declarations of 10 lines, 48 under way, in four pairs of windows,
    /// with a swap every second.
    pub fn usual(dir: PathBuf) -> Self {
        Self {
            codes: None,
            declarations: 100_000,
            items_mean: 10.0,
            concurrency: 48,
            pairs: 4,
            swap_every: Duration::from_secs(1),
            seed: 1,
            dir,
        }
    }
}

/// What the files of one kind took.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct KindImported {
    /// The kind.
    pub kind: &'static str,
    /// How many files.
    pub files: u64,
    /// Rows read and taken.
    pub rows: u64,
    /// From the call to the new world in force.
    pub seconds: f64,
}

/// What importing everything into a fresh store took.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ImportedAll {
    /// By kind, in order.
    pub kinds: Vec<KindImported>,
    /// Rows read and taken.
    pub rows: u64,
    /// Seconds over all kinds.
    pub seconds: f64,
    /// The peak of resident memory, in megabytes.
    pub peak_rss_mb: f64,
    /// Whether that peak is of the import alone; else of the whole process.
    pub peak_rss_is_of_import: bool,
}

/// What came of a nomenclature with one broken row.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct BrokenRow {
    /// The line that was broken.
    pub line: u64,
    /// The lines named in the refusal; none where it was taken.
    pub named: Vec<u64>,
    /// Whether it was refused, naming that line and no other.
    pub refused: bool,
    /// Whether world, imports and datasets were the same afterwards.
    pub world_unchanged: bool,
    /// Seconds until it was refused.
    pub seconds: f64,
}

/// What making every decision again found.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Replayed {
    /// Steps made again.
    pub steps: u64,
    /// Of them, filings decided.
    pub filings: u64,
    /// Steps that came out otherwise.
    pub differing: u64,
    /// The first of them.
    pub first: Vec<String>,
    /// Whether the log has the root that was signed.
    pub root_matches: bool,
    /// Seconds it took.
    pub seconds: f64,
}

/// What was measured.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ReferenceReport {
    /// Whether the tables were `published` or `made`.
    pub tables: &'static str,
    /// Importing everything.
    pub import: ImportedAll,
    /// A broken row.
    pub broken_row: BrokenRow,
    /// Searching the nomenclature.
    pub search: SearchReport,
    /// Swapping worlds under load.
    pub swap: SwapReport,
    /// Every decision made again.
    pub replay: Replayed,
    /// Declarations filed.
    pub declarations: u64,
    /// Lines of goods in them.
    pub items: u64,
    /// Entries stored: cases, items, documents, payment lines, events.
    pub records: u64,
    /// From the first hand-over to the last durable answer.
    pub seconds: f64,
    /// Declarations per second, with swaps and without.
    pub declarations_per_s: f64,
    /// Half of the answers came within so many milliseconds while worlds were swapped.
    pub p50_ms: f64,
    /// 99 of 100.
    pub p99_ms: f64,
    /// Processor time over all cores while filing.
    pub cpu_seconds: f64,
    /// The peak of resident memory of the import, in megabytes.
    pub peak_rss_mb: f64,
    /// Filings under way at a time.
    pub concurrency: usize,
    /// Cores of the machine.
    pub cores: usize,
    /// Whether the program was built with optimisations; else the numbers say little.
    pub optimised: bool,
}

impl ReferenceBench {
    /// Imports, breaks, searches, files and swaps. `progress` hears the phase and how many of how many are done.
    ///
    /// # Errors
    /// Where the directory or the tables cannot be used, or the centre or its store fail.
    pub fn run(&self, mut progress: impl FnMut(&str, u64, u64)) -> Result<ReferenceReport, RehearsalError> {
        let starter = Reference::starter().map_err(|why| RehearsalError::Invalid(why.to_string()))?;
        let today = crate::today(&starter, JURISDICTION, Timestamp::now());
        drop(starter);
        let files = Files::of(self.codes.as_deref(), JURISDICTION, today)?;
        std::fs::create_dir_all(&self.dir).map_err(crate::error::system(self.dir.display().to_string()))?;

        let options = Options { housekeeping: false, ..Options::default() };
        let centre = Centre::open(self.store()?, options.clone())?;
        // First of all, so that the peak of memory is the import's.
        let import = import_all(&centre, &files, &mut progress)?;
        progress("broken row", 0, 1);
        let broken_row = break_row(&centre, &files)?;
        progress("search", 0, 1);
        let search = search::measure(centre.world().reference().nomenclature());
        let reference = Arc::clone(centre.world().reference());
        centre.stop();
        drop(centre);

        let (spool, anchors_pem) = self.prepare(reference, today, &mut progress)?;
        let centre = Centre::open(self.store()?, Options { anchors_pem, ..options })?;
        let population =
            Population { jurisdiction: JURISDICTION.to_owned(), traders: 0, password: None, users: false };
        populate(&centre, &population)?;
        enrol(&centre, JURISDICTION, &spool.traders)?;
        let (cpu, begun) = (machine::cpu_seconds(), Instant::now());
        let swapping = Swapping {
            centre: &centre,
            spool: &spool,
            files: &files,
            jurisdiction: JURISDICTION,
            today,
            concurrency: self.concurrency,
            pairs: self.pairs,
            every: self.swap_every,
        };
        let filed = swapping.file(&mut progress)?;
        let (seconds, cpu_seconds) = (begun.elapsed().as_secs_f64(), machine::cpu_seconds() - cpu);
        let swap = swapping.report(&filed, &mut progress)?;
        let replay = replay(&centre, &mut progress)?;
        let records = records(centre.store(), &mut progress)?;
        centre.stop();

        Ok(ReferenceReport {
            tables: if self.codes.is_some() { "published" } else { "made" },
            declarations: spool.len() as u64,
            items: spool.items,
            records,
            seconds,
            declarations_per_s: spool.len() as f64 / seconds,
            p50_ms: swap.swapping.p50_ms,
            p99_ms: swap.swapping.p99_ms,
            cpu_seconds,
            peak_rss_mb: import.peak_rss_mb,
            concurrency: self.concurrency,
            cores: std::thread::available_parallelism().map_or(1, usize::from),
            optimised: !cfg!(debug_assertions),
            import,
            broken_row,
            search,
            swap,
            replay,
        })
    }

    fn store(&self) -> Result<Arc<SqliteStore>, RehearsalError> {
        Ok(Arc::new(SqliteStore::open(&self.dir.join("data"))?))
    }

    /// Generates declarations of what the nomenclature has, so that it is what their decisions rest on.
    fn prepare(
        &self,
        reference: Arc<Reference>,
        day: Date,
        progress: &mut dyn FnMut(&str, u64, u64),
    ) -> Result<(Spool, String), RehearsalError> {
        let plan = Plan {
            items_mean: self.items_mean,
            jurisdiction: JURISDICTION.to_owned(),
            ..Plan::usual(self.declarations, self.seed, day)
        };
        let authority =
            seal::Authority::generate("Greenlane rehearsal").map_err(crate::GenerateError::from)?;
        let generator = Generator::new(plan, reference, Some(authority))?;
        let path = self.dir.join("filings.spool");
        let spool = Spool::generate(&generator, &path, Packing::Compressed, progress)?;
        Ok((spool, generator.authority_pem().unwrap_or_default()))
    }
}

/// Imports everything, one kind after the other; all days of currency rates in one step, as a folder of them is.
fn import_all(
    centre: &Centre,
    files: &Files,
    progress: &mut dyn FnMut(&str, u64, u64),
) -> Result<ImportedAll, RehearsalError> {
    let peak_rss_is_of_import = machine::reset_peak();
    let single = [&files.tnved].into_iter().chain(&files.tables).map(|dataset| vec![dataset.clone()]);
    let steps: Vec<Vec<Dataset>> = single.chain([files.days.clone()]).collect();
    let total = steps.len() as u64;
    let mut kinds: Vec<KindImported> = Vec::with_capacity(steps.len());
    for import in steps {
        let kind = import.first().map_or("", |dataset| dataset.kind.as_str());
        progress("import", kinds.len() as u64, total);
        let files = import.len() as u64;
        let begun = Instant::now();
        let report = centre.change(Change { import, ..Change::default() }, "bench", &mut |_| {})?;
        let seconds = begun.elapsed().as_secs_f64();
        let rows = report.imported.iter().map(|imported| imported.rows as u64).sum();
        kinds.push(KindImported { kind, files, rows, seconds });
    }
    Ok(ImportedAll {
        rows: kinds.iter().map(|kind| kind.rows).sum(),
        seconds: kinds.iter().map(|kind| kind.seconds).sum(),
        peak_rss_mb: machine::peak_rss_mb(),
        peak_rss_is_of_import,
        kinds,
    })
}

/// Imports the nomenclature with one broken row, which must change nothing.
fn break_row(centre: &Centre, files: &Files) -> Result<BrokenRow, RehearsalError> {
    let (broken, line) = files.broken()?;
    let hash = broken.hash();
    let state = || -> Result<_, RehearsalError> {
        let kept = centre.store().dataset(&hash)?.is_some();
        Ok((centre.world().hash(), centre.store().current_world()?, centre.imports()?.len(), kept))
    };
    let before = state()?;
    let begun = Instant::now();
    let named =
        match centre.change(Change { import: vec![broken], ..Change::default() }, "bench", &mut |_| {}) {
            Ok(_) => Vec::new(),
            Err(CentreError::Import(faults)) => faults.named.iter().map(|fault| fault.line).collect(),
            Err(why) => return Err(why.into()),
        };
    let seconds = begun.elapsed().as_secs_f64();
    let refused = named == [line];
    Ok(BrokenRow { line, named, refused, world_unchanged: state()? == before, seconds })
}

/// Differences named; all are counted.
const DIFFERENCES_NAMED: usize = 5;

fn replay(centre: &Centre, progress: &mut dyn FnMut(&str, u64, u64)) -> Result<Replayed, RehearsalError> {
    let begun = Instant::now();
    let report = centre.replay(|done, total| progress("replay", done, total))?;
    let first = report.differing.iter().take(DIFFERENCES_NAMED);
    Ok(Replayed {
        steps: report.steps,
        filings: report.filings,
        differing: report.differing.len() as u64,
        first: first.map(|one| format!("step {}: {}", one.leaf, one.why)).collect(),
        root_matches: report.root_matches,
        seconds: begun.elapsed().as_secs_f64(),
    })
}
