//! Gateways on MQTT: the broker and ingest killed and restarted in mid-stream, and ingest killed at each step of a message.

use std::collections::{BTreeMap, BTreeSet};
use std::os::unix::fs::PermissionsExt;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use footprint::ledger::readings_from_frame;
use lake::Lake;
use rcgen::ExtendedKeyUsagePurpose::ServerAuth;
use reqwest::StatusCode;
use rumqttc::{AsyncClient, Event, EventLoop, Incoming, MqttOptions, QoS};
use tempfile::TempDir;

use super::killed::failpoints;
use crate::flow::deployment::{Deployment, Embedded, TOKEN, TRUST};
use crate::flow::files;
use crate::flow::secure::certificates::Authority;
use crate::servers::kafka::Kafka;
use crate::servers::mosquitto::{Mosquitto, PASSWORD, USER};
use crate::servers::service::Service;
use crate::servers::{Waiting, http};

/// The longest wait for anything.
const PATIENCE: Duration = Duration::from_secs(60);

/// What stands in for the gateways: sends one message after the other, each until the broker has it.
struct Gateways {
    client: AsyncClient,
    events: EventLoop,
}

impl Gateways {
    fn new(port: u16) -> Self {
        let mut options = MqttOptions::new("gateways", "127.0.0.1", port);
        options.set_credentials(USER, PASSWORD);
        let (client, events) = AsyncClient::new(options, 10);
        Gateways { client, events }
    }

    async fn send(&mut self, topic: &str, retain: bool, payload: String) {
        let mut waiting = Waiting::up_to(PATIENCE);
        let publish = async |client: &AsyncClient| {
            let sent = client.publish(topic, QoS::AtLeastOnce, retain, payload.clone());
            sent.await.expect("room");
        };
        publish(&self.client).await;
        loop {
            match self.events.poll().await {
                Ok(Event::Incoming(Incoming::PubAck(_))) => return,
                Ok(_) => {}
                Err(error) => {
                    assert!(waiting.once_more().await, "{error}");
                    // A clean session: what was under way is sent anew.
                    self.events.clean();
                    self.events.pending.clear();
                    publish(&self.client).await;
                }
            }
        }
    }

    /// A read of the display in the hall: 0.05 kWh more every ten seconds, so 9 kWh in a half-hour. Now and then the display
    /// shows 0 in between.
    async fn read(&mut self, number: i64) {
        let at = first() + TimeDelta::seconds(10 * number);
        let value = match number % 97 {
            50 => 0.0,
            _ => 6613.405 + 0.05 * number as f64,
        };
        let payload = format!(
            r#"{{"electricitymeter":{{"timestamp":"{}","energy":{{"export":{{"cumulative":0.000,"units":"kWh"}},"import":{{"cumulative":{value:.3},"units":"kWh","mpan":"{}"}}}}}}}}"#,
            at.format("%Y-%m-%dT%H:%M:%SZ"),
            files::mpan(0)
        );
        let retain = number % 10 == 0;
        self.send("glow/441793AB/SENSOR/electricitymeter", retain, payload)
            .await;
    }

    async fn reads(&mut self, numbers: std::ops::RangeInclusive<i64>) {
        for number in numbers {
            self.read(number).await;
        }
    }

    /// A half-hour of another meter as an event.
    async fn event(&mut self, number: u32) {
        let day = format!("2026-11-{:02}", number + 1);
        let values = (0..48).map(f64::from).collect();
        let time = "2026-11-20T12:00:00Z";
        let event = files::readings(&day, "gateway", time, &files::mpan(1), (&day, values));
        self.send("events/boiler-house", false, event.to_json().expect("JSON"))
            .await;
    }
}

fn first() -> DateTime<Utc> {
    "2026-11-20T06:00:00Z".parse().expect("a time")
}

