//! A service to test against, and who talks to it.

use std::sync::Arc;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Method, Request, StatusCode, header};
use centre::{Centre, Options};
use clearance::{Officer, OfficerId};
use declaration::{Declaration, OfficeCode, TaxNumber};
use greenlane_web::{Config, router};
use rehearsal::{Generator, MistakeShares, Plan, Trader};
use risk::Lane;
use serde_json::Value;
use store::Role;
use store_sqlite::SqliteStore;
use tempfile::TempDir;
use tower::ServiceExt;

/// The password of everybody here.
pub const PASSWORD: &str = "gr33n-lane";
/// The jurisdiction of what is filed here.
pub const JURISDICTION: &str = "eaeu-ru";

/// A centre behind its router.
pub struct Service {
    pub router: Router,
    pub centre: Centre,
    generator: Generator,
    _dir: TempDir,
}

impl Drop for Service {
    fn drop(&mut self) {
        self.centre.stop();
    }
}

/// Somebody who talks to the service; with a token unless nobody.
#[derive(Clone, Default)]
pub struct Actor {
    pub token: Option<String>,
}

/// An answer, read whole.
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub bytes: Vec<u8>,
}

impl Answer {
    pub fn text(&self) -> &str {
        std::str::from_utf8(&self.bytes).unwrap()
    }

    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.bytes).unwrap_or_else(|why| panic!("{why}: {}", self.text()))
    }

    pub fn header(&self, name: header::HeaderName) -> &str {
        self.headers.get(&name).map_or("", |value| value.to_str().unwrap())
    }

    /// A failure told to a program: its status and code.
    pub fn problem(&self) -> (u16, String) {
        assert_eq!(self.header(header::CONTENT_TYPE), "application/problem+json", "{}", self.text());
        let problem = self.json();
        assert_eq!(problem["status"], self.status.as_u16());
        for member in ["type", "title", "detail", "code", "cure"] {
            assert!(problem[member].is_string(), "{member} in {problem}");
        }
        (self.status.as_u16(), problem["code"].as_str().unwrap().to_owned())
    }
}

impl Service {
    pub fn new() -> Self {
        Self::with(Config { secure_cookies: false, ..Config::default() })
    }

    pub fn with(config: Config) -> Self {
        Self::trusting(config, String::new())
    }

