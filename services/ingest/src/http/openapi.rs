//! What OpenAPI says about the routes: their parameters, bodies and answers.

mod answers;
mod services;

use chassis::Endpoint;
use events::EventType;
use utoipa::PartialSchema;
use utoipa::openapi::path::{Operation, Parameter, ParameterBuilder, ParameterIn};
use utoipa::openapi::request_body::{RequestBody, RequestBodyBuilder};
use utoipa::openapi::schema::{
    AnyOfBuilder, ArrayBuilder, ObjectBuilder, OneOfBuilder, Schema, SchemaFormat, Type,
};
use utoipa::openapi::security::SecurityRequirement;
use utoipa::openapi::{Content, KnownFormat, Ref, RefOr, Required};

use super::dry_run::{DryRun, FileQuery};
use super::headers::{AS_TOKEN, FILE_TYPES, PART_OF};
use super::rejected::RejectedQuery;
use super::response::Receipt;
use crate::admission::listed::Listed as Registered;
use crate::rejected::list::Listed;

pub(crate) use answers::shared;
pub(super) use services::post_payload;

/// What holds for every route: all need a token.
pub(crate) fn with_token(operation: &mut Operation) {
    operation.tags = Some(vec!["ingest".to_owned()]);
    operation.security = Some(vec![SecurityRequirement::new::<_, _, String>("token", [])]);
    let responses = &mut operation.responses.responses;
    for (status, name) in [
        ("401", "Unauthorised"),
        ("403", "Forbidden"),
        ("405", "OtherMethod"),
        ("429", "Busy"),
        ("503", "Unavailable"),
    ] {
        responses.insert(status.to_owned(), Ref::from_response_name(name).into());
    }
}

/// The description of `POST /v1/events`.
pub(crate) fn post_events() -> Endpoint {
    let description = "Takes one CloudEvent in structured or binary mode, a batch, or one event \
        per line. Each event is judged by itself: good ones are kept even if others are refused. \
        Sending an event again (same source and id, same content) adds nothing, so a sender that \
        got no answer sends it again. One request holds at most 10,000 events with at most \
        200,000 meter-days, unless configured otherwise; one event has at most 1 MiB.";
    let endpoint = Endpoint::new("postEvents", "Send events", description)
        .parameter(as_token())
        .parameter(content_encoding());
    let binary = [
        ("ce-specversion", "The version of CloudEvents, 1.0.", text()),
        ("ce-id", "The event's id, unique within its source.", text()),
        ("ce-source", "The source that issued the event.", text()),
        (
            "ce-type",
            "The type of the event.",
            Ref::from_schema_name("EventType").into(),
        ),
        (
            "ce-time",
            "When the source issued it, RFC 3339 with an offset.",
            time(),
        ),
        (
            "ce-subject",
            "The school's Unique Reference Number; needed for every type except \
             meter.readings.v1, meter.readings.withdrawn.v1 and grid.intensity.v1.",
            Ref::from_schema_name("Urn").into(),
        ),
    ];
    let endpoint = binary
        .into_iter()
        .fold(endpoint, |endpoint, (name, description, schema)| {
            endpoint.parameter(header(
                name,
                &format!("{description} Binary mode only."),
                schema,
            ))
        });
    taken(endpoint.body(events()))
}

/// The description of `POST /v1/files/{format}`.
pub(crate) fn post_file() -> Endpoint {
    let description = format!(
        "Takes a file in the format named: half-hours, collections of waste, a travel survey or \
         initiatives. {ABOUT_FILES}"
    );
    let format = ParameterBuilder::new()
        .name("format")
        .parameter_in(ParameterIn::Path)
        .required(Required::True)
        .description(Some(
            "The name of the format: `greenledger formats list` lists those that are shipped, \
             and an installation may have others.",
        ))
        .schema(Some(ObjectBuilder::new().schema_type(Type::String)));
    let endpoint = Endpoint::new("postFile", "Send a supplier's file", &description);
    of_a_file(endpoint.parameter(format)).shared(404, "UnknownFormat")
}

/// `POST /v1/files`
pub(super) fn post_any_file() -> Endpoint {
    let description = format!(
        "Takes a file of half-hours, collections of waste, a travel survey or initiatives; its \
         header says which format it has. A header that fits none, or fits several, is refused with the nearest or with all of \
         them. {ABOUT_FILES}"
    );
    of_a_file(Endpoint::new(
        "postAnyFile",
        "Send a supplier's file of any known format",
        &description,
    ))
}

const ABOUT_FILES: &str = "Every meter-day, \
        collection, survey or initiative becomes an event. Its source is \
        `urn:greenledger:file:` and the format. The id of a meter-day is the first 16 \
        hexadecimal digits of the file's SHA-256, the line of its first row and the first 8 \
        digits of the SHA-256 of what was read, so the same file again adds nothing, unless its \
        meter's registration now has it read otherwise. The id of an event about a school is the \
        reference in its row, or made of its school, its day and what it is about: with a later \
        time of issue, a corrected file overrules what came before. Counts are of rows \
        below the header. An impossible value makes its half-hour missing and is named in a note; only a row without \
        a meter, a day or any value is refused. A dash, NULL, n/a and the like mean that nothing \
        was measured. All rows together decide whether days are written day-first or \
        month-first, and whether half-hours run oldest or newest first; a file with days in both \
        orders is refused as a whole, with the lines that contradict each other.";

