//! The history by event time, in a real Prometheus: what was measured two years ago, corrected now, while `up` is killed.

use std::process::Command;
use std::time::Duration;

use serde_json::{Value, json};

use crate::faults::up::Up;
use crate::flow::deployment::{TOKEN, TRUST};
use crate::flow::files;
use crate::servers::Waiting;
use crate::servers::prometheus::{Prometheus, api};
use crate::servers::service::binary;

const PATIENCE: Duration = Duration::from_secs(120);
const MPAN: &str = "2200012767323";
/// A day of two years ago.
const THEN: &str = "2024-11-20";

fn tables(prometheus: &Prometheus) -> String {
    format!(
        "[[tokens]]\nname = \"tests\"\nsha256 = \"{}\"\nscope = {{ trust = \"{TRUST}\" }}\nmay_register = true\n\
         [history]\nurl = \"{}/api/v1/write\"\nevery_seconds = 1\n",
        ingest::token_sha256(TOKEN),
        prometheus.url,
    )
}

/// A day of the meter, each half-hour of so much; the 17th, from 08:00 on, of another amount.
fn day(on: &str, each: f64, at_eight: f64, issued: &str) -> String {
    let values: Vec<f64> = (0..48)
        .map(|slot| if slot == 16 { at_eight } else { each })
        .collect();
    json!({
        "specversion": "1.0", "type": "meter.readings.v1", "source": "supplier", "time": issued,
        "id": format!("{on} {issued}"),
        "data": { "meter": format!("mpan:{MPAN}"), "unit": "kWh", "day": on, "values": values },
    })
    .to_string()
}

async fn register(up: &Up) {
    let school = files::school(0).to_json().expect("JSON");
    let meter = json!({
        "specversion": "1.0", "type": "meter.registered.v1", "source": "office", "id": MPAN,
        "time": "2024-09-01T00:00:00Z", "subject": files::urn(0).to_string(),
        "data": { "meter": format!("mpan:{MPAN}"), "fuel": "electricity", "from": "2024-09-01" },
    });
    take(up, &[school, meter.to_string()]).await;
}

async fn take(up: &Up, lines: &[String]) {
    let answer = up.client().send_lines(lines).await.expect("an answer");
    assert_eq!(answer.accepted as usize, lines.len(), "{answer:#?}");
}

/// The value of an expression at a time; none without one.
async fn at(prometheus: &Prometheus, expr: &str, time: &str) -> Option<f64> {
    let parameters = [("query", expr), ("time", time)];
    let answer = api(&prometheus.url, "query", &parameters).await;
    let value = answer["result"][0]["value"][1].as_str()?;
    value.parse().ok()
}

/// Waits until an expression has a value at a time.
async fn becomes(prometheus: &Prometheus, expr: &str, time: &str, wanted: f64, up: &Up) {
    let mut waiting = Waiting::up_to(PATIENCE);
    loop {
        let found = at(prometheus, expr, time).await;
        if found.is_some_and(|found| (found - wanted).abs() < 1e-9) {
            return;
        }
        let more = waiting.once_more().await;
        assert!(
            more,
            "{expr} at {time} is {found:?} and not {wanted}\n{}",
            up.log()
        );
    }
}

const ENERGY: &str = "sum(greenledger_history_half_hour_kilowatt_hours)";
const POWER: &str = "sum(greenledger_history_half_hour_kilowatts)";
const DAY: &str = "sum(greenledger_history_day_kilowatt_hours{fuel=\"electricity\"})";
const CARBON: &str = "sum(greenledger_history_day_kilograms_co2e{factors=\"reported\"})";
const EIGHT: &str = "2024-11-20T08:00:00Z";
const MIDNIGHT: &str = "2024-11-20T00:00:00Z";

