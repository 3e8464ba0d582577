//! All services in one process on a full disk: the process ends, names what it could not write, and does not retry for
//! ever.

use std::process::{Command, Output, Stdio};
use std::time::Duration;

use crate::faults::oracle::Differences;
use crate::faults::report::report;
use crate::servers::service::binary;

/// A disk with a size limit for files, in kilobytes: writes up to the limit succeed, later ones fail, as on a full disk.
const KILOBYTES: u32 = 4_000;

async fn demo() -> Output {
    let folder = tempfile::TempDir::new().expect("a temporary folder");
    let mut command = Command::new("bash");
    command
        .arg("-c")
        .arg(format!(
            "trap '' XFSZ; ulimit -f {KILOBYTES}; exec \"$0\" demo --once --port 0 --data-dir \"$1\""
        ))
        .arg(binary("greenledger"))
        .arg(folder.path().join("data"))
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let child = command.spawn().expect("greenledger");
    let output = tokio::task::spawn_blocking(move || child.wait_with_output());
    tokio::time::timeout(Duration::from_secs(120), output)
        .await
        .expect("it ends by itself")
        .expect("a task")
        .expect("an end")
}

#[tokio::test(flavor = "multi_thread")]
async fn the_demo_on_a_full_disk_ends_and_names_what_it_could_not_write() {
    let output = demo().await;
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{stderr}");
    let last = stderr.lines().last().unwrap_or_default();
    // Any of these may fail first.
    let what = [
        "cannot write to the log",
        "cannot write results/",
        "cannot create ledger/",
    ];
    let names_cause = what.iter().any(|what| last.contains(what));
    assert!(last.starts_with("error: ") && names_cause, "{stderr}");
    assert!(last.contains("File too large"), "{stderr}");
    report("disk full, demo", 1, None, &Differences::default());
}
