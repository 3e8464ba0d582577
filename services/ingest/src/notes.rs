//! What a sender is told beside an event that was taken.

use events::Refusal;
use serde::Serialize;

/// What a note is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum About {
    /// A meter's number looks mistyped.
    CheckDigits,
    /// A meter's registration at another school changed with this one.
    MeterMoved,
    /// Values that cannot be, whose half-hours are missing.
    BadValues,
    /// Day and month in the days of a file.
    DateOrder,
}

impl About {
    /// Everything a note can be about.
    pub(crate) const ALL: [About; 4] = [
        About::CheckDigits,
        About::MeterMoved,
        About::BadValues,
        About::DateOrder,
    ];

    /// As it stands in answers and metrics.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            About::CheckDigits => "check-digits",
            About::MeterMoved => "meter-moved",
            About::BadValues => "bad-values",
            About::DateOrder => "date-order",
        }
    }
}

/// A note on one event.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Note {
    /// The event's place in the request, from 0.
    pub(crate) index: usize,
    pub(crate) id: String,
    pub(crate) source: String,
    pub(crate) about: About,
    /// A sentence.
    pub(crate) note: String,
    /// The first of the values it is about, if it is about values.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) values: Vec<Refusal>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn openapi_names_everything_a_note_can_be_about() {
        let openapi = include_str!("../../../schemas/openapi.json");
        let openapi: serde_json::Value = serde_json::from_str(openapi).unwrap();
        let described = &openapi["components"]["schemas"]["Note"]["properties"]["about"]["enum"];
        assert_eq!(*described, serde_json::json!(About::ALL.map(About::as_str)));
        assert_eq!(*described, serde_json::json!(About::ALL));
    }
}
