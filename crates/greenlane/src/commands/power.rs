//! `greenlane power`: powers of attorney: make, file, revoke, list, show.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::ExitCode;

use centre::{Centre, PowerOutcome, SubmitError};
use clearance::power::{Named, Person, Power, PowerAct, PowerNumber, Revocation, ValueLimit};
use declaration::{Leaf, TaxNumber};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde_json::{Map, Value};
use store::PowerFilter;
use web::{FindingObject, PowerObject};

use crate::cli::{
    NewPowerArgs, PowerArgs, PowerCommand, PowerFileArgs, PowerListArgs, PowerShowArgs, RevocationArgs,
};
use crate::commands::check::print_json;
use crate::commands::submit::language_tag;
use crate::exit::{DONE, Failure};
use crate::output::say;
use crate::remote::{Remote, RemoteError};
use crate::{Done, embedded, files};

/// The name under which documents of this command count.
const LOCAL: &str = "local";
/// Powers listed at most.
const LISTED_MAX: usize = centre::POWERS_PAGE_MAX;

/// Runs the command.
pub fn run(args: &PowerArgs) -> Done {
    match &args.command {
        PowerCommand::New(args) => new(args),
        PowerCommand::Revocation(args) => revocation(args),
        PowerCommand::File(args) => {
            file(args, "/api/v1/powers", |centre, bytes, seal| centre.file_power(bytes, seal, LOCAL))
        }
        PowerCommand::Revoke(args) => file(args, "/api/v1/powers/revocations", |centre, bytes, seal| {
            centre.revoke_power(bytes, seal, LOCAL)
        }),
        PowerCommand::List(args) => list(args),
        PowerCommand::Show(args) => show(args),
    }
}

fn number_of(option: &str, text: &str) -> Result<PowerNumber, Failure> {
    text.parse().map_err(|why| Failure::usage(format!("{option} {text}: {why}")))
}

fn tax_number(option: &str, text: &str) -> Result<TaxNumber, Failure> {
    text.parse::<TaxNumber>()
        .map_err(|why| Failure::usage(format!("{option} {text}: {} is expected", why.expected_en)))
}

fn person(option: &str, name: &str, number: &str) -> Result<Person, Failure> {
    Ok(Person {
        name: name.parse().map_err(|why| Failure::usage(format!("--{option}-name: {why}")))?,
        tax_number: tax_number(&format!("--{option}-number"), number)?,
    })
}

fn codes<T: Leaf + Ord + Clone>(option: &str, texts: &[String]) -> Result<Named<T>, Failure> {
    let code = |text: &String| {
        T::parse(text)
            .map_err(|why| Failure::usage(format!("{option} {text}: {} is expected", why.expected_en)))
    };
    Ok(Named::of(texts.iter().map(code).collect::<Result<BTreeSet<T>, _>>()?))
}

fn limit(text: &str) -> Result<ValueLimit, Failure> {
    let parts = text.split_once(' ').and_then(|(amount, currency)| {
        Some(ValueLimit { amount: amount.parse().ok()?, currency: currency.trim().parse().ok()? })
    });
    parts.ok_or_else(|| {
        Failure::usage(format!("--value-limit {text}: no amount with its currency"))
            .hint("such as --value-limit \"5000000 RUB\"")
    })
}

/// Prints a power, to be sealed as it is.
fn new(args: &NewPowerArgs) -> Done {
    let acts: Result<BTreeSet<PowerAct>, Failure> = args
        .acts
        .iter()
        .map(|act| act.parse().map_err(|why| Failure::usage(format!("--act {act}: {why}"))))
        .collect();
    let acts = acts?;
    let power = Power {
        number: number_of("--number", &args.number)?,
        principal: person("principal", &args.principal_name, &args.principal_number)?,
        attorney: person("attorney", &args.attorney_name, &args.attorney_number)?,
        acts: if acts.is_empty() { PowerAct::ALL.into() } else { acts },
        procedures: codes("--procedure", &args.procedures)?,
        offices: codes("--office", &args.offices)?,
        value_limit: args.value_limit.as_deref().map(limit).transpose()?,
        valid_from: args.valid_from,
        valid_to: args.valid_to,
        may_delegate: args.may_delegate,
        delegates: args.delegates.as_deref().map(|text| number_of("--delegates", text)).transpose()?,
    };
    let text = power.to_text();
    // What this prints can be filed: nothing that a reader of it would refuse.
    Power::parse(text.as_bytes()).map_err(|why| Failure::usage(why.to_string()))?;
    say!("{}", text.trim_end());
    Ok(ExitCode::from(DONE))
}

