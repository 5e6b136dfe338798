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

/// Whether filings are taken: the centre runs and the store answers. A node that follows another says in a second
/// line how long ago both had the same reference data in force, and takes filings all the while.
#[utoipa::path(
    get, path = "/readyz", tag = "operations",
    responses(
        (status = 200, description = "They are."),
        (status = 503, description = "Not now; see `Retry-After`.", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn readyz(State(app): State<App>) -> Result<String, Failure> {
    let following = app.centre().following();
    if !app.centre().is_ready() {
        let empty_handed = following.is_some_and(|following| following.agreed_at.is_none());
        return Err(if empty_handed { Failure::of(Kind::EmptyHanded) } else { Failure::of(Kind::NotReady) });
    }
    app.run(|app| Ok(app.centre().checkpoint()?)).await?;
    // Why they differ is for the operator's log, not for everybody.
    Ok(following.map_or_else(
        || "ready\n".to_owned(),
        |following| {
            let seconds = following.silent_seconds(app.centre().now());
            let trouble = if following.trouble.is_some() { "; see the log" } else { "" };
            format!("ready\nreference data as above {seconds:.0} s ago{trouble}\n")
        },
    ))
}

/// Metrics in the text format of Prometheus.
#[utoipa::path(
    get, path = "/metrics", tag = "operations",
    responses((status = 200, description = "The metrics.", body = String, content_type = "text/plain"))
)]
pub(crate) async fn metrics(State(app): State<App>) -> Response {
    metrics::gauge!("greenlane_intake_waiting").set(app.centre().intake_waiting() as f64);
    if let Some(following) = app.centre().following() {
        let seconds = following.silent_seconds(app.centre().now());
        metrics::gauge!("greenlane_follow_agreed_seconds").set(seconds);
    }
    // What housekeeping found last; a store that does not answer keeps the other figures from nobody.
    if let Ok(drifts) = app.run(|app| Ok(app.centre().drifts_in_force()?)).await {
        for mode in clearance::scoring::Mode::ALL {
            let of_mode =
                drifts.iter().find(|(_, other, _)| *other == mode).map_or(0.0, |(.., drift)| *drift);
            metrics::gauge!("greenlane_model_drift", "mode" => mode.as_str()).set(of_mode);
        }
    }
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
