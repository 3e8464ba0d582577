mod registrations;

use std::collections::BTreeSet;

use events::{Rule, Topic};
use serde_json::{Value, json};

use super::{BatchOutcome, admit};
use crate::register::Register;
use crate::testing::{self, MPAN, context, heron, now, register, token, urn};
use crate::tokens::{Scope, Token};

fn event(kind: &str, id: &str, subject: Option<u32>, data: Value) -> String {
    json!({
        "specversion": "1.0", "id": id, "source": "meter-7", "type": kind, "time": "2026-06-02T00:00:00Z",
        "subject": subject.map(|urn| urn.to_string()), "data": data,
    })
    .to_string()
}

fn reading(id: &str, meter: &str, value: f64) -> String {
    let data = json!({ "meter": meter, "unit": "kWh", "start": "2026-06-01T08:00:00Z", "values": [value] });
    event("meter.readings.v1", id, None, data)
}

fn meter(school: u32, meter: &str) -> String {
    let fuel = if meter.starts_with("mpan:") {
        "electricity"
    } else {
        "gas"
    };
    let data = json!({ "meter": meter, "fuel": fuel, "from": "2020-01-01" });
    event("meter.registered.v1", "m", Some(school), data)
}

fn school(urn: u32, trust: &str) -> String {
    let trust = json!({ "id": trust, "name": "A trust" });
    let data =
        json!({ "name": "S", "phase": "primary", "trust": trust, "member_from": "2020-09-01" });
    event("school.registered.v1", "s", Some(urn), data)
}

fn waste(school: u32) -> String {
    let data = json!({
        "collected_on": "2026-05-01", "ewc": "200301", "weight_kg": 12.5, "basis": "weighed", "treatment": "R1",
    });
    event("waste.collected.v1", "w", Some(school), data)
}

fn judged(items: &[String], token: &Token, register: &Register) -> BatchOutcome {
    let items: Vec<_> = items.iter().map(String::as_str).collect();
    admit(&items, &context(token, register))
}

/// Compares the place, pointer and rule of every refusal with `refused`.
fn check(items: &[String], token: &Token, refused: &[(usize, &str, Rule)]) -> BatchOutcome {
    let outcome = judged(items, token, &register());
    let found: Vec<_> = outcome
        .refused
        .iter()
        .flat_map(|one| {
            one.refusals
                .iter()
                .map(|why| (one.index, why.pointer.as_str(), why.rule))
        })
        .collect();
    assert_eq!(found, refused);
    let refused: usize = outcome.refused.iter().map(|one| one.count).sum();
    assert_eq!(outcome.accepted + refused, items.len());
    outcome
}

#[test]
fn a_mixed_batch_keeps_the_good_and_reports_the_bad() {
    let mut items: Vec<_> = (0..10)
        .map(|id| reading(&id.to_string(), MPAN, 1.5))
        .collect();
    items[6] = reading("6", MPAN, -1.5);
    let outcome = check(&items, &heron(), &[(6, "/data/values/0", Rule::Negative)]);
    assert_eq!(outcome.records.len(), 9);
    let refused = &outcome.refused[0];
    assert_eq!(
        refused.identity,
        Some(("meter-7".to_owned(), "6".to_owned()))
    );
    assert_eq!(refused.event.get(), items[6]);
}

#[test]
fn a_bad_value_becomes_missing_with_a_note_and_its_event_is_kept() {
    let data = json!({
        "meter": MPAN, "unit": "kWh", "interval": "PT1H", "start": "2026-06-01T08:00:00Z", "values": [4, -1, 6],
    });
    let item = event("meter.readings.v1", "1", None, data);
    let pointer = "/data/values/1";
    let outcome = check(
        &[reading("0", MPAN, 1.0), item.clone()],
        &heron(),
        &[(1, pointer, Rule::Negative)],
    );
    assert_eq!(outcome.records.len(), 2);
    let payload = std::str::from_utf8(outcome.records[1].payload.as_deref().unwrap()).unwrap();
    let read = serde_json::from_str::<events::MeterReadings>(payload).unwrap();
    let spread = [Some(2.0), Some(2.0), None, None, Some(3.0), Some(3.0)];
    assert_eq!(read.values[18..24], spread);
    let note = serde_json::to_value(&outcome.notes).unwrap();
    let hint = &outcome.refused[0].refusals[0].hint;
    assert_eq!(
        note[0]["values"],
        json!([{ "pointer": pointer, "rule": "negative", "seen": "-1", "hint": hint }])
    );
    assert_eq!(note[0]["index"], 1);
    // Kept under a separate id, so that accepting the event does not remove it.
    let kept = &outcome.refused[0];
    let beside = ("meter-7".to_owned(), "1#values".to_owned());
    assert_eq!((kept.count, &kept.identity), (0, &Some(beside)));
    let alone: Value = serde_json::from_str(kept.event.get()).unwrap();
    assert_eq!(
        (&alone["id"], &alone["source"]),
        (&json!("1#values"), &json!("meter-7"))
    );
    assert_eq!(alone["data"]["values"], json!([null, -1.0, null]));
}

