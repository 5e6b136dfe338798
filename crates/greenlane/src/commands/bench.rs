//! `greenlane bench`, and the client of the crash rehearsal.

use std::process::ExitCode;

use rehearsal::{IntakeBench, LogBench};

use crate::Done;
use crate::cli::{BenchArgs, BenchWhat, CrashArgs};
use crate::commands::check::print_json;
use crate::commands::replay::progress_bar;
use crate::exit::{DONE, Failure};
use crate::files::Temporary;
use crate::output::say;

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
                declarations: args.declarations,
                items_mean: args.items,
                concurrency: args.concurrency,
                ..IntakeBench::usual(args.dir.clone().unwrap_or_else(|| temporary.path().to_owned()))
            };
            let report = bench.run(progress).map_err(failed)?;
            bar.finish_and_clear();
            if args.json { print_json(&report)? } else { say!("{}", rehearsal::render_intake(&report)) }
        }
        BenchWhat::Log => {
            let bench = LogBench { leaves: args.declarations, ..LogBench::default() };
            let report = bench.run(progress).map_err(failed)?;
            bar.finish_and_clear();
            if args.json { print_json(&report)? } else { say!("{}", rehearsal::render_log(&report)) }
        }
    }
    Ok(ExitCode::from(DONE))
}

/// Files generated declarations until killed.
pub fn crash_client(args: &CrashArgs) -> Done {
    rehearsal::crash_client(&args.data, &args.journal, args.seed, args.most)
        .map_err(|why| Failure::failed(why.to_string()))?;
    Ok(ExitCode::from(DONE))
}
