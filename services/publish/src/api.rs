//! The JSON API: the same tables that results are written from.

mod columns;
mod gaps;
mod grid;
mod half_hours;
mod part;
mod school;
mod schools;
mod scoreboard;
mod travel;
mod trusts;
mod waste;

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;

use crate::access::Denied;

pub(crate) use grid::{GridQuery, SchoolGrid, grid_intensity};
pub(crate) use half_hours::{HalfHoursQuery, SchoolHalfHours, half_hours};
pub use school::{PublishedFootprint, published};
pub(crate) use school::{School, explain, school};
pub(crate) use schools::{Schools, schools};
pub(crate) use scoreboard::{ScoreboardAnswer, scoreboard};
pub(crate) use trusts::{TrustAnswer, Trusts, secr, trust, trusts};

/// Why there is no answer.
#[derive(Serialize, ToSchema)]
#[schema(as = Error)]
pub(crate) struct ErrorAnswer {
    /// The reason, as a sentence.
    error: String,
}

/// The response to a request that was refused.
pub(crate) fn denied(denied: Denied) -> Response {
    refused(StatusCode::UNAUTHORIZED, denied.hint())
}

fn missing(what: impl Into<String>) -> Response {
    refused(StatusCode::NOT_FOUND, what)
}

fn refused(status: StatusCode, error: impl Into<String>) -> Response {
    let error = error.into();
    (status, Json(ErrorAnswer { error })).into_response()
}
