//! The explanations of every figure of a school in a running pipeline.

use serde_json::Value;

use crate::servers::http;

/// Requests every figure and meter of the trust's first school over the last whole academic year: each line has an
/// explanation, and its parts add up to it.
pub async fn every_figure(page: &str) {
    let trusts = get(page, "/api/v1/trusts").await;
    let periods = trusts["trusts"][0]["periods"].as_array().expect("periods");
    let whole = |period: &&Value| {
        let label = period["label"].as_str().unwrap_or_default();
        label.len() == "2025/26".len()
    };
    let period = periods.iter().find(whole).expect("a whole year");
    let period = period["period"].as_str().expect("its key");
    let schools = get(page, &format!("/api/v1/schools?period={period}")).await;
    let urn = schools["rows"][0]["urn"].as_str().expect("a school");
    let why = format!("/api/v1/schools/{urn}/explain?period={period}");

    let first = get(page, &why).await;
    let figures = first["figures"].as_array().expect("figures");
    let mut checked = 0;
    for figure in figures {
        let name = figure["name"].as_str().expect("a name");
        let answer = get(page, &format!("{why}&figure={name}")).await;
        checked += agreeing(&answer, name);
        let is_total = ["intensity", "gross", "voluntary"].contains(&name);
        if answer["figure"]["lines"][0].is_object() && !is_total {
            let behind = [&answer["meters"], &answer["events"]];
            let found = behind.iter().any(|list| list[0].is_object());
            assert!(found, "nothing is behind {name}");
        }
    }
    let coverage = get(page, &format!("{why}&figure=coverage")).await;
    for meter in coverage["meters"].as_array().expect("meters") {
        let meter = meter["meter"].as_str().expect("an id");
        let answer = get(page, &format!("{why}&figure=coverage&meter={meter}")).await;
        checked += agreeing(&answer, meter);
    }
    assert!(
        checked > 10,
        "only {checked} numbers were held against the ledger"
    );
}

fn agreeing(answer: &Value, of: &str) -> usize {
    let checks = answer["checks"].as_array().expect("checks");
    for check in checks {
        assert_eq!(check["agrees"], true, "{of}: {check}");
    }
    checks.len()
}

async fn get(page: &str, path: &str) -> Value {
    let answer = http::get(format!("{page}{path}")).await.expect("an answer");
    assert_eq!(answer.status().as_u16(), 200, "{path}");
    answer.json().await.expect("JSON")
}
