//! `greenlane generate`: realistic signed declarations.

use std::process::ExitCode;

use crate::Done;
use crate::cli::GenerateArgs;
use crate::commands::replay::progress_bar;
use crate::exit::{DONE, Failure};

/// The most that is generated in one go.
const COUNT_MAX: u64 = 10_000_000;
/// The most lines of goods on average: the form has 999.
const ITEMS_MEAN_MAX: f64 = 200.0;

/// Runs the command.
pub fn run(args: &GenerateArgs) -> Done {
    if args.count > COUNT_MAX {
        return Err(Failure::usage(format!("{}: at most {COUNT_MAX} at once", args.count)));
    }
    if !(1.0..=ITEMS_MEAN_MAX).contains(&args.items) {
        return Err(Failure::usage(format!("--items {}: 1 to {ITEMS_MEAN_MAX}", args.items)));
    }
    let plan = rehearsal::Plan {
        count: args.count,
        seed: args.seed,
        items_mean: args.items,
        day: args.day.unwrap_or_else(|| jiff::Zoned::now().date()),
        ..rehearsal::Plan::default()
    };
    let bar = progress_bar("declarations");
    bar.set_length(args.count);
    let written = rehearsal::write_dir(&plan, &args.out, |done| bar.set_position(done));
    bar.finish_and_clear();
    let written = written.map_err(|why| Failure::failed(format!("{}: {why}", args.out.display())))?;
    println!(
        "{written} declarations in {out}, each with its seal; authority.pem, participants.csv and accounts.csv \
         are what a centre needs to know of the traders",
        out = args.out.display()
    );
    Ok(ExitCode::from(DONE))
}
