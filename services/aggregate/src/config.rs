//! What an operator can configure.

use std::path::{Path, PathBuf};
use std::time::Duration;

use bus::{Bus, GroupConfig};
use chassis::{LogFormat, Sensitivity};
use chrono::{NaiveDate, Utc};
use events::{SettlementDay, Sharding};
use footprint::factors::{FactorSet, Factors, Fallback};
use footprint::{AnomalyLimits, Census, LeastCoverage, Method, Temperatures, YearChoice};
use lake::LakeConfig;
use serde::Deserialize;

use crate::AggregateError;

/// The configuration of aggregate; see `deploy/config/aggregate.toml`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// Where `/metrics`, `/healthz` and `/readyz` are served.
    pub listen: String,
    /// The broker.
    #[serde(rename = "kafka")]
    pub bus: Bus,
    /// How this process shares the work with other aggregates.
    #[serde(default)]
    pub group: GroupConfig,
    /// Shards of the lake and partitions of the topics.
    pub sharding: Sharding,
    /// The lake.
    pub lake: LakeConfig,
    /// When rows are written.
    #[serde(default)]
    pub flush: FlushConfig,
    /// How figures are priced.
    #[serde(default)]
    pub factors: FactorConfig,
    /// How figures are made, beside their factors.
    #[serde(default)]
    pub figures: FigureConfig,
    /// The day figures are computed as of; today's, in London, unless set.
    #[serde(default)]
    pub as_of: Option<NaiveDate>,
    /// How log lines are written.
    #[serde(default)]
    pub log_format: LogFormat,
    /// How many seconds stopping may take; after that the process ends with code 1.
    #[serde(default = "chassis::stop_seconds")]
    pub stop_seconds: u64,
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
        Sensitivity::of(false, passwords)
    }
}

impl Config {
    /// How figures are made.
    pub fn method(&self) -> Result<Method, AggregateError> {
        Ok(Method {
            factors: self.factors.read()?,
            fallback: self.factors.fallback,
            year_choice: self.factors.year,
            census: self.figures.census,
            least_coverage: self.figures.least_coverage_ratio,
            anomaly_limits: self.figures.anomaly_limits()?,
            temperatures: self.figures.temperatures()?,
        })
    }

    /// The day figures are computed as of.
    pub fn as_of_or_today(&self) -> NaiveDate {
        self.as_of
            .unwrap_or_else(|| SettlementDay::of(Utc::now()).0)
    }
}

/// When rows that wait in memory are written to the lake. Offsets are committed only after that, so these limits decide how
/// much is read again after a crash.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct FlushConfig {
    /// Memory of the waiting rows that triggers a flush, in mebibytes. While one flush is under way, as much again may wait.
    pub waiting_mebibytes: usize,
    /// Seconds after the first of these rows that trigger a flush.
    pub seconds: u64,
    /// Objects in a folder that trigger a merge into one object.
    pub merge_at: usize,
    /// Seconds after which merged objects are deleted; readers that listed them are done by then.
    pub grace_seconds: u64,
    /// Memory for rows that were written last, in mebibytes, so that a correction needs no lookup in the lake.
    pub recent_mebibytes: usize,
}

impl Default for FlushConfig {
    fn default() -> Self {
        FlushConfig {
            waiting_mebibytes: 64,
            seconds: 30,
            merge_at: 8,
            grace_seconds: 60,
            recent_mebibytes: 64,
        }
    }
}

impl FlushConfig {
    pub(crate) fn waiting_bytes(&self) -> usize {
        self.waiting_mebibytes << 20
    }

    pub(crate) fn recent_bytes(&self) -> usize {
        self.recent_mebibytes << 20
    }

    pub(crate) fn age(&self) -> Duration {
        Duration::from_secs(self.seconds)
    }

    pub(crate) fn grace(&self) -> Duration {
        Duration::from_secs(self.grace_seconds)
    }
}

/// How figures are priced.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct FactorConfig {
    /// What replaces a factor that is not published yet.
    pub fallback: Fallback,
    /// Which year's factors price a period that is not a calendar year.
    pub year: YearChoice,
    /// A trust's own factors: a CSV file with the columns `trust,year,level1,item,route_or_fuel,unit,value,source`
    /// and perhaps `confirmed`.
    pub own: Option<PathBuf>,
}

impl FactorConfig {
    /// The published factors, overridden by the trusts' own.
    fn read(&self) -> Result<Factors, AggregateError> {
        let published = FactorSet::desnz()?;
        let Some(path) = &self.own else {
            return Ok(published.into());
        };
        let csv = read_file(path)?;
        Ok(Factors::with_own(
            published,
            &path.display().to_string(),
            &csv,
        )?)
    }
}

/// How figures are made, except for their factors.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct FigureConfig {
    /// Which census counts the pupils of an academic year.
    pub census: Census,
    /// The smallest share of the expected half-hours that every fuel needs for a claim.
    pub least_coverage_ratio: LeastCoverage,
    /// Daily mean temperatures, used to estimate gaps in gas: a CSV file with the columns `trust,day,mean_celsius`.
    pub temperatures: Option<PathBuf>,
    /// The limits beyond which readings count as anomalies.
    pub anomaly_limits: AnomalyLimits,
}

impl FigureConfig {
    fn anomaly_limits(&self) -> Result<AnomalyLimits, AggregateError> {
        self.anomaly_limits.check()?;
        Ok(self.anomaly_limits.clone())
    }

    fn temperatures(&self) -> Result<Temperatures, AggregateError> {
        let Some(path) = &self.temperatures else {
            return Ok(Temperatures::default());
        };
        let csv = read_file(path)?;
        Temperatures::parse(&csv).map_err(|source| AggregateError::Temperatures {
            path: path.clone(),
            source,
        })
    }
}

fn read_file(path: &Path) -> Result<String, AggregateError> {
    std::fs::read_to_string(path).map_err(|source| AggregateError::File {
        path: path.to_owned(),
        source,
    })
}
