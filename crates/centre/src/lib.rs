//! The running system: intake, the assess pool, settled batches, deadlines, notices, people, proof.
//!
//! ```text
//! submit ─► queue ─► assess pool (every core) ─► queue ─► settle (one) ─► answer, notices
//!                    read, seal, control,                 serials, money, officers,
//!                    payments, risk, compress             steps, log: one sync per batch
//! ```
//!
//! Everything that decides is pure and lives in [`clearance`] and below; this crate brings the
//! clock, the randomness, the store and the threads. The answer to a filing goes out after the
//! commit, never before. There are no HTTP types here and no SQL.

mod accounts;
mod acts;
pub mod board;
pub mod delivery;
pub mod distribution;
mod error;
mod history;
mod housekeeping;
mod intake;
mod journal;
mod lessons;
mod models;
mod papers;
mod participants;
mod people;
mod powers;
pub mod prices;
mod profiles;
mod proof;
pub mod replay;
mod sealing;
mod secrets;
mod settle;
mod standing;
mod starter;
mod telling;
mod traders;
mod value_decisions;
mod versions;
pub mod view;
mod worlds;

use std::collections::{HashMap, HashSet};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, RwLock};
use std::thread::JoinHandle;

use arc_swap::ArcSwap;
use clearance::{CaseId, World};
use crossbeam_channel::Sender;
use declaration::TaxNumber;
use risk::Category;
use store::Store;
use tokio::sync::broadcast;

pub use accounts::{Reconciliation, Statement};
pub use clearance::Standing;
pub use delivery::Courier;
pub use error::{CentreError, InputError, SubmitError};
pub use history::{Backtest, BacktestReport, GroupRow, Hours, ListedHit, Pass, ProfileRow, scan_history};
pub use intake::{NOBODY, Outcome, Submission};
pub use lessons::{Lesson, LessonsAsked, LineResult};
pub use models::{DriftReport, ModelDossier, ModelError, ModelHead, model_lifecycle_table};
pub use papers::PaperOutcome;
pub use participants::{
    Declared, Link, LinkShared, Money, PARTICIPANTS_PAGE_MAX, ParticipantAsk, ParticipantFile, PayerBalance,
    RegisteredCertificate, Scope,
};
pub use people::{Action, Identity, LoginError, PASSWORD_CHARS_MIN, account_of};
pub use powers::{POWERS_PAGE_MAX, PowerOutcome, PowerView};
pub use profiles::{
    Checked, DossierError, PROFILES_PAGE_MAX, ProfileAsk, ProfileFile, ProfilePage, profile_lifecycle_page,
};
pub use sealing::{EVIDENCE_FORM, Evidence, Proven, SealView, content};
pub use secrets::random as random_bytes;
pub use settle::Notice;
pub use standing::{
    APPEALS_MAX, FactView, Recomputed, STANDING_PAGE_MAX, StandingError, StandingView, categories_page,
};
pub use telling::{NoticePage, Told};
pub use value_decisions::ValueDecisionError;
pub use versions::Version;
pub use view::CaseView;
pub use worlds::{
    AdoptError, Adopted, Change, ImportReport, Imported, Stage, Touched, WorldChanges, starter_world,
};

use crate::intake::Job;
use crate::journal::Journal;
use crate::secrets::DaySecrets;
use crate::settle::Work;

/// How the centre runs. Everything has a default that suits two cores.
#[derive(Debug, Clone)]
pub struct Options {
    /// The name of the log, as checkpoints carry it.
    pub log_origin: String,
    /// Threads that assess.
    pub assess_threads: usize,
    /// Filings that may wait for assessment before new ones are turned away.
    pub intake_queue_max: usize,
    /// Cases settled with one sync.
    pub batch_max: usize,
    /// PEM certificates of the authorities whose seals are accepted.
    pub anchors_pem: String,
    /// Whether deadlines and the queue of unassigned cases are watched.
    pub housekeeping: bool,
    /// Who speaks in notices: the `source` of their envelopes, a URI reference.
    pub notice_source: String,
    /// The folder of the columns that profiles are tried on, for this store alone; none: none are tried.
    pub history: Option<std::path::PathBuf>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            log_origin: "greenlane.example/log".to_owned(),
            assess_threads: std::thread::available_parallelism().map_or(2, usize::from),
            intake_queue_max: 4_096,
            batch_max: 256,
            anchors_pem: String::new(),
            housekeeping: true,
            notice_source: "urn:greenlane:centre".to_owned(),
            history: None,
        }
    }
}

