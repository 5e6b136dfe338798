//! Models that score declarations, and their life: proposed, in the shadow, live, withdrawn.
//!
//! ```text
//! wish ─► clearance::scoring::life::decide ─► acts ─► one transaction: file, acts, a leaf for each,
//!                                                     and the new world where the models in force change
//! ```
//!
//! The rules are [`clearance::scoring::life`]; here are the clock, the store and the worlds. Nothing here puts a model
//! to work by itself: every way leads through an act of a person.

mod drift;
mod leaf;

use std::cmp::Reverse;
use std::sync::Arc;

use clearance::World;
use clearance::dossier::{Hand, Right};
use clearance::scoring::life::{Act, Deed, ROWS, Standing, State, Wish, decide};
use clearance::scoring::{Installed, Mode, Models, Refusal};
use jiff::Timestamp;
use reference::ContentHash;
use score::{FeatureTable, Hindrance, ScoreError};
use store::{ModelFile, NewModelAct, Store, StoredModelAct, Transaction};

use crate::error::CentreError;
use crate::people::Identity;
use crate::worlds::{manifest_of, profiles_of};
use crate::{Centre, Inner};

pub use drift::DriftReport;
pub(crate) use drift::Watch;

/// Models that are kept: each file stays for ever.
const MODELS_MAX: usize = 500;

/// A model on a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ModelHead {
    /// Its version.
    pub version: String,
    /// Where it stands.
    pub state: State,
    /// Since when.
    pub since: Timestamp,
    /// Who brought that about.
    pub by: String,
    /// Who proposed it last.
    pub proposer: String,
}

/// Everything known of a model.
#[derive(Debug, Clone)]
pub struct ModelDossier {
    /// How it stands.
    pub head: ModelHead,
    /// What was done, in order.
    pub acts: Vec<StoredModelAct>,
    /// The model.
    pub installed: Installed,
    /// What its card says against going live.
    pub hindrances: Vec<Hindrance>,
    /// What makes it a model of other features than a declaration has here, if anything.
    pub foreign: Option<String>,
    /// Whether declarations filed lately look like those it learned from, as last looked at.
    pub drift: Option<DriftReport>,
}

/// Why a wish about a model came to nothing; then nothing changed.
#[derive(Debug, thiserror::Error)]
pub enum ModelError {
    /// The rules say no.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The centre failed.
    #[error(transparent)]
    Centre(#[from] CentreError),
}

impl From<store::StoreError> for ModelError {
    fn from(why: store::StoreError) -> Self {
        CentreError::from(why).into()
    }
}

/// Reads a file that somebody proposes.
fn readable(file: &[u8]) -> Result<Installed, Refusal> {
    let unreadable = |why: ScoreError| Refusal::Unreadable { why: why.to_string() };
    let installed = Installed::read(file).map_err(unreadable)?;
    match foreign(&installed) {
        Some(why) => Err(Refusal::Foreign { why }),
        None => Ok(installed),
    }
}

/// What makes it a model of other features than a declaration has here, if anything.
fn foreign(installed: &Installed) -> Option<String> {
    let agrees =
        FeatureTable::declared().and_then(|wanted| installed.model().features().agrees_with(&wanted));
    agrees.err().map(|why| match why {
        ScoreError::Foreign(why) => why,
        why => why.to_string(),
    })
}

fn hindrances(installed: &Installed) -> Vec<Hindrance> {
    installed.model().card().may_go_live().err().unwrap_or_default()
}

/// A kept model, if its file is what was proposed.
fn kept(store: &dyn Store, version: &str) -> Result<Option<Installed>, CentreError> {
    let Some(file) = store.model(version)? else { return Ok(None) };
    let damaged = |why: String| CentreError::Model {
        version: version.to_owned(),
        why: format!("its file is not what was proposed ({why}); bring the data directory back from a copy"),
    };
    let installed = Installed::read(&file.content).map_err(|why| damaged(why.to_string()))?;
    let same = installed.sha256() == file.sha256 && installed.model().version() == version;
    if same { Ok(Some(installed)) } else { Err(damaged("another hash".to_owned())) }
}

/// The models of a world, shared with a known world where that has them.
pub(crate) fn in_force(
    store: &dyn Store,
    known: Option<&World>,
    of_world: &[(Mode, String)],
) -> Result<Models, CentreError> {
    let mut models = Models::none();
    for (mode, version) in of_world {
        let shared = known.and_then(|known| known.models().of_version(version)).cloned();
        let installed = match shared {
            Some(installed) => Some(installed),
            None => kept(store, version)?,
        };
        let missing =
            || CentreError::Model { version: version.clone(), why: "its file is missing".to_owned() };
        models = models.with(*mode, Some(installed.ok_or_else(missing)?));
    }
    Ok(models)
}

impl Centre {
    /// Proposes a model by its file. It does nothing until a second person approves it.
    ///
    /// # Errors
    /// [`ModelError`].
    pub fn propose_model(
        &self,
        who: &Identity,
        through: &str,
        file: &[u8],
        reason: &str,
    ) -> Result<ModelDossier, ModelError> {
        // Who may not propose at all learns nothing of what they brought.
        if !who.rights().contains(&Right::Write) {
            return Err(Refusal::NoRight { deed: Deed::Propose }.into());
        }
        let installed = readable(file)?;
        let version = installed.model().version().to_owned();
        self.inner.settle_model(who, through, &version, Wish::Propose, reason, Some((installed, file)))?;
        self.dossier_of_model(&version)
    }

