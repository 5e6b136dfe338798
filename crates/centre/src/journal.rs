//! The journal: steps in the order of the log, and the tree over them.

use std::sync::Arc;

use aws_lc_rs::rand::{SecureRandom, SystemRandom};
use clearance::{CaseId, Sheets};
use jiff::Timestamp;
use log::{Checkpoint, FullTile, LogKey, Tree};
use store::{Store, StoreError, StoredCheckpoint, StoredStep, Transaction};

use crate::error::CentreError;

/// The tree as it is durable, with the key that signs it. Whoever appends holds its lock.
pub(crate) struct Journal {
    tree: Tree,
    key: Arc<LogKey>,
}

/// The tree of `size` leaves from the full tiles and the leaves after the last of them.
fn recover(store: &dyn Store, size: u64) -> Result<Option<Tree>, StoreError> {
    let width = u64::from(log::TILE_WIDTH);
    let tail = store.leaf_hashes(size - size % width, usize::try_from(size % width).unwrap_or_default())?;
    Tree::recover(size, |level, index| Ok(store.tile(level, index)?.unwrap_or_default()), tail)
}

/// What one transaction adds to the journal. Dropped if the transaction fails.
pub(crate) struct Page {
    tree: Tree,
    key: Arc<LogKey>,
    tiles: Vec<FullTile>,
    random: SystemRandom,
    added: bool,
}

impl Journal {
    /// The journal as the store has it.
    pub(crate) fn open(store: &dyn Store, key: LogKey) -> Result<Self, CentreError> {
        let tree = match store.checkpoint()? {
            None => Tree::new(),
            Some(stored) => recover(store, stored.size)?.ok_or_else(|| {
                CentreError::Log("the stored tiles and leaves do not fit the stored size".to_owned())
            })?,
        };
        let key = Arc::new(key);
        let journal = Self { tree, key };
        if store.checkpoint()?.is_none() {
            // An empty log is signed too, so that there is a checkpoint to fetch from the first moment.
            let page = journal.page();
            let stored = page.stored();
            store.transact(&mut |tx| tx.put_checkpoint(&stored))?;
        }
        Ok(journal)
    }

    /// A fresh page on top of what is durable.
    pub(crate) fn page(&self) -> Page {
        Page {
            tree: self.tree.clone(),
            key: Arc::clone(&self.key),
            tiles: Vec::new(),
            random: SystemRandom::new(),
            added: false,
        }
    }

    /// Takes over a page whose transaction was committed.
    pub(crate) fn turn(&mut self, page: Page) {
        self.tree = page.tree;
    }

    /// The key that signs for this centre.
    pub(crate) fn key(&self) -> Arc<LogKey> {
        Arc::clone(&self.key)
    }

    /// The key that verifies the log.
    pub(crate) fn vkey(&self) -> log::Vkey {
        self.key.vkey()
    }
}

impl Page {
    /// Adds a step of a case.
    pub(crate) fn add(
        &mut self,
        tx: &mut dyn Transaction,
        case: Option<CaseId>,
        seq: u32,
        at: Timestamp,
        sheets: Sheets,
    ) -> Result<u64, StoreError> {
        let Sheets { body, withheld } = sheets;
        let salt = self.salt()?;
        let leaf_hash = log::leaf_hash(&log::entry_hash(&salt, &body));
        let leaf = self.tree.size();
        tx.append_step(&StoredStep { leaf, case, seq, at, salt, body, withheld, leaf_hash })?;
        self.tiles.extend(self.tree.append(leaf_hash));
        self.added = true;
        Ok(leaf)
    }

    /// Random bytes that keep what is hashed from being guessed.
    pub(crate) fn salt(&self) -> Result<[u8; 16], StoreError> {
        let mut salt = [0; 16];
        let drawn = self.random.fill(&mut salt);
        drawn.map(|()| salt).map_err(|_| StoreError::Failed("the system gives no randomness".to_owned()))
    }

    /// Adds a step of the system itself.
    pub(crate) fn add_system(
        &mut self,
        tx: &mut dyn Transaction,
        at: Timestamp,
        body: Vec<u8>,
    ) -> Result<u64, StoreError> {
        self.add(tx, None, 0, at, Sheets { body, withheld: None })
    }

    /// Stores the tiles that became full and the new signed checkpoint.
    pub(crate) fn close(&mut self, tx: &mut dyn Transaction) -> Result<(), StoreError> {
        if !self.added {
            return Ok(());
        }
        if !self.tiles.is_empty() {
            tx.put_tiles(&self.tiles)?;
        }
        tx.put_checkpoint(&self.stored())
    }

    fn stored(&self) -> StoredCheckpoint {
        let checkpoint =
            Checkpoint { origin: self.key.name().to_owned(), size: self.tree.size(), root: self.tree.root() };
        StoredCheckpoint { size: checkpoint.size, note: checkpoint.sign(&self.key) }
    }
}
