//! `effects`: what looking has brought, profile by profile, with chance as the base line.

use std::process::ExitCode;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use serde_json::{Value, json};

use super::list::remote;
use crate::cli::PlaceArgs;
use crate::commands::check::print_json;
use crate::exit::{DONE, Failure};
use crate::output::say;
use crate::{Done, embedded};

/// The days looked back on where none are given: half a year, so that two halves can be compared.
const DAYS_USUAL: i64 = 182;

/// Says what every ground has brought from one day to another, both included.
pub(super) fn effects(from: Option<Date>, until: Option<Date>, json: bool, place: &PlaceArgs) -> Done {
    let last = until.unwrap_or_else(|| jiff::Zoned::now().date());
    let too_far = |why: jiff::Error| Failure::usage(why.to_string());
    let first = match from {
        Some(first) => first,
        None => last.checked_sub(DAYS_USUAL.days()).map_err(too_far)?,
    };
    if first > last {
        return Err(Failure::usage(format!("--from {first} is after --until {last}")));
    }
    let told = match remote(place)? {
        Some(remote) => {
            let query = [("from", first.to_string()), ("to", last.to_string())];
            Value::Object(remote.get_object_of("/api/v1/profiles/effects", &query)?)
        }
        None => {
            let moment = |day: Date| -> Result<Timestamp, Failure> {
                Ok(day.to_zoned(TimeZone::system()).map_err(too_far)?.timestamp())
            };
            let centre = embedded::open_existing(&place.data)?;
            let effects = centre.effects(moment(first)?, moment(last.tomorrow().map_err(too_far)?)?);
            centre.stop();
            let effects = effects.map_err(|why| Failure::failed(why.to_string()))?;
            json!({ "from": first.to_string(), "to": last.to_string(), "effects": effects })
        }
    };
    if json {
        print_json(&told)?;
        return Ok(ExitCode::from(DONE));
    }
    say!(
        "{:24} {:>8} {:>8} {:>8} {:>24} {:>16} {:>12} {:>8}  proposal",
        "ground",
        "fired",
        "looked",
        "found",
        "rate % (95 %)",
        "amount",
        "not applied",
        "unstated"
    );
    let effects = told.get("effects").and_then(Value::as_array).cloned().unwrap_or_default();
    for effect in &effects {
        say!("{}", line(effect));
        let versions =
            effect.get("versions").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        // Of one version the line says it all.
        for version in versions.iter().filter(|_| versions.len() > 1) {
            say!("{}", version_line(version, effect));
        }
    }
    if effects.is_empty() {
        say!("nothing was looked at from {first} to {last}");
    }
    Ok(ExitCode::from(DONE))
}

/// One ground on a line.
fn line(effect: &Value) -> String {
    let word = |key: &str| effect.get(key).and_then(Value::as_str).unwrap_or_default();
    let reasons = effect.get("reasons").and_then(Value::as_array).cloned().unwrap_or_default();
    let reasons = reasons.iter().filter_map(|reason| reason.get("en")?.as_str()).collect::<Vec<_>>();
    let proposal = match word("proposal") {
        "" => String::new(),
        proposal => format!("{proposal}: {}", reasons.join("; ")),
    };
    columns(word("ground"), effect, word("currency"), &proposal)
}

/// One version of a profile under its ground, with the days it was in force.
fn version_line(version: &Value, effect: &Value) -> String {
    let day = |key: &str| version.get(key).and_then(Value::as_str).and_then(|at| at.get(..10));
    let name = match version.get("version").and_then(Value::as_u64) {
        Some(number) => format!("  version {number}"),
        None => "  before versions".to_owned(),
    };
    let days = match (day("from"), day("to")) {
        (Some(from), Some(to)) => format!("in force {from} to {to}"),
        (Some(from), None) => format!("in force since {from}"),
        (None, _) => String::new(),
    };
    let currency = effect.get("currency").and_then(Value::as_str).unwrap_or_default();
    columns(&name, version, currency, &days)
}

/// The sums of a ground or a version, between its name and what is said of it.
fn columns(name: &str, effect: &Value, currency: &str, said: &str) -> String {
    let total = effect.get("total").cloned().unwrap_or_default();
    let count = |key: &str| total.get(key).and_then(Value::as_u64).unwrap_or_default();
    let rate = effect.get("rate").and_then(|rate| {
        let part = |key: &str| rate.get(key).and_then(Value::as_f64).map(|share| share * 100.0);
        Some(format!("{:.1} ({:.1} to {:.1})", part("measured")?, part("low")?, part("high")?))
    });
    let amount = total.get("amount").and_then(Value::as_str).unwrap_or("0");
    let amount = if amount == "0" { String::new() } else { format!("{amount} {currency}") };
    format!(
        "{:24} {:>8} {:>8} {:>8} {:>24} {:>16} {:>12} {:>8}  {said}",
        name,
        count("fired"),
        count("found") + count("nothing"),
        count("found"),
        rate.unwrap_or_default(),
        amount,
        count("not_applied"),
        count("unstated"),
    )
    .trim_end()
    .to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ground_is_told_on_a_line() {
        let effect = json!({
            "ground": "55/20260101/00017", "currency": "RUB",
            "total": { "fired": 40, "found": 10, "nothing": 20, "not_applied": 6, "unstated": 4, "amount": "1500.50" },
            "rate": { "measured": 0.3333, "low": 0.192, "high": 0.5122 },
            "proposal": "keep", "reasons": [{ "ru": "…", "en": "finds 33.3 %" }],
        });
        assert_eq!(
            line(&effect),
            "55/20260101/00017              40       30       10      33.3 (19.2 to 51.2)      1500.50 RUB            6        4  keep: finds 33.3 %"
        );
        let chance = json!({ "ground": "chance", "currency": "", "total": { "fired": 3 }, "rate": null });
        assert_eq!(
            line(&chance),
            "chance                          3        0        0                                                      0        0"
        );
    }

    #[test]
    fn a_version_is_told_under_its_ground() {
        let effect = json!({ "currency": "RUB" });
        let version = json!({
            "version": 1, "from": "2026-01-05T08:00:00Z", "to": "2026-03-01T00:00:00Z", "in_force": false,
            "total": { "fired": 40, "found": 1, "nothing": 30, "amount": "5.00" }, "rate": null,
        });
        assert_eq!(
            version_line(&version, &effect),
            "  version 1                    40       31        1                                  5.00 RUB            0        0  in force 2026-01-05 to 2026-03-01"
        );
        let old = json!({ "version": null, "from": null, "to": null, "total": { "fired": 2 } });
        assert!(version_line(&old, &effect).starts_with("  before versions "));
    }
}
