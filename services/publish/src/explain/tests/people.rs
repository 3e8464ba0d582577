//! Pupils, levels, surveys and evidence: which of several events counts.

use events::{
    Audience, Data, EvidenceFiled, EvidenceKind, EvidenceStatus, InitiativeKind, InitiativeStatus,
    Journeys, MICRO, Mode, StarsLevel, TravelAccredited, TravelInitiative, TravelSurveyed, Unit,
};

use crate::explain::Amount;
use crate::fixtures::ledger::{ELECTRICITY, World, day, question};

/// A school with a measurement: without one, a year has no figures.
fn school() -> World {
    let mut world = World::new();
    world.reading(ELECTRICITY, "2025-03-04", Unit::KilowattHours, MICRO);
    world
}

fn survey(group: &str, on: &str, walk: u32, car: u32) -> Data {
    Data::TravelSurveyed(TravelSurveyed {
        surveyed_on: day(on),
        audience: Audience::Pupil,
        group: group.to_owned(),
        roll: 30,
        current: [(Mode::Walk, walk), (Mode::Car, car)].into(),
        preferred: Default::default(),
        journeys: Vec::new(),
    })
}

#[test]
fn pupils_are_those_of_the_registration_that_stands() {
    let world = school();
    let why = world.ask(&question("pupils")).unwrap();
    assert_eq!(why.figure.value, Some(200.0));
    assert_eq!(why.events.len(), 1);
    let one = &why.events[0];
    assert!(one.counts && one.because.contains("census") && one.because.contains("member"));
    assert!(
        one.text.contains("200 pupils on 3 October 2024"),
        "{}",
        one.text
    );
    assert_eq!((one.event.id.as_str(), one.event.offset), ("school", 1));
}

#[test]
fn a_level_is_listed_with_its_award_and_those_that_ran_out() {
    let mut world = school();
    for (id, level, awarded_on, valid_until) in [
        ("1", StarsLevel::Good, "2023-07-01", "2024-07-31"),
        ("2", StarsLevel::Approved, "2025-01-10", "2026-07-31"),
        ("3", StarsLevel::VeryGood, "2025-03-31", "2027-07-31"),
    ] {
        let award = TravelAccredited {
            level,
            awarded_on: day(awarded_on),
            valid_until: day(valid_until),
        };
        world.event("stars", id, Data::TravelAccredited(award));
    }
    let why = world.ask(&question("stars")).unwrap();
    assert_eq!(why.figure.value, Some(3.0));
    let counts: Vec<_> = why.events.iter().map(|one| one.counts).collect();
    assert_eq!(counts, [false, false, true]);
    assert!(why.events[0].because.contains("run out"));
}

#[test]
fn the_last_survey_of_a_group_counts_and_no_count_of_people_is_shown() {
    let mut world = World::new();
    world.event("class", "4-first", survey("Year 4", "2024-10-10", 17, 13));
    world.event("class", "4-again", survey("Year 4", "2025-05-10", 19, 11));
    world.event("class", "5", survey("Year 5", "2025-05-12", 3, 27));
    let why = world.ask(&question("survey_pupil")).unwrap();
    let counts: Vec<_> = why.events.iter().map(|one| one.counts).collect();
    assert_eq!(counts, [false, true, true]);
    let json = serde_json::to_string(&why.events).unwrap();
    for count in ["17", "19", "\"3", " 3 "] {
        assert!(!json.contains(&format!("{count} ")), "{count} in {json}");
    }
    assert!(why.events.iter().all(|one| one.quantity.is_none()));
}

#[test]
fn evidence_is_listed_with_what_it_replaced() {
    let mut world = school();
    for (id, kpi, status) in [
        ("1", 10, EvidenceStatus::Draft),
        ("2", 10, EvidenceStatus::InForce),
        ("3", 8, EvidenceStatus::InForce),
    ] {
        let filed = EvidenceFiled {
            kpi,
            kind: EvidenceKind::SustainabilityPlan,
            title: "Our plan".to_owned(),
            status,
            dated: day("2025-01-15"),
            expires: None,
            link: None,
        };
        world.event("office", id, Data::EvidenceFiled(filed));
    }
    let why = world.ask(&question("evidence_10")).unwrap();
    let counts: Vec<_> = why
        .events
        .iter()
        .map(|one| (one.event.id.as_str(), one.counts))
        .collect();
    assert_eq!(counts, [("1", false), ("2", true)]);
    assert_eq!(world.ask(&question("evidence")).unwrap().events.len(), 3);
    assert!(why.figures.iter().any(|known| known.name == "evidence_8"));
}

#[test]
fn commuting_is_listed_with_the_surveys_that_state_distances() {
    let mut world = school();
    let mut far = survey("Year 4", "2025-05-10", 8, 11);
    if let Data::TravelSurveyed(one) = &mut far {
        one.journeys = vec![Journeys {
            mode: Mode::Car,
            from_km: 2.0,
            to_km: 4.0,
            count: 11,
        }];
    }
    world.event("class", "4", far);
    world.event("class", "5", survey("Year 5", "2025-05-12", 9, 20));
    let why = world.ask(&question("commuting_pupil_car")).unwrap();
    // Eleven cars, three kilometres there and three back on 190 days.
    assert_eq!(why.figure.lines[0].quantity, Amount(11 * 6 * 190 * MICRO));
    let counted: Vec<_> = why
        .events
        .iter()
        .map(|one| (one.event.id.as_str(), one.counts))
        .collect();
    assert_eq!(counted, [("4", true)], "the other does not say how far");
    assert!(
        why.notes
            .iter()
            .any(|note| note.contains("190 school days")),
        "{:?}",
        why.notes
    );
    assert_eq!(
        why.events[0].quantity, None,
        "the number of people is not shown"
    );
}

#[test]
fn an_initiative_counts_once_and_as_delivered_when_it_was() {
    let mut world = school();
    for (id, status, started_on) in [
        ("plan", InitiativeStatus::Planned, "2025-06-01"),
        ("done", InitiativeStatus::Delivered, "2025-06-03"),
        ("other", InitiativeStatus::Planned, "2025-07-01"),
    ] {
        let title = if id == "other" {
            "Bike week"
        } else {
            "Walking bus"
        };
        let one = TravelInitiative {
            title: title.to_owned(),
            kind: InitiativeKind::Travel,
            category: "walking".to_owned(),
            status,
            started_on: day(started_on),
            ended_on: None,
            participants: Some(3),
        };
        world.event("office", id, Data::TravelInitiative(one));
    }
    let why = world.ask(&question("initiatives")).unwrap();
    let counted: Vec<_> = why
        .events
        .iter()
        .map(|one| (one.event.id.as_str(), one.counts))
        .collect();
    assert_eq!(counted, [("plan", false), ("done", true), ("other", true)]);
    assert_eq!(why.events[2].because, "planned");
    assert_eq!(why.figure.value, Some(1.0));
}
