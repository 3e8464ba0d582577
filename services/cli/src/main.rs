//! `greenledger`

use std::process::ExitCode;

use clap::Parser;
use cli::args::Arguments;

fn main() -> ExitCode {
    let _failpoints = chassis::failpoint::set_up();
    let arguments = Arguments::parse();
    match cli::run(arguments) {
        Ok(code) => code,
        Err(error) => {
            chassis::print_chain(error.as_ref());
            ExitCode::FAILURE
        }
    }
}
