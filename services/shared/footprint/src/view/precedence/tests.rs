use std::sync::Arc;

use chrono::NaiveDate;
use events::{Channel, Place, Unit};

use super::*;
use crate::ledger::{Origin, Slots};

/// Half-hour 10 of 11 November 2026 ends at 05:30 UTC.
const ENDED: i64 = 1_794_375_000_000_000;
const MINUTE: i64 = 60 * 1_000_000;

/// A value of one half-hour: source, id, quality, minutes after its end at which it was issued and received.
fn value(source: &str, id: &str, quality: u8, issued: Option<i64>, received: i64) -> MeterDay {
    let quality = Quality::of(quality).unwrap();
    MeterDay {
        urn: 100_001_u32.try_into().unwrap(),
        meter: "mpan:2200012767323".parse().unwrap(),
        channel: Channel::AI,
        unit: Unit::KilowattHours,
        day: NaiveDate::from_ymd_opt(2026, 11, 11).unwrap(),
        slots: Slots::from_iter([(10, 1, quality)]),
        issued: ENDED + issued.unwrap_or_default() * MINUTE,
        issue_stated: issued.is_some(),
        identity: Identity {
            source: Arc::from(source),
            id: id.into(),
        },
        origin: Origin {
            received: ENDED + received * MINUTE,
            place: Place {
                partition: 0,
                offset: 0,
            },
            token: Arc::from("tests"),
        },
    }
}

fn claim(row: &MeterDay, slot: usize) -> Option<Claim<'_>> {
    Claim::of(row, slot, DayStart::of(row.day))
}

fn check(stands: &MeterDay, yields: &MeterDay, criterion: Criterion) {
    let (one, other) = (claim(stands, 10).unwrap(), claim(yields, 10).unwrap());
    assert_eq!(one.compare(&other), (Ordering::Greater, criterion));
    assert_eq!(other.compare(&one), (Ordering::Less, criterion));
}

#[test]
fn a_value_is_never_issued_before_its_half_hour_ends_and_a_null_claims_nothing() {
    let row = value("s", "1", b'A', Some(-5), 60);
    assert_eq!(claim(&row, 10).unwrap().issued, ENDED);
    assert_eq!(claim(&row, 11), None, "a null never erases");
}

#[test]
fn within_a_source_the_last_stated_issue_stands_whatever_its_quality() {
    let check = |one, other, criterion| check(&one, &other, criterion);
    let actual = value("s", "1", b'A', Some(60), 70);
    check(
        value("s", "2", b'E', Some(90), 95),
        actual.clone(),
        Criterion::Issue,
    );
    check(
        actual.clone(),
        value("s", "2", b'A', None, 900),
        Criterion::IssueStated,
    );
    // Not stated: the better quality, then the one received last.
    let unstated = value("s", "3", b'A', None, 70);
    check(
        unstated.clone(),
        value("s", "4", b'E', None, 90),
        Criterion::Quality,
    );
    check(
        value("s", "2", b'A', None, 71),
        unstated.clone(),
        Criterion::Receipt,
    );
    check(value("s", "4", b'A', None, 70), unstated, Criterion::Name);
    check(
        value("s", "0", b'A', Some(60), 71),
        actual,
        Criterion::Receipt,
    );
}

#[test]
fn between_sources_quality_comes_before_issue() {
    let check = |one, other, criterion| check(&one, &other, criterion);
    let actual = value("a", "1", b'A', Some(60), 70);
    check(
        actual.clone(),
        value("b", "1", b'E', Some(90), 95),
        Criterion::Quality,
    );
    check(
        actual.clone(),
        value("b", "1", b'S', Some(90), 95),
        Criterion::Quality,
    );
    check(
        value("b", "1", b'A', Some(61), 65),
        actual.clone(),
        Criterion::Issue,
    );
    check(
        value("b", "1", b'A', Some(60), 71),
        actual.clone(),
        Criterion::Receipt,
    );
    check(value("b", "1", b'A', Some(60), 70), actual, Criterion::Name);
}

#[test]
fn a_clock_ahead_outranks_no_correction_and_a_clock_behind_is_no_older_than_the_half_hour() {
    let ahead = value("s", "1", b'A', Some(20 * 60), 30);
    let correction = value("s", "2", b'A', Some(120), 125);
    check(&correction, &ahead, Criterion::Issue);
    let behind = value("s", "3", b'A', Some(-20 * 60), 30);
    assert_eq!(claim(&behind, 10).unwrap().issued, ENDED);
}

#[test]
fn the_counting_value_of_a_source_competes_with_those_of_others() {
    let first = value("supplier", "1", b'A', Some(60), 70);
    let estimate = value("supplier", "2", b'E', Some(90), 95);
    let spread = value("register", "1", b'S', Some(30), 35);
    let rows = [&first, &estimate, &spread];
    let claims = rows.map(|row| (claim(row, 10).unwrap(), row.identity.id.as_ref()));
    let standing = standing_of_sources(claims);
    let names: Vec<_> = standing
        .iter()
        .map(|(claim, id)| (claim.identity.source.as_ref(), *id))
        .collect();
    // The supplier replaced its actual value with an estimate, and the register's spread value precedes an estimate.
    assert_eq!(names, [("register", "1"), ("supplier", "2")]);
}
