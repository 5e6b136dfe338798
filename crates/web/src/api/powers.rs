//! Powers of attorney: file, revoke, list, show.

use axum::Json;
use axum::extract::{Path, Query, Request, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use centre::{Action, Identity, PowerOutcome, PowerView, SubmitError};
use clearance::power::PowerNumber;
use declaration::TaxNumber;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use store::{PowerFilter, Role};
use utoipa::{IntoParams, ToSchema};

use crate::App;
use crate::access::{Caller, Visitor};
use crate::api::declarations::{filer, seal_of};
use crate::bodies::{Received, Sort, whole};
use crate::failure::{Failure, Kind, Problem};
use crate::power_object::PowerObject;

/// Powers on one page of the list.
pub(crate) const PAGE: usize = 100;

/// Which powers to list.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default)]
pub(crate) struct Wanted {
    /// Only of the principal with this tax number.
    pub(crate) principal: String,
    /// Only for the attorney with this tax number.
    pub(crate) attorney: String,
    /// Only those filed before this one: the next page.
    pub(crate) after: String,
}

/// A page of the list.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PowerPage {
    /// Newest first.
    powers: Vec<PowerObject>,
    /// What to give as `after` for the next page; null on the last.
    next: Option<String>,
}

/// A power with the evidence of it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct WholePower {
    #[serde(flatten)]
    power: PowerObject,
    /// The exact text that was sealed.
    document: String,
    /// The text of the seal over it.
    seal: String,
}

/// The calendar day of whoever looks.
pub(crate) fn day(app: &App) -> Date {
    app.centre().now().to_zoned(app.config().time_zone.clone()).date()
}

type Taken = Result<PowerOutcome, SubmitError>;

/// Takes a sealed document about a power; `201` where it changed something.
async fn taken(
    app: App,
    who: Option<Identity>,
    request: Request,
    take: impl FnOnce(&centre::Centre, &[u8], Option<&[u8]>, &str) -> Taken + Send + 'static,
) -> Result<Response, Failure> {
    let seal = seal_of(request.headers())?;
    // The seal says whose document it is; an account only says through whom it came.
    let (account, _) = filer(&app, who.as_ref(), seal.is_some())?;
    let Received { content: bytes, room } = app.receive(Sort::Form, request, whole).await?;
    let work = app.work()?;
    app.run(move |app| {
        let outcome = take(app.centre(), &bytes, seal.as_deref(), &account);
        drop((room, work));
        let outcome = outcome?;
        let object = PowerObject::new(&outcome.view, day(app));
        let status = if outcome.repeated { StatusCode::OK } else { StatusCode::CREATED };
        let location = [(header::LOCATION, format!("/api/v1/powers/{}", object.number))];
        Ok((status, location, Json(object)).into_response())
    })
    .await
}

