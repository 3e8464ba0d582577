//! The answers that several routes share.

use chassis::Routes;
use events::{EventType, Urn};
use utoipa::openapi::header::HeaderBuilder;
use utoipa::openapi::schema::{AllOfBuilder, ObjectBuilder, OneOfBuilder, Schema, Type};
use utoipa::openapi::{Content, Ref, ResponseBuilder};

use super::event;
use crate::http::response::{Problem, Receipt};

/// Which body an answer has.
#[derive(Clone, Copy)]
enum Body {
    /// A problem.
    Problem,
    /// A problem with the reason of each refusal.
    Refused,
    /// Either of them.
    Either,
}

/// The name of an answer, its body and its meaning.
const ANSWERS: [(&str, Body, &str); 14] = [
    (
        "Unreadable",
        Body::Either,
        "The body as a whole is not JSON, not UTF-8, not gzip, cut short or empty, or every \
         event in it is unreadable: then the reasons are listed, as in 422. Or a header cannot \
         be read (ce-*, X-Issued, X-Part-Of, X-As-Token) or cannot be right (X-Issued or Last-Modified more \
         than a day from now), or a parameter of a service is unknown, missing or wrong: then none \
         are listed.",
    ),
    (
        "UnreadableParameter",
        Body::Problem,
        "A parameter or the header X-As-Token cannot be read.",
    ),
    (
        "Unauthorised",
        Body::Problem,
        "No token, or one that is not known.",
    ),
    (
        "Forbidden",
        Body::Problem,
        "X-As-Token names another token, and the token of the request is not an operator's.",
    ),
    (
        "UnknownFormat",
        Body::Problem,
        "There is no such format; the detail names those that exist.",
    ),
    (
        "UnknownService",
        Body::Problem,
        "There is no such service; the detail names those that exist.",
    ),
    (
        "OtherMethod",
        Body::Problem,
        "The address takes another method; Allow names it.",
    ),
    (
        "CutOff",
        Body::Problem,
        "The sender paused for too long while it sent the body (20 s unless configured \
         otherwise), took too long in all (120 s), or broke off; nothing is kept.",
    ),
    (
        "TooLarge",
        Body::Refused,
        "The body is larger than the limit (16 MiB as sent, 64 MiB uncompressed, 10,000 events, \
         unless configured otherwise), or every event or row in it is refused as too large; send \
         it in parts.",
    ),
    (
        "UnsupportedType",
        Body::Problem,
        "A content type, charset or encoding that is not accepted; the detail names those that \
         are.",
    ),
    (
        "NothingTaken",
        Body::Refused,
        "None of the events or rows could be accepted, or the file does not fit its format. The \
         body is that of 202, as a problem. Events that the token does not cover are refused \
         here, too, as `out-of-scope`: also for a school or a meter of another trust, and for \
         days on which the school is not a member of the token's trust.",
    ),
    (
        "Busy",
        Body::Problem,
        "Send again after the seconds in Retry-After. `urn:greenledger:problem:busy`: too many \
         requests from all senders are in progress (8 unless configured otherwise), and none \
         ended within 2 s. `urn:greenledger:problem:too-fast`: this token has sent more events \
         or rows than its rate allows, if it has one. `urn:greenledger:problem:too-many`: it has \
         as many requests in progress as one token may have, half of all unless configured \
         otherwise.",
    ),
    (
        "Failed",
        Body::Problem,
        "The service failed in the middle; it is not known what was kept, so send it again.",
    ),
    (
        "Unavailable",
        Body::Problem,
        "The log cannot be written at the moment, or what must be read at the start is not read \
         yet: send it again. Rejections or the register are not known yet, or not at the moment.",
    ),
];

/// Adds the answers and what they refer to.
pub(crate) fn shared<S: Clone + Send + Sync + 'static>(routes: Routes<S>) -> Routes<S> {
    let refused = AllOfBuilder::new()
        .item(Ref::from_schema_name("Problem"))
        .item(Ref::from_schema_name("Receipt"))
        .description(Some(
            "Why nothing of a request was kept, by RFC 9457, with every reason.",
        ));
    let routes = routes
        .shared_type::<Problem>()
        .shared_type::<Receipt>()
        .shared_type::<EventType>()
        .shared_type::<Urn>()
        .shared_schema("RefusedProblem", Schema::from(refused))
        .shared_schema("Event", event());
    ANSWERS
        .into_iter()
        .fold(routes, |routes, (name, body, description)| {
            let response = ResponseBuilder::new()
                .description(description)
                .content("application/problem+json", content(body));
            routes.shared_response(name, with_header(name, response).build())
        })
}

fn content(body: Body) -> Content {
    let problem = Ref::from_schema_name("Problem");
    let refused = Ref::from_schema_name("RefusedProblem");
    match body {
        Body::Problem => Content::new(Some(problem)),
        Body::Refused => Content::new(Some(refused)),
        Body::Either => {
            let either = OneOfBuilder::new().item(problem).item(refused);
            Content::new(Some(Schema::from(either)))
        }
    }
}

/// Adds the header that an answer has.
fn with_header(name: &str, response: ResponseBuilder) -> ResponseBuilder {
    let (header, kind, description) = match name {
        "Unauthorised" => ("WWW-Authenticate", Type::String, "How to send a token."),
        "OtherMethod" => ("Allow", Type::String, "The methods that this path takes."),
        "Busy" | "Unavailable" => (
            "Retry-After",
            Type::Integer,
            "Seconds to wait before sending again: 1 when busy, 5 when the log cannot be \
             written, and as long as it takes when a token has sent more than its rate allows.",
        ),
        _ => return response,
    };
    let value = HeaderBuilder::new()
        .schema(Some(ObjectBuilder::new().schema_type(kind)))
        .description(Some(description));
    response.header(header, value.build())
}
