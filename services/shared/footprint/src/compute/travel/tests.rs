#![allow(clippy::unwrap_used, reason = "a test stops where it fails")]

mod commuting;

use std::collections::BTreeMap;

use events::{AcademicYear, Audience, InitiativeKind, InitiativeStatus, Mode, StarsLevel};

use crate::factors::Fallback;
use crate::fixtures::{SchoolFixture, day};
use crate::note::Note;
use crate::roll_doubt::RollDoubt;

const PUPIL: Audience = Audience::Pupil;

#[test]
fn a_later_survey_of_a_group_takes_the_place_of_an_earlier_one_in_any_order() {
    let travel = |order: [usize; 3]| {
        let mut school = SchoolFixture::since("2010-01-01");
        for number in order {
            match number {
                0 => school.survey(0, "2025-10-14", PUPIL, "Year 4", 30, [20, 8], [25, 3]),
                1 => school.survey(1, "2026-03-10", PUPIL, "Year 4", 31, [22, 6], [24, 4]),
                _ => school.survey(2, "2025-10-14", PUPIL, "Year 5", 28, [10, 15], [20, 0]),
            }
        }
        school.travel("2025-26")
    };
    let figures = travel([0, 1, 2]);
    let pupils = &figures.surveys[&PUPIL];
    assert_eq!((pupils.roll, pupils.responses), (59, 53));
    assert_eq!(pupils.current, [(Mode::Walk, 32), (Mode::Car, 21)].into());
    assert_eq!(pupils.preferred, [(Mode::Walk, 44), (Mode::Car, 4)].into());
    assert_eq!(pupils.preferred_responses(), 48);
    let survey_days = pupils.asked.unwrap();
    assert_eq!(
        (survey_days.from, survey_days.to),
        (day("2025-10-14"), day("2026-03-10"))
    );
    for order in [[0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]] {
        assert_eq!(travel(order), figures);
    }
}

/// One class of 29 surveyed as Year 4 and again as Y4 is one class of 29, and the later survey counts.
#[test]
fn one_class_under_two_spellings_is_one_class_and_its_later_survey_stands() {
    for (first, again) in [("Year 4", "Y4"), ("7B", "year 7 b"), ("Reception", "YR")] {
        let mut school = SchoolFixture::since("2010-01-01");
        school.survey(0, "2025-10-14", PUPIL, first, 29, [12, 11], [0, 0]);
        school.survey(1, "2025-10-14", PUPIL, again, 29, [13, 9], [0, 0]);
        let pupils = &school.travel("2025-26").surveys[&PUPIL];
        assert_eq!((pupils.roll, pupils.responses), (29, 22), "{first}");
    }
}

/// A survey stored before rolls were checked has 33 answers for a roll of 29: 33 belong to the group, and no rate is above 1.
#[test]
fn a_response_rate_is_never_above_all() {
    let mut school = SchoolFixture::since("2010-01-01");
    school.survey(0, "2025-10-14", PUPIL, "Year 4", 29, [22, 11], [20, 0]);
    let footprint = school.footprint("2025-26", Fallback::None);
    let pupils = &footprint.travel.surveys[&PUPIL];
    assert_eq!((pupils.roll, pupils.responses), (33, 33));
    let staff = Audience::Staff;
    school.survey(1, "2025-10-14", staff, "Staff", 5, [4, 4], [0, 0]);
    let footprint = school.footprint("2025-26", Fallback::None);
    let of_staff = crate::stars::assess(&footprint).responses[&staff];
    assert_eq!(of_staff.ratio(), Some(1.0));
}

#[test]
fn groups_of_more_pupils_than_the_school_are_noted() {
    let mut school = SchoolFixture::since("2010-01-01");
    school.survey(0, "2026-10-13", PUPIL, "Kestrels", 120, [90, 8], [0, 0]);
    school.survey(1, "2026-10-13", PUPIL, "Year 4", 80, [60, 8], [0, 0]);
    let notes = |school: &SchoolFixture| -> Vec<Note> {
        let notes = school
            .footprint("trailing-12-months", Fallback::None)
            .notes
            .into_iter();
        let of_rolls = notes.filter(|note| matches!(note, Note::GroupRolls { .. }));
        of_rolls.collect()
    };
    assert_eq!(notes(&school), [], "200 of a school of 200");
    school.survey(2, "2026-10-13", PUPIL, "Owls", 1, [1, 0], [0, 0]);
    let together = |pupils| RollDoubt::Groups {
        pupils,
        school_pupils: 200,
        census_date: day("2026-10-01"),
    };
    let doubts = |school: &SchoolFixture| school.travel("trailing-12-months").roll_doubts;
    assert_eq!(doubts(&school), [together(201)]);
    let doubt = together(201);
    assert_eq!(notes(&school), [Note::GroupRolls { doubt }]);

    // A single group that is larger than the school is named, whatever it adds to the others.
    school.survey(3, "2026-10-13", PUPIL, "Wrens", 250, [9, 1], [0, 0]);
    let wrens = RollDoubt::Group {
        group: "Wrens".to_owned(),
        pupils: 250,
        school_pupils: 200,
        census_date: day("2026-10-01"),
    };
    assert_eq!(doubts(&school), [wrens]);
    // Staff are not counted as pupils.
    let staff = Audience::Staff;
    let mut school = SchoolFixture::since("2010-01-01");
    school.survey(0, "2026-10-13", staff, "Staff", 300, [9, 1], [0, 0]);
    assert_eq!(doubts(&school), []);
}

