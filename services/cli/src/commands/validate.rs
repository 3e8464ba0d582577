//! `greenledger validate CONFIG`: checks a configuration like the service would, without starting it.

use std::path::Path;
use std::process::ExitCode;

use bus::Bus;
use chassis::{ConfigError, LogFormat, ServiceConfig, private, read_config, start_logs};
use events::Sharding;
use serde::de::DeserializeOwned;
use serde_json::json;

use crate::args::Format;
use crate::show;
use crate::up::{UpConfig, bus_beside};

pub fn run(path: &Path, format: Format) -> anyhow::Result<ExitCode> {
    let kind = kind(path);
    // Logs a warning about files that other users can read.
    start_logs(LogFormat::Text, "warn");
    let mut tokens = Vec::new();
    match kind {
        "up" => {
            let config: UpConfig = read_config(path)?;
            private::guard(path, config.sensitivity())?;
            let bus = config.kafka.clone().map(Bus::Kafka);
            let bus = bus.unwrap_or_else(|| bus_beside(&config.data_dir));
            let ingest = config.ingest(&bus);
            ingest.check()?;
            tokens = ingest.token_labels()?;
            config.publish(&bus).check()?;
            config.aggregate(&bus).method()?;
        }
        "ingest" => {
            let config = guarded::<ingest::Config>(path)?;
            config.check()?;
            tokens = config.token_labels()?;
        }
        "aggregate" => {
            let config = guarded::<aggregate::Config>(path)?;
            Sharding::new(config.sharding.shards, config.sharding.partitions)?;
            config.method()?;
        }
        _ => guarded::<publish::Config>(path)?.check()?,
    }
    match format {
        Format::Json => {
            let tokens: Vec<_> = tokens
                .iter()
                .map(|(name, label)| json!({ "name": name, "label": label }))
                .collect();
            show::json_line(&json!({ "valid": true, "kind": kind, "tokens": tokens }));
        }
        Format::Text => {
            show::text(&format!("configuration of {kind}: {}", path.display()));
            for (name, label) in &tokens {
                show::text(&format!("token {name} is {label} in metrics"));
            }
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn guarded<C: DeserializeOwned + ServiceConfig>(path: &Path) -> anyhow::Result<C> {
    let config: C = read_config(path)?;
    private::guard(path, config.sensitivity())?;
    Ok(config)
}

/// The service that a file configures: the one that can read it, or else the most similar one, whose error helps.
fn kind(path: &Path) -> &'static str {
    let text = std::fs::read_to_string(path).unwrap_or_default();
    if is::<ingest::Config>(path) {
        "ingest"
    } else if is::<aggregate::Config>(path) {
        "aggregate"
    } else if is::<publish::Config>(path) {
        "publish"
    } else if text.contains("data_dir") {
        "up"
    } else if text.contains("[[tokens]]") || text.contains("[limits]") {
        "ingest"
    } else if text.contains("[flush]") || text.contains("[factors]") {
        "aggregate"
    } else {
        "publish"
    }
}

fn is<C: DeserializeOwned>(path: &Path) -> bool {
    let read: Result<C, ConfigError> = read_config(path);
    read.is_ok()
}
