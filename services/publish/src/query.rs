//! The query parameters of requests, the same for the page and the API.

use std::sync::Arc;

use axum::http::StatusCode;
use footprint::Footprint;
use serde::Deserialize;
use utoipa::IntoParams;

use crate::app::{App, Seen};
use crate::explain::{self, ExplainError, Explanation, InvalidQuestion, Question};
use crate::period_selection::{self, DEFAULT_PERIOD};
use crate::secr::Basis;

/// `?period=2025-26`
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct PeriodQuery {
    /// The period: an academic year such as `2025-26`, or `trailing-12-months`, which is the default. A page without this
    /// parameter shows the newest academic year if there are no figures of the trailing months.
    #[param(example = "2025-26")]
    pub period: Option<String>,
}

/// `?period=2025-26&grid=2026-03`
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct SchoolQuery {
    /// The period: an academic year such as `2025-26`, or `trailing-12-months`, which is the default. Without this parameter
    /// the page shows the newest academic year if there are no figures of the trailing months.
    #[param(example = "2025-26")]
    pub period: Option<String>,
    /// The month by whose intensities of the grid the school's electricity is shown; without it, or if it cannot be read, the last
    /// 28 whole days with readings.
    #[param(pattern = "^[0-9]{4}-[0-9]{2}$", example = "2026-03")]
    pub grid: Option<String>,
}

/// `?period=2025-26&q=moorside&page=2`
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct ListQuery {
    /// The period: an academic year such as `2025-26`, or `trailing-12-months`, which is the default. Without this parameter
    /// the page shows the newest academic year if there are no figures of the trailing months.
    #[param(example = "2025-26")]
    pub period: Option<String>,
    /// What to search the list for: only rows with all of these words in the name, the URN or the trust's id.
    #[param(example = "moorside")]
    pub q: Option<String>,
    /// Which hundred rows of the list. 0 is taken as 1, and more than there are as the last.
    #[param(minimum = 1, default = 1)]
    pub page: Option<u32>,
}

/// `?period=2025-26&limit=100&after=900021`
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct TrustQuery {
    /// The period: an academic year such as `2025-26`, or `trailing-12-months`, which is the default.
    #[param(example = "2025-26")]
    pub period: Option<String>,
    /// The most schools in the answer; all without it. 0 is taken as 1, and more than 1,000 as 1,000.
    #[param(minimum = 1, maximum = 1000)]
    pub limit: Option<u32>,
    /// Only schools after this one: `next` of the answer before.
    pub after: Option<String>,
}

/// `?limit=100&after=calder-vale`
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct TrustsQuery {
    /// The most trusts in the answer; all without it. 0 is taken as 1, and more than 1,000 as 1,000.
    #[param(minimum = 1, maximum = 1000)]
    pub limit: Option<u32>,
    /// Only trusts after this one: `next` of the answer before.
    pub after: Option<String>,
}

