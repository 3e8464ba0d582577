//! `openapi.json` against the routes there are, `asyncapi.json` against the topics there are.

mod answers;
mod explanation;
mod made_up;
mod secr;

use std::collections::{BTreeMap, BTreeSet};

use events::{EventType, Rule, Topic};
use serde_json::{Value, json};

use super::{folder, json};

const INGEST: u16 = 8080;
const PUBLISH: u16 = 8082;

/// Method, path and port of every route `openapi.json` describes.
pub fn paths_of_openapi() -> BTreeSet<(String, String, u16)> {
    let openapi = json(&folder().join("openapi.json"));
    let mut routes = BTreeSet::new();
    for (path, item) in fields(&openapi["paths"]) {
        let servers = item["servers"]
            .as_array()
            .expect("a path names its servers");
        let ports = servers.iter().map(|server| {
            let url = server["url"].as_str().unwrap_or_default();
            let port = url.rsplit_once(':').and_then(|(_, port)| port.parse().ok());
            port.unwrap_or_else(|| panic!("{path}: no port in {url:?}"))
        });
        for port in ports {
            for method in ["get", "put", "post", "delete", "patch", "head", "options"] {
                if item.get(method).is_some() {
                    routes.insert((method.to_uppercase(), path.clone(), port));
                }
            }
        }
    }
    routes
}

fn check_routes(port: u16, routes: &[(&str, &str)]) {
    let described: BTreeSet<_> = paths_of_openapi()
        .into_iter()
        .filter(|(_, _, at)| *at == port)
        .map(|(method, path, _)| (method, path))
        .collect();
    let there: BTreeSet<_> = routes
        .iter()
        .map(|(method, path)| (method.to_string(), path.to_string()))
        .collect();
    let missing: Vec<_> = there.difference(&described).collect();
    let invented: Vec<_> = described.difference(&there).collect();
    assert!(
        missing.is_empty() && invented.is_empty(),
        "openapi.json, port {port}: not described {missing:?}; described, but not there {invented:?}"
    );
}

#[test]
fn openapi_describes_every_route_of_ingest_and_no_other() {
    check_routes(INGEST, ingest::ROUTES);
}

#[test]
fn openapi_describes_every_route_of_publish_and_no_other() {
    check_routes(PUBLISH, publish::ROUTES);
}

/// What is sent in always needs a token, and so does being told what was rejected of it; figures may be had without where
/// publish is told so; health needs none.
#[test]
fn openapi_says_what_needs_a_token() {
    let openapi = json(&folder().join("openapi.json"));
    for (path, item) in fields(&openapi["paths"]) {
        for (method, operation) in fields(item).iter().filter(|(_, it)| it.is_object()) {
            let is_health = ["/healthz", "/readyz"].contains(&path.as_str());
            let wanted = match method.as_str() {
                "post" => json!([{ "token": [] }]),
                _ if path == "/v1/rejected" => json!([{ "token": [] }]),
                _ if is_health => Value::Null,
                _ => json!([{}, { "reader": [] }, { "password": [] }]),
            };
            assert_eq!(operation["security"], wanted, "{method} {path}");
            let may_be_denied = !operation["responses"]["401"].is_null();
            assert_eq!(may_be_denied, !is_health, "{method} {path}");
        }
    }
}

#[test]
fn openapi_names_every_rule() {
    let openapi = json(&folder().join("openapi.json"));
    let described =
        strings(&openapi["components"]["schemas"]["Refusal"]["properties"]["rule"]["enum"]);
    let unknown = serde_json::from_str::<Rule>("\"no such rule\"").expect_err("no such rule");
    assert_eq!(described, variants(unknown));
}

#[test]
fn every_reference_of_the_apis_leads_somewhere() {
    for file in ["openapi.json", "asyncapi.json"] {
        let whole = json(&folder().join(file));
        let mut references = BTreeSet::new();
        gather(&whole, &mut references);
        for reference in references {
            let (path, pointer) = reference.split_once('#').unwrap_or((&reference, ""));
            let target = match path {
                "" => whole.clone(),
                path => json(&folder().join(path)),
            };
            assert!(
                target.pointer(pointer).is_some(),
                "{file}: {reference} leads nowhere"
            );
        }
    }
}

#[test]
fn asyncapi_describes_every_topic_with_the_types_it_carries() {
    let asyncapi = json(&folder().join("asyncapi.json"));
    let described: BTreeMap<String, BTreeSet<String>> = fields(&asyncapi["channels"])
        .iter()
        .map(|(name, channel)| {
            assert_eq!(channel["address"], name.as_str(), "the address of {name}");
            let messages = fields(&channel["messages"]).keys().cloned();
            (name.clone(), messages.collect())
        })
        .collect();
    let mut there: BTreeMap<String, BTreeSet<String>> = [
        (Topic::Footprints, "footprint"),
        (Topic::Rejected, "rejected"),
    ]
    .map(|(topic, message)| (topic.name().to_owned(), [message.to_owned()].into()))
    .into();
    for topic in Topic::LEDGER {
        let carried = EventType::ALL
            .into_iter()
            .filter(|kind| Topic::of(*kind) == topic);
        let carried = carried.map(|kind| kind.as_str().to_owned()).collect();
        there.insert(topic.name().to_owned(), carried);
    }
    assert_eq!(described, there);

    for kind in EventType::ALL.map(EventType::as_str) {
        let payload = &asyncapi["components"]["messages"][kind]["payload"]["schema"]["$ref"];
        assert_eq!(
            payload,
            &format!("./events/{kind}.json#/properties/data"),
            "{kind}"
        );
    }
}

/// What serde expected instead: it lists the variants it knows, the only list of them that cannot fall behind.
fn variants(unknown: serde_json::Error) -> BTreeSet<String> {
    let message = unknown.to_string();
    let (_, known) = message
        .split_once("expected")
        .expect("the variants there are");
    let names = known.split('`').skip(1).step_by(2);
    names.map(str::to_owned).collect()
}

fn fields(value: &Value) -> &serde_json::Map<String, Value> {
    value.as_object().expect("an object")
}

fn strings(value: &Value) -> BTreeSet<String> {
    let items = value.as_array().expect("an array").iter();
    items.filter_map(Value::as_str).map(str::to_owned).collect()
}

fn gather(value: &Value, into: &mut BTreeSet<String>) {
    match value {
        Value::Object(object) => {
            if let Some(reference) = object.get("$ref").and_then(Value::as_str) {
                into.insert(reference.to_owned());
            }
            object.values().for_each(|value| gather(value, into));
        }
        Value::Array(items) => items.iter().for_each(|value| gather(value, into)),
        _ => {}
    }
}
