//! `greenlane user`, `participants`, `account`: who files, who decides, who pays.

use std::io::Read;
use std::process::ExitCode;

use clearance::{Officer, OfficerId};
use declaration::TaxNumber;
use rust_decimal::Decimal;
use store::Role;

use crate::cli::{FileIntoArgs, UserArgs};
use crate::exit::{DONE, Failure};
use crate::{Done, embedded};

/// Adds a user; an officer also joins the roster, off shift, competent for everything.
pub fn user(args: &UserArgs) -> Done {
    let role: Role = args.role.parse().map_err(|_| {
        let roles: Vec<&str> = Role::ALL.iter().map(|role| role.as_str()).collect();
        Failure::usage(format!("--role {}: no such role", args.role))
            .hint(format!("roles: {}", roles.join(", ")))
    })?;
    let participant = match &args.participant {
        None => None,
        Some(text) => Some(
            text.parse::<TaxNumber>()
                .map_err(|why| Failure::usage(format!("--participant {text}: {}", why.expected_en)))?,
        ),
    };
    let mut password = String::new();
    std::io::stdin()
        .take(4_096)
        .read_to_string(&mut password)
        .map_err(|why| Failure::failed(why.to_string()))?;
    let centre = embedded::open_for_command(&args.data, None)?;
    centre.put_user(&args.login, &args.name, role, password.trim_end_matches(['\r', '\n']), participant)?;
    if role == Role::Officer {
        centre.put_officer(&Officer {
            id: OfficerId(args.login.clone()),
            offices: Vec::new(),
            kinds: Vec::new(),
            lane_max: risk::Lane::Red,
            on_shift: false,
            load: 0,
        })?;
    }
    centre.stop();
    println!("{} may log in as {}", args.login, role.as_str());
    Ok(ExitCode::from(DONE))
}

/// Brings in participants of `generate`.
pub fn participants(args: &FileIntoArgs) -> Done {
    let rows = rehearsal::read_participants(&args.file).map_err(|why| refused(args, &why))?;
    let centre = embedded::open_for_command(&args.data, None)?;
    for row in &rows {
        centre.put_participant(&row.pack, row.number, &row.name, &row.facts)?;
    }
    centre.stop();
    println!("{} participants are known", rows.len());
    Ok(ExitCode::from(DONE))
}

/// Credits payers' accounts.
pub fn account(args: &FileIntoArgs) -> Done {
    let rows = rehearsal::read_accounts(&args.file).map_err(|why| refused(args, &why))?;
    let centre = embedded::open_for_command(&args.data, None)?;
    let mut total = Decimal::ZERO;
    for row in &rows {
        centre.credit(row.number, &row.currency, row.amount, &row.document)?;
        total += row.amount;
    }
    centre.stop();
    println!("{} accounts were credited with {total} in all", rows.len());
    Ok(ExitCode::from(DONE))
}

fn refused(args: &FileIntoArgs, why: &dyn std::fmt::Display) -> Failure {
    Failure::refused(format!("{}: {why}", args.file.display()))
}