fn config(kafka: &bus::KafkaConfig, mosquitto: &Mosquitto, folder: &TempDir) -> String {
    let at = |name: &str| folder.path().join(name).display().to_string();
    format!(
        "[kafka]\nbrokers = {:?}\ntopic_prefix = {:?}\n[sharding]\nshards = 8\npartitions = 4\n\
         [[tokens]]\nname = \"tests\"\nsha256 = \"{}\"\nscope = {{ trust = \"{TRUST}\" }}\n\
         [mqtt]\nurl = \"mqtts://127.0.0.1:{}\"\nca = {:?}\nclient_id = \"greenledger-tests\"\nusername = \"{USER}\"\n\
         password = {{ file = {:?} }}\nstate = {:?}\n\
         [[mqtt.subscriptions]]\ntopic = \"glow/+/SENSOR/+\"\ntoken = \"tests\"\npayload = \"glow\"\n\
         [[mqtt.subscriptions]]\ntopic = \"events/#\"\ntoken = \"tests\"\npayload = \"cloudevents\"\n",
        kafka.brokers,
        kafka.topic_prefix,
        ingest::token_sha256(TOKEN),
        mosquitto.tls_port,
        at("ca.pem"),
        at("password"),
        at("reads")
    )
}

async fn until_metric(ingest: &Service, name: &str, least: f64) {
    let mut waiting = Waiting::up_to(PATIENCE);
    while ingest.metric(name).await.unwrap_or_default() < least {
        let more = waiting.once_more().await;
        assert!(more, "{name} is not {least}:\n{}", ingest.log());
    }
}

const CONNECTED: &str = "ingest_mqtt_connected";

fn outcome(outcome: &str) -> String {
    format!("ingest_mqtt_messages_total{{outcome=\"{outcome}\"}}")
}

/// The values of the half-hours of a meter in the ledger, each with its letter; several where rows differ.
pub async fn half_hours(
    lake: &Lake,
    mpan: &str,
) -> BTreeMap<(String, usize), BTreeSet<(i64, char)>> {
    let mut found: BTreeMap<_, BTreeSet<_>> = BTreeMap::new();
    let topic = events::Topic::Readings;
    for folder in lake.ledger_folders(topic, |_| true).await.expect("folders") {
        for object in lake.read_folder(folder).await.expect("objects") {
            for row in readings_from_frame(&object.rows).expect("rows") {
                if row.meter.number() != mpan {
                    continue;
                }
                let letters = row.slots.letters().into_iter().enumerate();
                let known = letters.filter(|(_, letter)| *letter != b'-');
                for (value, (slot, letter)) in row.slots.values().zip(known) {
                    let key = (row.day.to_string(), slot);
                    let values = found.entry(key).or_default();
                    values.insert((value, char::from(letter)));
                }
            }
        }
    }
    found
}

