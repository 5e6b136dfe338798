//! `greenlane bench`, and the client of the crash rehearsal.

use std::process::ExitCode;

use crate::Done;
use crate::cli::{BenchArgs, BenchWhat, CrashArgs};
use crate::commands::check::print_json;
use crate::commands::replay::progress_bar;
use crate::exit::{DONE, Failure};

/// Runs a benchmark.
pub fn run(args: &BenchArgs) -> Done {
    let bar = progress_bar("declarations");
    let failed = |why: &dyn std::fmt::Display| Failure::failed(why.to_string());
    match args.what {
        BenchWhat::Intake => {
            let bench = rehearsal::IntakeBench {
                declarations: args.declarations,
                items_mean: args.items,
                concurrency: args.concurrency,
                dir: args.dir.clone(),
            };
            let report = bench.run(|stage, done, total| {
                bar.set_message(stage.to_owned());
                bar.set_length(total);
                bar.set_position(done);
            });
            bar.finish_and_clear();
            let report = report.map_err(|why| failed(&why))?;
            if args.json {
                print_json(&report)?;
            } else {
                println!("{}", rehearsal::render(&report));
            }
        }
        BenchWhat::Log => {
            let report = rehearsal::bench_log(args.declarations).map_err(|why| failed(&why))?;
            if args.json {
                print_json(&report)?;
            } else {
                println!("{}", rehearsal::render_log(&report));
            }
        }
    }
    Ok(ExitCode::from(DONE))
}

/// Files generated declarations until killed.
pub fn crash_client(args: &CrashArgs) -> Done {
    rehearsal::crash_client(&args.data, &args.journal, args.seed)
        .map_err(|why| Failure::failed(why.to_string()))?;
    Ok(ExitCode::from(DONE))
}
