//! A meter registered again from a date: each registration counts for its days.

use events::{Channel, Direction, Fuel, MICRO, MeterRegistered, Tariff, Unit};
use footprint::factors::Fallback;
use footprint::{Block, FindingKind, Footprint};

use super::{ELECTRICITY, GAS, SchoolFixture, day, line};

fn gas(from: &str, to: Option<&str>, calorific_value: f64) -> MeterRegistered {
    MeterRegistered {
        calorific_value: Some(calorific_value),
        ..meter(GAS, Fuel::Gas, from, to)
    }
}

fn meter(id: &str, fuel: Fuel, from: &str, to: Option<&str>) -> MeterRegistered {
    MeterRegistered {
        to: to.map(day),
        ..MeterRegistered::new(id.parse().expect("a meter"), fuel, day(from))
    }
}

fn of_gas(year: &Footprint) -> i64 {
    line(year, "gas").quantity
}

/// 100 m³ at 39.075 MJ/m³: 100 × 1.02264 × 39.075 ÷ 3.6 = 1,109.990500 kWh; 200 m³ at 38.9: 200 × 1.02264 × 38.9 ÷ 3.6 =
/// 2,210.038667 kWh; together 3,320.029167 kWh, in either order of the registrations.
#[test]
fn a_new_calorific_value_counts_from_its_day_on_only() {
    let both = [
        gas("2010-01-01", None, 39.075),
        gas("2025-03-01", None, 38.9),
    ];
    let year_of = |registered: &[MeterRegistered]| {
        let mut school = SchoolFixture::school(1_000, "2024-10-03");
        for one in registered {
            school.register(one);
        }
        let volume = Unit::CubicMetres;
        school.read(GAS, Channel::AI, "2025-02-28", volume, 100 * MICRO);
        school.read(GAS, Channel::AI, "2025-03-01", volume, 200 * MICRO);
        school.footprint("2024-25", Fallback::None)
    };
    let year = year_of(&both);
    assert_eq!(of_gas(&year), 1_109_990_500 + 2_210_038_667);
    let [one, other] = both.clone();
    assert_eq!(year_of(&[other, one.clone()]).lines, year.lines);
    let [meter] = year.meters.as_slice() else {
        panic!("one meter: {:?}", year.meters);
    };
    // 365 days, each once: 17,520 half-hours.
    assert_eq!(
        (meter.coverage.expected, meter.coverage.present),
        (17_520, 96)
    );
    assert_eq!(meter.coverage, year_of(&[one]).meters[0].coverage);
}

/// Both values within one month: 10 m³ × 11.099905 + 10 m³ × 11.050193333 = 110.999050 + 110.501933 kWh.
#[test]
fn a_month_with_two_calorific_values_converts_each_by_its_own() {
    let mut school = SchoolFixture::school(1_000, "2024-10-03");
    school.register(&gas("2010-01-01", None, 39.075));
    school.register(&gas("2025-03-16", None, 38.9));
    for on in ["2025-03-15", "2025-03-16"] {
        school.read(GAS, Channel::AI, on, Unit::CubicMetres, 10 * MICRO);
    }
    let year = school.footprint("2024-25", Fallback::None);
    assert_eq!(of_gas(&year), 110_999_050 + 110_501_933);
}

/// 500 kWh under a contract of 0.05 kg and 1,000 kWh under one of 0.025 kg: 25 kg each.
#[test]
fn a_new_tariff_prices_its_own_days() {
    let contract = |name: &str, kg_co2e_per_kwh: f64| Tariff {
        name: name.to_owned(),
        kg_co2e_per_kwh,
        evidence: "REGO certificates".to_owned(),
        from: day("2020-01-01"),
        to: None,
    };
    let mut school = SchoolFixture::school(1_000, "2024-10-03");
    for (from, tariff) in [
        ("2010-01-01", contract("Old Supply", 0.05)),
        ("2025-01-01", contract("New Supply", 0.025)),
    ] {
        school.register(&MeterRegistered {
            tariffs: vec![tariff],
            ..meter(ELECTRICITY, Fuel::Electricity, from, None)
        });
    }
    let kwh = Unit::KilowattHours;
    school.read(ELECTRICITY, Channel::AI, "2024-12-31", kwh, 500 * MICRO);
    school.read(ELECTRICITY, Channel::AI, "2025-01-01", kwh, 1_000 * MICRO);
    let year = school.footprint("2024-25", Fallback::None);
    let market: Vec<(i64, i64)> = year
        .lines
        .iter()
        .filter(|line| line.block == Block::MarketBased)
        .map(|line| (line.quantity, line.price.as_ref().expect("a price").co2e.0))
        .collect();
    assert_eq!(market.len(), 2);
    assert!(market.contains(&(500 * MICRO, 25_000_000)), "{market:?}");
    assert!(market.contains(&(1_000 * MICRO, 25_000_000)), "{market:?}");
}

