//! Turns a record into a row: the hot path. Nothing of the record stays in memory except what the row holds.

mod canonical;

use std::collections::HashMap;
use std::sync::Arc;

use bus::Incoming;
use chrono::{DateTime, NaiveDate, Utc};
use events::{
    Data, EventType, MeterId, Place, Quality, SettlementDay, Sharding, Topic, Unit, Urn, Written,
    is_text,
};
use footprint::ledger::{Identity, LedgerEvent, MeterDay, Origin, SlotMask, Slots};

use canonical::{Canonical, Values, quarter};

/// The row of a record.
pub enum Row {
    /// A meter-day.
    Reading(Arc<MeterDay>),
    /// Any other event.
    Event(LedgerEvent),
}

/// Why a record cannot become a row. Ingest writes no such record, but another process may have written to the topic.
#[derive(Debug, thiserror::Error)]
pub enum Poison {
    /// A header is missing or wrong.
    #[error("header {0} is missing or wrong")]
    Header(&'static str),
    /// The record is in the wrong partition, where no reader looks for its school. An owner that merged it would compute
    /// figures from this record alone.
    #[error("school {urn} belongs in partition {partition}")]
    Partition {
        /// The school.
        urn: Urn,
        /// Where its records belong.
        partition: i32,
    },
    /// The value is missing or wrong.
    #[error("the value is not the data of a {kind} event: {why}")]
    Value {
        /// The expected event type.
        kind: &'static str,
        /// What is wrong with it.
        why: String,
    },
}

/// Reads records. Texts that many records share are kept in memory once.
pub struct Parser {
    sharding: Sharding,
    texts: HashMap<Box<str>, Arc<str>>,
    meters: HashMap<Box<str>, MeterId>,
    /// The last day and its number of half-hours: a batch mostly covers few days.
    slots_of: Option<(NaiveDate, usize)>,
}

/// The values of the headers, borrowed until the row is built.
#[derive(Default)]
struct Headers {
    kind: Option<EventType>,
    id: Option<Box<str>>,
    source: Option<Arc<str>>,
    issued: Option<i64>,
    urn: Option<Urn>,
    received: Option<i64>,
    token: Option<Arc<str>>,
}

impl Parser {
    /// Creates a parser for schools distributed according to `sharding`.
    pub fn new(sharding: Sharding) -> Self {
        Parser {
            sharding,
            texts: HashMap::new(),
            meters: HashMap::new(),
            slots_of: None,
        }
    }

    /// Reads one record.
    pub fn row(&mut self, record: &Incoming<'_>) -> Result<Row, Poison> {
        let json = record.payload().unwrap_or_default();
        self.read(record.topic, record.place(), json, |visit| {
            record.headers(visit);
        })
    }

    /// Reads one record from its parts. `show` passes the headers to its argument one by one.
    pub fn read(
        &mut self,
        topic: Topic,
        place: Place,
        json: &[u8],
        show: impl FnOnce(&mut dyn FnMut(&str, &[u8])),
    ) -> Result<Row, Poison> {
        let headers = self.headers(show);
        let kind = headers.kind.ok_or(Poison::Header("ce_type"))?;
        let identity = Identity {
            source: headers.source.ok_or(Poison::Header("ce_source"))?,
            id: headers.id.ok_or(Poison::Header("ce_id"))?,
        };
        let origin = Origin {
            received: headers.received.ok_or(Poison::Header("ce_receivedtime"))?,
            place,
            token: headers.token.unwrap_or_default(),
        };
        let urn = headers.urn.ok_or(Poison::Header("ce_subject"))?;
        let issued = headers.issued.ok_or(Poison::Header("ce_time"))?;
        let partition = self.sharding.partition(urn);
        if place.partition != partition {
            return Err(Poison::Partition { urn, partition });
        }
        match (topic, kind) {
            (Topic::Readings, EventType::MeterReadings) => self
                .reading(json, urn, issued, identity, origin)
                .map(|row| Row::Reading(Arc::new(row))),
            (topic, kind) if topic == Topic::of(kind) => {
                event(json, kind, urn, issued, identity, origin).map(Row::Event)
            }
            _ => Err(Poison::Header("ce_type")),
        }
    }

    fn headers(&mut self, show: impl FnOnce(&mut dyn FnMut(&str, &[u8]))) -> Headers {
        let mut headers = Headers::default();
        show(&mut |name, value| {
            let Ok(text) = std::str::from_utf8(value) else {
                return;
            };
            match name {
                "ce_type" => headers.kind = EventType::parse(text),
                "ce_id" => headers.id = is_text(text).then(|| text.into()),
                "ce_source" => {
                    headers.source = is_text(text).then(|| shared(&mut self.texts, text));
                }
                "ce_time" => headers.issued = micros(text),
                "ce_subject" => headers.urn = text.parse().ok(),
                "ce_receivedtime" => headers.received = micros(text),
                "ce_token" => headers.token = Some(shared(&mut self.texts, text)),
                _ => {}
            }
        });
        headers
    }

