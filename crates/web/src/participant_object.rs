//! The electronic file of a participant, as the API and the command line tell of it: one object for both.

use std::collections::BTreeMap;

use centre::{Declared, FactView, Link, Money, ParticipantFile};
use clearance::Case;
use jiff::civil::Date;
use risk::{Indicator, Lane};
use serde::Serialize;
use serde_json::Value;
use store::{Flow, LooksOf};
use utoipa::ToSchema;

use crate::api::case_object::CaseRow;
use crate::power_object::PowerObject;

/// Everything known about a participant that whoever asks may see; what they may not see is null.
#[derive(Debug, Serialize, ToSchema)]
pub struct ParticipantObject {
    /// Its tax number.
    pub number: String,
    /// Its name: as registered, else as declared last.
    pub name: String,
    /// Why it is in its category, by the pack's published criteria; null where it is not registered.
    pub standing: Option<StandingOf>,
    /// The category decisions use: `low`, `medium` or `high`.
    pub category: String,
    /// The day of the first registered declaration.
    pub first_declared: Option<String>,
    /// The day of the last one.
    pub last_declared: Option<String>,
    /// How many there are.
    pub declarations: u32,
    /// Whether it is an authorised economic operator.
    pub authorised_operator: bool,
    /// What the category follows from, by the names of the published criteria; decimals.
    pub indicators: BTreeMap<String, String>,
    /// Facts, newest first.
    pub facts: Vec<KnownObject>,
    /// What happened to its standing, newest first.
    pub acts: Vec<StandingActObject>,
    /// Names, addresses, contacts, signatories and representatives as they were declared.
    pub declared: Vec<DeclaredObject>,
    /// Powers of attorney it gave, newest first.
    pub powers_given: Vec<PowerObject>,
    /// Powers of attorney it holds, newest first.
    pub powers_held: Vec<PowerObject>,
    /// Certificates registered for it.
    pub certificates: Vec<CertificateObject>,
    /// Its declarations of thirteen months.
    pub flow: Vec<FlowObject>,
    /// Its newest declarations, of those that whoever asks may see.
    declarations_newest: Vec<CaseRow>,
    /// The newest of them that were refused or withdrawn.
    declarations_stopped: Vec<CaseRow>,
    /// What profiles know of it.
    pub history: Option<HistoryObject>,
    /// Grounds for looks of thirteen months and what came of them.
    pub looks: Option<Vec<LooksObject>>,
    /// Its money.
    pub money: Option<MoneyObject>,
    /// Who shares marks with it, that which weighs most first.
    pub links: Option<Vec<LinkObject>>,
    /// What it shares with so many that it says nothing.
    pub common: Option<Vec<DeclaredObject>>,
}

/// How a participant stands.
#[derive(Debug, Serialize, ToSchema)]
pub struct StandingOf {
    /// The pack whose criteria apply.
    pub pack: String,
    /// The category the criteria lead to, where an official has to confirm it.
    pub proposed: Option<String>,
    /// The last day of a category that does not follow from facts.
    pub held_until: Option<String>,
    /// Why, in words, in Russian and English.
    pub because: [String; 2],
}

/// A fact about a participant.
#[derive(Debug, Serialize, ToSchema)]
pub struct KnownObject {
    /// Its number.
    pub number: u64,
    /// The day it counts from.
    pub day: String,
    /// Its kind, such as `offence` or `debt_due`.
    pub kind: &'static str,
    /// How many or how much, a decimal.
    pub amount: Option<String>,
    /// The declaration that shows it.
    pub case: Option<String>,
    /// The document that shows it.
    pub document: String,
    /// Who stated it; empty where a declaration shows it.
    pub stated_by: String,
    /// Why.
    pub reason: String,
    /// The fact that annulled it.
    pub annulled_by: Option<u64>,
}

/// What happened to a participant's standing.
#[derive(Debug, Serialize, ToSchema)]
pub struct StandingActObject {
    /// Its number.
    pub number: u64,
    /// When, RFC 3339.
    pub at: String,
    /// `stated`, `moved`, `proposed`, `appealed` or `decided`.
    pub deed: &'static str,
    /// The category it leads from.
    pub from: Option<&'static str>,
    /// The category it leads to.
    pub to: Option<&'static str>,
    /// Its leaf of the log.
    pub leaf: u64,
}

/// Something declared about a participant.
#[derive(Debug, Serialize, ToSchema)]
pub struct DeclaredObject {
    /// `name`, `address`, `phone`, `email`, `signatory` or `representative`.
    pub kind: &'static str,
    /// As it was declared.
    pub text: String,
    /// When first, RFC 3339.
    pub first: String,
    /// When last, to the month, RFC 3339.
    pub last: String,
    /// A declaration that says so.
    pub case: String,
}

