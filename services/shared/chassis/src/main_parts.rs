//! What the `main` of every service is made of.

use std::error::Error;
use std::path::PathBuf;

/// The FILE of `--config FILE`, the only argument a service takes.
pub fn config_argument(service: &str) -> Result<PathBuf, UsageError> {
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

/// Arguments a service does not take.
#[derive(Debug, thiserror::Error)]
#[error("usage: {0} --config FILE; a complete one is deploy/config/{0}.toml")]
pub struct UsageError(String);

/// Prints an error and what caused it, once, on standard error.
pub fn print_chain(error: &(dyn Error + 'static)) {
    let mut line = format!("error: {error}");
    let mut cause = error.source();
    while let Some(error) = cause {
        let said = error.to_string();
        // Some libraries repeat their source in their own words.
        if !line.ends_with(&said) {
            line.push_str(": ");
            line.push_str(&said);
        }
        cause = error.source();
    }
    #[allow(clippy::print_stderr, reason = "the last words of a process")]
    {
        eprintln!("{line}");
    }
}
