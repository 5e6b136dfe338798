//! `greenlane generate`: realistic signed declarations.

use std::process::ExitCode;
use std::sync::Arc;

use rehearsal::{Generator, Plan};

use crate::Done;
use crate::cli::GenerateArgs;
use crate::commands::replay::progress_bar;
use crate::exit::{DONE, Failure};
use crate::output::say;

/// The most that is generated in one go.
const COUNT_MAX: u64 = 10_000_000;
/// The most lines of goods on average: the form has 999.
const ITEMS_MEAN_MAX: f64 = 100.0;

/// Runs the command.
pub fn run(args: &GenerateArgs) -> Done {
    if args.count > COUNT_MAX {
        return Err(Failure::usage(format!("{}: at most {COUNT_MAX} at once", args.count)));
    }
    if !(1.0..=ITEMS_MEAN_MAX).contains(&args.items) {
        return Err(Failure::usage(format!("--items {}: 1 to {ITEMS_MEAN_MAX}", args.items)));
    }
    let occupied = std::fs::read_dir(&args.out).is_ok_and(|mut entries| entries.next().is_some());
    if occupied {
        return Err(Failure::usage(format!("{} is not empty", args.out.display()))
            .hint("give a new directory: keys and seals of two runs must not mix"));
    }
    let day = args.day.unwrap_or_else(|| jiff::Zoned::now().date());
    let plan = Plan { items_mean: args.items, ..Plan::usual(args.count, args.seed, day) };
    let reference = Arc::clone(centre::starter_world()?.reference());
    let failed = |why: &dyn std::fmt::Display| Failure::failed(why.to_string());
    let authority = seal::Authority::generate("Greenlane rehearsal authority").map_err(|why| failed(&why))?;
    let generator = Generator::new(plan, reference, Some(authority)).map_err(|why| failed(&why))?;
    let bar = progress_bar("declarations");
    let written = rehearsal::write_dir(&generator, &args.out, |done, total| {
        bar.set_length(total);
        bar.set_position(done);
    });
    bar.finish_and_clear();
    let written = written.map_err(|why| failed(&why))?;
    say!(
        "{} declarations with {} items of {} firms in {}, each with its seal",
        written.declarations,
        written.items,
        written.participants,
        args.out.display()
    );
    for (mistake, count) in &written.mistakes {
        say!("  with {mistake}: {count}");
    }
    say!("authority.pem, participants.csv and accounts.csv are what a centre needs to know of the firms");
    Ok(ExitCode::from(DONE))
}
