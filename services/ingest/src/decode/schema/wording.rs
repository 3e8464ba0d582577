//! Words a schema's error so that a sender can act on it.

use events::{EventType, Refusal, Rule, SettlementDay, Written};
use jsonschema::ValidationError;
use jsonschema::error::ValidationErrorKind as Kind;
use serde_json::Value;

use crate::rules::Fault;

/// A refusal, and whether it says what is wrong or only that no alternative fits.
pub(super) struct SchemaFault {
    pub(super) refusal: Refusal,
    pub(super) precise: bool,
}

impl SchemaFault {
    pub(super) fn exactly(refusal: Refusal) -> Self {
        SchemaFault {
            refusal,
            precise: true,
        }
    }
}

/// Adds a fault for each reason in `error`.
pub(super) fn add_faults(
    schema: &Value,
    event: &Value,
    error: &ValidationError<'_>,
    to: &mut Vec<SchemaFault>,
) {
    let pointer = error.instance_path().to_string();
    let seen = shown(error.instance());
    let refused = |pointer: String, rule, seen: String, hint: String| {
        SchemaFault::exactly(Fault::new(rule, hint).at(pointer, seen))
    };
    let described = described(schema, error);
    let in_words = || format!("{}. {described}", error.masked()).trim().to_owned();
    match error.kind() {
        Kind::Required { property } => {
            let name = property.as_str().unwrap_or_default();
            let meaning = description(schema, &format!("{}/properties/{name}", parent(error)));
            let hint = format!("add {name}. {}", meaning.unwrap_or_default());
            to.push(refused(
                format!("{pointer}/{name}"),
                Rule::Schema,
                "nothing".to_owned(),
                hint,
            ));
        }
        Kind::AdditionalProperties { unexpected } => to.extend(unexpected.iter().map(|name| {
            let seen = error.instance().get(name).map(shown).unwrap_or_default();
            let hint = format!("there is no field {name:?} here; correct its name or leave it out");
            let step = name.replace('~', "~0").replace('/', "~1");
            refused(format!("{pointer}/{step}"), Rule::Schema, seen, hint)
        })),
        Kind::MaxItems { .. } if pointer == "/data/values" => {
            let hint = half_hours_of_day(event).unwrap_or_else(in_words);
            to.push(refused(pointer, Rule::ValueCount, seen, hint));
        }
        Kind::OneOfNotValid { .. } | Kind::OneOfMultipleValid { .. } | Kind::AnyOf { .. } => {
            let hint = format!("{described} {}", titles(schema, error));
            let refusal = Fault::new(Rule::Schema, hint.trim()).at(pointer, seen);
            to.push(SchemaFault {
                refusal,
                precise: false,
            });
        }
        _ => to.push(refused(pointer, Rule::Schema, seen, in_words())),
    }
}

/// The types there are.
pub(super) fn types() -> String {
    let all: Vec<_> = EventType::ALL.iter().map(|kind| kind.as_str()).collect();
    format!("type is one of {}", all.join(", "))
}

/// A value, short enough to read: for long values only their length.
pub(super) fn shown(value: &Value) -> String {
    match value {
        Value::Array(items) if items.len() > 8 => format!("{} values", items.len()),
        Value::Object(fields) => {
            let names: Vec<_> = fields.keys().map(String::as_str).collect();
            format!("{{{}}}", names.join(", "))
        }
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

fn half_hours_of_day(event: &Value) -> Option<String> {
    let day = chrono::NaiveDate::read(event.pointer("/data/day")?.as_str()?)?;
    let slots = SettlementDay(day).slots();
    Some(format!(
        "{day} has {slots} half-hours; send as many values, null for those not known"
    ))
}

/// Where the keyword that failed stands.
fn parent(error: &ValidationError<'_>) -> String {
    let path = error.schema_path().to_string();
    path.rsplit_once('/')
        .map_or_else(String::new, |(parent, _)| parent.to_owned())
}

/// What the schema says the value that failed is.
fn described(schema: &Value, error: &ValidationError<'_>) -> String {
    description(schema, &parent(error))
        .unwrap_or_default()
        .to_owned()
}

fn description<'a>(schema: &'a Value, at: &str) -> Option<&'a str> {
    schema.pointer(at)?.get("description")?.as_str()
}

/// The titles of the alternatives of which one must fit.
fn titles(schema: &Value, error: &ValidationError<'_>) -> String {
    let alternatives = schema
        .pointer(&error.schema_path().to_string())
        .and_then(Value::as_array);
    let titles: Vec<_> = alternatives
        .into_iter()
        .flatten()
        .filter_map(|alternative| alternative.get("title")?.as_str())
        .collect();
    if titles.is_empty() {
        String::new()
    } else {
        format!("One of: {}", titles.join("; "))
    }
}
