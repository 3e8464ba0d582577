//! `greenledger`

use std::process::ExitCode;

use clap::Parser;
use cli::args::Arguments;

fn main() -> ExitCode {
    let _failpoints = chassis::failpoint::set_up();
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => return cli::wrong_usage(&error),
    };
    let format = arguments.format;
    match cli::run(arguments) {
        Ok(code) => code,
        Err(error) => cli::failed(error.as_ref(), format),
    }
}
