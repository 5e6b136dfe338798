//! Worlds swapped while filings come in as fast as they are taken.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::{Mutex, MutexGuard, PoisonError, mpsc};
use std::time::{Duration, Instant};

use centre::{Centre, Change, ImportReport, Stage};
use clearance::{CaseId, Input};
use hdrhistogram::Histogram;
use jiff::ToSpan;
use jiff::civil::Date;
use reference::{ContentHash, DatasetKind};
use serde::Serialize;

use super::files::{Files, daily};
use crate::bench::intake::{LATENCY_MAX, outcome};
use crate::bench::spool::Spool;
use crate::error::RehearsalError;

/// How often whoever swaps looks whether it is to swap.
const LOOK_EVERY: Duration = Duration::from_millis(2);
/// One in so many filings is filed before anything is measured.
const WARM_UP_SHARE: usize = 20;
/// Steps read at a time when the worlds that decided are looked up.
const STEPS_AT_ONCE: usize = 512;

/// How filings fared while worlds were swapped, or while they were not.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Fared {
    /// Filings handed over.
    pub declarations: u64,
    /// Over how many seconds.
    pub seconds: f64,
    /// Filings per second.
    pub declarations_per_s: f64,
    /// Half of the answers came within so many milliseconds.
    pub p50_ms: f64,
    /// 99 of 100.
    pub p99_ms: f64,
    /// All.
    pub max_ms: f64,
}

/// A stretch of time in which worlds were swapped all along or not at all.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Window {
    /// Whether they were.
    pub swapping: bool,
    /// How filings fared.
    #[serde(flatten)]
    pub fared: Fared,
}

/// How long swaps of one sort took, in milliseconds.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Took {
    /// How many there were.
    pub swaps: u64,
    /// From the call to the new world in force.
    pub mean_ms: f64,
    /// The longest.
    pub max_ms: f64,
    /// Of it, until the new world was built beside the old one.
    pub build_mean_ms: f64,
    /// The longest.
    pub build_max_ms: f64,
    /// Of it, until the new world was durable and in force.
    pub commit_mean_ms: f64,
    /// The longest.
    pub commit_max_ms: f64,
}

/// What was measured while worlds were swapped.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct SwapReport {
    /// The windows, in order.
    pub windows: Vec<Window>,
    /// All quiet windows together.
    pub quiet: Fared,
    /// All windows together in which worlds were swapped.
    pub swapping: Fared,
    /// The 99th percentile while swapping, as a multiple of the quiet one.
    pub p99_ratio: f64,
    /// The same of each pair of windows that follow each other: the middle one.
    pub p99_ratio_median: f64,
    /// Filings per second while swapping, as a multiple of the quiet ones.
    pub rate_ratio: f64,
    /// How long swaps took.
    pub swaps: Took,
    /// The same by what was imported or taken back.
    pub swaps_by_kind: BTreeMap<String, Took>,
    /// Imports taken back among them.
    pub undone: u64,
    /// Different worlds that decided filings.
    pub worlds_deciding: u64,
    /// Filings decided in a world that was in force at no moment between hand-over and answer.
    pub violations: u64,
    /// What filings came to.
    pub outcomes: BTreeMap<String, u64>,
}

/// One swap.
struct Swap {
    /// What was imported, or `undo` and of what.
    kind: String,
    /// Built and being written: from here on the new world may be in force.
    built: Instant,
    /// In force.
    done: Instant,
    began: Instant,
    after: ContentHash,
}

/// What filer and swapper tell each other.
#[derive(Default)]
struct Talk {
    wanted: bool,
    busy: bool,
    over: bool,
}

#[derive(Default)]
struct Shared(Mutex<Talk>);

impl Shared {
    fn lock(&self) -> MutexGuard<'_, Talk> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Which filings belong to which window: quiet and swapping ones in turn, so that whatever drifts meanwhile falls on
/// both alike: quiet, swapping, swapping, quiet.
struct Windows {
    warm_up: usize,
    length: usize,
    count: usize,
}

impl Windows {
    fn of(filings: usize, pairs: usize) -> Self {
        let warm_up = filings / WARM_UP_SHARE;
        let count = pairs.max(1) * 2;
        Self { warm_up, length: (filings - warm_up).div_ceil(count).max(1), count }
    }

    /// The window of a filing; none while the centre warms up.
    fn at(&self, filing: usize) -> Option<usize> {
        Some(filing.checked_sub(self.warm_up)? / self.length)
    }

