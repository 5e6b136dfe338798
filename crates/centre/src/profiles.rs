//! Risk profiles and their life: written, agreed, approved, in force from a day, replaced, cancelled.
//!
//! ```text
//! wish ─► clearance::dossier::decide ─► acts ─► one transaction: texts, acts, a leaf for each,
//!                                               and the new world where the set in force changes
//! ```
//!
//! The rules are [`clearance::dossier`]; here are the clock, the store and the worlds.

mod leaf;
mod list;

use std::sync::Arc;

use clearance::World;
use clearance::dossier::{
    Act, Area, Deed, Dossier, Hand, OPERATOR, Refusal, Right, STARTER, Scope, State, Wish, Written, accept,
    decide, read,
};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use reference::{ContentHash, DEFAULT_PACK};
use risk::{Advice, Named, Profile, ProfileError, Rules};
use store::{NewProfileAct, ProfileHead, ProfileRead, ProfileVersion, StoredProfileAct, Transaction};

use crate::error::CentreError;
use crate::people::Identity;
use crate::worlds::{manifest_of, profiles_of};
use crate::{Centre, Inner};

pub use list::{PROFILES_PAGE_MAX, ProfileAsk, ProfilePage};

/// Everything known of the profile of one number.
#[derive(Debug, Clone, PartialEq)]
pub struct ProfileFile {
    /// The number.
    pub number: String,
    /// How it stands.
    pub dossier: Dossier,
    /// Its versions without their texts, oldest first.
    pub versions: Vec<ProfileHead>,
    /// What was done, in order.
    pub acts: Vec<StoredProfileAct>,
}

/// Why a wish about a profile came to nothing; then nothing changed.
#[derive(Debug, thiserror::Error)]
pub enum DossierError {
    /// There is no such profile, or no such version.
    #[error("there is no such profile")]
    NotFound,
    /// The rules say no.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// A text is wrong, or the set it would be in force with.
    #[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))]
    Faulty(Vec<ProfileError>),
    /// The centre failed.
    #[error(transparent)]
    Centre(#[from] CentreError),
}

impl From<store::StoreError> for DossierError {
    fn from(why: store::StoreError) -> Self {
        CentreError::from(why).into()
    }
}

/// Digits of a commodity code of the union; what follows is national.
const CODE_DIGITS: usize = 10;

/// What a text says of itself, for an editor.
#[derive(Debug, Clone, PartialEq)]
pub struct Checked {
    /// What it says, if it can be read.
    pub profile: Option<Profile>,
    /// What is wrong.
    pub errors: Vec<ProfileError>,
    /// What its author would want to know, given the profiles that are in force.
    pub advice: Vec<Advice>,
}

impl Checked {
    /// A text by itself, as of a day: without the profiles in force and without classifiers.
    pub fn alone(source: &str, on: Date) -> Self {
        Self::of(source, &Rules::empty(), on, &|_| true)
    }

    fn of(source: &str, in_force: &Rules, on: Date, knows: &dyn Fn(Named<'_>) -> bool) -> Self {
        let advised = accept(source).and_then(|Written { profile, .. }| {
            risk::advise(&profile, in_force, on, knows).map(|advice| (profile, advice))
        });
        match advised {
            Ok((profile, advice)) => Self { profile: Some(profile), errors: Vec::new(), advice },
            Err(why) => Self { profile: None, errors: vec![why], advice: Vec::new() },
        }
    }
}

/// Whoever wishes something, and through what: `page`, `api`, `command`, `system`.
#[derive(Debug, Clone, Copy)]
struct Asking<'a> {
    hand: Hand<'a>,
    through: &'a str,
}

fn person<'a>(who: &'a Identity, through: &'a str) -> Asking<'a> {
    Asking { hand: Hand::Person { login: &who.login, rights: who.rights(), area: &who.area }, through }
}

const PROGRAM: Asking<'static> = Asking { hand: Hand::Program, through: "system" };

/// The text a wish brings.
struct Text<'a> {
    source: &'a str,
    written: Written,
}

impl<'a> Text<'a> {
    fn of(source: &'a str) -> Result<Self, DossierError> {
        let written = accept(source).map_err(|why| DossierError::Faulty(vec![why]))?;
        Ok(Self { source, written })
    }
}

/// The set of profiles that is in force after acts, where they change it.
struct Change {
    world: Arc<World>,
    sources: Vec<String>,
}

