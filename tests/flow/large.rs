//! A file that is too large for one request.

use std::process::Command;

use serde_json::Value;

use super::deployment::{Deployment, Embedded, TOKEN};
use super::files::{mpan, register};
use super::seen::ledger_rows;
use crate::servers::project;
use crate::servers::service::binary;

/// Some 9 MiB: a row per half-hour of twelve meters that alternate, over 33 days with the longest of the year. One row names no
/// meter, one no day, and a few are of reactive energy.
fn export() -> String {
    let site = "Hall and kitchen of the school, main building; ".repeat(10);
    let mut text = "Site,MPANCore,Type,Sett Date,Sett Period,Meter Read\n".to_owned();
    let mut day: chrono::NaiveDate = "2025-10-01".parse().expect("a day");
    for _ in 0..33 {
        let periods = match day.to_string().as_str() {
            "2025-10-26" => 50,
            _ => 48,
        };
        for period in 1..=periods {
            for meter in 0..12 {
                let (mpan, day) = (mpan(meter), day.format("%d/%m/%Y"));
                text += &format!("\"{site}\",{mpan},AI,{day},{period},{period}.{meter}\n");
            }
        }
        text += &format!("\"{site}\",{},RI,01/10/2025,1,5\n", mpan(1));
        day = day.succ_opt().expect("a day");
    }
    text += &format!(
        "\"{site}\",,AI,01/10/2025,1,5\n\"{site}\",{},AI,soon,1,5\n",
        mpan(2)
    );
    text
}

fn import(world: &Embedded, file: &std::path::Path) -> (Option<i32>, Value) {
    let output = Command::new(binary("greenledger"))
        .args(["--format", "json", "import", "--url", world.ingest()])
        .arg(file)
        .env("GREENLEDGER_TOKEN", TOKEN)
        .output()
        .expect("greenledger");
    let error = String::from_utf8_lossy(&output.stderr);
    assert_eq!(error, "", "nothing but the report");
    let report = serde_json::from_slice(&output.stdout).expect("JSON");
    (output.status.code(), report)
}

/// The lines and hints of the refusals.
fn refusals(report: &Value) -> Vec<(u64, String)> {
    let refusals = report["refusals"].as_array().expect("refusals").iter();
    let mut refusals: Vec<_> = refusals
        .map(|one| {
            let line = one.get("line").or(one.get("index")).and_then(Value::as_u64);
            (line.expect("a line"), one["hint"].to_string())
        })
        .collect();
    refusals.sort();
    refusals
}

#[tokio::test(flavor = "multi_thread")]
async fn a_large_file_in_parts_gives_the_same_events_and_refusals_as_the_whole() {
    let world = Embedded::start().await;
    register(&world).await;
    let text = export();
    assert!(
        text.len() > 8 << 20,
        "{} bytes are sent as they are",
        text.len()
    );
    let file = world.folder().join("export.csv");
    std::fs::write(&file, &text).expect("a file");
    let (code, in_parts) = import(&world, &file);
    assert_eq!(code, Some(3), "{in_parts}");
    (&world as &dyn Deployment).wait_until_settled().await;
    let rows = ledger_rows(&world.lake()).await;
    assert!(rows.len() > 12 * 33, "{}", rows.len());

    let whole = world
        .client()
        .send_file("opus-electricity", text.as_bytes())
        .await;
    let whole = serde_json::to_value(whole.expect("an answer")).expect("JSON");
    (&world as &dyn Deployment).wait_until_settled().await;
    assert_eq!(
        ledger_rows(&world.lake()).await,
        rows,
        "the whole adds nothing to its parts"
    );
    for count in ["received", "accepted", "refused"] {
        assert_eq!(in_parts[count], whole[count], "{count}");
    }
    assert_eq!(refusals(&in_parts), refusals(&whole));
    let lines = text.lines().count() as u64;
    let refused: Vec<u64> = refusals(&in_parts).iter().map(|(line, _)| *line).collect();
    assert_eq!(refused, [lines - 1, lines]);
}

/// A cover sheet, and a sheet with titles above a day of one meter; its last row has no day.
#[tokio::test(flavor = "multi_thread")]
async fn a_workbook_of_excel_up_to_2003_is_converted_and_sent() {
    let world = Embedded::start().await;
    register(&world).await;
    let file = project("tests/fixtures/opus_electricity.xls");
    let (code, report) = import(&world, &file);
    assert_eq!(code, Some(3), "{report}");
    assert_eq!(
        (&report["accepted"], &report["refused"]),
        (&48.into(), &1.into())
    );
    let refusal = &report["refusals"][0];
    let place = ["pointer", "column", "value"].map(|key| refusal[key].as_str().unwrap_or_default());
    assert_eq!(place, ["/March/row/52", "Sett Date", "soon"]);
    let notes = report["notes"].as_array().expect("notes").iter();
    let about: Vec<_> = notes.filter_map(|note| note["about"].as_str()).collect();
    assert_eq!(about, ["converted", "table-left-alone"]);
}
