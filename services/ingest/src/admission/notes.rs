//! Notes for the sender on accepted events.

use events::Refusal;
use serde::Serialize;
use utoipa::ToSchema;

use crate::admission::{BatchOutcome, Refused, Tally};
use crate::decode::bad_values::BadValues;
use crate::identity::{Identity, bad_values_of};
use crate::rejected::payload::{self, RejectedPayload};

/// What a note is about. `check-digits`: a meter's number looks mistyped. `meter-moved`: a registration of the meter at another
/// school changed with this one. `bad-values`: impossible values, whose half-hours are missing; the other values are kept.
/// `date-order`: the order of day and month in the dates of a file was told from all its rows, or could be either.
/// `half-hours-in-part`: half-hours of which only some of the shorter intervals were sent. They are missing; a quarter of an hour is
/// kept until the other one comes. `heavy-load`: a load of waste is heavier than its bins when full; it is counted unchanged. `read-as`: values were read differently from
/// their label, by their meter's registration, or are kept in another unit. `registered-before`: the meter was registered at
/// this school before, from another day on. `rows-alike`: rows of a waste report that are the same as a row before, and count
/// too. `rows-left-alone`: rows of a file that its format leaves alone. `table-left-alone`: a table of a workbook or an archive
/// that has no known header. `totals`: rows of a file whose values do not add up to the total beside them. `unknown-names`: names
/// in the rows of a payload that the service's description does not know.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
#[schema(as = NoteAbout)]
pub(crate) enum About {
    /// A meter's number looks mistyped.
    CheckDigits,
    /// A meter's registration at another school changed with this one.
    MeterMoved,
    /// Impossible values, whose half-hours are missing.
    BadValues,
    /// The order of day and month in the dates of a file.
    DateOrder,
    /// Half-hours of which only some of the shorter intervals were sent. They are missing; a quarter of an hour is kept until the
    /// other one comes.
    HalfHoursInPart,
    /// A load of waste that is heavier than its bins when full.
    HeavyLoad,
    /// Values that were read differently from their label, by their meter's registration, or are kept in another unit.
    ReadAs,
    /// A meter that was registered at this school before, from another day on.
    RegisteredBefore,
    /// Rows of a waste report that are the same as a row before, and count too.
    RowsAlike,
    /// Rows of a file that its format leaves alone, such as those of reactive energy.
    RowsLeftAlone,
    /// A table of a workbook or an archive that has no known header.
    TableLeftAlone,
    /// Rows of a file whose values do not add up to the total beside them.
    Totals,
    /// Names in the rows of a payload that the service's description does not know.
    UnknownNames,
}

impl About {
    /// Everything a note can be about.
    pub(crate) const ALL: [About; 13] = [
        About::CheckDigits,
        About::MeterMoved,
        About::BadValues,
        About::DateOrder,
        About::HalfHoursInPart,
        About::HeavyLoad,
        About::ReadAs,
        About::RegisteredBefore,
        About::RowsAlike,
        About::RowsLeftAlone,
        About::TableLeftAlone,
        About::Totals,
        About::UnknownNames,
    ];

    /// The name in answers and metrics.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            About::CheckDigits => "check-digits",
            About::MeterMoved => "meter-moved",
            About::BadValues => "bad-values",
            About::DateOrder => "date-order",
            About::HalfHoursInPart => "half-hours-in-part",
            About::HeavyLoad => "heavy-load",
            About::ReadAs => "read-as",
            About::RegisteredBefore => "registered-before",
            About::RowsAlike => "rows-alike",
            About::RowsLeftAlone => "rows-left-alone",
            About::TableLeftAlone => "table-left-alone",
            About::Totals => "totals",
            About::UnknownNames => "unknown-names",
        }
    }
}

/// A note on an event, a row or a file that was accepted.
#[derive(Debug, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct Note {
    /// The event's place in the request, from 0. For a file the line, from 1 for the header, for a service's payload
    /// the number of the row or item, or 0 for the whole of either.
    pub(crate) index: usize,
    /// The event's id. For a file as in a refusal; without a line if the note is on the whole file.
    pub(crate) id: String,
    /// The event's source. For a file as in a refusal.
    pub(crate) source: String,
    /// What the note is about.
    pub(crate) about: About,
    /// The text, in sentences.
    pub(crate) note: String,
    /// The first five of the bad values; the note says how many there are. Left out of other notes. All of them are in the topic
    /// `rejected`: under the event's id and `#values`, or with the row of the file.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(min_items = 1, max_items = 5)]
    pub(crate) values: Vec<Refusal>,
    /// What the note counts, if it is about rows of a whole file: the sender of a file in parts adds these up.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(crate) tally: Option<Tally>,
}

impl BatchOutcome {
    /// Notes the bad values of an accepted event or row for the sender, and keeps them in `rejected`.
    pub(crate) fn note_bad_values(
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
            values: bad.first_refusals().to_vec(),
            tally: None,
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

    /// Adds a note on an accepted event or row, if there is a text.
    pub(crate) fn note(
        &mut self,
        index: usize,
        identity: &Identity,
        about: About,
        text: Option<String>,
    ) {
        let (source, id) = identity.clone();
        self.notes.extend(text.map(|note| Note {
            index,
            id,
            source,
            about,
            note,
            values: Vec::new(),
            tally: None,
        }));
    }
}
