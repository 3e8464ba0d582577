#![allow(clippy::unwrap_used, reason = "a test stops where it fails")]

use events::{Fuel, MICRO, Unit};

use super::super::{EventName, MovedTo};
use super::*;

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn check(what: Odd, sentence: &str) {
    let finding = Finding {
        meter: "mpan:1710035168313".parse().unwrap(),
        days: Days {
            from: day("2026-03-04"),
            to: day("2026-03-04"),
        },
        what,
    };
    assert_eq!(finding.to_string(), sentence);
}

fn run() -> Days {
    Days {
        from: day("2026-03-03"),
        to: day("2026-03-05"),
    }
}

fn contradicted() -> Contradicted {
    let event = |id: &str| EventName {
        source: "urn:a".to_owned(),
        id: id.to_owned(),
    };
    Contradicted {
        stands: event("1"),
        against: event("2"),
        half_hours: 3,
        stands_energy: 4 * MICRO,
        against_energy: 5_440_000,
    }
}

#[test]
fn a_run_of_one_value_is_stated_with_the_value_and_its_days() {
    let stuck = |unit| Odd::Stuck {
        value: 1_500_000,
        unit,
        run: run(),
    };
    let rest = "in every half-hour of 3 days in a row, from 3 March 2026 to 5 March 2026";
    check(
        stuck(Unit::KilowattHours),
        &format!("the same 1.5 kWh {rest}"),
    );
    check(stuck(Unit::CubicMetres), &format!("the same 1.5 m³ {rest}"));
    let zero = Odd::Zero {
        fuel: Fuel::Solar,
        run: run(),
    };
    check(
        zero,
        "no generation in 3 days in a row, from 3 March 2026 to 5 March 2026",
    );
}

#[test]
fn a_change_of_level_is_stated_with_both_levels() {
    let shift = |level, before| Odd::LevelShift {
        among: DayKind::WeekdaysInTerm,
        level,
        before,
    };
    check(
        shift(330 * MICRO, 100 * MICRO),
        "about 330 kWh a day on weekdays in term in the 4 weeks from 4 March 2026 on, about 100 kWh in the 4 weeks before: \
         3.3 times as much",
    );
    check(
        shift(25 * MICRO, 100 * MICRO),
        "about 25 kWh a day on weekdays in term in the 4 weeks from 4 March 2026 on, about 100 kWh in the 4 weeks before: \
         75% lower",
    );
}

#[test]
fn a_meter_that_moved_is_stated_with_the_school_where_that_may_be_known() {
    let to = Some(MovedTo {
        urn: 900_200.try_into().unwrap(),
        from: day("2026-03-01"),
    });
    let moved = |to, counted_here| Odd::Moved { to, counted_here };
    check(
        moved(to, true),
        "it was registered at school 900200 from 1 March 2026 on, and counts there from that day",
    );
    check(
        moved(to, false),
        "it was registered at school 900200 from 1 March 2026 on, and no day of it counts here",
    );
    check(
        moved(None, true),
        "it was registered at another school too, and counts there",
    );
}

#[test]
fn contradictions_are_stated_with_both_events() {
    check(
        Odd::Contradiction(contradicted()),
        "two actual values for 3 half-hours on 4 March 2026: urn:a 1 says 4 kWh and stands, urn:a 2 says 5.4 kWh",
    );
    check(
        Odd::ZeroStands(contradicted()),
        "zeros stand for 3 half-hours on 4 March 2026: urn:a 1 says 0 kWh and stands, urn:a 2 says 5.4 kWh",
    );
    let register = |register_stands, ratio| Odd::RegisterDisagrees {
        contradicted: contradicted(),
        register_stands,
        ratio,
        run: run(),
    };
    check(
        register(false, RegisterRatio::Other),
        "the half-hours of urn:a 1 say 4 kWh from 3 March 2026 to 5 March 2026, the longer interval of urn:a 2 says 5.4 kWh: \
         1.4 kWh less; the half-hours stand",
    );
    check(
        register(true, RegisterRatio::Double),
        "the half-hours of urn:a 2 say 5.4 kWh from 3 March 2026 to 5 March 2026, the longer interval of urn:a 1 says 4 kWh: \
         twice as much, as if they held kW; the values of the interval stand",
    );
}

#[test]
fn a_day_far_above_and_a_silent_meter_are_stated_with_their_days() {
    let above = Odd::AbovePastYear {
        energy: 520 * MICRO,
        reference: 104 * MICRO,
    };
    check(
        above,
        "520 kWh in a day on 4 March 2026: 5.0 times the 104 kWh of the third-highest day of the 12 months before",
    );
    let silent = |sent_before| Odd::Silent {
        since: day("2026-03-03"),
        sent_before,
    };
    check(silent(true), "it has sent nothing since 3 March 2026");
    check(
        silent(false),
        "it has sent nothing at all, and is expected to since 3 March 2026",
    );
}
