use super::*;
use crate::secr::{Basis, Energy, Intensity, Scope1, Scope2, UsedFactor};

/// The year, the cell and a part of the text of every warning.
fn check_warnings(report: &Report, expected: &[(&str, &str, WarningKind, &str)]) {
    let found = check(report);
    let briefly: Vec<_> = found
        .iter()
        .map(|warning| (warning.year.as_str(), warning.cell.as_str(), warning.kind))
        .collect();
    let wanted: Vec<_> = expected
        .iter()
        .map(|(year, cell, kind, _)| (*year, *cell, *kind))
        .collect();
    assert_eq!(briefly, wanted, "{found:#?}");
    for (warning, (_, _, _, part)) in found.iter().zip(expected) {
        assert!(warning.text.contains(part), "{warning:?} lacks {part:?}");
    }
}

fn report_of(year: Year) -> Report {
    Report {
        title: String::new(),
        organisation: String::new(),
        trust: None,
        basis: Basis::Actual,
        years: vec![year],
        change: None,
        texts: Vec::new(),
        warnings: Vec::new(),
    }
}

fn written(text: &str) -> Option<Figure> {
    Some(Figure::Written(text.to_owned()))
}

#[test]
fn in_a_colleges_published_table_every_inconsistent_cell_and_no_other_is_reported() {
    let text = include_str!("../../../../../tests/fixtures/secr_published_college.json");
    let report: Report = serde_json::from_str(text).unwrap();
    use WarningKind::{Number, Ratio, Sum};
    check_warnings(
        &report,
        &[
            ("2023/24", "energy_kwh.total", Number, "grouped in threes"),
            // 756.79 + 3.2
            ("2023/24", "scope_1_tco2e.total", Sum, "759.99"),
            // 760.03 + 810.05, by the total that is printed for scope 1
            ("2023/24", "total_gross_tco2e", Sum, "1,570.08"),
            // 1,570.0 / 1,100 = 1.42727
            ("2023/24", "intensity.tco2e", Ratio, "1.43"),
            // 982.51 + 709.58
            (
                "2020/21",
                "total_gross_tco2e",
                Sum,
                "1,692.09; the rounding",
            ),
        ],
    );
}

fn electricity(kwh: &str, tonnes: &str, factor: f64) -> Report {
    report_of(Year {
        label: "2024".to_owned(),
        energy_kwh: Energy {
            electricity: written(kwh),
            ..Energy::default()
        },
        scope_2_tco2e: Scope2 {
            purchased_electricity: written(tonnes),
        },
        factors: vec![UsedFactor {
            item: "electricity".to_owned(),
            unit: "kWh".to_owned(),
            year: 2024,
            kg_co2e_per_unit: factor,
            row: String::new(),
            provenance: String::new(),
        }],
        ..Year::default()
    })
}

#[test]
fn energy_times_factor_is_compared_with_the_carbon_at_its_stated_precision() {
    let cell = "scope_2_tco2e.purchased_electricity";
    // 2,915,946 kWh × 0.20705 = 603,746.62 kg; 3,229,297 × 0.207074 = 668,703.45 kg.
    check_warnings(&electricity("2,915,946", "603.747", 0.20705), &[]);
    check_warnings(&electricity("2,915,946", "603.75", 0.20705), &[]);
    check_warnings(&electricity("3,229,297", "668.70", 0.207_074), &[]);
    // As published: the third decimal was cut off.
    check_warnings(
        &electricity("2,915,946", "603.74", 0.20705),
        &[("2024", cell, WarningKind::Factor, "cut off")],
    );
    // The factor of 2021, labelled as that of 2024: 2,915,946 × 0.21233 = 619,142.81 kg.
    check_warnings(
        &electricity("2,915,946", "603.75", 0.212_33),
        &[("2024", cell, WarningKind::Factor, "619.143 t")],
    );
}

#[test]
fn own_solar_electricity_is_not_priced_again() {
    let mut report = electricity("3,000", "0.4969776", 0.207_074);
    report.years[0].energy_kwh.of_it_solar = written("600");
    // 2,400 × 0.207074 = 496.9776 kg.
    check_warnings(&report, &[]);
    report.years[0].energy_kwh.of_it_solar = written("3,600");
    let found = check(&report);
    assert_eq!(found[0].cell, "energy_kwh.of_it_solar");
}

#[test]
fn kilograms_in_the_place_of_tonnes_are_seen() {
    let gas = |tonnes: &str| {
        report_of(Year {
            energy_kwh: Energy {
                gas: written("4,250,000"),
                ..Energy::default()
            },
            scope_1_tco2e: Scope1 {
                gas: written(tonnes),
                ..Scope1::default()
            },
            ..Year::default()
        })
    };
    let cell = "scope_1_tco2e.gas";
    // 4,250,000 kWh × 0.18296 = 777,580 kg.
    check_warnings(&gas("777.58"), &[]);
    check_warnings(
        &gas("777,580"),
        &[("", cell, WarningKind::Unit, "kilograms, not tonnes")],
    );
    check_warnings(
        &gas("0.77758"),
        &[("", cell, WarningKind::Unit, "thousands of tonnes")],
    );
    check_warnings(
        &gas("77.758"),
        &[("", cell, WarningKind::Plausible, "0.018")],
    );
}

#[test]
fn a_ratio_the_wrong_way_round_is_seen() {
    // 1,000 pupils over 3,900 kWh is 0.2564, and no tonnes per pupil: 0.7129776 t / 1,000 = 0.0007129776.
    let ratio = |stated: f64| {
        report_of(Year {
            total_gross_tco2e: Some(Figure::Number(0.712_977_6)),
            intensity: Intensity {
                count: Some(Figure::Number(1_000.0)),
                tco2e: Some(Figure::Number(stated)),
                ..Intensity::default()
            },
            ..Year::default()
        })
    };
    check_warnings(&ratio(0.000_712_98), &[]);
    check_warnings(
        &ratio(0.2564),
        &[("", "intensity.tco2e", WarningKind::Ratio, "0.0007")],
    );
}

#[test]
fn a_breakdown_that_is_not_its_total_is_seen_and_a_digit_lost_between_years() {
    let year = |label: &str, total: &str| Year {
        label: label.to_owned(),
        energy_kwh: Energy {
            total: written(total),
            gas: written("4,250,000"),
            electricity: written("2,600,000"),
            ..Energy::default()
        },
        ..Year::default()
    };
    let mut report = report_of(year("2024/25", "685,000"));
    report.years.push(year("2023/24", "6,850,000"));
    let cell = "energy_kwh.total";
    check_warnings(
        &report,
        &[
            ("2024/25", cell, WarningKind::Sum, "6,850,000"),
            ("2024/25", cell, WarningKind::Plausible, "10.0 times"),
        ],
    );
}

#[test]
fn a_change_whose_parts_are_not_the_change_is_seen() {
    let mut report = report_of(Year::default());
    report.change = Some(footprint::change::Change {
        current: events::MilligramsCo2e(1_000),
        activity: events::MilligramsCo2e(999),
        ..Default::default()
    });
    check_warnings(
        &report,
        &[("", "change", WarningKind::Change, "not the change")],
    );
}
