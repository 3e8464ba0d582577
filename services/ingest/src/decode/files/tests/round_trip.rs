//! Half-hours that are written in any shipped format are read back as the same half-hours.

use std::collections::BTreeMap;

use chrono::{NaiveDate, TimeDelta};
use events::{Quality, Quantity, SettlementDay};
use proptest::prelude::*;

use super::super::catalogue::Reads;
use super::super::description::{Clock, Description, Layout, MeterKind};
use super::super::{Content, Formats, ReadingContext};
use super::written::{Days, written};
use crate::decode::meter_day::{HalfHour, UNKNOWN};
use crate::register::Register;
use crate::testing::{bounds, day};

/// Numbers of meters that every kind of format can hold.
fn meters(kind: Option<MeterKind>) -> [&'static str; 2] {
    match kind {
        Some(MeterKind::Mprn) => ["3938424403", "9337392703"],
        Some(MeterKind::Serial) => ["21E5012345", "M-77.1"],
        Some(MeterKind::Mpan) | None => ["2200012767323", "2000050773706"],
    }
}

/// The days on which the clocks change, and ordinary ones, in summer, in winter and at the turn of the year.
const FIRST_DAYS: [&str; 7] = [
    "2026-03-28",
    "2026-03-29",
    "2025-10-25",
    "2025-10-26",
    "2026-06-11",
    "2024-02-28",
    "2025-12-31",
];

/// One half-hour: most are known.
fn half_hour() -> impl Strategy<Value = HalfHour> {
    let quality = prop_oneof![
        Just(Quality::Actual),
        Just(Quality::Estimated),
        Just(Quality::Spread)
    ];
    let micro = prop_oneof![
        4 => (0..1_000_000_000_i64).prop_map(Some),
        1 => Just(Some(0)),
        1 => Just(None),
    ];
    let known = |(micro, quality): (Option<Quantity>, Quality)| match micro {
        Some(_) => (micro, quality),
        None => UNKNOWN,
    };
    (micro, quality).prop_map(known)
}

/// The days of two meters that follow one another.
fn days() -> impl Strategy<Value = (NaiveDate, Vec<Vec<HalfHour>>)> {
    let first = proptest::sample::select(FIRST_DAYS.to_vec()).prop_map(day);
    let of_a_day = proptest::collection::vec(half_hour(), events::MAX_SLOTS);
    (first, proptest::collection::vec(of_a_day, 2..6))
}

/// Half-hours as a format can say them: only qualities that it has texts for, and of the hour that clocks show twice the first
/// where it has one column for both.
fn sayable(description: &Description, day: SettlementDay, half_hours: &mut [HalfHour]) {
    let status = description.status.as_ref();
    let of_the_row = status.is_some_and(|status| status.column.is_some());
    let first = half_hours.iter().find(|(value, _)| value.is_some());
    let first = first.map_or(Quality::Actual, |(_, quality)| *quality);
    for (_, quality) in half_hours.iter_mut().filter(|(value, _)| value.is_some()) {
        if of_the_row && description.layout == Layout::Day {
            *quality = first;
        }
        let has_text = status.is_some_and(|status| match quality {
            Quality::Actual => true,
            Quality::Estimated => !status.texts.estimated.is_empty(),
            Quality::Spread => !status.texts.spread.is_empty(),
        });
        if !has_text {
            *quality = Quality::Actual;
        }
    }
    let knows_hour_once = description.layout == Layout::Day && description.labels().len() == 48;
    if knows_hour_once && description.clock == Clock::Local && day.slots() == 50 {
        half_hours[4..6].fill(UNKNOWN);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn what_is_written_in_any_format_is_read_back((first, drawn) in days(), newest_first: bool, notation: usize) {
        let formats = Formats::shipped().unwrap();
        for format in formats.names().filter_map(|name| formats.find(name)) {
            let Reads::Readings(description) = &format.reads else {
                continue;
            };
            let numbers = meters(description.meter.kind);
            let mut days = Days::new();
            for (at, half_hours) in drawn.iter().enumerate() {
                let on = SettlementDay(first + TimeDelta::days(at as i64 / 2));
                let mut half_hours = half_hours[..on.slots()].to_vec();
                sayable(description, on, &mut half_hours);
                days.insert((numbers[at % 2].to_owned(), on), half_hours);
            }
            let text = written(description, &days, notation, newest_first);
            let (register, bounds) = (Register::default(), bounds());
            let known = ReadingContext { register: &register, bounds: &bounds, part: None };
            let Content::Readings(sheet) = Content::read(format, &text, &known).unwrap() else {
                panic!("{} holds readings", format.name);
            };
            let context = format!("{}\n{text}", format.name);
            prop_assert!(sheet.refused.is_empty(), "{:?} {context}", sheet.refused);
            prop_assert_eq!(&sheet.totals_off, &[""; 0], "{}", context);
            let is_known = |half_hours: &[HalfHour]| half_hours.iter().any(|(value, _)| value.is_some());
            let read: BTreeMap<_, _> = sheet
                .days
                .into_iter()
                .filter(|day| is_known(&day.day.half_hours))
                .map(|day| ((day.day.meter.number().to_owned(), day.day.day), day.day.half_hours))
                .collect();
            days.retain(|_, half_hours| is_known(half_hours));
            prop_assert_eq!(read, days, "{}", context);
        }
    }
}
