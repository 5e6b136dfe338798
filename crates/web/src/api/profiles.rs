//! Risk profiles: list, show, write, move through their life; check a text, name what it can use.

use axum::Json;
use axum::extract::rejection::JsonRejection;
use axum::extract::{Path, Query, Request, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use centre::{Action, DossierError, Identity, ProfileAsk, ProfileFile, ProfilePage};
use clearance::dossier::{Deed, Refusal, Right, State as Standing, Wish};
use jiff::civil::Date;
use risk::ProfileKind;
use serde::{Deserialize, Serialize};
use store::ProfileVersion;
use utoipa::{IntoParams, ToSchema};

use crate::App;
use crate::access::Caller;
use crate::bodies::{Received, Small, Sort, whole};
use crate::failure::{Failure, Kind, Problem};
use crate::language::Language;
use crate::profile_object::{
    AdviceObject, NameObject, ProfileFaultObject, ProfileHeadObject, ProfileObject, kind_name, profile_names,
};

/// Profiles on one page of the list.
pub(crate) const PAGE: usize = 100;
/// The longest number looked up, in bytes.
const NUMBER_BYTES_MAX: usize = 4 * risk::NUMBER_CHARS_MAX;

/// Which profiles to list.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default)]
pub(crate) struct Wanted {
    /// Only with a version that stands so: draft, agreed, approved, in_force, replaced or cancelled.
    pub(crate) state: String,
    /// Only of this kind: national, regional, zonal or target.
    pub(crate) kind: String,
    /// Only with this in number, title or author.
    pub(crate) q: String,
    /// Only numbers after this one: the next page.
    pub(crate) after: String,
    /// `csv` for a file; of the page only.
    #[param(ignore)]
    pub(crate) format: String,
}

/// A page of the list.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ProfileList {
    /// By number: of each profile the version being prepared and the one in force, else the newest.
    profiles: Vec<ProfileHeadObject>,
    /// What to give as `after` for the next page; null on the last.
    next: Option<String>,
}

/// Where a text belongs.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct Belongs {
    /// The version it was made from; none for a profile of a new number.
    seen: Option<u32>,
    /// What changed and why.
    #[serde(default)]
    reason: String,
}

/// What somebody wants of a version.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ActWish {
    /// What.
    deed: WishedDeed,
    /// Of which version; usually of the one being prepared, else the one in force.
    #[serde(default)]
    version: Option<u32>,
    /// Why: required to return and to cancel.
    #[serde(default)]
    reason: String,
    /// Of an approval: from which day on it is in force; usually today, at once.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    from: Option<Date>,
}

/// What can be wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum WishedDeed {
    /// Agree to a draft.
    Agree,
    /// Send back to draft.
    Return,
    /// Approve what was agreed.
    Approve,
    /// Give up, or take out of force.
    Cancel,
}

/// What a text says of itself.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CheckedObject {
    /// Whether nothing is wrong.
    ok: bool,
    /// Its number, if it can be read.
    number: Option<String>,
    /// What is wrong.
    errors: Vec<ProfileFaultObject>,
    /// What its author would want to know, given the profiles that are in force.
    advice: Vec<AdviceObject>,
}

/// Every name and word.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Names {
    /// Fields first, in the order of the form; then functions, measures, lanes.
    names: Vec<NameObject>,
}

fn unclear(ru: impl Into<String>, en: impl Into<String>) -> Failure {
    Failure::of(Kind::BadRequest).because(ru, en)
}

impl Wanted {
    /// As the centre is asked.
    pub(crate) fn ask(&self, who: &Identity, limit: usize) -> Result<ProfileAsk, Failure> {
        let state = match self.state.as_str() {
            "" => None,
            word => Some(
                word.parse::<Standing>()
                    .map_err(|why| unclear(format!("state: {why}"), format!("state: {why}")))?,
            ),
        };
        let kinds = [ProfileKind::National, ProfileKind::Regional, ProfileKind::Zonal, ProfileKind::Target];
        let kind = match self.kind.as_str() {
            "" => None,
            word => Some(kinds.into_iter().find(|kind| kind_name(*kind) == word).ok_or_else(|| {
                let kinds = kinds.map(kind_name).join(", ");
                unclear(format!("kind: одно из {kinds}"), format!("kind: one of {kinds}"))
            })?),
        };
        let after = (!self.after.is_empty()).then(|| self.after.clone());
        Ok(ProfileAsk { state, kind, text: self.q.clone(), area: who.area.clone(), after, limit })
    }
}

impl ActWish {
    /// As the centre is asked.
    fn wish(&self, app: &App, who: &Identity, number: &str) -> Result<Wish, Failure> {
        let version = match self.version {
            Some(version) => version,
            None => file_of(app, who, number)?.shown(),
        };
        Ok(wish(self.deed, version, self.reason.clone(), self.from.unwrap_or_else(|| app.centre().today())))
    }
}

