//! Only its sender sees a rejection; and replay reports the outcome in the ledger.

pub mod replayed;

use std::process::{Command, Output};
use std::time::Duration;

use cli::{ClientError, IngestClient, Listed};
use events::{Data, Event, Rule};
use reqwest::StatusCode;
use serde_json::Value;

use super::authority::{EGRET, HERON, MPAN, OPERATOR, day, meter, school, send, taken, world};
use super::deployment::{Deployment, Embedded};
use super::files;
use crate::servers::Waiting;
use crate::servers::http;
use crate::servers::service::binary;

/// A meter that is not registered when its first reading arrives.
const NEW: &str = "2200012030374";

const PATIENCE: Duration = Duration::from_secs(30);

/// A command beside the pipeline, with a token.
fn greenledger(world: &Embedded, token: &str, arguments: &[&str]) -> Output {
    let url = ["--url", world.ingest(), "--token", token];
    let mut command = Command::new(binary("greenledger"));
    command.args(arguments).args(url);
    command.output().expect("greenledger")
}

async fn listed(world: &Embedded, token: &str, of: Option<&str>) -> Result<Listed, ClientError> {
    let client = IngestClient::new(world.ingest(), token).expect("a client");
    client.rejected(None, 100, of).await
}

/// A token's rejections, once there are as many and `holds` is true: ingest follows the topic, and does not report its
/// position.
async fn awaited(world: &Embedded, token: &str, holds: impl Fn(&Listed) -> bool) -> Listed {
    let mut waiting = Waiting::up_to(PATIENCE);
    loop {
        let found = listed(world, token, None).await.expect("a list");
        if holds(&found) {
            return found;
        }
        assert!(waiting.once_more().await, "{found:#?}");
    }
}

/// Waits until the page of school `at` shows this.
async fn shows(world: &Embedded, at: u32, wanted: &str) {
    let publish = &world.running.as_ref().expect("it runs").publish;
    let address = format!("{publish}/schools/{}", files::urn(at));
    let mut waiting = Waiting::up_to(PATIENCE);
    loop {
        let page = http::get(&address).await.expect("an answer");
        let page = page.text().await.expect("a page");
        if page.contains(wanted) {
            return;
        }
        assert!(waiting.once_more().await, "{page}");
    }
}

fn values(mut event: Event, each: f64) -> Event {
    if let Data::MeterReadings(readings) = &mut event.data {
        readings.values.fill(Some(each));
    }
    event
}

#[tokio::test(flavor = "multi_thread")]
async fn only_its_sender_sees_a_rejection_and_once_accepted_it_is_marked() {
    let world = world().await;
    let heron = [
        school(0, "heron", "2018-09-01", None),
        meter(0, MPAN, "2018-09-01"),
    ];
    taken(&world, HERON, &heron).await;
    taken(&world, EGRET, &[school(1, "egret", "2018-09-01", None)]).await;

    // An unregistered meter, an impossible value, a row of a file, and an event that the ledger rejects later.
    send(&world, EGRET, &[day("strange", NEW, "2026-10-30")]).await;
    let mut odd = day("odd", MPAN, "2026-10-29");
    if let Data::MeterReadings(readings) = &mut odd.data {
        readings.values[7] = Some(-1.0);
    }
    let one = day("one", MPAN, "2026-10-28");
    taken(&world, HERON, &[odd, one.clone(), values(one, 2.0)]).await;
    let client = IngestClient::new(world.ingest(), HERON).expect("a client");
    let file = files::day_rows();
    let first_row: Vec<&str> = file.content.lines().take(2).collect();
    let answer = client
        .send_file(file.format, first_row.join("\n").as_bytes())
        .await;
    assert_eq!(answer.expect("an answer").refused, 1);

    let herons = awaited(&world, HERON, |found| found.rejected.len() == 3).await;
    assert!(!herons.more);
    let of = |id: &str| {
        let found = herons.rejected.iter().find(|one| one.id == id);
        found.unwrap_or_else(|| panic!("{id}: {herons:#?}"))
    };
    let values = of("odd#values");
    assert_eq!(
        (values.refusals[0].rule, values.refusals[0].pointer.as_str()),
        (Rule::Negative, "/data/values/7")
    );
    let aside = of("one");
    assert_eq!(
        (aside.refusals[0].rule, aside.subject),
        (Rule::Conflict, Some(files::urn(0)))
    );
    let row = herons.rejected.iter().find_map(|one| one.file.as_ref());
    let row = row.expect("the row of the file");
    assert_eq!((row.format.as_str(), row.row), (file.format, 2));
    let received: Vec<_> = herons.rejected.iter().map(|one| one.received).collect();
    assert!(received.is_sorted_by(|a, b| a >= b), "the newest first");
    assert!(herons.rejected.iter().all(|one| !one.taken_since));

    // On the page of the school: the values and the event that the ledger rejected, but not the row of an unregistered
    // meter.
    (&world as &dyn Deployment).wait_until_settled().await;
    shows(&world, 0, "Rejected in the last 30 days: 2 events").await;

    let egrets = awaited(&world, EGRET, |found| !found.rejected.is_empty()).await;
    let ids: Vec<_> = egrets.rejected.iter().map(|one| one.id.as_str()).collect();
    assert_eq!(ids, ["strange"]);
    assert_eq!(
        listed(&world, OPERATOR, Some(EGRET)).await.expect("a list"),
        egrets
    );
    let forbidden = listed(&world, HERON, Some(EGRET)).await;
    assert!(
        matches!(forbidden, Err(ClientError::Forbidden { .. })),
        "{forbidden:?}"
    );
    let unknown = listed(&world, "nobody", None).await;
    assert!(
        matches!(unknown, Err(ClientError::Token { .. })),
        "{unknown:?}"
    );
    let url = format!("{}/v1/rejected?limit=0", world.ingest());
    let wrong = http::client().get(url).bearer_auth(HERON).send().await;
    assert_eq!(wrong.expect("an answer").status(), StatusCode::BAD_REQUEST);

    taken(&world, EGRET, &[meter(1, NEW, "2018-09-01")]).await;
    taken(&world, EGRET, &[day("strange", NEW, "2026-10-30")]).await;
    awaited(&world, EGRET, |found| found.rejected[0].taken_since).await;

    let shown = greenledger(&world, EGRET, &["rejected"]);
    assert!(shown.status.success(), "{shown:?}");
    let shown = String::from_utf8(shown.stdout).expect("text");
    let wanted =
        "hall-meter strange, meter.readings.v1, taken in since\n  /data/meter [unknown-meter]: ";
    assert!(shown.contains(wanted), "{shown}");
    let shown = greenledger(
        &world,
        HERON,
        &["rejected", "--format", "json", "--limit", "2"],
    );
    let shown: Value = serde_json::from_slice(&shown.stdout).expect("JSON");
    assert_eq!(
        shown["rejected"].as_array().map(Vec::len),
        Some(2),
        "{shown}"
    );
    assert_eq!(shown["more"], true);
}
