//! `greenlane account` and `greenlane guarantee`: payments in and out, statements, reconciliation, guarantees.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::ExitCode;

use centre::Statement;
use declaration::{CurrencyCode, TaxNumber};
use indicatif::ProgressBar;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use log::Hash;
use rust_decimal::Decimal;
use serde::Deserialize;
use serde_json::json;
use store::{AccountId, Bank, Guarantee, PaymentDocument};

use crate::cli::{
    AccountArgs, AccountCommand, BenchArgs, BenchWhat, DataArgs, FileIntoArgs, GuaranteeCommand,
    GuaranteeListArgs, MoveArgs, ReconcileArgs, ReturnArgs, StatementArgs,
};
use crate::commands::check::print_json;
use crate::commands::people::rows;
use crate::exit::{DONE, Failure, REFUSED};
use crate::files::Temporary;
use crate::output::say;
use crate::{Done, embedded};

/// Incoming payments, or one of the other things done with accounts.
pub fn run(args: &AccountArgs) -> Done {
    match (&args.command, &args.file) {
        (Some(AccountCommand::Statement(args)), _) => statement(args),
        (Some(AccountCommand::Reconcile(args)), _) => reconcile(args),
        (Some(AccountCommand::Refund(args)), _) => refund(args),
        (Some(AccountCommand::Return(args)), _) => give_back(args),
        (None, Some(file)) => payments(file, &args.data),
        (None, None) => Err(Failure::usage("no file of payments was given")),
    }
}

/// One row of a file of payments.
#[derive(Debug, Deserialize)]
struct PaymentRow {
    number: TaxNumber,
    currency: CurrencyCode,
    amount: Decimal,
    #[serde(default)]
    document: Option<String>,
    #[serde(default)]
    date: Option<Date>,
}

/// Books a file of incoming payments, all in one transaction, each document once.
fn payments(file: &Path, data: &DataArgs) -> Done {
    let all: Vec<PaymentRow> = rows(file)?;
    let bytes = std::fs::read(file).map_err(|why| Failure::failed(format!("{}: {why}", file.display())))?;
    let name = file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let name: String = name.chars().take(FILE_NAME_CHARS_MAX).collect();
    let digest: String = Hash::of(&bytes).to_string().chars().take(DIGEST_CHARS).collect();
    // A row that names no document is the document itself: this row of these very bytes.
    let document = |(place, row): (usize, &PaymentRow)| PaymentDocument {
        payer: row.number,
        number: match row.document.as_deref().map(str::trim).filter(|text| !text.is_empty()) {
            Some(number) => number.to_owned(),
            None => format!("{name} {digest} {}", place + 1),
        },
        date: row.date,
        amount: row.amount,
        currency: row.currency.to_string(),
    };
    let documents: Vec<PaymentDocument> = all.iter().enumerate().map(document).collect();
    let centre = embedded::open_for_command(data, None)?;
    let booked = centre.book_payments(&documents)?;
    centre.stop();
    let mut sums = BTreeMap::<CurrencyCode, (usize, Decimal)>::new();
    for (row, _) in all.iter().zip(&booked).filter(|(_, booked)| **booked) {
        let (count, sum) = sums.entry(row.currency).or_default();
        *count += 1;
        *sum = sum.saturating_add(row.amount);
    }
    for (currency, (count, total)) in sums {
        say!("{count} accounts were credited with {total} {currency} in all");
    }
    let again: Vec<&PaymentDocument> =
        documents.iter().zip(&booked).filter(|(_, booked)| !**booked).map(|(document, _)| document).collect();
    if !again.is_empty() {
        say!("{} payments were booked already, nothing was changed by them:", again.len());
    }
    for document in again.iter().take(TOLD_MAX) {
        let dated = document.date.map(|date| format!(" of {date}")).unwrap_or_default();
        say!("  {} {}{dated}: {} {}", document.payer, document.number, document.amount, document.currency);
    }
    if again.len() > TOLD_MAX {
        say!("  and {} more", again.len() - TOLD_MAX);
    }
    Ok(ExitCode::from(DONE))
}