    /// One that accepts the seals of these authorities.
    pub fn trusting(config: Config, anchors_pem: String) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let store = Arc::new(SqliteStore::open(dir.path()).unwrap());
        let history = Some(dir.path().join("history"));
        let options =
            Options { assess_threads: 1, housekeeping: false, anchors_pem, history, ..Options::default() };
        let centre = Centre::open(store, options).unwrap();
        let reference = Arc::clone(centre.world().reference());
        let day = rehearsal::today(&reference, JURISDICTION, jiff::Timestamp::now());
        let plan = Plan {
            mistakes: MistakeShares::none(),
            traders: 50,
            items_mean: 2.0,
            ..Plan::usual(1_000, 3, day)
        };
        let generator = Generator::new(plan, reference, None).unwrap();
        Self { router: router(centre.clone(), config), centre, generator, _dir: dir }
    }

    /// Somebody with a role, logged in.
    pub fn actor(&self, login: &str, role: Role) -> Actor {
        self.person(login, role, None)
    }

    /// A trader with a number, logged in.
    pub fn trader(&self, login: &str, number: Option<TaxNumber>) -> Actor {
        self.person(login, Role::Declarant, number)
    }

    /// An officer on shift at these offices, logged in.
    pub fn officer(&self, login: &str, offices: &[&str]) -> Actor {
        self.centre
            .put_officer(&Officer {
                id: OfficerId(login.to_owned()),
                offices: offices.iter().map(|code| code.parse::<OfficeCode>().unwrap()).collect(),
                kinds: Vec::new(),
                lane_max: Lane::Red,
                on_shift: true,
                load: 0,
            })
            .unwrap();
        self.centre.set_shift(login, true).unwrap();
        self.person(login, Role::Officer, None)
    }

    fn person(&self, login: &str, role: Role, number: Option<TaxNumber>) -> Actor {
        self.centre.put_user(login, &format!("Имя {login}"), role, PASSWORD, number).unwrap();
        let (token, _) = self.centre.login(login, PASSWORD).unwrap();
        Actor { token: Some(token) }
    }

    /// The `nth` faultless declaration of this rehearsal, and who declares it.
    /// The same before it was written.
    pub fn generated(&self, nth: u64) -> Declaration {
        self.generator.at(nth).unwrap().declaration
    }

    pub fn declaration(&self, nth: u64) -> (String, Trader) {
        let generated = self.generator.at(nth).unwrap();
        (generated.xml, generated.trader)
    }

    /// Lets every declaration go to an officer from now on, under a profile with this instruction.
    pub fn send_everything_to_officers(&self, instruction: &str) {
        let profile = format!(
            "number = \"55/20260101/09999\"\nkind = \"national\"\nstage = \"declaration\"\n\
             area = \"totals.payments < 999999999999\"\nvalid_from = 2026-01-01\nlane = \"red\"\n\
             measures = [\"inspect\"]\nauthor = \"test\"\nversion = 1\n\
             [title]\nru = \"Всё\"\nen = \"Everything\"\n\
             [instruction]\nru = \"{instruction}\"\nen = \"{instruction}\"\n"
        );
        self.centre.add_profile(&profile).unwrap();
    }

    /// Brings money for a trader: enough for anything.
    pub fn pays(&self, trader: &Trader) {
        self.centre.credit(trader.number, "RUB", 900_000_000.into(), "ПП 1").unwrap();
    }

    pub async fn request(&self, request: Request<Body>) -> Answer {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let bytes = to_bytes(body, 64 << 20).await.unwrap().to_vec();
        Answer { status: parts.status, headers: parts.headers, bytes }
    }

    pub async fn send(
        &self,
        actor: &Actor,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        body: impl Into<Body>,
    ) -> Answer {
        self.request(actor.asks(method, path, headers, body)).await
    }

    pub async fn get(&self, actor: &Actor, path: &str) -> Answer {
        self.send(actor, Method::GET, path, &[], Body::empty()).await
    }

    pub async fn get_in(&self, language: &str, actor: &Actor, path: &str) -> Answer {
        self.send(actor, Method::GET, path, &[("accept-language", language)], Body::empty()).await
    }

    pub async fn post_json(&self, actor: &Actor, path: &str, body: Value) -> Answer {
        let headers = [("content-type", "application/json"), ("accept-language", "en")];
        self.send(actor, Method::POST, path, &headers, body.to_string()).await
    }

    pub async fn post_form(&self, actor: &Actor, path: &str, form: &str) -> Answer {
        let headers =
            [("content-type", "application/x-www-form-urlencoded"), ("sec-fetch-site", "same-origin")];
        self.send(actor, Method::POST, path, &headers, form.to_owned()).await
    }

    /// Files a document over the API.
    pub async fn file(&self, actor: &Actor, document: &str) -> Answer {
        let headers = [("content-type", "application/xml"), ("accept-language", "en")];
        self.send(actor, Method::POST, "/api/v1/declarations", &headers, document.to_owned()).await
    }
}

impl Actor {
    pub fn nobody() -> Self {
        Self::default()
    }

    pub fn asks(
        &self,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        body: impl Into<Body>,
    ) -> Request<Body> {
        let mut request = Request::builder().method(method).uri(path).header("host", "greenlane.example");
        if let Some(token) = &self.token {
            request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        request.body(body.into()).unwrap()
    }
}

/// A document of the fixtures written by hand.
pub fn fixture(name: &str) -> String {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../wire/fixtures");
    std::fs::read_to_string(folder.join(name)).unwrap()
}