/// Everything is there at its own time, a correction of two years ago as well; a restart sends nothing again; `backfill` does, and
/// changes nothing; a withdrawn value is marked.
#[tokio::test(flavor = "multi_thread")]
async fn the_past_and_its_corrections_stand_at_their_own_times() {
    let prometheus = Prometheus::receiving().await;
    let mut up = Up::configured(&tables(&prometheus));
    up.ready().await;
    register(&up).await;
    let issued = "2026-11-20T08:00:00Z";
    take(
        &up,
        &[
            day(THEN, 1.0, 1.0, issued),
            day("2026-11-19", 2.0, 2.0, issued),
        ],
    )
    .await;
    becomes(&prometheus, ENERGY, EIGHT, 1.0, &up).await;
    becomes(&prometheus, POWER, "2026-11-19T09:30:00Z", 4.0, &up).await;
    becomes(&prometheus, DAY, MIDNIGHT, 48.0, &up).await;
    let carbon = at(&prometheus, CARBON, MIDNIGHT).await.expect("carbon");
    assert!((5.0..15.0).contains(&carbon), "{carbon}");

    take(&up, &[day(THEN, 1.0, 5.0, "2026-11-21T12:00:00Z")]).await;
    becomes(&prometheus, ENERGY, EIGHT, 5.0, &up).await;
    becomes(&prometheus, POWER, EIGHT, 10.0, &up).await;
    becomes(&prometheus, DAY, MIDNIGHT, 52.0, &up).await;
    becomes(&prometheus, CARBON, MIDNIGHT, carbon * 52.0 / 48.0, &up).await;
    becomes(&prometheus, ENERGY, "2024-11-20T08:30:00Z", 1.0, &up).await;
    let corrections = "count(greenledger_history_half_hour_kilowatt_hours)";
    becomes(&prometheus, corrections, EIGHT, 2.0, &up).await;

    up.kill();
    up.spawn("");
    up.ready().await;
    let written = "publish_history_last_written_timestamp_seconds";
    let mut waiting = Waiting::up_to(PATIENCE);
    while metric(&up, written).await.is_none_or(|at| at == 0.0) {
        assert!(waiting.once_more().await, "{}", up.log());
    }
    let accepted = metric(&up, "publish_history_samples_total{outcome=\"accepted\"}").await;
    assert_eq!(accepted, Some(0.0), "a restart sends nothing again");

    let sent = command(
        &up,
        &[
            "--format",
            "json",
            "backfill",
            "--from",
            "2024-11-01",
            "--to",
            "2024-11-30",
        ],
    );
    // 48 half-hours as energy and power, the day, its carbon, a correction of each, and the month's baseline.
    assert_eq!(sent["accepted"], 48 * 2 + 2 + 4 + 1, "{sent}");
    assert_eq!(sent["refused"], 0, "{sent}");
    becomes(&prometheus, ENERGY, EIGHT, 5.0, &up).await;
    becomes(&prometheus, DAY, MIDNIGHT, 52.0, &up).await;

    let meter = format!("mpan:{MPAN}");
    let reason = ["--reason", "a test", "--by", "lead", "--to", THEN];
    let withdraw = ["--format", "json", "withdraw", &meter, "--from", THEN];
    command(&up, &[&withdraw[..], &reason].concat());
    becomes(&prometheus, ENERGY, EIGHT, 0.0, &up).await;
    let shown = "sum without(correction) (greenledger_history_half_hour_kilowatt_hours) unless on(meter) \
                 (sum without(correction) (greenledger_history_withdrawn{metric=\"greenledger_history_half_hour_kilowatt_hours\"}) > 0)";
    assert_eq!(
        at(&prometheus, shown, EIGHT).await,
        None,
        "a withdrawn value is no zero"
    );
    let other = at(&prometheus, shown, "2026-11-19T09:30:00Z").await;
    assert_eq!(other, Some(2.0));
}

/// Killed amid sending and at every other point, `up` brings Prometheus to the same values each time.
#[tokio::test(flavor = "multi_thread")]
async fn whenever_it_is_killed_the_series_are_the_same() {
    let prometheus = Prometheus::receiving().await;
    let mut up = Up::configured(&tables(&prometheus));
    up.ready().await;
    register(&up).await;
    let issued = "2024-11-30T08:00:00Z";
    let days: Vec<String> = (1..=28)
        .map(|on| day(&format!("2024-11-{on:02}"), 1.0, 1.0, issued))
        .collect();
    take(&up, &days).await;
    // Killed before the days are in the ledger; then amid sending, because they are more than one request.
    up.kill();
    up.spawn("publish.history.sending=1*off->return");
    up.dies().await;
    up.spawn("");
    becomes(&prometheus, ENERGY, EIGHT, 1.0, &up).await;
    becomes(&prometheus, POWER, "2024-11-28T23:30:00Z", 2.0, &up).await;
    let points = ["planning", "planned", "sent", "marked"];
    for (n, point) in (2_u32..).zip(points) {
        up.ready().await;
        let value = f64::from(n);
        take(
            &up,
            &[day(THEN, 1.0, value, &format!("2026-11-1{n}T00:00:00Z"))],
        )
        .await;
        up.kill();
        up.spawn(&format!("publish.history.{point}=return"));
        up.dies().await;
        up.spawn("");
        becomes(&prometheus, ENERGY, EIGHT, value, &up).await;
        becomes(&prometheus, DAY, MIDNIGHT, 47.0 + value, &up).await;
    }
    let sum = "sum(sum_over_time(greenledger_history_half_hour_kilowatt_hours[40d]))";
    becomes(
        &prometheus,
        sum,
        "2024-12-05T00:00:00Z",
        28.0 * 48.0 + 4.0,
        &up,
    )
    .await;
}

async fn metric(up: &Up, name: &str) -> Option<f64> {
    let [_, publish] = up.urls();
    let answer = crate::servers::http::get(format!("{publish}/metrics"))
        .await
        .ok()?;
    let text = answer.text().await.ok()?;
    let value = |line: &str| line.strip_prefix(name)?.strip_prefix(' ')?.parse().ok();
    text.lines().find_map(value)
}

/// What a command beside `up` prints as JSON.
fn command(up: &Up, arguments: &[&str]) -> Value {
    let [ingest, _] = up.urls();
    let output = Command::new(binary("greenledger"))
        .args(arguments)
        .arg("--config")
        .arg(up.config())
        .env("GREENLEDGER_URL", ingest)
        .env("GREENLEDGER_TOKEN", TOKEN)
        .output()
        .expect("greenledger");
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{arguments:?}: {errors}");
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let last = text.lines().last().unwrap_or_default();
    serde_json::from_str(last).unwrap_or(Value::Null)
}
