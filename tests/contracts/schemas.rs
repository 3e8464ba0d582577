//! The schema files themselves: one per type, valid, closed and described.

use std::collections::BTreeSet;

use events::EventType;
use serde_json::Value;

use super::{folder, none, schema};

#[test]
fn every_type_has_a_schema_and_every_schema_a_type() {
    let files: BTreeSet<String> = std::fs::read_dir(folder().join("events"))
        .expect("schemas/events is there")
        .flatten()
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .collect();
    let types: BTreeSet<String> = EventType::ALL
        .iter()
        .map(|kind| format!("{}.json", kind.as_str()))
        .collect();
    assert_eq!(files, types);
}

#[test]
fn every_schema_is_valid_2020_12_and_names_its_type() {
    let mut findings = Vec::new();
    for kind in EventType::ALL {
        let (name, schema) = (kind.as_str(), schema(kind));
        if let Err(why) = jsonschema::draft202012::meta::validate(&schema) {
            findings.push(format!("{name} is not a schema: {why}"));
        }
        let expected = [
            (
                "/$schema",
                "https://json-schema.org/draft/2020-12/schema".to_owned(),
            ),
            (
                "/$id",
                format!("https://greenledger.example/schemas/{name}.json"),
            ),
            ("/properties/type/const", name.to_owned()),
        ];
        for (pointer, text) in expected {
            if schema.pointer(pointer).and_then(Value::as_str) != Some(&text) {
                findings.push(format!("{name}: {pointer} is not {text}"));
            }
        }
        if schema.get("title").is_none() {
            findings.push(format!("{name} has no title"));
        }
    }
    none(findings);
}

#[test]
fn every_object_is_closed_and_every_field_described() {
    let mut findings = Vec::new();
    for kind in EventType::ALL {
        walk(&schema(kind), kind.as_str(), &mut findings);
    }
    none(findings);
}

/// Finds objects that take unknown fields, and fields without a description.
pub fn walk(schema: &Value, place: &str, findings: &mut Vec<String>) {
    let kind = schema.get("type");
    let is_object = kind == Some(&"object".into())
        || kind
            .and_then(Value::as_array)
            .is_some_and(|kinds| kinds.contains(&"object".into()));
    // The keys of a map are described where it is.
    let is_map = schema.get("propertyNames").is_some();
    if is_object && !is_map && schema.get("additionalProperties") != Some(&Value::Bool(false)) {
        findings.push(format!("{place} takes unknown fields"));
    }
    for (name, field) in schema
        .get("properties")
        .and_then(Value::as_object)
        .into_iter()
        .flatten()
    {
        let place = format!("{place}/{name}");
        // The alternatives of `oneOf` and `if` only narrow fields that are described where their object is.
        if is_object && field.get("description").is_none() {
            findings.push(format!("{place} is not described"));
        }
        walk(field, &place, findings);
    }
    if let Some(items) = schema.get("items") {
        walk(items, &format!("{place}/*"), findings);
    }
}
