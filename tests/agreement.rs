//! The page, the workbook, the results and the metrics show the same figures of every school, to the digit.

use std::collections::BTreeMap;
use std::path::Path;

use calamine::{Data, Reader, Xlsx, open_workbook};
use serde_json::Value;

use crate::servers::http;

/// One row of results, by the names of its columns.
pub type Row = serde_json::Map<String, Value>;

/// Where one run of the pipeline shows its figures.
pub struct Shown<'a> {
    /// The page's address.
    pub page: &'a str,
    /// The lake's folder.
    pub lake: &'a Path,
    /// An exported workbook.
    pub workbook: &'a Path,
    /// The trust.
    pub trust: &'a str,
}

/// A figure of a school, with its name in each output.
struct Figure {
    /// The column of results and of the workbook.
    column: &'static str,
    metric: &'static str,
    /// The number of the metric's units in one of the column's.
    scale: f64,
    /// The figure as shown on the page.
    shows: fn(f64) -> String,
}

const FIGURES: [Figure; 4] = [
    Figure {
        column: "intensity_tco2e_per_pupil",
        metric: "greenledger_school_carbon_intensity_grams_per_pupil",
        scale: 1e6,
        shows: |number| format!("{number:.3}"),
    },
    Figure {
        column: "intensity_at_baseline_factors_tco2e_per_pupil",
        metric: "greenledger_school_carbon_intensity_at_baseline_factors_grams_per_pupil",
        scale: 1e6,
        shows: |number| format!("{number:.3} at 2025 factors"),
    },
    Figure {
        column: "coverage_ratio",
        metric: "greenledger_school_coverage_ratio",
        scale: 1.0,
        shows: |ratio| percent(ratio, 1),
    },
    Figure {
        column: "recycling_ratio",
        metric: "greenledger_school_recycling_ratio",
        scale: 1.0,
        shows: |ratio| percent(ratio, 0),
    },
];

/// A share as shown on the page: 100 and 0 only if exact.
fn percent(ratio: f64, places: i32) -> String {
    let scale = 10_f64.powi(places);
    let rounded = (ratio * 100.0 * scale).round() / scale;
    let honest = match () {
        () if ratio < 1.0 && rounded >= 100.0 => 100.0 - 1.0 / scale,
        () if ratio > 0.0 && rounded <= 0.0 => 1.0 / scale,
        () => rounded,
    };
    format!("{honest:.*}%", places as usize)
}

/// Compares all four outputs, for every school and every period.
pub async fn check(shown: &Shown<'_>) {
    let workbook = workbook_rows(shown.workbook, "Schools");
    let metrics = get(&format!("{}/metrics", shown.page)).await;
    let mut compared = 0;
    let periods = periods(shown);
    for period in &periods {
        let measured_as = label(period, &periods);
        let page = get(&format!(
            "{}/trusts/{}?period={period}",
            shown.page, shown.trust
        ))
        .await;
        for row in results(shown, "schools", period) {
            let urn = row["urn"].as_str().expect("a URN");
            let in_book = workbook
                .iter()
                .find(|cells| text(cells, "urn") == urn && text(cells, "period") == *period)
                .unwrap_or_else(|| panic!("no {urn} {period} in the workbook"));
            let on_page = page_row(&page, urn);
            for Figure {
                column,
                metric,
                scale,
                shows,
            } in FIGURES
            {
                let which = format!("{column} of {urn} over {period}");
                let figure = row[column].as_f64();
                assert_eq!(number(in_book, column), figure, "workbook: {which}");
                let measured = measured_as.map(|as_of| sample(&metrics, metric, urn, as_of));
                let Some(figure) = figure else {
                    assert_eq!(measured.flatten(), None, "metrics: {which}");
                    continue;
                };
                let digits = shows(figure);
                assert!(
                    on_page.contains(&digits),
                    "page: {which}: {digits} in {on_page}"
                );
                compared += 1;
                if let Some(measured) = measured {
                    let measured = measured.unwrap_or_else(|| panic!("no metric: {which}"));
                    let near = (figure * scale - measured).abs() <= figure.abs() * scale * 1e-12;
                    assert!(near, "metrics: {which}: {figure} and {measured}");
                }
            }
        }
        let measured = measured_as.map(|label| (metrics.as_str(), label));
        totals_agree(shown, period, &page, measured).await;
    }
    assert!(compared > 60, "only {compared} figures were compared");
}

