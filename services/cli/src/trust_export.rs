//! A trust's export as files in a folder.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Context;
use publish::{FootprintStore, Pack, TrustSettings, csv, workbook};

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
