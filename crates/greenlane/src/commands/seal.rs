//! `greenlane seal` and `greenlane evidence`: who signed what, and whether that is provable.

use std::path::Path;
use std::process::ExitCode;

use centre::Evidence;
use jiff::Timestamp;
use log::Vkey;
use seal::{SealError, Sealed, Signer, StepOutcome, Trust, Verdict, Verifier};
use serde_json::{Value, json};

use crate::cli::{Language, SealArgs, SealCheckArgs, SealCommand, ShowArgs};
use crate::commands::check::print_json;
use crate::commands::key::text_of;
use crate::commands::show::{case_id, path_of};
use crate::exit::{DONE, Failure, REFUSED};
use crate::output::{print, say};
use crate::remote::Remote;
use crate::{Done, embedded, files};

pub fn run(args: &SealArgs) -> Done {
    match &args.command {
        SealCommand::Check(args) => check(args),
    }
}

/// Prints the evidence of a filing.
pub fn evidence(args: &ShowArgs) -> Done {
    let text = match &args.place.to {
        Some(url) => {
            let remote = Remote::new(url, args.place.token.as_deref(), args.speech.language)?;
            remote.get(&format!("{}/evidence", path_of(&args.case)))?
        }
        None => {
            let centre = embedded::open_existing(&args.place.data)?;
            let id = case_id(&centre, &args.case)?;
            let evidence = centre.evidence(id)?;
            centre.stop();
            serde_json::to_string_pretty(&evidence).map_err(|why| Failure::failed(why.to_string()))?
        }
    };
    print(format_args!("{}\n", text.trim_end()));
    Ok(ExitCode::from(DONE))
}

/// What is to be checked, and against what.
struct Question {
    document: Vec<u8>,
    seal: Option<Vec<u8>>,
    trust: Trust,
    as_of: Timestamp,
    /// The certificate that the log says it was sealed with, where the log says anything.
    certificate: Option<Option<String>>,
    /// What the log proves of it.
    receipt: Option<(Timestamp, log::Verified)>,
}

fn check(args: &SealCheckArgs) -> Done {
    let file = args.file.display().to_string();
    let bytes = files::read_large(&args.file).map_err(|why| Failure::refused(format!("{file}: {why}")))?;
    let question = match serde_json::from_slice::<Evidence>(&bytes) {
        Ok(evidence) => of_evidence(args, &evidence)?,
        Err(_) => Question {
            document: bytes,
            seal: match &args.seal {
                Some(path) => Some(read(path)?),
                None => files::seal_of(&args.file),
            },
            trust: trust(args)?.ok_or_else(|| {
                Failure::usage("nobody is trusted, so no seal can hold")
                    .hint("give --anchors FILE with the certificates of the authorities, or --data DIR")
            })?,
            as_of: args.at.unwrap_or_else(Timestamp::now),
            receipt: None,
            certificate: None,
        },
    };
    let sealed = Sealed::recognise(&question.document, question.seal.as_deref());
    let found = match sealed {
        Ok(None) if question.certificate == Some(None) => {
            say!("{file}  filed without a seal; the receipt holds");
            return Ok(ExitCode::from(DONE));
        }
        Ok(None) => {
            return Err(Failure::refused(format!("{file}: there is no seal beside or inside it"))
                .hint("give the seal with --seal FILE"));
        }
        Ok(Some(sealed)) => Verifier::new(question.trust.clone())
            .open(&sealed, question.as_of)
            .map(|opened| (opened.signer, opened.verdict)),
        Err(why) => Err(why),
    };
    // A seal that was put into the evidence afterwards proves nothing of the filing.
    if let (Some(proven), Ok((signer, _))) = (&question.certificate, &found)
        && proven.as_ref() != Some(&signer.certificate_sha256)
    {
        let proven = proven.as_deref().unwrap_or("no certificate at all");
        return Err(Failure::refused(format!(
            "{file}: the evidence does not hold: the receipt says that it was sealed with {proven}, the seal is by {}",
            signer.certificate_sha256
        )));
    }
    if args.json {
        print_json(&object(&file, &question, &found, args.speech.language))?;
    } else {
        tell(&file, &question, &found, args.speech.language);
    }
    if question.receipt.is_some() && args.anchors.is_none() && args.data.data.is_none() {
        eprintln!(
            "note: the authorities are those the evidence names itself; give --anchors with those you trust"
        );
    }
    Ok(ExitCode::from(if found.is_ok() { DONE } else { REFUSED }))
}

fn of_evidence(args: &SealCheckArgs, evidence: &Evidence) -> Result<Question, Failure> {
    let key = match &args.key {
        None => None,
        Some(text) => {
            Some(text.trim().parse::<Vkey>().map_err(|why| Failure::usage(format!("--key: {why}")))?)
        }
    };
    let broken =
        |why: String| Failure::refused(format!("{}: the evidence does not hold: {why}", args.file.display()));
    let proven = evidence.open(key.as_ref()).map_err(broken)?;
    let own = trust(args)?;
    Ok(Question {
        certificate: Some(proven.certificate),
        document: proven.document,
        seal: proven.seal,
        // Whom the caller trusts, and what was known then about revocation and register.
        trust: match own {
            Some(own) => proven.trust.with_anchors(own.anchors().clone()).and_lists_of(&own),
            None => proven.trust,
        },
        as_of: args.at.unwrap_or(proven.filed_at),
        receipt: Some((proven.filed_at, proven.verified)),
    })
}

