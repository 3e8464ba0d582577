//! Turns events into records and refusals. Independent of Kafka, HTTP and the clock.

pub(crate) mod authorize;
pub(crate) mod file;
pub(crate) mod grid;
pub(crate) mod listed;
pub(crate) mod notes;
pub(crate) mod posted;
pub(crate) mod reads;
mod registered;
mod repeated;
mod school_rows;
mod tally;
pub(crate) mod upload;

use std::collections::BTreeMap;
use std::sync::Arc;

use bus::Record;
use chrono::{DateTime, Utc};
use events::{Data, Event, Refusal, Rule, Sharding, Urn};

use crate::admission::authorize::{
    may_register_meter, may_register_school, may_report, owners_of, owners_of_withdrawn,
};
use crate::admission::notes::{About, Note};
use crate::decode::bad_values::BadValues;
use crate::decode::files::{Format, PartOf, ReadingContext};
use crate::decode::meter_day::{MeterDay, known_by_half};
use crate::decode::normalise::{Normalised, normalise};
use crate::decode::read_as::ReadFrom;
use crate::decode::schema;
use crate::identity::Identity;
use crate::records::{Envelope, Stamp, grid_record, instant, record};
use crate::register::RegisterState;
use crate::register::{Draft, Owners, Register};
use crate::rejected::payload::{self, RejectedPayload};
use crate::rules::{
    Bounds, Fault, heavy, issued, issued_after, of_a_set_clock, weight_is_possible,
};
use crate::tokens::{Authority, token_sha256};

pub use tally::Tally;

use registered::{measures_the_same, registered};
use repeated::Repeated;

/// The context in which a request is judged.
pub(crate) struct AdmissionContext<'a> {
    pub(crate) authority: Authority,
    pub(crate) register: &'a Register,
    pub(crate) sharding: Sharding,
    pub(crate) bounds: Bounds,
    pub(crate) now: DateTime<Utc>,
}

impl AdmissionContext<'_> {
    /// The context in which files are read.
    pub(crate) fn reading_context<'a>(&'a self, part: Option<&'a PartOf>) -> ReadingContext<'a> {
        ReadingContext {
            register: self.register,
            bounds: &self.bounds,
            part,
        }
    }

    pub(crate) fn stamp(&self) -> Stamp<'_> {
        Stamp {
            token: self.authority.name(),
            received: self.now,
            sharding: self.sharding,
        }
    }
}

/// The outcome of a request.
#[derive(Debug, Default)]
pub(crate) struct BatchOutcome {
    /// Events, or rows of a file, in the request.
    pub(crate) received: usize,
    /// How many of them were accepted.
    pub(crate) accepted: usize,
    /// The records to write to Kafka.
    pub(crate) records: Vec<Record>,
    /// The registrations that the register learns once the records are on Kafka.
    pub(crate) registrations: Vec<Event>,
    /// Each event accepted, with its place in the request.
    pub(crate) taken: Vec<(usize, Identity)>,
    /// What was refused.
    pub(crate) refused: Vec<Refused>,
    /// Notes on accepted events.
    pub(crate) notes: Vec<Note>,
    /// The number of single values refused in accepted events, by rule.
    pub(crate) bad_values: BTreeMap<Rule, u64>,
    /// The tables of a file that were read: the name of each, if it has one, and its format.
    pub(crate) tables: Vec<(Option<String>, Arc<Format>)>,
}

impl BatchOutcome {
    /// Adds the outcome of a further part of the request.
    fn append(&mut self, part: BatchOutcome) {
        self.received += part.received;
        self.accepted += part.accepted;
        self.records.extend(part.records);
        self.registrations.extend(part.registrations);
        self.taken.extend(part.taken);
        self.tables.extend(part.tables);
        self.refused.extend(part.refused);
        self.notes.extend(part.notes);
        for (rule, count) in part.bad_values {
            *self.bad_values.entry(rule).or_default() += count;
        }
    }

