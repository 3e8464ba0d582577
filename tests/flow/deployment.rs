//! The pipeline, running: in this process on a temporary folder, or as three processes on real servers.

mod command;

use std::collections::BTreeMap;
use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt;
use std::time::Duration;

use bus::{Bus, KafkaConfig};
use chassis::Stop;
use chrono::NaiveDate;
use cli::{IngestClient, Listen, Running, UpConfig};
use events::Sharding;
use ingest::{Scope, Token, token_sha256};
use lake::{Lake, LakeConfig};
use tempfile::TempDir;

use crate::servers::http;
use crate::servers::kafka::Kafka;
use crate::servers::s3::S3;
use crate::servers::service::Service;

/// The source of the events of all tests.
pub const TOKEN: &str = "a-token-of-the-tests";
/// The trust of all schools in tests.
pub const TRUST: &str = "fixture";
/// The day for which all tests compute figures.
pub const AS_OF: &str = "2026-11-22";

const PATIENCE: Duration = Duration::from_secs(120);

/// The interface of a running pipeline for tests.
pub trait Deployment: Sync {
    /// Ingest's address.
    fn ingest(&self) -> &str;
    /// Its broker.
    fn kafka(&self) -> Bus;
    /// Its lake.
    fn lake(&self) -> Lake;

    /// A client with the tests' token.
    fn client(&self) -> IngestClient {
        IngestClient::new(self.ingest(), TOKEN).expect("a client")
    }
}

impl dyn Deployment + '_ {
    /// Waits until everything sent is in the ledger, published and written.
    pub async fn wait_until_settled(&self) -> publish::FootprintStore {
        cli::wait_until_settled(&self.kafka(), &self.lake(), &BTreeMap::new(), PATIENCE)
            .await
            .expect("settled")
    }
}

/// In this process.
pub struct Embedded {
    pub running: Option<Running>,
    ingest: String,
    kafka: Bus,
    lake: LakeConfig,
    kafka_config: Option<KafkaConfig>,
    stop: Stop,
    folder: TempDir,
}

impl Embedded {
    /// With its own folder and the embedded log.
    pub async fn start() -> Self {
        Self::start_with(TempDir::new().expect("a temporary folder"), None).await
    }

    /// With its own folder and a Kafka.
    pub async fn start_on_kafka(kafka: KafkaConfig) -> Self {
        Self::start_with(TempDir::new().expect("a temporary folder"), Some(kafka)).await
    }

    /// With its own folder, for senders with several tokens.
    pub async fn start_for(tokens: Vec<Token>) -> Self {
        let folder = TempDir::new().expect("a temporary folder");
        Self::start_all(folder, None, tokens).await
    }

    async fn start_with(folder: TempDir, kafka: Option<KafkaConfig>) -> Self {
        let token = Token {
            name: "tests".to_owned(),
            sha256: token_sha256(TOKEN),
            scope: Scope::Trust(TRUST.to_owned()),
            may_register: true,
            may_send_grid: true,
            operator: false,
        };
        Self::start_all(folder, kafka, vec![token]).await
    }

    async fn start_all(folder: TempDir, kafka: Option<KafkaConfig>, tokens: Vec<Token>) -> Self {
        let private = Permissions::from_mode(0o700);
        std::fs::set_permissions(folder.path(), private).expect("permissions");
        let mut config = UpConfig::in_folder(folder.path().to_owned());
        config.listen = Listen::from_port(0);
        config.as_of = Some(AS_OF.parse::<NaiveDate>().expect("a date"));
        config.kafka = kafka.clone();
        config.flush.seconds = 1;
        config.results_every_seconds = 1;
        config.tokens = tokens;
        let stop = Stop::new();
        let running = cli::start(&config, stop.clone())
            .await
            .expect("the pipeline starts");
        Embedded {
            ingest: running.ingest.clone(),
            kafka: running.bus.clone(),
            running: Some(running),
            lake: config.lake(),
            kafka_config: kafka,
            stop,
            folder,
        }
    }

