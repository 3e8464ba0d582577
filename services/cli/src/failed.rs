//! What a command that cannot do its work prints: a line on standard error, and for machines also JSON on standard output.

use std::error::Error;
use std::ffi::OsString;
use std::process::ExitCode;

use serde_json::json;

use crate::args::{Format, Output};
use crate::show;

/// Prints why a command failed.
pub fn failed(error: &(dyn Error + 'static), output: Output) -> ExitCode {
    if output.without_csv() == Some(Format::Json) {
        show::json_line(&json!({ "error": chassis::chain(error) }));
    }
    chassis::print_chain(error);
    ExitCode::FAILURE
}

/// Prints what is wrong with the command line, or the help that it asks for.
pub fn wrong_usage(error: &clap::Error) -> ExitCode {
    if error.use_stderr() && asks_for_json(std::env::args_os()) {
        let message = error.to_string();
        let message = message.trim_start_matches("error: ").trim_end();
        show::json_line(&json!({ "error": message }));
    }
    // If it cannot be printed, the terminal is gone: there is no other place to say so.
    let _unprinted = error.print();
    u8::try_from(error.exit_code()).map_or(ExitCode::FAILURE, ExitCode::from)
}

/// Whether a command line that cannot be read has `--format json`.
fn asks_for_json(arguments: impl Iterator<Item = OsString>) -> bool {
    let arguments: Vec<OsString> = arguments.collect();
    let apart = arguments
        .windows(2)
        .any(|pair| pair == ["--format", "json"]);
    apart || arguments.iter().any(|one| one == "--format=json")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_is_recognised_in_both_ways_of_writing_an_option() {
        let asks = |line: &str| asks_for_json(line.split(' ').map(OsString::from));
        assert!(asks("greenledger --format json imp"));
        assert!(asks("greenledger imp --format=json"));
        assert!(!asks("greenledger imp json --format text"));
    }
}
