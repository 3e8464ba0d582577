#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test stops where it fails"
)]

use events::{AcademicYear, Channel, Fuel, MICRO, MilligramsCo2e, Quantity};

use super::*;
use crate::fixtures::{bare, day, item};
use crate::line::*;
use crate::message::*;

fn school(urn: u32, beginning: i32, lines: Vec<Line>) -> Footprint {
    let period = Period::AcademicYear {
        year: AcademicYear::beginning(beginning),
        as_of: day("2026-11-22"),
    };
    let gross = lines
        .iter()
        .filter(|line| line.block == Block::Statutory)
        .filter_map(|line| Some(line.price.as_ref()?.co2e))
        .sum();
    Footprint {
        lines,
        gross,
        ..bare(urn, period)
    }
}

fn line(scope: u8, spelling: &str, quantity: Quantity, factor: Option<f64>, year: i32) -> Line {
    Line {
        block: Block::Statutory,
        scope,
        item: item(spelling),
        quantity,
        unit: "kWh".to_owned(),
        energy: Some(quantity),
        energy_from: None,
        factor_by_year: Default::default(),
        price: factor.map(|factor| Price {
            co2e: MilligramsCo2e((quantity as f64 * factor).round() as i64),
            factor,
            year,
            wanted_year: year,
            blend: Vec::new(),
            row: format!("Factors / {spelling}"),
            sources: Vec::new(),
        }),
    }
}

fn electricity(kwh: i64, factor: f64, year: i32) -> Line {
    line(2, "electricity", kwh * MICRO, Some(factor), year)
}

fn gas(kwh: i64, factor: f64, year: i32) -> Line {
    line(1, "gas", kwh * MICRO, Some(factor), year)
}

/// Checks that the parts add up exactly to the change.
fn check_whole(change: &Change) {
    let parts = change.activity.0 + change.method.0 + change.uncompared.0;
    let moved = change.joined_co2e().0 - change.left_co2e().0;
    assert_eq!(change.total().0, parts + moved);
}

#[test]
fn the_fall_of_the_2026_electricity_factor_is_method_and_no_saving() {
    // 100,000 kWh at 0.177 = 17,700 kg; 110,000 kWh at 0.13096 = 14,405.6 kg. Ten per cent more is used, and yet the
    // gross falls by 3,294.4 kg: activity 10,000 × 0.177 = +1,770 kg, method 110,000 × (0.13096 - 0.177) = -5,064.4 kg.
    let prior = school(900_100, 2024, vec![electricity(100_000, 0.177, 2025)]);
    let current = school(900_100, 2025, vec![electricity(110_000, 0.13096, 2026)]);
    let change = Change::between(&current, &prior).unwrap();
    assert_eq!(change.total(), MilligramsCo2e(-3_294_400_000));
    assert_eq!(change.activity, MilligramsCo2e(1_770_000_000));
    assert_eq!(change.method, MilligramsCo2e(-5_064_400_000));
    check_whole(&change);
    let [item] = change.by_item.as_slice() else {
        panic!("{:?}", change.by_item)
    };
    assert_eq!(item.total(), change.total());
    assert_eq!(item.prior.as_ref().unwrap().factor_years, [2025]);
    assert_eq!(item.current.as_ref().unwrap().factor, Some(0.13096));
}

#[test]
fn a_line_of_one_year_only_is_activity_unless_its_meter_was_silent() {
    let prior = school(900_100, 2024, vec![gas(10_000, 0.18296, 2025)]);
    let both = vec![
        gas(10_000, 0.18231, 2026),
        electricity(1_000, 0.13096, 2026),
    ];
    let current = school(900_100, 2025, both);
    let change = Change::between(&current, &prior).unwrap();
    // 1,000 kWh × 0.13096 = 130.96 kg of activity; gas 10,000 × (0.18231 - 0.18296) = -6.5 kg of method.
    assert_eq!(change.activity, MilligramsCo2e(130_960_000));
    assert_eq!(change.method, MilligramsCo2e(-6_500_000));
    check_whole(&change);

    let mut silent = prior;
    silent.meters = vec![MeterFigures {
        meter: "mpan:1710035168313".parse().unwrap(),
        name: None,
        fuel: Fuel::Electricity,
        registered_from: "2024-09-01".parse().unwrap(),
        registered_to: None,
        channel: Channel::AI,
        import: 0,
        export: 0,
        coverage: Coverage {
            expected: 17_520,
            ..Coverage::default()
        },
        export_coverage: None,
        silent_since: "2024-09-01".parse().ok(),
    }];
    let change = Change::between(&current, &silent).unwrap();
    assert_eq!(change.activity, MilligramsCo2e(0));
    assert_eq!(change.uncompared, MilligramsCo2e(130_960_000));
    assert_eq!(change.not_comparable[0].why, Incomparable::SilentBefore);
    check_whole(&change);
}

