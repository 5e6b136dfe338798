//! The description of the API, made from the handlers and types themselves.

use utoipa::openapi::security::{ApiKey, ApiKeyValue, Http, HttpAuthScheme, SecurityScheme};
use utoipa::{Modify, OpenApi};

use crate::access::SESSION_COOKIE;
use crate::api::{
    accounts, declarations, distribution, documents, effects, imports, inputs, log, models, nomenclature,
    notices, operations, participants, powers, profiles, sessions, standing, stream, trials,
};

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Greenlane",
        description = "A customs declaration centre: declarations in, decisions and proofs out. \
            Failures are application/problem+json (RFC 9457) with a stable code and what cures them. \
            Messages are in Russian, or in English by Accept-Language or ?lang=en.",
        license(name = "Apache-2.0", identifier = "Apache-2.0"),
    ),
    paths(
        declarations::file, declarations::list, declarations::show, declarations::events,
        declarations::receipt, declarations::evidence, declarations::document, inputs::input,
        documents::list, documents::show, documents::document,
        participants::list, participants::show,
        powers::file, powers::revoke, powers::list, powers::show,
        models::list, models::propose, models::show, models::act,
        profiles::list, profiles::write, profiles::show, profiles::version, profiles::act, profiles::check, profiles::names,
        imports::import, imports::undo, imports::list, distribution::manifest, distribution::dataset,
        effects::effects,
        standing::show, standing::confirm, standing::state, standing::annul, standing::appeal, standing::decide,
        standing::appeals,
        accounts::pay, accounts::refund, accounts::give_back, accounts::statement, accounts::reconcile,
        accounts::register, accounts::give, accounts::end, accounts::cover, accounts::free,
        notices::list, notices::subscriptions, notices::subscribe, notices::unsubscribe, notices::redeliver,
        trials::backtest,
        nomenclature::search, nomenclature::commodity, nomenclature::exchange,
        sessions::login, sessions::logout,
        operations::board, stream::stream,
        log::checkpoint, log::vkey, log::tile,
        operations::healthz, operations::readyz, operations::metrics, operations::openapi,
    ),
    tags(
        (name = "declarations", description = "File, follow, decide."),
        (name = "documents", description = "Documents besides declarations."),
        (name = "participants", description = "The electronic file of a participant: everything known about one, what links participants; how traders stand: facts, categories by published criteria, appeals."),
        (name = "powers", description = "Powers of attorney: who may act for whom."),
        (name = "profiles", description = "Risk profiles: written, agreed, approved, in force, cancelled; on trial; what looking brings."),
        (name = "models", description = "Models that score declarations: proposed, in the shadow, live, withdrawn."),
        (name = "accounts", description = "Payers' accounts and guarantees: payments in and out, statements, reconciliation."),
        (name = "notices", description = "What declarants are told: fetched, or pushed to them."),
        (name = "reference", description = "The tariff as of any day: search, codes, rates, currencies; imports, and what nodes below take over."),
        (name = "sessions", description = "Who asks."),
        (name = "operations", description = "What is happening."),
        (name = "log", description = "The transparency log, C2SP tlog-tiles."),
    ),
    modifiers(&Schemes)
)]
struct Api;

struct Schemes;

impl Modify for Schemes {
    fn modify(&self, openapi: &mut utoipa::openapi::OpenApi) {
        let components = openapi.components.get_or_insert_default();
        components.add_security_scheme("session", SecurityScheme::Http(Http::new(HttpAuthScheme::Bearer)));
        let cookie = SecurityScheme::ApiKey(ApiKey::Cookie(ApiKeyValue::new(SESSION_COOKIE)));
        components.add_security_scheme("cookie", cookie);
    }
}

/// The description of the HTTP API: OpenAPI 3.1, JSON.
pub fn openapi() -> String {
    Api::openapi().to_pretty_json().map(|json| json + "\n").unwrap_or_default()
}
