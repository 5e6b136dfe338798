//! `greenlane user`, `participants`, `participant`: who files, who decides.

use std::io::Read;
use std::path::Path;
use std::process::ExitCode;

use centre::{Action, Centre, CentreError, Recomputed, Scope, StandingError, StandingView};
use clearance::dossier::{Area, AreaError, OPERATOR};
use clearance::fact::{Fact, FactKind};
use clearance::links::COMMON;
use clearance::standing::Act;
use clearance::{Officer, OfficerId, State};
use declaration::TaxNumber;
use jiff::civil::Date;
use risk::{Category, Indicator, ParticipantFacts};
use rust_decimal::Decimal;
use serde::Deserialize;
use store::{CaseFilter, Role};

use crate::cli::{ParticipantCommand, ParticipantsArgs, UserArgs};
use crate::exit::{DONE, Failure};
use crate::output::say;
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
    let area: Area = args.area.parse().map_err(|why: AreaError| Failure::usage(format!("--area: {why}")))?;
    let mut password = String::new();
    std::io::stdin()
        .take(4_096)
        .read_to_string(&mut password)
        .map_err(|why| Failure::failed(why.to_string()))?;
    let centre = embedded::open_for_command(&args.data, None)?;
    let password = password.trim_end_matches(['\r', '\n']);
    centre.put_user_of_area(&args.login, &args.name, role, password, participant, area)?;
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
    say!("{} may log in as {}", args.login, role.as_str());
    Ok(ExitCode::from(DONE))
}

/// Declarations shown of a participant, the newest.
const CASES_SHOWN: usize = 20;

/// One row of a file of participants.
#[derive(Debug, Deserialize)]
struct ParticipantRow {
    number: TaxNumber,
    name: String,
    years_active: u32,
    declarations_year: u32,
    offences_two_years: u32,
    debt: Decimal,
    corrections_percent: Decimal,
    refusals_percent: Decimal,
    authorised_operator: bool,
}

impl ParticipantRow {
    fn facts(&self) -> ParticipantFacts {
        ParticipantFacts {
            years_active: self.years_active,
            declarations_year: self.declarations_year,
            offences_two_years: self.offences_two_years,
            debt: self.debt,
            corrections_percent: self.corrections_percent,
            refusals_percent: self.refusals_percent,
            authorised_operator: self.authorised_operator,
        }
    }
}

/// Reads a CSV whole: a broken row is named and nothing is taken.
pub fn rows<R: serde::de::DeserializeOwned>(file: &Path) -> Result<Vec<R>, Failure> {
    let refused = |why: csv::Error| Failure::refused(format!("{}: {why}", file.display()));
    let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_path(file).map_err(refused)?;
    reader.deserialize().collect::<Result<_, _>>().map_err(refused)
}

/// Brings in participants; their category follows from the facts.
pub fn participants(args: &ParticipantsArgs) -> Done {
    let all: Vec<ParticipantRow> = rows(&args.file)?;
    let given = |row: &ParticipantRow| (row.number, row.name.clone(), row.facts());
    let given: Vec<_> = all.iter().map(given).collect();
    let centre = embedded::open_for_command(&args.data, None)?;
    let enrolled = centre.enrol_participants(&args.pack, OPERATOR, &given);
    centre.stop();
    enrolled.map_err(|why| standing_failure(&args.file, why))?;
    say!("{} participants are known", all.len());
    Ok(ExitCode::from(DONE))
}

/// One fact an official states.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct FactRow {
    number: TaxNumber,
    day: Date,
    kind: FactKind,
    amount: Option<Decimal>,
    document: String,
    reason: String,
}

/// What was refused of a file, with its line: the first row stands on the second.
fn standing_failure(file: &Path, why: StandingError) -> Failure {
    match why {
        StandingError::Centre(why) => why.into(),
        StandingError::Refused { row, why } => {
            let line = row.saturating_add(2);
            Failure::refused(format!("{}: line {line}: {why}", file.display()))
                .hint("nothing was taken".to_owned())
        }
    }
}

