//! From a metered line down to the revisions of a half-hour.

use events::{Data, MICRO, Quality, Unit};
use footprint::ledger::Slots;
use lake::Month;

use crate::explain::figure_name::Figure;
use crate::explain::question::months;
use crate::explain::required_rows::{RequiredRows, required_rows};
use crate::explain::{Amount, ExplainError, InvalidQuestion, counted};
use crate::fixtures::ledger::{ELECTRICITY, GAS, World, at, day, question};

/// 1 kWh in every half-hour, then a correction of the first two, then another source's estimate of all, issued last.
fn corrected() -> World {
    let mut world = World::new();
    world.reading(ELECTRICITY, "2025-03-04", Unit::KilowattHours, MICRO);
    let correction = world.reading(ELECTRICITY, "2025-03-04", Unit::KilowattHours, 3 * MICRO);
    correction.issued = at("2025-09-02T00:00:00Z").timestamp_micros();
    correction.slots = Slots::of_quality(Quality::Actual, [3 * MICRO; 2]);
    let estimate = world.reading(ELECTRICITY, "2025-03-04", Unit::KilowattHours, 9 * MICRO);
    estimate.issued = at("2025-09-03T00:00:00Z").timestamp_micros();
    estimate.identity.source = "collector".into();
    estimate.slots = Slots::of_quality(Quality::Estimated, [9 * MICRO; 48]);
    world
}

#[test]
fn every_revision_of_a_half_hour_is_listed_the_standing_one_first_with_its_rule() {
    let world = corrected();
    let why = world
        .ask(&question(&format!("electricity {ELECTRICITY} 2025-03-04")))
        .unwrap();
    let half_hours = &why.meters[0].half_hours;
    assert_eq!(half_hours.len(), 48);
    let first = &half_hours[0];
    let revisions: Vec<_> = first
        .revisions
        .iter()
        .map(|one| (one.value.0 / MICRO, one.quality, one.stands))
        .collect();
    assert_eq!(
        revisions,
        [
            (3, Some("actual"), true),
            (9, Some("estimated"), false),
            (1, Some("actual"), false)
        ]
    );
    let because: Vec<_> = first
        .revisions
        .iter()
        .map(|one| one.because.as_str())
        .collect();
    let last = "of one source, the value issued last counts, whatever its quality";
    let before = "an actual value stands before an estimated value";
    assert_eq!(because, [before, before, last]);
    assert_eq!(
        (first.clock.as_str(), first.value),
        ("00:00", Some(Amount(3 * MICRO)))
    );
    let standing = &first.revisions[0].event;
    assert_eq!(standing.token.as_deref(), Some("site-manager"));
    assert_eq!((standing.partition, standing.offset), (3, 6));
    assert_eq!(standing.issued, at("2025-09-02T00:00:00Z"));
    // The third half-hour was not corrected.
    assert_eq!(half_hours[2].revisions.len(), 2);
    assert_eq!(half_hours[2].value, Some(Amount(MICRO)));
}

#[test]
fn a_day_lists_its_events_and_what_of_each_stands() {
    let why = corrected().ask(&question("electricity 2025-03")).unwrap();
    let days = &why.meters[0].days;
    assert_eq!(days.len(), 31);
    let one = &days[3];
    // 46 half-hours of 1 kWh and two of 3.
    assert_eq!(
        (one.day, one.sum),
        (day("2025-03-04"), Some(Amount(52 * MICRO)))
    );
    assert_eq!((one.present, one.estimated, one.half_hours), (48, 0, 48));
    let stand: Vec<_> = one
        .events
        .iter()
        .map(|sent| (sent.half_hours, sent.stand))
        .collect();
    assert_eq!(
        stand,
        [(48, 0), (2, 2), (48, 46)],
        "the one issued last first"
    );
    assert_eq!((one.replaced(), one.conflicts()), (1, 0));
    let nothing = &days[4];
    assert_eq!(
        (nothing.sum, nothing.present),
        (None, 0),
        "missing is not zero"
    );
}

