//! Filing from a page: a document, its seal, and the choice only to check it.

use askama::Template;
use axum::extract::multipart::{Multipart, MultipartError};
use axum::extract::{FromRequest, Request, State};
use axum::http::{StatusCode, Uri};
use axum::response::{Html, IntoResponse, Redirect, Response};
use centre::{Action, Identity, Submission};
use clearance::assess::Circumstances;
use declaration::{Finding, Severity};
use jiff::Timestamp;
use risk::{Category, Draw};

use super::form::{Block, Marks, Walk};
use super::meaning::Meanings;
use super::payments::Payments;
use super::{Shell, rendered};
use crate::App;
use crate::access::Caller;
use crate::api::declarations::{Filed, filer, standing_of, submitted};
use crate::bodies::{Received, Sort};
use crate::failure::{Failure, Kind};
use crate::language::Language;

/// The largest seal, in bytes: a PKCS#7 with a long chain has a tenth of it.
const SEAL_BYTES_MAX: usize = 256 << 10;

#[derive(Template)]
#[template(path = "file.html")]
struct FilePage {
    shell: Shell,
    problem: Option<UploadProblem>,
    checked: Option<Checked>,
}

/// Why nothing came of an upload.
struct UploadProblem {
    title: String,
    text: String,
    code: String,
    findings: Vec<CheckedFinding>,
}

/// What a check found; nothing was stored.
struct Checked {
    name: String,
    format: String,
    kind: &'static str,
    procedure: String,
    items: usize,
    errors: usize,
    findings: Vec<CheckedFinding>,
    payments: Payments,
    form: Block,
}

struct CheckedFinding {
    severity: &'static str,
    severity_word: &'static str,
    code: String,
    place: String,
    text: String,
}

impl CheckedFinding {
    fn new(finding: &Finding, shell: &Shell) -> Self {
        Self {
            severity: finding.severity.as_str(),
            severity_word: shell.t.severity(finding.severity),
            code: finding.code.clone().into_owned(),
            place: match finding.box_number.is_empty() {
                true => finding.path.as_str().to_owned(),
                false => format!("{} {} · {}", shell.t.box_word, finding.box_number, finding.path),
            },
            text: shell.language.pick(&finding.text).to_owned(),
        }
    }
}

/// What a form carries.
#[derive(Default)]
struct Upload {
    name: String,
    bytes: Vec<u8>,
    seal: Option<Vec<u8>>,
    check_only: bool,
}

impl From<MultipartError> for Failure {
    fn from(why: MultipartError) -> Self {
        Failure::of_status(why.status())
    }
}

/// The form.
pub(crate) async fn form(
    State(app): State<App>,
    caller: Caller,
    language: Language,
    uri: Uri,
) -> Result<Html<String>, Failure> {
    let who = caller.who_may(Action::File)?;
    rendered(&FilePage {
        shell: Shell::new(&app, Some(who), language, &uri, "file"),
        problem: None,
        checked: None,
    })
}

async fn read(request: Request, app: &App) -> Result<Upload, Failure> {
    let multipart = Multipart::from_request(request, app).await;
    let mut multipart = multipart.map_err(|why| Failure::of_status(why.status()))?;
    let mut upload = Upload::default();
    while let Some(field) = multipart.next_field().await? {
        match field.name() {
            Some("document") => {
                upload.name = field.file_name().unwrap_or_default().to_owned();
                // Nobody else has these bytes: they become the document without a copy.
                upload.bytes = Vec::from(field.bytes().await?);
            }
            Some("seal") => {
                let bytes = field.bytes().await?;
                if bytes.len() > SEAL_BYTES_MAX {
                    return Err(Failure::of(Kind::TooLarge));
                }
                // A file field that was left empty still comes.
                upload.seal = (!bytes.is_empty()).then(|| Vec::from(bytes));
            }
            Some("check_only") => upload.check_only = !field.bytes().await?.is_empty(),
            _ => return Err(Failure::of(Kind::BadRequest)),
        }
    }
    Ok(upload)
}

/// Takes the form: files and shows the case, or only checks.
pub(crate) async fn upload(
    State(app): State<App>,
    caller: Caller,
    language: Language,
    uri: Uri,
    request: Request,
) -> Result<Response, Failure> {
    let who = caller.who_may(Action::File)?;
    let received = app.receive(Sort::Document, request, |request| read(request, &app)).await?;
    let result = if received.content.check_only {
        let (who, uri, permit) = (who.clone(), uri.clone(), app.work()?);
        app.run(move |app| {
            let (_permit, Received { content, room: _room }) = (permit, received);
            Ok(checked(app, &content, &who, language, &uri)?.into_response())
        })
        .await
    } else {
        filed(&app, received, &who).await
    };
    match result {
        // What is wrong with the document is said on the form; anything else has its own page.
        Err(why) if is_of_document(why.status) => {
            let detail = why.detail.as_ref().map(|text| language.pick(text)).unwrap_or_default();
            let cure = why.cure.as_ref().map(|text| language.pick(text)).unwrap_or_default();
            let shell = Shell::new(&app, Some(who), language, &uri, "file");
            let page = FilePage {
                problem: Some(UploadProblem {
                    findings: why.findings.iter().map(|found| CheckedFinding::new(found, &shell)).collect(),
                    title: language.pick(&why.title).to_owned(),
                    text: format!("{detail} {cure}").trim().to_owned(),
                    code: why.code.clone().into_owned(),
                }),
                checked: None,
                shell,
            };
            Ok((StatusCode::UNPROCESSABLE_ENTITY, rendered(&page)?).into_response())
        }
        other => other,
    }
}

