//! The description of `POST /v1/services/{name}`.

use chassis::Endpoint;
use utoipa::openapi::path::{Parameter, ParameterBuilder, ParameterIn};
use utoipa::openapi::request_body::{RequestBody, RequestBodyBuilder};
use utoipa::openapi::schema::{ObjectBuilder, Type};
use utoipa::openapi::{Content, Required};

use super::{as_token, content_encoding, header, taken, text, time};
use crate::http::headers::PAYLOAD_TYPES;

/// `POST /v1/services/{name}`
pub(crate) fn post_payload() -> Endpoint {
    let description = "Takes what a service answers in JSON, as it came: half-hours of n3rgy, Octopus, Perse, \
        SolarEdge or Rbee, a receipt of waste as DEFRA's Digital Waste Tracking takes it, or messages of \
        Hildebrand Glow with reads of registers, one or an array of them. Half-hours are read \
        by the rules of files, and each meter-day becomes an event in the same way; the items of a receipt become \
        `waste.collected.v1`. Each refusal points into the payload. What the payload does not say stands in the \
        address, and other parameters than those of the service are refused: docs/services.md lists them. Counts \
        are of half-hours, of days where a row holds a day, of events, or of messages. An ingest that keeps no last reads \
        of registers answers 404 to services that send them.";
    let name = ParameterBuilder::new()
        .name("name")
        .parameter_in(ParameterIn::Path)
        .required(Required::True)
        .description(Some(
            "The name of the service: n3rgy-v1, n3rgy-v2, octopus, perse, solaredge, rbee, glow, \
             defra-waste-receipt, or one that the installation describes.",
        ))
        .schema(Some(ObjectBuilder::new().schema_type(Type::String)));
    let endpoint = Endpoint::new("postPayload", "Send a service's payload", description);
    let stated = [
        (
            "meter",
            "The meter, such as mpan:2200012767323, where the payload does not name it.",
        ),
        (
            "unit",
            "The unit of the values, such as kWh or m3, where the payload does not say it.",
        ),
        (
            "production",
            "The generation meter of a payload with several meters.",
        ),
        ("feed-in", "The meter of what SolarEdge counts as fed in."),
        (
            "purchased",
            "The meter of what SolarEdge counts as purchased.",
        ),
        (
            "import",
            "The meter of what Rbee counts on its first input.",
        ),
        (
            "import-2",
            "The meter of what Rbee counts on its second input.",
        ),
        ("export", "The meter of what Rbee counts as going out."),
        ("school", "The school of a receipt of waste, by its URN."),
        ("tracking-id", "The tracking id of a receipt of waste."),
    ];
    let endpoint = stated
        .into_iter()
        .fold(endpoint.parameter(name), |endpoint, (name, description)| {
            endpoint.parameter(query(name, description))
        });
    let issued = "When the payload was issued, RFC 3339 with an offset: of two payloads about the \
        same meter-day the later one counts, and a corrected receipt needs it. Without it the \
        time counts that the payload states, or else the end of its latest half-hour, or the \
        receipt's own time.";
    let endpoint = endpoint
        .parameter(header("X-Issued", issued, time()))
        .parameter(as_token())
        .parameter(content_encoding())
        .body(payload());
    taken(endpoint).shared(404, "UnknownService")
}

fn query(name: &str, description: &str) -> Parameter {
    ParameterBuilder::new()
        .name(name)
        .parameter_in(ParameterIn::Query)
        .required(Required::False)
        .description(Some(description))
        .schema(Some(text()))
        .build()
}

fn payload() -> RequestBody {
    let body = RequestBodyBuilder::new()
        .required(Some(Required::True))
        .description(Some("JSON in UTF-8, as the service answered it."));
    let any = || Content::new(Some(ObjectBuilder::new().schema_type(Type::Object)));
    let body = PAYLOAD_TYPES
        .into_iter()
        .fold(body, |body, media_type| body.content(media_type, any()));
    body.build()
}
