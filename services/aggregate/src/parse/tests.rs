#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test stops where it fails"
)]

use super::*;

const SHARDING: Sharding = Sharding {
    shards: 8,
    partitions: 1,
};

const HEADERS: [(&str, &str); 7] = [
    ("ce_type", "meter.readings.v1"),
    ("ce_id", "1"),
    ("ce_source", "hall-meter"),
    ("ce_time", "2026-11-01T00:00:00Z"),
    ("ce_receivedtime", "2026-11-01T00:00:00.000Z"),
    ("ce_token", "tests"),
    ("ce_subject", "100001"),
];

fn read(
    topic: Topic,
    partition: i32,
    changed: (&str, Option<&[u8]>),
    json: &[u8],
) -> Result<Row, Poison> {
    let place = Place {
        partition,
        offset: 0,
    };
    Parser::new(SHARDING).read(topic, place, json, |show| {
        for (name, text) in HEADERS {
            match changed {
                (other, text) if other == name => {
                    text.into_iter().for_each(|text| show(name, text))
                }
                _ => show(name, text.as_bytes()),
            }
        }
    })
}

fn day(day: &str, values: &str, more: &str) -> String {
    format!(
        r#"{{"meter":"mpan:2200012767323","unit":"kWh","day":"{day}","values":[{values}]{more}}}"#
    )
}

/// A summer's day whose first half-hour is `first`.
fn beginning(first: &str) -> String {
    day(
        "2026-06-01",
        &format!("{first},{}", ["1.5"; 47].join(",")),
        "",
    )
}

#[test]
fn a_meter_day_becomes_its_slots() {
    let values = ["2", "null", "0.000001"].into_iter().cycle();
    let values: Vec<&str> = values.take(46).collect();
    let quality = format!(r#","quality":"{}""#, "AES".repeat(16).split_at(46).0);
    let json = day("2026-03-29", &values.join(","), &quality);
    let row = read(Topic::Readings, 0, ("", None), json.as_bytes());
    let Ok(Row::Reading(row)) = row else {
        panic!("{:?}", row.err());
    };
    let values: Vec<_> = row.slots.options().collect();
    assert_eq!(values[..3], [Some(2_000_000), None, Some(1)]);
    assert_eq!(values[45..], [Some(2_000_000), None, None, None, None]);
    assert_eq!(&row.slots.letters()[..3], b"A-S");
    assert_eq!(&row.slots.letters()[45..], b"A----");
    assert_eq!(row.issued, 1_793_491_200_000_000);
}

#[test]
fn quarters_stand_beside_the_half_hours_and_in_no_sum() {
    let values = format!("null,{}", ["1.5"; 47].join(","));
    let quarters = r#","quarters":[{"quarter":1,"value":0.25,"quality":"E"}]"#;
    let json = day("2026-06-01", &values, quarters);
    let row = read(Topic::Readings, 0, ("", None), json.as_bytes());
    let Ok(Row::Reading(row)) = row else {
        panic!("{:?}", row.err());
    };
    assert_eq!(row.slots.quarter(1), Some((250_000, Quality::Estimated)));
    assert_eq!((row.slots.value(0), row.slots.sum()), (None, 70_500_000));
}

/// Checks the error for a reading with one header changed.
fn header(name: &str, text: Option<&[u8]>, message: &str) {
    let why = read(Topic::Readings, 0, (name, text), beginning("1").as_bytes());
    let why = why.err().map(|why| why.to_string());
    assert_eq!(why.as_deref(), Some(message), "{name}: {text:?}");
}

#[test]
fn a_record_without_its_headers_is_no_event() {
    for name in HEADERS.map(|(name, _)| name) {
        if name != "ce_token" {
            header(name, None, &format!("header {name} is missing or wrong"));
        }
    }
    let wrong = |name, text: &[u8]| {
        header(
            name,
            Some(text),
            &format!("header {name} is missing or wrong"),
        );
    };
    wrong("ce_type", b"meter.readings.v2");
    wrong("ce_type", b"waste.collected.v1");
    wrong("ce_id", b"");
    wrong("ce_id", b"a\0b");
    wrong("ce_source", b"\xff");
    wrong("ce_source", &[b'x'; 201]);
    wrong("ce_time", b"12026-11-01T00:00:00Z");
    wrong("ce_time", b"2100-01-01T00:00:00Z");
    wrong("ce_subject", b"99999");
}

#[test]
fn a_record_in_the_wrong_partition_is_no_event() {
    let why = read(Topic::Readings, 1, ("", None), beginning("1").as_bytes());
    let why = why.err().map(|why| why.to_string());
    assert_eq!(why.as_deref(), Some("school 100001 belongs in partition 0"));
}

/// Checks that the error for a reading with this value contains `part`.
fn value(json: &str, part: &str) {
    let why = read(Topic::Readings, 0, ("", None), json.as_bytes());
    let why = why.err().map(|why| why.to_string()).unwrap_or_default();
    assert!(why.contains(part), "{json}: {why:?}");
}

#[test]
fn a_value_that_ingest_never_writes_is_no_event() {
    value("", "EOF");
    value("\0", "expected value");
    value(&beginning("-0.1"), "less than nothing");
    value(&beginning("1000000.1"), "more than a million");
    value(&beginning("1e300"), "cannot be kept");
    value(&beginning("1,1"), "has 48 half-hours, not 49");
    value(&beginning("\"1\""), "invalid type");
    let values = ["1"; 48].join(",");
    // Days as chrono reads them, and folders of the lake are not called.
    value(&day("+262142-12-31", &values, ""), "day +262142-12-31");
    value(&day("2026-6-1", &values, ""), "day 2026-6-1");
    let beside = format!("null,{}", ["1"; 47].join(","));
    for (quarter, amount, part) in [
        (2, "1", "quarter 2 is of no half-hour"),
        (96, "1", "quarter 96 is of no half-hour"),
        (0, "-1", "less than nothing"),
    ] {
        let quarters = format!(r#","quarters":[{{"quarter":{quarter},"value":{amount}}}]"#);
        value(&day("2026-06-01", &beside, &quarters), part);
    }
    let both = r#","quarters":[{"quarter":0,"value":1},{"quarter":1,"value":1}]"#;
    value(
        &day("2026-06-01", &beside, both),
        "quarter 1 is of no half-hour",
    );
    for letters in ["A", &"Q".repeat(48), &"\u{e9}".repeat(24)] {
        let quality = format!(r#","quality":"{letters}""#);
        value(
            &day("2026-06-01", &values, &quality),
            "48 letters A, E or S",
        );
    }
}

#[test]
fn an_event_that_breaks_its_schema_is_no_event() {
    let json = br#"{"collected_on":"2026-06-01","ewc":"200301","weight_kg":-1,"basis":"weighed","treatment":"R1"}"#;
    let why = read(
        Topic::Waste,
        0,
        ("ce_type", Some(b"waste.collected.v1")),
        json,
    );
    let why = why.err().map(|why| why.to_string()).unwrap_or_default();
    assert!(why.contains("/data/weight_kg"), "{why}");
}
