//! One Apache Kafka, by deploy/kafka/kafka.sh, with the heap of a small production broker.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use bus::{Bus, KafkaConfig};
use rdkafka::ClientConfig;
use rdkafka::consumer::{BaseConsumer, Consumer};
use tempfile::TempDir;

use crate::process::{Process, free_port};

const PATIENCE: Duration = Duration::from_secs(60);

/// A broker without topics.
pub struct Broker {
    pub bootstrap: String,
    _process: Process,
    _data: TempDir,
}

impl Broker {
    /// Returns once the broker answers.
    pub async fn start() -> Self {
        let data = TempDir::new().expect("a temporary folder");
        let port = free_port();
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../deploy/kafka/kafka.sh");
        let mut command = Command::new("bash");
        command
            .args(["-c", "exec \"$0\" \"$@\""])
            .arg(script)
            .args(["run", "--heap", "1g", "--data"])
            .arg(data.path())
            .args(["--port", &port.to_string()])
            .args(["--controller-port", &free_port().to_string()])
            .stdout(Stdio::null());
        let mut broker = Broker {
            bootstrap: format!("127.0.0.1:{port}"),
            _process: Process::start(&mut command),
            _data: data,
        };
        let (began, client) = (Instant::now(), broker.client("look"));
        while client.fetch_metadata(None, Duration::from_secs(1)).is_err() {
            assert!(began.elapsed() < PATIENCE, "the broker does not answer");
            broker._process.check();
        }
        broker
    }

    pub fn bus(&self) -> Bus {
        Bus::Kafka(KafkaConfig::at(&self.bootstrap))
    }

    /// The end of a topic: the number of records that were ever written to it.
    pub fn end(&self, topic: &str, partitions: u32) -> u64 {
        let client = self.client("look");
        let end = |partition| client.fetch_watermarks(topic, partition, PATIENCE);
        let ends = (0..partitions as i32).map(|partition| end(partition).expect("an end").1);
        ends.sum::<i64>().unsigned_abs()
    }

    /// A consumer of `group` that commits nothing.
    pub fn client(&self, group: &str) -> BaseConsumer {
        ClientConfig::new()
            .set("bootstrap.servers", &self.bootstrap)
            .set("group.id", group)
            .set("enable.auto.commit", "false")
            .set("auto.offset.reset", "earliest")
            .set("log_level", "2")
            .create()
            .expect("a consumer")
    }
}
