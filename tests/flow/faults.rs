//! Faults on real servers: processes killed, aggregates that share and leave. The oracle is the undisturbed run.

use events::{Channel, Data, Event, MeterId, MeterReadings, Sent};

use super::deployment::{AS_OF, Deployment, Embedded, Real, TOKEN, TRUST};
use super::files;
use super::seen::{ledger_rows, results};
use crate::servers::free_port;
use crate::servers::service::{Killed, binary};

const DAYS: u32 = 60;

/// Sixty days of twelve meters in sixty batches.
fn batches() -> Vec<Vec<Event>> {
    let first = "2019-01-01".parse::<chrono::NaiveDate>().expect("a date");
    let batch = |day: u32| {
        let on = first + chrono::Days::new(u64::from(day));
        (0..12u32)
            .map(|at| Event {
                id: format!("{at}-{on}"),
                source: "meters".to_owned(),
                time: "2019-06-01T00:00:00Z".parse().expect("a time"),
                subject: None,
                data: Data::MeterReadings(MeterReadings {
                    meter: MeterId::mpan(&files::mpan(at as usize)).expect("an MPAN"),
                    channel: Channel::AI,
                    unit: Sent::KWh,
                    interval: Default::default(),
                    day: Some(on),
                    start: None,
                    values: (0..48)
                        .map(|slot| Some(f64::from(slot * (at + 1) + day) / 8.0))
                        .collect(),
                    quality: None,
                    register: None,
                }),
            })
            .collect()
    };
    (0..DAYS).map(batch).collect()
}

