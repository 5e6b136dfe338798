//! The transparency log, as C2SP tlog-tiles publishes one. Open to everybody: leaves are salted hashes.

use axum::extract::{Path, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use log::{Content, Hash, TILE_WIDTH, TilePath, TileSource};

use crate::App;
use crate::failure::{Failure, Kind, Problem};

/// A tile, once complete or cut, never changes.
const KEEP: &str = "public, max-age=31536000, immutable";

/// The newest signed checkpoint, a note.
#[utoipa::path(
    get, path = "/log/checkpoint", tag = "log",
    responses((status = 200, description = "The checkpoint.", body = String, content_type = "text/plain"))
)]
pub(crate) async fn checkpoint(State(app): State<App>) -> Result<Response, Failure> {
    let note = app.run(|app| Ok(app.centre().checkpoint()?)).await?;
    Ok(([(header::CONTENT_TYPE, "text/plain; charset=utf-8")], note).into_response())
}

/// The key that verifies checkpoints, as signed notes write keys.
#[utoipa::path(
    get, path = "/log/vkey", tag = "log",
    responses((status = 200, description = "The key.", body = String, content_type = "text/plain"))
)]
pub(crate) async fn vkey(State(app): State<App>) -> Result<Response, Failure> {
    let key = app.run(|app| Ok(app.centre().vkey()?)).await?;
    Ok(([(header::CONTENT_TYPE, "text/plain; charset=utf-8")], format!("{key}\n")).into_response())
}

/// A tile of hashes or of entries.
#[utoipa::path(
    get, path = "/log/tile/{path}", tag = "log",
    params(("path" = String, Path, description = "`<L>/<N>[.p/<W>]` or `entries/<N>[.p/<W>]`, N in groups of three digits.")),
    responses(
        (status = 200, description = "Hashes, or entries with their lengths.", body = Vec<u8>, content_type = "application/octet-stream"),
        (status = 404, description = "The log has no such tile yet.", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn tile(State(app): State<App>, Path(path): Path<String>) -> Result<Response, Failure> {
    let missing = || Failure::of(Kind::NotFound);
    let path: TilePath = format!("tile/{path}").parse().map_err(|_| missing())?;
    let bytes = app
        .run(move |app| {
            let size = app.centre().store().checkpoint()?.map_or(0, |checkpoint| checkpoint.size);
            if !path.exists_in(size) {
                return Err(missing());
            }
            match path.content {
                Content::Hashes(level) => Ok(app.centre().tiles().tile(level, path.index, path.width)?),
                Content::Entries => {
                    let from = path.index * u64::from(TILE_WIDTH);
                    let steps = app.centre().store().steps_from(from, usize::from(path.width))?;
                    let entries: Vec<Hash> =
                        steps.iter().map(|step| log::entry_hash(&step.salt, &step.body)).collect();
                    Ok(log::entry_bundle(&entries))
                }
            }
        })
        .await?;
    let headers = [(header::CONTENT_TYPE, "application/octet-stream"), (header::CACHE_CONTROL, KEEP)];
    Ok((headers, bytes).into_response())
}