impl Centre {
    /// The calendar day of the service.
    pub fn today(&self) -> Date {
        self.inner.today()
    }

    /// Writes a text: a new version of a profile. `number` is the profile it is meant for, none for a new one; `seen`
    /// the version it was made from.
    ///
    /// # Errors
    /// [`DossierError`].
    pub fn write_profile(
        &self,
        who: &Identity,
        through: &str,
        source: &str,
        number: Option<&str>,
        seen: Option<u32>,
        reason: &str,
    ) -> Result<ProfileFile, DossierError> {
        let asking = person(who, through);
        // Who may not write at all learns nothing of what they wrote.
        if !who.rights().contains(&Right::Write) {
            return Err(Refusal::NoRight { deed: Deed::Write }.into());
        }
        let text = Text::of(source)?;
        let named = text.written.profile.number.clone();
        if number.is_some_and(|number| number != named) {
            return Err(Refusal::OtherNumber { number: named }.into());
        }
        let before = seen.map(|seen| self.inner.store.profile_version(&named, seen)).transpose()?.flatten();
        let same = before.is_some_and(|before| before.source == source);
        let wish = Wish::Write { seen, same, reason: reason.to_owned() };
        self.inner.settle_profile(&named, asking, &wish, Some(text))?;
        self.file_of(&named)
    }

    /// Moves a version of a profile: agrees, returns, approves, cancels.
    ///
    /// # Errors
    /// [`DossierError`].
    pub fn move_profile(
        &self,
        who: &Identity,
        through: &str,
        number: &str,
        wish: &Wish,
    ) -> Result<ProfileFile, DossierError> {
        if matches!(wish, Wish::Write { .. } | Wish::Take | Wish::Start { .. } | Wish::Enter { .. }) {
            return Err(Refusal::NoRight { deed: wish.deed() }.into());
        }
        // Of what they may not read they learn nothing, not even that it is there.
        if !self.inner.reads(&who.area, number)? {
            return Err(DossierError::NotFound);
        }
        self.inner.settle_profile(number, person(who, through), wish, None)?;
        self.file_of(number)
    }

    /// Takes a risk profile into force at once, as the operator of the data directory; what was in force under its
    /// number, and what was being prepared, is replaced. The same text again changes nothing.
    ///
    /// # Errors
    /// Where the profile is wrong or the store fails.
    pub fn add_profile(&self, source: &str) -> Result<Profile, CentreError> {
        let faulty = |why: DossierError| match why {
            DossierError::Centre(why) => why,
            why => CentreError::Profile(why.to_string()),
        };
        let text = Text::of(source).map_err(faulty)?;
        let profile = text.written.profile.clone();
        let in_force = self.inner.dossier(&profile.number)?.0.in_force();
        let in_force = match in_force {
            Some(version) => self.inner.store.profile_version(&profile.number, version)?,
            None => None,
        };
        if in_force.is_some_and(|version| version.source == source) {
            return Ok(profile);
        }
        let asking = Asking { hand: Hand::Operator, through: "command" };
        self.inner.settle_profile(&profile.number, asking, &Wish::Take, Some(text)).map_err(faulty)?;
        Ok(profile)
    }

    /// Takes into force what is approved for a day that has come; housekeeping does so by itself.
    ///
    /// # Errors
    /// Where one cannot be taken into force, or the store fails; the others are.
    pub fn enter_due_profiles(&self, today: Date) -> Result<(), CentreError> {
        self.inner.enter_due_profiles(today)
    }

    /// Everything known of a profile.
    ///
    /// # Errors
    /// Where the store fails.
    pub fn profile_file(&self, number: &str) -> Result<Option<ProfileFile>, CentreError> {
        let (dossier, acts) = self.inner.dossier(number)?;
        if acts.is_empty() {
            return Ok(None);
        }
        let versions = self.inner.store.profile_history(number)?;
        Ok(Some(ProfileFile { number: number.to_owned(), dossier, versions, acts }))
    }

    /// Everything known of a profile that somebody may read: who is bound to an area reads what applies there, the
    /// national profiles included.
    ///
    /// # Errors
    /// Where the store fails.
    pub fn profile_file_for(&self, who: &Identity, number: &str) -> Result<Option<ProfileFile>, CentreError> {
        if self.inner.reads(&who.area, number)? { self.profile_file(number) } else { Ok(None) }
    }

    fn file_of(&self, number: &str) -> Result<ProfileFile, DossierError> {
        self.profile_file(number)?.ok_or(DossierError::NotFound)
    }

