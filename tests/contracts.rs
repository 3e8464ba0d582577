//! The schemas in `schemas/` agree with the Rust types, in both directions: Rust accepts what a schema accepts, a schema
//! accepts what Rust writes, and the described interfaces are the real ones.
#![allow(
    clippy::expect_used,
    clippy::panic,
    reason = "a broken contract fails its test"
)]

mod apis;
mod events_of;
mod examples;
mod generated;
mod mutated;
pub mod openapi;
mod schemas;

use std::path::{Path, PathBuf};

use events::{Event, EventType};
use jsonschema::Validator;
use serde_json::Value;

/// The folder `schemas/`.
fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../schemas")
}

fn text(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_else(|why| panic!("cannot read {path:?}: {why}"))
}

fn json(path: &Path) -> Value {
    serde_json::from_str(&text(path)).unwrap_or_else(|why| panic!("{path:?} is not JSON: {why}"))
}

fn schema(kind: EventType) -> Value {
    json(&folder().join(format!("events/{}.json", kind.as_str())))
}

fn validator(kind: EventType) -> Validator {
    // Otherwise `format` is only an annotation, and the 30th of February a valid day.
    jsonschema::options()
        .should_validate_formats(true)
        .build(&schema(kind))
        .unwrap_or_else(|why| panic!("the schema of {} cannot be used: {why}", kind.as_str()))
}

/// The errors of the schema for a text.
fn by_schema(validator: &Validator, text: &str) -> Result<(), String> {
    let value: Value = serde_json::from_str(text).map_err(|why| why.to_string())?;
    let reasons: Vec<String> = validator
        .iter_errors(&value)
        .map(|why| format!("{}: {why}", why.instance_path()))
        .collect();
    reasons
        .is_empty()
        .then_some(())
        .ok_or_else(|| reasons.join("; "))
}

/// Checks that a written event fits its schema and reads back equal.
fn check_round_trip(validator: &Validator, event: &Event) -> Result<(), String> {
    let written = event.to_json().map_err(|why| why.to_string())?;
    by_schema(validator, &written)
        .map_err(|why| format!("what Rust writes does not fit: {why}\n{written}"))?;
    let read = Event::parse(&written)
        .map_err(|why| format!("Rust cannot read what it wrote: {why}\n{written}"))?;
    (read == *event)
        .then_some(())
        .ok_or_else(|| format!("reads back as another event:\n{event:?}\n{read:?}"))
}

/// Fails with every finding, so that one run shows all of them.
fn none(findings: Vec<String>) {
    assert!(findings.is_empty(), "\n{}", findings.join("\n"));
}