    fn is_swapping(window: usize) -> bool {
        matches!(window % 4, 1 | 2)
    }
}

/// One answer.
struct Answered {
    window: Option<usize>,
    handed_over: Instant,
    answered: Instant,
    /// The case that came of it; none of what was turned away or had been filed before.
    case: Option<CaseId>,
    outcome: String,
}

/// What a window gathers.
struct Gathered {
    latency: Histogram<u64>,
    declarations: u64,
    first: Option<Instant>,
    last: Option<Instant>,
}

/// A measurement of filings while worlds are swapped, and while they are not.
pub(super) struct Swapping<'s> {
    pub centre: &'s Centre,
    pub spool: &'s Spool,
    pub files: &'s Files,
    pub jurisdiction: &'s str,
    pub today: Date,
    pub concurrency: usize,
    pub pairs: usize,
    pub every: Duration,
}

/// What was filed and swapped.
pub(super) struct Filed {
    answers: Vec<Answered>,
    swaps: Vec<Swap>,
    /// The world at the beginning.
    first: ContentHash,
}

impl Swapping<'_> {
    /// Files everything and swaps worlds in every other window.
    pub fn file(&self, progress: &mut dyn FnMut(&str, u64, u64)) -> Result<Filed, RehearsalError> {
        let shared = Shared::default();
        let first = self.centre.world().hash();
        std::thread::scope(|scope| {
            let swapper = std::thread::Builder::new().name("swapper".to_owned());
            let swapper = swapper.spawn_scoped(scope, || self.swap_all(&shared));
            let answers = self.file_all(&shared, progress);
            shared.lock().over = true;
            let lost = || RehearsalError::Invalid("whoever swaps worlds died by a bug".to_owned());
            let swaps = swapper.map_err(crate::error::system("a thread"))?.join().map_err(|_| lost())??;
            Ok(Filed { answers: answers?, swaps, first })
        })
    }

    /// How filings fared, how long swaps took, and which worlds decided.
    pub fn report(
        &self,
        filed: &Filed,
        progress: &mut dyn FnMut(&str, u64, u64),
    ) -> Result<SwapReport, RehearsalError> {
        let mut report = self.told(&filed.answers, &filed.swaps)?;
        self.look_up(&mut report, filed, progress)?;
        Ok(report)
    }

    /// Files everything with so many under way at a time, and says when worlds are to be swapped.
    fn file_all(
        &self,
        shared: &Shared,
        progress: &mut dyn FnMut(&str, u64, u64),
    ) -> Result<Vec<Answered>, RehearsalError> {
        let windows = Windows::of(self.spool.len(), self.pairs);
        let (tell, told) = mpsc::channel::<Answered>();
        let lost = |_| RehearsalError::Invalid("the centre lost an answer".to_owned());
        let mut answers = Vec::with_capacity(self.spool.len());
        let mut under_way = 0;
        for (place, filing) in self.spool.read()?.enumerate() {
            let filing = filing?;
            if under_way == self.concurrency.max(1) {
                answers.push(told.recv().map_err(lost)?);
                under_way -= 1;
            }
            let window = windows.at(place);
            let swapping = window.is_some_and(Windows::is_swapping);
            let busy = {
                let mut talk = shared.lock();
                talk.wanted = swapping;
                talk.busy
            };
            // What is filed while the last swap of a window ends belongs to none.
            let window = window.filter(|_| swapping || !busy);
            let tell = tell.clone();
            let handed_over = Instant::now();
            self.centre.submit_then(filing, move |answer| {
                let answered = Instant::now();
                let case = answer.as_ref().ok().filter(|outcome| !outcome.repeated);
                let case = case.map(|outcome| outcome.case.id);
                // Whoever stopped listening has failed already.
                let _ =
                    tell.send(Answered { window, handed_over, answered, case, outcome: outcome(&answer) });
            });
            under_way += 1;
            if place % 500 == 0 {
                progress("file", place as u64, self.spool.len() as u64);
            }
        }
        while under_way > 0 {
            answers.push(told.recv().map_err(lost)?);
            under_way -= 1;
        }
        Ok(answers)
    }

    /// Changes the world again and again while that is wanted.
    fn swap_all(&self, shared: &Shared) -> Result<Vec<Swap>, RehearsalError> {
        let mut swaps = Vec::new();
        let mut turns = Turns { swapping: self, nth: 0, imports: HashMap::new() };
        let mut due = Instant::now();
        loop {
            let go = {
                let mut talk = shared.lock();
                if talk.over {
                    return Ok(swaps);
                }
                talk.busy = talk.wanted && Instant::now() >= due;
                talk.busy
            };
            if !go {
                std::thread::sleep(LOOK_EVERY);
                continue;
            }
            due = Instant::now() + self.every;
            let swap = turns.next();
            shared.lock().busy = false;
            swaps.push(swap?);
        }
    }

    /// How the filings fared, and how long the swaps took.
    fn told(&self, filed: &[Answered], swaps: &[Swap]) -> Result<SwapReport, RehearsalError> {
        let windows = Windows::of(self.spool.len(), self.pairs);
        let gathered = |keep: &dyn Fn(usize) -> bool| -> Result<Gathered, RehearsalError> {
            let unmeasured =
                |why: hdrhistogram::CreationError| RehearsalError::Invalid(format!("histogram: {why}"));
            let latency = Histogram::new_with_bounds(1, LATENCY_MAX, 3).map_err(unmeasured)?;
            let mut of = Gathered { latency, declarations: 0, first: None, last: None };
            for one in filed.iter().filter(|one| one.window.is_some_and(keep)) {
                let micros = (one.answered - one.handed_over).as_micros();
                of.latency.saturating_record(u64::try_from(micros).unwrap_or(LATENCY_MAX).max(1));
                of.declarations += 1;
                of.first = of.first.into_iter().chain([one.handed_over]).min();
                of.last = of.last.into_iter().chain([one.handed_over]).max();
            }
            Ok(of)
        };
        let mut report = SwapReport::default();
        for nth in 0..windows.count {
            let fared = gathered(&|window| window == nth)?.fared(None);
            report.windows.push(Window { swapping: Windows::is_swapping(nth), fared });
        }
        for swapping in [false, true] {
            let own = report.windows.iter().filter(|window| window.swapping == swapping);
            let seconds = own.map(|window| window.fared.seconds).sum();
            let all = gathered(&|window| Windows::is_swapping(window) == swapping)?.fared(Some(seconds));
            if swapping { report.swapping = all } else { report.quiet = all }
        }
        report.p99_ratio = report.swapping.p99_ms / report.quiet.p99_ms;
        report.rate_ratio = report.swapping.declarations_per_s / report.quiet.declarations_per_s;
        let mut ratios: Vec<f64> = report
            .windows
            .chunks_exact(2)
            .map(|pair| {
                let of = |swapping| pair.iter().find(|window| window.swapping == swapping);
                let p99 = |swapping| of(swapping).map_or(f64::NAN, |window| window.fared.p99_ms);
                p99(true) / p99(false)
            })
            .collect();
        ratios.sort_by(f64::total_cmp);
        report.p99_ratio_median = middle(&ratios);
        report.swaps = Took::of(swaps.iter());
        for kind in swaps.iter().map(|swap| &swap.kind).collect::<HashSet<_>>() {
            let took = Took::of(swaps.iter().filter(|swap| swap.kind == *kind));
            report.swaps_by_kind.insert(kind.clone(), took);
        }
        report.undone = swaps.iter().filter(|swap| swap.kind.starts_with(UNDO)).count() as u64;
        for one in filed {
            *report.outcomes.entry(one.outcome.clone()).or_default() += 1;
        }
        Ok(report)
    }

    /// Looks up in which world each filing was decided, and whether that was in force then.
    fn look_up(
        &self,
        report: &mut SwapReport,
        filed: &Filed,
        progress: &mut dyn FnMut(&str, u64, u64),
    ) -> Result<(), RehearsalError> {
        let Filed { answers, swaps, first } = filed;
        let in_force = in_force(*first, swaps);
        let mut open: HashMap<CaseId, (Instant, Instant)> =
            answers.iter().filter_map(|one| Some((one.case?, (one.handed_over, one.answered)))).collect();
        let mut deciding: HashSet<ContentHash> = HashSet::new();
        let store = self.centre.store();
        let total = store.checkpoint()?.map_or(0, |checkpoint| checkpoint.size);
        let mut next = 0;
        loop {
            let steps = store.steps_from(next, STEPS_AT_ONCE)?;
            let Some(last) = steps.last() else { break };
            next = last.leaf + 1;
            for step in steps.iter().filter(|step| step.case.is_some()) {
                let read = centre::view::read_record(step);
                let record =
                    read.map_err(|why| RehearsalError::Invalid(format!("step {}: {why}", step.leaf)))?;
                if !matches!(record.input, Input::File(_)) {
                    continue;
                }
                deciding.insert(record.world);
                let within = |(handed_over, answered): (Instant, Instant)| {
                    let spans = in_force.get(&record.world).into_iter().flatten();
                    spans.into_iter().any(|(from, to)| {
                        from.is_none_or(|from| from <= answered) && to.is_none_or(|to| handed_over <= to)
                    })
                };
                report.violations += u64::from(!open.remove(&record.case).is_some_and(within));
            }
            progress("look up worlds", next, total);
        }
        // A filing that was answered as decided and is not stored would be no better.
        report.violations += open.len() as u64;
        report.worlds_deciding = deciding.len() as u64;
        Ok(())
    }
}

