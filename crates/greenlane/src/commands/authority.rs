//! `greenlane authority`: a small authority for trying out and for demonstrations.

use std::path::Path;
use std::process::ExitCode;

use jiff::{Timestamp, ToSpan};
use seal::{Authority, pem};

use crate::Done;
use crate::cli::{AuthorityArgs, AuthorityCommand};
use crate::commands::key::{refused, signing, text_of, write_secret};
use crate::exit::{DONE, Failure};
use crate::output::{print, say};

pub fn run(args: &AuthorityArgs) -> Done {
    let now = Timestamp::now();
    match &args.command {
        AuthorityCommand::New { name, algorithm, out } => {
            let authority = Authority::generate_with(name, signing(algorithm)?).map_err(refused)?;
            write_secret(out, &authority.to_pem())?;
            say!("{}: an authority with its key; keep it to yourself", out.display());
        }
        AuthorityCommand::Certificate { authority } => {
            print(format_args!("{}", read(authority)?.certificate_pem()));
        }
        AuthorityCommand::Issue { request, authority, days } => {
            let authority = read(authority)?;
            let none = || Failure::refused(format!("{}: no CERTIFICATE REQUEST block", request.display()));
            let requests = pem::labelled(&text_of(request)?, "CERTIFICATE REQUEST").ok_or_else(none)?;
            let der = requests.first().ok_or_else(none)?;
            let certificate =
                authority.certify(der, (now, now + (i64::from(*days) * 24).hours())).map_err(refused)?;
            print(format_args!("{}{}", pem::block("CERTIFICATE", &certificate), authority.chain_pem()));
        }
        AuthorityCommand::Revoke { certificates, authority, at, days } => {
            let authority = read(authority)?;
            let ders = certificates.iter().map(|file| certificate(file)).collect::<Result<Vec<_>, _>>()?;
            let at = at.unwrap_or(now);
            let revoked: Vec<(&[u8], Timestamp)> = ders.iter().map(|der| (der.as_slice(), at)).collect();
            let until = now + (i64::from(*days) * 24).hours();
            let list = authority.revocation_list(&revoked, (now, until)).map_err(refused)?;
            print(format_args!("{}", pem::block("X509 CRL", &list)));
        }
        AuthorityCommand::Answer { certificate: file, authority, revoked, hours } => {
            use std::io::Write;
            let until = now + i64::from(*hours).hours();
            let answer = read(authority)?.answer(&certificate(file)?, *revoked, (now, until), None);
            let answer = answer.map_err(refused)?;
            std::io::stdout()
                .write_all(&answer)
                .map_err(|why| Failure::failed(format!("standard output: {why}")))?;
        }
    }
    Ok(ExitCode::from(DONE))
}

fn read(file: &Path) -> Result<Authority, Failure> {
    let text = text_of(file)?;
    Authority::from_pem(&text).map_err(|why| Failure::refused(format!("{}: {why}", file.display())))
}

/// The first certificate in a file, DER.
fn certificate(file: &Path) -> Result<Vec<u8>, Failure> {
    let first = pem::certificates(&text_of(file)?).and_then(|all| all.into_iter().next());
    first.ok_or_else(|| Failure::refused(format!("{}: no certificate in PEM", file.display())))
}
