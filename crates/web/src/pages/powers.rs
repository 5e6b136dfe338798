//! Powers of attorney: the list, one of them, and who acted by one on a case.

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::Uri;
use axum::response::Html;
use centre::{Action, CaseView, PowerView};
use clearance::power::PowerAct;
use clearance::{Input, Representation};

use super::{Shell, rendered};
use crate::access::Caller;
use crate::api::filter::escaped;
use crate::api::powers::{Wanted, day, page_of, seen};
use crate::failure::Failure;
use crate::language::Language;
use crate::power_object::state_of;
use crate::texts::Texts;
use crate::{App, figures};

#[derive(Template)]
#[template(path = "powers.html")]
struct PowersPage {
    shell: Shell,
    wanted: Wanted,
    rows: Vec<PowerRow>,
    next: Option<String>,
    first_page: Option<String>,
}

struct PowerRow {
    number: String,
    principal: String,
    attorney: String,
    from: String,
    to: String,
    state: &'static str,
    tone: &'static str,
    iso: String,
    filed: String,
}

#[derive(Template)]
#[template(path = "power.html")]
struct PowerPage {
    shell: Shell,
    row: PowerRow,
    acts: Vec<String>,
    procedures: String,
    offices: String,
    limit: Option<String>,
    may_delegate: bool,
    delegates: Option<String>,
    revoked: Option<(String, String)>,
    because: Option<String>,
    sha256: String,
}

/// Who acted on a case by a power, in plain words.
pub(super) struct ActedBy {
    pub(super) verb: &'static str,
    pub(super) who: String,
    pub(super) powers: Vec<UsedPower>,
}

/// A power that was used.
pub(super) struct UsedPower {
    pub(super) number: String,
    pub(super) principal: String,
    pub(super) to: String,
    pub(super) iso: String,
    /// Whether it is the one that the one before passes on.
    pub(super) passed_on: bool,
}

impl PowerRow {
    fn new(view: &PowerView, app: &App, shell: &Shell) -> Self {
        let (language, t) = (shell.language, shell.t);
        let state = state_of(&view.stored, day(app));
        let (state, tone) = match state {
            "in_force" => (t.power_in_force, "good"),
            "not_yet" => (t.power_not_yet, "wait"),
            "revoked" => (t.power_revoked, "bad"),
            _ => (t.power_over, "plain"),
        };
        Self {
            number: view.power.number.to_string(),
            principal: view.power.principal.to_string(),
            attorney: view.power.attorney.to_string(),
            from: figures::day(view.power.valid_from, language),
            to: figures::day(view.power.valid_to, language),
            state,
            tone,
            iso: view.stored.filed_at.to_string(),
            filed: figures::moment(view.stored.filed_at, &app.config().time_zone, language),
        }
    }
}

/// The list.
pub(crate) async fn list(
    State(app): State<App>,
    caller: Caller,
    language: Language,
    uri: Uri,
    Query(wanted): Query<Wanted>,
) -> Result<Html<String>, Failure> {
    let who = caller.who_may(Action::SeeCases)?;
    app.run(move |app| {
        let (powers, next) = page_of(app, &who, &wanted)?;
        let shell = Shell::new(app, Some(who), language, &uri, "powers");
        let address = |after: &str| {
            let (principal, attorney) = (escaped(&wanted.principal), escaped(&wanted.attorney));
            format!("/powers?principal={principal}&attorney={attorney}&after={after}")
        };
        let page = PowersPage {
            rows: powers.iter().map(|view| PowerRow::new(view, app, &shell)).collect(),
            next: next.map(|after| address(&after)),
            first_page: (!wanted.after.is_empty()).then(|| address("")),
            wanted: wanted.clone(),
            shell,
        };
        rendered(&page)
    })
    .await
}

/// One power.
pub(crate) async fn power(
    State(app): State<App>,
    caller: Caller,
    language: Language,
    uri: Uri,
    Path(number): Path<String>,
) -> Result<Html<String>, Failure> {
    let who = caller.who_may(Action::SeeCases)?;
    app.run(move |app| {
        let view = seen(app, &who, &number)?;
        let shell = Shell::new(app, Some(who), language, &uri, "powers");
        let power = &view.power;
        let listed = |named: Vec<String>| match named.is_empty() {
            true => shell.t.all_offices.to_owned(),
            false => named.join(", "),
        };
        let page = PowerPage {
            row: PowerRow::new(&view, app, &shell),
            acts: power.acts.iter().map(|act| language.pick(&act.text()).to_owned()).collect(),
            procedures: listed(power.procedures.named().map(ToString::to_string).collect()),
            offices: listed(power.offices.named().map(ToString::to_string).collect()),
            limit: power
                .value_limit
                .as_ref()
                .map(|limit| format!("{} {}", figures::amount(limit.amount, language), limit.currency)),
            may_delegate: power.may_delegate,
            delegates: power.delegates.as_ref().map(ToString::to_string),
            revoked: view
                .stored
                .revoked_at
                .map(|at| (at.to_string(), figures::moment(at, &app.config().time_zone, language))),
            because: view.revocation.as_ref().map(|revocation| revocation.reason.clone()),
            sha256: view.stored.sha256.to_string(),
            shell,
        };
        rendered(&page)
    })
    .await
}

/// Who filed, corrected and withdrew a declaration for its declarant, and by what power.
pub(super) fn acted_by(view: &CaseView, t: &Texts, language: Language) -> Vec<ActedBy> {
    let acted = view.steps.iter().filter_map(|(_, record)| match &record.input {
        Input::File(filing) => Some((PowerAct::File, filing.power.as_deref()?)),
        Input::Correct(correction) => Some((PowerAct::Correct, correction.filing.power.as_deref()?)),
        Input::Withdraw { power, .. } => Some((PowerAct::Withdraw, power.as_deref()?)),
        _ => None,
    });
    let told = |(act, by): (PowerAct, &Representation)| ActedBy {
        verb: match (act, by.sealed) {
            (PowerAct::File, true) => t.power_signed,
            (PowerAct::File, false) => t.power_filed,
            (PowerAct::Correct, _) => t.power_corrected,
            (PowerAct::Withdraw, _) => t.power_withdrew,
        },
        who: by.signed_by(),
        powers: by
            .power
            .iter()
            .flat_map(|held| held.chain())
            .enumerate()
            .map(|(nth, held)| UsedPower {
                number: held.power.number.to_string(),
                principal: held.power.principal.to_string(),
                to: figures::day(held.power.valid_to, language),
                iso: held.power.valid_to.to_string(),
                passed_on: nth > 0,
            })
            .collect(),
    };
    acted.map(told).collect()
}
