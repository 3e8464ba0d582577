//! What holds of every verdict, whatever was sent.

use std::collections::BTreeMap;

use events::{
    Data, Event, EventType, MOST_PER_HALF_HOUR, Refusal, RejectedEvent, SettlementDay, Topic,
    micro_from_decimal,
};
use ingest::fuzzing::{Refused, Request, Route, Verdict, World};

/// The broker takes a little more.
const LARGEST_RECORD: usize = 1_000_000;
/// How many records of a request are sent again: one is as good as another.
const SENT_AGAIN: usize = 3;

/// Judges a request, and holds the verdict to what is promised of all.
pub fn hold(world: &World, request: &Request<'_>) {
    match world.judge(request) {
        Verdict::Problem(why) => assert!(!why.is_empty(), "a problem without a word"),
        Verdict::Unfit { refusal, kept } => refused(&Refused {
            count: 1,
            refusals: vec![refusal],
            kept,
        }),
        Verdict::Judged {
            received,
            accepted,
            records,
            refused: others,
        } => {
            let counted: usize = others.iter().map(|one| one.count).sum();
            assert_eq!(received, accepted + counted, "events came and went");
            others.iter().for_each(refused);
            let mut sum = 0_i64;
            for record in &records {
                sum = sum
                    .checked_add(accepted_as(world, record))
                    .expect("a total that can be kept");
            }
            // What was judged by what came before it in the request may not stand alone.
            if received == 1 || request.route != Route::Events {
                for record in records.iter().take(SENT_AGAIN) {
                    stands_alone(world, record);
                }
            }
        }
    }
}

/// A reason with a rule and a way to mend it, beside what came, in a record that can be read and that the broker takes.
fn refused(one: &Refused) {
    assert!(!one.refusals.is_empty(), "{one:?}");
    for Refusal { hint, .. } in &one.refusals {
        assert!(!hint.is_empty(), "{one:?}");
    }
    let record = RejectedEvent {
        refusals: one.refusals.clone(),
        received: Default::default(),
        by: String::new(),
        source: String::new(),
        id: String::new(),
        event: serde_json::from_str(&one.kept).expect("what is kept is JSON"),
    };
    let written = serde_json::to_vec(&record).expect("a record");
    assert!(written.len() <= LARGEST_RECORD, "{} bytes", written.len());
    let read: RejectedEvent = serde_json::from_slice(&written).expect("a record");
    assert_eq!(read, record);
}

/// The record is an event in its canonical form. Returns what was measured in all, in millionths.
fn accepted_as(world: &World, record: &bus::Record) -> i64 {
    let event = event_of(record);
    event.check().expect("what is kept holds its own rules");
    assert_eq!(record.topic, Topic::of(event.data.kind()));
    if let Data::GridIntensity(grid) = &event.data {
        assert_eq!((event.subject, record.partition), (None, None));
        let region = format!("{}/", grid.region.number());
        assert!(record.key.starts_with(&region), "{}", record.key);
    } else {
        let urn = event.subject.expect("a school");
        assert_eq!(record.partition, Some(world.sharding.partition(urn)));
        assert_eq!(record.key, urn.to_string());
    }
    let again = Event::parse(&event.to_json().expect("JSON")).expect("the same event");
    assert_eq!(again, event);
    let payload = record.payload.as_deref().expect("a payload");
    let Data::MeterReadings(readings) = &event.data else {
        let written = event.data.to_json().expect("JSON");
        assert_eq!(written.as_bytes(), payload, "always the same text");
        return 0;
    };
    let day = SettlementDay(readings.day.expect("a day"));
    assert_eq!(readings.values.len(), day.slots(), "{day:?}");
    let values = readings.values.iter().flatten().map(|value| {
        let micro = micro_from_decimal(*value).expect("a quantity");
        assert!((0..=MOST_PER_HALF_HOUR).contains(&micro), "{value}");
        micro
    });
    values.sum()
}

/// Sent by itself as it stands on Kafka, an event is taken again, and is the same.
fn stands_alone(world: &World, record: &bus::Record) {
    let json = event_of(record).to_json().expect("JSON");
    let verdict = world.judge(&Request {
        route: Route::Events,
        headers: &[("content-type", b"application/cloudevents+json")],
        body: json.as_bytes(),
    });
    let Verdict::Judged { records, .. } = &verdict else {
        panic!("{json}: {verdict:?}");
    };
    let same = records.iter().map(but_for_receipt);
    // A withdrawal goes to every school that had the meter on its days.
    let others = Topic::of(event_of(record).data.kind()) == Topic::Withdrawals;
    assert!(others || records.len() == 1, "{json}: {verdict:?}");
    assert!(
        same.into_iter().any(|one| one == but_for_receipt(record)),
        "{json}: {verdict:?}, not {record:?}"
    );
}

/// The later events of a request count as received a microsecond after those before them.
fn but_for_receipt(record: &bus::Record) -> bus::Record {
    let mut record = record.clone();
    record
        .headers
        .retain(|(name, _)| *name != "ce_receivedtime");
    record
}

fn event_of(record: &bus::Record) -> Event {
    let headers: BTreeMap<_, _> = record.headers.iter().cloned().collect();
    let kind = EventType::parse(&headers["ce_type"]).expect("a type");
    let payload = record.payload.as_deref().expect("a payload");
    let json = std::str::from_utf8(payload).expect("UTF-8");
    Event {
        id: headers["ce_id"].clone(),
        source: headers["ce_source"].clone(),
        time: headers["ce_time"].parse().expect("an instant"),
        subject: headers.get("ce_subject").map(|urn| urn.parse().expect("a URN")),
        data: Data::parse(kind, json).expect("data of its type"),
    }
}
