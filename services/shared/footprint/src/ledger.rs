//! The ledger's rows: one per event and meter-day, or one per event. Kept, never edited.

mod columns;
mod day_sum;
mod events_frame;
mod readings_frame;
mod slots;
mod summed_frame;

use std::sync::Arc;

use chrono::NaiveDate;
use events::{Channel, EventType, MeterId, Place, Unit, Urn};

pub use day_sum::DaySum;
pub(crate) use day_sum::FLAT_FROM;
pub use events_frame::{events_from_frame, events_to_frame};
pub use readings_frame::{readings_from_frame, readings_to_frame};
pub use slots::{SlotMask, Slots};
pub use summed_frame::{SUMMED_COLUMNS, SummedRow, has_sums, summed_rows};

/// The origin of a row. Two loads of the same input differ at most in this.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Origin {
    /// When ingest received it, in microseconds since 1970.
    pub received: i64,
    /// Its position in the log.
    pub place: Place,
    /// The name of the token it was sent with.
    pub token: Arc<str>,
}

/// The name of an event: unique together.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Identity {
    /// The issuer.
    pub source: Arc<str>,
    /// Its id within the source.
    pub id: Box<str>,
}

/// The half-hours of a meter's day as one event reports them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MeterDay {
    /// The school it was sent for.
    pub urn: Urn,
    /// The meter.
    pub meter: MeterId,
    /// The channel.
    pub channel: Channel,
    /// The unit of the values.
    pub unit: Unit,
    /// The local day.
    pub day: NaiveDate,
    /// The values, and how each was obtained.
    pub slots: Slots,
    /// When the source issued it, in microseconds since 1970.
    pub issued: i64,
    /// Whether the source stated when it issued it; otherwise `issued` is the end of the period that the event or its file
    /// covers.
    pub issue_stated: bool,
    /// Its name.
    pub identity: Identity,
    /// Its origin.
    pub origin: Origin,
}

/// The meter, channel and day of a row of readings: rows with the same key make one view.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct DayKey {
    /// The meter.
    pub meter: MeterId,
    /// The channel.
    pub channel: Channel,
    /// The local day.
    pub day: NaiveDate,
}

impl MeterDay {
    /// The key of the row.
    pub fn key(&self) -> DayKey {
        DayKey {
            meter: self.meter.clone(),
            channel: self.channel,
            day: self.day,
        }
    }

    /// What the row takes in memory, in bytes, behind a shared pointer.
    pub fn bytes(&self) -> usize {
        SHARED_BYTES + size_of::<Self>() + self.identity.id.len() + self.slots.boxed_bytes()
    }

    /// Whether its content equals that of another row with the same name and time.
    pub fn has_same_content(&self, other: &MeterDay) -> bool {
        self.unit == other.unit
            && self.issue_stated == other.issue_stated
            && self.slots == other.slots
    }
}

/// The two counters of an `Arc`.
const SHARED_BYTES: usize = 2 * size_of::<usize>();

/// An event of any other topic, as received.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LedgerEvent {
    /// The school.
    pub urn: Urn,
    /// Its type.
    pub kind: EventType,
    /// The local day it is about, which decides the month of its folder.
    pub day: NaiveDate,
    /// When the source issued it, in microseconds since 1970.
    pub issued: i64,
    /// Its name.
    pub identity: Identity,
    /// Its data as JSON.
    pub data: Box<str>,
    /// Its origin.
    pub origin: Origin,
}

impl LedgerEvent {
    /// What the row takes in memory, in bytes.
    pub fn bytes(&self) -> usize {
        size_of::<Self>() + self.identity.id.len() + self.data.len()
    }
}
