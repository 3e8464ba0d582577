//! The description of the routes in OpenAPI: their parameters and answers.

use chassis::{Endpoint, Routes, json, text};
use events::Urn;
use utoipa::PartialSchema;
use utoipa::openapi::header::HeaderBuilder;
use utoipa::openapi::path::{Operation, Parameter, ParameterBuilder, ParameterIn};
use utoipa::openapi::schema::{ObjectBuilder, Type};
use utoipa::openapi::security::SecurityRequirement;
use utoipa::openapi::{Content, Header, Ref, Required, Response};

use crate::api::ErrorAnswer;

/// What holds for every route with figures: where the configuration asks for a token, all need one.
pub(super) fn for_readers(operation: &mut Operation) {
    let needs = SecurityRequirement::new::<_, _, String>;
    operation.security = Some(vec![
        SecurityRequirement::default(),
        needs("reader", []),
        needs("password", []),
    ]);
    let responses = &mut operation.responses.responses;
    let denied = Ref::from_response_name("NoReader");
    responses.insert("401".to_owned(), denied.into());
}

/// What holds for every route: it takes GET and HEAD alone.
pub(super) fn to_get(operation: &mut Operation) {
    let tags = operation.tags.take();
    operation.tags = tags.or_else(|| Some(vec!["publish".to_owned()]));
    let responses = &mut operation.responses.responses;
    let other_method = Ref::from_response_name("GetOnly");
    responses.insert("405".to_owned(), other_method.into());
}

/// The description of a page.
pub(super) fn page(id: &str, summary: &str, description: &str) -> Endpoint {
    Endpoint::new(id, summary, description)
        .text(200, "text/html", "The page.")
        .shared(400, "BadAddress")
        .shared(404, "NoSuchPage")
}

/// The description of a route of the API whose address may name what does not exist.
pub(super) fn figures(id: &str, summary: &str, description: &str) -> Endpoint {
    Endpoint::new(id, summary, description)
        .shared(400, "BadAddress")
        .shared(404, "NoSuchFigures")
}

/// The part of a path that names a trust.
pub(super) fn trust() -> Parameter {
    let description =
        "The trust's group UID, or its name in lower-case letters, digits and hyphens.";
    let schema = ObjectBuilder::new().schema_type(Type::String);
    in_path("trust", description)
        .schema(Some(schema.pattern(Some("^[a-z0-9][a-z0-9-]{0,63}$"))))
        .build()
}

/// The part of a path that names a school.
pub(super) fn urn() -> Parameter {
    in_path("urn", "The school's Unique Reference Number.")
        .schema(Some(Urn::schema()))
        .build()
}

fn in_path(name: &str, description: &str) -> ParameterBuilder {
    ParameterBuilder::new()
        .name(name)
        .parameter_in(ParameterIn::Path)
        .required(Required::True)
        .description(Some(description))
}

/// Adds the answers that several routes share.
pub(super) fn shared<S: Clone + Send + Sync + 'static>(routes: Routes<S>) -> Routes<S> {
    let plain = |description: &str| text("text/plain", description);
    let mut other_method = plain("The address takes only GET and HEAD. The body is empty.");
    other_method.content.clear();
    let allow = header("The methods that this path takes.");
    other_method
        .headers
        .insert("Allow".to_owned(), allow.into());
    let denied = "Publish asks for a token, and there is none, or one that is not known. Every \
        path is answered alike, whether it exists or not.";
    let denied = json::<ErrorAnswer>("application/json", denied);
    let mut denied = or_text(denied, "text/html");
    let challenge = header("Basic and Bearer, one header each.");
    let headers = &mut denied.headers;
    headers.insert("WWW-Authenticate".to_owned(), challenge.into());
    let bad = "The query or the path cannot be read: a parameter is there twice or is not the \
        whole number it must be, or the path is not UTF-8.";
    let nothing = "There are no such figures; a page says so.";
    routes
        .shared_type::<ErrorAnswer>()
        .shared_response("GetOnly", other_method)
        .shared_response("NoReader", denied)
        .shared_response("BadAddress", plain(bad))
        .shared_response("NoSuchPage", text("text/html", nothing))
        .shared_response(
            "NoSuchFigures",
            json::<ErrorAnswer>("application/json", "There are no such figures."),
        )
        .shared_response("Broken", plain("The service failed; the body says why."))
}

/// A response that may also be text of this media type.
pub(super) fn or_text(mut response: Response, media_type: &str) -> Response {
    let text = Content::new(Some(String::schema()));
    response.content.insert(media_type.to_owned(), text.into());
    response
}

fn header(description: &str) -> Header {
    HeaderBuilder::new()
        .schema(Some(String::schema()))
        .description(Some(description))
        .build()
}