#[test]
fn bad_values_are_taken_by_themselves_once_their_cause_is_mended() {
    let data = json!({ "meter": MPAN, "unit": "kWh", "start": "2026-06-01T08:00:00Z", "values": [1, 2_500, 3], "quality": "AEA" });
    let item = event("meter.readings.v1", "1", None, data);
    let alone = judged(&[item], &heron(), &register()).refused.remove(0);
    let again = [alone.event.get().to_owned()];
    // Not yet: refused as before, under the same key.
    let refused = check(
        &again,
        &heron(),
        &[(0, "/data/values/1", Rule::Implausible)],
    );
    assert_eq!(
        (refused.accepted, &refused.refused[0].identity),
        (0, &alone.identity)
    );
    let data =
        json!({ "meter": MPAN, "fuel": "electricity", "from": "2020-01-01", "capacity": 3_000 });
    let larger = event("meter.registered.v1", "larger", Some(100_001), data);
    let outcome = check(&[vec![larger], again.to_vec()].concat(), &heron(), &[]);
    assert_eq!(outcome.taken[1].1, alone.identity.unwrap());
    let payload = outcome.records[1].payload.as_deref().unwrap();
    let read: events::MeterReadings = serde_json::from_slice(payload).unwrap();
    assert_eq!(read.values[18..21], [None, Some(2_500.0), None]);
    assert_eq!(read.quality.unwrap().find('E'), Some(19));
}

#[test]
fn a_record_has_the_key_partition_and_headers_of_its_school() {
    let outcome = check(&[reading("1", MPAN, 1.5)], &heron(), &[]);
    let record = &outcome.records[0];
    let court_sharding = events::Sharding::new(8, 4).unwrap();
    assert_eq!(
        (record.topic, record.key.as_str()),
        (Topic::Readings, "100001")
    );
    assert_eq!(
        record.partition,
        Some(court_sharding.partition(urn(100_001)))
    );
    let headers: Vec<_> = record
        .headers
        .iter()
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    assert_eq!(
        headers,
        [
            "ce_specversion=1.0",
            "ce_id=1",
            "ce_source=meter-7",
            "ce_type=meter.readings.v1",
            "ce_time=2026-06-02T00:00:00Z",
            "ce_subject=100001",
            "ce_receivedtime=2026-11-20T09:00:00.000000Z",
            "ce_token=tester",
            "content-type=application/json",
        ]
    );
    let payload = std::str::from_utf8(record.payload.as_deref().unwrap()).unwrap();
    let read = serde_json::from_str::<events::MeterReadings>(payload).unwrap();
    assert_eq!(read.values[18], Some(1.5));
}

#[test]
fn of_two_events_of_one_name_and_time_in_a_request_the_second_is_refused_if_it_contradicts() {
    let readings = |value: f64| {
        let data = json!({ "meter": MPAN, "unit": "kWh", "start": "2026-06-01T08:00:00Z", "values": [value] });
        event("meter.readings.v1", "1", None, data)
    };
    let later = readings(2.0).replace("2026-06-02T00:00:00Z", "2026-06-02T00:00:01Z");
    let conflict = |index| (index, "/id", Rule::Conflict);
    let items = [
        readings(1.0),
        readings(1.0),
        readings(2.0),
        later.clone(),
        later,
        readings(1.0),
        readings(3.0),
    ];
    check(&items, &heron(), &[conflict(2), conflict(6)]);
    // A refused event does not block another.
    let future = readings(1.0).replace("2026-06-01T08:00:00Z", "2027-06-01T08:00:00Z");
    let refused = [(0, "/data/values/0", Rule::Future)];
    check(&[future, readings(2.0)], &heron(), &refused);
}

