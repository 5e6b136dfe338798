//! The two passes: columns are made of what was filed, and profiles are asked of them, on every core.

use std::collections::HashMap;
use std::fs::{self, File};
use std::io::{BufReader, Write};
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc;

use clearance::{Event, Input, StepRecord};
use risk::history::{Afterwards, Builder, Damage, Directory, Filed, Later, Needed, Tally, Trial, Wanted};

use super::results::told_by;
use super::{Files, LEAVES_PER_SEGMENT, Outcomes, added};
use crate::Inner;
use crate::error::CentreError;
use crate::worlds::give_way;

/// Steps read at a time.
const STEPS_AT_ONCE: usize = 256;

/// How a file of a segment is named: by its place, so that a folder in order is the log in order.
fn file_of(folder: &Path, place: u64) -> PathBuf {
    folder.join(format!("{place:010}.seg"))
}

/// A file that cannot be written or read.
fn unusable(path: &Path, why: impl std::fmt::Display) -> CentreError {
    CentreError::History(format!("{}: {why}", path.display()))
}

/// Does pieces of work on every core; `progress` hears on this thread how many are done. The first failure ends it.
fn on_every_core<T: Send>(
    pieces: usize,
    progress: &mut dyn FnMut(u64, u64),
    work: impl Fn(usize, &mut T) -> Result<(), CentreError> + Sync,
    start: impl Fn() -> T + Sync,
) -> Result<Vec<T>, CentreError> {
    let threads = std::thread::available_parallelism().map_or(2, usize::from).min(pieces.max(1));
    let (next, failed) = (AtomicUsize::new(0), AtomicBool::new(false));
    let failure: Mutex<Option<CentreError>> = Mutex::new(None);
    let (tell, told) = mpsc::channel();
    let done = std::thread::scope(|scope| {
        let workers: Vec<_> = (0..threads)
            .map(|_| {
                let tell = tell.clone();
                let (next, failed, failure, work, start) = (&next, &failed, &failure, &work, &start);
                scope.spawn(move || {
                    let mut own = start();
                    loop {
                        let piece = next.fetch_add(1, Ordering::Relaxed);
                        if piece >= pieces || failed.load(Ordering::Relaxed) {
                            return own;
                        }
                        if let Err(why) = work(piece, &mut own) {
                            failed.store(true, Ordering::Relaxed);
                            if let Ok(mut first) = failure.lock() {
                                first.get_or_insert(why);
                            }
                        }
                        // It is heard as long as it is told.
                        let _ = tell.send(());
                    }
                })
            })
            .collect();
        drop(tell);
        let mut count = 0;
        for () in told {
            count += 1;
            progress(count, pieces as u64);
        }
        workers.into_iter().map(|worker| worker.join().map_err(|_| CentreError::Broken)).collect()
    });
    match failure.into_inner().map_err(|_| CentreError::Broken)? {
        Some(why) => Err(why),
        None => done,
    }
}

impl Inner {
    /// Makes the segments that are missing, incomplete, damaged or of another version; says all files and how many
    /// were made.
    pub(super) fn bring_up(
        &self,
        folder: &Path,
        progress: &mut dyn FnMut(u64, u64),
    ) -> Result<(Files, u64), CentreError> {
        fs::create_dir_all(folder).map_err(|why| unusable(folder, why))?;
        let size = self.store.checkpoint()?.map_or(0, |checkpoint| checkpoint.size);
        let places: Vec<u64> = (0..size.div_ceil(LEAVES_PER_SEGMENT)).collect();
        let end = |place: u64| size.min((place + 1).saturating_mul(LEAVES_PER_SEGMENT));
        let wanting: Vec<u64> = places
            .iter()
            .copied()
            .filter(|place| !is_current(&file_of(folder, *place), place * LEAVES_PER_SEGMENT, end(*place)))
            .collect();
        let make = |piece: usize, _: &mut ()| {
            let Some(place) = wanting.get(piece) else { return Ok(()) };
            let bytes = self.segment(place * LEAVES_PER_SEGMENT, end(*place))?;
            write_whole(&file_of(folder, *place), &bytes)
        };
        // Where others file meanwhile, they come first.
        let start = || {
            if self.options.housekeeping {
                give_way()
            }
        };
        on_every_core(wanting.len(), progress, make, start)?;
        Ok((places.into_iter().map(|place| file_of(folder, place)).collect(), wanting.len() as u64))
    }

    /// The segment of a stretch of the log.
    fn segment(&self, from: u64, to: u64) -> Result<Vec<u8>, CentreError> {
        let mut builder = Builder::default();
        let mut next = from;
        while next < to {
            let left = usize::try_from(to - next).unwrap_or(STEPS_AT_ONCE);
            let steps = self.store.steps_from(next, STEPS_AT_ONCE.min(left))?;
            if steps.is_empty() {
                return Err(CentreError::Log(format!("leaf {next} is missing")));
            }
            for stored in steps {
                next = stored.leaf + 1;
                let Some(id) = stored.case else { continue };
                let record = crate::view::read_record(&stored)
                    .map_err(|why| CentreError::Log(format!("a step of case {id} is damaged: {why}")))?;
                self.take(&mut builder, &record, stored.leaf)?;
            }
        }
        builder.write(from..to).map_err(|why| CentreError::History(why.to_string()))
    }

