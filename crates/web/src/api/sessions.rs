//! Sessions for programs: a login for a bearer token.

use axum::Json;
use axum::extract::State;
use axum::extract::rejection::JsonRejection;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use centre::Identity;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::App;
use crate::access::{Caller, token};
use crate::bodies::Small;
use crate::failure::{Failure, Kind, Problem};

/// A login and its password.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Credentials {
    /// The login.
    pub(crate) login: String,
    /// The password.
    pub(crate) password: String,
}

/// A session.
#[derive(Serialize, ToSchema)]
pub(crate) struct SessionObject {
    /// For `Authorization: Bearer`. Shown once; valid for twelve hours.
    token: String,
    /// The name of the account.
    name: String,
    /// The role.
    role: &'static str,
}

/// The longest login looked up, in bytes.
const LOGIN_BYTES_MAX: usize = 128;

/// Logs somebody in; only so many at a time, because checking a password is dear, and nobody waits: who
/// tries passwords would fill any queue.
pub(crate) async fn logged_in(app: &App, credentials: Credentials) -> Result<(String, Identity), Failure> {
    if credentials.login.len() > LOGIN_BYTES_MAX {
        return Err(Failure::of(Kind::WrongLogin));
    }
    let permit = app.password_check()?;
    app.run(move |app| {
        // Held by the check itself, which goes on where the client has gone away.
        let _permit = permit;
        Ok(app.centre().login(credentials.login.trim(), &credentials.password)?)
    })
    .await
}

/// Log in.
#[utoipa::path(
    post, path = "/api/v1/sessions", tag = "sessions", request_body = Credentials,
    responses(
        (status = 201, description = "The session.", body = SessionObject),
        (status = 401, description = "Login or password is wrong.", body = Problem, content_type = "application/problem+json"),
        (status = 429, description = "Too many failures; see `Retry-After`.", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn login(
    State(app): State<App>,
    Small(body, _held): Small<Result<Json<Credentials>, JsonRejection>>,
) -> Result<Response, Failure> {
    // The rejection may quote the body: a password must not come back or get anywhere.
    let Json(credentials) = body.map_err(|why| Failure::of_status(why.status()))?;
    let (token, who) = logged_in(&app, credentials).await?;
    let object = SessionObject { token, name: who.name, role: who.role.as_str() };
    Ok((StatusCode::CREATED, Json(object)).into_response())
}

/// Log out: the token is worth nothing any more.
#[utoipa::path(
    delete, path = "/api/v1/sessions", tag = "sessions",
    responses(
        (status = 204, description = "Ended."),
        (status = 401, description = "There is no such session.", body = Problem, content_type = "application/problem+json"),
    ),
    security(("session" = []))
)]
pub(crate) async fn logout(
    State(app): State<App>,
    Caller(_): Caller,
    headers: HeaderMap,
) -> Result<StatusCode, Failure> {
    if let Some(token) = token(&headers).map(str::to_owned) {
        app.run(move |app| Ok(app.centre().logout(&token)?)).await?;
    }
    Ok(StatusCode::NO_CONTENT)
}
