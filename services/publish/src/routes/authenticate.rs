//! Authentication of every request except those for health.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::{HeaderValue, header};
use axum::middleware::Next;
use axum::response::Response;

use crate::access::Denied;
use crate::app::App;
use crate::{api, page};

/// One for browsers, which then prompt for a password, and one for programs.
const CHALLENGES: [&str; 2] = [
    "Basic realm=\"Greenledger\", charset=\"UTF-8\"",
    "Bearer realm=\"Greenledger\"",
];

/// Identifies the reader of a request and passes it on with that reader; otherwise answers 401, the same for every path.
pub(super) async fn authenticate(
    State(app): State<Arc<App>>,
    mut request: Request,
    next: Next,
) -> Response {
    let reader = match app.access.reader(request.headers()) {
        Ok(reader) => reader,
        Err(denied) => return refuse(denied, request.uri().path()),
    };
    // Removed after this check, so that no later code can log it or pass it on.
    request.headers_mut().remove(header::AUTHORIZATION);
    request.extensions_mut().insert(reader);
    let mut response = next.run(request).await;
    if app.access.requires_token() {
        // No cache may keep the response for one reader and serve it to another.
        let headers = response.headers_mut();
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
    response
}

fn refuse(denied: Denied, path: &str) -> Response {
    let mut response = if path.starts_with("/api/") {
        api::denied(denied)
    } else {
        page::denied(denied)
    };
    for challenge in CHALLENGES {
        let challenge = HeaderValue::from_static(challenge);
        response
            .headers_mut()
            .append(header::WWW_AUTHENTICATE, challenge);
    }
    response
}
