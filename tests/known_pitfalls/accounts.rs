//! Mistakes of published accounts.

use std::path::PathBuf;

use publish::secr::{Report, check};

/// A college's published table of four years has a scope 1 that is not the sum of its rows, totals that are not the sum of
/// the scopes, a ratio to another count than the one it names, and a number with misplaced commas. Each gets a warning with
/// its cell and the expected value; the table is still read.
#[test]
fn trap_10_published_accounts_that_do_not_add_up_taken_for_true_or_refused() {
    let fixture = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("fixtures")
        .join("secr_published_college.json");
    let text = std::fs::read_to_string(&fixture).expect("the fixture");
    let report: Report = serde_json::from_str(&text).expect("a report");
    assert_eq!(report.years.len(), 4);
    let warnings = check(&report);
    let found: Vec<(&str, &str, &str)> = warnings
        .iter()
        .map(|warning| {
            (
                warning.year.as_str(),
                warning.cell.as_str(),
                warning.expected.as_deref().unwrap_or_default(),
            )
        })
        .collect();
    assert_eq!(
        found,
        [
            ("2023/24", "energy_kwh.total", ""),
            ("2023/24", "scope_1_tco2e.total", "759.99"),
            ("2023/24", "total_gross_tco2e", "1,570.08"),
            ("2023/24", "intensity.tco2e", "1.43"),
            ("2020/21", "total_gross_tco2e", "1,692.09"),
        ]
    );
    assert!(
        warnings[0].text.contains("6,724,63"),
        "{}",
        warnings[0].text
    );
}
