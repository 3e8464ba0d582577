//! `aggregate --config FILE`: runs until it receives a stop signal.

use std::process::ExitCode;

fn main() -> ExitCode {
    chassis::run_service("aggregate", aggregate::run)
}
