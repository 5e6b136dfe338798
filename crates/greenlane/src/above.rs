//! The node above, as a node that follows it asks it over HTTP.

use std::io::Read;
use std::path::PathBuf;
use std::sync::Mutex;
use std::time::Duration;

use centre::distribution::{Above, MANIFEST_BYTES_MAX, Offer};
use log::Vkey;
use reference::{ContentHash, DATASET_BYTES_MAX};
use serde_json::{Value, json};
use ureq::http::header;

use crate::exit::Failure;
use crate::remote::{agent, is_address};

/// How long an answer may take besides what the node above was asked to wait.
const TIMEOUT: Duration = Duration::from_secs(15);
/// How long a dataset may take: the largest at a quarter of a megabyte in a second.
const DATASET_TIMEOUT: Duration = Duration::from_secs(300);
/// The longest other answer read, in bytes.
const ANSWER_BYTES_MAX: u64 = 64 << 10;

/// Whom a node follows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Follow {
    /// Its address.
    pub url: String,
    /// The key of its log.
    pub key: Vkey,
    /// The account of this node there.
    pub login: String,
    /// Its password.
    pub password: Password,
}

/// Where the password is.
#[derive(Clone, PartialEq, Eq)]
pub enum Password {
    /// Here.
    Given(String),
    /// In a file, read whenever it is needed.
    In(PathBuf),
}

impl std::fmt::Debug for Password {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Given(_) => out.write_str("Given(…)"),
            Self::In(path) => write!(out, "In({})", path.display()),
        }
    }
}

impl Password {
    fn read(&self) -> Result<String, String> {
        match self {
            Self::Given(password) => Ok(password.clone()),
            Self::In(path) => {
                let text = std::fs::read_to_string(path);
                let text = text.map_err(|why| format!("{}: {why}", path.display()))?;
                Ok(text.trim_end_matches(['\r', '\n']).to_owned())
            }
        }
    }
}

/// The node above.
pub struct Node {
    agent: ureq::Agent,
    follow: Follow,
    /// A session there. It ends after some hours, and another is begun.
    token: Mutex<Option<String>>,
}

fn failed(why: &dyn std::fmt::Display) -> String {
    format!("the node above does not answer: {why}")
}

impl Node {
    /// The node to follow.
    pub fn new(follow: Follow) -> Result<Self, Failure> {
        if !is_address(&follow.url, &["http", "https"]) {
            return Err(Failure::usage(format!("--follow {}: no address of a node", follow.url))
                .hint("give an address such as https://customs.example"));
        }
        let follow = Follow { url: follow.url.trim_end_matches('/').to_owned(), ..follow };
        Ok(Self { agent: agent(TIMEOUT), follow, token: Mutex::default() })
    }

    fn kept_token(&self) -> Option<String> {
        self.token.lock().ok()?.clone()
    }

    fn log_in(&self) -> Result<String, String> {
        let body = json!({ "login": self.follow.login, "password": self.follow.password.read()? });
        let request = self.agent.post(format!("{}/api/v1/sessions", self.follow.url));
        let answer = request.header(header::CONTENT_TYPE, "application/json").send(body.to_string());
        let answer = answer.map_err(|why| failed(&why))?;
        let status = answer.status().as_u16();
        let text = answer.into_body().with_config().limit(ANSWER_BYTES_MAX).read_to_string();
        let text = text.map_err(|why| failed(&why))?;
        if status != 201 {
            return Err(refused("the login", status, &text));
        }
        let object: Option<Value> = serde_json::from_str(&text).ok();
        let token = object.as_ref().and_then(|object| object.get("token")?.as_str()).map(str::to_owned);
        let token = token.ok_or_else(|| "the node above answers a login as no centre does".to_owned())?;
        if let Ok(mut kept) = self.token.lock() {
            *kept = Some(token.clone());
        }
        Ok(token)
    }

    /// Asks with the session that is kept, or, where that has ended, with a new one.
    fn get(
        &self,
        path: &str,
        known: Option<&str>,
        timeout: Duration,
    ) -> Result<ureq::http::Response<ureq::Body>, String> {
        let ask = |token: &str| {
            let mut request = self.agent.get(format!("{}{path}", self.follow.url));
            request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
            if let Some(known) = known {
                request = request.header(header::IF_NONE_MATCH, known);
            }
            let request = request.config().timeout_global(Some(timeout)).build();
            request.call().map_err(|why| failed(&why))
        };
        if let Some(token) = self.kept_token() {
            let answer = ask(&token)?;
            if answer.status().as_u16() != 401 {
                return Ok(answer);
            }
        }
        ask(&self.log_in()?)
    }
}

fn refused(what: &str, status: u16, text: &str) -> String {
    let problem: Option<Value> = serde_json::from_str(text).ok();
    let word = |name: &str| problem.as_ref().and_then(|problem| problem.get(name)?.as_str());
    let code = word("code").map_or_else(|| format!("status {status}"), str::to_owned);
    let detail = word("detail").unwrap_or_default();
    format!("the node above refused {what}: {code} {detail}").trim_end().to_owned()
}

/// The body, of which no more than so many bytes and one are read.
fn bytes_of(answer: ureq::http::Response<ureq::Body>, bytes_max: usize) -> Result<Vec<u8>, String> {
    let mut bytes = Vec::new();
    let limit = bytes_max as u64 + 1;
    let reader = answer.into_body().into_with_config().limit(limit + 1).reader();
    reader.take(limit).read_to_end(&mut bytes).map_err(|why| failed(&why))?;
    Ok(bytes)
}

impl Above for Node {
    fn manifest(&self, known: Option<&str>, wait: Duration) -> Result<Option<Offer>, String> {
        let path = format!("/api/v1/reference/manifest?wait={}", wait.as_secs());
        let answer = self.get(&path, known, TIMEOUT + wait)?;
        let status = answer.status().as_u16();
        if status == 304 {
            return Ok(None);
        }
        let tag = answer.headers().get(header::ETAG).and_then(|tag| tag.to_str().ok());
        let tag = tag.unwrap_or_default().to_owned();
        let bytes = bytes_of(answer, MANIFEST_BYTES_MAX)?;
        let note = String::from_utf8(bytes).map_err(|_| "the manifest is no text".to_owned())?;
        if status == 200 {
            Ok(Some(Offer { note, tag }))
        } else {
            Err(refused("the manifest", status, &note))
        }
    }

    fn dataset(&self, hash: &ContentHash) -> Result<Vec<u8>, String> {
        let answer = self.get(&format!("/api/v1/reference/datasets/{hash}"), None, DATASET_TIMEOUT)?;
        let status = answer.status().as_u16();
        let bytes = bytes_of(answer, DATASET_BYTES_MAX)?;
        if status == 200 {
            Ok(bytes)
        } else {
            Err(refused("a dataset", status, &String::from_utf8_lossy(&bytes)))
        }
    }
}
