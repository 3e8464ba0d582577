//! `publish --config FILE`: runs the service until it is told to stop.

use std::error::Error;
use std::path::PathBuf;
use std::process::ExitCode;

const USAGE: &str = "usage: publish --config FILE";

#[tokio::main]
async fn main() -> ExitCode {
    match publish_from_file().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            print_chain(error.as_ref());
            ExitCode::FAILURE
        }
    }
}

async fn publish_from_file() -> Result<(), Box<dyn Error>> {
    let config: publish::Config = chassis::read_config(&config_path()?)?;
    chassis::start_logs(config.log_format, "info");
    let stop = chassis::stop_on_signals()?;
    let listener = chassis::bind(&config.listen).await?;
    Ok(publish::run(config, listener, stop).await?)
}

fn config_path() -> Result<PathBuf, &'static str> {
    let mut arguments = std::env::args_os().skip(1);
    match (arguments.next(), arguments.next(), arguments.next()) {
        (Some(flag), Some(path), None) if flag == "--config" => Ok(path.into()),
        _ => Err(USAGE),
    }
}

// The one place where an error is printed.
#[expect(
    clippy::print_stderr,
    reason = "the process ends here, and its log may not have begun"
)]
fn print_chain(error: &dyn Error) {
    eprint!("publish: {error}");
    let mut cause = error.source();
    while let Some(error) = cause {
        eprint!(": {error}");
        cause = error.source();
    }
    eprintln!();
}
