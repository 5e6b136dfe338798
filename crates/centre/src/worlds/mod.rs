//! Worlds: which reference data and rules are in force, where they are kept, how they are changed.
//!
//! ```text
//! journal of imports ─► datasets in effect ─► reference ─┐
//!                                  profiles ─► rules ────┼─► world, named by what it is made of
//!                     acts on models ─► models in force ─┘
//! ```
//!
//! A world is built whole beside the one in force and takes its place in one step: a decision holds the world it
//! began in. Worlds are kept, so that every decision can be made again.

mod adopt;
mod aside;
mod compare;
mod import;

use std::collections::HashMap;
use std::sync::Arc;

use clearance::scoring::Models;
use clearance::{World, dossier};
use reference::{
    AssembleError, ContentHash, Dataset, DatasetEntry, DatasetKind, Notes, Reference, effective,
};
use risk::{Profile, Rules};
use store::{Import, NewDataset, NewImport, Store, WorldManifest};

use crate::Inner;
use crate::error::CentreError;
use crate::models;

pub(crate) use aside::give_way;

pub use adopt::{AdoptError, Adopted};
pub use compare::{Touched, WorldChanges};
pub use import::{Change, ImportReport, Imported, Stage};

/// Who imports what the project comes with.
const STARTER: &str = dossier::STARTER;

/// Where authorities given with an option come from, and who imports them.
const CONFIGURATION: &str = "configuration";

fn rules(profiles: &[String]) -> Result<Arc<Rules>, CentreError> {
    let mut parsed: Vec<Profile> = Vec::with_capacity(profiles.len());
    for source in profiles {
        let written = dossier::read(source).map_err(|why| CentreError::Profile(why.to_string()))?;
        parsed.push(written.profile);
    }
    let rules = Rules::compile(parsed).map_err(|all| {
        CentreError::Profile(all.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))
    })?;
    Ok(Arc::new(rules))
}

fn world_of(
    known: Option<&World>,
    reference: Reference,
    rules: Arc<Rules>,
    models: Models,
) -> Result<Arc<World>, CentreError> {
    let world = World::upon(known, Arc::new(reference), rules, models);
    world.map(Arc::new).map_err(|why| CentreError::Reference(why.to_string()))
}

/// A dataset that was not kept yet, with what it is: its hash is taken once, of megabytes.
struct New {
    set: DatasetEntry,
    dataset: Dataset,
}

impl New {
    fn of(dataset: Dataset) -> Self {
        Self { set: dataset.entry(), dataset }
    }

    /// Its bytes as the store takes them.
    fn packed(self) -> Result<Packed, CentreError> {
        let Self { set, dataset } = self;
        let size = dataset.content.len();
        let failed = |why: std::io::Error| store::StoreError::Failed(format!("compression failed: {why}"));
        let compressed = zstd::bulk::compress(&dataset.content, DATASET_LEVEL).map_err(failed)?;
        Ok(Packed { set, compressed, size })
    }
}

/// How hard datasets are compressed: they are imported rarely and large.
const DATASET_LEVEL: i32 = 6;

/// A dataset ready to be kept.
struct Packed {
    set: DatasetEntry,
    compressed: Vec<u8>,
    size: usize,
}

/// The reference of datasets in effect, which are brought from the store unless they are new.
fn assemble(
    store: &dyn Store,
    known: Option<&World>,
    effective: Vec<DatasetEntry>,
    new: &[New],
    notes: &mut Notes,
    read: &mut dyn FnMut(&DatasetEntry),
) -> Result<Reference, CentreError> {
    let bring = |set: &DatasetEntry| -> Result<Dataset, CentreError> {
        read(set);
        if let Some(new) = new.iter().find(|new| new.set.hash == set.hash) {
            return Ok(new.dataset.clone());
        }
        let kept = store.dataset(&set.hash)?;
        kept.ok_or_else(|| CentreError::Reference(format!("dataset {} is missing in the store", set.hash)))
    };
    let reference = Reference::assemble(known.map(|known| &**known.reference()), effective, bring, notes);
    reference.map_err(|why| match why {
        AssembleError::Faults(faults) => CentreError::Import(faults),
        AssembleError::Brought(why) => why,
    })
}

