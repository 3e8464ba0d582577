mod filled;
mod statements;

use std::sync::Arc;

use events::{AcademicYear, EvidenceKind, EvidenceStatus, MICRO, MilligramsCo2e};
use footprint::size::CompanySize;
use footprint::{Block, EvidenceFigures, FactorSource, Footprint, Lack, Line, Price};

use super::*;
use crate::config::TrustSettings;
use crate::fixtures;
use crate::footprint_store::FootprintStore;
use crate::rollup::TrustView;

fn report_over(period: Option<&str>) -> Report {
    report_with(period, &TrustSettings::default())
}

fn report_with(period: Option<&str>, settings: &TrustSettings) -> Report {
    let footprint_store = FootprintStore::of(fixtures::footprints());
    report(
        &footprint_store,
        fixtures::TRUST,
        period,
        Basis::Actual,
        settings,
    )
    .unwrap()
}

fn paragraphs(report: &Report, heading: &str) -> String {
    let text = report.texts.iter().find(|text| text.heading == heading);
    text.map_or_else(String::new, |text| text.paragraphs.join("\n"))
}

fn number(figure: &Option<Figure>) -> f64 {
    figure.as_ref().unwrap().number().unwrap()
}

/// The figure with this many decimals, so that rounding errors of doubles do not show.
fn rounded(figure: &Option<Figure>, places: usize) -> String {
    format!("{:.places$}", number(figure))
}

fn line(block: Block, scope: u8, item: &str, kwh: i64, factor: f64) -> Line {
    Line {
        block,
        scope,
        item: fixtures::item(item),
        quantity: kwh * MICRO,
        unit: "kWh".to_owned(),
        energy: (block != Block::Voluntary).then_some(kwh * MICRO),
        energy_from: None,
        factor_by_year: Default::default(),
        price: Some(Price {
            co2e: MilligramsCo2e((kwh as f64 * MICRO as f64 * factor).round() as i64),
            factor,
            year: 2023,
            wanted_year: 2026,
            blend: Vec::new(),
            row: format!("Factors / {item}"),
            sources: vec![FactorSource::Workbook],
        }),
    }
}

/// One school of 1,000 pupils with these lines.
fn report_of(lines: Vec<Line>) -> Report {
    let view = TrustView::of(vec![Arc::new(school_with(lines))], 0.24).unwrap();
    of_views(&view, None, Basis::Actual, &TrustSettings::default())
}

fn school_with(lines: Vec<Line>) -> Footprint {
    let mut school: Footprint = fixtures::footprints()
        .into_iter()
        .find(|school| school.period.key() == "2025-26")
        .unwrap();
    let sum = |block| {
        let of = lines.iter().filter(move |line| line.block == block);
        of.filter_map(|line| Some(line.price.as_ref()?.co2e)).sum()
    };
    (school.gross, school.voluntary) = (sum(Block::Statutory), sum(Block::Voluntary));
    school.lines = lines;
    school.roll.as_mut().unwrap().pupils = 1_000;
    school.pupil_millionths = Some(1_000 * MICRO);
    school
}

/// A published worked example: gas 1,200 kWh at 0.18, grid electricity 2,400 kWh at 0.207074 and its losses at 0.0183,
/// 600 kWh of own solar used, 300 kWh exported, 1,000 pupils.
#[test]
fn the_ratio_stands_as_reported_and_at_the_factors_of_the_baseline() {
    let report = report_with(Some("2025-26"), &fixtures::settings());
    for year in &report.years {
        let intensity = &year.intensity;
        assert!(intensity.tco2e.is_some() && intensity.at_baseline_factors_tco2e.is_some());
    }
    let row = "At the factors of the baseline: tonnes CO2e per pupil";
    let shown = text(&report);
    assert!(shown.contains(row), "{shown}");
    let intensity = |report: &Report| paragraphs(report, "Intensity measurement");
    for sentence in [
        "the baseline of 0.24 tCO2e per pupil (2024/25, statutory gross, 2025 factors), as reported",
        "at the 2025 factors of the baseline.",
    ] {
        assert!(intensity(&report).contains(sentence), "{sentence}");
    }
    let unstated = report_over(Some("2025-26"));
    let sentence =
        "as reported; not comparable at constant factors: the baseline does not say its factors.";
    assert!(intensity(&unstated).contains(sentence));
    assert!(!text(&unstated).contains(row));
}

