//! `ingest --config FILE`: runs the service until SIGINT or SIGTERM.

use std::error::Error;
use std::path::PathBuf;
use std::process::ExitCode;

const USAGE: &str = "usage: ingest --config FILE";

#[tokio::main]
async fn main() -> ExitCode {
    match run().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            say(error.as_ref());
            ExitCode::FAILURE
        }
    }
}

async fn run() -> Result<(), Box<dyn Error>> {
    let path = config_path(std::env::args().skip(1))?;
    let config: ingest::Config = chassis::read_config(&path)?;
    chassis::start_logs(config.log_format, "info");
    let stop = chassis::stop_on_signals()?;
    let listener = chassis::bind(&config.listen).await?;
    Ok(ingest::run(config, listener, stop).await?)
}

fn config_path(mut arguments: impl Iterator<Item = String>) -> Result<PathBuf, String> {
    match (
        arguments.next().as_deref(),
        arguments.next(),
        arguments.next(),
    ) {
        (Some("--config"), Some(path), None) => Ok(PathBuf::from(path)),
        _ => Err(USAGE.to_owned()),
    }
}

#[expect(
    clippy::print_stderr,
    reason = "the one place where an error is shown to whoever started the process"
)]
fn say(error: &dyn Error) {
    let causes = std::iter::successors(Some(error), |error| (*error).source());
    let lines: Vec<_> = causes.map(ToString::to_string).collect();
    eprintln!("ingest: {}", lines.join(": "));
}
