use events::{Data, Event, MICRO, MeterReadings, Rule};
use serde_json::{Value, json};

use super::ReadFrom;
use crate::admission::notes::About;
use crate::admission::{BatchOutcome, admit};
use crate::register::{Owners, Register};
use crate::testing::{at, context, heron, school_registered};

const GAS: &str = "mprn:9999970106";
const EXPORT: &str = "mpan:2200012767323";

fn registered(meter: &str, from: &str, fields: &Value) -> Event {
    let fuel = if meter == GAS { "gas" } else { "electricity" };
    let mut data = json!({ "meter": meter, "fuel": fuel, "from": from });
    let (to, fields) = (data.as_object_mut().unwrap(), fields.as_object().unwrap());
    to.extend(fields.clone());
    let event = json!({
        "specversion": "1.0", "id": format!("{meter}-{from}"), "source": "office", "type": "meter.registered.v1",
        "time": "2026-09-01T08:00:00Z", "subject": "100001", "data": data,
    });
    Event::parse(&event.to_string()).unwrap()
}

fn register(meters: &[Event]) -> Register {
    let mut register = Register::default();
    register.apply(
        &school_registered(100_001, "heron", "2026-01-01"),
        at("2026-01-01"),
    );
    for meter in meters {
        register.apply(meter, at("2026-09-01"));
    }
    register
}

fn sent(data: &Value) -> String {
    json!({
        "specversion": "1.0", "id": "1", "source": "feed", "type": "meter.readings.v1",
        "time": "2026-11-13T06:00:00Z", "data": data,
    })
    .to_string()
}

fn day(meter: &str, unit: &str, day: &str, each: f64) -> Value {
    json!({ "meter": meter, "unit": unit, "day": day, "values": vec![each; 48] })
}

fn judged(meters: &[Event], data: &Value) -> BatchOutcome {
    let (token, register) = (heron(), register(meters));
    admit(&[&sent(data)], &context(&token, &register))
}

/// What stands on Kafka of each day: unit, channel, sum in millionths, and whether it is marked as read.
fn produced(outcome: &BatchOutcome) -> Vec<(String, String, i64, bool)> {
    let read = |record: &bus::Record| {
        let data: MeterReadings = serde_json::from_slice(record.payload.as_ref().unwrap()).unwrap();
        let values = data.values.iter().flatten();
        let micro = |value: &f64| (value * MICRO as f64).round() as i64;
        let unit = data.unit.as_str().to_owned();
        let channel = data.channel.as_str().to_owned();
        (unit, channel, values.map(micro).sum(), data.as_registered)
    };
    outcome.records.iter().map(read).collect()
}

fn check(fields: &Value, data: &Value, wanted: (&str, &str, i64, bool), note: &str) {
    let meter = data["meter"].as_str().unwrap();
    let outcome = judged(&[registered(meter, "2017-09-01", fields)], data);
    let (unit, channel, sum, as_registered) = wanted;
    let wanted = (unit.to_owned(), channel.to_owned(), sum, as_registered);
    assert_eq!(
        produced(&outcome),
        [wanted],
        "{fields} {data}: {:?}",
        outcome.refused
    );
    let notes: Vec<_> = outcome
        .notes
        .iter()
        .map(|note| note.note.as_str())
        .collect();
    match note {
        "" => assert!(notes.is_empty(), "{notes:?}"),
        note => assert!(notes.len() == 1 && notes[0].contains(note), "{notes:?}"),
    }
}

/// 48 × 1 hcf = 48 × 2.831685 m³, each rounded to a millilitre; 14.4 kW for half an hour is 7.2 kWh.
#[test]
fn values_called_kwh_or_m3_are_in_the_registered_unit() {
    let of = |meter: &str, unit: &str, each: f64| day(meter, unit, "2026-11-11", each);
    let none = json!({});
    check(
        &none,
        &of(GAS, "kWh", 1.0),
        ("kWh", "AI", 48 * MICRO, false),
        "",
    );
    check(
        &none,
        &of(GAS, "m3", 1.0),
        ("m3", "AI", 48 * MICRO, false),
        "",
    );
    let hcf = 48 * 2_831_685;
    check(
        &none,
        &of(GAS, "hcf", 1.0),
        ("m3", "AI", hcf, false),
        "2.8316846592",
    );
    let metric = json!({ "unit": "m3" });
    let called = "what is called kWh is m3, as mprn:9999970106 is registered from 2017-09-01 on";
    check(
        &metric,
        &of(GAS, "kWh", 1.0),
        ("m3", "AI", 48 * MICRO, true),
        called,
    );
    check(
        &metric,
        &of(GAS, "m3", 1.0),
        ("m3", "AI", 48 * MICRO, false),
        "",
    );
    let imperial = json!({ "unit": "hcf" });
    for unit in ["kWh", "m3"] {
        check(
            &imperial,
            &of(GAS, unit, 1.0),
            ("m3", "AI", hcf, true),
            "is hcf",
        );
    }
    let power = json!({ "unit": "kW" });
    let energy = 48 * 7_200_000;
    check(
        &power,
        &of(EXPORT, "kWh", 14.4),
        ("kWh", "AI", energy, true),
        "is kW",
    );
    let export = json!({ "direction": "export" });
    let sum = 48 * 14_400_000;
    check(
        &export,
        &of(EXPORT, "kWh", 14.4),
        ("kWh", "AE", sum, true),
        "what is called AI is AE",
    );
    let mut exported = of(EXPORT, "kWh", 14.4);
    exported["channel"] = json!("AE");
    check(&export, &exported, ("kWh", "AE", sum, false), "");
}