/// When each world was in force at most: from when the change to it began to be written, to when the next was done.
type InForce = HashMap<ContentHash, Vec<(Option<Instant>, Option<Instant>)>>;

fn in_force(first: ContentHash, swaps: &[Swap]) -> InForce {
    let mut in_force: InForce = HashMap::new();
    let starts = [(first, None)].into_iter().chain(swaps.iter().map(|swap| (swap.after, Some(swap.built))));
    let ends = swaps.iter().map(|swap| Some(swap.done)).chain([None]);
    for ((world, from), to) in starts.zip(ends) {
        in_force.entry(world).or_default().push((from, to));
    }
    in_force
}

impl Gathered {
    /// `seconds` where they are known otherwise than by the first and last hand-over.
    fn fared(&self, seconds: Option<f64>) -> Fared {
        let between = self.first.zip(self.last).map_or(0.0, |(first, last)| (last - first).as_secs_f64());
        let seconds = seconds.unwrap_or(between);
        let milliseconds = |quantile| self.latency.value_at_quantile(quantile) as f64 / 1_000.0;
        Fared {
            declarations: self.declarations,
            seconds,
            declarations_per_s: if seconds > 0.0 { self.declarations as f64 / seconds } else { 0.0 },
            p50_ms: milliseconds(0.5),
            p99_ms: milliseconds(0.99),
            max_ms: self.latency.max() as f64 / 1_000.0,
        }
    }
}