/// Prints a revocation, to be sealed as it is.
fn revocation(args: &RevocationArgs) -> Done {
    let number = number_of("NUMBER", &args.number)?;
    let revocation = Revocation::new(number, &args.reason);
    let revocation = revocation.map_err(|why| Failure::usage(format!("--reason: {why}")))?;
    say!("{}", revocation.to_text().trim_end());
    Ok(ExitCode::from(DONE))
}

fn unsealed(path: &Path) -> Failure {
    Failure::refused(format!("{0}: there is no seal {0}.sig beside it", path.display()))
        .hint("let the principal sign the document; its exact bytes are what is sealed")
}

/// What was found wrong, one a line.
fn faulty(path: &Path, code: &str, message: &str, findings: &[Value]) -> Failure {
    let mut text = format!("{}: {code}: {message}", path.display());
    for finding in findings {
        let word = |name: &str| finding.get(name).and_then(Value::as_str).unwrap_or_default();
        text.push_str(&format!("\n  {} {}: {}", word("severity"), word("code"), word("message")));
    }
    Failure::refused(text)
}

/// Hands over a sealed document.
fn file(
    args: &PowerFileArgs,
    address: &str,
    take: impl FnOnce(&Centre, &[u8], Option<&[u8]>) -> Result<PowerOutcome, SubmitError>,
) -> Done {
    let bytes =
        files::read(&args.file).map_err(|why| Failure::refused(format!("{}: {why}", args.file.display())))?;
    let seal = files::seal_of(&args.file).ok_or_else(|| unsealed(&args.file))?;
    let language = args.speech.language;
    let object = match &args.place.to {
        Some(url) => {
            let remote = Remote::new(url, args.place.token.as_deref(), language)?;
            remote.post_sealed(address, &bytes, &seal).map_err(|why| {
                if why.findings.is_empty() {
                    return Failure::from(why);
                }
                let RemoteError { code, message, findings, .. } = why;
                faulty(&args.file, &code, &message, &findings)
            })?
        }
        None => {
            let centre = embedded::open_for_command(&args.place.data, args.anchors.as_deref())?;
            let taken = take(&centre, &bytes, Some(&seal));
            let object = taken.map(|outcome| object_of(&outcome.view, today(&centre)));
            centre.stop();
            object.map_err(|why| {
                let message = language.of(&why.text()).to_owned();
                match &why {
                    SubmitError::Unavailable(_) | SubmitError::Busy => Failure::failed(message),
                    SubmitError::Faulty { findings, format } => {
                        let told = findings.iter().map(|finding| {
                            let finding = FindingObject::new(finding, language_tag(language), format);
                            serde_json::to_value(finding).unwrap_or_default()
                        });
                        faulty(&args.file, why.code(), &message, &told.collect::<Vec<_>>())
                    }
                    _ => faulty(&args.file, why.code(), &message, &[]),
                }
            })??
        }
    };
    tell(&object, args.json)?;
    Ok(ExitCode::from(DONE))
}

/// The calendar day now; a command has no jurisdiction of its own.
fn today(centre: &Centre) -> Date {
    centre.now().to_zoned(TimeZone::UTC).date()
}

fn object_of(view: &centre::PowerView, day: Date) -> Result<Map<String, Value>, Failure> {
    match serde_json::to_value(PowerObject::new(view, day)) {
        Ok(Value::Object(object)) => Ok(object),
        Ok(_) => Err(Failure::failed("a power has no JSON form")),
        Err(why) => Err(Failure::failed(why.to_string())),
    }
}

