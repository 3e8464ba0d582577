//! Which days count, which channel a line counts, and which meter is silent, worked by hand. Figures are as of 22 November 2026,
//! so that 21 November is the last day counted.

use events::{Channel, Data, Fuel, MICRO, MeterRegistered, Unit};
use footprint::factors::Fallback;
use footprint::{Coverage, Days, Finding, FindingKind, Footprint, Odd};

use super::{ELECTRICITY, GAS, SchoolFixture, day, line};

/// A second meter, of the sports hall.
const HALL: &str = "mpan:1710035168313";

fn line_coverage(footprint: &Footprint, item: &str) -> Coverage {
    let line = line(footprint, item);
    footprint.coverage_of(line).expect("a metered line")
}

fn counts(coverage: Coverage) -> (i64, i64) {
    (coverage.present, coverage.expected)
}

/// 10 kWh on 21 November and 7 kWh on 22 November, which is today: 10 kWh count, of 48 half-hours.
#[test]
fn expected_days_do_not_depend_on_today_which_only_dates_the_last_readings() {
    let mut school = SchoolFixture::school(100, "2026-10-01");
    let unit = Unit::KilowattHours;
    school.meter(
        ELECTRICITY,
        Fuel::Electricity,
        "2026-11-21",
        unit,
        10 * MICRO,
    );
    school.read(ELECTRICITY, Channel::AI, "2026-11-22", unit, 7 * MICRO);
    for (period, from, expected) in [
        // 365 days, one of 46 and one of 50 half-hours.
        ("trailing-12-months", "2025-11-22", 17_520),
        // 30 + 31 + 21 days, one of 50 half-hours.
        ("2026-27", "2026-09-01", 82 * 48 + 2),
    ] {
        let footprint = school.footprint(period, Fallback::PreviousYear);
        assert_eq!(footprint.period.days().from, day(from), "{period}");
        assert_eq!(footprint.meters[0].import, 10 * MICRO, "{period}");
        assert_eq!(footprint.months[0].energy, 10 * MICRO, "{period}");
        assert_eq!(counts(footprint.coverage), (48, expected), "{period}");
        let last = footprint.coverage.last_reading.expect("a reading");
        assert_eq!(last.to_rfc3339(), "2026-11-23T00:00:00+00:00", "{period}");
    }
    let trailing = school.footprint("trailing-12-months", Fallback::PreviousYear);
    assert_eq!(trailing.period.label(), "12 months to 21 November 2026");
    assert_eq!(trailing.period.days().to, day("2026-11-21"));
}

/// From 1 September 2024 on 8,830 of 17,520 half-hours have a value, 50.4%. The export meter of the panels has all of its
/// own: together they would be 26,350 of 35,040, 75.2%.
#[test]
fn an_export_meter_adds_no_consumption() {
    let mut school = SchoolFixture::school(100, "2024-10-03");
    school.owns(ELECTRICITY, Fuel::Electricity, None, Vec::new());
    school.owns(HALL, Fuel::Electricity, None, Vec::new());
    school.sends(ELECTRICITY, Channel::AI, "2024-09-01", 8_830);
    school.sends(HALL, Channel::AE, "2024-09-01", 17_520);
    let year = school.footprint("2024-25", Fallback::None);
    for item in ["electricity", "grid_losses"] {
        assert_eq!(
            counts(line_coverage(&year, item)),
            (8_830, 17_520),
            "{item}"
        );
    }
    assert_eq!(counts(line_coverage(&year, "export")), (17_520, 17_520));
    assert_eq!(counts(year.coverage), (8_830, 17_520));
    let fuel = year.sufficiency.fuels[0];
    assert_eq!((fuel.present, fuel.expected), (8_830, 17_520));
    // Its gaps are no electricity that was used: none is estimated.
    assert!(
        year.estimates
            .iter()
            .all(|one| one.meter.as_str() == ELECTRICITY)
    );
}

