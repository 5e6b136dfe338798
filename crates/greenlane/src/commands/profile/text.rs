//! `add` and `test`: what begins with a file.

use std::path::Path;
use std::process::ExitCode;

use centre::Checked;
use risk::ProfileError;
use serde_json::json;
use web::{AdviceObject, ProfileFaultObject};

use crate::cli::{DataArgs, Language};
use crate::commands::check::print_json;
use crate::commands::submit::language_tag;
use crate::exit::{DONE, Failure, REFUSED};
use crate::output::say;
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

/// A mistake with its line and a caret under the place.
pub(super) fn told(file: &Path, source: &str, error: &ProfileError, language: Language) -> String {
    let line = source.lines().nth(error.line.saturating_sub(1) as usize).unwrap_or_default();
    let before = line.chars().take(error.column.saturating_sub(1) as usize);
    let blanks: String = before.map(|c| if c == '\t' { '\t' } else { ' ' }).collect();
    format!(
        "{}:{}:{}: {} {}: {}; {}\n  {line}\n  {blanks}^",
        file.display(),
        error.line,
        error.column,
        error.code,
        error.field,
        language.of(&error.text),
        language.of(&error.cure),
    )
}
