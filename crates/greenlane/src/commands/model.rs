//! `greenlane risk model`: models in decisions, put to work by two persons.

use std::path::Path;
use std::process::ExitCode;

use centre::{Centre, DriftReport, Identity, ModelDossier, ModelError};
use clearance::scoring::Mode;
use clearance::scoring::life::Wish;
use jiff::ToSpan;
use jiff::civil::Date;
use serde_json::{Map, Value, json};
use web::{Language as PageLanguage, ModelHeadObject, ModelObject};

use crate::cli::{
    DataArgs, Language, ModelArgs, ModelCommand, ModelMode, ModelMoveArgs, PlaceArgs, ProfileHandArgs,
};
use crate::commands::check::print_json;
use crate::commands::submit::language_tag;
use crate::exit::{DONE, Failure, REFUSED};
use crate::output::say;
use crate::remote::Remote;
use crate::{Done, embedded};

/// Through what these acts come.
const THROUGH: &str = "command";
/// Where the API has models.
const ADDRESS: &str = "/api/v1/models";
/// Days looked back for drift when nobody says.
const DRIFT_DAYS: i64 = 30;

/// Runs the command.
pub fn run(args: &ModelArgs) -> Done {
    match &args.command {
        ModelCommand::Propose { file, reason, hand } => propose(file, reason, hand),
        ModelCommand::Approve { mode, of } => match mode {
            ModelMode::Shadow => go(of, Wish::Approve(Mode::Shadow)),
            ModelMode::Live => go(of, Wish::Approve(Mode::Live)),
        },
        ModelCommand::Withdraw(of) => go(of, Wish::Withdraw),
        ModelCommand::List { json, place } => list(*json, place),
        ModelCommand::Show { model, json, place } => show(model, *json, place),
        ModelCommand::Drift { model, from, to, json, data } => {
            drift(model.as_deref(), *from, *to, *json, data)
        }
    }
}

fn refused(why: ModelError, language: Language) -> Failure {
    match why {
        ModelError::Refused(why) => Failure::refused(format!("{}: {}", why.code(), language.of(&why.text())))
            .hint(language.of(&why.cure()).to_owned()),
        ModelError::Centre(why) => why.into(),
    }
}

fn object_of(dossier: &ModelDossier, language: PageLanguage) -> Result<Map<String, Value>, Failure> {
    match serde_json::to_value(ModelObject::new(dossier, language)) {
        Ok(Value::Object(object)) => Ok(object),
        Ok(_) => Err(Failure::failed("a model has no JSON form")),
        Err(why) => Err(Failure::failed(why.to_string())),
    }
}

/// Does something on the data directory in the name of an account.
fn embedded(
    hand: &ProfileHandArgs,
    work: impl FnOnce(&Centre, &Identity) -> Result<ModelDossier, ModelError>,
) -> Result<Map<String, Value>, Failure> {
    let login = hand.login.as_deref().ok_or_else(|| {
        Failure::usage("it was not said who does it").hint("give --as LOGIN, or --to URL with a token")
    })?;
    let centre = embedded::open_existing(&hand.place.data)?;
    let who = centre.identity(login)?.ok_or_else(|| {
        Failure::refused(format!("there is no account {login}")).hint("greenlane user makes one")
    })?;
    let done = work(&centre, &who).map_err(|why| refused(why, hand.speech.language));
    let object = done.and_then(|dossier| object_of(&dossier, language_tag(hand.speech.language)));
    centre.stop();
    object
}

fn remote(hand: &ProfileHandArgs) -> Result<Option<Remote>, Failure> {
    let (to, token) = (&hand.place.to, hand.place.token.as_deref());
    to.as_ref().map(|url| Remote::new(url, token, hand.speech.language)).transpose()
}

fn word<'o>(object: &'o Map<String, Value>, key: &str) -> &'o str {
    object.get(key).and_then(Value::as_str).unwrap_or_default()
}

fn words(object: &Map<String, Value>, key: &str) -> Vec<String> {
    let all = object.get(key).and_then(Value::as_array).into_iter().flatten();
    all.filter_map(Value::as_str).map(str::to_owned).collect()
}

fn say_how_it_stands(object: &Map<String, Value>) -> Done {
    say!("model {} is {}", word(object, "version"), word(object, "state"));
    for against in words(object, "hindrances") {
        say!("may not go live: {against}");
    }
    Ok(ExitCode::from(DONE))
}

/// Proposes a model.
fn propose(file: &Path, reason: &str, hand: &ProfileHandArgs) -> Done {
    let content = super::risk::bytes(file, score::limits::MODEL_BYTES_MAX)?;
    let object = match remote(hand)? {
        Some(remote) => {
            let query = [("reason", reason.to_owned())];
            remote.send(ADDRESS, &query, "application/octet-stream", &content)?
        }
        None => embedded(hand, |centre, who| centre.propose_model(who, THROUGH, &content, reason))?,
    };
    say_how_it_stands(&object)
}

/// Moves a model.
fn go(of: &ModelMoveArgs, wish: Wish) -> Done {
    let ModelMoveArgs { model: version, reason, hand } = of;
    let object = match remote(hand)? {
        Some(remote) => {
            let body = json!({ "deed": wish.deed().as_str(), "reason": reason });
            remote.post(&format!("{}/acts", address(version)?), &body)?
        }
        None => embedded(hand, |centre, who| centre.move_model(who, THROUGH, version, wish, reason))?,
    };
    say_how_it_stands(&object)
}

