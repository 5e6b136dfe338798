//! `greenlane key`: private keys, requests for certificates, and what such files hold.

use std::io::Write;
use std::path::Path;
use std::process::ExitCode;

use seal::{Algorithm, CertificateFacts, Request, SigningKey, pem};

use crate::Done;
use crate::cli::{KeyArgs, KeyCommand};
use crate::exit::{DONE, Failure};
use crate::output::say;

pub fn run(args: &KeyArgs) -> Done {
    match &args.command {
        KeyCommand::New { algorithm, out } => {
            let key = seal::generate_key(signing(algorithm)?).map_err(refused)?;
            write_secret(out, &pem::block("PRIVATE KEY", &key))?;
            say!("{}: a new private key, {algorithm}; keep it to yourself", out.display());
        }
        KeyCommand::Csr { key, name, organisation, tax_number, out } => {
            let key = signing_key(key)?;
            let request = Request::write(&key, name, organisation.as_deref(), tax_number.as_deref());
            let text = pem::block("CERTIFICATE REQUEST", &request.map_err(refused)?);
            match out {
                None => crate::output::print(format_args!("{text}")),
                Some(out) => {
                    std::fs::write(out, text).map_err(|why| unwritable(out, &why))?;
                    say!("{}: a request for a certificate; hand it to your authority", out.display());
                }
            }
        }
        KeyCommand::Show { file } => show(file)?,
    }
    Ok(ExitCode::from(DONE))
}

fn show(file: &Path) -> Result<(), Failure> {
    let text = text_of(file)?;
    let mut found = false;
    for der in pem::certificates(&text).unwrap_or_default() {
        found = true;
        let Some(facts) = CertificateFacts::read(&der) else {
            say!("a certificate that cannot be read");
            continue;
        };
        let who = if facts.is_authority { "certificate of an authority" } else { "certificate" };
        say!("{who}: {}", facts.name);
        for (what, value) in [
            ("organisation", facts.organisation),
            ("tax number", facts.tax_number),
            ("issued by", Some(facts.issuer)),
            ("valid", Some(format!("{} to {}", facts.valid_from, facts.valid_to))),
            ("key", Some(facts.key.unwrap_or_else(|| "of a kind that is not accepted here".to_owned()))),
            ("SHA-256", Some(facts.sha256)),
        ] {
            if let Some(value) = value {
                say!("  {what}: {value}");
            }
        }
    }
    for der in pem::labelled(&text, "CERTIFICATE REQUEST").unwrap_or_default() {
        found = true;
        match Request::read(&der) {
            Ok(_) => say!("request for a certificate, signed with its own key"),
            Err(why) => say!("{why}"),
        }
    }
    if let Some(der) = pem::key(&text) {
        found = true;
        let key = SigningKey::from_pkcs8(&der).map_err(refused)?;
        say!("private key: {}", key.algorithm());
    }
    if found {
        Ok(())
    } else {
        Err(Failure::refused(format!("{}: no key, certificate or request in PEM", file.display())))
    }
}

/// The algorithm a key is to be made for.
pub fn signing(name: &str) -> Result<Algorithm, Failure> {
    let known = Algorithm::of_name(name).filter(|algorithm| Algorithm::SIGNING.contains(algorithm));
    known.ok_or_else(|| {
        let names: Vec<&str> = Algorithm::SIGNING.iter().map(|algorithm| algorithm.as_str()).collect();
        Failure::usage(format!("{name}: no keys are made for that algorithm"))
            .hint(format!("algorithms: {}", names.join(", ")))
    })
}

/// The private key in a file.
pub fn signing_key(file: &Path) -> Result<SigningKey, Failure> {
    let no_key = || Failure::refused(format!("{}: no PRIVATE KEY block (PKCS#8, PEM)", file.display()));
    let der = pem::key(&text_of(file)?).ok_or_else(no_key)?;
    SigningKey::from_pkcs8(&der).map_err(|why| Failure::refused(format!("{}: {why}", file.display())))
}

/// The text of a small file.
pub fn text_of(file: &Path) -> Result<String, Failure> {
    std::fs::read_to_string(file).map_err(|why| Failure::refused(format!("{}: {why}", file.display())))
}

pub fn refused(why: seal::IssueError) -> Failure {
    Failure::refused(why.to_string())
}

pub fn unwritable(out: &Path, why: &std::io::Error) -> Failure {
    Failure::failed(format!("{}: {why}", out.display()))
}

/// Writes what others must not read. A key that is there already is not lost.
pub fn write_secret(out: &Path, text: &str) -> Result<(), Failure> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(out).map_err(|why| match why.kind() {
        std::io::ErrorKind::AlreadyExists => Failure::refused(format!("{} is there already", out.display()))
            .hint("give another name with --out"),
        _ => unwritable(out, &why),
    })?;
    file.write_all(text.as_bytes()).and_then(|()| file.sync_all()).map_err(|why| unwritable(out, &why))
}
