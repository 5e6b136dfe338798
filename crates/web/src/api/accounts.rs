//! Payers' accounts and guarantees: payments in and out, statements, reconciliation, the register.

use axum::Json;
use axum::extract::{Path, Query, Request, State};
use axum::http::StatusCode;
use centre::{Action, Identity};
use clearance::CaseId;
use declaration::TaxNumber;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use utoipa::IntoParams;

use crate::App;
use crate::access::Caller;
use crate::account_object::{
    BookedObject, CoverObject, DocumentedPayment, FreedObject, NotOne, PaymentsObject, ReconciliationObject,
    RegisterObject, ReturnObject, StatementObject, decimal,
};
use crate::bodies::{Received, Sort, whole};
use crate::failure::{Failure, Kind, Problem};

/// The most documents, banks or guarantees of one request: all are one transaction.
const ROWS_MAX: usize = 10_000;

fn unclear(ru: impl Into<String>, en: impl Into<String>) -> Failure {
    Failure::of(Kind::BadRequest).because(ru, en)
}

impl From<NotOne> for Failure {
    fn from(NotOne { member, text }: NotOne) -> Self {
        unclear(
            format!("{member}: «{text}» — не то, что здесь ожидается."),
            format!("{member}: \"{text}\" is not what is expected here."),
        )
    }
}

fn within(rows: usize) -> Result<(), Failure> {
    if rows > ROWS_MAX { Err(Failure::of(Kind::TooLarge)) } else { Ok(()) }
}

/// What an administrator sends, read as JSON, and what is done with it.
async fn told<B, T>(
    app: App,
    caller: Caller,
    request: Request,
    work: impl FnOnce(&App, &Identity, B) -> Result<T, Failure> + Send + 'static,
) -> Result<T, Failure>
where
    B: DeserializeOwned + Send + 'static,
    T: Send + 'static,
{
    let who = caller.who_may(Action::Administer)?;
    let Received { content, room } = app.receive(Sort::Document, request, whole).await?;
    let permit = app.work()?;
    app.run(move |app| {
        let body: B =
            serde_json::from_slice(&content).map_err(|why| unclear(why.to_string(), why.to_string()))?;
        let done = work(app, &who, body);
        drop((room, permit));
        done
    })
    .await
}

/// Book incoming payments, all in one transaction, each document once.
///
/// Cases that waited for the money go on.
#[utoipa::path(
    post, path = "/api/v1/payments", tag = "accounts", request_body = PaymentsObject,
    responses(
        (status = 200, description = "Booked, or booked before.", body = BookedObject),
        (status = 400, description = "Something is not what it should be; nothing was booked.", body = Problem, content_type = "application/problem+json"),
        (status = 403, description = "Only for administrators.", body = Problem, content_type = "application/problem+json"),
    ),
    security(("session" = []))
)]
pub(crate) async fn pay(
    State(app): State<App>,
    caller: Caller,
    request: Request,
) -> Result<Json<BookedObject>, Failure> {
    told(app, caller, request, |app, who, PaymentsObject { payments }| {
        within(payments.len())?;
        let documents = payments.iter().map(DocumentedPayment::document).collect::<Result<Vec<_>, _>>()?;
        let booked = app.centre().book_payments(&documents)?;
        tracing::info!(by = who.login, payments = booked.len(), "payments");
        Ok(Json(BookedObject { booked }))
    })
    .await
}

/// Pay advance money back to its payer, once per document.
#[utoipa::path(
    post, path = "/api/v1/payments/refunds", tag = "accounts", request_body = DocumentedPayment,
    responses(
        (status = 200, description = "Booked, or booked before.", body = BookedObject),
        (status = 400, description = "There is less on the account.", body = Problem, content_type = "application/problem+json"),
        (status = 403, description = "Only for administrators.", body = Problem, content_type = "application/problem+json"),
    ),
    security(("session" = []))
)]
pub(crate) async fn refund(
    State(app): State<App>,
    caller: Caller,
    request: Request,
) -> Result<Json<BookedObject>, Failure> {
    told(app, caller, request, |app, who, refund: DocumentedPayment| {
        let booked = app.centre().refund_advance(&refund.document()?)?;
        tracing::info!(by = who.login, booked, "a refund");
        Ok(Json(BookedObject { booked: vec![booked] }))
    })
    .await
}

