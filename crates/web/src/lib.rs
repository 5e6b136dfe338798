//! The HTTP API and the server-rendered pages over [`centre`]: extract, call one use case, render.
//!
//! ```text
//! connection ─► limits, headers, CSRF ─► handler ─► Centre ─► JSON, page or Failure
//!   serve          guard                 api, pages             failure renders at the edge
//! ```
//!
//! There are no decisions here and no SQL. A handler that cannot do what was asked returns a
//! [`Failure`](failure::Failure); one layer turns it into `application/problem+json` or a page, in the
//! language of whoever asked. Bodies, tokens, passwords and names of people are never logged.

mod access;
mod account_object;
mod api;
mod assets;
mod bodies;
mod desk;
mod failure;
mod figures;
mod guard;
mod language;
mod model_object;
mod openapi;
mod pages;
mod paper_object;
mod participant_object;
mod payment_object;
mod power_object;
mod profile_object;
mod reference_object;
mod serve;
mod standing_object;
mod submit_object;
mod texts;

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::{delete, get, post};
use centre::Centre;
use jiff::tz::TimeZone;
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use store::Role;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

pub use access::SESSION_COOKIE;
pub use account_object::{
    AccountObject, BankObject, BookedObject, CoverObject, CoveredObject, DocumentedPayment, EntryObject,
    FreedObject, GuaranteeObject, NotOne, PayerObject, PaymentsObject, ReconciliationObject, RegisterObject,
    ReturnObject, SecurityObject, StatementObject,
};
pub use failure::{FAILURES, FailureRow};
pub use language::Language;
pub use model_object::{ModelActObject, ModelHeadObject, ModelObject, ScoredObject, WeighedObject};
pub use openapi::openapi;
pub use paper_object::PaperObject;
pub use participant_object::ParticipantObject;
pub use payment_object::{PaymentObject, WorkingStepObject};
pub use power_object::{LimitObject, PersonObject, PowerObject, RepresentationObject, UsedPowerObject};
pub use profile_object::{
    AdviceObject, BothObject, NameObject, ProfileActObject, ProfileFaultObject, ProfileHeadObject,
    ProfileObject, profile_names,
};
pub use reference_object::{
    ChangesObject, FaultObject, ImportObject, ImportedObject, RemarkObject, ReportObject, TableObject,
    TakenBackObject, TouchedObject,
};
pub use serve::serve;
pub use standing_object::{FactObject, NearObject, ReasonObject, StandingActObject, StandingObject};
pub use submit_object::{FindingObject, PointerObject, SubmitObject};

use crate::bodies::Bodies;
use crate::desk::TrialDesk;
use crate::failure::{Failure, Kind};

/// How the service meets the outside. Everything has a default that suits one machine.
#[derive(Debug, Clone)]
pub struct Config {
    /// Whether cookies are sent over TLS only. Off only where nothing but loopback is served.
    pub secure_cookies: bool,
    /// Whether somebody without a seal and without an account may file. The packs must allow
    /// declarations without a seal, too; otherwise such a filing is refused with a finding.
    pub anonymous_filing: bool,
    /// Whether the answer to a trader's filing names the risk profiles that fired. Off in production:
    /// who knows what is looked for can avoid it.
    pub hits_to_filers: bool,
    /// The largest document, in bytes, with what wraps it in a form.
    pub body_bytes_max: usize,
    /// Documents under way at a time, all together, in bytes: from the first byte until they are decided
    /// upon. Half is for those logged in, half for those who are not.
    pub bodies_bytes_max: usize,
    /// The time any body may take to arrive, whatever its size.
    pub body_patience: Duration,
    /// Requests worked on at a time; one more is told to come back.
    pub requests_max: usize,
    /// Open event streams at a time.
    pub streams_max: usize,
    /// How long an answer waits for a trial of profiles before it says how far that is.
    pub trial_patience: Duration,
    /// Logins of a demonstration, shown on the login page.
    pub demo_logins: Vec<DemoLogin>,
    /// The zone whose clock pages show.
    pub time_zone: TimeZone,
}