fn list(args: &PowerListArgs) -> Done {
    let number = |option: &str, text: &Option<String>| {
        text.as_deref().map(|text| tax_number(option, text)).transpose()
    };
    let (principal, attorney) =
        (number("--principal", &args.principal)?, number("--attorney", &args.attorney)?);
    let after = args.after.as_deref().map(|text| number_of("--after", text)).transpose()?;
    let powers: Vec<Map<String, Value>> = match &args.place.to {
        Some(url) => {
            let remote = Remote::new(url, args.place.token.as_deref(), args.speech.language)?;
            let text = |number: Option<TaxNumber>| number.map(|number| number.to_string());
            let after = after.map(|after| after.to_string()).unwrap_or_default();
            let page = remote.get_object(&format!(
                "/api/v1/powers?principal={}&attorney={}&after={after}",
                text(principal).unwrap_or_default(),
                text(attorney).unwrap_or_default(),
            ))?;
            let powers = page.get("powers").and_then(Value::as_array).cloned().unwrap_or_default();
            powers.into_iter().filter_map(|power| power.as_object().cloned()).collect()
        }
        None => {
            let centre = embedded::open_existing(&args.place.data)?;
            let filter = PowerFilter { party: None, principal, attorney, after, limit: LISTED_MAX };
            let (powers, day) = (centre.powers(&filter)?, today(&centre));
            centre.stop();
            powers.iter().map(|view| object_of(view, day)).collect::<Result<_, _>>()?
        }
    };
    for power in &powers {
        tell(power, args.json)?;
    }
    Ok(ExitCode::from(DONE))
}

fn show(args: &PowerShowArgs) -> Done {
    let number = number_of("NUMBER", &args.number)?;
    let object = match &args.place.to {
        Some(url) => {
            let remote = Remote::new(url, args.place.token.as_deref(), args.speech.language)?;
            remote.get_object(&format!("/api/v1/powers/{number}"))?
        }
        None => {
            let centre = embedded::open_existing(&args.place.data)?;
            let found = centre.power(&number)?;
            let view = found.ok_or_else(|| {
                Failure::refused(format!("there is no power {number}"))
                    .hint("greenlane power list names those on file")
            })?;
            let object = object_of(&view, today(&centre))?;
            centre.stop();
            object
        }
    };
    if args.json {
        print_json(&object)?;
        return Ok(ExitCode::from(DONE));
    }
    for key in ["number", "state", "valid_from", "valid_to"] {
        say!("{key:16} {}", plain(object.get(key)));
    }
    for key in ["principal", "attorney"] {
        say!("{key:16} {}", named(object.get(key)));
    }
    for key in ["acts", "procedures", "offices"] {
        let list = object.get(key).and_then(Value::as_array).cloned().unwrap_or_default();
        let words: Vec<String> = list.iter().map(|word| plain(Some(word))).collect();
        say!("{key:16} {}", if words.is_empty() { "all".to_owned() } else { words.join(", ") });
    }
    let limit = object.get("value_limit");
    let part = |key: &str| limit.and_then(|limit| limit.get(key)).map(|part| plain(Some(part)));
    if let (Some(amount), Some(currency)) = (part("amount"), part("currency")) {
        say!("{:16} {amount} {currency}", "value limit");
    }
    for key in ["may_delegate", "delegates", "revoked_at", "revoked_because", "sha256", "filed_at"] {
        if object.get(key).is_some_and(|value| !value.is_null()) {
            say!("{key:16} {}", plain(object.get(key)));
        }
    }
    Ok(ExitCode::from(DONE))
}

/// A power on one line.
fn tell(object: &Map<String, Value>, json: bool) -> Result<(), Failure> {
    if json {
        return print_json(object);
    }
    say!(
        "{}  {}  {} to {}  {} for {}",
        plain(object.get("number")),
        plain(object.get("state")),
        plain(object.get("valid_from")),
        plain(object.get("valid_to")),
        named(object.get("attorney")),
        named(object.get("principal"))
    );
    Ok(())
}

fn named(person: Option<&Value>) -> String {
    let part = |key: &str| plain(person.and_then(|person| person.get(key)));
    format!("{} ({})", part("name"), part("tax_number"))
}

fn plain(value: Option<&Value>) -> String {
    match value {
        Some(Value::String(text)) => text.clone(),
        None | Some(Value::Null) => "-".to_owned(),
        Some(other) => other.to_string(),
    }
}
