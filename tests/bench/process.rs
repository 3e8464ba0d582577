//! Child processes, and what they cost.

use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus};
use std::time::{Duration, Instant};

const POLL: Duration = Duration::from_millis(50);

/// A process that ends with the benchmark.
pub struct Process(Child);

impl Process {
    /// Starts `command`.
    pub fn start(command: &mut Command) -> Self {
        let child = command.spawn();
        Process(child.unwrap_or_else(|error| panic!("{command:?}: {error}")))
    }

    /// How the process has ended, if it has.
    pub fn ended(&mut self) -> Option<ExitStatus> {
        self.0.try_wait().expect("the status of a child")
    }

    /// Fails if the process has ended.
    pub fn check(&mut self) {
        let ended = self.ended();
        assert!(ended.is_none(), "it ended: {ended:?}");
    }

    /// Sends SIGTERM.
    pub fn terminate(&self) {
        let pid = self.0.id().to_string();
        let sent = Command::new("kill").args(["-TERM", &pid]).status();
        assert!(sent.expect("kill").success(), "no process {pid}");
    }

    /// The CPU time it has used, and the most memory it had resident, in bytes; none once it has ended.
    pub fn cost(&self) -> Option<(Duration, u64)> {
        let status = self.read("status")?;
        let peak = status
            .lines()
            .find_map(|line| line.strip_prefix("VmHWM:")?.strip_suffix("kB"))?;
        let kilobytes: u64 = peak.trim().parse().ok()?;
        Some((cpu(&self.read("stat")?)?, kilobytes * 1024))
    }

    fn read(&self, file: &str) -> Option<String> {
        std::fs::read_to_string(format!("/proc/{}/{file}", self.0.id())).ok()
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ended_already = self.0.kill();
        let _reaped = self.0.wait();
    }
}

/// Linux's `USER_HZ`, the same on every architecture that we build for.
const TICKS_PER_SECOND: u64 = 100;

/// The CPU time that this process has used.
pub fn own_cpu() -> Duration {
    let stat = std::fs::read_to_string("/proc/self/stat").ok();
    stat.and_then(|stat| cpu(&stat)).expect("/proc/self/stat")
}

/// The CPU time in the text of `/proc/…/stat`. The name of the program, in brackets, may hold spaces.
fn cpu(stat: &str) -> Option<Duration> {
    let fields: Vec<&str> = stat.rsplit_once(')')?.1.split_whitespace().collect();
    let ticks = |at: usize| fields.get(at)?.parse::<u64>().ok();
    Some(Duration::from_millis(
        (ticks(11)? + ticks(12)?) * 1000 / TICKS_PER_SECOND,
    ))
}

/// A release binary of the workspace, beside the folder of this benchmark's own.
pub fn binary(name: &str) -> PathBuf {
    let own = std::env::current_exe().expect("the path of the benchmark");
    let folder = own.parent().and_then(|deps| deps.parent());
    let binary = folder.expect("the target folder").join(name);
    assert!(
        binary.exists(),
        "{} is not built; tests/bench/run builds it",
        binary.display()
    );
    binary
}

/// Asks at short intervals until `is_done`, because another process does not notify the benchmark. Fails after `patience`.
pub async fn until(patience: Duration, mut is_done: impl AsyncFnMut() -> bool) {
    let (began, mut ticks) = (Instant::now(), tokio::time::interval(POLL));
    while !is_done().await {
        assert!(began.elapsed() < patience, "not done after {patience:?}");
        ticks.tick().await;
    }
}

/// A port that nothing listens on.
pub fn free_port() -> u16 {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    listener.local_addr().expect("its address").port()
}
