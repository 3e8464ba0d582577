//! The broker killed while ingest has a spool, ingest killed while it spools, and a full spool.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use bus::KafkaConfig;
use cli::IngestClient;
use events::{Data, Event, MeterId};
use reqwest::StatusCode;
use tempfile::TempDir;

use super::oracle::Left;
use super::report::report;
use super::sent;
use crate::flow::deployment::{Added, Deployment, Embedded, Real, TOKEN, TRUST};
use crate::flow::files;
use crate::servers::Waiting;
use crate::servers::http;
use crate::servers::kafka::Kafka;
use crate::servers::s3::S3;
use crate::servers::service::Service;

/// The longest wait for anything.
const PATIENCE: Duration = Duration::from_secs(90);

/// A meter that is registered while the broker is away, and a reading of it that was refused before.
const LATE: &str = "2200012030374";
const LATE_SCHOOL: u32 = 30;

fn late_reading() -> Event {
    let mut event = sent::day(0).remove(0);
    event.id = "late".to_owned();
    if let Data::MeterReadings(readings) = &mut event.data {
        readings.meter = MeterId::mpan(LATE).expect("an MPAN");
    }
    event
}

fn late_registration() -> Vec<Event> {
    vec![files::school(LATE_SCHOOL), files::meter(LATE_SCHOOL, LATE)]
}

/// The events of each request, in the order of the faults. Events sent after ingest restarted can be judged with the copy
/// of the register alone.
struct Requests {
    broker_there: Vec<Vec<Event>>,
    broker_away: Vec<Vec<Event>>,
    ingest_killed: Vec<Vec<Event>>,
    ingest_again: Vec<Vec<Event>>,
    broker_back: Vec<Vec<Event>>,
    spool_full: Vec<Vec<Event>>,
}

impl Requests {
    fn new() -> Self {
        let days = |from, to| (from..to).map(sent::day).collect::<Vec<_>>();
        let singly = |from, to| (from..to).flat_map(sent::day).map(|event| vec![event]);
        let with = |mut requests: Vec<Vec<Event>>, one: Vec<Event>| {
            requests.push(one);
            requests
        };
        Requests {
            broker_there: with(days(0, 3), [sent::day(3), vec![late_reading()]].concat()),
            // Days 4 and 9 hold refused, repeated and contradicting events.
            broker_away: with(days(4, 10), late_registration()),
            ingest_killed: singly(10, 13).collect(),
            ingest_again: with(days(13, 14), vec![late_reading()]),
            broker_back: days(14, 17),
            spool_full: singly(17, 19).collect(),
        }
    }

    fn all(&self) -> impl Iterator<Item = &Vec<Event>> {
        let parts = [
            &self.broker_there,
            &self.broker_away,
            &self.ingest_killed,
            &self.ingest_again,
            &self.broker_back,
            &self.spool_full,
        ];
        parts.into_iter().flatten()
    }
}

async fn undisturbed(requests: &Requests) -> Left {
    let world = Embedded::start().await;
    files::register(&world).await;
    send(&world.client(), requests.all()).await;
    Left::read(&world).await
}

/// The client retries until there is an answer; ingest recognises repeated events by their ids.
async fn send(client: &IngestClient, requests: impl IntoIterator<Item = &Vec<Event>>) {
    for request in requests {
        client.send(request).await.expect("an answer");
    }
}

/// The answer of /readyz.
async fn readiness(ingest: &Service) -> (StatusCode, String) {
    let answer = http::get(format!("{}/readyz", ingest.url)).await;
    let answer = answer.expect("an answer");
    (answer.status(), answer.text().await.expect("text"))
}

async fn until_ready(ingest: &Service) {
    let mut waiting = Waiting::up_to(PATIENCE);
    loop {
        let text = readiness(ingest).await;
        if text == (StatusCode::OK, "ready\n".to_owned()) {
            return;
        }
        assert!(waiting.once_more().await, "{text:?}");
    }
}

async fn metric(ingest: &Service, name: &str) -> f64 {
    ingest.metric(name).await.expect("a metric")
}

async fn until_spooled(ingest: &Service, records: f64) {
    let mut waiting = Waiting::up_to(PATIENCE);
    while metric(ingest, "ingest_spooled_records_total").await < records {
        assert!(waiting.once_more().await, "nothing goes into the spool");
    }
}

fn spool(folder: &TempDir, name: &str, max_bytes: u32) -> String {
    let path = folder.path().join(name);
    format!("[limits]\nproduce_seconds = 2\n[spool]\npath = {path:?}\nmax_bytes = {max_bytes}\n")
}

