//! How traders stand: facts, category, appeals.

use axum::Json;
use axum::extract::rejection::JsonRejection;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use centre::{Action, Centre, Identity, STANDING_PAGE_MAX, StandingError};
use clearance::fact::{Fact, FactKind};
use clearance::standing::{Act, StandingRefusal};
use declaration::{TaxNumber, Text};
use jiff::civil::Date;
use reference::DEFAULT_PACK;
use risk::Category;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use store::Role;
use utoipa::{IntoParams, ToSchema};

use crate::App;
use crate::access::Caller;
use crate::bodies::Small;
use crate::failure::{Failure, Kind, Problem};
use crate::language::Language;
use crate::standing_object::{StandingActObject, StandingObject};

/// Which facts.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Older {
    /// Those from this number back: what the page before said.
    older: Option<u64>,
}

/// A fact an official states.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct FactWish {
    /// The day it counts from; not in the future.
    day: String,
    /// `offence`, `debt_due`, `debt_paid`, `registered`, `corrected`, `stopped`, `authorised`, `authorisation_ended` or
    /// `known_since`.
    kind: String,
    /// How many or how much, as the kind has it: a decimal number as text.
    #[serde(default)]
    amount: Option<String>,
    /// The document that shows it.
    document: String,
    /// Why it is stated.
    reason: String,
}

/// Why a fact no longer counts.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct AnnulWish {
    reason: String,
}

/// An appeal.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct AppealWish {
    /// The number of the fact it is against; left out, the category.
    #[serde(default)]
    fact: Option<u64>,
    /// What is wrong, in at most 2000 characters.
    text: String,
}

/// What comes of an appeal.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct DecisionWish {
    /// Whether it is upheld.
    upheld: bool,
    /// Why.
    reason: String,
    /// Of one against the category that is upheld: `low`, `medium` or `high`.
    #[serde(default)]
    category: Option<String>,
    /// The last day of that category.
    #[serde(default)]
    until: Option<String>,
}

/// The category that is confirmed.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ConfirmWish {
    /// `low`, `medium` or `high`.
    category: String,
    /// Why.
    reason: String,
}

/// The number something got.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Numbered {
    number: u64,
}

/// An appeal nobody has decided.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct OpenAppeal {
    /// Whose.
    participant: String,
    #[serde(flatten)]
    appeal: StandingActObject,
}

/// Appeals nobody has decided.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct OpenAppeals {
    /// Oldest first.
    appeals: Vec<OpenAppeal>,
}

impl From<StandingError> for Failure {
    fn from(why: StandingError) -> Self {
        match why {
            StandingError::Centre(why) => why.into(),
            StandingError::Refused { why, .. } => {
                let status = match &why {
                    StandingRefusal::NoParticipant | StandingRefusal::NoFact | StandingRefusal::NoAppeal => {
                        StatusCode::NOT_FOUND
                    }
                    StandingRefusal::OwnStatement => StatusCode::FORBIDDEN,
                    StandingRefusal::Repeated { .. }
                    | StandingRefusal::AnnulledBefore
                    | StandingRefusal::Pending
                    | StandingRefusal::DecidedBefore
                    | StandingRefusal::NothingProposed => StatusCode::CONFLICT,
                    StandingRefusal::Impossible(_)
                    | StandingRefusal::Name
                    | StandingRefusal::Text
                    | StandingRefusal::Until => StatusCode::UNPROCESSABLE_ENTITY,
                };
                let title = Text::new("Это не принято", "This was not taken");
                Failure::new(status, why.code(), title, why.text())
            }
        }
    }
}

/// The participant somebody may see: officials any, traders themselves; of others nobody learns whether they are there.
pub(crate) fn seen(who: &Identity, number: &str) -> Result<TaxNumber, Failure> {
    let number: TaxNumber = number.parse().map_err(|_| Failure::of(Kind::NotFound))?;
    let own = who.role == Role::Declarant && who.participant == Some(number);
    if own || who.may(Action::SeeStandings) { Ok(number) } else { Err(Failure::of(Kind::NotFound)) }
}

/// How a participant stands, as whoever asks may see it; what an official reads is recorded before anything is shown.
pub(crate) fn standing_of(
    centre: &Centre,
    who: &Identity,
    number: &TaxNumber,
    older: Option<u64>,
    language: Language,
) -> Result<StandingObject, Failure> {
    let view = centre.standing(number)?.ok_or_else(|| Failure::of(Kind::NotFound))?;
    let official = who.may(Action::SeeStandings);
    if official {
        centre.record_participant_read(who, Some(*number), "category")?;
    }
    let (facts, older) = centre.facts_besides(number, older, official, STANDING_PAGE_MAX)?;
    let acts = centre.standing_acts(number, None, official, STANDING_PAGE_MAX)?;
    let object = StandingObject::new(&view, &facts, &acts, official, language);
    Ok(StandingObject { older, ..object })
}

