//! Records that are no events, with the reasons.

use bus::Record;
use events::{Topic, Urn};

use crate::flow::deployment::SHARDING;
use crate::flow::files;

/// A record that is no event.
#[derive(Clone)]
pub struct Poison {
    pub record: Record,
    /// The expected reason.
    pub why: &'static str,
}

/// The memory that many of these in a row may take: half the size of the shortest ones together.
pub const MOST_MEMORY: u64 = 160 << 20;
/// A record longer than any event.
const LONG: usize = 32 << 10;
/// Almost the largest record that the broker accepts.
const LARGEST: usize = 1_000_000;

const HEADERS: [(&str, &str); 7] = [
    ("ce_type", "meter.readings.v1"),
    ("ce_id", "an-id"),
    ("ce_source", "poison"),
    ("ce_time", "2026-11-01T00:00:00Z"),
    ("ce_receivedtime", "2026-11-01T00:00:00.000Z"),
    ("ce_token", "tests"),
    ("ce_subject", ""),
];

/// Every kind, in one partition, of every topic.
pub fn of_every_kind(partition: i32) -> Vec<Poison> {
    let value = |why, payload: &[u8]| poison(partition, why, &[], Some(payload.to_vec()));
    let values = |values: &str, more: &str| {
        let meter = files::mpan(0);
        let json = format!(
            r#"{{"meter":"mpan:{meter}","channel":"AI","unit":"kWh","day":"2019-01-01","values":[{values}]{more}}}"#
        );
        json.into_bytes()
    };
    let header = |why, name, text: &str| {
        let good = values(&["1.5"; 48].join(","), "");
        poison(partition, why, &[(name, text)], Some(good))
    };
    let day = |first: &str| format!("{first},{}", ["1.5"; 47].join(","));
    let mut all = vec![
        value("expected value", &[0; 64]),
        value("invalid unicode", b"{\"meter\":\"\xff\xfe\"}"),
        value("expected ident", b"not JSON"),
        value("EOF", br#"{"meter":"mpan:"#),
        value("expected value", &vec![b'x'; LARGEST]),
        value("not 47", &values(&["1.5"; 47].join(","), "")),
        value("less than nothing", &values(&day("-1.5"), "")),
        value("less than nothing", &values(&day("1000000.5"), "")),
        value("cannot be kept", &values(&day("1e10"), "")),
        value("letters A", &values(&day("1"), r#","quality":"Q""#)),
        poison(partition, "EOF", &[], None),
        header("ce_type", "ce_type", "waste.collected.v1"),
        header("ce_type", "ce_type", "meter.readings.v2"),
        header("ce_id", "ce_id", "an\0id"),
        header("ce_source", "ce_source", &"x".repeat(201)),
        header("ce_time", "ce_time", "12026-11-01T00:00:00Z"),
        header("ce_subject", "ce_subject", "a school"),
        header("belongs in partition", "ce_subject", &stranger(partition)),
    ];
    // Leaves out each header in turn, except the token: an event without a token is still a valid event.
    for name in HEADERS.map(|(name, _)| name) {
        if name != "ce_token" {
            let mut one = header(name, name, "");
            one.record.headers.retain(|(other, _)| *other != name);
            all.push(one);
        }
    }
    // Limits that only the Rust types check, in other events.
    let waste = br#"{"collected_on":"2019-01-01","ewc":"200301","weight_kg":-1,"basis":"weighed","treatment":"R1"}"#;
    let mut waste = value("/data/weight_kg", waste);
    waste.record.topic = Topic::Waste;
    set(&mut waste.record, "ce_type", "waste.collected.v1");
    all.push(waste);
    for topic in [Topic::Travel, Topic::Activity, Topic::Register] {
        let mut elsewhere = value("ce_type", b"{}");
        elsewhere.record.topic = topic;
        all.push(elsewhere);
    }
    all
}

/// Many in a row, in one partition.
pub fn in_a_row(count: usize) -> Vec<Poison> {
    let one = poison(0, "expected value", &[], Some(vec![b'x'; LONG]));
    vec![one; count]
}

fn poison(
    partition: i32,
    why: &'static str,
    headers: &[(&str, &str)],
    payload: Option<Vec<u8>>,
) -> Poison {
    let mut record = Record {
        topic: Topic::Readings,
        partition: Some(partition),
        key: "a key that is no school".to_owned(),
        headers: HEADERS.map(|(name, text)| (name, text.to_owned())).into(),
        payload,
    };
    set(&mut record, "ce_subject", &school(|at| at == partition));
    for (name, text) in headers {
        set(&mut record, name, text);
    }
    Poison { record, why }
}

fn set(record: &mut Record, name: &str, text: &str) {
    let header = record.headers.iter_mut().find(|(other, _)| *other == name);
    header.expect("a header").1 = text.to_owned();
}

/// A school of another partition.
fn stranger(partition: i32) -> String {
    school(|at| at != partition)
}

fn school(is_wanted: impl Fn(i32) -> bool) -> String {
    let mut urns = (0..24).map(files::urn);
    let found = urns.find(|urn: &Urn| is_wanted(SHARDING.partition(*urn)));
    found.expect("a school").to_string()
}