/// One meter both ways, with panels from 1 March 2025 on: 184 days, one of 46 half-hours, are 8,830.
#[test]
fn export_of_a_meter_that_imports_is_expected_from_its_first_export_on() {
    let mut school = SchoolFixture::school(100, "2024-10-03");
    school.owns(ELECTRICITY, Fuel::Electricity, None, Vec::new());
    school.sends(ELECTRICITY, Channel::AI, "2024-09-01", 17_520);
    school.sends(ELECTRICITY, Channel::AE, "2025-03-01", 8_800);
    let year = school.footprint("2024-25", Fallback::None);
    assert_eq!(
        counts(line_coverage(&year, "electricity")),
        (17_520, 17_520)
    );
    assert_eq!(counts(line_coverage(&year, "export")), (8_800, 8_830));
    assert_eq!(counts(year.coverage), (17_520, 17_520));
}

/// A school of three meters, with the given data of the hall's meter.
fn of_three(hall: impl FnOnce(&mut SchoolFixture)) -> Footprint {
    let mut school = SchoolFixture::school(100, "2026-10-01");
    for (meter, fuel) in [
        (ELECTRICITY, Fuel::Electricity),
        (GAS, Fuel::Gas),
        (HALL, Fuel::Electricity),
    ] {
        school.owns(meter, fuel, None, Vec::new());
    }
    // 22 November 2025 to 21 November 2026.
    school.sends(ELECTRICITY, Channel::AI, "2025-11-22", 17_520);
    school.sends(GAS, Channel::AI, "2025-11-22", 17_520);
    hall(&mut school);
    school.footprint("trailing-12-months", Fallback::PreviousYear)
}

fn silent(footprint: &Footprint) -> Vec<&Finding> {
    let all = footprint.findings.iter();
    all.filter(|finding| finding.kind() == FindingKind::Silent)
        .collect()
}

/// 11 to 21 November are eleven days without a reading; a supplier may be seven days late.
#[test]
fn a_meter_that_stopped_while_two_others_send_is_silent_and_named() {
    // 22 November 2025 to 10 November 2026 are 354 days, one of 46 and one of 50 half-hours.
    let footprint = of_three(|school| school.sends(HALL, Channel::AI, "2025-11-22", 354 * 48));
    let [finding] = silent(&footprint)[..] else {
        panic!("{:?}", footprint.findings);
    };
    assert_eq!(finding.meter.as_str(), HALL);
    let stopped = Odd::Silent {
        since: day("2026-11-11"),
        sent_before: true,
    };
    assert_eq!(finding.what, stopped);
    let (from, to) = (day("2026-11-11"), day("2026-11-21"));
    assert_eq!(finding.days, Days { from, to });
    let hall = footprint
        .meters
        .iter()
        .find(|one| one.meter.as_str() == HALL);
    assert_eq!(hall.and_then(|hall| hall.silent_since), Some(from));
    // Both electricity meters together still have 98.5%, so no other check finds it.
    assert!(footprint.sufficiency.is_enough());
}

#[test]
fn a_meter_that_never_sent_is_silent_from_the_first_day_on() {
    let footprint = of_three(|_| {});
    let never = Odd::Silent {
        since: day("2025-11-22"),
        sent_before: false,
    };
    assert_eq!(silent(&footprint)[0].what, never);
}

#[test]
fn a_meter_is_not_silent_while_its_supplier_may_be_late_once_it_sends_again_or_when_it_is_gone() {
    let sends = |until: i64| {
        move |school: &mut SchoolFixture| school.sends(HALL, Channel::AI, "2025-11-22", until * 48)
    };
    // To 14 November are 358 days: seven days without.
    assert_eq!(silent(&of_three(sends(358))), Vec::<&Finding>::new());
    assert_eq!(silent(&of_three(sends(357))).len(), 1);
    let again = of_three(|school| {
        sends(300)(school);
        school.read(HALL, Channel::AI, "2026-11-22", Unit::KilowattHours, MICRO);
    });
    assert_eq!(silent(&again), Vec::<&Finding>::new());
    let gone = of_three(|school| {
        sends(300)(school);
        school.event(Data::MeterRegistered(MeterRegistered {
            meter: HALL.parse().expect("a meter"),
            name: None,
            fuel: Fuel::Electricity,
            from: day("2010-01-01"),
            // 300 days after 22 November 2025.
            to: Some(day("2026-09-17")),
            calorific_value: None,
            capacity: None,
            tariffs: Vec::new(),
            moved_to: None,
            unit: None,
            direction: Default::default(),
            statuses: Default::default(),
        }));
    });
    assert_eq!(silent(&gone), Vec::<&Finding>::new());
}
