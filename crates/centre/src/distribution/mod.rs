//! Reference data from the top down: a node offers what is in force at it, signed; a node below takes that over,
//! whole or not at all.
//!
//! ```text
//! above: journal of imports ─► manifest, signed ──┐          datasets by hash ──┐
//! below:              believed? no rollback? ◄────┘   all there, bytes right? ◄─┘ ─► world ─► one commit, one swap
//! ```
//!
//! Whatever goes wrong on the way, the world in force stays in force. Profiles are a node's own and do not travel.

mod follow;
mod manifest;

use std::sync::{Arc, Mutex};

use reference::ContentHash;
use tokio::sync::watch;

use crate::Centre;
use crate::error::CentreError;

pub use follow::{Above, Following, Offer};
pub use manifest::{Edition, MANIFEST_BYTES_MAX, Manifest, ManifestError, Steps};

/// A manifest as it is offered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Published {
    /// The signed note.
    pub note: String,
    /// Names it: the same note has the same tag.
    pub tag: String,
}

/// The manifest in force, made when somebody asks, and who wants to hear of the next.
pub(crate) struct Publishing {
    made: Mutex<Option<Arc<Published>>>,
    changed: watch::Sender<()>,
}

impl Default for Publishing {
    fn default() -> Self {
        Self { made: Mutex::default(), changed: watch::channel(()).0 }
    }
}

impl Publishing {
    /// The world was changed: the manifest is made again, and whoever waits for it is woken.
    pub(crate) fn forget(&self) {
        if let Ok(mut made) = self.made.lock() {
            *made = None;
        }
        self.changed.send_replace(());
    }
}

impl Centre {
    /// The manifest of what is in force here.
    ///
    /// # Errors
    /// Where the store fails.
    pub fn manifest(&self) -> Result<Arc<Published>, CentreError> {
        // Held while the journal is read: what was read before a change is forgotten after it.
        let mut made = self.inner.published.made.lock().map_err(|_| CentreError::Broken)?;
        if let Some(published) = made.as_ref() {
            return Ok(Arc::clone(published));
        }
        let key = self.inner.journal.lock().map_err(|_| CentreError::Broken)?.key();
        let note = Manifest::of_journal(key.name(), &self.inner.store.imports()?).sign(&key);
        let tag = format!("\"{}\"", log::Hash::of(note.as_bytes()));
        let published = Arc::new(Published { note, tag });
        *made = Some(Arc::clone(&published));
        Ok(published)
    }

    /// Wakes whenever the world was changed.
    pub fn world_changes(&self) -> watch::Receiver<()> {
        self.inner.published.changed.subscribe()
    }

    /// The bytes of a dataset that was imported here.
    ///
    /// # Errors
    /// Where the store fails.
    pub fn dataset(&self, hash: &ContentHash) -> Result<Option<Vec<u8>>, CentreError> {
        Ok(self.inner.store.dataset(hash)?.map(|dataset| dataset.content))
    }
}
