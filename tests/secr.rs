//! The SECR report from readings to the figures a trust files, worked by hand; and the command that checks any published
//! report.

use std::path::PathBuf;
use std::process::Command;

use chrono::NaiveDate;
use events::ActivityKind::{MinibusDiesel, StaffCar};
use events::ActivityUnit::{Litre, Mile};
use events::{Channel, MilligramsCo2e, Unit};
use footprint::factors::Fallback;
use publish::secr::{Basis, Figure, Report, report};
use publish::{FootprintStore, TrustSettings};
use serde_json::Value;

use crate::golden::{ELECTRICITY, SchoolFixture};
use crate::servers::service::binary;

const GAS: &str = "mprn:3938424403";

fn report_of(school: &SchoolFixture, periods: &[&str]) -> Report {
    let footprints = periods
        .iter()
        .map(|period| school.footprint(period, Fallback::None));
    let (footprint_store, settings) = (FootprintStore::of(footprints), TrustSettings::default());
    report(
        &footprint_store,
        "golden",
        Some(periods[0]),
        Basis::Actual,
        &settings,
    )
    .expect("a report")
}

fn rounded(figure: &Option<Figure>, places: usize) -> String {
    let number = figure.as_ref().and_then(Figure::number);
    format!("{:.places$}", number.expect("a figure"))
}

/// A company's published table: 2,915,946 kWh × 0.20705 = 603,746.6193 kg in the one year, and in the year before
/// 3,229,297 kWh × 0.2070743 = 668,704.4158 kg. At the factor of the year before, 2,915,946 kWh are 603,817.4768 kg: so of
/// the fall of 64,957.7965 kg, 64,886.9390 kg are activity and 70.8575 kg are method.
#[test]
fn two_published_years_stand_side_by_side_and_their_change_is_split() {
    let mut school = SchoolFixture::school(1_000, "2023-10-05");
    for (kwh, on) in [(2_915_946, "2024-02-01"), (3_229_297, "2023-02-01")] {
        school.kwh(ELECTRICITY, on, kwh);
    }
    let report = report_of(&school, &["2023-24", "2022-23"]);
    let of = |year: usize| rounded(&report.years[year].scope_2_tco2e.purchased_electricity, 3);
    assert_eq!((of(0), of(1)), ("603.747".to_owned(), "668.704".to_owned()));
    assert_eq!(
        rounded(&report.years[1].energy_kwh.electricity, 0),
        "3229297"
    );
    let change = report.change.as_ref().expect("a change");
    assert_eq!(change.activity, MilligramsCo2e(-64_886_938_979));
    assert_eq!(change.method, MilligramsCo2e(-70_857_488));
    assert_eq!(report.warnings, Vec::new());
}

/// Gas 4,250,000 kWh × 0.18296 = 777.58 t, diesel 3,200 l × 2.57082 = 8.226624 t, electricity 2,600,000 kWh × 0.177 =
/// 460.2 t, 18,000 average-car miles × 0.26915 = 4.8447 t: 1,250.851324 t over 5,400 pupils. Diesel is 3,200 × 9.905 =
/// 31,696 kWh, the cars 18,000 × 1.609344 × 0.68773 = 19,922.2947 kWh.
#[test]
fn a_trusts_year_is_reported_as_worked_by_hand() {
    let mut school = SchoolFixture::school(5_400, "2024-10-03");
    let on = "2025-01-15";
    school.kwh(GAS, on, 4_250_000);
    school.kwh(ELECTRICITY, on, 2_600_000);
    for meter in [GAS, ELECTRICITY] {
        send_zeros_on_other_days(&mut school, meter, on);
    }
    school.activity(MinibusDiesel, 3_200.0, Litre, on);
    school.activity(StaffCar, 18_000.0, Mile, on);
    let report = report_of(&school, &["2024-25"]);
    let year = &report.years[0];
    assert_eq!(rounded(&year.energy_kwh.transport_fuel, 4), "51618.2947");
    assert_eq!(rounded(&year.energy_kwh.total, 4), "6901618.2947");
    assert_eq!(rounded(&year.scope_1_tco2e.gas, 6), "777.580000");
    assert_eq!(rounded(&year.scope_1_tco2e.owned_transport, 6), "8.226624");
    assert_eq!(rounded(&year.scope_1_tco2e.total, 6), "785.806624");
    assert_eq!(
        rounded(&year.scope_2_tco2e.purchased_electricity, 6),
        "460.200000"
    );
    let cars = &year.scope_3_tco2e.employee_owned_vehicles;
    assert_eq!(rounded(cars, 6), "4.844700");
    assert_eq!(rounded(&year.total_gross_tco2e, 6), "1250.851324");
    assert_eq!(rounded(&year.intensity.tco2e, 6), "0.231639");
    // Grid losses are 2,600,000 × 0.01853 = 48.178 t, and no part of any of it.
    let losses = year
        .voluntary
        .lines
        .iter()
        .find(|line| line.item.as_str() == "grid_losses");
    assert_eq!(rounded(&losses.expect("losses").tco2e, 3), "48.178");
    assert_eq!(report.warnings, Vec::new());
    let paragraphs = report.texts.iter().flat_map(|text| &text.paragraphs);
    let texts: Vec<&str> = paragraphs.map(String::as_str).collect();
    let mentions = |part: &str| texts.iter().any(|text| text.contains(part));
    assert!(
        mentions("2024/25: the conversion factors of 2025, by the majority rule"),
        "{texts:#?}"
    );
    assert!(
        mentions("5,400 pupils of 1 school on 3 October 2024 (autumn census)"),
        "{texts:#?}"
    );
}