    /// Puts a model into a mode, or withdraws it.
    ///
    /// # Errors
    /// [`ModelError`].
    pub fn move_model(
        &self,
        who: &Identity,
        through: &str,
        version: &str,
        wish: Wish,
        reason: &str,
    ) -> Result<ModelDossier, ModelError> {
        self.inner.settle_model(who, through, version, wish, reason, None)?;
        self.dossier_of_model(version)
    }

    /// All models: the live one, the one in the shadow, then the one that moved last.
    ///
    /// # Errors
    /// Where the store fails.
    pub fn models(&self) -> Result<Vec<ModelHead>, CentreError> {
        let mut heads: Vec<ModelHead> = Vec::new();
        for stored in self.inner.store.model_acts()? {
            let StoredModelAct { act, at, .. } = stored;
            let proposes = act.deed == Deed::Propose;
            match heads.iter_mut().find(|head| head.version == act.model) {
                Some(head) => {
                    (head.state, head.since) = (act.to, at);
                    if proposes {
                        head.proposer.clone_from(&act.by);
                    }
                    head.by = act.by;
                }
                None => heads.push(ModelHead {
                    version: act.model,
                    state: act.to,
                    since: at,
                    proposer: act.by.clone(),
                    by: act.by,
                }),
            }
        }
        let place = |head: &ModelHead| Mode::ALL.iter().position(|mode| head.state.mode() == Some(*mode));
        heads.sort_by_key(|head| (place(head).unwrap_or(Mode::ALL.len()), Reverse(head.since)));
        Ok(heads)
    }

    /// Everything known of a model.
    ///
    /// # Errors
    /// Where the store fails, or the file is not what was proposed.
    pub fn model(&self, version: &str) -> Result<Option<ModelDossier>, CentreError> {
        let Some(head) = self.models()?.into_iter().find(|head| head.version == version) else {
            return Ok(None);
        };
        let mut acts = self.inner.store.model_acts()?;
        acts.retain(|stored| stored.act.model == version);
        let missing =
            || CentreError::Model { version: version.to_owned(), why: "its file is missing".to_owned() };
        let installed = self.inner.installed(version)?.ok_or_else(missing)?;
        Ok(Some(ModelDossier {
            hindrances: hindrances(&installed),
            foreign: foreign(&installed),
            drift: self.inner.last_drift(version)?,
            head,
            acts,
            installed,
        }))
    }

    fn dossier_of_model(&self, version: &str) -> Result<ModelDossier, ModelError> {
        self.model(version)?.ok_or_else(|| Refusal::NoModel.into())
    }

