//! `greenlane sign`: signatures of every form.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use seal::{Algorithm, Credential, Sealer};

use crate::cli::{SealForm, SignArgs};
use crate::commands::key::{refused, text_of, unwritable};
use crate::exit::{DONE, Failure};
use crate::output::say;
use crate::{Done, files};

pub fn run(args: &SignArgs) -> Done {
    let file = args.file.display();
    let document = files::read(&args.file).map_err(|why| Failure::refused(format!("{file}: {why}")))?;
    let sealer = sealer(args)?;
    let (bytes, what) = match args.form {
        SealForm::Detached => (sealer.seal(&document).map_err(refused)?.to_text().into_bytes(), "seal"),
        SealForm::Cms => (
            sealer.cms(&document, jiff::Timestamp::now(), None).map_err(refused)?,
            "CMS signature (CAdES-BES)",
        ),
        SealForm::XmldsigEnveloped => (sealer.enveloped(&document).map_err(refused)?, "signed document"),
        SealForm::XmldsigEnveloping => (sealer.enveloping(&document).map_err(refused)?, "signed document"),
    };
    let out = args.out.clone().unwrap_or_else(|| default_name(&args.file, args.form));
    std::fs::write(&out, bytes).map_err(|why| unwritable(&out, &why))?;
    say!("{}: {what} of {file}", out.display());
    Ok(ExitCode::from(DONE))
}

fn sealer(args: &SignArgs) -> Result<Sealer, Failure> {
    let credential = Credential::from_parts(&text_of(&args.cert)?, &text_of(&args.key)?).map_err(refused)?;
    if !credential.belongs_together() {
        return Err(Failure::refused(format!(
            "the key in {} is not the one of the first certificate in {}",
            args.key.display(),
            args.cert.display()
        ))
        .hint("put the signer's certificate first, those of authorities after it"));
    }
    let mut sealer = Sealer::new(&credential).map_err(refused)?;
    if let Some(name) = &args.algorithm {
        let algorithm = Algorithm::of_name(name);
        let algorithm = algorithm.ok_or_else(|| Failure::usage(format!("{name}: no such algorithm")))?;
        sealer = sealer.with_algorithm(algorithm).map_err(refused)?;
    }
    if let Some(answer) = &args.answer {
        let der =
            std::fs::read(answer).map_err(|why| Failure::refused(format!("{}: {why}", answer.display())))?;
        sealer = sealer.stapling(der);
    }
    Ok(sealer)
}

/// `FILE.sig` beside the document; `FILE.signed.xml` of a document with its signature.
fn default_name(file: &Path, form: SealForm) -> PathBuf {
    match form {
        SealForm::Detached | SealForm::Cms => {
            let mut name = file.as_os_str().to_owned();
            name.push(".sig");
            PathBuf::from(name)
        }
        SealForm::XmldsigEnveloped | SealForm::XmldsigEnveloping => file.with_extension("signed.xml"),
    }
}
