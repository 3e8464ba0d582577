use chrono::NaiveDate;
use events::{AcademicYear, InitiativeKind, Mode};

use super::*;
use crate::message::{StarsFigures, SurveyFigures};
use crate::period::Days;

/// The initiatives of each kind: travel, supporting and consultation.
type Three = [u32; 3];

fn kinds(counts: Three) -> BTreeMap<InitiativeKind, u32> {
    let kinds = [
        InitiativeKind::Travel,
        InitiativeKind::Supporting,
        InitiativeKind::Consultation,
    ];
    kinds.into_iter().zip(counts).collect()
}

fn survey(roll: u32, walk: u32, car: u32) -> SurveyFigures {
    let on = NaiveDate::from_ymd_opt(2026, 10, 13).unwrap_or_default();
    let counts: BTreeMap<Mode, u32> = [(Mode::Walk, walk), (Mode::Car, car)].into();
    SurveyFigures {
        asked: Some(Days { from: on, to: on }),
        roll,
        responses: walk + car,
        preferred: counts.clone(),
        current: counts,
    }
}

/// A primary with 80 of 100 pupils and 10 of 20 staff surveyed, which is just enough.
fn travel(held: Option<StarsLevel>, delivered: Three) -> TravelFigures {
    let award = |level| StarsFigures {
        level,
        valid_until: NaiveDate::MAX,
    };
    TravelFigures {
        surveys: [
            (Audience::Pupil, survey(100, 50, 30)),
            (Audience::Staff, survey(20, 2, 8)),
        ]
        .into(),
        delivered: kinds(delivered),
        stars: held.map(award),
        ..TravelFigures::default()
    }
}

/// The same with a survey of 2023/24 in which so many of 80 walked and the others came by car.
fn since_2023(held: StarsLevel, delivered: Three, walk: u32) -> TravelFigures {
    let before = [(Audience::Pupil, survey(100, walk, 80 - walk))].into();
    TravelFigures {
        earlier: [(AcademicYear::beginning(2023), before)].into(),
        ..travel(Some(held), delivered)
    }
}

fn assessed(travel: &TravelFigures) -> Assessment {
    Assessment::of(travel, Phase::Primary, Some(100))
}

const GOOD: Three = [10, 5, 2];
const VERY_GOOD: Three = [20, 10, 7];
const EXCELLENT: Three = [25, 15, 10];

#[test]
fn approved_counts_plans_and_requires_no_survey() {
    let mut plans = TravelFigures {
        planned: kinds([6, 5, 2]),
        delivered: kinds([3, 0, 0]),
        ..TravelFigures::default()
    };
    let before = assessed(&plans);
    assert_eq!(
        (before.eligible, before.next),
        (None, Some(StarsLevel::Approved))
    );
    assert_eq!(
        before.missing(),
        ["9 of 10 travel initiatives are planned or delivered"]
    );
    plans.planned = kinds([7, 5, 2]);
    let after = assessed(&plans);
    assert_eq!(after.eligible, Some(StarsLevel::Approved));
    assert_eq!(
        after.next,
        Some(StarsLevel::Good),
        "which may follow at once"
    );
}

#[test]
fn good_requires_delivered_initiatives_and_the_surveys_of_the_year() {
    let good = assessed(&travel(None, GOOD));
    assert_eq!(
        (good.eligible, good.next),
        (Some(StarsLevel::Good), Some(StarsLevel::Good))
    );
    assert!(good.missing().is_empty() && !good.to_show.is_empty());

    let mut planned_only = travel(None, [9, 5, 2]);
    planned_only.planned = kinds([5, 0, 0]);
    let planned_only = assessed(&planned_only);
    assert_eq!(planned_only.eligible, Some(StarsLevel::Approved));
    assert_eq!(
        planned_only.missing(),
        ["9 of 10 travel initiatives are delivered"]
    );
}

#[test]
fn too_few_answers_to_either_question_are_not_enough() {
    let check = |pupils: SurveyFigures, missing: &[&str]| {
        let mut travel = travel(Some(StarsLevel::Approved), GOOD);
        travel.surveys.insert(Audience::Pupil, pupils);
        assert_eq!(assessed(&travel).missing(), missing);
    };
    check(survey(100, 50, 30), &[]);
    check(
        survey(100, 50, 29),
        &["fewer than 80% of pupils stated how they travel"],
    );
    let mut no_wishes = survey(100, 50, 30);
    no_wishes.preferred.clear();
    check(
        no_wishes,
        &["pupils were not asked how they would prefer to travel"],
    );
    let mut few_wishes = survey(100, 50, 30);
    few_wishes.preferred.insert(Mode::Walk, 49);
    check(
        few_wishes,
        &["fewer than 80% of pupils stated how they would prefer to travel"],
    );
}

