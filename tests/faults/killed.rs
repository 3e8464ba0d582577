//! Each service killed at each of its failpoints, and all of them killed at random under load.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use chrono::{Months, Utc};
use lake::{Lake, export_since_key};
use serde_json::Value;

use super::oracle::Left;
use super::report::{long, report};
use super::sent::{self, Undisturbed};
use crate::chance::Chance;
use crate::flow::deployment::{Added, Deployment, Real, TRUST};
use crate::flow::files;
use crate::servers::service::Service;
use crate::servers::{Waiting, project};

/// The longest time that a service may take to reach its failpoint under load.
const PATIENCE: Duration = Duration::from_secs(180);
/// The longest life of a service that is killed at random.
const LONGEST_LIFE: Duration = Duration::from_secs(6);

/// Longer than any test sends.
const A_WHILE: Duration = Duration::from_hours(1);

/// The failpoints of a service, read from its source, so that a new one is tested without a list here.
pub fn failpoints(service: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut folders = vec![project(&format!("services/{service}/src"))];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let text = std::fs::read_to_string(path).expect("a source file");
            let named = text.split("failpoint!(\"").skip(1);
            found.extend(named.filter_map(|rest| Some(rest.split_once('"')?.0.to_owned())));
        }
    }
    found.sort();
    assert!(!found.is_empty(), "{service} has no failpoint");
    found
}

/// Objects are merged early, the group sees a restarted aggregate at once, and exports are due a month apart.
fn added() -> Added {
    let schedule = |name: String| {
        format!(
            "[[schedules]]\nname = \"{name}\"\ntrust = \"{TRUST}\"\ncron = \"0 6 1 * *\"\n\
             time_zone = \"Europe/London\"\n"
        )
    };
    let of_points = failpoints("publish")
        .iter()
        .map(|point| schedule(schedule_name(point)))
        .collect::<String>();
    Added {
        aggregate: "merge_at = 2\n".to_owned(),
        publish: of_points,
        group: "instance = \"one\"\n".to_owned(),
        ..Added::default()
    }
}

/// The export schedule that is due when a failpoint is tested.
fn schedule_name(failpoint: &str) -> String {
    failpoint.replace('.', "-")
}

fn service<'a>(world: &'a mut Real, name: &str) -> &'a mut Service {
    match name {
        "ingest" => &mut world.ingest,
        "aggregate" => &mut world.aggregate,
        _ => &mut world.publish,
    }
}

/// Sends one day after another until `enough` is set: at most four a second, so that a month gets several objects on a slow
/// machine too. Returns the number of days sent.
async fn send(client: &cli::IngestClient, from: u32, enough: &AtomicBool) -> u32 {
    let mut day = from;
    let mut pace = Waiting::up_to(A_WHILE);
    while !enough.load(Ordering::Relaxed) && day < sent::MOST_DAYS && sent::pace(&mut pace).await {
        // The client retries until ingest is back; ingest recognises repeated events by their ids.
        client.send(&sent::day(day)).await.expect("an answer");
        day += 1;
    }
    day
}

/// Waits until a service dies at its failpoint.
async fn dead(service: &mut Service, patience: Duration) -> bool {
    let mut waiting = Waiting::up_to(patience);
    while !service.is_dead() {
        if !waiting.once_more().await {
            return false;
        }
    }
    true
}