/// Notices kept for slow listeners before they miss some.
const NOTICES_MAX: usize = 4_096;

/// The running system. Cheap to clone; stops when [`Centre::stop`] is called.
#[derive(Clone)]
pub struct Centre {
    inner: Arc<Inner>,
    threads: Arc<Mutex<Threads>>,
}

#[derive(Default)]
struct Threads {
    intake: Option<Sender<Job>>,
    settle: Option<Sender<Work>>,
    handles: Vec<JoinHandle<()>>,
}

pub(crate) struct Inner {
    store: Arc<dyn Store>,
    options: Options,
    world: ArcSwap<World>,
    worlds: Mutex<HashMap<reference::ContentHash, Arc<World>>>,
    /// Held while a new world is made of the one in force: one change after the other.
    changing: Mutex<()>,
    /// Held while profiles are tried: columns are written by one at a time.
    trying: Mutex<()>,
    published: distribution::Publishing,
    following: RwLock<Option<distribution::Following>>,
    /// Whether filings wait until the reference data of the node above are here for the first time.
    empty_handed: AtomicBool,
    journal: Mutex<Journal>,
    secrets: DaySecrets,
    categories: RwLock<HashMap<TaxNumber, Category>>,
    traders: traders::Cache,
    mark_key: clearance::links::MarkKey,
    marks: participants::Known,
    notices: broadcast::Sender<Arc<Notice>>,
    logins: people::Logins,
    /// Whether any paper waits for its declaration: only then declarations look for theirs.
    papers_wait: AtomicBool,
    courier: RwLock<Option<Arc<dyn Courier>>>,
    /// Held while a subscription is looked at and written: ends and redeliveries come from other threads.
    /// Holds those that are to be delivered again and have not begun to be.
    subscribing: Mutex<HashSet<CaseId>>,
    intake: RwLock<Option<Sender<Job>>>,
    settle: RwLock<Option<Sender<Work>>>,
    stopping: AtomicBool,
    /// A thread met a bug: what it held in memory can no longer be trusted.
    broken: AtomicBool,
}

impl Centre {
    /// Opens the centre over a store: brings in the starter world where there is none, makes the
    /// log's key on first use, and starts the threads.
    ///
    /// # Errors
    /// Where the store fails, or what it holds does not make a world.
    pub fn open(store: Arc<dyn Store>, options: Options) -> Result<Self, CentreError> {
        let world = worlds::current_or_starter(store.as_ref())?;
        let key = secrets::log_key(store.as_ref(), &options.log_origin)?;
        let journal = Journal::open(store.as_ref(), key)?;
        let world = worlds::with_anchors(store.as_ref(), world, &options.anchors_pem)?;
        let inner = Arc::new(Inner {
            worlds: Mutex::new(HashMap::from([(world.hash(), Arc::clone(&world))])),
            world: ArcSwap::from(world),
            changing: Mutex::new(()),
            trying: Mutex::new(()),
            published: distribution::Publishing::default(),
            following: RwLock::default(),
            empty_handed: AtomicBool::new(false),
            journal: Mutex::new(journal),
            secrets: DaySecrets::default(),
            categories: RwLock::default(),
            traders: traders::Cache::default(),
            mark_key: secrets::mark_key(store.as_ref())?,
            marks: participants::Known::default(),
            notices: broadcast::channel(NOTICES_MAX).0,
            logins: people::Logins::default(),
            papers_wait: AtomicBool::new(store.papers_wait()?),
            courier: RwLock::default(),
            subscribing: Mutex::default(),
            intake: RwLock::default(),
            settle: RwLock::default(),
            stopping: AtomicBool::new(false),
            broken: AtomicBool::new(false),
            store,
            options,
        });
        inner.start_dossiers()?;
        inner.start_facts()?;
        if let Err(why) = inner.enter_due_profiles(inner.today()) {
            tracing::error!(%why, "a profile whose day has come did not come into force");
        }
        inner.tell_of_foreign_models();
        let centre = Self { inner, threads: Arc::default() };
        centre.start()?;
        Ok(centre)
    }

