//! Gas gaps that are estimated by degree days.

use chrono::NaiveDate;
use events::Fuel::{Electricity, Gas};

use super::meter_fixture::{MeterFixture, day, each};
use crate::{EstimateBasis, GapMethod};

const WHOLE: (&str, &str) = ("2026-01-12", "2026-01-30");

/// -5 °C on Monday, 12 January, and a degree warmer each day, so that degree days are 20.5, 19.5 …; the day with the gap
/// had -4.5 °C, which is 20 degrees.
fn table() -> String {
    let mut table = "trust,day,mean_celsius\n".to_owned();
    for (warmer, on) in each(WHOLE.0, WHOLE.1).enumerate() {
        let mean = if on == day("2026-01-21") {
            -4.5
        } else {
            f64::from(warmer as u32) - 5.0
        };
        table += &format!("north,{on},{mean}\n");
    }
    table
}

/// The degrees below 15.5 °C on a day of that table.
fn degrees(on: NaiveDate) -> f64 {
    20.5 - (on - day(WHOLE.0)).num_days() as f64
}

/// Fourteen of the fifteen weekdays lie on the line 200 kWh + 30 kWh a degree: 20 degrees are 800 kWh.
#[test]
fn gas_follows_the_line_through_gas_and_degree_days() {
    let school = MeterFixture::meter(Gas, WHOLE.0, WHOLE.1)
        .days(WHOLE.0, WHOLE.1, |on| 200.0 + 30.0 * degrees(on))
        .without("2026-01-21")
        .temperatures(&table());
    let estimate = school.estimate();
    assert_eq!(estimate.energy, 800_000_000);
    assert_eq!(
        estimate.methods,
        [GapMethod {
            basis: EstimateBasis::DegreeDayLine,
            days: 1,
            fewest: 14,
            most: 14
        }]
    );
}

/// Three weekdays before the weekend of 18.5, 17.5 and 16.5 degrees, two after it of 13.5 and 12.5: together 78.5. Gas was
/// 5 × 157 = 785 kWh: 10 kWh a degree, 200 kWh for 20 degrees.
#[test]
fn with_fewer_than_ten_days_gas_goes_in_proportion() {
    let school = MeterFixture::meter(Gas, "2026-01-14", "2026-01-21")
        .terms(&[("2026-01-14", "2026-01-21")])
        .days("2026-01-14", "2026-01-20", |_| 157.0)
        .without("2026-01-17")
        .without("2026-01-18")
        .temperatures(&table());
    let gone = school.estimate();
    assert_eq!(gone.energy, 200_000_000);
    assert_eq!(
        (gone.half_hours, gone.left),
        (48, 96),
        "no weekend to compare with"
    );
}

/// On the line -50 kWh + 10 kWh a degree, a day of 1 degree would be below zero.
#[test]
fn no_estimate_is_below_zero() {
    let (from, to) = ("2026-01-12", "2026-01-25");
    let mut table = "trust,day,mean_celsius\n".to_owned();
    for (warmer, on) in each(from, to).enumerate() {
        table += &format!(
            ",{on},{}\n",
            if on == day("2026-01-25") {
                14.5
            } else {
                -5.0 + warmer as f64
            }
        );
    }
    let school = MeterFixture::meter(Gas, from, to)
        .terms(&[("2026-06-01", "2026-06-02")])
        .days(from, to, |on| 10.0 * degrees(on) - 50.0)
        .without("2026-01-25")
        .temperatures(&table);
    assert_eq!(
        (school.estimate().half_hours, school.estimate().energy),
        (48, 0)
    );
}

/// More gas on warmer days, no degree at all, or a day of unknown temperature: then the mean of similar days is used.
#[test]
fn days_alike_give_the_estimate_where_the_weather_gives_none() {
    let year = |kwh: fn(NaiveDate) -> f64| {
        MeterFixture::meter(Gas, WHOLE.0, WHOLE.1)
            .days(WHOLE.0, WHOLE.1, kwh)
            .without("2026-01-21")
    };
    let by_mean = |school: MeterFixture| {
        school.estimate().methods[0].basis == EstimateBasis::SameWeekdayWithoutTerms
    };
    assert!(by_mean(
        year(|on| 1_000.0 - degrees(on)).temperatures(&table())
    ));
    let known = table().replace("north,2026-01-21", "south,2026-01-21");
    assert!(by_mean(year(degrees).temperatures(&known)));
    let mut mild = "trust,day,mean_celsius\n".to_owned();
    each(WHOLE.0, WHOLE.1).for_each(|on| mild += &format!(",{on},16\n"));
    assert!(by_mean(year(degrees).temperatures(&mild)));
    assert!(!by_mean(year(degrees).temperatures(&table())));
}

#[test]
fn electricity_does_not_follow_the_weather() {
    let school = MeterFixture::meter(Electricity, WHOLE.0, WHOLE.1)
        .days(WHOLE.0, WHOLE.1, degrees)
        .without("2026-01-21")
        .temperatures(&table());
    assert_eq!(
        school.estimate().methods[0].basis,
        EstimateBasis::SameWeekdayWithoutTerms
    );
}
