//! `greenlane profile`: risk profiles, their life, and profiles on trial.

mod backtest;
mod effects;
mod life;
mod list;
mod text;

use serde_json::{Map, Value};
use web::ProfileObject;

use crate::Done;
use crate::cli::{ProfileArgs, ProfileCommand};
use crate::exit::Failure;

/// Runs the command.
pub fn run(args: &ProfileArgs) -> Done {
    match &args.command {
        ProfileCommand::Add { file, data } => text::add(file, data),
        ProfileCommand::Test { file, data, to, token, json, speech } => match to {
            Some(url) => text::test_at(file, url, token.as_deref(), *json, speech.language),
            None => text::test(file, data.as_deref(), *json, speech.language),
        },
        ProfileCommand::Draft { file, seen, reason, hand } => life::draft(file, *seen, reason, hand),
        ProfileCommand::Agree(of) => life::go(of, "agree", "", None),
        ProfileCommand::Approve { from, of } => life::go(of, "approve", "", *from),
        ProfileCommand::Return { reason, of } => life::go(of, "return", reason, None),
        ProfileCommand::Cancel { reason, of } => life::go(of, "cancel", reason, None),
        ProfileCommand::Effects { from, until, json, place } => effects::effects(*from, *until, *json, place),
        ProfileCommand::List { state, json, place } => list::list(state, *json, place),
        ProfileCommand::Show { number, of, history, json, place } => {
            list::show(number, *of, *history, *json, place)
        }
        ProfileCommand::Backtest(args) => backtest::run(args),
    }
}

/// Where the API has a profile.
fn address(number: &str) -> String {
    let escaped = number.bytes().map(|byte| match byte {
        b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' => char::from(byte).to_string(),
        other => format!("%{other:02X}"),
    });
    format!("/api/v1/profiles/{}", escaped.collect::<String>())
}

fn object_of(profile: &ProfileObject) -> Result<Map<String, Value>, Failure> {
    match serde_json::to_value(profile) {
        Ok(Value::Object(object)) => Ok(object),
        Ok(_) => Err(Failure::failed("a profile has no JSON form")),
        Err(why) => Err(Failure::failed(why.to_string())),
    }
}

fn no_such(number: &str) -> Failure {
    Failure::refused(format!("there is no profile {number}")).hint("greenlane profile list names them")
}

fn word<'o>(object: &'o Map<String, Value>, key: &str) -> &'o str {
    object.get(key).and_then(Value::as_str).unwrap_or_default()
}
