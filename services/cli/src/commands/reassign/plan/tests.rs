#![allow(clippy::expect_used, clippy::panic, reason = "a test may panic")]

use std::collections::BTreeMap;

use super::*;

const METER: &str = "mpan:2200012767323";
const A: u32 = 900_001;
const B: u32 = 900_002;
const C: u32 = 900_003;

/// First day, last day, and the school it moved to.
type Run<'a> = (&'a str, Option<&'a str>, Option<u32>);

fn urn(number: u32) -> Urn {
    Urn::try_from(number).expect("a URN")
}

fn day(text: &str) -> NaiveDate {
    text.parse().expect("a day")
}

fn registered(stands: &[(u32, Run<'_>)]) -> Registered {
    let meter = |(from, to, moved): &Run<'_>| -> MeterRegistered {
        let data = json_of(from, *to, *moved);
        serde_json::from_value(data).expect("a registration")
    };
    let mut schools: BTreeMap<Urn, Vec<MeterRegistered>> = BTreeMap::new();
    for (school, run) in stands {
        schools.entry(urn(*school)).or_default().push(meter(run));
    }
    let stays = |all: Vec<MeterRegistered>| -> Vec<DatedRegistration> {
        let runs = events::in_turn(all, |one| one).into_iter();
        runs.map(|(run, registered)| DatedRegistration {
            registered,
            days: Days {
                from: *run.start(),
                to: *run.end(),
            },
        })
        .collect()
    };
    Registered {
        stands: schools
            .into_iter()
            .map(|(urn, all)| (urn, stays(all)))
            .collect(),
        issued: "2026-05-01T12:00:00Z".parse().expect("a time"),
    }
}

fn json_of(from: &str, to: Option<&str>, moved: Option<u32>) -> serde_json::Value {
    serde_json::json!({
        "meter": METER, "fuel": "electricity", "from": from, "to": to,
        "moved_to": moved.map(|urn| urn.to_string()), "capacity": 450.0, "unit": "kW",
    })
}

fn planned(stands: &[(u32, Run<'_>)], from: &str, until: Option<&str>) -> anyhow::Result<Plan> {
    let wanted = Wanted {
        meter: METER.parse().expect("a meter"),
        to: urn(B),
        from: day(from),
        until: until.map(day),
    };
    plan(&wanted, &registered(stands))
}

/// Moves the meter to B and compares the registrations and the moved days with the expected ones.
fn check(
    stands: &[(u32, Run<'_>)],
    (from, until): (&str, Option<&str>),
    wanted: &[(u32, Run<'_>)],
    moved: (&str, Option<&str>),
) {
    let plan = planned(stands, from, until).expect("a plan");
    let found: Vec<_> = plan
        .registrations
        .iter()
        .map(|event| {
            assert!(event.check().is_ok(), "{event:?}");
            assert_eq!(
                event.time,
                "2026-05-01T12:00:00.000001Z"
                    .parse::<DateTime<Utc>>()
                    .expect("a time")
            );
            let Data::MeterRegistered(meter) = &event.data else {
                panic!("{event:?}");
            };
            (event.subject, serde_json::to_value(meter).expect("JSON"))
        })
        .collect();
    let wanted: Vec<_> = wanted
        .iter()
        .map(|(school, (from, to, moved))| {
            let data: MeterRegistered =
                serde_json::from_value(json_of(from, *to, *moved)).expect("a registration");
            (
                Some(urn(*school)),
                serde_json::to_value(data).expect("JSON"),
            )
        })
        .collect();
    assert_eq!(found, wanted);
    assert_eq!(plan.days, Days::from_until(day(moved.0), moved.1.map(day)));
}

fn cannot(stands: &[(u32, Run<'_>)], from: &str, until: Option<&str>, why: &str) {
    let error = planned(stands, from, until)
        .expect_err("no plan")
        .to_string();
    assert!(error.contains(why), "{error}");
}

const OPEN: Run<'_> = ("2024-09-01", None, None);

#[test]
fn from_a_day_on_it_is_the_others_and_ingest_ends_the_rest() {
    let b = [(B, ("2025-01-01", None, None))];
    check(&[(A, OPEN)], ("2025-01-01", None), &b, ("2025-01-01", None));
    // The meter had already moved on: the move ends there.
    let moved_on = [
        (A, ("2024-09-01", Some("2025-08-31"), Some(C))),
        (C, ("2025-09-01", None, None)),
    ];
    let b = [(B, ("2025-01-01", Some("2025-08-31"), Some(C)))];
    check(
        &moved_on,
        ("2025-01-01", None),
        &b,
        ("2025-01-01", Some("2025-08-31")),
    );
}

#[test]
fn the_beginning_alone_leaves_the_other_school_the_end() {
    let wanted = [
        (A, ("2025-01-01", None, None)),
        (B, ("2024-09-01", Some("2024-12-31"), None)),
    ];
    let moved = ("2024-09-01", Some("2024-12-31"));
    check(&[(A, OPEN)], moved, &wanted, moved);
}

#[test]
fn from_the_first_day_on_nothing_is_left() {
    let b = [(B, OPEN)];
    check(&[(A, OPEN)], ("2024-09-01", None), &b, ("2024-09-01", None));
    let wanted = [
        (A, ("2024-09-01", Some("2024-08-31"), Some(B))),
        (B, ("2024-01-01", None, None)),
    ];
    check(
        &[(A, OPEN)],
        ("2024-01-01", None),
        &wanted,
        ("2024-01-01", None),
    );
}

#[test]
fn days_beside_the_schools_own_are_registered_beside_them() {
    let later = [
        (A, ("2024-09-01", Some("2025-08-31"), Some(B))),
        (B, ("2025-09-01", None, None)),
    ];
    let moved = ("2025-01-01", Some("2025-08-31"));
    let b = [(B, ("2025-01-01", Some("2025-08-31"), None))];
    check(&later, ("2025-01-01", None), &b, moved);
    let earlier = [
        (A, ("2025-09-01", None, None)),
        (B, ("2024-09-01", Some("2025-08-31"), Some(A))),
    ];
    let moved = ("2025-09-01", Some("2025-12-31"));
    let wanted = [
        (A, ("2026-01-01", None, None)),
        (B, ("2025-09-01", Some("2025-12-31"), None)),
    ];
    check(&earlier, moved, &wanted, moved);
    // The days in between stay without an owner.
    let apart = [
        (A, ("2025-09-01", None, None)),
        (B, ("2024-09-01", Some("2025-06-30"), None)),
    ];
    let b = [(B, ("2025-09-01", None, None))];
    check(&apart, ("2025-09-01", None), &b, ("2025-09-01", None));
}

#[test]
fn days_in_the_middle_leave_the_other_school_both_ends() {
    let moved = ("2025-01-01", Some("2025-03-31"));
    let wanted = [
        (A, ("2025-04-01", None, None)),
        (B, ("2025-01-01", Some("2025-03-31"), None)),
    ];
    check(&[(A, OPEN)], moved, &wanted, moved);
}

#[test]
fn every_registration_of_the_days_goes_along() {
    let two = [
        (A, ("2024-09-01", None, None)),
        (A, ("2025-09-01", None, None)),
    ];
    let wanted = [
        (B, ("2025-01-01", Some("2025-08-31"), None)),
        (B, ("2025-09-01", None, None)),
    ];
    check(&two, ("2025-01-01", None), &wanted, ("2025-01-01", None));
    // The same with several schools.
    let two = [
        (A, ("2024-09-01", Some("2025-08-31"), None)),
        (C, ("2025-09-01", None, None)),
    ];
    let moved = ("2025-01-01", Some("2025-12-31"));
    let wanted = [
        (B, ("2025-01-01", Some("2025-08-31"), None)),
        (C, ("2026-01-01", None, None)),
        (B, ("2025-09-01", Some("2025-12-31"), None)),
    ];
    check(&two, moved, &wanted, moved);
}

#[test]
fn a_meter_already_at_the_school_is_only_fetched() {
    let done = [
        (A, ("2024-09-01", Some("2024-12-31"), Some(B))),
        (B, ("2025-01-01", None, None)),
    ];
    check(&done, ("2025-01-01", None), &[], ("2025-01-01", None));
    check(
        &done,
        ("2025-01-01", Some("2025-03-31")),
        &[],
        ("2025-01-01", Some("2025-03-31")),
    );
}

#[test]
fn a_move_the_register_cannot_express_is_refused() {
    cannot(
        &[(A, OPEN)],
        "2025-03-31",
        Some("2025-01-01"),
        "--until is before --from",
    );
    cannot(&[], "2025-01-01", None, "register it first");
}
