//! Meters that send values other than those they measure.

use events::Channel;

use super::{readings, trust};
use crate::demo::trust::calendar::date;
use crate::demo::trust::day::Day;
use crate::demo::trust::days;
use crate::demo::trust::meters::Habit;

#[test]
fn one_logger_hangs_for_five_whole_days() {
    let trust = trust();
    let meter = trust.meters.iter().find(|one| one.habit == Habit::Hanging);
    let meter = meter.unwrap();
    let flat = |day| {
        let mut sent = trust.history(day, day + chrono::Days::new(1)).flatten();
        sent.any(|event| {
            let sent = readings(&event);
            let first = sent.values[0];
            sent.meter == meter.id
                && sent.quality.is_none()
                && first > Some(0.0)
                && sent.values.iter().all(|value| *value == first)
        })
    };
    let hung: Vec<_> = days(date(2026, 10, 20), trust.started)
        .filter(|day| flat(*day))
        .collect();
    assert_eq!(
        hung,
        days(date(2026, 11, 10), date(2026, 11, 15)).collect::<Vec<_>>()
    );
}

#[test]
fn one_feed_sends_a_quarter_of_the_measured_values_from_a_school_day_on() {
    let trust = trust();
    let meter = trust.meters.iter().find(|one| one.habit == Habit::Rescaled);
    let meter = meter.unwrap();
    let share = |day| {
        let day = Day::of(day, trust.chance);
        let sum = |values: Vec<f64>| values.iter().sum::<f64>();
        let measured = sum(trust.measured(meter, Channel::AI, &day));
        sum(trust.as_sent(meter, Channel::AI, &day)) / measured
    };
    assert_eq!(share(date(2026, 10, 7)), 1.0);
    for day in days(date(2026, 10, 8), trust.started) {
        assert!((0.24..0.26).contains(&share(day)), "{day}");
    }
}
