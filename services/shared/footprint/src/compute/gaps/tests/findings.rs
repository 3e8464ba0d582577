//! Which readings are reported as odd, and which are not.

use chrono::{Datelike, NaiveDate};
use events::Fuel::{Electricity, Gas, Solar};
use events::Unit;

use super::meter_fixture::{MeterFixture, day};
use crate::FindingKind::{LevelShift, Moved, Stuck, Zero};
use crate::{Days, MovedTo, Odd};

/// A school's weekday and weekend.
fn usual(on: NaiveDate) -> f64 {
    if on.weekday().num_days_from_monday() < 5 {
        100.0 + f64::from(on.day() % 7)
    } else {
        20.0 + f64::from(on.day() % 3)
    }
}

fn school_year(fuel: events::Fuel) -> MeterFixture {
    MeterFixture::meter(fuel, "2025-09-01", "2026-08-31").days("2025-09-01", "2026-08-31", usual)
}

fn check_single(school: &MeterFixture, kind: crate::FindingKind, from: &str, to: &str) {
    assert_eq!(school.findings(), [(kind, from.to_owned(), to.to_owned())]);
}

#[test]
fn an_ordinary_year_has_nothing_odd() {
    for fuel in [Electricity, Gas, Solar] {
        assert_eq!(school_year(fuel).findings(), []);
    }
}

#[test]
fn the_same_value_in_every_half_hour_is_stuck_from_the_third_day_on() {
    let two = school_year(Electricity).flat("2026-03-03", "2026-03-04", 1.5);
    assert_eq!(two.findings(), []);
    let three = two.flat("2026-03-05", "2026-03-05", 1.5);
    check_single(&three, Stuck, "2026-03-03", "2026-03-05");
    let run = Days {
        from: day("2026-03-03"),
        to: day("2026-03-05"),
    };
    assert_eq!(
        three.footprint("2025-26").findings[0].what,
        Odd::Stuck {
            value: 1_500_000,
            unit: Unit::KilowattHours,
            run
        }
    );
}

#[test]
fn another_value_or_a_day_without_readings_ends_a_run() {
    let other = school_year(Electricity)
        .flat("2026-03-03", "2026-03-04", 1.5)
        .flat("2026-03-05", "2026-03-06", 1.6);
    assert_eq!(other.findings(), []);
    let gap = school_year(Electricity)
        .flat("2026-03-03", "2026-03-04", 1.5)
        .without("2026-03-05")
        .flat("2026-03-06", "2026-03-07", 1.5);
    assert_eq!(gap.findings(), []);
}

/// 46 half-hours of 1.5 kWh are 69, not 72.
#[test]
fn a_meter_stuck_over_the_change_of_the_clock_is_found_once() {
    let school = school_year(Electricity).flat("2026-03-27", "2026-03-31", 1.5);
    check_single(&school, Stuck, "2026-03-27", "2026-03-31");
}

#[test]
fn days_without_use_are_odd_from_another_number_on_for_each_fuel() {
    let check = |fuel, from: &str, last_allowed: &str, next: &str| {
        let allowed = school_year(fuel).flat(from, last_allowed, 0.0);
        assert_eq!(allowed.findings(), [], "{fuel:?}");
        check_single(&allowed.flat(next, next, 0.0), Zero, from, next);
    };
    check(Electricity, "2026-02-03", "2026-02-04", "2026-02-05");
    check(Solar, "2026-02-03", "2026-02-08", "2026-02-09");
    // 4 May and the 99 days after it: 27 more of May, 30, 31 and 11 of August.
    check(Gas, "2026-05-04", "2026-08-10", "2026-08-11");
}

#[test]
fn a_run_is_judged_by_its_whole_length_and_reported_in_its_own_days() {
    let school = MeterFixture::meter(Electricity, "2025-06-01", "2026-08-31")
        .days("2025-06-01", "2026-08-31", usual)
        .flat("2025-08-30", "2025-09-01", 2.0);
    check_single(&school, Stuck, "2025-09-01", "2025-09-01");
    let before = school.footprint("2024-25").findings;
    assert_eq!(before[0].days.from, day("2025-08-30"));
    assert_eq!(before[0].days.to, day("2025-08-31"));
}

#[test]
fn the_bounds_are_those_that_are_set() {
    let mut school = school_year(Electricity).flat("2026-03-03", "2026-03-04", 1.5);
    school.method.anomaly_limits.stuck_days = 2.try_into().unwrap();
    check_single(&school, Stuck, "2026-03-03", "2026-03-04");
}

/// Three times as much from Wednesday, 4 March on: 100 to 106 kWh become 300 to 318.
#[test]
fn three_times_as_much_is_a_shift_and_is_found_once_on_its_first_day() {
    let from = |first: &'static str, times: f64| {
        MeterFixture::meter(Electricity, "2025-09-01", "2026-08-31").days(
            "2025-09-01",
            "2026-08-31",
            move |on| usual(on) * if on >= day(first) { times } else { 1.0 },
        )
    };
    let shifted = from("2026-03-04", 3.3);
    check_single(&shifted, LevelShift, "2026-03-04", "2026-03-04");
    let Odd::LevelShift { level, before, .. } = shifted.footprint("2025-26").findings[0].what
    else {
        panic!("no change of level");
    };
    assert_eq!(10 * level, 33 * before);
    check_single(
        &from("2026-05-17", 0.1),
        LevelShift,
        "2026-05-17",
        "2026-05-17",
    );
    assert_eq!(from("2026-03-04", 2.7).findings(), []);
}

