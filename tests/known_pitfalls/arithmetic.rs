//! Mistakes of arithmetic and method.

use events::{ActivityKind, ActivityUnit, Fuel, MICRO, MilligramsCo2e, Unit};
use footprint::factors::{FactorUnit, Fallback};
use footprint::{Footprint, Item, Lack, Price, YearRule};

use crate::golden::{ELECTRICITY, SchoolFixture, line};

fn price<'a>(year: &'a Footprint, item: &str) -> Option<&'a Price> {
    line(year, item).price.as_ref()
}

/// 2,400 kWh × 0.177 = 424.8 kg over 1,000 pupils: 0.0004248 t per pupil. Pupils over kilowatt-hours would be 0.4167.
#[test]
fn trap_1_the_ratio_of_pupils_over_kilowatt_hours() {
    let mut school = SchoolFixture::school(1_000, "2024-10-03");
    school.kwh(ELECTRICITY, "2025-01-15", 2_400);
    let ratio = school
        .footprint("2024-25", Fallback::None)
        .known_tonnes_per_pupil();
    assert_eq!(
        ratio.map(|ratio| format!("{ratio:.7}")),
        Some("0.0004248".to_owned())
    );
}

/// 500 kg of food to landfill by 700.30886 kg per tonne is 350.154 kg, 0.350154 t: neither 350,154 kg nor 0.350 kg. The
/// trust's own factor per kilogram prices the same tonnes a thousandfold, as declared.
#[test]
fn trap_2_kilograms_for_tonnes_and_factors_per_tonne_for_factors_per_kilogram() {
    let mut school = SchoolFixture::school(100, "2024-10-03");
    school.collected("2025-03-01", "200108", 500.0, "D1");
    let year = school.footprint("2024-25", Fallback::None);
    let of = price(&year, "waste_food_landfill").expect("a price");
    assert_eq!(of.co2e, MilligramsCo2e(350_154_430));
    assert_eq!(format!("{:.3} t", of.co2e.tonnes()), "0.350 t");
    let own = "trust,year,level1,item,route_or_fuel,unit,value,source\n\
        golden,2025,Waste disposal/Refuse,Organic: food and drink waste,Landfill,kg,0.7,the contractor\n";
    let year = school.with_own("2024-25", own);
    let of = price(&year, "waste_food_landfill").expect("a price");
    assert_eq!((of.factor, of.co2e), (700.0, MilligramsCo2e(350_000_000)));
    assert_eq!(FactorUnit::Tonne.in_one(FactorUnit::KilowattHour), None);
}

/// Without a 2026 factor the carbon of water is unknown, not 0; the year of a factor is on its line; and figures computed
/// with one choice of factors are the same to the last bit after another choice was tried.
#[test]
fn trap_3_a_missing_factor_taken_for_zero_and_a_vintage_that_cannot_be_had_again() {
    let mut school = SchoolFixture::school(100, "2025-10-02");
    let (on, cubic_metres) = ("2026-03-01", ActivityUnit::CubicMetre);
    school.activity(ActivityKind::WaterSupply, 120.0, cubic_metres, on);
    school.kwh(ELECTRICITY, on, 1_000);
    let year = school.footprint("2025-26", Fallback::None);
    assert_eq!(price(&year, "water_supply"), None);
    let water = Item::Activity(ActivityKind::WaterSupply);
    let unpriced = |lack: &Lack| matches!(lack, Lack::Factor { item, years, .. } if *item == water && years == "2026");
    assert!(
        year.lacks_voluntary.iter().any(unpriced),
        "{:?}",
        year.lacks_voluntary
    );
    assert_eq!(
        price(&year, "electricity").map(|price| price.year),
        Some(2026)
    );
    let stood_in = school.footprint("2025-26", Fallback::PreviousYear);
    assert_eq!(
        price(&stood_in, "water_supply").map(|price| price.year),
        Some(2025)
    );
    assert_ne!(school.blended("2025-26").gross, year.gross);
    assert_eq!(school.footprint("2025-26", Fallback::None), year);
}

/// 1,000 kWh of 2024/25 are 1,000 × 0.177 by the factor of 2025, not of 2024; blended only where chosen. The figure shows
/// the choice.
#[test]
fn trap_4_the_factors_of_the_year_an_academic_year_begins_in() {
    let mut school = SchoolFixture::school(100, "2024-10-03");
    // In autumn, when the factor of 2024 was the newest.
    school.kwh(ELECTRICITY, "2024-11-15", 1_000);
    let majority = school.footprint("2024-25", Fallback::None);
    assert_eq!(majority.gross, MilligramsCo2e(177_000_000));
    let chosen = (majority.factor_set.method, majority.factor_set.years);
    assert_eq!(chosen, (YearRule::Majority, vec![2025]));
    let blended = school.blended("2024-25");
    assert_eq!(blended.gross, MilligramsCo2e(187_044_110));
    assert_eq!(blended.factor_set.method, YearRule::Blended);
}

/// Half a year's membership counts half a year's energy and half of the pupils: 1 September to 1 March is 182 of 365 days.
#[test]
fn trap_9_a_school_that_joins_or_leaves_in_mid_year_counted_whole() {
    let kwh = Unit::KilowattHours;
    let ratio = |from: &str, to: Option<&str>| {
        let mut school = SchoolFixture::member(365, "2024-10-03", from, to);
        school.owns(ELECTRICITY, Fuel::Electricity, None, Vec::new());
        for month in ["2024-10-15", "2025-05-15"] {
            school.read(ELECTRICITY, events::Channel::AI, month, kwh, 1_000 * MICRO);
        }
        let year = school.footprint("2024-25", Fallback::None);
        (year.gross.0, year.pupil_millionths)
    };
    let all = ratio("2010-01-01", None);
    assert_eq!(all, (354_000_000, Some(365 * MICRO)));
    let (left, joined) = (
        ratio("2010-01-01", Some("2025-03-01")),
        ratio("2025-03-02", None),
    );
    assert_eq!(left, (177_000_000, Some(182 * MICRO)));
    assert_eq!(joined, (177_000_000, Some(183 * MICRO)));
}
