//! `greenledger export`: the same files as a scheduled export, now, into a folder.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, bail};
use publish::{FootprintStore, Pack, TrustSettings, csv, workbook};
use serde_json::json;

use super::configs;
use crate::args::{Export, Format};
use crate::show;
use crate::up::reachable;
use crate::wait_until_settled::footprint_store;

pub async fn run(export: &Export, format: Format) -> anyhow::Result<ExitCode> {
    let config = configs::publish(&export.config)?;
    let footprint_store = footprint_store(&reachable(config.kafka.clone())?).await?;
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

/// The trust that is meant: the one named, else the only one there is.
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

/// Writes a trust's export into a folder, and returns the files.
pub fn write(
    footprint_store: &FootprintStore,
    trust: &str,
    settings: &BTreeMap<String, TrustSettings>,
    folder: &Path,
) -> anyhow::Result<Vec<PathBuf>> {
    let settings = settings.get(trust).cloned().unwrap_or_default();
    let pack = Pack::of(footprint_store, trust, &settings)
        .with_context(|| format!("nothing is known of trust {trust} yet"))?;
    let files = [
        ("schools.csv", csv(&pack)?),
        ("workbook.xlsx", workbook(&pack)?),
    ];
    fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
    let mut written = Vec::new();
    for (name, content) in files {
        let path = folder.join(name);
        fs::write(&path, content).with_context(|| format!("cannot write {}", path.display()))?;
        written.push(path);
    }
    Ok(written)
}
