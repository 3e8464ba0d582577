//! The rows of given events in the ledger.

use std::collections::{BTreeMap, BTreeSet};

use aggregate::{read_events, read_readings};
use chrono::{NaiveDate, TimeDelta};
use events::{Data, EventType, Interval, MeterReadings, SettlementDay, Span, Topic, Urn};
use footprint::ledger::Identity;
use lake::{Lake, Month};

use super::ToSend;

/// A row of an event: the school, the day, the meter and channel of a reading, and the time of issue in microseconds
/// since 1970.
type Row = (Urn, NaiveDate, Option<String>, i64);

/// The rows of some events, by the events' names.
#[derive(Debug, Default, PartialEq)]
pub struct Rows(BTreeMap<Identity, BTreeSet<Row>>);

impl Rows {
    /// Whether there is any row of an event.
    pub fn has(&self, identity: &Identity) -> bool {
        self.0.contains_key(identity)
    }

    /// Whether there is a row of an event with this time of issue.
    pub fn has_issued(&self, identity: &Identity, issued: i64) -> bool {
        let rows = self.0.get(identity);
        rows.is_some_and(|rows| rows.iter().any(|(.., at)| *at == issued))
    }

    /// Whether there is a row of an event that `before` did not have.
    pub fn has_more(&self, identity: &Identity, before: &Rows) -> bool {
        let known = before.0.get(identity);
        let rows = self.0.get(identity);
        rows.is_some_and(|rows| known.is_none_or(|known| !rows.is_subset(known)))
    }

    pub(super) fn add(&mut self, identity: Identity, row: Row) {
        self.0.entry(identity).or_default().insert(row);
    }
}

/// Reads the rows of some events from the ledger.
pub struct Ledger {
    lake: Lake,
    events: BTreeSet<Identity>,
    topics: BTreeSet<Topic>,
    /// The months of readings to read: readings are most of the ledger.
    months: BTreeSet<Month>,
}

impl Ledger {
    pub fn of(lake: Lake, events: &[ToSend]) -> Self {
        let mut ledger = Ledger {
            lake,
            events: events.iter().map(ToSend::identity).collect(),
            topics: BTreeSet::new(),
            months: BTreeSet::new(),
        };
        for event in events.iter().filter_map(|one| one.event.as_ref()) {
            ledger.topics.insert(Topic::of(event.data.kind()));
            if let Data::MeterReadings(readings) = &event.data {
                ledger.months.extend(months(readings));
            }
        }
        ledger
    }

    /// The current rows.
    pub async fn rows(&self) -> anyhow::Result<Rows> {
        let mut rows = Rows::default();
        for topic in &self.topics {
            let is_readings = *topic == Topic::of(EventType::MeterReadings);
            for folder in self.lake.ledger_folders(*topic, |_| true).await? {
                if !is_readings {
                    let found = read_events(&self.lake, folder).await?.into_iter();
                    for row in found.filter(|row| self.events.contains(&row.identity)) {
                        rows.add(row.identity, (row.urn, row.day, None, row.issued));
                    }
                } else if self.months.contains(&folder.month) {
                    let found = read_readings(&self.lake, folder).await?.into_iter();
                    for row in found.filter(|row| self.events.contains(&row.identity)) {
                        let meter = format!("{} {}", row.meter, row.channel.as_str());
                        rows.add(row.identity, (row.urn, row.day, Some(meter), row.issued));
                    }
                }
            }
        }
        Ok(rows)
    }
}

/// The months that may contain these readings.
fn months(readings: &MeterReadings) -> BTreeSet<Month> {
    let (first, last) = match readings.span() {
        Ok(Span::Day(day)) => (day, day),
        Ok(Span::From(start)) => {
            let each = match readings.interval {
                Interval::QuarterHour => TimeDelta::minutes(15),
                Interval::HalfHour => TimeDelta::minutes(30),
                Interval::Hour => TimeDelta::hours(1),
                // A local day has up to 25 hours.
                Interval::Day => TimeDelta::hours(25),
            };
            let (start, values) = (start.to_utc(), readings.values.len() as i32);
            let last = start + each * values;
            (SettlementDay::of(start).0, SettlementDay::of(last).0)
        }
        Ok(Span::Register(reads)) => {
            let [opening, closing] = [&reads.opening, &reads.closing].map(|read| read.at.to_utc());
            (SettlementDay::of(opening).0, SettlementDay::of(closing).0)
        }
        Err(_) => return BTreeSet::new(),
    };
    let days = first.iter_days().take_while(|day| *day <= last);
    days.map(Month::of).collect()
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test stops where it fails")]
mod tests {
    use super::*;

    #[test]
    fn readings_lie_in_the_months_of_their_local_days() {
        let check = |span: &str, wanted: &[&str]| {
            let text = format!(r#"{{"meter":"serial:A1","unit":"kWh",{span}}}"#);
            let months = months(&serde_json::from_str(&text).unwrap());
            let months: Vec<_> = months.iter().map(ToString::to_string).collect();
            assert_eq!(months, wanted, "{span}");
        };
        check(r#""day":"2026-06-30","values":[1.5]"#, &["2026-06"]);
        // In summer the last half-hours of a month in UTC belong to the next month.
        let start = r#""start":"2026-06-30T23:00:00Z","values":[1.5]"#;
        check(start, &["2026-07"]);
        let start = r#""start":"2026-06-29T00:00:00Z","interval":"P1D","values":[1,2,3]"#;
        check(start, &["2026-06", "2026-07"]);
        let reads = r#""values":[],"register":{"opening":{"at":"2026-01-01T00:00:00Z","value":1},
            "closing":{"at":"2026-03-01T00:00:00Z","value":2}}"#;
        check(reads, &["2026-01", "2026-02", "2026-03"]);
    }
}