#[test]
fn a_row_of_the_same_name_with_other_content_is_put_aside_and_listed_once() {
    let mut world = World::new();
    world.reading(ELECTRICITY, "2025-03-04", Unit::KilowattHours, MICRO);
    let name = world.rows.readings[0].identity.clone();
    let other = world.reading(ELECTRICITY, "2025-03-04", Unit::KilowattHours, 2 * MICRO);
    other.identity = name;
    // Compaction may have left each of them in two objects.
    let again = world.rows.readings.clone();
    world.rows.readings.extend(again);
    let why = world.ask(&question("electricity 2025-03-04")).unwrap();
    let meter = &why.meters[0];
    assert_eq!(meter.days[0].conflicts(), 1);
    assert_eq!(meter.days[0].sum, Some(Amount(48 * MICRO)));
    let revisions = &meter.half_hours[0].revisions;
    assert_eq!(revisions.len(), 2);
    assert_eq!(revisions[0].because, "the only value");
    assert!(revisions[1].because.contains("an earlier event has") && !revisions[1].stands);
}

#[test]
fn the_half_hours_of_the_day_the_clocks_change_name_their_clock() {
    let mut world = World::new();
    world.reading(ELECTRICITY, "2025-03-30", Unit::KilowattHours, MICRO);
    let why = world.ask(&question("electricity 2025-03-30")).unwrap();
    let clocks: Vec<_> = why.meters[0]
        .half_hours
        .iter()
        .map(|one| one.clock.as_str())
        .collect();
    assert_eq!(clocks.len(), 46);
    assert_eq!(clocks[1..3], ["00:30 GMT", "02:00 BST"]);
}

#[test]
fn a_gas_meter_in_cubic_metres_shows_how_they_become_kilowatt_hours() {
    let mut world = World::new();
    // 48 half-hours of a cubic metre are 48 m3, and two days of January 96 m3: 96 x 1.02264 x 39.5 / 3.6 = 1,077.1808 kWh.
    for on in ["2025-01-07", "2025-01-08"] {
        world.reading(GAS, on, Unit::CubicMetres, MICRO);
    }
    let why = world.ask(&question(&format!("gas {GAS}"))).unwrap();
    let meter = &why.meters[0];
    assert_eq!(meter.months.len(), 12);
    let january = &meter.months[4];
    assert_eq!(
        (january.month.as_str(), january.volume),
        ("2025-01", Some(Amount(96 * MICRO)))
    );
    assert_eq!(january.energy, Some(Amount(1_077_180_800)));
    assert_eq!(
        (january.days_present, january.present, january.expected),
        (2, 96, 31 * 48)
    );
    // March has lost an hour.
    assert_eq!(meter.months[6].expected, 31 * 48 - 2);
    assert_eq!(
        (meter.months[5].energy, meter.months[5].volume),
        (None, None)
    );
    let formula = meter.formula.as_deref().unwrap();
    assert!(
        formula.contains("1.02264") && formula.contains("39.5"),
        "{formula}"
    );
    assert_eq!(why.checks.len(), 1);
    assert!(why.checks[0].agrees, "{:?}", why.checks);
    assert_eq!(meter.registered.len(), 1);
    assert!(meter.registered[0].counts && meter.registered[0].text.contains("39.5 MJ"));
}