/// A login of a demonstration. Never made where real data are kept.
#[derive(Debug, Clone)]
pub struct DemoLogin {
    /// What it may do.
    pub role: Role,
    /// The login.
    pub login: String,
    /// The password, for everybody to see.
    pub password: String,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            secure_cookies: true,
            anonymous_filing: false,
            hits_to_filers: false,
            // A document of wire's largest size and the wrapping of a form around it.
            body_bytes_max: wire::limits::BYTES_MAX + (64 << 10),
            bodies_bytes_max: BODIES_BYTES_MAX,
            body_patience: BODY_PATIENCE,
            requests_max: 512,
            streams_max: 256,
            trial_patience: TRIAL_PATIENCE,
            demo_logins: Vec::new(),
            time_zone: TimeZone::UTC,
        }
    }
}

/// Documents under way at a time, in bytes, where nothing else is said: what reading one takes beside its
/// bytes is bounded by the threads that read.
const BODIES_BYTES_MAX: usize = 256 << 20;
/// The time any body may take where nothing else is said; what arrives buys more.
const BODY_PATIENCE: Duration = Duration::from_secs(10);
/// Password checks at a time: each takes 19 MiB and tens of milliseconds of a core.
const LOGINS_AT_ONCE: usize = 4;
/// Datasets handed over to nodes below at a time: each may take 64 MiB.
const HANDOVERS_AT_ONCE: usize = 4;

/// Comparisons of worlds at a time: each may build two references and read every open case.
const COMPARISONS_AT_ONCE: usize = 1;

/// How long an answer waits for a trial: well below what any answer may take, and often enough to be shown.
const TRIAL_PATIENCE: Duration = Duration::from_secs(5);

/// What every handler has at hand.
#[derive(Clone)]
pub(crate) struct App {
    inner: Arc<Inner>,
}

struct Inner {
    centre: Centre,
    config: Config,
    bodies: Bodies,
    requests: Arc<Semaphore>,
    streams: Arc<Semaphore>,
    logins: Arc<Semaphore>,
    handovers: Arc<Semaphore>,
    desk: TrialDesk,
    comparisons: Arc<Semaphore>,
}

impl App {
    pub(crate) fn centre(&self) -> &Centre {
        &self.inner.centre
    }

    pub(crate) fn config(&self) -> &Config {
        &self.inner.config
    }

    pub(crate) fn bodies(&self) -> &Bodies {
        &self.inner.bodies
    }

    /// The right to be worked on, if not too much is already.
    pub(crate) fn work(&self) -> Result<OwnedSemaphorePermit, Failure> {
        permit(&self.inner.requests)
    }

    /// The right to one open stream.
    pub(crate) fn stream(&self) -> Result<OwnedSemaphorePermit, Failure> {
        permit(&self.inner.streams)
    }

    /// The right to one check of a password.
    pub(crate) fn password_check(&self) -> Result<OwnedSemaphorePermit, Failure> {
        permit(&self.inner.logins)
    }

    /// The right to hand one dataset over.
    pub(crate) fn hand_over(&self) -> Result<OwnedSemaphorePermit, Failure> {
        permit(&self.inner.handovers)
    }

    /// The right to one comparison that reads much: of worlds, of accounts, of declared prices.
    pub(crate) fn comparison(&self) -> Result<OwnedSemaphorePermit, Failure> {
        permit(&self.inner.comparisons)
    }

    /// Where the trial of profiles lies that is under way; there is one at a time, for each uses every core.
    fn desk(&self) -> &TrialDesk {
        &self.inner.desk
    }

    /// Does blocking work of the centre beside the threads that serve connections.
    pub(crate) async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&App) -> Result<T, Failure> + Send + 'static,
    ) -> Result<T, Failure> {
        let app = self.clone();
        match tokio::task::spawn_blocking(move || work(&app)).await {
            Ok(done) => done,
            Err(why) => {
                tracing::error!(%why, "a request ended by a bug");
                Err(Failure::of(Kind::Internal))
            }
        }
    }
}

/// A permit at once, or word to come back: what waits here would only wait longer.
fn permit(of: &Arc<Semaphore>) -> Result<OwnedSemaphorePermit, Failure> {
    Arc::clone(of).try_acquire_owned().map_err(|_| Failure::of(Kind::Overloaded))
}