/// Whether a failure speaks of the document, or of what it asks for.
fn is_of_document(status: StatusCode) -> bool {
    matches!(
        status,
        StatusCode::BAD_REQUEST
            | StatusCode::UNAUTHORIZED
            | StatusCode::CONFLICT
            | StatusCode::UNPROCESSABLE_ENTITY
    )
}

async fn filed(app: &App, received: Received<Upload>, who: &Identity) -> Result<Response, Failure> {
    let Received { content: upload, room } = received;
    let (account, standing) = filer(app, Some(who), upload.seal.is_some())?;
    let submission = Submission { bytes: upload.bytes, seal: upload.seal, account, standing };
    let outcome = match submitted(app, submission, room).await? {
        Filed::Declaration(outcome) => outcome,
        Filed::Paper(outcome) => {
            let place = match &outcome.case {
                Some(case) => format!("/declarations/{}?done=paper", case.id),
                None => "/account?done=paper".to_owned(),
            };
            return Ok(Redirect::to(&place).into_response());
        }
    };
    let done = match (outcome.repeated, outcome.case.number) {
        (true, _) => "again",
        (false, Some(_)) => "filed",
        (false, None) => "refused",
    };
    Ok(Redirect::to(&format!("/declarations/{}?done={done}", outcome.case.id)).into_response())
}

/// What is said of a document that is no declaration: its structure was held against its format, and there
/// is no more to check before it is filed.
fn not_controlled(document: &wire::Document) -> Failure {
    if document.findings.iter().any(|finding| finding.severity == Severity::Error) {
        return centre::SubmitError::Faulty {
            findings: document.findings.clone(),
            format: document.format.as_str().to_owned(),
        }
        .into();
    }
    let kind = document.paper().map_or("", wire::Paper::kind);
    let title = wire::kind_title(kind);
    let failure: Failure = centre::SubmitError::NotTheirs { kind: kind.to_owned() }.into();
    failure.because(
        format!("{}: документ читается. Контроль и платежи есть только у деклараций.", title.ru),
        format!("{}: the document can be read. Only declarations have control and payments.", title.en),
    )
}

/// Reads, controls and computes without storing anything or saying what risk says: only a filing is
/// assessed for risk, so that nobody can try documents against the profiles.
fn checked(
    app: &App,
    upload: &Upload,
    who: &Identity,
    language: Language,
    uri: &Uri,
) -> Result<Html<String>, Failure> {
    let content = centre::content(&upload.bytes)?;
    let document =
        wire::read(&content).map_err(|why| Failure::from(centre::SubmitError::Unreadable(Box::new(why))))?;
    let Some(declaration) = document.declaration() else {
        return Err(not_controlled(&document));
    };
    let world = app.centre().world();
    let draw = Draw::of(&[0; 32], b"check");
    let circumstances = Circumstances {
        now: Timestamp::now(),
        category: Category::Medium,
        signed: upload.seal.is_some() || seal::is_signed_inside(&upload.bytes),
        standing: standing_of(who),
        power: None,
        act: clearance::power::PowerAct::File,
        withdrawn: None,
        known: None,
        draw: &draw,
    };
    let assessed = clearance::assess(declaration, &document.findings, &world, &circumstances);
    let shell = Shell::new(app, Some(who.clone()), language, uri, "file");
    let reference = world.reference();
    let pack = world.pack_for(declaration);
    let meanings = Meanings { reference, pack, day: assessed.day, language };
    let walk = Walk { marks: Marks::new(&assessed.findings, language), meanings, language };
    let fields = declaration::Declaration::FIELDS;
    let form = walk.block(String::new(), "", fields, Some(declaration), "", &|name| name != "items");
    let mut findings: Vec<&Finding> = assessed.findings.iter().collect();
    findings.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
    let procedure = assessed.procedure.map(|code| {
        let name = meanings.procedure(code.as_str()).unwrap_or_default();
        format!("{code} {name}").trim().to_owned()
    });
    let checked = Checked {
        name: upload.name.clone(),
        format: format!("{} {}", document.format.as_str(), document.version),
        kind: assessed.kind.map_or("", |kind| shell.t.kind_word(kind)),
        procedure: procedure.unwrap_or_default(),
        items: declaration.items.len(),
        errors: assessed.findings.iter().filter(|finding| finding.severity == Severity::Error).count(),
        findings: findings.iter().map(|finding| CheckedFinding::new(finding, &shell)).collect(),
        payments: Payments::new(&assessed.payments, &meanings, &|_| false, &|_| None),
        form,
    };
    rendered(&FilePage { shell, problem: None, checked: Some(checked) })
}
