//! The slow path: explains by the JSON Schema of its type why an event is invalid. Only refused events take it.

mod wording;

use std::sync::LazyLock;

use events::{Event, EventError, EventType, MeterId, MeterIdError, Refusal, Rule};
use jsonschema::Validator;
use serde_json::Value;

use crate::rejected::payload;
use crate::rules::Fault;

/// The most refusals for one event.
const MOST_REFUSALS: usize = 20;
/// The longest source or id an event can have.
const LONGEST_ATTRIBUTE: usize = events::LONGEST_TEXT;
/// The longest pointer or hint.
const LONGEST_WORDS: usize = 1000;

struct Schema {
    text: Value,
    validator: Validator,
}

macro_rules! schemas {
    ($($kind:ident $file:literal),+ $(,)?) => {
        fn source(kind: EventType) -> &'static str {
            match kind {
                $(EventType::$kind => {
                    include_str!(concat!("../../../../schemas/events/", $file, ".json"))
                })+
            }
        }
    };
}

schemas! {
    MeterReadings "meter.readings.v1",
    ReadingsWithdrawn "meter.readings.withdrawn.v1",
    WasteCollected "waste.collected.v1",
    TravelSurveyed "travel.surveyed.v1",
    TravelInitiative "travel.initiative.v1",
    TravelAccredited "travel.accredited.v1",
    ActivityRecorded "activity.recorded.v1",
    EvidenceFiled "evidence.filed.v1",
    SchoolRegistered "school.registered.v1",
    MeterRegistered "meter.registered.v1",
    GridIntensity "grid.intensity.v1",
}

/// Compiled when the first event is refused. A schema that does not compile explains nothing; a test checks that all compile.
static SCHEMAS: LazyLock<Vec<Option<Schema>>> = LazyLock::new(|| {
    let compile = |kind| {
        let text: Value = serde_json::from_str(source(kind)).ok()?;
        let validator = jsonschema::options()
            .should_validate_formats(true)
            .build(&text)
            .ok()?;
        Some(Schema { text, validator })
    };
    EventType::ALL.into_iter().map(compile).collect()
});

fn schema(kind: EventType) -> Option<&'static Schema> {
    SCHEMAS.get(kind as usize).and_then(Option::as_ref)
}

/// Whether the schema of `kind` allows `event`; `None` if the schema does not compile.
#[cfg(fuzzing)]
pub(crate) fn allows(kind: EventType, event: &Value) -> Option<bool> {
    schema(kind).map(|schema| schema.validator.is_valid(event))
}

/// An event that could not be read, with all that is known about it.
pub(crate) struct Explained {
    /// Its source and id, where they could be read.
    pub(crate) identity: Option<(String, String)>,
    /// Every reason found; never empty.
    pub(crate) refusals: Vec<Refusal>,
}

/// Reads an event by the fast path, and explains it by the slow path if that fails.
pub(crate) fn read(text: &str) -> Result<Event, Explained> {
    if text.len() > payload::LONGEST_EVENT {
        let hint = format!(
            "an event is at most {} bytes; send it in parts",
            payload::LONGEST_EVENT
        );
        let fault = Fault::new(Rule::TooLarge, hint);
        let refusals = vec![fault.at("", format!("{} bytes", text.len()))];
        return Err(Explained {
            identity: None,
            refusals,
        });
    }
    Event::parse(text).map_err(|error| explain(text, &error))
}

/// The reasons why `text` is not an event, given the error of [`Event::parse`].
fn explain(text: &str, error: &EventError) -> Explained {
    let event: Value = match serde_json::from_str(text) {
        Ok(event) => event,
        Err(error) => {
            let fault = Fault::new(Rule::Unreadable, format!("send JSON in UTF-8; {error}"));
            return Explained {
                identity: None,
                refusals: vec![fault.at("", text)],
            };
        }
    };
    let attribute = |name: &str| {
        let text = event.get(name)?.as_str()?;
        (text.chars().count() <= LONGEST_ATTRIBUTE).then(|| text.to_owned())
    };
    let identity = attribute("source").zip(attribute("id"));
    let mut refusals = refusals(&event, error);
    for Refusal { pointer, hint, .. } in &mut refusals {
        // Both can quote what was sent.
        pointer.truncate(pointer.floor_char_boundary(LONGEST_WORDS));
        hint.truncate(hint.floor_char_boundary(LONGEST_WORDS));
    }
    Explained { identity, refusals }
}

fn refusals(event: &Value, error: &EventError) -> Vec<Refusal> {
    let Some(named) = event.get("type").and_then(Value::as_str) else {
        let seen = event
            .get("type")
            .map_or_else(|| wording::shown(event), wording::shown);
        return vec![Fault::new(Rule::Schema, wording::types()).at("/type", seen)];
    };
    let Some(kind) = EventType::parse(named) else {
        return vec![Fault::new(Rule::Schema, wording::types()).at("/type", named)];
    };
    let mut found = Vec::new();
    if let Some(schema) = schema(kind) {
        for error in schema.validator.iter_errors(event) {
            wording::add_faults(&schema.text, event, &error, &mut found);
        }
    }
    found.extend(check_digit(event));
    // Reports that no alternative fits only if there is no more precise reason.
    let precise = found.iter().any(|fault| fault.precise);
    let mut refusals: Vec<_> = found
        .into_iter()
        .filter(|fault| fault.precise || !precise)
        .map(|fault| fault.refusal)
        .collect();
    refusals.dedup();
    refusals.truncate(MOST_REFUSALS);
    if refusals.is_empty() {
        vec![by_error(event, error)]
    } else {
        refusals
    }
}

/// The check digit of an MPAN, which a schema cannot check.
fn check_digit(event: &Value) -> Option<wording::SchemaFault> {
    let meter = event.pointer("/data/meter")?.as_str()?;
    let Err(error @ MeterIdError::MpanCheckDigit(_)) = meter.parse::<MeterId>() else {
        return None;
    };
    let hint = format!("{error}; look the number up on a bill");
    Some(wording::SchemaFault::exactly(
        Fault::new(Rule::CheckDigit, hint).at("/data/meter", meter),
    ))
}

/// Rules that only the Rust types check: the order of dates, lengths, numbers out of range.
fn by_error(event: &Value, error: &EventError) -> Refusal {
    let refuse = |rule, pointer: &str, hint: String| {
        let seen = event.pointer(pointer).map(wording::shown);
        let seen = seen.unwrap_or_else(|| "nothing".to_owned());
        Fault::new(rule, hint).at(pointer, seen)
    };
    match error {
        EventError::Field(field) if field.pointer == "/data/values" => refuse(
            Rule::ValueCount,
            &field.pointer,
            format!("must be {}", field.rule),
        ),
        EventError::Field(field) => refuse(
            Rule::Schema,
            &field.pointer,
            format!("must be {}", field.rule),
        ),
        EventError::Span(error) => refuse(Rule::Schema, "/data", error.to_string()),
        EventError::Type(_) => refuse(Rule::Schema, "/type", wording::types()),
        EventError::Subject(_) => refuse(Rule::Schema, "/subject", error.to_string()),
        EventError::Attribute { attribute } => {
            refuse(Rule::Schema, &format!("/{attribute}"), error.to_string())
        }
        EventError::Shape(shape) => refuse(
            Rule::Schema,
            &shape.pointer,
            format!("send what the schema allows: {shape}"),
        ),
    }
}

#[cfg(test)]
mod tests;
