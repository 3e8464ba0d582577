//! The configuration of publish.

mod baseline;
pub(crate) mod export_schedule;
mod history;
mod ingest_url;
mod metrics;
mod size;
mod targets;

use std::collections::BTreeMap;

use chassis::{LogFormat, Sensitivity};
use events::AcademicYear;
use footprint::size::CompanySize;
use footprint::{Baseline, Targets};
use serde::Deserialize;

use self::export_schedule::Plan;
use crate::PublishError;
use crate::access::AccessConfig;

pub use baseline::BaselineSettings;
pub use history::{Auth, HistoryConfig, Protocol};
pub use ingest_url::IngestUrl;
pub use metrics::{FigureMetrics, MetricsConfig};
pub use targets::TargetSettings;

/// The configuration of publish; `deploy/config/publish.toml` is the whole of it, with comments.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// Where to serve: `127.0.0.1:8082`.
    pub listen: String,
    /// How to reach Kafka.
    #[serde(rename = "kafka")]
    pub bus: bus::Bus,
    /// Shards of the lake and partitions of the topics, the same for every service.
    pub sharding: events::Sharding,
    /// Where results and exports go, and half-hours are read.
    pub lake: lake::LakeConfig,
    /// Settings of each trust, by its id.
    #[serde(default)]
    pub trusts: BTreeMap<String, TrustSettings>,
    /// How long changes are gathered before results are written.
    #[serde(default = "five")]
    pub results_every_seconds: u64,
    /// Scheduled exports.
    #[serde(default)]
    pub schedules: Vec<Schedule>,
    /// The receiver of the figures by event time; without it, none are written.
    #[serde(default)]
    pub history: Option<HistoryConfig>,
    /// Who may read.
    #[serde(default)]
    pub access: AccessConfig,
    /// What is scraped where.
    #[serde(default)]
    pub metrics: MetricsConfig,
    /// Where people send data: the page links there.
    #[serde(default)]
    pub ingest_url: Option<IngestUrl>,
    /// How log lines are written.
    #[serde(default)]
    pub log_format: LogFormat,
    /// How many seconds a shutdown may take; after that the process ends with code 1.
    #[serde(default = "chassis::stop_seconds")]
    pub stop_seconds: u64,
}

impl Config {
    /// Checks what the shape alone cannot: who may read, whether the schedules can be parsed, and what trusts are
    /// compared with.
    pub fn check(&self) -> Result<(), PublishError> {
        self.access.check(&self.listen)?;
        self.check_trusts()?;
        self.check_history()?;
        self.schedules
            .iter()
            .try_for_each(|schedule| Plan::new(schedule.clone()).map(|_| ()))
    }

    /// Checks that the history can be written as configured.
    pub(crate) fn check_history(&self) -> Result<(), PublishError> {
        let checked = self.history.as_ref().map_or(Ok(()), HistoryConfig::check);
        checked.map_err(PublishError::HistorySetting)
    }

    /// Checks that the targets and baselines set for trusts can be used.
    pub(crate) fn check_trusts(&self) -> Result<(), PublishError> {
        for (trust, settings) in &self.trusts {
            settings
                .check_baseline()
                .and_then(|()| settings.check_targets())
                .and_then(|()| settings.check_sizes())
                .map_err(|why| PublishError::Trust {
                    trust: trust.clone(),
                    why,
                })?;
        }
        Ok(())
    }
}

impl chassis::ServiceConfig for Config {
    fn listen(&self) -> &str {
        &self.listen
    }

    fn log_format(&self) -> LogFormat {
        self.log_format
    }

    fn stop_seconds(&self) -> u64 {
        self.stop_seconds
    }

    fn sensitivity(&self) -> Sensitivity {
        let history = self.history.as_ref();
        let passwords = self.bus.holds_password()
            || self.lake.holds_password()
            || history.is_some_and(HistoryConfig::holds_password);
        Sensitivity::of(!self.access.tokens.is_empty(), passwords)
    }
}

/// Settings of a trust.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TrustSettings {
    /// The baseline for its carbon intensity, and how that was made.
    #[serde(default)]
    pub baseline: Option<BaselineSettings>,
    /// The baseline of a trust that does not know how it was made: tonnes CO2e per pupil and year, not comparable at
    /// constant factors. The plan's unless set.
    #[serde(default)]
    pub baseline_tco2e_per_pupil: Option<f64>,
    /// The targets it has set for itself, by academic year: `2025/26`.
    #[serde(default, deserialize_with = "targets::by_year")]
    pub targets: BTreeMap<AcademicYear, TargetSettings>,
    /// Its turnover, balance sheet and employees, by academic year, from its accounts: they decide whether it has to report.
    #[serde(default, deserialize_with = "targets::by_year")]
    pub size: BTreeMap<AcademicYear, CompanySize>,
    /// What it did to use less energy, by academic year, for the report where no evidence of it is filed.
    #[serde(default, deserialize_with = "targets::by_year")]
    pub efficiency_measures: BTreeMap<AcademicYear, Vec<String>>,
}

/// A scheduled export, made once per due time however many replicas run.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Schedule {
    /// Its name: lower-case letters, digits and hyphens; also the name of its folder.
    pub name: String,
    /// The trust that is exported.
    pub trust: String,
    /// Minute, hour, day of month, month, day of week: `0 6 1 9 *`.
    pub cron: String,
    /// The clock that `cron` is read on: `Europe/London`.
    #[serde(default = "london")]
    pub time_zone: chrono_tz::Tz,
}

impl Config {
    /// The settings of a trust; the defaults for a trust that is not configured.
    pub fn settings(&self, trust: &str) -> TrustSettings {
        self.trusts.get(trust).cloned().unwrap_or_default()
    }

    /// The targets of a trust; for a trust that is not configured, the plan's baseline alone.
    pub fn targets(&self, trust: &str) -> Targets {
        self.settings(trust).targets()
    }

    /// The baseline for a trust's carbon intensity.
    pub fn baseline(&self, trust: &str) -> Baseline {
        let settings = self.trusts.get(trust);
        settings.map_or_else(|| TrustSettings::default().baseline(), |of| of.baseline())
    }
}

fn five() -> u64 {
    5
}

fn london() -> chrono_tz::Tz {
    chrono_tz::Europe::London
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    #[test]
    fn the_configuration_that_ships_is_understood() {
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../deploy/config/publish.toml");
        let config: Config = chassis::read_config(&file).unwrap();
        assert_eq!(config.schedules.len(), 2);
        assert_eq!(
            config.baseline("calder-vale").to_string(),
            "0.24 tCO2e per pupil (2024/25, statutory gross, 2025 factors)"
        );
        assert_eq!(config.metrics, MetricsConfig::default());
        for schedule in config.schedules {
            Plan::new(schedule).unwrap();
        }
    }
}
