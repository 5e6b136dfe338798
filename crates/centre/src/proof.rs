//! Proof: receipts from the log, and the log's tiles.

use clearance::{CaseId, Event};
use log::{Checkpoint, Entry, Hash, Receipt, ReceiptStep, TILE_WIDTH, TileSource};
use store::{Store, StoreError};

use crate::Centre;
use crate::error::CentreError;

/// The log's tiles as the store has them: full tiles kept, the newest made from leaf hashes.
pub struct StoredTiles<'s> {
    store: &'s dyn Store,
}

impl TileSource for StoredTiles<'_> {
    type Error = StoreError;

    fn tile(&self, level: u8, index: u64, width: u16) -> Result<Vec<u8>, StoreError> {
        if let Some(mut full) = self.store.tile(level, index)? {
            full.truncate(usize::from(width) * log::HASH_BYTES);
            return Ok(full);
        }
        if level == 0 {
            let hashes = self.store.leaf_hashes(index * u64::from(TILE_WIDTH), usize::from(width))?;
            return Ok(hashes.iter().flat_map(|hash| hash.0).collect());
        }
        // A partial tile of a higher level: each hash is the root of a full tile below.
        let mut bytes = Vec::with_capacity(usize::from(width) * log::HASH_BYTES);
        for nth in 0..u64::from(width) {
            let below = self.tile(level - 1, index * u64::from(TILE_WIDTH) + nth, TILE_WIDTH)?;
            bytes.extend(root_of(&below).0);
        }
        Ok(bytes)
    }
}

/// The root of the subtree whose leaves are a full tile's hashes.
fn root_of(tile: &[u8]) -> Hash {
    let mut level: Vec<Hash> = tile.chunks_exact(log::HASH_BYTES).filter_map(Hash::from_slice).collect();
    while level.len() > 1 {
        level = level
            .chunks(2)
            .map(|pair| match pair {
                [left, right] => log::node_hash(left, right),
                [only] => *only,
                _ => log::empty_root(),
            })
            .collect();
    }
    level.first().copied().unwrap_or_else(log::empty_root)
}

impl Centre {
    /// The log's tiles.
    pub fn tiles(&self) -> StoredTiles<'_> {
        StoredTiles { store: self.inner.store.as_ref() }
    }

    /// The newest signed checkpoint, a note.
    ///
    /// # Errors
    /// Where the store fails.
    pub fn checkpoint(&self) -> Result<String, CentreError> {
        let stored = self.inner.store.checkpoint()?;
        stored.map(|stored| stored.note).ok_or_else(|| CentreError::NotFound("the log is empty".to_owned()))
    }

    /// The receipt of a case: its steps, proved to be in the log, verifiable without this system.
    ///
    /// # Errors
    /// Where there is no such case, or the store fails.
    pub fn receipt(&self, id: CaseId) -> Result<Receipt, CentreError> {
        let failed = |why: String| CentreError::Log(why);
        // The checkpoint first: whatever it covers is stored.
        let note = self.checkpoint()?;
        let vkey = self.vkey()?;
        let signed = Checkpoint::open(&note, &vkey).map_err(|why| failed(why.to_string()))?;
        let case = self
            .inner
            .store
            .case(id)?
            .ok_or_else(|| CentreError::NotFound(format!("there is no case {id}")))?;
        let stored = self.inner.store.steps(id)?;
        let covered = stored.into_iter().filter(|step| step.leaf < signed.size);
        let mut steps = Vec::new();
        let mut sha256 = None;
        for step in covered {
            if step.seq == 1 {
                sha256 = self.inner.filed_digest(id)?;
            }
            let proved = ReceiptStep::prove(
                self.tiles(),
                step.leaf,
                Entry { salt: step.salt, body: step.body },
                signed.size,
            );
            steps.push(proved.map_err(|why| failed(why.to_string()))?);
        }
        let sha256 = sha256.ok_or_else(|| failed(format!("case {id} has no filing step")))?;
        let number = case.number.map(|number| number.to_string());
        Receipt::new(id.to_string(), number, sha256, steps, note, vkey).map_err(|why| failed(why.to_string()))
    }
}

impl crate::Inner {
    fn filed_digest(&self, id: CaseId) -> Result<Option<Hash>, CentreError> {
        let records = self.step_records(id)?;
        let digest = records.iter().flat_map(|(_, record)| &record.events).find_map(|event| match event {
            Event::Filed { sha256, .. } => sha256.parse().ok(),
            _ => None,
        });
        Ok(digest)
    }
}
