//! `bench log`: how fast the transparency log takes leaves, proves and verifies.

use std::collections::HashMap;
use std::time::Instant;

use log::{Checkpoint, Hash, LogKey, Tree, entry_hash, inclusion_proof, leaf_hash, verify_inclusion};
use serde::Serialize;

use crate::error::RehearsalError;
use crate::random::Random;

/// What to measure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LogBench {
    /// Leaves appended.
    pub leaves: u64,
    /// Proofs made and verified.
    pub proofs: u64,
    /// Leaves under one signed checkpoint.
    pub batch: u64,
    /// Bytes of an entry.
    pub entry_bytes: usize,
}

impl Default for LogBench {
    fn default() -> Self {
        Self { leaves: 1_000_000, proofs: 20_000, batch: 256, entry_bytes: 1_500 }
    }
}

/// What was measured, on one core.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct LogReport {
    /// Leaves appended, with their entries hashed, their tiles kept and a checkpoint signed per batch.
    pub leaves: u64,
    /// Seconds that took.
    pub seconds: f64,
    /// Leaves per second.
    pub leaves_per_s: f64,
    /// Full tiles that came of it.
    pub tiles: u64,
    /// Inclusion proofs made per second, from tiles.
    pub proofs_per_s: f64,
    /// Inclusion proofs verified per second.
    pub verifications_per_s: f64,
    /// Hashes in the longest proof.
    pub proof_hashes_max: usize,
    /// Whether every proof held.
    pub all_hold: bool,
}

impl LogBench {
    /// Measures.
    ///
    /// # Errors
    /// Where the system gives no key, or a tile of the log is missing.
    pub fn run(&self, mut progress: impl FnMut(&str, u64, u64)) -> Result<LogReport, RehearsalError> {
        const ORIGIN: &str = "rehearsal.example/log";
        let invalid = |why: String| RehearsalError::Invalid(why);
        let pkcs8 = LogKey::generate().map_err(|why| invalid(why.to_string()))?;
        let key = LogKey::from_pkcs8(ORIGIN, &pkcs8).map_err(|why| invalid(why.to_string()))?;
        let mut body = vec![b'x'; self.entry_bytes.max(8)];
        let mut tree = Tree::new();
        let mut tiles: HashMap<(u8, u64), Vec<u8>> = HashMap::new();
        let mut leaves = Vec::new();
        let begun = Instant::now();
        for leaf in 0..self.leaves {
            for (place, byte) in body.iter_mut().zip(leaf.to_be_bytes()) {
                *place = byte;
            }
            let hash = leaf_hash(&entry_hash(&[0; 16], &body));
            leaves.push(hash);
            tiles.extend(tree.append(hash).into_iter().map(|tile| ((tile.level, tile.index), tile.hashes)));
            if (leaf + 1) % self.batch.max(1) == 0 {
                let checkpoint =
                    Checkpoint { origin: ORIGIN.to_owned(), size: tree.size(), root: tree.root() };
                std::hint::black_box(checkpoint.sign(&key));
                if (leaf + 1) % 65_536 == 0 {
                    progress("append", leaf + 1, self.leaves);
                }
            }
        }
        let seconds = begun.elapsed().as_secs_f64();

        let (size, root) = (tree.size(), tree.root());
        let source = tree.source(|level, index| tiles.get(&(level, index)).cloned().ok_or((level, index)));
        let mut random = Random::of(1, 0x10e);
        let mut proofs: Vec<(u64, Vec<Hash>)> = Vec::new();
        let begun = Instant::now();
        for _ in 0..self.proofs {
            let index = random.below(size);
            let proof = inclusion_proof(&source, index, size);
            proofs.push((index, proof.map_err(|_| invalid(format!("leaf {index} cannot be proved")))?));
        }
        let proved = begun.elapsed().as_secs_f64();
        progress("prove", self.proofs, self.proofs);
        let begun = Instant::now();
        let holds = |(index, proof): &(u64, Vec<Hash>)| {
            let leaf = usize::try_from(*index).ok().and_then(|index| leaves.get(index));
            leaf.is_some_and(|leaf| verify_inclusion(leaf, *index, size, proof, &root))
        };
        let all_hold = proofs.iter().all(holds);
        let verified = begun.elapsed().as_secs_f64();
        Ok(LogReport {
            leaves: self.leaves,
            seconds,
            leaves_per_s: self.leaves as f64 / seconds,
            tiles: tiles.len() as u64,
            proofs_per_s: self.proofs as f64 / proved,
            verifications_per_s: self.proofs as f64 / verified,
            proof_hashes_max: proofs.iter().map(|(_, proof)| proof.len()).max().unwrap_or_default(),
            all_hold,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_proof_of_a_small_log_holds() {
        let report = LogBench { leaves: 1_000, proofs: 200, batch: 64, entry_bytes: 100 }.run(|_, _, _| {});
        let report = report.unwrap();
        assert!(report.all_hold);
        assert_eq!((report.leaves, report.tiles), (1_000, 3));
        assert_eq!(report.proof_hashes_max, 10);
        assert!(report.leaves_per_s > 0.0 && report.proofs_per_s > 0.0 && report.verifications_per_s > 0.0);
    }
}