fn refused(why: StandingError) -> Failure {
    match why {
        StandingError::Centre(why) => why.into(),
        StandingError::Refused { why, .. } => Failure::refused(why.to_string()),
    }
}

/// Acts shown of a participant.
const ACTS_SHOWN: usize = 20;

/// Whoever decides is an account with the right to.
fn may_judge(centre: &Centre, by: &str) -> Result<(), Failure> {
    let who = centre.identity(by)?;
    let may = who.is_some_and(|who| who.may(Action::JudgeTraders));
    if may { Ok(()) } else { Err(Failure::refused(format!("--by {by}: no account that may decide"))) }
}

/// What is known of traders: from officials, from their cases.
pub fn participant(command: &ParticipantCommand) -> Done {
    match command {
        ParticipantCommand::Facts { file, pack, data } => {
            let all: Vec<FactRow> = rows(file)?;
            let stated = all.into_iter().map(|row| {
                let FactRow { number, day, kind, amount, document, reason } = row;
                (number, Fact::stated(kind, day, amount, OPERATOR, &document, &reason))
            });
            let stated: Vec<(TaxNumber, Fact)> = stated.collect();
            let centre = embedded::open_for_command(data, None)?;
            let taken = centre.state_facts(pack, &stated);
            centre.stop();
            let numbers = taken.map_err(|why| standing_failure(file, why))?;
            say!("{} facts are taken", numbers.len());
        }
        ParticipantCommand::Annul { number, fact, reason, data } => {
            let centre = embedded::open_for_command(data, None)?;
            let annulled = centre.annul_fact(OPERATOR, number, *fact, reason);
            centre.stop();
            annulled.map_err(refused)?;
            say!("fact {fact} is annulled");
        }
        ParticipantCommand::Category { number, data } => {
            let centre = embedded::open_for_command(data, None)?;
            let (standing, acts) =
                (centre.standing(number)?, centre.standing_acts(number, None, true, ACTS_SHOWN)?);
            centre.stop();
            let unknown = || Failure::refused(format!("nobody knows participant {number}"));
            let StandingView { participant, day, explanation, .. } = standing.ok_or_else(unknown)?;
            say!("{}: {}", participant.number, participant.category.title().en);
            if let Some(until) = participant.held_until {
                say!("by decision, until {until}; the criteria lead to {}", explanation.category.title().en);
            }
            if let Some(proposed) = participant.proposed {
                say!("proposed, waits for an official: {}", proposed.title().en);
            }
            say!("{day}: {}", explanation.text().en);
            for near in &explanation.near {
                say!("near: {}", near.text().en);
            }
            for act in acts {
                let way = act.act.way().map(|(from, to)| format!(": {} to {}", from.as_str(), to.as_str()));
                say!("{} {} {}{}", act.number, act.at, act.act.title().en, way.unwrap_or_default());
            }
        }
        ParticipantCommand::Appeal { number, fact, text, data } => {
            let centre = embedded::open_for_command(data, None)?;
            let appeal = centre.appeal(OPERATOR, number, *fact, text);
            centre.stop();
            say!("appeal {} is filed", appeal.map_err(refused)?);
        }
        ParticipantCommand::Decide { number, appeal, outcome, reason, category, until, by, data } => {
            let centre = embedded::open_for_command(data, None)?;
            let upheld = *outcome == crate::cli::AppealOutcome::Upheld;
            let category = category.map(Into::into);
            let may = may_judge(&centre, by);
            let decided = may.and_then(|()| {
                let decided = centre.decide_appeal(by, number, *appeal, upheld, reason, category, *until);
                decided.map_err(refused)
            });
            centre.stop();
            decided?;
            say!("appeal {appeal} is decided");
        }
        ParticipantCommand::Confirm { number, category, reason, by, data } => {
            let centre = embedded::open_for_command(data, None)?;
            let confirmed = may_judge(&centre, by).and_then(|()| {
                centre.confirm_category(by, number, (*category).into(), reason).map_err(refused)
            });
            centre.stop();
            confirmed?;
            say!("{number}: {}", Category::from(*category).title().en);
        }
        ParticipantCommand::Appeals { data } => {
            let centre = embedded::open_for_command(data, None)?;
            let open = centre.open_appeals()?;
            centre.stop();
            for appeal in &open {
                if let Act::Appealed { fact, text, due, .. } = &appeal.act {
                    let against = fact.map_or("the category".to_owned(), |fact| format!("fact {fact}"));
                    say!("{} {} until {due}, against {against}: {text}", appeal.number, appeal.participant);
                }
            }
            say!("{} appeals wait", open.len());
        }
        ParticipantCommand::Recompute { data } => {
            let centre = embedded::open_for_command(data, None)?;
            let done = centre.recompute_categories();
            centre.stop();
            let Recomputed { facts, participants, differing, moved } = done?;
            say!(
                "{participants} participants computed anew from {facts} facts: {differing} came out otherwise than they \
                 were kept, {moved} categories moved"
            );
        }
        ParticipantCommand::Show { number, pack, json, data } => {
            let centre = embedded::open_for_command(data, None)?;
            let world = centre.world();
            let known = world.reference().pack(pack);
            let known = known.ok_or_else(|| Failure::refused(format!("there is no pack {pack}")))?;
            let day = world.day(known, centre.now());
            let (participant, history) = centre.trader(number)?.facts_on(day);
            let file = centre.participant_file(number, Scope::EVERYTHING)?;
            let of = |state| {
                let filter = CaseFilter {
                    declarant: Some(*number),
                    state,
                    limit: CASES_SHOWN,
                    ..CaseFilter::default()
                };
                centre.store().list(&filter).map_err(CentreError::from)
            };
            let newest = of(None)?;
            let mut stopped = Vec::new();
            for state in [State::ReleaseRefused, State::Withdrawn, State::RegistrationRefused] {
                stopped.extend(of(Some(state))?);
            }
            centre.stop();
            if *json {
                let file = file.ok_or_else(|| Failure::refused(format!("nothing is known of {number}")))?;
                let object = web::ParticipantObject::new(&file, &newest, &stopped, day);
                let text =
                    serde_json::to_string_pretty(&object).map_err(|why| Failure::failed(why.to_string()))?;
                say!("{text}");
                return Ok(ExitCode::from(DONE));
            }
            if let Some(file) = &file {
                say!("{} {}, {} risk", file.number, file.name, file.category.as_str());
                for one in &file.declared {
                    say!("{}: {} (from {})", one.kind.as_str(), one.text, one.first.strftime("%Y-%m-%d"));
                }
                for link in file.links.iter().flatten() {
                    let shared: Vec<String> =
                        link.shared.iter().map(|one| format!("{} {}", one.kind.as_str(), one.text)).collect();
                    say!(
                        "linked to {} {} ({} points): {}",
                        link.number,
                        link.name,
                        link.points,
                        shared.join("; ")
                    );
                }
                for one in file.common.iter().flatten() {
                    say!("shared by more than {COMMON}: {} {}", one.kind.as_str(), one.text);
                }
            }
            for indicator in Indicator::ALL {
                say!("{}: {}", indicator.title().en, indicator.value(&participant));
            }
            let shown = |value: Option<u32>| value.map_or("-".to_owned(), |value| value.to_string());
            say!("declarations in all: {}", shown(history.declarations_total));
            say!("declarations of a year on which a profile fired: {}", shown(history.hits_year));
            say!("checks of a year that found something: {}", shown(history.findings_year));
            say!("days since the last declaration: {}", shown(history.days_since_last));
        }
        ParticipantCommand::Links { data } => {
            let centre = embedded::open_for_command(data, None)?;
            let (cases, marks) = centre.link_participants()?;
            centre.stop();
            say!("{cases} registered cases read, {marks} marks kept");
        }
        ParticipantCommand::Recount { data } => {
            let centre = embedded::open_for_command(data, None)?;
            let (count, differing) = centre.recount_traders()?;
            centre.stop();
            say!(
                "{count} participants counted anew, {differing} of them came out otherwise than they were kept"
            );
        }
    }
    Ok(ExitCode::from(DONE))
}
