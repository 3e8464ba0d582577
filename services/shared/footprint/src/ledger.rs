//! The ledger's rows: one per event and meter-day, or one per event. Kept, never edited.

mod columns;
mod events_frame;
mod readings_frame;

use std::sync::Arc;

use chrono::NaiveDate;
use events::{Channel, EventType, MAX_SLOTS, MeterId, Place, Quantity, Unit, Urn};

pub use events_frame::{events_from_frame, events_to_frame};
pub use readings_frame::{readings_from_frame, readings_to_frame};

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
    /// The unit of the slots.
    pub unit: Unit,
    /// The local day.
    pub day: NaiveDate,
    /// Millionths of the unit per half-hour; none if nothing was measured, or the day has no such half-hour.
    pub slots: [Option<Quantity>; MAX_SLOTS],
    /// A quality letter per half-hour, `-` if there is no value.
    pub quality: [u8; MAX_SLOTS],
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

    /// Whether its content equals that of another row with the same name and time.
    pub fn has_same_content(&self, other: &MeterDay) -> bool {
        self.unit == other.unit
            && self.issue_stated == other.issue_stated
            && self.slots == other.slots
            && self.quality == other.quality
    }
}

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
