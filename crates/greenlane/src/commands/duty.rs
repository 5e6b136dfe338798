//! `greenlane duty`: what later payment costs, with the working.

use std::process::ExitCode;
use std::sync::Arc;

use clearance::World;
use duty::later::{AnnualRate, NotCharged, annual_rates, instalments, interest};
use reference::pack::{Interest, Pack};
use rust_decimal::Decimal;
use serde::Serialize;
use web::WorkingStepObject;

use crate::cli::{DutyArgs, DutyCommand, InstalmentsArgs, InterestArgs, Language, TermsArgs};
use crate::commands::check::print_json;
use crate::commands::submit::language_tag;
use crate::exit::{DONE, Failure};
use crate::output::say;
use crate::{Done, embedded};

/// What `interest --json` prints.
#[derive(Serialize)]
struct Charged {
    pack: String,
    amount: String,
    from: String,
    to: String,
    interest: String,
    currency: String,
    norm: String,
    working: Vec<WorkingStepObject>,
}

/// What `instalments --json` prints.
#[derive(Serialize)]
struct Schedule {
    pack: String,
    amount: String,
    due: String,
    interest: String,
    currency: String,
    norm: String,
    parts: Vec<Part>,
}

#[derive(Serialize)]
struct Part {
    by: String,
    part: String,
    interest: String,
    working: Vec<WorkingStepObject>,
}

/// Runs the command.
pub fn run(args: &DutyArgs) -> Done {
    match &args.command {
        DutyCommand::Interest(args) => penalty(args),
        DutyCommand::Instalments(args) => schedule(args),
    }
}

fn penalty(args: &InterestArgs) -> Done {
    above_zero(args.amount)?;
    if args.to < args.from {
        return Err(Failure::usage(format!("--to {} is before --from {}", args.to, args.from)));
    }
    let world = world(&args.terms)?;
    let pack = pack(&world, &args.terms)?;
    let (terms, rates) = terms(pack, pack.payments.penalty.as_ref(), "penalty interest")?;
    let worked = interest(args.amount, args.from, args.to, &rates, terms, pack.payments.rounding)
        .map_err(|why| refused(why, pack, args.terms.speech.language))?;
    let language = language_tag(args.terms.speech.language);
    let charged = Charged {
        pack: pack.name.clone(),
        amount: args.amount.to_string(),
        from: args.from.to_string(),
        to: args.to.to_string(),
        interest: worked.amount.to_string(),
        currency: pack.currency.to_string(),
        norm: terms.norm.on(args.to).to_owned(),
        working: worked.steps.iter().map(|step| WorkingStepObject::new(step, language)).collect(),
    };
    if args.terms.json {
        print_json(&charged)?;
    } else {
        say_working(&charged.working);
        say!("{} {}  {}", charged.interest, charged.currency, charged.norm);
    }
    Ok(ExitCode::from(DONE))
}

fn schedule(args: &InstalmentsArgs) -> Done {
    above_zero(args.amount)?;
    let world = world(&args.terms)?;
    let pack = pack(&world, &args.terms)?;
    let (terms, rates) = terms(pack, pack.payments.deferral.as_ref(), "interest on deferral")?;
    let dues = instalments(args.amount, args.due, args.parts, &rates, terms, pack.payments.rounding)
        .map_err(|why| refused(why, pack, args.terms.speech.language))?;
    let language = language_tag(args.terms.speech.language);
    let sum = dues.iter().fold(Decimal::ZERO, |sum, due| sum.saturating_add(due.interest));
    let parts = dues.iter().map(|due| Part {
        by: due.by.to_string(),
        part: due.part.to_string(),
        interest: due.interest.to_string(),
        working: due.steps.iter().map(|step| WorkingStepObject::new(step, language)).collect(),
    });
    let schedule = Schedule {
        pack: pack.name.clone(),
        amount: args.amount.to_string(),
        due: args.due.to_string(),
        interest: sum.to_string(),
        currency: pack.currency.to_string(),
        norm: terms.norm.on(args.due).to_owned(),
        parts: parts.collect(),
    };
    if args.terms.json {
        print_json(&schedule)?;
        return Ok(ExitCode::from(DONE));
    }
    for part in &schedule.parts {
        say!("{}  {} + interest {} {}", part.by, part.part, part.interest, schedule.currency);
        say_working(&part.working);
    }
    say!("interest {} {}  {}", schedule.interest, schedule.currency, schedule.norm);
    Ok(ExitCode::from(DONE))
}

fn say_working(steps: &[WorkingStepObject]) {
    for step in steps {
        say!("  {}: {} = {}", step.text, step.formula, step.result);
    }
}

fn above_zero(amount: Decimal) -> Result<(), Failure> {
    if amount > Decimal::ZERO {
        return Ok(());
    }
    Err(Failure::usage(format!("{amount} is no sum")).hint("give an amount above zero, such as 1500.00"))
}

fn world(args: &TermsArgs) -> Result<Arc<World>, Failure> {
    match &args.data.data {
        Some(_) => {
            let centre = embedded::open_existing(&args.data)?;
            let world = centre.world();
            centre.stop();
            Ok(world)
        }
        None => Ok(centre::starter_world()?),
    }
}

fn pack<'w>(world: &'w World, args: &TermsArgs) -> Result<&'w Pack, Failure> {
    let reference = world.reference();
    reference.pack(&args.pack).ok_or_else(|| {
        let names: Vec<&str> = reference.packs().map(|pack| pack.name.as_str()).collect();
        Failure::refused(format!("there is no pack {}", args.pack))
            .hint(format!("packs: {}", names.join(", ")))
    })
}

/// The terms of a pack with its central bank's rates; refused where it says neither.
fn terms<'p>(
    pack: &'p Pack,
    terms: Option<&'p Interest>,
    what: &str,
) -> Result<(&'p Interest, Vec<AnnualRate>), Failure> {
    let none = |key: &str| {
        Failure::refused(format!("{what} cannot be computed: the pack {} says nothing of {key}", pack.name))
            .hint(format!("import a pack with [payments.{key}]: greenlane reference import pack --help"))
    };
    let key = if what.starts_with("penalty") { "penalty" } else { "deferral" };
    let terms = terms.ok_or_else(|| none(key))?;
    let rates = pack.payments.key_rate.as_ref().ok_or_else(|| none("key_rate"))?;
    Ok((terms, annual_rates(rates)))
}

fn refused(why: NotCharged, pack: &Pack, language: Language) -> Failure {
    let key = pack.payments.key_rate.as_ref();
    let name = key.map(|key| language.of(&key.name)).unwrap_or_default();
    match why {
        NotCharged::NoRate(day) => Failure::refused(format!("there is no {name} on {day}"))
            .hint(format!("complete [payments.key_rate] of the pack {} and import it", pack.name)),
        NotCharged::NoNorm(day) => {
            Failure::refused(format!("on {day} the norm of the pack {} did not hold yet", pack.name))
                .hint("compute later days only, or import a pack with the terms of that day")
        }
        NotCharged::NoParts => Failure::usage("there are no parts to pay in, or too many"),
        NotCharged::TooLarge => Failure::refused("the numbers are too large, or the days out of range"),
    }
}
