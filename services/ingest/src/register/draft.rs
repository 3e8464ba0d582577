//! The register with the events of a request applied before they are kept: later items of a batch see earlier ones.

use chrono::{DateTime, Utc};
use events::{Event, MeterId, Urn};

use super::{MeterEntry, Owners, Register, SchoolEntry};

/// A register with changes that only its owner sees. Only the entries that change are copied.
pub(crate) struct Draft<'a> {
    base: &'a Register,
    changed: Register,
}

impl<'a> Draft<'a> {
    pub(crate) fn of(base: &'a Register) -> Self {
        Draft {
            base,
            changed: Register::default(),
        }
    }

    pub(crate) fn apply(&mut self, event: &Event, received: DateTime<Utc>) {
        if let Some(urn) = event.subject
            && let Some(known) = self.base.schools.get(&urn)
        {
            self.changed
                .schools
                .entry(urn)
                .or_insert_with(|| known.clone());
        }
        if let events::Data::MeterRegistered(meter) = &event.data
            && let Some(known) = self.base.meters.get(&meter.meter)
        {
            self.changed
                .meters
                .entry(meter.meter.clone())
                .or_insert_with(|| known.clone());
        }
        self.changed.apply(event, received);
    }
}

impl Owners for Draft<'_> {
    fn school(&self, urn: Urn) -> Option<&SchoolEntry> {
        self.changed.school(urn).or_else(|| self.base.school(urn))
    }

    fn meter(&self, meter: &MeterId) -> Option<&MeterEntry> {
        self.changed.meter(meter).or_else(|| self.base.meter(meter))
    }
}
