//! One function per command. Exit codes: 0 done, 1 cannot, 2 wrong usage, 3 done but something was refused.

mod acknowledge_gap;
mod backfill;
mod configs;
mod explain;
pub(crate) mod export;
mod factors;
mod formats;
mod import;
mod manual;
mod meter;
mod opened_lake;
mod previews;
mod reasons;
mod reassign;
mod register;
mod rejected;
mod replay;
mod restore;
mod secr;
mod services;
mod validate;
mod watch;
mod withdraw;
mod withdraw_collection;

pub use rejected::rejected;

use std::process::ExitCode;
use std::time::Duration;

use chassis::{private, read_config, start_logs, stop_on_signals};

use crate::args::{Arguments, Command};
use crate::up::{UpConfig, reachable, start};
use crate::{demo, show};

/// The log filter of `up`. librdkafka's own lines are off, because our services report the same events.
const LOGGED: &str = "info,librdkafka=off,rdkafka=off";

/// The exit code if the command line asks for something that does not exist.
const WRONG_USAGE: u8 = 2;

/// Carries out a command.
pub fn run(arguments: Arguments) -> anyhow::Result<ExitCode> {
    let runtime = tokio::runtime::Runtime::new()?;
    let outcome = runtime.block_on(carry_out(arguments));
    // Threads that still wait for a disk or a broker hold nothing that any task needs.
    runtime.shutdown_background();
    outcome
}

async fn carry_out(Arguments { command, format }: Arguments) -> anyhow::Result<ExitCode> {
    let output = format;
    let Some(format) = output.without_csv() else {
        return match command {
            Command::Import(import) => import::run(&import, output).await,
            Command::Rejected(rejected) => rejected::run(&rejected, output).await,
            _ => {
                show::error("only `import` and `rejected` print CSV; use --format text or json");
                Ok(ExitCode::from(WRONG_USAGE))
            }
        };
    };
    match command {
        Command::Demo(demo) => demo::run(&demo, format).await,
        Command::Up(up) => {
            let config: UpConfig = read_config(&up.config)?;
            start_logs(config.log_format, LOGGED);
            private::guard(&up.config, config.sensitivity())?;
            let limit = Duration::from_secs(config.stop_seconds);
            let running = start(&config, stop_on_signals(limit)?).await?;
            tracing::info!(ingest = running.ingest, publish = running.publish, "up");
            running.ended().await?;
            Ok(ExitCode::SUCCESS)
        }
        Command::Import(import) => import::run(&import, output).await,
        Command::Watch(watch) => watch::run(&watch, format).await,
        Command::Register(command) => register::run(&command, format).await,
        Command::Export(export) => export::run(&export, format).await,
        Command::Backfill(backfill) => backfill::run(&backfill, format).await,
        Command::Secr(secr) => secr::run(&secr, format).await,
        Command::Rejected(rejected) => rejected::run(&rejected, output).await,
        Command::Replay(replay) => replay::run(&replay, format).await,
        Command::Restore(restore) => restore::run(&restore, format).await,
        Command::Reassign(reassign) => reassign::run(&reassign, format).await,
        Command::Withdraw(withdraw) => withdraw::run(&withdraw, format).await,
        Command::WithdrawCollection(withdraw) => withdraw_collection::run(&withdraw, format).await,
        Command::Rebuild(rebuild) => {
            let mut config = configs::aggregate(&rebuild.config)?;
            config.bus = reachable(config.bus)?;
            start_logs(config.log_format, "warn");
            let emitted = aggregate::rebuild(&config).await?;
            show::count(
                format,
                "emitted",
                emitted,
                "footprints computed again from the ledger",
            );
            Ok(ExitCode::SUCCESS)
        }
        Command::Adopt(adopt) => {
            let mut config = configs::aggregate(&adopt.config)?;
            config.bus = reachable(config.bus)?;
            start_logs(config.log_format, "warn");
            let adopted = aggregate::adopt(&config).await?;
            let what =
                "partitions taken over by this lake; aggregate reads them from their first record";
            show::count(format, "adopted", adopted, what);
            Ok(ExitCode::SUCCESS)
        }
        Command::AcknowledgeGap(gap) => acknowledge_gap::run(&gap, format).await,
        Command::Explain(explain) => explain::run(&explain, format).await,
        Command::Factors(command) => factors::run(&command, format),
        Command::Formats(command) => formats::run(&command, format),
        Command::Completions { shell } => manual::completions(shell),
        Command::Man { out } => manual::pages(&out, format),
        Command::Services(command) => services::run(&command, format),
        Command::Validate { config } => validate::run(&config, format),
    }
}