    /// Why nothing that was judged by the register may be kept; `None` if the register was not needed, or was sufficient.
    pub(crate) fn unproven_by<'s>(&self, register: &'s RegisterState) -> Option<&'s str> {
        let by_register = [Rule::UnknownMeter, Rule::UnknownSchool, Rule::OutOfScope];
        let mut refused = self.refused.iter().flat_map(|one| &one.refusals);
        let refused_by_it = refused.any(|refusal| by_register.contains(&refusal.rule));
        let (why, stands) = match register {
            RegisterState::Whole => return None,
            // A school or a meter may belong to another trust that is not known yet.
            RegisterState::Unread(why) => (why, self.records.is_empty()),
            // The copy was true, but may lack later registrations. Readings for a school that their meter has left since count
            // nowhere, as if they had arrived before the meter left. Registrations could take days that the copy does not know
            // about.
            RegisterState::Copied(why) => (why, self.registrations.is_empty()),
        };
        (refused_by_it || !stands).then_some(why)
    }
}

/// One event, or one row, that was refused.
#[derive(Debug)]
pub(crate) struct Refused {
    /// Its place in the request: from 0, or the line of the file.
    pub(crate) index: usize,
    /// How many items were refused together: the rows of a file's meter-day are one refusal. 0 if only some values were refused
    /// and the rest was accepted.
    pub(crate) count: usize,
    pub(crate) identity: Option<Identity>,
    /// Never empty.
    pub(crate) refusals: Vec<Refusal>,
    /// The SHA-256 of the text, which replaces source and id if there are none.
    pub(crate) sha256: Option<String>,
    /// The event as it was received.
    pub(crate) event: RejectedPayload,
}

/// Judges the events of a request one by one. Each is judged with the register as the earlier events change it.
pub(crate) fn admit(items: &[&str], context: &AdmissionContext<'_>) -> BatchOutcome {
    let mut draft = Draft::of(context.register);
    let stamp = context.stamp();
    let mut repeated = Repeated::new(items);
    let mut outcome = BatchOutcome {
        received: items.len(),
        ..BatchOutcome::default()
    };
    for (index, item) in items.iter().enumerate() {
        let event = match schema::read(item) {
            Ok(event) => event,
            Err(explained) => {
                outcome.refused.push(Refused {
                    index,
                    count: 1,
                    sha256: explained.identity.is_none().then(|| token_sha256(item)),
                    identity: explained.identity,
                    refusals: explained.refusals,
                    event: payload::event(item),
                });
                continue;
            }
        };
        let room = context
            .bounds
            .meter_days
            .saturating_sub(outcome.records.len());
        let received = stamp.received_at(index);
        let judged = repeated
            .judge(&event)
            .map_err(|refusal| vec![refusal])
            .and_then(|()| judge(&event, received, context, &draft, &stamp, room));
        match judged {
            Ok(Judged {
                records,
                bad,
                by_half,
                read_as,
            }) => {
                outcome.accepted += 1;
                repeated.accepted(index, &event);
                outcome.records.extend(records);
                let is_registration = matches!(
                    event.data,
                    Data::SchoolRegistered(_) | Data::MeterRegistered(_)
                );
                if let Data::WasteCollected(waste) = &event.data {
                    let note = heavy(waste).map(|note| Note {
                        index,
                        id: event.id.clone(),
                        source: event.source.clone(),
                        about: About::HeavyLoad,
                        note,
                        values: Vec::new(),
                        tally: None,
                    });
                    outcome.notes.extend(note);
                }
                let identity = (event.source.clone(), event.id.clone());
                outcome.note_bad_values(index, &identity, bad, |bad| bad.as_event(&event));
                outcome.note(index, &identity, About::HalfHoursInPart, by_half);
                outcome.note(index, &identity, About::ReadAs, read_as);
                outcome.taken.push((index, identity));
                if is_registration {
                    registered(index, event, &mut draft, context, &mut outcome);
                }
            }
            Err(refusals) => outcome.refused.push(Refused {
                index,
                count: 1,
                identity: Some((event.source, event.id)),
                sha256: None,
                refusals,
                event: payload::event(item),
            }),
        }
    }
    outcome
}

/// The records and notes that result from an accepted event.
struct Judged {
    records: Vec<Record>,
    bad: BadValues,
    /// A note on half-hours of which one quarter alone is known.
    by_half: Option<String>,
    /// A note on how its values were converted, if they were not kept as received.
    read_as: Option<String>,
}

