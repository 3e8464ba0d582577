//! A new trust, from nothing: the commands of docs/new-trust.md are run as they stand there.

use std::process::Command;
use std::time::Duration;

use serde_json::Value;

use crate::faults::up::Up;
use crate::servers::http;
use crate::servers::service::binary;
use crate::servers::{Waiting, project};

const TOKEN: &str = "ashfold-example";

/// The commands of the page, which stand in the README too, without `up`, which the test starts by itself.
fn commands() -> Vec<Vec<String>> {
    let page = std::fs::read_to_string(project("docs/new-trust.md")).expect("the page");
    let readme = std::fs::read_to_string(project("README.md")).expect("the README");
    let lines = page.lines().filter_map(|line| {
        let command = line.strip_prefix("greenledger ")?;
        assert!(readme.contains(line), "the README lacks: {line}");
        Some(command)
    });
    let words = |line: &str| line.split(' ').map(str::to_owned).collect::<Vec<_>>();
    let commands = lines.map(words).filter(|words| words[0] != "up");
    commands.collect()
}

fn run(up: &Up, words: &[String]) -> String {
    let mut command = Command::new(binary("greenledger"));
    command
        .args(words)
        .current_dir(project("docs/examples/new-trust"))
        .env("GREENLEDGER_URL", &up.urls()[0])
        .env("GREENLEDGER_TOKEN", TOKEN);
    let output = command.output().expect("greenledger");
    let (out, error) = (output.stdout, String::from_utf8_lossy(&output.stderr));
    assert_eq!(output.status.code(), Some(0), "{words:?}: {error}");
    String::from_utf8(out).expect("a text")
}

/// The sum of the electricity file's column Total, in hundredths of a kilowatt-hour.
fn hundredths_sent() -> i64 {
    let text = std::fs::read_to_string(project("docs/examples/new-trust/electricity.csv"));
    let text = text.expect("the file");
    let totals = text.lines().skip(1).filter_map(|row| row.split(',').nth(2));
    let hundredths = |total: &str| total.replace('.', "").parse::<i64>();
    totals
        .map(|total| hundredths(total).expect("two decimals"))
        .sum()
}

/// The figures of a school in the last twelve months. The academic year of the files is priced by factors that are not published
/// yet.
async fn figures(up: &Up, urn: &str) -> Value {
    let [_, publish] = up.urls();
    let answer = http::get(format!("{publish}/api/v1/schools/{urn}")).await;
    let school: Value = answer.expect("an answer").json().await.unwrap_or_default();
    let footprints = school["footprints"].as_array().cloned().unwrap_or_default();
    let mut lately = footprints.into_iter();
    let lately = lately.find(|footprint| footprint["period"]["kind"] == "trailing-12-months");
    lately.unwrap_or_default()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_trust_has_figures_without_an_event_written_by_hand() {
    let config = project("docs/examples/new-trust/greenledger.toml");
    let config = std::fs::read_to_string(config).expect("the configuration");
    let (_, tables) = config.split_at(config.find("[[tokens]]").expect("tokens"));
    let up = Up::configured(tables);
    up.ready().await;
    let commands = commands();
    assert_eq!(commands.len(), 5, "{commands:?}");
    for words in &commands {
        run(&up, words);
    }
    let rejected = run(&up, &["--format", "json", "rejected"].map(str::to_owned));
    let rejected: Value = serde_json::from_str(&rejected).expect("JSON");
    assert_eq!(
        rejected["rejected"],
        Value::Array(Vec::new()),
        "{rejected:#}"
    );

    let kilowatt_hours = hundredths_sent() * 10_000;
    let mut waiting = Waiting::up_to(Duration::from_secs(60));
    loop {
        let (primary, secondary) = (figures(&up, "990001").await, figures(&up, "990002").await);
        let meters = primary["meters"].as_array().cloned().unwrap_or_default();
        let hall = meters
            .iter()
            .any(|meter| meter["name"] == "Main building" && meter["import"] == kilowatt_hours);
        let is_surveyed = primary["travel"]["surveys"]
            .as_object()
            .is_some_and(|surveys| !surveys.is_empty());
        let is_known =
            |of: &Value| of["gross"].as_i64() > Some(0) && of["waste"]["total"].as_i64() > Some(0);
        if hall && is_surveyed && is_known(&primary) && is_known(&secondary) {
            break;
        }
        assert!(waiting.once_more().await, "{kilowatt_hours}: {primary:#}");
    }
}
