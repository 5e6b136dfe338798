//! Documents besides declarations: list, show, fetch. They are filed where declarations are.

use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use centre::{Action, Centre, Identity};
use clearance::CaseId;
use serde::{Deserialize, Serialize};
use store::StoredPaper;
use utoipa::{IntoParams, ToSchema};

use crate::App;
use crate::access::{Caller, sees};
use crate::failure::{Failure, Kind, Problem};
use crate::paper_object::PaperObject;

/// Documents on one page of the list.
const PAGE: usize = 100;

/// Which documents to list.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Wanted {
    /// Only those after this one: the next page.
    after: Option<String>,
}

/// A page of the list.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PaperPage {
    /// Newest first.
    documents: Vec<PaperObject>,
    /// What to give as `after` for the next page; null on the last.
    next: Option<String>,
}

/// List documents.
///
/// Preliminary information, value declarations, registers of parcels, corrections, requests: what the
/// caller filed, and what names the participant the caller files for.
#[utoipa::path(
    get, path = "/api/v1/documents", tag = "documents", params(Wanted),
    responses(
        (status = 200, description = "Newest first.", body = PaperPage),
        (status = 401, description = "Only with a login.", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn list(
    State(app): State<App>,
    caller: Caller,
    Query(wanted): Query<Wanted>,
) -> Result<Json<PaperPage>, Failure> {
    let who = caller.who_may(Action::SeeCases)?;
    let after = match wanted.after.as_deref() {
        None | Some("") => None,
        Some(text) => Some(text.parse::<CaseId>().map_err(|_| Failure::of(Kind::BadRequest))?),
    };
    app.run(move |app| {
        let mut papers = app.centre().papers_for(&who, after, PAGE)?;
        for paper in &mut papers {
            blind(app.centre(), &who, paper)?;
        }
        let next = (papers.len() == PAGE).then(|| papers.last().map(|paper| paper.id.to_string())).flatten();
        Ok(Json(PaperPage { documents: papers.iter().map(PaperObject::of_paper).collect(), next }))
    })
    .await
}

/// Show a document: what is known of it, and what it says as canonical JSON.
#[utoipa::path(
    get, path = "/api/v1/documents/{id}", tag = "documents",
    params(("id" = String, Path, description = "The document, a UUID.")),
    responses(
        (status = 200, description = "The document.", body = PaperObject),
        (status = 404, description = "None, or not for these eyes.", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn show(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Response, Failure> {
    let who = caller.who_may(Action::SeeCases)?;
    app.run(move |app| {
        let (paper, bytes) = seen(app.centre(), &who, &id)?;
        let object = PaperObject::of_paper(&paper);
        let Ok(serde_json::Value::Object(mut object)) = serde_json::to_value(&object) else {
            return Err(Failure::of(Kind::Internal));
        };
        let content = seal::content(&bytes).ok().and_then(|content| wire::read(&content).ok());
        let content = content.and_then(|document| {
            document.paper().map(wire::write_paper_json).and_then(|text| serde_json::from_str(&text).ok())
        });
        object.insert("content".to_owned(), content.unwrap_or(serde_json::Value::Null));
        Ok(Json(object).into_response())
    })
    .await
}

/// The exact bytes of a document as they were filed.
#[utoipa::path(
    get, path = "/api/v1/documents/{id}/document", tag = "documents",
    params(("id" = String, Path, description = "The document, a UUID.")),
    responses(
        (status = 200, description = "The bytes.", content_type = "application/octet-stream"),
        (status = 404, description = "None, or not for these eyes.", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn document(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Response, Failure> {
    let who = caller.who_may(Action::SeeCases)?;
    app.run(move |app| {
        let (paper, bytes) = seen(app.centre(), &who, &id)?;
        let kind = if paper.format.starts_with("json") { "application/json" } else { "application/xml" };
        Ok(([(header::CONTENT_TYPE, kind)], bytes).into_response())
    })
    .await
}

/// Keeps the case of a document from whoever may not see that case: who filed what another's declaration
/// names learns nothing of that declaration.
fn blind(centre: &Centre, who: &Identity, paper: &mut StoredPaper) -> Result<(), Failure> {
    if let Some(id) = paper.case {
        let case = centre.store().case(id)?;
        if !case.is_some_and(|case| sees(centre, who, &case).unwrap_or(false)) {
            paper.case = None;
        }
    }
    Ok(())
}

/// A document, if the person may see it: who sees its case, who filed it, and officials.
fn seen(centre: &Centre, who: &Identity, id: &str) -> Result<(StoredPaper, Vec<u8>), Failure> {
    let none = || Failure::of(Kind::NotFound);
    let id: CaseId = id.parse().map_err(|_| none())?;
    let (mut paper, bytes) = centre.paper(id)?.ok_or_else(none)?;
    let own = paper.filer == centre::account_of(&who.login)
        || (who.participant.is_some() && paper.declarant_number == who.participant);
    let allowed = match (who.role, paper.case) {
        (store::Role::Declarant, Some(case)) => {
            own || centre.store().case(case)?.is_some_and(|case| sees(centre, who, &case).unwrap_or(false))
        }
        (store::Role::Declarant, None) => own,
        (
            store::Role::Officer
            | store::Role::Analyst
            | store::Role::RiskChief
            | store::Role::Duty
            | store::Role::Auditor
            | store::Role::Administrator,
            _,
        ) => true,
    };
    if !allowed {
        return Err(none());
    }
    // Who looks over the reads of a case finds those of its papers there.
    centre.record_read(who, paper.case.unwrap_or(id), "document")?;
    blind(centre, who, &mut paper)?;
    Ok((paper, bytes))
}
