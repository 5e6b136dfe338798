//! What declarants are told: fetched by a cursor, or pushed to an address of theirs.

use axum::Json;
use axum::extract::rejection::JsonRejection;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use centre::{Action, Identity};
use clearance::CaseId;
use data_encoding::BASE64;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use store::Subscription;
use utoipa::{IntoParams, ToSchema};

use crate::App;
use crate::access::Caller;
use crate::bodies::Small;
use crate::failure::{Failure, Kind, Problem};

/// Steps told in one answer, usually and at most.
const PAGE: usize = 100;
const PAGE_MAX: usize = 500;

/// From where to read.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Wanted {
    /// Where the last answer said to go on; 0 from the beginning.
    after: Option<u64>,
    /// How many steps, at most 500.
    limit: Option<usize>,
}

/// Notices in the order of the log.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct NoticeList {
    /// CloudEvents 1.0, each with the document of its format where there is one.
    notices: Vec<Value>,
    /// What to give as `after` next time.
    next: u64,
    /// Whether there may be more right now.
    more: bool,
}

/// Fetch notices.
///
/// Of every case the caller may see, in the order of the log. The cursor is a place in the log: the same
/// cursor gives the same notices, again and again.
#[utoipa::path(
    get, path = "/api/v1/notices", tag = "notices", params(Wanted),
    responses(
        (status = 200, description = "Notices from the cursor on.", body = NoticeList),
        (status = 401, description = "Only with a login.", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn list(
    State(app): State<App>,
    caller: Caller,
    Query(wanted): Query<Wanted>,
) -> Result<Json<NoticeList>, Failure> {
    let who = caller.who_may(Action::SeeCases)?;
    let limit = wanted.limit.unwrap_or(PAGE).clamp(1, PAGE_MAX);
    app.run(move |app| {
        let page = app.centre().notices_to(&who, wanted.after.unwrap_or_default(), limit)?;
        let notices = page.notices.into_iter().flat_map(|told| told.events).collect();
        Ok(Json(NoticeList { notices, next: page.next, more: page.more }))
    })
    .await
}

/// Where notices are pushed to.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SubscriptionObject {
    /// Its identifier.
    id: String,
    /// The address.
    url: String,
    /// When it was made, RFC 3339.
    created_at: String,
    /// The place in the log it has come to.
    next: u64,
    /// Failures in a row.
    failures: u32,
    /// Left alone until then, RFC 3339.
    wait_until: Option<String>,
    /// The key that signs, base64; shown once, when the subscription is made.
    #[serde(skip_serializing_if = "Option::is_none")]
    secret: Option<String>,
}

impl SubscriptionObject {
    fn new(subscription: &Subscription) -> Self {
        Self {
            id: subscription.id.to_string(),
            url: subscription.url.clone(),
            created_at: subscription.created_at.to_string(),
            next: subscription.next_leaf,
            failures: subscription.failures,
            wait_until: subscription.wait_until.map(|until| until.to_string()),
            secret: None,
        }
    }
}

/// The caller's subscriptions.
#[utoipa::path(
    get, path = "/api/v1/subscriptions", tag = "notices",
    responses((status = 200, description = "All of them.", body = [SubscriptionObject]))
)]
pub(crate) async fn subscriptions(
    State(app): State<App>,
    caller: Caller,
) -> Result<Json<Vec<SubscriptionObject>>, Failure> {
    let who = caller.who_may(Action::SeeCases)?;
    app.run(move |app| {
        let all = app.centre().subscriptions(&who)?;
        Ok(Json(all.iter().map(SubscriptionObject::new).collect()))
    })
    .await
}

/// An address to push to.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewSubscription {
    /// `https://…`, of your own.
    url: String,
}

/// Subscribe an address.
///
/// Notices of what happens from now on are posted to it as CloudEvents, at least once, in order for each
/// declaration, signed as Standard Webhooks 1.0 (`webhook-id`, `webhook-timestamp`, `webhook-signature`).
/// A failure is tried again with growing patience for 30 days.
#[utoipa::path(
    post, path = "/api/v1/subscriptions", tag = "notices", request_body = NewSubscription,
    responses(
        (status = 201, description = "Made; `secret` is shown this once.", body = SubscriptionObject),
        (status = 400, description = "No such address can be a receiver.", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn subscribe(
    State(app): State<App>,
    caller: Caller,
    Small(body, _held): Small<Result<Json<NewSubscription>, JsonRejection>>,
) -> Result<(StatusCode, Json<SubscriptionObject>), Failure> {
    let who = caller.who_may(Action::SeeCases)?;
    let Json(body) = body?;
    app.run(move |app| {
        let made = app.centre().subscribe(&who, &body.url)?;
        let secret = Some(BASE64.encode(&made.secret));
        Ok((StatusCode::CREATED, Json(SubscriptionObject { secret, ..SubscriptionObject::new(&made) })))
    })
    .await
}

/// End a subscription.
#[utoipa::path(
    delete, path = "/api/v1/subscriptions/{id}", tag = "notices",
    params(("id" = String, Path, description = "The subscription.")),
    responses(
        (status = 204, description = "Ended."),
        (status = 404, description = "None of yours.", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn unsubscribe(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<StatusCode, Failure> {
    let who = caller.who_may(Action::SeeCases)?;
    let id = identifier(&id)?;
    app.run(move |app| {
        app.centre().unsubscribe(&who, id)?;
        Ok(StatusCode::NO_CONTENT)
    })
    .await
}

/// Since when to deliver again.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Redelivery {
    /// RFC 3339, at most 30 days back.
    since: String,
}

/// Deliver again what happened since a moment.
#[utoipa::path(
    post, path = "/api/v1/subscriptions/{id}/redelivery", tag = "notices", request_body = Redelivery,
    params(("id" = String, Path, description = "The subscription.")),
    responses(
        (status = 200, description = "It begins there again.", body = SubscriptionObject),
        (status = 400, description = "Too far back.", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "None of yours.", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn redeliver(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
    Small(body, _held): Small<Result<Json<Redelivery>, JsonRejection>>,
) -> Result<Json<SubscriptionObject>, Failure> {
    let who: Identity = caller.who_may(Action::SeeCases)?;
    let id = identifier(&id)?;
    let Json(body) = body?;
    let since: Timestamp = body.since.parse().map_err(|_| Failure::of(Kind::BadRequest))?;
    app.run(move |app| {
        let subscription = app.centre().redeliver(&who, id, since)?;
        Ok(Json(SubscriptionObject::new(&subscription)))
    })
    .await
}

fn identifier(text: &str) -> Result<CaseId, Failure> {
    text.parse().map_err(|_| Failure::of(Kind::NotFound))
}
