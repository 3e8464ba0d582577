//! Readings as events: each night's days, late values and corrections, and the current half-hours.

use std::iter;

use chrono::{DateTime, Days, Duration, NaiveDate, Utc};
use events::{Channel, Data, Event, Interval, MeterReadings, Sent, SettlementDay};

use super::day::Day;
use super::faults::Fate;
use super::meters::{Measures, Meter};
use super::{MadeUpTrust, days, event, in_batches};

const FEED: &str = "meters";

impl MadeUpTrust {
    /// The requests that the meters sent each night for the days from `from` up to, not including, `to`.
    pub fn history(&self, from: NaiveDate, to: NaiveDate) -> impl Iterator<Item = Vec<Event>> {
        in_batches(days(from, to).flat_map(|day| self.night(&Day::of(day, self.chance))))
    }

    /// Values that were estimated or missing that night and arrived later, but before `to`.
    pub fn late_and_corrected(&self, from: NaiveDate, to: NaiveDate) -> Vec<Event> {
        days(from, to)
            .flat_map(|day| {
                let day = Day::of(day, self.chance);
                let meters = self.meters.iter();
                let late: Vec<_> = meters
                    .flat_map(|meter| self.late(meter, &day, to))
                    .collect();
                late
            })
            .collect()
    }

    /// The half-hours that ended after `since` and not after `until`: an event for each meter, channel and local day,
    /// with the same values as that day's event will have.
    pub fn live(&self, since: DateTime<Utc>, until: DateTime<Utc>) -> Vec<Event> {
        let (first, end) = (half_hour_of(since), half_hour_of(until));
        let day = SettlementDay::of(first);
        iter::successors(Some(day), |day| Some(day.next()))
            .take_while(|day| day.starts() < end)
            .flat_map(|day| {
                let day = Day::of(day.0, self.chance);
                let slot = |at: DateTime<Utc>| {
                    (at.clamp(day.starts, day.ends) - day.starts).num_minutes() / 30
                };
                self.just_measured(&day, slot(first) as usize, slot(end) as usize)
            })
            .collect()
    }

    fn night(&self, day: &Day) -> Vec<Event> {
        let mut sent = Vec::with_capacity(self.meters.len());
        for meter in &self.meters {
            let fate = self.fate(meter, day.date, day.slots);
            for channel in meter.channels {
                sent.extend(self.sent_at_night(meter, *channel, day, &fate));
            }
        }
        sent
    }

    fn sent_at_night(
        &self,
        meter: &Meter,
        channel: Channel,
        day: &Day,
        fate: &Fate,
    ) -> Option<Event> {
        let (values, quality) = match fate {
            Fate::Sent(holes) => {
                let measured = self.as_sent(meter, channel, day);
                (with_holes(measured, holes), None)
            }
            Fate::Estimated(_) => {
                let letters = "E".repeat(day.slots);
                (with_holes(self.assumed(meter, day), &(0..0)), Some(letters))
            }
            Fate::Missing(_) | Fate::ByFile | Fate::Silent => return None,
        };
        let readings = MeterReadings {
            day: Some(day.date),
            values,
            quality,
            ..readings(meter, channel)
        };
        Some(reported(day_id(meter, channel, day), day.ends, readings))
    }

    fn late(&self, meter: &Meter, day: &Day, to: NaiveDate) -> Vec<Event> {
        let (what, follows) = match self.fate(meter, day.date, day.slots) {
            Fate::Estimated(Some(follows)) => ("corrected", follows),
            Fate::Missing(Some(follows)) => ("late", follows),
            _ => return Vec::new(),
        };
        let issued = day.date + Days::new(follows);
        if issued >= to {
            return Vec::new();
        }
        let of_channel = |channel: &Channel| {
            let readings = MeterReadings {
                day: Some(day.date),
                values: with_holes(self.as_sent(meter, *channel, day), &(0..0)),
                ..readings(meter, *channel)
            };
            let id = format!("{}-{what}", day_id(meter, *channel, day));
            reported(id, SettlementDay(issued).starts(), readings)
        };
        meter.channels.iter().map(of_channel).collect()
    }

    fn just_measured(&self, day: &Day, first: usize, end: usize) -> Vec<Event> {
        let mut live = Vec::new();
        for meter in &self.meters {
            // If a day is estimated or late, its live readings do not get through.
            let Fate::Sent(holes) = self.fate(meter, day.date, day.slots) else {
                continue;
            };
            for channel in meter.channels {
                let mut values = with_holes(self.as_sent(meter, *channel, day), &holes);
                let values: Vec<_> = values.drain(first.min(end)..end).collect();
                if values.iter().all(Option::is_none) {
                    continue;
                }
                let start = day.starts + Duration::minutes(30 * first as i64);
                let until = start + Duration::minutes(30 * values.len() as i64);
                // The count is part of the id: the same id with more values would be a different event with the same name.
                let id = format!(
                    "live-{}-{}-{}-{}",
                    meter.id,
                    channel.as_str(),
                    start.format("%Y-%m-%dT%H:%MZ"),
                    values.len()
                );
                let readings = MeterReadings {
                    start: Some(start.fixed_offset()),
                    values,
                    ..readings(meter, *channel)
                };
                live.push(reported(id, until, readings));
            }
        }
        live
    }
}

fn readings(meter: &Meter, channel: Channel) -> MeterReadings {
    let unit = match meter.measures {
        Measures::Gas {
            calorific_value: Some(_),
            ..
        } => Sent::M3,
        _ => Sent::KWh,
    };
    MeterReadings {
        meter: meter.id.clone(),
        channel,
        unit,
        interval: Interval::HalfHour,
        day: None,
        start: None,
        values: Vec::new(),
        quality: None,
        quarters: Vec::new(),
        register: None,
        issue_stated: true,
        as_registered: false,
    }
}

/// Without a subject: a meter does not know its school, and the register supplies it.
fn reported(id: String, time: DateTime<Utc>, readings: MeterReadings) -> Event {
    event(FEED, id, time, None, Data::MeterReadings(readings))
}

fn day_id(meter: &Meter, channel: Channel, day: &Day) -> String {
    format!("{}-{}-{}", meter.id, channel.as_str(), day.date)
}

fn with_holes(values: Vec<f64>, holes: &std::ops::Range<usize>) -> Vec<Option<f64>> {
    let value = |(slot, value)| (!holes.contains(&slot)).then_some(value);
    values.into_iter().enumerate().map(value).collect()
}

/// The start of the half-hour that contains an instant.
fn half_hour_of(instant: DateTime<Utc>) -> DateTime<Utc> {
    instant
        - Duration::seconds(instant.timestamp().rem_euclid(1800))
        - Duration::nanoseconds(i64::from(instant.timestamp_subsec_nanos()))
}
