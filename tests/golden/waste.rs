//! Waste: grams by factors per tonne.

use footprint::YearChoice;
use footprint::factors::{FactorRow, FactorSet, FactorUnit, Fallback};
use footprint::{Note, Period};

use super::{SchoolFixture, day, tonnes};

/// The workbooks' Company K: half a tonne of food to landfill is 0.5 × 700.30886 = 350.154 kg by the 2025 factors and 0.5
/// × 700.20961 = 350.105 kg by those of 2024. A factor per tonne taken for one per kilogram would give a thousandfold.
#[test]
fn half_a_tonne_of_food_to_landfill_is_350_154_kilograms() {
    let year = |on: &str, period: &str| {
        let mut school = SchoolFixture::school(100, "2023-10-05");
        school.collected(on, "200108", 500.0, "D1");
        tonnes(
            &school.footprint(period, Fallback::None),
            "waste_food_landfill",
        )
    };
    assert_eq!(year("2025-03-01", "2024-25"), "0.350154");
    assert_eq!(year("2024-03-01", "2023-24"), "0.350105");
}

/// Two tonnes of mixed waste to landfill by the 2026 factors: 2 × 520.58023 = 1,041.16046 kg.
#[test]
fn two_tonnes_to_landfill_in_2026_are_1_041_16046_kilograms() {
    let mut school = SchoolFixture::school(100, "2025-10-02");
    school.collected("2026-03-01", "200301", 2_000.0, "D1");
    let year = school.footprint("2025-26", Fallback::None);
    assert_eq!(tonnes(&year, "waste_residual_landfill"), "1.041160");
    assert_eq!(year.voluntary.0, 1_041_160_460);
    assert!(
        year.notes
            .iter()
            .any(|note| matches!(note, Note::ProvisionalFactors { .. })),
        "{:?}",
        year.notes
    );
}

/// A tonne of PET burnt is 4.65358 kg; of tyres to landfill there is no factor, which is not a factor of 0.
#[test]
fn a_stream_without_a_factor_has_no_emissions() {
    let set = FactorSet::desnz().expect("the table");
    let period = Period::AcademicYear {
        year: "2025/26".parse().expect("a year"),
        as_of: day("2026-11-22"),
    };
    let factor = |heading, item, route| {
        let row = FactorRow {
            heading,
            item,
            route,
            unit: FactorUnit::Tonne,
        };
        set.choose(&row, period, YearChoice::Majority, Fallback::None)
            .map(|chosen| chosen.value)
    };
    let pet = factor(
        "Waste disposal/Plastic",
        "Plastics: PET (incl. forming)",
        "Combustion",
    );
    assert_eq!(pet, Some(4.65358));
    let tyres = factor("Waste disposal/Other", "Tyres", "Landfill");
    assert_eq!(tyres, None);
}
