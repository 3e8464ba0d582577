//! Mistakes of reading meters, through the whole pipeline.

use std::collections::BTreeMap;

use cli::Answer;
use events::{MICRO, Rule, Topic};
use footprint::ledger::readings_from_frame;
use footprint::view::{Withdrawals, views};
use serde_json::{Value, json};

use crate::flow::deployment::{Deployment, Embedded};
use crate::flow::files;

const MPAN: &str = "2200012767323";

async fn send(world: &Embedded, readings: &[(&str, &str, Value)]) -> Answer {
    let lines: Vec<String> = readings
        .iter()
        .map(|(id, time, data)| {
            let mut data = data.clone();
            data["meter"] = json!(format!("mpan:{MPAN}"));
            // Of two values from one source the later stands, even if it is an estimate.
            let source = if id.ends_with("estimate") {
                "supplier"
            } else {
                "meter"
            };
            let event = json!({
                "specversion": "1.0", "id": id, "source": source, "type": "meter.readings.v1",
                "time": time, "data": data,
            });
            event.to_string()
        })
        .collect();
    world.client().send_lines(&lines).await.expect("an answer")
}

/// The standing values in the ledger: the number of half-hours of each day and their sum, and the number of rows.
async fn days(world: &Embedded) -> (BTreeMap<String, (usize, i64)>, usize) {
    let lake = (world as &dyn Deployment).lake();
    let mut rows = Vec::new();
    for folder in lake
        .ledger_folders(Topic::Readings, |_| true)
        .await
        .expect("folders")
    {
        for object in lake.read_folder(folder).await.expect("objects") {
            rows.extend(readings_from_frame(&object.rows).expect("rows"));
        }
    }
    let days = views(&rows, &Withdrawals::default())
        .into_iter()
        .map(|(key, view)| {
            let present: Vec<i64> = view.slots.values().collect();
            (key.day.to_string(), (present.len(), present.iter().sum()))
        })
        .collect();
    (days, rows.len())
}

fn day(on: &str, value: f64, quality: &str) -> Value {
    json!({ "unit": "kWh", "day": on, "values": vec![value; 48], "quality": quality.repeat(48) })
}

/// 48 estimates of 1 kWh, then the actual 0.5; a later estimate does not replace an actual value, and the actual again adds
/// no row: 24 kWh.
#[tokio::test(flavor = "multi_thread")]
async fn trap_5_an_estimate_counted_beside_or_over_the_actual_value() {
    let world = files::one_meter(MPAN).await;
    let on = "2019-01-10";
    let actual = ("actual", "2019-01-12T00:00:00Z", day(on, 0.5, "A"));
    let sent = [
        ("estimate", "2019-01-11T00:00:00Z", day(on, 1.0, "E")),
        actual.clone(),
        ("late-estimate", "2019-02-11T00:00:00Z", day(on, 2.0, "E")),
    ];
    assert_eq!(send(&world, &sent).await.accepted, 3);
    let kwh = files::quantity(&world, "2018-19", "electricity").await;
    assert_eq!(kwh, Some(24 * MICRO));
    assert_eq!(send(&world, &[actual]).await.accepted, 1);
    let again = files::quantity(&world, "2018-19", "electricity").await;
    assert_eq!((again, days(&world).await.1), (kwh, 3));
}

/// 48 kWh in, 96 kWh out and 144 kVArh: electricity is 48 kWh, export 96, and reactive energy is on no line.
#[tokio::test(flavor = "multi_thread")]
async fn trap_6_export_or_reactive_energy_added_to_import() {
    let world = files::one_meter(MPAN).await;
    let channel = |channel: &str, unit: &str, value: f64| json!({ "unit": unit, "channel": channel, "day": "2019-01-10", "values": vec![value; 48] });
    let sent = [
        ("in", "2019-01-11T00:00:00Z", channel("AI", "kWh", 1.0)),
        ("out", "2019-01-11T00:00:00Z", channel("AE", "kWh", 2.0)),
        ("re", "2019-01-11T00:00:00Z", channel("RI", "kVArh", 3.0)),
    ];
    assert_eq!(send(&world, &sent).await.accepted, 3);
    let kwh = files::quantity(&world, "2018-19", "electricity").await;
    assert_eq!(kwh, Some(48 * MICRO));
    let out = files::quantity(&world, "2018-19", "export").await;
    assert_eq!(out, Some(96 * MICRO));
}