    /// The metrics of publish.
    pub async fn publish_metrics(&self) -> String {
        let running = self.running.as_ref().expect("it runs");
        let answer = http::get(format!("{}/metrics", running.publish)).await;
        let answer = answer.and_then(reqwest::Response::error_for_status);
        answer.expect("metrics").text().await.expect("a text")
    }

    /// The folder of all its data.
    pub fn folder(&self) -> &std::path::Path {
        self.folder.path()
    }

    /// Stops it, and returns how it ended.
    pub async fn stopped(&mut self) -> anyhow::Result<()> {
        self.stop.cancel();
        self.running.take().expect("it runs").ended().await
    }

    /// Starts it again on its folder, after it has ended.
    pub async fn started_again(mut self) -> Self {
        let folder = std::mem::replace(&mut self.folder, TempDir::new().expect("a folder"));
        Self::start_with(folder, self.kafka_config.clone()).await
    }

    /// Stops it, and starts it again on its folder.
    pub async fn restarted(mut self) -> Self {
        self.stopped().await.expect("it ends as it should");
        self.started_again().await
    }
}

impl Drop for Embedded {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

impl Deployment for Embedded {
    fn ingest(&self) -> &str {
        &self.ingest
    }

    fn kafka(&self) -> Bus {
        self.kafka.clone()
    }

    fn lake(&self) -> Lake {
        self.lake.open().expect("the lake")
    }
}

/// Three processes, Apache Kafka and an S3 service.
pub struct Real {
    pub ingest: Service,
    pub aggregate: Service,
    pub publish: Service,
    kafka: KafkaConfig,
    s3: S3,
    /// The store, reached directly by the tests, without any proxy.
    direct: String,
}

/// Few enough for a quick start, and enough to share.
pub const SHARDING: Sharding = Sharding {
    shards: 8,
    partitions: 4,
};

/// Additional configuration of the services, as TOML.
#[derive(Default)]
pub struct Added {
    /// Before any table, of every service.
    pub top: String,
    pub ingest: String,
    pub aggregate: String,
    pub publish: String,
    /// Under `[lake]`, of those that have one.
    pub lake: String,
    /// Under `[group]`, of aggregate.
    pub group: String,
    /// The failpoints of aggregate.
    pub failpoints: String,
}

impl Real {
    pub async fn start() -> Self {
        Self::start_with(&Added::default()).await
    }

    pub async fn start_with(added: &Added) -> Self {
        let s3 = S3::start().await;
        let endpoint = s3.endpoint.clone();
        Self::start_behind(s3, endpoint, added).await
    }

    /// With a store that the services reach at `endpoint`.
    pub async fn start_behind(s3: S3, endpoint: String, added: &Added) -> Self {
        let (_, kafka) = Kafka::shared().await;
        Self::start_on(kafka, s3, endpoint, added).await
    }

    /// With a Kafka that the test owns, and a store that the services reach at `endpoint`.
    pub async fn start_on(kafka: KafkaConfig, mut s3: S3, endpoint: String, added: &Added) -> Self {
        let direct = std::mem::replace(&mut s3.endpoint, endpoint);
        let top = &added.top;
        let start = async |name, config: String, added: &str, environment| {
            let config = format!("{top}{config}{added}");
            Service::start(name, &config, &environment).await
        };
        let none = BTreeMap::new();
        Real {
            ingest: start("ingest", ingest_config(&kafka), &added.ingest, none).await,
            aggregate: start(
                "aggregate",
                aggregate_config(&kafka, &s3, added),
                &added.aggregate,
                aggregate_environment(&s3, added),
            )
            .await,
            publish: start(
                "publish",
                publish_config(&kafka, &s3, &added.lake),
                &added.publish,
                keys(&s3),
            )
            .await,
            kafka,
            s3,
            direct,
        }
    }

