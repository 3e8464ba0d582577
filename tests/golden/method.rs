//! How quantities become carbon: shares, conversions, missing and corrected ones.

use events::ActivityKind::{BurningOil, MinibusDiesel, StaffCar};
use events::ActivityUnit::{Litre, Mile};
use events::{
    ActivityKind, ActivityRecorded, ActivityUnit, Channel, Data, Fuel, MICRO, MeterId,
    MilligramsCo2e, Unit,
};
use footprint::factors::Fallback;
use footprint::ledger::{DayKey, DaySum};
use footprint::{Lack, Note, Period};

use super::{SchoolFixture, day, line, tonnes};

/// A trust's year by the 2025 factors: gas 4,250,000 kWh × 0.18296, diesel 3,200 l × 2.57082, electricity
/// 2,600,000 kWh × 0.177, average-car miles 18,000 × 0.26915; over 5,400 pupils.
#[test]
fn a_statutory_year_is_1250_851324_tonnes() {
    let mut school = SchoolFixture::school(5_400, "2024-10-03");
    school.kwh("mprn:3938424403", "2025-01-15", 4_250_000);
    school.kwh("mpan:2200012767323", "2025-01-15", 2_600_000);
    school.activity(MinibusDiesel, 3_200.0, Litre, "2025-03-01");
    school.activity(StaffCar, 18_000.0, Mile, "2025-03-01");
    let year = school.footprint("2024-25", Fallback::None);
    assert_eq!(tonnes(&year, "gas"), "777.580000");
    assert_eq!(tonnes(&year, "minibus_diesel"), "8.226624");
    assert_eq!(tonnes(&year, "electricity"), "460.200000");
    assert_eq!(tonnes(&year, "staff_car"), "4.844700");
    assert_eq!(tonnes(&year, "grid_losses"), "48.178000");
    assert_eq!(year.gross, MilligramsCo2e(1_250_851_324_000));
    let ratio = year.known_tonnes_per_pupil().expect("pupils");
    assert_eq!(format!("{ratio:.6}"), "0.231639");
}

/// 231,549 kWh by the 2020 factor 0.23314 is 53,983.33 kg, published by a trust as 54 tonnes.
#[test]
fn the_academic_year_takes_the_factor_of_the_year_it_ends_in() {
    let mut school = SchoolFixture::school(1_000, "2019-10-03");
    let (kwh, on) = (231_549 * MICRO, "2020-01-15");
    school.meter(
        "mpan:2200012767323",
        Fuel::Electricity,
        on,
        Unit::KilowattHours,
        kwh,
    );
    let year = school.footprint("2019-20", Fallback::None);
    assert_eq!(year.factor_set.years, [2020]);
    assert_eq!(year.gross, MilligramsCo2e(53_983_333_860));
}

/// 100 m³ at 39.5 MJ/m³: 100 × 1.02264 × 39.5 ÷ 3.6 = 1,122.063 kWh.
#[test]
fn a_cubic_metre_of_gas_is_converted_as_on_a_bill() {
    let mut school = SchoolFixture::school(1_000, "2024-10-03");
    school.meter(
        "mprn:3938424403",
        Fuel::Gas,
        "2025-01-15",
        Unit::CubicMetres,
        100 * MICRO,
    );
    let year = school.footprint("2024-25", Fallback::None);
    assert_eq!(line(&year, "gas").quantity, 1_122_063_333);
}

/// A cubic metre at 39.075 MJ/m³: 1.02264 × 39.075 ÷ 3.6 = 11.0999 kWh.
#[test]
fn a_cubic_metre_at_another_calorific_value() {
    let kwh = events::gas_kwh_per_m3(Some(39.075));
    assert_eq!(format!("{kwh:.4}"), "11.0999");
}

#[test]
fn a_missing_factor_leaves_the_line_unpriced_and_the_total_incomplete() {
    let mut school = SchoolFixture::school(100, "2025-10-02");
    school.activity(BurningOil, 1_000.0, Litre, "2026-02-01");
    let year = school.footprint("2025-26", Fallback::None);
    assert_eq!(tonnes(&year, "burning_oil"), "unpriced");
    assert!(
        year.incomplete().iter().any(|why| why.contains("2026")),
        "{:?}",
        year.lacks
    );
    assert_eq!(year.gross, MilligramsCo2e(0));
}

/// 10,000 deliveries of the maximum of one event: 10^11 litres, 10^8 tonnes. No sum overflows.
#[test]
fn impossibly_large_quantities_still_add_up() {
    for (kind, most, unit) in [
        (ActivityKind::GasOil, 1e7, ActivityUnit::Litre),
        (ActivityKind::Lpg, 1e7, ActivityUnit::KilowattHour),
        (ActivityKind::WoodPellets, 1e4, ActivityUnit::Tonne),
    ] {
        let burnt = |times| {
            let mut school = SchoolFixture::school(5_400, "2024-10-03");
            for _ in 0..times {
                school.activity(kind, most, unit, "2025-03-01");
            }
            let year = school.footprint("2024-25", Fallback::None);
            let line = year.lines.iter().find(|line| line.scope == 1);
            let line = line.expect("what was burnt");
            [
                line.quantity,
                line.energy.unwrap_or(0),
                year.gross.0,
                year.voluntary.0,
            ]
        };
        for (one, all) in burnt(1).into_iter().zip(burnt(10_000)) {
            // One is rounded, and so 10,000 of it may be off by 10,000 halves.
            assert!(
                (all - one * 10_000).abs() <= 5_000,
                "{kind:?}: {one}, {all}"
            );
        }
    }
}

