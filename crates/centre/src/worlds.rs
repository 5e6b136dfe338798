//! Worlds: which reference data and rules are in force, where they are kept, how they are changed.

use std::sync::Arc;

use clearance::World;
use reference::{ContentHash, Dataset, DatasetKind, Reference};
use risk::{Profile, Rules};
use store::{Store, WorldManifest};

use crate::error::CentreError;
use crate::{Centre, Inner};

/// What an import changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportReport {
    /// The dataset taken.
    pub dataset: ContentHash,
    /// What it holds.
    pub kind: &'static str,
    /// Where it came from.
    pub source: String,
    /// Rows or commodities now in force.
    pub commodities: usize,
    /// The world before.
    pub before: ContentHash,
    /// The world now.
    pub after: ContentHash,
}

fn reference_failed(why: reference::ImportError) -> CentreError {
    CentreError::Reference(why.to_string())
}

fn build(datasets: &[Dataset], profiles: &[String]) -> Result<Arc<World>, CentreError> {
    let reference = Reference::build(datasets).map_err(reference_failed)?;
    let mut parsed: Vec<Profile> = Vec::with_capacity(profiles.len());
    for source in profiles {
        parsed.push(risk::parse_profile(source).map_err(|why| CentreError::Profile(why.to_string()))?);
    }
    let rules = Rules::compile(parsed).map_err(|all| {
        CentreError::Profile(all.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))
    })?;
    let world = World::new(Arc::new(reference), Arc::new(rules));
    world.map(Arc::new).map_err(|why| CentreError::Reference(why.to_string()))
}

/// The current world of a store; a fresh store gets the starter world.
pub(crate) fn current_or_starter(store: &dyn Store) -> Result<Arc<World>, CentreError> {
    if let Some(hash) = store.current_world()? {
        return load(store, &hash);
    }
    let datasets = reference::starter::datasets();
    let profiles = crate::starter::profiles();
    let world = build(&datasets, &profiles)?;
    keep(store, &world, &datasets, profiles)?;
    Ok(world)
}

/// Where authorities given with an option come from.
const CONFIGURATION: &str = "configuration";

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
    let (datasets, profiles) = parts(store, &world.hash())?;
    let imported = |old: &&Dataset| old.kind == DatasetKind::Anchors && old.source != CONFIGURATION;
    if let Some(imported) = datasets.iter().find(imported) {
        return Err(CentreError::Anchors(format!(
            "authorities are in force that were imported from {}; drop --anchors, or import the file: greenlane \
             reference import anchors FILE",
            imported.source
        )));
    }
    let datasets = with(
        datasets,
        Dataset {
            kind: DatasetKind::Anchors,
            jurisdiction: String::new(),
            source: CONFIGURATION.to_owned(),
            content: content.to_vec(),
        },
    );
    let world = build(&datasets, &profiles)?;
    keep(store, &world, &datasets, profiles)?;
    Ok(world)
}

/// The world a fresh store begins with.
///
/// # Errors
/// None, unless the program was built with packs that do not fit it.
pub fn starter_world() -> Result<Arc<World>, CentreError> {
    build(&reference::starter::datasets(), &crate::starter::profiles())
}

fn manifest(world: &World, datasets: &[Dataset], profiles: Vec<String>) -> WorldManifest {
    WorldManifest { hash: world.hash(), datasets: datasets.iter().map(Dataset::hash).collect(), profiles }
}

fn keep(
    store: &dyn Store,
    world: &World,
    datasets: &[Dataset],
    profiles: Vec<String>,
) -> Result<(), CentreError> {
    let manifest = manifest(world, datasets, profiles);
    let now = jiff::Timestamp::now();
    store.transact(&mut |tx| {
        for dataset in datasets {
            tx.put_dataset(dataset)?;
        }
        tx.put_world(&manifest, now)
    })?;
    Ok(())
}

fn parts(store: &dyn Store, hash: &ContentHash) -> Result<(Vec<Dataset>, Vec<String>), CentreError> {
    let missing = |what: String| CentreError::Reference(format!("{what} is missing in the store"));
    let manifest = store.world(hash)?.ok_or_else(|| missing(format!("world {hash}")))?;
    let mut datasets = Vec::with_capacity(manifest.datasets.len());
    for dataset in &manifest.datasets {
        datasets.push(store.dataset(dataset)?.ok_or_else(|| missing(format!("dataset {dataset}")))?);
    }
    Ok((datasets, manifest.profiles))
}

fn load(store: &dyn Store, hash: &ContentHash) -> Result<Arc<World>, CentreError> {
    let (datasets, profiles) = parts(store, hash)?;
    let world = build(&datasets, &profiles)?;
    if world.hash() != *hash {
        return Err(CentreError::Reference(format!(
            "world {hash} builds to {}: the program reads its data otherwise than the one that wrote it",
            world.hash()
        )));
    }
    Ok(world)
}

