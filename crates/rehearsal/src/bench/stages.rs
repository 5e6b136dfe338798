//! What each part of a declaration's way costs by itself, and what the machine could do at most.

use std::collections::BTreeMap;
use std::hint::black_box;
use std::path::Path;
use std::time::{Duration, Instant};

use centre::Submission;
use clearance::World;
use jiff::Timestamp;
use risk::{Draw, Facts};
use seal::{Anchors, DetachedSeal, Verifier};

use crate::error::RehearsalError;

/// The compression level of the centre's intake.
const ZSTD_LEVEL: i32 = 1;

/// Microseconds per declaration of each pure part, on one core, over these filings.
pub(crate) fn stages(
    filings: &[Submission],
    world: &World,
    anchors_pem: &str,
    now: Timestamp,
) -> Result<BTreeMap<&'static str, f64>, RehearsalError> {
    let verifier = verifier(anchors_pem)?;
    let mut clock = Clock::default();
    let key = clearance::links::MarkKey::new(&[7; 32]);
    let lanes = risk::LanePolicy::default();
    for filing in filings {
        let read = clock.time("read", || wire::read(&filing.bytes).ok());
        if let Some(text) = &filing.seal {
            clock.time("seal", || verify(&verifier, &filing.bytes, text, now));
        }
        let Some(document) = read else { continue };
        let Some(declaration) = document.declaration() else { continue };
        let pack = world.pack_for(declaration);
        let day = world.day(pack, now);
        let lanes = world.jurisdiction(pack).map_or(&lanes, |jurisdiction| &jurisdiction.lanes);
        let reference = world.reference();
        clock.time("check", || check::check(declaration, reference, pack, day));
        let payments = clock.time("duty", || duty::compute(declaration, reference, pack, day));
        let facts = Facts {
            payments_total: payments.payable_total,
            customs_value_total: payments.customs_value_total,
            signed: filing.seal.is_some(),
            ..Facts::default()
        };
        let draw = Draw::of(&[7; 32], &filing.bytes);
        clock.time("risk", || world.rules().assess(declaration, &facts, lanes, &draw, day));
        clock.time("marks", || {
            let marks = clearance::links::marks(declaration);
            marks.iter().map(|mark| key.id(mark)).collect::<Vec<_>>()
        });
        clock.time("digest", || log::Hash::of(&filing.bytes));
        clock.time("compress", || {
            zstd::bulk::compress(&filing.bytes, ZSTD_LEVEL).map_or(0, |bytes| bytes.len())
        });
    }
    let count = filings.len().max(1) as f64;
    Ok(clock.spent.into_iter().map(|(stage, spent)| (stage, micros(spent) / count)).collect())
}

#[derive(Default)]
struct Clock {
    spent: BTreeMap<&'static str, Duration>,
}

impl Clock {
    fn time<T>(&mut self, stage: &'static str, work: impl FnOnce() -> T) -> T {
        let begun = Instant::now();
        let done = black_box(work());
        *self.spent.entry(stage).or_default() += begun.elapsed();
        done
    }
}

fn micros(spent: Duration) -> f64 {
    spent.as_secs_f64() * 1_000_000.0
}

fn verifier(anchors_pem: &str) -> Result<Verifier, RehearsalError> {
    let anchors = Anchors::from_pem(anchors_pem).map_err(|why| RehearsalError::Invalid(why.to_string()))?;
    Ok(Verifier::new(anchors))
}

fn verify(verifier: &Verifier, bytes: &[u8], text: &[u8], now: Timestamp) -> bool {
    DetachedSeal::parse(text).and_then(|seal| verifier.verify(bytes, &seal, now)).is_ok()
}

/// Declarations per second that all cores read and verify if they do nothing else.
pub(crate) fn parse_verify_rate(
    filings: &[Submission],
    anchors_pem: &str,
    now: Timestamp,
) -> Result<f64, RehearsalError> {
    let verifier = verifier(anchors_pem)?;
    let cores = std::thread::available_parallelism().map_or(2, usize::from);
    let share = filings.len().div_ceil(cores).max(1);
    let begun = Instant::now();
    std::thread::scope(|scope| {
        for part in filings.chunks(share) {
            let verifier = &verifier;
            scope.spawn(move || {
                for filing in part {
                    black_box(wire::read(&filing.bytes).is_ok());
                    if let Some(text) = &filing.seal {
                        black_box(verify(verifier, &filing.bytes, text, now));
                    }
                }
            });
        }
    });
    Ok(filings.len() as f64 / begun.elapsed().as_secs_f64())
}

/// Rows per second that SQLite takes of the same bytes, with a sync for each `batch`.
pub(crate) fn insert_rate(filings: &[Submission], dir: &Path, batch: usize) -> Result<f64, RehearsalError> {
    let documents: Vec<Vec<u8>> = filings.iter().map(|filing| filing.bytes.clone()).collect();
    Ok(store_sqlite::raw_insert_rate(dir, &documents, batch)?)
}
