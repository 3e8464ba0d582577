#![allow(
    clippy::panic,
    clippy::unwrap_used,
    reason = "a broken table fails its test; the panic says where"
)]

use super::codes::Codes;
use super::*;
use crate::factors::{FactorSet, Fallback};

fn years() -> std::ops::RangeInclusive<i32> {
    2018..=2026
}

fn ewc(code: &str) -> Ewc {
    code.to_owned().try_into().unwrap()
}

fn kg_per_tonne(row: &FactorRow, year: i32) -> Option<f64> {
    let factors = FactorSet::desnz().unwrap();
    let factor = factors.find(row, year, Fallback::None)?;
    Some(factor.value)
}

/// The years in which a factor is published for a code by a route.
fn published(code: &str, route: Route) -> Vec<i32> {
    let row = factor_row(ewc(code), route);
    let has = |year: &i32| {
        row.as_ref()
            .is_some_and(|row| kg_per_tonne(row, *year).is_some())
    };
    years().filter(has).collect()
}

#[test]
fn the_tables_that_ship_are_read() {
    let codes = Codes::published().unwrap();
    assert_eq!((codes.of_waste.len(), codes.of_treatments.len()), (30, 28));
    assert_eq!(waste_code(ewc("200139")).unwrap().stream, Stream::Plastic);
}

#[test]
fn a_code_stands_once_and_a_row_that_cannot_be_read_is_named() {
    let waste = include_str!("../../factors/ewc.csv");
    let treatments = include_str!("../../factors/treatments.csv");
    let error = |waste: &str, treatments: &str| {
        let error = Codes::parse(waste, treatments).unwrap_err();
        error.to_string()
    };
    let twice = format!("{waste}200301,no,again,residual,,,,,residual\n");
    let expected =
        "cannot read the table of waste codes, row 32: the same code stands above already";
    assert_eq!(error(&twice, treatments), expected);
    let unknown = format!("{treatments}D16,landfill,no such operation\n");
    let expected = "cannot read the table of treatment codes, row 30: ";
    assert!(error(waste, &unknown).starts_with(expected));
}

#[test]
fn every_recovery_and_disposal_code_has_a_row_in_words() {
    let all = (1..=13).map(Treatment::R).chain((1..=15).map(Treatment::D));
    for treatment in all {
        let code = treatment_code(treatment);
        assert!(
            code.is_some_and(|code| !code.description.is_empty()),
            "{treatment}"
        );
    }
}

#[test]
fn every_row_names_factors_that_were_published_in_some_year() {
    for (ewc, code) in &Codes::published().unwrap().of_waste {
        let recovered = match (code.recycling, code.organic) {
            (Some(_), None) => Route::Recycling,
            (None, Some(organic)) => organic,
            (None, None) => {
                assert_eq!((code.heading, code.item), (None, None), "{ewc}");
                continue;
            }
            (Some(_), Some(_)) => panic!("{ewc} is recycled in two ways"),
        };
        let ewc = ewc.to_string();
        for route in [recovered, Route::Landfill] {
            let years = published(&ewc, route);
            assert!(!years.is_empty(), "{ewc} by {route:?}");
        }
    }
}

#[test]
fn hazardous_are_those_that_the_catalogue_has_a_star_beside() {
    let starred: Vec<String> = Codes::published()
        .unwrap()
        .of_waste
        .iter()
        .filter(|(_, code)| code.hazardous)
        .map(|(ewc, _)| ewc.to_string())
        .collect();
    let expected = [
        "080317", "160213", "180103", "200121", "200123", "200133", "200135", "200137",
    ];
    assert_eq!(starred, expected);
}

/// Recycling and combustion have the same names in every year of our table, although the workbook of 2025 differs. Where the
/// workbooks had a blank there is no factor: mixed recycling has none for 2022 to 2025.
#[test]
fn a_column_is_found_in_the_years_that_have_it_and_in_no_other() {
    let all: Vec<i32> = years().collect();
    assert_eq!(published("200301", Route::EnergyFromWaste), all);
    assert_eq!(published("200301", Route::Landfill), all);
    assert_eq!(published("200101", Route::Recycling), all);
    let closed_loop = [2018, 2019, 2020, 2021, 2026];
    assert_eq!(published("150106", Route::Recycling), closed_loop);
    let batteries_burnt = published("200134", Route::EnergyFromWaste);
    assert_eq!(batteries_burnt, [] as [i32; 0]);
}

/// facts: 1 t of PET burnt in 2026 is 4.65358 kg; tyres to landfill have no factor in any year.
#[test]
fn pet_that_is_burnt_has_its_factor_and_tyres_to_landfill_have_none() {
    let row = |heading, item, route| FactorRow {
        heading,
        item,
        route,
        unit: FactorUnit::Tonne,
    };
    let pet = row(
        "Waste disposal/Plastic",
        "Plastics: PET (incl. forming)",
        "Combustion",
    );
    assert_eq!(kg_per_tonne(&pet, 2026), Some(4.65358));
    let tyres = row("Waste disposal/Construction", "Tyres", "Landfill");
    assert!(years().all(|year| kg_per_tonne(&tyres, year).is_none()));
}

#[test]
fn food_is_digested_gardens_are_composted_and_the_rest_is_recycled_by_the_same_code() {
    let route = |code, treatment| route(code, Some(treatment));
    let recovered = |code| route(ewc(code), Treatment::R(3));
    assert_eq!(recovered("200108"), Route::AnaerobicDigestion);
    assert_eq!(recovered("200201"), Route::Composting);
    assert_eq!(recovered("200101"), Route::Recycling);
    assert_eq!(
        route(ewc("200108"), Treatment::R(1)),
        Route::EnergyFromWaste
    );
    assert_eq!(route(ewc("200108"), Treatment::D(5)), Route::Landfill);
    assert_eq!(route(ewc("200108"), Treatment::R(13)), Route::Unknown);
}

#[test]
fn without_a_treatment_and_before_another_one_the_route_is_unknown() {
    assert_eq!(route(ewc("200301"), None), Route::Unknown);
    let before_another = [12, 13].map(Treatment::R).into_iter();
    for treatment in before_another.chain([8, 9, 13, 14, 15].map(Treatment::D)) {
        let route = route(ewc("200301"), Some(treatment));
        assert_eq!(route, Route::Unknown, "{treatment}");
        assert_eq!(factor_row(ewc("200301"), route), None);
    }
}

#[test]
fn a_code_nobody_listed_is_other_and_has_no_factor() {
    let unknown = ewc("170904");
    assert_eq!(stream(unknown), Stream::Other);
    assert_eq!(route(unknown, Some(Treatment::D(1))), Route::Landfill);
    assert_eq!(factor_row(unknown, Route::Landfill), None);
}
