//! The messages in Kafka fit the schemas of `asyncapi.json`.

use std::collections::BTreeSet;

use events::{
    Audience, EvidenceKind, EvidenceStatus, Fuel, InitiativeKind, Mode, Phase, Refusal,
    RejectedEvent, Rule, StarsLevel,
};
use footprint::fixtures::every_field::{full, least};
use footprint::{Block, Footprint, Verdict, YearRule};
use jsonschema::Validator;
use serde_json::{Value, json, to_value};

use super::super::schemas::walk;
use super::super::{by_schema, folder, json, none};
use super::{fields, strings};

fn payload(message: &str) -> Validator {
    let asyncapi = json(&folder().join("asyncapi.json"));
    let payload = &asyncapi["components"]["messages"][message]["payload"];
    assert!(payload.is_object(), "{message} has no payload");
    let schema = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "components": { "schemas": asyncapi["components"]["schemas"] },
        "allOf": [payload],
    });
    jsonschema::draft202012::options()
        .should_validate_formats(true)
        .build(&schema)
        .unwrap_or_else(|why| panic!("a schema cannot be used: {why}"))
}

fn written(footprint: &Footprint) -> Value {
    to_value(footprint).expect("a footprint as JSON")
}

pub fn check(validator: &Validator, value: &Value) {
    by_schema(validator, &value.to_string()).unwrap_or_else(|why| panic!("{why}\n{value:#}"));
}

#[test]
fn a_footprint_as_rust_writes_it_fits_asyncapi() {
    let schema = payload("footprint");
    for footprint in [full(), least()] {
        check(&schema, &written(&footprint));
    }
    check(&schema, &Value::Null);
}

#[test]
fn a_footprint_without_any_one_field_or_with_another_is_refused() {
    let schema = payload("footprint");
    let whole = written(&full());
    let mut findings = Vec::new();
    for place in objects(&whole, "") {
        let keys: Vec<String> = whole.pointer(&place).map_or(Vec::new(), |object| {
            fields(object).keys().cloned().collect()
        });
        // These have every possible field.
        let is_map = [
            "position",
            "surveys",
            "current",
            "preferred",
            "delivered",
            "planned",
            "participants",
            "earlier",
            "earlier/2023~124",
            "factor_by_year",
        ]
        .iter()
        .any(|map| place.ends_with(map));
        for key in keys.into_iter().filter(|_| !is_map) {
            let mut less = whole.clone();
            at(&mut less, &place).remove(&key);
            if schema.is_valid(&less) {
                findings.push(format!("{place}/{key} may be left out"));
            }
        }
        let mut more = whole.clone();
        at(&mut more, &place).insert("another".to_owned(), 1.into());
        if schema.is_valid(&more) {
            findings.push(format!("{place} takes another field"));
        }
    }
    none(findings);
}

fn at<'a>(value: &'a mut Value, place: &str) -> &'a mut serde_json::Map<String, Value> {
    value
        .pointer_mut(place)
        .and_then(Value::as_object_mut)
        .expect("an object")
}

/// Where the objects of a value are, itself among them.
fn objects(value: &Value, place: &str) -> Vec<String> {
    let under = |key: String, inner: &Value| {
        let key = key.replace('~', "~0").replace('/', "~1");
        objects(inner, &format!("{place}/{key}"))
    };
    match value {
        Value::Object(object) => object
            .iter()
            .flat_map(|(key, inner)| under(key.clone(), inner))
            .chain([place.to_owned()])
            .collect(),
        Value::Array(items) => items
            .iter()
            .enumerate()
            .flat_map(|(index, inner)| under(index.to_string(), inner))
            .collect(),
        _ => Vec::new(),
    }
}

#[test]
fn a_rejected_event_as_rust_writes_it_fits_asyncapi() {
    let schema = payload("rejected");
    let refusal = Refusal::new("/data/meter", Rule::UnknownMeter, "x".repeat(500), "hint");
    for event in [json!({ "id": "1" }), json!("{not"), Value::Null] {
        let rejected = RejectedEvent {
            refusals: vec![refusal.clone()],
            received: full().coverage.last_reading.unwrap_or_default(),
            by: "calder-vale".to_owned(),
            source: "urn:hall-meter".to_owned(),
            id: "1".to_owned(),
            event,
        };
        check(&schema, &to_value(rejected).expect("JSON"));
    }
    check(&schema, &Value::Null);
}

#[test]
fn every_closed_set_is_described_in_full() {
    let asyncapi = json(&folder().join("asyncapi.json"));
    let check = |pointer: &str, unknown: serde_json::Error| {
        let set = asyncapi
            .pointer(pointer)
            .unwrap_or_else(|| panic!("no {pointer}"));
        let described = match set {
            Value::Object(properties) => properties.keys().cloned().collect(),
            list => strings(list),
        };
        assert_eq!(described, super::variants(unknown), "{pointer}");
    };
    macro_rules! sets {
        ($($type:ty: $pointer:expr),* $(,)?) => {
            $(check($pointer, serde_json::from_str::<$type>("\"no such\"").expect_err("no such")));*
        };
    }
    sets! {
        Phase: "/components/schemas/Footprint/properties/phase/enum",
        Block: "/components/schemas/Line/properties/block/enum",
        YearRule: "/components/schemas/FactorSet/properties/method/enum",
        EvidenceKind: "/components/schemas/Evidence/properties/kind/enum",
        EvidenceStatus: "/components/schemas/Evidence/properties/status/enum",
        Fuel: "/components/schemas/MeterFigures/properties/fuel/enum",
        Fuel: "/components/schemas/GapEstimate/properties/fuel/enum",
        Fuel: "/components/schemas/FuelCoverage/properties/fuel/enum",
        Fuel: "/components/schemas/FuelGap/properties/fuel/enum",
        Mode: "/components/schemas/ModeCounts/properties",
        InitiativeKind: "/components/schemas/InitiativeCounts/properties",
        Audience: "/components/schemas/TravelFigures/properties/surveys/properties",
        StarsLevel: "/components/schemas/Stars/properties/level/enum",
        Rule: "/components/schemas/Refusal/properties/rule/enum",
        Verdict: "/components/schemas/SimplerRecycling/properties/verdict/enum",
    }
}

#[test]
fn every_component_is_valid_closed_and_described() {
    let asyncapi = json(&folder().join("asyncapi.json"));
    let mut findings = Vec::new();
    for (name, schema) in fields(&asyncapi["components"]["schemas"]) {
        // Headers of Kafka: a client may add its own.
        if name == "EventHeaders" {
            continue;
        }
        if let Err(why) = jsonschema::draft202012::meta::validate(schema) {
            findings.push(format!("{name} is not a schema: {why}"));
        }
        if schema.get("description").is_none() {
            findings.push(format!("{name} is not described"));
        }
        walk(schema, name, &mut findings);
        unknown_fields(schema, name, &mut findings);
    }
    none(findings);
}

/// Requiring a field that is not described is a mistake.
fn unknown_fields(schema: &Value, place: &str, findings: &mut Vec<String>) {
    let Some(required) = schema.get("required").map(strings) else {
        return;
    };
    let described: BTreeSet<String> = fields(&schema["properties"]).keys().cloned().collect();
    for name in required.difference(&described) {
        findings.push(format!(
            "{place} requires {name}, which it does not describe"
        ));
    }
}