#[test]
fn twelve_months_do_not_count_pupils_in_the_groups_of_two_years() {
    let mut school = SchoolFixture::since("2010-01-01");
    school.survey(0, "2026-03-10", PUPIL, "Kestrels", 30, [20, 8], [0, 0]);
    school.survey(
        1,
        "2026-03-10",
        Audience::Staff,
        "Staff",
        12,
        [2, 8],
        [0, 0],
    );
    school.survey(2, "2026-10-13", PUPIL, "Year 4", 31, [21, 7], [0, 0]);
    let figures = school.travel("trailing-12-months");
    assert_eq!(figures.surveys[&PUPIL].roll, 31);
    // Staff were not surveyed again yet.
    assert_eq!(figures.surveys[&Audience::Staff].roll, 12);
}

/// Year 3 was surveyed in October 2025, before the twelve months to 22 November 2026 begin, and Year 4 in March: nine walk, six of
/// them in Year 4. If the two periods were shown separately, Year 3's could be worked out as 9 − 6 = 3.
#[test]
fn no_class_can_be_worked_out_of_two_periods() {
    let mut school = SchoolFixture::since("2010-01-01");
    school.survey(0, "2025-10-14", PUPIL, "Year 3", 30, [3, 24], [0, 0]);
    school.survey(1, "2026-03-10", PUPIL, "Year 4", 30, [6, 20], [0, 0]);
    let year = school.travel("2025-26").surveys[&PUPIL].clone();
    assert_eq!(year.current[&Mode::Walk], 9);
    assert_eq!(school.travel("trailing-12-months").surveys[&PUPIL], year);
    let before = AcademicYear::beginning(2025);
    let of_next = school.travel("trailing-12-months").earlier;
    assert_eq!(of_next[&before][&PUPIL], year);
}

/// The school went from one trust to another on 1 January 2026. Each trust shows the surveys of its days, and the later trust
/// has no set of the whole year, from which the earlier trust's could be subtracted.
#[test]
fn no_class_can_be_worked_out_of_the_figures_of_two_trusts() {
    let mut school = SchoolFixture::since("2010-01-01");
    school.moves_to_another_trust("2026-01-01");
    school.survey(0, "2025-10-14", PUPIL, "Year 3", 30, [3, 24], [0, 0]);
    school.survey(1, "2026-03-10", PUPIL, "Year 4", 30, [6, 20], [0, 0]);
    let walk = |trust: &str, period: &str| {
        let travel = school.travel_of(trust, period);
        let now = travel.surveys.get(&PUPIL).map(|it| it.current[&Mode::Walk]);
        let earlier = travel.earlier.get(&AcademicYear::beginning(2025));
        (now, earlier.map(|it| it[&PUPIL].current[&Mode::Walk]))
    };
    assert_eq!(walk("golden", "2025-26"), (Some(3), None));
    assert_eq!(walk("silver", "2025-26"), (Some(6), None));
    assert_eq!(walk("silver", "trailing-12-months"), (Some(6), Some(6)));
}

#[test]
fn surveys_of_the_four_academic_years_before_are_kept_by_year() {
    let mut school = SchoolFixture::since("2010-01-01");
    for (number, on) in (0..).zip([
        "2021-10-12",
        "2022-10-11",
        "2024-10-15",
        "2025-10-14",
        "2026-10-13",
    ]) {
        let walk = number as u32;
        school.survey(number, on, PUPIL, "Year 4", 30, [walk, 10], [0, 0]);
    }
    let years = |period| -> Vec<String> {
        let earlier = school.travel(period).earlier;
        earlier.keys().map(AcademicYear::to_string).collect()
    };
    // 2021/22 is five years before 2026/27.
    assert_eq!(years("2026-27"), ["2022/23", "2024/25", "2025/26"]);
    assert_eq!(
        years("trailing-12-months"),
        ["2022/23", "2024/25", "2025/26"]
    );
    assert_eq!(years("2025-26"), ["2021/22", "2022/23", "2024/25"]);
    let of_2022 = &school.travel("2026-27").earlier[&AcademicYear::beginning(2022)];
    assert_eq!(
        of_2022[&PUPIL].current,
        [(Mode::Walk, 1), (Mode::Car, 10)].into()
    );
}

