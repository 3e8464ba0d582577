//! `GET /v1/register`: the schools and meters that a token covers, as they are registered now.

use std::sync::Arc;
use std::time::Instant;

use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};

use super::{authorised, too_fast};
use crate::REGISTER;
use crate::admission::listed::{Listed, listed};
use crate::http::problem_kind::ProblemKind;
use crate::http::response::Problem;
use crate::register::RegisterState;
use crate::state::IngestState;

/// Answers a request, and counts the answer.
pub(super) async fn get_register(
    State(state): State<Arc<IngestState>>,
    headers: HeaderMap,
) -> Response {
    let found = list(&state, &headers);
    let response = found.map_or_else(Problem::into_response, |found| Json(found).into_response());
    state.metrics.answered(REGISTER, response.status().as_u16());
    response
}

fn list(state: &IngestState, headers: &HeaderMap) -> Result<Listed, Problem> {
    let sender = authorised(state, headers)?;
    if let Err(wait) = state.rate_limits.begin(&sender.name, Instant::now()) {
        state.metrics.over_rate(&sender.name);
        return Err(too_fast(&state.config.limits, wait));
    }
    // What is only a copy may lack the last registrations: a difference from it would be wrong.
    match state.register_state() {
        RegisterState::Whole => Ok(state.known_register(|register| listed(register, &sender))),
        RegisterState::Unread(why) | RegisterState::Copied(why) => {
            let title = "the register cannot be read just now";
            let problem = Problem::new(ProblemKind::Unavailable, title);
            Err(problem.detail(why).retry_after(5))
        }
    }
}
