//! Declarations: file, show, list, give an input.

use axum::Json;
use axum::extract::{Path, Query, Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use centre::{Action, Identity, Outcome, PaperOutcome, Standing, Submission, SubmitError, account_of};
use data_encoding::{BASE64URL, BASE64URL_NOPAD};
use serde_json::Value;
use store::Role;

use crate::App;
use crate::access::{Caller, Reached, Visitor, case_reached, case_seen, page_of, sees};
use crate::api::case_object::{CaseObject, CasePage, CaseRow, StepObject, knows_profiles};
use crate::api::filter::Filters;
use crate::bodies::{Received, Room, Sort, whole};
use crate::failure::{Failure, Kind, Problem};
use crate::language::Language;
use crate::paper_object::PaperObject;
use crate::submit_object::SubmitObject;

/// The header with the detached seal: its text in base64url.
pub(crate) const SEAL_HEADER: &str = "greenlane-seal";

/// What a document came to.
pub(crate) enum Filed {
    /// It was a declaration.
    Declaration(Box<Outcome>),
    /// It was a document of another kind.
    Paper(Box<PaperOutcome>),
}

/// Hands a document to the centre and waits for the durable answer. Its room is given back when the centre
/// has answered, whether or not anybody still waits.
pub(crate) async fn submitted(app: &App, submission: Submission, room: Room) -> Result<Filed, Failure> {
    let (tell, told) = tokio::sync::oneshot::channel();
    app.centre().submit_then(submission, move |outcome| {
        // Whoever went away loses nothing: the decision is stored.
        let _ = tell.send((outcome, room));
    });
    let (outcome, room) = told.await.map_err(|_| Failure::of(Kind::NotReady))?;
    match outcome {
        Ok(outcome) => Ok(Filed::Declaration(Box::new(outcome))),
        // What is no declaration has a way of its own.
        Err(SubmitError::NoDeclaration { submission, .. }) => {
            app.run(move |app| {
                let filed = app.centre().file_paper(*submission);
                drop(room);
                Ok(Filed::Paper(Box::new(filed?)))
            })
            .await
        }
        Err(why) => Err(why.into()),
    }
}

/// Content that is certainly no declaration by its own word. Whatever else it is called, the bytes decide:
/// many clients send XML under no or a wrong name.
fn is_other_media(headers: &HeaderMap) -> bool {
    const OTHERS: [&str; 7] = [
        "multipart/",
        "image/",
        "audio/",
        "video/",
        "application/pdf",
        "application/zip",
        "application/gzip",
    ];
    let word = |name| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let kind = word(header::CONTENT_TYPE).to_ascii_lowercase();
    let encoding = word(header::CONTENT_ENCODING);
    OTHERS.iter().any(|other| kind.starts_with(other))
        || !(encoding.is_empty() || encoding.eq_ignore_ascii_case("identity"))
}

/// Whether the caller says that it is XML, the one form that can carry its own signature.
fn is_xml(headers: &HeaderMap) -> bool {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    kind.to_ascii_lowercase().contains("xml")
}

pub(crate) fn seal_of(headers: &HeaderMap) -> Result<Option<Vec<u8>>, Failure> {
    let Some(value) = headers.get(SEAL_HEADER) else { return Ok(None) };
    let text = value.as_bytes().trim_ascii();
    let decoded = BASE64URL_NOPAD.decode(text).or_else(|_| BASE64URL.decode(text));
    decoded.map(Some).map_err(|_| {
        Failure::of(Kind::BadRequest).because(
            "Заголовок Greenlane-Seal — не base64url.",
            "The header Greenlane-Seal is not base64url.",
        )
    })
}

/// The account a filing goes through and in whose name it files: that of who is logged in, or nobody's
/// where a seal speaks for the filer or the configuration allows it.
pub(crate) fn filer(app: &App, who: Option<&Identity>, sealed: bool) -> Result<(String, Standing), Failure> {
    match who {
        Some(who) if who.may(Action::File) => Ok((account_of(&who.login), standing_of(who))),
        Some(_) => Err(Failure::of(Kind::Forbidden)),
        None if sealed || app.config().anonymous_filing => Ok((centre::NOBODY.to_owned(), Standing::Unknown)),
        None => Err(Failure::of(Kind::LoginRequired)),
    }
}

/// In whose name an account files.
pub(crate) fn standing_of(who: &Identity) -> Standing {
    match (who.role, who.participant) {
        (Role::Administrator, _) => Standing::Operator,
        (Role::Declarant, Some(number)) => Standing::Participant(number),
        (
            Role::Declarant | Role::Officer | Role::Analyst | Role::RiskChief | Role::Duty | Role::Auditor,
            _,
        ) => Standing::Unknown,
    }
}

/// File a declaration.
///
/// The body is the document itself: XML of the album of formats or canonical JSON, recognised by its
/// bytes. The answer comes when the decision is durable. The same bytes of the same filer are one case,
/// with or without `Idempotency-Key`.
#[utoipa::path(
    post, path = "/api/v1/declarations", tag = "declarations",
    request_body(content = String, content_type = "application/xml", description = "The exact bytes of the document."),
    params(
        ("Greenlane-Seal" = Option<String>, Header, description = "The seal beside the document, base64url: of its text, or CMS (CAdES-BES, CAdES-T) in DER. XML may carry its signature inside instead."),
        ("Idempotency-Key" = Option<String>, Header, description = "Accepted; identical bytes are one case anyway."),
        ("Accept-Language" = Option<String>, Header, description = "`ru` (usual) or `en`: the language of messages."),
    ),
    responses(
        (status = 201, description = "Registered; `state` says what came of it.", body = SubmitObject),
        (status = 200, description = "These bytes had been filed before.", body = SubmitObject),
        (status = 400, description = "No declaration can be read from the bytes.", body = Problem, content_type = "application/problem+json"),
        (status = 401, description = "No account and no seal, or the seal does not hold.", body = Problem, content_type = "application/problem+json"),
        (status = 413, description = "Too large.", body = Problem, content_type = "application/problem+json"),
        (status = 415, description = "Certainly no XML or JSON.", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "Registration refused: the members of the submit object with its findings.", body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "The intake is full; see `Retry-After`.", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn file(
    State(app): State<App>,
    Visitor(who): Visitor,
    language: Language,
    request: Request,
) -> Result<Response, Failure> {
    // Everything that can be said without the document is said before it is read.
    if is_other_media(request.headers()) {
        return Err(Failure::of(Kind::MediaType));
    }
    let seal = seal_of(request.headers())?;
    // A stranger's document may carry its seal inside; that is seen when it is there.
    let (account, standing) = filer(&app, who.as_ref(), seal.is_some() || is_xml(request.headers()))?;
    let sort = if who.is_some() { Sort::Document } else { Sort::StrangersDocument };
    let Received { content: bytes, room } = app.receive(sort, request, whole).await?;
    filer(&app, who.as_ref(), seal.is_some() || seal::is_signed_inside(&bytes))?;
    let outcome = match submitted(&app, Submission { bytes, seal, account, standing }, room).await? {
        Filed::Declaration(outcome) => *outcome,
        Filed::Paper(outcome) => {
            let object = PaperObject::new(&outcome, language);
            let status = if outcome.repeated { StatusCode::OK } else { StatusCode::CREATED };
            let location = [(header::LOCATION, format!("/api/v1/documents/{}", object.id))];
            return Ok((status, location, Json(object)).into_response());
        }
    };
    let mut object = SubmitObject::new(&outcome, language);
    // What fired is for the service's own people, and of cases they may see.
    let told = match who.filter(knows_profiles) {
        Some(who) if !app.config().hits_to_filers => {
            let case = outcome.case.clone();
            app.run(move |app| sees(app.centre(), &who, &case)).await?
        }
        _ => app.config().hits_to_filers,
    };
    if !told {
        object = object.without_hits();
    }
    let location = [(header::LOCATION, format!("/api/v1/declarations/{}", object.id))];
    if object.state == "refused" {
        return Ok((location, refused(&outcome, &object)).into_response());
    }
    let status = if outcome.repeated { StatusCode::OK } else { StatusCode::CREATED };
    Ok((status, location, Json(object)).into_response())
}

/// A refused registration: a decision about a stored case, told as a problem.
fn refused(outcome: &Outcome, object: &SubmitObject) -> Failure {
    let errors = outcome.case.errors;
    let mut failure = Failure::of(Kind::RegistrationRefused).because(
        format!("Ошибок: {errors}. Каждая названа в findings со своей графой."),
        format!("Errors: {errors}. Each is named in findings with its box."),
    );
    if let Ok(Value::Object(members)) = serde_json::to_value(object) {
        failure.members = members;
    }
    failure
}

/// Show a case.
///
/// By its UUID anybody gets the submit object without hits: the identifier is unguessable, and knowing it
/// is the right. Who is logged in and may see the case gets all of it, by UUID or by registration number
/// (`-` for `/`); such a read is recorded.
#[utoipa::path(
    get, path = "/api/v1/declarations/{case}", tag = "declarations",
    params(("case" = String, Path, description = "UUID, or registration number with `-` for `/`.")),
    responses(
        (status = 200, description = "The case.", body = CaseObject),
        (status = 401, description = "By number only with a login.", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "None, or not for these eyes.", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn show(
    State(app): State<App>,
    Visitor(who): Visitor,
    language: Language,
    Path(reference): Path<String>,
) -> Result<Response, Failure> {
    app.run(move |app| {
        let centre = app.centre();
        match case_reached(centre, who, &reference, "api")? {
            Reached::Seen(who, id) => {
                let view = centre.view(id)?;
                Ok(Json(CaseObject::new(&view, &who, language)).into_response())
            }
            Reached::Known(id) => {
                let view = centre.view(id)?;
                let (findings, format) = (&view.assessed.findings, &view.filing.format);
                let object = SubmitObject::of_case(&view.case, findings, language, format);
                Ok(Json(object.without_hits()).into_response())
            }
        }
    })
    .await
}

/// The steps of a case, first to last, with their places in the log.
#[utoipa::path(
    get, path = "/api/v1/declarations/{case}/events", tag = "declarations",
    params(("case" = String, Path, description = "UUID, or registration number with `-` for `/`.")),
    responses(
        (status = 200, description = "The steps.", body = Vec<StepObject>),
        (status = 401, description = "Log in.", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "None, or not for these eyes.", body = Problem, content_type = "application/problem+json"),
    ),
    security(("session" = []))
)]
pub(crate) async fn events(
    State(app): State<App>,
    Caller(who): Caller,
    Path(reference): Path<String>,
) -> Result<Response, Failure> {
    app.run(move |app| {
        let case = case_seen(app.centre(), &who, &reference, "api")?;
        let steps = app.centre().store().steps(case.id)?;
        let mut objects = Vec::with_capacity(steps.len());
        for step in &steps {
            let record = centre::view::read_record(step).map_err(|why| {
                tracing::error!(%why, leaf = step.leaf, "a step is damaged");
                Failure::of(Kind::Internal)
            })?;
            if knows_profiles(&who) || !record.input.is_withheld() {
                objects.push(StepObject::new(step.leaf, &record, &who));
            }
        }
        Ok(Json(objects).into_response())
    })
    .await
}

/// The receipt of a case: proof that its steps are in the log, verifiable without this system.
#[utoipa::path(
    get, path = "/api/v1/declarations/{case}/receipt", tag = "declarations",
    params(("case" = String, Path, description = "UUID (no login needed), or registration number with `-` for `/`.")),
    responses(
        (status = 200, description = "The receipt.", body = String, content_type = "text/plain"),
        (status = 404, description = "None, or not for these eyes.", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn receipt(
    State(app): State<App>,
    Visitor(who): Visitor,
    Path(reference): Path<String>,
) -> Result<Response, Failure> {
    app.run(move |app| {
        let id = match case_reached(app.centre(), who, &reference, "receipt")? {
            Reached::Seen(_, id) | Reached::Known(id) => id,
        };
        let receipt = app.centre().receipt(id)?;
        // The name of the file is the number a person knows.
        let name = receipt.number().map_or_else(|| id.to_string(), |number| number.replace('/', "-"));
        let headers = [
            (header::CONTENT_TYPE, "text/plain; charset=utf-8".to_owned()),
            (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}.receipt.txt\"")),
        ];
        Ok((headers, receipt.to_text()).into_response())
    })
    .await
}

/// All that proves a filing without this system: document, seal, authorities, revocation, receipt.
#[utoipa::path(
    get, path = "/api/v1/declarations/{case}/evidence", tag = "declarations",
    params(("case" = String, Path, description = "UUID, or registration number with `-` for `/`.")),
    responses(
        (status = 200, description = "The evidence, `evidence/1`; `greenlane seal check` reads it.", body = Object, content_type = "application/json"),
        (status = 401, description = "Login required.", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "None, or not for these eyes.", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn evidence(
    State(app): State<App>,
    Caller(who): Caller,
    Path(reference): Path<String>,
) -> Result<Response, Failure> {
    app.run(move |app| {
        let case = case_seen(app.centre(), &who, &reference, "evidence")?;
        let evidence = app.centre().evidence(case.id)?;
        let name =
            case.number.map_or_else(|| case.id.to_string(), |number| number.to_string().replace('/', "-"));
        let headers =
            [(header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}.evidence.json\""))];
        Ok((headers, Json(evidence)).into_response())
    })
    .await
}

/// The document of a case, byte for byte as it was filed.
#[utoipa::path(
    get, path = "/api/v1/declarations/{case}/document", tag = "declarations",
    params(("case" = String, Path, description = "UUID, or registration number with `-` for `/`.")),
    responses(
        (status = 200, description = "The exact bytes.", body = Vec<u8>, content_type = "application/octet-stream"),
        (status = 401, description = "Log in.", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "None, or not for these eyes.", body = Problem, content_type = "application/problem+json"),
    ),
    security(("session" = []))
)]
pub(crate) async fn document(
    State(app): State<App>,
    Caller(who): Caller,
    Path(reference): Path<String>,
) -> Result<Response, Failure> {
    app.run(move |app| {
        let case = case_seen(app.centre(), &who, &reference, "document")?;
        let missing = || Failure::of(Kind::NotFound);
        let document = app.centre().store().document(case.id)?.ok_or_else(missing)?;
        let (kind, suffix) = match document.format.starts_with("json") {
            true => ("application/json", "json"),
            false => ("application/xml", "xml"),
        };
        let name =
            case.number.map_or_else(|| case.id.to_string(), |number| number.to_string().replace('/', "-"));
        let headers = [
            (header::CONTENT_TYPE, kind.to_owned()),
            (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}.{suffix}\"")),
        ];
        Ok((headers, document.bytes).into_response())
    })
    .await
}

