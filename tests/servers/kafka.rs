//! Apache Kafka: one node in KRaft mode, or a cluster of three, by deploy/kafka/kafka.sh.

use super::shared::Shared;
use super::{Server, free_port, project};
use bus::KafkaConfig;
use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::process::Command;
use std::time::Duration;
use tempfile::TempDir;

/// A running broker without topics; it does not create unknown topics.
pub struct Kafka {
    /// What `bootstrap.servers` takes. Stays the same over a restart.
    pub bootstrap: String,
    address: SocketAddr,
    server: Server,
    /// After the server, because fields are dropped in order: the folder is deleted when the server has stopped writing.
    data: TempDir,
}

/// How a broker differs from a single one that is reached directly.
#[derive(Default)]
pub struct Options {
    /// More arguments of `kafka.sh run`.
    pub arguments: Vec<String>,
    /// The port that the broker advertises, if a proxy forwards to it.
    pub advertised: Option<u16>,
    /// The largest file it may write, in kilobytes: writes beyond it fail as on a full disk.
    pub largest_file: Option<u64>,
    /// More environment variables.
    pub environment: BTreeMap<String, String>,
    /// Whether it runs until the test binary ends.
    pub for_all_tests: bool,
}

/// A broker lives for one test: the first compiler and the simplest collector halve its start time.
const SHORT_LIVED: &str = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC";

/// The argument of Bash's `ulimit`: the kilobytes that a file may have.
const LARGEST_FILE: &str = "LARGEST_FILE";

static SHARED: Shared<Kafka> = Shared::new();

impl Kafka {
    /// The shared broker, for tests that do not change it, with its configuration: each test has its own topics and groups.
    pub async fn shared() -> (&'static Kafka, KafkaConfig) {
        let options = Options {
            for_all_tests: true,
            ..Options::default()
        };
        let (kafka, name) = SHARED
            .place(|| Kafka::start_with(free_port(), options))
            .await;
        let config = KafkaConfig {
            topic_prefix: format!("{name}."),
            ..KafkaConfig::at(&kafka.bootstrap)
        };
        (kafka, config)
    }

    /// A broker for one test. Returns once the broker is registered and answers: some 3 s, most of it the start of Java.
    pub async fn start() -> Kafka {
        Self::start_with(free_port(), Options::default()).await
    }

    /// The same on a given port, with other options.
    pub async fn start_with(port: u16, options: Options) -> Kafka {
        let data = TempDir::new().expect("a temporary folder");
        let address = SocketAddr::from(([127, 0, 0, 1], port));
        let advertised = options.advertised.unwrap_or(port);
        let mut command = Command::new("bash");
        let limited = format!("ulimit -f \"${{{LARGEST_FILE}:-unlimited}}\"; exec \"$0\" \"$@\"");
        // exec: the killed pid has to be the server's.
        command
            .args(["-c", &limited])
            .arg(project("deploy/kafka/kafka.sh"))
            .args(["run", "--data"])
            .arg(data.path())
            .args(["--port", &port.to_string()])
            .args(["--advertise", &advertised.to_string()])
            .args(["--controller-port", &free_port().to_string()])
            .args(&options.arguments)
            .env("KAFKA_JVM_PERFORMANCE_OPTS", SHORT_LIVED)
            .envs(&options.environment);
        if let Some(kilobytes) = options.largest_file {
            command.env(LARGEST_FILE, kilobytes.to_string());
        }
        let ready = async || is_ready(address).await;
        let server = if options.for_all_tests {
            Server::start_for_all_tests("kafka", &command, data.path(), ready).await
        } else {
            Server::start("kafka", command, data.path(), ready).await
        };
        Kafka {
            bootstrap: format!("127.0.0.1:{advertised}"),
            address,
            server,
            data,
        }
    }

    /// Kills it, and starts an empty broker in its place.
    pub async fn replace_by_empty(&mut self) {
        self.kill9();
        std::fs::remove_dir_all(self.data.path().join("log")).expect("the broker's records");
        self.restart().await;
    }

    /// The folder of its data.
    pub fn folder(&self) -> &std::path::Path {
        self.data.path()
    }

    /// Whether it has ended for any reason.
    pub fn is_dead(&mut self) -> bool {
        self.server.exited().is_some()
    }

    /// Stops it with its connections open, until it is thawed.
    pub fn freeze(&self) {
        self.server.signal("STOP");
    }

    /// Continues a stopped broker.
    pub fn thaw(&self) {
        self.server.signal("CONT");
    }

