//! The table of faults.

use std::fs::File;
use std::io::Write;
use std::time::Duration;

use super::oracle::Differences;

/// The file that collects the rows of a whole run: one line each, fields separated by tabs.
const TABLE: &str = "FAULTS_TABLE";
/// The form of the run: `long`, or short by default.
const FORM: &str = "FAULTS";

/// Whether this is the long form.
pub fn long() -> bool {
    std::env::var(FORM).is_ok_and(|form| form == "long")
}

/// Reports a fault, the number of injections, and the time from the last injection until all data was in the ledger and
/// published. Fails the test if the fault was never injected, or if the data differs from the run without faults.
pub fn report(fault: &str, injected: usize, recovery: Option<Duration>, found: &Differences) {
    let recovery = recovery.map_or("-".to_owned(), |time| format!("{:.1}", time.as_secs_f64()));
    let row = format!(
        "{fault}\t{injected}\t{}\t{}\t{recovery}",
        found.lost, found.doubled
    );
    print_row(&row);
    if let Some(table) = std::env::var_os(TABLE) {
        // One write, so that rows of parallel tests do not mix.
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
pub fn print_row(row: &str) {
    println!("{row}");
}
