//! Every request but those for health passes here first.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::{HeaderValue, header};
use axum::middleware::Next;
use axum::response::Response;

use crate::access::Denied;
use crate::app::App;
use crate::{api, page};

/// For a browser, which then asks for a password, and for programs.
const CHALLENGES: [&str; 2] = [
    "Basic realm=\"Greenledger\", charset=\"UTF-8\"",
    "Bearer realm=\"Greenledger\"",
];

/// Finds out whose request it is, and passes it on with its reader; else answers 401, for every path alike.
pub(super) async fn authenticate(
    State(app): State<Arc<App>>,
    mut request: Request,
    next: Next,
) -> Response {
    let reader = match app.access.reader(request.headers()) {
        Ok(reader) => reader,
        Err(denied) => return refuse(denied, request.uri().path()),
    };
    // Looked at once: what comes later cannot write it anywhere.
    request.headers_mut().remove(header::AUTHORIZATION);
    request.extensions_mut().insert(reader);
    let mut response = next.run(request).await;
    if app.access.asks() {
        // What one reader was shown is in no cache for the next.
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
