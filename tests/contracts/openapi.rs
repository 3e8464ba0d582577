//! `openapi.json`: generated from the routes and types of the services, and compared with their answers.

mod finish;

use std::path::PathBuf;

use jsonschema::Validator;
use serde_json::{Value, json};
use utoipa::openapi::security::{Http, HttpAuthScheme, SecurityScheme};
use utoipa::openapi::{
    Components, InfoBuilder, License, OpenApi, PathItem, RefOr, Response, ServerBuilder, Tag,
};

use super::{by_schema, folder, json, none, text};

/// A service, and the port that it listens on by default.
struct Service {
    name: &'static str,
    description: &'static str,
    port: u16,
    openapi: fn() -> OpenApi,
}

const SERVICES: [Service; 2] = [
    Service {
        name: "publish",
        description: "Figures, for readers.",
        port: 8082,
        openapi: publish::openapi,
    },
    Service {
        name: "ingest",
        description: "Events, from senders.",
        port: 8080,
        openapi: ingest::openapi,
    },
];

/// How a token is sent, by the name of the scheme.
const TOKENS: [(&str, HttpAuthScheme, &str); 3] = [
    (
        "token",
        HttpAuthScheme::Bearer,
        "A token that names its sender and the schools and meters that the sender may send for.",
    ),
    (
        "reader",
        HttpAuthScheme::Bearer,
        "A reader's token of publish, where [access] of its configuration asks for one: it names \
         a trust, some schools or everything. Figures that it does not cover are answered like \
         figures that do not exist.",
    ),
    (
        "password",
        HttpAuthScheme::Basic,
        "The same token as the password of any user name, for browsers and Prometheus.",
    ),
];

/// The expected file.
fn generated() -> String {
    let mut whole = OpenApi::default();
    whole.info = InfoBuilder::new()
        .title("Greenledger")
        .version("1.0.0")
        .description(Some(
            "Ingest takes events in; publish shows the figures. Each path names the services \
             that answer it.",
        ))
        .license(Some(license()))
        .build();
    whole.json_schema_dialect = Some("https://json-schema.org/draft/2020-12/schema".to_owned());
    let mut health = Tag::new("health");
    health.description = Some("For operators, Prometheus and process supervisors.".to_owned());
    whole.tags = Some(vec![health]);
    let mut components = Components::default();
    for (name, scheme, description) in TOKENS {
        let mut http = Http::new(scheme);
        http.description = Some(description.to_owned());
        components.add_security_scheme(name, SecurityScheme::Http(http));
    }
    whole.components = Some(components);
    for service in SERVICES {
        let mut tag = Tag::new(service.name);
        tag.description = Some(service.description.to_owned());
        whole.tags.get_or_insert_default().push(tag);
        let server = ServerBuilder::new()
            .url(format!("http://localhost:{}", service.port))
            .description(Some(service.name))
            .build();
        let mut openapi = (service.openapi)();
        // For a path that both services answer, the description added first stays: publish's, which is more detailed.
        for (path, item) in &mut openapi.paths.paths {
            let described = whole.paths.paths.get_mut(path);
            let item: &mut PathItem = described.unwrap_or(item);
            item.servers.get_or_insert_default().push(server.clone());
        }
        whole.merge(openapi);
    }
    let components = whole.components.get_or_insert_default();
    finish::finish(&mut components.schemas);
    for (name, response) in &mut components.responses {
        show(name, response);
    }
    for item in whole.paths.paths.values_mut() {
        for operation in [&mut item.get, &mut item.post].into_iter().flatten() {
            let id = operation.operation_id.clone().unwrap_or_default();
            for (status, response) in &mut operation.responses.responses {
                show(&format!("{id}.{status}"), response);
            }
        }
    }
    whole.to_pretty_json().expect("OpenAPI as JSON") + "\n"
}

fn license() -> License {
    let mut license = License::new("Apache-2.0");
    license.identifier = Some("Apache-2.0".to_owned());
    license
}

/// Where the example of an answer is: the answer's own name if routes share it, else the operation's id and the status.
fn example_of(answer: &str) -> PathBuf {
    folder().join(format!("answers/{answer}.json"))
}

/// Puts the example of an answer into its description.
fn show(answer: &str, response: &mut RefOr<Response>) {
    let (RefOr::T(response), path) = (response, example_of(answer)) else {
        return;
    };
    for (media_type, content) in &mut response.content {
        if let RefOr::T(content) = content
            && media_type.ends_with("json")
        {
            content.example = Some(json(&path));
        }
    }
}

