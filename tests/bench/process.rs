//! Child processes, and what they cost.

use std::path::PathBuf;
use std::process::{Child, Command};
use std::time::Duration;

/// A process that ends with the benchmark.
pub struct Process(Child);

impl Process {
    /// Starts `command`.
    pub fn start(command: &mut Command) -> Self {
        let child = command.spawn();
        Process(child.unwrap_or_else(|error| panic!("{command:?}: {error}")))
    }

    /// Fails if the process has ended.
    pub fn check(&mut self) {
        let status = self.0.try_wait().expect("the status of a child");
        assert!(status.is_none(), "it ended: {status:?}");
    }

    /// The most memory it had resident, in bytes.
    pub fn peak_bytes(&self) -> u64 {
        let status = self.read("status");
        let line = status
            .lines()
            .find_map(|line| line.strip_prefix("VmHWM:")?.strip_suffix("kB"));
        let kilobytes: u64 = line
            .and_then(|line| line.trim().parse().ok())
            .expect("VmHWM");
        kilobytes * 1024
    }

    /// The CPU time it has used.
    pub fn cpu(&self) -> Duration {
        let stat = self.read("stat");
        // The name of the program, in brackets, may hold spaces.
        let after_name = stat.rsplit_once(')').expect("a name").1;
        let fields: Vec<&str> = after_name.split_whitespace().collect();
        let ticks = |at: usize| fields[at].parse::<u64>().expect("ticks");
        Duration::from_millis((ticks(11) + ticks(12)) * 1000 / TICKS_PER_SECOND)
    }

    fn read(&self, file: &str) -> String {
        let path = format!("/proc/{}/{file}", self.0.id());
        std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"))
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
    let stat = std::fs::read_to_string("/proc/self/stat").expect("/proc/self/stat");
    let after_name = stat.rsplit_once(')').expect("a name").1;
    let fields: Vec<&str> = after_name.split_whitespace().collect();
    let ticks = |at: usize| fields[at].parse::<u64>().expect("ticks");
    Duration::from_millis((ticks(11) + ticks(12)) * 1000 / TICKS_PER_SECOND)
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

/// A port that nothing listens on.
pub fn free_port() -> u16 {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    listener.local_addr().expect("its address").port()
}
