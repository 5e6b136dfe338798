//! Risk profiles on trial: what would they have found in what was filed?

use axum::Json;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use centre::{Action, Backtest};
use jiff::civil::Date;
use risk::Profile;
use rust_decimal::Decimal;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::App;
use crate::access::Caller;
use crate::bodies::Small;
use crate::desk::{UnderWay, Waited};
use crate::failure::{Failure, Kind, Problem};

/// Seconds after which to ask again: the answer waits itself.
const RETRY_SECONDS: &str = "1";
/// The most profiles of one trial.
const PROFILES_MAX: usize = 100;

/// What is to be tried.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Trial {
    /// The profiles, each a TOML document. The days they are valid on are not asked.
    profiles: Vec<String>,
    /// Profiles to compare with instead of what was in force when each declaration was filed.
    #[serde(default)]
    against: Option<Vec<String>>,
    /// The first day of filing.
    #[schema(value_type = String)]
    from: Date,
    /// The last day of filing.
    #[schema(value_type = String)]
    to: Date,
    /// Offices and traders named at most (default 10).
    #[serde(default = "ten")]
    top: usize,
    /// Hits listed one by one at most (default none).
    #[serde(default)]
    list: usize,
    /// Hours of work of one officer in a week, where not as the pack says.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    hours_per_week: Option<Decimal>,
}

fn ten() -> usize {
    10
}

fn read(sources: &[String]) -> Result<Vec<Profile>, Failure> {
    if sources.is_empty() || sources.len() > PROFILES_MAX {
        return Err(Failure::of(Kind::BadRequest).because(
            format!("Профилей должно быть от 1 до {PROFILES_MAX}."),
            format!("There must be 1 to {PROFILES_MAX} profiles."),
        ));
    }
    let profile = |source: &String| {
        risk::parse_profile(source).map_err(|why| {
            let place = format!("{}:{}", why.line, why.column);
            Failure::of(Kind::BadRequest).because(
                format!("Профиль {} {place}: {}; {}.", why.profile, why.text.ru, why.cure.ru),
                format!("Profile {} {place}: {}; {}.", why.profile, why.text.en, why.cure.en),
            )
        })
    };
    sources.iter().map(profile).collect()
}

/// Try risk profiles on what was filed.
///
/// What they would have hit, which lanes, how many hours of officers, which known results caught or missed, compared
/// with what was in force. One trial at a time. The first one makes columns of all that was filed, which may take
/// longer than an answer may: 202 says how far it is; the same question put again joins it, until the answer is there.
#[utoipa::path(
    post, path = "/api/v1/profiles/backtest", tag = "profiles", request_body = Trial,
    responses(
        (status = 200, description = "What they would have done: the object that `greenlane profile backtest --json` prints.", body = Object),
        (status = 202, description = "It is under way: put the same question again.", body = UnderWay),
        (status = 400, description = "A profile or the days make no sense.", body = Problem, content_type = "application/problem+json"),
        (status = 403, description = "Only for who may see profiles.", body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "Another trial is under way.", body = Problem, content_type = "application/problem+json"),
    ),
    security(("session" = []))
)]
pub(crate) async fn backtest(
    State(app): State<App>,
    caller: Caller,
    Small(Json(asked), _held): Small<Json<Trial>>,
) -> Result<Response, Failure> {
    let who = caller.who_may(Action::SeeProfiles)?;
    let asked = Backtest {
        profiles: read(&asked.profiles)?,
        against: asked.against.as_deref().map(read).transpose()?,
        from: asked.from,
        to: asked.to,
        top: asked.top,
        listed_max: asked.list,
        hours_per_week: asked.hours_per_week,
    };
    let report = match app.trial(&who.login, asked).await? {
        Waited::For(under_way) => {
            let soon = [(header::RETRY_AFTER, RETRY_SECONDS)];
            return Ok((StatusCode::ACCEPTED, soon, Json(under_way)).into_response());
        }
        Waited::Answered(report) => report,
    };
    tracing::info!(
        by = who.login,
        declarations = report.declarations,
        hits = report.hits,
        "profiles on trial"
    );
    Ok(Json(report).into_response())
}
