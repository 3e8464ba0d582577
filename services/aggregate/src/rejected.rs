//! Turns rows and records that were put aside into records of `rejected`, with the reason.

use bus::Record;
use chrono::{DateTime, Utc};
use events::{Data, Event, Refusal, RejectedEvent, Rule, Topic, rejected_key};
use footprint::ledger::LedgerEvent;
use serde_json::Value;

use crate::poll::Poisoned;
use crate::row_to_event::event_of;
use crate::step::Stepped;

/// The records for the rows that a step put aside.
pub fn conflicts(stepped: &Stepped) -> Vec<Record> {
    let readings = stepped.readings.iter().map(|row| {
        let identity = &row.identity;
        conflict(
            &identity.source,
            &identity.id,
            row.origin.received,
            &row.origin.token,
            to_value(event_of(row)),
        )
    });
    let events = stepped.events.iter().map(|row| {
        let identity = &row.identity;
        conflict(
            &identity.source,
            &identity.id,
            row.origin.received,
            &row.origin.token,
            event(row),
        )
    });
    readings.chain(events).collect()
}

/// The record for a record of a topic that is not an event.
pub fn poison(poisoned: &Poisoned, now: DateTime<Utc>) -> Record {
    let place = format!(
        "{}/{}/{}",
        poisoned.topic.name(),
        poisoned.place.partition,
        poisoned.place.offset
    );
    let refusal = Refusal::new(
        "",
        Rule::Schema,
        format!("{}: {}", place, poisoned.why),
        "send events through ingest; only ingest writes to this topic",
    );
    let value = || Value::String(poisoned.value.clone());
    let event = serde_json::from_str(&poisoned.value).unwrap_or_else(|_| value());
    record((&place, &poisoned.key), refusal, now, "aggregate", event)
}

fn conflict(source: &str, id: &str, received: i64, token: &str, event: Value) -> Record {
    let refusal = Refusal::new(
        "/id",
        Rule::Conflict,
        id,
        "the same source and id was taken before with other content and the same time; give a correction a later time (of a file: --issued or X-Issued), or a new id (waste and activities say which they replace)",
    );
    let received = DateTime::from_timestamp_micros(received).unwrap_or_default();
    record((source, id), refusal, received, token, event)
}

fn record(
    (source, id): (&str, &str),
    refusal: Refusal,
    received: DateTime<Utc>,
    by: &str,
    event: Value,
) -> Record {
    let rejected = RejectedEvent {
        refusals: vec![refusal],
        received,
        by: by.to_owned(),
        source: source.to_owned(),
        id: id.to_owned(),
        event,
    };
    Record {
        topic: Topic::Rejected,
        partition: None,
        key: rejected_key(source, id),
        headers: Vec::new(),
        payload: serde_json::to_vec(&rejected).ok(),
    }
}

fn event(row: &LedgerEvent) -> Value {
    match Data::parse(row.kind, &row.data) {
        Ok(data) => to_value(Event {
            id: row.identity.id.to_string(),
            source: row.identity.source.to_string(),
            time: DateTime::from_timestamp_micros(row.issued).unwrap_or_default(),
            subject: Some(row.urn),
            data,
        }),
        Err(_) => Value::String(row.data.to_string()),
    }
}

fn to_value(event: Event) -> Value {
    let json = event.to_json().unwrap_or_default();
    serde_json::from_str(&json).unwrap_or(Value::String(json))
}
