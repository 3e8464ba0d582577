//! The query parameters of requests, the same for the page and the API.

mod explanation;

use serde::Deserialize;

use crate::period_selection::DEFAULT_PERIOD;
use crate::secr::Basis;

pub(crate) use explanation::{ExplanationQuery, explanation};

/// `?period=2025-26&trust=calder-vale`
#[derive(Debug, Default, Deserialize)]
pub(crate) struct PeriodQuery {
    pub period: Option<String>,
    pub trust: Option<String>,
}

impl PeriodQuery {
    pub(crate) fn period(&self) -> &str {
        self.period.as_deref().unwrap_or(DEFAULT_PERIOD)
    }
}

/// `?period=2025-26&basis=filled`
#[derive(Debug, Default, Deserialize)]
pub(crate) struct ReportQuery {
    pub period: Option<String>,
    #[serde(default)]
    pub basis: Basis,
}