#[test]
fn a_survey_of_one_class_is_compared_with_the_whole_school() {
    let mut one_class = travel(None, GOOD);
    one_class
        .surveys
        .insert(Audience::Pupil, survey(30, 20, 10));
    let assessment = assessed(&one_class);
    assert_eq!(assessment.responses[&Audience::Pupil].ratio(), Some(0.3));
    assert_eq!(assessment.eligible, Some(StarsLevel::Approved));
}

#[test]
fn secondaries_need_seventy_of_a_hundred_and_staff_fifty() {
    let mut travel = travel(None, GOOD);
    travel.surveys.insert(Audience::Pupil, survey(100, 50, 20));
    let eligible = |travel: &TravelFigures, phase| Assessment::of(travel, phase, None).eligible;
    assert_eq!(eligible(&travel, Phase::Secondary), Some(StarsLevel::Good));
    let only_approved = Some(StarsLevel::Approved);
    assert_eq!(eligible(&travel, Phase::AllThrough), only_approved);
    travel.surveys.insert(Audience::Staff, survey(20, 2, 7));
    assert_eq!(eligible(&travel, Phase::Secondary), only_approved);
    travel.surveys.remove(&Audience::Staff);
    let missing = Assessment::of(&travel, Phase::Secondary, None).missing();
    assert!(missing.contains(&"staff were not asked how they travel".to_owned()));
}

#[test]
fn no_level_is_skipped_but_for_good_after_approved() {
    let eligible = |held| {
        assessed(&TravelFigures {
            stars: held,
            ..since_2023(StarsLevel::Good, EXCELLENT, 40)
        })
        .eligible
    };
    let award = |level| {
        Some(StarsFigures {
            level,
            valid_until: NaiveDate::MAX,
        })
    };
    assert_eq!(eligible(None), Some(StarsLevel::Good));
    assert_eq!(
        eligible(award(StarsLevel::Approved)),
        Some(StarsLevel::Good)
    );
    assert_eq!(
        eligible(award(StarsLevel::Good)),
        Some(StarsLevel::VeryGood)
    );
    assert_eq!(
        eligible(award(StarsLevel::VeryGood)),
        Some(StarsLevel::Excellent)
    );
}

#[test]
fn very_good_and_excellent_need_fewer_cars_than_an_earlier_survey() {
    let fewer = assessed(&since_2023(StarsLevel::Good, VERY_GOOD, 40));
    assert_eq!(fewer.eligible, Some(StarsLevel::VeryGood));
    // 30 of 80 came by car then, as now.
    let as_many = assessed(&since_2023(StarsLevel::Good, VERY_GOOD, 50));
    assert_eq!(as_many.eligible, Some(StarsLevel::Good));
    let expected = "the share of pupils who come by car has not fallen since 2023/24";
    assert_eq!(as_many.missing(), [expected]);
    let never_before = assessed(&travel(Some(StarsLevel::VeryGood), EXCELLENT));
    assert_eq!(never_before.next, Some(StarsLevel::Excellent));
    let expected = "there is no survey of pupils and one of an earlier year to compare";
    assert_eq!(never_before.missing(), [expected]);
}

#[test]
fn outstanding_needs_excellent_and_a_rise_of_five_percent() {
    // 50 of 80 walk: of 48 that is a rise of 4.2%, of 47 one of 6.4%.
    let rise = |walked| assessed(&since_2023(StarsLevel::Excellent, EXCELLENT, walked));
    assert_eq!(rise(47).eligible, Some(StarsLevel::Outstanding));
    let too_little = rise(48);
    assert_eq!(too_little.eligible, Some(StarsLevel::Excellent));
    let expected =
        "the share of pupils who walk, scoot and cycle has not risen by 5% of itself since 2023/24";
    assert_eq!(too_little.missing(), [expected]);
}

#[test]
fn a_level_that_would_not_be_renewed_is_above_the_eligible_one() {
    let lapsing = assessed(&since_2023(StarsLevel::VeryGood, GOOD, 40));
    assert_eq!(lapsing.held, Some(StarsLevel::VeryGood));
    assert_eq!(lapsing.eligible, Some(StarsLevel::Good));
    assert_eq!(lapsing.next, Some(StarsLevel::Excellent));
}
