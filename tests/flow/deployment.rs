//! The pipeline, running: in this process on a temporary folder, or as three processes on real servers.

use std::collections::BTreeMap;
use std::time::Duration;

use bus::BusConfig;
use chassis::Stop;
use chrono::NaiveDate;
use cli::{IngestClient, Listen, Running, UpConfig};
use events::Sharding;
use ingest::{Scope, Token, token_sha256};
use lake::{Lake, LakeConfig};
use tempfile::TempDir;

use crate::servers::kafka::Kafka;
use crate::servers::s3::S3;
use crate::servers::service::Service;

/// What every test's senders say they are.
pub const TOKEN: &str = "a-token-of-the-tests";
/// The trust that every test's schools belong to.
pub const TRUST: &str = "fixture";
/// The day every test's figures are computed as of.
pub const AS_OF: &str = "2026-11-22";

const PATIENCE: Duration = Duration::from_secs(120);

/// What a test needs of a running pipeline.
pub trait Deployment: Sync {
    /// Ingest's address.
    fn ingest(&self) -> &str;
    /// Its broker.
    fn kafka(&self) -> BusConfig;
    /// Its lake.
    fn lake(&self) -> Lake;

    /// A client with the tests' token.
    fn client(&self) -> IngestClient {
        IngestClient::new(self.ingest(), TOKEN).expect("a client")
    }
}

impl dyn Deployment + '_ {
    /// Waits until everything sent is in the ledger, published and written.
    pub async fn settled(&self) -> publish::Book {
        cli::settled(&self.kafka(), &self.lake(), PATIENCE)
            .await
            .expect("settled")
    }
}

/// In this process.
pub struct Embedded {
    pub running: Option<Running>,
    ingest: String,
    kafka: BusConfig,
    lake: LakeConfig,
    stop: Stop,
    folder: TempDir,
}

impl Embedded {
    /// On a folder of its own, the broker's records in memory.
    pub async fn start() -> Self {
        Self::start_on(TempDir::new().expect("a temporary folder"), true).await
    }

    /// On a folder that may have been another's, the broker's records in it unless `in_memory`.
    pub async fn start_on(folder: TempDir, in_memory: bool) -> Self {
        let mut config = UpConfig::in_folder(folder.path().to_owned());
        config.listen = Listen::from_port(0);
        config.as_of = Some(AS_OF.parse::<NaiveDate>().expect("a date"));
        config.broker_in_memory = in_memory;
        config.flush.seconds = 1;
        config.results_every_seconds = 1;
        config.tokens = vec![Token {
            name: "tests".to_owned(),
            sha256: token_sha256(TOKEN),
            scope: Scope::Trust(TRUST.to_owned()),
            may_register: true,
        }];
        let stop = Stop::new();
        let running = cli::start(&config, stop.clone())
            .await
            .expect("the pipeline starts");
        Embedded {
            ingest: running.ingest.clone(),
            kafka: running.kafka.clone(),
            running: Some(running),
            lake: config.lake(),
            stop,
            folder,
        }
    }

    /// The folder it keeps everything in.
    pub fn folder(&self) -> &std::path::Path {
        self.folder.path()
    }

    /// Stops it, and starts it again on its folder.
    pub async fn restarted(mut self) -> Self {
        self.stop.cancel();
        let running = self.running.take().expect("it runs");
        running.ended().await.expect("it ends as it should");
        let folder = std::mem::replace(&mut self.folder, TempDir::new().expect("a folder"));
        Self::start_on(folder, false).await
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

    fn kafka(&self) -> BusConfig {
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
    pub kafka: Kafka,
    s3: S3,
}

/// Few enough to start quickly, enough to be shared.
const SHARDING: Sharding = Sharding {
    shards: 8,
    partitions: 4,
};

impl Real {
    pub async fn start() -> Self {
        let (kafka, s3) = (Kafka::start().await, S3::start().await);
        let ingest = Service::start("ingest", &ingest_config(&kafka), &BTreeMap::new()).await;
        let aggregate = aggregate(&kafka, &s3).await;
        let publish = Service::start("publish", &publish_config(&kafka, &s3), &keys(&s3)).await;
        Real {
            ingest,
            aggregate,
            publish,
            kafka,
            s3,
        }
    }

    /// One more aggregate beside the first.
    pub async fn another_aggregate(&self) -> Service {
        aggregate(&self.kafka, &self.s3).await
    }
}

impl Deployment for Real {
    fn ingest(&self) -> &str {
        &self.ingest.url
    }

    fn kafka(&self) -> BusConfig {
        BusConfig::at(&self.kafka.bootstrap)
    }

    fn lake(&self) -> Lake {
        let mut options = store_options(&self.s3);
        options.insert("access_key_id".to_owned(), self.s3.access_key.clone());
        options.insert("secret_access_key".to_owned(), self.s3.secret_key.clone());
        LakeConfig {
            url: lake_url(&self.s3),
            options,
        }
        .open()
        .expect("the lake")
    }
}

async fn aggregate(kafka: &Kafka, s3: &S3) -> Service {
    let config = format!(
        "as_of = \"{AS_OF}\"\n{}{}[flush]\nseconds = 1\ngrace_seconds = 2\n",
        kafka_config(kafka),
        lake_config(s3)
    );
    Service::start("aggregate", &config, &keys(s3)).await
}

fn ingest_config(kafka: &Kafka) -> String {
    format!(
        "{}[[tokens]]\nname = \"tests\"\nsha256 = \"{}\"\nscope = {{ trust = \"{TRUST}\" }}\nmay_register = true\n",
        kafka_config(kafka),
        token_sha256(TOKEN)
    )
}

fn publish_config(kafka: &Kafka, s3: &S3) -> String {
    format!(
        "results_every_seconds = 1\n{}{}",
        kafka_config(kafka),
        lake_config(s3)
    )
}

fn kafka_config(kafka: &Kafka) -> String {
    let Sharding { shards, partitions } = SHARDING;
    format!(
        "[kafka]\nbrokers = \"{}\"\nproperties = {{ \"session.timeout.ms\" = \"6000\" }}\n\
         [sharding]\nshards = {shards}\npartitions = {partitions}\n",
        kafka.bootstrap
    )
}

fn lake_config(s3: &S3) -> String {
    let options: Vec<String> = store_options(s3)
        .iter()
        .map(|(name, value)| format!("{name} = \"{value}\""))
        .collect();
    format!(
        "[lake]\nurl = \"{}\"\noptions = {{ {} }}\n",
        lake_url(s3),
        options.join(", ")
    )
}

fn lake_url(s3: &S3) -> String {
    format!("s3://{}/lake", s3.bucket)
}

fn store_options(s3: &S3) -> BTreeMap<String, String> {
    [("endpoint", s3.endpoint.as_str()), ("region", "us-east-1")]
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .into()
}

fn keys(s3: &S3) -> BTreeMap<String, String> {
    [
        ("AWS_ACCESS_KEY_ID", &s3.access_key),
        ("AWS_SECRET_ACCESS_KEY", &s3.secret_key),
    ]
    .map(|(name, value)| (name.to_owned(), value.clone()))
    .into()
}
