use events::{MAX_SLOTS, Quality};
use footprint::ledger::Slots;

use super::*;
use crate::fixtures;

fn day(number: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 11, number).unwrap()
}

/// A meter that sends the same value in every half-hour of some days.
fn sends(meter: &str, on: &[u32], value: Quantity, expected: Days) -> Series {
    let view = DayView {
        unit: Unit::KilowattHours,
        slots: Slots::of_quality(Quality::Actual, [value; MAX_SLOTS]),
        contradictions: Default::default(),
    };
    Series {
        meter: meter.parse().unwrap(),
        channel: Channel::AI,
        fuel: Some(Fuel::Electricity),
        unit: Unit::KilowattHours,
        expected,
        days: on.iter().map(|on| (day(*on), view.clone())).collect(),
    }
}

fn totals(found: &HalfHours) -> Vec<(Option<Quantity>, Option<Quantity>, usize, usize)> {
    let sum = found.sum(Fuel::Electricity, Channel::AI, Unit::KilowattHours);
    let every_day = sum.unwrap().into_iter().step_by(48);
    every_day
        .map(|one| (one.whole(), one.part(), one.present, one.expected))
        .collect()
}

#[test]
fn a_silent_meter_is_expected_and_missing_on_every_day() {
    let mut school = fixtures::school(0);
    let mut other = school.meters[0].clone();
    other.meter = "mpan:2200012767323".parse().unwrap();
    school.meters.push(other);
    let since = Days::from_until(day(1), None);
    let mut found = HalfHours {
        days: vec![day(10), day(11)],
        series: vec![sends("mpan:1710035168313", &[10, 11], 5, since)],
    };
    assert_eq!(totals(&found)[0], (Some(5), None, 1, 1));
    let silent = silent(&school, &found);
    let named: Vec<_> = silent.iter().map(|one| one.meter.to_string()).collect();
    // The gas meter of the made-up school has no row here either.
    assert_eq!(named, ["mprn:3938424403", "mpan:2200012767323"]);
    found.series.extend(silent);
    assert_eq!(
        totals(&found),
        [(None, Some(5), 1, 2), (None, Some(5), 1, 2)]
    );
}

#[test]
fn a_meter_is_missed_only_on_the_days_on_which_it_is_the_schools() {
    let old = Days {
        from: day(1),
        to: day(10),
    };
    let new = Days {
        from: day(11),
        to: day(30),
    };
    let found = HalfHours {
        days: vec![day(10), day(11)],
        series: vec![
            sends("mpan:1710035168313", &[10], 5, old),
            sends("mpan:2200012767323", &[11], 7, new),
        ],
    };
    assert_eq!(
        totals(&found),
        [(Some(5), None, 1, 1), (Some(7), None, 1, 1)]
    );
}

#[test]
fn the_last_days_are_as_if_they_alone_had_been_read() {
    let mut school = fixtures::school(0);
    let since = Days::from_until(day(1), None);
    for meter in &mut school.meters {
        (meter.registered_from, meter.registered_to) = (since.from, None);
    }
    let found = HalfHours {
        days: (8..=11).map(day).collect(),
        series: vec![sends("mpan:1710035168313", &[8, 9], 5, since)],
    };
    let last = found.last(&school, 2);
    assert_eq!(last.days, [day(10), day(11)]);
    // The meter that sent before these days is silent on them, and expected.
    assert_eq!(totals(&last), [(None, None, 0, 1), (None, None, 0, 1)]);
    assert_eq!(totals(&found.last(&school, 9))[0], (Some(5), None, 1, 1));

    // The day of the last reading counts only once it is over.
    let mut whole = |last: &str, wanted| {
        school.coverage.last_reading = last.parse().ok();
        found.last_whole(&school, wanted).days
    };
    assert_eq!(
        whole("2026-11-11T12:00:00Z", Wanted::Last(3)),
        [day(9), day(10)]
    );
    assert_eq!(
        whole("2026-11-12T00:00:00Z", Wanted::Last(3)),
        [day(10), day(11)]
    );
    let month = Wanted::Of(Month::of(day(1)));
    assert_eq!(
        whole("2026-11-11T23:30:00Z", month),
        [day(8), day(9), day(10)]
    );
}

#[test]
fn a_month_is_read_up_to_the_last_reading() {
    let last = day(11);
    let of = |wanted: Wanted| {
        let days = std::iter::successors(Some(last), |day| day.pred_opt());
        let days = days.take_while(|day| wanted.reaches(*day, last));
        days.filter(|day| wanted.is_of_its_month(*day)).count()
    };
    assert_eq!(of(Wanted::Last(7)), 7);
    assert_eq!(of(Wanted::Last(0)), 1);
    assert_eq!(of(Wanted::Last(99)), 31);
    assert_eq!(of(Wanted::Of("2026-11".parse().unwrap())), 11);
    assert_eq!(of(Wanted::Of("2026-10".parse().unwrap())), 31);
    assert_eq!(of(Wanted::Of("2026-12".parse().unwrap())), 0);
}
