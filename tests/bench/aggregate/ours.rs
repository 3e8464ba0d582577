//! aggregate, from an empty lake until every record is in the lake and committed.

use std::collections::HashSet;
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
    let mut members = [installation.start(binary)];
    let costs = fill(&mut members, broker, load).await;
    let wall = began.elapsed();
    drop(members);
    Run {
        wall,
        cpu: costs.iter().map(|(cpu, _)| *cpu).sum(),
        peak_bytes: costs.iter().map(|(_, peak)| *peak).max(),
        sums: installation.sums().await,
    }
}

/// Configurations of aggregates that share a group and a lake of their own.
pub struct Installation {
    folder: TempDir,
    ports: Vec<u16>,
}

/// An aggregate that runs.
pub struct Member {
    process: Process,
    port: u16,
}

impl Installation {
    /// An empty lake, whose aggregates will read the topic from its first record.
    pub async fn new(broker: &Broker, load: &Load, properties: &[String]) -> Self {
        Self::of_members(1, broker, load, properties).await
    }

    /// The same for a number of aggregates.
    pub async fn of_members(
        count: usize,
        broker: &Broker,
        load: &Load,
        properties: &[String],
    ) -> Self {
        forget_commits(broker).await;
        let installation = Installation {
            folder: TempDir::new().expect("a temporary folder"),
            ports: (0..count).map(|_| free_port()).collect(),
        };
        let lake = installation.lake_folder();
        for port in &installation.ports {
            let text = configuration(broker, load, &lake, properties, *port);
            std::fs::write(installation.config(*port), text).expect("a configuration");
        }
        installation
    }

    fn config(&self, port: u16) -> PathBuf {
        self.folder.path().join(format!("{port}.toml"))
    }

    fn lake_folder(&self) -> PathBuf {
        self.folder.path().join("lake")
    }

    fn lake(&self) -> Lake {
        let folder = self.lake_folder();
        let lake = LakeConfig::at(folder.to_string_lossy()).open();
        lake.expect("the lake")
    }

    /// Starts the first aggregate from a build.
    pub fn start(&self, binary: &Path) -> Member {
        self.start_member(0, binary)
    }

    /// Starts one of them.
    pub fn start_member(&self, at: usize, binary: &Path) -> Member {
        let port = self.ports[at];
        let log = self.folder.path().join(format!("{port}.log"));
        let log = std::fs::File::create(log).expect("a log");
        let process = Process::start(
            Command::new(binary)
                .arg("--config")
                .arg(self.config(port))
                .stdout(Stdio::null())
                .stderr(log),
        );
        Member { process, port }
    }

    /// The energy in the ledger by meter.
    pub async fn sums(&self) -> Sums {
        sums(&self.lake()).await
    }
}

/// Waits until every record is in the lake and committed, and stops the members. Returns the CPU time of each, and the most
/// memory it had resident.
pub async fn fill(members: &mut [Member], broker: &Broker, load: &Load) -> Vec<(Duration, u64)> {
    let client = broker.client(GROUP);
    let end = broker.end(load.topic(), load.sharding.partitions);
    merged(members, load.meter_days).await;
    // On SIGTERM aggregate writes and commits the waiting rows at once, without the interval of `[flush]`.
    let mut costs: Vec<(Duration, u64)> = Vec::new();
    for member in &*members {
        member.process.terminate();
        costs.push(member.process.cost().expect("a process that runs"));
    }
    until(PATIENCE, async || {
        for (cost, member) in costs.iter_mut().zip(&*members) {
            *cost = member.process.cost().unwrap_or(*cost);
        }
        committed(&client, load) >= end
    })
    .await;
    costs
}

/// Waits until the members have merged so many readings.
pub async fn merged(members: &mut [Member], enough: u64) {
    until(PATIENCE, async || {
        let mut all = 0;
        for member in members.iter_mut() {
            member.process.check();
            all += events_read(member.port).await;
        }
        all >= enough
    })
    .await;
}

impl Member {
    /// Waits until aggregate says that it is ready.
    pub async fn wait_until_ready(&mut self) {
        let url = format!("http://127.0.0.1:{}/readyz", self.port);
        until(PATIENCE, async || {
            self.process.check();
            let answer = reqwest::get(&url).await;
            answer.is_ok_and(|answer| answer.status().is_success())
        })
        .await;
    }

    /// Its CPU time, and the most memory it had resident, in bytes.
    pub fn cost(&self) -> (Duration, u64) {
        self.process.cost().expect("a process that runs")
    }

    /// Sends SIGTERM, and waits until it has ended.
    pub async fn stop(&mut self) {
        self.process.terminate();
        self.wait_until_ended().await;
    }

    pub async fn wait_until_ended(&mut self) {
        until(SESSION, async || self.process.ended().is_some()).await;
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

/// The energy in the ledger by meter. Each event counts once: an object whose rows were merged into another stays for a while.
async fn sums(lake: &Lake) -> Sums {
    let mut sums = Sums::new();
    let folders = lake.ledger_folders(Topic::Readings, |_| true).await;
    for folder in folders.expect("the folders of the ledger") {
        let mut counted = HashSet::new();
        for row in read_readings(lake, folder).await.expect("rows") {
            if !counted.insert(row.identity) {
                continue;
            }
            *sums.entry(row.meter.as_str().to_owned()).or_default() += row.slots.sum();
        }
    }
    sums
}
