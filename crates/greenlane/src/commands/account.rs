//! `greenlane account` and `greenlane guarantee`: payments in and out, statements, reconciliation, guarantees.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::ExitCode;

use declaration::{CurrencyCode, TaxNumber};
use indicatif::ProgressBar;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use log::Hash;
use rust_decimal::Decimal;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use store::PaymentDocument;
use web::{
    BankObject, BookedObject, CoverObject, DocumentedPayment, FreedObject, GuaranteeObject, NotOne,
    PaymentsObject, ReconciliationObject, RegisterObject, ReturnObject, StatementObject,
};

use crate::cli::{
    AccountArgs, AccountCommand, BenchArgs, BenchWhat, CoverArgs, EndArgs, FreeArgs, GuaranteeCommand,
    GuaranteeListArgs, Language, MoveArgs, PlaceArgs, ReconcileArgs, RegisterFileArgs, ReturnArgs,
    StatementArgs,
};
use crate::commands::check::print_json;
use crate::commands::people::rows;
use crate::exit::{DONE, Failure, REFUSED};
use crate::files::Temporary;
use crate::output::say;
use crate::remote::Remote;
use crate::{Done, embedded};

/// Incoming payments, or one of the other things done with accounts.
pub fn run(args: &AccountArgs) -> Done {
    match (&args.command, &args.file) {
        (Some(AccountCommand::Statement(args)), _) => statement(args),
        (Some(AccountCommand::Reconcile(args)), _) => reconcile(args),
        (Some(AccountCommand::Refund(args)), _) => refund(args),
        (Some(AccountCommand::Return(args)), _) => give_back(args),
        (None, Some(file)) => payments(file, &args.place),
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
fn payments(file: &Path, place: &PlaceArgs) -> Done {
    let all: Vec<PaymentRow> = rows(file)?;
    let bytes = std::fs::read(file).map_err(|why| Failure::failed(format!("{}: {why}", file.display())))?;
    let name = file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let name: String = name.chars().take(FILE_NAME_CHARS_MAX).collect();
    let digest: String = Hash::of(&bytes).to_string().chars().take(DIGEST_CHARS).collect();
    // A row that names no document is the document itself: this row of these very bytes.
    let document = |(nth, row): (usize, &PaymentRow)| DocumentedPayment {
        payer: row.number.to_string(),
        document: match row.document.as_deref().map(str::trim).filter(|text| !text.is_empty()) {
            Some(number) => number.to_owned(),
            None => format!("{name} {digest} {}", nth + 1),
        },
        date: row.date.map(|date| date.to_string()),
        amount: row.amount.to_string(),
        currency: row.currency.to_string(),
    };
    let payments: Vec<DocumentedPayment> = all.iter().enumerate().map(document).collect();
    let booked = match remote(place)? {
        Some(remote) => {
            let body = PaymentsObject { payments: payments.clone() };
            answer::<BookedObject>(remote.post("/api/v1/payments", &body)?)?.booked
        }
        None => {
            let documents = payments.iter().map(document_of).collect::<Result<Vec<_>, _>>()?;
            let centre = embedded::open_for_command(&place.data, None)?;
            let booked = centre.book_payments(&documents)?;
            centre.stop();
            booked
        }
    };
    let mut sums = BTreeMap::<CurrencyCode, (usize, Decimal)>::new();
    for (row, _) in all.iter().zip(&booked).filter(|(_, booked)| **booked) {
        let (count, sum) = sums.entry(row.currency).or_default();
        *count += 1;
        *sum = sum.saturating_add(row.amount);
    }
    for (currency, (count, total)) in sums {
        say!("{count} accounts were credited with {total} {currency} in all");
    }
    let again: Vec<&DocumentedPayment> =
        payments.iter().zip(&booked).filter(|(_, booked)| !**booked).map(|(payment, _)| payment).collect();
    if !again.is_empty() {
        say!("{} payments were booked already, nothing was changed by them:", again.len());
    }
    for payment in again.iter().take(TOLD_MAX) {
        let dated = payment.date.as_ref().map(|date| format!(" of {date}")).unwrap_or_default();
        say!("  {} {}{dated}: {} {}", payment.payer, payment.document, payment.amount, payment.currency);
    }
    if again.len() > TOLD_MAX {
        say!("  and {} more", again.len() - TOLD_MAX);
    }
    Ok(ExitCode::from(DONE))
}

/// The running centre a command is for, if it is for one.
fn remote(place: &PlaceArgs) -> Result<Option<Remote>, Failure> {
    place.to.as_ref().map(|url| Remote::new(url, place.token.as_deref(), Language::En)).transpose()
}

/// What a running centre answered.
fn answer<T: DeserializeOwned>(object: Map<String, Value>) -> Result<T, Failure> {
    serde_json::from_value(Value::Object(object))
        .map_err(|why| Failure::failed(format!("the answer is not what a centre says: {why}")))
}

fn not_one(NotOne { member, text }: NotOne) -> Failure {
    Failure::refused(format!("{member}: \"{text}\" is not what is expected here"))
}

fn document_of(payment: &DocumentedPayment) -> Result<PaymentDocument, Failure> {
    payment.document().map_err(not_one)
}

/// A number as part of an address: whatever stands in it, it is one part.
fn part(number: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'.' || byte == b'_';
    number.bytes().fold(String::new(), |mut text, byte| {
        if plain(byte) {
            text.push(char::from(byte));
        } else {
            text.push_str(&format!("%{byte:02X}"));
        }
        text
    })
}

/// Characters of a file's name that stand in the number of a payment.
const FILE_NAME_CHARS_MAX: usize = 60;
/// Characters of a file's digest that stand there: no two files an operator has agree in them.
const DIGEST_CHARS: usize = 16;
/// Who decides on covers from the command line, for the record: the operator of the data directory.
const OPERATOR: &str = "operator";
/// Payments booked already that are named one by one.
const TOLD_MAX: usize = 20;

fn moved(args: &MoveArgs) -> DocumentedPayment {
    DocumentedPayment {
        payer: args.payer.to_string(),
        document: args.document.clone(),
        date: Some(args.date.to_string()),
        amount: args.amount.to_string(),
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

/// Whether the one document sent was booked now.
fn booked(answered: Map<String, Value>) -> Result<bool, Failure> {
    Ok(answer::<BookedObject>(answered)?.booked.first().copied().unwrap_or_default())
}

fn refund(args: &MoveArgs) -> Done {
    let refund = moved(args);
    let new = match remote(&args.place)? {
        Some(remote) => booked(remote.post("/api/v1/payments/refunds", &refund)?)?,
        None => {
            let centre = embedded::open_existing(&args.place.data)?;
            let new = centre.refund_advance(&document_of(&refund)?)?;
            centre.stop();
            new
        }
    };
    told(new, args, "were paid back to");
    Ok(ExitCode::from(DONE))
}

fn give_back(args: &ReturnArgs) -> Done {
    let decision = moved(&args.movement);
    let new = match remote(&args.movement.place)? {
        Some(remote) => {
            let (case, reason) = (args.case.to_string(), args.reason.clone());
            booked(remote.post("/api/v1/payments/returns", &ReturnObject { decision, case, reason })?)?
        }
        None => {
            let centre = embedded::open_existing(&args.movement.place.data)?;
            let new = centre.return_overpaid(&document_of(&decision)?, args.case, &args.reason)?;
            centre.stop();
            new
        }
    };
    told(new, &args.movement, "went back to the advances of");
    Ok(ExitCode::from(DONE))
}

fn statement(args: &StatementArgs) -> Done {
    let zone =
        TimeZone::get(&args.zone).map_err(|why| Failure::usage(format!("--zone {}: {why}", args.zone)))?;
    let statement = match remote(&args.place)? {
        Some(remote) => {
            let mut path =
                format!("/api/v1/accounts/{}/statement?zone={}", part(args.payer.as_str()), part(&args.zone));
            for (name, day) in [("from", args.from), ("to", args.until)] {
                path.extend(day.map(|day| format!("&{name}={day}")));
            }
            answer::<StatementObject>(remote.get_object(&path)?)?
        }
        None => {
            let centre = embedded::open_existing(&args.place.data)?;
            let statements = centre.statement(args.payer, args.from, args.until, &zone)?;
            centre.stop();
            StatementObject::new(args.payer, [args.from, args.until], &args.zone, &statements)
        }
    };
    if args.json {
        print_json(&statement)?;
        return Ok(ExitCode::from(DONE));
    }
    if statement.accounts.is_empty() {
        say!("nothing was ever booked for {}", args.payer);
    }
    for account in &statement.accounts {
        say!("{}", account.account);
        say!("  opening {:>48}", account.opening);
        for entry in &account.entries {
            let day = entry
                .at
                .parse::<Timestamp>()
                .map(|at| at.to_zoned(zone.clone()).strftime("%Y-%m-%d %H:%M").to_string());
            let day = day.unwrap_or_else(|_| entry.at.clone());
            let case = entry.case.as_ref().map(|case| format!(" case {case}")).unwrap_or_default();
            let sign = if entry.amount.starts_with('-') { "" } else { "+" };
            let amount = format!("{sign}{}", entry.amount);
            say!("  {day} {:<18}{amount:>18}{:>18}  {}{case}", entry.purpose, entry.balance, entry.what);
        }
        say!("  closing {:>48}", account.closing);
    }
    Ok(ExitCode::from(DONE))
}

fn reconcile(args: &ReconcileArgs) -> Done {
    let found = match remote(&args.place)? {
        Some(remote) => answer(remote.get_object("/api/v1/accounts/reconciliation")?)?,
        None => {
            let centre = embedded::open_existing(&args.place.data)?;
            let found = centre.reconcile()?;
            centre.stop();
            ReconciliationObject::from(found)
        }
    };
    if args.json {
        print_json(&found)?;
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

/// The register of guarantees.
pub fn guarantee(command: &GuaranteeCommand) -> Done {
    match command {
        GuaranteeCommand::Banks(args) => banks(args),
        GuaranteeCommand::Give(args) => give(args),
        GuaranteeCommand::List(args) => list(args),
        GuaranteeCommand::Cover(args) => cover(args),
        GuaranteeCommand::Free(args) => free(args),
        GuaranteeCommand::End(args) => end(args),
    }
}

fn cover(args: &CoverArgs) -> Done {
    match remote(&args.place)? {
        Some(remote) => {
            let (case, amount) = (args.case.to_string(), args.amount.to_string());
            let cover = CoverObject { guarantee: args.number.clone(), case, amount };
            remote.post("/api/v1/guarantees/covers", &cover)?;
        }
        None => {
            let centre = embedded::open_existing(&args.place.data)?;
            centre.take_cover(&args.number, args.case, args.amount, OPERATOR)?;
            centre.stop();
        }
    }
    say!("guarantee {} covers {} more of {}", args.number, args.amount, args.case);
    Ok(ExitCode::from(DONE))
}

fn free(args: &FreeArgs) -> Done {
    let freed = match remote(&args.place)? {
        Some(remote) => {
            let answered = remote.delete(&format!("/api/v1/guarantees/covers/{}", args.case))?;
            answer::<FreedObject>(answered)?.freed
        }
        None => {
            let centre = embedded::open_existing(&args.place.data)?;
            let freed = centre.free_cover(args.case, OPERATOR)?;
            centre.stop();
            freed.to_string()
        }
    };
    say!("{freed} covered of {} were freed", args.case);
    Ok(ExitCode::from(DONE))
}

fn end(args: &EndArgs) -> Done {
    match remote(&args.place)? {
        Some(remote) => {
            remote.delete(&format!("/api/v1/guarantees/{}", part(&args.number)))?;
        }
        None => {
            let centre = embedded::open_existing(&args.place.data)?;
            centre.end_guarantee(&args.number)?;
            centre.stop();
        }
    }
    say!("guarantee {} has ended", args.number);
    Ok(ExitCode::from(DONE))
}

/// Takes banks or guarantees into the register, here or there.
fn put(register: &RegisterObject, place: &PlaceArgs) -> Result<(), Failure> {
    if let Some(remote) = remote(place)? {
        remote.post("/api/v1/guarantees", register)?;
        return Ok(());
    }
    let banks = register.banks.iter().map(|bank| bank.bank()).collect::<Result<Vec<_>, _>>();
    let given = register.guarantees.iter().map(|one| one.guarantee()).collect::<Result<Vec<_>, _>>();
    let (banks, given) = (banks.map_err(not_one)?, given.map_err(not_one)?);
    let centre = embedded::open_for_command(&place.data, None)?;
    if !banks.is_empty() {
        centre.put_banks(&banks)?;
    }
    if !given.is_empty() {
        centre.give_guarantees(&given)?;
    }
    centre.stop();
    Ok(())
}

fn banks(args: &RegisterFileArgs) -> Done {
    let banks: Vec<BankObject> = rows(&args.file)?;
    let count = banks.len();
    put(&RegisterObject { banks, ..RegisterObject::default() }, &args.place)?;
    say!("{count} banks are in the register");
    Ok(ExitCode::from(DONE))
}

fn give(args: &RegisterFileArgs) -> Done {
    let guarantees: Vec<GuaranteeObject> = rows(&args.file)?;
    let count = guarantees.len();
    put(&RegisterObject { guarantees, ..RegisterObject::default() }, &args.place)?;
    say!("{count} guarantees were taken into the register");
    Ok(ExitCode::from(DONE))
}

fn list(args: &GuaranteeListArgs) -> Done {
    let register: RegisterObject = match remote(&args.place)? {
        Some(remote) => {
            let of = args.principal.map(|number| format!("?principal={number}")).unwrap_or_default();
            answer(remote.get_object(&format!("/api/v1/guarantees{of}"))?)?
        }
        None => {
            let centre = embedded::open_existing(&args.place.data)?;
            let register = RegisterObject::of(&centre, args.principal, true)?;
            centre.stop();
            register
        }
    };
    if args.json {
        print_json(&register)?;
        return Ok(ExitCode::from(DONE));
    }
    for one in &register.guarantees {
        let end = match (one.ended_at.is_some(), one.used) {
            (true, _) => ", ended",
            (false, Some(true)) => ", used",
            (false, _) => "",
        };
        let (covered, free) = (one.covered.as_deref().unwrap_or("0"), one.free.as_deref().unwrap_or("0"));
        say!(
            "{} {} {} of {}: {} {} from {} to {}, covers {covered}, {free} free{end}",
            one.number,
            one.kind,
            one.form,
            one.principal,
            one.amount,
            one.currency,
            one.valid_from,
            one.valid_to
        );
    }
    for bank in &register.banks {
        let free = bank.free.as_deref().unwrap_or("0");
        say!("bank {} {}: {free} of {} {} free", bank.code, bank.name, bank.total_max, bank.currency);
    }
    Ok(ExitCode::from(DONE))
}
