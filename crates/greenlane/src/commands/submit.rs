//! `greenlane submit`: file declarations, into a data directory or a running centre.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Condvar, Mutex};

use centre::{Standing, Submission, SubmitError};
use serde::Serialize;
use serde_json::{Value, json};
use web::{FindingObject, PaperObject, SubmitObject};

use crate::cli::{Language, SubmitArgs};
use crate::commands::check::ErrorObject;
use crate::exit::{DONE, FAILED, Failure, REFUSED};
use crate::remote::{Remote, RemoteError};
use crate::{Done, embedded, files};

/// Submissions under way at once.
const IN_FLIGHT_MAX: usize = 64;

/// The name under which filings of this command count where nobody sealed them.
const LOCAL: &str = "local";

/// What `--json` prints per file.
#[derive(Serialize)]
#[serde(untagged)]
enum Line {
    Filed {
        file: String,
        #[serde(flatten)]
        object: Box<SubmitObject>,
    },
    Kept {
        file: String,
        #[serde(flatten)]
        object: Box<PaperObject>,
    },
    Failed {
        file: String,
        error: ErrorObject,
        #[serde(skip_serializing_if = "Vec::is_empty")]
        findings: Vec<FindingObject>,
    },
}

/// How files end, told as they do.
struct Teller {
    json: bool,
    out: Mutex<std::io::Stdout>,
    refused: AtomicBool,
    failed: AtomicBool,
}

/// Runs the command.
pub fn run(args: &SubmitArgs) -> Done {
    let documents = files::documents(&args.paths)?;
    if documents.is_empty() {
        return Err(Failure::refused("there is no *.xml or *.json to file"));
    }
    let teller = Arc::new(Teller {
        json: args.json,
        out: Mutex::new(std::io::stdout()),
        refused: AtomicBool::new(false),
        failed: AtomicBool::new(false),
    });
    match &args.place.to {
        Some(url) => {
            let remote = Remote::new(url, args.place.token.as_deref(), args.speech.language)?;
            for path in documents {
                submit_remote(&remote, &path, &teller);
            }
        }
        None => submit_embedded(args, documents, &teller)?,
    }
    let code = match (teller.failed.load(Ordering::SeqCst), teller.refused.load(Ordering::SeqCst)) {
        (true, _) => FAILED,
        (false, true) => REFUSED,
        (false, false) => DONE,
    };
    Ok(ExitCode::from(code))
}

fn submit_embedded(args: &SubmitArgs, documents: Vec<PathBuf>, teller: &Arc<Teller>) -> Result<(), Failure> {
    let centre = embedded::open_for_command(&args.place.data, args.anchors.as_deref())?;
    let room = Arc::new((Mutex::new(IN_FLIGHT_MAX), Condvar::new()));
    let language = args.speech.language;
    for path in documents {
        let file = path.display().to_string();
        let bytes = match files::read(&path) {
            Ok(bytes) => bytes,
            Err(why) => {
                teller.error(file, "GL-0001", why, false);
                continue;
            }
        };
        let submission = Submission {
            bytes,
            seal: files::seal_of(&path),
            account: LOCAL.to_owned(),
            standing: Standing::Operator,
        };
        take(&room);
        let (told, freed, papers) = (Arc::clone(teller), Arc::clone(&room), centre.clone());
        centre.submit_then(submission, move |outcome| {
            match outcome {
                Ok(outcome) => told.filed(file, SubmitObject::new(&outcome, language_tag(language))),
                // What is no declaration has a way of its own.
                Err(SubmitError::NoDeclaration { submission, .. }) => match papers.file_paper(*submission) {
                    Ok(kept) => told.kept(file, PaperObject::new(&kept, language_tag(language))),
                    Err(why) => told.not_taken(file, &why, language),
                },
                Err(why) => told.not_taken(file, &why, language),
            }
            give(&freed);
        });
    }
    // Everything handed over is answered before the centre stops.
    for _ in 0..IN_FLIGHT_MAX {
        take(&room);
    }
    centre.stop();
    Ok(())
}

/// The language as pages name it.
pub fn language_tag(language: Language) -> web::Language {
    match language {
        Language::Ru => web::Language::Ru,
        Language::En => web::Language::En,
    }
}

fn take(room: &(Mutex<usize>, Condvar)) {
    let (count, changed) = room;
    let Ok(mut free) = count.lock() else { return };
    while *free == 0 {
        let Ok(woken) = changed.wait(free) else { return };
        free = woken;
    }
    *free -= 1;
}

fn give(room: &(Mutex<usize>, Condvar)) {
    let (count, changed) = room;
    if let Ok(mut free) = count.lock() {
        *free += 1;
        changed.notify_one();
    }
}