    /// A version of a profile with its text.
    ///
    /// # Errors
    /// Where the store fails.
    pub fn profile_version(&self, number: &str, version: u32) -> Result<Option<ProfileVersion>, CentreError> {
        Ok(self.inner.store.profile_version(number, version)?)
    }

    /// What somebody may do now with the versions of a profile.
    ///
    /// # Errors
    /// Where the store fails.
    pub fn possible(&self, who: &Identity, file: &ProfileFile) -> Result<Vec<(u32, Deed)>, CentreError> {
        let (today, asking) = (self.today(), person(who, "page"));
        let reach = self.inner.reach(&file.number, &file.dossier)?;
        let reason = "looking".to_owned();
        let mut wishes =
            vec![Wish::Write { seen: Some(file.dossier.last()), same: false, reason: String::new() }];
        for version in [file.dossier.open(), file.dossier.in_force()].into_iter().flatten() {
            wishes.push(Wish::Agree { version });
            wishes.push(Wish::Approve { version, from: today });
            wishes.push(Wish::Return { version, reason: reason.clone() });
            wishes.push(Wish::Cancel { version, reason: reason.clone() });
        }
        let can = |wish: &Wish| decide(&file.dossier, wish, &asking.hand, &reach, today).is_ok();
        let version = |wish: &Wish| wish.version().unwrap_or(file.dossier.last());
        Ok(wishes.iter().filter(|wish| can(wish)).map(|wish| (version(wish), wish.deed())).collect())
    }

    /// Checks a text as somebody writes it: as [`Centre::check_profile`], without what is said of profiles that they
    /// may not read.
    ///
    /// # Errors
    /// Where the store fails.
    pub fn check_profile_for(&self, who: &Identity, source: &str) -> Result<Checked, CentreError> {
        let mut checked = self.check_profile(source);
        let mut kept = Vec::with_capacity(checked.advice.len());
        for advice in checked.advice {
            if advice.other.as_ref().map_or(Ok(true), |other| self.inner.reads(&who.area, other))? {
                kept.push(advice);
            }
        }
        checked.advice = kept;
        Ok(checked)
    }

    /// Checks a text as its author writes it: whole, expressions included, and against the profiles in force. Nothing
    /// is kept.
    pub fn check_profile(&self, source: &str) -> Checked {
        let (world, today) = (self.world(), self.today());
        let reference = world.reference();
        let nomenclature = reference.nomenclature();
        let knows = |named: Named<'_>| match named {
            Named::Country(code) => reference.country(code, today).is_some(),
            // An excerpt does not know what there is not.
            Named::Commodity(code) => {
                let digits = code.get(..CODE_DIGITS).unwrap_or(code);
                !nomenclature.is_whole(today)
                    || digits.len() < 2
                    || nomenclature.heading_exists(digits, today)
            }
        };
        Checked::of(source, world.rules(), today, &knows)
    }

    /// Records that somebody read a profile, or with an empty number the list.
    ///
    /// # Errors
    /// Where the store fails; then nothing may be shown.
    pub fn record_profile_read(&self, who: &Identity, number: &str, what: &str) -> Result<(), CentreError> {
        let read = ProfileRead {
            at: self.inner.now(),
            login: who.login.clone(),
            number: number.to_owned(),
            what: what.to_owned(),
        };
        self.inner.store.transact(&mut |tx| tx.add_profile_read(&read))?;
        Ok(())
    }
}

impl Inner {
    pub(crate) fn today(&self) -> Date {
        self.now().to_zoned(self.time_zone()).date()
    }

    /// The zone whose calendar the service lives by.
    pub(crate) fn time_zone(&self) -> TimeZone {
        let world = self.world.load();
        let reference = world.reference();
        let pack = reference.pack(DEFAULT_PACK).or_else(|| reference.packs().next());
        pack.and_then(|pack| TimeZone::get(&pack.time_zone).ok()).unwrap_or(TimeZone::UTC)
    }

    fn dossier(&self, number: &str) -> Result<(Dossier, Vec<StoredProfileAct>), CentreError> {
        let acts = self.store.profile_acts(number)?;
        Ok((Dossier::of(acts.iter().map(|stored| &stored.act)), acts))
    }

    fn version_of(&self, number: &str, version: u32) -> Result<ProfileVersion, CentreError> {
        let missing = || CentreError::Log(format!("version {version} of profile {number} is missing"));
        self.store.profile_version(number, version)?.ok_or_else(missing)
    }

