//! One of our own services as its own process, from the binary that stands beside the tests.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::Command;

use tempfile::TempDir;

use super::{Server, free_port};

/// A running service.
pub struct Service {
    /// Where it listens: `http://127.0.0.1:port`. Stays the same over a restart.
    pub url: String,
    server: Server,
    _folder: TempDir,
}

impl Service {
    /// Starts service `name` with a configuration that begins with its address, and returns once it is alive.
    pub async fn start(
        name: &'static str,
        config: &str,
        environment: &BTreeMap<String, String>,
    ) -> Service {
        Self::start_asked_by(&reqwest::Client::new(), "http", name, config, environment).await
    }

    /// The same for one that speaks `https` and wants a client of its own.
    pub async fn start_asked_by(
        client: &reqwest::Client,
        scheme: &str,
        name: &'static str,
        config: &str,
        environment: &BTreeMap<String, String>,
    ) -> Service {
        let folder = TempDir::new().expect("a temporary folder");
        let port = free_port();
        let file = folder.path().join(format!("{name}.toml"));
        let config = format!("listen = \"127.0.0.1:{port}\"\n{config}");
        std::fs::write(&file, config).expect("a configuration file");
        let mut command = Command::new(binary(name));
        command.arg("--config").arg(&file).envs(environment);
        let url = format!("{scheme}://127.0.0.1:{port}");
        let is_alive = async || is_alive(client, &url).await;
        let server = Server::start(name, command, folder.path(), is_alive).await;
        Service {
            url,
            server,
            _folder: folder,
        }
    }

    /// Ends it as a power cut would.
    pub fn kill9(&mut self) {
        self.server.kill9();
    }

    /// Starts it again as it was.
    pub async fn restart(&mut self) {
        let url = self.url.clone();
        let client = reqwest::Client::new();
        self.server
            .start_again(async || is_alive(&client, &url).await)
            .await;
    }

    /// What it has logged.
    pub fn log(&self) -> String {
        std::fs::read_to_string(&self.server.log).expect("its log")
    }
}

async fn is_alive(client: &reqwest::Client, url: &str) -> bool {
    let answer = client.get(format!("{url}/healthz")).send().await;
    answer.is_ok_and(|answer| answer.status().is_success())
}

/// A binary of the workspace, beside this test's own.
pub fn binary(name: &str) -> PathBuf {
    let tests = std::env::current_exe().expect("the path of this test binary");
    let folder = tests
        .parent()
        .and_then(|deps| deps.parent())
        .expect("the target folder");
    let binary = folder.join(name);
    assert!(
        binary.exists(),
        "{} is not built; tests/run builds it, or `cargo build --workspace`",
        binary.display()
    );
    binary
}

/// A process that ends with the test.
pub struct Killed(pub std::process::Child);

impl Drop for Killed {
    fn drop(&mut self) {
        let _gone_already = self.0.kill();
        let _reaped = self.0.wait();
    }
}