impl Judged {
    fn of(records: Vec<Record>) -> Self {
        Judged {
            records,
            bad: BadValues::default(),
            by_half: None,
            read_as: None,
        }
    }
}

fn judge(
    event: &Event,
    received: DateTime<Utc>,
    context: &AdmissionContext<'_>,
    register: &Draft<'_>,
    stamp: &Stamp<'_>,
    room: usize,
) -> Result<Judged, Vec<Refusal>> {
    let token = context.authority.token().map_err(|one| vec![one])?;
    issued(event.time, &context.bounds)
        .map_err(|fault| vec![fault.at("/time", instant(event.time))])?;
    let envelope = Envelope::of(event, received);
    if let Data::MeterReadings(readings) = &event.data {
        let at_time = |fault: Fault| vec![fault.at("/time", instant(event.time))];
        of_a_set_clock(event.time).map_err(at_time)?;
        let known = register.meter(&readings.meter);
        let read = ReadFrom::of(readings, known, &context.bounds).map_err(|one| vec![one])?;
        let Normalised { days, bad } = normalise(readings, &read, &context.bounds)?;
        if days.len() > room {
            let hint = "the events of this request come to too many meter-days; send it in parts";
            return Err(vec![
                Fault::new(Rule::TooLarge, hint).at("/data", format!("{} days", days.len())),
            ]);
        }
        let day_at = match (readings.day, readings.start) {
            (Some(_), _) => "/data/day",
            (_, Some(_)) => "/data/start",
            _ => "/data/register",
        };
        if let Some(first) = days.first() {
            of_a_set_clock(first.day.starts())
                .map_err(|fault| vec![fault.at(day_at, first.day.0)])?;
        }
        if let Some(end) = days.iter().filter_map(MeterDay::known_until).max() {
            issued_after(event.time, end).map_err(at_time)?;
        }
        let owners = match owners_of(&days, day_at, token, register) {
            Ok(owners) => owners,
            Err(why) => return Err(bad.refused_for(why)),
        };
        // The register decides which school owns a meter, whatever the event names.
        let records = days.iter().zip(owners);
        let record_of = |(day, urn): (&MeterDay, Urn)| {
            record(stamp, &envelope, urn, day.to_json(readings.issue_stated))
        };
        return Ok(Judged {
            records: records.map(record_of).collect(),
            bad,
            by_half: known_by_half(&days),
            read_as: read.describe(readings),
        });
    }
    let data = || {
        event.data.to_json().map_err(|error| {
            vec![
                Fault::new(Rule::Schema, error.to_string())
                    .at("/data", "what cannot be written again"),
            ]
        })
    };
    if let Data::ReadingsWithdrawn(withdrawn) = &event.data {
        let owners = owners_of_withdrawn(withdrawn, token, register).map_err(|one| vec![one])?;
        let payload = data()?;
        let record_of = |urn| record(stamp, &envelope, urn, payload.clone());
        let records = owners.into_iter().map(record_of).collect();
        return Ok(Judged::of(records));
    }
    if let Data::GridIntensity(grid) = &event.data {
        grid::may_send(token).map_err(|one| vec![one])?;
        grid::is_possible(grid, event.time, &context.bounds).map_err(|one| vec![one])?;
        let record = grid_record(stamp, &envelope, grid.region, data()?);
        return Ok(Judged::of(vec![record]));
    }
    let urn = event.subject.ok_or_else(|| {
        vec![Fault::new(Rule::Schema, "name the school in subject").at("/subject", "nothing")]
    })?;
    match &event.data {
        Data::SchoolRegistered(school) => may_register_school(event, urn, school, token, register),
        Data::MeterRegistered(meter) => may_register_meter(event, urn, meter, token, register)
            .and_then(|()| measures_the_same(urn, meter, register)),
        data => may_report(urn, data, token, register),
    }
    .map_err(|one| vec![one])?;
    if let Data::WasteCollected(waste) = &event.data {
        weight_is_possible(waste).map_err(|one| vec![one])?;
    }
    let record = record(stamp, &envelope, urn, data()?);
    Ok(Judged::of(vec![record]))
}

#[cfg(test)]
mod register_state_tests;
#[cfg(test)]
mod tests;
