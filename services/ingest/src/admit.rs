//! Events in, records and refusals out. Knows no Kafka, no HTTP and no clock.

mod registered;
mod repeated;

use std::collections::BTreeMap;

use bus::Record;
use chrono::{DateTime, Utc};
use events::{Data, Event, Refusal, Rule, Sharding, Urn};

use crate::bad_values::BadValues;
use crate::kept::{self, Kept};
use crate::meter_day::MeterDay;
use crate::normalise::{Normalised, normalise};
use crate::notes::{About, Note};
use crate::read_as::ReadFrom;
use crate::records::{Envelope, Stamp, instant, record};
use crate::register::{Draft, Owners, Register};
use crate::rules::{Bounds, Fault, heavy, holds, issued, issued_after, of_a_set_clock};
use crate::schema;
use crate::scope::{
    may_register_meter, may_register_school, may_report, owners_of, owners_of_withdrawn,
};
use crate::tokens::{Authority, token_sha256};

use registered::{measures_the_same, registered};
use repeated::Repeated;

/// What a request is judged by.
pub(crate) struct Court<'a> {
    pub(crate) authority: Authority,
    pub(crate) register: &'a Register,
    pub(crate) sharding: Sharding,
    pub(crate) bounds: Bounds,
    pub(crate) now: DateTime<Utc>,
}

impl Court<'_> {
    pub(crate) fn stamp(&self) -> Stamp<'_> {
        Stamp {
            token: self.authority.name(),
            received: self.now,
            sharding: self.sharding,
        }
    }
}

/// A source and an id: together they are unique.
pub(crate) type Identity = (String, String);

/// What became of a request.
#[derive(Debug, Default)]
pub(crate) struct Admitted {
    /// Events, or rows of a file, that came.
    pub(crate) received: usize,
    /// How many of them are kept.
    pub(crate) accepted: usize,
    /// What is to stand on Kafka.
    pub(crate) records: Vec<Record>,
    /// What the register is to learn once the records stand there.
    pub(crate) registrations: Vec<Event>,
    /// Each event accepted, with its place in the request.
    pub(crate) taken: Vec<(usize, Identity)>,
    /// What was refused.
    pub(crate) refused: Vec<Refused>,
    /// What is to be said of what was accepted.
    pub(crate) notes: Vec<Note>,
    /// How many single values were refused of what was accepted.
    pub(crate) bad_values: BTreeMap<Rule, u64>,
}

/// One event, or one row, that was refused.
#[derive(Debug)]
pub(crate) struct Refused {
    /// Its place in the request: from 0, or the line of the file.
    pub(crate) index: usize,
    /// How many were received as it: the rows of a file's meter-day are refused together. None where only values of it were
    /// refused, and the rest was accepted.
    pub(crate) count: usize,
    pub(crate) identity: Option<Identity>,
    /// Never empty.
    pub(crate) refusals: Vec<Refusal>,
    /// What stands for source and id where there are none: the SHA-256 of the text.
    pub(crate) sha256: Option<String>,
    /// It, as it came.
    pub(crate) event: Kept,
}

/// Judges the events of a request one by one, each by the register as the earlier ones leave it.
pub(crate) fn admit(items: &[&str], court: &Court<'_>) -> Admitted {
    let mut draft = Draft::of(court.register);
    let stamp = court.stamp();
    let mut repeated = Repeated::new(items);
    let mut admitted = Admitted {
        received: items.len(),
        ..Admitted::default()
    };
    for (index, item) in items.iter().enumerate() {
        let event = match schema::read(item) {
            Ok(event) => event,
            Err(explained) => {
                admitted.refused.push(Refused {
                    index,
                    count: 1,
                    sha256: explained.identity.is_none().then(|| token_sha256(item)),
                    identity: explained.identity,
                    refusals: explained.refusals,
                    event: kept::event(item),
                });
                continue;
            }
        };
        let room = court
            .bounds
            .meter_days
            .saturating_sub(admitted.records.len());
        let received = stamp.received_at(index);
        let judged = repeated
            .judge(&event)
            .map_err(|refusal| vec![refusal])
            .and_then(|()| judge(&event, received, court, &draft, &stamp, room));
        match judged {
            Ok(Judged {
                records,
                bad,
                read_as,
            }) => {
                admitted.accepted += 1;
                repeated.accepted(index, &event);
                admitted.records.extend(records);
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
                    });
                    admitted.notes.extend(note);
                }
                let identity = (event.source.clone(), event.id.clone());
                admitted.tell_bad_values(index, &identity, bad, |bad| bad.alone(&event));
                admitted.tell_read_as(index, &identity, read_as);
                admitted.taken.push((index, identity));
                if is_registration {
                    registered(index, event, &mut draft, court, &mut admitted);
                }
            }
            Err(refusals) => admitted.refused.push(Refused {
                index,
                count: 1,
                identity: Some((event.source, event.id)),
                sha256: None,
                refusals,
                event: kept::event(item),
            }),
        }
    }
    admitted
}

/// What an event that was accepted comes to.
struct Judged {
    records: Vec<Record>,
    bad: BadValues,
    /// What was made of its values beyond keeping them as they came.
    read_as: Option<String>,
}

impl Judged {
    fn of(records: Vec<Record>) -> Self {
        Judged {
            records,
            bad: BadValues::default(),
            read_as: None,
        }
    }
}

fn judge(
    event: &Event,
    received: DateTime<Utc>,
    court: &Court<'_>,
    register: &Draft<'_>,
    stamp: &Stamp<'_>,
    room: usize,
) -> Result<Judged, Vec<Refusal>> {
    let token = court.authority.token().map_err(|one| vec![one])?;
    issued(event.time, &court.bounds)
        .map_err(|fault| vec![fault.at("/time", instant(event.time))])?;
    let envelope = Envelope::of(event, received);
    if let Data::MeterReadings(readings) = &event.data {
        let at_time = |fault: Fault| vec![fault.at("/time", instant(event.time))];
        of_a_set_clock(event.time).map_err(at_time)?;
        let known = register.meter(&readings.meter);
        let read = ReadFrom::of(readings, known, &court.bounds).map_err(|one| vec![one])?;
        let Normalised { days, bad } = normalise(readings, &read, &court.bounds)?;
        if days.len() > room {
            let mend = "the events of this request come to too many meter-days; send it in parts";
            return Err(vec![
                Fault::new(Rule::TooLarge, mend).at("/data", format!("{} days", days.len())),
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
        // The register says whose a meter is, whatever the sender believed.
        let records = days.iter().zip(owners);
        let record_of = |(day, urn): (&MeterDay, Urn)| {
            record(stamp, &envelope, urn, day.to_json(readings.issue_stated))
        };
        return Ok(Judged {
            records: records.map(record_of).collect(),
            bad,
            read_as: read.told(readings),
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
        holds(waste).map_err(|one| vec![one])?;
    }
    let record = record(stamp, &envelope, urn, data()?);
    Ok(Judged::of(vec![record]))
}

#[cfg(test)]
mod tests;
