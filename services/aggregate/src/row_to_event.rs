//! From a row of the ledger back to the event it came from.

use chrono::DateTime;
use events::{Data, Event, MAX_SLOTS, MeterReadings, Sent, SettlementDay, Unit, kilowatt_hours};
use footprint::ledger::MeterDay;

/// The event a row of readings came from, as far as this day goes: the same source, id and time, the same values and
/// quality. Sent through ingest it is the same row again, of the school the meter then belongs to.
pub fn event_of(row: &MeterDay) -> Event {
    let slots = SettlementDay(row.day).slots().min(MAX_SLOTS);
    let letter = |letter: &u8| match letter {
        b'-' => 'A',
        letter => char::from(*letter),
    };
    Event {
        id: row.identity.id.to_string(),
        source: row.identity.source.to_string(),
        time: DateTime::from_timestamp_micros(row.issued).unwrap_or_default(),
        subject: Some(row.urn),
        data: Data::MeterReadings(MeterReadings {
            meter: row.meter.clone(),
            channel: row.channel,
            unit: match row.unit {
                Unit::KilowattHours => Sent::KWh,
                Unit::CubicMetres => Sent::M3,
                Unit::KilovarHours => Sent::KVArh,
            },
            interval: Default::default(),
            day: Some(row.day),
            start: None,
            values: row.slots[..slots]
                .iter()
                .map(|slot| slot.map(kilowatt_hours))
                .collect(),
            quality: Some(row.quality[..slots].iter().map(letter).collect()),
            register: None,
            issue_stated: row.issue_stated,
            // It was read by its meter's registration when it came.
            as_registered: true,
        }),
    }
}
