//! What follows from a registration that was taken: other schools' registrations of the meter, and notes.

use events::{Data, Event};

use super::Admitted;
use crate::notes::{About, Note};
use crate::records::{Stamp, of_event};
use crate::register::{Draft, Owners};

/// Takes a registration into the draft, with all that follows from it.
pub(super) fn registered(
    index: usize,
    event: Event,
    draft: &mut Draft<'_>,
    stamp: &Stamp<'_>,
    admitted: &mut Admitted,
) {
    draft.apply(&event);
    if let Data::MeterRegistered(meter) = &event.data {
        let note = |(about, note)| Note {
            index,
            id: event.id.clone(),
            source: event.source.clone(),
            about,
            note,
        };
        let doubt = meter.meter.doubt();
        let doubt = doubt.map(|doubt| (About::CheckDigits, format!("{}: {doubt}", meter.meter)));
        admitted.notes.extend(doubt.map(note));
        let entry = draft.meter(&meter.meter);
        for settled in entry.map_or_else(Vec::new, |entry| entry.unsettled()) {
            let Some(record) = of_event(stamp, &settled.event) else {
                continue;
            };
            draft.apply(&settled.event);
            admitted.records.push(record);
            admitted.registrations.push(settled.event);
            admitted.notes.push(note((About::MeterMoved, settled.told)));
        }
    }
    admitted.registrations.push(event);
}
