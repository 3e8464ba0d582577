use events::{Data, Event};

use super::super::entry::SETTLER;
use crate::register::{Owners, Register};
use crate::testing::{day, meter_registered, now, urn};

const METER: &str = "mpan:2200012767323";
const A: u32 = 900_001;
const B: u32 = 900_002;
const C: u32 = 900_003;

/// A registration: school, when it was issued, first day, last day.
type Registration<'a> = (u32, &'a str, &'a str, Option<&'a str>);
/// What stands for a school: first day, last day, and the school it moved to.
type Stands<'a> = (u32, &'a str, Option<&'a str>, Option<u32>);

fn event((school, time, from, to): &Registration<'_>) -> Event {
    meter_registered(*school, METER, time, from, *to)
}

/// Applies a registration, with all its consequences.
fn take(register: &mut Register, event: &Event) -> Vec<Event> {
    register.apply(event, now());
    let unsettled = register.meter(&METER.parse().unwrap()).unwrap().unsettled();
    let settled: Vec<Event> = unsettled.into_iter().map(|settled| settled.event).collect();
    settled
        .iter()
        .for_each(|event| register.apply(event, now()));
    settled
}

fn is_settled(register: &Register) -> bool {
    let entry = register.meter(&METER.parse().unwrap()).unwrap();
    entry.unsettled().is_empty() && register.overlaps().is_empty()
}

/// The standing registrations, by school: last day, and the school the meter moved to.
fn standing(register: &Register) -> Vec<String> {
    let entry = register.meter(&METER.parse().unwrap()).unwrap();
    let lines = entry.registrations.iter().map(|known| {
        let meter = &known.stands.meter;
        let at_school = entry.standing(known.urn).into_iter();
        let mut runs = at_school.filter(|(_, stands)| stands.stands.meter.from == meter.from);
        // One that is taken back stands for no days.
        let end = runs.next().map_or(meter.to, |(run, _)| {
            Some(*run.end()).filter(|end| *end < chrono::NaiveDate::MAX)
        });
        let moved = meter.moved_to.filter(|_| end == meter.to);
        let (to, moved) = (
            end.map(|to| to.to_string()),
            moved.map(|urn| urn.to_string()),
        );
        format!("{} {} {to:?} {moved:?}", known.urn, meter.from)
    });
    let mut lines: Vec<_> = lines.collect();
    lines.sort();
    lines
}

fn orders<T: Clone>(all: &[T]) -> Vec<Vec<T>> {
    if all.is_empty() {
        return vec![Vec::new()];
    }
    (0..all.len())
        .flat_map(|first| {
            let mut rest = all.to_vec();
            let first = rest.remove(first);
            orders(&rest).into_iter().map(move |mut order| {
                order.insert(0, first.clone());
                order
            })
        })
        .collect()
}

/// In any order of arrival, and again after all have arrived: the same registrations stand, and no day belongs to two schools.
fn check(requested: &[Registration<'_>], stands: &[Stands<'_>]) {
    let wanted: Vec<_> = stands
        .iter()
        .map(|(school, from, to, moved)| {
            let moved = moved.map(|urn| urn.to_string());
            format!("{school} {from} {:?} {moved:?}", to.map(str::to_owned))
        })
        .collect();
    let events: Vec<_> = requested.iter().map(event).collect();
    for order in orders(&events) {
        let mut register = Register::default();
        for event in &order {
            take(&mut register, event);
            assert!(is_settled(&register), "{requested:?}");
        }
        assert_eq!(standing(&register), wanted, "{order:?}");
        for event in &order {
            assert!(
                take(&mut register, event).is_empty(),
                "sent again: {event:?}"
            );
        }

        // Accepted without knowledge of each other.
        let mut apart = Register::default();
        order.iter().for_each(|event| apart.apply(event, now()));
        for settled in apart.overlaps() {
            apart.apply(&settled.event, now());
        }
        assert_eq!(standing(&apart), wanted, "taken apart: {order:?}");
        assert!(is_settled(&apart), "{requested:?}");
    }
}

#[test]
fn a_meter_that_moves_leaves_its_school_on_the_day_before() {
    let closed = [
        (A, "2025-09-01", Some("2026-01-31"), Some(B)),
        (B, "2026-02-01", None, None),
    ];
    let b = (B, "2026-01-20", "2026-02-01", None);
    check(&[(A, "2025-09-01", "2025-09-01", None), b], &closed);
    // Registered there again after it had moved, still without an end; and at one instant with the other.
    for time in ["2026-03-01", "2026-01-20"] {
        check(&[(A, time, "2025-09-01", None), b], &closed);
    }
    let both = [
        (A, "2025-09-01", "2025-09-01", None),
        (A, "2026-03-01", "2025-09-01", Some("2027-08-31")),
    ];
    check(&[both[0], both[1], b], &closed);
}

#[test]
fn a_registration_that_ends_in_time_stays_as_it_is() {
    check(
        &[
            (A, "2026-01-01", "2025-09-01", Some("2026-01-31")),
            (B, "2026-01-01", "2026-02-01", None),
        ],
        &[
            (A, "2025-09-01", Some("2026-01-31"), None),
            (B, "2026-02-01", None, None),
        ],
    );
}

#[test]
fn a_meter_that_moves_twice_is_at_each_school_in_turn() {
    check(
        &[
            (A, "2026-01-01", "2025-01-01", None),
            (B, "2026-01-03", "2025-03-01", None),
            (C, "2026-01-02", "2025-06-01", None),
        ],
        &[
            (A, "2025-01-01", Some("2025-02-28"), Some(B)),
            (B, "2025-03-01", Some("2025-05-31"), Some(C)),
            (C, "2025-06-01", None, None),
        ],
    );
}

