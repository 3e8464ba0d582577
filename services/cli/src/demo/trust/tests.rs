#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may panic")]

mod calibration;
mod oddities;
mod waste;

use std::collections::{BTreeMap, HashMap};

use chrono::Duration;
use events::{Channel, MeterId, MeterReadings, SettlementDay};

use super::calendar::date;
use super::faults::Fate;
use super::*;

fn trust() -> MadeUpTrust {
    MadeUpTrust::new(7, date(2026, 11, 22))
}

fn readings(event: &Event) -> &MeterReadings {
    match &event.data {
        Data::MeterReadings(readings) => readings,
        other => panic!("{:?} is not a reading", other.kind()),
    }
}

/// All events except readings, and some readings.
fn everything(trust: &MadeUpTrust) -> Vec<Event> {
    let (from, to) = (date(2025, 9, 1), date(2026, 11, 22));
    let (march, april) = (date(2026, 3, 20), date(2026, 4, 1));
    let mut events = trust.register(to);
    events.extend(trust.history(march, april).flatten());
    events.extend(trust.late_and_corrected(from, to));
    events.extend(trust.waste(from, to));
    events.extend(trust.travel(from, to));
    events.extend(trust.activity(from, to));
    events.extend(trust.evidence(from, to));
    events.extend(trust.grid(from, to));
    let noon = SettlementDay(to).starts() + Duration::hours(12);
    events.extend(trust.live(SettlementDay(to).starts(), noon));
    events
}

#[test]
fn the_same_seed_makes_the_same_events_and_every_one_is_valid() {
    let events = everything(&trust());
    assert_eq!(events, everything(&trust()));
    let mut ids = HashMap::new();
    for event in &events {
        let json = event.to_json().unwrap();
        assert_eq!(*event, Event::parse(&json).unwrap());
        let named = ids.insert((event.source.clone(), event.id.clone()), json);
        assert_eq!(named, None, "two events of one name");
        assert!(event.time <= SettlementDay(date(2026, 11, 23)).starts());
    }
    assert_ne!(events, everything(&MadeUpTrust::new(8, trust().started)));
}

#[test]
fn every_school_and_meter_is_there() {
    let trust = trust();
    let register = trust.register(trust.started);
    assert_eq!((trust.schools.len(), trust.meters.len()), (15, 37));
    assert_eq!(register.len(), 15 + 37);
    let secondaries = trust.schools.iter().filter(|school| school.is_secondary());
    assert_eq!(secondaries.count(), 3);
}

#[test]
fn a_later_start_with_the_same_folder_contradicts_nothing() {
    let trust = trust();
    let week_later = trust.started + chrono::Days::new(7);
    let sent = |to| {
        let from = date(2026, 9, 1);
        let mut all = trust.register(to);
        all.extend(trust.history(from, to).flatten());
        all.extend(trust.late_and_corrected(from, to));
        all.extend(trust.waste(from, to));
        all.extend(trust.travel(from, to));
        all.extend(trust.activity(from, to));
        all.extend(trust.evidence(from, to));
        all.extend(trust.grid(from, to));
        all
    };
    let by_name = |event: &Event| (event.source.clone(), event.id.clone());
    let later: HashMap<_, _> = sent(week_later)
        .into_iter()
        .map(|e| (by_name(&e), e))
        .collect();
    for event in sent(trust.started) {
        assert_eq!(later.get(&by_name(&event)), Some(&event));
    }
}

#[test]
fn live_half_hours_are_those_of_the_days_event() {
    let trust = trust();
    // The clocks go back on this day: 50 half-hours.
    let (day, next) = (date(2026, 10, 25), date(2026, 10, 26));
    let (starts, ends) = (SettlementDay(day).starts(), SettlementDay(day).ends());
    let mut live: BTreeMap<(MeterId, Channel), Vec<Option<f64>>> = BTreeMap::new();
    let mut since = starts;
    while since < ends {
        let until = since + Duration::minutes(70);
        for event in trust.live(since, until.min(ends)) {
            let part = readings(&event);
            let values = live.entry((part.meter.clone(), part.channel)).or_default();
            let at = (part.start.unwrap().to_utc() - starts).num_minutes() / 30;
            values.resize(at as usize, None);
            values.extend(&part.values);
        }
        since = until;
    }
    for event in trust.history(day, next).flatten() {
        let whole = readings(&event);
        assert_eq!(whole.values.len(), 50);
        if whole.quality.is_none() {
            let mut values = live.remove(&(whole.meter.clone(), whole.channel)).unwrap();
            values.resize(50, None);
            assert_eq!(values, whole.values, "{}", event.id);
        }
    }
    assert!(live.is_empty());
    assert_eq!(trust.live(starts, starts + Duration::minutes(29)), []);
}

#[test]
fn something_goes_wrong_of_every_kind() {
    let trust = trust();
    let (from, to) = (date(2025, 10, 1), trust.started);
    let mut fates = BTreeMap::new();
    for day in days(from, to) {
        let slots = SettlementDay(day).slots();
        for meter in &trust.meters {
            let fate = match trust.fate(meter, day, slots) {
                Fate::Sent(holes) if holes.is_empty() => "sent",
                Fate::Sent(_) => "with holes",
                Fate::Estimated(None) => "estimated",
                Fate::Estimated(Some(_)) => "corrected",
                Fate::Missing(None) => "missing",
                Fate::Missing(Some(_)) => "late",
                Fate::ByFile => "by file",
                Fate::Silent => "silent",
            };
            *fates.entry(fate).or_insert(0) += 1;
        }
    }
    assert_eq!((fates["by file"], fates["silent"]), (14, 35));
    let often = |fate: &str| f64::from(fates[fate]) / f64::from(fates.values().sum::<i32>());
    assert!(
        often("sent") > 0.93 && often("estimated") > 0.001,
        "{fates:?}"
    );
    assert!(
        often("corrected") > 0.005 && often("late") > 0.002,
        "{fates:?}"
    );
}

#[test]
fn the_suppliers_file_brings_the_days_that_were_not_sent() {
    let trust = trust();
    let (from, to) = trust.supplier_days();
    let (name, text) = trust.supplier_file(from, to);
    assert_eq!(name, "duskley-primary-school-half-hourly-2026-10-26.csv");
    let rows: Vec<Vec<_>> = text.lines().map(|row| row.split(',').collect()).collect();
    assert_eq!(rows.len(), 15);
    assert!(rows.iter().all(|row| row.len() == 3 + 96));
    assert_eq!(
        rows[1][..3],
        ["Duskley Primary School", "2399999913011", "26/10/2026"]
    );
    let mut sent = trust.history(from, to).flatten();
    assert!(sent.all(|event| readings(&event).meter.number() != "2399999913011"));
}