/// The datasets after one more: a pack or table of the same kind and jurisdiction is replaced.
fn with(mut datasets: Vec<Dataset>, added: Dataset) -> Vec<Dataset> {
    use reference::DatasetKind::{Commodities, Tnved};
    let replaces = |old: &Dataset| {
        (old.kind == added.kind && old.jurisdiction == added.jurisdiction)
            || (added.kind == Tnved && old.kind == Commodities)
    };
    datasets.retain(|old| !replaces(old));
    datasets.push(added);
    datasets
}

impl Inner {
    /// A world by its hash: the current one, one used lately, or one loaded from the store.
    pub(crate) fn world_of(&self, hash: &ContentHash) -> Result<Arc<World>, CentreError> {
        let mut known = self.worlds.lock().map_err(|_| CentreError::Broken)?;
        if let Some(world) = known.get(hash) {
            return Ok(Arc::clone(world));
        }
        let world = load(self.store.as_ref(), hash)?;
        if known.len() >= WORLDS_KNOWN_MAX {
            let current = self.world.load().hash();
            known.retain(|other, _| *other == current);
        }
        known.insert(*hash, Arc::clone(&world));
        Ok(world)
    }

    fn swap(&self, world: Arc<World>) -> Result<(), CentreError> {
        self.worlds.lock().map_err(|_| CentreError::Broken)?.insert(world.hash(), Arc::clone(&world));
        self.world.store(world);
        Ok(())
    }
}

/// Worlds kept in memory for replays and old cases; a whole nomenclature takes about 20 MB.
const WORLDS_KNOWN_MAX: usize = 8;

impl Centre {
    /// Takes a dataset into force: whole or not at all. Decisions under way end in the old world.
    ///
    /// # Errors
    /// Where the dataset is wrong (named by row and column) or the store fails.
    pub fn import(&self, mut dataset: Dataset) -> Result<ImportReport, CentreError> {
        if dataset.kind == DatasetKind::Revocation {
            // A new list takes the place of the one that its authority made before.
            let refused = |why: seal::TrustError| CentreError::Reference(why.to_string());
            let world = self.inner.world.load_full();
            let trust = world.verifier().trust();
            let (issuer, made_at) = trust.issuer_of_list(&dataset.content).map_err(refused)?;
            let now = self.inner.now();
            if made_at > now {
                return Err(CentreError::Reference(format!(
                    "GL-3050: this list is from {made_at}, which is still to come; take the list from the authority \
                     again, or set the clock"
                )));
            }
            let (known, _) = parts(self.inner.store.as_ref(), &world.hash())?;
            let own = |old: &&Dataset| old.kind == DatasetKind::Revocation && old.jurisdiction == issuer;
            if let Some(old) = known.iter().find(own) {
                let (_, before) = trust.issuer_of_list(&old.content).map_err(refused)?;
                if made_at < before {
                    return Err(CentreError::Reference(format!(
                        "GL-3050: this list was made on {made_at}, the one in force on {before}; give a newer one"
                    )));
                }
            }
            dataset.jurisdiction = issuer;
        }
        let before = self.inner.world.load().hash();
        let (datasets, profiles) = parts(self.inner.store.as_ref(), &before)?;
        let (kind, source, hash) = (dataset.kind.as_str(), dataset.source.clone(), dataset.hash());
        let datasets = with(datasets, dataset);
        let world = build(&datasets, &profiles)?;
        keep(self.inner.store.as_ref(), &world, &datasets, profiles)?;
        let report = ImportReport {
            dataset: hash,
            kind,
            source,
            commodities: world.reference().commodities().count(),
            before,
            after: world.hash(),
        };
        self.inner.swap(world)?;
        Ok(report)
    }

    /// Takes a risk profile into force; one of the same number is replaced.
    ///
    /// # Errors
    /// Where the profile is wrong or the store fails.
    pub fn add_profile(&self, source: &str) -> Result<Profile, CentreError> {
        let profile = risk::parse_profile(source).map_err(|why| CentreError::Profile(why.to_string()))?;
        let before = self.inner.world.load().hash();
        let (datasets, profiles) = parts(self.inner.store.as_ref(), &before)?;
        let mut kept = Vec::with_capacity(profiles.len() + 1);
        for other in profiles {
            let parsed = risk::parse_profile(&other).map_err(|why| CentreError::Profile(why.to_string()))?;
            if parsed.number != profile.number {
                kept.push(other);
            }
        }
        kept.push(source.to_owned());
        let world = build(&datasets, &kept)?;
        keep(self.inner.store.as_ref(), &world, &datasets, kept)?;
        self.inner.swap(world)?;
        Ok(profile)
    }
}
