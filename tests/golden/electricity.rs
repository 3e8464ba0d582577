//! Electricity: all that is in it, and blended years.

use events::MilligramsCo2e;
use footprint::factors::Fallback;
use footprint::{BlendPart, Footprint, Item, Lack, YearRule};

use super::{ELECTRICITY, SchoolFixture, line, tonnes};

fn a_gigawatt_hour(on: &str, census: &str) -> SchoolFixture {
    let mut school = SchoolFixture::school(1_000, census);
    school.kwh(ELECTRICITY, on, 1_000_000);
    school
}

/// Generation, losses on the way and well to tank of both.
fn all_in(year: &Footprint) -> i64 {
    let items = [
        "electricity",
        "grid_losses",
        "wtt_electricity",
        "wtt_grid_losses",
    ];
    let of = |item: &str| {
        let price = line(year, item).price.as_ref();
        price.map_or(0, |price| price.co2e.0)
    };
    items.into_iter().map(of).sum()
}

/// kg per kWh: 2021 0.21233 + 0.01879 + 0.05529 + 0.00489 = 0.2913, as published; 2022 0.19338 + 0.01769 + 0.04625 + 0.00423 = 0.26155, as published; 2025 0.177 + 0.01853 + 0.0459 +
/// 0.00397 = 0.2454; 2026 0.13096 + 0.01299 + 0.03682 + 0.00359 = 0.18436.
#[test]
fn all_that_is_in_a_kilowatt_hour() {
    let sums = [
        ("2021-02-01", "2020-21", 291_300_000_000),
        ("2022-02-01", "2021-22", 261_550_000_000),
        ("2025-02-01", "2024-25", 245_400_000_000),
        ("2026-02-01", "2025-26", 184_360_000_000),
    ];
    for (on, period, milligrams) in sums {
        let year = a_gigawatt_hour(on, "2020-10-01").footprint(period, Fallback::None);
        assert_eq!(all_in(&year), milligrams, "{period}");
        assert_eq!(year.voluntary.0 + year.gross.0, milligrams, "{period}");
    }
}

/// The 2020 table here has no well-to-tank rows: those lines are not priced, and not 0; the statutory total is whole.
#[test]
fn a_voluntary_factor_that_is_missing_leaves_the_statutory_total_complete() {
    let year = a_gigawatt_hour("2020-02-01", "2019-10-03").footprint("2019-20", Fallback::None);
    assert_eq!(tonnes(&year, "wtt_electricity"), "unpriced");
    assert_eq!(year.gross, MilligramsCo2e(233_140_000_000));
    assert!(year.lacks.is_empty(), "{:?}", year.lacks);
    let lack = Lack::Factor {
        item: Item::WttElectricity,
        years: "2020".to_owned(),
        row: "WTT / WTT- UK electricity (generation), per kWh".to_owned(),
        not_standing_in: None,
    };
    assert!(
        year.lacks_voluntary.contains(&lack),
        "{:?}",
        year.lacks_voluntary
    );
}

/// 122 days of 2024 and 243 of 2025: (122 × 0.20705 + 243 × 0.177) ÷ 365 = 0.187044109589 kg per kWh.
#[test]
fn blended_electricity_of_2024_25_is_0_187044() {
    let year = a_gigawatt_hour("2025-02-01", "2024-10-03").blended("2024-25");
    let price = line(&year, "electricity").price.as_ref();
    let price = price.expect("a price");
    assert_eq!(format!("{:.6}", price.factor), "0.187044");
    assert_eq!(price.co2e, MilligramsCo2e(187_044_109_589));
    let part = |year, days, factor| BlendPart {
        year,
        factor_year: year,
        days,
        factor,
        source: Some(footprint::FactorSource::Workbook),
    };
    assert_eq!(
        price.blend,
        [part(2024, 122, 0.20705), part(2025, 243, 0.177)]
    );
    assert_eq!(year.factor_set.method, YearRule::Blended);
}
