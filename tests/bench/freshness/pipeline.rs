//! ingest, aggregate and publish, each as a process.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use tempfile::TempDir;

use crate::broker::Broker;
use crate::ingest::TOKEN;
use crate::load::{Load, TRUST};
use crate::process::{Process, binary, free_port, until};

const PATIENCE: Duration = Duration::from_secs(60);

/// The three services over one Kafka and one lake.
pub struct Pipeline {
    /// Where events are sent.
    pub ingest: String,
    /// Where figures are read.
    pub publish: String,
    _processes: Vec<Process>,
    _folder: TempDir,
}

impl Pipeline {
    /// Returns once all are ready.
    pub async fn start(broker: &Broker, load: &Load) -> Self {
        let folder = TempDir::new().expect("a temporary folder");
        let common = format!(
            "[kafka]\nbrokers = \"{}\"\n[sharding]\nshards = {}\npartitions = {}\n",
            broker.bootstrap, load.sharding.shards, load.sharding.partitions
        );
        let lake = folder.path().join("lake");
        let lake = format!("[lake]\nurl = \"{}\"\n", lake.display());
        let token = format!(
            "[[tokens]]\nname = \"bench\"\nsha256 = \"{}\"\nscope = {{ trust = \"{TRUST}\" }}\n",
            ::ingest::token_sha256(TOKEN)
        );
        let services = [
            ("ingest", String::new(), token),
            (
                "aggregate",
                "as_of = \"2026-11-01\"\n".to_owned(),
                lake.clone(),
            ),
            ("publish", String::new(), lake),
        ];
        let mut processes = Vec::new();
        let mut urls = Vec::new();
        for (name, first, last) in services {
            let listen = format!("127.0.0.1:{}", free_port());
            let config = format!("listen = \"{listen}\"\n{first}{common}{last}");
            let mut process = start(folder.path(), name, &config);
            let url = format!("http://{listen}");
            until(PATIENCE, async || {
                process.check();
                let answer = reqwest::get(format!("{url}/readyz")).await;
                answer.is_ok_and(|answer| answer.status().is_success())
            })
            .await;
            processes.push(process);
            urls.push(url);
        }
        Pipeline {
            ingest: format!("{}/v1/events", urls[0]),
            publish: urls[2].clone(),
            _processes: processes,
            _folder: folder,
        }
    }
}

fn start(folder: &Path, name: &str, config: &str) -> Process {
    let file = folder.join(format!("{name}.toml"));
    std::fs::write(&file, config).expect("a configuration");
    let log = std::fs::File::create(folder.join(format!("{name}.log"))).expect("a log");
    let mut command = Command::new(binary(name));
    command
        .arg("--config")
        .arg(file)
        .stdout(Stdio::null())
        .stderr(log);
    Process::start(&mut command)
}