/// A certificate registered for a participant.
#[derive(Debug, Serialize, ToSchema)]
pub struct CertificateObject {
    /// SHA-256, hexadecimal.
    pub sha256: String,
    /// The first day.
    pub from: Option<String>,
    /// The last day.
    pub to: Option<String>,
}

/// Declarations of one month that came to the same.
#[derive(Debug, Serialize, ToSchema)]
pub struct FlowObject {
    /// The month of filing in UTC, `2026-11`.
    pub month: String,
    /// Where they stand.
    pub status: &'static str,
    /// The lane.
    pub lane: Option<&'static str>,
    /// How many.
    pub count: u64,
}

/// What profiles know of a participant.
#[derive(Debug, Serialize, ToSchema)]
pub struct HistoryObject {
    /// Declarations ever registered.
    pub declarations_total: Option<u32>,
    /// Declarations of a year on which a profile fired.
    pub hits_year: Option<u32>,
    /// Checks of a year that found something.
    pub findings_year: Option<u32>,
    /// Days since the last declaration.
    pub days_since_last: Option<u32>,
}

/// What looking brought on one ground.
#[derive(Debug, Serialize, ToSchema)]
pub struct LooksObject {
    /// The number of a profile, `chance` or `officer`.
    pub ground: String,
    /// Declarations in which it arose.
    pub fired: u64,
    /// Of these, something was found.
    pub found: u64,
    /// Somebody looked, and all was as declared.
    pub nothing: u64,
    /// Nobody looked, for a reason given.
    pub not_applied: u64,
    /// What was found comes to, a decimal.
    pub amount: String,
    /// In which currency; empty where nothing was found.
    pub currency: String,
    /// The last declaration.
    pub last: String,
}

/// What a payer has and owes.
#[derive(Debug, Serialize, ToSchema)]
pub struct MoneyObject {
    /// By currency.
    pub balances: Vec<BalanceObject>,
    /// Guarantees in force.
    pub guarantees: Vec<SecuredObject>,
    /// Open declarations that wait for its money or security.
    awaited: Vec<CaseRow>,
}

/// What a payer has in one currency.
#[derive(Debug, Serialize, ToSchema)]
pub struct BalanceObject {
    /// The currency.
    pub currency: String,
    /// Advances that can be spent, a decimal.
    pub available: String,
    /// Set aside for open declarations, a decimal.
    pub reserved: String,
}

/// A guarantee of a participant's payments.
#[derive(Debug, Serialize, ToSchema)]
pub struct SecuredObject {
    /// Its number.
    pub number: String,
    /// `single` or `general`.
    pub kind: &'static str,
    /// How much at once, a decimal.
    pub amount: String,
    /// In which currency.
    pub currency: String,
    /// The first day.
    pub valid_from: String,
    /// The last day.
    pub valid_to: String,
}

/// A participant that shares marks with another.
#[derive(Debug, Serialize, ToSchema)]
pub struct LinkObject {
    /// Its tax number.
    pub number: String,
    /// Its name.
    pub name: String,
    /// How much they have in common, in points.
    pub points: u32,
    /// What they share.
    pub shared: Vec<SharedObject>,
}

/// A mark that two participants share.
#[derive(Debug, Serialize, ToSchema)]
pub struct SharedObject {
    /// `address`, `phone`, `email`, `signatory` or `representative`.
    pub kind: &'static str,
    /// As it was declared.
    pub text: String,
    /// How many participants bear it.
    pub holders: usize,
    /// What that is worth, in points.
    pub points: u32,
    /// When the other declared it first, RFC 3339.
    pub first: String,
    /// When the other declared it last, to the month, RFC 3339.
    pub last: String,
}

