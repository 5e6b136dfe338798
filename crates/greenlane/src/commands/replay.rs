//! `greenlane replay`: every decision made again and compared.

use std::process::ExitCode;

use indicatif::{ProgressBar, ProgressStyle};
use serde_json::json;

use crate::cli::ReplayArgs;
use crate::commands::check::print_json;
use crate::exit::{DONE, REFUSED};
use crate::output::say;
use crate::{Done, embedded};

/// Runs the command.
pub fn run(args: &ReplayArgs) -> Done {
    let centre = embedded::open_existing(&args.data)?;
    let bar = progress_bar("steps");
    let report = centre.replay(|done, total| {
        bar.set_length(total);
        bar.set_position(done);
    })?;
    bar.finish_and_clear();
    centre.stop();
    if args.json {
        let differing: Vec<_> = report
            .differing
            .iter()
            .map(|found| json!({"leaf": found.leaf, "case": found.case.map(|id| id.to_string()), "why": found.why}))
            .collect();
        print_json(&json!({
            "steps": report.steps,
            "decisions": report.filings,
            "differing": differing,
            "root_matches": report.root_matches,
        }))?;
    } else {
        say!(
            "{} steps made again, {} of them filings; {} differ; the log's root {}",
            report.steps,
            report.filings,
            report.differing.len(),
            if report.root_matches { "matches" } else { "DOES NOT MATCH" },
        );
        for found in &report.differing {
            let case = found.case.map_or_else(|| "system".to_owned(), |id| id.to_string());
            say!("  leaf {} case {case}: {}", found.leaf, found.why);
        }
    }
    let sound = report.differing.is_empty() && report.root_matches;
    Ok(ExitCode::from(if sound { DONE } else { REFUSED }))
}

/// A bar on standard error for long commands.
pub fn progress_bar(what: &str) -> ProgressBar {
    let style = ProgressStyle::with_template("{wide_bar} {pos}/{len} {msg} {per_sec} eta {eta}");
    let bar = ProgressBar::new(0).with_message(what.to_owned());
    match style {
        Ok(style) => bar.with_style(style),
        Err(_) => bar,
    }
}
