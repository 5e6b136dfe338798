//! `greenlane bench`, and the client of the crash rehearsal.

use std::process::ExitCode;

use indicatif::ProgressBar;
use rehearsal::{
    BacktestBench, CategoriesBench, DrawBench, DutyBench, IntakeBench, LearningBench, LogBench, PricesBench,
    ReferenceBench, RiskBench, SealBench, WireBench,
};
use serde_json::json;

use crate::Done;
use crate::cli::{BenchArgs, BenchWhat, CrashArgs};
use crate::commands::check::print_json;
use crate::commands::replay::progress_bar;
use crate::exit::{DONE, Failure, REFUSED};
use crate::files::Temporary;
use crate::output::say;

/// Declarations filed, or leaves appended, unless told otherwise.
const DECLARATIONS_USUAL: u64 = 20_000;
/// The most participants that are made up: each is kept in memory.
const PARTICIPANTS_MAX: u64 = 10_000_000;
/// The most facts about them: each is kept in memory, too, for the plain computation.
const FACTS_MAX: u64 = 200_000_000;

/// Runs a benchmark.
pub fn run(args: &BenchArgs) -> Done {
    let bar = progress_bar("");
    let progress = |stage: &str, done: u64, total: u64| {
        bar.set_message(stage.to_owned());
        bar.set_length(total);
        bar.set_position(done);
    };
    let failed = |why: rehearsal::RehearsalError| Failure::failed(why.to_string());
    match args.what {
        BenchWhat::Intake => {
            let temporary = Temporary::make("bench")?;
            let bench = IntakeBench {
                declarations: args.declarations.unwrap_or(DECLARATIONS_USUAL),
                items_mean: args.items,
                concurrency: args.concurrency,
                ..IntakeBench::usual(args.dir.clone().unwrap_or_else(|| temporary.path().to_owned()))
            };
            let report = bench.run(progress).map_err(failed)?;
            bar.finish_and_clear();
            if args.json { print_json(&report)? } else { say!("{}", rehearsal::render_intake(&report)) }
        }
        BenchWhat::Reference => {
            let temporary = Temporary::make("bench")?;
            let usual =
                ReferenceBench::usual(args.dir.clone().unwrap_or_else(|| temporary.path().to_owned()));
            let bench = ReferenceBench {
                codes: args.codes.clone(),
                declarations: args.declarations.unwrap_or(usual.declarations),
                items_mean: args.items,
                concurrency: args.concurrency,
                ..usual
            };
            let report = bench.run(progress).map_err(failed)?;
            bar.finish_and_clear();
            if args.json { print_json(&report)? } else { say!("{}", rehearsal::render_reference(&report)) }
        }
        BenchWhat::Duty => {
            let items = (args.declarations.unwrap_or(DECLARATIONS_USUAL) as f64 * args.items.max(1.0)) as u64;
            let bench = DutyBench { items, items_mean: args.items, ..DutyBench::default() };
            let report = bench.run(progress).map_err(failed)?;
            bar.finish_and_clear();
            if args.json { print_json(&report)? } else { say!("{}", rehearsal::render_duty(&report)) }
        }
        BenchWhat::Draw => {
            let usual = DrawBench::default();
            let declarations = args.declarations.unwrap_or(usual.declarations);
            let report = DrawBench { declarations, ..usual }.run(progress);
            bar.finish_and_clear();
            if args.json { print_json(&report)? } else { say!("{}", rehearsal::render_draw(&report)) }
        }
        BenchWhat::Risk => {
            let usual = RiskBench::default();
            let bench = RiskBench {
                profiles: args.profiles,
                // Every declaration has exactly so many.
                items: args.items as usize,
                declarations: args.declarations.map_or(usual.declarations, |count| count as usize),
                ..usual
            };
            let report = bench.run(progress).map_err(failed)?;
            bar.finish_and_clear();
            if args.json { print_json(&report)? } else { say!("{}", rehearsal::render_risk(&report)) }
        }
        BenchWhat::Backtest => {
            let temporary = Temporary::make("bench")?;
            let usual = BacktestBench::usual(args.dir.clone().unwrap_or_else(|| temporary.path().to_owned()));
            let declarations = args.declarations.unwrap_or(usual.declarations);
            let bench = BacktestBench { declarations, items_mean: args.items, ..usual };
            let report = bench.run(progress).map_err(failed)?;
            bar.finish_and_clear();
            if args.json {
                print_json(&report)?
            } else {
                say!("{}", rehearsal::render_backtest(&report))
            }
            return Ok(ExitCode::from(if report.holds() { DONE } else { REFUSED }));
        }
        BenchWhat::Learning => {
            let usual = LearningBench::default();
            let declarations = args.declarations.unwrap_or(usual.declarations);
            let bench = LearningBench { declarations, items_mean: args.items, ..usual };
            let report = bench.run(progress).map_err(failed)?;
            bar.finish_and_clear();
            if args.json {
                print_json(&report)?
            } else {
                say!("{}", rehearsal::render_learning(&report))
            }
            return Ok(ExitCode::from(if report.holds() { DONE } else { REFUSED }));
        }
        BenchWhat::Prices => {
            let usual = PricesBench::default();
            let declarations = args.declarations.unwrap_or(usual.declarations);
            let report = PricesBench { declarations, items_mean: args.items, ..usual }
                .run(progress)
                .map_err(failed)?;
            bar.finish_and_clear();
            if args.json { print_json(&report)? } else { say!("{}", rehearsal::render_prices(&report)) }
        }
        BenchWhat::Categories => {
            let temporary = Temporary::make("bench")?;
            let usual =
                CategoriesBench::usual(args.dir.clone().unwrap_or_else(|| temporary.path().to_owned()));
            let participants = args.participants.unwrap_or(usual.participants).clamp(1, PARTICIPANTS_MAX);
            let facts = args.facts.unwrap_or(usual.facts).clamp(1, FACTS_MAX);
            let bench = CategoriesBench { participants, facts, ..usual };
            let report = bench.run(progress).map_err(failed)?;
            bar.finish_and_clear();
            if args.json {
                print_json(&report)?
            } else {
                say!("{}", rehearsal::render_categories(&report))
            }
            return Ok(ExitCode::from(if report.holds() { DONE } else { REFUSED }));
        }
        BenchWhat::Crash => return crash(args, &bar),
        BenchWhat::Account | BenchWhat::AccountCrash | BenchWhat::AccountVictim => {
            return super::account::bench(args, &bar);
        }
        BenchWhat::Score => return super::risk::bench(args, &bar),
        BenchWhat::Log => {
            let bench =
                LogBench { leaves: args.declarations.unwrap_or(DECLARATIONS_USUAL), ..LogBench::default() };
            let report = bench.run(progress).map_err(failed)?;
            bar.finish_and_clear();
            if args.json { print_json(&report)? } else { say!("{}", rehearsal::render_log(&report)) }
        }
        BenchWhat::Seal => {
            let report = SealBench::default().run(progress).map_err(failed)?;
            bar.finish_and_clear();
            if args.json { print_json(&report)? } else { say!("{}", rehearsal::render_seal(&report)) }
        }
        BenchWhat::Wire => {
            let bench =
                WireBench { file: args.file.clone(), schema: args.schema.clone(), ..WireBench::default() };
            let report = bench.run(progress).map_err(failed)?;
            bar.finish_and_clear();
            if args.json { print_json(&report)? } else { say!("{}", rehearsal::render_wire(&report)) }
        }
    }
    Ok(ExitCode::from(DONE))
}

