//! Imports of reference data: looked at whole, told what they change, taken in one step, taken back.

use std::sync::Arc;

use clearance::World;
use declaration::Text;
use reference::{ContentHash, Dataset, DatasetEntry, DatasetKind, Notes, Remark, effective};
use store::Import;

use super::aside::aside;
use super::compare::{WorldChanges, compare};
use super::{New, Packed, assemble, keep, live, profiles_of, world_of};
use crate::error::CentreError;
use crate::{Centre, Inner};

/// What is to be changed in one step: imports to be taken back, then datasets to be imported, in order.
#[derive(Debug, Clone, Default)]
pub struct Change {
    /// Numbers of imports to be taken back.
    pub undo: Vec<u64>,
    /// Datasets to be imported.
    pub import: Vec<Dataset>,
}

/// How far an import is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stage {
    /// A dataset is read: which, how many are imported, and its source.
    Reading {
        /// Counted from 1.
        nth: usize,
        /// How many are imported.
        of: usize,
        /// Where it came from.
        source: String,
    },
    /// What changes is worked out.
    Comparing,
    /// The world is written.
    Keeping,
}

/// A dataset that was imported.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Imported {
    /// The number of the import, if it was taken.
    pub ordinal: Option<u64>,
    /// The dataset.
    pub set: DatasetEntry,
    /// Rows read and taken.
    pub rows: usize,
    /// Whether it changes nothing because later imports stand before all it says.
    pub hidden: bool,
}

/// What an import changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportReport {
    /// What was imported, in order.
    pub imported: Vec<Imported>,
    /// What was taken back.
    pub undone: Vec<(u64, DatasetEntry)>,
    /// What is worth saying of what was read.
    pub remarks: Vec<Remark>,
    /// What differs; which open cases that touches only where nothing was taken yet: it takes long to say.
    pub changes: WorldChanges,
    /// The world before.
    pub before: ContentHash,
    /// The world after.
    pub after: ContentHash,
}

/// A change that was worked out and not yet taken.
struct Plan {
    report: ImportReport,
    world: Arc<World>,
    new: Vec<Packed>,
    imports: Vec<(ContentHash, Option<u64>)>,
}

pub(super) fn refused(code: &'static str, ru: impl Into<String>, en: impl Into<String>) -> CentreError {
    CentreError::Refused { code, text: Box::new(Text::new(ru.into(), en.into())) }
}

impl Inner {
    /// A dataset as it is kept: what stands in the place of its jurisdiction filled in.
    fn placed(&self, world: &World, mut dataset: Dataset) -> Result<Dataset, CentreError> {
        if dataset.kind == DatasetKind::Revocation {
            // A new list takes the place of the one that its authority made before.
            let trust = world.verifier().trust();
            let issuer = |content: &[u8]| {
                trust.issuer_of_list(content).map_err(|why| CentreError::Reference(why.to_string()))
            };
            let (authority, made_at) = issuer(&dataset.content)?;
            if made_at > self.now() {
                return Err(refused(
                    "GL-3050",
                    format!(
                        "список составлен {made_at}, это время ещё не наступило; возьмите список у \
                         удостоверяющего центра снова или установите часы"
                    ),
                    format!(
                        "this list is from {made_at}, which is still to come; take the list from the authority \
                         again, or set the clock"
                    ),
                ));
            }
            let own = |old: &&Arc<DatasetEntry>| {
                old.kind == DatasetKind::Revocation && old.jurisdiction == authority
            };
            if let Some(old) = world.reference().datasets().iter().find(own)
                && let Some(old) = self.store.dataset(&old.hash)?
            {
                let (_, before) = issuer(&old.content)?;
                if made_at < before {
                    return Err(refused(
                        "GL-3050",
                        format!("список составлен {made_at}, действующий — {before}; дайте более новый"),
                        format!(
                            "this list was made on {made_at}, the one in force on {before}; give a newer one"
                        ),
                    ));
                }
            }
            dataset.jurisdiction = authority;
        }
        if dataset.content.len() > reference::DATASET_BYTES_MAX {
            let (source, most) = (&dataset.source, reference::DATASET_BYTES_MAX >> 20);
            return Err(refused(
                "GL-8001",
                format!("{source} больше {most} МБ; разделите файл"),
                format!("{source} is larger than {most} MB; split the file"),
            ));
        }
        dataset.placed().map_err(CentreError::Import)
    }

