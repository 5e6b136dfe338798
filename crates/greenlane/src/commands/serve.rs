//! `greenlane serve` and `greenlane demo`: a running centre.

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;

use centre::{Centre, Options};
use data_encoding::BASE32_NOPAD;
use jiff::SignedDuration;
use jiff::tz::TimeZone;
use reference::{Dataset, DatasetKind};
use rehearsal::{Generator, Officers, Plan, Population};
use store::Role;
use tokio::net::TcpListener;
use tracing_subscriber::EnvFilter;

use crate::above::Node;
use crate::cli::{DemoArgs, ServeArgs};
use crate::config::{Config, is_loopback};
use crate::courier::Post;
use crate::exit::{DONE, Failure};
use crate::files::Temporary;
use crate::output::say;
use crate::{Done, embedded};

/// Runs a server over one data directory.
pub fn serve(args: ServeArgs) -> Done {
    let config = Config::of(args)?;
    init_log(config.log_json);
    let options = Options { log_origin: config.log_origin.clone(), ..Options::default() };
    let centre = embedded::open(&config.data, config.anchors.as_deref(), options)?;
    first_administrator(&centre)?;
    centre.deliver_by(Arc::new(Post::new(config.private_receivers)))?;
    if let Some(follow) = config.follow {
        if follow.url.starts_with("http://") && !is_loopback(follow.url.trim_start_matches("http://")) {
            tracing::warn!(url = follow.url, "the password of this node goes to the node above without TLS");
        }
        let (url, key) = (follow.url.clone(), follow.key.clone());
        centre.follow(&url, key, Arc::new(Node::new(follow)?))?;
    }
    let web = web::Config {
        secure_cookies: config.secure_cookies,
        anonymous_filing: config.anonymous_filing,
        hits_to_filers: config.hits_to_filers,
        time_zone: config.time_zone.clone(),
        ..web::Config::default()
    };
    listen(centre, web, &config.listen, |address| {
        say!("greenlane listens on http://{address} (data in {})", config.data.display());
    })
}

/// A fresh store has nobody who could log in: one administrator is made, the password shown once.
fn first_administrator(centre: &Centre) -> Result<(), Failure> {
    if !centre.store().users()?.is_empty() {
        return Ok(());
    }
    let password = password()?;
    centre.put_user("administrator", "Administrator", Role::Administrator, &password, None)?;
    say!("first start: log in as administrator with password {password} (shown once)");
    Ok(())
}

/// A password nobody guesses: 80 random bits.
fn password() -> Result<String, Failure> {
    let random = centre::random_bytes::<10>()?;
    Ok(BASE32_NOPAD.encode(&random).to_lowercase())
}

