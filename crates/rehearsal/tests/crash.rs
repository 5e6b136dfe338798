//! Kill -9 in the middle of filing, again and again: no promise is broken.
//!
//! A program of its own, because it runs itself as the child that is killed. The number of rounds comes
//! from `GREENLANE_CRASH_ROUNDS`.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use greenlane_rehearsal::{crash_client, crash_rounds};

/// Rounds where nobody says otherwise: a few seconds.
const ROUNDS: u32 = 4;
/// More than a child files before it is killed.
const MOST: u64 = 1_000_000;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let result = match arguments.first().map(String::as_str) {
        Some("rehearse-crash") => child(&arguments),
        // What test runners ask a test program; none of its tests is ignored.
        _ if arguments.iter().any(|argument| argument == "--list") => {
            if !arguments.iter().any(|argument| argument == "--ignored") {
                println!("crash_rounds: test");
            }
            Ok(())
        }
        _ => parent(),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("{why}");
            ExitCode::FAILURE
        }
    }
}

fn child(arguments: &[String]) -> Result<(), String> {
    let value = |name: &str| {
        let at = arguments.iter().position(|argument| argument == name);
        at.and_then(|at| arguments.get(at + 1)).cloned().ok_or(format!("{name} is missing"))
    };
    let seed = value("--seed")?.parse().map_err(|_| "--seed is no number".to_owned())?;
    let (data, journal) = (PathBuf::from(value("--data")?), PathBuf::from(value("--journal")?));
    crash_client(&data, &journal, seed, MOST).map_err(|why| why.to_string())
}

fn parent() -> Result<(), String> {
    let rounds =
        std::env::var("GREENLANE_CRASH_ROUNDS").ok().and_then(|text| text.parse().ok()).unwrap_or(ROUNDS);
    let said = |why: &dyn std::fmt::Display| why.to_string();
    let binary = std::env::current_exe().map_err(|why| said(&why))?;
    let dir = tempfile::tempdir().map_err(|why| said(&why))?;
    let report = crash_rounds(&binary, dir.path(), rounds, 42, |round, report| {
        eprintln!(
            "round {round}: {} acknowledged, {} cases, {} steps, {} faults",
            report.acknowledged,
            report.cases,
            report.steps,
            report.faults.len()
        );
    });
    let report = report.map_err(|why| said(&why))?;
    if !report.last.holds() {
        return Err(report.last.faults.join("\n"));
    }
    if report.last.cases == 0 || report.last.refiled == 0 {
        return Err(format!("nothing was filed: {report:?}"));
    }
    damage_is_found(dir.path())?;
    println!("crash_rounds: ok, {report:?}");
    Ok(())
}

/// The judge itself: a promise that was never made is told from one that was kept.
fn damage_is_found(dir: &Path) -> Result<(), String> {
    let journal = dir.join("journal");
    let text = std::fs::read_to_string(&journal).map_err(|why| why.to_string())?;
    let broken = text.replacen("\treleased\n", "\trelease_refused\n", 1);
    if broken == text {
        return Err("no case was released".to_owned());
    }
    std::fs::write(&journal, broken).map_err(|why| why.to_string())?;
    let report = greenlane_rehearsal::verify_after_crash(&dir.join("data"), &journal, 42, 0);
    let report = report.map_err(|why| why.to_string())?;
    if report.holds() { Err("a broken promise was not found".to_owned()) } else { Ok(()) }
}
