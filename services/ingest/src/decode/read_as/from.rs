//! How the values of one event are read, day by day.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use events::{Interval, MeterReadings, Refusal, SettlementDay, Span};

use super::{Called, ReadAs};
use crate::register::MeterEntry;
use crate::rules::Bounds;

/// How an event's values are read, and the instants from which they are read differently.
#[derive(Debug, Clone)]
pub(crate) struct ReadFrom {
    first: ReadAs,
    later: Vec<(DateTime<Utc>, ReadAs)>,
}

impl ReadFrom {
    /// All of them alike.
    pub(crate) fn all(first: ReadAs) -> Self {
        ReadFrom {
            first,
            later: Vec::new(),
        }
    }

    /// How the values of an event are read by what is registered of its meter on its days.
    pub(crate) fn of(
        readings: &MeterReadings,
        meter: Option<&MeterEntry>,
        bounds: &Bounds,
    ) -> Result<Self, Refusal> {
        let called = Called::by(readings);
        let read_on = |day: NaiveDate| {
            called
                .on(day, meter, bounds)
                .map_err(|fault| fault.at("/data/unit", seen(readings)))
        };
        let (first, last) = days(readings);
        let mut read = ReadFrom::all(read_on(first)?);
        // Nearly every meter has one registration, and nearly every event is of one day.
        let may_change = meter.is_some_and(MeterEntry::is_registered_anew);
        let days = first.iter_days().skip(1);
        for day in days.take_while(|day| may_change && *day <= last) {
            let now = read_on(day)?;
            if read.last() != now {
                read.later.push((SettlementDay(day).starts(), now));
            }
        }
        Ok(read)
    }

    fn last(&self) -> ReadAs {
        self.later.last().map_or(self.first, |(_, read)| *read)
    }

    /// How values from this second of the Unix epoch on are read.
    pub(crate) fn at_second(&self, begins: i64) -> ReadAs {
        let begins = || DateTime::from_timestamp_secs(begins);
        let is_one = self.later.is_empty();
        let at = (!is_one).then(begins).flatten();
        at.map_or(self.first, |begins| self.at(begins))
    }

    /// How values from this instant on are read.
    pub(crate) fn at(&self, begins: DateTime<Utc>) -> ReadAs {
        let later = self.later.iter().rfind(|(from, _)| *from <= begins);
        later.map_or(self.first, |(_, read)| *read)
    }

    /// How all of them are read, or the first day from which they are read differently.
    pub(crate) fn only(&self) -> Result<ReadAs, NaiveDate> {
        let what = |read: &ReadAs| (read.unit, read.channel);
        let differs = |(_, read): &&(DateTime<Utc>, ReadAs)| what(read) != what(&self.first);
        match self.later.iter().find(differs) {
            None => Ok(self.first),
            Some((from, _)) => Err(SettlementDay::of(*from).0),
        }
    }

    /// A note on how an event's values were converted, if they were not kept as received.
    pub(crate) fn describe(&self, readings: &MeterReadings) -> Option<String> {
        let mut notes: Vec<String> = Vec::new();
        let all = std::iter::once(&self.first).chain(self.later.iter().map(|(_, read)| read));
        for read in all {
            let one = read.describe(Called::by(readings), &readings.meter);
            notes.extend(one.filter(|one| !notes.contains(one)));
        }
        (!notes.is_empty()).then(|| notes.join("; "))
    }
}

/// The first and the last day that an event may say something of.
fn days(readings: &MeterReadings) -> (NaiveDate, NaiveDate) {
    let day_of = |at: DateTime<Utc>| SettlementDay::of(at).0;
    // Values that end at midnight belong to the day before.
    let before = |end: DateTime<Utc>| end - TimeDelta::seconds(1);
    match readings.span() {
        Ok(Span::Day(day)) => (day, day),
        Ok(Span::From(start)) => {
            let length = match readings.interval {
                Interval::QuarterHour => TimeDelta::minutes(15),
                Interval::HalfHour => TimeDelta::minutes(30),
                Interval::Hour => TimeDelta::hours(1),
                Interval::Day => TimeDelta::days(1),
            };
            let count = i32::try_from(readings.values.len()).unwrap_or(i32::MAX);
            let first = start.to_utc();
            let end = first.checked_add_signed(length * count);
            (day_of(first), day_of(end.map_or(first, before)))
        }
        Ok(Span::Register(reads)) => (
            day_of(reads.opening.at.to_utc()),
            day_of(before(reads.closing.at.to_utc())),
        ),
        Err(_) => (NaiveDate::MIN, NaiveDate::MIN),
    }
}

fn seen(readings: &MeterReadings) -> String {
    let (unit, channel) = (readings.unit.as_str(), readings.channel.as_str());
    format!("{unit} of {channel} {}", readings.meter)
}
