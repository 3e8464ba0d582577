//! Withdrawals of readings.

use chrono::{DateTime, FixedOffset, NaiveDate, TimeDelta};
use events::{Channel, ReadingsWithdrawn};
use proptest::option::of;
use proptest::prelude::*;
use proptest::sample::select;

use super::{day, meter, text};

/// The days, or the half-hours, that a withdrawal names.
type Named = (
    Option<(NaiveDate, NaiveDate)>,
    Option<(DateTime<FixedOffset>, DateTime<FixedOffset>)>,
);

pub fn withdrawn() -> impl Strategy<Value = ReadingsWithdrawn> {
    let channel = select(vec![Channel::AI, Channel::AE, Channel::RI, Channel::RE]);
    let event = of((text(), of(text())));
    let file = of("[0-9a-f]{64}".prop_map(|hash| hash.parse().expect("a hash")));
    (meter(), channel, named(), event, file, text(), text()).prop_map(
        |(meter, channel, (days, half_hours), event, file_sha256, reason, by)| ReadingsWithdrawn {
            meter,
            channel,
            from: days.map(|(from, _)| from),
            to: days.map(|(_, to)| to),
            start: half_hours.map(|(start, _)| start),
            end: half_hours.map(|(_, end)| end),
            source: event.as_ref().map(|(source, _)| source.clone()),
            id: event.and_then(|(_, id)| id),
            file_sha256,
            reason,
            by,
        },
    )
}

fn named() -> impl Strategy<Value = Named> {
    let first = day().prop_map(|day| day.parse::<NaiveDate>().expect("a day"));
    // No day after 2099 can be written.
    let first = first.prop_filter("ten years follow", |day| {
        *day < NaiveDate::from_ymd_opt(2089, 1, 1).expect("a day")
    });
    (first, 0..3_600_i64, 1..100_i64, any::<bool>()).prop_map(|(first, days, half_hours, whole)| {
        if whole {
            return (Some((first, first + TimeDelta::days(days))), None);
        }
        let start = first
            .and_hms_opt(9, 30, 0)
            .expect("a time")
            .and_utc()
            .fixed_offset();
        let end = start + TimeDelta::minutes(30 * half_hours);
        (None, Some((start, end)))
    })
}