/// Waits until the ledger has four half-hours of 9 kWh, and no other value of any of them, and three days of events.
async fn until_kept(lake: &Lake, ingest: &Service) {
    let wanted = (12..16).map(|slot| {
        let key = ("2026-11-20".to_owned(), slot);
        (key, BTreeSet::from([(9_000_000, 'A')]))
    });
    let wanted: BTreeMap<_, _> = wanted.collect();
    let mut waiting = Waiting::up_to(PATIENCE);
    loop {
        let found = half_hours(lake, &files::mpan(0)).await;
        let events = half_hours(lake, &files::mpan(1)).await;
        assert!(
            events.values().all(|values| values.len() == 1),
            "{events:?}"
        );
        if found == wanted && events.len() == 3 * 48 {
            return;
        }
        assert!(
            waiting.once_more().await,
            "{found:?} {}\n{}",
            events.len(),
            ingest.log()
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_acknowledged_message_of_a_gateway_counts_once_whatever_is_killed() {
    let authority = Authority::new();
    let mut mosquitto = Mosquitto::start(&authority.issue(ServerAuth)).await;
    let folder = TempDir::new().expect("a temporary folder");
    std::fs::write(folder.path().join("ca.pem"), authority.pem()).expect("a file");
    let password = folder.path().join("password");
    std::fs::write(&password, format!("{PASSWORD}\n")).expect("a file");
    let private = std::fs::Permissions::from_mode(0o600);
    std::fs::set_permissions(&password, private).expect("permissions");

    let (_, kafka) = Kafka::shared().await;
    let world = Embedded::start_on_kafka(kafka.clone()).await;
    files::register(&world).await;
    let trace = [("RUST_LOG".to_owned(), "trace".to_owned())];
    let config = config(&kafka, &mosquitto, &folder);
    let mut ingest = Service::start("ingest", &config, &trace.into()).await;
    assert!(ingest.ready(PATIENCE).await, "{}", ingest.log());
    until_metric(&ingest, CONNECTED, 1.0).await;

    let mut gateways = Gateways::new(mosquitto.port);
    gateways.event(0).await;
    gateways.reads(0..=100).await;
    until_metric(&ingest, &outcome("reads"), 50.0).await;

    // The broker is killed: ingest goes on, says so, and connects again.
    mosquitto.kill9();
    let mut waiting = Waiting::up_to(PATIENCE);
    while ingest.metric(CONNECTED).await != Some(0.0) {
        assert!(waiting.once_more().await, "{}", ingest.log());
    }
    let mut waiting = Waiting::up_to(PATIENCE);
    loop {
        let answer = http::get(format!("{}/readyz", ingest.url)).await;
        let answer = answer.expect("an answer");
        let is_ready = answer.status() == StatusCode::OK;
        let text = answer.text().await.expect("a text");
        if is_ready && text.contains("\nmqtt: no connection to mqtts://") {
            break;
        }
        assert!(waiting.once_more().await, "{text}");
    }
    mosquitto.restart().await;
    gateways.reads(101..=200).await;
    gateways.event(1).await;
    until_metric(&ingest, CONNECTED, 1.0).await;

    // Ingest is killed while messages come, and at each step of a message.
    let sending = gateways.reads(201..=260);
    let killing = async {
        until_metric(&ingest, &outcome("reads"), 1.0).await;
        ingest.kill9();
        ingest.restart().await;
    };
    tokio::join!(sending, killing);
    let steps = failpoints("ingest");
    let steps: Vec<_> = steps
        .iter()
        .filter(|step| step.starts_with("ingest.mqtt-"))
        .collect();
    assert_eq!(steps.len(), 2, "{steps:?}");
    let mut number = 261;
    for step in steps {
        ingest.start_to_die(step, 3);
        let mut waiting = Waiting::up_to(PATIENCE);
        while !ingest.is_dead() {
            gateways.read(number).await;
            number += 1;
            assert!(waiting.once_more().await, "{step} is not reached");
        }
        ingest.restart().await;
    }
    gateways
        .send("events/boiler-house", false, "{\"id\":".to_owned())
        .await;
    gateways.reads(number..=721).await;
    gateways.event(2).await;
    until_metric(&ingest, &outcome("events"), 1.0).await;
    until_metric(&ingest, &outcome("refused"), 1.0).await;
    until_metric(
        &ingest,
        "ingest_events_accepted_total{topic=\"readings\"}",
        1.0,
    )
    .await;

    until_kept(&world.lake(), &ingest).await;

    // The bad message is kept with its topic.
    let rejected = http::client()
        .get(format!("{}/v1/rejected", ingest.url))
        .bearer_auth(TOKEN);
    let rejected = rejected.send().await.expect("an answer").text().await;
    let rejected = rejected.expect("a text");
    assert!(rejected.contains("mqtt:events/boiler-house"), "{rejected}");
    assert!(rejected.contains("unreadable"), "{rejected}");

    // It stops in order, and what it had not acknowledged comes again, which changes nothing.
    ingest.terminate();
    assert_eq!(ingest.end().await, Some(0), "{}", ingest.log());
    ingest.restart().await;
    gateways.read(722).await;
    until_metric(&ingest, &outcome("reads"), 1.0).await;
    until_kept(&world.lake(), &ingest).await;

    let log = ingest.log();
    assert!(
        log.contains("TRACE"),
        "otherwise nothing would have been searched"
    );
    assert!(!log.contains(PASSWORD), "the password is in the log");
}