/// It is 20 November 2026. Each is an event's time, and the beginning of its two half-hours.
#[test]
fn an_event_from_an_unset_clock_is_refused_with_a_hint() {
    let check_at = |time: &str, start: &str, wanted: Option<(&str, Rule, &str)>| {
        let data = json!({ "meter": MPAN, "unit": "kWh", "start": start, "values": [0.7, 0.7] });
        let item = event("meter.readings.v1", "boot", None, data);
        let item = item.replace("2026-06-02T00:00:00Z", time);
        let refused: Vec<_> = wanted.iter().map(|(at, rule, _)| (0, *at, *rule)).collect();
        let outcome = check(&[item], &heron(), &refused);
        let mends = outcome.refused.iter().flat_map(|one| &one.refusals);
        let mends: Vec<_> = mends.map(|why| why.hint.as_str()).collect();
        assert_eq!(
            mends,
            wanted.iter().map(|(.., hint)| *hint).collect::<Vec<_>>()
        );
    };
    let never_set = |at| {
        let hint =
            "set the clock of the meter or its gateway: there are no readings from before 2001";
        Some((at, Rule::Clock, hint))
    };
    let time = never_set("/time");
    check_at("1970-01-01T00:00:07Z", "1970-01-01T00:00:00Z", time);
    check_at("1970-01-01T00:00:09Z", "2026-11-12T09:00:00Z", time);
    check_at("2000-01-01T00:01:00Z", "2000-01-01T00:00:00Z", time);
    let start = never_set("/data/start");
    check_at("2026-11-12T09:35:00Z", "1980-01-06T00:00:00Z", start);
    let early = "set the clock: this is more than a day before 2026-11-12T10:00:00Z, when the last half-hour it comes with \
                 ended";
    let early = Some(("/time", Rule::Clock, early));
    check_at("2026-11-11T09:59:59Z", "2026-11-12T09:00:00Z", early);
    check_at("2026-11-11T10:00:00Z", "2026-11-12T09:00:00Z", None);
    check_at("2026-11-12T09:35:00Z", "2026-03-01T02:00:00Z", None);
    let ahead = "set the sender's clock: the event is issued more than a day from now";
    let ahead = Some(("/time", Rule::Future, ahead));
    check_at("2027-11-12T09:35:00Z", "2026-11-12T09:00:00Z", ahead);
}

#[test]
fn the_limit_of_a_half_hour_is_that_of_its_fuel_unless_the_registration_raises_it() {
    let gas = "mprn:3938424403";
    let meter = |id: &str, meter: &str, fuel: &str, more: Value| {
        let mut data = json!({ "meter": meter, "fuel": fuel, "from": "2020-01-01" });
        data["capacity"] = more;
        event("meter.registered.v1", id, Some(100_001), data)
    };
    let two = |id: &str, meter: &str, unit: &str, value: f64| {
        let data = json!({ "meter": meter, "unit": unit, "start": "2026-06-01T08:00:00Z", "values": [1, value] });
        event("meter.readings.v1", id, None, data)
    };
    let items = [
        meter("gas", gas, "gas", json!(null)),
        two("0", MPAN, "kWh", 2000.0),
        two("1", MPAN, "kWh", 2000.1),
        two("2", gas, "kWh", 5000.0),
        two("3", gas, "kWh", 5000.1),
        two("4", gas, "m3", 445.0),
        two("5", gas, "m3", 446.0),
        meter("large", MPAN, "electricity", json!(12_500)),
        two("6", MPAN, "MWh", 12.5),
        two("7", MPAN, "kWh", 12_501.0),
    ];
    let beyond = |index| (index, "/data/values/1", Rule::Implausible);
    let outcome = check(&items, &heron(), &[2, 4, 6, 9].map(beyond));
    assert_eq!(outcome.accepted, items.len());
    let hint = &outcome.refused[0].refusals[0].hint;
    assert!(
        hint.contains("2000") && hint.contains("`capacity`"),
        "{hint}"
    );
    // An unknown meter loses nothing: the event is kept as received.
    let unknown = [two("8", "mpan:2200012030374", "kWh", 9_000.0)];
    check(
        &unknown,
        &heron(),
        &[(0, "/data/meter", Rule::UnknownMeter)],
    );
}

