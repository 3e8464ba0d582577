//! A program of programs/, from the start of its process until its sums are in a file.

use std::ffi::OsStr;
use std::fs::{File, read_to_string};
use std::time::{Duration, Instant};

use tempfile::TempDir;

use crate::load::Load;
use crate::process::{Process, until};
use crate::programs;

use super::run::{Run, Sums};

const PATIENCE: Duration = Duration::from_secs(900);

/// Runs a program over the whole load, which is at `input`: a broker or a file.
pub async fn run(name: &str, input: impl AsRef<OsStr>, load: &Load) -> Run {
    let folder = TempDir::new().expect("a temporary folder");
    let (output, log) = (folder.path().join("sums"), folder.path().join("log"));
    let errors = File::create(&log).expect("a log");
    let mut command = programs::run(name);
    command
        .arg(input)
        .arg(load.meter_days.to_string())
        .arg(&output)
        .stdout(errors.try_clone().expect("a second handle of the log"))
        .stderr(errors);
    let began = Instant::now();
    let mut process = Process::start(&mut command);
    let mut cost = None;
    until(PATIENCE, async || {
        let ended = process.ended();
        cost = process.cost().or(cost);
        let log = || read_to_string(&log).unwrap_or_default();
        assert!(
            output.exists() || ended.is_none(),
            "{name} ended: {ended:?}\n{}",
            log()
        );
        output.exists()
    })
    .await;
    let (wall, (cpu, peak_bytes)) = (began.elapsed(), cost.expect("a process that ran"));
    // It may delete topics of its own, which is not to cost the next program time.
    let mut ended = None;
    until(PATIENCE, async || {
        ended = process.ended();
        ended.is_some()
    })
    .await;
    let status = ended.expect("it has ended");
    assert!(status.success(), "{name} ended with {status}");
    Run {
        wall,
        cpu,
        peak_bytes: Some(peak_bytes),
        sums: sums(&read_to_string(&output).expect("the sums")),
    }
}

fn sums(lines: &str) -> Sums {
    let sum = |line: &str| {
        let (meter, energy) = line.split_once('\t')?;
        Some((meter.to_owned(), energy.parse().ok()?))
    };
    lines
        .lines()
        .map(|line| sum(line).unwrap_or_else(|| panic!("{line:?} is no sum")))
        .collect()
}
