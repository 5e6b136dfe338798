//! Whole rehearsals over a real store: measurement, population, live trade.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use centre::{Centre, Options};
use clearance::State;
use greenlane_rehearsal::{
    Generator, HUMAN_OFFICER, IntakeBench, LiveCounts, MistakeShares, Officers, Plan, Population,
    ReferenceBench, enrol_filers, live_trade, officers_decide, populate, render_intake, render_reference,
};
use jiff::Timestamp;
use reference::Reference;
use store::Role;
use store_sqlite::SqliteStore;

#[test]
fn an_intake_is_measured_and_everything_is_answered() {
    let dir = tempfile::tempdir().unwrap();
    let bench =
        IntakeBench { declarations: 150, items_mean: 4.0, ..IntakeBench::usual(dir.path().join("bench")) };
    let mut phases = BTreeMap::new();
    let report = bench
        .run(|phase, done, _| {
            phases.insert(phase.to_owned(), done);
        })
        .unwrap();
    assert_eq!(report.declarations, 150);
    assert_eq!(report.outcomes.values().sum::<u64>(), 150, "{:?}", report.outcomes);
    // Most trade is clean and goes through by itself.
    let released = report.outcomes.get("released").copied().unwrap_or_default();
    assert!(released > 75, "{:?}", report.outcomes);
    assert!(report.records > report.items + 5 * report.declarations, "{report:?}");
    assert!(report.p50_ms > 0.0 && report.p50_ms <= report.p99_ms && report.p99_ms <= report.max_ms);
    assert!(report.share_of_limit > 0.0 && report.declarations_per_s > 0.0);
    for stage in ["read", "seal", "check", "duty", "risk", "compress", "settle_cpu", "assess_cpu"] {
        assert!(report.stages.contains_key(stage), "{stage} of {:?}", report.stages);
    }
    assert!(phases.contains_key("generate") && phases.contains_key("file"), "{phases:?}");
    let json = serde_json::to_value(&report).unwrap();
    for key in [
        "declarations",
        "items",
        "records",
        "seconds",
        "declarations_per_s",
        "records_per_s",
        "p50_ms",
        "p99_ms",
        "cpu_seconds",
        "peak_rss_mb",
    ] {
        assert!(json[key].is_number(), "{key}");
    }
    let table = render_intake(&report);
    println!("{table}");
    assert!(table.contains("declarations per second") && table.contains("released"), "{table}");
}

#[test]
fn worlds_are_swapped_under_load_and_no_decision_mixes_them() {
    let dir = tempfile::tempdir().unwrap();
    let bench = ReferenceBench {
        declarations: 800,
        items_mean: 2.0,
        pairs: 2,
        swap_every: Duration::from_millis(300),
        ..ReferenceBench::usual(dir.path().join("bench"))
    };
    let report = bench.run(|_, _, _| {}).unwrap();
    let kinds: Vec<(&str, u64)> = report.import.kinds.iter().map(|kind| (kind.kind, kind.rows)).collect();
    assert_eq!(kinds, [("tnved", 13_289), ("countries", 249), ("currencies", 178), ("exchange", 365 * 43)]);
    assert!(report.broken_row.refused && report.broken_row.world_unchanged, "{:?}", report.broken_row);
    assert!(report.search.found > 200 && report.search.max_ms > 0.0, "{:?}", report.search);
    assert_eq!((report.swap.violations, report.replay.differing), (0, 0), "{report:?}");
    assert!(report.replay.root_matches && report.replay.filings > 600, "{report:?}");
    assert!(report.swap.swaps.swaps >= 1 && report.swap.worlds_deciding >= 2, "{:?}", report.swap);
    assert_eq!(report.swap.outcomes.values().sum::<u64>(), 800);
    let json = serde_json::to_value(&report).unwrap();
    for key in
        ["declarations", "items", "records", "seconds", "p50_ms", "p99_ms", "cpu_seconds", "peak_rss_mb"]
    {
        assert!(json[key].is_number(), "{key}");
    }
    let table = render_reference(&report);
    println!("{table}");
    assert!(table.contains("tnved") && table.contains("worlds that decided filings"), "{table}");
}

#[test]
fn live_trade_is_filed_and_decided() {
    const JURISDICTION: &str = "eaeu-ru";
    let dir = tempfile::tempdir().unwrap();
    let reference = Arc::new(Reference::starter().unwrap());
    let day = greenlane_rehearsal::today(&reference, JURISDICTION, Timestamp::now());
    let plan = Plan { items_mean: 3.0, mistakes: MistakeShares::usual(), ..Plan::usual(0, 9, day) };
    let authority = seal::Authority::generate("Rehearsal").unwrap();
    let generator = Generator::new(plan, reference, Some(authority)).unwrap();
    let options = Options { anchors_pem: generator.authority_pem().unwrap(), ..Options::default() };
    let store = Arc::new(SqliteStore::open(dir.path()).unwrap());
    let centre = Centre::open(store, options).unwrap();
    let population = Population {
        jurisdiction: JURISDICTION.into(),
        traders: 50,
        password: Some("rehearsal-only".into()),
        users: true,
    };
    let logins = populate(&centre, &population).unwrap();
    assert_eq!(logins.iter().map(|login| login.role).collect::<Vec<_>>(), Role::ALL);
    let (_, identity) = centre.login(HUMAN_OFFICER, "rehearsal-only").unwrap();
    assert_eq!(identity.role, Role::Officer);
    assert!(centre.store().officers().unwrap().len() >= 8);
    assert!(enrol_filers(&centre, &generator, 200).unwrap() > 50);

    let (stop, rest) = (AtomicBool::new(false), AtomicBool::new(false));
    let counts = Arc::new(LiveCounts::default());
    let takes = (Duration::ZERO, Duration::from_millis(1));
    let officers = Officers { takes, ..Officers::default() };
    let (filed, decided) = std::thread::scope(|scope| {
        let deciding = scope.spawn(|| officers_decide(&centre, &officers, &rest).unwrap());
        let filing = scope.spawn(|| live_trade(&centre, &generator, 0, 1_000.0, &counts, &stop).unwrap());
        let begun = Instant::now();
        let decided_by_officer = || {
            let board = centre.board().unwrap();
            board.outcomes.iter().any(|sum| sum.decided_by == "officer")
        };
        while (counts.filed.load(Ordering::Relaxed) < 200 || !decided_by_officer())
            && begun.elapsed() < Duration::from_secs(60)
        {
            std::thread::yield_now();
        }
        stop.store(true, Ordering::Relaxed);
        let filed = filing.join().unwrap();
        rest.store(true, Ordering::Relaxed);
        (filed, deciding.join().unwrap())
    });
    centre.stop();
    assert!(filed >= 200 && decided > 0, "{filed} filed, {decided} decided");
    let answered = counts.answered.load(Ordering::Relaxed);
    let turned_away = counts.turned_away.load(Ordering::Relaxed) + counts.busy.load(Ordering::Relaxed);
    assert_eq!(answered + turned_away, filed, "{counts:?}");
    let states: BTreeMap<State, u64> = centre.store().state_counts().unwrap().into_iter().collect();
    assert_eq!(states.values().sum::<u64>(), answered);
    assert!(states.get(&State::Released).copied().unwrap_or_default() > 0, "{states:?}");
}
