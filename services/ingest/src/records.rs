//! Kafka records: CloudEvents in binary mode.

use bus::Record;
use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use events::{Data, Event, EventType, GridRegion, Sharding, Topic, Urn, Written};
use sha2::{Digest, Sha256};

use crate::register::Registered;

/// The names of all headers that exist.
const HEADERS: [&str; 9] = [
    "ce_specversion",
    "ce_id",
    "ce_source",
    "ce_type",
    "ce_time",
    "ce_subject",
    "ce_receivedtime",
    "ce_token",
    "content-type",
];

/// The static name of a header, if it exists.
pub(crate) fn header_name(name: &str) -> Option<&'static str> {
    HEADERS.into_iter().find(|known| *known == name)
}

/// The values shared by every record of a request.
pub(crate) struct Stamp<'a> {
    pub(crate) token: &'a str,
    /// When the request was received.
    pub(crate) received: DateTime<Utc>,
    pub(crate) sharding: Sharding,
}

impl Stamp<'_> {
    /// The receive time of the event at this place in the request: each is a microsecond after the previous one, so that the
    /// later of two stands.
    pub(crate) fn received_at(&self, index: usize) -> DateTime<Utc> {
        self.received + TimeDelta::microseconds(index as i64)
    }
}

/// The values shared by every record of an event.
pub(crate) struct Envelope<'a> {
    pub(crate) kind: EventType,
    pub(crate) source: &'a str,
    pub(crate) id: &'a str,
    pub(crate) time: DateTime<Utc>,
    pub(crate) received: DateTime<Utc>,
}

impl<'a> Envelope<'a> {
    pub(crate) fn of(event: &'a Event, received: DateTime<Utc>) -> Self {
        Envelope {
            kind: event.data.kind(),
            source: &event.source,
            id: &event.id,
            time: event.time,
            received,
        }
    }
}

/// A receive time in the format of headers.
fn received(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Micros, true)
}

/// An instant in the format of headers.
pub(crate) fn instant(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::AutoSi, true)
}

/// The record of an event that names its school; `None` if it names none or cannot be serialised.
pub(crate) fn of_event(stamp: &Stamp<'_>, event: &Event) -> Option<Record> {
    let payload = event.data.to_json().ok()?;
    let envelope = Envelope::of(event, stamp.received);
    Some(record(stamp, &envelope, event.subject?, payload))
}

/// The record of an event as ingest originally sent it; `None` if the event names no school or cannot be serialised.
pub fn record_again(
    event: &Event,
    received: DateTime<Utc>,
    token: &str,
    sharding: Sharding,
) -> Option<Record> {
    let stamp = Stamp {
        token,
        received,
        sharding,
    };
    of_event(&stamp, event)
}

/// The record of one event about one school.
pub(crate) fn record(stamp: &Stamp<'_>, event: &Envelope<'_>, urn: Urn, payload: String) -> Record {
    let key = urn.to_string();
    Record {
        topic: Topic::of(event.kind),
        partition: Some(stamp.sharding.partition(urn)),
        headers: headers(stamp, event, Some(&key)),
        key,
        payload: Some(payload.into_bytes()),
    }
}

/// The record of the carbon intensity of a region. Its key is the event, time and content included: topic `grid` is compacted, and of
/// the same event sent again the last is kept. Nothing else replaces an event, because one issued earlier may arrive later.
pub(crate) fn grid_record(
    stamp: &Stamp<'_>,
    event: &Envelope<'_>,
    region: GridRegion,
    payload: String,
) -> Record {
    let mut hash = Sha256::new();
    for part in [event.source, event.id, &instant(event.time), &payload] {
        hash.update((part.len() as u64).to_le_bytes());
        hash.update(part);
    }
    Record {
        topic: Topic::of(event.kind),
        partition: None,
        key: format!(
            "{}/{}",
            region.number(),
            hex::encode(&hash.finalize()[..16])
        ),
        headers: headers(stamp, event, None),
        payload: Some(payload.into_bytes()),
    }
}

fn headers(
    stamp: &Stamp<'_>,
    event: &Envelope<'_>,
    subject: Option<&str>,
) -> Vec<(&'static str, String)> {
    let mut headers = vec![
        ("ce_specversion", "1.0".to_owned()),
        ("ce_id", event.id.to_owned()),
        ("ce_source", event.source.to_owned()),
        ("ce_type", event.kind.as_str().to_owned()),
        ("ce_time", instant(event.time)),
    ];
    headers.extend(subject.map(|subject| ("ce_subject", subject.to_owned())));
    headers.extend([
        ("ce_receivedtime", received(event.received)),
        ("ce_token", stamp.token.to_owned()),
        ("content-type", "application/json".to_owned()),
    ]);
    headers
}

/// The registration in a record of topic `register`; `None` if it holds none.
pub(crate) fn registration<'a>(
    header: impl Fn(&str) -> Option<&'a str>,
    payload: Option<&[u8]>,
) -> Option<Registered> {
    let kind = EventType::parse(header("ce_type")?)?;
    let payload = std::str::from_utf8(payload?).ok()?;
    let event = Event {
        id: header("ce_id")?.to_owned(),
        source: header("ce_source")?.to_owned(),
        time: Written::read(header("ce_time")?)?,
        subject: Some(header("ce_subject")?.parse().ok()?),
        data: Data::parse(kind, payload).ok()?,
    };
    let received = Written::read(header("ce_receivedtime")?)?;
    Some(Registered { event, received })
}
