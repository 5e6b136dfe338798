//! `list` and `show`.

use std::process::ExitCode;

use centre::ProfileAsk;
use serde_json::{Map, Value};
use web::{ProfileHeadObject, ProfileObject};

use super::{address, no_such, object_of, word};
use crate::cli::{Language, PlaceArgs};
use crate::commands::check::print_json;
use crate::exit::{DONE, Failure};
use crate::output::say;
use crate::remote::Remote;
use crate::{Done, embedded};

pub(super) fn remote(place: &PlaceArgs) -> Result<Option<Remote>, Failure> {
    place.to.as_ref().map(|url| Remote::new(url, place.token.as_deref(), Language::En)).transpose()
}

/// Lists profiles.
pub(super) fn list(state: &str, json: bool, place: &PlaceArgs) -> Done {
    let wanted = match state {
        "" => None,
        state => Some(state.parse().map_err(|why| Failure::usage(format!("--state: {why}")))?),
    };
    match remote(place)? {
        Some(remote) => {
            let mut after = String::new();
            loop {
                let query = [("state", state.to_owned()), ("after", after.clone())];
                let page = remote.get_object_of("/api/v1/profiles", &query)?;
                let heads = page.get("profiles").and_then(Value::as_array).cloned().unwrap_or_default();
                heads.iter().filter_map(Value::as_object).try_for_each(|head| tell(head, json))?;
                match page.get("next").and_then(Value::as_str) {
                    Some(next) => next.clone_into(&mut after),
                    None => break,
                }
            }
        }
        None => {
            let centre = embedded::open_existing(&place.data)?;
            let mut ask =
                ProfileAsk { state: wanted, limit: centre::PROFILES_PAGE_MAX, ..ProfileAsk::default() };
            loop {
                let page = centre.profiles(&ask)?;
                for head in page.profiles.iter().flatten() {
                    let head = serde_json::to_value(ProfileHeadObject::from(head));
                    let head = head.map_err(|why| Failure::failed(why.to_string()))?;
                    head.as_object().map_or(Ok(()), |head| tell(head, json))?;
                }
                match page.next {
                    Some(next) => ask.after = Some(next),
                    None => break,
                }
            }
            centre.stop();
        }
    }
    Ok(ExitCode::from(DONE))
}

/// A version on one line.
fn tell(head: &Map<String, Value>, json: bool) -> Result<(), Failure> {
    if json {
        return print_json(head);
    }
    let version = head.get("version").and_then(Value::as_u64).unwrap_or_default();
    let title =
        head.get("title").and_then(|title| title.get("en")).and_then(Value::as_str).unwrap_or_default();
    say!(
        "{:20} {version:>3} {:10} {:7} {title}",
        word(head, "number"),
        word(head, "state"),
        word(head, "lane")
    );
    Ok(())
}

/// Shows one profile.
pub(super) fn show(number: &str, version: Option<u32>, history: bool, json: bool, place: &PlaceArgs) -> Done {
    let object = match remote(place)? {
        Some(remote) => {
            let address = address(number);
            let path =
                version.map_or_else(|| address.clone(), |version| format!("{address}/versions/{version}"));
            remote.get_object(&path)?
        }
        None => {
            let centre = embedded::open_existing(&place.data)?;
            let file = centre.profile_file(number)?.ok_or_else(|| no_such(number))?;
            let shown = centre.profile_version(number, version.unwrap_or(file.shown()))?;
            let object = object_of(&ProfileObject::new(&file, shown.ok_or_else(|| no_such(number))?))?;
            centre.stop();
            object
        }
    };
    if json {
        print_json(&object)?;
    } else if history {
        let acts = object.get("acts").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        for act in acts.iter().filter_map(Value::as_object) {
            let number = |key: &str| act.get(key).and_then(Value::as_u64).unwrap_or_default();
            let day =
                act.get("day").and_then(Value::as_str).map(|day| format!(" from {day}")).unwrap_or_default();
            let reason = word(act, "reason");
            let because = if reason.is_empty() { String::new() } else { format!(": {reason}") };
            say!(
                "{}  version {}  {:8} {:10} by {}{day}{because}  (leaf {})",
                word(act, "at"),
                number("version"),
                word(act, "deed"),
                word(act, "to"),
                if word(act, "by").is_empty() { "its day" } else { word(act, "by") },
                number("leaf"),
            );
        }
    } else {
        say!("{}", word(&object, "source").trim_end());
    }
    Ok(ExitCode::from(DONE))
}
