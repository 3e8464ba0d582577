//! `greenledger validate CONFIG`: what a service would say of its configuration, without starting it.

use std::path::Path;
use std::process::ExitCode;

use chassis::{ConfigError, read_config};
use events::Sharding;

use crate::args::Format;
use crate::show;
use crate::up::UpConfig;

pub fn run(path: &Path, format: Format) -> anyhow::Result<ExitCode> {
    let (kind, sharding) = kind(path)?;
    Sharding::new(sharding.shards, sharding.partitions)?;
    show::done(
        format,
        "valid",
        1,
        &format!("configuration of {kind}: {}", path.display()),
    );
    Ok(ExitCode::SUCCESS)
}

fn kind(path: &Path) -> Result<(&'static str, Sharding), ConfigError> {
    if let Ok(config) = read_config::<ingest::Config>(path) {
        return Ok(("ingest", config.sharding));
    }
    if let Ok(config) = read_config::<aggregate::Config>(path) {
        return Ok(("aggregate", config.sharding));
    }
    if let Ok(config) = read_config::<publish::Config>(path) {
        return Ok(("publish", config.sharding));
    }
    // The error of the kind it is most like is the one that helps: a file of `up` has `data_dir`.
    let text = std::fs::read_to_string(path).unwrap_or_default();
    if text.contains("data_dir") {
        return read_config::<UpConfig>(path).map(|config| ("up", config.sharding));
    }
    if text.contains("[[tokens]]") {
        return read_config::<ingest::Config>(path).map(|config| ("ingest", config.sharding));
    }
    if text.contains("[flush]") || text.contains("[factors]") {
        return read_config::<aggregate::Config>(path).map(|config| ("aggregate", config.sharding));
    }
    read_config::<publish::Config>(path).map(|config| ("publish", config.sharding))
}
