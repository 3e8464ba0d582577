//! Programs of the benchmark in other languages, by programs/programs.sh.

use std::path::Path;
use std::process::Command;

fn script() -> Command {
    Command::new(Path::new(env!("CARGO_MANIFEST_DIR")).join("bench/programs/programs.sh"))
}

/// Fetches and builds programs, unless that is done already.
pub fn install<'a>(names: impl IntoIterator<Item = &'a str>) {
    let mut command = script();
    command.arg("install").args(names);
    // Standard output is for the table.
    command.stdout(std::io::stderr());
    let installed = command.status();
    assert!(installed.expect("programs.sh").success(), "see above");
}

/// The command that runs a program, as the process that it starts.
pub fn run(name: &str) -> Command {
    let mut command = script();
    command.args(["run", name]);
    command
}
