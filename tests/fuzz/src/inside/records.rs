//! Records of the ledger's topics, written as people write them: the topic, header lines, an empty line, the value; several
//! apart by a line `%%%`. They stand in the log one after another.

use std::path::PathBuf;
use std::sync::LazyLock;

use aggregate::fuzzing::{Parser, Poison, Row, footprints, rejected};
use aggregate::{Batch, Partition, event_of, step};
use events::{
    Event, MAX_SLOTS, Place, Quality, RejectedEvent, SettlementDay, Sharding, Topic, rejected_key,
};
use footprint::factors::{FactorSet, Fallback};
use footprint::ledger::{
    LedgerEvent, MeterDay, events_from_frame, events_to_frame, readings_from_frame,
    readings_to_frame,
};
use footprint::{AnomalyLimits, Footprint, Method, SchoolEvent, Temperatures};

/// The broker takes a little more.
const LARGEST_RECORD: usize = 1_000_000;
/// Everything lies in one partition.
const SHARDING: Sharding = Sharding {
    shards: 8,
    partitions: 1,
};

/// What is a row is kept and read back the same; what is none is kept with the reason; and all of it again adds nothing.
pub fn records(data: &[u8]) {
    let batch = batch(data);
    batch.readings.iter().for_each(|row| reading(row));
    batch.events.iter().for_each(event);
    let mut partition = Partition::default();
    step(&mut partition, batch.clone(), Default::default());
    let rows = partition.take_tail().1.rows();
    step(&mut partition, batch, Default::default());
    assert_eq!(
        partition.take_tail().1.rows(),
        0,
        "{rows} rows, and then more"
    );
}

/// Figures of whatever was sent can be computed, written and read.
pub fn figures(data: &[u8]) {
    let mut partition = Partition::default();
    step(&mut partition, batch(data), Default::default());
    let as_of = "2026-11-20".parse().expect("a day");
    let method = Method {
        factors: FactorSet::desnz().expect("factors").into(),
        fallback: Fallback::PreviousYear,
        year_choice: Default::default(),
        census: Default::default(),
        least_coverage: Default::default(),
        anomaly_limits: AnomalyLimits::default(),
        temperatures: Temperatures::default(),
    };
    let records = footprints(&mut partition, &method, as_of).expect("figures");
    for payload in records.iter().filter_map(|record| record.payload.as_ref()) {
        serde_json::from_slice::<Footprint>(payload).expect("a footprint");
        keep(payload);
    }
}

/// Where what is made of an input is kept, to be the seed of another target.
static KEEP: LazyLock<Option<PathBuf>> =
    LazyLock::new(|| Some(std::env::var_os("FUZZ_KEEP")?.into()));

fn keep(made: &[u8]) {
    if let Some(folder) = &*KEEP {
        let name = rejected_key("", &String::from_utf8_lossy(made));
        std::fs::write(folder.join(name), made).expect("a seed");
    }
}

fn batch(data: &[u8]) -> Batch {
    let mut parser = Parser::new(SHARDING);
    let mut batch = Batch::default();
    let text = String::from_utf8_lossy(data);
    // What is not UTF-8 stands in the bytes, and is looked at there.
    let pieces: Vec<&[u8]> = match text {
        std::borrow::Cow::Borrowed(text) => text.split("\n%%%\n").map(str::as_bytes).collect(),
        std::borrow::Cow::Owned(_) => vec![data],
    };
    for (offset, piece) in (0..).zip(pieces) {
        let place = Place {
            partition: 0,
            offset,
        };
        let (topic, headers, value) = parts(piece);
        let read = parser.read(topic, place, value, |show| {
            headers.iter().for_each(|(name, value)| show(name, value));
        });
        match read {
            Ok(Row::Reading(row)) => batch.readings.push(row),
            Ok(Row::Event(row)) => batch.events.push(row),
            Err(why) => poison(topic, place, &why, value),
        }
    }
    batch
}

/// Headers as name and value.
type Headers<'a> = Vec<(&'a str, &'a [u8])>;

fn parts(piece: &[u8]) -> (Topic, Headers<'_>, &[u8]) {
    let (first, mut rest) = line(piece);
    let named = std::str::from_utf8(first).ok().and_then(Topic::parse);
    let mut headers = Vec::new();
    loop {
        let (header, after) = line(rest);
        rest = after;
        let ends = header.iter().position(|byte| *byte == b':');
        let Some((name, value)) = ends.and_then(|at| header.split_at_checked(at)) else {
            return (named.unwrap_or(Topic::Readings), headers, rest);
        };
        if let Ok(name) = std::str::from_utf8(name) {
            headers.push((name, value[1..].trim_ascii()));
        }
    }
}

fn line(data: &[u8]) -> (&[u8], &[u8]) {
    match data.iter().position(|byte| *byte == b'\n') {
        Some(ends) => (&data[..ends], &data[ends + 1..]),
        None => (data, &[]),
    }
}

fn poison(topic: Topic, place: Place, why: &Poison, value: &[u8]) {
    let record = rejected(topic, place, why, b"a key", value);
    let payload = record.payload.expect("a value");
    assert!(payload.len() <= LARGEST_RECORD, "{} bytes", payload.len());
    let kept: RejectedEvent = serde_json::from_slice(&payload).expect("a refused event");
    assert!(!kept.refusals.is_empty());
}

fn reading(row: &MeterDay) {
    let slots = SettlementDay(row.day).slots();
    for (slot, (value, letter)) in row.slots.options().zip(row.slots.letters()).enumerate() {
        assert!(
            slot < slots || value.is_none(),
            "half-hour {slot} of {slots}"
        );
        assert_eq!(
            value.is_some(),
            Quality::of(letter).is_some(),
            "half-hour {slot}"
        );
    }
    let year = row
        .slots
        .values()
        .try_fold(0_i64, i64::checked_add);
    assert!(
        year.and_then(|day| day.checked_mul(366)).is_some(),
        "{MAX_SLOTS} add up"
    );
    let frame = readings_to_frame(&[row]).expect("a frame");
    assert_eq!(
        readings_from_frame(&frame).expect("rows"),
        std::slice::from_ref(row)
    );
    resent(&event_of(row));
}

fn event(row: &LedgerEvent) {
    let school_event = SchoolEvent::of(row).expect("what was read can be read again");
    let frame = events_to_frame(&[row]).expect("a frame");
    assert_eq!(
        events_from_frame(&frame).expect("rows"),
        std::slice::from_ref(row)
    );
    resent(&Event {
        id: row.identity.id.to_string(),
        source: row.identity.source.to_string(),
        time: chrono::DateTime::from_timestamp_micros(row.issued).expect("an instant"),
        subject: Some(row.urn),
        data: school_event.data,
    });
}

/// The event a row came from can be sent through ingest again.
fn resent(event: &Event) {
    let json = event.to_json().expect("JSON");
    let read = Event::parse(&json).expect("an event");
    assert_eq!(&read, event);
}
