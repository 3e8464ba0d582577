//! What is scraped where.

use serde::Deserialize;

/// `[metrics]`
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct MetricsConfig {
    /// Where the figures of trusts are.
    pub figures: FigureMetrics,
}

/// Where Prometheus finds the figures of trusts.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FigureMetrics {
    /// In `/metrics`, of all trusts, and of each at `/metrics/trusts/{trust}`.
    #[default]
    Together,
    /// At `/metrics/trusts/{trust}` alone; `/metrics` has what the service reports about itself.
    ByTrust,
}
