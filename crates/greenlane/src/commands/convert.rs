//! `greenlane convert`: the same declaration in another form.

use std::process::ExitCode;

use declaration::Leaf;
use wire::{Completion, Content, Format, Paper, Target};

use crate::cli::{ConvertArgs, Form};
use crate::exit::{DONE, Failure};
use crate::output::say;
use crate::{Done, files};

/// Runs the command.
pub fn run(args: &ConvertArgs) -> Done {
    let file = args.file.display();
    let bytes = files::read(&args.file).map_err(|why| Failure::refused(format!("{file}: {why}")))?;
    let content = centre::content(&bytes)
        .map_err(|why| Failure::refused(format!("{file}: {}: {}", why.code(), why.text().en)))?;
    let document = wire::read(&content).map_err(|why| {
        Failure::refused(format!("{file}: {}: {}", why.code, why.text.en))
            .hint(why.cure.en.clone().into_owned())
    })?;
    for finding in &document.findings {
        eprintln!("{file}: {} {}: {}", finding.severity.as_str(), finding.code, finding.text.en);
    }
    let target = match args.to {
        Form::Album523 => Target::Album523,
        Form::Album527 => Target::Album527,
        Form::Wco => Target::Wco,
        Form::EecGoods => Target::EecGoods,
        Form::EecTransit => Target::EecTransit,
        Form::Json => Target::Json,
    };
    let written = match &document.content {
        Content::Declaration(declaration) => {
            wire::write(declaration, target, &completion(declaration, &bytes))
        }
        Content::Paper(paper) if target == Target::Json => Ok(wire::write_paper_json(paper)),
        Content::Paper(paper) if has_form(paper, target) => wire::write_paper(paper),
        Content::Paper(paper) => {
            let (format, version) = paper.format();
            return Err(Failure::refused(format!("{file}: {} has no such form", paper.element()))
                .hint(format!("{} {version} and json are its forms", format.as_str())));
        }
    };
    match written {
        Ok(text) => {
            say!("{text}");
            Ok(ExitCode::from(DONE))
        }
        Err(findings) => {
            for finding in &findings {
                eprintln!("{file}: {} {}: {}", finding.code, finding.path, finding.text.en);
            }
            Err(Failure::refused(format!("{file}: this declaration cannot be written in that form")))
        }
    }
}

/// Whether a paper can be written in a form of XML: each kind has one of its own.
fn has_form(paper: &Paper, target: Target) -> bool {
    let wco = paper.format().0 == Format::Wco;
    match target {
        Target::Json => true,
        Target::Wco => wco,
        Target::Album523 | Target::Album527 | Target::EecGoods | Target::EecTransit => !wco,
    }
}

/// What the form demands and the declaration may lack: an identifier made from the bytes, so that
/// the same document gives the same result, and the day it was signed.
fn completion(declaration: &declaration::Declaration, bytes: &[u8]) -> Completion {
    let digest = log::Hash::of(bytes).to_string().to_uppercase();
    let part = |from: usize, to: usize| digest.get(from..to).unwrap_or_default().to_owned();
    let document_id =
        format!("{}-{}-{}-{}-{}", part(0, 8), part(8, 12), part(12, 16), part(16, 20), part(20, 32));
    let signed = declaration.signatory.as_ref().and_then(|signatory| signatory.signed_on);
    let written_at = declaration
        .created_at
        .or(signed.map(|day| day.at(0, 0, 0, 0)))
        .or_else(|| jiff::civil::DateTime::parse("2000-01-01T00:00:00").ok())
        .unwrap_or_default();
    Completion { document_id, written_at }
}
