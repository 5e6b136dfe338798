//! Participants: the list, and the electronic file of one.

use axum::Json;
use axum::extract::{Path, Query, State};
use centre::{Action, Identity, ParticipantAsk, ParticipantFile, Scope};
use clearance::{Case, State as CaseState};
use declaration::TaxNumber;
use risk::Category;
use serde::{Deserialize, Serialize};
use store::{CaseFilter, ParticipantRow, Role};
use utoipa::{IntoParams, ToSchema};

use crate::App;
use crate::access::{Caller, page_of};
use crate::api::case_object::knows_profiles;
use crate::api::powers::day;
use crate::failure::{Failure, Kind, Problem};
use crate::participant_object::ParticipantObject;

/// Participants on one page of the list.
pub(crate) const PAGE: usize = 100;
/// Declarations in a file, the newest.
const CASES_SHOWN: usize = 20;
/// Refused and withdrawn declarations in a file, the newest of each.
const STOPPED_SHOWN: usize = 10;

/// Which participants to list.
#[derive(Debug, Clone, Default, Deserialize, Serialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default)]
pub(crate) struct Wanted {
    /// The beginning of the number, part of the name, or a whole telephone or mailbox.
    pub(crate) q: String,
    /// `low`, `medium` or `high`.
    pub(crate) category: String,
    /// Only those after this number: the next page.
    pub(crate) after: String,
    /// `csv` for a table to take along; pages only.
    pub(crate) format: String,
}

/// A participant in the list.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ListedObject {
    /// Its tax number.
    pub(crate) number: String,
    /// Its name: as registered, else as declared last.
    pub(crate) name: String,
    /// `low`, `medium` or `high`.
    pub(crate) category: &'static str,
    /// Whether it was registered.
    pub(crate) registered: bool,
    /// Declarations registered in a year.
    pub(crate) declarations_year: u32,
    /// Of these, those on which a profile fired.
    pub(crate) hits_year: u32,
    /// Checks of a year that found something.
    pub(crate) findings_year: u32,
    /// Days since the last declaration.
    pub(crate) days_since_last: Option<u32>,
}

/// A page of the list.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ParticipantPage {
    /// By number.
    participants: Vec<ListedObject>,
    /// What to give as `after` for the next page; null on the last.
    next: Option<String>,
}

impl ListedObject {
    pub(crate) fn new(row: &ParticipantRow, day: jiff::civil::Date) -> Self {
        let record = row.record.clone().unwrap_or_default();
        let (facts, history) = record.facts_on(day);
        let registered = row.registered.as_ref();
        let name = registered.map(|known| known.name.clone()).or_else(|| row.declared_as.clone());
        Self {
            number: row.number.to_string(),
            name: name.unwrap_or_default(),
            category: registered.map_or(Category::Medium, |known| known.category).as_str(),
            registered: registered.is_some(),
            declarations_year: facts.declarations_year,
            hits_year: history.hits_year.unwrap_or_default(),
            findings_year: history.findings_year.unwrap_or_default(),
            days_since_last: history.days_since_last,
        }
    }
}

/// What of a participant's file somebody may see: a trader their own without what is withheld from them, officials
/// everybody's, money only those who may see accounts. None where not even that there is one.
pub(crate) fn scope(who: &Identity, number: &TaxNumber) -> Option<Scope> {
    if !who.may(Action::SeeCases) {
        return None;
    }
    if who.role == Role::Declarant {
        let own = who.participant == Some(*number);
        return own.then_some(Scope { looks: false, links: false, money: true });
    }
    Some(Scope { looks: knows_profiles(who), links: true, money: who.may(Action::SeeAccounts) })
}

/// A participant's file with the declarations that may be seen.
pub(crate) struct Seen {
    pub(crate) file: ParticipantFile,
    pub(crate) newest: Vec<Case>,
    /// Whether there are more.
    pub(crate) more: bool,
    pub(crate) stopped: Vec<Case>,
}

