//! Turns a row of the ledger back into the event it came from.

use chrono::DateTime;
use events::{
    Data, Event, LoneQuarter, MAX_SLOTS, MeterReadings, Sent, SettlementDay, Unit, kilowatt_hours,
};
use footprint::ledger::MeterDay;

/// The event that a row of readings came from, restricted to this day: the same source, id and time, the same values and
/// quality. If ingest receives it, the result is the same row again, for the school that the meter then belongs to.
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
            values: row
                .slots
                .options()
                .take(slots)
                .map(|value| value.map(kilowatt_hours))
                .collect(),
            quality: Some(row.slots.letters()[..slots].iter().map(letter).collect()),
            quarters: row
                .slots
                .quarters()
                .map(|(quarter, micro, quality)| LoneQuarter {
                    quarter,
                    value: kilowatt_hours(micro),
                    quality,
                })
                .collect(),
            register: None,
            issue_stated: row.issue_stated,
            // Ingest already applied the meter's registration to these values.
            as_registered: true,
        }),
    }
}