fn of_a_file(endpoint: Endpoint) -> Endpoint {
    let issued = "When the supplier issued the file, RFC 3339 with an offset: of two files about \
        the same meter-day the later one counts. Without it Last-Modified is used, and without \
        that the end of the latest half-hour in the file. The same file with another time of \
        issue makes other events. A file that says it was issued more than a day before its last \
        half-hour is refused.";
    let modified = "The same, as HTTP writes it; ignored beside X-Issued, or if it cannot be read.";
    let part = "For a part of a large file: a JSON object with the `sha256` of the whole file in \
        hexadecimal, which names the events; `table`, its name in a workbook or an archive, and \
        `lines_before`, the lines of the tables before it; `day_order`, `day-first` or \
        `month-first`, as all rows of the table settle it; and `latest`, the end of its latest \
        half-hour that is over. All but `sha256` may be left out. The body is CSV: the header, \
        and all rows of some meters, in their order. A row of the character U+001E and a number \
        says which line of the whole table the next row is. `greenledger import` cuts files so.";
    let endpoint = endpoint
        .query::<FileQuery>()
        .json::<DryRun>(
            200,
            "The answer to a dry run: what would be kept. Nothing is.",
        )
        .parameter(header("X-Issued", issued, time()))
        .parameter(header(PART_OF, part, text()))
        .parameter(header("Last-Modified", modified, text()))
        .parameter(as_token())
        .parameter(content_encoding())
        .body(file());
    taken(endpoint)
}

/// The description of `POST /v1/grid`.
pub(super) fn post_grid() -> Endpoint {
    let description = "Takes an answer of NESO's Carbon Intensity API as it came: half-hours of \
        Great Britain, of one region or of all regions, forecast and actual. Needs a token with \
        `may_send_grid = true`. The half-hours become an event `grid.intensity.v1` for each region \
        and day in UTC, whose id is the first 16 hexadecimal digits of the body's SHA-256, the \
        region and the day. Counts are of half-hours: one that cannot be is refused, and the others \
        are kept. Intensities say when a school's electricity is dirtiest and are in no figure.";
    let issued = "When the answer was fetched, RFC 3339 with an offset: of two values for the same \
        half-hour the one issued later counts, and an actual one before a forecast. Without it the \
        time at which it is received.";
    let body = ObjectBuilder::new()
        .schema_type(Type::Object)
        .property(
            "data",
            ObjectBuilder::new().description(Some("The half-hours, as the API answers them.")),
        )
        .required("data")
        .description(Some("An answer of the Carbon Intensity API."));
    let body = RequestBodyBuilder::new()
        .required(Some(Required::True))
        .content("application/json", Content::new(Some(Schema::from(body))));
    let endpoint = Endpoint::new(
        "postGrid",
        "Send the carbon intensity of the grid",
        description,
    )
    .parameter(header("X-Issued", issued, time()))
    .parameter(as_token())
    .parameter(content_encoding())
    .body(body.build());
    taken(endpoint)
}

/// The description of `GET /v1/rejected`.
pub(crate) fn get_rejected() -> Endpoint {
    let description = "Lists the rejections of what came with this token, the newest first: \
        events that ingest refused, single values of events it accepted (their id ends with \
        `#values`), rows of files, and events that the ledger put aside later. Rejections that \
        were accepted since are marked as long as the topic remembers them. Ingest knows the \
        newest 1,000 of each token, and of all tokens together those that fit into 64 MiB; the \
        topic `rejected` has all. Rejections from while the broker was away are listed once it \
        is back.";
    Endpoint::new("getRejected", "The rejections of what I sent", description)
        .query::<RejectedQuery>()
        .parameter(as_token())
        .json::<Listed>(200, "The rejections; an empty list if there are none.")
        .shared(400, "UnreadableParameter")
}

/// The description of `GET /upload`.
pub(crate) fn upload_page() -> Endpoint {
    let description = "A page for people: it takes a file and a token, shows by a dry run what \
        would be kept of the file and what not, sends it through `POST /v1/files`, and lists what \
        was rejected of the token lately. The page itself needs no token and holds no data.";
    page("uploadPage", "The page to send a file by hand", description)
}

/// The description of `GET /survey`.
pub(crate) fn survey_page() -> Endpoint {
    let description = "A page for people: a form for the counts of a hands-up travel survey, \
        which it sends with a token as `travel.surveyed.v1` through `POST /v1/events`. The query \
        may fill in `urn`, `group`, `audience` and `date`.";
    page("surveyPage", "The form for a travel survey", description)
}

