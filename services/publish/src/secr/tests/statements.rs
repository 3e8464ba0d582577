//! What the statements of a report disclose.

use super::*;

#[test]
fn the_statements_name_the_guidelines_the_factors_the_census_and_what_is_omitted() {
    let report = report_over(None);
    let methodology = paragraphs(&report, "Quantification and Reporting Methodology");
    for part in [
        "2019 HM Government Environmental Reporting Guidelines",
        "Corporate Standard",
        "2025/26: the conversion factors of 2026, by the majority rule",
        "gross calorific value",
    ] {
        assert!(methodology.contains(part), "{part}: {methodology}");
    }
    let intensity = paragraphs(&report, "Intensity measurement");
    assert!(intensity.contains("on 1 October 2026 (autumn census)"));
    assert!(intensity.contains("without Wainstalls Primary School"));
    let completeness = paragraphs(&report, "Completeness");
    let reasons = &report.years[0].incomplete;
    let is_listed = |reason: &String| completeness.contains(&format!("not complete: {reason}"));
    assert!(!reasons.is_empty() && reasons.iter().all(is_listed));
    assert!(completeness.contains("no mileage of employees in their own vehicles was recorded"));
}

#[test]
fn what_commuting_assumes_of_shared_cars_and_of_park_and_stride_is_disclosed() {
    let commuting = |item: &str| {
        let gas = line(Block::Statutory, 1, "gas", 1_000, 0.2);
        let report = report_of(vec![gas, line(Block::Voluntary, 3, item, 1_000, 0.2)]);
        paragraphs(&report, "Quantification and Reporting Methodology")
    };
    let (half, stride) = (
        "shared car counts half its kilometres",
        "less 0.8 km each way",
    );
    assert!(commuting("commuting_pupil_car_share").contains(half));
    assert!(commuting("commuting_staff_park_and_stride").contains(stride));
    let alone_in_a_car = commuting("commuting_pupil_car");
    assert!(!alone_in_a_car.contains(half) && !alone_in_a_car.contains(stride));
}

#[test]
fn another_years_factor_provisional_and_own_factors_and_the_minibus_proxy_are_disclosed() {
    let priced = |item: &str, year, source: FactorSource| {
        let mut line = line(Block::Statutory, 1, item, 1_000, 0.2);
        let price = line.price.as_mut().unwrap();
        (price.year, price.sources) = (year, vec![source]);
        line
    };
    let methodology = paragraphs(
        &report_of(vec![
            priced("gas", 2025, FactorSource::Workbook),
            priced(
                "burning_oil",
                2026,
                FactorSource::Provisional("public extracts".to_owned()),
            ),
            priced(
                "lpg",
                2026,
                FactorSource::Own("the supplier's statement".to_owned()),
            ),
            priced("minibus_distance", 2026, FactorSource::Workbook),
        ]),
        "Quantification and Reporting Methodology",
    );
    for part in [
        "the factor of 2026 for Gas is not yet published; that of 2025 stands in",
        "the 2026 factors of Burning oil are provisional, not from the DESNZ workbook",
        "LPG is priced by the trust's own: the supplier's statement",
        "an average van of up to 3.5 tonnes",
    ] {
        assert!(methodology.contains(part), "{part}: {methodology}");
    }
}

/// The voluntary block is part of the report, so the statements must cover its basis as well.
#[test]
fn what_stands_in_or_is_provisional_is_disclosed_of_every_block_and_of_energy() {
    let mut losses = line(Block::Voluntary, 3, "grid_losses", 1_000, 0.013);
    let price = losses.price.as_mut().unwrap();
    price.year = 2026;
    price.sources = vec![FactorSource::Provisional("public extracts".to_owned())];
    let mut water = line(Block::Voluntary, 3, "water_supply", 1_000, 0.2);
    water.price.as_mut().unwrap().year = 2025;
    let mut diesel = line(Block::Statutory, 1, "minibus_diesel", 1_000, 2.5);
    diesel.unit = "litres".to_owned();
    diesel.energy_from = Some("9.905 (Fuel properties / Diesel, 2025)".to_owned());
    let report = report_of(vec![diesel, losses, water]);
    let methodology = paragraphs(&report, "Quantification and Reporting Methodology");
    let label = crate::format::label;
    for part in [
        format!(
            "the factor of 2026 for {} is not yet published; that of 2025 stands in",
            label("water_supply")
        ),
        format!(
            "the 2026 factors of {} are provisional",
            label("grid_losses")
        ),
        format!(
            "the energy of {} is its litres \u{d7} 9.905 (Fuel properties / Diesel, 2025)",
            label("minibus_diesel")
        ),
    ] {
        assert!(methodology.contains(&part), "{part}: {methodology}");
    }
}

#[test]
fn what_the_voluntary_block_lacks_is_stated() {
    let mut school: Footprint = fixtures::footprints().remove(0);
    school.lacks_voluntary = vec![Lack::Factor {
        item: fixtures::item("water_supply"),
        years: "2026".to_owned(),
        row: "Water supply".to_owned(),
        not_standing_in: None,
    }];
    let view = TrustView::of(vec![Arc::new(school)], 0.24).unwrap();
    let report = of_views(&view, None, Basis::Actual, &TrustSettings::default());
    let completeness = paragraphs(&report, "Completeness");
    assert!(completeness.contains("the voluntary block is not complete"));
    assert!(
        completeness.to_lowercase().contains("water supply"),
        "{completeness}"
    );
}

fn evidence(title: &str, kind: EvidenceKind, dated: &str) -> EvidenceFigures {
    EvidenceFigures {
        kpi: 13,
        kind,
        title: title.to_owned(),
        status: EvidenceStatus::InForce,
        dated: dated.parse().unwrap(),
        expires: None,
        link: None,
    }
}

#[test]
fn measures_are_those_in_force_and_of_the_year_else_what_is_configured_else_none() {
    const HEADING: &str = "Measures taken to improve energy efficiency";
    let year = AcademicYear::beginning(2025);
    let configured = TrustSettings {
        efficiency_measures: [(year, vec!["Boilers were serviced.".to_owned()])].into(),
        ..TrustSettings::default()
    };
    assert!(paragraphs(&report_over(None), HEADING).contains("No measure taken"));
    assert_eq!(
        paragraphs(&report_with(None, &configured), HEADING),
        "Boilers were serviced."
    );

    let mut withdrawn = evidence("Blinds", EvidenceKind::EfficiencyMeasure, "2026-03-01");
    withdrawn.status = EvidenceStatus::Withdrawn;
    let filed = [
        evidence(
            "LED lighting",
            EvidenceKind::EfficiencyMeasure,
            "2026-02-01",
        ),
        evidence("Heat pump", EvidenceKind::FundedProject, "2025-11-01"),
        evidence(
            "An earlier year's",
            EvidenceKind::EfficiencyMeasure,
            "2025-08-31",
        ),
        evidence("A plan", EvidenceKind::SustainabilityPlan, "2026-02-01"),
        withdrawn,
    ];
    let schools = fixtures::footprints().into_iter().map(|mut school| {
        school.evidence = filed.to_vec();
        school
    });
    let footprint_store =
        FootprintStore::of(schools.filter(|school| school.urn.to_string() == "107501"));
    let report = report(
        &footprint_store,
        fixtures::TRUST,
        None,
        Basis::Actual,
        &configured,
    )
    .unwrap();
    assert_eq!(
        paragraphs(&report, HEADING),
        "Heat pump (1 November 2025, filed by Moorside Primary School)\n\
         LED lighting (1 February 2026, filed by Moorside Primary School)"
    );
}
