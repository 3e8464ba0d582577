//! The requirements of the targets that have separate rules.

use events::{EvidenceKind, EvidenceStatus};

use super::super::{Clause, EvidenceState, TargetVerdict, Titled};
use super::{filed, kpi, names, school_verdict, titled};
use crate::message::Footprint;
use crate::scoreboard::fixtures::{day, school, scored, targets, trailing};

fn in_force(of: usize, titles: Vec<Titled>) -> Clause {
    Clause::InForce {
        of,
        count: titles.len(),
        titles,
        until: None,
    }
}

fn in_force_at(title: &str, school: &str) -> Titled {
    titled(title, &[school], EvidenceState::InForce)
}

#[test]
fn two_requires_the_award_and_the_charter() {
    use EvidenceKind::{Award, Charter};
    use EvidenceStatus::{Draft, InForce};
    let mut holder = school(1, trailing());
    let award = filed(2, Award, "RED Award", InForce);
    holder.evidence = vec![award.clone()];
    assert_eq!(
        kpi(2, &[holder.clone()]),
        (
            TargetVerdict::NotMet,
            vec![
                in_force(1, vec![in_force_at("RED Award", "School 1")]),
                Clause::KindNotInForce(Charter)
            ]
        )
    );
    holder
        .evidence
        .push(filed(2, Charter, "Our charter", Draft));
    assert_eq!(kpi(2, &[holder.clone()]).0, TargetVerdict::NotMet);
    let mut signed = school(2, trailing());
    signed.evidence = vec![filed(2, Charter, "Our charter", InForce)];
    assert_eq!(
        kpi(2, &[holder, signed]),
        (
            TargetVerdict::Met,
            vec![
                in_force(
                    3,
                    vec![
                        in_force_at("RED Award", "School 1"),
                        in_force_at("Our charter", "School 2")
                    ]
                ),
                Clause::NotInForce(vec![titled(
                    "Our charter",
                    &["School 1"],
                    EvidenceState::Draft
                )])
            ]
        )
    );
}

#[test]
fn one_and_four_are_required_of_every_school() {
    for number in [1, 4] {
        let with = |of: u32, status| {
            let mut school = school(of, trailing());
            school.evidence = vec![filed(number, EvidenceKind::Report, "Clubs", status)];
            school
        };
        let (shown, draft) = (
            with(1, EvidenceStatus::InForce),
            with(2, EvidenceStatus::Draft),
        );
        let silent = school(3, trailing());
        assert_eq!(
            kpi(number, std::slice::from_ref(&shown)).0,
            TargetVerdict::Met
        );
        assert_eq!(
            kpi(number, &[shown.clone(), silent]),
            (
                TargetVerdict::NotEvidenced,
                vec![
                    Clause::SitesMeet { met: 1, of: 2 },
                    Clause::SitesNotEvidenced(names(&["School 3"]))
                ]
            )
        );
        assert_eq!(
            kpi(number, &[shown, draft.clone()]).0,
            TargetVerdict::NotMet
        );
        assert_eq!(
            school_verdict(number, draft),
            (
                TargetVerdict::NotMet,
                vec![
                    in_force(1, Vec::new()),
                    Clause::NotInForce(vec![titled("Clubs", &[], EvidenceState::Draft)])
                ]
            )
        );
    }
}

#[test]
fn five_counts_the_secondaries_and_the_primaries_of_the_register() {
    use events::Phase::{AllThrough, Secondary};
    let registered = |secondaries, primaries| Clause::Registered {
        secondaries,
        primaries,
        on: day(2026, 11, 21),
    };
    let mut schools: Vec<Footprint> = (1..=15).map(|n| school(n, trailing())).collect();
    for secondary in &mut schools[..3] {
        secondary.phase = Secondary;
    }
    assert_eq!(
        kpi(5, &schools),
        (TargetVerdict::Met, vec![registered(3, 12)])
    );
    schools[3].phase = AllThrough;
    assert_eq!(
        kpi(5, &schools),
        (
            TargetVerdict::NotMet,
            vec![registered(3, 11), Clause::AllThrough(1)]
        )
    );
    schools[3] = school(4, trailing());
    schools[0].member.to = day(2026, 8, 31);
    assert_eq!(kpi(5, &schools).0, TargetVerdict::NotMet, "one has left");
}

#[test]
fn each_target_has_its_name() {
    let board = scored(&[school(1, trailing())], &targets());
    let named = |number: usize| board.kpis[number - 1].title;
    for (number, words) in [
        (1, "enrichment participation in all schools"),
        (2, "RED Award and the Equality and Diversity Charter"),
        (3, "personal development curriculum"),
        (4, "Community Engagement model in all schools"),
        (5, "At least 3 secondaries and 12 primaries"),
        (11, "reserves policy"),
        (12, "No unmitigated risk to sustainability"),
    ] {
        assert!(named(number).contains(words), "{}", named(number));
    }
}