    /// Whether somebody bound to an area may read a profile: one of its texts that are being prepared or in force, or
    /// its newest, applies there. Nobody may read what is not there.
    pub(crate) fn reads(&self, area: &Area, number: &str) -> Result<bool, CentreError> {
        if area.is_everywhere() {
            return Ok(true);
        }
        let (dossier, _) = self.dossier(number)?;
        Ok(self.reach(number, &dossier)?.iter().any(|scope| area.touches(scope)))
    }

    /// How far the texts reach that are being prepared or in force, and the newest: a number stays whose it was.
    fn reach(&self, number: &str, dossier: &Dossier) -> Result<Vec<Scope>, CentreError> {
        let newest = Some(dossier.last()).filter(|last| *last > 0 && dossier.open() != Some(*last));
        let live = [dossier.open(), dossier.in_force(), newest];
        live.into_iter()
            .flatten()
            .map(|version| {
                let kept = self.version_of(number, version)?;
                let written = read(&kept.source).map_err(|why| CentreError::Profile(why.to_string()))?;
                Ok(written.scope)
            })
            .collect()
    }

    /// Does what somebody wishes, whole or not at all.
    fn settle_profile(
        &self,
        number: &str,
        asking: Asking<'_>,
        wish: &Wish,
        text: Option<Text<'_>>,
    ) -> Result<(), DossierError> {
        let _changing = self.changing.lock().map_err(|_| CentreError::Broken)?;
        let (today, now) = (self.today(), self.now());
        let (dossier, acts) = self.dossier(number)?;
        if acts.is_empty() && text.is_none() {
            return Err(DossierError::NotFound);
        }
        let mut reach = self.reach(number, &dossier)?;
        reach.extend(text.as_ref().map(|text| text.written.scope.clone()));
        let acts = decide(&dossier, wish, &asking.hand, &reach, today)?;
        let mut after = dossier.clone();
        acts.iter().for_each(|act| after.take(act));
        let new = text.as_ref().map(|text| version(number, after.last(), &acts, now, text));
        let change = if after.in_force() == dossier.in_force() {
            // What is approved for a day to come must fit the set as it is now, at least.
            if let (Deed::Approve, Some(approved)) = (wish.deed(), wish.version()) {
                self.with_version(
                    number,
                    dossier.in_force(),
                    Some(self.version_of(number, approved)?.source),
                )?;
            }
            None
        } else {
            let source = match (after.in_force(), &new) {
                (Some(entering), Some(new)) if new.version == entering => Some(new.source.clone()),
                (Some(entering), _) => Some(self.version_of(number, entering)?.source),
                (None, _) => None,
            };
            Some(self.with_version(number, dossier.in_force(), source)?)
        };
        self.keep_acts(&[(number, new, acts)], change, asking.through, now)
    }

    /// The world in which a text stands in the place of the version in force; none takes that out of force.
    fn with_version(
        &self,
        number: &str,
        in_force: Option<u32>,
        source: Option<String>,
    ) -> Result<Change, DossierError> {
        let before = self.world.load_full();
        let leaving = in_force.map(|version| self.version_of(number, version)).transpose()?;
        let leaves = |text: &String| leaving.as_ref().is_some_and(|leaving| leaving.source == *text);
        let mut sources = profiles_of(self.store.as_ref(), &before.hash())?;
        sources.retain(|text| !leaves(text));
        // The others are read already: only what changes is read.
        let mut profiles: Vec<Profile> =
            before.rules().profiles().iter().filter(|profile| profile.number != number).cloned().collect();
        if let Some(source) = source {
            profiles.push(read(&source).map_err(|why| DossierError::Faulty(vec![why]))?.profile);
            sources.push(source);
        }
        let rules = Rules::compile(profiles).map_err(DossierError::Faulty)?;
        let world = World::upon(
            Some(&before),
            Arc::clone(before.reference()),
            Arc::new(rules),
            before.models().clone(),
        );
        let world = world.map(Arc::new).map_err(|why| CentreError::Reference(why.to_string()))?;
        Ok(Change { world, sources })
    }

