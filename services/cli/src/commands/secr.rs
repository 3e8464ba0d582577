//! `greenledger secr`: a trust's SECR report; or whether any published table agrees with itself.

use std::fs;
use std::path::Path;
use std::process::ExitCode;

use anyhow::Context;
use publish::secr::{Report, check, report, text, warnings};
use serde_json::json;

use super::{configs, export};
use crate::args::{Format, Secr};
use crate::show;
use crate::up::reachable;
use crate::wait_until_settled::footprint_store;

pub async fn run(secr: &Secr, format: Format) -> anyhow::Result<ExitCode> {
    match (&secr.check, &secr.config) {
        (Some(file), _) => check_file(file, format),
        (None, Some(config)) => report_of_trust(config, secr, format).await,
        (None, None) => anyhow::bail!(
            "say --config FILE for a trust's report, or --check FILE for a published table"
        ),
    }
}

async fn report_of_trust(config: &Path, secr: &Secr, format: Format) -> anyhow::Result<ExitCode> {
    let config = configs::publish(config)?;
    let footprint_store = footprint_store(&reachable(config.bus.clone())?).await?;
    let trust = export::trust(&footprint_store, secr.trust.as_deref())?;
    let year = secr.year.map(|year| year.path());
    let settings = config.settings(&trust);
    let report = report(
        &footprint_store,
        &trust,
        year.as_deref(),
        secr.basis,
        &settings,
    )?;
    match format {
        Format::Json => show::json_line(&serde_json::to_value(&report)?),
        Format::Text => show::text(text(&report).trim_end()),
    }
    Ok(ExitCode::SUCCESS)
}

/// Reports inconsistencies, and fails only if the file cannot be read as a report: published tables have typing errors.
fn check_file(file: &Path, format: Format) -> anyhow::Result<ExitCode> {
    let content = fs::read(file).with_context(|| format!("cannot read {}", file.display()))?;
    let report: Report = serde_json::from_slice(&content).with_context(|| {
        format!(
            "cannot understand {}; the schema SecrReport of schemas/openapi.json says how a report is written",
            file.display()
        )
    })?;
    let found = check(&report);
    match format {
        Format::Json => show::json_line(&json!({ "years": report.years.len(), "warnings": found })),
        Format::Text if found.is_empty() => {
            show::text(&format!(
                "{}: {} of figures, and all of them agree",
                report.organisation,
                years(report.years.len())
            ));
        }
        Format::Text => {
            show::text(&format!(
                "{}: {} to look at",
                report.organisation,
                cells(found.len())
            ));
            show::text(warnings(&found).trim_end());
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn years(count: usize) -> String {
    format!("{count} year{}", if count == 1 { "" } else { "s" })
}

fn cells(count: usize) -> String {
    format!("{count} cell{}", if count == 1 { "" } else { "s" })
}
