//! The parent: lets a child file, kills it, looks at what is left, and again.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde::Serialize;

use super::verify::{CrashReport, verify_after_crash};
use crate::error::{RehearsalError, system};
use crate::random::Random;

/// How long a child may take until its first answer: it opens the store and makes keys.
const FIRST_ANSWER: Duration = Duration::from_secs(120);
/// The longest a child files before it is killed.
const FILES_MS_MAX: u64 = 700;
/// How often the journal is looked at.
const LOOK: Duration = Duration::from_millis(2);
/// Filings handed in again after each round; after the last one all are.
const REFILE_MAX: usize = 500;

/// What all rounds came to.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct CrashRounds {
    /// Kills.
    pub rounds: u32,
    /// Cases that were stored when a kill came and whose answer was never noted.
    pub unacknowledged_cases: u64,
    /// The report after the last round, with the faults of all.
    pub last: CrashReport,
}

/// Kills `binary rehearse-crash --data DIR --journal FILE --seed SEED` in `rounds` rounds at random
/// moments, with the store and the journal in `dir`, and verifies after each. `progress` hears of each.
///
/// # Errors
/// Where the child cannot be run or ends by itself, or what it left cannot be opened.
pub fn crash_rounds(
    binary: &Path,
    dir: &Path,
    rounds: u32,
    seed: u64,
    mut progress: impl FnMut(u32, &CrashReport),
) -> Result<CrashRounds, RehearsalError> {
    let data = dir.join("data");
    let journal = dir.join("journal");
    let mut random = Random::of(seed, 0xc4a5);
    let mut all = CrashRounds::default();
    let mut faults = Vec::new();
    for round in 1..=rounds {
        kill_once(binary, &data, &journal, seed, &mut random)?;
        let refile_max = if round == rounds { usize::MAX } else { REFILE_MAX };
        let mut report = verify_after_crash(&data, &journal, seed, refile_max)?;
        progress(round, &report);
        faults.extend(report.faults.drain(..).map(|fault| format!("round {round}: {fault}")));
        all.rounds = round;
        all.last = report;
    }
    let turned_away = fs::read_to_string(&journal).unwrap_or_default();
    let turned_away = turned_away.lines().filter(|line| line.contains("\t-\t-\t")).count() as u64;
    all.unacknowledged_cases =
        all.last.cases.saturating_sub(all.last.acknowledged.saturating_sub(turned_away));
    all.last.faults = faults;
    Ok(all)
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

fn kill_once(
    binary: &Path,
    data: &Path,
    journal: &Path,
    seed: u64,
    random: &mut Random,
) -> Result<(), RehearsalError> {
    let length = |file: &Path| fs::metadata(file).map_or(0, |meta| meta.len());
    let errors = said(journal);
    let stderr = fs::File::create(&errors).map_err(system(errors.display().to_string()))?;
    let before = length(journal);
    let mut command = Command::new(binary);
    command.arg("rehearse-crash").arg("--data").arg(data).arg("--journal").arg(journal);
    command.arg("--seed").arg(seed.to_string()).stdout(Stdio::null()).stderr(stderr);
    let child = command.spawn().map_err(system(binary.display().to_string()))?;
    let mut victim = Victim(child);
    let begun = Instant::now();
    // A kill while the store is being opened is a kill, too: one round in eight.
    let early = random.happens(125);
    let early_after = Duration::from_millis(random.between(1, 400));
    while if early { begun.elapsed() < early_after } else { length(journal) <= before } {
        let ended = victim.0.try_wait().map_err(system("the child"))?;
        if ended.is_some() || begun.elapsed() > FIRST_ANSWER {
            let said = fs::read_to_string(&errors).unwrap_or_default();
            return Err(RehearsalError::Invalid(format!("the child files nothing: {said}")));
        }
        std::thread::sleep(LOOK);
    }
    if !early {
        std::thread::sleep(Duration::from_micros(random.below(FILES_MS_MAX * 1_000)));
    }
    drop(victim);
    Ok(())
}

/// Where the child's complaints go.
fn said(journal: &Path) -> PathBuf {
    journal.with_extension("stderr")
}