#[test]
fn the_published_example_gives_its_tonnes_and_a_ratio_of_tonnes_over_pupils() {
    let report = report_of(vec![
        line(Block::Statutory, 1, "gas", 1_200, 0.18),
        line(Block::Statutory, 2, "electricity", 2_400, 0.207_074),
        line(Block::Statutory, 2, "solar", 600, 0.0),
        line(Block::BelowLine, 2, "export", 300, 0.207_074),
        line(Block::Voluntary, 3, "grid_losses", 2_400, 0.0183),
    ]);
    let year = &report.years[0];
    // 1,200 + 2,400 + 600 kWh; electricity with own solar in it.
    assert_eq!(rounded(&year.energy_kwh.total, 0), "4200");
    assert_eq!(rounded(&year.energy_kwh.electricity, 0), "3000");
    assert_eq!(rounded(&year.energy_kwh.of_it_solar, 0), "600");
    // 1,200 × 0.18 = 216 kg; 2,400 × 0.207074 = 496.9776 kg; solar is zero by method.
    assert_eq!(rounded(&year.scope_1_tco2e.total, 7), "0.2160000");
    assert_eq!(
        rounded(&year.scope_2_tco2e.purchased_electricity, 7),
        "0.4969776"
    );
    assert_eq!(rounded(&year.total_gross_tco2e, 7), "0.7129776");
    // 712.9776 kg / 1,000 pupils; with losses of 2,400 × 0.0183 = 43.92 kg it would be 0.0007568976. Never 1,000 / 3,900.
    assert_eq!(rounded(&year.intensity.tco2e, 8), "0.00071298");
    assert_eq!(rounded(&year.voluntary.total_tco2e, 5), "0.04392");
    let with_losses = number(&year.total_gross_tco2e) + number(&year.voluntary.total_tco2e);
    assert_eq!(format!("{:.8}", with_losses / 1_000.0), "0.00075690");
    // 300 × 0.207074 = 62.1222 kg below the line: net 650.8554 kg.
    assert_eq!(rounded(&year.below_gross.exported_tco2e, 7), "0.0621222");
    assert_eq!(rounded(&year.below_gross.net_tco2e, 7), "0.6508554");
    assert_eq!(report.warnings, Vec::new());
    assert!(text(&report).contains("0.00071298"));
}

#[test]
fn market_based_scope_2_stands_beside_and_in_no_total() {
    let report = report_of(vec![
        line(Block::Statutory, 2, "electricity", 2_400, 0.207_074),
        line(Block::MarketBased, 2, "electricity_market", 1_400, 0.0),
        line(
            Block::MarketBased,
            2,
            "electricity_market",
            1_000,
            0.207_074,
        ),
    ]);
    let year = &report.years[0];
    // 1,000 kWh that no contract covers × 0.207074.
    assert_eq!(rounded(&year.market_based_scope_2_tco2e, 6), "0.207074");
    assert_eq!(rounded(&year.total_gross_tco2e, 7), "0.4969776");
    assert_eq!(rounded(&year.energy_kwh.total, 0), "2400");
    assert_eq!(report.warnings, Vec::new());
    let plain = report_of(vec![line(Block::Statutory, 2, "electricity", 1, 0.2)]);
    assert_eq!(plain.years[0].market_based_scope_2_tco2e, None);
}

#[test]
fn a_report_agrees_with_itself_and_with_its_json() {
    for period in [Some("2025-26"), Some("2024/25"), None] {
        let report = report_over(period);
        assert_eq!(report.warnings, Vec::new(), "{period:?}");
        let json = serde_json::to_string(&report).unwrap();
        let read: Report = serde_json::from_str(&json).unwrap();
        assert_eq!(check(&read), Vec::new(), "what was written and read again");
        assert_eq!(read.texts, report.texts);
    }
}

#[test]
fn the_year_before_stands_beside_and_the_newest_whole_year_is_meant_if_none_is_named() {
    let report = report_over(None);
    let labels: Vec<_> = report.years.iter().map(|year| &year.label).collect();
    assert_eq!(labels, ["2025/26", "2024/25"]);
    assert_eq!(
        report.title,
        "UK Greenhouse gas emissions and energy use data for the period 1 September 2025 to 31 August 2026"
    );
    let year_before = paragraphs(&report, "What changed from the year before");
    assert!(year_before.contains("By activity") && year_before.contains("By method"));
    assert!(year_before.contains("A lower factor is not a saving"));
    let first = report_over(Some("2024-25"));
    assert_eq!(first.years.len(), 1);
    assert!(
        paragraphs(&first, "What changed from the year before")
            .contains("No figures of the year before are held")
    );
}

#[test]
fn a_part_year_is_marked_and_compared_with_nothing() {
    let report = report_over(Some("2026-27"));
    assert_eq!(report.years.len(), 1);
    let year = &report.years[0];
    assert!(year.part_year && report.change.is_none());
    // 1 September to 21 November: 30 + 31 + 21 days.
    assert!(
        paragraphs(&report, "What changed from the year before")
            .contains("a part-year, 82 of 365 days")
    );
    assert!(report.title.ends_with("21 November 2026 (a part-year)"));
    assert_eq!(paragraphs(&report, "Low energy use"), "");
}