    /// One more aggregate, with direct access to the store.
    pub async fn another_aggregate_with(&self, added: &Added) -> Service {
        let environment = aggregate_environment(&self.s3, added);
        Service::start("aggregate", &self.another_config(added), &environment).await
    }

    /// The same without waiting: it may end before it answers.
    pub fn begin_another_aggregate_with(&self, added: &Added) -> Service {
        let environment = aggregate_environment(&self.s3, added);
        Service::begin("aggregate", &self.another_config(added), &environment)
    }

    fn another_config(&self, added: &Added) -> String {
        let config = aggregate_config(&self.kafka, &self.s3, added) + added.aggregate.as_str();
        config.replace(&self.s3.endpoint, &self.direct)
    }
}

impl Deployment for Real {
    fn ingest(&self) -> &str {
        &self.ingest.url
    }

    fn kafka(&self) -> Bus {
        Bus::Kafka(self.kafka.clone())
    }

    fn lake(&self) -> Lake {
        let mut options = store_options(&self.s3);
        options.insert("endpoint".to_owned(), self.direct.clone());
        options.insert("access_key_id".to_owned(), self.s3.access_key.to_owned());
        options.insert(
            "secret_access_key".to_owned(),
            self.s3.secret_key.to_owned(),
        );
        let config = LakeConfig {
            options,
            ..LakeConfig::at(lake_url(&self.s3))
        };
        config.open().expect("the lake")
    }
}

fn aggregate_config(kafka: &KafkaConfig, s3: &S3, added: &Added) -> String {
    format!(
        "as_of = \"{AS_OF}\"\n{}{}[group]\nsession_seconds = 6\n{}[flush]\nseconds = 1\ngrace_seconds = 2\n",
        kafka_config(kafka),
        lake_config(s3, &added.lake),
        added.group
    )
}

fn aggregate_environment(s3: &S3, added: &Added) -> BTreeMap<String, String> {
    let mut environment = keys(s3);
    environment.insert("FAILPOINTS".to_owned(), added.failpoints.clone());
    environment
}

fn ingest_config(kafka: &KafkaConfig) -> String {
    format!(
        "{}[[tokens]]\nname = \"tests\"\nsha256 = \"{}\"\nscope = {{ trust = \"{TRUST}\" }}\nmay_register = true\n",
        kafka_config(kafka),
        token_sha256(TOKEN)
    )
}

fn publish_config(kafka: &KafkaConfig, s3: &S3, lake: &str) -> String {
    format!(
        "results_every_seconds = 1\n{}{}",
        kafka_config(kafka),
        lake_config(s3, lake)
    )
}

fn kafka_config(kafka: &KafkaConfig) -> String {
    let Sharding { shards, partitions } = SHARDING;
    format!(
        "[kafka]\nbrokers = \"{}\"\ntopic_prefix = \"{}\"\n\
         [sharding]\nshards = {shards}\npartitions = {partitions}\n",
        kafka.brokers, kafka.topic_prefix
    )
}

fn lake_config(s3: &S3, added: &str) -> String {
    let options: Vec<String> = store_options(s3)
        .iter()
        .map(|(name, value)| format!("options.{name} = \"{value}\"\n"))
        .collect();
    format!(
        "[lake]\nurl = \"{}\"\n{}{added}",
        lake_url(s3),
        options.concat()
    )
}

fn lake_url(s3: &S3) -> String {
    format!("{}/lake", s3.url)
}

fn store_options(s3: &S3) -> BTreeMap<String, String> {
    [("endpoint", s3.endpoint.as_str()), ("region", "us-east-1")]
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .into()
}

fn keys(s3: &S3) -> BTreeMap<String, String> {
    [
        ("AWS_ACCESS_KEY_ID", s3.access_key),
        ("AWS_SECRET_ACCESS_KEY", s3.secret_key),
    ]
    .map(|(name, value)| (name.to_owned(), value.to_owned()))
    .into()
}
