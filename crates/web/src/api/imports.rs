//! Imports of reference data while the centre runs: take files into force, take imports back, list.

use axum::Json;
use axum::extract::multipart::Multipart;
use axum::extract::{FromRequest, Path, Query, Request, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use centre::{Action, Change, Identity};
use jiff::civil::Date;
use reference::{DEFAULT_PACK, Dataset, DatasetKind};
use serde::{Deserialize, Serialize};
use tokio_stream::StreamExt;
use utoipa::{IntoParams, ToSchema};

use crate::App;
use crate::access::Caller;
use crate::bodies::{Received, Sort, whole};
use crate::failure::{Failure, Kind, Problem};
use crate::reference_object::{ImportObject, ReportObject};

/// The most files of one request.
const FILES_MAX: usize = 10_000;
/// The longest name of a file, in bytes.
const SOURCE_BYTES_MAX: usize = 255;
/// The most imports taken back in one request.
const UNDONE_MAX: usize = 10_000;

/// What the body is.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
// A mistyped `dry_run` must not import.
#[serde(deny_unknown_fields)]
pub(crate) struct What {
    /// tnved, hs, chapters, rates, exchange, countries, currencies, offices, classifiers, pack, anchors,
    /// revocation or certificates.
    kind: String,
    /// The jurisdiction it belongs to, for rates, exchange, offices and classifiers; usually `eaeu-ru`.
    jurisdiction: Option<String>,
    /// The first day it speaks for; usually all days.
    #[param(value_type = Option<String>)]
    valid_from: Option<Date>,
    /// Where it came from, for people: a file name. Files of a form have names of their own.
    #[serde(default)]
    source: String,
    /// Only say what it would change, and which open cases and profiles it touches.
    #[serde(default)]
    dry_run: bool,
}

/// Whether it is only looked at.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct Trial {
    /// Only say what it would change.
    #[serde(default)]
    dry_run: bool,
}

/// The journal of imports.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Journal {
    /// In the order of effect.
    imports: Vec<ImportObject>,
}

fn unclear(ru: impl Into<String>, en: impl Into<String>) -> Failure {
    Failure::of(Kind::BadRequest).because(ru, en)
}

/// The name a file goes by: the last part of what was given, so that no path of somebody's machine is kept.
fn named(source: &str) -> Result<String, Failure> {
    let name = source.rsplit(['/', '\\']).next().unwrap_or_default().trim();
    if name.len() > SOURCE_BYTES_MAX || name.chars().any(char::is_control) {
        return Err(unclear(
            "Имя файла длиннее 255 байтов или содержит управляющие символы.",
            "The name of a file is longer than 255 bytes or has control characters.",
        ));
    }
    Ok(name.to_owned())
}

/// The files of a body: itself, or the parts of a form.
async fn files(request: Request, app: &App, source: &str) -> Result<Vec<(String, Vec<u8>)>, Failure> {
    let kind = request.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    if !kind.is_some_and(|kind| kind.trim_start().to_ascii_lowercase().starts_with("multipart/form-data")) {
        return Ok(vec![(named(source)?, whole(request).await?)]);
    }
    let form = Multipart::from_request(request, app).await;
    let mut form = form.map_err(|why| Failure::of_status(why.status()))?;
    let mut files = Vec::new();
    while let Some(mut field) = form.next_field().await? {
        let Some(name) = field.file_name().map(named).transpose()? else { continue };
        if files.len() == FILES_MAX {
            return Err(Failure::of(Kind::TooLarge));
        }
        let mut bytes = Vec::new();
        while let Some(chunk) = field.next().await {
            bytes.extend_from_slice(&chunk?);
        }
        files.push((name, bytes));
    }
    Ok(files)
}

/// Makes a change in the name of whoever asked, or says what it would do.
fn changed(app: &App, change: Change, who: &Identity, dry_run: bool) -> Result<ReportObject, Failure> {
    let report = if dry_run {
        app.centre().preview(change, &mut |_| {})?
    } else {
        app.centre().change(change, &who.login, &mut |_| {})?
    };
    tracing::info!(
        by = who.login, dry_run, imported = report.imported.len(), undone = report.undone.len(),
        world = %report.after, "reference data"
    );
    Ok(ReportObject::new(&report, dry_run))
}