/// Tests each failpoint in turn. The long form compares the results after each, the short form once after all.
async fn killed_at_every_failpoint(name: &str) {
    let mut world = Real::start_with(&added()).await;
    let mut undisturbed = Undisturbed::start().await;
    files::register(&world).await;
    let (mut days, passes) = (0, if long() { vec![0, 1, 2, 5] } else { vec![0] });
    // Messages of MQTT, reads of registers and the history have tests of their own.
    let apart = ["ingest.mqtt-", "ingest.reads-", "publish.history."];
    let mut failpoints = failpoints(name);
    failpoints.retain(|failpoint| !apart.iter().any(|begin| failpoint.starts_with(begin)));
    let mut killed = Vec::new();
    for (at, failpoint) in failpoints.iter().enumerate() {
        let mut recovery = Duration::ZERO;
        for passes in &passes {
            recovery = recovery.max(kill_at(&mut world, name, failpoint, *passes, &mut days).await);
        }
        killed.push((failpoint, recovery));
        if long() || at + 1 == failpoints.len() {
            let left = Left::read(&world).await;
            let found = left.differences(&undisturbed.after(days).await);
            for (failpoint, recovery) in killed.drain(..) {
                let fault = format!("kill -9 at {failpoint}");
                report(&fault, passes.len(), Some(recovery), &found);
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn ingest_killed_at_every_failpoint_resumes_without_loss() {
    killed_at_every_failpoint("ingest").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn aggregate_killed_at_every_failpoint_resumes_without_loss() {
    killed_at_every_failpoint("aggregate").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn publish_killed_at_every_failpoint_resumes_without_loss() {
    killed_at_every_failpoint("publish").await;
}

/// Kills a service at a failpoint while days are sent, and restarts it. Returns the time from its death until it was ready.
async fn kill_at(
    world: &mut Real,
    name: &str,
    failpoint: &str,
    passes: usize,
    days: &mut u32,
) -> Duration {
    let exports = failpoint.starts_with("publish.export");
    if exports {
        make_due(&world.lake(), &schedule_name(failpoint)).await;
    }
    let (client, enough) = (world.client(), AtomicBool::new(false));
    let dying = service(world, name);
    dying.start_to_die(failpoint, passes);
    let kill = async {
        assert!(dead(dying, PATIENCE).await, "{failpoint} is not reached");
        let died = Instant::now();
        dying.restart().await;
        assert!(dying.ready(PATIENCE).await, "{}", dying.log());
        enough.store(true, Ordering::Relaxed);
        died.elapsed()
    };
    let (sent, recovery) = tokio::join!(send(&client, *days, &enough), kill);
    *days = sent;
    if exports {
        exported(&world.lake(), &schedule_name(failpoint)).await;
    }
    recovery
}

/// Makes a schedule look months old, so that exports are due as soon as publish starts, and removes the records of earlier
/// exports.
async fn make_due(lake: &Lake, schedule: &str) {
    for key in lake
        .list(&format!("exports/{TRUST}/{schedule}"))
        .await
        .expect("keys")
    {
        lake.delete(&key).await.expect("deleted");
    }
    let months_ago = Utc::now() - Months::new(3);
    let since = months_ago.to_rfc3339().into();
    let key = export_since_key(TRUST, schedule);
    lake.write(&key, since).await.expect("written");
}

/// Waits until each due export has its record, and checks that exactly the files it names exist.
async fn exported(lake: &Lake, schedule: &str) {
    let folder = format!("exports/{TRUST}/{schedule}");
    let mut waiting = Waiting::up_to(PATIENCE);
    loop {
        let dues = lake.folders(&folder).await.expect("folders");
        let mut unfinished = Vec::new();
        for due in &dues {
            let folder = format!("{folder}/{due}");
            let keys = lake.list(&folder).await.expect("keys");
            let record = lake
                .read(&format!("{folder}/run.json"))
                .await
                .expect("a read");
            let record =
                record.map(|json| serde_json::from_slice::<Value>(&json).expect("a record"));
            let named = record
                .iter()
                .flat_map(|record| record["files"].as_array().expect("files"));
            let mut named: Vec<_> = named
                .filter_map(|file| file["key"].as_str())
                .map(str::to_owned)
                .collect();
            named.push(format!("{folder}/run.json"));
            named.sort();
            if keys != named {
                unfinished.push(format!("{due}: {keys:?}, and its record names {named:?}"));
            }
        }
        if dues.len() == 3 && unfinished.is_empty() {
            return;
        }
        assert!(waiting.once_more().await, "{dues:?} {unfinished:#?}");
    }
}

/// Kills all three services again and again, each by `kill -9` at a failpoint and a pass that the seed chose; or, if the
/// service does not reach it in time, anywhere.
#[tokio::test(flavor = "multi_thread")]
async fn killed_at_random_under_load_nothing_is_lost_or_counted_twice() {
    let (seed, kills) = (Chance::seed(), if long() { 300 } else { 30 });
    let mut world = Real::start_with(&added()).await;
    files::register(&world).await;
    let (client, enough) = (world.client(), AtomicBool::new(false));
    let Real {
        ingest,
        aggregate,
        publish,
        ..
    } = &mut world;
    let deaths = async {
        let lives = [
            ("ingest", ingest),
            ("aggregate", aggregate),
            ("publish", publish),
        ];
        let lives = lives.into_iter().enumerate().map(|(at, (name, service))| {
            let chance = Chance::new(seed.wrapping_add(at as u64));
            live_and_die(name, service, chance, kills / 3)
        });
        let died = futures::future::join_all(lives).await;
        enough.store(true, Ordering::Relaxed);
        died
    };
    let (days, died) = tokio::join!(send(&client, 0, &enough), deaths);
    let recovering = Instant::now();
    let left = Left::read(&world).await;
    let recovery = recovering.elapsed();
    let expected = Undisturbed::start().await.after(days).await;
    let injected = died.iter().sum();
    let fault = format!("kill -9 at random, FAULTS_SEED={seed}, {days} days sent");
    report(
        &fault,
        injected,
        Some(recovery),
        &left.differences(&expected),
    );
}

/// Starts a service and lets it die, so many times; then starts it normally.
async fn live_and_die(
    name: &str,
    service: &mut Service,
    mut chance: Chance,
    times: usize,
) -> usize {
    let failpoints = failpoints(name);
    for _ in 0..times {
        service.start_to_die(chance.pick::<String>(&failpoints), chance.below(40));
        if !dead(service, LONGEST_LIFE).await {
            service.kill9();
        }
    }
    service.restart().await;
    times
}