/// Where the API has a model.
fn address(version: &str) -> Result<String, Failure> {
    let plain = !version.is_empty() && version.bytes().all(|byte| byte.is_ascii_alphanumeric());
    if plain { Ok(format!("{ADDRESS}/{version}")) } else { Err(no_such(version)) }
}

fn no_such(version: &str) -> Failure {
    Failure::refused(format!("GL-R60: there is no model {version}"))
        .hint("greenlane risk model list names them")
}

/// Lists models.
fn list(json: bool, place: &PlaceArgs) -> Done {
    let heads: Vec<Map<String, Value>> = match &place.to {
        Some(url) => {
            let remote = Remote::new(url, place.token.as_deref(), Language::En)?;
            let page = remote.get_object(ADDRESS)?;
            let heads = page.get("models").and_then(Value::as_array).into_iter().flatten();
            heads.filter_map(Value::as_object).cloned().collect()
        }
        None => {
            let centre = embedded::open_existing(&place.data)?;
            let heads = centre.models()?;
            centre.stop();
            let objects = heads.iter().map(|head| serde_json::to_value(ModelHeadObject::from(head)));
            let objects = objects.collect::<Result<Vec<_>, _>>();
            let objects = objects.map_err(|why| Failure::failed(why.to_string()))?;
            objects.iter().filter_map(Value::as_object).cloned().collect()
        }
    };
    for head in &heads {
        if json {
            print_json(head)?;
        } else {
            say!(
                "{}  {:9}  since {} by {}, proposed by {}",
                word(head, "version"),
                word(head, "state"),
                word(head, "since"),
                word(head, "by"),
                word(head, "proposer")
            );
        }
    }
    Ok(ExitCode::from(DONE))
}

/// Shows one model.
fn show(version: &str, json: bool, place: &PlaceArgs) -> Done {
    let object = match &place.to {
        Some(url) => {
            let remote = Remote::new(url, place.token.as_deref(), Language::En)?;
            remote.get_object(&address(version)?)?
        }
        None => {
            let centre = embedded::open_existing(&place.data)?;
            let dossier = centre.model(version)?.ok_or_else(|| no_such(version))?;
            centre.stop();
            object_of(&dossier, PageLanguage::En)?
        }
    };
    if json {
        print_json(&object)?;
        return Ok(ExitCode::from(DONE));
    }
    say!("model      {}, {}", word(&object, "version"), word(&object, "state"));
    if let Some(card) = object.get("card") {
        let card: score::Card =
            serde_json::from_value(card.clone()).map_err(|why| Failure::failed(why.to_string()))?;
        say!("{card}");
    }
    if let Some(foreign) = object.get("foreign").and_then(Value::as_str) {
        say!("foreign    {foreign}");
    }
    if let Some(Ok(drift)) = object
        .get("drift")
        .filter(|drift| !drift.is_null())
        .map(|drift| serde_json::from_value(drift.clone()))
    {
        tell_drift(&drift);
    }
    for act in object.get("acts").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_object)
    {
        let leaf = act.get("leaf").and_then(Value::as_u64).unwrap_or_default();
        say!(
            "{}  {:8} {:9} by {}: {}  (leaf {leaf})",
            word(act, "at"),
            word(act, "deed"),
            word(act, "to"),
            word(act, "by"),
            word(act, "reason")
        );
    }
    Ok(ExitCode::from(DONE))
}

fn tell_drift(report: &DriftReport) {
    say!(
        "drift      {} declarations, {} lines, filed {} to {}, looked at {}",
        report.declarations,
        report.drift.rows,
        report.from,
        report.to,
        report.at
    );
    // Where nothing was filed nothing has moved.
    for moved in report.drift.moved.iter().filter(|_| report.drift.rows > 0) {
        let unknown = moved.unknown_share * 100.0;
        let unknown = if unknown > 0.0 { format!("   {unknown:.1} % unknown") } else { String::new() };
        say!("  {:22} {:8.4}  {}{unknown}", moved.name, moved.index, moved.verdict());
    }
}

/// Compares what was filed with what a model learned from.
fn drift(version: Option<&str>, from: Option<Date>, to: Option<Date>, json: bool, data: &DataArgs) -> Done {
    let centre = embedded::open_existing(data)?;
    let world = centre.world();
    let in_force = world.models().all().next().map(|(_, installed)| installed.model().version().to_owned());
    let version = version.map(str::to_owned).or(in_force).ok_or_else(|| {
        Failure::refused("no model is live or in the shadow").hint("name one; greenlane risk model list")
    })?;
    let to = to.unwrap_or_else(|| centre.today());
    let from = from.unwrap_or_else(|| to.checked_sub(DRIFT_DAYS.days()).unwrap_or(to));
    if from > to {
        return Err(Failure::usage("--from is after --to"));
    }
    let report = centre.look_at_drift(&version, from, to);
    centre.stop();
    let report = report?;
    if json {
        print_json(&report)?
    } else {
        tell_drift(&report)
    }
    Ok(ExitCode::from(if report.drift.rows > 0 && report.drift.alarming() { REFUSED } else { DONE }))
}
