//! `greenlane profile`: risk profiles in force, and on trial.

mod backtest;

use std::process::ExitCode;

use serde_json::json;

use crate::cli::{ProfileArgs, ProfileCommand};
use crate::commands::check::print_json;
use crate::exit::{DONE, Failure};
use crate::output::say;
use crate::{Done, embedded};

/// Runs the command.
pub fn run(args: &ProfileArgs) -> Done {
    match &args.command {
        ProfileCommand::Add { file, data } => {
            let source = std::fs::read_to_string(file)
                .map_err(|why| Failure::refused(format!("{}: {why}", file.display())))?;
            let centre = embedded::open_for_command(data, None)?;
            let profile = centre
                .add_profile(&source)
                .map_err(|why| Failure::refused(format!("{}: {why}", file.display())))?;
            centre.stop();
            say!("{} {} is in force", profile.number, profile.title.en);
            Ok(ExitCode::from(DONE))
        }
        ProfileCommand::List { data, json } => {
            let centre = embedded::open_existing(data)?;
            for profile in centre.world().rules().profiles() {
                if *json {
                    print_json(&json!({
                        "number": profile.number, "title": profile.title, "lane": profile.lane, "area": profile.area,
                    }))?;
                } else {
                    say!("{:16} {:7} {}", profile.number, profile.lane.as_str(), profile.title.en);
                }
            }
            centre.stop();
            Ok(ExitCode::from(DONE))
        }
        ProfileCommand::Backtest(args) => backtest::run(args),
    }
}
