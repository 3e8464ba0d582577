//! Which configuration a file is: that of `up`, or of one service.

use std::path::Path;

use chassis::{ConfigError, read_config};

use crate::up::UpConfig;

/// The file as the configuration of `up`, with the broker it names. The embedded broker can be reached only by the
/// process it is in, so a command beside it needs `kafka` to be named.
fn up(path: &Path) -> anyhow::Result<(UpConfig, bus::BusConfig)> {
    let config: UpConfig = read_config(path)?;
    let kafka = match &config.kafka {
        Some(kafka) => kafka.clone(),
        None => crate::up::embedded_broker(&config.data_dir)?,
    };
    Ok((config, kafka))
}

fn either<C: serde::de::DeserializeOwned>(
    path: &Path,
    part: impl Fn(&UpConfig, &bus::BusConfig) -> C,
) -> anyhow::Result<C> {
    let own: Result<C, ConfigError> = read_config(path);
    match own {
        Ok(config) => Ok(config),
        Err(own_error) => match read_config::<UpConfig>(path) {
            Ok(_) => up(path).map(|(config, kafka)| part(&config, &kafka)),
            Err(_neither) => Err(own_error.into()),
        },
    }
}

/// The part of aggregate.
pub fn aggregate(path: &Path) -> anyhow::Result<aggregate::Config> {
    either(path, UpConfig::aggregate)
}

/// The part of publish.
pub fn publish(path: &Path) -> anyhow::Result<publish::Config> {
    either(path, UpConfig::publish)
}

/// The part of ingest.
pub fn ingest(path: &Path) -> anyhow::Result<ingest::Config> {
    either(path, UpConfig::ingest)
}
