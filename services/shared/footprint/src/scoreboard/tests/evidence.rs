//! Targets 8, 12 and 13, and the other targets that any evidence meets.

use events::{EvidenceKind, EvidenceStatus};

use super::super::{Clause, EvidenceState, TargetVerdict, Titled};
use super::{filed, kpi, titled};
use crate::scoreboard::fixtures::{day, school, trailing};

#[test]
fn eight_is_met_by_a_statement_in_force_whichever_school_it_is_filed_under() {
    use EvidenceStatus::{Draft, InForce, Withdrawn};
    let statement = |title, status| filed(8, EvidenceKind::SupplierStatement, title, status);
    let at = |title, state| titled(title, &["School 2"], state);
    let (first, mut second) = (school(1, trailing()), school(2, trailing()));
    assert_eq!(
        kpi(8, &[first.clone(), second.clone()]),
        (TargetVerdict::NotEvidenced, vec![Clause::NothingFiled])
    );
    let mut lapsed = statement("Caterer", InForce);
    lapsed.expires = Some(day(2026, 10, 31));
    second.evidence = vec![
        lapsed,
        statement("Coaches", Draft),
        statement("Stationer", Withdrawn),
        filed(8, EvidenceKind::Report, "A report", InForce),
    ];
    assert_eq!(
        kpi(8, &[first.clone(), second.clone()]),
        (
            TargetVerdict::NotMet,
            vec![
                Clause::InForce {
                    of: 4,
                    count: 0,
                    titles: Vec::new(),
                    until: None
                },
                Clause::NotInForce(vec![
                    Titled {
                        expired: Some(day(2026, 10, 31)),
                        ..at("Caterer", EvidenceState::Expired)
                    },
                    at("Coaches", EvidenceState::Draft),
                    at("Stationer", EvidenceState::Withdrawn),
                    at("A report", EvidenceState::OtherKind),
                ])
            ]
        )
    );
    let mut cleaner = statement("Cleaner", InForce);
    cleaner.expires = Some(day(2027, 3, 1));
    second.evidence = vec![
        cleaner,
        statement("Waste", InForce),
        statement("Coaches", Draft),
    ];
    assert_eq!(
        kpi(8, &[first, second]),
        (
            TargetVerdict::Met,
            vec![
                Clause::InForce {
                    of: 3,
                    count: 2,
                    titles: vec![
                        at("Cleaner", EvidenceState::InForce),
                        at("Waste", EvidenceState::InForce)
                    ],
                    until: None
                },
                Clause::FirstToExpire {
                    title: at("Cleaner", EvidenceState::InForce),
                    on: day(2027, 3, 1)
                },
                Clause::NotInForce(vec![at("Coaches", EvidenceState::Draft)])
            ]
        )
    );
}

#[test]
fn one_title_at_several_schools_is_named_once_with_its_schools_and_one_alone_has_its_day() {
    let school = |number| {
        let mut school = school(number, trailing());
        let mut award = filed(
            12,
            EvidenceKind::Award,
            "Eco-garden award",
            EvidenceStatus::InForce,
        );
        award.expires = Some(day(2027, 10, 31));
        school.evidence = vec![award];
        school
    };
    let at = |schools: &[&str]| titled("Eco-garden award", schools, EvidenceState::InForce);
    let on = day(2027, 10, 31);
    assert_eq!(
        kpi(12, &[school(1), school(2)]).1,
        [
            Clause::InForce {
                of: 2,
                count: 2,
                titles: vec![at(&["School 1", "School 2"])],
                until: None
            },
            Clause::FirstToExpire {
                title: at(&["School 1"]),
                on
            }
        ]
    );
    assert_eq!(
        kpi(12, &[school(1)]).1,
        [Clause::InForce {
            of: 1,
            count: 1,
            titles: vec![at(&["School 1"])],
            until: Some(on)
        }]
    );
}

#[test]
fn thirteen_requires_a_funded_project_and_the_social_targets_take_any_kind() {
    use EvidenceKind::{Award, FundedProject, Report};
    let with = |number, kind| {
        let mut school = school(1, trailing());
        school.evidence = vec![filed(number, kind, "It", EvidenceStatus::InForce)];
        kpi(number, &[school])
    };
    assert_eq!(with(13, FundedProject).0, TargetVerdict::Met);
    let (verdict, why) = with(13, Award);
    assert_eq!(verdict, TargetVerdict::NotMet);
    let other = titled("It", &["School 1"], EvidenceState::OtherKind);
    assert!(why.contains(&Clause::NotInForce(vec![other])));
    for number in [1, 3, 4, 11, 12] {
        assert_eq!(with(number, Report).0, TargetVerdict::Met, "{number}");
        assert_eq!(with(number, Award).0, TargetVerdict::Met, "{number}");
    }
}