/// The datasets that were imported and not taken back, in the order of effect, with the numbers of their imports.
pub(crate) fn live(imports: &[Import]) -> Vec<(u64, DatasetEntry)> {
    let mut live: Vec<(u64, DatasetEntry)> = Vec::with_capacity(imports.len());
    for import in imports {
        match import.undoes {
            Some(undone) => live.retain(|(ordinal, _)| *ordinal != undone),
            None => live.push((import.ordinal, import.dataset.clone())),
        }
    }
    live
}

/// Whether nothing was ever imported but what the program comes with.
pub(crate) fn is_starter(imports: &[Import]) -> bool {
    imports.iter().all(|import| import.actor == STARTER)
}

fn starter_reference(datasets: &[Dataset]) -> Result<Reference, CentreError> {
    Reference::build(datasets).map_err(CentreError::Import)
}

/// The world a fresh store begins with.
///
/// # Errors
/// None, unless the program was built with packs that do not fit it.
pub fn starter_world() -> Result<Arc<World>, CentreError> {
    let datasets = reference::starter::datasets();
    world_of(None, starter_reference(&datasets)?, rules(&crate::starter::profiles())?, Models::none())
}

/// The current world of a store; a fresh store gets the starter world.
pub(crate) fn current_or_starter(store: &dyn Store) -> Result<Arc<World>, CentreError> {
    if let Some(hash) = store.current_world()? {
        return load(store, None, &hash);
    }
    let (datasets, profiles) = (reference::starter::datasets(), crate::starter::profiles());
    let world = world_of(None, starter_reference(&datasets)?, rules(&profiles)?, Models::none())?;
    let packed: Vec<Packed> =
        datasets.into_iter().map(|dataset| New::of(dataset).packed()).collect::<Result<_, _>>()?;
    let hashes = packed.iter().map(|dataset| (dataset.set.hash, None)).collect();
    keep(store, &world, &packed, profiles, STARTER, hashes, None)?;
    Ok(world)
}

/// The world with the authorities that the configuration names: they are reference data like all else, so that
/// what was trusted when stays known.
pub(crate) fn with_anchors(
    store: &dyn Store,
    world: Arc<World>,
    anchors_pem: &str,
) -> Result<Arc<World>, CentreError> {
    let content = anchors_pem.as_bytes();
    let known = |(kind, known): (DatasetKind, &[u8])| kind == DatasetKind::Anchors && known == content;
    if anchors_pem.trim().is_empty() || world.reference().trust().any(known) {
        return Ok(world);
    }
    seal::Anchors::from_pem(anchors_pem).map_err(|why| CentreError::Anchors(why.to_string()))?;
    let imported = |set: &&Arc<DatasetEntry>| set.kind == DatasetKind::Anchors && set.source != CONFIGURATION;
    if let Some(imported) = world.reference().datasets().iter().find(imported) {
        return Err(CentreError::Anchors(format!(
            "authorities are in force that were imported from {}; drop --anchors, or import the file: greenlane \
             reference import anchors FILE",
            imported.source
        )));
    }
    let new = [New::of(Dataset::new(DatasetKind::Anchors, "", CONFIGURATION, content))];
    let mut sets: Vec<DatasetEntry> = live(&store.imports()?).into_iter().map(|(_, set)| set).collect();
    sets.extend(new.iter().map(|new| new.set.clone()));
    let mut notes = Notes::default();
    let reference = assemble(store, Some(&world), effective(&sets), &new, &mut notes, &mut |_| {})?;
    let profiles = profiles_of(store, &world.hash())?;
    let world = world_of(Some(&world), reference, Arc::clone(world.rules()), world.models().clone())?;
    let packed: Vec<Packed> = new.into_iter().map(New::packed).collect::<Result<_, _>>()?;
    let imports = packed.iter().map(|dataset| (dataset.set.hash, None)).collect();
    keep(store, &world, &packed, profiles, CONFIGURATION, imports, None)?;
    Ok(world)
}

/// What a world with these profiles is made of.
pub(crate) fn manifest_of(world: &World, profiles: Vec<String>) -> WorldManifest {
    let sets = world.reference().datasets().iter().map(|set| DatasetEntry::clone(set));
    let models = world.models().all().map(|(mode, model)| (mode, model.model().version().to_owned()));
    WorldManifest { hash: world.hash(), datasets: sets.collect(), profiles, models: models.collect() }
}

