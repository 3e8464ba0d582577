//! Surveys, initiatives and accreditations.

use events::{
    Audience, InitiativeKind, InitiativeStatus, Mode, ModeCounts, StarsLevel, TravelAccredited,
    TravelInitiative, TravelSurveyed,
};
use proptest::collection::btree_map;
use proptest::option::of;
use proptest::prelude::*;
use proptest::sample::select;

use super::{day, days, people, text};

fn counts() -> impl Strategy<Value = ModeCounts> {
    use Mode::*;
    let mode = vec![
        Walk,
        Scoot,
        Cycle,
        ParkAndStride,
        CarShare,
        Car,
        PublicBus,
        SchoolBus,
        Taxi,
        Rail,
        Other,
    ];
    btree_map(select(mode), people(), 0..=11)
}

pub fn surveyed() -> impl Strategy<Value = TravelSurveyed> {
    let audience = select(vec![Audience::Pupil, Audience::Staff]);
    (day(), audience, text(), people(), counts(), counts()).prop_map(
        |(day, audience, group, roll, current, preferred)| TravelSurveyed {
            surveyed_on: day.parse().expect("a day"),
            audience,
            group,
            roll,
            current,
            preferred,
        },
    )
}

pub fn initiative() -> impl Strategy<Value = TravelInitiative> {
    use InitiativeKind::{Consultation, Supporting, Travel};
    let kind = select(vec![Travel, Supporting, Consultation]);
    let status = select(vec![InitiativeStatus::Planned, InitiativeStatus::Delivered]);
    (
        text(),
        kind,
        text(),
        status,
        days(),
        any::<bool>(),
        of(people()),
    )
        .prop_map(
            |(title, kind, category, status, (from, to), ended, participants)| TravelInitiative {
                title,
                kind,
                category,
                status,
                started_on: from.parse().expect("a day"),
                ended_on: ended.then(|| to.parse().expect("a day")),
                participants,
            },
        )
}

pub fn accredited() -> impl Strategy<Value = TravelAccredited> {
    use StarsLevel::{Approved, Excellent, Good, Outstanding, VeryGood};
    let level = select(vec![Approved, Good, VeryGood, Excellent, Outstanding]);
    (level, days()).prop_map(|(level, (from, to))| TravelAccredited {
        level,
        awarded_on: from.parse().expect("a day"),
        valid_until: to.parse().expect("a day"),
    })
}
