//! Why a figure is what it is, over the API.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use footprint::Footprint;
use serde::Deserialize;
use serde_json::json;

use crate::app::{App, Seen};
use crate::explain::{self, CannotSay, ExplainError, Question, Why};
use crate::period_selection;

/// `?period=2025-26&figure=gas&meter=mprn:3938424403&month=2026-03&day=2026-03-04`
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Asked {
    period: Option<String>,
    figure: Option<String>,
    meter: Option<String>,
    month: Option<String>,
    day: Option<String>,
}

/// A question that is not answered.
#[derive(Debug)]
pub(crate) enum NotAnswered {
    /// It cannot be read.
    Unreadable(String),
    /// It is about something that is not there.
    Missing(String),
    /// The ledger cannot be read just now.
    Unavailable,
}

impl NotAnswered {
    /// As it is told.
    pub(crate) fn told(self) -> (StatusCode, String) {
        match self {
            NotAnswered::Unreadable(why) => (StatusCode::BAD_REQUEST, why),
            NotAnswered::Missing(what) => (StatusCode::NOT_FOUND, what),
            NotAnswered::Unavailable => {
                let why = "the ledger cannot be read at the moment; try again";
                (StatusCode::SERVICE_UNAVAILABLE, why.to_owned())
            }
        }
    }
}

impl From<CannotSay> for NotAnswered {
    fn from(cannot: CannotSay) -> Self {
        NotAnswered::Missing(cannot.to_string())
    }
}

/// `GET /api/v1/schools/{urn}/why?period=&figure=&meter=&month=&day=`: from a figure down to the events behind it.
pub(crate) async fn why(
    State(app): State<Arc<App>>,
    seen: Seen,
    Path(urn): Path<String>,
    Query(asked): Query<Asked>,
) -> Response {
    match answered(&app, &seen, &urn, asked).await {
        Ok((_, why)) => Json(why).into_response(),
        Err(refused) => {
            let (status, error) = refused.told();
            (status, Json(json!({ "error": error }))).into_response()
        }
    }
}

/// The answer, and the footprint it is about.
pub(crate) async fn answered(
    app: &App,
    seen: &Seen,
    urn: &str,
    asked: Asked,
) -> Result<(Arc<Footprint>, Why), NotAnswered> {
    let question = asked.question()?;
    let held = period_selection::of_school(&seen.schools, urn);
    let Some(school) = period_selection::pick_footprint(&held, asked.period.as_deref()) else {
        let periods: Vec<String> = held.iter().map(|held| held.period.key()).collect();
        return Err(NotAnswered::Missing(match periods.as_slice() {
            [] => format!("no school has URN {urn:?}"),
            _ => format!(
                "no figures over that period; there are {}",
                periods.join(", ")
            ),
        }));
    };
    let reading = explain::why(app.ledger.lake(), school, &question, seen.disclosure());
    match app.ledger.in_time(reading).await {
        Some(Ok(why)) => {
            let baseline = app.config.baseline(&school.trust.id);
            Ok((school.clone(), why.beside(school, &baseline)))
        }
        Some(Err(ExplainError::CannotSay(cannot))) => Err(cannot.into()),
        Some(Err(error)) => {
            tracing::warn!(
                urn,
                error = chassis::chain(&error),
                "a figure cannot be explained"
            );
            Err(NotAnswered::Unavailable)
        }
        None => {
            tracing::warn!(urn, "a figure cannot be explained in time");
            Err(NotAnswered::Unavailable)
        }
    }
}

impl Asked {
    fn question(&self) -> Result<Question, NotAnswered> {
        fn read<T: std::str::FromStr>(
            name: &str,
            text: Option<&String>,
            written: &str,
        ) -> Result<Option<T>, NotAnswered> {
            let unreadable = |text: &String| {
                NotAnswered::Unreadable(format!("{name} is written {written}, not {text:?}"))
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
