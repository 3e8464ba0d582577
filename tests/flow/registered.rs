//! A trust registers its schools and meters from the files that it has: the DfE's list of schools and a list of meters.

use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

use events::Rule;
use serde_json::{Value, json};

use super::deployment::{Deployment, Embedded, TOKEN, TRUST};
use super::files;
use crate::servers::service::binary;

const HALL: &str = "2399999909024";

/// The outcome of `greenledger register` with the lists of the documentation, and with more arguments.
fn register(world: &Embedded, meters: &str, arguments: &[&str]) -> Output {
    let examples = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../docs/examples");
    let mut command = Command::new(binary("greenledger"));
    command
        .args(["--format", "json", "register"])
        .args(arguments)
        .arg("--schools")
        .arg(examples.join("gias.csv"))
        .arg("--meters")
        .arg(match meters {
            "" => examples.join("meters.csv"),
            other => other.into(),
        })
        .args([
            "--trust",
            "17999",
            "--trust-id",
            TRUST,
            "--member-from",
            "2021-09-01",
        ])
        .args(["--url", world.ingest(), "--token", TOKEN])
        .stdin(Stdio::null());
    command.output().expect("greenledger")
}

/// The JSON that a command which succeeded printed.
fn printed(output: &Output) -> Value {
    let error = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{error}");
    serde_json::from_slice(&output.stdout).expect("JSON")
}

fn kinds(printed: &Value) -> Vec<&str> {
    let changes = printed["changes"].as_array().expect("a list").iter();
    changes
        .map(|change| change["kind"].as_str().expect("a kind"))
        .collect()
}

fn sent(printed: &Value) -> [&Value; 2] {
    ["accepted", "refused"].map(|count| &printed["answer"][count])
}

#[tokio::test(flavor = "multi_thread")]
async fn files_register_schools_and_meters_once_and_end_those_that_are_gone() {
    let world = Embedded::start().await;
    assert_eq!(
        kinds(&printed(&register(&world, "", &["diff"]))),
        ["new"; 7]
    );
    let unasked = register(&world, "", &["apply"]);
    assert_eq!(unasked.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&unasked.stderr).contains("say --yes"));

    let applied = printed(&register(&world, "", &["apply", "--yes"]));
    assert_eq!(sent(&applied), [&json!(7), &json!(0)], "{applied:#}");
    let again = printed(&register(&world, "", &["apply", "--yes"]));
    assert_eq!(
        (kinds(&again), sent(&again)),
        (vec![], [&json!(0), &json!(0)])
    );
    assert_eq!(again["unchanged"], json!({ "schools": 3, "meters": 4 }));

    // A reading reaches the school of the list, and its figures have the meter's name.
    let day = |day| {
        files::readings(
            day,
            "hall",
            "2026-11-20T00:00:00Z",
            HALL,
            (day, vec![1.0; 48]),
        )
    };
    let answer = world
        .client()
        .send(&[day("2026-09-02")])
        .await
        .expect("an answer");
    assert_eq!(answer.accepted, 1, "{answer:#?}");
    let footprints = (&world as &dyn Deployment).wait_until_settled().await;
    let view = footprints.view(TRUST, "2026-27", 0.24).expect("a view");
    let names: Vec<String> = view
        .schools
        .iter()
        .flat_map(|school| school.meters.iter().map(footprint::MeterFigures::label))
        .collect();
    assert!(names.contains(&format!("Hall (mpan:{HALL})")), "{names:?}");

    // A list without the hall's meter ends it, and only it.
    let list = std::fs::read_to_string(
        PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../docs/examples/meters.csv"),
    );
    let rest: Vec<String> = list
        .expect("the list")
        .lines()
        .filter(|line| !line.contains(HALL))
        .map(str::to_owned)
        .collect();
    let file = world.folder().join("meters.csv");
    std::fs::write(&file, rest.join("\n")).expect("a file");
    let ended = ["apply", "--yes", "--missing-ended", "2026-09-30"];
    let ended = printed(&register(&world, file.to_str().expect("a path"), &ended));
    assert_eq!(
        (kinds(&ended), sent(&ended)),
        (vec!["ended"], [&json!(1), &json!(0)])
    );
    let late = world
        .client()
        .send(&[day("2026-10-01")])
        .await
        .expect("an answer");
    assert_eq!(late.refusals[0].rule, Rule::UnknownMeter, "{late:#?}");
}