/// Runs a centre on fresh data with simulated trade.
pub fn demo(args: DemoArgs) -> Done {
    init_log(false);
    if !(args.rate >= 0.0 && args.rate <= RATE_MAX) {
        return Err(Failure::usage(format!("--rate {}: 0 to {RATE_MAX} per second", args.rate)));
    }
    let temporary = Temporary::make("demo")?;
    let dir: PathBuf = args.data.unwrap_or_else(|| temporary.path().to_owned());
    let failed = |why: &dyn std::fmt::Display| Failure::failed(why.to_string());
    let world = centre::starter_world()?;
    let day = rehearsal::today(world.reference(), JURISDICTION, jiff::Timestamp::now());
    let authority = seal::Authority::generate("Greenlane demo authority").map_err(|why| failed(&why))?;
    // It has revoked nobody, and says so for as long as a demonstration may run.
    let now = jiff::Timestamp::now();
    let (from, to) = (now - SignedDuration::from_hours(1), now + SignedDuration::from_hours(24 * 90));
    let list = authority.revocation_list(&[], (from, to)).map_err(|why| failed(&why))?;
    let plan = Plan::usual(u64::MAX, DEMO_SEED, day);
    let generator =
        Generator::new(plan, Arc::clone(world.reference()), Some(authority)).map_err(|why| failed(&why))?;
    let store: Arc<dyn store::Store> = Arc::new(store_sqlite::SqliteStore::open(&dir)?);
    let anchors_pem = generator.authority_pem().unwrap_or_default();
    let history = Some(dir.join("history"));
    let centre = Centre::open(store, Options { anchors_pem, history, ..Options::default() })?;
    centre.import(Dataset::new(DatasetKind::Revocation, "", "demonstration", list))?;
    let population = Population {
        jurisdiction: JURISDICTION.to_owned(),
        traders: DEMO_TRADERS,
        password: None,
        users: true,
    };
    centre.deliver_by(Arc::new(Post::new(is_loopback(&args.listen))))?;
    let logins = rehearsal::populate(&centre, &population).map_err(|why| failed(&why))?;
    let stop = Arc::new(AtomicBool::new(false));
    let mut simulated = Vec::new();
    if args.rate > 0.0 {
        let (trading, stopping, rate) = (centre.clone(), Arc::clone(&stop), args.rate);
        simulated.push(spawn("trade", move || {
            rehearsal::live_trade(&trading, &generator, 0, rate, &Arc::default(), &stopping).map(|_| ())
        })?);
    }
    let (deciding, stopping) = (centre.clone(), Arc::clone(&stop));
    simulated.push(spawn("officers", move || {
        rehearsal::officers_decide(&deciding, &Officers::default(), &stopping).map(|_| ())
    })?);
    let local = is_loopback(&args.listen);
    let web = web::Config {
        secure_cookies: false,
        anonymous_filing: local,
        hits_to_filers: local,
        demo_logins: logins.iter().map(demo_login).collect(),
        time_zone: world.reference().pack(JURISDICTION).map_or(TimeZone::UTC, |pack| {
            world.jurisdiction(pack).map_or(TimeZone::UTC, |jurisdiction| jurisdiction.time_zone.clone())
        }),
        ..web::Config::default()
    };
    let done = listen(centre, web, &args.listen, |address| {
        say!("\nGreenlane demo: open http://{address}\n");
        say!("{:14} {:14} password", "role", "login");
        for login in &logins {
            say!("{:14} {:14} {}", login.role.as_str(), login.login, login.password);
        }
        say!(
            "\n{} generated declarations per second; data in {}. Stop with Ctrl-C.",
            args.rate,
            dir.display()
        );
    });
    stop.store(true, Ordering::SeqCst);
    for thread in simulated {
        match thread.join() {
            Ok(Ok(())) => {}
            Ok(Err(why)) => tracing::warn!(%why, "the simulated trade ended"),
            Err(_) => return Err(Failure::failed("the simulated trade ended by a bug")),
        }
    }
    done
}

/// The jurisdiction of the demonstration.
const JURISDICTION: &str = "eaeu-ru";
/// The seed of its trade.
const DEMO_SEED: u64 = 2026;
/// Firms known from the start.
const DEMO_TRADERS: u32 = 2_000;

fn demo_login(login: &rehearsal::Login) -> web::DemoLogin {
    web::DemoLogin { role: login.role, login: login.login.clone(), password: login.password.clone() }
}

type Simulated = JoinHandle<Result<(), rehearsal::RehearsalError>>;

fn spawn(
    name: &str,
    work: impl FnOnce() -> Result<(), rehearsal::RehearsalError> + Send + 'static,
) -> Result<Simulated, Failure> {
    let thread = std::thread::Builder::new().name(name.to_owned()).spawn(work);
    thread.map_err(|why| Failure::failed(format!("the system gives no thread: {why}")))
}

/// The fastest simulated trade.
const RATE_MAX: f64 = 1_000.0;

fn init_log(json: bool) {
    let filter = EnvFilter::try_from_env("GREENLANE_LOG").unwrap_or_else(|_| EnvFilter::new("info"));
    let builder = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    if json {
        builder.json().init();
    } else {
        builder.init();
    }
}

/// Serves until the process is told to stop, then finishes what was taken.
fn listen(centre: Centre, web: web::Config, address: &str, ready: impl FnOnce(std::net::SocketAddr)) -> Done {
    let failed = |why: std::io::Error| Failure::failed(format!("{address}: {why}"));
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(failed)?;
    let router = web::router(centre.clone(), web);
    let served = runtime.block_on(async {
        let listener = TcpListener::bind(address).await?;
        ready(listener.local_addr()?);
        web::serve(listener, router, told_to_stop()).await
    });
    centre.stop();
    served.map_err(|why| match why.kind() {
        std::io::ErrorKind::AddrInUse => {
            failed(why).hint("another program listens there; give another address with --listen")
        }
        _ => failed(why),
    })?;
    Ok(ExitCode::from(DONE))
}

/// Ends on Ctrl-C or SIGTERM.
async fn told_to_stop() {
    use tokio::signal::unix::{SignalKind, signal};
    let interrupt = tokio::signal::ctrl_c();
    match signal(SignalKind::terminate()) {
        Ok(mut terminate) => {
            tokio::select! {
                _ = interrupt => {}
                _ = terminate.recv() => {}
            }
        }
        Err(_) => {
            if interrupt.await.is_err() {
                std::future::pending::<()>().await;
            }
        }
    }
}