/// Return what was paid too much for a case to the payer's advances, once per decision.
#[utoipa::path(
    post, path = "/api/v1/payments/returns", tag = "accounts", request_body = ReturnObject,
    responses(
        (status = 200, description = "Booked, or booked before.", body = BookedObject),
        (status = 400, description = "It is more than was paid for the case.", body = Problem, content_type = "application/problem+json"),
        (status = 403, description = "Only for administrators.", body = Problem, content_type = "application/problem+json"),
    ),
    security(("session" = []))
)]
pub(crate) async fn give_back(
    State(app): State<App>,
    caller: Caller,
    request: Request,
) -> Result<Json<BookedObject>, Failure> {
    told(app, caller, request, |app, who, ReturnObject { decision, case, reason }: ReturnObject| {
        let booked = app.centre().return_overpaid(&decision.document()?, case_id(&case)?, &reason)?;
        tracing::info!(by = who.login, booked, "a return");
        Ok(Json(BookedObject { booked: vec![booked] }))
    })
    .await
}

fn case_id(text: &str) -> Result<CaseId, Failure> {
    text.parse().map_err(|why: &str| unclear(format!("case: {text} — не идентификатор дела."), why))
}

/// Which days.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct Days {
    /// The first day.
    #[param(value_type = Option<String>)]
    from: Option<Date>,
    /// The last day.
    #[param(value_type = Option<String>)]
    to: Option<Date>,
    /// The time zone days are counted in, such as `Europe/Moscow`; usually that of the service.
    zone: Option<String>,
}

/// Whose accounts somebody may look at: payers at their own.
fn may_see(who: &Identity, payer: TaxNumber) -> Result<(), Failure> {
    if who.may(Action::SeeAccounts) || who.participant == Some(payer) {
        return Ok(());
    }
    Err(Failure::of(Kind::Forbidden))
}

/// Opening balance, what moved, closing balance of every account of a payer.
#[utoipa::path(
    get, path = "/api/v1/accounts/{payer}/statement", tag = "accounts",
    params(("payer" = String, Path, description = "Tax number of the payer."), Days),
    responses(
        (status = 200, description = "Each account.", body = StatementObject),
        (status = 403, description = "Somebody else's, and not for this role.", body = Problem, content_type = "application/problem+json"),
    ),
    security(("session" = []))
)]
pub(crate) async fn statement(
    State(app): State<App>,
    caller: Caller,
    Path(payer): Path<String>,
    Query(Days { from, to, zone }): Query<Days>,
) -> Result<Json<StatementObject>, Failure> {
    let payer: TaxNumber = payer.parse().map_err(|_| Failure::of(Kind::NotFound))?;
    may_see(&caller.0, payer)?;
    let permit = app.work()?;
    app.run(move |app| {
        let zone = match zone {
            None => app.config().time_zone.clone(),
            Some(name) => TimeZone::get(&name)
                .map_err(|why| unclear(format!("zone: нет часового пояса {name}."), why.to_string()))?,
        };
        let statements = app.centre().statement(payer, from, to, &zone)?;
        drop(permit);
        let name = zone.iana_name().unwrap_or("UTC");
        Ok(Json(StatementObject::new(payer, [from, to], name, &statements)))
    })
    .await
}

/// Compare every balance with its postings, open cases and guarantees.
#[utoipa::path(
    get, path = "/api/v1/accounts/reconciliation", tag = "accounts",
    responses(
        (status = 200, description = "What differs: nothing, if all is well.", body = ReconciliationObject),
        (status = 403, description = "Only for duty officers, auditors and administrators.", body = Problem, content_type = "application/problem+json"),
    ),
    security(("session" = []))
)]
pub(crate) async fn reconcile(
    State(app): State<App>,
    caller: Caller,
) -> Result<Json<ReconciliationObject>, Failure> {
    caller.who_may(Action::SeeAccounts)?;
    // Whoever writes waits meanwhile: one at a time.
    let permit = app.comparison()?;
    app.run(move |app| {
        let found = app.centre().reconcile()?;
        drop(permit);
        Ok(Json(found.into()))
    })
    .await
}

/// Which guarantees.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct Whose {
    /// Only of this principal, by tax number. A trader sees their own.
    principal: Option<String>,
}

/// The register of guarantees with what they cover and can still cover, and of banks.
#[utoipa::path(
    get, path = "/api/v1/guarantees", tag = "accounts", params(Whose),
    responses(
        (status = 200, description = "The register; to a trader without the banks.", body = RegisterObject),
        (status = 403, description = "Somebody else's, and not for this role.", body = Problem, content_type = "application/problem+json"),
    ),
    security(("session" = []))
)]
pub(crate) async fn register(
    State(app): State<App>,
    caller: Caller,
    Query(Whose { principal }): Query<Whose>,
) -> Result<Json<RegisterObject>, Failure> {
    let wanted = principal.as_deref().filter(|text| !text.is_empty()).map(str::parse::<TaxNumber>);
    let wanted = wanted.transpose().map_err(|_| {
        unclear("principal: это не номер налогоплательщика.", "principal: this is no tax number.")
    })?;
    let all = caller.0.may(Action::SeeAccounts);
    let principal = if all { wanted } else { wanted.or(caller.0.participant) };
    match principal {
        Some(principal) => may_see(&caller.0, principal)?,
        None if all => {}
        None => return Err(Failure::of(Kind::Forbidden)),
    }
    app.run(move |app| Ok(Json(RegisterObject::of(app.centre(), principal, all)?))).await
}

