//! Rust accepts every event that the schemas accept: both judge valid examples with one changed place in the same way,
//! except for the few rules that only Rust can check.

use events::{Event, EventError, EventType};
use serde_json::{Value, json};

use super::examples::examples;
use super::{by_schema, json, none, validator};

/// Removes every place of every valid example, and fills it with each of these.
fn fillings() -> Vec<Value> {
    vec![
        json!(null),
        json!(true),
        json!(0),
        json!(1),
        json!(-1),
        json!(0.5),
        json!(14),
        json!(35.5),
        json!(1e5),
        json!(100_001),
        json!(50_001),
        json!(9_000_000_001_u64),
        json!(1e300),
        json!(""),
        json!("x"),
        json!("A"),
        json!("kWh"),
        json!("m3"),
        json!("litre"),
        json!("mile"),
        json!("P1D"),
        json!("AE"),
        json!("R13"),
        json!("R0"),
        json!("100371"),
        json!("099999"),
        json!("1.0"),
        json!("a-b"),
        json!("-b"),
        json!("2026-03-29"),
        json!("2026-02-29"),
        json!("1899-12-31"),
        json!("2100-01-01"),
        json!("2026-02-29T00:30:00Z"),
        json!("2100-01-01T00:30:00Z"),
        json!("2026-3-1"),
        json!("2026-03-29T00:30:00Z"),
        json!("2026-03-29T00:30:00+01:00"),
        json!("2026-03-29 00:30:00Z"),
        json!("2026-03-29T23:59:60Z"),
        json!("2026-03-29T00:30:00"),
        json!("mpan:2200012767323"),
        json!("mpan:22000127673"),
        json!("mprn:3938424403"),
        json!("serial:é"),
        json!("http://a"),
        json!("https://é.example"),
        json!("tab\t"),
        json!("next line \u{85}"),
        json!("é".repeat(200)),
        json!("é".repeat(201)),
        json!([]),
        json!([null]),
        json!({}),
        json!({"walk": 1}),
        json!({"fly": 1}),
    ]
}

#[test]
fn a_changed_example_is_judged_the_same_by_schema_and_rust() {
    let mut findings = Vec::new();
    for kind in EventType::ALL {
        let validator = validator(kind);
        for path in examples(kind, "valid") {
            let example = json(&path);
            for (change, changed) in changes(&example) {
                let text = changed.to_string();
                let finding = match (by_schema(&validator, &text), Event::parse(&text)) {
                    (Err(why), Ok(_)) => format!("Rust takes what its schema refuses: {why}"),
                    (Ok(()), Err(why)) if !only_rust_checks(&why) => {
                        format!("Rust refuses what its schema takes: {why}")
                    }
                    _ => continue,
                };
                findings.push(format!("{}, {change}: {finding}", path.display()));
            }
        }
    }
    none(findings);
}

/// The order of dates and of a band's ends, the length of `quality`, what a meter's number and fuel allow, that a part is not more than its whole or answers
/// than the roll, that a quarter is of a half-hour without a value, check digits, and whole numbers written with a decimal point, which to a JSON Schema are whole numbers.
fn only_rust_checks(error: &EventError) -> bool {
    const ORDERED: [&str; 21] = [
        "/data/fuel",
        "/data/unit",
        "/data/direction",
        "/data/calorific_value",
        "/data/to",
        "/data/start",
        "/data/end",
        "/data/ended_on",
        "/data/valid_until",
        "/data/expires",
        "/data/member_to",
        "/data/register/closing/at",
        "/data/quarters",
        "/data/quality",
        "/data/terms/0/to",
        "/data/tariffs/0/to",
        "/data/journeys/0/to_km",
        "/data/contaminated_kg",
        "/data/current",
        "/data/preferred",
        "/data/journeys",
    ];
    match error {
        EventError::Field(field) => ORDERED.contains(&field.pointer.as_str()),
        EventError::Shape(why) => {
            let why = why.to_string();
            why.contains("is not its check digit") || why.contains("invalid type: floating point")
        }
        _ => false,
    }
}

/// The value with each of its places left out or filled, and each of its objects given a field more.
fn changes(whole: &Value) -> Vec<(String, Value)> {
    let mut pointers = Vec::new();
    places(whole, String::new(), &mut pointers);
    let mut changed = Vec::new();
    for pointer in pointers {
        for filling in fillings() {
            let mut copy = whole.clone();
            *copy.pointer_mut(&pointer).expect("a place of it") = filling.clone();
            changed.push((format!("{pointer} = {filling}"), copy));
        }
        let (parent, name) = pointer.rsplit_once('/').unwrap_or_default();
        let mut copy = whole.clone();
        if let Some(Value::Object(object)) = copy.pointer_mut(parent) {
            object.remove(name);
            changed.push((format!("{pointer} left out"), copy));
        }
        let mut copy = whole.clone();
        if let Some(Value::Object(object)) = copy.pointer_mut(&pointer) {
            object.insert("more".to_owned(), json!(1));
            changed.push((format!("{pointer}/more = 1"), copy));
        }
    }
    changed
}

fn places(value: &Value, pointer: String, into: &mut Vec<String>) {
    match value {
        Value::Object(fields) => {
            for (name, field) in fields {
                places(field, format!("{pointer}/{name}"), into);
            }
        }
        // One value of a day stands for the other 47.
        Value::Array(items) => {
            if let Some(first) = items.first() {
                places(first, format!("{pointer}/0"), into);
            }
        }
        _ => {}
    }
    into.push(pointer);
}
