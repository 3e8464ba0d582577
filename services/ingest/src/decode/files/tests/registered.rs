//! Properties that a file cannot state, and its meters' registrations do.

use events::{Event, Rule};
use serde_json::{Value, json};

use super::{DAYS, File, HALF_HOURS, admit_file, body, find, header, number, row, row_of};
use crate::admission::BatchOutcome;
use crate::admission::notes::About;
use crate::testing::{MPAN, context, now, register, token};
use crate::tokens::{Scope, token_sha256};

/// A file of [`MPAN`], which is registered again from 1 June 2026.
fn judged(fields: &Value, trust: &str, format: &str, text: &str) -> BatchOutcome {
    let mut data = json!({ "meter": MPAN, "fuel": "electricity", "from": "2026-06-01" });
    let more = fields.as_object().unwrap().clone();
    data.as_object_mut().unwrap().extend(more);
    let anew = json!({
        "specversion": "1.0", "id": "anew", "source": "office", "type": "meter.registered.v1",
        "time": "2026-06-01T00:00:00Z", "subject": "100001", "data": data,
    });
    let mut register = register();
    register.apply(&Event::parse(&anew.to_string()).unwrap(), now());
    let file = File {
        format: &find(format).unwrap(),
        text,
        places: &[],
        sha256: &token_sha256(text),
        above: 0,
        days_before: 0,
        part: None,
        issued: None,
    };
    let token = token(Scope::Trust(trust.to_owned()), false);
    admit_file(&file, &context(&token, &register)).unwrap()
}

fn day_rows(days: &[&str]) -> String {
    let rows = days.iter().map(|day| row(number(), day, "2"));
    header() + &rows.collect::<String>()
}

#[test]
fn power_in_a_file_of_kwh_is_halved_from_the_day_it_is_registered() {
    let text = day_rows(&["31/05/2026", "01/06/2026", "02/06/2026"]);
    let outcome = judged(&json!({ "unit": "kW" }), "heron", DAYS, &text);
    assert_eq!(outcome.accepted, 3, "{:?}", outcome.refused);
    let first = |at: usize| {
        let data = body(&outcome, at);
        (data["values"][0].clone(), data["as_registered"].clone())
    };
    assert_eq!(first(0), (json!(2), Value::Null));
    assert_eq!(first(1), (json!(1), json!(true)));
    // Noted once for the meter, not for every row.
    let notes: Vec<_> = outcome.notes.iter().map(|note| note.about).collect();
    assert_eq!(notes, [About::ReadAs]);
}

/// A conflict would be put aside, and the file would never be read by the current registration.
#[test]
fn a_row_that_another_registration_reads_otherwise_is_another_event_of_the_same_row() {
    let text = day_rows(&["01/06/2026"]);
    let read = |fields: Value| {
        let outcome = judged(&fields, "heron", DAYS, &text);
        outcome.taken[0].1.clone()
    };
    let (energy, power) = (read(json!({})), read(json!({ "unit": "kW" })));
    assert_ne!(energy, power);
    assert_eq!(row_of(&energy), row_of(&power));
    assert!(row_of(&energy).is_some());
    assert_eq!(power, read(json!({ "unit": "kW" })));
}

#[test]
fn a_refused_row_is_not_converted_again_when_it_is_replayed() {
    let text = day_rows(&["01/06/2026"]);
    let outcome = judged(&json!({ "unit": "kW" }), "egret", DAYS, &text);
    assert_eq!(outcome.refused[0].refusals[0].rule, Rule::OutOfScope);
    let kept: Value = serde_json::from_str(outcome.refused[0].event.get()).unwrap();
    assert_eq!(kept["data"]["values"][0], json!(1));
    assert_eq!(kept["data"]["as_registered"], json!(true));
}

#[test]
fn the_registrations_codes_stand_before_the_formats() {
    let number = number();
    let text = format!(
        "MPR,ReadDatetime,kWh,ReadType\n{number},01 Jun 2026 00:30:00,1.5,Actual\n{number},01 Jun 2026 01:00:00,1.5,f\n\
         {number},01 Jun 2026 01:30:00,1.5,E\n{number},01 Jun 2026 02:00:00,1.5,G\n"
    );
    let statuses = json!({ "statuses": [
        { "code": "actual", "means": "estimated" }, { "code": "F", "means": "missing" },
    ]});
    let outcome = judged(&statuses, "heron", HALF_HOURS, &text);
    let data = body(&outcome, 0);
    assert_eq!(
        data["values"].as_array().unwrap()[..3],
        [json!(1.5), Value::Null, json!(1.5)]
    );
    assert!(
        data["quality"].as_str().unwrap().starts_with("EAE"),
        "{data}"
    );
    let why = &outcome.refused[0].refusals[0];
    assert!(
        why.hint.contains("`statuses`") && why.seen == "ReadType: G",
        "{why:?}"
    );
}
