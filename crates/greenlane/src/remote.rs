//! A running centre, as commands with `--to` talk to it.

use std::time::Duration;

use data_encoding::BASE64URL_NOPAD;
use serde_json::{Map, Value};

use crate::cli::Language;
use crate::exit::Failure;

/// How long files of reference data may take, with all that follows from them.
const IMPORT_TIMEOUT: Duration = Duration::from_secs(300);
/// How long one request may take.
const TIMEOUT: Duration = Duration::from_secs(60);
/// The longest answer read, in bytes.
const ANSWER_BYTES_MAX: u64 = 64 << 20;

/// A centre at an address.
pub struct Remote {
    agent: ureq::Agent,
    base: String,
    token: Option<String>,
    language: &'static str,
}

/// Why a centre did not do what it was asked.
#[derive(Debug)]
pub struct RemoteError {
    /// Stable code.
    pub code: String,
    /// For people.
    pub message: String,
    /// Whether the system failed, rather than refused.
    pub system: bool,
    /// What it found in the document, as it told it.
    pub findings: Vec<Value>,
    /// What it found in files of reference data, a line each.
    pub faults: Vec<String>,
}

impl From<RemoteError> for Failure {
    fn from(why: RemoteError) -> Self {
        // Each fault has a code and a place of its own.
        let message = if why.faults.is_empty() {
            format!("{}: {}", why.code, why.message)
        } else {
            why.faults.join("\n")
        };
        if why.system { Failure::failed(message) } else { Failure::refused(message) }
    }
}

impl Remote {
    /// The centre at `url`, such as `http://127.0.0.1:8080`.
    pub fn new(url: &str, token: Option<&str>, language: Language) -> Result<Self, Failure> {
        if !url.starts_with("http://") {
            return Err(Failure::usage(format!(
                "{url}: an address such as http://127.0.0.1:8080 is expected"
            ))
            .hint("for HTTPS, put a proxy of your own in front"));
        }
        Ok(Self {
            agent: agent(TIMEOUT),
            base: url.trim_end_matches('/').to_owned(),
            token: token.map(str::to_owned),
            language: match language {
                Language::Ru => "ru",
                Language::En => "en",
            },
        })
    }

    /// Files a declaration; the `submit` object.
    pub fn submit(&self, bytes: &[u8], seal: Option<&[u8]>) -> Result<Map<String, Value>, RemoteError> {
        let json = bytes.iter().find(|b| !b.is_ascii_whitespace()) == Some(&b'{');
        let mut request = self
            .agent
            .post(format!("{}/api/v1/declarations", self.base))
            .header("Content-Type", if json { "application/json" } else { "application/xml" })
            .header("Accept-Language", self.language);
        if let Some(token) = &self.token {
            request = request.header("Authorization", format!("Bearer {token}"));
        }
        if let Some(seal) = seal {
            request = request.header("Greenlane-Seal", BASE64URL_NOPAD.encode(seal));
        }
        let answer = request.send(bytes).map_err(unreachable_centre)?;
        let (status, body) = taken(answer)?;
        let object = object_of(&body)?;
        // A refusal of registration is a decision about a stored case: it has an id.
        if status < 300 || object.get("id").is_some_and(Value::is_string) {
            return Ok(object);
        }
        Err(problem(status, &object))
    }

    /// Hands over a sealed document that is no declaration.
    pub fn post_sealed(
        &self,
        path: &str,
        bytes: &[u8],
        seal: &[u8],
    ) -> Result<Map<String, Value>, RemoteError> {
        let mut request = self
            .agent
            .post(format!("{}{path}", self.base))
            .header("Content-Type", "application/json")
            .header("Accept-Language", self.language)
            .header("Greenlane-Seal", BASE64URL_NOPAD.encode(seal));
        if let Some(token) = &self.token {
            request = request.header("Authorization", format!("Bearer {token}"));
        }
        let (status, body) = taken(request.send(bytes).map_err(unreachable_centre)?)?;
        let object = object_of(&body)?;
        if status < 300 { Ok(object) } else { Err(problem(status, &object)) }
    }

    /// Imports files of reference data, each with its name, in one step; `query` says what they are.
    pub fn import(
        &self,
        query: &[(&str, String)],
        files: &[(String, Vec<u8>)],
    ) -> Result<Map<String, Value>, RemoteError> {
        let boundary = format!("greenlane-{}", uuid::Uuid::now_v7().simple());
        let mut body = Vec::new();
        for (name, content) in files {
            let name = name.replace('"', "%22").replace('\r', "%0D").replace('\n', "%0A");
            let head = format!(
                "--{boundary}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\
                 Content-Type: application/octet-stream\r\n\r\n"
            );
            body.extend_from_slice(head.as_bytes());
            body.extend_from_slice(content);
            body.extend_from_slice(b"\r\n");
        }
        body.extend_from_slice(format!("--{boundary}--\r\n").as_bytes());
        let mut request = self
            .agent
            .post(format!("{}/api/v1/reference/imports", self.base))
            .header("Content-Type", format!("multipart/form-data; boundary={boundary}"))
            .header("Accept-Language", self.language);
        if let Some(token) = &self.token {
            request = request.header("Authorization", format!("Bearer {token}"));
        }
        let request = request.query_pairs(query.iter().map(|(name, value)| (*name, value.as_str())));
        let request = request.config().timeout_global(Some(IMPORT_TIMEOUT)).build();
        let (status, body) = taken(request.send(&body).map_err(unreachable_centre)?)?;
        let object = object_of(&body)?;
        if status < 300 { Ok(object) } else { Err(problem(status, &object)) }
    }

