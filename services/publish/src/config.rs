//! What publish is told.

mod baseline;
pub(crate) mod export_schedule;
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
    /// What is known of a trust beside its figures, by its id.
    #[serde(default)]
    pub trusts: BTreeMap<String, TrustSettings>,
    /// How long changes are gathered before results are written.
    #[serde(default = "five")]
    pub results_every_seconds: u64,
    /// Exports made by themselves.
    #[serde(default)]
    pub schedules: Vec<Schedule>,
    /// Who may read.
    #[serde(default)]
    pub access: AccessConfig,
    /// How log lines are written.
    #[serde(default)]
    pub log_format: LogFormat,
    /// How many seconds stopping may take; after that the process ends with code 1.
    #[serde(default = "chassis::stop_seconds")]
    pub stop_seconds: u64,
}

impl Config {
    /// What the shape alone cannot say: who may read, whether the schedules can be understood,
    /// and what trusts are held against.
    pub fn check(&self) -> Result<(), PublishError> {
        self.access.check(&self.listen)?;
        self.check_trusts()?;
        self.schedules
            .iter()
            .try_for_each(|schedule| Plan::new(schedule.clone()).map(|_| ()))
    }

    /// Whether trusts can be held against what is set for them.
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
        let passwords = self.bus.holds_password() || self.lake.holds_password();
        Sensitivity::of(!self.access.tokens.is_empty(), passwords)
    }
}

/// What is known of a trust beside its figures.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TrustSettings {
    /// What its carbon intensity is held against, and how that was made.
    #[serde(default)]
    pub baseline: Option<BaselineSettings>,
    /// The same of a trust that does not know how: tonnes CO2e per pupil and year, not comparable at constant factors. The
    /// plan's unless said.
    #[serde(default)]
    pub baseline_tco2e_per_pupil: Option<f64>,
    /// What it has set itself, by academic year: `2025/26`.
    #[serde(default, deserialize_with = "targets::by_year")]
    pub targets: BTreeMap<AcademicYear, TargetSettings>,
    /// Its turnover, balance sheet and employees, by academic year, from its accounts: whether it has to report.
    #[serde(default, deserialize_with = "targets::by_year")]
    pub size: BTreeMap<AcademicYear, CompanySize>,
    /// What it did to use less energy, by academic year, for the report where no evidence of it is filed.
    #[serde(default, deserialize_with = "targets::by_year")]
    pub efficiency_measures: BTreeMap<AcademicYear, Vec<String>>,
}

/// An export made by itself, once per due time however many replicas run.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Schedule {
    /// Its name: lower-case letters, digits and hyphens; a folder is called so.
    pub name: String,
    /// The trust it is of.
    pub trust: String,
    /// Minute, hour, day of month, month, day of week: `0 6 1 9 *`.
    pub cron: String,
    /// The clock that `cron` is read on: `Europe/London`.
    #[serde(default = "london")]
    pub time_zone: chrono_tz::Tz,
}

impl Config {
    /// What is known of a trust beside its figures: of one that is not named, the defaults.
    pub fn settings(&self, trust: &str) -> TrustSettings {
        self.trusts.get(trust).cloned().unwrap_or_default()
    }

    /// What a trust is held against: of one that is not named, the plan's baseline alone.
    pub fn targets(&self, trust: &str) -> Targets {
        self.settings(trust).targets()
    }

    /// What a trust's carbon intensity is held against.
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
        for schedule in config.schedules {
            Plan::new(schedule).unwrap();
        }
    }
}