/// The last Sundays of March and October have 46 and 50 half-hours; and in a file of ends, midnight is the last half-hour of
/// the day that ends.
#[tokio::test(flavor = "multi_thread")]
async fn trap_7_days_of_48_half_hours_and_a_midnight_of_the_next_day() {
    let world = files::one_meter(MPAN).await;
    let values =
        |on: &str, count: usize| json!({ "unit": "kWh", "day": on, "values": vec![1.0; count] });
    let sent = [
        ("short", "2019-04-01T00:00:00Z", values("2019-03-31", 46)),
        ("long", "2019-10-28T00:00:00Z", values("2019-10-27", 50)),
        ("wrong", "2019-10-28T00:00:00Z", values("2019-10-27", 48)),
    ];
    let answer = send(&world, &sent).await;
    assert_eq!((answer.accepted, answer.refused), (2, 1), "{answer:#?}");
    assert_eq!(answer.refusals[0].rule, Rule::ValueCount);
    let file = format!(
        "sep=,\nMPR,ReadDatetime,kWh,ReadType\n\
         {MPAN},26 Aug 2019 23:30:00,1.5,Actual\n{MPAN},27 Aug 2019 00:00:00,2.5,Actual\n"
    );
    let file = files::File {
        format: "row-per-half-hour-end",
        content: file,
    };
    let answer = files::import(&world, file).await;
    assert_eq!(answer.refused, 0, "{answer:#?}");
    (&world as &dyn Deployment).wait_until_settled().await;
    let (days, _) = days(&world).await;
    assert_eq!(days["2019-03-31"], (46, 46 * MICRO));
    assert_eq!(days["2019-10-27"], (50, 50 * MICRO));
    assert_eq!(days["2019-08-26"], (2, 4 * MICRO));
    assert!(!days.contains_key("2019-08-27"), "{days:?}");
}

/// A full counter is no reading, and its half-hour is missing; a register lower than before was exchanged or rolled over.
/// Both are refused with the reason, and neither counts as energy.
#[tokio::test(flavor = "multi_thread")]
async fn trap_8_sentinel_values_and_a_register_that_falls_taken_for_energy() {
    let world = files::one_meter(MPAN).await;
    let mut values = vec![1.0; 48];
    values[7] = 4_294_967.295;
    let read = |at: &str, value: f64| json!({ "at": at, "value": value });
    let falls = json!({ "unit": "kWh", "register": {
        "opening": read("2019-01-11T00:00:00Z", 99_998.0),
        "closing": read("2019-01-12T00:00:00Z", 12.0),
    }});
    let full = json!({ "unit": "kWh", "day": "2019-01-10", "values": values });
    let sent = [
        ("full", "2019-01-13T00:00:00Z", full),
        ("falls", "2019-01-13T00:00:00Z", falls),
        ("good", "2019-01-13T00:00:00Z", day("2019-01-12", 1.0, "A")),
    ];
    let answer = send(&world, &sent).await;
    let rules: Vec<Rule> = answer.refusals.iter().map(|refused| refused.rule).collect();
    assert_eq!(rules, [Rule::Negative], "{answer:#?}");
    assert!(answer.refusals[0].hint.contains("exchanged"), "{answer:#?}");
    assert_eq!(answer.notes[0].about, "bad-values", "{answer:#?}");
    let kwh = files::quantity(&world, "2018-19", "electricity").await;
    assert_eq!(kwh, Some((47 + 48) * MICRO));
}
