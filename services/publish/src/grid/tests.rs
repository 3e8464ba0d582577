use std::collections::BTreeMap;

use events::{Channel, Fuel};
use events::{MAX_SLOTS, MICRO, Place, Quality, SettlementDay, Unit};
use footprint::Days;
use footprint::ledger::Slots;
use footprint::view::DayView;
use serde_json::{Value, json};

use super::*;
use crate::fixtures;
use crate::half_hours::Series;

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// A meter that measured 1 kWh in every half-hour of a day in winter.
fn found(text: &str) -> HalfHours {
    let view = DayView {
        unit: Unit::KilowattHours,
        slots: Slots::of_quality(Quality::Actual, [MICRO; MAX_SLOTS]),
        contradictions: Default::default(),
    };
    HalfHours {
        days: vec![day(text)],
        series: vec![Series {
            meter: "mpan:1710035168313".parse().unwrap(),
            channel: Channel::AI,
            fuel: Some(Fuel::Electricity),
            unit: Unit::KilowattHours,
            expected: Days::from_until(day(text), None),
            days: BTreeMap::from([(day(text), view)]),
        }],
    }
}

fn record(offset: i64, time: &str, payload: Value) -> StoredRecord {
    StoredRecord {
        topic: Topic::Grid,
        place: Place {
            partition: 0,
            offset,
        },
        key: format!("13/{offset}"),
        headers: vec![("ce_time".to_owned(), time.to_owned())],
        payload: Some(payload.to_string().into_bytes()),
    }
}

/// The intensities of a whole day in winter, all the same.
fn of_day(region: u8, text: &str, grams: u16) -> Value {
    json!({ "region": region, "start": format!("{text}T00:00:00Z"), "forecast": vec![grams; 48] })
}

#[test]
fn a_school_is_reported_by_the_intensities_of_its_region() {
    let grid = Grid::default();
    let mut school = fixtures::school(0);
    school.grid_region = Some(13.try_into().unwrap());
    assert!(grid.is_empty());
    let of = |school: &Footprint, on: &str| grid.report(school, &found(on));
    let none = of(&school, "2026-11-10");
    assert_eq!(
        (none.lack, none.of_use.known),
        (Some(GridLack::Intensities), 0)
    );

    // Of two events the one issued last counts, whichever came first; a record that cannot be read is left out.
    grid.take(&[
        record(0, "2026-11-10T08:00:00Z", of_day(13, "2026-11-10", 200)),
        record(1, "2026-11-09T08:00:00Z", of_day(13, "2026-11-10", 100)),
        record(2, "2026-11-10T08:00:00Z", json!({ "region": 99 })),
        record(3, "soon", of_day(13, "2026-11-10", 500)),
    ]);
    let london = of(&school, "2026-11-10");
    assert_eq!((london.lack, london.of_use.known), (None, 48));
    assert_eq!(london.of_use.by_forecast, 48);
    // 48 kWh at 200 g/kWh.
    assert_eq!(london.of_use.emissions.kilograms(), 9.6);
    assert_eq!(of(&school, "2026-11-11").lack, Some(GridLack::Intensities));
    let days = grid.days(&school);
    assert_eq!(days, Some((day("2026-11-10"), day("2026-11-10"))));

    // A school without a region is in Great Britain, of which nothing was sent: London's values do not stand in.
    school.grid_region = None;
    let anywhere = of(&school, "2026-11-10");
    assert_eq!(anywhere.region, GridRegion::GREAT_BRITAIN);
    assert_eq!(
        (anywhere.is_registered, anywhere.lack),
        (false, Some(GridLack::Intensities))
    );
}

#[test]
fn a_half_hour_that_a_meter_missed_is_not_known() {
    let grid = Grid::default();
    grid.take(&[record(
        0,
        "2026-11-10T08:00:00Z",
        of_day(18, "2026-11-10", 200),
    )]);
    let mut found = found("2026-11-10");
    let mut silent = found.series[0].clone();
    silent.meter = "mpan:2200012767323".parse().unwrap();
    silent.days.clear();
    found.series.push(silent);
    let report = grid.report(&fixtures::school(0), &found);
    assert_eq!(report.lack, Some(GridLack::Readings));
    assert_eq!(
        report.half_hours.len(),
        SettlementDay(day("2026-11-10")).slots()
    );
    assert_eq!((report.of_use.known, report.of_use.energy), (0, 0));
}
