//! Real servers for the tests: Apache Kafka, Mosquitto, Dovecot, an S3 service, Azurite, Prometheus. Each listens on free
//! loopback ports, keeps its files in a temporary folder and is killed, by its own pid, when it is dropped.
//!
//! A tool that is missing fails the test: one that is skipped looks like one that passed.
#![allow(
    clippy::expect_used,
    clippy::panic,
    reason = "a world that cannot be built fails the test"
)]

pub mod azurite;
pub mod dovecot;
pub mod http;
pub mod kafka;
pub mod mosquitto;
pub mod prometheus;
pub mod proxy;
pub mod s3;
pub mod service;
mod shared;
pub mod wire;

use std::fs::File;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU16, Ordering};
use std::time::{Duration, Instant};

/// Generous, because the machine may be compiling at the same time: a healthy server is ready long before.
const PATIENCE: Duration = Duration::from_secs(90);
const POLL: Duration = Duration::from_millis(50);

/// Polls a real process until a condition holds or the patience is over. This is the only place where tests wait, because a
/// process does not signal when it is ready.
pub struct Waiting {
    deadline: Instant,
    ticks: tokio::time::Interval,
}

impl Waiting {
    pub fn up_to(patience: Duration) -> Self {
        Waiting {
            deadline: Instant::now() + patience,
            ticks: tokio::time::interval(POLL),
        }
    }

    /// Waits until the next poll. Returns false when the patience is over.
    pub async fn once_more(&mut self) -> bool {
        self.ticks.tick().await;
        Instant::now() <= self.deadline
    }
}

/// A process that can be killed and started again with the same command.
struct Server {
    name: &'static str,
    command: Command,
    log: PathBuf,
    /// Its standard input: a pipe for a server of the whole run, which ends when the pipe closes.
    stdin: fn() -> Stdio,
    child: Option<Child>,
}

/// Runs `$2…` until standard input closes, which it does when this test binary ends, in whatever way; then deletes folder `$1`.
const UNTIL_INPUT_CLOSES: &str = r#"folder=$1; shift
"$@" </dev/null & server=$!
read -r _
kill -KILL "$server"
wait
rm -rf "$folder""#;

impl Server {
    /// Starts `command` with its output in a file of `folder`, and returns once `probe` succeeds.
    async fn start(
        name: &'static str,
        command: Command,
        folder: &Path,
        probe: impl AsyncFn() -> bool,
    ) -> Server {
        let mut server = Server::prepare(name, command, folder);
        server.start_again(probe).await;
        server
    }

    fn prepare(name: &'static str, command: Command, folder: &Path) -> Server {
        Server {
            name,
            command,
            log: folder.join(format!("{name}.log")),
            stdin: Stdio::null,
            child: None,
        }
    }

    /// The same for a server that lives as long as this test binary, with all its data in `folder`. It is kept in a static,
    /// which is never dropped.
    async fn start_for_all_tests(
        name: &'static str,
        command: &Command,
        folder: &Path,
        probe: impl AsyncFn() -> bool,
    ) -> Server {
        let mut kept = Command::new("bash");
        kept.args(["-c", UNTIL_INPUT_CLOSES, "bash"])
            .arg(folder)
            .arg(command.get_program())
            .args(command.get_args());
        for (key, value) in command.get_envs() {
            match value {
                Some(value) => kept.env(key, value),
                None => kept.env_remove(key),
            };
        }
        let mut server = Server::prepare(name, kept, folder);
        server.stdin = Stdio::piped;
        server.start_again(probe).await;
        server
    }

    async fn start_again(&mut self, probe: impl AsyncFn() -> bool) {
        self.spawn();
        let mut waiting = Waiting::up_to(PATIENCE);
        while !probe().await {
            if let Some(status) = self.exited() {
                self.give_up(&status);
            }
            if !waiting.once_more().await {
                self.give_up(&format!("no answer within {} s", PATIENCE.as_secs()));
            }
        }
    }

    /// Kills a running process, and starts a new one without waiting.
    fn spawn(&mut self) {
        self.kill9();
        let log = File::options()
            .create(true)
            .append(true)
            .open(&self.log)
            .expect("a log file");
        let errors = log.try_clone().expect("a second handle of the log file");
        self.command
            .stdin((self.stdin)())
            .stdout(log)
            .stderr(errors);
        match self.command.spawn() {
            Ok(child) => self.child = Some(child),
            Err(error) => self.give_up(&error.to_string()),
        }
    }

    /// Like a power cut: without a chance to clean up.
    fn kill9(&mut self) {
        if let Some(mut child) = self.child.take() {
            // Fails only if the process has already ended, which is the goal.
            let _ = child.kill();
            let _ = child.wait();
        }
    }

    /// Sends a signal, by its name for `kill`.
    fn signal(&self, name: &str) {
        let child = self.child.as_ref().expect("it runs");
        let sent = Command::new("kill")
            .args(["-s", name, &child.id().to_string()])
            .status();
        assert!(sent.expect("kill").success(), "cannot send {name}");
    }

    /// Whether a signal has stopped it, from its state in the kernel.
    fn is_stopped(&self) -> bool {
        let pid = self.child.as_ref().map(Child::id);
        let status = pid.map(|pid| std::fs::read_to_string(format!("/proc/{pid}/status")));
        status.is_some_and(|status| status.is_ok_and(|status| status.contains("State:\tT")))
    }

    fn exited(&mut self) -> Option<String> {
        let status = self.child.as_mut()?.try_wait().ok().flatten()?;
        Some(format!("it ended with {status}"))
    }

    fn give_up(&self, why: &str) -> ! {
        let log = std::fs::read_to_string(&self.log).unwrap_or_default();
        let lines: Vec<&str> = log.lines().collect();
        let end = lines[lines.len().saturating_sub(30)..].join("\n");
        panic!(
            "cannot start {}: {why}. If it is not installed, run tests/run. Its last words:\n{end}",
            self.name
        );
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.kill9();
    }
}

/// A port that nothing listens on. Below the range from which the kernel takes ports for outgoing connections, so that
/// none of those takes it before the server does, or while the server is down between a kill and a restart.
pub fn free_port() -> u16 {
    static NEXT: AtomicU16 = AtomicU16::new(0);
    const FIRST: u16 = 20_000;
    const COUNT: u16 = 12_000;
    // Two runs of the tests at once begin at different places.
    let offset = (std::process::id() % u32::from(COUNT)) as u16;
    for _ in 0..COUNT {
        let step = NEXT.fetch_add(1, Ordering::Relaxed);
        let port = FIRST + offset.wrapping_add(step) % COUNT;
        if TcpListener::bind(("127.0.0.1", port)).is_ok() {
            return port;
        }
    }
    panic!("no free port between {FIRST} and {}", FIRST + COUNT);
}

/// A file of the project, by its path from the workspace's root.
pub fn project(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(path)
}
