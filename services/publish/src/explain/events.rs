//! The events behind a figure that no meter measures.

mod measured;
mod people;
mod travel;

use chrono::NaiveDate;
use events::EventType;
use footprint::Days;
use serde::Serialize;
use utoipa::ToSchema;

use super::{Amount, Provenance};
use crate::explain::event_text::event_text;
use crate::explain::source_events::SourceEvent;

pub(super) use measured::{of_lines, waste};
pub(super) use people::{evidence, meter, roll, stars};
pub(super) use travel::{commuting, initiatives, surveys};

/// An event, its content, and whether it counts.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct EventAnswer {
    /// Its type, such as `waste.collected.v1`.
    #[serde(rename = "type")]
    pub kind: EventType,
    /// The local day it is about.
    pub day: NaiveDate,
    /// The content of the event, in a sentence.
    pub text: String,
    /// Whether it counts in the figure.
    pub counts: bool,
    /// Why it counts or does not.
    pub because: String,
    /// How much it contributes to the figure, in `unit`; none if the figure is not a sum of events.
    pub quantity: Option<Amount>,
    /// The unit of `quantity`.
    pub unit: Option<String>,
    /// The id of the event that it replaces, of the same source.
    pub replaces: Option<String>,
    /// The id of the event that replaces it, of the same source.
    pub replaced_by: Option<String>,
    /// The event.
    #[serde(flatten)]
    pub event: Provenance,
}

/// Whether an event counts, and why.
type Verdict = (bool, String);

fn answer(event: &SourceEvent, counted: Days, (counts, because): Verdict) -> EventAnswer {
    let (counts, because) = match &event.replaced_by {
        _ if event.aside => {
            let why = "an earlier event has this source and id";
            (false, why.to_owned())
        }
        Some(id) => (false, format!("replaced by {id}")),
        None => (counts, because),
    };
    EventAnswer {
        kind: event.kind(),
        day: event.school_event.day,
        text: event_text(&event.school_event.data, counted),
        counts,
        because,
        quantity: None,
        unit: None,
        replaces: event.replaces().map(str::to_owned),
        replaced_by: event.replaced_by.clone(),
        event: Provenance::from(&event.row),
    }
}

fn counts(because: &str) -> Verdict {
    (true, because.to_owned())
}

fn yields(because: &str) -> Verdict {
    (false, because.to_owned())
}
