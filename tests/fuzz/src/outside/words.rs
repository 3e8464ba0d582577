//! Words of a few letters: what can be read is written the same, and stays within its bounds.

use std::fmt::Display;
use std::str::FromStr;

use chrono::{DateTime, FixedOffset, NaiveDate, SecondsFormat, Utc};
use events::{
    AcademicYear, Channel, EventType, Ewc, MAX_SLOTS, MeterId, Quality, SettlementDay, Sharding,
    Topic, Treatment, Unit, Urn, Written, kilowatt_hours, micro_from_decimal, mpan_check_digit_ok,
    rejected_key,
};

pub fn words(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    same::<MeterId>(text);
    same::<AcademicYear>(text);
    if let Some(urn) = same::<Urn>(text) {
        placed(urn);
    }
    if let Ok(meter) = text.parse::<MeterId>() {
        assert!(!meter.as_str().starts_with("mpan:") || mpan_check_digit_ok(meter.number()));
        meter.doubt();
    }
    if let Ok(code) = Ewc::try_from(text.to_owned()) {
        assert_eq!(code.to_string(), text);
    }
    if let Ok(treatment) = Treatment::try_from(text.to_owned()) {
        assert_eq!(treatment.to_string(), text);
    }
    named(text, EventType::parse, EventType::as_str);
    named(text, Channel::parse, Channel::as_str);
    named(text, Topic::parse, Topic::name);
    named(text, Unit::parse, Unit::as_str);
    for byte in data {
        assert!(Quality::of(*byte).is_none_or(|quality| quality.letter() == char::from(*byte)));
    }
    if let Some(day) = NaiveDate::read(text) {
        assert_eq!(day.to_string(), text);
        half_hours(SettlementDay(day));
    }
    if let Some(at) = DateTime::<FixedOffset>::read(text) {
        let written = at.to_utc().to_rfc3339_opts(SecondsFormat::AutoSi, true);
        assert_eq!(
            DateTime::<Utc>::read(&written),
            Some(at.to_utc()),
            "{written}"
        );
        half_hours(SettlementDay::of(at.to_utc()));
    }
    if let Some(Ok(micro)) = text.parse().ok().map(micro_from_decimal)
        && micro.unsigned_abs() < 4_000_000_000_000_000
    {
        assert_eq!(micro_from_decimal(kilowatt_hours(micro)), Ok(micro));
    }
    assert_eq!(rejected_key(text, "").len(), 32);
}

/// What is read is written as it stood, but for what may be written in two ways.
fn same<T: FromStr + Display + PartialEq>(text: &str) -> Option<T> {
    let read: T = text.parse().ok()?;
    let written = read.to_string();
    let again = written.parse().ok();
    assert!(
        again.as_ref() == Some(&read),
        "{text:?} is written {written:?}"
    );
    Some(read)
}

fn named<T>(text: &str, parse: fn(&str) -> Option<T>, name: fn(T) -> &'static str) {
    assert!(
        parse(text).is_none_or(|read| name(read) == text),
        "{text:?}"
    );
}

fn placed(urn: Urn) {
    let sharding = Sharding {
        shards: 8,
        partitions: 4,
    };
    assert!(sharding.shard(urn) < sharding.shards);
    assert!((0..4).contains(&sharding.partition(urn)));
}

fn half_hours(day: SettlementDay) {
    let slots = day.slots();
    assert!([46, 48, MAX_SLOTS].contains(&slots), "{day:?}: {slots}");
    for slot in 0..slots {
        assert_eq!(day.slot_at(day.slot_starts(slot)), Some(slot), "{day:?}");
    }
    assert_eq!(day.slot_at(day.ends()), None);
}
