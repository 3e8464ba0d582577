//! `publish --config FILE`: runs until it is stopped.

use std::process::ExitCode;

fn main() -> ExitCode {
    chassis::run_service("publish", publish::run)
}
