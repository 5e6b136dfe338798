//! Reference data for the nodes below: what is in force, signed, and the bytes of it.

use std::convert::Infallible;
use std::time::Duration;

use axum::Extension;
use axum::body::Body;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use centre::Action;
use reference::ContentHash;
use serde::Deserialize;
use tokio::time::{Instant, sleep_until};
use tokio_stream::StreamExt;
use utoipa::IntoParams;

use crate::App;
use crate::access::Caller;
use crate::failure::{Failure, Kind, Problem};
use crate::serve::Stopping;

/// The longest wait for news, in seconds: the answer begins before the bound on every answer.
const WAIT_SECONDS_MAX: u64 = 25;
/// A dataset never changes: its name is its hash.
const KEEP: &str = "private, max-age=31536000, immutable";
/// A dataset is handed over in pieces of so many bytes.
const PIECE_BYTES: usize = 64 << 10;

/// How long to wait for another manifest.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default)]
pub(crate) struct Patience {
    /// Seconds to wait where `If-None-Match` names the manifest in force; at most 25, more counts as 25.
    wait: u64,
}

/// Whether `If-None-Match` names this tag.
fn names(headers: &HeaderMap, tag: &str) -> bool {
    let lines = headers.get_all(header::IF_NONE_MATCH).into_iter().filter_map(|line| line.to_str().ok());
    lines.flat_map(|line| line.split(',')).any(|one| one.trim().trim_start_matches("W/") == tag)
}

/// What reference data are in force, signed.
///
/// A signed note of the log's key. Its text: `greenlane reference manifest/1`, the origin, the number of the newest
/// import, when it was made, the hash of the reference, then a JSON object a line for each import in force, in the
/// order of effect. With `If-None-Match` and `wait` it is answered the moment the manifest changes.
#[utoipa::path(
    get, path = "/api/v1/reference/manifest", tag = "reference",
    params(
        Patience,
        ("If-None-Match" = Option<String>, Header, description = "The `ETag` of the manifest that is known."),
    ),
    responses(
        (status = 200, description = "The note, with its `ETag`.", body = String, content_type = "text/plain"),
        (status = 304, description = "It is the one that is known."),
        (status = 401, description = "Log in.", body = Problem, content_type = "application/problem+json"),
        (status = 403, description = "Not for traders.", body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "Too many wait; see `Retry-After`.", body = Problem, content_type = "application/problem+json"),
    ),
    security(("session" = []))
)]
pub(crate) async fn manifest(
    State(app): State<App>,
    caller: Caller,
    Query(patience): Query<Patience>,
    stopping: Option<Extension<Stopping>>,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    caller.who_may(Action::Board)?;
    let until = Instant::now() + Duration::from_secs(patience.wait.min(WAIT_SECONDS_MAX));
    // Listening begins before looking: nothing falls between.
    let mut changes = app.centre().world_changes();
    let mut waiting = None;
    loop {
        let published = {
            let _work = app.work()?;
            app.run(|app| Ok(app.centre().manifest()?)).await?
        };
        let kept = [(header::ETAG, published.tag.clone()), (header::CACHE_CONTROL, "no-cache".to_owned())];
        if !names(&headers, &published.tag) {
            let text = [(header::CONTENT_TYPE, "text/plain; charset=utf-8")];
            return Ok((kept, text, published.note.clone()).into_response());
        }
        if patience.wait == 0 {
            return Ok((StatusCode::NOT_MODIFIED, kept).into_response());
        }
        // Who waits is counted among the streams, not among those who are worked for.
        if waiting.is_none() {
            waiting = Some(app.stream()?);
        }
        let stopped = async {
            match stopping.clone() {
                Some(Extension(mut stopping)) => stopping.wait().await,
                None => std::future::pending().await,
            }
        };
        let news = tokio::select! {
            changed = changes.changed() => changed.is_ok(),
            () = sleep_until(until) => false,
            () = stopped => false,
        };
        if !news {
            return Ok((StatusCode::NOT_MODIFIED, kept).into_response());
        }
    }
}

/// The bytes of a dataset, as imported.
#[utoipa::path(
    get, path = "/api/v1/reference/datasets/{hash}", tag = "reference",
    params(("hash" = String, Path, description = "The hash that the manifest names.")),
    responses(
        (status = 200, description = "The bytes; they never change.", body = Vec<u8>, content_type = "application/octet-stream"),
        (status = 401, description = "Log in.", body = Problem, content_type = "application/problem+json"),
        (status = 403, description = "Not for traders.", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "It was never imported here.", body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "Too many are handed over; see `Retry-After`.", body = Problem, content_type = "application/problem+json"),
    ),
    security(("session" = []))
)]
pub(crate) async fn dataset(
    State(app): State<App>,
    caller: Caller,
    Path(hash): Path<String>,
) -> Result<Response, Failure> {
    caller.who_may(Action::Board)?;
    let missing = || Failure::of(Kind::NotFound);
    let hash: ContentHash = hash.parse().map_err(|_| missing())?;
    // Held until the last byte is handed over: each takes as much memory as it is long.
    let permit = app.hand_over()?;
    let bytes = app.run(move |app| app.centre().dataset(&hash)?.ok_or_else(missing)).await?;
    let length = bytes.len();
    let mut at = 0;
    let pieces = tokio_stream::iter(std::iter::from_fn(move || {
        let _held = &permit;
        let piece = bytes.get(at..bytes.len().min(at + PIECE_BYTES)).filter(|piece| !piece.is_empty())?;
        at += piece.len();
        Some(piece.to_vec())
    }));
    let headers = [
        (header::CONTENT_TYPE, "application/octet-stream".to_owned()),
        (header::CONTENT_LENGTH, length.to_string()),
        (header::CACHE_CONTROL, KEEP.to_owned()),
        (header::ETAG, format!("\"{hash}\"")),
    ];
    Ok((headers, Body::from_stream(pieces.map(Ok::<_, Infallible>))).into_response())
}
