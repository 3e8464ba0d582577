//! Configures how figures are made, except for their factors.

use std::path::PathBuf;

use footprint::{AnomalyLimits, Census, LeastCoverage, Temperatures};
use serde::Deserialize;

use crate::AggregateError;

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
    pub(super) fn anomaly_limits(&self) -> Result<AnomalyLimits, AggregateError> {
        self.anomaly_limits.check()?;
        Ok(self.anomaly_limits.clone())
    }

    pub(super) fn temperatures(&self) -> Result<Temperatures, AggregateError> {
        let Some(path) = &self.temperatures else {
            return Ok(Temperatures::default());
        };
        let csv = std::fs::read_to_string(path).map_err(|source| AggregateError::File {
            path: path.clone(),
            source,
        })?;
        Temperatures::parse(&csv).map_err(|source| AggregateError::Temperatures {
            path: path.clone(),
            source,
        })
    }
}
