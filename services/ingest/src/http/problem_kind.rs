//! The kinds of problems that a request can have.

use axum::http::StatusCode;
use serde::Serialize;
use utoipa::ToSchema;

/// The kinds of problems.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) enum ProblemKind {
    /// No token, or one that is not known.
    #[serde(rename = "urn:greenledger:problem:unauthorised")]
    Unauthorised,
    /// The token may not do this.
    #[serde(rename = "urn:greenledger:problem:forbidden")]
    Forbidden,
    /// There is nothing here.
    #[serde(rename = "urn:greenledger:problem:not-found")]
    NotFound,
    /// The address takes another method.
    #[serde(rename = "urn:greenledger:problem:method")]
    Method,
    /// The content type or encoding is not accepted.
    #[serde(rename = "urn:greenledger:problem:unsupported")]
    Unsupported,
    /// A parameter, a header or the body cannot be read.
    #[serde(rename = "urn:greenledger:problem:unreadable")]
    Unreadable,
    /// The service has too many requests at a time.
    #[serde(rename = "urn:greenledger:problem:busy")]
    Busy,
    /// The token has sent more events than its rate.
    #[serde(rename = "urn:greenledger:problem:too-fast")]
    TooFast,
    /// The token has too many requests at a time.
    #[serde(rename = "urn:greenledger:problem:too-many")]
    TooMany,
    /// The body did not arrive in time.
    #[serde(rename = "urn:greenledger:problem:cut-off")]
    CutOff,
    /// The body is too large.
    #[serde(rename = "urn:greenledger:problem:too-large")]
    TooLarge,
    /// Nothing in the body could be accepted.
    #[serde(rename = "urn:greenledger:problem:nothing-accepted")]
    NothingAccepted,
    /// Nothing can be kept just now.
    #[serde(rename = "urn:greenledger:problem:unavailable")]
    Unavailable,
    /// The service failed.
    #[serde(rename = "urn:greenledger:problem:failed")]
    Failed,
}

impl ProblemKind {
    /// The HTTP status of its answer.
    pub(crate) fn status(self) -> StatusCode {
        match self {
            ProblemKind::Unauthorised => StatusCode::UNAUTHORIZED,
            ProblemKind::Forbidden => StatusCode::FORBIDDEN,
            ProblemKind::NotFound => StatusCode::NOT_FOUND,
            ProblemKind::Method => StatusCode::METHOD_NOT_ALLOWED,
            ProblemKind::Unsupported => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            ProblemKind::Unreadable => StatusCode::BAD_REQUEST,
            ProblemKind::Busy | ProblemKind::TooFast | ProblemKind::TooMany => {
                StatusCode::TOO_MANY_REQUESTS
            }
            ProblemKind::CutOff => StatusCode::REQUEST_TIMEOUT,
            ProblemKind::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            ProblemKind::NothingAccepted => StatusCode::UNPROCESSABLE_ENTITY,
            ProblemKind::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
            ProblemKind::Failed => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }
}
