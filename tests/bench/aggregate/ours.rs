//! aggregate, from an empty lake until every record is in the lake and committed.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use aggregate::{GROUP, read_readings};
use events::Topic;
use lake::{Lake, LakeConfig};
use rdkafka::ClientConfig;
use rdkafka::admin::{AdminClient, AdminOptions};
use rdkafka::consumer::{BaseConsumer, Consumer};
use rdkafka::{Offset, TopicPartitionList};
use tempfile::TempDir;

use crate::broker::Broker;
use crate::load::Load;
use crate::process::{Process, free_port, until};

use super::run::{Run, Sums};

const ANSWER: Duration = Duration::from_secs(10);
const PATIENCE: Duration = Duration::from_secs(900);
/// Longer than the session of a member.
const SESSION: Duration = Duration::from_secs(60);

/// Runs a build of aggregate over the whole topic.
pub async fn run(broker: &Broker, load: &Load, binary: &Path, properties: &[String]) -> Run {
    let installation = Installation::new(broker, load, properties).await;
    let began = Instant::now();
    let mut process = installation.start(binary);
    let (cpu, peak_bytes) = installation.fill(&mut process, broker, load).await;
    let wall = began.elapsed();
    drop(process);
    Run {
        wall,
        cpu,
        peak_bytes: Some(peak_bytes),
        sums: sums(&installation.lake()).await,
    }
}

/// A configuration of aggregate, and a lake of its own.
pub struct Installation {
    folder: TempDir,
    port: u16,
}

impl Installation {
    /// An empty lake, whose aggregate will read the topic from its first record.
    pub async fn new(broker: &Broker, load: &Load, properties: &[String]) -> Self {
        let folder = TempDir::new().expect("a temporary folder");
        forget_commits(broker).await;
        let port = free_port();
        let installation = Installation { folder, port };
        let text = configuration(broker, load, &installation.lake_folder(), properties, port);
        std::fs::write(installation.config(), text).expect("a configuration");
        installation
    }

    fn config(&self) -> PathBuf {
        self.folder.path().join("aggregate.toml")
    }

    fn lake_folder(&self) -> PathBuf {
        self.folder.path().join("lake")
    }

    fn lake(&self) -> Lake {
        let folder = self.lake_folder();
        let lake = LakeConfig::at(folder.to_string_lossy()).open();
        lake.expect("the lake")
    }

    /// Starts a build of aggregate.
    pub fn start(&self, binary: &Path) -> Process {
        let log = std::fs::File::create(self.folder.path().join("log")).expect("a log");
        Process::start(
            Command::new(binary)
                .arg("--config")
                .arg(self.config())
                .stdout(Stdio::null())
                .stderr(log),
        )
    }

    /// Waits until every record is in the lake and committed, and stops the process. Returns its CPU time, and the most memory
    /// it had resident.
    pub async fn fill(
        &self,
        process: &mut Process,
        broker: &Broker,
        load: &Load,
    ) -> (Duration, u64) {
        let client = broker.client(GROUP);
        let end = broker.end(load.topic(), load.sharding.partitions);
        until(PATIENCE, async || {
            process.check();
            events_read(self.port).await >= load.meter_days
        })
        .await;
        // On SIGTERM aggregate writes and commits the waiting rows at once, without the interval of `[flush]`.
        process.terminate();
        let mut cost = process.cost().expect("a process that runs");
        until(PATIENCE, async || {
            cost = process.cost().unwrap_or(cost);
            committed(&client, load) >= end
        })
        .await;
        cost
    }

    /// Waits until aggregate says that it is ready.
    pub async fn wait_until_ready(&self, process: &mut Process) {
        let url = format!("http://127.0.0.1:{}/readyz", self.port);
        until(PATIENCE, async || {
            process.check();
            let answer = reqwest::get(&url).await;
            answer.is_ok_and(|answer| answer.status().is_success())
        })
        .await;
    }
}

fn configuration(
    broker: &Broker,
    load: &Load,
    lake: &Path,
    properties: &[String],
    port: u16,
) -> String {
    format!(
        "listen = \"127.0.0.1:{port}\"\nas_of = \"2026-11-01\"\n[kafka]\nbrokers = \"{brokers}\"\n\
         [kafka.properties]\n{properties}\n[sharding]\nshards = {shards}\npartitions = {partitions}\n\
         [lake]\nurl = \"{lake}\"\n",
        brokers = broker.bootstrap,
        properties = properties.join("\n"),
        shards = load.sharding.shards,
        partitions = load.sharding.partitions,
        lake = lake.display(),
    )
}

/// How many readings aggregate has merged, by its metrics; 0 until it answers.
async fn events_read(port: u16) -> u64 {
    let url = format!("http://127.0.0.1:{port}/metrics");
    let Ok(answer) = reqwest::get(url).await else {
        return 0;
    };
    let text = answer.text().await.unwrap_or_default();
    let name = "aggregate_events_total{topic=\"readings\"} ";
    let value = text
        .lines()
        .find_map(|line| line.strip_prefix(name)?.parse().ok());
    value.unwrap_or_default()
}

/// Deletes the group, so that the next run reads the topic from its first record into a lake of its own.
async fn forget_commits(broker: &Broker) {
    use rdkafka::types::RDKafkaErrorCode::{GroupIdNotFound, NonEmptyGroup};
    let admin: AdminClient<_> = ClientConfig::new()
        .set("bootstrap.servers", &broker.bootstrap)
        .create()
        .expect("an admin client");
    until(SESSION, async || {
        let deleted = admin.delete_groups(&[GROUP], &AdminOptions::new()).await;
        match deleted.expect("an answer").as_slice() {
            [Ok(_)] | [Err((_, GroupIdNotFound))] => true,
            // A killed member stays in the group until its session is over.
            [Err((_, NonEmptyGroup))] => false,
            other => panic!("the group cannot be deleted: {other:?}"),
        }
    })
    .await;
}

fn partitions(load: &Load) -> TopicPartitionList {
    let mut list = TopicPartitionList::new();
    for partition in 0..load.sharding.partitions as i32 {
        list.add_partition(load.topic(), partition);
    }
    list
}

fn committed(client: &BaseConsumer, load: &Load) -> u64 {
    let Ok(found) = client.committed_offsets(partitions(load), ANSWER) else {
        return 0;
    };
    let offsets = found.elements();
    let offsets = offsets.iter().map(|element| match element.offset() {
        Offset::Offset(at) => at,
        _ => 0,
    });
    offsets.sum::<i64>().unsigned_abs()
}

/// The energy in the ledger by meter. Each row counts once: the load has no repetitions.
async fn sums(lake: &Lake) -> Sums {
    let mut sums = Sums::new();
    let folders = lake.ledger_folders(Topic::Readings, |_| true).await;
    for folder in folders.expect("the folders of the ledger") {
        for row in read_readings(lake, folder).await.expect("rows") {
            *sums.entry(row.meter.as_str().to_owned()).or_default() += row.slots.sum();
        }
    }
    sums
}