/// Characters of a file's name that stand in the number of a payment.
const FILE_NAME_CHARS_MAX: usize = 60;
/// Characters of a file's digest that stand there: no two files an operator has agree in them.
const DIGEST_CHARS: usize = 16;
/// Who decides on covers from the command line, for the record: the operator of the data directory.
const OPERATOR: &str = "operator";
/// Payments booked already that are named one by one.
const TOLD_MAX: usize = 20;

fn document_of(args: &MoveArgs) -> PaymentDocument {
    PaymentDocument {
        payer: args.payer,
        number: args.document.clone(),
        date: Some(args.date),
        amount: args.amount,
        currency: args.currency.to_string(),
    }
}

fn told(booked: bool, args: &MoveArgs, what: &str) {
    if booked {
        say!("{} {} {what} {}", args.amount, args.currency, args.payer);
    } else {
        say!("document {} of {} was booked already, nothing was changed", args.document, args.date);
    }
}

fn refund(args: &MoveArgs) -> Done {
    let centre = embedded::open_existing(&args.data)?;
    told(centre.refund_advance(&document_of(args))?, args, "were paid back to");
    centre.stop();
    Ok(ExitCode::from(DONE))
}

fn give_back(args: &ReturnArgs) -> Done {
    let centre = embedded::open_existing(&args.movement.data)?;
    let booked = centre.return_overpaid(&document_of(&args.movement), args.case, &args.reason)?;
    told(booked, &args.movement, "went back to the advances of");
    centre.stop();
    Ok(ExitCode::from(DONE))
}

fn statement(args: &StatementArgs) -> Done {
    let zone =
        TimeZone::get(&args.zone).map_err(|why| Failure::usage(format!("--zone {}: {why}", args.zone)))?;
    let centre = embedded::open_existing(&args.data)?;
    let statements = centre.statement(args.payer, args.from, args.to, &zone)?;
    centre.stop();
    if args.json {
        let all: Vec<_> = statements.iter().map(as_json).collect();
        print_json(&json!({
            "payer": args.payer.as_str(), "from": args.from.map(|day| day.to_string()),
            "to": args.to.map(|day| day.to_string()), "zone": args.zone, "accounts": all,
        }))?;
        return Ok(ExitCode::from(DONE));
    }
    if statements.is_empty() {
        say!("nothing was ever booked for {}", args.payer);
    }
    for statement in &statements {
        say!("{}", statement.account.name());
        say!("  opening {:>48}", statement.opening);
        for (posting, balance) in &statement.entries {
            let sign = if posting.to == statement.account { '+' } else { '-' };
            let day = posting.at.to_zoned(zone.clone()).strftime("%Y-%m-%d %H:%M").to_string();
            let case = posting.case.map(|case| format!(" case {case}")).unwrap_or_default();
            let amount = format!("{sign}{}", posting.amount);
            let purpose = posting.purpose.as_str();
            say!("  {day} {purpose:<18}{amount:>18}{balance:>18}  {}{case}", posting.what);
        }
        say!("  closing {:>48}", statement.closing);
    }
    Ok(ExitCode::from(DONE))
}

fn as_json(statement: &Statement) -> serde_json::Value {
    let entries: Vec<_> = statement
        .entries
        .iter()
        .map(|(posting, balance)| {
            let arrives = posting.to == statement.account;
            let other = if arrives { &posting.from } else { &posting.to };
            let amount = if arrives { posting.amount } else { -posting.amount };
            json!({
                "at": posting.at.to_string(), "purpose": posting.purpose.as_str(), "what": posting.what,
                "case": posting.case.map(|case| case.to_string()), "with": other.name(),
                "amount": amount.to_string(), "balance": balance.to_string(),
            })
        })
        .collect();
    json!({
        "account": statement.account.name(), "currency": statement.account.currency(),
        "opening": statement.opening.to_string(), "entries": entries, "closing": statement.closing.to_string(),
    })
}