#[test]
fn a_line_without_a_price_in_either_year_is_not_compared() {
    let oil = |factor, year| line(1, "burning_oil", 500 * MICRO, factor, year);
    let prior = school(
        900_100,
        2024,
        vec![gas(10_000, 0.18296, 2025), oil(Some(0.24677), 2025)],
    );
    let current = school(
        900_100,
        2025,
        vec![gas(10_000, 0.18231, 2026), oil(None, 2026)],
    );
    let change = Change::between(&current, &prior).unwrap();
    let [aside] = change.not_comparable.as_slice() else {
        panic!("{:?}", change.not_comparable)
    };
    // 500 kWh × 0.24677 = 123.385 kg leave the gross although no school has used less.
    assert_eq!(aside.why, Incomparable::UnpricedNow);
    assert_eq!(aside.prior, Some(MilligramsCo2e(123_385_000)));
    assert_eq!(change.uncompared, MilligramsCo2e(-123_385_000));
    assert_eq!(change.activity, MilligramsCo2e(0));
    check_whole(&change);
}

#[test]
fn a_year_without_figures_is_not_a_year_of_nothing() {
    let prior = school(900_100, 2024, Vec::new());
    let current = school(900_100, 2025, vec![gas(10_000, 0.18231, 2026)]);
    let change = Change::between(&current, &prior).unwrap();
    assert_eq!(change.activity, MilligramsCo2e(0));
    assert_eq!(change.not_comparable[0].why, Incomparable::NothingBefore);
    check_whole(&change);
}

#[test]
fn a_part_year_is_not_compared_with_a_year() {
    let prior = school(900_100, 2025, vec![gas(10_000, 0.18231, 2026)]);
    let current = school(900_100, 2026, vec![gas(1_000, 0.18231, 2026)]);
    assert_eq!(Change::between(&current, &prior), None);
    assert_eq!(changes(&[&current], &[&prior]), None);
}

#[test]
fn a_trust_is_the_sum_of_its_schools_and_who_joined_or_left_stands_apart() {
    let stays = |beginning, kwh, factor, year| {
        school(900_100, beginning, vec![electricity(kwh, factor, year)])
    };
    let left = school(900_101, 2024, vec![gas(20_000, 0.18296, 2025)]);
    let joined = school(900_102, 2025, vec![gas(30_000, 0.18231, 2026)]);
    let also = |beginning, kwh, factor, year| {
        school(900_103, beginning, vec![electricity(kwh, factor, year)])
    };
    let (now, then) = (
        stays(2025, 9_000, 0.13096, 2026),
        stays(2024, 10_000, 0.177, 2025),
    );
    let (now_too, then_too) = (
        also(2025, 5_000, 0.13096, 2026),
        also(2024, 5_000, 0.177, 2025),
    );
    let changes = changes(&[&joined, &now_too, &now], &[&left, &then, &then_too]).unwrap();
    // 30,000 × 0.18231 = 5,469.3 kg came, 20,000 × 0.18296 = 3,659.2 kg went.
    assert_eq!(changes.sum.joined_co2e(), MilligramsCo2e(5_469_300_000));
    assert_eq!(changes.sum.left_co2e(), MilligramsCo2e(3_659_200_000));
    // -1,000 × 0.177 = -177 kg; 14,000 × (0.13096 - 0.177) = -644.56 kg.
    assert_eq!(changes.sum.activity, MilligramsCo2e(-177_000_000));
    assert_eq!(changes.sum.method, MilligramsCo2e(-644_560_000));
    check_whole(&changes.sum);
    let parts: i64 = changes.schools.iter().map(|s| s.change.total().0).sum();
    assert_eq!(changes.sum.total().0, parts);
    let [item] = changes.sum.by_item.as_slice() else {
        panic!("{:?}", changes.sum.by_item)
    };
    assert_eq!(item.prior.as_ref().unwrap().quantity, 15_000 * MICRO);
    let alone = changes.of_school(now.urn).unwrap();
    assert_eq!(*alone, Change::between(&now, &then).unwrap());
}

#[test]
fn a_school_that_was_a_member_for_part_of_a_year_is_named() {
    let mut prior = school(900_100, 2024, vec![gas(10_000, 0.18296, 2025)]);
    prior.member.from = day("2025-03-01");
    let current = school(900_100, 2025, vec![gas(20_000, 0.18231, 2026)]);
    let change = Change::between(&current, &prior).unwrap();
    // 1 March to 31 August: 31 + 30 + 31 + 30 + 31 + 31 days.
    assert_eq!(change.part_members[0].prior_days, 184);
    assert_eq!(change.part_members[0].current_days, 365);
}

#[test]
fn electricity_saved_is_activity_at_the_factor_of_the_year_before() {
    // A trust published that 231,549 kWh less are 54 tonnes: × 0.23314 = 53,983.33 kg, and no method at all.
    let prior = school(900_100, 2024, vec![electricity(1_000_000, 0.23314, 2020)]);
    let current = school(900_100, 2025, vec![electricity(768_451, 0.23314, 2020)]);
    let change = Change::between(&current, &prior).unwrap();
    assert_eq!(format!("{:.0}", change.activity.tonnes()), "-54");
    assert_eq!(change.activity, MilligramsCo2e(-53_983_333_860));
    assert_eq!(change.method, MilligramsCo2e(0));
}