/// Keeps a world with new datasets and makes it the current one; records what led to it: datasets imported, and
/// imports taken back. A secret is kept with it, so that neither is there without the other.
fn keep(
    store: &dyn Store,
    world: &World,
    new: &[Packed],
    profiles: Vec<String>,
    actor: &str,
    imports: Vec<(ContentHash, Option<u64>)>,
    secret: Option<(&str, &[u8])>,
) -> Result<Vec<u64>, CentreError> {
    let manifest = manifest_of(world, profiles);
    let now = jiff::Timestamp::now();
    let mut ordinals = Vec::with_capacity(imports.len());
    store.transact(&mut |tx| {
        ordinals.clear();
        for Packed { set, compressed, size } in new {
            tx.put_dataset(&NewDataset { set, compressed, size: *size })?;
        }
        tx.put_world(&manifest, now)?;
        for (dataset, undoes) in &imports {
            let actor = actor.to_owned();
            let import =
                NewImport { at: now, actor, dataset: *dataset, undoes: *undoes, world: manifest.hash };
            ordinals.push(tx.put_import(&import)?);
        }
        secret.map_or(Ok(()), |(name, content)| tx.put_secret(name, content))
    })?;
    Ok(ordinals)
}

fn manifest(store: &dyn Store, hash: &ContentHash) -> Result<WorldManifest, CentreError> {
    let missing = || CentreError::Reference(format!("world {hash} is missing in the store"));
    store.world(hash)?.ok_or_else(missing)
}

pub(crate) fn profiles_of(store: &dyn Store, hash: &ContentHash) -> Result<Vec<String>, CentreError> {
    Ok(manifest(store, hash)?.profiles)
}

/// A world as the store keeps it, sharing with a known one what is the same.
fn load(store: &dyn Store, known: Option<&World>, hash: &ContentHash) -> Result<Arc<World>, CentreError> {
    let WorldManifest { datasets, profiles, models, .. } = manifest(store, hash)?;
    let reference = assemble(store, known, datasets, &[], &mut Notes::default(), &mut |_| {})?;
    let models = models::in_force(store, known, &models)?;
    let world = world_of(known, reference, rules(&profiles)?, models)?;
    if world.hash() != *hash {
        return Err(CentreError::Reference(format!(
            "world {hash} builds to {}: the program reads its data otherwise than the one that wrote it",
            world.hash()
        )));
    }
    Ok(world)
}

impl Inner {
    /// A world by its hash: the current one, one used lately, or one loaded from the store.
    pub(crate) fn world_of(&self, hash: &ContentHash) -> Result<Arc<World>, CentreError> {
        let mut known = self.worlds.lock().map_err(|_| CentreError::Broken)?;
        if let Some(world) = known.get(hash) {
            return Ok(Arc::clone(world));
        }
        let current = self.world.load_full();
        let world = load(self.store.as_ref(), Some(&current), hash)?;
        if known.len() >= WORLDS_KNOWN_MAX {
            known.retain(|other, _| *other == current.hash());
        }
        known.insert(*hash, Arc::clone(&world));
        Ok(world)
    }

    pub(crate) fn swap(&self, world: Arc<World>) -> Result<(), CentreError> {
        let mut known = self.worlds.lock().map_err(|_| CentreError::Broken)?;
        let mut forgotten = HashMap::new();
        if known.len() >= WORLDS_KNOWN_MAX {
            forgotten = std::mem::take(&mut *known);
            // Filings under way still hold the one that was in force. It stays known, so that they are not the last to
            // hold it and none of them frees a nomenclature.
            let before = self.world.load_full();
            known.insert(before.hash(), before);
        }
        known.insert(world.hash(), Arc::clone(&world));
        self.world.store(world);
        drop(known);
        self.published.forget();
        // Freeing what nobody holds takes milliseconds, in which nobody waits for the lock.
        drop(forgotten);
        Ok(())
    }
}

/// Worlds kept in memory for replays and old cases; a whole nomenclature takes about 20 MB, shared by worlds that
/// have the same one.
const WORLDS_KNOWN_MAX: usize = 8;
