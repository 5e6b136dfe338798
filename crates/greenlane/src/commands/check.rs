//! `greenlane check`: parse, control, payments; nothing is stored.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

use clearance::World;
use declaration::{Finding, Purpose, Severity};
use jiff::civil::Date;
use rust_decimal::Decimal;
use serde::Serialize;
use web::{FindingObject, PaymentObject};
use wire::Content;

use crate::cli::CheckArgs;
use crate::commands::submit::language_tag;
use crate::exit::{DONE, Failure, REFUSED};
use crate::output::say;
use crate::{Done, embedded, files};

/// What `--json` prints per document.
#[derive(Serialize)]
struct Checked<'a> {
    file: String,
    format: &'static str,
    version: &'a str,
    kind: Option<&'static str>,
    procedure: Option<String>,
    number_of_items: usize,
    findings: Vec<FindingObject>,
    payments: Vec<PaymentObject>,
    totals: BTreeMap<String, String>,
}

#[derive(Serialize)]
struct Unread {
    file: String,
    error: ErrorObject,
}

/// An error that is about the file as a whole.
#[derive(Serialize)]
pub struct ErrorObject {
    /// Stable code.
    pub code: String,
    /// What is wrong and what cures it.
    pub message: String,
}

/// Runs the command.
pub fn run(args: &CheckArgs) -> Done {
    let world = match &args.data.data {
        Some(_) => embedded::open_existing(&args.data)?.world(),
        None => starter_world()?,
    };
    let mut refused = false;
    for path in &files::documents(&args.files)? {
        refused |= !check_file(path, &world, args)?;
    }
    Ok(ExitCode::from(if refused { REFUSED } else { DONE }))
}

fn starter_world() -> Result<Arc<World>, Failure> {
    Ok(centre::starter_world()?)
}

/// Checks one file; whether it is free of errors.
fn check_file(path: &Path, world: &World, args: &CheckArgs) -> Result<bool, Failure> {
    let file = path.display().to_string();
    let language = args.speech.language;
    let unread = |code: &str, message: String| {
        if args.json {
            let error = ErrorObject { code: code.to_owned(), message };
            print_json(&Unread { file: file.clone(), error })
        } else {
            say!("{file}\n  error {code}: {message}");
            Ok(())
        }
    };
    let bytes = match files::read(path) {
        Ok(bytes) => bytes,
        Err(why) => {
            unread("GL-0001", why)?;
            return Ok(false);
        }
    };
    let content = match centre::content(&bytes) {
        Ok(content) => content,
        Err(why) => {
            unread(why.code(), language.of(&why.text()).to_owned())?;
            return Ok(false);
        }
    };
    let document = match wire::read(&content) {
        Ok(document) => document,
        Err(why) => {
            unread(why.code, language.of(&why.sentences()).to_owned())?;
            return Ok(false);
        }
    };
    let declaration = match &document.content {
        Content::Paper(asked) => {
            let mut found = check::papers::check(&asked.form);
            found.extend(values_alone(asked, world, args));
            return paper(args, &file, &document, asked.kind(), found);
        }
        // It changes a declaration filed before, and has only what changes.
        Content::Declaration(declaration) => match declaration.purpose() {
            Purpose::New => declaration,
            Purpose::Amendment => return paper(args, &file, &document, "correction", Vec::new()),
            Purpose::Cancellation => return paper(args, &file, &document, "withdrawal", Vec::new()),
            Purpose::Arrival => return paper(args, &file, &document, "arrival", Vec::new()),
        },
    };
    let reference = world.reference();
    let pack = world.pack_for(declaration);
    let day: Date = args.as_of.unwrap_or_else(|| world.day(pack, jiff::Timestamp::now()));
    let mut findings = clearance::assess::control(declaration, &document.findings, world, pack, day);
    let assessment = duty::compute(declaration, reference, pack, day);
    findings.extend(assessment.notes.iter().cloned());
    // The newest of several value declarations counts; in one package the last is taken for it.
    let valuing = document.papers.iter().rfind(|paper| duty::stated::KINDS.contains(&paper.kind()));
    if let Some(paper) = valuing {
        let (kind, form) = (paper.kind(), &paper.form);
        findings.extend(clearance::values::findings(kind, form, Some(declaration), reference, pack, day));
    }

    let told = |finding| FindingObject::new(finding, language_tag(language), document.format.as_str());
    let checked = Checked {
        file: file.clone(),
        format: document.format.as_str(),
        version: &document.version,
        kind: declaration.kind().map(declaration::Kind::as_str),
        procedure: declaration.requested_procedure().map(|code| code.to_string()),
        number_of_items: declaration.items.len(),
        findings: findings.iter().map(told).collect(),
        payments: PaymentObject::all(&assessment, language_tag(language)),
        totals: totals(&assessment),
    };
    if args.json {
        print_json(&checked)?;
    } else {
        print_for_people(&checked, &assessment);
    }
    Ok(!findings.iter().any(|finding| finding.severity == Severity::Error))
}

