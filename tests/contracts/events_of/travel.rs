//! Surveys, initiatives and accreditations.

use events::{
    Audience, InitiativeKind, InitiativeStatus, Journeys, Mode, ModeCounts, StarsLevel,
    TravelAccredited, TravelInitiative, TravelSurveyed,
};
use proptest::collection::{btree_map, vec};
use proptest::option::of;
use proptest::prelude::*;
use proptest::sample::select;

use super::{day, days, decimal, people, text};

fn counts() -> impl Strategy<Value = ModeCounts> {
    btree_map(mode(), people(), 0..=11)
}

fn mode() -> impl Strategy<Value = Mode> {
    select(Mode::ALL.to_vec())
}

fn journeys() -> impl Strategy<Value = Journeys> {
    (mode(), decimal(0, 500), decimal(0, 500), people()).prop_map(|(mode, one, other, count)| {
        Journeys {
            mode,
            from_km: one.min(other),
            to_km: one.max(other),
            count,
        }
    })
}

pub fn surveyed() -> impl Strategy<Value = TravelSurveyed> {
    let audience = select(vec![Audience::Pupil, Audience::Staff]);
    (
        day(),
        audience,
        text(),
        people(),
        counts(),
        counts(),
        vec(journeys(), 0..=3),
    )
        .prop_map(
            |(day, audience, group, roll, current, preferred, journeys)| {
                let survey = TravelSurveyed {
                    surveyed_on: day.parse().expect("a day"),
                    audience,
                    group,
                    roll,
                    current,
                    preferred,
                    journeys,
                };
                shared_out(survey)
            },
        )
}

/// The same survey with each question's answers shared out so that no question has more of them than the roll.
fn shared_out(survey: TravelSurveyed) -> TravelSurveyed {
    let mut survey = survey;
    for counts in [&mut survey.current, &mut survey.preferred] {
        let parts = counts.len().max(1) as u32;
        counts
            .values_mut()
            .for_each(|count| *count = (*count).min(survey.roll / parts));
    }
    let parts = survey.journeys.len().max(1) as u32;
    let journeys = survey.journeys.iter_mut();
    journeys.for_each(|one| one.count = one.count.min(survey.roll / parts));
    survey
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
