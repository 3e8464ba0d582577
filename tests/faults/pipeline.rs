//! The three services, with brokers and a folder that the test owns, and can delete, create again or restore.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::time::Duration;

use bus::{Bus, KafkaConfig};
use events::Event;
use lake::{Lake, LakeConfig};
use reqwest::{Response, StatusCode};
use tempfile::TempDir;

use super::report::print_row;
use crate::flow::deployment::{AS_OF, Deployment, TOKEN, TRUST};
use crate::servers::Waiting;
use crate::servers::http;
use crate::servers::service::{Service, binary};

const PATIENCE: Duration = Duration::from_secs(90);

pub struct Pipeline {
    pub ingest: Service,
    pub aggregate: Service,
    pub publish: Service,
    kafka: Bus,
    folder: TempDir,
}

impl Pipeline {
    /// With this Kafka.
    pub async fn on(kafka: KafkaConfig) -> Pipeline {
        let brokers = kafka.brokers.clone();
        Self::reaching(&brokers, "", &BTreeMap::new(), kafka).await
    }

    /// With brokers that the services reach by these properties (TOML) and this environment, and the tests by `kafka`.
    pub async fn reaching(
        brokers: &str,
        properties: &str,
        environment: &BTreeMap<String, String>,
        kafka: KafkaConfig,
    ) -> Pipeline {
        let (replication, prefix) = (kafka.replication, &kafka.topic_prefix);
        let folder = TempDir::new().expect("a temporary folder");
        let lake = folder.path().join("lake");
        let common = format!(
            "[kafka]\nbrokers = \"{brokers}\"\nreplication = {replication}\ntopic_prefix = \"{prefix}\"\n\
             [kafka.properties]\n\"session.timeout.ms\" = \"6000\"\n{properties}\
             [sharding]\nshards = 8\npartitions = 4\n"
        );
        let store = format!("[lake]\nurl = {lake:?}\n");
        let ingest = format!(
            "{common}[limits]\nproduce_seconds = 5\n[[tokens]]\nname = \"tests\"\nsha256 = \"{}\"\n\
             scope = {{ trust = \"{TRUST}\" }}\nmay_register = true\n",
            ingest::token_sha256(TOKEN)
        );
        let aggregate = format!("as_of = \"{AS_OF}\"\n{common}{store}[flush]\nseconds = 1\n");
        let publish = format!("results_every_seconds = 1\n{common}{store}");
        let own = format!("listen = \"127.0.0.1:1\"\n{aggregate}");
        fs::write(folder.path().join("aggregate.toml"), own).expect("a configuration");
        Pipeline {
            ingest: Service::start("ingest", &ingest, environment).await,
            aggregate: Service::start("aggregate", &aggregate, environment).await,
            publish: Service::start("publish", &publish, environment).await,
            kafka: Bus::Kafka(kafka),
            folder,
        }
    }

    fn lake_folder(&self) -> PathBuf {
        self.folder.path().join("lake")
    }

    /// Copies the lake, like a backup.
    pub fn back_up(&self) {
        copy(&self.lake_folder(), &self.folder.path().join("backup"));
    }

    /// Replaces the lake by the copy.
    pub fn restore_backup(&self) {
        fs::remove_dir_all(self.lake_folder()).expect("the lake");
        copy(&self.folder.path().join("backup"), &self.lake_folder());
    }

    /// Runs a command of `greenledger` with aggregate's configuration.
    pub fn greenledger(&self, command: &str) -> Output {
        Command::new(binary("greenledger"))
            .args([command, "--config"])
            .arg(self.folder.path().join("aggregate.toml"))
            .output()
            .expect("greenledger")
    }

    /// Sends events once, without a retry.
    pub async fn post(&self, events: &[Event]) -> Response {
        let line = |event: &Event| event.to_json().expect("JSON") + "\n";
        http::client()
            .post(format!("{}/v1/events", self.ingest.url))
            .bearer_auth(TOKEN)
            .header("content-type", "application/x-ndjson")
            .body(events.iter().map(line).collect::<String>())
            .send()
            .await
            .expect("an answer")
    }

    /// Sends events while Kafka cannot accept them: ingest answers 503 with a retry time.
    pub async fn is_turned_away(&self, events: &[Event]) {
        let answer = self.post(events).await;
        assert_eq!(answer.status(), StatusCode::SERVICE_UNAVAILABLE);
        assert!(answer.headers().contains_key("retry-after"), "{answer:?}");
    }

    /// Waits until a service is ready.
    pub async fn is_ready(&self, service: &Service) {
        let url = format!("{}/readyz", service.url);
        let mut waiting = Waiting::up_to(PATIENCE);
        loop {
            let answer = http::get(&url).await.expect("an answer");
            if answer.status().is_success() {
                return;
            }
            let text = answer.text().await.unwrap_or_default();
            assert!(waiting.once_more().await, "not ready: {text}");
        }
    }
}

/// The logs of the services, for a failed test.
impl Drop for Pipeline {
    fn drop(&mut self) {
        if std::thread::panicking() {
            for service in [&self.ingest, &self.aggregate, &self.publish] {
                print_row(&service.log());
            }
        }
    }
}

impl Deployment for Pipeline {
    fn ingest(&self) -> &str {
        &self.ingest.url
    }

    fn kafka(&self) -> Bus {
        self.kafka.clone()
    }

    fn lake(&self) -> Lake {
        let lake = LakeConfig::at(self.lake_folder().display().to_string());
        lake.open().expect("the lake")
    }
}

fn copy(from: &Path, to: &Path) {
    let copied = Command::new("cp").arg("-a").arg(from).arg(to).status();
    assert!(
        copied.expect("cp").success(),
        "cannot copy {}",
        from.display()
    );
}
