//! What the API answers, compared with `schemas/openapi.json`, and the examples that stand there.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use jsonschema::Validator;
use serde_json::{Value, json};

use super::estate::{Estate, Trusts};
use super::readers;
use super::requests::{paths, requests};
use super::served::{Answer, Served};

/// The operations, each with a request that fills most of its answer.
const EXAMPLES: [(&str, &str); 10] = [
    ("trusts", "/api/v1/trusts"),
    ("trust", "/api/v1/trusts/birch?period=2024-25"),
    (
        "scoreboard",
        "/api/v1/trusts/birch/scoreboard?period=2024-25",
    ),
    ("secr", "/api/v1/trusts/birch/secr?period=2024-25"),
    ("schools", "/api/v1/schools?period=2024-25&trust=birch"),
    ("school", "/api/v1/schools/900021"),
    ("halfHours", "/api/v1/schools/900021/half-hours?days=1"),
    (
        "gridIntensity",
        "/api/v1/schools/900021/grid-intensity?month=2025-03",
    ),
    (
        "explain",
        "/api/v1/schools/900021/explain?period=2024-25&figure=electricity&meter=serial:b1-electricity&day=2025-03-06",
    ),
    ("metricsTargets", "/metrics/targets"),
];

fn schemas() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../schemas")
}

/// An answer in JSON; none if it is text.
fn body(answer: &Answer) -> Option<Value> {
    let is_json = answer.content.contains("content-type: application/json");
    let body = answer.content.lines().last().unwrap_or_default();
    is_json.then(|| serde_json::from_str(body).unwrap())
}

/// The validator of the answer to a route with some status.
fn validator(openapi: &Value, route: &str, status: u16) -> Validator {
    let response = &openapi["paths"][route]["get"]["responses"][status.to_string()];
    let response = match response["$ref"].as_str() {
        Some(to) => openapi.pointer(to.trim_start_matches('#')).unwrap(),
        None => response,
    };
    let mut schemas = openapi["components"]["schemas"].clone();
    // It refers to other files.
    schemas.as_object_mut().unwrap().remove("Event");
    let schema = &response["content"]["application/json"]["schema"];
    assert!(schema.is_object(), "{route}: {status} is not described");
    let schema = json!({ "components": { "schemas": schemas }, "allOf": [schema] });
    let options = jsonschema::draft202012::options().should_validate_formats(true);
    options.build(&schema).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_answer_of_the_api_is_as_openapi_describes_it() {
    let openapi = std::fs::read_to_string(schemas().join("openapi.json")).unwrap();
    let openapi: Value = serde_json::from_str(&openapi).unwrap();
    let served = Served::start(Estate::of(Trusts::Both).await, &readers()).await;
    let mut validators: BTreeMap<(String, u16), Validator> = BTreeMap::new();
    for route in paths() {
        let answers = &openapi["paths"][&route]["get"]["responses"]["200"]["content"];
        if answers["application/json"].is_null() {
            continue;
        }
        for path in requests(&route) {
            for token in ["all-operator", "birch-reader", "wrong"] {
                let answer = served.ask(token, &path).await;
                let Some(value) = body(&answer) else { continue };
                let key = (route.clone(), answer.status);
                let validator = validators
                    .entry(key)
                    .or_insert_with(|| validator(&openapi, &route, answer.status));
                if let Some(why) = validator.iter_errors(&value).next() {
                    panic!("{path}: {}: {why}\n{value:#}", why.instance_path());
                }
            }
        }
    }
    assert!(validators.len() >= 20, "{:?}", validators.keys());
}

/// The answer with the first item of every list alone.
fn shortened(answer: Value) -> Value {
    match answer {
        Value::Array(items) => items.into_iter().take(1).map(shortened).collect(),
        Value::Object(fields) => fields
            .into_iter()
            .map(|(name, value)| (name, shortened(value)))
            .collect(),
        other => other,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_examples_are_what_the_api_answers() {
    let served = Served::start(Estate::of(Trusts::Both).await, &readers()).await;
    for (operation, path) in EXAMPLES {
        let answer = served.ask("all-operator", path).await;
        assert_eq!(answer.status, 200, "{}", answer.content);
        let example = shortened(body(&answer).unwrap());
        let text = serde_json::to_string_pretty(&example).unwrap() + "\n";
        let file = schemas().join(format!("answers/{operation}.200.json"));
        if std::env::var_os("UPDATE_SCHEMAS").is_some() {
            std::fs::write(&file, &text).unwrap();
        }
        let same = std::fs::read_to_string(&file).is_ok_and(|there| there == text);
        assert!(
            same,
            "{file:?} is not what {path} answers: `just schemas` rewrites it"
        );
    }
}
