//! Finds the part of an event that an error refers to.

use events::Event;
use serde_json::Value;

use super::words::shown;

/// The value at a pointer, for display.
pub(super) fn at(event: &Value, pointer: &str) -> String {
    event
        .pointer(pointer)
        .map_or_else(|| "nothing".to_owned(), shown)
}

/// The pointer to the text that serde quotes in its message. serde reports a line and a column within `data` only, but the
/// sender needs the field.
pub(super) fn told(event: &Value, message: &str) -> String {
    let between = |open, close| {
        let (_, rest) = message.split_once(open)?;
        rest.split_once(close).map(|(quoted, _)| quoted)
    };
    let found = if let Some(text) = between("string \"", "\", expected") {
        leaves(event)
            .into_iter()
            .find(|(_, leaf)| leaf.as_str() == Some(text))
            .map(|(path, _)| path)
    } else {
        between("floating point `", "`").and_then(|number| not_whole(event, number.parse().ok()?))
    };
    found.unwrap_or_default()
}

/// The field that holds `number` with a decimal point where only whole numbers are allowed: the field whose correction makes
/// the event valid. A schema cannot distinguish 2.0 from 2.
fn not_whole(event: &Value, number: f64) -> Option<String> {
    let said = |event: &Value| {
        let error = Event::parse(&event.to_string()).err()?.to_string();
        Some(
            error
                .split_once(" at line")
                .map_or(error.clone(), |(what, _)| what.to_owned()),
        )
    };
    let before = said(event);
    leaves(event)
        .into_iter()
        .map(|(path, _)| path)
        .find(|path| {
            let mut recovered = event.clone();
            let Some(leaf) = recovered.pointer_mut(path) else {
                return false;
            };
            if !leaf.is_f64() || leaf.as_f64() != Some(number) {
                return false;
            }
            *leaf = Value::from(number as i64);
            said(&recovered) != before
        })
}

/// Every value without children, with its pointer.
fn leaves(event: &Value) -> Vec<(String, &Value)> {
    let mut found = Vec::new();
    let mut open = vec![(String::new(), event)];
    while let Some((path, value)) = open.pop() {
        let below = |step: &str| format!("{path}/{}", step.replace('~', "~0").replace('/', "~1"));
        match value {
            Value::Array(items) => {
                let items = items.iter().enumerate();
                open.extend(items.map(|(index, item)| (below(&index.to_string()), item)));
            }
            Value::Object(fields) => {
                open.extend(fields.iter().map(|(name, field)| (below(name), field)));
            }
            leaf => found.push((path, leaf)),
        }
    }
    found
}