fn page(id: &str, summary: &str, description: &str) -> Endpoint {
    Endpoint::new(id, summary, description)
        .tag("ingest")
        .text(200, "text/html", "The page.")
        .shared(405, "OtherMethod")
}

/// The description of `GET /v1/register`.
pub(crate) fn get_register() -> Endpoint {
    let description = "Lists the schools and meters that this token covers, as they are registered \
        now: every registration that this service has accepted is in it. A token of trusts sees a \
        school as its trusts registered it, and the registrations of meters that count on days \
        with them. It is what `greenledger register diff` compares files with.";
    Endpoint::new("getRegister", "What is registered", description)
        .json::<Registered>(200, "The register; empty lists if there is nothing in it.")
}

/// The answers to what is sent in.
fn taken(endpoint: Endpoint) -> Endpoint {
    let kept = "Kept: the accepted part is in the log and survives a restart. Some events or \
        rows may have been refused; each refusal names the field, the rule and how to fix it. \
        Also the answer to a request without any, such as an empty batch.";
    let endpoint = endpoint.json::<Receipt>(202, kept);
    [
        (400, "Unreadable"),
        (408, "CutOff"),
        (413, "TooLarge"),
        (415, "UnsupportedType"),
        (422, "NothingTaken"),
        (500, "Failed"),
    ]
    .into_iter()
    .fold(endpoint, |endpoint, (status, name)| {
        endpoint.shared(status, name)
    })
}

fn as_token() -> Parameter {
    let description = "The name of the token by whose authority, as it is configured now, the \
        request is judged; events are recorded as that token's. A token may name itself; only \
        one with `operator = true` may name another. Everything is refused as `out-of-scope` if \
        the named token is not configured.";
    let name = ObjectBuilder::new()
        .schema_type(Type::String)
        .pattern(Some("^[A-Za-z0-9_.-]{1,64}$"));
    header(AS_TOKEN, description, Schema::from(name).into())
}

fn content_encoding() -> Parameter {
    let names = ObjectBuilder::new()
        .schema_type(Type::String)
        .enum_values(Some(["gzip", "x-gzip", "identity"]));
    header(
        "Content-Encoding",
        "gzip if the body is compressed.",
        Schema::from(names).into(),
    )
}

fn header(name: &str, description: &str, schema: RefOr<Schema>) -> Parameter {
    ParameterBuilder::new()
        .name(name)
        .parameter_in(ParameterIn::Header)
        .required(Required::False)
        .description(Some(description))
        .schema(Some(schema))
        .build()
}

fn text() -> RefOr<Schema> {
    String::schema()
}

fn time() -> RefOr<Schema> {
    let time = ObjectBuilder::new()
        .schema_type(Type::String)
        .format(Some(SchemaFormat::KnownFormat(KnownFormat::DateTime)));
    Schema::from(time).into()
}

/// The schema of an event, or of its data, in the folder `schemas/events`.
fn event_file(kind: EventType, part: &str) -> Ref {
    Ref::new(format!("./events/{}.json{part}", kind.as_str()))
}

/// A structured CloudEvent.
pub(super) fn event() -> Schema {
    let all = EventType::ALL.into_iter();
    let one = all.fold(OneOfBuilder::new(), |one, kind| {
        one.item(event_file(kind, ""))
    });
    one.description(Some("A structured CloudEvent of one of these types."))
        .into()
}

fn events() -> RequestBody {
    let all = EventType::ALL.into_iter();
    let any = AnyOfBuilder::new().description(Some(
        "Binary mode: the body is the data alone; the attributes are in the headers ce-*, at \
         least ce-id or ce-specversion.",
    ));
    let data = all.fold(any, |any, kind| {
        any.item(event_file(kind, "#/properties/data"))
    });
    let event = || Ref::from_schema_name("Event");
    let lines = || {
        let lines = ObjectBuilder::new().schema_type(Type::String);
        lines.description(Some("One structured CloudEvent per line."))
    };
    RequestBodyBuilder::new()
        .required(Some(Required::True))
        .content("application/cloudevents+json", Content::new(Some(event())))
        .content("application/json", Content::new(Some(Schema::from(data))))
        .content(
            "application/cloudevents-batch+json",
            Content::new(Some(Schema::from(ArrayBuilder::new().items(event())))),
        )
        .content(
            "application/x-ndjson",
            Content::new(Some(Schema::from(lines()))),
        )
        .content(
            "application/ndjson",
            Content::new(Some(Schema::from(lines()))),
        )
        .build()
}

fn file() -> RequestBody {
    let body = RequestBodyBuilder::new().required(Some(Required::True)).description(Some(
        "CSV or TSV in any usual encoding, a workbook (XLSX), a ZIP or gzip of these, or an e-mail \
         with them attached; at most 200,000 meter-days unless configured otherwise. A body without \
         a content type is accepted, too.",
    ));
    let body = FILE_TYPES.into_iter().fold(body, |body, media_type| {
        body.content(media_type, Content::new(Some(text())))
    });
    body.build()
}
