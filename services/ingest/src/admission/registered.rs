//! The consequences of an accepted registration: changes to other schools' registrations of the meter, and notes.

use events::{Data, Event, MeterRegistered, Refusal, Rule, SettlementDay, Urn};

use super::{AdmissionContext, BatchOutcome};
use crate::admission::notes::{About, Note};
use crate::records::of_event;
use crate::register::{Draft, Issued, Owners, Settled};
use crate::rules::Fault;

/// Adds a registration to the draft, with all its consequences.
pub(super) fn registered(
    index: usize,
    event: Event,
    draft: &mut Draft<'_>,
    context: &AdmissionContext<'_>,
    outcome: &mut BatchOutcome,
) {
    let before = before(&event, draft, context);
    draft.apply(&event, context.now);
    if let Data::MeterRegistered(meter) = &event.data {
        let note = |(about, note)| Note {
            index,
            id: event.id.clone(),
            source: event.source.clone(),
            about,
            note,
            values: Vec::new(),
            tally: None,
        };
        let doubt = meter.meter.doubt();
        let doubt = doubt.map(|doubt| (About::CheckDigits, format!("{}: {doubt}", meter.meter)));
        outcome.notes.extend(doubt.map(note));
        outcome.notes.extend(before.into_iter().map(note));
        let entry = draft.meter(&meter.meter);
        for settled in entry.map_or_else(Vec::new, |entry| entry.unsettled()) {
            let Some(record) = of_event(&context.stamp(), &settled.event) else {
                continue;
            };
            let text = describe(&settled, context);
            draft.apply(&settled.event, context.now);
            outcome.records.push(record);
            outcome.registrations.push(settled.event);
            outcome.notes.push(note((About::MeterMoved, text)));
        }
    }
    outcome.registrations.push(event);
}

/// A note on a meter's earlier registrations at the school, if this one changes anything.
fn before(
    event: &Event,
    register: &impl Owners,
    context: &AdmissionContext<'_>,
) -> Vec<(About, String)> {
    let (Data::MeterRegistered(meter), Some(urn)) = (&event.data, event.subject) else {
        return Vec::new();
    };
    let Some(entry) = register.meter(&meter.meter) else {
        return Vec::new();
    };
    if entry.is_outdated(urn, meter.from, &Issued::by(event)) || meter.is_taken_back() {
        return Vec::new();
    }
    let mut notes = Vec::new();
    let at_school = entry.at(urn);
    let earlier = at_school
        .iter()
        .find(|(run, stands)| stands.from < meter.from && run.contains(&meter.from));
    if let Some((run, _)) = earlier {
        let (id, first, next) = (&meter.meter, run.start(), meter.from);
        notes.push((
            About::RegisteredBefore,
            format!(
                "{id} is registered at {urn} from {first} too, which now stands until the day before {next}; if that was wrong, \
                 take it back with `from` {first} and as `to` the day before it"
            ),
        ));
    }
    let stood = entry.on(meter.from).map(|(_, stands)| stands);
    let today = SettlementDay::of(context.now).0;
    let reads = |one: &MeterRegistered| (one.unit, one.direction, one.statuses.clone());
    let is_read_otherwise = stood.is_some_and(|stands| reads(stands) != reads(meter));
    if is_read_otherwise && meter.from <= today {
        notes.push((
            About::ReadAs,
            format!(
                "readings of {} and later that came before this stay as they were read then; take them back with `greenledger \
                 withdraw` and send them again with a later time where they were wrong",
                meter.from
            ),
        ));
    }
    notes
}

/// Whether a meter measures the same as in its registrations elsewhere: a number stands for one meter, which measures one
/// thing.
pub(super) fn measures_the_same(
    urn: Urn,
    meter: &MeterRegistered,
    register: &impl Owners,
) -> Result<(), Refusal> {
    let entry = register.meter(&meter.meter);
    let other = entry.and_then(|entry| entry.of_another_fuel(urn, meter));
    let Some((school, other)) = other.filter(|_| !meter.is_taken_back()) else {
        return Ok(());
    };
    let hint = format!(
        "{} is registered as {} at {school} from {} on; correct the fuel here, or take that registration back first",
        meter.meter,
        other.fuel.as_str(),
        other.from
    );
    Err(Fault::new(Rule::Conflict, hint).at("/data/fuel", meter.fuel.as_str()))
}

/// Describes what was settled, and what the sender still has to do if readings of the moved days may have arrived.
fn describe(settled: &Settled, context: &AdmissionContext<'_>) -> String {
    let text = &settled.description;
    let today = SettlementDay::of(context.now).0;
    match settled.since.filter(|since| *since <= today) {
        None => text.clone(),
        Some(since) => format!(
            "{text}. Readings of {since} and later that came before this count nowhere until `greenledger reassign` \
             moves them"
        ),
    }
}
