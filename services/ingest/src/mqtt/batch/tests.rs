use std::collections::BTreeSet;

use std::sync::LazyLock;

use chrono::{DateTime, TimeDelta, Utc};
use events::{Data, Event, MICRO, Quantity, Rule};
use proptest::prelude::*;

use super::*;
use crate::admission::admit;
use crate::records::instant;
use crate::testing::{MPAN, bounds, context, heron, now, register};

static SERVICES: LazyLock<Services> = LazyLock::new(|| Services::shipped().unwrap());

const HALF_HOUR: TimeDelta = TimeDelta::minutes(30);

fn subscriptions() -> Vec<Subscription> {
    let text = format!(
        "[[subscriptions]]\ntopic = \"glow/#\"\ntoken = \"tester\"\npayload = \"glow\"\n\
         [[subscriptions]]\ntopic = \"events/+\"\ntoken = \"other\"\npayload = \"cloudevents\"\n\
         [[subscriptions]]\ntopic = \"hall\"\ntoken = \"tester\"\n[subscriptions.payload.interval]\nmeter = \"{MPAN}\"\n\
         value = \"/v\"\ntime = \"/t\"\nlabel = \"end\"\ninterval = \"PT30M\"\nunit = \"kWh\"\n"
    );
    #[derive(serde::Deserialize)]
    struct Listed {
        subscriptions: Vec<Subscription>,
    }
    toml::from_str::<Listed>(&text).unwrap().subscriptions
}

fn message(topic: &str, payload: impl Into<String>) -> Message {
    Message {
        topic: topic.to_owned(),
        payload: payload.into().into_bytes(),
        retained: false,
        arrived: now(),
    }
}

/// A message of the display `device` about its meter.
fn glow(device: &str, at: DateTime<Utc>, micro: Quantity) -> Message {
    let (meter, place) = match device {
        "gas" => ("gasmeter", "\"mprn\":\"3938424403\""),
        _ => ("electricitymeter", "\"mpan\":\"2200012767323\""),
    };
    let value = micro as f64 / MICRO as f64;
    let payload = format!(
        r#"{{"{meter}":{{"timestamp":"{}","energy":{{"import":{{"cumulative":{value},"units":"kWh",{place}}}}}}}}}"#,
        instant(at)
    );
    message(&format!("glow/{device}/SENSOR/{meter}"), payload)
}

fn at(text: &str) -> DateTime<Utc> {
    format!("2026-11-20T{text}Z").parse().unwrap()
}

fn read_all(messages: &[Message], known: &Registers) -> Batch {
    let subscriptions = subscriptions();
    let reader = Reader {
        subscriptions: &subscriptions,
        services: &SERVICES,
        bounds: bounds(),
        most_events: 10,
    };
    reader.read(messages, known)
}