fn submit_remote(remote: &Remote, path: &Path, teller: &Teller) {
    let file = path.display().to_string();
    let bytes = match files::read(path) {
        Ok(bytes) => bytes,
        Err(why) => return teller.error(file, "GL-0001", why, false),
    };
    match remote.submit(&bytes, files::seal_of(path).as_deref()) {
        Ok(mut object) => {
            let refused = object.get("state").and_then(|state| state.as_str()) == Some("refused");
            object.insert("file".to_owned(), file.into());
            teller.remote(object, refused);
        }
        Err(why) => teller.problem(file, why),
    }
}

/// A finding on a line of its own.
fn told_of(severity: &str, code: &str, path: &str, message: &str) -> String {
    let place = if path.is_empty() { String::new() } else { format!(" {path}") };
    format!("\n  {severity} {code}{place}: {message}")
}

impl Teller {
    fn filed(&self, file: String, object: SubmitObject) {
        if object.state == "refused" {
            self.refused.store(true, Ordering::SeqCst);
        }
        if self.json {
            return self.print(&Line::Filed { file, object: Box::new(object) });
        }
        let number = object.number.clone().unwrap_or_else(|| "not registered".to_owned());
        let mut text = format!("{file}  {}  {number}  {}", object.state, object.id);
        for finding in &object.findings {
            text.push_str(&told_of(finding.severity, &finding.code, &finding.path, &finding.message));
        }
        self.print_text(&text);
    }

    fn remote(&self, object: serde_json::Map<String, serde_json::Value>, refused: bool) {
        if refused {
            self.refused.store(true, Ordering::SeqCst);
        }
        if self.json {
            return self.print(&object);
        }
        let text = |key: &str| object.get(key).and_then(|value| value.as_str()).unwrap_or("-").to_owned();
        self.print_text(&format!("{}  {}  {}  {}", text("file"), text("state"), text("number"), text("id")));
    }

    fn kept(&self, file: String, object: PaperObject) {
        if self.json {
            return self.print(&Line::Kept { file, object: Box::new(object) });
        }
        let place = object.number.clone().or_else(|| object.case.clone()).unwrap_or_else(|| "-".to_owned());
        let mut text = format!("{file}  {}  {}  {place}  {}", object.kind, object.state, object.id);
        for finding in &object.findings {
            text.push_str(&told_of(finding.severity, &finding.code, &finding.path, &finding.message));
        }
        self.print_text(&text);
    }

    fn not_taken(&self, file: String, why: &SubmitError, language: Language) {
        let system = matches!(why, SubmitError::Unavailable(_) | SubmitError::Busy);
        let message = language.of(&why.text()).to_owned();
        let SubmitError::Faulty { findings, format } = why else {
            return self.error(file, why.code(), message, system);
        };
        self.refused.store(true, Ordering::SeqCst);
        let told = |finding| FindingObject::new(finding, language_tag(language), format);
        let findings: Vec<_> = findings.iter().map(told).collect();
        if self.json {
            let error = ErrorObject { code: why.code().to_owned(), message };
            return self.print(&Line::Failed { file, error, findings });
        }
        let mut text = format!("{file}  error {}: {message}", why.code());
        for finding in &findings {
            text.push_str(&told_of(finding.severity, &finding.code, &finding.path, &finding.message));
        }
        self.print_text(&text);
    }

    /// What a running centre says is wrong, with the findings it names.
    fn problem(&self, file: String, why: RemoteError) {
        if why.findings.is_empty() {
            return self.error(file, &why.code, why.message, why.system);
        }
        self.refused.store(true, Ordering::SeqCst);
        if self.json {
            let error = ErrorObject { code: why.code, message: why.message };
            return self.print(&json!({ "file": file, "error": error, "findings": why.findings }));
        }
        let mut text = format!("{file}  error {}: {}", why.code, why.message);
        for finding in &why.findings {
            let word = |name: &str| finding.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
            text.push_str(&told_of(&word("severity"), &word("code"), &word("path"), &word("message")));
        }
        self.print_text(&text);
    }

    fn error(&self, file: String, code: &str, message: String, system: bool) {
        let flag = if system { &self.failed } else { &self.refused };
        flag.store(true, Ordering::SeqCst);
        if self.json {
            let error = ErrorObject { code: code.to_owned(), message };
            return self.print(&Line::Failed { file, error, findings: Vec::new() });
        }
        self.print_text(&format!("{file}  error {code}: {message}"));
    }

    fn print(&self, object: &impl Serialize) {
        match serde_json::to_string(object) {
            Ok(line) => self.print_text(&line),
            Err(_) => self.failed.store(true, Ordering::SeqCst),
        }
    }

    /// One line, flushed: whoever reads may rely on what it says.
    fn print_text(&self, text: &str) {
        let Ok(mut out) = self.out.lock() else { return };
        if writeln!(out, "{text}").and_then(|()| out.flush()).is_err() {
            self.failed.store(true, Ordering::SeqCst);
        }
    }
}