    /// Keeps texts and acts, each act with its leaf, and the world they lead to, in one transaction.
    fn keep_acts(
        &self,
        all: &[(&str, Option<ProfileVersion>, Vec<Act>)],
        change: Option<Change>,
        through: &str,
        now: jiff::Timestamp,
    ) -> Result<(), DossierError> {
        let manifest = change.as_ref().map(|change| manifest_of(&change.world, change.sources.clone()));
        {
            let mut journal = self.journal.lock().map_err(|_| CentreError::Broken)?;
            let mut page = journal.page();
            self.store.transact(&mut |tx: &mut dyn Transaction| {
                page = journal.page();
                for (number, new, acts) in all {
                    if let Some(new) = new {
                        tx.insert_profile_version(new)?;
                    }
                    for act in acts {
                        let text = tx.profile_version(number, act.version)?;
                        let text =
                            ContentHash::of(text.map(|text| text.source).unwrap_or_default().as_bytes());
                        let sheets = leaf::sheets(number, act, now, through, &text, &page.salt()?)?;
                        let leaf = page.add(tx, None, 0, now, sheets)?;
                        tx.append_profile_act(&NewProfileAct { number, act, at: now, through, leaf })?;
                    }
                }
                if let Some(manifest) = &manifest {
                    tx.put_world(manifest, now)?;
                }
                page.close(tx)
            })?;
            journal.turn(page);
        }
        if let Some(Change { world, .. }) = change {
            self.swap(world)?;
        }
        Ok(())
    }

    /// Takes what was approved into force for today or before; one that cannot is told of and keeps no other.
    pub(crate) fn enter_due_profiles(&self, today: Date) -> Result<(), CentreError> {
        let mut failed = None;
        for (number, version) in self.store.profiles_due(today)? {
            if let Err(why) = self.settle_profile(&number, PROGRAM, &Wish::Enter { version }, None) {
                failed = Some(CentreError::Profile(format!("version {version} of {number}: {why}")));
            }
        }
        failed.map_or(Ok(()), Err)
    }

    /// Opens a dossier for every profile that is in force without one: those the program came with, and those of data
    /// that are older than dossiers.
    pub(crate) fn start_dossiers(&self) -> Result<(), CentreError> {
        let now = self.now();
        let starter = crate::starter::profiles();
        let mut all = Vec::new();
        for source in profiles_of(self.store.as_ref(), &self.world.load().hash())? {
            let text = Text {
                written: read(&source).map_err(|why| CentreError::Profile(why.to_string()))?,
                source: &source,
            };
            let number = text.written.profile.number.clone();
            if !self.store.profile_acts(&number)?.is_empty() {
                continue;
            }
            let by = if starter.contains(&source) { STARTER } else { OPERATOR };
            let wish = Wish::Start { by: by.to_owned() };
            let acts = decide(&Dossier::default(), &wish, &Hand::Program, &[], self.today());
            let acts = acts.map_err(|why| CentreError::Profile(why.to_string()))?;
            let new = version(&number, 1, &acts, now, &text);
            all.push((number, new, acts));
        }
        if all.is_empty() {
            return Ok(());
        }
        let all: Vec<_> = all
            .iter()
            .map(|(number, new, acts)| (number.as_str(), Some(new.clone()), acts.clone()))
            .collect();
        self.keep_acts(&all, None, "system", now).map_err(|why| match why {
            DossierError::Centre(why) => why,
            why => CentreError::Profile(why.to_string()),
        })
    }
}

/// The version that acts bring, made of a text.
fn version(number: &str, version: u32, acts: &[Act], at: jiff::Timestamp, text: &Text<'_>) -> ProfileVersion {
    let profile = &text.written.profile;
    let author = acts.iter().find(|act| act.version == version && act.from.is_none());
    ProfileVersion {
        number: number.to_owned(),
        version,
        kind: profile.kind,
        lane: profile.lane,
        title: profile.title.clone(),
        author: author.map(|act| act.by.clone()).unwrap_or_default(),
        at,
        source: text.source.to_owned(),
    }
}

impl ProfileFile {
    /// The version somebody who looks is shown: the one being prepared, else the one in force, else the newest.
    pub fn shown(&self) -> u32 {
        self.dossier.open().or(self.dossier.in_force()).unwrap_or(self.dossier.last())
    }

    /// Where a version stands.
    pub fn state(&self, version: u32) -> Option<State> {
        self.dossier.state(version)
    }
}

/// The page `docs/profile-lifecycle.md`.
pub fn profile_lifecycle_page() -> String {
    clearance::dossier::page(&|right| {
        let has = |role: &store::Role| crate::people::rights_of(*role).contains(&right);
        store::Role::ALL.into_iter().filter(has).map(store::Role::as_str).collect()
    })
}