#[test]
fn nothing_is_taken_outside_the_scope_of_a_token() {
    let outside = Rule::OutOfScope;
    let egret = token(Scope::Trust("egret".to_owned()), true);
    let all = [
        reading("1", MPAN, 1.0),
        school(100_001, "heron"),
        meter(100_001, MPAN),
        waste(100_001),
    ];
    let refused = [
        (0, "/data/meter", outside),
        (1, "/data/trust/id", outside),
        (2, "/subject", outside),
        (3, "/subject", outside),
    ];
    check(&all, &egret, &refused);
    // Not even by taking the meter first.
    check(
        &[meter(100_002, MPAN), waste(100_002)],
        &egret,
        &[(0, "/data/meter", outside)],
    );
    check(&all, &heron(), &[]);

    let reader = token(Scope::Trust("heron".to_owned()), false);
    check(
        &all,
        &reader,
        &[(1, "/type", outside), (2, "/type", outside)],
    );

    let schools = token(Scope::Schools(BTreeSet::from([urn(100_001)])), true);
    check(&all, &schools, &[]);
    check(
        &[waste(100_002), waste(100_003)],
        &schools,
        &[
            (0, "/subject", outside),
            (1, "/subject", Rule::UnknownSchool),
        ],
    );

    let meters = token(Scope::Meters(BTreeSet::from([MPAN.parse().unwrap()])), true);
    check(
        &all,
        &meters,
        &[
            (1, "/subject", outside),
            (2, "/subject", outside),
            (3, "/subject", outside),
        ],
    );
    check(
        &[reading("1", "mprn:123456", 1.0)],
        &meters,
        &[(0, "/data/meter", outside)],
    );
}

#[test]
fn an_event_issued_far_ahead_is_refused() {
    let late = reading("1", MPAN, 1.0).replace("2026-06-02T00", "2099-06-02T00");
    check(&[late], &heron(), &[(0, "/time", Rule::Future)]);
}

#[test]
fn the_outcome_of_one_request_is_bounded() {
    let years = json!({
        "meter": MPAN, "unit": "kWh", "interval": "P1D", "start": "2020-01-01T00:00:00Z", "values": vec![1; 1000],
    });
    let items = [
        event("meter.readings.v1", "1", None, years),
        reading("2", MPAN, 1.0),
    ];
    let (token, register) = (heron(), register());
    let mut context = context(&token, &register);
    context.bounds.meter_days = 999;
    let items: Vec<_> = items.iter().map(String::as_str).collect();
    let outcome = admit(&items, &context);
    assert_eq!(outcome.refused[0].refusals[0].rule, Rule::TooLarge);
    assert_eq!(outcome.records.len(), 1);
}

/// Two bins of 1,100 l: 1,100 kg of residual waste are more than they weigh when full, 2,640 kg more than can be.
#[test]
fn a_load_beyond_its_bins_is_refused_and_a_heavy_one_is_noted() {
    let load = |id: &str, kg: f64| {
        let data = json!({
            "collected_on": "2026-05-01", "ewc": "200301", "weight_kg": kg, "basis": "weighed", "treatment": "R1",
            "container": { "kind": "WBI", "litres": 1100 }, "lifts": 2,
        });
        event("waste.collected.v1", id, Some(100_001), data)
    };
    let loads = [load("1", 280.0), load("2", 1400.0), load("3", 28_000.0)];
    let refused = [(2, "/data/weight_kg", Rule::Implausible)];
    let outcome = check(&loads, &heron(), &refused);
    assert_eq!(outcome.accepted, 2);
    let notes: Vec<_> = outcome
        .notes
        .iter()
        .map(|note| (note.index, note.about.as_str()))
        .collect();
    assert_eq!(notes, [(1, "heavy-load")]);
}
