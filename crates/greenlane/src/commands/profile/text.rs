//! `add` and `test`: what begins with a file.

use std::path::Path;
use std::process::ExitCode;

use centre::Checked;
use risk::ProfileError;
use serde_json::{Map, Value, json};
use web::{AdviceObject, ProfileFaultObject};

use super::word;
use crate::cli::{DataArgs, Language};
use crate::commands::check::print_json;
use crate::commands::submit::language_tag;
use crate::exit::{DONE, Failure, REFUSED};
use crate::output::say;
use crate::remote::Remote;
use crate::{Done, embedded};

/// Reads the text of a profile.
pub(super) fn read(file: &Path) -> Result<String, Failure> {
    let unreadable = |why: std::io::Error| Failure::refused(format!("{}: {why}", file.display()));
    let size = std::fs::metadata(file).map_err(unreadable)?.len();
    if size > risk::PROFILE_BYTES_MAX as u64 {
        return Err(Failure::refused(format!(
            "{}: a profile has at most {} bytes",
            file.display(),
            risk::PROFILE_BYTES_MAX
        )));
    }
    std::fs::read_to_string(file).map_err(unreadable)
}

/// Takes a profile into force on the data directory.
pub(super) fn add(file: &Path, data: &DataArgs) -> Done {
    let source = read(file)?;
    let centre = embedded::open_for_command(data, None)?;
    let profile =
        centre.add_profile(&source).map_err(|why| Failure::refused(format!("{}: {why}", file.display())))?;
    centre.stop();
    say!("{} {} is in force", profile.number, profile.title.en);
    Ok(ExitCode::from(DONE))
}

/// Says what is wrong with a profile, and what its author would want to know; with a data directory, given the
/// profiles that are in force there.
pub(super) fn test(file: &Path, data: Option<&Path>, json: bool, language: Language) -> Done {
    let source = read(file)?;
    let checked = match data {
        Some(data) => {
            let centre = embedded::open_existing(&DataArgs { data: Some(data.to_owned()) })?;
            let checked = centre.check_profile(&source);
            centre.stop();
            checked
        }
        None => Checked::alone(&source, jiff::Zoned::now().date()),
    };
    let errors = &checked.errors;
    if json {
        let told: Vec<_> =
            errors.iter().map(|error| ProfileFaultObject::new(error, language_tag(language))).collect();
        let number = checked.profile.as_ref().map(|profile| profile.number.as_str());
        let tag = language_tag(language);
        let advice: Vec<_> = checked.advice.iter().map(|advice| AdviceObject::new(advice, tag)).collect();
        print_json(&json!({ "ok": told.is_empty(), "number": number, "errors": told, "advice": advice }))?;
    } else {
        for error in errors {
            say!("{}", told(file, &source, error, language));
        }
        if let Some(profile) = &checked.profile {
            say!("{} {}: no errors", profile.number, language.of(&profile.title));
        }
        for advice in &checked.advice {
            say!(
                "  {} {}: {}; {}",
                advice.code,
                advice.field,
                language.of(&advice.text),
                language.of(&advice.cure)
            );
        }
    }
    Ok(ExitCode::from(if errors.is_empty() { DONE } else { REFUSED }))
}

/// The same, asked of a running centre.
pub(super) fn test_at(file: &Path, url: &str, token: Option<&str>, json: bool, language: Language) -> Done {
    let source = read(file)?;
    let remote = Remote::new(url, token, language)?;
    let checked = remote.send("/api/v1/profiles/check", &[], "application/toml", source.as_bytes())?;
    let errors = rows(&checked, "errors");
    if json {
        print_json(&checked)?;
    } else {
        for error in &errors {
            let number = |key: &str| {
                let number = error.get(key).and_then(Value::as_u64);
                number.and_then(|number| u32::try_from(number).ok()).unwrap_or_default()
            };
            let place = (number("line"), number("column"));
            let words = format!(
                "{} {}: {}; {}",
                word(error, "code"),
                word(error, "field"),
                word(error, "text"),
                word(error, "cure")
            );
            say!("{}", pointed(file, &source, place, &words));
        }
        if errors.is_empty() {
            say!("{}: no errors", word(&checked, "number"));
        }
        for advice in rows(&checked, "advice") {
            let said = |key: &str| word(advice, key).to_owned();
            say!("  {} {}: {}; {}", said("code"), said("field"), said("text"), said("cure"));
        }
    }
    Ok(ExitCode::from(if errors.is_empty() { DONE } else { REFUSED }))
}

/// The objects of a list.
fn rows<'o>(object: &'o Map<String, Value>, key: &str) -> Vec<&'o Map<String, Value>> {
    let rows = object.get(key).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    rows.iter().filter_map(Value::as_object).collect()
}

/// A mistake with its line and a caret under the place.
pub(super) fn told(file: &Path, source: &str, error: &ProfileError, language: Language) -> String {
    let words =
        format!("{} {}: {}; {}", error.code, error.field, language.of(&error.text), language.of(&error.cure));
    pointed(file, source, (error.line, error.column), &words)
}

/// Words about a place of a text, with its line and a caret under it.
fn pointed(file: &Path, source: &str, (at, column): (u32, u32), words: &str) -> String {
    let line = source.lines().nth(at.saturating_sub(1) as usize).unwrap_or_default();
    let before = line.chars().take(column.saturating_sub(1) as usize);
    let blanks: String = before.map(|c| if c == '\t' { '\t' } else { ' ' }).collect();
    format!("{}:{at}:{column}: {words}\n  {line}\n  {blanks}^", file.display())
}
