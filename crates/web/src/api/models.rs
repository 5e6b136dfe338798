//! Models that score declarations: list, show, propose, put into a mode, withdraw.

use axum::Json;
use axum::extract::rejection::JsonRejection;
use axum::extract::{Path, Query, Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use centre::{Action, ModelDossier, ModelError};
use clearance::dossier::Right;
use clearance::scoring::life::{Deed, Wish};
use clearance::scoring::{Mode, Refusal};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::App;
use crate::access::Caller;
use crate::bodies::{Received, Small, Sort, whole};
use crate::failure::{Failure, Kind, Problem};
use crate::language::Language;
use crate::model_object::{ModelHeadObject, ModelObject};

/// The longest version looked up, in bytes.
const VERSION_BYTES_MAX: usize = 64;

/// All models.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ModelList {
    /// Those in force first, then the one that moved last.
    models: Vec<ModelHeadObject>,
}

/// Why something is done.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct Because {
    /// Why.
    #[serde(default)]
    reason: String,
}

/// What somebody wants of a model.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ModelWish {
    /// What.
    deed: WishedModelDeed,
    /// Why.
    #[serde(default)]
    reason: String,
}

/// What can be wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum WishedModelDeed {
    /// That one kept already be considered again.
    Propose,
    /// Have it watch: its proposals are recorded and move nothing.
    Shadow,
    /// Put it to work: its proposals make lanes stricter.
    GoLive,
    /// Take it out of work, or give it up.
    Withdraw,
}

impl WishedModelDeed {
    pub(crate) fn wish(self) -> Wish {
        match self {
            Self::Propose => Wish::Propose,
            Self::Shadow => Wish::Approve(Mode::Shadow),
            Self::GoLive => Wish::Approve(Mode::Live),
            Self::Withdraw => Wish::Withdraw,
        }
    }
}

/// The model of a version.
pub(crate) fn dossier_of(app: &App, version: &str) -> Result<ModelDossier, Failure> {
    let found = if version.len() > VERSION_BYTES_MAX { None } else { app.centre().model(version)? };
    found.ok_or_else(|| Failure::of(Kind::NotFound))
}

/// List models.
#[utoipa::path(
    get, path = "/api/v1/models", tag = "models",
    responses(
        (status = 200, description = "Those in force first.", body = ModelList),
        (status = 403, description = "Only for who keeps profiles and who audits.", body = Problem, content_type = "application/problem+json"),
    ),
    security(("session" = []))
)]
pub(crate) async fn list(State(app): State<App>, caller: Caller) -> Result<Json<ModelList>, Failure> {
    caller.who_may(Action::SeeProfiles)?;
    app.run(move |app| {
        let models = app.centre().models()?.iter().map(ModelHeadObject::from).collect();
        Ok(Json(ModelList { models }))
    })
    .await
}

/// Show a model: its card, what stands against it, its drift, all acts.
#[utoipa::path(
    get, path = "/api/v1/models/{version}", tag = "models",
    params(("version" = String, Path, description = "The version.")),
    responses(
        (status = 200, description = "The model.", body = ModelObject),
        (status = 403, description = "Only for who keeps profiles and who audits.", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "There is none.", body = Problem, content_type = "application/problem+json"),
    ),
    security(("session" = []))
)]
pub(crate) async fn show(
    State(app): State<App>,
    caller: Caller,
    language: Language,
    Path(version): Path<String>,
) -> Result<Json<ModelObject>, Failure> {
    caller.who_may(Action::SeeProfiles)?;
    app.run(move |app| Ok(Json(ModelObject::new(&dossier_of(app, &version)?, language)))).await
}

/// Propose a model by its file. It does nothing until a second person approves it.
#[utoipa::path(
    post, path = "/api/v1/models", tag = "models", params(Because),
    request_body(content = Vec<u8>, content_type = "application/octet-stream", description = "The file that `greenlane risk train` wrote, at most 32 MB."),
    responses(
        (status = 201, description = "It is kept, and does nothing yet.", body = ModelObject),
        (status = 403, description = "Not with this role, or an area binds.", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "It is proposed or in force already.", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "No whole model, one of other features, or no reason.", body = Problem, content_type = "application/problem+json"),
    ),
    security(("session" = []))
)]
pub(crate) async fn propose(
    State(app): State<App>,
    Caller(who): Caller,
    language: Language,
    Query(because): Query<Because>,
    request: Request,
) -> Result<Response, Failure> {
    // Nothing is read of those who may not propose.
    if !who.rights().contains(&Right::Write) {
        return Err(Failure::of_model(&Refusal::NoRight { deed: Deed::Propose }));
    }
    let Received { content, room } = app.receive(Sort::Model, request, whole).await?;
    let work = app.work()?;
    app.run(move |app| {
        let done = app.centre().propose_model(&who, "api", &content, &because.reason);
        drop((room, work));
        Ok((StatusCode::CREATED, Json(ModelObject::new(&done?, language))).into_response())
    })
    .await
}

/// Put a model into the shadow or live, or withdraw it.
#[utoipa::path(
    post, path = "/api/v1/models/{version}/acts", tag = "models",
    params(("version" = String, Path, description = "The version.")),
    request_body = ModelWish,
    responses(
        (status = 200, description = "The model as it stands now.", body = ModelObject),
        (status = 403, description = "Not with this role, with an area, or by who proposed it.", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "There is none.", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "Not possible where the model stands.", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "Its card speaks against it, or a reason is missing.", body = Problem, content_type = "application/problem+json"),
    ),
    security(("session" = []))
)]
pub(crate) async fn act(
    State(app): State<App>,
    Caller(who): Caller,
    language: Language,
    Path(version): Path<String>,
    Small(body, _held): Small<Result<Json<ModelWish>, JsonRejection>>,
) -> Result<Json<ModelObject>, Failure> {
    let Json(wanted) = body?;
    app.run(move |app| {
        // Whoever may see no models learns of none whether it is there.
        if !who.may(Action::SeeProfiles) {
            return Err(Failure::of(Kind::Forbidden));
        }
        let done = app.centre().move_model(&who, "api", &version, wanted.deed.wish(), &wanted.reason)?;
        Ok(Json(ModelObject::new(&done, language)))
    })
    .await
}

impl From<ModelError> for Failure {
    fn from(why: ModelError) -> Self {
        match why {
            ModelError::Refused(refusal) => Failure::of_model(&refusal),
            ModelError::Centre(why) => why.into(),
        }
    }
}