fn misread(field: &str) -> Failure {
    Failure::of(Kind::BadRequest).because(
        format!("{field}: такого значения быть не может"),
        format!("{field}: there is no such value"),
    )
}

/// A fact from its words.
pub(crate) fn fact_of(
    by: &str,
    day: &str,
    kind: &str,
    amount: Option<&str>,
    document: &str,
    reason: &str,
) -> Result<Fact, Failure> {
    let day: Date = day.parse().map_err(|_| misread("day"))?;
    let kind: FactKind = kind.parse().map_err(|_| misread("kind"))?;
    let amount = amount.map(str::trim).filter(|text| !text.is_empty());
    let amount = amount.map(|text| text.replace(',', ".").parse::<Decimal>()).transpose();
    Ok(Fact::stated(kind, day, amount.map_err(|_| misread("amount"))?, by, document.trim(), reason.trim()))
}

/// A category from its word; none from none.
pub(crate) fn category_of(word: Option<&str>) -> Result<Option<Category>, Failure> {
    match word.filter(|word| !word.is_empty()) {
        None => Ok(None),
        Some("low") => Ok(Some(Category::Low)),
        Some("medium") => Ok(Some(Category::Medium)),
        Some("high") => Ok(Some(Category::High)),
        Some(_) => Err(misread("category")),
    }
}

/// A day from its words; none from none.
pub(crate) fn day_of(text: Option<&str>) -> Result<Option<Date>, Failure> {
    let text = text.filter(|text| !text.is_empty());
    text.map(|text| text.parse().map_err(|_| misread("until"))).transpose()
}

/// How a participant stands: category, why, what is near, facts, history.
///
/// Officials see any participant, traders themselves. Facts that would name what is looked for are told to officials only.
#[utoipa::path(
    get, path = "/api/v1/participants/{number}/category", tag = "participants",
    params(("number" = String, Path, description = "The tax number."), Older),
    responses(
        (status = 200, description = "How it stands.", body = StandingObject),
        (status = 404, description = "Nobody knows it, or it is not yours.", body = Problem, content_type = "application/problem+json"),
    ),
    security(("session" = []))
)]
pub(crate) async fn show(
    State(app): State<App>,
    Caller(who): Caller,
    language: Language,
    Path(number): Path<String>,
    Query(Older { older }): Query<Older>,
) -> Result<Json<StandingObject>, Failure> {
    let number = seen(&who, &number)?;
    app.run(move |app| Ok(Json(standing_of(app.centre(), &who, &number, older, language)?))).await
}

/// State a fact about a participant.
#[utoipa::path(
    post, path = "/api/v1/participants/{number}/facts", tag = "participants",
    params(("number" = String, Path, description = "The tax number.")),
    request_body = FactWish,
    responses(
        (status = 201, description = "Its number.", body = Numbered),
        (status = 403, description = "Not with this role.", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "There cannot be such a fact; the code says why.", body = Problem, content_type = "application/problem+json"),
    ),
    security(("session" = []))
)]
pub(crate) async fn state(
    State(app): State<App>,
    caller: Caller,
    Path(number): Path<String>,
    Small(body, _held): Small<Result<Json<FactWish>, JsonRejection>>,
) -> Result<(StatusCode, Json<Numbered>), Failure> {
    let who = caller.who_may(Action::JudgeTraders)?;
    let (Json(wish), number) = (body?, seen(&who, &number)?);
    app.run(move |app| {
        let FactWish { day, kind, amount, document, reason } = &wish;
        let fact = fact_of(&who.login, day, kind, amount.as_deref(), document, reason)?;
        let numbers = app.centre().state_facts(DEFAULT_PACK, &[(number, fact)])?;
        let number = numbers.first().copied().ok_or_else(|| Failure::of(Kind::Internal))?;
        Ok((StatusCode::CREATED, Json(Numbered { number })))
    })
    .await
}

/// Annul a fact: it stays to be seen and no longer counts.
#[utoipa::path(
    post, path = "/api/v1/participants/{number}/facts/{fact}/annulment", tag = "participants",
    params(("number" = String, Path, description = "The tax number."), ("fact" = u64, Path, description = "The number of the fact.")),
    request_body = AnnulWish,
    responses(
        (status = 201, description = "The number of the annulment.", body = Numbered),
        (status = 403, description = "Not with this role.", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "There is no such fact.", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "It was annulled before.", body = Problem, content_type = "application/problem+json"),
    ),
    security(("session" = []))
)]
pub(crate) async fn annul(
    State(app): State<App>,
    caller: Caller,
    Path((number, fact)): Path<(String, u64)>,
    Small(body, _held): Small<Result<Json<AnnulWish>, JsonRejection>>,
) -> Result<(StatusCode, Json<Numbered>), Failure> {
    let who = caller.who_may(Action::JudgeTraders)?;
    let (Json(wish), number) = (body?, seen(&who, &number)?);
    app.run(move |app| {
        let number = app.centre().annul_fact(&who.login, &number, fact, &wish.reason)?;
        Ok((StatusCode::CREATED, Json(Numbered { number })))
    })
    .await
}

