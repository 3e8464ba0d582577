use std::path::Path;

use events::{Event, EventType, Rule};
use serde_json::{Value, json};

use super::{read, schema};

fn reading(data: Value) -> Value {
    json!({
        "specversion": "1.0", "id": "1", "source": "meter-7", "type": "meter.readings.v1",
        "time": "2026-06-02T00:00:00Z", "data": data,
    })
}

fn check(text: &str, wanted: &[(&str, Rule, &str)]) {
    let explained = read(text).err().unwrap();
    let found: Vec<_> = explained
        .refusals
        .iter()
        .map(|refusal| {
            (
                refusal.pointer.as_str(),
                refusal.rule,
                refusal.seen.as_str(),
            )
        })
        .collect();
    assert_eq!(found, wanted, "{:?}", explained.refusals);
}

#[test]
fn every_schema_compiles() {
    for kind in EventType::ALL {
        assert!(
            schema(kind).is_some_and(|schema| schema.text.is_object()),
            "{kind:?}"
        );
    }
}

#[test]
fn a_refusal_names_the_field() {
    let day = |values: Value| json!({ "meter": "mpan:2200012767323", "unit": "kWh", "day": "2026-03-29", "values": values });
    check("{", &[("", Rule::Unreadable, "{")]);
    check("[]", &[("/type", Rule::Schema, "[]")]);
    check(
        r#"{"type":"meter.v9"}"#,
        &[("/type", Rule::Schema, "meter.v9")],
    );
    check(
        &reading(day(json!(vec![1; 51]))).to_string(),
        &[("/data/values", Rule::ValueCount, "51 values")],
    );
    let mut no_day = day(json!(vec![1; 51]));
    no_day["day"] = json!("2026.03.29");
    let wanted = ["/data/day", "/data/day", "/data/values"];
    let found = read(&reading(no_day).to_string()).err().unwrap().refusals;
    let found: Vec<_> = found
        .iter()
        .map(|one| (&*one.pointer, !one.hint.is_empty()))
        .collect();
    assert_eq!(found, wanted.map(|pointer| (pointer, true)));
    check(
        &reading(day(json!(["1"]))).to_string(),
        &[("/data/values/0", Rule::Schema, "1")],
    );
    let mut digit = day(json!([1]));
    digit["meter"] = json!("mpan:1234567891000");
    check(
        &reading(digit).to_string(),
        &[("/data/meter", Rule::CheckDigit, "mpan:1234567891000")],
    );
    let mut short = day(json!([1, 2]));
    short["quality"] = json!("A");
    check(
        &reading(short).to_string(),
        &[("/data/quality", Rule::Schema, "A")],
    );
    let mut both = day(json!([1]));
    both["start"] = json!("2026-03-29T00:00:00Z");
    let found = read(&reading(both).to_string()).err().unwrap().refusals;
    assert_eq!(found[0].pointer, "/data");
    let mut extra = reading(day(json!([1])));
    extra["colour"] = json!("red");
    extra.as_object_mut().unwrap().remove("id");
    check(
        &extra.to_string(),
        &[
            ("/id", Rule::Schema, "nothing"),
            ("/colour", Rule::Schema, "red"),
        ],
    );
    let mut late = reading(day(json!([1])));
    late["time"] = json!("2099-12-31T23:30:00-01:00");
    check(
        &late.to_string(),
        &[("/time", Rule::Schema, "2099-12-31T23:30:00-01:00")],
    );
}

/// The fast way and the schema agree on every example of the schemas, and the schema gives the reason.
#[test]
fn every_example_is_taken_or_explained() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../schemas/examples");
    let mut seen = 0;
    for kind in EventType::ALL {
        for (folder, valid) in [
            ("valid", true),
            ("invalid", false),
            ("invalid-by-rule", false),
        ] {
            let Ok(files) = std::fs::read_dir(root.join(kind.as_str()).join(folder)) else {
                continue;
            };
            for file in files {
                let path = file.unwrap().path();
                let text = std::fs::read_to_string(&path).unwrap();
                seen += 1;
                assert_eq!(Event::parse(&text).is_ok(), valid, "{path:?}");
                if let Err(explained) = read(&text) {
                    let vague = |refusal: &events::Refusal| {
                        refusal.pointer.is_empty() || refusal.hint.is_empty()
                    };
                    assert!(!explained.refusals.is_empty(), "{path:?}");
                    assert!(
                        !explained.refusals.iter().any(vague),
                        "{path:?}: {:?}",
                        explained.refusals
                    );
                }
            }
        }
    }
    assert!(seen > 100);
}