#[test]
fn a_year_or_trust_that_is_not_there_is_named() {
    let footprint_store = FootprintStore::of(fixtures::footprints());
    let ask = |trust: &str, year| {
        report(
            &footprint_store,
            trust,
            year,
            Basis::Actual,
            &TrustSettings::default(),
        )
    };
    let missing = ask(fixtures::TRUST, Some("trailing-12-months")).unwrap_err();
    assert!(missing.to_string().contains("2026-27, 2025-26, 2024-25"));
    assert!(matches!(ask("nobody", None), Err(NoReport::Trust(_))));
}

#[test]
fn size_is_judged_by_the_limits_of_the_day_the_year_begins() {
    const HEADING: &str = "Whether the trust is large";
    let size = |turnover_gbp, balance_sheet_gbp, employees| CompanySize {
        turnover_gbp,
        balance_sheet_gbp,
        employees,
    };
    let with = |sizes: &[(i32, CompanySize)]| TrustSettings {
        size: sizes
            .iter()
            .map(|(year, size)| (AcademicYear::beginning(*year), *size))
            .collect(),
        ..TrustSettings::default()
    };
    let trust = size(Some(40_000_000), Some(20_000_000), Some(240));
    let small = size(Some(10_000_000), Some(5_000_000), Some(90));
    let of_2024 = |sizes: &[(i32, CompanySize)]| {
        paragraphs(&report_with(Some("2024-25"), &with(sizes)), HEADING)
    };
    let before = of_2024(&[(2023, trust), (2024, trust)]);
    assert!(before.contains("£36,000,000"), "{before}");
    assert!(
        before.contains("By both 2024/25 and 2023/24 it is large"),
        "{before}"
    );
    let grown = of_2024(&[(2022, small), (2023, small), (2024, trust)]);
    assert!(grown.contains("It is not large"), "{grown}");
    assert!(
        grown.contains("It was not by 2022/23 and 2023/24"),
        "{grown}"
    );
    let one = of_2024(&[(2024, trust)]);
    assert!(one.contains("By 2024/25 alone it would be large"), "{one}");
    assert!(
        one.contains("its size in 2023/24 is not known here"),
        "{one}"
    );
    let after = with(&[(2024, trust), (2025, trust)]);
    let after = paragraphs(&report_with(Some("2025-26"), &after), HEADING);
    assert!(after.contains("£54,000,000") && after.contains("to be confirmed"));
    assert!(
        after.contains("By both 2025/26 and 2024/25 it is not large"),
        "{after}"
    );
    let unknown = paragraphs(&report_over(None), HEADING);
    assert!(
        unknown.contains("turnover not known here")
            && unknown.contains("Whether it is large is not known")
    );
}

#[test]
fn a_trust_that_uses_up_to_40_000_kwh_is_reported_as_a_low_energy_user() {
    let low = |kwh| {
        paragraphs(
            &report_of(vec![line(Block::Statutory, 1, "gas", kwh, 0.18)]),
            "Low energy use",
        )
    };
    assert!(low(40_000).contains("it is a low energy user"));
    assert!(low(40_001).contains("more than the 40,000 kWh"));
}

#[test]
fn a_footprint_without_figures_is_not_known_and_not_nought() {
    let report = report_of(Vec::new());
    let year = &report.years[0];
    assert_eq!(year.total_gross_tco2e, None);
    assert_eq!(year.energy_kwh, Energy::default());
    assert_eq!(year.intensity.tco2e, None);
    assert!(text(&report).contains("no data"));
}

#[test]
fn without_enough_data_the_report_has_no_ratio_and_states_what_is_missing() {
    let mut gasless = fixtures::gasless();
    gasless.period = fixtures::footprints()[2 * fixtures::SCHOOLS].period;
    let known = gasless.known_tonnes_per_pupil();
    let report = report(
        &FootprintStore::of([gasless]),
        "gasless",
        None,
        Basis::Actual,
        &TrustSettings::default(),
    )
    .unwrap();
    let intensity = &report.years[0].intensity;
    assert_eq!(intensity.tco2e, None);
    assert_eq!(intensity.partial_tco2e, known.map(Figure::from));
    let text = text(&report);
    assert!(text.contains("not enough data"), "{text}");
    assert!(paragraphs(&report, "Intensity measurement").contains("no ratio is stated"));
    assert!(paragraphs(&report, "Intensity measurement").contains("gas has sent nothing since"));
    assert_eq!(report.warnings, []);
}
