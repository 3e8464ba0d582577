//! The demo's last whole academic year as reported and at the factors of 2025, worked again from its lines.

use serde_json::Value;

use crate::agreement::{Row, Shown, get, results};

/// DESNZ 2025, kg CO2e per unit: the factors of the demo's baseline, read from the official workbook.
const OF_2025: [(&str, &str, f64); 7] = [
    ("gas", "kWh", 0.18296),
    ("electricity", "kWh", 0.177),
    ("solar", "kWh", 0.0),
    ("burning_oil", "litres", 2.54016),
    ("lpg", "litres", 1.55713),
    ("minibus_diesel", "litres", 2.57082),
    ("staff_car", "miles", 0.26915),
];

/// The trust publishes the figures that follow from its lines by hand, and the verdict on target 7 follows from both.
pub async fn check(shown: &Shown<'_>) {
    let json = |text: String| -> Value { serde_json::from_str(&text).expect("JSON") };
    let of_trust = format!("{}/api/v1/trusts", shown.page);
    let trusts = json(get(&of_trust).await);
    let periods = trusts["trusts"][0]["periods"].as_array().expect("periods");
    let is_whole = |period: &&Value| {
        let label = period["label"].as_str();
        label.is_some_and(|label| label.len() == "2025/26".len())
    };
    let period = periods.iter().find(is_whole).expect("a whole year");
    let period = period["period"].as_str().expect("its key");
    let board = format!("{of_trust}/{}/scoreboard?period={period}", shown.trust);
    let board = json(get(&board).await);
    let rows = results(shown, "trusts", period);
    let trust = rows.first().expect("the trust");
    agree(&results(shown, "lines", period), trust, &board["kpis"][6]);
}

fn agree(lines: &[Row], trust: &Row, kpi: &Value) {
    let number = |row: &Row, of: &str| {
        let number = row[of].as_f64();
        number.unwrap_or_else(|| panic!("no {of}: {row:?}"))
    };
    let mut grams = (0.0, 0.0);
    for line in lines.iter().filter(|line| line["block"] == "statutory") {
        let (item, unit) = (line["item"].as_str(), line["unit"].as_str());
        let of_line = |(of, per, _): &&(&str, &str, f64)| (Some(*of), Some(*per)) == (item, unit);
        let factor = OF_2025.iter().find(of_line);
        let (_, _, factor) = factor.unwrap_or_else(|| panic!("no factor of 2025 for {line:?}"));
        let millionths = line["quantity_millionths"].as_f64().expect("a quantity");
        // Millionths of a unit times kg per unit are milligrams, rounded once per line.
        grams.1 += (millionths * factor).round() / 1e3;
        grams.0 += line["mg_co2e"].as_f64().expect("a price") / 1e3;
    }
    let pupils = number(trust, "gross_tco2e") / number(trust, "intensity_tco2e_per_pupil");
    let (reported, constant) = (grams.0 / 1e6 / pupils, grams.1 / 1e6 / pupils);
    let near = |one: f64, other: f64| (one - other).abs() < 1e-9;
    let published = number(trust, "intensity_at_baseline_factors_tco2e_per_pupil");
    assert!(near(published, constant), "{published} and {constant}");
    let published = number(trust, "intensity_tco2e_per_pupil");
    assert!(near(published, reported), "{published} and {reported}");

    let target = kpi["target"].as_str().expect("a target");
    let most = target.split(' ').find_map(|word| word.parse::<f64>().ok());
    let most = most.unwrap_or_else(|| panic!("no number in {target:?}"));
    let why = kpi["why"].as_str().expect("why");
    // With as many digits as it takes to distinguish them from the target.
    let stated = |from: &str, to: &str| -> f64 {
        let text = why.split_once(from).map_or(why, |(_, rest)| rest);
        let number = text
            .split_once(to)
            .and_then(|(number, _)| number.parse().ok());
        number.unwrap_or_else(|| panic!("no number before {to:?} in {why:?}"))
    };
    let rounds_to = |stated: f64, figure: f64| (stated - figure).abs() <= 0.000_5;
    assert!(rounds_to(stated("", " tCO2e per pupil"), reported), "{why}");
    assert!(
        rounds_to(
            stated("(", " at the 2025 factors of the baseline)"),
            constant
        ),
        "{why}"
    );
    let verdict = kpi["verdict"].as_str().expect("a verdict");
    match (reported <= most, constant <= most) {
        (true, false) => assert!(
            ["met_as_reported", "not_evidenced"].contains(&verdict),
            "{kpi}"
        ),
        (true, true) => assert!(["met", "not_evidenced"].contains(&verdict), "{kpi}"),
        (false, _) => assert!(["not_met", "not_evidenced"].contains(&verdict), "{kpi}"),
    }
}
