//! The shipped configurations are valid.

use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::Command;

use aggregate::{AggregateError, Config};
use footprint::{AnomalyLimits, LeastCoverage, Method};
use tempfile::TempDir;

use crate::servers::service::binary;

#[test]
fn every_shipped_configuration_can_be_used() {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../deploy/config");
    let mut checked = 0;
    for file in std::fs::read_dir(&folder).expect("deploy/config") {
        let file = file.expect("a file").path();
        let output = Command::new(binary("greenledger"))
            .arg("validate")
            .arg(&file)
            .output();
        let output = output.expect("greenledger");
        let printed = String::from_utf8_lossy(&output.stdout);
        let name = file
            .file_stem()
            .and_then(|name| name.to_str())
            .unwrap_or_default();
        let kind = if name == "greenledger" { "up" } else { name };
        assert!(
            output.status.success(),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
        assert!(
            printed.contains(&format!("configuration of {kind}:")),
            "{name}: {printed}"
        );
        checked += 1;
    }
    assert_eq!(checked, 4, "ingest, aggregate, publish and greenledger up");
}

fn shipped(file: &str) -> String {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../deploy/config");
    std::fs::read_to_string(folder.join(file)).expect(file)
}

/// The method of the shipped configuration with one line replaced.
fn method(folder: &Path, line: &str, instead: &str) -> Result<Method, AggregateError> {
    let text = shipped("aggregate.toml");
    assert!(text.contains(line), "{line}");
    let file = folder.join("aggregate.toml");
    std::fs::write(&file, text.replace(line, instead)).expect("a file");
    chassis::read_config::<Config>(&file)
        .expect(instead)
        .method()
}

fn chain(error: &dyn Error) -> String {
    let cause = error.source().map(chain);
    cause.map_or_else(|| error.to_string(), |cause| format!("{error}: {cause}"))
}

const CENSUS: &str = "census = \"autumn\"";

fn with_temperatures(csv: &str) -> Result<Method, String> {
    let folder = TempDir::new().expect("a folder");
    let file = folder.path().join("temperatures.csv");
    std::fs::write(&file, csv).expect("a file");
    let line = format!("{CENSUS}\ntemperatures = {:?}", file.display().to_string());
    method(folder.path(), CENSUS, &line).map_err(|error| chain(&error))
}

#[test]
fn the_bounds_that_ship_are_the_defaults_and_all_there_are() {
    let folder = TempDir::new().expect("a folder");
    let method = method(folder.path(), CENSUS, CENSUS).expect("a method");
    assert_eq!(method.anomaly_limits, AnomalyLimits::default());
    assert!(method.temperatures.is_empty());
    let bounds = serde_json::to_value(AnomalyLimits::default()).expect("JSON");
    for key in bounds.as_object().expect("keys").keys() {
        for file in ["aggregate.toml", "greenledger.toml"] {
            let set = shipped(file).contains(&format!("\n{key} = "));
            assert!(set, "{key} is not in {file}");
        }
    }
}

#[test]
fn temperatures_that_cannot_be_used_are_named_by_file_row_column_and_rule() {
    let good = "trust,day,mean_celsius\n,2026-01-30,4.5\ncalder-vale,2026-01-30,3\n";
    assert!(with_temperatures(good).is_ok_and(|method| !method.temperatures.is_empty()));
    let output = with_temperatures("trust,day,mean_celsius\n,2026-01-30,mild\n").err();
    let output = output.expect("an error");
    let row =
        "temperatures.csv: row 2, column mean_celsius: a mean from -30 to 41 °C; got \"mild\"";
    assert!(output.contains(row), "{output}");
    let folder = TempDir::new().expect("a folder");
    let absent = format!("{CENSUS}\ntemperatures = \"/nowhere/at/all.csv\"");
    let error = method(folder.path(), CENSUS, &absent)
        .err()
        .expect("an error");
    assert!(error.to_string().contains("/nowhere/at/all.csv"), "{error}");
}

#[test]
fn a_bound_that_would_call_everything_odd_is_refused() {
    let folder = TempDir::new().expect("a folder");
    let (line, instead) = ("shift_factor = 3.0", "shift_factor = 1.0");
    let error = method(folder.path(), line, instead)
        .err()
        .expect("an error");
    assert!(chain(&error).contains("shift_factor = 1"), "{error}");
    let file = folder.path().join("none.toml");
    let text = shipped("aggregate.toml").replace("stuck_days = 3", "stuck_days = 0");
    std::fs::write(&file, &text).expect("a file");
    let read = chassis::read_config::<Config>(&file);
    let of_bound = |line: &str| line.starts_with("stuck_days");
    let number = 1 + text.lines().position(of_bound).expect("the bound");
    let place = format!("line {number}, ");
    assert!(read.is_err_and(|error| error.to_string().contains(&place)));
}

#[test]
fn the_least_coverage_is_ninety_per_cent_unless_set_and_a_percentage_is_refused() {
    let folder = TempDir::new().expect("a folder");
    let line = "least_coverage_ratio = 0.9";
    for file in ["aggregate.toml", "greenledger.toml"] {
        assert!(shipped(file).contains(line), "{file}");
    }
    let with = |instead: &str| method(folder.path(), line, instead).expect("a method");
    assert_eq!(with(line).least_coverage, LeastCoverage::default());
    assert_eq!(with("").least_coverage, LeastCoverage::default());
    let set = LeastCoverage::try_from(0.75).expect("a share");
    assert_eq!(with("least_coverage_ratio = 0.75").least_coverage, set);
    let file = folder.path().join("aggregate.toml");
    for refused in ["90", "0.0", "-0.5", "nan"] {
        let instead = format!("least_coverage_ratio = {refused}");
        std::fs::write(&file, shipped("aggregate.toml").replace(line, &instead)).expect("a file");
        let error = chassis::read_config::<Config>(&file).expect_err(refused);
        assert!(chain(&error).contains("at most 1"), "{}", chain(&error));
    }
}
