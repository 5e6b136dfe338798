//! A centre on a temporary directory with live rehearsed trade, served for a look in a browser:
//! `cargo run -p greenlane-web --example preview [ADDRESS [DECLARATIONS_PER_SECOND]]`.

use std::error::Error;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use centre::{Centre, Options, Standing, Submission};
use greenlane_web as web;
use jiff::tz::TimeZone;
use rehearsal::{Generator, LiveCounts, Officers, Plan, Population};
use store_sqlite::SqliteStore;
use web::{Config, DemoLogin};

const JURISDICTION: &str = "eaeu-ru";
/// Shown on the login page: there is nothing behind it but invented data.
const PASSWORD: &str = "greenlane";
/// Firms with accounts.
const TRADERS: u32 = 300;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let address = arguments.next().unwrap_or_else(|| "127.0.0.1:8080".to_owned());
    let rate: f64 = arguments.next().map_or(Ok(2.0), |rate| rate.parse())?;
    let dir = tempfile::tempdir()?;
    web::metrics_handle();
    let store = Arc::new(SqliteStore::open(dir.path())?);
    let centre = Centre::open(store, Options::default())?;
    let population = Population {
        jurisdiction: JURISDICTION.to_owned(),
        traders: TRADERS,
        password: Some(PASSWORD.to_owned()),
        users: true,
    };
    let logins = rehearsal::populate(&centre, &population)?;
    file_fixtures(&centre)?;
    let reference = Arc::clone(centre.world().reference());
    let day = rehearsal::today(&reference, JURISDICTION, jiff::Timestamp::now());
    let plan = Plan { traders: TRADERS, ..Plan::usual(u64::MAX, 7, day) };
    let generator = Generator::new(plan, reference, None)?;
    let config = Config {
        secure_cookies: false,
        anonymous_filing: true,
        demo_logins: logins
            .into_iter()
            .map(|login| DemoLogin { role: login.role, login: login.login, password: login.password })
            .collect(),
        time_zone: TimeZone::get("Europe/Moscow")?,
        ..Config::default()
    };
    let stop = AtomicBool::new(false);
    std::thread::scope(|scope| -> Result<(), Box<dyn Error>> {
        scope.spawn(|| {
            let counts = Arc::new(LiveCounts::default());
            if let Err(why) = rehearsal::live_trade(&centre, &generator, 0, rate, &counts, &stop) {
                eprintln!("{why}");
            }
        });
        scope.spawn(|| {
            if let Err(why) = rehearsal::officers_decide(&centre, &Officers::default(), &stop) {
                eprintln!("{why}");
            }
        });
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
        let served = runtime.block_on(async {
            let listener = tokio::net::TcpListener::bind(&address).await?;
            println!("http://{}", listener.local_addr()?);
            let stopped = async {
                // Without signals the process just ends: nothing is lost but a temporary directory.
                let _ = tokio::signal::ctrl_c().await;
            };
            web::serve(listener, web::router(centre.clone(), config), stopped).await
        });
        stop.store(true, Ordering::Relaxed);
        Ok(served?)
    })?;
    centre.stop();
    Ok(())
}

/// Files the documents written by hand, which have what generated ones have not.
fn file_fixtures(centre: &Centre) -> Result<(), Box<dyn Error>> {
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("../wire/fixtures");
    for entry in std::fs::read_dir(fixtures)? {
        let bytes = std::fs::read(entry?.path())?;
        let account = centre::account_of("declarant");
        match centre.submit(Submission { bytes, seal: None, account, standing: Standing::Operator }) {
            Ok(outcome) => println!("{} {}", outcome.case.id, outcome.case.state.as_str()),
            Err(why) => println!("{why}"),
        }
    }
    Ok(())
}