/// A wish about a version.
pub(crate) fn wish(deed: WishedDeed, version: u32, reason: String, from: Date) -> Wish {
    match deed {
        WishedDeed::Agree => Wish::Agree { version },
        WishedDeed::Return => Wish::Return { version, reason },
        WishedDeed::Approve => Wish::Approve { version, from },
        WishedDeed::Cancel => Wish::Cancel { version, reason },
    }
}

/// The profile of a number, for who may read it; to others it is not there.
pub(crate) fn file_of(app: &App, who: &Identity, number: &str) -> Result<ProfileFile, Failure> {
    let found =
        if number.len() > NUMBER_BYTES_MAX { None } else { app.centre().profile_file_for(who, number)? };
    found.ok_or_else(|| Failure::of(Kind::NotFound))
}

/// A version with its text.
pub(crate) fn version_of(app: &App, number: &str, version: u32) -> Result<ProfileVersion, Failure> {
    app.centre().profile_version(number, version)?.ok_or_else(|| Failure::of(Kind::NotFound))
}

/// One page of the list; the read is recorded before anything is shown.
pub(crate) fn page_of(
    app: &App,
    who: &Identity,
    wanted: &Wanted,
    limit: usize,
    what: &str,
) -> Result<ProfilePage, Failure> {
    let page = app.centre().profiles(&wanted.ask(who, limit)?)?;
    app.centre().record_profile_read(who, "", what)?;
    Ok(page)
}

/// List risk profiles.
#[utoipa::path(
    get, path = "/api/v1/profiles", tag = "profiles", params(Wanted),
    responses(
        (status = 200, description = "By number.", body = ProfileList),
        (status = 403, description = "Only for who keeps profiles and who audits.", body = Problem, content_type = "application/problem+json"),
    ),
    security(("session" = []))
)]
pub(crate) async fn list(
    State(app): State<App>,
    caller: Caller,
    Query(wanted): Query<Wanted>,
) -> Result<Json<ProfileList>, Failure> {
    let who = caller.who_may(Action::SeeProfiles)?;
    app.run(move |app| {
        let page = page_of(app, &who, &wanted, PAGE, "api")?;
        let profiles = page.profiles.iter().flatten().map(ProfileHeadObject::from).collect();
        Ok(Json(ProfileList { profiles, next: page.next }))
    })
    .await
}

/// Show a risk profile: its text, all versions, all acts.
#[utoipa::path(
    get, path = "/api/v1/profiles/{number}", tag = "profiles",
    params(("number" = String, Path, description = "The number, with `%2F` for `/`.")),
    responses(
        (status = 200, description = "The profile.", body = ProfileObject),
        (status = 403, description = "Only for who keeps profiles and who audits.", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "There is none.", body = Problem, content_type = "application/problem+json"),
    ),
    security(("session" = []))
)]
pub(crate) async fn show(
    State(app): State<App>,
    caller: Caller,
    Path(number): Path<String>,
) -> Result<Json<ProfileObject>, Failure> {
    let who = caller.who_may(Action::SeeProfiles)?;
    app.run(move |app| {
        let file = file_of(app, &who, &number)?;
        app.centre().record_profile_read(&who, &number, "api")?;
        let shown = version_of(app, &number, file.shown())?;
        Ok(Json(ProfileObject::new(&file, shown)))
    })
    .await
}

/// Show one version of a risk profile with its text.
#[utoipa::path(
    get, path = "/api/v1/profiles/{number}/versions/{version}", tag = "profiles",
    params(
        ("number" = String, Path, description = "The number, with `%2F` for `/`."),
        ("version" = u32, Path, description = "Counted from 1."),
    ),
    responses(
        (status = 200, description = "The profile with this version's text.", body = ProfileObject),
        (status = 403, description = "Only for who keeps profiles and who audits.", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "There is none.", body = Problem, content_type = "application/problem+json"),
    ),
    security(("session" = []))
)]
pub(crate) async fn version(
    State(app): State<App>,
    caller: Caller,
    Path((number, version)): Path<(String, u32)>,
) -> Result<Json<ProfileObject>, Failure> {
    let who = caller.who_may(Action::SeeProfiles)?;
    app.run(move |app| {
        let file = file_of(app, &who, &number)?;
        app.centre().record_profile_read(&who, &number, "api")?;
        Ok(Json(ProfileObject::new(&file, version_of(app, &number, version)?)))
    })
    .await
}

/// The text of a body.
async fn text(app: &App, request: Request) -> Result<(String, crate::bodies::Room), Failure> {
    let Received { content, room } = app.receive(Sort::Profile, request, whole).await?;
    let text =
        String::from_utf8(content).map_err(|_| unclear("Текст не в UTF-8.", "The text is not UTF-8."))?;
    Ok((text, room))
}