/// What a declaration of customs value says of itself, by the rules of the office that it names.
fn values_alone(paper: &wire::Paper, world: &World, args: &CheckArgs) -> Vec<Finding> {
    let office = paper.form.text("declaration_number/office").and_then(|code| code.parse().ok());
    let named = declaration::Declaration { declaration_office: office, ..Default::default() };
    let pack = world.pack_for(&named);
    let day = args.as_of.unwrap_or_else(|| world.day(pack, jiff::Timestamp::now()));
    clearance::values::findings(paper.kind(), &paper.form, None, world.reference(), pack, day)
}

/// What is said of a document that is no new declaration: its structure was held against its format, and
/// `found` is what the control of such documents finds.
fn paper(
    args: &CheckArgs,
    file: &str,
    document: &wire::Document,
    kind: &'static str,
    found: Vec<Finding>,
) -> Result<bool, Failure> {
    let findings: Vec<&Finding> = document.findings.iter().chain(&found).collect();
    let (language, format) = (language_tag(args.speech.language), document.format.as_str());
    let told = |finding| FindingObject::new(finding, language, format);
    let checked = Checked {
        file: file.to_owned(),
        format: document.format.as_str(),
        version: &document.version,
        kind: Some(kind),
        procedure: None,
        number_of_items: 0,
        findings: findings.iter().copied().map(told).collect(),
        payments: Vec::new(),
        totals: BTreeMap::new(),
    };
    if args.json {
        print_json(&checked)?;
    } else {
        say!("{file}  {} {}, {kind}", checked.format, checked.version);
        say_findings(&checked.findings);
    }
    Ok(!findings.iter().any(|finding| finding.severity == Severity::Error))
}

fn say_findings(findings: &[FindingObject]) {
    for finding in findings {
        let place = match (finding.box_number.as_str(), finding.path.as_str()) {
            ("", "") => String::new(),
            ("", path) => format!(" {path}"),
            (number, path) => format!(" box {number} {path}"),
        };
        say!("  {} {}{place}: {}", finding.severity, finding.code, finding.message);
    }
    if findings.is_empty() {
        say!("  no findings");
    }
}

/// Amounts are written with two digits.
pub fn money(amount: Decimal) -> String {
    let mut amount = amount;
    amount.rescale(2);
    amount.to_string()
}

fn totals(assessment: &duty::Assessment) -> BTreeMap<String, String> {
    let mut sums: BTreeMap<String, Decimal> = BTreeMap::new();
    for (kind, amount, _) in &assessment.totals {
        *sums.entry(kind.to_string()).or_default() += *amount;
    }
    sums.into_iter().map(|(kind, amount)| (kind, money(amount))).collect()
}

/// Prints one JSON object as one line.
pub fn print_json(object: &impl Serialize) -> Result<(), Failure> {
    let line = serde_json::to_string(object).map_err(|why| Failure::failed(why.to_string()))?;
    say!("{line}");
    Ok(())
}

fn print_for_people(checked: &Checked<'_>, assessment: &duty::Assessment) {
    say!(
        "{}  {} {}, {}, procedure {}, {} items",
        checked.file,
        checked.format,
        checked.version,
        checked.kind.unwrap_or("kind unknown"),
        checked.procedure.as_deref().unwrap_or("unknown"),
        checked.number_of_items,
    );
    say_findings(&checked.findings);
    for (kind, amount) in &checked.totals {
        say!("  payment {kind}: {amount} {}", assessment.currency);
    }
    if !assessment.complete {
        say!("  payments are incomplete: see the findings GL-4xxx");
    }
}