    /// What somebody may do now with a model.
    ///
    /// # Errors
    /// Where the store fails.
    pub fn possible_with_model(
        &self,
        who: &Identity,
        dossier: &ModelDossier,
    ) -> Result<Vec<Wish>, CentreError> {
        let standing = self.inner.standing_of_models()?;
        let hand = hand_of(who);
        let all = [Wish::Propose, Wish::Approve(Mode::Shadow), Wish::Approve(Mode::Live), Wish::Withdraw];
        let version = &dossier.head.version;
        let can = |wish: &Wish| {
            let foreign = dossier.foreign.is_some() && *wish != Wish::Withdraw;
            !foreign && decide(&standing, version, *wish, &hand, "looking", &dossier.hindrances).is_ok()
        };
        Ok(all.into_iter().filter(can).collect())
    }
}

fn hand_of(who: &Identity) -> Hand<'_> {
    Hand::Person { login: &who.login, rights: who.rights(), area: &who.area }
}

impl Inner {
    fn standing_of_models(&self) -> Result<Standing, CentreError> {
        Ok(Standing::of(self.store.model_acts()?.iter().map(|stored| &stored.act)))
    }

    /// A model: of the world in force where that has it.
    fn installed(&self, version: &str) -> Result<Option<Installed>, CentreError> {
        match self.world.load().models().of_version(version) {
            Some(installed) => Ok(Some(installed.clone())),
            None => kept(self.store.as_ref(), version),
        }
    }

    /// Does what somebody wishes, whole or not at all. `brought` is the model with its file, where one is proposed.
    fn settle_model(
        &self,
        who: &Identity,
        through: &str,
        version: &str,
        wish: Wish,
        reason: &str,
        brought: Option<(Installed, &[u8])>,
    ) -> Result<(), ModelError> {
        let _changing = self.changing.lock().map_err(|_| CentreError::Broken)?;
        let before = self.standing_of_models()?;
        let hand = hand_of(who);
        let installed = match &brought {
            Some((installed, _)) => Some(installed.clone()),
            // Whoever has no right has nothing read for them; it is asked again below, with what the card says.
            None if before.state(version).is_some() => {
                decide(&before, version, wish, &hand, reason, &[])?;
                self.installed(version)?
            }
            None => None,
        };
        let against = installed.as_ref().map(hindrances).unwrap_or_default();
        let acts = decide(&before, version, wish, &hand, reason, &against)?;
        if matches!(wish, Wish::Approve(_))
            && let Some(why) = installed.as_ref().and_then(foreign)
        {
            return Err(Refusal::Foreign { why }.into());
        }
        let mut after = before.clone();
        acts.iter().for_each(|act| after.take(act));
        let world = self.world_with_models(&before, &after, installed.as_ref())?;
        let file = match brought {
            Some((installed, content)) if self.store.model(version)?.is_none() => {
                if self.store.model_acts()?.iter().filter(|stored| stored.act.from.is_none()).count()
                    >= MODELS_MAX
                {
                    return Err(Refusal::TooMany { most: MODELS_MAX }.into());
                }
                Some(ModelFile {
                    version: version.to_owned(),
                    sha256: installed.sha256(),
                    content: content.to_vec(),
                })
            }
            _ => None,
        };
        self.keep_model_acts(file.as_ref(), &acts, world, through)
    }

    /// The world in which the models stand that are in force after acts; none where they are the same.
    fn world_with_models(
        &self,
        before: &Standing,
        after: &Standing,
        moved: Option<&Installed>,
    ) -> Result<Option<Arc<World>>, CentreError> {
        if Mode::ALL.iter().all(|mode| before.in_force(*mode) == after.in_force(*mode)) {
            return Ok(None);
        }
        let world = self.world.load_full();
        let mut models = Models::none();
        for mode in Mode::ALL {
            let Some(version) = after.in_force(mode) else { continue };
            let moved = moved.filter(|moved| moved.model().version() == version).cloned();
            let installed = match moved {
                Some(moved) => Some(moved),
                None => self.installed(version)?,
            };
            models = models.with(mode, installed);
        }
        let (reference, rules) = (Arc::clone(world.reference()), Arc::clone(world.rules()));
        let world = World::upon(Some(&world), reference, rules, models);
        world.map(|world| Some(Arc::new(world))).map_err(|why| CentreError::Reference(why.to_string()))
    }

