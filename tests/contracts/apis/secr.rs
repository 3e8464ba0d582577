//! The SECR report and the change against `openapi.json`.

use std::collections::BTreeSet;

use events::{AcademicYear, Roll};
use footprint::change::Incomparable;
use footprint::{Footprint, Period};
use publish::secr::{Basis, Report, WarningKind, report};
use publish::{FootprintStore, TrustSettings};
use serde_json::{Value, to_value};

use super::super::{folder, json};
use super::answers::{check, component};
use super::made_up::{bare, full};
use super::{fields, strings, variants};

/// A school that says all there is to say, over a whole year.
fn of_year(beginning: i32) -> Footprint {
    let mut school = full();
    let year = AcademicYear::beginning(beginning);
    school.period = Period::AcademicYear {
        year,
        as_of: school.period.as_of(),
    };
    school.member = school.period.days();
    school
}

/// One school in both years, and one that joined.
fn footprint_store() -> FootprintStore {
    let mut joined = of_year(2025);
    joined.urn = bare().urn;
    joined.roll = None::<Roll>;
    FootprintStore::of([of_year(2024), of_year(2025), joined])
}

fn made() -> Value {
    let report = report(
        &footprint_store(),
        "calder-vale",
        None,
        Basis::Actual,
        &TrustSettings::default(),
    );
    to_value(report.expect("a report")).expect("JSON")
}

#[test]
fn a_report_as_rust_writes_it_fits_openapi_and_has_every_field_of_it() {
    let schema = component("SecrReport");
    let report = made();
    check(&schema, &report);
    let openapi = json(&folder().join("openapi.json"));
    let described = |name: &str| -> BTreeSet<String> {
        fields(&openapi["components"]["schemas"][name]["properties"])
            .keys()
            .cloned()
            .collect()
    };
    let there = |value: &Value| -> BTreeSet<String> { fields(value).keys().cloned().collect() };
    let (year, change) = (&report["years"][0], &report["change"]);
    for (name, value) in [
        ("SecrReport", &report),
        ("SecrYear", year),
        ("SecrEnergy", &year["energy_kwh"]),
        ("SecrScope1", &year["scope_1_tco2e"]),
        ("SecrScope2", &year["scope_2_tco2e"]),
        ("SecrScope3", &year["scope_3_tco2e"]),
        ("SecrIntensity", &year["intensity"]),
        ("SecrBelowGross", &year["below_gross"]),
        ("SecrVoluntary", &year["voluntary"]),
        ("SecrVoluntaryLine", &year["voluntary"]["lines"][0]),
        ("SecrFactor", &year["factors"][0]),
        ("SecrText", &report["texts"][0]),
        ("Change", change),
        ("ChangeItem", &change["by_item"][0]),
        ("ChangeSide", &change["by_item"][0]["current"]),
        ("ChangeMover", &change["joined"][0]),
        ("ChangeHalfHours", &change["current_half_hours"]),
    ] {
        assert_eq!(described(name), there(value), "{name}");
    }
}

#[test]
fn a_table_that_others_published_fits_openapi_and_is_understood() {
    let file = folder().join("../tests/fixtures/secr_published_college.json");
    let published = json(&file);
    check(&component("SecrReport"), &published);
    let read: Report = serde_json::from_value(published).expect("a report");
    check(&component("SecrReport"), &to_value(read).expect("JSON"));
}

#[test]
fn what_the_api_sends_can_be_checked_as_a_file() {
    let report: Report = serde_json::from_value(made()).expect("a report");
    assert_eq!(publish::secr::check(&report), report.warnings);
}

#[test]
fn a_change_is_never_told_without_what_has_to_be_said_of_it() {
    let view = footprint_store()
        .view("calder-vale", "2025-26", 0.24)
        .expect("a trust");
    let changes = view.change.expect("a change");
    let told = publish::ChangeTold::of(&changes.sum, changes.prior_period, changes.period);
    assert!(told.said.iter().any(|text| text.contains("not a saving")));
    check(&component("ChangeTold"), &to_value(told).expect("JSON"));
}

#[test]
fn the_closed_sets_of_a_report_are_described_in_full() {
    let openapi = json(&folder().join("openapi.json"));
    let set = |name: &str, field: &str| {
        strings(&openapi["components"]["schemas"][name]["properties"][field]["enum"])
    };
    let unknown = serde_json::from_str::<Basis>("\"no such\"").expect_err("no such");
    let bases = &openapi["components"]["schemas"]["SecrBasis"]["enum"];
    assert_eq!(strings(bases), variants(unknown));
    let unknown = serde_json::from_str::<WarningKind>("\"no such\"").expect_err("no such");
    assert_eq!(set("SecrWarning", "kind"), variants(unknown));
    let unknown = serde_json::from_str::<Incomparable>("\"no such\"").expect_err("no such");
    assert_eq!(set("ChangeNotComparable", "why"), variants(unknown));
}