#[tokio::test(flavor = "multi_thread")]
async fn events_sent_while_the_broker_is_away_are_spooled_and_arrive_in_order() {
    let folder = TempDir::new().expect("a temporary folder");
    let requests = Requests::new();
    let added = Added {
        ingest: spool(&folder, "spool", 10_000_000),
        ..Added::default()
    };
    let (mut kafka, s3) = (Kafka::start().await, S3::start().await);
    let (config, endpoint) = (KafkaConfig::at(&kafka.bootstrap), s3.endpoint.clone());
    let mut world = Real::start_on(config, s3, endpoint, &added).await;
    let client = world.client();
    files::register(&world).await;
    // After the restart, its file has the whole register.
    world.ingest.kill9();
    world.ingest.restart().await;
    until_ready(&world.ingest).await;
    send(&client, &requests.broker_there).await;
    assert_eq!(
        metric(&world.ingest, "ingest_spooled_records_total").await,
        0.0
    );

    kafka.kill9();
    send(&client, &requests.broker_away).await;
    let (status, text) = readiness(&world.ingest).await;
    assert_eq!(status, StatusCode::OK, "{text}");
    assert!(
        text.contains("\nbroker: ") && text.contains("\nspool: "),
        "{text}"
    );
    let before = metric(&world.ingest, "ingest_spool_records").await;
    // One record of each event, accepted or rejected.
    let sent: usize = requests.broker_away.iter().map(Vec::len).sum();
    assert_eq!(before, sent as f64);
    assert!(metric(&world.ingest, "ingest_spool_bytes").await > 100.0 * before);
    assert!(metric(&world.ingest, "ingest_spool_oldest_timestamp_seconds").await > 0.0);

    let killed = async {
        until_spooled(&world.ingest, before + 10.0).await;
        world.ingest.kill9();
        world.ingest.restart().await;
    };
    tokio::join!(send(&client, &requests.ingest_killed), killed);
    assert!(metric(&world.ingest, "ingest_spool_records").await > before + 10.0);
    send(&client, &requests.ingest_again).await;

    kafka.restart().await;
    let back = Instant::now();
    until_ready(&world.ingest).await;
    assert_eq!(metric(&world.ingest, "ingest_spool_records").await, 0.0);
    assert!(metric(&world.ingest, "ingest_drained_records_total").await > before);
    send(&client, &requests.broker_back).await;
    Left::read(&world).await;
    let recovery = back.elapsed();

    let refused = fill_up(&world, &mut kafka, &folder, &requests.spool_full).await;
    let found = Left::read(&world)
        .await
        .differences(&undisturbed(&requests).await);
    let fault = "broker killed beside a spool, ingest killed while it spools";
    report(fault, 2, Some(recovery), &found);
    report("spool full", refused, None, &found);
}

/// An ingest whose spool holds only a few of these requests: it answers 503 to the others, and accepts them when the broker
/// is back. Returns how many it refused.
async fn fill_up(
    world: &Real,
    kafka: &mut Kafka,
    folder: &TempDir,
    requests: &[Vec<Event>],
) -> usize {
    let config = format!(
        "[kafka]\nbrokers = \"{}\"\n[sharding]\nshards = 8\npartitions = 4\n[[tokens]]\nname = \"tests\"\n\
         sha256 = \"{}\"\nscope = {{ trust = \"{TRUST}\" }}\n{}",
        kafka.bootstrap,
        ingest::token_sha256(TOKEN),
        spool(folder, "small", 10_000)
    );
    let ingest = Service::start("ingest", &config, &BTreeMap::new()).await;
    until_ready(&ingest).await;
    kafka.kill9();
    let mut refused = Vec::new();
    for request in requests {
        let posted = http::client()
            .post(format!("{}/v1/events", ingest.url))
            .bearer_auth(TOKEN)
            .header("content-type", "application/cloudevents+json")
            .body(request[0].to_json().expect("JSON"));
        let answer = posted.send().await.expect("an answer");
        match answer.status() {
            StatusCode::ACCEPTED => {}
            StatusCode::SERVICE_UNAVAILABLE => {
                assert!(answer.headers().contains_key("retry-after"), "{answer:?}");
                let text = answer.text().await.expect("a problem");
                assert!(text.contains("the spool is full"), "{text}");
                refused.push(request.clone());
            }
            other => panic!("{other}"),
        }
    }
    assert!(refused.len() < requests.len(), "the spool takes nothing");
    let (status, text) = readiness(&ingest).await;
    assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE, "{text}");
    assert!(text.contains("is full: it holds"), "{text}");
    kafka.restart().await;
    until_ready(&ingest).await;
    until_ready(&world.ingest).await;
    let client = IngestClient::new(&ingest.url, TOKEN).expect("a client");
    send(&client, &refused).await;
    refused.len()
}