/// From September to August without January: (365 − 31) × 48 = 16,032 half-hours, and January's reading counts nowhere.
#[test]
fn days_between_two_registrations_belong_to_no_school() {
    let mut school = SchoolFixture::school(1_000, "2024-10-03");
    school.register(&gas("2010-01-01", Some("2024-12-31"), 39.075));
    school.register(&gas("2025-02-01", None, 39.075));
    for on in ["2024-12-31", "2025-01-15", "2025-02-01"] {
        school.read(GAS, Channel::AI, on, Unit::KilowattHours, 100 * MICRO);
    }
    let year = school.footprint("2024-25", Fallback::None);
    assert_eq!(of_gas(&year), 200 * MICRO);
    let coverage = &year.meters[0].coverage;
    assert_eq!((coverage.expected, coverage.days_expected), (16_032, 334));
    let gas = year
        .sufficiency
        .fuels
        .iter()
        .find(|one| one.fuel == Fuel::Gas);
    // Gas alone heats the school, so that January is expected of the fuel though of no meter.
    assert_eq!(gas.map(|gas| gas.expected), Some(17_520));
    let estimate = year.estimates.iter().find(|one| one.meter.as_str() == GAS);
    let missing = estimate.map(|one| one.half_hours + one.left);
    assert_eq!(missing, Some(16_032 - 2 * 48));
}

#[test]
fn a_registration_taken_back_gives_its_days_to_the_one_before() {
    let mut school = SchoolFixture::school(1_000, "2024-10-03");
    school.register(&gas("2010-01-01", None, 39.075));
    school.register(&gas("2025-03-01", None, 38.9));
    school.register(&gas("2025-03-01", Some("2025-02-28"), 38.9));
    school.read(
        GAS,
        Channel::AI,
        "2025-06-15",
        Unit::CubicMetres,
        100 * MICRO,
    );
    let year = school.footprint("2024-25", Fallback::None);
    assert_eq!(of_gas(&year), 1_109_990_500);
    let moved = |kind: FindingKind| kind == FindingKind::Moved;
    assert!(!year.findings.iter().any(|finding| moved(finding.kind())));
}

/// An export meter that sends nothing takes no part in what is expected of electricity: 365 days of 48 half-hours.
#[test]
fn a_meter_registered_for_export_is_no_consumption() {
    let mut school = SchoolFixture::school(1_000, "2024-10-03");
    school.register(&meter(ELECTRICITY, Fuel::Electricity, "2010-01-01", None));
    school.register(&MeterRegistered {
        direction: Some(Direction::Export),
        ..meter("mpan:2200012030374", Fuel::Electricity, "2010-01-01", None)
    });
    school.read(
        ELECTRICITY,
        Channel::AI,
        "2025-01-15",
        Unit::KilowattHours,
        MICRO,
    );
    let year = school.footprint("2024-25", Fallback::None);
    let fuels = year.sufficiency.fuels.iter();
    let mut electricity = fuels.filter(|one| one.fuel == Fuel::Electricity);
    assert_eq!(electricity.next().map(|one| one.expected), Some(17_520));
    let estimated: Vec<_> = year
        .estimates
        .iter()
        .map(|one| one.meter.as_str())
        .collect();
    assert_eq!(estimated, [ELECTRICITY]);
}