/// File an appeal against a fact or the category; only the participant does.
#[utoipa::path(
    post, path = "/api/v1/participants/{number}/appeals", tag = "participants",
    params(("number" = String, Path, description = "The tax number.")),
    request_body = AppealWish,
    responses(
        (status = 201, description = "Its number.", body = Numbered),
        (status = 403, description = "Not for this participant.", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "One against the same is not decided yet.", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "It says nothing, or too much.", body = Problem, content_type = "application/problem+json"),
    ),
    security(("session" = []))
)]
pub(crate) async fn appeal(
    State(app): State<App>,
    Caller(who): Caller,
    Path(number): Path<String>,
    Small(body, _held): Small<Result<Json<AppealWish>, JsonRejection>>,
) -> Result<(StatusCode, Json<Numbered>), Failure> {
    let (Json(wish), number) = (body?, seen(&who, &number)?);
    if who.participant != Some(number) {
        return Err(Failure::of(Kind::Forbidden));
    }
    app.run(move |app| {
        let number = app.centre().appeal(&who.login, &number, wish.fact, &wish.text)?;
        Ok((StatusCode::CREATED, Json(Numbered { number })))
    })
    .await
}

/// Decide an appeal; whoever stated the fact does not.
#[utoipa::path(
    post, path = "/api/v1/participants/{number}/appeals/{appeal}/decision", tag = "participants",
    params(("number" = String, Path, description = "The tax number."), ("appeal" = u64, Path, description = "The number of the appeal.")),
    request_body = DecisionWish,
    responses(
        (status = 200, description = "How the participant stands now.", body = StandingObject),
        (status = 403, description = "Not with this role, or by whoever stated the fact.", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "There is no such appeal.", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "It was decided before.", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "The reason or the day makes no sense.", body = Problem, content_type = "application/problem+json"),
    ),
    security(("session" = []))
)]
pub(crate) async fn decide(
    State(app): State<App>,
    caller: Caller,
    language: Language,
    Path((number, appeal)): Path<(String, u64)>,
    Small(body, _held): Small<Result<Json<DecisionWish>, JsonRejection>>,
) -> Result<Json<StandingObject>, Failure> {
    let who = caller.who_may(Action::JudgeTraders)?;
    let (Json(wish), number) = (body?, seen(&who, &number)?);
    app.run(move |app| {
        let (category, until) = (category_of(wish.category.as_deref())?, day_of(wish.until.as_deref())?);
        let centre = app.centre();
        centre.decide_appeal(&who.login, &number, appeal, wish.upheld, &wish.reason, category, until)?;
        Ok(Json(standing_of(centre, &who, &number, None, language)?))
    })
    .await
}

/// Confirm the category that is proposed, where the pack leaves that to an official.
#[utoipa::path(
    post, path = "/api/v1/participants/{number}/category", tag = "participants",
    params(("number" = String, Path, description = "The tax number.")),
    request_body = ConfirmWish,
    responses(
        (status = 200, description = "How the participant stands now.", body = StandingObject),
        (status = 403, description = "Not with this role.", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "Nothing is proposed, or something else.", body = Problem, content_type = "application/problem+json"),
    ),
    security(("session" = []))
)]
pub(crate) async fn confirm(
    State(app): State<App>,
    caller: Caller,
    language: Language,
    Path(number): Path<String>,
    Small(body, _held): Small<Result<Json<ConfirmWish>, JsonRejection>>,
) -> Result<Json<StandingObject>, Failure> {
    let who = caller.who_may(Action::JudgeTraders)?;
    let (Json(wish), number) = (body?, seen(&who, &number)?);
    app.run(move |app| {
        let category = category_of(Some(&wish.category))?.ok_or_else(|| misread("category"))?;
        app.centre().confirm_category(&who.login, &number, category, &wish.reason)?;
        Ok(Json(standing_of(app.centre(), &who, &number, None, language)?))
    })
    .await
}

/// Appeals nobody has decided, those to be decided first before the others.
#[utoipa::path(
    get, path = "/api/v1/appeals", tag = "participants",
    responses(
        (status = 200, description = "The appeals.", body = OpenAppeals),
        (status = 403, description = "Not with this role.", body = Problem, content_type = "application/problem+json"),
    ),
    security(("session" = []))
)]
pub(crate) async fn appeals(
    State(app): State<App>,
    caller: Caller,
    language: Language,
) -> Result<Json<OpenAppeals>, Failure> {
    let who = caller.who_may(Action::SeeStandings)?;
    app.run(move |app| {
        app.centre().record_participant_read(&who, None, "appeals")?;
        let open = app.centre().open_appeals()?;
        let appeals =
            open.iter().filter(|act| matches!(act.act, Act::Appealed { .. })).map(|act| OpenAppeal {
                participant: act.participant.to_string(),
                appeal: StandingActObject::new(act, true, language),
            });
        Ok(Json(OpenAppeals { appeals: appeals.collect() }))
    })
    .await
}