fn reconcile(args: &ReconcileArgs) -> Done {
    let centre = embedded::open_existing(&args.data)?;
    let found = centre.reconcile()?;
    centre.stop();
    if args.json {
        let sums: serde_json::Map<String, serde_json::Value> =
            found.sums.iter().map(|(currency, sum)| (currency.clone(), json!(sum.to_string()))).collect();
        print_json(&json!({"accounts": found.accounts, "sums": sums, "differences": found.differences}))?;
    } else {
        say!("{} accounts, {} differences", found.accounts, found.differences.len());
        for (currency, sum) in &found.sums {
            say!("  {currency} {sum}");
        }
        for difference in &found.differences {
            say!("  {difference}");
        }
    }
    Ok(ExitCode::from(if found.differences.is_empty() { DONE } else { REFUSED }))
}

/// Measures booking, or kills it in between.
pub fn bench(args: &BenchArgs, bar: &ProgressBar) -> Done {
    let failed = |why: rehearsal::RehearsalError| Failure::failed(why.to_string());
    let temporary = Temporary::make("account")?;
    let dir = args.dir.as_deref().unwrap_or(temporary.path());
    let faults = match args.what {
        BenchWhat::AccountVictim => {
            rehearsal::account_victim(dir).map_err(failed)?;
            Vec::new()
        }
        BenchWhat::AccountCrash => {
            let binary = std::env::current_exe().map_err(|why| Failure::failed(why.to_string()))?;
            bar.set_length(u64::from(args.rounds));
            let seen = |kill| bar.set_position(u64::from(kill));
            let crashes =
                rehearsal::account_crashes(&binary, dir, args.rounds, CRASH_SEED, seen).map_err(failed)?;
            bar.finish_and_clear();
            if args.json {
                print_json(&crashes)?;
            } else {
                say!(
                    "{} kills: {} batches acknowledged, {} stored, {} postings, {} faults",
                    crashes.kills,
                    crashes.acknowledged,
                    crashes.stored,
                    crashes.postings,
                    crashes.faults.len()
                );
            }
            crashes.faults
        }
        _ => {
            let bench = rehearsal::AccountBench {
                dir: dir.to_owned(),
                postings: args.postings.unwrap_or(POSTINGS_USUAL),
            };
            let report = bench
                .run(|stage, done, total| {
                    bar.set_message(stage.to_owned());
                    bar.set_length(total);
                    bar.set_position(done);
                })
                .map_err(failed)?;
            bar.finish_and_clear();
            if args.json {
                print_json(&report)?
            } else {
                say!("{}", rehearsal::render_account(&report))
            }
            report.faults
        }
    };
    for fault in faults.iter().filter(|_| !args.json) {
        say!("  {fault}");
    }
    Ok(ExitCode::from(if faults.is_empty() { DONE } else { REFUSED }))
}

/// Postings of a measurement, where nobody says how many: some seconds.
const POSTINGS_USUAL: u64 = 200_000;
/// The seed of the kills.
const CRASH_SEED: u64 = 2026;

/// One row of a file of banks.
#[derive(Debug, Deserialize)]
struct BankRow {
    code: String,
    name: String,
    currency: CurrencyCode,
    single_max: Decimal,
    total_max: Decimal,
}

/// One row of a file of guarantees.
#[derive(Debug, Deserialize)]
struct GuaranteeRow {
    number: String,
    kind: String,
    form: String,
    guarantor: String,
    principal: TaxNumber,
    amount: Decimal,
    currency: CurrencyCode,
    valid_from: Date,
    valid_to: Date,
}

/// The register of guarantees.
pub fn guarantee(command: &GuaranteeCommand) -> Done {
    match command {
        GuaranteeCommand::Banks(args) => banks(args),
        GuaranteeCommand::Give(args) => give(args),
        GuaranteeCommand::List(args) => list(args),
        GuaranteeCommand::Cover(args) => {
            let centre = embedded::open_existing(&args.data)?;
            centre.take_cover(&args.number, args.case, args.amount, OPERATOR)?;
            centre.stop();
            say!("guarantee {} covers {} more of {}", args.number, args.amount, args.case);
            Ok(ExitCode::from(DONE))
        }
        GuaranteeCommand::Free(args) => {
            let centre = embedded::open_existing(&args.data)?;
            let freed = centre.free_cover(args.case, OPERATOR)?;
            centre.stop();
            say!("{freed} covered of {} were freed", args.case);
            Ok(ExitCode::from(DONE))
        }
        GuaranteeCommand::End(args) => {
            let centre = embedded::open_existing(&args.data)?;
            centre.end_guarantee(&args.number)?;
            centre.stop();
            say!("guarantee {} has ended", args.number);
            Ok(ExitCode::from(DONE))
        }
    }
}