/// What the caller trusts, where he says so.
fn trust(args: &SealCheckArgs) -> Result<Option<Trust>, Failure> {
    let mut trust = match &args.data.data {
        Some(_) => {
            let centre = embedded::open_existing(&args.data)?;
            let trust = centre.world().verifier().trust().clone();
            centre.stop();
            Some(trust)
        }
        None => None,
    };
    let refused = |path: &Path, why: seal::TrustError| Failure::refused(format!("{}: {why}", path.display()));
    if let Some(path) = &args.anchors {
        let text = text_of(path)?;
        trust.get_or_insert_default().add_anchors(&text).map_err(|why| refused(path, why))?;
    }
    for path in &args.revocation {
        trust.get_or_insert_default().add_lists(&read(path)?).map_err(|why| refused(path, why))?;
    }
    Ok(trust)
}

fn read(path: &Path) -> Result<Vec<u8>, Failure> {
    std::fs::read(path).map_err(|why| Failure::refused(format!("{}: {why}", path.display())))
}

type Found = Result<(Signer, Verdict), SealError>;

fn steps(found: &Found) -> [(seal::Step, StepOutcome); 7] {
    seal::steps(found.as_ref().map(|(_, verdict)| verdict))
}

/// What people are told, in their language.
fn tell(file: &str, question: &Question, found: &Found, language: Language) {
    let of = |text: &declaration::Text| language.of(text).to_owned();
    let word = |ru: &'static str, en: &'static str| match language {
        Language::Ru => ru,
        Language::En => en,
    };
    match found {
        Ok((signer, verdict)) => {
            let holds = word("верна", "holds");
            say!("{file}  {holds}  {}, {}", of(&verdict.form.text()), verdict.algorithm);
            let number = signer.tax_number.as_deref().map(|number| format!(", {number}")).unwrap_or_default();
            let firm = signer.organisation.as_deref().map(|firm| format!(", {firm}")).unwrap_or_default();
            say!("  {}: {}{firm}{number}", word("подписал", "signer"), signer.common_name);
            for link in verdict.chain.iter() {
                let (chain, valid) = (word("цепочка", "chain"), word("действует", "valid"));
                say!(
                    "  {chain}: {}, {valid} {} – {}, {}",
                    link.name,
                    link.valid_from,
                    link.valid_to,
                    link.sha256
                );
            }
            say!("  {}: {}", word("отзыв", "revocation"), of(&verdict.revocation.text()));
            say!("  {}: {}", word("на момент", "as of"), verdict.as_of);
            if let Some(at) = verdict.stamped_at {
                say!("  {}: {at}", word("метка времени", "time-stamp"));
            }
            if let Some(at) = verdict.claimed_at {
                let says = word("подписано, по словам подписанта", "signed at, as the signer says");
                say!("  {says}: {at}");
            }
        }
        Err(why) => {
            let fails = word("НЕ ВЕРНА", "DOES NOT HOLD");
            say!("{file}  {fails}  {}  {} {}", why.code(), of(&why.text()), of(&why.cure()));
        }
    }
    for (step, outcome) in steps(found) {
        let mark = match outcome {
            StepOutcome::Passed => word("да", "yes"),
            StepOutcome::Failed => word("НЕТ", "NO"),
            StepOutcome::Unknown => word("неизвестно", "not known"),
            StepOutcome::NotReached => word("не проверялось", "not looked at"),
        };
        say!("  {}: {mark}", of(&step.text()));
    }
    if let Some((filed_at, receipt)) = &question.receipt {
        let key = match receipt.key_pinned {
            true => word("под данным ключом", "under the key given"),
            false => word("под его собственным ключом", "under its own key"),
        };
        let filed = word("журнал: подано", "log: filed");
        say!("  {filed} {filed_at}, {}, {key}", receipt.checkpoint.origin);
    }
}

fn object(file: &str, question: &Question, found: &Found, language: Language) -> Value {
    let steps: Vec<Value> = steps(found)
        .into_iter()
        .map(|(step, outcome)| {
            let passed = match outcome {
                StepOutcome::Passed => Some(true),
                StepOutcome::Failed => Some(false),
                StepOutcome::Unknown | StepOutcome::NotReached => None,
            };
            json!({ "step": step.as_str(), "passed": passed })
        })
        .collect();
    let mut object = json!({ "file": file, "holds": found.is_ok(), "steps": steps });
    let more = match found {
        Ok((signer, verdict)) => json!({
            "form": verdict.form.as_str(),
            "algorithm": verdict.algorithm.as_str(),
            "signer": {
                "name": signer.common_name,
                "organisation": signer.organisation,
                "tax_number": signer.tax_number,
                "certificate": signer.certificate_sha256,
            },
            "chain": *verdict.chain,
            "revocation": verdict.revocation,
            "as_of": verdict.as_of.to_string(),
            "stamped_at": verdict.stamped_at.map(|at| at.to_string()),
            "claimed_at": verdict.claimed_at.map(|at| at.to_string()),
        }),
        Err(why) => json!({
            "error": {
                "code": why.code(),
                "step": why.step().as_str(),
                "message": language.of(&why.text()),
                "cure": language.of(&why.cure()),
            },
        }),
    };
    if let (Some(object), Value::Object(more)) = (object.as_object_mut(), more) {
        object.extend(more);
        if let Some((filed_at, receipt)) = &question.receipt {
            object.insert("filed_at".to_owned(), json!(filed_at.to_string()));
            object.insert("case".to_owned(), json!(receipt.case_id));
            object.insert("number".to_owned(), json!(receipt.number));
            object.insert("log".to_owned(), json!(receipt.checkpoint.origin));
            object.insert("log_key_pinned".to_owned(), json!(receipt.key_pinned));
        }
    }
    object
}
