//! The travel of a made-up school.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use events::{AcademicYear, Audience, InitiativeKind, Mode, StarsLevel};
use footprint::{Days, RollDoubt, StarsFigures, SurveyFigures, TravelFigures};

/// School 5 has asked nobody.
pub fn travel(n: u32, pupils: u32) -> TravelFigures {
    let responses = pupils * 8 / 10;
    let (car, scoot) = (responses * 3 / 10, 3);
    let walk = responses - car - scoot - 20;
    let current: BTreeMap<Mode, u32> = [
        (Mode::Walk, walk),
        (Mode::Scoot, scoot),
        (Mode::Cycle, 20),
        (Mode::Car, car),
    ]
    .into();
    let preferred: BTreeMap<Mode, u32> = [
        (Mode::Walk, walk - 20),
        (Mode::Cycle, car + 43),
        (Mode::Car, 0),
    ]
    .into();
    let asked = |year| Days {
        from: NaiveDate::from_ymd_opt(year, 10, 13).unwrap(),
        to: NaiveDate::from_ymd_opt(year, 10, 16).unwrap(),
    };
    let survey = SurveyFigures {
        asked: Some(asked(2026)),
        roll: pupils,
        responses,
        preferred,
        current,
    };
    let earlier = SurveyFigures {
        asked: Some(asked(2023)),
        current: [
            (Mode::Walk, walk - 10),
            (Mode::Cycle, 20),
            (Mode::Car, car + 13),
        ]
        .into(),
        ..survey.clone()
    };
    let levels = [
        None,
        Some(StarsLevel::Approved),
        Some(StarsLevel::Good),
        Some(StarsLevel::VeryGood),
        Some(StarsLevel::Excellent),
    ];
    TravelFigures {
        surveys: if n == 5 {
            BTreeMap::new()
        } else {
            [(Audience::Pupil, survey)].into()
        },
        delivered: [
            (InitiativeKind::Travel, 7 + n),
            (InitiativeKind::Supporting, 5),
        ]
        .into(),
        planned: [(InitiativeKind::Travel, 4)].into(),
        participants: [(InitiativeKind::Travel, 900 + u64::from(n))].into(),
        stars: levels[n as usize % 5].map(|level| StarsFigures {
            level,
            valid_until: NaiveDate::from_ymd_opt(2027, 7, 31).unwrap(),
        }),
        earlier: if n % 3 == 1 {
            let of_year = [(Audience::Pupil, earlier)].into();
            [(AcademicYear::beginning(2023), of_year)].into()
        } else {
            BTreeMap::new()
        },
        roll_doubts: if n == 2 {
            let census_date = NaiveDate::from_ymd_opt(2026, 10, 1).unwrap();
            vec![RollDoubt::Groups {
                pupils: u64::from(pupils) + 9,
                school_pupils: pupils,
                census_date,
            }]
        } else {
            Vec::new()
        },
    }
}