#[test]
fn the_file_matches_the_routes_and_types() {
    let (path, made) = (folder().join("openapi.json"), generated());
    if std::env::var_os("UPDATE_SCHEMAS").is_some() {
        std::fs::write(&path, &made).expect("the file can be written");
    }
    let same = text(&path) == made;
    assert!(
        same,
        "schemas/openapi.json is not what the routes and types make: `just schemas` rewrites it"
    );
}

#[test]
fn every_schema_is_valid_and_every_field_described() {
    let openapi = json(&folder().join("openapi.json"));
    let mut findings = Vec::new();
    for (name, schema) in super::apis::fields(&openapi["components"]["schemas"]) {
        if let Err(why) = jsonschema::draft202012::meta::validate(schema) {
            findings.push(format!("{name} is not a schema: {why}"));
        }
        super::schemas::walk(schema, name, &mut findings);
    }
    none(findings);
}

#[test]
fn every_example_fits_its_schema() {
    let openapi = json(&folder().join("openapi.json"));
    let mut findings = Vec::new();
    examples(&openapi, &openapi, "", &mut findings);
    none(findings);
}

fn examples(openapi: &Value, value: &Value, place: &str, findings: &mut Vec<String>) {
    if let (Some(schema), Some(example)) = (value.get("schema"), value.get("example"))
        && let Err(why) = by_schema(&validator(openapi, schema), &example.to_string())
    {
        findings.push(format!("{place}: {why}"));
    }
    match value {
        Value::Object(fields) => fields
            .iter()
            .filter(|(name, _)| *name != "example")
            .for_each(|(name, inner)| {
                examples(openapi, inner, &format!("{place}/{name}"), findings)
            }),
        Value::Array(items) => items
            .iter()
            .for_each(|inner| examples(openapi, inner, place, findings)),
        _ => {}
    }
}

fn validator(openapi: &Value, schema: &Value) -> Validator {
    let schemas = &openapi["components"]["schemas"];
    let mut schema = json!({ "components": { "schemas": schemas }, "allOf": [schema] });
    take_in_events(&mut schema);
    jsonschema::draft202012::options()
        .should_validate_formats(true)
        .build(&schema)
        .unwrap_or_else(|why| panic!("a schema cannot be used: {why}"))
}

/// Puts the schemas of events, which are in other files, where they are referred to.
fn take_in_events(schema: &mut Value) {
    let reference = schema.get("$ref").and_then(Value::as_str);
    if let Some(file) = reference.and_then(|reference| reference.strip_prefix("./")) {
        let (file, pointer) = file.split_once('#').unwrap_or((file, ""));
        let whole = json(&folder().join(file));
        let mut part = whole.pointer(pointer).cloned().unwrap_or_default();
        // A schema inside another has no address of its own.
        if let Some(fields) = part.as_object_mut() {
            fields.remove("$id");
        }
        *schema = part;
        return;
    }
    match schema {
        Value::Object(fields) => fields.values_mut().for_each(take_in_events),
        Value::Array(items) => items.iter_mut().for_each(take_in_events),
        _ => {}
    }
}

/// Fails unless a value fits a schema of the file.
pub fn check_component(name: &str, value: &Value) {
    let openapi = json(&folder().join("openapi.json"));
    let schema = json!({ "$ref": format!("#/components/schemas/{name}") });
    by_schema(&validator(&openapi, &schema), &value.to_string())
        .unwrap_or_else(|why| panic!("{name}: {why}\n{value:#}"));
}

/// Fails unless an answer is one that the file describes.
pub fn check_answer(method: &str, path: &str, status: u16, answer: &Value) {
    let openapi = json(&folder().join("openapi.json"));
    let response = &openapi["paths"][path][method]["responses"][status.to_string()];
    let response = match response["$ref"]
        .as_str()
        .and_then(|to| to.strip_prefix('#'))
    {
        Some(to) => openapi.pointer(to).unwrap_or(&Value::Null),
        None => response,
    };
    let content = response["content"].as_object();
    let json = content.and_then(|types| types.iter().find(|(name, _)| name.ends_with("json")));
    let (_, content) = json.unwrap_or_else(|| panic!("{method} {path}: {status} is not described"));
    by_schema(
        &validator(&openapi, &content["schema"]),
        &answer.to_string(),
    )
    .unwrap_or_else(|why| panic!("{method} {path}: {status}: {why}\n{answer:#}"));
}
