//! The query parameters of requests, the same for the page and the API.

mod explanation;

use serde::Deserialize;
use utoipa::IntoParams;

use crate::period_selection::DEFAULT_PERIOD;
use crate::secr::Basis;

pub(crate) use explanation::{ExplanationQuery, explanation};

/// `?period=2025-26`
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct PeriodQuery {
    /// The period: an academic year such as `2025-26`, or `trailing-12-months`, which is the default. A page without this
    /// parameter shows the newest academic year if there are no figures of the trailing months.
    #[param(example = "2025-26")]
    pub period: Option<String>,
}

/// `?period=2025-26&trust=calder-vale`
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct SchoolsQuery {
    /// The period: an academic year such as `2025-26`, or `trailing-12-months`, which is the default.
    #[param(example = "2025-26")]
    pub period: Option<String>,
    /// The only trust whose schools are listed; without it, all trusts.
    pub trust: Option<String>,
}

/// `?period=2025-26&basis=filled`
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct ReportQuery {
    /// The academic year, such as `2024-25`; by default the last whole one.
    #[param(example = "2024-25")]
    pub period: Option<String>,
    /// What the report counts: the readings that came, or also an estimate for the gaps in gas and grid electricity.
    #[serde(default)]
    #[param(inline)]
    pub basis: Basis,
}

impl PeriodQuery {
    pub(crate) fn period(&self) -> &str {
        self.period.as_deref().unwrap_or(DEFAULT_PERIOD)
    }
}

impl SchoolsQuery {
    pub(crate) fn period(&self) -> &str {
        self.period.as_deref().unwrap_or(DEFAULT_PERIOD)
    }
}
