//! The two handlers, each as a process.

use std::process::{Command, Stdio};
use std::time::Duration;

use tempfile::TempDir;

use crate::broker::Broker;
use crate::load::{Load, TRUST};
use crate::process::{Process, binary, free_port, until};
use crate::programs;

use super::sender::TOKEN;

/// The name of the Go handler in programs/.
pub const GO_INGEST: &str = "go-ingest";
const PATIENCE: Duration = Duration::from_secs(60);

/// A program that turns requests into records.
#[derive(Debug, Clone, Copy, PartialEq, Eq, strum::Display)]
#[strum(serialize_all = "kebab-case")]
pub enum Handler {
    /// The release build of ingest.
    Ingest,
    /// net/http and franz-go; nothing is validated.
    GoIngest,
}

impl Handler {
    pub const BOTH: [Handler; 2] = [Handler::GoIngest, Handler::Ingest];
}

/// A handler that runs.
pub struct Server {
    pub url: String,
    process: Process,
    _folder: TempDir,
}

impl Server {
    /// Returns once the handler is ready.
    pub async fn start(handler: Handler, broker: &Broker, load: &Load, clients: usize) -> Self {
        let folder = TempDir::new().expect("a temporary folder");
        let listen = format!("127.0.0.1:{}", free_port());
        let mut command = match handler {
            Handler::Ingest => {
                let config = folder.path().join("ingest.toml");
                let text = configuration(broker, load, &listen, clients);
                std::fs::write(&config, text).expect("a configuration");
                let mut command = Command::new(binary("ingest"));
                command.arg("--config").arg(config);
                command
            }
            Handler::GoIngest => {
                let mut command = programs::run(GO_INGEST);
                command.args([&broker.bootstrap, &listen]);
                command
            }
        };
        let log = std::fs::File::create(folder.path().join("log")).expect("a log");
        command.stdout(Stdio::null()).stderr(log);
        let mut server = Server {
            url: format!("http://{listen}"),
            process: Process::start(&mut command),
            _folder: folder,
        };
        until(PATIENCE, async || {
            server.process.check();
            let answer = reqwest::get(format!("{}/readyz", server.url)).await;
            answer.is_ok_and(|answer| answer.status().is_success())
        })
        .await;
        server
    }

    /// Its CPU time so far, and the most memory it had resident.
    pub fn cost(&self) -> (Duration, u64) {
        self.process.cost().expect("a process that runs")
    }
}

/// One token sends everything, and no request waits for another's turn: the Go handler has no such limits.
fn configuration(broker: &Broker, load: &Load, listen: &str, clients: usize) -> String {
    format!(
        "listen = \"{listen}\"\n[kafka]\nbrokers = \"{brokers}\"\n\
         [sharding]\nshards = {shards}\npartitions = {partitions}\n\
         [limits]\nmax_in_flight = {clients}\nmax_in_flight_per_token = {clients}\n\
         [[tokens]]\nname = \"bench\"\nsha256 = \"{sha256}\"\nscope = {{ trust = \"{TRUST}\" }}\n",
        brokers = broker.bootstrap,
        shards = load.sharding.shards,
        partitions = load.sharding.partitions,
        sha256 = ingest::token_sha256(TOKEN),
    )
}