/// File a power of attorney.
///
/// The body is the document itself, sealed over its exact bytes by its principal; see `docs/powers.md`. The
/// same bytes again change nothing.
#[utoipa::path(
    post, path = "/api/v1/powers", tag = "powers",
    request_body(content = String, content_type = "application/json", description = "The exact bytes of the power."),
    params(
        ("Greenlane-Seal" = String, Header, description = "The detached seal, base64url of its text."),
        ("Accept-Language" = Option<String>, Header, description = "`ru` (usual) or `en`: the language of messages."),
    ),
    responses(
        (status = 201, description = "On file.", body = PowerObject),
        (status = 200, description = "It was on file before.", body = PowerObject),
        (status = 401, description = "The seal does not hold.", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "What is wrong with it, in `findings`.", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn file(
    State(app): State<App>,
    Visitor(who): Visitor,
    request: Request,
) -> Result<Response, Failure> {
    taken(app, who, request, |centre, bytes, seal, account| centre.file_power(bytes, seal, account)).await
}

/// Revoke a power of attorney, from this moment on.
///
/// Sealed by the principal of the power, or by that of the power it passes on.
#[utoipa::path(
    post, path = "/api/v1/powers/revocations", tag = "powers",
    request_body(content = String, content_type = "application/json", description = "The exact bytes of the revocation."),
    params(
        ("Greenlane-Seal" = String, Header, description = "The detached seal, base64url of its text."),
        ("Accept-Language" = Option<String>, Header, description = "`ru` (usual) or `en`: the language of messages."),
    ),
    responses(
        (status = 201, description = "Revoked.", body = PowerObject),
        (status = 200, description = "It was revoked before.", body = PowerObject),
        (status = 401, description = "The seal does not hold.", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "What is wrong with it, in `findings`.", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn revoke(
    State(app): State<App>,
    Visitor(who): Visitor,
    request: Request,
) -> Result<Response, Failure> {
    taken(app, who, request, |centre, bytes, seal, account| centre.revoke_power(bytes, seal, account)).await
}

/// What of the list somebody may see: a trader what they have a part in, officials everything. None where
/// nothing can be seen.
fn narrowed(who: &Identity, filter: PowerFilter) -> Option<PowerFilter> {
    if who.role != Role::Declarant {
        return Some(filter);
    }
    let own = who.participant?;
    match (filter.principal, filter.attorney) {
        (None, None) => Some(PowerFilter { party: Some(own), ..filter }),
        (principal, attorney) if principal == Some(own) || attorney == Some(own) => Some(filter),
        (Some(_), None) => Some(PowerFilter { attorney: Some(own), ..filter }),
        (None, Some(_)) => Some(PowerFilter { principal: Some(own), ..filter }),
        (Some(_), Some(_)) => None,
    }
}

/// One page of the powers somebody may see, and where the next one begins.
pub(crate) fn page_of(
    app: &App,
    who: &Identity,
    wanted: &Wanted,
) -> Result<(Vec<PowerView>, Option<String>), Failure> {
    let number = |text: &str| -> Result<Option<TaxNumber>, Failure> {
        let text = text.trim();
        let refused = || {
            Failure::of(Kind::BadRequest).because(
                format!("{text}: это не номер налогоплательщика."),
                format!("{text}: this is no tax number."),
            )
        };
        if text.is_empty() { Ok(None) } else { text.parse().map(Some).map_err(|_| refused()) }
    };
    let after = match wanted.after.as_str() {
        "" => None,
        text => Some(text.parse::<PowerNumber>().map_err(|why| {
            Failure::of(Kind::BadRequest).because("after: это не номер доверенности.", why)
        })?),
    };
    let (principal, attorney) = (number(&wanted.principal)?, number(&wanted.attorney)?);
    // One more than wanted tells whether there is a next page.
    let filter = PowerFilter { principal, attorney, party: None, after, limit: PAGE + 1 };
    let Some(filter) = narrowed(who, filter) else { return Ok((Vec::new(), None)) };
    let mut powers = app.centre().powers(&filter)?;
    let more = powers.len() > PAGE;
    powers.truncate(PAGE);
    let next = powers.last().filter(|_| more).map(|last| last.power.number.to_string());
    Ok((powers, next))
}

/// A power, if somebody may see it: who has a part in it, and officials. Whose it is not learns only that
/// there is none.
pub(crate) fn seen(app: &App, who: &Identity, number: &str) -> Result<PowerView, Failure> {
    let none = || Failure::of(Kind::NotFound);
    let number: PowerNumber = number.parse().map_err(|_| none())?;
    let view = app.centre().power(&number)?.ok_or_else(none)?;
    let parties = [view.stored.principal, view.stored.attorney, view.stored.declarant];
    let own = who.participant.is_some_and(|own| parties.contains(&own));
    if who.role == Role::Declarant && !own { Err(none()) } else { Ok(view) }
}

/// List powers of attorney, newest first.
///
/// A trader sees those it gave, holds, or is spoken for by; officials see all.
#[utoipa::path(
    get, path = "/api/v1/powers", tag = "powers", params(Wanted),
    responses(
        (status = 200, description = "Newest first.", body = PowerPage),
        (status = 401, description = "Only with a login.", body = Problem, content_type = "application/problem+json"),
    ),
    security(("session" = []))
)]
pub(crate) async fn list(
    State(app): State<App>,
    caller: Caller,
    Query(wanted): Query<Wanted>,
) -> Result<Json<PowerPage>, Failure> {
    let who = caller.who_may(Action::SeeCases)?;
    app.run(move |app| {
        let (powers, next) = page_of(app, &who, &wanted)?;
        let day = day(app);
        Ok(Json(PowerPage { powers: powers.iter().map(|view| PowerObject::new(view, day)).collect(), next }))
    })
    .await
}

/// Show a power of attorney with its exact text and its seal: whoever has both can verify it.
#[utoipa::path(
    get, path = "/api/v1/powers/{number}", tag = "powers",
    params(("number" = String, Path, description = "What its principal calls it.")),
    responses(
        (status = 200, description = "The power.", body = WholePower),
        (status = 401, description = "Only with a login.", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "None, or not for these eyes.", body = Problem, content_type = "application/problem+json"),
    ),
    security(("session" = []))
)]
pub(crate) async fn show(
    State(app): State<App>,
    caller: Caller,
    Path(number): Path<String>,
) -> Result<Json<WholePower>, Failure> {
    let who = caller.who_may(Action::SeeCases)?;
    app.run(move |app| {
        let view = seen(app, &who, &number)?;
        let seal = app.centre().power_seal(&view.power.number)?.unwrap_or_default();
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).map_err(|_| Failure::of(Kind::Internal));
        // CMS may have come in DER, which is no text.
        let seal = match String::from_utf8(seal) {
            Ok(seal) => seal,
            Err(der) => seal::pem::block("CMS", der.as_bytes()),
        };
        Ok(Json(WholePower {
            power: PowerObject::new(&view, day(app)),
            document: text(view.stored.document)?,
            seal,
        }))
    })
    .await
}