/// A median of twenty-eight days is not moved by one week.
#[test]
fn a_week_of_nonsense_is_no_shift() {
    let school = school_year(Electricity).days("2026-03-02", "2026-03-08", |on| 10.0 * usual(on));
    assert_eq!(school.findings(), []);
}

#[test]
fn holidays_are_no_shift_where_terms_are_registered_nor_where_they_are_not() {
    let holiday = |on: NaiveDate| (day("2026-07-22")..=day("2026-08-31")).contains(&on);
    let year = || {
        MeterFixture::meter(Electricity, "2025-09-01", "2026-08-31").days(
            "2025-09-01",
            "2026-08-31",
            move |on| if holiday(on) { 20.0 } else { usual(on) },
        )
    };
    assert_eq!(year().terms(&[("2025-09-01", "2026-07-21")]).findings(), []);
    assert_eq!(
        year().findings(),
        [],
        "weekends did not fall with the weekdays"
    );
}

#[test]
fn a_shift_in_the_holidays_is_seen_among_days_out_of_term() {
    let school = MeterFixture::meter(Electricity, "2025-09-01", "2026-08-31")
        .terms(&[("2025-09-01", "2026-07-21")])
        .days("2025-09-01", "2026-07-21", usual)
        .days("2026-07-22", "2026-08-09", |_| 20.0)
        .days("2026-08-10", "2026-08-31", |_| 200.0);
    check_single(&school, LevelShift, "2026-08-10", "2026-08-10");
}

#[test]
fn boilers_that_come_on_in_autumn_are_no_shift_and_those_that_come_on_in_january_are() {
    let heated_from = |first: &'static str| {
        MeterFixture::meter(Gas, "2025-09-01", "2026-08-31").days(
            "2025-09-01",
            "2026-08-31",
            move |on| usual(on) * if on >= day(first) { 8.0 } else { 1.0 },
        )
    };
    assert_eq!(heated_from("2025-10-13").findings(), []);
    check_single(
        &heated_from("2026-01-12"),
        LevelShift,
        "2026-01-12",
        "2026-01-12",
    );
}

#[test]
fn panels_that_make_more_from_january_on_make_no_shift_and_less_make_one() {
    let from = |first: &'static str, times: f64| {
        MeterFixture::meter(Solar, "2025-09-01", "2026-08-31").days(
            "2025-09-01",
            "2026-08-31",
            move |on| usual(on) * if on >= day(first) { times } else { 1.0 },
        )
    };
    assert_eq!(from("2026-02-02", 4.0).findings(), []);
    assert_eq!(from("2025-11-03", 0.25).findings(), []);
    check_single(
        &from("2026-02-02", 0.25),
        LevelShift,
        "2026-02-02",
        "2026-02-02",
    );
    check_single(
        &from("2026-07-01", 0.25),
        LevelShift,
        "2026-07-01",
        "2026-07-01",
    );
}

#[test]
fn very_little_that_becomes_a_little_is_no_shift() {
    let school = MeterFixture::meter(Electricity, "2025-09-01", "2026-08-31").days(
        "2025-09-01",
        "2026-08-31",
        |on| if on >= day("2026-03-04") { 4.0 } else { 0.5 },
    );
    assert_eq!(school.findings(), []);
}

#[test]
fn a_meter_that_never_belonged_here_is_reported_on_its_planned_first_day() {
    let mut school = school_year(Electricity);
    school.register(|meter| {
        meter.to = meter.from.pred_opt();
        meter.moved_to = Some("900200".parse().unwrap());
    });
    check_single(&school, Moved, "2025-09-01", "2025-09-01");
}

#[test]
fn a_meter_that_stays_by_its_next_registration_has_not_moved() {
    let mut school = school_year(Electricity);
    school.register(|meter| {
        meter.to = Some(day("2026-02-28"));
        meter.moved_to = Some("900200".parse().unwrap());
    });
    school.register(|meter| {
        meter.from = day("2026-03-01");
        (meter.to, meter.moved_to) = (None, None);
    });
    assert_eq!(school.findings(), []);
}

#[test]
fn a_meter_that_moved_is_reported_with_the_school_and_the_day() {
    let mut school = school_year(Electricity);
    school.register(|meter| {
        meter.to = Some(day("2026-02-28"));
        meter.moved_to = Some("900200".parse().unwrap());
    });
    check_single(&school, Moved, "2026-02-28", "2026-02-28");
    let to = MovedTo {
        urn: "900200".parse().unwrap(),
        from: day("2026-03-01"),
    };
    assert_eq!(
        school.footprint("2025-26").findings[0].what,
        Odd::Moved {
            to: Some(to),
            counted_here: true
        }
    );
}