    fn plan(
        &self,
        change: Change,
        with_cases: bool,
        progress: &mut dyn FnMut(Stage),
    ) -> Result<Plan, CentreError> {
        let store = self.store.as_ref();
        let before = self.world.load_full();
        let mut sets = live(&store.imports()?);
        let mut undone = Vec::with_capacity(change.undo.len());
        for ordinal in change.undo {
            let at = sets.iter().position(|(number, _)| *number == ordinal).ok_or_else(|| {
                refused(
                    "GL-8010",
                    format!(
                        "импорта {ordinal} нет среди действующих; их показывает greenlane reference imports"
                    ),
                    format!("there is no import {ordinal} in force; greenlane reference imports lists them"),
                )
            })?;
            undone.push(sets.remove(at));
        }
        let of = change.import.len();
        let mut new = Vec::with_capacity(of);
        for dataset in change.import {
            new.push(New::of(self.placed(&before, dataset)?));
        }
        let entries: Vec<DatasetEntry> = new.iter().map(|new| new.set.clone()).collect();
        let all: Vec<DatasetEntry> =
            sets.into_iter().map(|(_, set)| set).chain(entries.iter().cloned()).collect();
        let in_effect = effective(&all);
        let shows = |set: &DatasetEntry| in_effect.iter().any(|other| other.hash == set.hash);
        let hidden: Vec<bool> = entries.iter().map(|set| !shows(set)).collect();
        let mut notes = Notes::default();
        let mut read = |set: &DatasetEntry| {
            if let Some(nth) = entries.iter().position(|entry| entry.hash == set.hash) {
                progress(Stage::Reading { nth: nth + 1, of, source: set.source.clone() });
            }
        };
        let reference = assemble(store, Some(&before), in_effect.clone(), &new, &mut notes, &mut read)?;
        // What a later import hides was not read: it must be right all the same.
        for (set, _) in entries.iter().zip(&hidden).filter(|(_, hidden)| **hidden) {
            let mut alone: Vec<DatasetEntry> =
                in_effect.iter().filter(|other| other.kind != set.kind).cloned().collect();
            alone.push(set.clone());
            assemble(store, Some(&before), effective(&alone), &new, &mut notes, &mut read)?;
        }
        let world = world_of(Some(&before), reference, Arc::clone(before.rules()), before.models().clone())?;
        progress(Stage::Comparing);
        let changes = compare(self, &before, &world, with_cases)?;
        let imported = entries.iter().zip(hidden).map(|(set, hidden)| {
            let rows =
                notes.read().iter().filter(|(read, _)| read.hash == set.hash).map(|(_, rows)| *rows).max();
            Imported { ordinal: None, set: set.clone(), rows: rows.unwrap_or(0), hidden }
        });
        let told = |remark: &&Remark| entries.iter().any(|set| set.hash == remark.set);
        let report = ImportReport {
            imported: imported.collect(),
            remarks: notes.remarks().iter().filter(told).cloned().collect(),
            changes,
            before: before.hash(),
            after: world.hash(),
            undone: undone.clone(),
        };
        let undoing = undone.iter().map(|(ordinal, set)| (set.hash, Some(*ordinal)));
        let imports = undoing.chain(entries.iter().map(|set| (set.hash, None))).collect();
        let new = new.into_iter().map(New::packed).collect::<Result<_, _>>()?;
        Ok(Plan { report, world, new, imports })
    }
}

impl Centre {
    /// Takes one dataset into force: whole or not at all. Decisions under way end in the old world.
    ///
    /// # Errors
    /// Where the dataset is wrong (everything named by row and column) or the store fails.
    pub fn import(&self, dataset: Dataset) -> Result<ImportReport, CentreError> {
        self.change(Change { import: vec![dataset], ..Change::default() }, "", &mut |_| {})
    }

    /// What a change would do, without doing it.
    ///
    /// # Errors
    /// As [`Centre::change`].
    pub fn preview(
        &self,
        change: Change,
        progress: &mut dyn FnMut(Stage),
    ) -> Result<ImportReport, CentreError> {
        aside(progress, |tell| Ok(self.inner.plan(change, true, tell)?.report))
    }

    /// Takes datasets into force and imports back, all in one step or none of it. Decisions under way end in the
    /// old world. `actor` is who does it; `progress` hears how far it is.
    ///
    /// # Errors
    /// Where a dataset is wrong (everything named by row and column), an import is not in force, what is left
    /// makes no world, or the store fails.
    pub fn change(
        &self,
        change: Change,
        actor: &str,
        progress: &mut dyn FnMut(Stage),
    ) -> Result<ImportReport, CentreError> {
        if let Some(above) = self.inner.node_above() {
            return Err(refused(
                "GL-8012",
                format!("этот узел получает справочники от {above}; импортируйте там"),
                format!("this node has its reference data from {above}; import there"),
            ));
        }
        let _changing = self.inner.changing.lock().map_err(|_| CentreError::Broken)?;
        let Plan { mut report, world, new, imports } =
            aside(progress, |tell| self.inner.plan(change, false, tell))?;
        progress(Stage::Keeping);
        let profiles = profiles_of(self.inner.store.as_ref(), &report.before)?;
        let numbers = keep(self.inner.store.as_ref(), &world, &new, profiles, actor, imports, None)?;
        let of_imports = numbers.into_iter().skip(report.undone.len());
        for (imported, number) in report.imported.iter_mut().zip(of_imports) {
            imported.ordinal = Some(number);
        }
        self.inner.swap(world)?;
        Ok(report)
    }

    /// What was imported and taken back, in the order of effect.
    ///
    /// # Errors
    /// Where the store fails.
    pub fn imports(&self) -> Result<Vec<Import>, CentreError> {
        Ok(self.inner.store.imports()?)
    }
}
