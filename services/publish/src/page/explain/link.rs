//! The addresses of questions.

use chrono::NaiveDate;
use events::MeterId;
use footprint::Footprint;
use maud::{Markup, html};

use crate::explain::Explanation;
use crate::format;

/// The address of a question.
#[derive(Debug, Clone)]
pub(super) struct To {
    urn: events::Urn,
    period: String,
    figure: String,
    meter: Option<String>,
    month: Option<String>,
    day: Option<NaiveDate>,
}

/// A `explanation?` beside a figure of a school.
pub(in crate::page) fn link(school: &Footprint, figure: &str) -> Markup {
    to(&To::figure(school, figure), &format::label(figure))
}

/// The same beside a meter.
pub(in crate::page) fn of_meter(school: &Footprint, meter: &MeterId) -> Markup {
    to(
        &To::figure(school, "coverage").meter(meter.as_str()),
        meter.as_str(),
    )
}

/// A link for any question; `about` names the subject of the question for screen readers.
pub(super) fn to(to: &To, about: &str) -> Markup {
    html! {
        a .explanation rel="nofollow" href=(to.address()) aria-label=(format!("explain {about}")) { "explain" }
    }
}

impl To {
    pub(super) fn figure(school: &Footprint, figure: &str) -> Self {
        To {
            urn: school.urn,
            period: school.period.key(),
            figure: figure.to_owned(),
            meter: None,
            month: None,
            day: None,
        }
    }

    /// The figure an answer is about.
    pub(super) fn of(explanation: &Explanation) -> Self {
        To {
            urn: explanation.urn,
            period: explanation.period.clone(),
            figure: explanation.question.figure.clone(),
            meter: None,
            month: None,
            day: None,
        }
    }

    /// Adds the meter, month and day of an answer.
    pub(super) fn deep(self, explanation: &Explanation) -> Self {
        To {
            meter: explanation.question.meter.clone(),
            month: explanation.question.month.clone(),
            day: explanation.question.day,
            ..self
        }
    }

    pub(super) fn figure_named(self, figure: &str) -> Self {
        let figure = figure.to_owned();
        To { figure, ..self }
    }

    pub(super) fn meter(self, meter: &str) -> Self {
        let meter = Some(meter.to_owned());
        To { meter, ..self }
    }

    pub(super) fn month(self, month: &str) -> Self {
        let (month, day) = (Some(month.to_owned()), None);
        To { month, day, ..self }
    }

    pub(super) fn day(self, day: NaiveDate) -> Self {
        let (month, day) = (None, Some(day));
        To { month, day, ..self }
    }

    /// The address of the page.
    pub(super) fn address(&self) -> String {
        format!("/schools/{}/explain?{}", self.urn, self.query())
    }

    /// The address of the same answer as JSON.
    pub(super) fn api_address(&self) -> String {
        format!("/api/v1/schools/{}/explain?{}", self.urn, self.query())
    }

    /// The query string. Periods, figures, meters and days consist of letters, digits and signs that need no escaping.
    fn query(&self) -> String {
        let mut query = format!("period={}&figure={}", self.period, self.figure);
        let day = self.day.map(|day| day.to_string());
        let deeper = [
            ("meter", &self.meter),
            ("month", &self.month),
            ("day", &day),
        ];
        for (name, value) in deeper {
            if let Some(value) = value {
                query += &format!("&{name}={value}");
            }
        }
        query
    }
}
