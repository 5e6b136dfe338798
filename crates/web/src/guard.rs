//! What surrounds every handler: bounds, the check against forged requests, security headers,
//! counting, and the rendering of failures.

use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::body::HttpBody;
use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Redirect, Response};
use axum::{Json, Router};
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::csrf::CsrfLayer;

use crate::App;
use crate::access::token;
use crate::failure::{Failure, Kind};
use crate::language::{LANGUAGE_COOKIE, Language, asked};
use crate::pages;

/// How long a handler may take until its answer begins, besides the time a body may take to arrive.
/// Intake answers in milliseconds; a whole export takes seconds.
const ANSWER_MAX: Duration = Duration::from_secs(30);

/// Only what this program serves itself; no script or style in the page's own text.
const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; \
    img-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// Headers of every answer.
static HEADERS: [(HeaderName, &str); 7] = [
    (header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::X_FRAME_OPTIONS, "DENY"),
    (header::REFERRER_POLICY, "same-origin"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    (HeaderName::from_static("permissions-policy"), "camera=(), geolocation=(), microphone=()"),
];

/// Wraps the routes. The last layer added is the first to see a request.
pub(crate) fn guarded(router: Router<App>, app: &App) -> Router<App> {
    let csrf = CsrfLayer::new().with_rejection_response(|_| Failure::of(Kind::CrossSite).into_response());
    router
        .layer(CatchPanicLayer::custom(|_| Failure::of(Kind::Internal).into_response()))
        .layer(middleware::from_fn_with_state(app.clone(), in_time))
        .layer(csrf)
        .layer(middleware::from_fn_with_state(app.clone(), shed))
        .layer(middleware::from_fn_with_state(app.clone(), render_failures))
        .layer(middleware::from_fn_with_state(app.clone(), finish))
        .layer(middleware::from_fn(count))
}

/// Whether programs, not people, read what is served there.
fn for_programs(path: &str) -> bool {
    const PROGRAMS: [&str; 6] = ["/api/", "/log/", "/healthz", "/readyz", "/metrics", "/openapi.json"];
    PROGRAMS.iter().any(|prefix| path.starts_with(prefix))
}

/// Ends what takes too long.
async fn in_time(State(app): State<App>, request: Request, next: Next) -> Response {
    let limit = ANSWER_MAX.saturating_add(app.bodies().time_for(&request));
    let answer = tokio::time::timeout(limit, next.run(request)).await;
    answer.unwrap_or_else(|_| Failure::of(Kind::Timeout).into_response())
}

/// Turns away what is more than can be worked on, at once, instead of letting it queue. What arrives with
/// a body has its room in [`crate::bodies`] and is worked on once the body is there: a permit held while
/// a body trickles in would be one less for everybody else.
async fn shed(State(app): State<App>, request: Request, next: Next) -> Response {
    let arrives = *request.method() == Method::POST && !request.body().is_end_stream();
    if arrives || waits(request.uri().path()) || is_always_answered(request.uri().path()) {
        return next.run(request).await;
    }
    match app.work() {
        Ok(_permit) => next.run(request).await,
        Err(why) => why.into_response(),
    }
}

/// Who waits for news there holds no right to be worked on meanwhile; the handler takes it when there is work.
fn waits(path: &str) -> bool {
    path == "/api/v1/reference/manifest"
}

/// Health and the log are answered always: an overloaded node must not be taken for a dead one, nor the
/// log for one that hides something.
fn is_always_answered(path: &str) -> bool {
    matches!(path, "/healthz" | "/readyz" | "/metrics") || path.starts_with("/log/")
}

/// Gives a failure its body: JSON to programs, a page to people, a way to the login where that helps.
async fn render_failures(State(app): State<App>, request: Request, next: Next) -> Response {
    let uri = request.uri().clone();
    let language = Language::of_request(&uri, request.headers());
    let reads = matches!(*request.method(), Method::GET | Method::HEAD);
    let logged_in = token(request.headers()).is_some();
    let mut response = next.run(request).await;
    let status = response.status();
    if !status.is_client_error() && !status.is_server_error() {
        return response;
    }
    let told = response.extensions_mut().remove::<Arc<Failure>>();
    let failure = match told {
        Some(failure) => failure,
        // Whoever wrote a body of their own for people or programs keeps it.
        None if has_own_body(&response) => return response,
        None => Arc::new(Failure::of_status(status)),
    };
    if for_programs(uri.path()) {
        let mut problem = (status, Json(failure.problem(language))).into_response();
        let kind = HeaderValue::from_static("application/problem+json");
        problem.headers_mut().insert(header::CONTENT_TYPE, kind);
        if status == StatusCode::UNAUTHORIZED {
            let scheme = HeaderValue::from_static("Bearer realm=\"greenlane\"");
            problem.headers_mut().insert(header::WWW_AUTHENTICATE, scheme);
        }
        return with_headers_of(problem, &response);
    }
    if failure.is(Kind::LoginRequired) && reads {
        return Redirect::to(&pages::people::login_address(&uri)).into_response();
    }
    let page = pages::problem_page(&app, &failure, language, &uri, logged_in);
    with_headers_of((status, page).into_response(), &response)
}

/// HTML and JSON bodies are those of our handlers; axum's own rejections are plain text.
fn has_own_body(response: &Response) -> bool {
    let kind = response.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    kind.is_some_and(|kind| kind.starts_with("text/html") || kind.contains("json"))
}

/// What a handler or layer set besides the body: when to retry, which methods apply.
fn with_headers_of(mut rendered: Response, original: &Response) -> Response {
    for name in [header::RETRY_AFTER, header::ALLOW] {
        if let Some(value) = original.headers().get(&name) {
            rendered.headers_mut().insert(name, value.clone());
        }
    }
    rendered
}

/// Security headers; nothing a person sees is kept by caches; a chosen language is kept.
async fn finish(State(app): State<App>, request: Request, next: Next) -> Response {
    let chosen = asked(request.uri()).filter(|_| !for_programs(request.uri().path()));
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    for (name, value) in &HEADERS {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    }
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    if app.config().secure_cookies {
        let year = HeaderValue::from_static("max-age=31536000");
        headers.entry(header::STRICT_TRANSPORT_SECURITY).or_insert(year);
    }
    if let Some(language) = chosen {
        let cookie = format!(
            "{LANGUAGE_COOKIE}={}; Path=/; Max-Age=31536000; SameSite=Lax; HttpOnly{}",
            language.as_str(),
            if app.config().secure_cookies { "; Secure" } else { "" }
        );
        if let Ok(cookie) = HeaderValue::from_str(&cookie) {
            headers.append(header::SET_COOKIE, cookie);
        }
    }
    response
}

/// Counts and traces by route; never the address itself, which may name a case or a person.
async fn count(request: Request, next: Next) -> Response {
    let began = Instant::now();
    let route = request.extensions().get::<MatchedPath>().map(|path| path.as_str().to_owned());
    let route = route.unwrap_or_else(|| "(none)".to_owned());
    let method = match *request.method() {
        Method::GET => "GET",
        Method::POST => "POST",
        Method::DELETE => "DELETE",
        Method::HEAD => "HEAD",
        _ => "other",
    };
    let response = next.run(request).await;
    let (seconds, status) = (began.elapsed().as_secs_f64(), response.status().as_u16());
    metrics::histogram!("greenlane_http_seconds", "route" => route.clone()).record(seconds);
    metrics::counter!(
        "greenlane_http_requests_total", "method" => method, "route" => route.clone(), "status" => status.to_string()
    )
    .increment(1);
    tracing::debug!(method, route, status, milliseconds = seconds * 1_000.0, "answered");
    response
}