/// Write a risk profile: a new draft, or a new version of one.
#[utoipa::path(
    post, path = "/api/v1/profiles", tag = "profiles", params(Belongs),
    request_body(content = String, content_type = "application/toml", description = "The profile, TOML, at most 64 KiB."),
    responses(
        (status = 201, description = "A draft.", body = ProfileObject),
        (status = 403, description = "Not with this role, or not in this area.", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "The number is taken, or somebody wrote meanwhile.", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "What is wrong with it, in `errors`: code, field, line, column, text, cure.", body = Problem, content_type = "application/problem+json"),
    ),
    security(("session" = []))
)]
pub(crate) async fn write(
    State(app): State<App>,
    Caller(who): Caller,
    Query(belongs): Query<Belongs>,
    request: Request,
) -> Result<Response, Failure> {
    // Nothing is read of those who may not write.
    if !who.rights().contains(&Right::Write) {
        return Err(Failure::of_dossier(&Refusal::NoRight { deed: Deed::Write }));
    }
    let (source, room) = text(&app, request).await?;
    let work = app.work()?;
    app.run(move |app| {
        let Belongs { seen, reason } = &belongs;
        let done = app.centre().write_profile(&who, "api", &source, None, *seen, reason);
        drop((room, work));
        let file = done?;
        let shown = version_of(app, &file.number, file.dossier.last())?;
        Ok((StatusCode::CREATED, Json(ProfileObject::new(&file, shown))).into_response())
    })
    .await
}

/// Agree to a version, return it to draft, approve it from a day on, cancel it.
#[utoipa::path(
    post, path = "/api/v1/profiles/{number}/acts", tag = "profiles",
    params(("number" = String, Path, description = "The number, with `%2F` for `/`.")),
    request_body = ActWish,
    responses(
        (status = 200, description = "The profile as it stands now.", body = ProfileObject),
        (status = 403, description = "Not with this role, in this area, or by this person.", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "There is none.", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "Not possible where the version stands.", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "A reason is missing, or the day makes no sense.", body = Problem, content_type = "application/problem+json"),
    ),
    security(("session" = []))
)]
pub(crate) async fn act(
    State(app): State<App>,
    Caller(who): Caller,
    Path(number): Path<String>,
    Small(body, _held): Small<Result<Json<ActWish>, JsonRejection>>,
) -> Result<Json<ProfileObject>, Failure> {
    let Json(wanted) = body?;
    app.run(move |app| {
        // Whoever may see no profiles learns of none whether it is there.
        if !who.may(Action::SeeProfiles) {
            return Err(Failure::of(Kind::Forbidden));
        }
        let wish = wanted.wish(app, &who, &number)?;
        let file = app.centre().move_profile(&who, "api", &number, &wish)?;
        let shown = version_of(app, &number, wish.version().unwrap_or(file.shown()))?;
        Ok(Json(ProfileObject::new(&file, shown)))
    })
    .await
}

/// Check the text of a risk profile as its author writes it; nothing is kept.
#[utoipa::path(
    post, path = "/api/v1/profiles/check", tag = "profiles",
    request_body(content = String, content_type = "application/toml", description = "The profile, TOML, at most 64 KiB."),
    responses(
        (status = 200, description = "What is wrong with it, if anything.", body = CheckedObject),
        (status = 403, description = "Only for who keeps profiles and who audits.", body = Problem, content_type = "application/problem+json"),
    ),
    security(("session" = []))
)]
pub(crate) async fn check(
    State(app): State<App>,
    caller: Caller,
    language: Language,
    request: Request,
) -> Result<Json<CheckedObject>, Failure> {
    let who = caller.who_may(Action::SeeProfiles)?;
    let (source, room) = text(&app, request).await?;
    let work = app.work()?;
    app.run(move |app| {
        let checked = app.centre().check_profile_for(&who, &source);
        drop((room, work));
        let checked = checked?;
        let errors: Vec<_> =
            checked.errors.iter().map(|error| ProfileFaultObject::new(error, language)).collect();
        let number = checked.profile.map(|profile| profile.number);
        let advice = checked.advice.iter().map(|advice| AdviceObject::new(advice, language)).collect();
        Ok(Json(CheckedObject { ok: errors.is_empty(), number, errors, advice }))
    })
    .await
}

/// Every name and word a risk profile can use, for completion, with labels in the language asked for.
#[utoipa::path(
    get, path = "/api/v1/profiles/names", tag = "profiles",
    responses(
        (status = 200, description = "The names.", body = Names),
        (status = 403, description = "Only for who keeps profiles and who audits.", body = Problem, content_type = "application/problem+json"),
    ),
    security(("session" = []))
)]
pub(crate) async fn names(caller: Caller, language: Language) -> Result<Response, Failure> {
    caller.who_may(Action::SeeProfiles)?;
    // They change with the program alone.
    let keep = [(header::CACHE_CONTROL, "private, max-age=3600"), (header::VARY, "Accept-Language, Cookie")];
    Ok((keep, Json(Names { names: profile_names(language) })).into_response())
}

impl From<DossierError> for Failure {
    fn from(why: DossierError) -> Self {
        match why {
            DossierError::NotFound => Failure::of(Kind::NotFound),
            DossierError::Refused(refusal) => Failure::of_dossier(&refusal),
            DossierError::Faulty(errors) => {
                let mut failure = Failure::of(Kind::ProfileRefused);
                failure.errors = errors;
                failure
            }
            DossierError::Centre(why) => why.into(),
        }
    }
}
