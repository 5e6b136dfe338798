//! For operators: board, health, metrics, the description of this API.

use axum::Json;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use centre::Action;

use crate::App;
use crate::access::Caller;
use crate::failure::{Failure, Kind, Problem};

/// The live board: rates, outcomes, states, loads.
#[utoipa::path(
    get, path = "/api/v1/board", tag = "operations",
    responses(
        (status = 200, description = "Counts of the last hour and states over everything.", body = Object),
        (status = 403, description = "Not for traders.", body = Problem, content_type = "application/problem+json"),
    ),
    security(("session" = []))
)]
pub(crate) async fn board(State(app): State<App>, caller: Caller) -> Result<Response, Failure> {
    caller.who_may(Action::Board)?;
    let board = app.run(|app| Ok(app.centre().board()?)).await?;
    Ok(Json(board).into_response())
}

/// Whether the process lives.
#[utoipa::path(get, path = "/healthz", tag = "operations", responses((status = 200, description = "It does.")))]
pub(crate) async fn healthz() -> &'static str {
    "ok\n"
}

/// Whether filings are taken: the centre runs and the store answers.
#[utoipa::path(
    get, path = "/readyz", tag = "operations",
    responses(
        (status = 200, description = "They are."),
        (status = 503, description = "Not now; see `Retry-After`.", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn readyz(State(app): State<App>) -> Result<&'static str, Failure> {
    if !app.centre().is_ready() {
        return Err(Failure::of(Kind::NotReady));
    }
    app.run(|app| Ok(app.centre().checkpoint()?)).await?;
    Ok("ready\n")
}

/// Metrics in the text format of Prometheus.
#[utoipa::path(
    get, path = "/metrics", tag = "operations",
    responses((status = 200, description = "The metrics.", body = String, content_type = "text/plain"))
)]
pub(crate) async fn metrics(State(app): State<App>) -> Response {
    metrics::gauge!("greenlane_intake_waiting").set(app.centre().intake_waiting() as f64);
    let text = crate::metrics_handle().render();
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], text).into_response()
}

/// This description.
#[utoipa::path(
    get, path = "/openapi.json", tag = "operations",
    responses((status = 200, description = "OpenAPI 3.1.", body = Object))
)]
pub(crate) async fn openapi() -> Response {
    ([(header::CONTENT_TYPE, "application/json")], crate::openapi()).into_response()
}