/// Take guarantees into the register, all or none. Cases that waited for security go on.
#[utoipa::path(
    post, path = "/api/v1/guarantees", tag = "accounts", request_body = RegisterObject,
    responses(
        (status = 201, description = "In the register."),
        (status = 400, description = "A limit would be exceeded, or something is not what it should be.", body = Problem, content_type = "application/problem+json"),
        (status = 403, description = "Only for administrators.", body = Problem, content_type = "application/problem+json"),
    ),
    security(("session" = []))
)]
pub(crate) async fn give(
    State(app): State<App>,
    caller: Caller,
    request: Request,
) -> Result<StatusCode, Failure> {
    told(app, caller, request, |app, who, RegisterObject { guarantees, banks }| {
        within(guarantees.len() + banks.len())?;
        let banks = banks.iter().map(|bank| bank.bank()).collect::<Result<Vec<_>, _>>()?;
        let given = guarantees.iter().map(|one| one.guarantee()).collect::<Result<Vec<_>, _>>()?;
        if !banks.is_empty() {
            app.centre().put_banks(&banks)?;
        }
        if !given.is_empty() {
            app.centre().give_guarantees(&given)?;
        }
        tracing::info!(by = who.login, banks = banks.len(), guarantees = given.len(), "guarantees");
        Ok(StatusCode::CREATED)
    })
    .await
}

/// End a guarantee that covers nothing now.
#[utoipa::path(
    delete, path = "/api/v1/guarantees/{number}", tag = "accounts",
    params(("number" = String, Path, description = "Number of the guarantee.")),
    responses(
        (status = 200, description = "Ended.", body = FreedObject),
        (status = 400, description = "It covers a case, is not there or has ended.", body = Problem, content_type = "application/problem+json"),
        (status = 403, description = "Only for administrators.", body = Problem, content_type = "application/problem+json"),
    ),
    security(("session" = []))
)]
pub(crate) async fn end(
    State(app): State<App>,
    caller: Caller,
    Path(number): Path<String>,
) -> Result<Json<FreedObject>, Failure> {
    let who = caller.who_may(Action::Administer)?;
    app.run(move |app| {
        let known = app.centre().store().guarantees(None)?;
        let amount = known.into_iter().find(|one| one.number == number).map(|one| one.amount);
        app.centre().end_guarantee(&number)?;
        tracing::info!(by = who.login, number, "a guarantee ended");
        Ok(Json(FreedObject { freed: amount.unwrap_or_default().to_string() }))
    })
    .await
}

/// Cover a case by a guarantee. A case that waited for nothing else goes on.
#[utoipa::path(
    post, path = "/api/v1/guarantees/covers", tag = "accounts", request_body = CoverObject,
    responses(
        (status = 201, description = "Covered."),
        (status = 400, description = "The guarantee is another's, not in force, or covers too much already.", body = Problem, content_type = "application/problem+json"),
        (status = 403, description = "Only for administrators.", body = Problem, content_type = "application/problem+json"),
    ),
    security(("session" = []))
)]
pub(crate) async fn cover(
    State(app): State<App>,
    caller: Caller,
    request: Request,
) -> Result<StatusCode, Failure> {
    told(app, caller, request, |app, who, CoverObject { guarantee, case, amount }| {
        let amount = decimal("amount", &amount)?;
        app.centre().take_cover(&guarantee, case_id(&case)?, amount, &who.login)?;
        Ok(StatusCode::CREATED)
    })
    .await
}

/// Free what guarantees cover of a case: its debt is paid, or its procedure completed.
#[utoipa::path(
    delete, path = "/api/v1/guarantees/covers/{case}", tag = "accounts",
    params(("case" = String, Path, description = "The case.")),
    responses(
        (status = 200, description = "Freed.", body = FreedObject),
        (status = 400, description = "The case is decided otherwise than conditionally.", body = Problem, content_type = "application/problem+json"),
        (status = 403, description = "Only for administrators.", body = Problem, content_type = "application/problem+json"),
    ),
    security(("session" = []))
)]
pub(crate) async fn free(
    State(app): State<App>,
    caller: Caller,
    Path(case): Path<String>,
) -> Result<Json<FreedObject>, Failure> {
    let who = caller.who_may(Action::Administer)?;
    app.run(move |app| {
        let freed = app.centre().free_cover(case_id(&case)?, &who.login)?;
        Ok(Json(FreedObject { freed: freed.to_string() }))
    })
    .await
}