/// Import reference data: one file as the body, or several in a form, in the order they have there.
///
/// All are taken into force in one step or none is.
#[utoipa::path(
    post, path = "/api/v1/reference/imports", tag = "reference", params(What),
    request_body(content = Vec<u8>, content_type = "application/octet-stream", description = "The file, at most 64 MB; or `multipart/form-data` with several, as large together."),
    responses(
        (status = 201, description = "They are in force.", body = ReportObject),
        (status = 200, description = "What it would change (`dry_run`).", body = ReportObject),
        (status = 403, description = "Only for who may change rules.", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "This node has its reference data from another.", body = Problem, content_type = "application/problem+json"),
        (status = 413, description = "Too large.", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "Not taken; all that is wrong is in `faults`: code, source, line, column, what, cure.", body = Problem, content_type = "application/problem+json"),
    ),
    security(("session" = []))
)]
pub(crate) async fn import(
    State(app): State<App>,
    caller: Caller,
    Query(what): Query<What>,
    request: Request,
) -> Result<Response, Failure> {
    let who = caller.who_may(Action::ChangeRules)?;
    let kind: DatasetKind = what.kind.parse().map_err(|kinds: String| {
        unclear(
            format!("{}: нет такого вида справочника; есть: {kinds}.", what.kind),
            format!("{}: no such kind of reference data; there are: {kinds}.", what.kind),
        )
    })?;
    let jurisdiction = kind.jurisdiction(what.jurisdiction.as_deref().unwrap_or(DEFAULT_PACK)).to_owned();
    let read = async |request| files(request, &app, &what.source).await;
    let Received { content, room } = app.receive(Sort::Dataset, request, read).await?;
    if content.is_empty() {
        return Err(unclear("В форме нет ни одного файла.", "There is no file in the form."));
    }
    let work = app.work()?;
    app.run(move |app| {
        let datasets = content.into_iter().map(|(source, content)| {
            let dataset = Dataset::new(kind, jurisdiction.clone(), source, content);
            Dataset { valid_from: what.valid_from, ..dataset }
        });
        let change = Change { import: datasets.collect(), ..Change::default() };
        let report = changed(app, change, &who, what.dry_run);
        drop((room, work));
        let status = if what.dry_run { StatusCode::OK } else { StatusCode::CREATED };
        Ok((status, Json(report?)).into_response())
    })
    .await
}

/// Take imports back: what earlier ones say holds again.
#[utoipa::path(
    delete, path = "/api/v1/reference/imports/{numbers}", tag = "reference",
    params(
        ("numbers" = String, Path, description = "The number of an import in force; several, with commas between, are taken back in one step."),
        Trial,
    ),
    responses(
        (status = 200, description = "Taken back, or what that would change.", body = ReportObject),
        (status = 403, description = "Only for who may change rules.", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "This node has its reference data from another.", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "It is not in force, or what is left makes no world.", body = Problem, content_type = "application/problem+json"),
    ),
    security(("session" = []))
)]
pub(crate) async fn undo(
    State(app): State<App>,
    caller: Caller,
    Path(numbers): Path<String>,
    Query(Trial { dry_run }): Query<Trial>,
) -> Result<Json<ReportObject>, Failure> {
    let who = caller.who_may(Action::ChangeRules)?;
    let undo: Vec<u64> = numbers
        .split(',')
        .take(UNDONE_MAX + 1)
        .map(|number| number.trim().parse().map_err(|_| Failure::of(Kind::NotFound)))
        .collect::<Result<_, _>>()?;
    if undo.len() > UNDONE_MAX {
        return Err(Failure::of(Kind::TooLarge));
    }
    let change = Change { undo, ..Change::default() };
    app.run(move |app| Ok(Json(changed(app, change, &who, dry_run)?))).await
}

/// What was imported and taken back, in order.
#[utoipa::path(
    get, path = "/api/v1/reference/imports", tag = "reference",
    responses(
        (status = 200, description = "The journal.", body = Journal),
        (status = 403, description = "Not for traders.", body = Problem, content_type = "application/problem+json"),
    ),
    security(("session" = []))
)]
pub(crate) async fn list(State(app): State<App>, caller: Caller) -> Result<Json<Journal>, Failure> {
    caller.who_may(Action::Board)?;
    app.run(|app| Ok(Json(Journal { imports: ImportObject::journal(&app.centre().imports()?) }))).await
}
