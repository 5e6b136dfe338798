//! `greenlane serve` and `greenlane demo`: a running centre.

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use centre::{Centre, Options};
use data_encoding::BASE32_NOPAD;
use store::Role;
use tokio::net::TcpListener;
use tracing_subscriber::EnvFilter;

use crate::cli::{DemoArgs, ServeArgs};
use crate::config::{Config, is_loopback};
use crate::exit::{DONE, Failure};
use crate::{Done, embedded};

/// The largest request body: the largest document, and room for its envelope.
const BODY_BYTES_MAX: usize = wire::limits::BYTES_MAX + 64 * 1024;

/// Runs a server over one data directory.
pub fn serve(args: ServeArgs) -> Done {
    let config = Config::of(args)?;
    init_log(config.log_json);
    let options = Options { log_origin: config.log_origin.clone(), ..Options::default() };
    let centre = embedded::open(&config.data, config.anchors.as_deref(), options)?;
    first_administrator(&centre)?;
    let web = web::Config {
        secure_cookies: config.secure_cookies,
        anonymous_filing: config.anonymous_filing,
        body_bytes_max: BODY_BYTES_MAX,
        demo_logins: Vec::new(),
    };
    listen(centre, web, &config.listen, |address| {
        println!("greenlane listens on http://{address} (data in {})", config.data.display());
    })
}

/// A fresh store has nobody who could log in: one administrator is made, the password shown once.
fn first_administrator(centre: &Centre) -> Result<(), Failure> {
    if !centre.store().users()?.is_empty() {
        return Ok(());
    }
    let password = password()?;
    centre.put_user("administrator", "Administrator", Role::Administrator, &password, None)?;
    println!("first start: log in as administrator with password {password} (shown once)");
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
    let temporary = match args.data {
        Some(_) => None,
        None => Some(tempdir()?),
    };
    let dir: PathBuf =
        args.data.clone().or_else(|| temporary.as_ref().map(|dir| dir.0.clone())).unwrap_or_default();
    let plan =
        rehearsal::Plan { day: jiff::Zoned::now().date(), count: u64::MAX, ..rehearsal::Plan::default() };
    let generator = rehearsal::Generator::new(plan).map_err(|why| Failure::failed(why.to_string()))?;
    let store: Arc<dyn store::Store> = Arc::new(store_sqlite::SqliteStore::open(&dir)?);
    let options = Options { anchors_pem: generator.authority_pem(), ..Options::default() };
    let centre = Centre::open(store, options)?;
    let logins = rehearsal::populate(&centre, generator.population(), |_| {
        password().map_err(|why| format!("{why:?}"))
    })
    .map_err(|why| Failure::failed(why.to_string()))?;
    let stop = Arc::new(AtomicBool::new(false));
    let trade = {
        let (centre, stop, rate) = (centre.clone(), Arc::clone(&stop), args.rate);
        std::thread::Builder::new()
            .name("trade".to_owned())
            .spawn(move || rehearsal::live_trade(&centre, generator, rate, &stop))
            .map_err(|why| Failure::failed(why.to_string()))?
    };
    let web = web::Config {
        secure_cookies: false,
        anonymous_filing: is_loopback(&args.listen),
        body_bytes_max: BODY_BYTES_MAX,
        demo_logins: logins
            .iter()
            .map(|login| (login.role, login.login.clone(), login.password.clone()))
            .collect(),
    };
    let done = listen(centre, web, &args.listen, |address| {
        println!("\nGreenlane demo: open http://{address}\n");
        println!("{:14} {:14} password", "role", "login");
        for login in &logins {
            println!("{:14} {:14} {}", login.role.as_str(), login.login, login.password);
        }
        println!(
            "\n{} generated declarations per second; data in {}. Stop with Ctrl-C.",
            args.rate,
            dir.display()
        );
    });
    stop.store(true, Ordering::SeqCst);
    if trade.join().is_err() {
        return Err(Failure::failed("the simulated trade ended by a bug"));
    }
    done
}

/// The fastest simulated trade.
const RATE_MAX: f64 = 1_000.0;

/// A directory that is removed when dropped.
struct Temporary(PathBuf);

fn tempdir() -> Result<Temporary, Failure> {
    let name = format!("greenlane-demo-{}", std::process::id());
    let path = std::env::temp_dir().join(name);
    std::fs::create_dir_all(&path).map_err(|why| Failure::failed(format!("{}: {why}", path.display())))?;
    Ok(Temporary(path))
}

impl Drop for Temporary {
    fn drop(&mut self) {
        if let Err(why) = std::fs::remove_dir_all(&self.0) {
            eprintln!("note: {} was not removed: {why}", self.0.display());
        }
    }
}

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