/// 48 m³ on 8 January at 39.5 MJ/m³ and 48 m³ on 9 January at 38.9: 538.590400 + 530.409280 kWh.
#[test]
fn a_meter_registered_anew_lists_both_registrations_and_each_formula_with_its_days() {
    let mut world = World::new();
    let anew: events::MeterRegistered = serde_json::from_value(serde_json::json!({
        "meter": GAS, "fuel": "gas", "from": "2025-01-09", "calorific_value": 38.9,
    }))
    .unwrap();
    world.event("register", "anew", Data::MeterRegistered(anew));
    for on in ["2025-01-08", "2025-01-09"] {
        world.reading(GAS, on, Unit::CubicMetres, MICRO);
    }
    let why = world.ask(&question(&format!("gas {GAS}"))).unwrap();
    let meter = &why.meters[0];
    let energy = Amount(538_590_400 + 530_409_280);
    assert_eq!(
        (meter.energy, meter.months[4].energy),
        (energy, Some(energy))
    );
    let formula = meter.formula.as_deref().unwrap();
    let (before, after) = formula.split_once("; ").unwrap();
    let formula_has = |text: &str, days: &str, value: &str| {
        assert!(text.starts_with(days) && text.contains(value), "{text}");
    };
    formula_has(
        before,
        "from 1 September 2024 to 8 January 2025: ",
        "39.5 MJ",
    );
    formula_has(after, "from 9 January 2025 to 31 August 2025: ", "38.9 MJ");
    assert_eq!(meter.registered.len(), 2);
    assert!(meter.registered.iter().all(|event| event.counts));
    assert!(
        why.checks.iter().all(|check| check.agrees),
        "{:?}",
        why.checks
    );
}

#[test]
fn rows_that_the_figure_does_not_count_yet_are_seen_to_differ() {
    let mut world = World::new();
    world.reading(ELECTRICITY, "2025-03-04", Unit::KilowattHours, MICRO);
    let before = world.footprint();
    world.reading(ELECTRICITY, "2025-03-05", Unit::KilowattHours, MICRO);
    let question_of_meter = question(&format!("electricity {ELECTRICITY}"));
    let why = crate::explain::answer(&before, &question_of_meter, &world.rows).unwrap();
    let check = &why.checks[0];
    assert_eq!(
        (check.figure, check.ledger),
        (Amount(48 * MICRO), Amount(96 * MICRO))
    );
    assert!(!check.agrees);
}

#[test]
fn only_the_requested_months_are_read() {
    let mut world = World::new();
    world.reading(ELECTRICITY, "2025-03-04", Unit::KilowattHours, MICRO);
    let footprint = world.footprint();
    let read = |text: &str| -> RequiredRows {
        let question = question(text);
        let days = question.days(counted(&footprint)).unwrap();
        required_rows(
            &question,
            &Figure::parse(question.figure(), &footprint).unwrap(),
            days,
        )
    };
    assert_eq!(
        read("electricity").months.len(),
        0,
        "the footprint has the meters"
    );
    assert_eq!(read(&format!("electricity {ELECTRICITY}")).months.len(), 12);
    let march: Month = "2025-03".parse().unwrap();
    for one in ["electricity 2025-03", "intensity 2025-03-04"] {
        assert!(read(one).months.into_iter().eq([march]), "{one}");
    }
    assert_eq!(read("waste 2025-03").months.len(), 0);
    assert_eq!(months(counted(&footprint)).len(), 12);
}

#[test]
fn what_is_not_there_is_answered_with_what_is() {
    let mut world = World::new();
    world.reading(ELECTRICITY, "2025-03-04", Unit::KilowattHours, MICRO);
    let error_of = |text: &str| world.ask(&question(text)).unwrap_err().to_string();
    let unknown = error_of("petrol");
    assert!(
        unknown.contains("\"petrol\"") && unknown.contains("intensity, gross"),
        "{unknown}"
    );
    assert!(unknown.contains("electricity"), "{unknown}");
    let meter = error_of(&format!("electricity {GAS}"));
    assert!(
        meter.contains(&format!("those that have are {ELECTRICITY}")),
        "{meter}"
    );
    let month = error_of("electricity 2025-11");
    assert!(month.contains("2024-09-01 to 2025-08-31"), "{month}");
    let error = world
        .ask(&question("electricity 2025-02 2025-03-04"))
        .unwrap_err();
    assert!(matches!(
        error,
        ExplainError::InvalidQuestion(InvalidQuestion::OtherMonth { .. })
    ));
}
