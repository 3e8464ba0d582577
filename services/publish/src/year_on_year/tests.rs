use events::{MICRO, Urn};
use footprint::change::{HalfHours, Mover, NotComparable};

use super::*;

fn side(quantity: i64, co2e: i64, factor: f64, year: i32) -> Side {
    Side {
        quantity: quantity * MICRO,
        co2e: MilligramsCo2e(co2e),
        factor: Some(factor),
        factor_years: vec![year],
    }
}

/// 100,000 kWh of electricity at 0.177 became 110,000 at 0.13096: calculated in the tests of the split.
fn change() -> Change {
    Change {
        prior: MilligramsCo2e(17_700_000_000),
        current: MilligramsCo2e(14_405_600_000),
        activity: MilligramsCo2e(1_770_000_000),
        method: MilligramsCo2e(-5_064_400_000),
        by_item: vec![ItemChange {
            scope: 2,
            item: Item::Electricity,
            unit: "kWh".to_owned(),
            prior: Some(side(100_000, 17_700_000_000, 0.177, 2025)),
            current: Some(side(110_000, 14_405_600_000, 0.13096, 2026)),
            activity: MilligramsCo2e(1_770_000_000),
            method: MilligramsCo2e(-5_064_400_000),
        }],
        ..Change::default()
    }
}

fn text(change: &Change) -> String {
    sentences(change, "2024/25", "2025/26").join("\n")
}

#[test]
fn the_method_part_stands_beside_every_change_and_a_fall_by_factor_is_called_no_saving() {
    let text = text(&change());
    // 14.4056 - 17.7 = -3.2944 t, -18.6% of 17.7; 1 - 0.13096 / 0.177 = 26.0%.
    assert!(text.contains("\u{2212}3.29 t (\u{2212}18.6%)"), "{text}");
    assert!(text.contains("+1.77 t") && text.contains("\u{2212}5.06 t"));
    assert!(text.contains("A lower factor is not a saving"));
    assert!(text.contains("fell by 26%") && text.contains("partly a change of method"));
    assert!(text.contains("lag one year"));
}

#[test]
fn years_before_the_new_method_are_not_attributed_to_it() {
    let mut change = change();
    let item = &mut change.by_item[0];
    item.prior = Some(side(100_000, 20_705_000_000, 0.20705, 2024));
    item.current = Some(side(110_000, 19_470_000_000, 0.177, 2025));
    assert_eq!(electricity_of_2026(&change), None);
    let text = text(&change);
    assert!(text.contains(NO_SAVING));
}

#[test]
fn blended_years_that_meet_in_2026_are_attributed_to_the_new_method() {
    let mut change = change();
    let item = &mut change.by_item[0];
    let blended = |years: [i32; 2]| Side {
        factor: None,
        factor_years: years.into(),
        ..side(1, 1, 0.0, 0)
    };
    item.prior = Some(blended([2024, 2025]));
    item.current = Some(blended([2025, 2026]));
    let text = electricity_of_2026(&change).unwrap();
    assert!(text.starts_with("The electricity factor of 2026"), "{text}");
}

#[test]
fn who_joined_what_is_not_compared_and_missing_readings_are_named() {
    let urn: Urn = "900100".parse().unwrap();
    let mut change = change();
    change.joined = vec![Mover {
        urn,
        school: "Moorside".to_owned(),
        gross: Some(MilligramsCo2e(5_469_300_000)),
    }];
    change.not_comparable = vec![NotComparable {
        urn,
        school: "Norland".to_owned(),
        scope: 1,
        item: Item::parse("burning_oil").unwrap(),
        unit: "litres".to_owned(),
        why: Incomparable::UnpricedNow,
        prior: Some(MilligramsCo2e(123_385_000)),
        current: None,
    }];
    change.uncompared = MilligramsCo2e(-123_385_000);
    change.prior_half_hours = HalfHours {
        expected: 1_000,
        present: 710,
    };
    change.current_half_hours = HalfHours {
        expected: 1_000,
        present: 990,
    };
    let text = text(&change);
    assert!(text.contains("Moorside (5.47 t CO2e)"), "{text}");
    assert!(text.contains("having no factor in 2025/26: Burning oil of Norland"));
    assert!(text.contains("\u{2212}0.12 t of the change"));
    assert!(text.contains("71.0%") && text.contains("looks like less activity"));
}

#[test]
fn small_changes_keep_their_digits() {
    assert_eq!(signed(MilligramsCo2e(-6_500_000)), "\u{2212}0.0065");
    assert_eq!(signed(MilligramsCo2e(0)), "0.00");
    assert_eq!(signed(MilligramsCo2e(12)), "+0.000000012");
}
