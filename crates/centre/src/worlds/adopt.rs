//! A list of datasets in force elsewhere taken over: whole or not at all.

use std::collections::HashSet;
use std::sync::Arc;

use log::Vkey;
use reference::{ContentHash, DATASET_BYTES_MAX, Dataset, DatasetEntry, Notes, effective};

use super::aside::aside;
use super::{New, Packed, assemble, keep, live, profiles_of, world_of};
use store::NewDataset;

use crate::Inner;
use crate::distribution::{Edition, Manifest, ManifestError, Steps};
use crate::error::CentreError;

/// Who imports what the node above has in force.
pub(crate) const ABOVE: &str = "node above";

/// What of the list above came of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Adopted {
    /// The same is in force here.
    Same,
    /// It is in force here now.
    Taken {
        /// How many datasets were imported.
        imported: usize,
        /// How many imports were taken back.
        undone: usize,
    },
}

/// Why what the node above has in force was not taken over. Nothing changed here then.
#[derive(Debug, thiserror::Error)]
pub enum AdoptError {
    /// The manifest.
    #[error("the manifest was not taken: {0}")]
    Manifest(#[from] ManifestError),
    /// A dataset did not come.
    #[error("dataset {hash} did not come: {why}")]
    Missing {
        /// Which.
        hash: ContentHash,
        /// Why not.
        why: String,
    },
    /// What came is not what was asked for.
    #[error("what came for dataset {hash} has other bytes")]
    OtherBytes {
        /// Which.
        hash: ContentHash,
    },
    /// It is larger than any dataset is.
    #[error("dataset {hash} is larger than {} MB", DATASET_BYTES_MAX >> 20)]
    TooLarge {
        /// Which.
        hash: ContentHash,
    },
    /// It makes no world here.
    #[error("what is in force above makes no world here: {0}")]
    World(#[from] CentreError),
}

impl From<store::StoreError> for AdoptError {
    fn from(why: store::StoreError) -> Self {
        Self::World(why.into())
    }
}

/// Under what names it is kept which manifests of a key were taken. Later ones come later in order.
fn marks(key: &Vkey) -> String {
    format!("followed:{key}:")
}

fn mark(key: &Vkey, edition: &Edition) -> String {
    format!("{}{:020}:{:020}", marks(key), edition.at.as_microsecond().max(0), edition.sequence)
}

impl Inner {
    /// The last manifest of a key that was taken: its edition and the hash of its text.
    pub(crate) fn last_taken(&self, key: &Vkey) -> Result<Option<(Edition, log::Hash)>, CentreError> {
        let marks = marks(key);
        let names = self.store.secret_names(&marks)?;
        let Some(name) = names.last() else { return Ok(None) };
        let damaged = || CentreError::Log("the record of the manifest taken last is damaged".to_owned());
        let read = || {
            let (at, sequence) = name.strip_prefix(&marks)?.split_once(':')?;
            let at = jiff::Timestamp::from_microsecond(at.parse().ok()?).ok()?;
            Some(Edition { at, sequence: sequence.parse().ok()? })
        };
        let edition = read().ok_or_else(damaged)?;
        let text =
            self.store.secret(name)?.and_then(|hash| log::Hash::from_slice(&hash)).ok_or_else(damaged)?;
        Ok(Some((edition, text)))
    }

    /// Takes over what a manifest says is in force above, once it is believed and all of it is there. `bring`
    /// fetches the bytes of a dataset.
    pub(crate) fn adopt(
        &self,
        note: &str,
        key: &Vkey,
        bring: &mut dyn FnMut(&ContentHash) -> Result<Vec<u8>, String>,
    ) -> Result<Adopted, AdoptError> {
        let manifest = Manifest::open(note, key)?;
        let taken = self.last_taken(key)?;
        if let Some(taken) = &taken {
            manifest.follows(taken)?;
        }
        self.fetch(&manifest.datasets, bring)?;
        let _changing = self.changing.lock().map_err(|_| CentreError::Broken)?;
        let store = self.store.as_ref();
        let mark = (taken.map(|(edition, _)| edition) != Some(manifest.edition))
            .then(|| (mark(key, &manifest.edition), manifest.hash()));
        let secret = mark.as_ref().map(|(name, text)| (name.as_str(), text.0.as_slice()));
        let steps = Steps::between(&live(&store.imports()?), &manifest.datasets);
        if steps.is_empty() {
            if let Some((name, text)) = secret {
                store.transact(&mut |tx| tx.put_secret(name, text))?;
            }
            return Ok(Adopted::Same);
        }
        let before = self.world.load_full();
        let in_effect = effective(&manifest.datasets);
        let reference = aside(&mut |_| {}, |_| {
            assemble(store, Some(&before), in_effect, &[], &mut Notes::default(), &mut |_| {})
        })?;
        if reference.hash() != manifest.reference {
            return Err(ManifestError::OtherReference.into());
        }
        let world = world_of(Some(&before), reference, Arc::clone(before.rules()), before.models().clone())?;
        let profiles = profiles_of(store, &before.hash())?;
        let undoing = steps.undo.iter().map(|(ordinal, hash)| (*hash, Some(*ordinal)));
        let imports: Vec<_> = undoing.chain(steps.import.iter().map(|set| (set.hash, None))).collect();
        keep(store, &world, &[], profiles, ABOVE, imports, secret)?;
        self.swap(world)?;
        Ok(Adopted::Taken { imported: steps.import.len(), undone: steps.undo.len() })
    }

    /// Brings the datasets that are not here yet, one at a time, and keeps each: a dataset that no import names
    /// changes nothing, and need not be fetched again after a failure.
    fn fetch(
        &self,
        wanted: &[DatasetEntry],
        bring: &mut dyn FnMut(&ContentHash) -> Result<Vec<u8>, String>,
    ) -> Result<(), AdoptError> {
        let mut here: HashSet<ContentHash> =
            self.store.imports()?.into_iter().map(|import| import.dataset.hash).collect();
        for set in wanted {
            if !here.insert(set.hash) || self.store.dataset(&set.hash)?.is_some() {
                continue;
            }
            let content = bring(&set.hash).map_err(|why| AdoptError::Missing { hash: set.hash, why })?;
            if content.len() > DATASET_BYTES_MAX {
                return Err(AdoptError::TooLarge { hash: set.hash });
            }
            let DatasetEntry { kind, jurisdiction, valid_from, source, hash } = set.clone();
            let dataset = Dataset { kind, jurisdiction, valid_from, source, content };
            if dataset.hash() != hash {
                return Err(AdoptError::OtherBytes { hash });
            }
            let Packed { set, compressed, size } = New::of(dataset).packed()?;
            let new = NewDataset { set: &set, compressed: &compressed, size };
            self.store.transact(&mut |tx| tx.put_dataset(&new))?;
        }
        Ok(())
    }
}