#[test]
fn messages_are_grouped_by_token_and_bad_ones_are_kept_with_their_topic() {
    let messages = [
        message("events/1", "[{}, {}]"),
        message("events/1", "{"),
        message("elsewhere", "1"),
        message("glow/1/STATE", "{}"),
        glow("hall", at("08:00:00"), MICRO),
        glow("hall", at("08:30:00"), 3 * MICRO),
        glow("hall", at("08:30:00"), 3 * MICRO),
        // A clock ahead of ours, and one that was never set.
        glow("hall", at("09:10:00"), 3 * MICRO),
        glow("hall", DateTime::UNIX_EPOCH, 3 * MICRO),
        message("hall", r#"{"v":2.5,"t":"2026-11-20T08:30:00Z"}"#),
    ];
    let batch = read_all(&messages, &Registers::new());
    use MqttOutcome::*;
    let wanted = [
        (Events, 2),
        (Reads, 2),
        (Repeated, 1),
        (Ignored, 2),
        (Refused, 3),
    ];
    assert_eq!(batch.outcomes, BTreeMap::from(wanted));
    let (other, tester) = (&batch.by_token["other"], &batch.by_token["tester"]);
    assert_eq!((other.items.len(), other.refused.len()), (2, 1));
    assert_eq!((tester.items.len(), tester.refused.len()), (2, 2));
    let kept = &other.refused[0];
    assert_eq!((kept.refusals[0].rule, kept.index), (Rule::Unreadable, 2));
    assert_eq!(kept.identity.as_ref().unwrap().0, "mqtt:events/1");
    let event: serde_json::Value = serde_json::from_str(kept.event.get()).unwrap();
    assert_eq!(event, json!({ "topic": "events/1", "message": "{" }));
    let rules: Vec<_> = tester
        .refused
        .iter()
        .map(|one| one.refusals[0].rule)
        .collect();
    assert_eq!(rules, [Rule::Future, Rule::Clock]);
}

#[test]
fn half_hours_are_admitted_like_events_sent_over_http() {
    let messages = [
        glow("hall", at("07:00:00"), 6_613_405_000),
        glow("hall", at("07:30:00"), 6_614_405_001),
        glow("hall", at("08:30:00"), 6_616_405_001),
        message("hall", r#"{"v":2.5,"t":"2026-11-20T08:30:00Z"}"#),
    ];
    let batch = read_all(&messages, &Registers::new());
    let items = &batch.by_token["tester"].items;
    let register = register();
    let items: Vec<&str> = items.iter().map(|item| item.text.as_str()).collect();
    let outcome = admit(&items, &context(&heron(), &register));
    assert_eq!(
        (outcome.accepted, outcome.refused.len()),
        (3, 0),
        "{outcome:?}"
    );
    let days = outcome.records.iter().map(|record| {
        let payload = record.payload.as_deref().unwrap();
        String::from_utf8(payload.to_vec()).unwrap()
    });
    let days: Vec<_> = days.collect();
    assert!(
        days[0].contains("1.000001") && days[1].contains("null,1,1,null"),
        "{days:?}"
    );
    assert!(days[2].contains("2.5"), "{days:?}");
}

/// What became of a batch before the process was killed.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Crash {
    BeforeKafka,
    BeforeTheState,
    BeforeTheAcknowledgement,
    Never,
}

fn crash() -> impl Strategy<Value = Crash> {
    prop_oneof![
        1 => Just(Crash::BeforeKafka),
        1 => Just(Crash::BeforeTheState),
        1 => Just(Crash::BeforeTheAcknowledgement),
        3 => Just(Crash::Never),
    ]
}

/// Takes the messages in batches of these sizes, the process being killed as stated. Returns the events on Kafka.
fn run(messages: &[Message], lives: &[(usize, Crash)]) -> Vec<String> {
    let (mut state, mut kafka, mut acknowledged) = (Registers::new(), Vec::new(), 0);
    let forever = (messages.len().max(1), Crash::Never);
    let mut lives = lives.iter().chain(std::iter::repeat(&forever));
    while acknowledged < messages.len() {
        let Some((size, crash)) = lives.next() else {
            break;
        };
        // Those not acknowledged come again, and others after them.
        let end = messages.len().min(acknowledged + size);
        let batch = read_all(&messages[acknowledged..end], &state);
        if *crash == Crash::BeforeKafka {
            continue;
        }
        let items = batch.by_token.into_values().flat_map(|one| one.items);
        kafka.extend(items.map(|item| item.text));
        if *crash == Crash::BeforeTheState {
            continue;
        }
        state.extend(batch.changed.registers);
        if *crash == Crash::Never {
            acknowledged = end;
        }
    }
    kafka
}

/// The half-hours of some events by meter and start; several values where events differ.
fn half_hours(items: &[String]) -> BTreeMap<(String, DateTime<Utc>), BTreeSet<Quantity>> {
    let mut found: BTreeMap<_, BTreeSet<_>> = BTreeMap::new();
    for item in items {
        let event = Event::parse(item).unwrap();
        let Data::MeterReadings(readings) = event.data else {
            panic!("{item}");
        };
        let start = readings.start.unwrap().to_utc();
        for (index, value) in readings.values.iter().enumerate() {
            let micro = (value.unwrap() * MICRO as f64).round() as Quantity;
            let key = (readings.meter.to_string(), start + HALF_HOUR * index as i32);
            found.entry(key).or_default().insert(micro);
        }
    }
    found
}

proptest! {
    /// However often the process is killed, wherever, and whatever comes twice: each half-hour has one value, the one that it
    /// has without a crash, and together they are what the registers counted.
    #[test]
    fn any_crash_gives_the_same_half_hours(
        steps in proptest::collection::vec((1i64..900, 0i64..2_000_000, any::<bool>(), any::<bool>()), 1..120),
        lives in proptest::collection::vec((1usize..40, crash()), 0..40),
        copies in proptest::collection::vec(0usize..120, 0..20),
    ) {
        let first = at("08:00:00") - TimeDelta::days(2);
        let (mut totals, mut times) = ([6_613_405_000, 17_940_852_000], [first; 2]);
        let mut messages = vec![glow("hall", first, totals[0]), glow("gas", first, totals[1])];
        let begun = totals;
        for (seconds, counted, is_gas, zero) in steps {
            let (which, device) = if is_gas { (1, "gas") } else { (0, "hall") };
            times[which] += TimeDelta::seconds(seconds);
            if zero {
                messages.push(glow(device, times[which], 0));
                times[which] += TimeDelta::seconds(1);
            }
            totals[which] += counted;
            messages.push(glow(device, times[which], totals[which]));
        }
        for (which, device) in [(0, "hall"), (1, "gas")] {
            let end = first + TimeDelta::days(2);
            messages.push(glow(device, end - TimeDelta::seconds(1), totals[which]));
            messages.push(glow(device, end, totals[which]));
        }
        // Retained messages and duplicates come later again.
        for from in copies {
            let copy = messages[from % messages.len()].clone();
            messages.push(Message { retained: true, ..copy });
        }
        let undisturbed = half_hours(&run(&messages, &[]));
        let events = run(&messages, &lives);
        let mut by_id = BTreeMap::new();
        for item in &events {
            let event = Event::parse(item).unwrap();
            let before = by_id.insert((event.source, event.id), item);
            prop_assert!(before.is_none_or(|before| before == item), "one id, two contents");
        }
        let found = half_hours(&events);
        prop_assert_eq!(&found, &undisturbed);
        prop_assert!(found.values().all(|values| values.len() == 1));
        prop_assert_eq!(found.len(), 2 * 96);
        let sum: Quantity = found.values().flatten().sum();
        prop_assert_eq!(sum, totals[0] + totals[1] - begun[0] - begun[1]);
    }
}
