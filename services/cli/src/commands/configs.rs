//! Detects whether a file is the configuration of `up` or of one service.

use std::path::Path;

use bus::Bus;
use chassis::{ConfigError, read_config};

use crate::up::{UpConfig, bus_beside};

/// The file as the configuration of `up`, and the bus with its topics for a command that runs beside it.
fn up(path: &Path) -> Result<(UpConfig, Bus), ConfigError> {
    let config: UpConfig = read_config(path)?;
    let bus = match &config.kafka {
        Some(kafka) => Bus::Kafka(kafka.clone()),
        None => bus_beside(&config.data_dir),
    };
    Ok((config, bus))
}

fn either<C: serde::de::DeserializeOwned>(
    path: &Path,
    part: impl Fn(&UpConfig, &Bus) -> C,
) -> anyhow::Result<C> {
    let own: Result<C, ConfigError> = read_config(path);
    match own {
        Ok(config) => Ok(config),
        Err(own_error) => match up(path) {
            Ok((config, bus)) => Ok(part(&config, &bus)),
            Err(_neither) => Err(own_error.into()),
        },
    }
}

/// The configuration of aggregate.
pub fn aggregate(path: &Path) -> anyhow::Result<aggregate::Config> {
    either(path, UpConfig::aggregate)
}

/// The configuration of publish.
pub fn publish(path: &Path) -> anyhow::Result<publish::Config> {
    either(path, UpConfig::publish)
}