#[test]
fn a_move_sent_again_with_another_day_moves_the_end_once_the_first_is_taken_back() {
    let a = (A, "2026-01-01", "2025-01-01", None);
    let early = (B, "2026-01-02", "2025-03-01", None);
    let late = (B, "2026-01-03", "2025-05-01", None);
    let both = [
        (A, "2025-01-01", Some("2025-02-28"), Some(B)),
        (B, "2025-03-01", Some("2025-04-30"), None),
        (B, "2025-05-01", None, None),
    ];
    check(&[a, early, late], &both);
    let back = (B, "2026-01-04", "2025-03-01", Some("2025-02-28"));
    let moved = [
        (A, "2025-01-01", Some("2025-04-30"), Some(B)),
        (B, "2025-03-01", Some("2025-02-28"), None),
        (B, "2025-05-01", None, None),
    ];
    check(&[a, early, late, back], &moved);
}

#[test]
fn successive_registrations_of_one_school_need_no_event() {
    let first = (A, "2026-01-01", "2025-01-01", None);
    let second = (A, "2026-01-02", "2025-03-01", None);
    check(
        &[first, second],
        &[
            (A, "2025-01-01", Some("2025-02-28"), None),
            (A, "2025-03-01", None, None),
        ],
    );
    // Another school's registration ends the one it runs into, and no other.
    let b = (B, "2026-01-03", "2025-06-01", None);
    check(
        &[first, second, b],
        &[
            (A, "2025-01-01", Some("2025-02-28"), None),
            (A, "2025-03-01", Some("2025-05-31"), Some(B)),
            (B, "2025-06-01", None, None),
        ],
    );
    let between = (B, "2026-01-03", "2025-02-01", None);
    check(
        &[first, second, between],
        &[
            (A, "2025-01-01", Some("2025-01-31"), Some(B)),
            (A, "2025-03-01", None, None),
            (B, "2025-02-01", Some("2025-02-28"), Some(A)),
        ],
    );
}

#[test]
fn of_two_that_begin_on_one_day_the_one_issued_last_has_the_meter() {
    check(
        &[
            (A, "2026-01-01", "2025-09-01", None),
            (B, "2026-01-02", "2025-09-01", None),
        ],
        &[
            (A, "2025-09-01", Some("2025-08-31"), Some(B)),
            (B, "2025-09-01", None, None),
        ],
    );
    check(
        &[
            (A, "2026-01-01", "1900-01-01", None),
            (B, "2026-01-02", "1900-01-01", Some("2020-12-31")),
            (C, "2026-01-03", "1900-01-01", None),
        ],
        &[
            (A, "1900-01-01", Some("1900-01-01"), Some(C)),
            (B, "1900-01-01", Some("1900-01-01"), Some(C)),
            (C, "1900-01-01", None, None),
        ],
    );
}

#[test]
fn a_registration_taken_back_gives_the_meter_back() {
    let mut register = Register::default();
    take(
        &mut register,
        &event(&(A, "2026-01-01", "2025-01-01", None)),
    );
    let b = (B, "2026-01-02", "2025-03-01", None);
    assert_eq!(take(&mut register, &event(&b)).len(), 1);
    let mut back = event(&(B, "2026-01-03", "2025-03-01", None));
    if let Data::MeterRegistered(meter) = &mut back.data {
        (meter.to, meter.moved_to) = (Some(day("2025-02-28")), Some(urn(A)));
    }
    assert!(back.check().is_ok());
    let again = take(&mut register, &back);
    assert_eq!(again.len(), 1);
    assert!(again[0].check().is_ok());
    let meter = METER.parse().unwrap();
    assert_eq!(register.owner(&meter, day("2026-01-01")), Some(urn(A)));
}

#[test]
fn a_derived_registration_stands_over_its_cause() {
    for (a, b, wanted) in [
        // The later of the two times.
        ("2026-01-01", "2026-01-02", "2026-01-02T00:00:00Z"),
        // Issued at one time, the ledger would go by the source; a microsecond is the least it keeps.
        ("2026-01-02", "2026-01-02", "2026-01-02T00:00:00.000001Z"),
        ("2026-01-03", "2026-01-02", "2026-01-03T00:00:00.000001Z"),
    ] {
        let mut register = Register::default();
        take(&mut register, &event(&(A, a, "2025-01-01", None)));
        let settled = take(&mut register, &event(&(B, b, "2025-03-01", None)));
        assert_eq!(settled.len(), 1);
        let settled = &settled[0];
        assert_eq!(
            (settled.source.as_str(), settled.subject),
            (SETTLER, Some(urn(A)))
        );
        assert_eq!(
            settled.time,
            wanted.parse::<chrono::DateTime<chrono::Utc>>().unwrap()
        );
        assert!(settled.check().is_ok(), "{settled:?}");
    }
}

#[test]
fn the_same_end_is_the_same_event_and_another_end_another() {
    let settled = |time: &str, from: &str| {
        let mut register = Register::default();
        take(
            &mut register,
            &event(&(A, "2026-01-01", "2025-01-01", None)),
        );
        take(&mut register, &event(&(B, time, from, None))).remove(0)
    };
    let one = settled("2026-01-02", "2025-03-01");
    assert_eq!(one, settled("2026-01-02", "2025-03-01"));
    assert!(
        one.id.starts_with("mpan:2200012767323-900001-2025-02-28-"),
        "{}",
        one.id
    );
    assert_ne!(one.id, settled("2026-01-03", "2025-03-01").id);
    assert_ne!(one.id, settled("2026-01-02", "2025-03-02").id);
}