/// The trust's own figures: results, metrics, page and API.
async fn totals_agree(shown: &Shown<'_>, period: &str, page: &str, measured: Option<(&str, &str)>) {
    let rows = results(shown, "trusts", period);
    let row = rows.first().expect("the trust");
    let intensity = row["intensity_tco2e_per_pupil"]
        .as_f64()
        .expect("an intensity");
    let at_baseline = row["intensity_at_baseline_factors_tco2e_per_pupil"]
        .as_f64()
        .expect("an intensity at the factors of the baseline");
    let gross = row["gross_tco2e"].as_f64().expect("a gross");
    if let Some((metrics, label)) = measured {
        for (name, figure) in [
            (
                "greenledger_trust_carbon_intensity_grams_per_pupil",
                intensity,
            ),
            (
                "greenledger_trust_carbon_intensity_at_baseline_factors_grams_per_pupil",
                at_baseline,
            ),
        ] {
            let measured = sample(metrics, name, "", label).expect("a sample");
            assert!(
                (measured - figure * 1e6).abs() < 1e-3,
                "{name}: {measured} and {figure}"
            );
        }
    }
    let plain = plain(page);
    assert!(
        plain.contains(&format!("{intensity:.3}")),
        "{intensity} on the page of {period}"
    );
    assert!(
        plain.contains(&format!("{at_baseline:.3}")),
        "{at_baseline} on the page of {period}"
    );
    let digits = format!("{gross:.1}");
    assert!(
        plain.replace(',', "").contains(&digits),
        "{digits} on the page of {period}"
    );
    let api = get(&format!(
        "{}/api/v1/trusts/{}?period={period}",
        shown.page, shown.trust
    ))
    .await;
    let api: Value = serde_json::from_str(&api).expect("JSON");
    let of_api = api["figures"]["intensity_tco2e_per_pupil"].as_f64();
    assert_eq!(of_api, Some(intensity), "API of {period}");
    let of_api = api["figures"]["intensity_at_baseline_factors_tco2e_per_pupil"].as_f64();
    assert_eq!(of_api, Some(at_baseline), "API of {period}");
}

pub async fn get(url: &str) -> String {
    let answer = http::get(url).await.expect("an answer");
    assert!(answer.status().is_success(), "{url}: {}", answer.status());
    answer.text().await.expect("a body")
}

fn periods(shown: &Shown<'_>) -> Vec<String> {
    let folder = shown
        .lake
        .join("results/schools")
        .join(format!("trust={}", shown.trust));
    let mut periods: Vec<String> = std::fs::read_dir(&folder)
        .unwrap_or_else(|error| panic!("{}: {error}", folder.display()))
        .map(|entry| {
            let name = entry.expect("a folder").file_name();
            let name = name.to_string_lossy();
            name.trim_start_matches("period=").to_owned()
        })
        .collect();
    periods.sort();
    assert!(periods.len() > 1, "{periods:?}");
    periods
}

pub fn results(shown: &Shown<'_>, table: &str, period: &str) -> Vec<Row> {
    let folder = shown
        .lake
        .join("results")
        .join(table)
        .join(format!("trust={}/period={period}", shown.trust));
    let file = std::fs::read_dir(&folder)
        .unwrap_or_else(|error| panic!("{}: {error}", folder.display()))
        .map(|entry| entry.expect("a file").path())
        .find(|path| path.extension().is_some_and(|ending| ending == "json"))
        .expect("results as JSON");
    let text = std::fs::read_to_string(file).expect("results");
    let value: Value = serde_json::from_str(&text).expect("JSON");
    let rows = value["rows"].as_array().expect("rows");
    rows.iter()
        .map(|row| row.as_object().expect("a row").clone())
        .collect()
}

type Cells = BTreeMap<String, Data>;

fn workbook_rows(path: &Path, sheet: &str) -> Vec<Cells> {
    let mut footprint_store: Xlsx<_> = open_workbook(path).expect("a workbook");
    let range = footprint_store.worksheet_range(sheet).expect("a sheet");
    let mut rows = range.rows();
    let head: Vec<String> = rows
        .next()
        .expect("a heading")
        .iter()
        .map(ToString::to_string)
        .collect();
    // A sheet's headings are the columns' names as people write them.
    let head: Vec<String> = head.iter().map(|name| name.replace(' ', "_")).collect();
    rows.map(|row| head.iter().cloned().zip(row.iter().cloned()).collect())
        .collect()
}

fn text(cells: &Cells, column: &str) -> String {
    cells
        .get(column)
        .map(ToString::to_string)
        .unwrap_or_default()
}

fn number(cells: &Cells, column: &str) -> Option<f64> {
    match cells.get(column)? {
        Data::Float(number) => Some(*number),
        Data::Int(number) => Some(*number as f64),
        _ => None,
    }
}

/// The row of a school on the trust's page, without its tags.
fn page_row(page: &str, urn: &str) -> String {
    let link = format!("/schools/{urn}?");
    let table = page.find("id=\"schools\"").expect("the table of schools");
    let at = page[table..].find(&link).expect("the school's row") + table;
    let end = page[at..].find("</tr>").expect("the end of its row") + at;
    plain(&page[at..end])
}

fn plain(html: &str) -> String {
    let mut text = String::new();
    let mut in_tag = false;
    for letter in html.chars() {
        match letter {
            '<' => in_tag = true,
            '>' if in_tag => {
                in_tag = false;
                text.push(' ');
            }
            _ if !in_tag => text.push(letter),
            _ => {}
        }
    }
    text
}

/// What metrics call a period, so that a dashboard need not change every September; years before the last have none.
fn label(period: &str, periods: &[String]) -> Option<&'static str> {
    let mut years = periods.iter().rev().filter(|key| key.starts_with("20"));
    let place = years.position(|key| key == period);
    match place {
        None => Some("trailing-12-months"),
        Some(0) => Some("current-year"),
        Some(1) => Some("previous-year"),
        Some(_) => None,
    }
}

/// The sample of a school, or with an empty URN of the trust.
fn sample(metrics: &str, name: &str, urn: &str, period: &str) -> Option<f64> {
    let (school, period) = (format!("urn=\"{urn}\""), format!("period=\"{period}\""));
    let line = metrics.lines().find(|line| {
        line.starts_with(&format!("{name}{{"))
            && (urn.is_empty() || line.contains(&school))
            && line.contains(&period)
    })?;
    line.rsplit(' ').next()?.parse().ok()
}
