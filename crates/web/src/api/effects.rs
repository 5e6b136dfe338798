//! Whether looking helps: what profiles, chance and officials' own looks have found.

use axum::Json;
use axum::extract::{Query, State};
use centre::Identity;
use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};
use serde::{Deserialize, Serialize};
use store::Role;
use utoipa::{IntoParams, ToSchema};

use crate::App;
use crate::access::Caller;
use crate::failure::{Failure, Kind, Problem};

/// The days shown where none are asked for: half a year, so that two halves can be compared.
const DAYS_USUAL: i64 = 182;

/// Which days.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default)]
pub(crate) struct Days {
    /// The first day, such as `2026-03-01`; half a year back where it is not given.
    pub(crate) from: String,
    /// The last day; today where it is not given.
    pub(crate) to: String,
}

/// The days asked for, and the moments they begin and end at.
pub(crate) struct Span {
    pub(crate) first: Date,
    pub(crate) last: Date,
    pub(crate) from: Timestamp,
    pub(crate) to: Timestamp,
}

impl Days {
    /// Reads them.
    pub(crate) fn span(&self, app: &App) -> Result<Span, Failure> {
        let zone = &app.config().time_zone;
        let wrong = || {
            Failure::of(Kind::BadRequest).because(
                "Дни пишутся как 2026-03-01, первый не позже последнего.",
                "Days are written as 2026-03-01, the first not after the last.",
            )
        };
        let read = |text: &str, usual: Date| match text.trim() {
            "" => Ok(usual),
            text => text.parse::<Date>().map_err(|_| wrong()),
        };
        let last = read(&self.to, zone.to_datetime(app.centre().now()).date())?;
        let usual = last.checked_sub(DAYS_USUAL.days()).map_err(|_| wrong())?;
        let first = read(&self.from, usual)?;
        let moment = |day: Date| day.to_zoned(zone.clone()).map(|at| at.timestamp()).map_err(|_| wrong());
        let after = last.tomorrow().map_err(|_| wrong())?;
        if first > last {
            return Err(wrong());
        }
        Ok(Span { first, last, from: moment(first)?, to: moment(after)? })
    }
}

/// Whether somebody may know what profiles find: whoever watches over them. Those who look at goods are told what to
/// do, not what others found.
pub(crate) fn may_see(who: &Identity) -> bool {
    !matches!(who.role, Role::Declarant | Role::Officer)
}

/// What grounds for looking have brought.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct EffectsObject {
    /// The first day.
    from: String,
    /// The last day.
    to: String,
    /// One entry per ground and currency: `ground` (the number of a profile, `chance` or `officer`), `total`, `months`,
    /// `offices`, `officers` (sums: fired, found, nothing, not_applied, unstated, amount, minutes), `rate` with its
    /// interval, `lift` over chance; of a profile `versions` (by the one in force when it fired: `version`, `from`, `to`,
    /// `in_force`, `total`, `rate`, `lift`), and by what the version in force has brought `proposal` and `reasons`.
    #[schema(value_type = Vec<Object>)]
    effects: Vec<risk::Effect>,
}

/// What profiles, chance and officials' own looks have found, and what should become of profiles.
#[utoipa::path(
    get, path = "/api/v1/profiles/effects", tag = "profiles", params(Days),
    responses(
        (status = 200, description = "Sums, rates and proposals.", body = EffectsObject),
        (status = 400, description = "No such days.", body = Problem, content_type = "application/problem+json"),
        (status = 403, description = "Not for this role.", body = Problem, content_type = "application/problem+json"),
    ),
    security(("session" = []))
)]
pub(crate) async fn effects(
    State(app): State<App>,
    Caller(who): Caller,
    Query(days): Query<Days>,
) -> Result<Json<EffectsObject>, Failure> {
    app.run(move |app| {
        if !may_see(&who) {
            return Err(Failure::of(Kind::Forbidden));
        }
        let span = days.span(app)?;
        Ok(Json(EffectsObject {
            from: span.first.to_string(),
            to: span.last.to_string(),
            effects: app.centre().effects_for(&who, span.from, span.to)?,
        }))
    })
    .await
}
