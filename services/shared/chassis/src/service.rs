//! The common `main` of every service: read the configuration, listen, run, and report why it ended.

use std::error::Error;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use serde::de::DeserializeOwned;
use tokio::net::TcpListener;

use crate::{
    LogFormat, Sensitivity, Stop, bind, failpoint, private, read_config, start_logs,
    stop_on_signals,
};

/// The settings that every service's configuration has.
pub trait ServiceConfig: DeserializeOwned {
    /// The address to listen on.
    fn listen(&self) -> &str;
    /// The log format.
    fn log_format(&self) -> LogFormat;
    /// How many seconds stopping may take.
    fn stop_seconds(&self) -> u64;
    /// How secret the configuration file is.
    fn sensitivity(&self) -> Sensitivity;
}

/// Runs service `name` as a separate process: `name --config FILE`. The exit code is 0 after a normal stop, 1 when the service
/// cannot go on or did not stop in time, 2 for wrong arguments and 130 after a second signal.
pub fn run_service<C, E, R>(name: &str, run: impl FnOnce(C, TcpListener, Stop) -> R) -> ExitCode
where
    C: ServiceConfig,
    E: Error + 'static,
    R: Future<Output = Result<(), E>>,
{
    let _failpoints = failpoint::set_up();
    let started = || -> Result<(), Box<dyn Error>> {
        let file = config_argument(name)?;
        let config: C = read_config(&file)?;
        start_logs(config.log_format(), "info");
        private::guard(&file, config.sensitivity())?;
        let runtime = tokio::runtime::Runtime::new()?;
        let outcome = runtime.block_on(async {
            let stop = stop_on_signals(Duration::from_secs(config.stop_seconds()))?;
            let listener = bind(config.listen()).await?;
            Ok(run(config, listener, stop).await?)
        });
        // Threads that still wait for a disk or a broker hold nothing that another part waits for.
        runtime.shutdown_background();
        outcome
    };
    match started() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            print_chain(error.as_ref());
            ExitCode::from(if error.is::<UsageError>() {
                WRONG_USAGE
            } else {
                CANNOT
            })
        }
    }
}

/// The exit code when something failed.
pub(crate) const CANNOT: u8 = 1;
/// The exit code for a wrong command line.
const WRONG_USAGE: u8 = 2;

/// The FILE of `--config FILE`, the only argument a service takes.
fn config_argument(service: &str) -> Result<PathBuf, UsageError> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments
        .iter()
        .map(String::as_str)
        .collect::<Vec<_>>()
        .as_slice()
    {
        ["--config", file] => Ok(PathBuf::from(file)),
        _ => Err(UsageError(service.to_owned())),
    }
}

#[derive(Debug, thiserror::Error)]
#[error("usage: {0} --config FILE; a complete one is deploy/config/{0}.toml")]
struct UsageError(String);

/// Prints an error and its causes once, on standard error.
pub fn print_chain(error: &(dyn Error + 'static)) {
    let line = chain(error);
    #[expect(clippy::print_stderr, reason = "the last words of a process")]
    {
        eprintln!("error: {line}");
    }
}

/// An error and its causes, on one line.
pub fn chain(error: &dyn Error) -> String {
    let mut line = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let message = error.to_string();
        // Some libraries repeat the source's message in their own.
        if !line.ends_with(&message) {
            line.push_str(": ");
            line.push_str(&message);
        }
        cause = error.source();
    }
    line
}
