//! One of our own services as a process, from the binary built with the tests.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

use tempfile::TempDir;

use super::http;
use super::{Server, Waiting, free_port};

/// How long a process may take to end.
const END: Duration = Duration::from_secs(60);

/// A running service.
pub struct Service {
    /// Its address: `http://127.0.0.1:port`. Stays the same over a restart.
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
        Self::start_asked_by(&http::client(), "http", name, config, environment).await
    }

    /// The same with `https` and its own client.
    pub async fn start_asked_by(
        client: &reqwest::Client,
        scheme: &str,
        name: &'static str,
        config: &str,
        environment: &BTreeMap<String, String>,
    ) -> Service {
        let mut service = Self::prepare(scheme, name, config, environment);
        let url = service.url.clone();
        let is_alive = async || is_alive(client, &url).await;
        service.server.start_again(is_alive).await;
        service
    }

    /// Starts service `name` without waiting: it may end before it answers.
    pub fn begin(
        name: &'static str,
        config: &str,
        environment: &BTreeMap<String, String>,
    ) -> Service {
        let mut service = Self::prepare("http", name, config, environment);
        service.server.spawn();
        service
    }

    fn prepare(
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
        let server = Server::prepare(name, command, folder.path());
        Service {
            url: format!("{scheme}://127.0.0.1:{port}"),
            server,
            _folder: folder,
        }
    }

    /// Kills it.
    pub fn kill9(&mut self) {
        self.server.kill9();
    }

    /// Restarts it with the same configuration.
    pub async fn restart(&mut self) {
        let url = self.url.clone();
        let client = http::client();
        self.server
            .start_again(async || is_alive(&client, &url).await)
            .await;
    }

    /// Restarts it without waiting: it may end before it answers.
    pub fn begin_again(&mut self) {
        self.server.spawn();
    }

    /// Sends SIGTERM, like a supervisor.
    pub fn terminate(&self) {
        self.server.signal("TERM");
    }

    /// Starts it to kill itself at `failpoint`, after it has passed it `passes` times.
    pub fn start_to_die(&mut self, failpoint: &str, passes: usize) {
        self.start_to(&format!("{failpoint}={passes}*off->return"));
    }

    /// Starts it with these failpoints, without waiting.
    pub fn start_to(&mut self, failpoints: &str) {
        self.server.command.env("FAILPOINTS", failpoints);
        self.server.spawn();
        self.server.command.env_remove("FAILPOINTS");
    }

    /// Waits until it has ended, and returns its exit code; none if a signal ended it.
    pub async fn end(&mut self) -> Option<i32> {
        let mut waiting = Waiting::up_to(END);
        loop {
            let child = self.server.child.as_mut().expect("it was started");
            if let Some(status) = child.try_wait().expect("its status") {
                return status.code();
            }
            let more = waiting.once_more().await;
            assert!(more, "it does not end:\n{}", self.log());
        }
    }

    /// The body of its answer to `GET path`.
    pub async fn get_text(&self, path: &str) -> String {
        let answer = http::get(format!("{}{path}", self.url)).await;
        match answer {
            Ok(answer) => answer.text().await.unwrap_or_default(),
            Err(error) => error.to_string(),
        }
    }

    /// Whether it has ended for any reason.
    pub fn is_dead(&mut self) -> bool {
        self.server.exited().is_some()
    }

    /// Its exit status, if it has ended.
    pub fn ended(&mut self) -> Option<String> {
        self.server.exited()
    }

    /// Stops it until it is thawed, like a machine that is out of memory or being migrated.
    pub fn freeze(&self) {
        self.server.signal("STOP");
    }

    /// Whether a signal has stopped it.
    pub fn is_frozen(&self) -> bool {
        self.server.is_stopped()
    }

    /// Continues a stopped service.
    pub fn thaw(&self) {
        self.server.signal("CONT");
    }

    /// The value of a metric, named with its labels if it has any. `None` if there is no such metric, or no answer.
    pub async fn metric(&self, name: &str) -> Option<f64> {
        let answer = http::get(format!("{}/metrics", self.url)).await.ok()?;
        let text = answer.text().await.ok()?;
        let value = |line: &str| line.strip_prefix(name)?.strip_prefix(' ')?.parse().ok();
        text.lines().find_map(value)
    }

    /// Its peak memory, in bytes.
    pub fn most_memory(&self) -> u64 {
        let child = self.server.child.as_ref().expect("it was started");
        let status = std::fs::read_to_string(format!("/proc/{}/status", child.id()));
        let status = status.expect("its status");
        let most = status
            .lines()
            .find_map(|line| line.strip_prefix("VmHWM:")?.strip_suffix("kB"));
        most.and_then(|kilobytes| kilobytes.trim().parse::<u64>().ok())
            .expect("kilobytes")
            * 1024
    }

    /// Waits until it reports that it is ready.
    pub async fn ready(&self, patience: Duration) -> bool {
        let (client, url) = (http::client(), format!("{}/readyz", self.url));
        let mut waiting = Waiting::up_to(patience);
        while waiting.once_more().await {
            let answer = client.get(&url).send().await;
            if answer.is_ok_and(|answer| answer.status().is_success()) {
                return true;
            }
        }
        false
    }

    /// Its log.
    pub fn log(&self) -> String {
        std::fs::read_to_string(&self.server.log).expect("its log")
    }
}

async fn is_alive(client: &reqwest::Client, url: &str) -> bool {
    let answer = client.get(format!("{url}/healthz")).send().await;
    answer.is_ok_and(|answer| answer.status().is_success())
}

/// A binary of the workspace, in the folder of the test's own.
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