/// `?period=2025-26&trust=calder-vale&limit=100&after=calder-vale/900021`
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct SchoolsQuery {
    /// The period: an academic year such as `2025-26`, or `trailing-12-months`, which is the default.
    #[param(example = "2025-26")]
    pub period: Option<String>,
    /// The only trust whose schools are listed; without it, all trusts.
    pub trust: Option<String>,
    /// The most schools in the answer; all without it. 0 is taken as 1, and more than 1,000 as 1,000.
    #[param(minimum = 1, maximum = 1000)]
    pub limit: Option<u32>,
    /// Only schools after this one: `next` of the answer before.
    pub after: Option<String>,
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

/// `?classes=3A,3B`
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct TallyQuery {
    /// The classes that get a sheet each, parted by commas; at most 60. Without it there is one sheet, for any class.
    #[param(example = "3A, 3B")]
    pub classes: Option<String>,
}

impl PeriodQuery {
    pub(crate) fn period(&self) -> &str {
        self.period.as_deref().unwrap_or(DEFAULT_PERIOD)
    }
}

impl TrustQuery {
    pub(crate) fn period(&self) -> &str {
        self.period.as_deref().unwrap_or(DEFAULT_PERIOD)
    }
}

impl SchoolsQuery {
    pub(crate) fn period(&self) -> &str {
        self.period.as_deref().unwrap_or(DEFAULT_PERIOD)
    }
}

/// `?period=2025-26&figure=gas&meter=mprn:3938424403&month=2026-03&day=2026-03-04`
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct ExplanationQuery {
    /// The period: an academic year such as `2025-26`, or `trailing-12-months`. By default the trailing months; if there are
    /// no figures of them, the newest academic year.
    #[param(example = "2025-26")]
    period: Option<String>,
    /// The figure: `intensity` (the default), `gross`, `voluntary`, `pupils`, `coverage`, `waste`, `stars`, `initiatives`,
    /// `survey_pupil`, `survey_staff`, `evidence`, `evidence_` and the number of a target, or the item of a line such as `gas`.
    /// The answer to a figure that does not exist lists those that do.
    #[param(example = "gas")]
    figure: Option<String>,
    /// One meter of the figure: its months.
    #[param(pattern = "^(mpan:[0-9]{13}|mprn:[0-9]{6,11}|serial:[A-Za-z0-9_.-]{1,32})$")]
    meter: Option<String>,
    /// One month: its days, of the meter or of all meters of the figure.
    #[param(pattern = "^[0-9]{4}-[0-9]{2}$")]
    month: Option<String>,
    /// One day: every half-hour with all values that were sent for it.
    #[param(format = Date)]
    day: Option<String>,
}

/// A question that could not be answered.
#[derive(Debug)]
pub(crate) enum Unanswered {
    /// The question cannot be parsed.
    Unreadable(String),
    /// The question is about something that does not exist.
    Missing(String),
    /// The ledger cannot be read at the moment.
    Unavailable,
}

impl Unanswered {
    /// The status and text of the response.
    pub(crate) fn response(self) -> (StatusCode, String) {
        match self {
            Unanswered::Unreadable(why) => (StatusCode::BAD_REQUEST, why),
            Unanswered::Missing(what) => (StatusCode::NOT_FOUND, what),
            Unanswered::Unavailable => {
                let why = "the ledger cannot be read at the moment; try again";
                (StatusCode::SERVICE_UNAVAILABLE, why.to_owned())
            }
        }
    }
}

impl From<InvalidQuestion> for Unanswered {
    fn from(error: InvalidQuestion) -> Self {
        Unanswered::Missing(error.to_string())
    }
}

/// The answer, and the footprint it is about.
pub(crate) async fn explanation(
    app: &App,
    seen: &Seen,
    urn: &str,
    query: ExplanationQuery,
) -> Result<(Arc<Footprint>, Explanation), Unanswered> {
    let question = query.question()?;
    let footprints = period_selection::of_school(&seen.schools, urn);
    let Some(school) = period_selection::pick_footprint(&footprints, query.period.as_deref())
    else {
        let periods: Vec<String> = footprints
            .iter()
            .map(|footprint| footprint.period.key())
            .collect();
        return Err(Unanswered::Missing(match periods.as_slice() {
            [] => format!("no school has URN {urn:?}"),
            _ => format!(
                "no figures over that period; there are {}",
                periods.join(", ")
            ),
        }));
    };
    let reading = explain::explain(app.ledger.lake(), school, &question, seen.disclosure());
    match app.ledger.in_time(reading).await {
        Some(Ok(found)) => {
            let baseline = app.config.baseline(&school.trust.id);
            Ok((school.clone(), found.beside(school, &baseline)))
        }
        Some(Err(ExplainError::InvalidQuestion(error))) => Err(error.into()),
        Some(Err(error)) => {
            tracing::warn!(
                urn,
                error = chassis::chain(&error),
                "a figure cannot be explained"
            );
            Err(Unanswered::Unavailable)
        }
        None => {
            tracing::warn!(urn, "a figure cannot be explained in time");
            Err(Unanswered::Unavailable)
        }
    }
}

impl ExplanationQuery {
    fn question(&self) -> Result<Question, Unanswered> {
        fn read<T: std::str::FromStr>(
            name: &str,
            text: Option<&String>,
            written: &str,
        ) -> Result<Option<T>, Unanswered> {
            let unreadable = |text: &String| {
                Unanswered::Unreadable(format!("{name} is written {written}, not {text:?}"))
            };
            text.map(|text| text.parse().map_err(|_| unreadable(text)))
                .transpose()
        }
        Ok(Question {
            figure: self.figure.clone(),
            meter: read(
                "meter",
                self.meter.as_ref(),
                "mpan:, mprn: or serial: and its number",
            )?,
            month: read("month", self.month.as_ref(), "2026-03")?,
            day: read("day", self.day.as_ref(), "2026-03-04")?,
        })
    }
}