    /// Keeps file and acts, each act with its leaf, and the world they lead to, in one transaction.
    fn keep_model_acts(
        &self,
        file: Option<&ModelFile>,
        acts: &[Act],
        world: Option<Arc<World>>,
        through: &str,
    ) -> Result<(), ModelError> {
        let now = self.now();
        let profiles = profiles_of(self.store.as_ref(), &self.world.load().hash())?;
        let manifest = world.as_ref().map(|world| manifest_of(world, profiles));
        let mut hashes = Vec::with_capacity(acts.len());
        for act in acts {
            let new = file.filter(|file| file.version == act.model).map(|file| file.sha256);
            let hash = match new {
                Some(hash) => hash,
                None => {
                    let kept = self.store.model(&act.model)?;
                    kept.map(|file| ContentHash::of(&file.content)).ok_or(Refusal::NoModel)?
                }
            };
            hashes.push(hash);
        }
        {
            let mut journal = self.journal.lock().map_err(|_| CentreError::Broken)?;
            let mut page = journal.page();
            self.store.transact(&mut |tx: &mut dyn Transaction| {
                page = journal.page();
                if let Some(file) = file {
                    tx.insert_model(file)?;
                }
                for (act, hash) in acts.iter().zip(&hashes) {
                    let sheets = leaf::sheets(act, now, through, hash, &page.salt()?)?;
                    let leaf = page.add(tx, None, 0, now, sheets)?;
                    tx.append_model_act(&NewModelAct { act, at: now, through, leaf })?;
                }
                if let Some(manifest) = &manifest {
                    tx.put_world(manifest, now)?;
                }
                page.close(tx)
            })?;
            journal.turn(page);
        }
        if let Some(world) = world {
            self.swap(world)?;
        }
        for act in acts {
            tracing::info!(model = act.model, deed = act.deed.as_str(), by = act.by, "a model was moved");
        }
        Ok(())
    }

    /// Says loudly, once, that a model in force looks at other features than declarations have in this version of the
    /// program: what it cannot find is a missing value to it.
    pub(crate) fn tell_of_foreign_models(&self) {
        for (mode, installed) in self.world.load().models().all() {
            if let Some(why) = foreign(installed) {
                let (model, mode) = (installed.model().version(), mode.as_str());
                tracing::error!(
                    model,
                    mode,
                    why,
                    "a model in force was made for other features; withdraw it"
                );
            }
        }
    }
}

/// The table of `docs/models.md`: what moves a model from where to where, and who may do it.
pub fn model_lifecycle_table() -> String {
    use std::fmt::Write;
    let mut table =
        String::from("| act | stands before | stands after | who | second person |\n|---|---|---|---|---|\n");
    let name = |state: Option<State>| {
        state.map_or_else(|| "—".to_owned(), |state| format!("{} ({})", state.title().en, state.title().ru))
    };
    for row in ROWS {
        let has = |role: &&store::Role| {
            crate::people::rights_of(**role).iter().any(|right| row.rights.contains(right))
        };
        let roles: Vec<&str> = store::Role::ALL.iter().filter(has).map(|role| role.as_str()).collect();
        let who =
            if roles.is_empty() { "follows from what takes its place".to_owned() } else { roles.join(", ") };
        let second = if row.second { "yes" } else { "" };
        let (deed, ru) = (row.deed.as_str(), row.deed.title().ru);
        // Writing into text cannot fail.
        let _ = writeln!(
            table,
            "| `{deed}` {ru} | {} | {} | {who} | {second} |",
            name(row.from),
            name(Some(row.to))
        );
    }
    table
}