/// With the setting, 2025's factor stands in for 2026's: 1,000 l × 2.54016 kg.
#[test]
fn the_previous_years_factor_stands_in_only_when_set_and_is_disclosed() {
    let mut school = SchoolFixture::school(100, "2025-10-02");
    school.activity(BurningOil, 1_000.0, Litre, "2026-02-01");
    let year = school.footprint("2025-26", Fallback::PreviousYear);
    assert_eq!(tonnes(&year, "burning_oil"), "2.540160");
    assert!(
        year.notes.iter().any(|note| matches!(
            note,
            Note::StandInFactor {
                factor_year: 2025,
                ..
            }
        )),
        "{:?}",
        year.notes
    );
}

#[test]
fn a_quantity_over_two_years_is_shared_by_days_and_adds_up() {
    let mut school = SchoolFixture::school(100, "2024-10-03");
    let recorded = ActivityRecorded {
        activity: ActivityKind::BurningOil,
        quantity: 1_000.000_001,
        unit: ActivityUnit::Litre,
        from: day("2025-08-22"),
        to: day("2025-09-21"),
        estimated: false,
        replaces: None,
    };
    school.event(Data::ActivityRecorded(recorded));
    let quantity = |period: &str| {
        let footprint = school.footprint(period, Fallback::PreviousYear);
        let line = footprint
            .lines
            .iter()
            .find(|line| line.item.as_str() == "burning_oil");
        line.map_or(0, |line| line.quantity)
    };
    // Ten of the thirty-one days are in August.
    assert_eq!(quantity("2024-25"), 322_580_645);
    assert_eq!(quantity("2024-25") + quantity("2025-26"), 1_000_000_001);
}

#[test]
fn a_day_of_two_years_of_coverage_is_2_of_365() {
    let mut school = SchoolFixture::school(100, "2018-10-04");
    school.kwh("mpan:2200012767323", "2018-11-06", 1);
    let key = |on| DayKey {
        meter: MeterId::mpan("2200012767323").expect("a meter"),
        channel: Channel::AI,
        day: day(on),
    };
    let sum = school.history.day(&key("2018-11-06")).expect("a day");
    school.history.set_day(&key("2018-11-07"), sum);
    let year = school.footprint("2018-19", Fallback::None);
    assert_eq!(
        (year.coverage.days_present, year.coverage.days_expected),
        (2, 365)
    );
    assert_eq!(
        (year.coverage.present, year.coverage.expected),
        (96, 365 * 48)
    );
    assert!(matches!(year.period, Period::AcademicYear { .. }) && year.period.is_whole());
}

/// A litre count sent as 1,000 and corrected to 900 is 900, in either order of arrival: 900 l × 2.54016 kg.
#[test]
fn a_corrected_quantity_counts_once() {
    let recorded = |quantity: f64, replaces: Option<&str>| {
        Data::ActivityRecorded(ActivityRecorded {
            activity: ActivityKind::BurningOil,
            quantity,
            unit: ActivityUnit::Litre,
            from: day("2025-02-01"),
            to: day("2025-02-28"),
            estimated: false,
            replaces: replaces.map(str::to_owned),
        })
    };
    let mut school = SchoolFixture::school(100, "2024-10-03");
    // The school's own event is the first; these are the second and the third.
    school.event(recorded(1_000.0, None));
    school.event(recorded(900.0, Some("2")));
    let year = school.footprint("2024-25", Fallback::None);
    assert_eq!(tonnes(&year, "burning_oil"), "2.286144");
}

/// A day without a value is not a day of zero: it is unknown, and reported as such.
#[test]
fn a_day_without_a_value_is_not_a_day_of_zero() {
    let mut school = SchoolFixture::school(100, "2024-10-03");
    school.meter(
        "mpan:2200012767323",
        Fuel::Electricity,
        "2025-01-15",
        Unit::KilowattHours,
        0,
    );
    let key = DayKey {
        meter: MeterId::mpan("2200012767323").expect("a meter"),
        channel: Channel::AI,
        day: day("2025-01-15"),
    };
    let nothing = DaySum {
        present: 0,
        last: 0,
        ..school.history.day(&key).expect("a day")
    };
    school.history.set_day(&key, nothing);
    let year = school.footprint("2024-25", Fallback::None);
    assert_eq!((year.lines.len(), year.known_tonnes_per_pupil()), (0, None));
    assert!(year.lacks.contains(&Lack::AnyReading), "{:?}", year.lacks);
}