/// The process's metrics. The first call makes it the recorder; call it before the centre opens, so
/// that nothing is missed.
pub fn metrics_handle() -> PrometheusHandle {
    static HANDLE: OnceLock<PrometheusHandle> = OnceLock::new();
    HANDLE
        .get_or_init(|| {
            let builder = PrometheusBuilder::new();
            // From a millisecond, where automatic decisions lie, to where a client gives up.
            let seconds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0, 30.0];
            let builder = builder.set_buckets(&seconds).unwrap_or_else(|_| PrometheusBuilder::new());
            let recorder = builder.build_recorder();
            let handle = recorder.handle();
            if metrics::set_global_recorder(recorder).is_err() {
                tracing::warn!("another recorder takes the metrics of this process");
            }
            handle
        })
        .clone()
}

/// The whole service: API, pages, log, health.
pub fn router(centre: Centre, config: Config) -> Router {
    metrics_handle();
    let app = App {
        inner: Arc::new(Inner {
            bodies: Bodies::new(&config),
            requests: Arc::new(Semaphore::new(config.requests_max)),
            streams: Arc::new(Semaphore::new(config.streams_max)),
            logins: Arc::new(Semaphore::new(LOGINS_AT_ONCE)),
            handovers: Arc::new(Semaphore::new(HANDOVERS_AT_ONCE)),
            desk: TrialDesk::default(),
            comparisons: Arc::new(Semaphore::new(COMPARISONS_AT_ONCE)),
            centre,
            config,
        }),
    };
    let api = Router::new()
        .route("/declarations", get(api::declarations::list).post(api::declarations::file))
        .route("/declarations/{case}", get(api::declarations::show))
        .route("/declarations/{case}/events", get(api::declarations::events))
        .route("/declarations/{case}/receipt", get(api::declarations::receipt))
        .route("/declarations/{case}/evidence", get(api::declarations::evidence))
        .route("/declarations/{case}/document", get(api::declarations::document))
        .route("/declarations/{case}/inputs", post(api::inputs::input))
        .route("/documents", get(api::documents::list).post(api::declarations::file))
        .route("/documents/{id}", get(api::documents::show))
        .route("/documents/{id}/document", get(api::documents::document))
        .route("/powers", get(api::powers::list).post(api::powers::file))
        .route("/powers/revocations", post(api::powers::revoke))
        .route("/powers/{number}", get(api::powers::show))
        .route("/participants", get(api::participants::list))
        .route("/participants/{number}", get(api::participants::show))
        .route("/participants/{number}/category", get(api::standing::show).post(api::standing::confirm))
        .route("/participants/{number}/facts", post(api::standing::state))
        .route("/participants/{number}/facts/{fact}/annulment", post(api::standing::annul))
        .route("/participants/{number}/appeals", post(api::standing::appeal))
        .route("/participants/{number}/appeals/{appeal}/decision", post(api::standing::decide))
        .route("/appeals", get(api::standing::appeals))
        .route("/models", get(api::models::list).post(api::models::propose))
        .route("/models/{version}", get(api::models::show))
        .route("/models/{version}/acts", post(api::models::act))
        .route("/profiles", get(api::profiles::list).post(api::profiles::write))
        .route("/profiles/names", get(api::profiles::names))
        .route("/profiles/check", post(api::profiles::check))
        .route("/profiles/{number}", get(api::profiles::show))
        .route("/profiles/{number}/versions/{version}", get(api::profiles::version))
        .route("/profiles/{number}/acts", post(api::profiles::act))
        .route("/reference/manifest", get(api::distribution::manifest))
        .route("/reference/datasets/{hash}", get(api::distribution::dataset))
        .route("/reference/imports", get(api::imports::list).post(api::imports::import))
        .route("/reference/imports/{numbers}", delete(api::imports::undo))
        .route("/profiles/effects", get(api::effects::effects))
        .route("/payments", post(api::accounts::pay))
        .route("/payments/refunds", post(api::accounts::refund))
        .route("/payments/returns", post(api::accounts::give_back))
        .route("/accounts/reconciliation", get(api::accounts::reconcile))
        .route("/accounts/{payer}/statement", get(api::accounts::statement))
        .route("/guarantees", get(api::accounts::register).post(api::accounts::give))
        .route("/guarantees/covers", post(api::accounts::cover))
        .route("/guarantees/covers/{case}", delete(api::accounts::free))
        .route("/guarantees/{number}", delete(api::accounts::end))
        .route("/profiles/backtest", post(api::trials::backtest))
        .route("/notices", get(api::notices::list))
        .route("/subscriptions", get(api::notices::subscriptions).post(api::notices::subscribe))
        .route("/subscriptions/{id}", delete(api::notices::unsubscribe))
        .route("/subscriptions/{id}/redelivery", post(api::notices::redeliver))
        .route("/reference/search", get(api::nomenclature::search))
        .route("/reference/commodities/{code}", get(api::nomenclature::commodity))
        .route("/reference/exchange", get(api::nomenclature::exchange))
        .route("/sessions", post(api::sessions::login).delete(api::sessions::logout))
        .route("/board", get(api::operations::board))
        .route("/stream", get(api::stream::stream));
    let log = Router::new()
        .route("/checkpoint", get(api::log::checkpoint))
        .route("/vkey", get(api::log::vkey))
        .route("/tile/{*path}", get(api::log::tile));
    let pages = Router::new()
        .route("/", get(pages::board::board))
        .route("/declarations", get(pages::list::list))
        .route("/declarations/{case}", get(pages::case::case))
        .route("/declarations/{case}/inputs", post(pages::case::input))
        .route("/declarations/{case}/results", post(pages::case::results))
        .route("/profiles/effects", get(pages::effects::effects))
        .route("/declarations/{case}/payments", get(pages::sheet::sheet))
        .route("/cases/{case}/payments", get(pages::sheet::moved))
        .route("/participants", get(pages::participants::list))
        .route("/participants/{number}", get(pages::participants::file))
        .route("/powers", get(pages::powers::list))
        .route("/powers/{number}", get(pages::powers::power))
        .route("/models", get(pages::models::list).post(pages::models::propose))
        .route("/models/{version}", get(pages::models::model))
        .route("/models/{version}/acts", post(pages::models::act))
        .route("/value-decisions", get(pages::value_decisions::list).post(pages::value_decisions::decide))
        .route("/prices", get(pages::prices::list))
        .route("/prices/{code}", get(pages::prices::price))
        .route("/profiles", get(pages::profiles::list).post(pages::profiles::write))
        .route("/profiles/new", get(pages::profiles::new))
        .route("/profiles/{number}", get(pages::profiles::profile))
        .route("/profiles/{number}/edit", get(pages::profiles::edit))
        .route("/profiles/{number}/acts", post(pages::profiles::act))
        .route("/reference", get(pages::nomenclature::search))
        .route("/reference/{place}", get(pages::nomenclature::place))
        .route("/reference/currencies", get(pages::currencies::currencies))
        .route("/reference/imports", get(pages::imports::journal))
        .route("/reference/diff", get(pages::imports::diff))
        .route("/find", get(pages::case::find))
        .route("/file", get(pages::file::form).post(pages::file::upload))
        .route("/login", get(pages::people::login_form).post(pages::people::login))
        .route("/logout", post(pages::people::logout))
        .route("/shift", post(pages::people::shift))
        .route("/account", get(pages::people::account))
        .route("/account/category", get(pages::standing::own))
        .route("/participants/{number}/category", get(pages::standing::show).post(pages::standing::act))
        .route("/appeals", get(pages::standing::appeals))
        .route("/reads", get(pages::people::reads));
    let router = Router::new()
        .nest("/api/v1", api)
        .nest("/log", log)
        .merge(pages)
        .route("/assets/{name}", get(assets::asset))
        .route("/favicon.ico", get(assets::icon))
        .route("/healthz", get(api::operations::healthz))
        .route("/readyz", get(api::operations::readyz))
        .route("/metrics", get(api::operations::metrics))
        .route("/openapi.json", get(api::operations::openapi))
        .fallback(async || Failure::of(Kind::NotFound))
        .method_not_allowed_fallback(async || Failure::of(Kind::Method))
        // Bodies have their limits where there is room for them: `bodies`.
        .layer(DefaultBodyLimit::disable());
    guard::guarded(router, &app).with_state(app)
}
