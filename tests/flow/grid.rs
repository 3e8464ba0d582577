//! The carbon intensity of the grid, from NESO's answer to a school's page.

use std::process::Command;
use std::time::Duration;

use events::Data;
use serde_json::{Value, json};

use super::deployment::{Deployment, Embedded, TOKEN};
use super::files;
use crate::contracts::openapi::check_answer;
use crate::servers::Waiting;
use crate::servers::http;
use crate::servers::kafka::Kafka;
use crate::servers::service::binary;

const PATIENCE: Duration = Duration::from_secs(30);
const MPAN: &str = "2200012767323";
/// A day in winter: the local clock shows UTC.
const DAY: &str = "2026-11-10";
const PATH: &str = "/api/v1/schools/{urn}/grid-intensity";

/// Half-hour `slot` of [`DAY`] as NESO writes it.
fn instant(slot: usize) -> String {
    match slot {
        48 => "2026-11-11T00:00Z".to_owned(),
        slot => format!("{DAY}T{:02}:{:02}Z", slot / 2, slot % 2 * 30),
    }
}

/// An answer of the API about Yorkshire: 100 g/kWh until 06:00, 300 from 16:00 to 20:00 and 200 otherwise, plus `more`.
fn neso(more: u64) -> String {
    let half_hour = |slot| {
        let forecast = more
            + match slot {
                0..12 => 100,
                32..40 => 300,
                _ => 200,
            };
        json!({
            "from": instant(slot), "to": instant(slot + 1), "intensity": { "forecast": forecast, "index": "moderate" },
            "generationmix": [{ "fuel": "wind", "perc": 31.4 }],
        })
    };
    let half_hours: Vec<Value> = (0..48).map(half_hour).collect();
    json!({ "data": { "regionid": 5, "shortname": "Yorkshire", "data": half_hours } }).to_string()
}

/// Imports an answer that was fetched then, as a user does.
fn import(world: &Embedded, text: &str, issued: &str) {
    let file = world.folder().join("neso.json");
    std::fs::write(&file, text).expect("a file");
    let output = Command::new(binary("greenledger"))
        .args([
            "import",
            "--issued",
            issued,
            "--url",
            world.ingest(),
            "--token",
            TOKEN,
        ])
        .arg(&file)
        .output()
        .expect("greenledger");
    let shown = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{output:?}");
    assert_eq!(shown.trim(), "48 received, 48 accepted, 0 refused");
}

async fn text(world: &Embedded, path: &str) -> String {
    let publish = &world.running.as_ref().expect("it runs").publish;
    let answer = http::get(format!("{publish}{path}"))
        .await
        .expect("an answer");
    answer.text().await.expect("a text")
}

/// The school's electricity by the grid, once it has figures; every answer is as described.
async fn known(world: &Embedded) -> Value {
    let mut waiting = Waiting::up_to(PATIENCE);
    loop {
        let path = format!(
            "/api/v1/schools/{}/grid-intensity?month=2026-11",
            files::urn(0)
        );
        let answer: Value = serde_json::from_str(&text(world, &path).await).expect("JSON");
        // Publish answers before it has read the footprints.
        if answer["error"].is_null() {
            check_answer("get", PATH, 200, &answer);
            if answer["missing"].is_null() {
                return answer;
            }
        }
        assert!(waiting.once_more().await, "{answer:#}");
    }
}

/// A school in Yorkshire used 2 kWh in each half-hour from 08:00 to 18:00 and 1 kWh in the others. Worked by hand as in the
/// arithmetic's own test: 68 kWh emit 13.6 kg, and moving a tenth of the dirtiest quarter saves 0.28 kg.
async fn check(world: Embedded) {
    let mut school = files::school(0);
    if let Data::SchoolRegistered(registered) = &mut school.data {
        registered.grid_region = Some(5.try_into().expect("a region"));
    }
    let kwh = |slot| if (16..36).contains(&slot) { 2.0 } else { 1.0 };
    let day = files::readings(
        "1",
        "hall",
        "2026-11-11T01:00:00Z",
        MPAN,
        (DAY, (0..48).map(kwh).collect()),
    );
    let answer = world
        .client()
        .send(&[school, files::meter(0, MPAN), day])
        .await;
    assert_eq!(answer.expect("an answer").accepted, 3);
    let before = (&world as &dyn Deployment).wait_until_settled().await;
    let page = format!("/schools/{}", files::urn(0));
    assert!(
        !text(&world, &page)
            .await
            .contains("electricity is dirtiest")
    );

    import(&world, &neso(0), "2026-11-11T06:00:00Z");
    let found = known(&world).await;
    let figures = |found: &Value| {
        let names = [
            "region_name",
            "half_hours_known",
            "used_kwh",
            "emitted_kg",
            "intensity_of_use",
        ];
        names.map(|name| found[name].clone()).to_vec()
    };
    assert_eq!(
        figures(&found),
        [
            json!("Yorkshire"),
            json!(48),
            json!(68.0),
            json!(13.6),
            json!(200.0)
        ]
    );
    assert_eq!(
        found["shift"],
        json!({ "moved_percent": 10, "days": 1, "moved_kwh": 1.6, "saved_kg": 0.28 })
    );
    assert_eq!(found["dirtiest"][0]["starts"], "2026-11-10T16:00:00Z");
    let page = text(&world, &page).await;
    assert!(
        page.contains("electricity is dirtiest") && page.contains("Grid of Yorkshire"),
        "{page}"
    );

    // The same again, and an earlier forecast that arrives late, change nothing; nor does a restart.
    import(&world, &neso(0), "2026-11-11T06:00:00Z");
    import(&world, &neso(50), "2026-11-09T06:00:00Z");
    let world = world.restarted().await;
    assert_eq!(known(&world).await, found);

    // A later one counts: 68 kWh at 10 g more.
    import(&world, &neso(10), "2026-11-12T06:00:00Z");
    let mut waiting = Waiting::up_to(PATIENCE);
    while known(&world).await["emitted_kg"] != json!(14.28) {
        assert!(waiting.once_more().await);
    }

    // No figure of the footprint has changed.
    let after = (&world as &dyn Deployment).wait_until_settled().await;
    let gross = |store: &publish::FootprintStore| {
        let view = store
            .view(super::deployment::TRUST, "2026-27", 0.24)
            .expect("figures");
        (
            view.totals.gross,
            view.totals.voluntary,
            view.schools[0].lines.clone(),
        )
    };
    assert_eq!(gross(&before), gross(&after));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_intensity_of_the_grid_is_shown_beside_the_figures_and_survives_a_restart() {
    let (_, kafka) = Kafka::shared().await;
    tokio::join!(async { check(Embedded::start().await).await }, async {
        check(Embedded::start_on_kafka(kafka).await).await
    },);
}