/// Kills this very program again and again while it files, and verifies what is left.
fn crash(args: &BenchArgs, bar: &ProgressBar) -> Done {
    let temporary = Temporary::make("crash")?;
    let dir = args.dir.as_deref().unwrap_or(temporary.path());
    let binary = std::env::current_exe().map_err(|why| Failure::failed(why.to_string()))?;
    bar.set_length(u64::from(args.rounds));
    let (mut kills, mut acknowledged, mut cases, mut faults) = (0, 0, 0, Vec::new());
    while kills < args.rounds {
        let rounds = (args.rounds - kills).min(ROUNDS_PER_STORE);
        let place = dir.join(format!("from-{}", kills + 1));
        std::fs::create_dir_all(&place)
            .map_err(|why| Failure::failed(format!("{}: {why}", place.display())))?;
        let seed = CRASH_SEED + u64::from(kills);
        let done = rehearsal::crash_rounds(&binary, &place, rounds, seed, |round, report| {
            bar.set_position(u64::from(kills + round));
            bar.set_message(format!("kills, {} acknowledged", report.acknowledged));
        })
        .map_err(|why| Failure::failed(why.to_string()))?;
        kills += rounds;
        acknowledged += done.last.acknowledged;
        cases += done.last.cases;
        faults.extend(done.last.faults);
    }
    bar.finish_and_clear();
    if args.json {
        print_json(&json!({"kills": kills, "acknowledged": acknowledged, "cases": cases, "faults": faults}))?;
    } else {
        say!(
            "{kills} kills: {acknowledged} filings acknowledged, {cases} cases stored, {} faults",
            faults.len()
        );
        for fault in &faults {
            say!("  {fault}");
        }
    }
    Ok(ExitCode::from(if faults.is_empty() { DONE } else { REFUSED }))
}

/// Kills of one store before the next begins anew: everything in it is verified after each kill, which
/// takes longer the more there is.
const ROUNDS_PER_STORE: u32 = 20;
/// The seed of the crash rehearsal.
const CRASH_SEED: u64 = 2026;

/// Files generated declarations until killed.
pub fn crash_client(args: &CrashArgs) -> Done {
    rehearsal::crash_client(&args.data, &args.journal, args.seed, args.most)
        .map_err(|why| Failure::failed(why.to_string()))?;
    Ok(ExitCode::from(DONE))
}
