//! Whether looking helps: a page for those who write profiles and those who watch over them.

use askama::Template;
use axum::extract::{Query, State};
use axum::http::{Uri, header};
use axum::response::{IntoResponse, Response};
use clearance::Ground;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use risk::{Effect, OfVersion, Proposal, Rate, Tally};
use serde::Deserialize;

use super::{Shell, rendered};
use crate::access::Caller;
use crate::api::effects::{Days, may_see};
use crate::failure::{Failure, Kind};
use crate::language::Language;
use crate::{App, figures};

/// Reasons why a measure was not applied that are shown, the newest.
const REASONS_SHOWN: usize = 50;

#[derive(Template)]
#[template(path = "effects.html")]
struct EffectsPage {
    shell: Shell,
    from: String,
    to: String,
    csv: String,
    rows: Vec<EffectRow>,
    detail: Option<Detail>,
}

/// One ground.
struct EffectRow {
    title: String,
    href: String,
    shown: bool,
    fired: String,
    looked: String,
    found: String,
    /// The hit rate with its interval, and the same as parts of a line from 0 to 100 for the eye.
    rate: Option<RateShown>,
    lift: String,
    amount: String,
    hourly: String,
    not_applied: String,
    unstated: String,
    open: String,
    proposal: Option<(&'static str, String)>,
    reasons: Vec<String>,
}

struct RateShown {
    text: String,
    interval: String,
    low: u32,
    width: u32,
    measured: u32,
}

/// One ground in parts.
struct Detail {
    title: String,
    parts: Vec<(&'static str, Vec<Part>)>,
    not_applied: Vec<Passed>,
}

struct Part {
    name: String,
    fired: String,
    looked: String,
    found: String,
    rate: String,
    amount: String,
    hourly: String,
    not_applied: String,
}

struct Passed {
    case: String,
    iso: String,
    moment: String,
    officer: String,
    remark: String,
}

/// What the address carries.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Asked {
    from: String,
    to: String,
    /// The ground shown in parts.
    ground: String,
    /// `csv` for a table to take along.
    format: String,
}

fn percent(share: f64, language: Language) -> String {
    let text = format!("{:.1}", share * 100.0);
    if language == Language::Ru { text.replace('.', ",") } else { text }
}

fn whole(share: f64) -> u32 {
    // From 0 to 1 by construction; the cast is exact for what is shown.
    (share.clamp(0.0, 1.0) * 100.0).round() as u32
}

fn rate_shown(rate: Rate, language: Language) -> RateShown {
    let (low, high) = (whole(rate.low), whole(rate.high));
    RateShown {
        text: format!("{} %", percent(rate.measured, language)),
        interval: format!("{}–{} %", percent(rate.low, language), percent(rate.high, language)),
        low,
        width: high.saturating_sub(low).max(1),
        measured: whole(rate.measured),
    }
}

fn amount(tally: &Tally, currency: &str, language: Language) -> String {
    if tally.amount.is_zero() {
        return String::new();
    }
    format!("{} {currency}", figures::amount(tally.amount, language))
}

fn hourly(tally: &Tally, language: Language) -> String {
    tally.amount_per_hour().map(|amount| figures::amount(amount, language)).unwrap_or_default()
}

fn row(effect: &Effect, shell: &Shell, asked: &Asked, span: (&str, &str)) -> EffectRow {
    let language = shell.language;
    let count = |number: u64| figures::count(number, language);
    let total = &effect.total;
    let tone = |proposal: Proposal| match proposal {
        Proposal::Keep => "good",
        Proposal::Wait => "plain",
        Proposal::Sharpen => "warn",
        Proposal::Cancel => "bad",
    };
    EffectRow {
        title: shell.t.ground(&Ground::from(effect.ground.clone())),
        // The number of a profile has slashes, dots and digits only.
        href: format!("/profiles/effects?from={}&to={}&ground={}", span.0, span.1, effect.ground),
        shown: asked.ground == effect.ground,
        fired: count(total.fired),
        looked: count(total.looked()),
        found: count(total.found),
        rate: effect.rate.map(|rate| rate_shown(rate, language)),
        lift: effect.lift.map(|lift| format!("× {}", percent(lift / 100.0, language))).unwrap_or_default(),
        amount: amount(total, &effect.currency, language),
        hourly: hourly(total, language),
        not_applied: count(total.not_applied),
        unstated: count(total.unstated),
        open: count(total.open()),
        proposal: effect.proposal.map(|it| (tone(it), language.pick(&it.title()).to_owned())),
        reasons: effect.reasons.iter().map(|reason| language.pick(reason).to_owned()).collect(),
    }
}

/// A version with the days it was in force.
fn version_name(of: &OfVersion, shell: &Shell, zone: &TimeZone) -> String {
    let Some(version) = of.version else { return shell.t.effect_before_versions.to_owned() };
    let day = |at: Timestamp| figures::day(at.to_zoned(zone.clone()).date(), shell.language);
    match (of.from, of.to) {
        (Some(from), Some(to)) => format!("{version} · {} – {}", day(from), day(to)),
        (Some(from), None) => format!("{version} · {} {}", shell.t.effect_in_force_since, day(from)),
        (None, _) => version.to_string(),
    }
}

fn detail(app: &App, effect: &Effect, shell: &Shell) -> Result<Detail, Failure> {
    let language = shell.language;
    let part = |(name, tally): &(String, Tally)| Part {
        name: name.clone(),
        fired: figures::count(tally.fired, language),
        looked: figures::count(tally.looked(), language),
        found: figures::count(tally.found, language),
        rate: tally.rate().map(|rate| format!("{} %", percent(rate.measured, language))).unwrap_or_default(),
        amount: amount(tally, &effect.currency, language),
        hourly: hourly(tally, language),
        not_applied: figures::count(tally.not_applied, language),
    };
    let parts = |sums: &[(String, Tally)]| sums.iter().map(part).collect();
    let zone = &app.config().time_zone;
    let versions: Vec<(String, Tally)> =
        effect.versions.iter().map(|of| (version_name(of, shell, zone), of.total)).collect();
    let ground = Ground::from(effect.ground.clone());
    let passed = app.centre().store().not_applied(&ground, REASONS_SHOWN)?;
    let passed = passed.into_iter().map(|stored| Passed {
        case: stored.case.to_string(),
        iso: stored.at.to_string(),
        moment: figures::moment(stored.at, zone, language),
        officer: stored.officer,
        remark: stored.result.remark,
    });
    Ok(Detail {
        title: shell.t.ground(&ground),
        parts: vec![
            (shell.t.effect_version, parts(&versions)),
            (shell.t.effect_month, parts(&effect.months)),
            (shell.t.office, parts(&effect.offices)),
            (shell.t.officer, parts(&effect.officers)),
        ],
        not_applied: passed.collect(),
    })
}

/// The page.
pub(crate) async fn effects(
    State(app): State<App>,
    Caller(who): Caller,
    language: Language,
    uri: Uri,
    Query(asked): Query<Asked>,
) -> Result<Response, Failure> {
    app.run(move |app| {
        if !may_see(&who) {
            return Err(Failure::of(Kind::Forbidden));
        }
        let days = Days { from: asked.from.clone(), to: asked.to.clone() };
        let span = days.span(app)?;
        let effects = app.centre().effects_for(&who, span.from, span.to)?;
        if asked.format == "csv" {
            return Ok(csv(&effects));
        }
        let shell = Shell::new(app, Some(who), language, &uri, "profiles");
        let (from, to) = (span.first.to_string(), span.last.to_string());
        let rows = effects.iter().map(|effect| row(effect, &shell, &asked, (&from, &to))).collect();
        let chosen = effects.iter().find(|effect| effect.ground == asked.ground);
        let detail = chosen.map(|effect| detail(app, effect, &shell)).transpose()?;
        let csv = format!("/profiles/effects?from={from}&to={to}&format=csv");
        Ok(rendered(&EffectsPage { from, to, csv, rows, detail, shell })?.into_response())
    })
    .await
}

fn csv(effects: &[Effect]) -> Response {
    let mut text = String::from(
        "ground,currency,fired,found,nothing,not_applied,unstated,open,amount,minutes,rate_percent,low,high,lift,proposal\n",
    );
    for effect in effects {
        let total = &effect.total;
        let rate = effect.rate.map_or_else(
            || ",,".to_owned(),
            |rate| format!("{:.2},{:.2},{:.2}", rate.measured * 100.0, rate.low * 100.0, rate.high * 100.0),
        );
        // Nothing in a row has a comma or a quote: numbers of profiles have letters, digits and / - . _.
        text += &format!(
            "{},{},{},{},{},{},{},{},{},{},{rate},{},{}\n",
            effect.ground,
            effect.currency,
            total.fired,
            total.found,
            total.nothing,
            total.not_applied,
            total.unstated,
            total.open(),
            total.amount,
            total.minutes,
            effect.lift.map(|lift| format!("{lift:.2}")).unwrap_or_default(),
            effect.proposal.map(Proposal::as_str).unwrap_or_default(),
        );
    }
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"effects.csv\""),
    ];
    (headers, text).into_response()
}
