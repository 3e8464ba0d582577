//! `greenledger export`: the same files as a scheduled export, now, into a folder.

use std::process::ExitCode;

use anyhow::bail;
use publish::FootprintStore;
use serde_json::json;

use super::configs;
use crate::args::{Export, Format};
use crate::show;
use crate::trust_export::write;
use crate::up::reachable;
use crate::wait_until_settled::footprint_store;

pub async fn run(export: &Export, format: Format) -> anyhow::Result<ExitCode> {
    let config = configs::publish(&export.config)?;
    let footprint_store = footprint_store(&reachable(config.bus.clone())?).await?;
    let trust = trust(&footprint_store, export.trust.as_deref())?;
    let files = write(&footprint_store, &trust, &config.trusts, &export.out)?;
    for file in files {
        if format == Format::Json {
            show::json_line(&json!({ "file": file }));
        } else {
            show::text(&file.display().to_string());
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// The named trust, or the only one if none is named.
pub fn trust(footprint_store: &FootprintStore, named: Option<&str>) -> anyhow::Result<String> {
    match (named, footprint_store.trusts().as_slice()) {
        (Some(trust), _) => Ok(trust.to_owned()),
        (None, [only]) => Ok(only.id.clone()),
        (None, []) => bail!("no trust has figures yet"),
        (None, several) => {
            let names: Vec<_> = several.iter().map(|trust| trust.id.as_str()).collect();
            bail!("say which trust with --trust: {}", names.join(", "))
        }
    }
}
