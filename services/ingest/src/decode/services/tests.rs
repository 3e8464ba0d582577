mod examples;
mod readings;
mod receipts;

use std::sync::LazyLock;

use events::{Refusal, Rule};
use serde_json::Value;

use super::*;
use crate::admission::BatchOutcome;
use crate::admission::notes::About;
use crate::admission::posted::{Posted, admit_payload};
use crate::admission::reads::{PostedReads, admit_reads};
use crate::last_reads::Registers;
use crate::testing::{context, heron, register_with};
use crate::tokens::token_sha256;

/// The meters of the payloads, all of school 100001.
const METERS: [(&str, &str); 4] = [
    ("mpan:1000148500113", "electricity"),
    ("mprn:3938424403", "gas"),
    ("serial:SE-7F", "solar"),
    ("serial:RB-7F", "solar"),
];

static SERVICES: LazyLock<Services> = LazyLock::new(|| Services::shipped().unwrap());

fn pairs(query: &str) -> Vec<(String, String)> {
    let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
    pairs
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect()
}

/// What becomes of a payload.
fn posted(service: &str, query: &str, text: &str) -> Result<BatchOutcome, Refusal> {
    let service = SERVICES.find(service).unwrap();
    let (token, register) = (heron(), register_with(&METERS));
    if service.holds_registers() {
        let posted = PostedReads {
            service,
            text,
            sha256: &token_sha256(text),
            source: "service:test",
            known: &Registers::new(),
            most: 100,
        };
        let admitted = admit_reads(&posted, &context(&token, &register));
        return admitted.map(|(outcome, _)| outcome);
    }
    let parameters = Parameters::read(&service.description, &pairs(query)).unwrap();
    let outcome = admit_payload(
        &Posted {
            service,
            parameters: &parameters,
            text,
            sha256: &token_sha256(text),
            issued: None,
        },
        &context(&token, &register),
    )?;
    let refused: usize = outcome.refused.iter().map(|one| one.count).sum();
    assert_eq!(outcome.received, outcome.accepted + refused);
    Ok(outcome)
}

/// The meter-days that were accepted, or the collections, each as a line of an `.expected` file, sorted.
fn lines(outcome: &BatchOutcome) -> Vec<String> {
    let line = |record: &bus::Record| {
        let data: Value = serde_json::from_slice(record.payload.as_deref().unwrap()).unwrap();
        let text = |name: &str| data[name].as_str().unwrap_or("-").to_owned();
        let header = |name: &str| {
            let found = record.headers.iter().find(|(header, _)| *header == name);
            found.map(|(_, value)| value.clone()).unwrap_or_default()
        };
        let Some(values) = data["values"].as_array() else {
            return format!(
                "{} {} {} {} {:?} {} {} {}",
                header("ce_id"),
                record.key,
                text("collected_on"),
                text("ewc"),
                data["weight_kg"].as_f64().unwrap(),
                text("basis"),
                text("treatment"),
                text("carrier")
            );
        };
        let all_actual = "A".repeat(values.len());
        let number = |value: &Value| match value {
            Value::Null => "-".to_owned(),
            number => number.to_string(),
        };
        let values: Vec<_> = values.iter().map(number).collect();
        let quarters = data["quarters"].as_array().into_iter().flatten();
        let quarters = quarters.map(|one| format!(" {}={}", one["quarter"], one["value"]));
        format!(
            "{} {} {} {} {} {}{}",
            text("meter"),
            text("channel"),
            text("unit"),
            text("day"),
            data["quality"].as_str().unwrap_or(&all_actual),
            values.join(","),
            quarters.collect::<String>()
        )
    };
    let mut lines: Vec<_> = outcome.records.iter().map(line).collect();
    lines.sort_unstable();
    lines
}

/// The pointer, the rule and what was seen of every refusal.
fn refusals(outcome: &BatchOutcome) -> Vec<(&str, Rule, &str)> {
    let refusals = outcome.refused.iter().flat_map(|one| &one.refusals);
    refusals
        .map(|why| (why.pointer.as_str(), why.rule, why.seen.as_str()))
        .collect()
}

fn notes(outcome: &BatchOutcome) -> Vec<(About, &str)> {
    let notes = outcome.notes.iter();
    notes.map(|note| (note.about, note.note.as_str())).collect()
}