fn banks(args: &FileIntoArgs) -> Done {
    let banks: Vec<Bank> = rows::<BankRow>(&args.file)?
        .into_iter()
        .map(|row| Bank {
            code: row.code,
            name: row.name,
            currency: row.currency.to_string(),
            single_max: row.single_max,
            total_max: row.total_max,
        })
        .collect();
    let centre = embedded::open_for_command(&args.data, None)?;
    centre.put_banks(&banks)?;
    centre.stop();
    say!("{} banks are in the register", banks.len());
    Ok(ExitCode::from(DONE))
}

fn give(args: &FileIntoArgs) -> Done {
    let mut guarantees = Vec::new();
    for row in rows::<GuaranteeRow>(&args.file)? {
        let unknown =
            |what: &str, text: &str| Failure::refused(format!("{}: no such {what}: {text}", row.number));
        guarantees.push(Guarantee {
            kind: row.kind.parse().map_err(|_| unknown("kind", &row.kind))?,
            form: row.form.parse().map_err(|_| unknown("form", &row.form))?,
            number: row.number,
            guarantor: row.guarantor,
            principal: row.principal,
            amount: row.amount,
            currency: row.currency.to_string(),
            valid_from: row.valid_from,
            valid_to: row.valid_to,
            given_at: jiff::Timestamp::UNIX_EPOCH,
            ended_at: None,
        });
    }
    let centre = embedded::open_for_command(&args.data, None)?;
    centre.give_guarantees(&guarantees)?;
    centre.stop();
    say!("{} guarantees were taken into the register", guarantees.len());
    Ok(ExitCode::from(DONE))
}

fn list(args: &GuaranteeListArgs) -> Done {
    let centre = embedded::open_existing(&args.data)?;
    let store = centre.store();
    let mut all = Vec::new();
    for guarantee in store.guarantees(args.principal.as_ref())? {
        let (free, covered) = (store.balance(&guarantee.cover())?, store.balance(&guarantee.covered())?);
        all.push((guarantee, free, covered));
    }
    let mut limits = Vec::new();
    for bank in store.banks()? {
        let free = store.balance(&AccountId::Bank(bank.code.clone(), bank.currency.clone()))?;
        limits.push((bank, free));
    }
    centre.stop();
    if args.json {
        let guarantees: Vec<_> = all
            .iter()
            .map(|(one, free, covered)| {
                json!({
                    "number": one.number, "kind": one.kind.as_str(), "form": one.form.as_str(),
                    "guarantor": one.guarantor, "principal": one.principal.as_str(),
                    "amount": one.amount.to_string(), "currency": one.currency,
                    "valid_from": one.valid_from.to_string(), "valid_to": one.valid_to.to_string(),
                    "ended_at": one.ended_at.map(|at| at.to_string()),
                    "free": free.to_string(), "covered": covered.to_string(),
                })
            })
            .collect();
        let banks: Vec<_> = limits
            .iter()
            .map(|(bank, free)| {
                json!({
                    "code": bank.code, "name": bank.name, "currency": bank.currency,
                    "single_max": bank.single_max.to_string(), "total_max": bank.total_max.to_string(),
                    "free": free.to_string(),
                })
            })
            .collect();
        print_json(&json!({"guarantees": guarantees, "banks": banks}))?;
        return Ok(ExitCode::from(DONE));
    }
    for (one, free, covered) in &all {
        let end = if one.ended_at.is_some() { ", ended" } else { "" };
        say!(
            "{} {} {} of {}: {} {} from {} to {}, covers {covered}, {free} free{end}",
            one.number,
            one.kind.as_str(),
            one.form.as_str(),
            one.principal,
            one.amount,
            one.currency,
            one.valid_from,
            one.valid_to
        );
    }
    for (bank, free) in &limits {
        say!("bank {} {}: {free} of {} {} free", bank.code, bank.name, bank.total_max, bank.currency);
    }
    Ok(ExitCode::from(DONE))
}