/// Every other day of 2024/25 was sent too, with zeros: without enough data there would be no ratio.
fn send_zeros_on_other_days(school: &mut SchoolFixture, meter: &str, but: &str) {
    let first = NaiveDate::from_ymd_opt(2024, 9, 1).expect("a day");
    let days = first.iter_days().take(365).map(|day| day.to_string());
    for day in days.filter(|day| day != but) {
        school.read(meter, Channel::AI, &day, Unit::KilowattHours, 0);
    }
}

fn greenledger(arguments: &[&str]) -> (bool, String, String) {
    let output = Command::new(binary("greenledger")).args(arguments).output();
    let output = output.expect("greenledger");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (
        output.status.success(),
        text(&output.stdout),
        text(&output.stderr),
    )
}

#[test]
fn the_command_reports_each_inconsistent_cell_of_a_published_table_and_succeeds() {
    let fixtures = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    let file = fixtures.join("secr_published_college.json");
    let file = file.to_str().expect("a path");
    let (done, output, _) = greenledger(&["secr", "--check", file]);
    assert!(
        done && output.starts_with("Leicester College: 5 cells to look at"),
        "{output}"
    );
    for part in ["6,724,63", "759.99", "1,570.08", "1.43", "1,692.09"] {
        assert!(output.contains(part), "{part}: {output}");
    }
    let (done, output, _) = greenledger(&["--format", "json", "secr", "--check", file]);
    let json: Value = serde_json::from_str(&output).expect("JSON");
    assert!(done);
    assert_eq!(json["warnings"].as_array().map(Vec::len), Some(5));
    assert_eq!(json["warnings"][4]["cell"], "total_gross_tco2e");

    let other = fixtures.join("day_rows.csv");
    let (done, _, why) = greenledger(&["secr", "--check", other.to_str().expect("a path")]);
    assert!(!done && why.contains("cannot understand"), "{why}");
}

/// The shipped configuration with the settings of the report, which stand there as comments.
fn with_settings(file: &str) -> String {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../deploy/config");
    let text = std::fs::read_to_string(folder.join(file)).expect(file);
    let is_setting = |line: &str| {
        let begins = [
            "[trusts.",
            "turnover_gbp",
            "balance_sheet_gbp",
            "employees",
            "\"2025/26\" =",
        ];
        begins.iter().any(|begin| line.starts_with(begin))
    };
    let lines = text.lines().map(|line| match line.strip_prefix("# ") {
        Some(setting) if is_setting(setting) => setting,
        _ => line,
    });
    lines.collect::<Vec<_>>().join("\n")
}

#[test]
fn the_settings_of_the_report_that_ship_as_comments_can_be_used() {
    let folder = tempfile::TempDir::new().expect("a folder");
    let file = folder.path().join("config.toml");
    let year = events::AcademicYear::beginning(2025);
    let check = |settings: TrustSettings| {
        let size = settings.size.get(&year).expect("a size");
        assert_eq!(size.employees, Some(720));
        assert_eq!(settings.efficiency_measures[&year].len(), 1);
    };
    std::fs::write(&file, with_settings("publish.toml")).expect("a file");
    let config: publish::Config = chassis::read_config(&file).expect("publish.toml");
    config.check().expect("publish.toml");
    check(config.settings("calder-vale"));
    std::fs::write(&file, with_settings("greenledger.toml")).expect("a file");
    let config: cli::UpConfig = chassis::read_config(&file).expect("greenledger.toml");
    check(config.trusts["2044"].clone());
}
