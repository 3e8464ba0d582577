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
        let folder = TempDir::new().expect("a temporary folder");
        let port = free_port();
        let file = folder.path().join(format!("{name}.toml"));
        let config = format!("listen = \"127.0.0.1:{port}\"\n{config}");
        std::fs::write(&file, config).expect("a configuration file");
        let mut command = Command::new(binary(name));
        command.arg("--config").arg(&file).envs(environment);
        let url = format!("http://127.0.0.1:{port}");
        let server =
            Server::start(name, command, folder.path(), async || is_alive(&url).await).await;
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
        self.server.start_again(async || is_alive(&url).await).await;
    }
}

async fn is_alive(url: &str) -> bool {
    let answer = reqwest::get(format!("{url}/healthz")).await;
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
