//! The HTTP API: contract 6.2, and what goes with it.

pub(crate) mod accounts;
pub(crate) mod case_object;
pub(crate) mod declarations;
pub(crate) mod distribution;
pub(crate) mod documents;
pub(crate) mod effects;
pub(crate) mod filter;
pub(crate) mod imports;
pub(crate) mod inputs;
pub(crate) mod log;
pub(crate) mod models;
pub(crate) mod nomenclature;
pub(crate) mod notices;
pub(crate) mod operations;
pub(crate) mod participants;
pub(crate) mod powers;
pub(crate) mod profiles;
pub(crate) mod sessions;
pub(crate) mod standing;
pub(crate) mod stream;
pub(crate) mod trials;

use axum::extract::rejection::JsonRejection;

use crate::failure::{Failure, Kind};

impl From<JsonRejection> for Failure {
    fn from(why: JsonRejection) -> Self {
        let failure = Failure::of_status(why.status());
        if failure.is(Kind::BadRequest) || why.status().as_u16() == 422 {
            // Serde's own words name the member and the place.
            return Failure::of(Kind::BadRequest).because(why.body_text(), why.body_text());
        }
        failure
    }
}
