//! The table of faults.

use std::fs::File;
use std::io::Write;
use std::time::Duration;

use super::oracle::Differences;

/// Where the rows of a whole run are collected, one line each, fields apart by tabs.
const TABLE: &str = "FAULTS_TABLE";
/// Which form is run: short unless this says `long`.
const FORM: &str = "FAULTS";

/// Whether the long form was asked for.
pub fn long() -> bool {
    std::env::var(FORM).is_ok_and(|form| form == "long")
}

/// Tells a fault, how often it was injected, and how long the pipeline took, from the last time on, until everything was in
/// the ledger and published; and fails the test if it was never injected, or if anything is not as it would have been without.
pub fn report(fault: &str, injected: usize, recovery: Option<Duration>, found: &Differences) {
    let recovery = recovery.map_or("-".to_owned(), |time| format!("{:.1}", time.as_secs_f64()));
    let row = format!(
        "{fault}\t{injected}\t{}\t{}\t{recovery}",
        found.lost, found.doubled
    );
    say(&row);
    if let Some(table) = std::env::var_os(TABLE) {
        // One write: rows of tests that run side by side do not mix.
        let file = File::options().append(true).create(true).open(table);
        let written = file.and_then(|mut file| file.write_all(format!("{row}\n").as_bytes()));
        written.expect("the table of faults");
    }
    assert!(injected > 0, "{fault}: was never injected");
    assert!(found.messages.is_empty(), "{fault}: {:#?}", found.messages);
}

#[allow(
    clippy::print_stdout,
    reason = "read with --nocapture, and in CI's log"
)]
pub fn say(row: &str) {
    println!("{row}");
}
