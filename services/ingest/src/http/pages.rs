//! Pages to send by hand: a file, and the counts of a travel survey. They hold no data and need no token; their scripts call the
//! same routes as every sender, with the token that the person types.

mod frame;
mod survey;
mod upload;

use std::sync::Arc;

use axum::extract::State;
use axum::http::header;
use axum::response::{Html, IntoResponse, Response};

use crate::state::IngestState;
use frame::Page;

/// `GET /upload`
pub(super) async fn upload(State(state): State<Arc<IngestState>>) -> Response {
    respond(&upload::page(&state.formats))
}

/// `GET /survey`
pub(super) async fn survey() -> Response {
    respond(&survey::page())
}

fn respond(page: &Page) -> Response {
    let headers = [
        (header::CONTENT_SECURITY_POLICY, page.policy()),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff".to_owned()),
        (header::REFERRER_POLICY, "no-referrer".to_owned()),
        (header::CACHE_CONTROL, "no-cache".to_owned()),
    ];
    (headers, Html(page.html())).into_response()
}

#[cfg(test)]
mod tests;
