//! Readings of meters.

use events::{
    Channel, Interval, LoneQuarter, MeterReadings, Quality, RegisterRead, RegisterSpan, Sent,
};
use proptest::collection::vec;
use proptest::option::of;
use proptest::prelude::*;
use proptest::sample::select;

use super::{day, decimal, instant, meter};

pub fn readings() -> impl Strategy<Value = MeterReadings> {
    let channel = select(vec![Channel::AI, Channel::AE, Channel::RI, Channel::RE]);
    let unit = select(vec![
        Sent::Wh,
        Sent::KWh,
        Sent::MWh,
        Sent::KW,
        Sent::M3,
        Sent::Ft3,
        Sent::Hcf,
        Sent::KVArh,
    ]);
    let interval = select(vec![
        (Interval::QuarterHour, 100),
        (Interval::HalfHour, 50),
        (Interval::Hour, 25),
        (Interval::Day, 1),
    ]);
    let covered = interval.prop_flat_map(|(interval, most)| {
        let on_day =
            (day(), values(most)).prop_map(|(day, values)| (Some(day), None, values, None));
        let from =
            (instant(), values(120)).prop_map(|(start, values)| (None, Some(start), values, None));
        let reads = register().prop_map(|reads| (None, None, Vec::new(), Some(reads)));
        prop_oneof![3 => on_day, 2 => from, 1 => reads].prop_map(move |covered| (interval, covered))
    });
    (meter(), channel, unit, covered, any::<(bool, bool, bool)>()).prop_map(
        |(meter, channel, unit, covered, (lettered, issue_stated, as_registered))| {
            let (interval, (day, start, values, register)) = covered;
            let letters = (0..values.len()).map(|n| ['A', 'E', 'S'][n % 3]).collect();
            let has_quarters = day.is_some() && interval == Interval::HalfHour;
            MeterReadings {
                meter,
                channel,
                unit,
                interval,
                day: day.map(|day| day.parse().expect("a day")),
                start: start.map(|start| start.parse().expect("an instant")),
                quality: (lettered && !values.is_empty()).then_some(letters),
                quarters: match has_quarters {
                    true => quarters(&values),
                    false => Default::default(),
                },
                values,
                register,
                issue_stated,
                as_registered,
            }
        },
    )
}

fn values(most: usize) -> impl Strategy<Value = Vec<Option<f64>>> {
    vec(of(decimal(-1_000_000, 1_000_000)), 1..=most)
}

/// A quarter of every third half-hour without a value.
fn quarters(values: &[Option<f64>]) -> Vec<LoneQuarter> {
    let free = (0u8..).zip(values).filter(|(_, value)| value.is_none());
    let quarter = |(at, (half_hour, _)): (usize, (u8, &Option<f64>))| LoneQuarter {
        quarter: 2 * half_hour + u8::from(at % 2 == 1),
        value: at as f64 / 4.0,
        quality: [Quality::Actual, Quality::Estimated, Quality::Spread][at % 3],
    };
    free.step_by(3).enumerate().map(quarter).collect()
}

fn register() -> impl Strategy<Value = RegisterSpan> {
    let read = || (instant(), decimal(0, 9_000_000));
    (read(), read()).prop_filter_map("two instants", |(a, b)| {
        let [opening, closing] = [a, b].map(|(at, value)| RegisterRead {
            at: at.parse().expect("an instant"),
            value,
        });
        (opening.at < closing.at).then_some(RegisterSpan { opening, closing })
    })
}
