//! `greenlane receipt` and `greenlane verify`.

use std::process::ExitCode;

use log::{Receipt, Vkey};

use crate::cli::{ShowArgs, VerifyArgs};
use crate::commands::show::{case_id, path_of};
use crate::exit::{DONE, Failure, REFUSED};
use crate::output::say;
use crate::remote::Remote;
use crate::{Done, embedded};

/// Prints the receipt of a case.
pub fn receipt(args: &ShowArgs) -> Done {
    let text = match &args.place.to {
        Some(url) => {
            let remote = Remote::new(url, args.place.token.as_deref(), args.speech.language)?;
            remote.get(&format!("{}/receipt", path_of(&args.case)))?
        }
        None => {
            let centre = embedded::open_existing(&args.place.data)?;
            let id = case_id(&centre, &args.case)?;
            let text = centre.receipt(id)?.to_text();
            centre.stop();
            text
        }
    };
    crate::output::print(format_args!("{text}"));
    Ok(ExitCode::from(DONE))
}

/// Verifies receipts; needs nothing but the files.
pub fn verify(args: &VerifyArgs) -> Done {
    let key = match &args.key {
        None => None,
        Some(text) => {
            Some(text.trim().parse::<Vkey>().map_err(|why| Failure::usage(format!("--key: {why}")))?)
        }
    };
    let mut all_hold = true;
    let holds = if key.is_some() { "holds" } else { "holds under its own key" };
    for path in &args.receipts {
        let file = path.display();
        match check(path, key.as_ref()) {
            Ok(said) => say!("{file}  {holds}  {said}"),
            Err(why) => {
                all_hold = false;
                say!("{file}  DOES NOT HOLD  {why}");
            }
        }
    }
    if all_hold && key.is_none() {
        eprintln!(
            "note: each receipt was verified under the key it names itself; give --key to pin the log's key"
        );
    }
    Ok(ExitCode::from(if all_hold { DONE } else { REFUSED }))
}

/// Where the case stands, by its events. What is awaited while an official has it, or after conditional release,
/// does not move it.
fn state_of(verified: &log::Verified) -> &'static str {
    let events = verified.steps.iter().flat_map(|step| &step.events);
    events.fold("-", |stands, event| match event.as_str() {
        "released" => "released",
        "refused" => "release_refused",
        "withdrawn" => "withdrawn",
        "registration_refused" => "refused",
        "routed" => "routed",
        "payment_awaited" | "security_awaited" if stands == "-" => "waiting",
        _ => stands,
    })
}

fn check(path: &std::path::Path, key: Option<&Vkey>) -> Result<String, String> {
    let text = std::fs::read_to_string(path).map_err(|why| format!("cannot be read: {why}"))?;
    let receipt = Receipt::parse(&text).map_err(|why| format!("{}: {why}", why.code()))?;
    let verified = receipt.verify(key).map_err(|why| format!("{}: {why}", why.code()))?;
    Ok(format!(
        "case {} number {} state {} steps {} log {} size {}",
        receipt.case_id(),
        receipt.number().unwrap_or("-"),
        state_of(&verified),
        verified.steps.len(),
        verified.checkpoint.origin,
        verified.checkpoint.size,
    ))
}