impl Took {
    fn of<'s>(swaps: impl Iterator<Item = &'s Swap>) -> Self {
        let mut took = Self::default();
        for swap in swaps {
            let ms = |from: Instant, to: Instant| (to - from).as_secs_f64() * 1_000.0;
            let (build, commit) = (ms(swap.began, swap.built), ms(swap.built, swap.done));
            took.swaps += 1;
            for (sum, most, ms) in [
                (&mut took.mean_ms, &mut took.max_ms, build + commit),
                (&mut took.build_mean_ms, &mut took.build_max_ms, build),
                (&mut took.commit_mean_ms, &mut took.commit_max_ms, commit),
            ] {
                *sum += ms;
                *most = most.max(ms);
            }
        }
        let count = took.swaps.max(1) as f64;
        for sum in [&mut took.mean_ms, &mut took.build_mean_ms, &mut took.commit_mean_ms] {
            *sum /= count;
        }
        took
    }
}

fn middle(sorted: &[f64]) -> f64 {
    let (above, below) = (sorted.get(sorted.len() / 2), sorted.get(sorted.len().saturating_sub(1) / 2));
    above.zip(below).map_or(f64::NAN, |(above, below)| (above + below) / 2.0)
}

/// What the kind of a swap begins with that takes an import back.
const UNDO: &str = "undo ";

/// What each swap does, one after the other.
struct Turns<'s, 'c> {
    swapping: &'s Swapping<'c>,
    nth: usize,
    /// The last import of each kind, which can be taken back.
    imports: HashMap<DatasetKind, u64>,
}

impl Turns<'_, '_> {
    /// Currency rates of a new day, measures, the whole nomenclature, and each taken back in its turn.
    fn next(&mut self) -> Result<Swap, RehearsalError> {
        let Swapping { centre, files, jurisdiction, today, .. } = self.swapping;
        let nth = self.nth;
        self.nth += 1;
        let day = || {
            let ahead = i32::try_from(nth).unwrap_or(i32::MAX).saturating_add(1);
            today.saturating_add(ahead.days())
        };
        let import = match nth % 9 {
            0 | 3 | 6 => Ok(daily(jurisdiction, day())),
            1 => Ok(files.measures(jurisdiction, nth)?),
            2 | 5 => Ok(files.amended(nth)?),
            4 => Err(DatasetKind::Exchange),
            7 => Err(DatasetKind::Tnved),
            _ => Err(DatasetKind::Rates),
        };
        let (kind, change) = match import {
            Ok(dataset) => {
                let kind = dataset.kind.as_str().to_owned();
                (kind, Change { import: vec![dataset], ..Change::default() })
            }
            Err(kind) => {
                let import = self.imports.remove(&kind);
                let none = || RehearsalError::Invalid(format!("no import of {} is in force", kind.as_str()));
                (
                    format!("{UNDO}{}", kind.as_str()),
                    Change { undo: vec![import.ok_or_else(none)?], ..Change::default() },
                )
            }
        };
        let began = Instant::now();
        let mut built = None;
        let report: ImportReport = centre.change(change, "bench", &mut |stage| {
            if stage == Stage::Keeping {
                built = Some(Instant::now());
            }
        })?;
        let done = Instant::now();
        for imported in &report.imported {
            if let Some(ordinal) = imported.ordinal {
                self.imports.insert(imported.set.kind, ordinal);
            }
        }
        let after = report.after;
        if report.before == after {
            return Err(RehearsalError::Invalid(format!("{kind} changed nothing")));
        }
        Ok(Swap { kind, built: built.unwrap_or(began), done, began, after })
    }
}
