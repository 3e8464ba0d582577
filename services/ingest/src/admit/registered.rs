//! What follows from a registration that was taken: other schools' registrations of the meter, and notes.

use events::{Data, Event, SettlementDay};

use super::{Admitted, Court};
use crate::notes::{About, Note};
use crate::records::of_event;
use crate::register::{Draft, Owners, Settled};

/// Takes a registration into the draft, with all that follows from it.
pub(super) fn registered(
    index: usize,
    event: Event,
    draft: &mut Draft<'_>,
    court: &Court<'_>,
    admitted: &mut Admitted,
) {
    draft.apply(&event, court.now);
    if let Data::MeterRegistered(meter) = &event.data {
        let note = |(about, note)| Note {
            index,
            id: event.id.clone(),
            source: event.source.clone(),
            about,
            note,
            values: Vec::new(),
        };
        let doubt = meter.meter.doubt();
        let doubt = doubt.map(|doubt| (About::CheckDigits, format!("{}: {doubt}", meter.meter)));
        admitted.notes.extend(doubt.map(note));
        let entry = draft.meter(&meter.meter);
        for settled in entry.map_or_else(Vec::new, |entry| entry.unsettled()) {
            let Some(record) = of_event(&court.stamp(), &settled.event) else {
                continue;
            };
            let told = told(&settled, court);
            draft.apply(&settled.event, court.now);
            admitted.records.push(record);
            admitted.registrations.push(settled.event);
            admitted.notes.push(note((About::MeterMoved, told)));
        }
    }
    admitted.registrations.push(event);
}

/// What was settled, and what is left to do where readings of days that changed their school may have come.
fn told(settled: &Settled, court: &Court<'_>) -> String {
    let told = &settled.told;
    let today = SettlementDay::of(court.now).0;
    match settled.since.filter(|since| *since <= today) {
        None => told.clone(),
        Some(since) => format!(
            "{told}. Readings of {since} and later that came before this count nowhere until `greenledger reassign` \
             moves them"
        ),
    }
}