/// The file somebody means, if they may see it; the read is recorded before anything is shown.
pub(crate) fn seen(app: &App, who: &Identity, number: &str, what: &str) -> Result<Seen, Failure> {
    let none = || Failure::of(Kind::NotFound);
    let number: TaxNumber = number.parse().map_err(|_| none())?;
    let scope = scope(who, &number).ok_or_else(none)?;
    let centre = app.centre();
    let mut file = centre.participant_file(&number, scope)?.ok_or_else(none)?;
    if who.role == Role::Declarant {
        // Officials are named where a decision is served, not in a list.
        file.known.iter_mut().for_each(|view| view.stored.fact.stated_by.clear());
    }
    centre.record_participant_read(who, Some(number), what)?;
    let of = |state, limit| {
        let filter = CaseFilter { declarant: Some(number), state, limit, ..CaseFilter::default() };
        page_of(centre, who, filter)
    };
    let (newest, next) = of(None, CASES_SHOWN)?;
    let mut stopped = of(Some(CaseState::ReleaseRefused), STOPPED_SHOWN)?.0;
    stopped.extend(of(Some(CaseState::Withdrawn), STOPPED_SHOWN)?.0);
    stopped.extend(of(Some(CaseState::RegistrationRefused), STOPPED_SHOWN)?.0);
    stopped.sort_by_key(|case| std::cmp::Reverse(case.id));
    Ok(Seen { file, newest, more: next.is_some(), stopped })
}

/// Who may list participants: officials, not traders.
pub(crate) fn may_list(who: &Identity) -> Result<(), Failure> {
    if who.may(Action::SeeCases) && who.role != Role::Declarant {
        return Ok(());
    }
    Err(Failure::of(Kind::Forbidden))
}

/// What an address asks for.
pub(crate) fn asked(wanted: &Wanted, limit: usize) -> Result<ParticipantAsk, Failure> {
    let unclear = |ru: &str, en: &str| Failure::of(Kind::BadRequest).because(ru, en);
    let category = match wanted.category.as_str() {
        "" => None,
        text => Some(
            [Category::Low, Category::Medium, Category::High]
                .into_iter()
                .find(|one| one.as_str() == text)
                .ok_or_else(|| {
                    unclear(
                        "category: ожидается low, medium или high.",
                        "category: low, medium or high is expected.",
                    )
                })?,
        ),
    };
    let after = match wanted.after.as_str() {
        "" => None,
        text => Some(text.parse().map_err(|_| {
            unclear("after: это не номер налогоплательщика.", "after: this is no tax number.")
        })?),
    };
    Ok(ParticipantAsk { text: wanted.q.chars().take(200).collect(), category, after, limit })
}

/// List participants by number.
///
/// A search by name reads a bounded part of the list: a page may be short and yet have a next one. The read is
/// recorded.
#[utoipa::path(
    get, path = "/api/v1/participants", tag = "participants", params(Wanted),
    responses(
        (status = 200, description = "By number.", body = ParticipantPage),
        (status = 403, description = "Only for officials.", body = Problem, content_type = "application/problem+json"),
    ),
    security(("session" = []))
)]
pub(crate) async fn list(
    State(app): State<App>,
    Caller(who): Caller,
    Query(wanted): Query<Wanted>,
) -> Result<Json<ParticipantPage>, Failure> {
    may_list(&who)?;
    let ask = asked(&wanted, PAGE)?;
    app.run(move |app| {
        let (rows, next) = app.centre().participants(&ask)?;
        app.centre().record_participant_read(&who, None, "api")?;
        let day = day(app);
        let participants = rows.iter().map(|row| ListedObject::new(row, day)).collect();
        Ok(Json(ParticipantPage { participants, next: next.map(|number| number.to_string()) }))
    })
    .await
}

/// Show the electronic file of a participant.
///
/// Officials see everybody's, traders their own without looks and links; money is for those who may see accounts.
/// Every read is recorded.
#[utoipa::path(
    get, path = "/api/v1/participants/{number}", tag = "participants",
    params(("number" = String, Path, description = "Tax number.")),
    responses(
        (status = 200, description = "What is known.", body = ParticipantObject),
        (status = 404, description = "Nobody known, or not for these eyes.", body = Problem, content_type = "application/problem+json"),
    ),
    security(("session" = []))
)]
pub(crate) async fn show(
    State(app): State<App>,
    caller: Caller,
    Path(number): Path<String>,
) -> Result<Json<ParticipantObject>, Failure> {
    let who = caller.who_may(Action::SeeCases)?;
    app.run(move |app| {
        let Seen { file, newest, stopped, .. } = seen(app, &who, &number, "api")?;
        Ok(Json(ParticipantObject::new(&file, &newest, &stopped, day(app))))
    })
    .await
}