    /// Asks with a JSON object for another.
    pub fn post_json(&self, path: &str, asked: &Value) -> Result<Map<String, Value>, RemoteError> {
        let mut request = self
            .agent
            .post(format!("{}{path}", self.base))
            .header("Content-Type", "application/json")
            .header("Accept-Language", self.language);
        if let Some(token) = &self.token {
            request = request.header("Authorization", format!("Bearer {token}"));
        }
        let body = asked.to_string();
        let (status, body) = taken(request.send(body.as_bytes()).map_err(unreachable_centre)?)?;
        let object = object_of(&body)?;
        if status < 300 { Ok(object) } else { Err(problem(status, &object)) }
    }

    /// Takes something away.
    pub fn delete(&self, path: &str) -> Result<Map<String, Value>, RemoteError> {
        let mut request =
            self.agent.delete(format!("{}{path}", self.base)).header("Accept-Language", self.language);
        if let Some(token) = &self.token {
            request = request.header("Authorization", format!("Bearer {token}"));
        }
        let request = request.config().timeout_global(Some(IMPORT_TIMEOUT)).build();
        let (status, body) = taken(request.call().map_err(unreachable_centre)?)?;
        let object = object_of(&body)?;
        if status < 300 { Ok(object) } else { Err(problem(status, &object)) }
    }

    /// Reads something as text.
    pub fn get(&self, path: &str) -> Result<String, RemoteError> {
        let mut request =
            self.agent.get(format!("{}{path}", self.base)).header("Accept-Language", self.language);
        if let Some(token) = &self.token {
            request = request.header("Authorization", format!("Bearer {token}"));
        }
        let (status, body) = taken(request.call().map_err(unreachable_centre)?)?;
        if status < 300 {
            return Ok(body);
        }
        Err(problem(status, &object_of(&body).unwrap_or_default()))
    }

    /// Reads something as a JSON object.
    pub fn get_object(&self, path: &str) -> Result<Map<String, Value>, RemoteError> {
        object_of(&self.get(path)?)
    }
}

/// What speaks to other centres: over TLS with the roots that browsers trust; nobody sends us elsewhere.
pub fn agent(timeout: Duration) -> ureq::Agent {
    let tls = ureq::tls::TlsConfig::builder()
        .unversioned_rustls_crypto_provider(rustls::crypto::aws_lc_rs::default_provider().into())
        .build();
    let config = ureq::Agent::config_builder()
        .timeout_global(Some(timeout))
        .http_status_as_error(false)
        .max_redirects(0)
        .tls_config(tls)
        .build();
    config.into()
}

/// Whether a text is an address of one of these schemes, with a host and without a password in it.
pub fn is_address(url: &str, schemes: &[&str]) -> bool {
    let Ok(uri) = url.parse::<ureq::http::Uri>() else { return false };
    let host = uri.authority().is_some_and(|place| !place.host().is_empty() && !place.as_str().contains('@'));
    host && uri.query().is_none() && uri.scheme_str().is_some_and(|scheme| schemes.contains(&scheme))
}

fn unreachable_centre(why: ureq::Error) -> RemoteError {
    RemoteError {
        code: "GL-6003".to_owned(),
        message: format!("the centre does not answer: {why}"),
        system: true,
        findings: Vec::new(),
        faults: Vec::new(),
    }
}

fn taken(answer: ureq::http::Response<ureq::Body>) -> Result<(u16, String), RemoteError> {
    let status = answer.status().as_u16();
    let body = answer.into_body().with_config().limit(ANSWER_BYTES_MAX).read_to_string();
    body.map(|body| (status, body)).map_err(unreachable_centre)
}

fn object_of(body: &str) -> Result<Map<String, Value>, RemoteError> {
    match serde_json::from_str(body) {
        Ok(Value::Object(object)) => Ok(object),
        Ok(_) | Err(_) => Err(RemoteError {
            code: "GL-6004".to_owned(),
            message: "the answer is not what a centre says; is the address right?".to_owned(),
            system: true,
            findings: Vec::new(),
            faults: Vec::new(),
        }),
    }
}

fn problem(status: u16, object: &Map<String, Value>) -> RemoteError {
    let text = |key: &str| object.get(key).and_then(Value::as_str);
    RemoteError {
        code: text("code").map_or_else(|| format!("HTTP {status}"), str::to_owned),
        message: text("detail").or_else(|| text("title")).unwrap_or("refused").to_owned(),
        system: status >= 500 || status == 429,
        findings: object.get("findings").and_then(Value::as_array).cloned().unwrap_or_default(),
        faults: faults(object),
    }
}

/// Faults in files of reference data, as the command tells them that reads the files itself.
fn faults(object: &Map<String, Value>) -> Vec<String> {
    let faults = object.get("faults").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let mut lines: Vec<String> = faults
        .iter()
        .map(|fault| {
            let word = |name: &str| fault.get(name).and_then(Value::as_str).unwrap_or_default();
            let line = fault.get("line").and_then(Value::as_u64).unwrap_or_default();
            let (code, source, column) = (word("code"), word("source"), word("column"));
            format!("{code} {source}, line {line}, {column}: {}; {}", word("what"), word("cure"))
        })
        .collect();
    let total =
        object.get("faults_total").and_then(Value::as_u64).and_then(|total| usize::try_from(total).ok());
    match total.unwrap_or_default().saturating_sub(lines.len()) {
        0 => {}
        more => lines.push(format!("and {more} more")),
    }
    lines
}