impl ParticipantObject {
    /// The object of a file, with declarations that may be seen, as of a day.
    pub fn new(file: &ParticipantFile, newest: &[Case], stopped: &[Case], day: Date) -> Self {
        let powers =
            |views: &[centre::PowerView]| views.iter().map(|view| PowerObject::new(view, day)).collect();
        let text = |day: Option<Date>| day.map(|day| day.to_string());
        Self {
            number: file.number.to_string(),
            name: file.name.clone(),
            standing: file.standing.as_ref().map(|standing| {
                let because = standing.explanation.text();
                StandingOf {
                    pack: standing.participant.pack.clone(),
                    proposed: standing.participant.proposed.map(|one| one.as_str().to_owned()),
                    held_until: text(standing.participant.held_until),
                    because: [because.ru.into_owned(), because.en.into_owned()],
                }
            }),
            facts: file.known.iter().map(KnownObject::new).collect(),
            acts: file
                .acts
                .iter()
                .map(|stored| StandingActObject {
                    number: stored.number,
                    at: stored.at.to_string(),
                    deed: stored.act.name(),
                    from: stored.act.way().map(|(from, _)| from.as_str()),
                    to: stored.act.way().map(|(_, to)| to.as_str()),
                    leaf: stored.leaf,
                })
                .collect(),
            category: file.category.as_str().to_owned(),
            first_declared: text(file.span.0),
            last_declared: text(file.span.1),
            declarations: file.span.2,
            authorised_operator: file.facts.authorised_operator,
            indicators: Indicator::ALL
                .iter()
                .map(|one| (name_of(*one), one.value(&file.facts).to_string()))
                .collect(),
            declared: file.declared.iter().map(DeclaredObject::new).collect(),
            powers_given: powers(&file.powers_given),
            powers_held: powers(&file.powers_held),
            certificates: file
                .certificates
                .iter()
                .map(|one| CertificateObject {
                    sha256: one.sha256.clone(),
                    from: text(one.from),
                    to: text(one.to),
                })
                .collect(),
            flow: file.flow.iter().map(FlowObject::new).collect(),
            declarations_newest: newest.iter().map(CaseRow::new).collect(),
            declarations_stopped: stopped.iter().map(CaseRow::new).collect(),
            history: file.history.as_ref().map(|known| HistoryObject {
                declarations_total: known.declarations_total,
                hits_year: known.hits_year,
                findings_year: known.findings_year,
                days_since_last: known.days_since_last,
            }),
            looks: file.looks.as_ref().map(|rows| rows.iter().map(LooksObject::new).collect()),
            money: file.money.as_ref().map(MoneyObject::new),
            links: file.links.as_ref().map(|links| links.iter().map(LinkObject::new).collect()),
            common: file.common.as_ref().map(|rows| rows.iter().map(DeclaredObject::new).collect()),
        }
    }
}

/// The stable name of an indicator.
fn name_of(indicator: Indicator) -> String {
    match serde_json::to_value(indicator) {
        Ok(Value::String(name)) => name,
        _ => String::new(),
    }
}

impl KnownObject {
    fn new(view: &FactView) -> Self {
        let fact = &view.stored.fact;
        Self {
            number: view.stored.number,
            day: fact.day.to_string(),
            kind: fact.kind.as_str(),
            amount: fact.amount.map(|amount| amount.to_string()),
            case: fact.case.map(|case| case.to_string()),
            document: fact.document.clone(),
            stated_by: fact.stated_by.clone(),
            reason: fact.reason.clone(),
            annulled_by: view.annulled_by,
        }
    }
}

impl DeclaredObject {
    fn new(one: &Declared) -> Self {
        Self {
            kind: one.kind.as_str(),
            text: one.text.clone(),
            first: one.first.to_string(),
            last: one.last.to_string(),
            case: one.case.to_string(),
        }
    }
}

impl FlowObject {
    fn new(row: &Flow) -> Self {
        Self {
            month: row.month.clone(),
            status: row.state.as_str(),
            lane: row.lane.map(Lane::as_str),
            count: row.count,
        }
    }
}

impl LooksObject {
    fn new(row: &LooksOf) -> Self {
        Self {
            ground: row.ground.as_str().to_owned(),
            fired: row.tally.fired,
            found: row.tally.found,
            nothing: row.tally.nothing,
            not_applied: row.tally.not_applied,
            amount: row.tally.amount.to_string(),
            currency: row.currency.clone(),
            last: row.last.to_string(),
        }
    }
}

impl MoneyObject {
    fn new(money: &Money) -> Self {
        Self {
            balances: money
                .balances
                .iter()
                .map(|one| BalanceObject {
                    currency: one.currency.clone(),
                    available: one.available.to_string(),
                    reserved: one.reserved.to_string(),
                })
                .collect(),
            guarantees: money
                .guarantees
                .iter()
                .filter(|one| one.ended_at.is_none())
                .map(|one| SecuredObject {
                    number: one.number.clone(),
                    kind: one.kind.as_str(),
                    amount: one.amount.to_string(),
                    currency: one.currency.clone(),
                    valid_from: one.valid_from.to_string(),
                    valid_to: one.valid_to.to_string(),
                })
                .collect(),
            awaited: money.awaited.iter().map(CaseRow::new).collect(),
        }
    }
}

impl LinkObject {
    fn new(link: &Link) -> Self {
        Self {
            number: link.number.to_string(),
            name: link.name.clone(),
            points: link.points,
            shared: link
                .shared
                .iter()
                .map(|one| SharedObject {
                    kind: one.kind.as_str(),
                    text: one.text.clone(),
                    holders: one.holders,
                    points: one.points,
                    first: one.first.to_string(),
                    last: one.last.to_string(),
                })
                .collect(),
        }
    }
}
