//! `aggregate --config FILE`

use std::error::Error;
use std::process::ExitCode;

use aggregate::{Config, run};
use chassis::{bind, read_config, start_logs, stop_on_signals};

fn main() -> ExitCode {
    match start() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            chassis::print_chain(error.as_ref());
            ExitCode::FAILURE
        }
    }
}

fn start() -> Result<(), Box<dyn Error>> {
    let config: Config = read_config(&chassis::config_argument("aggregate")?)?;
    start_logs(config.log_format, "info");
    let runtime = tokio::runtime::Runtime::new()?;
    runtime.block_on(async {
        let stop = stop_on_signals()?;
        let listener = bind(&config.listen).await?;
        run(config, listener, stop).await?;
        Ok(())
    })
}
