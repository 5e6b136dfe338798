//! `greenlane show`: a case, its events, hits and payments.

use std::process::ExitCode;

use centre::{CaseView, Centre};
use clearance::CaseId;
use serde_json::{Map, Value, json};
use web::{
    Language as PageLanguage, PayerObject, PaymentObject, RepresentationObject, ScoredObject, SecurityObject,
    SubmitObject,
};

use crate::cli::ShowArgs;
use crate::commands::check::{money, print_json};
use crate::commands::submit::language_tag;
use crate::exit::{DONE, Failure};
use crate::output::say;
use crate::remote::Remote;
use crate::{Done, embedded};

/// Runs the command.
pub fn run(args: &ShowArgs) -> Done {
    let object = match &args.place.to {
        Some(url) => {
            let remote = Remote::new(url, args.place.token.as_deref(), args.speech.language)?;
            remote.get_object(&path_of(&args.case))?
        }
        None => {
            let centre = embedded::open_existing(&args.place.data)?;
            let id = case_id(&centre, &args.case)?;
            let view = centre.view(id)?;
            let object = object(&view, language_tag(args.speech.language))?;
            centre.stop();
            object
        }
    };
    if args.json {
        print_json(&object)?;
    } else {
        print_for_people(&object);
    }
    Ok(ExitCode::from(DONE))
}

/// The address of a case; `/` in numbers is written `-`.
pub fn path_of(case: &str) -> String {
    format!("/api/v1/declarations/{}", case.replace('/', "-"))
}

/// The case a person means.
pub fn case_id(centre: &Centre, text: &str) -> Result<CaseId, Failure> {
    centre.resolve(text)?.ok_or_else(|| {
        Failure::refused(format!("there is no case {text}"))
            .hint("give the identifier that submit printed, or a number such as 10013160/211126/0000001")
    })
}

fn object(view: &CaseView, language: PageLanguage) -> Result<Map<String, Value>, Failure> {
    let failed = |why: serde_json::Error| Failure::failed(why.to_string());
    let (findings, format) = (&view.assessed.findings, &view.filing.format);
    let submit = SubmitObject::of_case(&view.case, findings, language, format);
    let mut object = match serde_json::to_value(submit).map_err(failed)? {
        Value::Object(object) => object,
        other => Map::from_iter([("case".to_owned(), other)]),
    };
    let steps: Vec<Value> = view
        .steps
        .iter()
        .map(|(leaf, record)| {
            Ok(json!({
                "leaf": leaf,
                "seq": record.seq,
                "at": record.at.to_string(),
                "input": record.input.name(),
                "events": serde_json::to_value(&record.events)?,
            }))
        })
        .collect::<Result<_, serde_json::Error>>()
        .map_err(failed)?;
    let payments = PaymentObject::all(&view.assessed.payments, language);
    object.insert("reasons".to_owned(), Value::Array(reasons(view, language)));
    let representation = view.filing.power.as_deref().map(RepresentationObject::from);
    object.insert("representation".to_owned(), serde_json::to_value(representation).map_err(failed)?);
    object.insert("shortfall".to_owned(), money(view.case.shortfall).into());
    let payers = serde_json::to_value(PayerObject::of(&view.case)).map_err(failed)?;
    object.insert("payers".to_owned(), payers);
    let security = serde_json::to_value(SecurityObject::of(&view.case)).map_err(failed)?;
    object.insert("security".to_owned(), security);
    object.insert("currency".to_owned(), view.case.currency.clone().into());
    object.insert("events".to_owned(), Value::Array(steps));
    let scored = serde_json::to_value(ScoredObject::all(&view.assessed.scored, language)).map_err(failed)?;
    object.insert("scored".to_owned(), scored);
    object.insert("payments".to_owned(), serde_json::to_value(payments).map_err(failed)?);
    Ok(object)
}

/// Why an officer has to look, in words.
fn reasons(view: &CaseView, language: PageLanguage) -> Vec<Value> {
    let events = view.steps.iter().flat_map(|(_, record)| &record.events);
    let reasons = events.filter_map(|event| match event {
        clearance::Event::Routed { reasons, .. } => Some(reasons),
        _ => None,
    });
    reasons.flatten().map(|reason| language.pick(&reason.text()).into()).collect()
}

fn print_for_people(object: &Map<String, Value>) {
    for key in ["id", "number", "state", "lane", "decided_by"] {
        if let Some(value) = object.get(key) {
            say!("{key:12} {}", plain(value));
        }
    }
    if let Some(by) = object.get("representation").filter(|by| !by.is_null()) {
        say!("acted        {}", acted_by(by));
    }
    for reason in object.get("reasons").and_then(Value::as_array).into_iter().flatten() {
        say!("why          {}", plain(reason));
    }
    if let Some(missing) =
        object.get("shortfall").map(plain).filter(|missing| missing != "0.00" && missing != "-")
    {
        say!("to pay       {missing} {}", object.get("currency").map(plain).unwrap_or_default());
    }
    let list = |key: &str| object.get(key).and_then(Value::as_array).cloned().unwrap_or_default();
    for scored in list("scored") {
        let text = |key: &str| scored.get(key).map(plain).unwrap_or_default();
        say!(
            "scored       {} ({}) line {}: probability {}, {} by {}",
            text("model"),
            text("mode"),
            text("line"),
            text("probability"),
            text("lane"),
            text("by")
        );
        for reason in scored.get("reasons").and_then(Value::as_array).into_iter().flatten() {
            let text = |key: &str| reason.get(key).map(plain).unwrap_or_default();
            say!("  because    {} {} ({})", text("title"), text("value"), text("weight"));
        }
    }
    for finding in list("findings") {
        let text = |key: &str| finding.get(key).map(plain).unwrap_or_default();
        say!("finding      {} {} {}: {}", text("severity"), text("code"), text("path"), text("message"));
    }
    for line in list("payments") {
        let text = |key: &str| line.get(key).map(plain).unwrap_or_default();
        say!(
            "payment      item {} kind {} base {} rate {} = {} {} ({})",
            text("item"),
            text("kind"),
            text("base"),
            text("rate"),
            text("amount"),
            text("currency"),
            text("status")
        );
    }
    for step in list("events") {
        let names: Vec<String> = step
            .get("events")
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
            .filter_map(|event| event.get("event").map(plain))
            .collect();
        say!("step         {} {}", step.get("at").map(plain).unwrap_or_default(), names.join(", "));
    }
}

/// Who acted for the declarant, and by what power.
fn acted_by(by: &Value) -> String {
    let person = |person: Option<&Value>| {
        let part = |key: &str| person.and_then(|person| person.get(key)).map(plain).unwrap_or_default();
        format!("{} ({})", part("name"), part("tax_number"))
    };
    let mut text = person(by.get("attorney"));
    let powers = by.get("powers").and_then(Value::as_array).cloned().unwrap_or_default();
    for power in &powers {
        let part = |key: &str| power.get(key).map(plain).unwrap_or_default();
        let principal = person(power.get("principal"));
        text.push_str(&format!(", power {} of {principal}, valid to {}", part("number"), part("valid_to")));
    }
    if powers.is_empty() {
        text.push_str(", no power of attorney of the declarant");
    }
    text
}

fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => "-".to_owned(),
        other => other.to_string(),
    }
}