async fn undisturbed() -> (Vec<String>, std::collections::BTreeMap<String, Vec<u8>>) {
    let world = Embedded::start().await;
    let world = &world as &dyn Deployment;
    files::register(world).await;
    for batch in batches() {
        world.client().send(&batch).await.expect("an answer");
    }
    world.settled().await;
    (
        ledger_rows(&world.lake()).await,
        results(&world.lake()).await,
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn each_service_killed_in_turn_during_the_import_loses_and_doubles_nothing() {
    let mut world = Real::start().await;
    files::register(&world).await;
    for (at, batch) in batches().into_iter().enumerate() {
        let killed = match at {
            10 | 40 => Some(&mut world.ingest),
            20 | 45 => Some(&mut world.aggregate),
            30 | 50 => Some(&mut world.publish),
            _ => None,
        };
        if let Some(service) = killed {
            service.kill9();
            service.restart().await;
        }
        // The client tries again until ingest is back: what was kept already is known by its id.
        world.client().send(&batch).await.expect("an answer");
    }
    (&world as &dyn Deployment).settled().await;
    let (rows, figures) = undisturbed().await;
    assert_eq!(ledger_rows(&world.lake()).await, rows);
    assert_eq!(results(&world.lake()).await, figures);
}

#[tokio::test(flavor = "multi_thread")]
async fn two_aggregates_share_the_partitions_and_one_is_stopped() {
    let mut world = Real::start().await;
    files::register(&world).await;
    let mut second = None;
    for (at, batch) in batches().into_iter().enumerate() {
        match at {
            10 => second = Some(world.another_aggregate().await),
            40 => world.aggregate.kill9(),
            _ => {}
        }
        world.client().send(&batch).await.expect("an answer");
    }
    (&world as &dyn Deployment).settled().await;
    drop(second);
    let (rows, figures) = undisturbed().await;
    assert_eq!(ledger_rows(&world.lake()).await, rows);
    assert_eq!(results(&world.lake()).await, figures);
}

#[tokio::test(flavor = "multi_thread")]
async fn while_the_broker_is_away_ingest_answers_503_and_it_recovers_by_itself() {
    let mut world = Real::start().await;
    world.kafka.create_topics(4);
    files::register(&world).await;
    let batch = batches().remove(0);
    let body = batch[0].to_json().expect("JSON");
    let post = async |world: &Real| {
        reqwest::Client::new()
            .post(format!("{}/v1/events", world.ingest()))
            .bearer_auth(TOKEN)
            .header("content-type", "application/cloudevents+json")
            .body(body.clone())
            .send()
            .await
            .expect("an answer")
    };
    world.kafka.kill9();
    let began = std::time::Instant::now();
    let answer = post(&world).await;
    assert_eq!(answer.status(), reqwest::StatusCode::SERVICE_UNAVAILABLE);
    assert!(answer.headers().contains_key("retry-after"), "{answer:?}");
    assert!(
        began.elapsed().as_secs() < 30,
        "the wait is bounded: {:?}",
        began.elapsed()
    );

    world.kafka.restart().await;
    // The client asks again for as long as ingest says "later".
    let answer = world.client().send(&batch).await.expect("an answer");
    assert_eq!((answer.accepted, answer.refused), (12, 0), "{answer:#?}");
    (&world as &dyn Deployment).settled().await;
    let rows = ledger_rows(&world.lake()).await;
    let readings = rows
        .iter()
        .filter(|row| row.contains("topic: Readings"))
        .count();
    assert_eq!(readings, 12, "{rows:#?}");
}

/// `greenledger up` in a folder, killed with what it has just answered for, and started again: the embedded broker remembers
/// a group whose members are gone.
#[tokio::test(flavor = "multi_thread")]
async fn up_is_killed_and_started_again_and_everything_answered_for_is_there() {
    let folder = tempfile::TempDir::new().expect("a temporary folder");
    let ports: Vec<u16> = (0..3).map(|_| free_port()).collect();
    let config = format!(
        "data_dir = {:?}\nas_of = \"{AS_OF}\"\nresults_every_seconds = 1\n\
         [listen]\ningest = \"127.0.0.1:{}\"\naggregate = \"127.0.0.1:{}\"\npublish = \"127.0.0.1:{}\"\n\
         [flush]\nseconds = 1\n[[tokens]]\nname = \"tests\"\nsha256 = \"{}\"\n\
         scope = {{ trust = \"{TRUST}\" }}\nmay_register = true\n",
        folder.path().join("data"),
        ports[0],
        ports[1],
        ports[2],
        ingest::token_sha256(TOKEN),
    );
    let file = folder.path().join("up.toml");
    std::fs::write(&file, config).expect("a configuration");
    let up = || {
        let mut command = std::process::Command::new(binary("greenledger"));
        command
            .arg("up")
            .arg("--config")
            .arg(&file)
            .stderr(std::process::Stdio::null());
        Killed(command.spawn().expect("greenledger up"))
    };
    let url = format!("http://127.0.0.1:{}", ports[0]);
    let client = cli::IngestClient::new(&url, TOKEN).expect("a client");
    let running = up();
    let schools: Vec<Event> = (0..12).map(files::school).collect();
    let meters: Vec<Event> = (0..12)
        .map(|at| files::meter(at, &files::mpan(at as usize)))
        .collect();
    client
        .send(&[schools, meters].concat())
        .await
        .expect("an answer");
    let batches = batches();
    for batch in &batches[..20] {
        client.send(batch).await.expect("an answer");
    }
    drop(running);
    let _running = up();
    for batch in &batches[20..30] {
        client.send(batch).await.expect("an answer");
    }
    let address = std::fs::read_to_string(folder.path().join("data/broker.address"));
    let kafka = bus::BusConfig::at(address.expect("an address"));
    let lake = lake::LakeConfig::at(folder.path().join("data/lake").display().to_string());
    let lake = lake.open().expect("the lake");
    cli::settled(&kafka, &lake, std::time::Duration::from_secs(60))
        .await
        .expect("settled");
    let rows = ledger_rows(&lake).await;
    let readings = rows
        .iter()
        .filter(|row| row.contains("topic: Readings"))
        .count();
    assert_eq!(readings, 30 * 12);
}