    fn start(&self) -> Result<(), CentreError> {
        let inner = &self.inner;
        let (settle_in, settle_out) = crossbeam_channel::bounded(inner.options.batch_max * 4);
        let (intake_in, intake_out) = crossbeam_channel::bounded(inner.options.intake_queue_max);
        let mut handles = Vec::new();
        let mut spawn = |name: String, work: Box<dyn FnOnce() + Send>| {
            std::thread::Builder::new().name(name).spawn(work).map(|handle| handles.push(handle))
        };
        for nth in 0..inner.options.assess_threads.max(1) {
            let (inner, jobs, done) = (Arc::clone(inner), intake_out.clone(), settle_in.clone());
            spawn(format!("assess-{nth}"), Box::new(move || intake::assess_jobs(&inner, &jobs, &done)))?;
        }
        let settling = Arc::clone(inner);
        spawn("settle".to_owned(), Box::new(move || settle::settle_works(&settling, &settle_out)))?;
        if inner.options.housekeeping {
            let watching = Arc::clone(inner);
            spawn("housekeeping".to_owned(), Box::new(move || housekeeping::watch(&watching)))?;
        }
        if let Ok(mut slot) = inner.intake.write() {
            *slot = Some(intake_in.clone());
        }
        if let Ok(mut slot) = inner.settle.write() {
            *slot = Some(settle_in.clone());
        }
        if let Ok(mut threads) = self.threads.lock() {
            *threads = Threads { intake: Some(intake_in), settle: Some(settle_in), handles };
        }
        Ok(())
    }

    /// Takes no more, finishes what was taken, and returns when everything is durable.
    pub fn stop(&self) {
        self.inner.stopping.store(true, Ordering::SeqCst);
        if let Ok(mut slot) = self.inner.intake.write() {
            *slot = None;
        }
        if let Ok(mut slot) = self.inner.settle.write() {
            *slot = None;
        }
        let threads =
            self.threads.lock().map(|mut threads| std::mem::take(&mut *threads)).unwrap_or_default();
        drop((threads.intake, threads.settle));
        for handle in threads.handles {
            if handle.join().is_err() {
                tracing::error!("a thread of the centre ended by a bug");
            }
        }
    }

    /// Keeps a thread until the centre stops.
    fn keep(&self, handle: JoinHandle<()>) {
        if let Ok(mut threads) = self.threads.lock() {
            threads.handles.push(handle);
        }
    }

    /// The world decisions are made in now.
    pub fn world(&self) -> Arc<World> {
        self.inner.world.load_full()
    }

    /// The store, for reads.
    pub fn store(&self) -> &dyn Store {
        self.inner.store.as_ref()
    }

    /// Notices of every step from now on.
    pub fn notices(&self) -> broadcast::Receiver<Arc<Notice>> {
        self.inner.notices.subscribe()
    }

    /// Whether the centre takes filings.
    pub fn is_ready(&self) -> bool {
        let ends = self.inner.stopping.load(Ordering::SeqCst) || self.inner.broken.load(Ordering::SeqCst);
        !ends && !self.inner.is_empty_handed()
    }

    /// The time, to the millisecond, as the store keeps it.
    pub fn now(&self) -> jiff::Timestamp {
        self.inner.now()
    }

    /// Filings that wait for assessment.
    pub fn intake_waiting(&self) -> usize {
        self.inner.intake.read().ok().and_then(|slot| slot.as_ref().map(Sender::len)).unwrap_or_default()
    }
}

impl Inner {
    pub(crate) fn now(&self) -> jiff::Timestamp {
        // Milliseconds are what the store keeps; a replay must see the same moment.
        let now = jiff::Timestamp::now();
        jiff::Timestamp::from_millisecond(now.as_millisecond()).unwrap_or(now)
    }

    pub(crate) fn is_stopping(&self) -> bool {
        self.stopping.load(Ordering::SeqCst)
    }
}
