//! `draft`, `agree`, `approve`, `return`, `cancel`: what somebody does with a profile.

use std::path::Path;
use std::process::ExitCode;

use centre::{Centre, DossierError, Identity, ProfileFile};
use clearance::dossier::Wish;
use jiff::civil::Date;
use serde_json::{Map, Value, json};
use web::ProfileObject;

use super::{address, no_such, object_of, text, word};
use crate::cli::{Language, ProfileHandArgs, ProfileMoveArgs};
use crate::exit::{DONE, Failure};
use crate::output::say;
use crate::remote::Remote;
use crate::{Done, embedded};

/// Through what these acts come.
const THROUGH: &str = "command";

fn refused(why: DossierError, language: Language) -> Failure {
    match why {
        DossierError::Refused(why) => {
            Failure::refused(format!("{}: {}", why.code(), language.of(&why.text())))
                .hint(language.of(&why.cure()).to_owned())
        }
        DossierError::Centre(why) => why.into(),
        why @ (DossierError::NotFound | DossierError::Faulty(_)) => Failure::refused(why.to_string()),
    }
}

/// Does something on the data directory in the name of an account; the object of the profile.
fn embedded(
    hand: &ProfileHandArgs,
    work: impl FnOnce(&Centre, &Identity) -> Result<(ProfileFile, u32), DossierError>,
) -> Result<Map<String, Value>, Failure> {
    let login = hand.login.as_deref().ok_or_else(|| {
        Failure::usage("it was not said who does it")
            .hint("give --as LOGIN, or --to URL with a token; `profile add` is the operator's own way")
    })?;
    let centre = embedded::open_existing(&hand.place.data)?;
    let who = centre.identity(login)?.ok_or_else(|| {
        Failure::refused(format!("there is no account {login}")).hint("greenlane user makes one")
    })?;
    let done = work(&centre, &who).map_err(|why| refused(why, hand.speech.language));
    let object = done.and_then(|(file, version)| {
        let shown = centre.profile_version(&file.number, version)?.ok_or_else(|| no_such(&file.number))?;
        object_of(&ProfileObject::new(&file, shown))
    });
    centre.stop();
    object
}

fn say_how_it_stands(object: &Map<String, Value>) -> Done {
    let version = object.get("version").and_then(Value::as_u64).unwrap_or_default();
    say!("{} version {version} is {}", word(object, "number"), word(object, "state").replace('_', " "));
    Ok(ExitCode::from(DONE))
}

/// Writes a text: a new profile, or the next version of one.
pub(super) fn draft(file: &Path, seen: Option<u32>, reason: &str, hand: &ProfileHandArgs) -> Done {
    let source = text::read(file)?;
    let language = hand.speech.language;
    let written = clearance::dossier::read(&source)
        .map_err(|why| Failure::refused(text::told(file, &source, &why, language)))?;
    let number = written.profile.number;
    let object = match &hand.place.to {
        Some(url) => {
            let remote = Remote::new(url, hand.place.token.as_deref(), language)?;
            let newest = || match remote.get_object(&address(&number)) {
                Ok(object) => {
                    let versions = object.get("versions").and_then(Value::as_array);
                    Ok(versions.and_then(|all| u32::try_from(all.len()).ok()))
                }
                Err(why) if why.code == "GL-7003" => Ok(None),
                Err(why) => Err(why),
            };
            let seen = match seen {
                Some(seen) => Some(seen),
                None => newest()?,
            };
            let seen = seen.map(|seen| ("seen", seen.to_string()));
            let query: Vec<_> = seen.into_iter().chain([("reason", reason.to_owned())]).collect();
            remote.send("/api/v1/profiles", &query, "application/toml", source.as_bytes())?
        }
        None => embedded(hand, |centre, who| {
            let known = centre.profile_file(&number)?.map(|file| file.dossier.last());
            let seen = seen.or(known);
            let file = centre.write_profile(who, THROUGH, &source, None, seen, reason)?;
            let version = file.dossier.last();
            Ok((file, version))
        })?,
    };
    say_how_it_stands(&object)
}

/// Moves a version.
pub(super) fn go(of: &ProfileMoveArgs, deed: &str, reason: &str, from: Option<Date>) -> Done {
    let hand = &of.hand;
    let object = match &hand.place.to {
        Some(url) => {
            let remote = Remote::new(url, hand.place.token.as_deref(), hand.speech.language)?;
            let mut body = json!({ "deed": deed, "reason": reason });
            if let Some(version) = of.of {
                body["version"] = version.into();
            }
            if let Some(from) = from {
                body["from"] = from.to_string().into();
            }
            let path = format!("{}/acts", address(&of.number));
            remote.send(&path, &[], "application/json", body.to_string().as_bytes())?
        }
        None => embedded(hand, |centre, who| {
            let file = centre.profile_file(&of.number)?.ok_or(DossierError::NotFound)?;
            let version = of.of.unwrap_or(file.shown());
            let reason = reason.to_owned();
            let wish = match deed {
                "agree" => Wish::Agree { version },
                "approve" => Wish::Approve { version, from: from.unwrap_or_else(|| centre.today()) },
                "return" => Wish::Return { version, reason },
                _ => Wish::Cancel { version, reason },
            };
            Ok((centre.move_profile(who, THROUGH, &of.number, &wish)?, version))
        })?,
    };
    say_how_it_stands(&object)
}