    /// Takes a step: a filing as columns, any other for what it tells of its case.
    fn take(&self, builder: &mut Builder, record: &StepRecord, leaf: u64) -> Result<(), CentreError> {
        if let Input::File(filing) = &record.input {
            let missing =
                || CentreError::NotFound(format!("the document of case {} is missing", record.case));
            let document = self.store.document(record.case)?.ok_or_else(missing)?;
            let (declaration, assessed) = self.assess_again(&document, record, filing)?;
            let number = assessed.declarant_number.map(|number| number.to_string());
            builder.add(&Filed {
                declaration: &declaration,
                case: *record.case.as_bytes(),
                at: record.at,
                digest: document.sha256.0,
                day: assessed.day,
                office: assessed.office.as_str(),
                declarant: number.as_deref().unwrap_or(&assessed.declarant),
                name: &assessed.declarant,
                registered: record.events.iter().any(|event| matches!(event, Event::Registered { .. })),
                assessment: &assessed.risk,
            });
        }
        for told in told_by(self, record, leaf)? {
            builder.add_later(Later { case: *record.case.as_bytes(), told });
        }
        Ok(())
    }
}

/// Whether a file is a segment of this version that covers these leaves.
fn is_current(path: &Path, from: u64, to: u64) -> bool {
    let directory = File::open(path).map_err(Damage::Io).and_then(|mut file| Directory::read(&mut file));
    match directory {
        Ok(directory) => directory.from == from && directory.to == to,
        Err(Damage::Io(why)) if why.kind() == std::io::ErrorKind::NotFound => false,
        Err(why) => {
            tracing::info!(path = %path.display(), %why, "a segment of the history is made again");
            false
        }
    }
}

/// Writes a file so that it is there whole or as it was before.
fn write_whole(path: &Path, bytes: &[u8]) -> Result<(), CentreError> {
    let aside = path.with_extension("new");
    let written = File::create(&aside).and_then(|mut file| file.write_all(bytes));
    written.and_then(|()| fs::rename(&aside, path)).map_err(|why| unusable(path, why))
}

/// What is known of cases, out of all segments in the order of the log: results come later than filings, and a result
/// that was recorded anew takes the place of the one before.
pub(super) fn outcomes(files: &[PathBuf]) -> Result<Outcomes, CentreError> {
    let mut known: HashMap<[u8; 16], Afterwards> = HashMap::new();
    for path in files {
        let read = || -> Result<Vec<Later>, Damage> {
            let mut file = BufReader::new(File::open(path)?);
            Directory::read(&mut file)?.later(&mut file)
        };
        for later in read().map_err(|why| damaged(path, &why))? {
            known.entry(later.case).or_default().take(later.told);
        }
    }
    Ok(known.into_iter().filter_map(|(case, known)| Some((case, known.outcome()?))).collect())
}

/// A segment that cannot be read. It is forgotten where it is to blame, and so made again by the next first pass.
fn damaged(path: &Path, why: &Damage) -> CentreError {
    if !matches!(why, Damage::Io(_)) {
        // Where it cannot be removed it stays what it is: damaged, and said to be.
        let _ = fs::remove_file(path);
    }
    unusable(path, why)
}

/// Asks profiles of the segments in some files, on every core.
///
/// # Errors
/// Where a file cannot be read or is damaged.
pub fn scan_history(
    files: &[PathBuf],
    trial: &Trial,
    wanted: &Wanted<'_>,
    progress: &mut dyn FnMut(u64, u64),
) -> Result<Tally, CentreError> {
    let needed = trial.needed();
    let scan = |piece: usize, tally: &mut Tally| {
        let Some(path) = files.get(piece) else { return Ok(()) };
        scan_one(path, &needed, trial, wanted, tally).map_err(|why| damaged(path, &why))
    };
    let mut whole = added(on_every_core(files.len(), progress, scan, Tally::default)?, wanted.listed_max);
    // Every profile on trial stands in the result, though there was nothing to look at.
    trial.profiles().iter().for_each(|profile| {
        whole.profiles.entry(profile.number.clone()).or_default();
    });
    Ok(whole)
}

fn scan_one(
    path: &Path,
    needed: &Needed,
    trial: &Trial,
    wanted: &Wanted<'_>,
    tally: &mut Tally,
) -> Result<(), Damage> {
    let mut file = File::open(path)?;
    let directory = Directory::read(&mut file)?;
    // Whole segments of other days are left alone.
    let (from, to) = wanted.days;
    if directory.days.is_none_or(|(first, last)| last < from || to < first) {
        return Ok(());
    }
    let segment = directory.load(&mut file, needed)?;
    trial.over(&segment, wanted, tally);
    Ok(())
}