    /// Removes the size limit, for the next start.
    pub fn make_room(&mut self) {
        self.server.command.env_remove(LARGEST_FILE);
    }

    /// Kills it.
    pub fn kill9(&mut self) {
        self.server.kill9();
    }

    /// Starts the same broker again on the same port, with its log.
    pub async fn restart(&mut self) {
        let address = self.address;
        self.server
            .start_again(async || is_ready(address).await)
            .await;
    }

    /// One of Kafka's own commands, by its Java class.
    pub fn tool(&self, class: &str, arguments: &[&str]) -> String {
        let output = Command::new(project("deploy/kafka/kafka.sh"))
            .args(["tool", class])
            .args(["--bootstrap-server", &self.address.to_string()])
            .args(arguments)
            .output()
            .expect("deploy/kafka/kafka.sh");
        let printed = String::from_utf8_lossy(&output.stdout).into_owned();
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{class}: {printed}{errors}");
        printed
    }

    /// Creates the pipeline's topics as in production. Costs some 5 s of Java: for a test that does not depend on retention
    /// or compaction an admin client is better.
    pub fn create_topics(&self, partitions: u32) {
        let output = Command::new(project("deploy/kafka/kafka.sh"))
            .args(["topics", "--bootstrap", &self.bootstrap])
            .args(["--partitions", &partitions.to_string()])
            .output()
            .expect("deploy/kafka/kafka.sh");
        assert!(
            output.status.success(),
            "cannot create topics: {}",
            String::from_utf8_lossy(&output.stderr)
        );
    }
}

/// A cluster of three brokers; each has a copy of everything.
pub struct Cluster {
    pub nodes: Vec<Kafka>,
}

impl Cluster {
    pub async fn start() -> Cluster {
        let ports: Vec<(u16, u16)> = (0..3).map(|_| (free_port(), free_port())).collect();
        let voter = |(at, (_, port)): (usize, &(u16, u16))| format!("{}@127.0.0.1:{port}", at + 1);
        let voters: Vec<String> = ports.iter().enumerate().map(voter).collect();
        let options = |at: usize| {
            let (node, port) = ((at + 1).to_string(), ports[at].1.to_string());
            let flags = [
                ["--node", &node],
                ["--controller-port", &port],
                ["--cluster", "greenledger-tests-0001"],
                ["--voters", &voters.join(",")],
                ["--heap", "320m"],
            ];
            Options {
                arguments: flags.concat().into_iter().map(str::to_owned).collect(),
                ..Options::default()
            }
        };
        // In parallel: none is ready before two have started.
        let (one, two, three) = tokio::join!(
            Kafka::start_with(ports[0].0, options(0)),
            Kafka::start_with(ports[1].0, options(1)),
            Kafka::start_with(ports[2].0, options(2)),
        );
        Cluster {
            nodes: vec![one, two, three],
        }
    }

    /// All of them.
    pub fn bootstrap(&self) -> String {
        let each: Vec<&str> = self
            .nodes
            .iter()
            .map(|node| node.bootstrap.as_str())
            .collect();
        each.join(",")
    }
}

async fn is_ready(address: SocketAddr) -> bool {
    tokio::task::spawn_blocking(move || has_registered_broker(address).unwrap_or(false))
        .await
        .unwrap_or(false)
}

/// Whether the answer to a metadata request names a broker. An open port is not enough: it opens before the broker has
/// registered, and a client that connects before then sees an empty cluster. The request is built by hand, so that these
/// servers do not depend on a Kafka client whose bugs the tests are meant to find.
fn has_registered_broker(address: SocketAddr) -> std::io::Result<bool> {
    let second = Duration::from_secs(1);
    let mut stream = TcpStream::connect_timeout(&address, second)?;
    stream.set_read_timeout(Some(second))?;

    let mut request = Vec::new();
    request.extend(3_i16.to_be_bytes()); // the request: Metadata
    request.extend(4_i16.to_be_bytes()); // its version
    request.extend(1_i32.to_be_bytes()); // correlation id
    request.extend((-1_i16).to_be_bytes()); // no client id
    request.extend(0_i32.to_be_bytes()); // of no topic
    request.push(0); // and make none
    stream.write_all(&(request.len() as u32).to_be_bytes())?;
    stream.write_all(&request)?;

    // size, correlation id, throttle time, number of brokers
    let mut head = [0; 16];
    stream.read_exact(&mut head)?;
    Ok(head[12..] != [0; 4])
}