    fn reading(
        &mut self,
        json: &[u8],
        urn: Urn,
        issued: i64,
        identity: Identity,
        origin: Origin,
    ) -> Result<MeterDay, Poison> {
        let wrong = |why: String| Poison::Value {
            kind: EventType::MeterReadings.as_str(),
            why,
        };
        let data: Canonical<'_> =
            serde_json::from_slice(json).map_err(|error| wrong(error.to_string()))?;
        let day = NaiveDate::read(data.day).ok_or_else(|| wrong(format!("day {}", data.day)))?;
        let slots = self.slots_of(day);
        let values = Values::read(data.values).map_err(|error| wrong(error.to_string()))?;
        if values.count != slots {
            let count = values.count;
            return Err(wrong(format!("{day} has {slots} half-hours, not {count}")));
        }
        let unit = Unit::parse(data.unit).ok_or_else(|| wrong(format!("unit {}", data.unit)))?;
        let meter = self
            .meter(data.meter)
            .map_err(|error| wrong(error.to_string()))?;
        let letters = data.quality.map(str::as_bytes);
        let known = |letters: &[u8]| {
            letters.len() == slots && letters.iter().all(|letter| Quality::of(*letter).is_some())
        };
        if !letters.is_none_or(known) {
            return Err(wrong(format!("quality is {slots} letters A, E or S")));
        }
        let of_letter = |wanted: Quality| match letters {
            Some(letters) => mask_of(letters, wanted),
            None => 0,
        };
        let mut slots = Slots::new(
            &values.micro,
            values.present,
            of_letter(Quality::Estimated),
            of_letter(Quality::Spread),
        );
        for one in &data.quarters {
            let taken = values.present | slots.known_by_half();
            let micro = quarter(one, values.count, taken);
            let micro = micro.map_err(|error| wrong(error.to_string()))?;
            slots.set_quarter(one.quarter, micro, one.quality);
        }
        Ok(MeterDay {
            urn,
            meter,
            channel: data.channel,
            unit,
            day,
            slots,
            issued,
            issue_stated: data.issue_stated,
            identity,
            origin,
        })
    }

    fn meter(&mut self, text: &str) -> Result<MeterId, events::MeterIdError> {
        if let Some(known) = self.meters.get(text) {
            return Ok(known.clone());
        }
        let new: MeterId = text.parse()?;
        self.meters.insert(text.into(), new.clone());
        Ok(new)
    }

    fn slots_of(&mut self, day: NaiveDate) -> usize {
        match self.slots_of {
            Some((known, slots)) if known == day => slots,
            _ => {
                let slots = SettlementDay(day).slots();
                self.slots_of = Some((day, slots));
                slots
            }
        }
    }
}

/// The places of a letter.
fn mask_of(letters: &[u8], wanted: Quality) -> SlotMask {
    let is_wanted = |letter: &u8| Quality::of(*letter) == Some(wanted);
    let places = letters.iter().enumerate();
    places
        .filter(|(_, letter)| is_wanted(letter))
        .fold(0, |mask, (place, _)| mask | 1 << place)
}

fn shared(texts: &mut HashMap<Box<str>, Arc<str>>, text: &str) -> Arc<str> {
    if let Some(known) = texts.get(text) {
        return known.clone();
    }
    let new: Arc<str> = text.into();
    texts.insert(text.into(), new.clone());
    new
}

fn micros(text: &str) -> Option<i64> {
    DateTime::<Utc>::read(text).map(|time| time.timestamp_micros())
}

fn event(
    json: &[u8],
    kind: EventType,
    urn: Urn,
    issued: i64,
    identity: Identity,
    origin: Origin,
) -> Result<LedgerEvent, Poison> {
    let wrong = |why: String| Poison::Value {
        kind: kind.as_str(),
        why,
    };
    let text = std::str::from_utf8(json).map_err(|error| wrong(error.to_string()))?;
    let data = Data::parse(kind, text).map_err(|error| wrong(error.to_string()))?;
    data.check().map_err(|error| wrong(error.to_string()))?;
    let day = data.day().unwrap_or_else(|| {
        let issued = DateTime::from_timestamp_micros(issued).unwrap_or_default();
        SettlementDay::of(issued).0
    });
    Ok(LedgerEvent {
        urn,
        kind,
        day,
        issued,
        identity,
        data: text.into(),
        origin,
    })
}

#[cfg(test)]
mod tests;