/// List cases, newest first.
///
/// Traders see their own, officers those of their offices, the others all.
#[utoipa::path(
    get, path = "/api/v1/declarations", tag = "declarations",
    params(
        ("state" = Option<String>, Query, description = "A state or outcome, such as `routed`."),
        ("office" = Option<String>, Query, description = "The registering office."),
        ("lane" = Option<String>, Query, description = "`green`, `blue`, `yellow`, `red`."),
        ("officer" = Option<String>, Query, description = "The officer who has it."),
        ("declarant" = Option<String>, Query, description = "The declarant's tax number."),
        ("from" = Option<String>, Query, description = "Filed on or after: a day or a moment of RFC 3339."),
        ("to" = Option<String>, Query, description = "Filed on or before this day, or before this moment."),
        ("open" = Option<String>, Query, description = "`1`: only cases that wait for somebody."),
        ("after" = Option<String>, Query, description = "`next` of the page before."),
        ("limit" = Option<u32>, Query, description = "Rows, 50 usually, 200 at most."),
    ),
    responses(
        (status = 200, description = "A page.", body = CasePage),
        (status = 400, description = "A filter makes no sense.", body = Problem, content_type = "application/problem+json"),
        (status = 401, description = "Log in.", body = Problem, content_type = "application/problem+json"),
    ),
    security(("session" = []))
)]
pub(crate) async fn list(
    State(app): State<App>,
    caller: Caller,
    Query(filters): Query<Filters>,
) -> Result<Response, Failure> {
    let who = caller.who_may(Action::SeeCases)?;
    let filter = filters.parse(&app.config().time_zone)?;
    let (rows, next) = app.run(move |app| page_of(app.centre(), &who, filter)).await?;
    let next = next.map(|id| id.to_string());
    let page = CasePage { declarations: rows.iter().map(CaseRow::new).collect(), next: next.clone() };
    let mut response = Json(page).into_response();
    if let Some(next) = next {
        let query = filters.query(&[("after", &next)]);
        let link = format!("</api/v1/declarations?{query}>; rel=\"next\"");
        if let Ok(link) = link.parse() {
            response.headers_mut().insert(header::LINK, link);
        }
    }
    Ok(response)
}
