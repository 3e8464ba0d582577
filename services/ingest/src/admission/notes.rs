//! Notes for the sender on accepted events.

use events::Refusal;
use serde::Serialize;

use crate::admission::{BatchOutcome, Refused};
use crate::decode::bad_values::BadValues;
use crate::identity::{Identity, bad_values_of};
use crate::rejected::payload::{self, RejectedPayload};

/// What a note is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum About {
    /// A meter's number looks mistyped.
    CheckDigits,
    /// A meter's registration at another school changed with this one.
    MeterMoved,
    /// Impossible values, whose half-hours are missing.
    BadValues,
    /// The order of day and month in the dates of a file.
    DateOrder,
    /// A load of waste that is heavier than its bins when full.
    HeavyLoad,
    /// Values that were read differently from their label, by their meter's registration, or are kept in another unit.
    ReadAs,
    /// A meter that was registered at this school before, from another day on.
    RegisteredBefore,
}

impl About {
    /// Everything a note can be about.
    pub(crate) const ALL: [About; 7] = [
        About::CheckDigits,
        About::MeterMoved,
        About::BadValues,
        About::DateOrder,
        About::HeavyLoad,
        About::ReadAs,
        About::RegisteredBefore,
    ];

    /// The name in answers and metrics.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            About::CheckDigits => "check-digits",
            About::MeterMoved => "meter-moved",
            About::BadValues => "bad-values",
            About::DateOrder => "date-order",
            About::HeavyLoad => "heavy-load",
            About::ReadAs => "read-as",
            About::RegisteredBefore => "registered-before",
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
    /// The text, as a sentence.
    pub(crate) note: String,
    /// The first of the values concerned, if the note is about values.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) values: Vec<Refusal>,
}

impl BatchOutcome {
    /// Notes the bad values of an accepted event or row for the sender, and keeps them in `rejected`.
    pub(crate) fn tell_bad_values(
        &mut self,
        index: usize,
        identity: &Identity,
        bad: BadValues,
        event: impl FnOnce(&BadValues) -> Option<RejectedPayload>,
    ) {
        if bad.is_empty() {
            return;
        }
        for (rule, count) in &bad.by_rule {
            *self.bad_values.entry(*rule).or_default() += count;
        }
        self.notes.push(Note {
            index,
            source: identity.0.clone(),
            id: identity.1.clone(),
            about: About::BadValues,
            note: bad.sentence(),
            values: bad.named().to_vec(),
        });
        self.refused.push(Refused {
            index,
            count: 0,
            identity: Some(bad_values_of(identity)),
            event: event(&bad).unwrap_or_else(|| payload::json(&())),
            refusals: bad.into_refusals(),
            sha256: None,
        });
    }

    /// Notes for the sender how the values of an event or row were converted, if they were not kept as received.
    pub(crate) fn tell_read_as(&mut self, index: usize, identity: &Identity, told: Option<String>) {
        let (source, id) = identity.clone();
        self.notes.extend(told.map(|note| Note {
            index,
            id,
            source,
            about: About::ReadAs,
            note,
            values: Vec::new(),
        }));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn openapi_names_everything_a_note_can_be_about() {
        let openapi = include_str!("../../../../schemas/openapi.json");
        let openapi: serde_json::Value = serde_json::from_str(openapi).unwrap();
        let described = &openapi["components"]["schemas"]["Note"]["properties"]["about"]["enum"];
        assert_eq!(*described, serde_json::json!(About::ALL.map(About::as_str)));
        assert_eq!(*described, serde_json::json!(About::ALL));
    }

    #[test]
    fn a_note_is_as_openapi_describes_it() {
        let openapi = include_str!("../../../../schemas/openapi.json");
        let openapi: serde_json::Value = serde_json::from_str(openapi).unwrap();
        let schemas = &openapi["components"]["schemas"];
        let note = schemas["Note"].clone();
        let refusal = schemas["Refusal"].clone();
        let schema = serde_json::json!({
            "$ref": "#/components/schemas/Note",
            "components": { "schemas": { "Note": note, "Refusal": refusal } },
        });
        let schema = jsonschema::validator_for(&schema).unwrap();
        let values = |count: usize| {
            let refusal = Refusal::new("/row/2", events::Rule::Negative, "kWh_3: -1", "hint");
            vec![refusal; count]
        };
        let check = |about, values: Vec<Refusal>, wanted: bool| {
            let note = Note {
                index: 2,
                id: "1".to_owned(),
                source: "s".to_owned(),
                about,
                note: "A note.".to_owned(),
                values,
            };
            let written = serde_json::to_value(&note).unwrap();
            assert_eq!(schema.is_valid(&written), wanted, "{written}");
        };
        for about in About::ALL {
            check(about, Vec::new(), true);
        }
        check(About::BadValues, values(1), true);
        check(About::BadValues, values(5), true);
        check(About::BadValues, values(6), false);
    }
}