#[test]
fn a_delivered_initiative_is_not_planned_and_plans_lie_ahead() {
    use InitiativeKind::{Consultation, Travel};
    use InitiativeStatus::{Delivered, Planned};
    let mut school = SchoolFixture::since("2010-01-01");
    school.initiative(
        0,
        "Walk to School Week",
        Travel,
        Planned,
        "2026-10-05",
        None,
    );
    school.initiative(
        1,
        "Walk to School Week",
        Travel,
        Delivered,
        "2026-10-05",
        Some(180),
    );
    school.initiative(2, "Bike library", Travel, Planned, "2027-05-10", None);
    school.initiative(
        3,
        "Parents' survey",
        Consultation,
        Delivered,
        "2026-09-20",
        Some(3),
    );
    let this_year = school.travel("2026-27");
    assert_eq!(this_year.delivered, [(Travel, 1), (Consultation, 1)].into());
    assert_eq!(this_year.planned, [(Travel, 1)].into());
    assert_eq!(
        this_year.participants,
        [(Travel, 180)].into(),
        "three are a few"
    );
    assert_eq!(
        school.travel("trailing-12-months").planned,
        [(Travel, 1)].into()
    );
}

#[test]
fn a_plan_to_do_it_again_does_not_undo_what_was_delivered() {
    use InitiativeKind::Travel;
    use InitiativeStatus::{Delivered, Planned};
    let mut school = SchoolFixture::since("2010-01-01");
    school.initiative(
        0,
        "Walk to School Week",
        Travel,
        Delivered,
        "2026-05-18",
        Some(180),
    );
    school.initiative(
        1,
        "Walk to School Week",
        Travel,
        Planned,
        "2027-05-17",
        None,
    );
    school.initiative(
        2,
        "Scooter training",
        Travel,
        Delivered,
        "2026-02-03",
        Some(40),
    );
    school.initiative(
        3,
        "Scooter training",
        Travel,
        Delivered,
        "2026-10-06",
        Some(50),
    );
    let trailing = school.travel("trailing-12-months");
    // One title counts as one initiative, but all participants count.
    assert_eq!(trailing.delivered, [(Travel, 2)].into());
    assert_eq!(trailing.participants, [(Travel, 270)].into());
    assert_eq!(trailing.planned, BTreeMap::new());
    assert_eq!(school.travel("2026-27").planned, [(Travel, 1)].into());
}

#[test]
fn the_highest_level_in_force_counts_and_of_two_the_one_that_lasts_longer() {
    let mut school = SchoolFixture::since("2010-01-01");
    school.award(0, StarsLevel::Excellent, "2023-07-31", "2026-07-31");
    school.award(1, StarsLevel::Good, "2026-03-31", "2027-03-31");
    school.award(2, StarsLevel::Good, "2026-07-31", "2027-07-31");
    school.award(3, StarsLevel::VeryGood, "2026-12-31", "2028-12-31");
    // Figures for a whole year at each trust.
    school.survey(4, "2025-10-14", PUPIL, "Year 4", 30, [20, 8], [0, 0]);
    let stars = |period| {
        let award = school.travel(period).stars?;
        Some((award.level, award.valid_until))
    };
    let until_july = Some((StarsLevel::Good, day("2027-07-31")));
    assert_eq!(stars("trailing-12-months"), until_july);
    // On 31 August 2026 Excellent had expired.
    assert_eq!(stars("2025-26"), until_july);
}

#[test]
fn surveys_before_anything_else_was_measured_are_compared_with_and_make_no_years() {
    let mut school = SchoolFixture::since("2010-01-01");
    school.survey(0, "2023-10-10", PUPIL, "Year 4", 30, [18, 10], [0, 0]);
    school.survey(1, "2025-10-14", PUPIL, "Year 4", 30, [20, 8], [0, 0]);
    let alone = ["2023-24", "2025-26", "2026-27", "trailing-12-months"];
    assert_eq!(school.periods(), alone);
    let walks = InitiativeKind::Travel;
    school.initiative(
        2,
        "Walk to School Week",
        walks,
        InitiativeStatus::Delivered,
        "2025-10-06",
        None,
    );
    assert_eq!(school.periods(), &alone[1..]);
    let earlier = school.travel("2025-26").earlier;
    assert!(earlier.contains_key(&AcademicYear::beginning(2023)));

    let mut ahead = SchoolFixture::since("2010-01-01");
    let planned = InitiativeStatus::Planned;
    ahead.initiative(0, "Bike library", walks, planned, "2027-05-10", None);
    assert_eq!(ahead.periods(), ["2026-27", "trailing-12-months"]);
}