#[test]
fn a_sender_that_vouches_for_its_unit_is_believed_and_read_once() {
    let mut vouched = day(GAS, "m3", "2026-11-11", 2.831685);
    vouched["as_registered"] = json!(true);
    let imperial = json!({ "unit": "hcf" });
    check(&imperial, &vouched, ("m3", "AI", 48 * 2_831_685, true), "");
}

#[test]
fn a_register_counts_energy_where_half_hours_hold_power() {
    let reads = json!({ "meter": EXPORT, "unit": "kWh", "register": {
        "opening": { "at": "2026-11-10T00:00:00Z", "value": 100 },
        "closing": { "at": "2026-11-11T00:00:00Z", "value": 148 },
    }});
    check(
        &json!({ "unit": "kW" }),
        &reads,
        ("kWh", "AI", 48 * MICRO, false),
        "",
    );
}

fn refused(meters: &[Event], data: &Value, pointer: &str, hint: &str) {
    let outcome = judged(meters, data);
    let why = &outcome.refused[0].refusals[0];
    assert_eq!((why.pointer.as_str(), why.rule), (pointer, Rule::Schema));
    assert!(why.hint.contains(hint), "{}", why.hint);
}

#[test]
fn a_unit_that_contradicts_the_registration_is_refused() {
    let metric = registered(GAS, "2017-09-01", &json!({ "unit": "m3" }));
    let hcf = day(GAS, "hcf", "2026-11-11", 1.0);
    let hint = "registered from 2017-09-01 on as measuring m3, and this says hcf";
    refused(&[metric], &hcf, "/data/unit", hint);
    let serial = "serial:PV-1";
    let electric = registered(serial, "2017-09-01", &json!({}));
    let volume = day(serial, "m3", "2026-11-11", 1.0);
    refused(
        &[electric],
        &volume,
        "/data/unit",
        "is not measured by volume",
    );
}

/// kWh until the 10th, cubic metres called kWh on the 11th, and kWh again from the 12th on.
#[test]
fn each_day_is_read_by_the_registration_that_stands_on_it() {
    let meters = [
        registered(GAS, "2017-09-01", &json!({})),
        registered(GAS, "2026-11-11", &json!({ "unit": "m3" })),
        registered(GAS, "2026-11-12", &json!({})),
    ];
    let three = json!({ "meter": GAS, "unit": "kWh", "start": "2026-11-10T00:00:00Z", "values": vec![1.0; 144] });
    let outcome = judged(&meters, &three);
    let units: Vec<_> = produced(&outcome)
        .into_iter()
        .map(|day| (day.0, day.3))
        .collect();
    let wanted = [("kWh", false), ("m3", true), ("kWh", false)];
    assert_eq!(units, wanted.map(|(unit, read)| (unit.to_owned(), read)));
    assert_eq!(outcome.notes.len(), 1);
    let reads = json!({ "meter": GAS, "unit": "kWh", "register": {
        "opening": { "at": "2026-11-10T00:00:00Z", "value": 100 },
        "closing": { "at": "2026-11-12T00:00:00Z", "value": 148 },
    }});
    refused(&meters, &reads, "/data/register", "changes on 2026-11-11");
}

#[test]
fn an_event_that_ends_at_midnight_is_not_of_the_next_day() {
    let meters = [
        registered(GAS, "2017-09-01", &json!({})),
        registered(GAS, "2026-11-11", &json!({ "unit": "m3" })),
    ];
    let reads = json!({ "meter": GAS, "unit": "kWh", "register": {
        "opening": { "at": "2026-11-10T00:00:00Z", "value": 100 },
        "closing": { "at": "2026-11-11T00:00:00Z", "value": 148 },
    }});
    let (token, register) = (heron(), register(&meters));
    let context = context(&token, &register);
    let event = Event::parse(&sent(&reads)).unwrap();
    let Data::MeterReadings(readings) = &event.data else {
        panic!("readings");
    };
    let entry = register.meter(&readings.meter);
    let read = ReadFrom::of(readings, entry, &context.bounds).unwrap();
    assert!(read.only().is_ok());
}

#[test]
fn a_registration_notes_the_earlier_one_and_what_it_does_not_change() {
    let first = registered(GAS, "2017-09-01", &json!({}));
    let again = registered(GAS, "2026-11-11", &json!({ "unit": "m3" }));
    let (token, register) = (heron(), register(&[first]));
    let text = again.to_json().unwrap();
    let outcome = admit(&[&text], &context(&token, &register));
    let note_about = |about: About| {
        let note = outcome.notes.iter().find(|note| note.about == about);
        note.map(|note| note.note.as_str()).unwrap()
    };
    let (stands, stay) = (
        note_about(About::RegisteredBefore),
        note_about(About::ReadAs),
    );
    assert!(stands.contains("from 2017-09-01 too"), "{stands}");
    assert!(stay.contains("readings of 2026-11-11 and later"), "{stay}");
}

#[test]
fn a_meter_measures_one_thing_in_all_its_registrations() {
    let serial = "serial:PV-1";
    let first = registered(serial, "2017-09-01", &json!({}));
    let mut other = registered(serial, "2026-11-11", &json!({}));
    if let Data::MeterRegistered(meter) = &mut other.data {
        meter.fuel = events::Fuel::Solar;
    }
    let (token, register) = (heron(), register(&[first]));
    let outcome = admit(&[&other.to_json().unwrap()], &context(&token, &register));
    let why = &outcome.refused[0].refusals[0];
    assert_eq!(
        (why.pointer.as_str(), why.rule),
        ("/data/fuel", Rule::Conflict)
    );
    assert!(
        why.hint
            .contains("registered as electricity at 100001 from 2017-09-01 on"),
        "{}",
        why.hint
    );
}
